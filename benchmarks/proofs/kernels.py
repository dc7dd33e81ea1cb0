"""String kernels beside those of other libraries, one core, and the unit that replaces them: token codes."""

from benchmarks.datasets import SEED, Recipe, dataset, proofs_folder, scaled
from benchmarks.measure import measure
from benchmarks.results import Result

PAIRS, NAMES = 1_000_000, 1_000_000
EXACT = ("OSA", "Levenshtein", "Jaro-Winkler")


def kernels(scale: float, repeats: int) -> Result:
    """Equal to rapidfuzz on every pair; how fast beside it, Polars plugins, DuckDB and jellyfish."""
    data = dataset(Recipe("linkage", scaled(NAMES, scale, 5_000), scaled(NAMES, scale, 5_000)))
    pairs = scaled(PAIRS, scale, 2_000)
    result = Result(
        "kernels",
        f"{pairs:,} pairs of names without diacritics, half of them one edit apart, one thread",
        "rapidfuzz, polars-strsim, polars-distance, DuckDB, jellyfish, on the same pairs",
        SEED,
        scale,
        recipe=data.recipe.as_dict() | {"pairs": pairs},
    )
    job = data.job(proofs_folder() / "out" / "kernels", pairs=pairs, names=NAMES, seed=SEED, repeats=max(repeats, 3))
    told = measure("kernels", job, threads=1).told
    result.figures = told
    rates = told["million_pairs_per_s"]
    for name in EXACT:
        ordered = sorted(rates[name].items(), key=lambda item: -item[1])
        rows = [[who, rate, rates[name]["ours"] / rate] for who, rate in ordered]
        result.table(f"{name}, mean {told['mean_letters']:.1f} letters", ("kernel", "M pairs/s", "ours is x"), rows)
        result.bar(f"{name}: pairs unlike rapidfuzz", float(told["unequal_to_rapidfuzz"][name]), 0, above=False)
    result.table("names", ("what", "million a second"), [[key, value] for key, value in told["names"].items()])
    return result
