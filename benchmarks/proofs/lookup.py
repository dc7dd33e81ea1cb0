"""One record at a time at 10M persons, as the API asks."""

from benchmarks.datasets import SEED, Recipe, dataset, prepared_index, proofs_folder, scaled
from benchmarks.measure import measure_all
from benchmarks.results import Result

PERSONS, SIMS, ASKED = 10_000_000, 4_000_000, 20_000
PERCENTILES = ("p50_us", "p90_us", "p99_us", "p99_9_us", "max_us", "first_us")


def lookup(scale: float, repeats: int) -> Result:
    """The 99th percentile of one answer is at most a millisecond, over the error mix as it comes."""
    data = dataset(Recipe("linkage", scaled(PERSONS, scale), scaled(SIMS, scale, 5_000)))
    index, _ = prepared_index(data)
    result = Result(
        "lookup",
        f"one record against {data.recipe.persons:,} persons, in process, one thread",
        "Splink 5 predict_between, one SIM against 1M persons: median 0.34 s (same kind of machine, another run)",
        SEED,
        scale,
        recipe=data.recipe.as_dict(),
    )
    job = data.job(proofs_folder() / "out" / "lookup", index=str(index), asked=scaled(ASKED, scale, 500))
    (run,) = measure_all([("ours_lookup", job)], repeats=repeats, threads=1)
    result.figures = run.as_dict()
    result.table("one answer", ("", "microseconds"), [[name, run.told[name]] for name in PERCENTILES])
    result.bar("p99", run.told["p99_us"] / 1000, 1.0, above=False, unit="ms")
    return result
