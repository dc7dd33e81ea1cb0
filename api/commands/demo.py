"""`sogoc demo`: two months of three made-up carriers against a made-up register, from nothing to the report."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import AsJson, announce_kernels
from api.commands.progress import Meter
from api.commands.reconcile import batch_inputs, gather_batches
from api.commands.report import REPORT_HTML, write_reports
from api.commands.summary import show_change, show_run
from api.commands.terminal import say, tell
from api.errors import DemoFolderTaken

if TYPE_CHECKING:
    from rich.console import Console

PERSONS, SIMS = 50_000, 60_000
SEED = 2026
MARK = ".sogoc-demo"
"""File that a demonstration leaves in its folder: only such a folder is ever cleared."""


def demo(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Thư mục, mặc định một thư mục mới ở đây · Folder, a new one by default"
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Xóa bản demo cũ trong thư mục đó · Clear an earlier demo in that folder")
    ] = False,
    persons: Annotated[
        int, typer.Option("--persons", min=1_000, metavar="N", help="Số người trong sổ · Persons in the register")
    ] = PERSONS,
    sims: Annotated[int, typer.Option("--sims", min=1_000, metavar="M", help="Số thuê bao · Subscriptions")] = SIMS,
    as_json: AsJson = False,
) -> None:
    """Chạy thử trọn vẹn với dữ liệu giả · Run all of it once, on made-up data."""
    folder = _prepare_folder(out, force=force)
    announce_kernels()
    say(f"sogoc: dữ liệu giả, ba nhà mạng, {sims:,} thuê bao, {persons:,} người · made-up data in {folder}")
    with Meter() as meter:
        first = _month(folder, 1, persons, sims, meter)
        second = _month(folder, 2, persons, sims, meter)
        written = write_reports(folder / "run-2", folder / "run-2", html=True, xlsx=True)
    report = next(path for path in written if path.name == REPORT_HTML).resolve()

    def show(screen: "Console") -> None:
        show_run(screen, second)
        show_change(screen, first, second)
        screen.print("Xem tiếp · go on:", soft_wrap=True)
        screen.print(f"  sogoc explain {folder / 'run-2'} {_a_number(folder / 'run-2')}", soft_wrap=True)
        screen.print(f"  sogoc report {folder / 'run-2'} --carrier VTL", soft_wrap=True)
        screen.print(str(report), soft_wrap=True)

    value: dict[str, Any] = {"out": str(folder), "report": str(report), "month_1": first, "month_2": second}
    tell(value, show, as_json=as_json)


def _prepare_folder(out: Path | None, *, force: bool) -> Path:
    """Make the folder of the demonstration; only one that an earlier demonstration made is ever cleared.

    Raises:
        DemoFolderTaken: Something else is in it, or `force` is off.
    """
    if out is None:
        numbers = (number for number in range(1, 10_000) if not Path(f"sogoc-demo-{number}").exists())
        out = Path(f"sogoc-demo-{next(numbers)}")
    if out.exists() and any(out.iterdir()):
        if not (force and (out / MARK).is_file()):
            raise DemoFolderTaken(path=out)
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()
    return out


def _month(folder: Path, month: int, persons: int, sims: int, meter: Meter) -> dict[str, Any]:
    """Generate a month, bring the index up to it, reconcile; give the manifest of the run."""
    from engine.explain import note_inputs
    from engine.identity.store import build_index, open_index, update_index
    from engine.pipeline import RunPlan, default_workers, reconcile
    from engine.synthetic import AS_OF, generate

    files = folder / f"month-{month}"
    made = generate(
        files,
        persons=persons,
        sims=sims,
        profile="dirty",
        seed=SEED,
        format="csv",
        round=month,
        progress=lambda what, done, rows: meter.told(f"{what} {month}", done, rows),
    )
    index = folder / "index"

    def indexed(done: int, total: int) -> None:
        meter.told(f"index {month}", done, total)

    if made.register is not None:
        build_index(made.register, index, as_of=AS_OF, threads=default_workers(), progress=indexed)
    if made.register_delta is not None:
        update_index(index, made.register_delta, as_of=AS_OF, threads=default_workers(), progress=indexed)
    entries, porting = gather_batches([made.manifest], None, None, None)
    run = folder / f"run-{month}"
    plan = RunPlan(
        batches=batch_inputs(entries),
        out=run,
        as_of=max(entry.batch_date or AS_OF for entry in entries),
        index_path=index,
        porting=porting,
        previous=folder / f"run-{month - 1}" if month > 1 else None,
        workers=default_workers(),
    )
    manifest = reconcile(
        plan, open_index(index), lambda stage, done, total: meter.told(f"{stage} {month}", done, total)
    )
    note_inputs(plan)
    return manifest


def _a_number(run: Path) -> str:
    """Give a number whose record was linked by search, to look at."""
    import polars as pl

    found = pl.scan_parquet(run / "verdicts.parquet").filter(
        (pl.col("tier") == "search") & (pl.col("link_status") == "identified") & pl.col("msisdn").is_not_null()
    )
    rows = found.select("msisdn").head(1).collect()
    return str(rows["msisdn"][0]) if rows.height else "84..."
