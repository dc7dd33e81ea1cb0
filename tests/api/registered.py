"""A small ledger of documentation space for the tests of RDAP, WHOIS and REST, and a service running over it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.ledger_home import make_ledger
from registries.holders import Kind, RegisterHolder, SetContact
from registries.ledger import Box, Issue, Level, OpenPool, Suspend
from registries.ledger.moments import from_us
from registries.store import Ledger, open_ledger
from tests.registries.ledger.making import START_US, block, envelope

SECRET = "Người Được Sinh"
"""A name that no answer and no log may hold."""
MAIL, TELEPHONE = "abuse@vidu.example", "+84 900 000 000"
V6 = 0x3FFF << 112
DS = f"12345 13 2 {'ab' * 32}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A ledger file, and the token of its writes."""

    url: str
    token: str


def register(folder: Path) -> Registered:
    """Make the ledger: one organisation with contacts, one person, a pool of each kind, nested grants."""
    url = f"sqlite:///{folder}/ledger.db"
    made, _ = make_ledger(url)
    ledger = open_ledger(url)
    try:
        fill(ledger)
    finally:
        ledger.close()
    assert made.token
    return Registered(url, made.token)


def fill(ledger: Ledger) -> None:
    """Put the register's holders and grants into an empty ledger."""

    def do(command: Any) -> None:
        ledger.execute(command, envelope())

    do(
        RegisterHolder(
            kind=Kind.ORGANISATION,
            called="Công ty Ví Dụ",
            handle="VIDU",
            holder_id="holder-1",
            attributes={"country": "VN"},
        )
    )
    do(RegisterHolder(kind=Kind.PERSON, holder_id="person-1", personal={"name": SECRET}))
    due = from_us(2 * START_US)
    reached = {"name": SECRET, "mail": MAIL, "telephone": TELEPHONE}
    do(SetContact(holder_id="holder-1", contact_id="abuse", roles=("abuse",), personal=reached, due_at=due))
    hidden = {"name": SECRET, "mail": "noc@vidu.example"}
    do(SetContact(holder_id="holder-1", contact_id="noc", roles=("tech", "admin"), personal=hidden, due_at=due))
    do(OpenPool(space="ipv4", boxes=(block(0, 0x1FFFF),), authority="RFC 2544", grant_id="POOL4"))
    do(OpenPool(space="ipv6", boxes=(Box(V6, V6 + (1 << 108) - 1),), authority="RFC 9637", grant_id="POOL6"))
    do(OpenPool(space="asn", boxes=(Box(64496, 64511),), authority="RFC 5398", grant_id="POOLAS"))
    names = {"nameservers": "ns1.vidu.example ns2.vidu.example", "ds": DS}

    def issue(parent: str, name: str, level: Level, box: Box, holder: str | None = "holder-1", **other: str) -> None:
        do(Issue(parent_id=parent, level=level, boxes=(box,), holder_id=holder, grant_id=name, attributes=other))

    issue("POOL4", "VIDU-NET", Level.ALLOCATED, block(0, 1023), **names)
    issue("VIDU-NET", "VIDU-LAN", Level.ASSIGNED, block(0, 255))
    issue("POOL4", "NGUOI-NET", Level.ASSIGNED, block(4096, 4351), "person-1")
    issue("POOL4", "KHONG-RO", Level.ASSIGNED, block(8192, 8447), None)
    issue("POOL4", "GIU-CHO", Level.RESERVED, block(12288, 12543), None)
    issue("POOL4", "TAM-DUNG", Level.ASSIGNED, block(16384, 16639))
    do(Suspend(grant_id="TAM-DUNG", reason="test"))
    issue("POOL6", "VIDU-V6", Level.ALLOCATED, Box(V6, V6 + (1 << 96) - 1), **names)
    issue("POOLAS", "VIDU-AS", Level.ASSIGNED, Box(64496, 64496))
    issue("POOLAS", "VIDU-AS2", Level.ASSIGNED, Box(64500, 64503))


@dataclass(frozen=True, slots=True)
class Running:
    """A service that listens on this machine."""

    http: str
    whois: tuple[str, int]
    token: str


@contextmanager
def running(registered: Registered, *options: str) -> Iterator[Running]:
    """Run `sogoc serve` over a ledger on free ports, as its users do."""
    started = "import sys; from api.commands.main import main; sys.exit(main())"
    where = ["--db", registered.url, "--http", "127.0.0.1:0", "--whois", "127.0.0.1:0"]
    command = [sys.executable, "-c", started, "serve", *where, *options]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    ) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        try:
            assert "WHOIS" in told, told + (process.stderr.read() if process.poll() is not None else "")
            http = told.partition("RDAP ")[2].partition("/rdap/")[0]
            host, _, port = told.partition("WHOIS ")[2].strip().partition(":")
            yield Running(http, (host, int(port)), registered.token)
        finally:
            process.terminate()
            rest = process.stderr.read()
            process.wait(20)
        assert process.returncode == 0, rest
        assert rest == "", "a service says nothing of what it is asked"


def plain(document: Any) -> str:
    """Give a document as text, to look for what it must not hold."""
    return json.dumps(document, ensure_ascii=False)
