"""Addresses to register records by the million, beside what Python offers, with equal answers."""

import tempfile

from benchmarks.datasets import SEED, scaled
from benchmarks.measure import measure_all
from benchmarks.results import Result

ASKED, ASKED_IPV6 = 40_000_000, 2_000_000
BARS = {"ours, numbers": 60.0, "ours, text": 10.0}


def addresses(scale: float, repeats: int) -> Result:
    """IPv4 text at 10M/s and ten times the tree, IPv4 numbers at 60M/s, IPv6 text at 4M/s, on two threads."""
    result = Result(
        "addresses",
        "how many addresses a second find their record among nested routes and delegations?",
        "py-radix, netaddr, ipaddress, NumPy, Polars and DuckDB in the same run, answers compared; pytricia has no "
        "wheel for this Python and was not built",
        SEED,
        scale,
        recipe={"routes": "asn-ipv4, asn-ipv6 of 2026-06-17", "delegations": "apnic, whole region, 2026-02-06"},
    )
    with tempfile.TemporaryDirectory() as scratch:
        job = {
            "scratch": scratch,
            "seed": SEED,
            "scale": scale,
            "asked": scaled(ASKED, scale, 20_000),
            "asked_ipv6": scaled(ASKED_IPV6, scale, 5_000),
            "repeats": repeats,
        }
        (run,) = measure_all([("addresses", job)], repeats=1)
    told = run.told
    rates, six = told["million_per_s"], told["ipv6_million_per_s"]
    result.figures = run.as_dict()
    rows = [[name, rate, told["unequal"][name]] for name, rate in sorted(rates.items(), key=lambda item: -item[1])]
    title = f"IPv4, {told['ipv4_prefixes']:,} prefixes, {told['hit_share']:.0%} of random addresses are held"
    result.table(title, ("who", "million a second", "answers unlike ours"), rows)
    six_rows = [[name, rate, told["ipv6_unequal"]] for name, rate in six.items()]
    result.table(f"IPv6, {told['ipv6_prefixes']:,} prefixes", ("who", "million a second", "unlike"), six_rows)
    for name, bar in BARS.items():
        result.bar(f"IPv4, {name}", rates[name], bar, unit="M/s")
    result.bar("IPv4 text, times the tree", rates["ours, text"] / rates["py-radix, text"], 10)
    result.bar("IPv6, ours, text", six["ours, text"], 4.0, unit="M/s")
    unequal = sum(told["unequal"].values()) + told["ipv6_unequal"]
    result.bar("answers that differ", unequal, 0, above=False)
    return result
