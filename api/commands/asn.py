"""`sogoc asn`: the register of AS numbers."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import ledger_grants
from api.commands.ip_grants import Authority, ForHolder, Justified, PoolName, PoolTitle, show_pools
from api.commands.ledger_desk import Desk, asks, changes

if TYPE_CHECKING:
    from rich.console import Console

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Số hiệu mạng: vùng cấp, cấp, thu hồi · AS numbers: pools, grants, revocation",
)


@commands.command("open-pool")
@changes
def open_pool(
    desk: Desk,
    numbers: Annotated[
        str, typer.Argument(metavar="NUMBERS", help="Số đầu-số cuối, như 64496-64511 · First-last, as 64496-64511")
    ],
    authority: Authority,
    name: PoolTitle = "",
) -> None:
    """Mở vùng số hiệu mạng, có nơi giao và căn cứ (--instrument) · Open a pool of AS numbers."""
    from registries.asns.numbers import AutnumRange
    from registries.asns.register import open_autnum_pool

    desk.needs("--instrument", desk.instrument, "vùng cấp phải có căn cứ · a pool rests on an instrument")
    given = AutnumRange.parse(numbers)
    receipt = open_autnum_pool(
        desk.ledger, given, desk.envelope(), authority=authority, name=name, dry_run=desk.dry_run
    )
    desk.receipt(receipt)


@commands.command()
@asks
def pools(desk: Desk) -> None:
    """Các vùng số hiệu mạng: đã dùng, còn trống, dự báo · Pools of AS numbers: use, free numbers, forecast."""
    show_pools(desk, ("asn",))


@commands.command()
@changes
def assign(
    desk: Desk,
    pool: PoolName,
    holder: ForHolder = None,
    two_byte: Annotated[
        bool, typer.Option("--two-byte", help="Xin số 2 byte, phải có giải trình · A two-byte number, with reasons")
    ] = False,
    justified: Justified = False,
) -> None:
    """Cấp số hiệu mạng kế tiếp của vùng · Assign the next AS number of a pool."""
    from api.commands.ledger_resources import holder_id_of
    from registries.asns.register import grant_autnum, next_autnum

    chosen = next_autnum(desk.ledger, pool, two_byte=two_byte) if desk.dry_run else None
    receipt = grant_autnum(
        desk.ledger,
        pool,
        desk.envelope(),
        on=desk.on,
        holder_id=None if holder is None else holder_id_of(desk.ledger, holder),
        wants_two_byte=two_byte,
        is_justified=justified,
        tables=desk.tables,
        dry_run=desk.dry_run,
    )
    desk.receipt(receipt, **({"chosen": f"AS{chosen}"} if desk.dry_run else {}))


@commands.command()
@asks
def free(
    desk: Desk,
    pool: PoolName,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Số khoảng trống · Parts shown")] = 20,
) -> None:
    """Các khoảng số còn trống và số kế tiếp · Free numbers of a pool, and the next one."""
    from registries.asns.register import next_autnum

    parts = [str(desk.ledger.grant(pool).space.text(box)) for box in desk.ledger.free_parts(pool, limit=limit)]
    value = {
        "pool": pool,
        "free": parts,
        "next": next_autnum(desk.ledger, pool),
        "next_two_byte": next_autnum(desk.ledger, pool, two_byte=True),
    }

    def show(screen: "Console") -> None:
        for part in parts:
            screen.print(part)
        screen.print(f"kế tiếp · next: {value['next'] or '-'}; 2 byte: {value['next_two_byte'] or '-'}")

    desk.tell(value, show)


ledger_grants.add_to(commands)
