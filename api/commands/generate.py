"""`sogoc generate`: populations and batches of people who do not exist, with the truth about them."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from api.commands.options import AsJson, announce_kernels, day
from api.commands.progress import Meter
from api.commands.terminal import draw_table, tell

if TYPE_CHECKING:
    from rich.console import Console


def generate(
    persons: Annotated[int, typer.Option("--persons", min=1, metavar="N", help="Số người trong sổ · Persons")],
    sims: Annotated[int, typer.Option("--sims", min=1, metavar="M", help="Số thuê bao · Subscriptions")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Thư mục kết quả · Folder of the files")],
    profile: Annotated[
        str, typer.Option("--profile", metavar="P", help="Mức lỗi · Mix of mistakes: clean, 2023, dirty, linkage")
    ] = "2023",
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="Hạt giống · Seed: the same files again")] = 1,
    carriers: Annotated[
        str, typer.Option("--carriers", metavar="LIST", help="Mã nhà mạng, cách nhau bởi dấu phẩy · Carrier codes")
    ] = "VTL,VNP,MBF",
    format: Annotated[  # noqa: A002 - the word of the command line
        str, typer.Option("--format", metavar="F", help="parquet hoặc csv · parquet or csv")
    ] = "parquet",
    round: Annotated[  # noqa: A002 - the word of the command line
        int,
        typer.Option("--round", min=1, metavar="R", help="Tháng thứ mấy; từ 2 có biến động sổ · Month; 2 on: changes"),
    ] = 1,
    as_of: Annotated[
        datetime.date | None,
        typer.Option("--as-of", parser=day, metavar="DATE", help="Ngày của dữ liệu · The day of the data"),
    ] = None,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, metavar="N", help="Số luồng · Threads, all cores by default")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sinh dữ liệu giả có đáp án: sổ danh tính và các lô · Generate register and batches with known truth."""
    announce_kernels()
    from engine.synthetic import AS_OF
    from engine.synthetic import generate as make

    kind: Literal["parquet", "csv"] = "csv" if _format(format) == "csv" else "parquet"
    names = [name.strip() for name in carriers.split(",") if name.strip()]
    with Meter() as meter:
        made = make(
            out,
            persons=persons,
            sims=sims,
            profile=profile,
            seed=seed,
            carriers=names,
            as_of=as_of or AS_OF,
            format=kind,
            round=round,
            progress=meter.told,
            workers=threads,
        )
    files = [path for path in (made.register, made.register_delta, *made.batches, made.porting, made.truth) if path]
    value = {
        "out": made.out,
        "batch_manifest": made.manifest,
        "register": made.register,
        "register_delta": made.register_delta,
        "batches": made.batches,
        "porting": made.porting,
        "truth": made.truth,
        "bytes": {path.name: path.stat().st_size for path in files},
    }

    def show(screen: "Console") -> None:
        rows = [(path.name, path.stat().st_size) for path in files]
        draw_table(screen, "Tệp đã sinh · Generated files", ("Tệp · file", "Byte"), rows)
        screen.print(f"Đối soát · Reconcile: sogoc reconcile {made.manifest} --index DIR --out RUN", soft_wrap=True)

    tell({name: _texts(each) for name, each in value.items()}, show, as_json=as_json)


def _format(name: str) -> str:
    if name not in {"parquet", "csv"}:
        raise typer.BadParameter(f"{name!r}: parquet hoặc csv · parquet or csv", param_hint="--format")
    return name


def _texts(value: object) -> object:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value if value is None or isinstance(value, dict) else str(value)
