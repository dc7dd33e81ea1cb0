"""Our answer about one record at a time, in process, over a prepared index."""

import importlib
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.contestants import ours
from engine.identity.store import open_index
from engine.synthetic import AS_OF

WARM_UP = 2_000
FIELDS = ("msisdn", "id_type", "id_number", "full_name", "birth_date", "province")


def warm(scratch: Path, _job: dict[str, Any]) -> None:
    ours.warm(scratch, {})


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Ask about each record by itself; give percentiles of the time of one answer.

    The first answers are left out: they bring pages of the index in and work out what every answer shares.
    """
    index = open_index(Path(job["index"]))
    asked = importlib.import_module("engine.lookup").Lookup(index, as_of=AS_OF)
    rows = pq.ParquetFile(job["batches"][0]["path"]).iter_batches(batch_size=job["asked"] + WARM_UP)
    records = [{name: value or "" for name, value in row.items() if name in FIELDS} for row in next(rows).to_pylist()]
    micros = np.empty(len(records))
    found = 0
    for place, record in enumerate(records):
        began = time.perf_counter_ns()
        answer = asked.one(record)
        micros[place] = (time.perf_counter_ns() - began) / 1000
        found += answer is not None
    warm_up = min(WARM_UP, len(micros) // 2)
    timed = micros[warm_up:]
    p50, p90, p99, p999 = np.percentile(timed, (50, 90, 99, 99.9)).tolist()
    return {
        "asked": len(timed),
        "answered": found,
        "persons": index.persons,
        "p50_us": p50,
        "p90_us": p90,
        "p99_us": p99,
        "p99_9_us": p999,
        "max_us": float(timed.max()),
        "first_us": float(micros[0]),
    }
