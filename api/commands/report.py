"""`sogoc report`: the report of a finished run for people (HTML), for work (XLSX), or a carrier's own part."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import AsJson
from api.commands.runs import finished_run, manifest_of
from api.commands.summary import show_run
from api.commands.terminal import tell
from api.errors import CarrierNotInRun

if TYPE_CHECKING:
    from rich.console import Console

REPORT_HTML, REPORT_XLSX = "report.html", "report.xlsx"


def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Thư mục lượt đối soát · Folder of the run")],
    html: Annotated[
        bool, typer.Option("--html", help="Ghi báo cáo HTML một tệp · Write the report as one file")
    ] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Ghi sổ Excel · Write the workbook")] = False,
    carrier: Annotated[
        str | None,
        typer.Option("--carrier", metavar="C", help="Phần được gửi cho nhà mạng này · What this carrier may be sent"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Thư mục đích, mặc định là RUN · Where to write, RUN by default"),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="RUN", help="Lượt trước để so sánh · Earlier run to compare with"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Lập báo cáo của một lượt đối soát · Make the report of a run; without options, show its summary."""
    manifest = manifest_of(run)
    written: list[Path] = []
    if html or xlsx:
        written += write_reports(run, out or run, html=html, xlsx=xlsx, previous=previous)
    if carrier is not None:
        written += carrier_files(run, manifest, carrier, out)

    def show(screen: "Console") -> None:
        if not written:
            show_run(screen, manifest)
        for path in written:
            screen.print(str(path), soft_wrap=True)

    value: dict[str, Any] = {"run": str(run), "written": [str(path) for path in written]}
    tell(value if written else value | {"manifest": manifest}, show, as_json=as_json)


def write_reports(run: Path, out: Path, *, html: bool, xlsx: bool, previous: Path | None = None) -> list[Path]:
    """Write the reports asked for into a folder; give their paths."""
    from engine.report.account import account
    from engine.report.html import write_html
    from engine.report.xlsx import write_xlsx

    out.mkdir(parents=True, exist_ok=True)
    model = account(finished_run(run), previous=finished_run(previous) if previous else None)
    written = []
    if html:
        write_html(model, out / REPORT_HTML)
        written.append(out / REPORT_HTML)
    if xlsx:
        write_xlsx(model, out / REPORT_XLSX, run=run)
        written.append(out / REPORT_XLSX)
    return written


def carrier_files(run: Path, manifest: dict[str, Any], carrier: str, out: Path | None) -> list[Path]:
    """Give the files that one carrier may be sent, copied to `out` where that is given.

    Raises:
        CarrierNotInRun: The run has no batch of this carrier.
    """
    from engine.carrier_export import safe_name

    known = sorted({batch["carrier"] for batch in manifest["batches"]})
    folder = run / "carrier" / safe_name(carrier)
    if carrier not in known or not folder.is_dir():
        raise CarrierNotInRun(run=run, carrier=carrier, known=", ".join(known))
    if out is not None:
        folder = Path(shutil.copytree(folder, out / folder.name, dirs_exist_ok=True))
    return sorted(folder.iterdir())
