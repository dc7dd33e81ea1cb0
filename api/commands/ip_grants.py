"""`sogoc ip open-pool`, `pools`, `allocate`, `assign` and `free`: space that may be given out, and giving it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks, changes
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

    from registries.addresses.blocks import Block

PoolName = Annotated[str, typer.Argument(metavar="POOL", help="Mã vùng cấp · Name of a pool")]
Length = Annotated[int, typer.Argument(metavar="LENGTH", min=0, max=128, help="Độ dài tiền tố · Prefix length")]
ForHolder = Annotated[
    str | None,
    typer.Option(
        "--holder",
        metavar="HOLDER",
        help="Chủ thể: mã, tên gọi tắt hoặc loại:số · Holder: its name, handle or scheme:value",
    ),
]
Justified = Annotated[
    bool, typer.Option("--justified", help="Hồ sơ có giải trình nhu cầu lớn hơn · The file states reasons for more")
]
Region = Annotated[
    Path | None,
    typer.Option(
        "--region",
        metavar="FILE",
        help="Tệp delegated cả vùng: chừa chỗ lớn lên cả với láng giềng ngoài nước · "
        "Whole-region delegated file: room to grow is counted against it too",
    ),
]
Authority = Annotated[
    str, typer.Option("--authority", metavar="NAME", help="Nơi giao vùng này · Who gave the space, e.g. APNIC")
]
PoolTitle = Annotated[str, typer.Option("--name", metavar="ID", help="Mã đặt cho vùng cấp · Name to give the pool")]


@changes
def open_pool(
    desk: Desk,
    block: Annotated[
        list[str], typer.Argument(metavar="BLOCK...", help="Các khối, cùng một họ · Blocks of one family")
    ],
    authority: Authority,
    name: PoolTitle = "",
) -> None:
    """Mở vùng cấp, có nơi giao và căn cứ (--instrument) · Open a pool, with its authority and instrument."""
    from registries.addresses.blocks import Block
    from registries.addresses.register import open_pool as open_pool_of

    desk.needs("--instrument", desk.instrument, "vùng cấp phải có căn cứ · a pool rests on an instrument")
    blocks = [Block.parse(text) for text in block]
    if len({one.family for one in blocks}) > 1:
        raise OptionFaulty(option="BLOCK", value=block[-1], detail="is of another family; open a pool for each family")
    receipt = open_pool_of(desk.ledger, blocks, desk.envelope(), authority=authority, name=name, dry_run=desk.dry_run)
    desk.receipt(receipt)


@asks
def pools(desk: Desk) -> None:
    """Các vùng cấp IPv4, IPv6: đã dùng, còn trống, phân mảnh, dự báo · Pools: use, free space, fragments, forecast."""
    show_pools(desk, ("ipv4", "ipv6"))


@changes
def allocate(
    desk: Desk,
    pool: PoolName,
    length: Length,
    holder: ForHolder = None,
    justified: Justified = False,
    region: Region = None,
) -> None:
    """Phân bổ khối cho nhà cung cấp, theo chính sách ngày ấy · Allocate a block to a provider, by the day's policy."""
    _give(desk, pool, length, holder, is_provider=True, justified=justified, region=region)


@changes
def assign(
    desk: Desk,
    pool: PoolName,
    length: Length,
    holder: ForHolder = None,
    justified: Justified = False,
    region: Region = None,
) -> None:
    """Cấp khối cho mạng đầu cuối · Assign a block to an end network."""
    _give(desk, pool, length, holder, is_provider=False, justified=justified, region=region)


def _give(
    desk: Desk, pool: str, length: int, holder: str | None, *, is_provider: bool, justified: bool, region: Path | None
) -> None:
    from api.commands.ledger_resources import holder_id_of
    from registries.addresses.register import grant_block, next_block

    if desk.ledger.grant(pool).space_name == "asn":
        raise OptionFaulty(option="POOL", value=pool, detail="is a pool of AS numbers: sogoc asn assign")
    near = _region(region)
    chosen = next_block(desk.ledger, pool, length, region=near)
    receipt = grant_block(
        desk.ledger,
        pool,
        length,
        desk.envelope(),
        on=desk.on,
        holder_id=None if holder is None else holder_id_of(desk.ledger, holder),
        is_provider=is_provider,
        is_justified=justified,
        region=near,
        tables=desk.tables,
        dry_run=desk.dry_run,
    )
    desk.receipt(receipt, **({"chosen": str(chosen)} if desk.dry_run else {}))


def _region(path: Path | None) -> "list[Block]":
    from registries.addresses.delegated import HELD, read_delegated

    if path is None:
        return []
    read = read_delegated(path).checked(path)
    return [row.block for row in read.records if row.kind != "asn" and row.status in {*HELD, "reserved"}]


@asks
def free(
    desk: Desk,
    pool: PoolName,
    length: Annotated[
        int | None,
        typer.Option("--length", min=0, max=128, metavar="N", help="Khối kế tiếp sẽ là gì · Which /N would be next"),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="N", help="Số khối trống lớn nhất · Parts shown")
    ] = 20,
    region: Region = None,
) -> None:
    """Phần còn trống của một vùng cấp, lớn nhất trước · Free parts of a pool, the largest first."""
    from registries.addresses.register import next_block

    grant = desk.ledger.grant(pool)
    parts = [grant.space.text(box) for box in desk.ledger.free_parts(pool, limit=limit)]
    following = None if length is None else str(next_block(desk.ledger, pool, length, region=_region(region)))
    value: dict[str, Any] = {"pool": pool, "free": parts, "next": following}

    def show(screen: "Console") -> None:
        for part in parts:
            screen.print(part)
        if following:
            screen.print(f"kế tiếp · next /{length}: {following}")

    desk.tell(value, show)


def show_pools(desk: Desk, spaces: tuple[str, ...]) -> None:
    """Tell how full the pools of some spaces are, and how long each will last."""
    from api.commands.ledger_shown import since_text
    from api.commands.terminal import draw_table
    from registries.addresses.history import pools as all_pools
    from registries.addresses.register import outlook

    found: list[dict[str, Any]] = []
    for pool in (pool for of in spaces for pool in all_pools(desk.ledger, of)):
        state = desk.ledger.utilisation(pool.grant_id)
        largest = state.largest_free
        coming = outlook(desk.ledger, pool, desk.on)
        found.append(
            {
                "pool": pool.grant_id,
                "space": pool.space_name,
                "resources": [pool.space.text(box) for box in pool.boxes],
                "authority": pool.attributes.get("authority", ""),
                "since": since_text(pool),
                "total": str(state.total),
                "free": str(state.free),
                "used_share": round(state.used / state.total, 6),
                "grants": state.children,
                "free_parts": state.free_parts,
                "largest_free": None if largest is None else pool.space.text(largest),
                "fragmentation": round(1 - largest.size / state.free, 6) if largest else 0.0,
                "years_left": None if coming is None else coming.expected_years,
                "years_left_90": None if coming is None else [coming.earliest_years, coming.latest_years],
            }
        )

    def show(screen: "Console") -> None:
        heads = (
            "Vùng cấp · pool",
            "Khối · blocks",
            "Dùng · used",
            "Cấp · grants",
            "Trống lớn nhất · largest free",
            "Năm · years",
        )
        rows = [
            (
                one["pool"],
                ", ".join(one["resources"]),
                f"{one['used_share']:.2%}",
                one["grants"],
                one["largest_free"] or "-",
                "?" if one["years_left"] is None else f"{one['years_left']:.1f}",
            )
            for one in found
        ]
        draw_table(screen, "Vùng cấp · Pools", heads, rows, numbers_from=2)

    desk.tell({"pools": found}, show)
