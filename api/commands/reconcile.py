"""`sogoc reconcile`: batches against the identity index, a run folder out."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.batch_manifest import Entry, is_manifest, read_batch_manifest
from api.commands.options import AsJson, ProfileFile, announce_kernels, byte_count, day, today
from api.commands.progress import Meter
from api.commands.summary import show_run
from api.commands.terminal import tell
from api.errors import BatchManifestFaulty, CarrierUnknown, OptionFaulty

if TYPE_CHECKING:
    from rich.console import Console

    from engine.pipeline import BatchInput

EXECUTORS = ("local", "ray")
SEARCHES = ("deep", "quick")


def reconcile(
    batches: Annotated[
        list[Path],
        typer.Argument(
            metavar="BATCH...", help="Tệp lô, hoặc một bản kê JSON/TOML · Batch files, or one manifest in JSON or TOML"
        ),
    ],
    index: Annotated[Path, typer.Option("--index", metavar="DIR", help="Chỉ mục danh tính · Identity index")],
    out: Annotated[Path, typer.Option("--out", metavar="RUN", help="Thư mục kết quả · Folder of the run")],
    carrier: Annotated[
        str | None, typer.Option("--carrier", metavar="CODE", help="Mã nhà mạng của các lô · Carrier of the batches")
    ] = None,
    batch_date: Annotated[
        datetime.date | None,
        typer.Option("--batch-date", parser=day, metavar="D", help="Ngày chốt của lô · The day the batches speak of"),
    ] = None,
    profile: ProfileFile = None,
    porting: Annotated[
        Path | None, typer.Option("--porting", metavar="FILE", help="Bảng chuyển mạng · Table of ported numbers")
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="RUN", help="Lượt trước để so sánh · Earlier run to compare with"),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option(
            "--rules", metavar="NAME", help="Bộ quy tắc, mặc định theo ngày · Rule set, by the day by default"
        ),
    ] = None,
    as_of: Annotated[
        datetime.date | None,
        typer.Option(
            "--as-of",
            parser=day,
            metavar="DATE",
            help="Ngày áp dụng quy tắc; mặc định ngày chốt lô muộn nhất, rồi hôm nay"
            " · The day whose rules hold: the latest batch date by default, else today",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Làm tiếp lượt bị dừng · Go on with a run that was stopped")
    ] = False,
    memory: Annotated[
        int,
        typer.Option(
            "--memory", parser=byte_count, metavar="SIZE", show_default="4GB", help="Trần bộ nhớ · Ceiling of memory"
        ),
    ] = 4 << 30,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, metavar="N", help="Số luồng, mặc định số lõi · Workers, all cores")
    ] = None,
    executor: Annotated[
        str, typer.Option("--executor", metavar="E", help="local hoặc ray · local, or ray (extra sogoc[ray])")
    ] = "local",
    search: Annotated[
        str,
        typer.Option(
            "--search",
            metavar="S",
            help="deep: tìm cả tên lệch một chữ; quick: nhanh hơn · deep: also names one token away; quick: faster",
        ),
    ] = "deep",
    as_json: AsJson = False,
) -> None:
    """Đối soát lô thuê bao với sổ danh tính · Reconcile batches of subscribers with the identity register."""
    for option, value, known in (("--executor", executor, EXECUTORS), ("--search", search, SEARCHES)):
        if value not in known:
            raise OptionFaulty(option=option, value=value, detail=f"one of {', '.join(known)}")
    entries, of_manifest = gather_batches(batches, carrier, batch_date, profile)
    inputs = batch_inputs(entries)
    announce_kernels()
    from engine.explain import note_inputs
    from engine.identity.store import open_index
    from engine.pipeline import RunPlan, default_workers
    from engine.pipeline import reconcile as run

    dates = [entry.batch_date for entry in entries if entry.batch_date]
    plan = RunPlan(
        batches=inputs,
        out=out,
        as_of=as_of or (max(dates) if dates else today()),
        index_path=index,
        rules=rules,
        porting=porting or of_manifest,
        previous=previous,
        resume=resume,
        memory_bytes=memory,
        workers=workers or default_workers(),
        executor=executor,
        deep=search == "deep",
    )
    with Meter() as meter:
        manifest = run(plan, open_index(index), meter.told)
    note_inputs(plan)

    def show(screen: "Console") -> None:
        show_run(screen, manifest)
        screen.print(f"Lượt đối soát · run: {out}", soft_wrap=True)
        screen.print(f"Báo cáo · report: sogoc report {out} --html", soft_wrap=True)

    tell({"run": str(out), "manifest": manifest}, show, as_json=as_json)


def gather_batches(
    paths: list[Path], carrier: str | None, batch_date: datetime.date | None, profile: Path | None
) -> tuple[tuple[Entry, ...], Path | None]:
    """List the batches that paths and options name, and the porting table of a batch manifest.

    Options fill what a manifest leaves open. Batches with the same file name get the name of their folder too.
    """
    porting = None
    if len(paths) == 1 and is_manifest(paths[0]):
        manifest = read_batch_manifest(paths[0])
        listed, porting = list(manifest.entries), manifest.porting
    else:
        mixed = next((path for path in paths if is_manifest(path)), None)
        if mixed is not None:
            raise BatchManifestFaulty(path=mixed, detail="a manifest is given alone, and names all batches of the run")
        listed = [Entry(path, path.name, None, None, None) for path in paths]
    filled = [
        Entry(
            entry.path, entry.name, entry.carrier or carrier, entry.batch_date or batch_date, entry.profile or profile
        )
        for entry in listed
    ]
    return tuple(_with_distinct_names(filled)), porting


def _with_distinct_names(entries: list[Entry]) -> list[Entry]:
    names = [entry.name for entry in entries]
    found: list[Entry] = []
    for entry in entries:
        alone = names.count(entry.name) == 1
        name = entry.name if alone else f"{entry.path.resolve().parent.name}/{entry.name}"
        if name in {other.name for other in found}:
            name = f"{name}#{len(found) + 1}"
        found.append(Entry(entry.path, name, entry.carrier, entry.batch_date, entry.profile))
    return found


def batch_inputs(entries: tuple[Entry, ...]) -> tuple["BatchInput", ...]:
    """Give the batches as the engine takes them, their profiles read.

    Raises:
        CarrierUnknown: Neither option, manifest nor profile says whose batch it is.
    """
    from engine.pipeline import BatchInput
    from engine.sources import load_profile

    inputs = []
    for entry in entries:
        profile = load_profile(entry.profile) if entry.profile else None
        carrier = entry.carrier or (profile.carrier if profile else None)
        if not carrier:
            raise CarrierUnknown(path=entry.path)
        inputs.append(BatchInput(entry.path, carrier, entry.batch_date, profile, entry.name))
    return tuple(inputs)
