"""Single records of a finished run, read again from its batches by what the run kept in its work folder."""

import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.chunk_task import READS, write_whole
from engine.explain.errors import WorkGone
from engine.sources import Chunk, Prepared, read_chunk

if TYPE_CHECKING:
    from engine.pipeline import RunPlan


def note_inputs(plan: "RunPlan") -> None:
    """Keep beside a run what `explain` needs and the manifest, which depends on no path, does not say."""
    noted = {
        "index": str(plan.index_path.resolve()) if plan.index_path else None,
        "date_orders": {batch.named(): batch.profile.date_order for batch in plan.batches if batch.profile},
    }
    write_whole(plan.out / "work" / "inputs.json", json.dumps(noted, indent=1, sort_keys=True).encode())


def noted_inputs(run: Path) -> dict[str, Any]:
    """Give what `note_inputs` kept; nothing where it was not called."""
    path = run / "work" / "inputs.json"
    noted: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return noted


class RecordReader:
    """Reads single records of a run's batches again; the chunk read last is kept for the next record."""

    def __init__(self, run: Path, date_orders: dict[str, str]) -> None:
        self._run = run
        self._orders = date_orders
        identity = run / "work" / "identity.json"
        if not identity.exists():
            raise WorkGone(run=run, missing="work/identity.json")
        self._names = [batch[0] for batch in json.loads(identity.read_bytes())["batches"]]
        self._kept: tuple[str, int, Chunk] | None = None

    def read(self, batch: str, row: int) -> tuple[Any, str]:
        """Give the record as a table of one row, and the order of its dates."""
        prepared = self._prepared(batch)
        spec = next(each for each in prepared.specs if each.first_row <= row < each.first_row + each.framed)
        if self._kept is None or self._kept[:2] != (batch, spec.first_row):
            self._kept = (batch, spec.first_row, read_chunk(spec, READS))
        chunk = self._kept[2]
        place = int(np.searchsorted(chunk.row_numbers, row))
        return chunk.table.slice(place, 1), self._orders.get(batch, "dmy")

    def _prepared(self, batch: str) -> Prepared:
        path = self._run / "work" / f"prepared-{self._names.index(batch):03d}.pickle"
        if not path.exists():
            raise WorkGone(run=self._run, missing=f"work/{path.name}")
        prepared: Prepared = pickle.loads(path.read_bytes())[1]  # noqa: S301 - our own file in the run's 0700 folder
        return prepared
