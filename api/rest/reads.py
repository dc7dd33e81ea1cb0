"""Reading below /v1: grants, pools, holders, and who had what at any moment by law and by record."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator, AwareDatetime

from api.rest import models
from api.rest.models import problems
from registries.store import Ledger

MOST: Final = 200


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("it holds control characters")
    return text


Name = Annotated[str, Path(min_length=1, max_length=200), AfterValidator(_printable)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
After = Annotated[str, Query(max_length=200), AfterValidator(_printable)]
Place = Annotated[str, Query(max_length=250, pattern="^([0-9]{1,38}@.+)?$"), AfterValidator(_printable)]
Resource = Annotated[str, Query(min_length=1, max_length=100), AfterValidator(_printable)]
Moment = Annotated[AwareDatetime | None, Query()]


def read_routes(ledger: Ledger) -> APIRouter:
    """Give the routes that read."""
    routes = APIRouter(prefix="/v1", tags=["read"])

    @routes.get("/pools", responses=problems(422))
    def pools(space: models.SpaceName | None = None) -> list[models.GrantResponse]:
        """Các vùng cấp đang mở · All pools that are open."""
        return [models.grant_response(pool) for pool in ledger.pools(space)]

    @routes.get("/grants/{grant_id}", responses=problems(404, 422))
    def grant(grant_id: Name, recorded_at: Moment = None) -> models.GrantResponse:
        """Một quyền sử dụng, nay hoặc theo thời điểm ghi · One grant, now or as it was recorded at a moment."""
        return models.grant_response(ledger.grant(grant_id, recorded=recorded_at))

    @routes.get("/grants/{grant_id}/history", responses=problems(404, 422))
    def history(grant_id: Name) -> list[models.HistoryResponse]:
        """Mọi sự kiện của một quyền sử dụng · All events of a grant."""
        ledger.grant(grant_id)
        return [models.history_response(item) for item in ledger.history(grant_id)]

    @routes.get("/grants/{grant_id}/children", responses=problems(404, 422))
    def children(grant_id: Name, limit: Limit = 100, after: Place = "") -> models.ChildrenResponse:
        """Các khối cấp ra từ đây, theo vị trí · What is given out of it, by place; `following` goes on as `after`."""
        held = ledger.grant(grant_id)
        first, _, claim_id = after.partition("@")
        found = ledger.children(grant_id, after=(int(first), claim_id) if after else None, limit=limit)
        following = f"{found[-1].box.first}@{found[-1].claim_id}" if len(found) == limit else ""
        return models.ChildrenResponse(
            items=[models.claim_response(held, claim) for claim in found], following=following
        )

    @routes.get("/grants/{grant_id}/utilisation", responses=problems(404, 422))
    def utilisation(grant_id: Name) -> models.UtilisationResponse:
        """Mức sử dụng · How full a grant is."""
        return models.utilisation_response(ledger.grant(grant_id), ledger.utilisation(grant_id))

    @routes.get("/holdings", responses=problems(422))
    def holdings(
        space: models.SpaceName, resource: Resource, legal_at: Moment = None, recorded_at: Moment = None
    ) -> list[models.HoldingResponse]:
        """Ai giữ gì, theo pháp lý và theo ghi nhận · Who had what of a resource, by law and by record."""
        box = models.box_of(space, resource)
        found = ledger.as_of(space, box, legal=legal_at, recorded=recorded_at)
        return [models.holding_response(holding) for holding in found[:MOST]]

    @routes.get("/holders", responses=problems(422))
    def holders(limit: Limit = 100, after: After = "") -> list[models.HolderResponse]:
        """Các chủ thể · Holders, a page at a time; `after` is the last name seen."""
        return [models.holder_response(holder) for holder in ledger.holders(after=after, limit=limit)]

    @routes.get("/holders/{holder_id}", responses=problems(404, 422))
    def holder(holder_id: Name, recorded_at: Moment = None) -> models.HolderResponse:
        """Một chủ thể · One holder."""
        return models.holder_response(ledger.holder(holder_id, recorded=recorded_at))

    @routes.get("/holders/{holder_id}/grants", responses=problems(404, 422))
    def grants_of(holder_id: Name) -> list[models.GrantResponse]:
        """Quyền sử dụng của một chủ thể · The grants of a holder."""
        ledger.holder(holder_id)
        return [models.grant_response(one) for one in ledger.of_holder(holder_id)[:MOST]]

    return routes
