"""`sogoc ip import-delegated` and `export-delegated`: delegated files in as history, and out as of any day."""

import datetime
import hashlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks, changes
from api.commands.ledger_options import today
from api.commands.options import day
from api.commands.terminal import draw_table, say
from api.problems import DONE, MEND

if TYPE_CHECKING:
    from rich.console import Console

Registry = Annotated[
    str,
    typer.Option("--registry", metavar="NAME", help="Tên tổ chức đứng tên tệp · Registry that the file is named for"),
]


@changes
def import_delegated(
    desk: Desk,
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="Tệp delegated của APNIC, thường hoặc mở rộng · Delegated file")
    ],
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CC", help="Chỉ nhập các dòng của một nước · Rows of one country only"),
    ] = None,
) -> int:
    """Nhập tệp delegated thành lịch sử, không thành vùng cấp · Record a delegated file as history, never as a pool."""
    from registries.addresses.delegated import KINDS, read_delegated
    from registries.addresses.history import import_delegated as record_history

    read = read_delegated(path).checked(path)
    if country:
        read = replace(read, records=tuple(row for row in read.records if row.country == country.upper()))
    envelope = desk.envelope(
        reason="nhập lịch sử · import of history",
        instrument=f"{path.name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}",
    )
    done = record_history(desk.ledger, read, envelope, dry_run=desk.dry_run)
    value: dict[str, Any] = {
        "file": str(path),
        "dry_run": desk.dry_run,
        "rows": done.rows,
        "new": done.new,
        "known": done.known,
        "of_nobody": done.of_nobody,
        "refused": [{"row": next(one.record.lines()), "reason": one.reason} for one in done.refused],
        "numbers": {kind: str(read.total(kind)) for kind in KINDS},
    }

    def show(screen: "Console") -> None:
        rows: list[tuple[str, object]] = [
            ("Dòng · rows", done.rows),
            ("Mới ghi · new", done.new),
            ("Đã có · known", done.known),
            ("Không của ai · of nobody", done.of_nobody),
            ("Từ chối · refused", len(done.refused)),
            *((f"{kind}: địa chỉ, số · addresses, numbers", read.total(kind)) for kind in KINDS),
        ]
        draw_table(screen, f"Lịch sử · History {path.name}", ("", ""), rows)

    desk.tell(value, show)
    for one in done.refused[:20]:
        say(f"từ chối · refused: {one.reason}")
    return MEND if done.refused else DONE


@asks
def export_delegated(
    desk: Desk,
    on: Annotated[
        datetime.date | None,
        typer.Option("--on", parser=day, metavar="DATE", help="Cuối ngày nào, mặc định hôm nay · End of which day"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Ghi tệp và .md5 vào thư mục · Write the file and its .md5 into DIR"),
    ] = None,
    registry: Registry = "apnic",
    country: Annotated[
        str, typer.Option("--country", metavar="CC", help="Nước của các khối tự cấp · Country of own grants")
    ] = "VN",
    extended: Annotated[
        bool, typer.Option("--extended", help="Thêm phần còn trống, giữ lại · With available and reserved parts")
    ] = False,
) -> None:
    """Xuất tệp delegated của một ngày, ra stdout hoặc thư mục · Write the delegated file of a day, to stdout or DIR."""
    from registries.addresses.delegated import KINDS, render_delegated, write_delegated
    from registries.addresses.history import delegated_records

    serial = on or today()
    rows = delegated_records(desk.ledger, registry=registry, day=serial, country=country, extended=extended)
    text = render_delegated(rows, registry=registry, serial=serial, extended=extended)
    written = (
        write_delegated(out, text, registry=registry, serial=serial, extended=extended) if out is not None else None
    )
    if written is None and not desk.as_json:
        sys.stdout.write(text)
        return
    held = [row for row in rows if row.status in {"allocated", "assigned"}]
    value = {
        "file": None if written is None else str(written),
        "on": str(serial),
        "md5": hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest(),
        "rows": len(rows),
        "numbers": {kind: str(sum(row.size for row in held if row.kind == kind)) for kind in KINDS},
    }

    def show(screen: "Console") -> None:
        screen.print(f"{written}: {len(rows):,} dòng · rows, md5 {value['md5']}", soft_wrap=True)

    desk.tell(value, show)
