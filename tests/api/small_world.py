"""A small register, two months of two carriers, an index and finished runs, made once for all command tests."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.commands.main import main

PERSONS, SIMS = 1_500, 2_000


@dataclass(frozen=True, slots=True)
class World:
    """Folders of the small world. `run` has the first month, `later` the second with the first as its previous one."""

    folder: Path
    month: Path
    next_month: Path
    index: Path
    run: Path
    later: Path

    @property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.run / "manifest.json").read_text())
        return manifest


def make_world(folder: Path) -> World:
    """Make the world by the commands themselves."""
    world = World(folder, folder / "month", folder / "next-month", folder / "index", folder / "run", folder / "later")
    made = ["--persons", str(PERSONS), "--sims", str(SIMS), "--profile", "dirty", "--seed", "5", "--format", "csv"]
    for number, month in enumerate((world.month, world.next_month), 1):
        assert main(["generate", *made, "--carriers", "VTL,VNP", "--round", str(number), "--out", str(month)]) == 0
    index = str(world.index)
    assert main(["index", "build", str(world.month / "register.parquet"), "--out", index]) == 0
    assert main(["reconcile", str(world.month / "batches.json"), "--index", index, "--out", str(world.run)]) == 0
    following = ["--index", index, "--previous", str(world.run), "--out", str(world.later)]
    assert main(["reconcile", str(world.next_month / "batches.json"), *following]) == 0
    return world
