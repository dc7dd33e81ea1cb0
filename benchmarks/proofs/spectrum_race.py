"""Many clients for one exclusive block of frequencies in an area and a time: exactly one has it, on both stores."""

import datetime
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from statistics import median
from typing import Any

from benchmarks.datasets import ROOT, SEED, scaled
from benchmarks.proofs.ledger_race import control
from benchmarks.proofs.ledger_servers import CLIENTS, MISSING, fsync_ms, place
from benchmarks.results import Result
from registries.holders import Kind, RegisterHolder
from registries.ledger import Envelope, Refusal
from registries.ledger.moments import VIETNAM
from registries.spectrum import areas, boundaries, register
from registries.spectrum.areas import ServiceArea
from registries.spectrum.band_ranges import SPACE, Band, parse_bands
from registries.spectrum.licences import LicenceKind, licence_of
from registries.store import Ledger, open_ledger

ROUNDS = 400
CONTROL_S = 4.0
LOWEST_HZ = 1_000_000_000
BLOCK_HZ = 10_000_000
ON = datetime.datetime.now(VIETNAM).date()
OPENED = datetime.datetime(2020, 1, 1, tzinfo=VIETNAM)
TERM_DAYS = 1_000
Found = dict[str, Any]


def contested_areas() -> tuple[ServiceArea, ...]:
    """Give areas that all hold one cell, in Đà Nẵng: whoever has one of them keeps all others out."""
    layer = boundaries.schematic()
    square = [[107.9, 15.8], [108.4, 15.8], [108.4, 16.3], [107.9, 16.3], [107.9, 15.8]]
    return (
        areas.province_area(layer, "48"),
        areas.nationwide(),
        areas.radius_area(16.05, 108.1, 25),
        areas.polygon_area(json.dumps({"type": "Polygon", "coordinates": [square]})),
    )


def envelope(key: str, legal_at: datetime.datetime | None = None) -> Envelope:
    return Envelope(actor="proof", tenant="proof", purpose="proof", idempotency_key=key, legal_at=legal_at)


def opened(ledger: Ledger, clients: int) -> None:
    """Open the band that is raced for, and register a holder for each client."""
    band = Band(LOWEST_HZ, LOWEST_HZ + BLOCK_HZ * (ROUNDS + 100) - 1)
    register.open_band(ledger, [band], envelope("pool", OPENED), authority="example", name="race")
    for number in range(clients):
        command = RegisterHolder(kind=Kind.ORGANISATION, called=f"client {number}", holder_id=f"h{number}")
        ledger.execute(command, envelope(f"holder-{number}"))


def request(block: int, number: int, area: ServiceArea, start: datetime.datetime) -> register.LicenceRequest:
    """Give a request for a block of 2 x 10 MHz, a part of it shifted so that blocks of clients differ and overlap."""
    first_hz = LOWEST_HZ + block * BLOCK_HZ + number % 3 * 1_000_000
    band = Band(first_hz, first_hz + 6_000_000 - 1)
    return register.LicenceRequest(
        kind=LicenceKind.BAND,
        holder_id=f"h{number}",
        stop_at=start + datetime.timedelta(days=TERM_DAYS),
        bands=(band,),
        area=area,
        licence_id=f"R{block}-{number}",
    )


def client(url: str, number: int, rounds: int, seed: int) -> Found:
    """Ask for every block once; areas, bands and terms differ from client to client, and any two of them meet."""
    chance = random.Random(f"{seed}-{number}")
    contested = contested_areas()
    ledger = open_ledger(url)
    print("ready", flush=True)
    sys.stdin.readline()
    answers: Counter[str] = Counter()
    won, waits_s = [], []
    began = time.time()
    start = datetime.datetime.combine(ON + datetime.timedelta(days=30), datetime.time(), VIETNAM)
    for block in range(rounds):
        begins = start + datetime.timedelta(days=chance.randrange(TERM_DAYS // 2))
        asked = request(block, number, chance.choice(contested), begins)
        before = time.perf_counter()
        try:
            register.grant(ledger, asked, envelope(f"{block}-{number}", begins), on=ON)
        except Refusal as refusal:
            answers[refusal.code] += 1
        else:
            answers["done"] += 1
            won.append(block)
        waits_s.append(time.perf_counter() - before)
    ledger.close()
    return {"answers": answers, "won": won, "waits_s": waits_s, "began": began, "ended": time.time()}


def raced(url: str, clients: int, rounds: int) -> Found:
    """Let clients race, each a process, and count for every block who has it: by their answers, and in the ledger."""
    ledger = open_ledger(url)
    opened(ledger, clients)
    children = [_started(url, number, rounds) for number in range(clients)]
    for child in children:
        child.stdout.readline()  # type: ignore[union-attr]
    for child in children:
        child.stdin.write(b"go\n")  # type: ignore[union-attr]
        child.stdin.flush()  # type: ignore[union-attr]
    tallies = []
    for child in children:
        out, _ = child.communicate()
        if child.returncode:
            raise RuntimeError(f"a client of the proof failed with {child.returncode}")
        tallies.append(json.loads(out))
    answered = Counter(block for tally in tallies for block in tally["won"])
    kept: dict[int, set[str]] = {}
    for one in ledger.as_of(SPACE, legal=ON + datetime.timedelta(days=30 + TERM_DAYS // 2 + 10)):
        if one.claim.tier == 1:
            name = one.grant.attributes["licence"]
            kept.setdefault(int(name[1:].partition("-")[0]), set()).add(name)
            if licence_of(ledger, name).holder_id != one.tenure.holder_id:
                raise RuntimeError(f"licence {name} has parts of several holders")
    ledger.close()
    waits = sorted(wait for tally in tallies for wait in tally["waits_s"])
    length_s = max(tally["ended"] for tally in tallies) - min(tally["began"] for tally in tallies)
    total = sum((Counter(tally["answers"]) for tally in tallies), Counter[str]())
    return {
        "clients": clients,
        "blocks": rounds,
        "answers": dict(total),
        "blocks_without_one_winner": sum(answered[block] != 1 for block in range(rounds)),
        "blocks_without_one_licence": sum(len(kept.get(block, ())) != 1 for block in range(rounds)),
        "attempts_per_s": clients * rounds / length_s,
        "p50_ms": median(waits) * 1e3,
        "p99_ms": waits[int(len(waits) * 0.99)] * 1e3,
        "worst_ms": waits[-1] * 1e3,
    }


def _started(url: str, number: int, rounds: int) -> "subprocess.Popen[bytes]":
    given = json.dumps([url, number, rounds, SEED])
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.proofs.spectrum_race", given],
        cwd=ROOT,
        stdin=pipe,
        stdout=pipe,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


def costs(url: str, repeats: int) -> list[list[Any]]:
    """Give what a paired licence costs by its area: ranges, claims, parts, and the median time of its grant."""
    ledger = open_ledger(url)
    ledger.execute(RegisterHolder(kind=Kind.ORGANISATION, called="costs", holder_id="costs"), envelope("costs"))
    register.open_band(
        ledger, parse_bands("3000-3900 MHz"), envelope("cost-pool", OPENED), authority="example", name="costs"
    )
    layer = boundaries.schematic()
    shown = {
        "nationwide": areas.nationwide(),
        "Hà Nội": areas.province_area(layer, "01"),
        "Đà Nẵng with Hoàng Sa": areas.province_area(layer, "48"),
        "Khánh Hòa with Trường Sa": areas.province_area(layer, "56"),
        "25 km around a point": areas.radius_area(16.05, 108.1, 25),
    }
    stop_at = datetime.datetime.combine(ON + datetime.timedelta(days=3_000), datetime.time(), VIETNAM)
    rows, at = [], 3_000
    for name, area in shown.items():
        took = []
        for _ in range(max(3, repeats)):
            bands = parse_bands(f"{at}-{at + 10},{at + 20}-{at + 30} MHz")
            asked = register.LicenceRequest(
                kind=LicenceKind.BAND, holder_id="costs", stop_at=stop_at, bands=bands, area=area, licence_id=f"C{at}"
            )
            before = time.perf_counter()
            register.grant(ledger, asked, envelope(f"cost-{at}"), on=ON)
            took.append(time.perf_counter() - before)
            at += 40
        found = licence_of(ledger, f"C{at - 40}")
        rows.append([name, len(area.ranges), len(found.claims), len(found.parts), round(median(took) * 1e3, 1)])
    ledger.close()
    return rows


def spectrum_race(scale: float, repeats: int) -> Result:
    """Every client asks for every block, in areas, bands and terms that all overlap: each block has one licence."""
    rounds = scaled(ROUNDS, scale, 5)
    result = Result(
        "spectrum-race",
        "band licences by as many processes: nationwide, a province, a circle and a polygon, which all share a cell",
        "check and then insert, without constraint and lock, by as many clients",
        SEED,
        scale,
        recipe={"blocks": rounds, "clients": CLIENTS},
    )
    races, paid = [], []
    for kind, clients in CLIENTS.items():
        with place(kind) as here:
            if here is None:
                result.figures[kind] = dict(MISSING)
                continue
            print(f"spectrum-race: {kind} ...", flush=True)
            flush_ms = fsync_ms(here.folder)
            found = raced(here.url, clients, rounds)
            found["control_overlaps"] = control(here.url, clients, CONTROL_S * min(1.0, max(scale * 10, 0.2)))
            rows = costs(here.url, repeats)
        result.figures[kind] = found | {"fsync_ms": flush_ms, "cost_ms": {row[0]: row[-1] for row in rows}}
        speeds = [round(found["attempts_per_s"]), round(found["p50_ms"], 1), round(found["p99_ms"], 1)]
        races.append([kind, clients, rounds, found["answers"]["done"], *speeds, round(flush_ms, 3)])
        paid += [[kind, *row] for row in rows]
        result.bar(f"{kind}: blocks without exactly one winner", found["blocks_without_one_winner"], 0, above=False)
        result.bar(f"{kind}: blocks without exactly one licence", found["blocks_without_one_licence"], 0, above=False)
        result.bar(f"{kind}: overlaps of the control", found["control_overlaps"], 1)
    result.table(
        "race", ("store", "clients", "blocks", "licences", "attempts/s", "p50 ms", "p99 ms", "fsync ms"), races
    )
    result.table("cost of a grant", ("store", "area", "ranges", "claims", "parts", "median ms"), paid)
    return result


def main() -> None:
    url, number, rounds, seed = json.loads(sys.argv[1])
    print(json.dumps(client(url, number, rounds, seed)), flush=True)


if __name__ == "__main__":
    main()
