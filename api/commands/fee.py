"""`sogoc fee`: what is charged on a day, by which row of which instrument; and rows that the authority adds."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from api.commands.ledger_desk import Desk, asks
from api.commands.ledger_options import Db, DryRun, today
from api.commands.options import AsJson, day
from api.commands.quotes import quote_value, show_quote
from api.commands.terminal import tell
from api.errors import OptionFaulty
from api.ledger_home import db_url, is_there, open_ledger_at

if TYPE_CHECKING:
    from rich.console import Console

    from registries.fees import Holding, Quote
    from registries.overlay import Tables
    from registries.store import Ledger

commands = typer.Typer(
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Phí, lệ phí theo ngày; nạp biểu phí · Fees and charges by day; load tariffs",
)

_48S: Final = 1 << 80
"""Addresses of one IPv6 /48."""


@commands.command()
def quote(
    item: Annotated[
        str,
        typer.Argument(metavar="ITEM", help="addresses, asn, hoặc mục trong fee_items · addresses, asn, or a fee item"),
    ],
    kind: Annotated[
        Literal["register", "maintain"],
        typer.Option("--kind", help="Lệ phí đăng ký hay phí duy trì năm · Registration, or a year of maintenance"),
    ] = "register",
    on: Annotated[
        datetime.date | None,
        typer.Option(
            "--on", parser=day, metavar="DATE", help="Ngày tính phí, mặc định hôm nay · Day, today by default"
        ),
    ] = None,
    held: Annotated[
        list[str] | None,
        typer.Option("--held", metavar="N|BLOCK", help="Đang giữ: số ASN, hoặc các khối · Held: AS numbers or blocks"),
    ] = None,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", metavar="N|BLOCK", help="Xin thêm: số ASN, hoặc các khối · Added: AS numbers or blocks"),
    ] = None,
    holder: Annotated[
        str | None,
        typer.Option(
            "--holder", metavar="HOLDER", help="Lấy phần đang giữ từ sổ · What this holder has, by the ledger"
        ),
    ] = None,
    quantity: Annotated[
        int, typer.Option("--quantity", min=0, metavar="N", help="Số lần hoặc số năm của mục khác · Times or years")
    ] = 1,
    firm: Annotated[
        bool, typer.Option("--firm", help="Chỉ nhận báo phí xuất được hóa đơn · Refuse what gives no invoice")
    ] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Báo phí của một ngày: từng dòng, căn cứ, và điều chưa xác nhận · Quote: lines, instruments, doubts."""
    from registries.overlay import Tables

    ledger: Ledger | None = None
    tables = Tables()
    if db is not None or holder is not None or is_there(db_url(db)):
        ledger, home = open_ledger_at(db_url(db))
        tables = home.tables
    try:
        found = _quoted(item, kind, on or today(), (held or [], add or []), (ledger, holder), quantity, tables)
    finally:
        if ledger is not None:
            ledger.close()
    if firm:
        found = found.firm()
    value = {"item": item, "kind": kind} | quote_value(found)
    tell(value, lambda screen: show_quote(screen, found), as_json=as_json)


def _quoted(
    item: str,
    kind: Literal["register", "maintain"],
    on: datetime.date,
    given: tuple[list[str], list[str]],
    by_ledger: "tuple[Ledger | None, str | None]",
    quantity: int,
    tables: "Tables",
) -> "Quote":
    from registries import fees

    held, add = given
    if item == fees.ASN_ITEM:
        numbers = sum(map(_count, held)) + _held_of(by_ledger, on)[1]
        if kind == "maintain":
            return fees.quote_asn_maintenance(numbers, on, tables)
        return fees.quote_asn_registration(numbers, sum(map(_count, add)) or 1, on, tables)
    if item == fees.ADDRESS_ITEM:
        now = _sum(_holding(held), _held_of(by_ledger, on)[0])
        if kind == "maintain":
            return fees.quote_address_maintenance(now, on, tables)
        return fees.quote_address_registration(now, _sum(now, _holding(add)), on, tables)
    return fees.quote_item(item, kind, on, quantity=quantity, tables=tables)


def _held_of(by_ledger: "tuple[Ledger | None, str | None]", on: datetime.date) -> "tuple[Holding, int]":
    """Give the addresses and the count of AS numbers that a holder has by the ledger at the end of a day."""
    from api.commands.ledger_resources import holder_id_of
    from registries.fees import Holding

    ledger, holder = by_ledger
    if ledger is None or holder is None:
        return Holding(), 0
    holder_id = holder_id_of(ledger, holder)
    sizes = {
        kind: sum(
            one.claim.box.size
            for one in ledger.as_of(kind, legal=on)
            if one.tenure.holder_id == holder_id and one.claim.tier == 1
        )
        for kind in ("ipv4", "ipv6", "asn")
    }
    return Holding(sizes["ipv4"], -(-sizes["ipv6"] // _48S)), sizes["asn"]


def _holding(texts: list[str]) -> "Holding":
    from registries.addresses.blocks import Block
    from registries.fees import Holding

    blocks = [Block.parse(text) for text in texts]
    four = sum(block.size for block in blocks if block.family == 4)
    return Holding(four, -(-sum(block.size for block in blocks if block.family == 6) // _48S))


def _sum(one: "Holding", other: "Holding") -> "Holding":
    from registries.fees import Holding

    return Holding(one.ipv4_addresses + other.ipv4_addresses, one.ipv6_48s + other.ipv6_48s)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise OptionFaulty(option="--held, --add", value=text, detail="AS numbers are counted: write how many")
    return int(text)


@commands.command()
@asks
def load(
    desk: Desk,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="Bảng: fee_items, fee_address_levels, ... · Table")],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Tệp CSV cùng các cột · CSV file of the same columns")],
    dry_run: DryRun = False,
) -> None:
    """Nạp thêm dòng biểu phí, lịch nghỉ, chính sách, có căn cứ · Add rows of tariffs, holidays or policy."""
    from registries.overlay import load_rows

    folder = desk.tables.folder
    assert folder is not None  # noqa: S101 - the tables of a home have one
    done = load_rows(table, path, folder, dry_run=dry_run)
    value = {
        "table": table,
        "file": str(done.path),
        "added": done.added,
        "present": done.present,
        "dry_run": dry_run,
    }

    def show(screen: "Console") -> None:
        screen.print(
            f"{table}: thêm · added {done.added:,}, đã có · present {done.present:,}  ({done.path})",
            soft_wrap=True,
            markup=False,
        )

    desk.tell(value, show)
