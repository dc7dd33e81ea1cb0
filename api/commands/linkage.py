"""`sogoc link` and `sogoc dedupe`: any two tables, or the duplicates of one, without labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AsJson, announce_kernels
from api.commands.progress import Meter
from api.commands.terminal import draw_table, tell

if TYPE_CHECKING:
    from rich.console import Console

    from engine.linkage import LinkResult

OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="Thư mục kết quả · Folder of the result")]
ModelFile = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="FILE",
        help="Mô hình TOML hoặc JSON: trường, phép so, khóa chặn · Model: fields, comparators, blocking",
    ),
]
Ignored = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="COLUMN", help="Bỏ qua cột này; dùng được nhiều lần · Leave out; may be repeated"),
]
Threshold = Annotated[
    float | None,
    typer.Option("--threshold", min=0.0, max=1.0, metavar="P", help="Xác suất tối thiểu · Least probability (0.5)"),
]


def link(
    left: Annotated[Path, typer.Argument(metavar="LEFT", help="Bảng trái: CSV, Excel, Parquet · Left table")],
    right: Annotated[Path, typer.Argument(metavar="RIGHT", help="Bảng phải · Right table")],
    out: OutFolder,
    model: ModelFile = None,
    ignore: Ignored = None,
    one_to_one: Annotated[
        bool, typer.Option("--one-to-one", help="Mỗi dòng có tối đa một dòng khớp · A row has at most one partner")
    ] = False,
    threshold: Threshold = None,
    as_json: AsJson = False,
) -> None:
    """Ghép hai bảng bất kỳ, không cần nhãn · Link any two tables, without labels."""
    announce_kernels()
    announce_kernels("link")
    from engine.linkage import link as engine_link

    with Meter(whole="compare") as meter:
        result = engine_link(
            left,
            right,
            model=model,
            ignore=ignore or (),
            one_to_one=one_to_one,
            threshold=threshold,
            out=out,
            progress=meter.share,
        )
    _tell(result, out, as_json=as_json)


def dedupe(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="Bảng: CSV, Excel, Parquet · Table")],
    out: OutFolder,
    model: ModelFile = None,
    ignore: Ignored = None,
    threshold: Threshold = None,
    as_json: AsJson = False,
) -> None:
    """Tìm dòng trùng trong một bảng · Find the duplicates of one table."""
    announce_kernels()
    announce_kernels("link")
    from engine.linkage import dedupe as engine_dedupe

    with Meter(whole="compare") as meter:
        result = engine_dedupe(
            table, model=model, ignore=ignore or (), threshold=threshold, out=out, progress=meter.share
        )
    _tell(result, out, as_json=as_json)


def _tell(result: "LinkResult", out: Path, *, as_json: bool) -> None:
    value = {"out": str(out), "pairs": str(out / "pairs.parquet"), **result.as_dict()}

    def show(screen: "Console") -> None:
        fields = [(field.name, field.left, field.right, field.comparator) for field in result.model.fields]
        headings = ("Trường · field", "Trái · left", "Phải · right", "Phép so · comparator")
        draw_table(screen, "Các trường được so · Fields compared", headings, fields, numbers_from=9)
        for omission in result.omissions:
            screen.print(f"Không so · left out: {omission.column}: {omission.vi} · {omission.en}", soft_wrap=True)
        for note in result.notes:
            screen.print(f"Lưu ý · note: {note.vi} · {note.en}", soft_wrap=True)
        account = [(name.replace("_", " "), number) for name, number in result.account.as_dict().items()]
        draw_table(screen, "Số liệu · Account", ("", ""), account)
        screen.print(f"Cặp khớp · pairs: {out / 'pairs.parquet'}", soft_wrap=True)

    tell(value, show, as_json=as_json)
