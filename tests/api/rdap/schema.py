"""JSON Schemas of RDAP answers, written from RFC 9083, 9537, 8977, 8982, 9910, cidr0 and the NRO profile.

`OBJECTS` describes objects as they may stand anywhere; `answer(kind)` a whole answer of this service. Members that no
document knows are refused, unless they begin with an extension's name (RFC 9083 section 2.1).
"""

from typing import Any

Schema = dict[str, Any]
_EXTENSION = {"^(arin|ietf|fred|farv1|cidr0|redacted|paging|sorting|subsetting)[A-Za-z0-9]*_": True}
_NAME = "^([A-Za-z0-9_](/?[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z0-9_]([A-Za-z0-9_/-]{0,61}[A-Za-z0-9])?\\.?$"
_MOMENT = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$"  # noqa: E501
_V4 = "^((25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$"
_V6 = "^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$"
_AUTNUM = {"type": "integer", "minimum": 0, "maximum": 4294967295}
# RFC 9083 section 10.2 and the IANA registry RDAP JSON Values.
_STATUS = """validated|renew prohibited|update prohibited|transfer prohibited|delete prohibited|proxy|private|removed|
obscured|associated|active|inactive|locked|pending create|pending renew|pending transfer|pending update|pending delete|
add period|auto renew period|client delete prohibited|client hold|client renew prohibited|client transfer prohibited|
client update prohibited|pending restore|redemption period|renew period|server delete prohibited|
server renew prohibited|server transfer prohibited|server update prohibited|server hold|transfer period|administrative|
reserved""".replace("\n", "").split("|")
_ACTIONS = """registration|reregistration|last changed|expiration|deletion|reinstantiation|transfer|locked|unlocked|
last update of RDAP database|registrar expiration|enum validation expiration""".replace("\n", "").split("|")
_ROLES = (
    """registrant|technical|administrative|abuse|billing|registrar|reseller|sponsor|proxy|notifications|noc""".replace(
        "\n", ""
    ).split("|")
)


def ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def many(name: str) -> Schema:
    return {"type": "array", "items": ref(name)}


def closed(required: list[str], /, **members: Schema) -> Schema:
    return {
        "type": "object",
        "properties": members,
        "required": required,
        "patternProperties": _EXTENSION,
        "additionalProperties": False,
    }


def _object(kind: str, required: list[str], /, **members: Schema) -> Schema:
    shared: Schema = {
        "objectClassName": {"const": kind},
        "handle": {"type": "string", "minLength": 1},
        "links": many("link"),
        "events": many("event"),
        "status": {"type": "array", "items": {"enum": _STATUS}, "minItems": 1},
        "remarks": many("notice"),
        "port43": {"type": "string", "pattern": "^[A-Za-z0-9.:-]+$"},
        "entities": many("entity"),
        "lang": ref("lang"),
        "redacted": many("redaction"),
    }
    return closed(["objectClassName", *required], **(shared | members))


_TEXT: Schema = {"type": "string"}
OBJECTS: Schema = {
    "lang": {"type": "string", "pattern": "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$"},
    # Section 4.2: href is what a link is for; value and rel are needed since RFC 9083.
    "link": closed(
        ["value", "rel", "href"],
        value={"type": "string", "pattern": "^https?://"},
        rel=_TEXT,
        href={"type": "string", "pattern": "^(https?|mailto):"},
        hreflang={"anyOf": [ref("lang"), many("lang")]},
        title=_TEXT,
        media=_TEXT,
        type={"type": "string", "pattern": "^[a-z]+/[a-z0-9.+-]+$"},
    ),
    # Section 4.3: a notice or remark has a description of lines.
    "notice": closed(
        ["description"],
        title=_TEXT,
        type=_TEXT,
        description={"type": "array", "items": _TEXT, "minItems": 1},
        links=many("link"),
        lang=ref("lang"),
    ),
    # Section 4.5: events of the registered kinds, at moments of RFC 3339.
    "event": closed(
        ["eventAction", "eventDate"],
        eventAction={"enum": _ACTIONS},
        eventDate={"type": "string", "pattern": _MOMENT},
        eventActor=_TEXT,
        links=many("link"),
    ),
    # RFC 7095: a jCard is the word vcard and properties of name, parameters, type and values; version comes first.
    "jcard": {
        "type": "array",
        "prefixItems": [
            {"const": "vcard"},
            {
                "type": "array",
                "prefixItems": [{"const": ["version", {}, "text", "4.0"]}],
                "items": {
                    "type": "array",
                    "prefixItems": [{"type": "string", "pattern": "^[a-z-]+$"}, {"type": "object"}, _TEXT],
                    "minItems": 4,
                },
                "contains": {"type": "array", "prefixItems": [{"const": "fn"}], "minItems": 4},
            },
        ],
        "minItems": 2,
        "maxItems": 2,
    },
    "publicId": closed(["type", "identifier"], type=_TEXT, identifier=_TEXT),
    "entity": _object(
        "entity",
        [],
        vcardArray=ref("jcard"),
        roles={"type": "array", "items": {"enum": _ROLES}, "uniqueItems": True},
        publicIds=many("publicId"),
        asEventActor=many("event"),
        networks=many("ip network"),
        autnums=many("autnum"),
    ),
    "nameserver": _object(
        "nameserver",
        [],
        ldhName={"type": "string", "pattern": _NAME},
        unicodeName=_TEXT,
        ipAddresses=closed(
            [],
            v4={"type": "array", "items": {"type": "string", "pattern": _V4}},
            v6={"type": "array", "items": {"type": "string", "pattern": _V6}},
        ),
    ),
    "dsData": closed(
        ["keyTag", "algorithm", "digest", "digestType"],
        keyTag={"type": "integer", "minimum": 0, "maximum": 65535},
        algorithm={"type": "integer", "minimum": 0, "maximum": 255},
        digest={"type": "string", "pattern": "^([0-9A-Fa-f]{2})+$"},
        digestType={"type": "integer", "minimum": 0, "maximum": 255},
        events=many("event"),
        links=many("link"),
    ),
    "keyData": closed(
        ["flags", "protocol", "publicKey", "algorithm"],
        flags={"type": "integer"},
        protocol={"type": "integer"},
        publicKey=_TEXT,
        algorithm={"type": "integer"},
        events=many("event"),
        links=many("link"),
    ),
    "secureDNS": closed(
        [],
        zoneSigned={"type": "boolean"},
        delegationSigned={"type": "boolean"},
        maxSigLife={"type": "integer", "minimum": 1},
        dsData=many("dsData"),
        keyData=many("keyData"),
    ),
    "variant": closed(
        [],
        relation={"type": "array", "items": _TEXT},
        idnTable=_TEXT,
        variantNames={
            "type": "array",
            "items": closed([], ldhName={"type": "string", "pattern": _NAME}, unicodeName=_TEXT),
        },
    ),
    "domain": _object(
        "domain",
        [],
        ldhName={"type": "string", "pattern": _NAME},
        unicodeName=_TEXT,
        variants=many("variant"),
        nameservers=many("nameserver"),
        secureDNS=ref("secureDNS"),
        publicIds=many("publicId"),
        network=ref("ip network"),
    ),
    # cidr0: a prefix of either family, and its length.
    "cidr": {
        "oneOf": [
            closed(
                ["v4prefix", "length"],
                v4prefix={"type": "string", "pattern": _V4},
                length={"type": "integer", "minimum": 0, "maximum": 32},
            ),
            closed(
                ["v6prefix", "length"],
                v6prefix={"type": "string", "pattern": _V6},
                length={"type": "integer", "minimum": 0, "maximum": 128},
            ),
        ]
    },
    "ip network": _object(
        "ip network",
        [],
        startAddress={"anyOf": [{"type": "string", "pattern": _V4}, {"type": "string", "pattern": _V6}]},
        endAddress={"anyOf": [{"type": "string", "pattern": _V4}, {"type": "string", "pattern": _V6}]},
        ipVersion={"enum": ["v4", "v6"]},
        name=_TEXT,
        type=_TEXT,
        country={"type": "string", "pattern": "^[A-Z]{2}$"},
        parentHandle=_TEXT,
        cidr0_cidrs={"type": "array", "items": ref("cidr"), "minItems": 1},
    ),
    "autnum": _object(
        "autnum",
        [],
        startAutnum=_AUTNUM,
        endAutnum=_AUTNUM,
        name=_TEXT,
        type=_TEXT,
        country={"type": "string", "pattern": "^[A-Z]{2}$"},
    ),
    # RFC 9537 section 4.2.
    "redaction": {
        **closed(
            ["name", "method"],
            name={"type": "object", "oneOf": [{"required": ["description"]}, {"required": ["type"]}]},
            prePath={"type": "string", "pattern": "^\\$"},
            postPath={"type": "string", "pattern": "^\\$"},
            replacementPath={"type": "string", "pattern": "^\\$"},
            pathLang={"const": "jsonpath"},
            method={"enum": ["removal", "emptyValue", "partialValue", "replacementValue"]},
            reason={"type": "object"},
        ),
        "allOf": [
            {
                "if": {"properties": {"method": {"const": "removal"}}},
                "then": {"required": ["prePath"], "not": {"required": ["postPath"]}},
            },
            {"if": {"properties": {"method": {"const": "emptyValue"}}}, "then": {"required": ["postPath"]}},
        ],
    },
}

# What this service promises beyond the least of RFC 9083: the members that the NRO profile and RFC 9910 ask for.
_PROMISED = {
    "ip network": [
        *("handle", "startAddress", "endAddress", "ipVersion", "name", "type", "status", "events", "links"),
        "cidr0_cidrs",
    ],
    "autnum": ["handle", "startAutnum", "endAutnum", "name", "type", "status", "events", "links"],
    "entity": ["handle", "vcardArray", "links"],
    "domain": ["ldhName", "nameservers", "secureDNS", "links", "network"],
}
_NAMED = {
    "ip network": ["rdap_level_0", "cidr0", "nro_rdap_profile_0", "rirSearch1", "ips"],
    "autnum": ["rdap_level_0", "nro_rdap_profile_0", "nro_rdap_profile_asn_flat_0", "rirSearch1", "autnums"],
    "entity": ["rdap_level_0", "nro_rdap_profile_0", "rdap_objectTag"],
    "domain": ["rdap_level_0", "nro_rdap_profile_0"],
}
RESULTS = {
    "ip network": "ipSearchResults",
    "autnum": "autnumSearchResults",
    "entity": "entitySearchResults",
    "domain": "domainSearchResults",
}


def _around(conformance: list[str]) -> Schema:
    """Section 4.1 and the NRO profile: conformance, and notices of terms and of where to report inaccuracy."""
    return {
        "required": ["rdapConformance", "notices"],
        "properties": {
            "rdapConformance": {
                "type": "array",
                "items": {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9_]*$"},
                "uniqueItems": True,
                "allOf": [{"contains": {"const": name}} for name in conformance],
            },
            "notices": {
                **many("notice"),
                "allOf": [
                    {
                        "contains": {
                            "properties": {"title": {"const": title}, "links": {"minItems": 1}},
                            "required": ["links"],
                        }
                    }
                    for title in ("Terms of Service", "Whois Inaccuracy Reporting")
                ],
            },
        },
    }


def _whole(members: Schema, required: list[str], conformance: list[str]) -> Schema:
    around = _around(conformance)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": OBJECTS,
        "type": "object",
        "properties": {"lang": ref("lang"), **members, **around["properties"]},
        "required": [*around["required"], *required],
        "patternProperties": _EXTENSION,
        "additionalProperties": False,
    }


def answer(kind: str) -> Schema:
    """Give the schema of an answer with one object of a kind."""
    whole = _whole(OBJECTS[kind]["properties"], ["objectClassName", *_PROMISED[kind]], _NAMED[kind])
    self_link = {"contains": {"properties": {"rel": {"const": "self"}}}}
    whole["properties"]["links"] = {**many("link"), **self_link}
    return whole


def object_schema(kind: str) -> Schema:
    """Give the schema of an object by itself, as RFC 9083 asks for it and no more."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": OBJECTS, **ref(kind)}


def listing(kind: str) -> Schema:
    """Give the schema of a page of search results (RFC 9083 section 8, RFC 8977, RFC 8982, RFC 9910 section 4)."""
    member = RESULTS[kind]
    metadata = closed(
        ["pageSize"],
        totalCount={"type": "integer", "minimum": 0},
        pageSize={"type": "integer", "minimum": 0},
        pageNumber={"type": "integer", "minimum": 1},
        links=many("link"),
    )
    sort = closed(
        ["property", "default"],
        property=_TEXT,
        jsonPath={"type": "string", "pattern": "^\\$\\."},
        default={"type": "boolean"},
        links=many("link"),
    )
    subset = closed(["name", "default"], name=_TEXT, default={"type": "boolean"}, description=_TEXT, links=many("link"))
    named = ["paging", "subsetting", *_NAMED[kind]]
    if kind in {"ip network", "autnum"}:
        named.append(member)
    members = {
        member: many(kind),
        "paging_metadata": metadata,
        "sorting_metadata": closed([], currentSort=_TEXT, availableSorts={"type": "array", "items": sort}),
        "subsetting_metadata": closed(
            ["currentFieldSet"], currentFieldSet=_TEXT, availableFieldSets={"type": "array", "items": subset}
        ),
        "reverse_search_properties_mapping": {
            "type": "array",
            "items": closed(["property", "propertyPath"], property=_TEXT, propertyPath=_TEXT),
        },
    }
    return _whole(members, [member, "paging_metadata", "subsetting_metadata"], named)


def error() -> Schema:
    """Give the schema of an error (RFC 9083 section 6)."""
    members = {
        "errorCode": {"type": "integer", "minimum": 400, "maximum": 599},
        "title": _TEXT,
        "description": {"type": "array", "items": _TEXT, "minItems": 1},
    }
    return _whole(members, ["errorCode"], ["rdap_level_0"])


def help_answer() -> Schema:
    """Give the schema of the help (RFC 9083 section 7, RFC 9536 section 5)."""
    item = closed(
        ["searchableResourceType", "relatedResourceType", "property"],
        searchableResourceType=_TEXT,
        relatedResourceType=_TEXT,
        property=_TEXT,
    )
    members = {"reverse_search_properties": {"type": "array", "items": item}}
    return _whole(members, [], ["rdap_level_0", "rirSearch1", "redacted"])
