"""WHOIS: flags, objects, errors, and connections that are in no hurry."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.limits import Limiter
from api.refusals import QuestionRefused
from api.service import Service
from api.whois.query import LONGEST, read_query
from api.whois.server import WhoisServer
from registries.store import Ledger, open_ledger
from registries.store.publishing import Publication
from tests.api.registered import MAIL, SECRET, TELEPHONE, register

SERVICE = Service("https://rdap.example", whois_host="whois.example")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    opened = open_ledger(register(tmp_path_factory.mktemp("whois")).url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(ledger: Ledger) -> WhoisServer:
    return WhoisServer(SERVICE, Publication(ledger), Limiter(0))


def objects(told: str) -> list[dict[str, str]]:
    """Give the objects of an answer as attributes, the last of each name."""
    found = []
    for part in told.split("\n\n"):
        lines = [line for line in part.splitlines() if line and not line.startswith("%")]
        if lines:
            found.append({name: value.strip() for name, _, value in (line.partition(":") for line in lines)})
    return found


def names(told: str) -> list[str]:
    return [each.get("netname") or each.get("as-name") or each.get("domain") or "" for each in objects(told)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("-r 198.18.0.1", ["VIDU-LAN"]),
        ("-r 198.18.0.0/23", ["VIDU-NET"]),
        ("-r 198.18.0.0 - 198.18.0.255", ["VIDU-LAN"]),
        ("-r 198.19.255.255", ["POOL4"]),
        ("-r -x 198.18.0.0/22", ["VIDU-NET"]),
        ("-r -L 198.18.0.1", ["POOL4", "VIDU-NET", "VIDU-LAN"]),
        ("-rL 198.18.0.0/24", ["POOL4", "VIDU-NET", "VIDU-LAN"]),
        ("-r -l 198.18.0.0/24", ["VIDU-NET"]),
        ("-r -M 198.18.0.0/20", ["VIDU-NET", "VIDU-LAN"]),
        ("-r -m 198.18.0.0/22", ["VIDU-LAN"]),
        ("-r -m 198.18.0.0/15", ["VIDU-NET", "NGUOI-NET", "KHONG-RO", "TAM-DUNG"]),
        ("-r AS64496", ["VIDU-AS"]),
        ("-r as64502", ["VIDU-AS2"]),
        ("-r 3fff::1", ["VIDU-V6"]),
        ("-r 1.18.198.in-addr.arpa", ["1.18.198.in-addr.arpa"]),
        ("-r -T aut-num,as-block -i org VIDU-VNNIC", ["VIDU-AS", "VIDU-AS2"]),
        ("-r -T inet6num -i org VIDU", ["VIDU-V6"]),
    ],
)
def test_flags_say_what_of_a_place_is_told(server: WhoisServer, query: str, found: list[str]) -> None:
    assert names(server.answer(query.encode())) == found


def test_without_r_holder_and_contacts_come_along(server: WhoisServer) -> None:
    told = server.answer(b"198.18.0.1")
    kinds = [next(iter(each)) for each in objects(told)]
    assert kinds == ["inetnum", "organisation", "role", "role"]
    assert f"% Abuse contact for '198.18.0.0 - 198.18.0.255' is '{MAIL}'" in told
    network = objects(told)[0]
    assert (network["status"], network["country"], network["org"]) == ("ASSIGNED NON-PORTABLE", "VN", "VIDU-VNNIC")
    assert network["source"] == "VNNIC"


def test_b_shows_what_is_published_and_nothing_shows_more(server: WhoisServer) -> None:
    brief, full = server.answer(b"VIDU-VNNIC"), server.answer(b"-B VIDU-VNNIC")
    assert "e-mail" not in brief
    assert "-B" in brief
    assert MAIL in full
    assert TELEPHONE in full
    assert "noc@vidu.example" not in full
    for query in (b"-B 198.18.16.1", b"-B person-1", b"-B VIDU-noc-VNNIC", b"-B -M 0.0.0.0/0"):
        assert SECRET not in server.answer(query)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("AS64511", 101),
        ("8.8.8.8", 101),
        ("NOBODY", 101),
        ("198.18.48.0/24 ", 0),
        ("-x 198.18.0.0/25", 101),
        ("-i mnt-by X", 111),
        ("-z 198.18.0.1", 111),
        ("-T person VIDU", 111),
        ("-i", 108),
        ("-xL 198.18.0.1", 108),
        ("", 108),
        ("198.18.0.256", 108),
        ("198.18.0.1/24", 108),
        ("AS4294967296", 108),
        ("a\x07b", 108),
    ],
)
def test_what_cannot_be_answered_is_an_error_line(server: WhoisServer, query: str, number: int) -> None:
    told = server.answer(query.encode())
    assert (f"%ERROR:{number}:" in told) == bool(number)


@given(st.binary(max_size=LONGEST))
def test_any_line_is_read_or_refused(line: bytes) -> None:
    try:
        query = read_query(line)
    except QuestionRefused:
        return
    assert query.text
    assert query.text.isprintable()


def test_help_tells_the_flags_in_both_languages(server: WhoisServer) -> None:
    told = server.answer(b"help\r\n")
    assert "-M" in told
    assert " · " in told
    assert all(line.startswith("%") for line in told.splitlines() if line)


def talk(server: WhoisServer, *parts: bytes, pause_s: float = 0.0) -> bytes:
    """Give what the server says to a client that sends some parts, with a pause before each."""

    async def conversation() -> bytes:
        opened = socket.create_server(("127.0.0.1", 0))
        listening = await server.start(opened)
        reader, writer = await asyncio.open_connection(*opened.getsockname())
        for part in parts:
            await asyncio.sleep(pause_s)
            writer.write(part)
        told = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        listening.close()
        await listening.wait_closed()
        return told

    return asyncio.run(conversation())


def test_an_answer_ends_its_lines_as_the_protocol_wants_and_closes(server: WhoisServer) -> None:
    told = talk(server, b"AS64", b"496\r\n")
    assert told.endswith(b"\r\n")
    assert b"\n" not in told.replace(b"\r\n", b"")
    assert b"VIDU-AS" in told


def test_a_line_that_is_too_long_is_not_read(server: WhoisServer) -> None:
    assert b"%ERROR:107:" in talk(server, b"x" * 4 * LONGEST)


def test_who_sends_nothing_is_let_go(ledger: Ledger) -> None:
    hasty = WhoisServer(SERVICE, Publication(ledger), Limiter(0), patience_s=0.05)
    assert talk(hasty, b"AS6") == b""


def test_who_asks_too_often_is_told_to_wait(ledger: Ledger) -> None:
    limited = WhoisServer(SERVICE, Publication(ledger), Limiter(1, clock=lambda: 0.0))
    told = [talk(limited, b"AS64496\r\n") for _ in range(3)]
    assert [b"%ERROR:201:" in each for each in told] == [False, False, True]
