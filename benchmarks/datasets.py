"""Data sets of proofs: made once by the product's own generator, kept, and known by their recipe."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

SEED = 20261123
ROOT = Path(__file__).resolve().parents[1]
MARK = "recipe.json"
BUILDS_INDEX = ("engine/identity", "engine/kernels", "engine/sources", "matching")


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a data set depends on; two equal recipes on one version are one data set."""

    profile: str
    persons: int
    sims: int
    seed: int = SEED
    carriers: tuple[str, ...] = ("VTL",)
    format: Literal["parquet", "csv"] = "parquet"
    columns: tuple[str, ...] | None = None

    def folder_name(self) -> str:
        columns = "" if self.columns is None else f"-{len(self.columns)}c"
        return (
            f"{self.profile}-{self.persons}p-{self.sims}s-{self.seed}-{'+'.join(self.carriers)}-{self.format}{columns}"
        )

    def as_dict(self) -> dict[str, Any]:
        return {
            "profile": self.profile,
            "persons": self.persons,
            "sims": self.sims,
            "seed": self.seed,
            "carriers": list(self.carriers),
            "format": self.format,
            "columns": list(self.columns) if self.columns else None,
        }


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set in its folder."""

    folder: Path
    recipe: Recipe

    @property
    def register(self) -> Path:
        return self.folder / "register.parquet"

    @property
    def truth(self) -> Path:
        return self.folder / "truth.parquet"

    @property
    def porting(self) -> Path:
        return self.folder / "porting.parquet"

    @property
    def batches(self) -> list[dict[str, str]]:
        """Give the batches as jobs name them: path, carrier, and the carrier's profile file where there is one."""
        listed = json.loads((self.folder / "batches.json").read_text(encoding="utf-8"))["batches"]
        return [
            {
                "path": str(self.folder / entry["file"]),
                "carrier": entry["carrier"],
                "profile": str(self.folder / entry["profile"]) if entry["profile"] else "",
            }
            for entry in listed
        ]

    def job(self, out: Path, **more: Any) -> dict[str, Any]:
        """Give the job that every contestant understands."""
        return {
            "register": str(self.register),
            "batches": self.batches,
            "porting": str(self.porting),
            "out": str(out),
            **more,
        }


def proofs_folder() -> Path:
    """Give the folder of data sets, indexes and unfinished proofs: `SOGOC_PROOFS`, else `.proofs` of the checkout."""
    return Path(os.environ.get("SOGOC_PROOFS") or ROOT / ".proofs")


def dataset(recipe: Recipe) -> DataSet:
    """Give a data set, generating it where it is not there whole."""
    from engine.synthetic import generate

    folder = proofs_folder() / recipe.folder_name()
    mark = folder / MARK
    if mark.exists():
        return DataSet(folder, recipe)
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    shutil.rmtree(folder, ignore_errors=True)
    print(f"generating {recipe.folder_name()} ...", flush=True)
    generate(
        partial,
        persons=recipe.persons,
        sims=recipe.sims,
        profile=recipe.profile,
        seed=recipe.seed,
        carriers=recipe.carriers,
        format=recipe.format,
        columns=recipe.columns,
    )
    (partial / MARK).write_text(json.dumps(recipe.as_dict(), indent=1) + "\n", encoding="utf-8")
    partial.rename(folder)
    return DataSet(folder, recipe)


def prepared_index(data: DataSet) -> tuple[Path, dict[str, Any]]:
    """Give the index of a data set's register, built in a measured process where it is not there; and its cost.

    Its name holds the digest of the kernels and of the code that builds it, so that a changed engine builds anew.
    """
    from benchmarks.measure import measure

    folder = data.folder / f"index-{engine_digest(*BUILDS_INDEX)}"
    account = folder.with_suffix(".json")
    if not account.exists():
        for stale in data.folder.glob("index-*"):
            shutil.rmtree(stale, ignore_errors=True) if stale.is_dir() else stale.unlink()
        cost = measure("ours_index", {"register": str(data.register), "index": str(folder)})
        account.write_text(json.dumps(cost.as_dict(), indent=1) + "\n", encoding="utf-8")
    return folder, json.loads(account.read_text(encoding="utf-8"))


def engine_digest(*folders: str) -> str:
    """Give a digest of the sources in these folders of the checkout."""
    import hashlib

    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def scaled(count: int, scale: float, least: int = 1_000) -> int:
    """Give a count at a scale, never below what the generator can make sense of."""
    return max(least, round(count * scale))
