"""Links a second by each propagation model, over profiles in memory and over profiles taken from terrain."""

import math
import statistics
import time
from collections.abc import Callable

import numpy as np

from benchmarks.datasets import SEED, scaled
from benchmarks.results import Result
from registries.spectrum.propagation.bulk import (
    itm_links,
    itm_losses,
    p452_links,
    p452_losses,
    p1812_links,
    p1812_losses,
)
from registries.spectrum.propagation.itm import ItmLink, itm
from registries.spectrum.propagation.p452 import P452Link, p452
from registries.spectrum.propagation.p1812 import P1812Link, p1812
from registries.spectrum.propagation.profiles import Floats, Profiles
from registries.spectrum.terrain import sample_profiles, synthetic_terrain

LINKS, POINTS, THREADS, COMPARED = 20_000, 501, 2, 200
MODELS = ("P.452", "P.1812", "ITM")


def propagation(scale: float, repeats: int) -> Result:
    """P.452, P.1812 and ITM at 200,000 links/s; from terrain P.1812 at 80,000/s, in radial sweeps at 120,000/s."""
    result = Result(
        "propagation",
        f"how many links a second over profiles of {POINTS} points, on {THREADS} threads?",
        "the plain function of each model, answers compared; read elsewhere on this kind of machine: crc-covlib from "
        "Python 16-24 thousand links/s, Py452, Py1812 and Py1546 1-2 thousand, NTIA ITM in C++ 38 thousand",
        SEED,
        scale,
        recipe={"terrain": "rolling, synthetic", "paths": "2 to 100 km, random; frequencies and heights random"},
    )
    draw = np.random.default_rng(SEED)
    count = scaled(LINKS, scale, 400)
    ground = synthetic_terrain(SEED, 18.0, 106.0, 1801, 1801, step_deg=1 / 600)
    ends = paths(draw, count)
    profiles = sample_profiles(ground, ends, POINTS, THREADS)
    drawn = [link_values(draw) for _ in range(count)]
    of_p452 = p452_links([P452Link(f, p, tx, rx, 16.5, 45.0, 350.0) for f, p, tx, rx in drawn])
    of_p1812 = p1812_links([P1812Link(min(f, 6.0), max(p, 1.0), tx, rx, 16.5, 45.0, 350.0) for f, p, tx, rx in drawn])
    of_itm = itm_links([ItmLink(1000 * min(f, 20.0), tx, rx) for f, _, tx, rx in drawn])
    runs: dict[str, Callable[[], object]] = {
        "P.452": lambda: p452_losses(profiles, of_p452, THREADS),
        "P.1812": lambda: p1812_losses(profiles, of_p1812, THREADS),
        "ITM": lambda: itm_losses(profiles, of_itm, THREADS),
        "profiles from terrain": lambda: sample_profiles(ground, ends, POINTS, THREADS),
        "P.1812 from terrain": lambda: p1812_losses(sample_profiles(ground, ends, POINTS, THREADS), of_p1812, THREADS),
    }
    swept = sweep(draw, count)
    runs["P.1812 in sweeps"] = lambda: p1812_losses(sample_profiles(ground, swept, POINTS, THREADS), of_p1812, THREADS)
    rates = {name: count / timed(run, repeats) for name, run in runs.items()}
    result.figures = {"links_per_s": rates, "largest_deviation_db": deviations(profiles, drawn)}
    result.table("links a second", ("what", "links/s"), [[name, round(rate)] for name, rate in rates.items()])
    for name in MODELS:
        result.bar(name, rates[name], 200_000, unit="links/s")
        result.bar(
            f"{name}, away from its plain function", result.figures["largest_deviation_db"][name], 1e-6, above=False
        )
    result.bar("P.1812 from terrain, random pairs", rates["P.1812 from terrain"], 80_000, unit="links/s")
    result.bar("P.1812 from terrain, sweeps", rates["P.1812 in sweeps"], 120_000, unit="links/s")
    return result


def timed(run: Callable[[], object], repeats: int) -> float:
    """Give the median time of a run in seconds, after one that compiles."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def paths(draw: np.random.Generator, count: int) -> Floats:
    """Give both ends of random paths of 2 to 100 km inside the terrain."""
    middle = np.stack([draw.uniform(15.6, 17.4, count), draw.uniform(106.6, 108.4, count)])
    length, bearing = draw.uniform(2, 100, count) / 111.3, draw.uniform(0, 2 * math.pi, count)
    half = np.stack([np.cos(bearing), np.sin(bearing)]) * length / 2
    return np.ascontiguousarray(np.concatenate([middle - half, middle + half]).T)


def sweep(draw: np.random.Generator, count: int) -> Floats:
    """Give the spokes of 60 km around sixty sites."""
    site = np.arange(count) * 60 // count
    centres = np.stack([draw.uniform(15.7, 17.3, 60), draw.uniform(106.7, 108.3, 60)])[:, site]
    bearing = np.arange(count) * (2 * math.pi * 60 / count)
    spoke = np.stack([np.cos(bearing), np.sin(bearing)]) * (60 / 111.3)
    return np.ascontiguousarray(np.concatenate([centres, centres + spoke]).T)


def link_values(draw: np.random.Generator) -> tuple[float, float, float, float]:
    """Give frequency (GHz), share of time (%) and both antenna heights (m)."""
    share = float(draw.choice([0.01, 1.0, 10.0, 50.0]))
    return float(10 ** draw.uniform(-0.9, 1.5)), share, float(draw.uniform(10, 80)), float(draw.uniform(1.5, 40))


def deviations(profiles: Profiles, drawn: list[tuple[float, float, float, float]]) -> dict[str, float]:
    """Give the largest distance between kernels and plain functions, over the first links, in dB."""
    count = min(COMPARED, len(drawn))
    few = Profiles.of(profiles[number] for number in range(count))
    of_p452 = [P452Link(f, p, tx, rx, 16.5, 45.0, 350.0) for f, p, tx, rx in drawn[:count]]
    of_p1812 = [P1812Link(min(f, 6.0), max(p, 1.0), tx, rx, 16.5, 45.0, 350.0) for f, p, tx, rx in drawn[:count]]
    of_itm = [ItmLink(1000 * min(f, 20.0), tx, rx) for f, _, tx, rx in drawn[:count]]
    plain_452 = [p452(few[number], link).loss_db for number, link in enumerate(of_p452)]
    plain_1812 = [p1812(few[number], link).loss_db for number, link in enumerate(of_p1812)]
    plain_itm = [itm(few[number], link).loss_db for number, link in enumerate(of_itm)]
    return {
        "P.452": float(np.abs(p452_losses(few, p452_links(of_p452)) - plain_452).max()),
        "P.1812": float(np.abs(p1812_losses(few, p1812_links(of_p1812)) - plain_1812).max()),
        "ITM": float(np.abs(itm_losses(few, itm_links(of_itm)) - plain_itm).max()),
    }
