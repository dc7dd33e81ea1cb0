"""Changing below /v1. Off unless the service allows it, then from this machine alone, with the token of the ledger.

Roles do not exist yet; until they do, whoever has the token may do everything that is here. Every change has an
`Idempotency-Key`: the same key gives the first receipt again.
"""

import ipaddress
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AfterValidator

from api.ledger_home import TENANT
from api.refusals import TokenWrong, WritesOff
from api.rest import models
from api.rest.models import problems
from api.rest.reads import Name
from registries.addresses.delegating import reverse_delegation
from registries.addresses.reverse import Signer
from registries.holders import RegisterHolder
from registries.ledger import Command, Envelope, Issue, IssueNext, OpenPool, Resume, Return, Revoke, Suspend, Transfer
from registries.store import Ledger
from registries.store.opening import is_token

Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern="^[\\x21-\\x7e]+$"), AfterValidator(str)
]
Done = Callable[[Command, models.ChangeRequest, str], models.ReceiptResponse]
_PROBLEMS = problems(401, 403, 404, 409, 413, 422)


def write_routes(ledger: Ledger, *, allow_writes: bool) -> APIRouter:
    """Give the routes that change."""

    def allowed(request: Request) -> None:
        if not allow_writes:
            raise WritesOff(reason="it was started without")
        if request.client is None or not is_loopback(request.client.host):
            raise WritesOff(reason="the request came from elsewhere")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise TokenWrong(reason="Authorization: Bearer TOKEN")
        if not is_token(ledger, token.strip()):
            raise TokenWrong(reason="it is another one")

    routes = APIRouter(prefix="/v1", tags=["change"], dependencies=[Depends(allowed)], responses=_PROBLEMS)

    def done(command: Command, said: models.ChangeRequest, key: str) -> models.ReceiptResponse:
        envelope = Envelope(
            actor=said.actor,
            tenant=TENANT,
            purpose=said.purpose,
            idempotency_key=key,
            on_behalf_of=said.on_behalf_of,
            approvers=tuple(said.approvers),
            instrument=said.instrument,
            dossier=said.dossier,
            legal_at=said.legal_at,
        )
        return models.receipt_response(ledger.execute(command, envelope, dry_run=said.dry_run))

    _giving_routes(routes, ledger, done)
    _changing_routes(routes, ledger, done)
    return routes


def _giving_routes(routes: APIRouter, ledger: Ledger, done: Done) -> None:
    @routes.post("/pools")
    def open_pool(said: models.OpenPoolRequest, key: Key) -> models.ReceiptResponse:
        """Mở vùng cấp · Open a pool."""
        boxes = tuple(models.box_of(said.space, text) for text in said.resources)
        command = OpenPool(
            space=said.space,
            boxes=boxes,
            authority=said.authority,
            grant_id=said.grant_id,
            attributes=said.attributes,
        )
        return done(command, said, key)

    @routes.post("/grants")
    def issue(said: models.IssueRequest, key: Key) -> models.ReceiptResponse:
        """Cấp khối đã chọn · Give chosen blocks."""
        space = ledger.grant(said.parent_id).space_name
        command = Issue(
            parent_id=said.parent_id,
            level=models.level_of(said.level),
            boxes=tuple(models.box_of(space, text) for text in said.resources),
            holder_id=said.holder_id,
            grant_id=said.grant_id,
            attributes=said.attributes,
        )
        return done(command, said, key)

    @routes.post("/next-grants")
    def issue_next(said: models.IssueNextRequest, key: Key) -> models.ReceiptResponse:
        """Cấp khối còn trống tiếp theo · Give the next free block."""
        command = IssueNext(
            parent_id=said.parent_id,
            level=models.level_of(said.level),
            count=said.count,
            room=said.room,
            holder_id=said.holder_id,
            grant_id=said.grant_id,
        )
        return done(command, said, key)

    @routes.post("/holders")
    def register(said: models.RegisterRequest, key: Key) -> models.ReceiptResponse:
        """Ghi tên chủ thể · Register a holder."""
        command = RegisterHolder(
            kind=said.holder_kind,
            called=said.name,
            handle=said.handle,
            holder_id=said.holder_id,
            identifiers=tuple(said.identifiers),
            attributes=said.attributes,
        )
        return done(command, said, key)


def _changing_routes(routes: APIRouter, ledger: Ledger, done: Done) -> None:
    @routes.post("/grants/{grant_id}/return")
    def give_back(grant_id: Name, said: models.ReasonRequest, key: Key) -> models.ReceiptResponse:
        """Hoàn trả · Return a grant."""
        return done(Return(grant_id=grant_id, reason=said.reason), said, key)

    @routes.post("/grants/{grant_id}/revoke")
    def revoke(grant_id: Name, said: models.ReasonRequest, key: Key) -> models.ReceiptResponse:
        """Thu hồi · Revoke a grant."""
        return done(Revoke(grant_id=grant_id, reason=said.reason), said, key)

    @routes.post("/grants/{grant_id}/suspend")
    def suspend(grant_id: Name, said: models.ReasonRequest, key: Key) -> models.ReceiptResponse:
        """Tạm dừng · Suspend a grant."""
        return done(Suspend(grant_id=grant_id, reason=said.reason), said, key)

    @routes.post("/grants/{grant_id}/resume")
    def resume(grant_id: Name, said: models.ReasonRequest, key: Key) -> models.ReceiptResponse:
        """Tiếp tục · Lift a suspension."""
        return done(Resume(grant_id=grant_id, reason=said.reason), said, key)

    @routes.post("/grants/{grant_id}/transfer")
    def transfer(grant_id: Name, said: models.TransferRequest, key: Key) -> models.ReceiptResponse:
        """Chuyển quyền · Pass a grant to another holder."""
        return done(Transfer(grant_id=grant_id, holder_id=said.holder_id), said, key)

    @routes.post("/grants/{grant_id}/reverse")
    def reverse(grant_id: Name, said: models.ReverseRequest, key: Key) -> models.ReceiptResponse:
        """Ủy quyền vùng ngược · Delegate the reverse zones of a grant."""
        signers = [Signer(one.key_tag, one.algorithm, one.digest_type, one.digest) for one in said.signers]
        return done(reverse_delegation(ledger, grant_id, said.servers, signers), said, key)


def is_loopback(host: str) -> bool:
    """Tell whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
