"""Links and moments as they stand in every RDAP document."""

from typing import Final

TYPE: Final = "application/rdap+json"


def link(value: str, rel: str, href: str, kind: str = TYPE) -> dict[str, str]:
    """Give a link (RFC 9083 section 4.2): `value` is the address of the document that it stands in."""
    return {"value": value, "rel": rel, "href": href, "type": kind}
