"""Run one proof and freeze its result: `python -m benchmarks.prove NAME [--scale 0.001] [--repeats 3]`.

Without a name, the list of proofs. Scale 1 is what a proof promises; less is for trying it out.
"""

import argparse
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.results import Result, freeze, show

Proof = Callable[[float, int], Result]


@dataclass(frozen=True, slots=True)
class Entry:
    """A proof by name: where it is, how long it takes at full scale, what it proves."""

    module: str
    function: str
    takes: str
    proves: str

    def load(self) -> Proof:
        proof: Any = getattr(importlib.import_module(f"benchmarks.proofs.{self.module}"), self.function)
        return proof  # type: ignore[no-any-return]


PROOFS = {
    "speed-10m": Entry("speed", "speed_10m", "10 min", "10M SIMs x 10M persons beside the DuckDB and Polars scripts"),
    "splink-1m": Entry("splink", "splink_1m", "6 min", "1M x 1M beside Splink, with and without province"),
    "splink-10m": Entry("splink", "splink_10m", "12 min", "1M x 10M beside Splink, with and without province"),
    "search": Entry("search", "search", "6 min", "records without a usable ID at 10M persons, quick and deep"),
    "ingest": Entry("ingest", "ingest", "6 min", "CSV to standardised batch in UTF-8, TCVN3 and VNI; flat memory"),
    "national": Entry("national", "national", "90 min", "120M SIMs x 100M persons, then 10M of them through Ray"),
    "febrl": Entry("linkage", "febrl", "1 min", "FEBRL4 with and without the ID, DBLP-ACM, fake_1000, by defaults"),
    "lookup": Entry("lookup", "lookup", "4 min", "one record at a time at 10M persons: p50 and p99"),
    "kills": Entry("kills", "kills", "25 min", "kill -9 at random moments, resumed; memory at 3M and 30M rows"),
    "hostile": Entry("hostile", "hostile", "3 min", "the corpus of hostile files, counted"),
    "kernels": Entry(
        "kernels", "kernels", "4 min", "string kernels beside rapidfuzz, Polars plugins, DuckDB, jellyfish"
    ),
    "evidence": Entry(
        "evidence", "evidence", "5 min", "a million evidence entries: damage found and named, speed, proofs"
    ),
    "ledger-race": Entry(
        "ledger_race", "ledger_race", "30 min", "a million random commands by many clients: no overlap, no orphan"
    ),
    "ledger-load": Entry("ledger_race", "ledger_load", "6 min", "attempts a second in a crowd, and durable changes"),
    "ledger-kills": Entry("ledger_kills", "ledger_kills", "50 min", "200 times kill -9: nothing acknowledged is lost"),
    "ledger-machine": Entry(
        "ledger_machine", "ledger_machine", "30 min", "100,000 commands over both stores beside a plain model"
    ),
    "ledger-scale": Entry("ledger_scale", "ledger_scale", "20 min", "a pool with a million child prefixes"),
    "addresses": Entry(
        "addresses", "addresses", "5 min", "address look-up beside a radix tree, netaddr, NumPy, Polars and DuckDB"
    ),
    "propagation": Entry(
        "propagation", "propagation", "3 min", "links a second by P.452, P.1812 and ITM, from memory and from terrain"
    ),
    "spectrum-race": Entry(
        "spectrum_race", "spectrum_race", "6 min", "many clients for one exclusive block of frequencies, area and time"
    ),
    "compile": Entry("startup", "compile_kernels", "2 min", "compiling all kernels once, and loading them afterwards"),
    "help": Entry("startup", "help_time", "10 s", "sogoc --help"),
    "rdap": Entry(
        "rdap_load", "rdap", "12 min", "RDAP look-ups and searches on one core over 120,000 objects, each store"
    ),
}


def prove(name: str, scale: float = 1.0, repeats: int = 3) -> Result:
    """Run a proof, show it and freeze it."""
    result = PROOFS[name].load()(scale, repeats)
    show(result)
    print(freeze(result))
    return result


def main(arguments: list[str] | None = None) -> int:
    """Give 0 where every bar was passed, or where the scale is too small for a bar to mean anything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prove", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(PROOFS))
    parser.add_argument("--scale", type=float, default=1.0, help="size of the data, 1 is full")
    parser.add_argument("--repeats", type=int, default=3, help="runs of each timed job; the median counts")
    given = parser.parse_args(arguments)
    if given.name is None:
        for name, entry in PROOFS.items():
            print(f"{name:<11} {entry.takes:>7}  {entry.proves}")
        return 0
    result = prove(given.name, given.scale, given.repeats)
    return int(given.scale == 1 and not all(bar.passed for bar in result.bars))


if __name__ == "__main__":
    sys.exit(main())
