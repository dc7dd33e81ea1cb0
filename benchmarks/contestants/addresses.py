"""Look-up of addresses side by side: ours, a radix tree, netaddr, NumPy, Polars and DuckDB, on routes and delegations.

The tree is given prefixes and nests them itself. Those that know no nesting (netaddr with bisection, NumPy, Polars,
DuckDB) are given the disjoint segments that come of it, which is more than they can do. Everybody's answers are
compared with ours on all addresses that they were asked.
"""

import gzip
import ipaddress
import os
import statistics
import time
from bisect import bisect_right
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import netaddr
import numpy as np
import polars as pl
import pyarrow as pa
import radix

from benchmarks.datasets import ROOT
from registries.addresses.blocks import Block, address_text, cidrs
from registries.addresses.columns import Points, read_column
from registries.addresses.delegated import read_delegated
from registries.addresses.lookup import AddressMap
from registries.addresses.text import IPV4, IPV6

FEW = 200_000
"""Contestants that go address by address through Python are given this many."""
_ROUTES = {IPV4: "asn-ipv4.csv.gz", IPV6: "asn-ipv6.csv.gz"}
_DELEGATED = "delegated-apnic-latest-20260206.txt.gz"


def data_folder() -> Path:
    """Give the folder of public number data, or end with how to name it."""
    folder = Path(os.environ.get("SOGOC_TEST_DATA") or ROOT.parent / "shared" / "data") / "internet"
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; SOGOC_TEST_DATA names the folder of the public sets")
    return folder


def prefixes(family: int, scratch: Path, scale: float) -> tuple[list[tuple[int, int]], int]:
    """Give routes as prefixes, then delegations around them, each prefix once; and how many are routes."""
    folder = data_folder()
    with gzip.open(folder / "bgp" / _ROUTES[family]) as lines:
        table = pl.read_csv(lines.read(), has_header=False, new_columns=["first", "last", "origin", "name"])
    table = table.head(max(int(len(table) * scale), 2_000))
    ends = [read_column(table[name].to_arrow()).points.values() for name in ("first", "last")]
    routes = [prefix for first, last in zip(*ends, strict=True) for prefix in cidrs(family, first, last)]
    plain = scratch / "delegated.txt"
    plain.write_bytes(gzip.decompress((folder / "rir" / _DELEGATED).read_bytes()))
    rows = read_delegated(plain).of("ipv4" if family == IPV4 else "ipv6")
    around = [prefix for row in rows for prefix in cidrs(family, row.first, row.last)]
    found = dict.fromkeys(routes)
    count = len(found)
    return list(found | dict.fromkeys(around)), count


def map_of(family: int, chosen: list[tuple[int, int]]) -> AddressMap:
    """Make our register of prefixes."""
    bits = 32 if family == IPV4 else 128
    last = Points.of([first + (1 << bits - length) - 1 for first, length in chosen])
    return AddressMap.of_columns(np.full(len(chosen), family, np.uint8), Points.of([f for f, _ in chosen]), last)


def warm(_scratch: Path, _job: dict[str, Any]) -> None:
    """Compile and load everything on three prefixes."""
    held = [Block.parse(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32")]
    AddressMap.of(held).find(pa.array(["192.0.2.1", "2001:db8::1", "no"], pa.large_string()))


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Race over `asked` addresses, `repeats` times each; give million look-ups a second and who answered otherwise."""
    scratch, draw = Path(job["scratch"]), np.random.default_rng(job["seed"])
    told: dict[str, Any] = {}
    four, told["ipv4_routes"] = prefixes(IPV4, scratch, job["scale"])
    six, told["ipv6_routes"] = prefixes(IPV6, scratch, job["scale"])
    told |= {"ipv4_prefixes": len(four), "ipv6_prefixes": len(six)}
    began = time.perf_counter()
    register = map_of(IPV4, four)
    told["build_s"] = time.perf_counter() - began
    asked = draw.integers(0, 2**32, job["asked"], dtype=np.uint32)
    jobs, answers = _ipv4_jobs(register, four, asked, job["threads"])
    told["million_per_s"], told["unequal"] = {}, {}
    expected = register.find_ipv4(asked)
    told["hit_share"] = float((expected >= 0).mean())
    for name, (work, count) in jobs.items():
        seconds, answer = _timed(work, job["repeats"])
        told["million_per_s"][name] = count / seconds / 1e6
        told["unequal"][name] = int((answers(answer) != expected[:count]).sum())
    told |= _ipv6(six, draw, min(job["asked"], job["asked_ipv6"]), job)
    return told


def _timed(work: Callable[[], Any], repeats: int) -> tuple[float, Any]:
    seconds, answer = [], None
    for _ in range(repeats):
        began = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds), answer


def _ipv4_jobs(
    register: AddressMap, chosen: list[tuple[int, int]], asked: Any, threads: int
) -> tuple[dict[str, tuple[Callable[[], Any], int]], Callable[[Any], Any]]:
    texts = dotted(asked[: max(len(asked) // 4, 1)])
    few = texts.slice(0, min(FEW, len(texts))).to_pylist()
    segments = register.ipv4
    starts, owner = segments.starts.low.astype(np.uint32), segments.owner
    tree = radix.Radix()
    for row, (first, length) in enumerate(chosen):
        tree.add(f"{address_text(IPV4, first)}/{length}").data["row"] = row
    bounds, names = starts.tolist(), owner.tolist()
    told = pl.DataFrame({"start": starts, "owner": owner}).set_sorted("start")
    questions = pl.DataFrame({"asked": asked, "row": np.arange(len(asked), dtype=np.uint32)})
    connection = duckdb.connect(config={"threads": threads, "autoload_known_extensions": False})
    connection.register("told", told.to_arrow())
    connection.register("questions", questions.to_arrow())
    connection.execute("CREATE TABLE s AS FROM told; CREATE TABLE q AS FROM questions")

    def by_tree() -> list[int]:
        nodes = map(tree.search_best, few)
        return [node.data["row"] if node else -1 for node in nodes]

    def by_netaddr() -> list[int]:
        return [names[bisect_right(bounds, int(netaddr.IPAddress(text))) - 1] for text in few]

    def by_library() -> list[int]:
        return [names[bisect_right(bounds, int(ipaddress.IPv4Address(text))) - 1] for text in few]

    def by_polars() -> pl.DataFrame:
        ordered = questions.sort("asked")
        return ordered.join_asof(told, left_on="asked", right_on="start", check_sortedness=False)

    def by_duckdb() -> Any:
        return connection.sql("SELECT q.row AS row, s.owner AS owner FROM q ASOF JOIN s ON q.asked >= s.start").pl()

    def answers(answer: Any) -> Any:
        if isinstance(answer, pl.DataFrame):
            return answer.sort("row")["owner"].to_numpy()
        return np.asarray(getattr(answer, "record", answer))

    jobs: dict[str, tuple[Callable[[], Any], int]] = {
        "ours, numbers": (lambda: register.find_ipv4(asked, threads=threads), len(asked)),
        "ours, text": (lambda: register.find(texts, threads=threads), len(texts)),
        "py-radix, text": (by_tree, len(few)),
        "netaddr and bisect, text": (by_netaddr, len(few)),
        "ipaddress and bisect, text": (by_library, len(few)),
        "NumPy searchsorted, numbers": (lambda: owner[np.searchsorted(starts, asked, side="right") - 1], len(asked)),
        "Polars join_asof, numbers": (by_polars, len(asked)),
        "DuckDB ASOF, numbers": (by_duckdb, len(asked)),
    }
    return jobs, answers


def dotted(values: Any) -> Any:
    """Write numbers as dotted decimal text in one Arrow column."""
    frame = pl.DataFrame({"value": values})
    octets = [(pl.col("value") // 2**shift % 256).cast(pl.String) for shift in (24, 16, 8, 0)]
    return frame.select(pl.concat_str(octets, separator="."))["value"].to_arrow().cast(pa.large_string())


def _ipv6(chosen: list[tuple[int, int]], draw: np.random.Generator, count: int, job: dict[str, Any]) -> dict[str, Any]:
    """Race over IPv6 text: half of the addresses within prefixes, half beside them."""
    register = map_of(IPV6, chosen)
    within = draw.integers(0, len(chosen), count).tolist()
    inside = draw.integers(0, 2**63, count).tolist()
    values = []
    for place, (row, offset) in enumerate(zip(within, inside, strict=True)):
        first, length = chosen[row]
        span = 1 << 128 - length
        values.append((first + offset % span + (span if place % 2 else 0)) % (1 << 128))
    texts = pa.array([address_text(IPV6, value) for value in values], pa.large_string())
    few = texts.slice(0, min(FEW, len(texts))).to_pylist()
    tree = radix.Radix()
    for row, (first, length) in enumerate(chosen):
        tree.add(f"{address_text(IPV6, first)}/{length}").data["row"] = row

    def by_tree() -> list[int]:
        nodes = map(tree.search_best, few)
        return [node.data["row"] if node else -1 for node in nodes]

    ours_s, ours = _timed(lambda: register.find(texts, threads=job["threads"]), job["repeats"])
    tree_s, theirs = _timed(by_tree, job["repeats"])
    return {
        "ipv6_million_per_s": {"ours, text": count / ours_s / 1e6, "py-radix, text": len(few) / tree_s / 1e6},
        "ipv6_unequal": int((ours.record[: len(few)] != np.asarray(theirs)).sum()),
    }
