"""What goes over the wire below /v1: requests in, responses out, and how registry values become responses."""

import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from registries.addresses.blocks import Block
from registries.addresses.errors import BlockUnreadable
from registries.asns.numbers import AutnumRange
from registries.holders import Holder, Kind
from registries.ledger.boxes import Box
from registries.ledger.grants import Claim, Grant, Level, Tenure
from registries.ledger.moments import from_us
from registries.ledger.plan import Receipt as LedgerReceipt
from registries.store import HistoryItem, Holding, Utilisation

SpaceName = Literal["ipv4", "ipv6", "asn"]


def _plain(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds control characters")
    return text


Text = Annotated[str, Field(max_length=500), AfterValidator(_plain)]
Word = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Attributes = Annotated[dict[Word, Text], Field(max_length=32)]


def _no_number(value: Any) -> Any:
    """Refuse a bare number for a moment: RFC 3339 text is what the document promises."""
    if value is None or isinstance(value, str | datetime.datetime):
        return value
    raise ValueError("a moment is written as RFC 3339 text")


class Wire(BaseModel):
    """A value on the wire; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str
    title: str
    title_vi: str
    status: int
    code: str
    detail: str = ""


class ClaimResponse(Wire):
    """One block or range that a grant holds or held."""

    claim_id: str
    resource: str
    start_at: datetime.datetime
    stop_at: datetime.datetime | None
    active: bool
    parent_id: str


class ChildrenResponse(Wire):
    """A page of what is given out of a grant; `following` is empty on the last."""

    items: list[ClaimResponse]
    following: str


class TenureResponse(Wire):
    """State and holder over a stretch of legal time."""

    state: str
    holder_id: str | None
    start_at: datetime.datetime
    stop_at: datetime.datetime | None


class GrantResponse(Wire):
    """A grant as it is believed."""

    grant_id: str
    space: str
    level: str
    state: str
    holder_id: str | None
    version: int
    recorded_at: datetime.datetime
    attributes: dict[str, str]
    claims: list[ClaimResponse]
    tenures: list[TenureResponse]


class HoldingResponse(Wire):
    """Who had a block at a moment."""

    grant_id: str
    level: str
    state: str
    holder_id: str | None
    claim: ClaimResponse


class HistoryResponse(Wire):
    """One event of a grant."""

    version: int
    kind: str
    command: str
    entry_id: str
    recorded_at: datetime.datetime
    legal_at: datetime.datetime


class UtilisationResponse(Wire):
    """How full a grant is; counts as text, because they may have 39 digits."""

    grant_id: str
    total: str
    free: str
    children: int
    free_parts: int
    largest_free: str | None


class HolderResponse(Wire):
    """A holder; of a person, and of contacts, nothing personal."""

    holder_id: str
    handle: str
    kind: str
    standing: str
    name: str
    version: int
    successor_id: str
    roles: dict[str, list[str]]


class ReceiptResponse(Wire):
    """What is known of a change once it is durable; keep it."""

    entry_id: str
    command: str
    recorded_at: datetime.datetime
    legal_at: datetime.datetime
    leaf_hash: str
    grant_ids: list[str]
    holder_ids: list[str]
    again: bool


class ChangeRequest(Wire):
    """What every change says beside itself: who asks, what for, by which instrument, since when."""

    actor: Word
    purpose: Word
    on_behalf_of: Text = ""
    approvers: Annotated[list[Word], Field(max_length=8)] = []
    instrument: Text = ""
    dossier: Text = ""
    legal_at: Annotated[AwareDatetime | None, BeforeValidator(_no_number)] = None
    dry_run: StrictBool = False


class OpenPoolRequest(ChangeRequest):
    """Open a pool of blocks or ranges."""

    space: SpaceName
    resources: Annotated[list[Word], Field(min_length=1, max_length=256)]
    authority: Word
    grant_id: Text = ""
    attributes: Attributes = {}


class IssueRequest(ChangeRequest):
    """Give blocks or ranges out of a pool or an allocation."""

    parent_id: Word
    level: Literal["allocated", "assigned", "reserved", "quarantined"]
    resources: Annotated[list[Word], Field(min_length=1, max_length=256)]
    holder_id: Word | None = None
    grant_id: Text = ""
    attributes: Attributes = {}


class IssueNextRequest(ChangeRequest):
    """Give the next free block of `count` numbers, with `room` to grow."""

    parent_id: Word
    level: Literal["allocated", "assigned", "reserved", "quarantined"]
    count: Annotated[int, Field(ge=1, le=1 << 62, strict=True)]
    room: Annotated[int, Field(ge=0, le=1 << 62, strict=True)] = 0
    holder_id: Word | None = None
    grant_id: Text = ""


class ReasonRequest(ChangeRequest):
    """End, suspend or resume a grant, with the reason."""

    reason: Text = ""


class TransferRequest(ChangeRequest):
    """Pass a grant to another holder."""

    holder_id: Word


class SignerItem(Wire):
    """A DS record (RFC 4034 section 5)."""

    key_tag: Annotated[StrictInt, Field(ge=0, le=65_535)]
    algorithm: Annotated[StrictInt, Field(ge=0, le=255)]
    digest_type: Annotated[StrictInt, Field(ge=0, le=255)]
    digest: Annotated[str, Field(pattern="^[0-9A-Fa-f]{40,128}$")]


class ReverseRequest(ChangeRequest):
    """Delegate the reverse zones of a grant; without servers the delegation is taken back."""

    servers: Annotated[list[Word], Field(max_length=13)] = []
    signers: Annotated[list[SignerItem], Field(max_length=16)] = []


class RegisterRequest(ChangeRequest):
    """Register an organisation or agency. Persons are registered by the command line alone."""

    kind: Literal["organisation", "agency"]
    name: Word
    handle: Text = ""
    holder_id: Text = ""
    identifiers: Annotated[list[tuple[Word, Word]], Field(max_length=16)] = []
    attributes: Attributes = {}

    @property
    def holder_kind(self) -> Kind:
        """The kind as the registry names it."""
        return Kind(self.kind)


def box_of(space: str, text: str) -> Box:
    """Read a resource: a block of addresses, or AS numbers.

    Raises:
        BlockUnreadable: It is no block of that space.
        AutnumUnreadable: It is no range of AS numbers.
    """
    if space == "asn":
        numbers = AutnumRange.parse(text)
        return Box(numbers.first, numbers.last)
    block = Block.parse(text)
    if f"ipv{block.family}" != space:
        raise BlockUnreadable(text=text, reason=f"it is no block of {space}")
    return Box(block.first, block.last)


def claim_response(grant: Grant, claim: Claim) -> ClaimResponse:
    """Write a claim."""
    return ClaimResponse(
        claim_id=claim.claim_id,
        resource=grant.space.text(claim.box, claim.key),
        start_at=claim.start_at,
        stop_at=claim.stop_at,
        active=claim.active,
        parent_id=claim.parent_id,
    )


def _tenure(tenure: Tenure) -> TenureResponse:
    return TenureResponse(
        state=tenure.state.value, holder_id=tenure.holder_id, start_at=tenure.start_at, stop_at=tenure.stop_at
    )


def grant_response(grant: Grant) -> GrantResponse:
    """Write a grant."""
    return GrantResponse(
        grant_id=grant.grant_id,
        space=grant.space_name,
        level=grant.level.value,
        state=grant.state.value,
        holder_id=grant.holder_id,
        version=grant.version,
        recorded_at=from_us(grant.recorded_us),
        attributes=dict(grant.attributes),
        claims=[claim_response(grant, claim) for claim in grant.claims],
        tenures=[_tenure(tenure) for tenure in grant.tenures],
    )


def holding_response(holding: Holding) -> HoldingResponse:
    """Write who had what."""
    return HoldingResponse(
        grant_id=holding.grant.grant_id,
        level=holding.grant.level.value,
        state=holding.tenure.state.value,
        holder_id=holding.tenure.holder_id,
        claim=claim_response(holding.grant, holding.claim),
    )


def history_response(item: HistoryItem) -> HistoryResponse:
    """Write an event."""
    return HistoryResponse(
        version=item.version,
        kind=item.kind,
        command=item.command,
        entry_id=item.entry_id,
        recorded_at=item.recorded_at,
        legal_at=item.legal_at,
    )


def utilisation_response(grant: Grant, found: Utilisation) -> UtilisationResponse:
    """Write how full a grant is."""
    return UtilisationResponse(
        grant_id=found.grant_id,
        total=str(found.total),
        free=str(found.free),
        children=found.children,
        free_parts=found.free_parts,
        largest_free=grant.space.text(found.largest_free) if found.largest_free else None,
    )


def holder_response(holder: Holder) -> HolderResponse:
    """Write a holder."""
    return HolderResponse(
        holder_id=holder.holder_id,
        handle=holder.handle or "",
        kind=holder.kind.value,
        standing=holder.standing.value,
        name=holder.name,
        version=holder.version,
        successor_id=holder.successor_id,
        roles={contact.contact_id: list(contact.roles) for contact in holder.contacts},
    )


def receipt_response(receipt: LedgerReceipt) -> ReceiptResponse:
    """Write a receipt."""
    return ReceiptResponse(
        entry_id=receipt.entry_id,
        command=receipt.command,
        recorded_at=from_us(receipt.recorded_us),
        legal_at=from_us(receipt.legal_us),
        leaf_hash=receipt.leaf_hash.hex(),
        grant_ids=list(receipt.grant_ids),
        holder_ids=list(receipt.holder_ids),
        again=receipt.again,
    )


def level_of(name: str) -> Level:
    """Read a level."""
    return Level(name)


Responses = dict[int | str, dict[str, Any]]

# The address is too long, too many questions a second, the ledger is busy.
_AT_THE_DOOR: Final = (414, 429, 503)


def problems(*statuses: int) -> Responses:
    """Describe the problems that a route may answer with, and those that any may meet at the door."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    told = sorted({*statuses, *_AT_THE_DOOR})
    return {status: {"description": "RFC 9457", "content": content, "model": Problem} for status in told}
