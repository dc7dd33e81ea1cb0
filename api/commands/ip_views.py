"""`sogoc ip map`, `due`, `statement`, `decision`: what an officer looks at, and what is printed and signed."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.holder import HolderName
from api.commands.ledger_desk import Desk, asks
from api.commands.ledger_options import GrantName, Legal, When, day_of, today, when
from api.commands.options import day
from api.errors import OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

Agency = Annotated[
    str, typer.Option("--agency", metavar="CODE", help="Mã cơ quan trong bảng agencies · Code of the agency")
]
Page = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Tệp kết quả, mặc định stdout · File, stdout by default")
]
PrintedOn = Annotated[
    datetime.date | None,
    typer.Option("--on", parser=day, metavar="DATE", help="Ngày ghi trên văn bản · Date of the document"),
]


@asks
def draw_map(
    desk: Desk,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Tệp SVG · File of the SVG image")],
    family: Annotated[
        Literal["4", "6"], typer.Option("--family", help="IPv4 (đường Hilbert) hay IPv6 (cây) · IPv4 or IPv6")
    ] = "4",
    colour: Annotated[
        Literal["holder", "state", "age"], typer.Option("--colour", help="Màu theo gì · What the colour tells")
    ] = "state",
    legal: Legal = None,
) -> None:
    """Bản đồ không gian địa chỉ · Map of address space as SVG: IPv4 along a Hilbert curve, IPv6 as a tree."""
    from registries.addresses.hilbert import hilbert_map
    from registries.addresses.holdings import shown
    from registries.addresses.mapping import ColourBy
    from registries.addresses.tree import tree_map

    blocks = shown(desk.ledger, f"ipv{family}", legal=legal)
    draw = hilbert_map if family == "4" else tree_map
    _written(out, draw(blocks, ColourBy(colour)))
    value = {"file": str(out), "family": family, "colour": colour, "blocks": len(blocks)}

    def show(screen: "Console") -> None:
        screen.print(f"{out}: {len(blocks):,} khối · blocks", soft_wrap=True, markup=False)

    desk.tell(value, show)


@asks
def due(
    desk: Desk,
    on: Annotated[
        When | None,
        typer.Option("--on", parser=when, metavar="DATE", help="Tính từ ngày, mặc định hôm nay · From which day"),
    ] = None,
    days: Annotated[
        int, typer.Option("--days", min=0, metavar="N", help="Trong bao nhiêu ngày · Within how many days")
    ] = 7,
    announced: Annotated[
        Path | None,
        typer.Option(
            "--announced",
            metavar="FILE",
            help="Bảng định tuyến CSV: khối đã dùng thì không hỏi · Routes: what is in use",
        ),
    ] = None,
    arrears: Annotated[
        Path | None,
        typer.Option("--arrears", metavar="FILE", help="CSV nợ phí: due_on,subject,holder_id · CSV of arrears"),
    ] = None,
) -> None:
    """Việc đến hạn: chưa dùng sau 6 tháng, nợ phí, xác nhận đầu mối · What is due: use, arrears, contact checks."""
    from api.commands.terminal import draw_table
    from registries.addresses.announcements import read_announcements
    from registries.addresses.arrears import read_arrears
    from registries.addresses.register import contact_checks
    from registries.addresses.register import due as all_due

    start = day_of(on)
    found = all_due(
        desk.ledger,
        start,
        within_days=days,
        announcements=[] if announced is None else read_announcements(announced),
        arrears=[] if arrears is None else read_arrears(arrears),
        contacts=contact_checks(desk.ledger, start, within_days=days),
        tables=desk.tables,
    )
    # Without a routing table nobody knows what is in use: a term is then told when it ends, and not ever after.
    items = [one for one in found.items if announced is not None or one.about != "use" or one.due_on >= start]
    value = {
        "on": str(start),
        "days": days,
        "items": [
            {"due_on": str(one.due_on), "about": one.about, "subject": one.subject, "holder_id": one.holder_id}
            for one in items
        ],
        "without_policy": found.without_policy,
    }
    names = {
        "use": "chưa dùng · not in use",
        "arrears": "nợ phí · arrears",
        "contact": "xác nhận đầu mối · contact check",
    }

    def show(screen: "Console") -> None:
        rows = [(one.due_on, names[one.about], one.subject, one.holder_id or "-") for one in items]
        heads = ("Hạn · due", "Việc · about", "Về · subject", "Chủ thể · holder")
        draw_table(screen, f"Đến hạn · Due {start} + {days}", heads, rows, numbers_from=9)
        if found.without_policy:
            screen.print(
                f"{found.without_policy:,} quyền từ ngày chưa nạp quy định · grants of days whose policy is not loaded"
            )

    desk.tell(value, show)


@asks
def statement(desk: Desk, holder: HolderName, out: Page = None, agency: Agency = "VNNIC", on: PrintedOn = None) -> None:
    """Bản xác nhận tài nguyên của một chủ thể, để in · Statement of what a holder has, one HTML page to print."""
    from api.commands.ledger_resources import holder_id_of
    from registries.addresses.statements import holder_statement

    found = desk.ledger.holder(holder_id_of(desk.ledger, holder))
    grants = desk.ledger.of_holder(found.holder_id)
    day_printed = on or today()
    text = holder_statement(
        found.name or found.holder_id, grants, agency=_agency(desk, agency, day_printed), on=day_printed
    )
    _printed(desk, out, text, {"holder_id": found.holder_id})


@asks
def decision(desk: Desk, grant: GrantName, out: Page = None, agency: Agency = "VNNIC", on: PrintedOn = None) -> None:
    """Quyết định cấp một tài nguyên, để in · Decision on one grant, one HTML page to print."""
    import json

    from api.commands.ledger_resources import grant_of
    from registries.addresses.statements import decision as decision_on

    found = grant_of(desk.ledger, grant)
    holder = None if found.holder_id is None else desk.ledger.holder(found.holder_id)
    entry = json.loads(desk.ledger.history(found.grant_id)[0].content)
    day_printed = on or today()
    text = decision_on(
        found,
        holder=None if holder is None else holder.name or holder.holder_id,
        agency=_agency(desk, agency, day_printed),
        instrument=entry["envelope"]["instrument"],
        on=day_printed,
    )
    _printed(desk, out, text, {"grant_id": found.grant_id})


def _agency(desk: Desk, code: str, on: datetime.date) -> str:
    from registries.rules import agency_on

    row = agency_on(code, on, desk.tables)
    return f"{row['name_vi']} · {row['name_en']}"


def _printed(desk: Desk, out: Path | None, text: str, about: dict[str, str]) -> None:
    if out is not None:
        _written(out, text)
    value = about | ({"html": text} if out is None else {"file": str(out)})
    desk.tell(value, lambda screen: screen.print(str(out or text), soft_wrap=True, markup=False, highlight=False))


def _written(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise OptionFaulty(option="--out", value=path, detail="the file cannot be written") from fault
