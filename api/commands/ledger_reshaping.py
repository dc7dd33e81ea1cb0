"""Commands about the space of a grant, and of what is kept back: `ip` and `asn` have them all."""

from enum import Enum
from typing import Annotated

import typer

from api.commands.ledger_desk import Desk, changes
from api.commands.ledger_options import GrantName, When, moment_of, when


class GivenAs(Enum):
    """What a reservation becomes."""

    ALLOCATED = "allocated"
    ASSIGNED = "assigned"


@changes
def split(
    desk: Desk,
    grant: GrantName,
    part: Annotated[
        list[str],
        typer.Argument(
            metavar="PART...", help="Các phần tách ra, mỗi phần thành một quyền mới · Parts, each a new grant"
        ),
    ],
) -> None:
    """Tách một hay nhiều phần thành quyền sử dụng riêng · Make grants of their own out of parts of one."""
    from api.commands.ledger_resources import box_of, grant_of
    from registries.ledger import Split

    found = grant_of(desk.ledger, grant)
    desk.execute(Split(grant_id=found.grant_id, parts=tuple((box_of(found.space_name, text),) for text in part)))


@changes
def merge(
    desk: Desk,
    grant: GrantName,
    other: Annotated[
        list[str],
        typer.Argument(metavar="OTHER...", help="Các quyền nhập vào, phải giống nhau · Grants that go into it"),
    ],
) -> None:
    """Nhập các quyền sử dụng giống nhau làm một · Make one grant of several that are alike."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Merge

    absorbed = tuple(grant_of(desk.ledger, text).grant_id for text in other)
    desk.execute(Merge(grant_id=grant_of(desk.ledger, grant).grant_id, absorbed=absorbed))


@changes
def grow(
    desk: Desk,
    grant: GrantName,
    block: Annotated[list[str], typer.Argument(metavar="BLOCK...", help="Các khối thêm vào · Blocks to add")],
) -> None:
    """Mở rộng một quyền sử dụng trong vùng của nó · Add blocks to a grant, out of the one it stands on."""
    from api.commands.ledger_resources import box_of, grant_of
    from registries.ledger import Grow

    found = grant_of(desk.ledger, grant)
    desk.execute(Grow(grant_id=found.grant_id, boxes=tuple(box_of(found.space_name, text) for text in block)))


@changes
def shrink(
    desk: Desk,
    grant: GrantName,
    block: Annotated[list[str], typer.Argument(metavar="BLOCK...", help="Các khối bỏ ra · Blocks to give up")],
) -> None:
    """Thu hẹp: trả một phần, giữ phần còn lại · Give up blocks of a grant; something of it remains."""
    from api.commands.ledger_resources import box_of, grant_of
    from registries.ledger import Shrink

    found = grant_of(desk.ledger, grant)
    desk.execute(Shrink(grant_id=found.grant_id, boxes=tuple(box_of(found.space_name, text) for text in block)))


@changes
def reserve(
    desk: Desk,
    pool: Annotated[str, typer.Argument(metavar="POOL", help="Mã vùng cấp hoặc khối phân bổ · Pool, or allocation")],
    block: Annotated[
        list[str], typer.Argument(metavar="BLOCK...", help="Các khối, số giữ lại · Blocks or numbers to keep back")
    ],
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="HOLDER", help="Giữ cho ai, nếu có · For whom, if for anybody")
    ] = None,
    until: Annotated[
        When | None, typer.Option("--until", parser=when, metavar="DATE", help="Giữ đến trước ngày nào · Until when")
    ] = None,
) -> None:
    """Giữ lại chỗ trong vùng cấp, phải nêu lý do · Keep space of a pool back; it needs a reason."""
    from api.commands.ledger_resources import box_of, grant_of, holder_id_of
    from registries.ledger import Issue, Level

    desk.why()
    found = grant_of(desk.ledger, pool)
    command = Issue(
        parent_id=found.grant_id,
        level=Level.RESERVED,
        boxes=tuple(box_of(found.space_name, text) for text in block),
        holder_id=None if holder is None else holder_id_of(desk.ledger, holder),
        stop_at=None if until is None else moment_of(until),
    )
    desk.execute(command)


@changes
def confirm(
    desk: Desk,
    grant: GrantName,
    level: Annotated[
        GivenAs, typer.Option("--as", help="Phân bổ để cấp tiếp, hay cấp để dùng · To be given on, or to be used")
    ],
    holder: Annotated[
        str | None, typer.Option("--holder", metavar="HOLDER", help="Chủ thể · The holder, where not yet recorded")
    ] = None,
) -> None:
    """Biến chỗ giữ lại thành quyền sử dụng · Turn a reservation into a grant."""
    from api.commands.ledger_resources import grant_of, holder_id_of
    from registries.ledger import Confirm, Level

    found = grant_of(desk.ledger, grant)
    holder_id = None if holder is None else holder_id_of(desk.ledger, holder)
    desk.execute(Confirm(grant_id=found.grant_id, level=Level(level.value), holder_id=holder_id))


@changes
def release(desk: Desk, grant: GrantName) -> None:
    """Bỏ giữ lại hoặc hết cách ly: chỗ ấy trống · Let a reservation or quarantine go: its space is free."""
    from api.commands.ledger_resources import grant_of
    from registries.ledger import Release

    desk.execute(Release(grant_id=grant_of(desk.ledger, grant).grant_id, reason=desk.why()))


def add_to(commands: typer.Typer) -> None:
    """Give a group of commands all of these."""
    for command in (split, merge, grow, shrink, reserve, confirm, release):
        commands.command()(command)
