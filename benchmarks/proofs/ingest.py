"""From a carrier's text file to a standardised batch: rows a second in three encodings, and memory that stays flat."""

from typing import Any

from benchmarks.datasets import SEED, proofs_folder, scaled
from benchmarks.measure import THREADS, Measured, measure_all
from benchmarks.results import Result
from benchmarks.textfiles import ENCODINGS, ten_times, text_file

ROWS = 2_000_000
COLUMNS = ("file", "rows", "rejects", "wall s", "rows/s (2 threads)", "own MiB", "mapped MiB")


def ingest(scale: float, repeats: int) -> Result:
    """500k rows/s in UTF-8, 250k in TCVN3 and VNI, repairs and rejects included; ten times the rows, same memory."""
    rows = scaled(ROWS, scale, 4_000)
    result = Result(
        "ingest",
        f"{rows:,} records of CSV, one row in twenty from the dirty mix: framed, decoded, repaired, typed",
        "the same file ten times over, for memory; all columns of the batch format beside the six core ones",
        SEED,
        scale,
        recipe={"rows": rows, "clean_rows_to_a_dirty_one": 19},
    )
    out = proofs_folder() / "out" / "ingest"
    jobs: list[tuple[str, dict[str, Any]]] = []
    for encoding in ENCODINGS:
        path, profile = text_file(encoding, rows, full=False)
        jobs.append((encoding, {"path": str(path), "profile": str(profile)}))
    path, profile = text_file("utf-8", rows, full=True)
    jobs.append(("utf-8, all columns", {"path": str(path), "profile": str(profile)}))
    for encoding in ("utf-8", "tcvn3"):
        path, profile = text_file(encoding, rows, full=False)
        jobs.append((f"{encoding}, ten times", {"path": str(ten_times(path)), "profile": str(profile)}))
    runs = measure_all(
        [("ours_ingest", job | {"out": str(out / str(place))}) for place, (_, job) in enumerate(jobs)], repeats=repeats
    )
    by_name = dict(zip((name for name, _ in jobs), runs, strict=True))
    result.table("CSV to standardised batch", COLUMNS, [_row(name, run) for name, run in by_name.items()])
    result.figures = {name: run.as_dict() for name, run in by_name.items()}
    for encoding, least in (("utf-8", 500_000), ("tcvn3", 250_000), ("vni", 250_000)):
        result.bar(f"{encoding}: rows/s on {THREADS} threads", _rate(by_name[encoding]), least)
    for encoding in ("utf-8", "tcvn3"):
        growth = by_name[f"{encoding}, ten times"].peak_own_mib / by_name[encoding].peak_own_mib
        result.bar(f"{encoding}: memory at ten times the rows", growth, 1.2, above=False, unit="times")
    return result


def _rate(run: Measured) -> float:
    return float((run.told["rows"] + run.told["rejects"]) / run.wall_s)


def _row(name: str, run: Measured) -> list[Any]:
    told = run.told
    return [name, told["rows"], told["rejects"], run.wall_s, round(_rate(run)), run.peak_own_mib, run.peak_mapped_mib]
