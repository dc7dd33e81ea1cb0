"""Name servers asked over a socket: one that serves the zone, one that does not, one that cuts its answers, silence."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from api import name_servers
from registries.addresses.blocks import Block
from registries.addresses.reverse import ReverseNames, lame

ZONE = "2.0.192.in-addr.arpa"
SERVERS = ("ns1.vidu.example", "ns2.vidu.example")
Answering = Callable[[dns.message.Message], dns.message.Message]


def authoritative(question: dns.message.Message) -> dns.message.Message:
    reply = dns.message.make_response(question)
    asked = question.question[0]
    reply.flags |= dns.flags.AA
    if asked.name.to_text(omit_final_dot=True) != ZONE:
        reply.set_rcode(dns.rcode.REFUSED)
        return reply
    kind = dns.rdatatype.to_text(asked.rdtype)
    told = {
        "SOA": ["ns1.vidu.example. h.vidu.example. 2026112401 1 1 1 1"],
        "NS": [f"{name.upper()}." for name in SERVERS],
    }
    reply.answer.append(dns.rrset.from_text(asked.name, 300, "IN", kind, *told[kind]))
    return reply


def cached(question: dns.message.Message) -> dns.message.Message:
    reply = authoritative(question)
    reply.flags &= ~dns.flags.AA
    return reply


def cut(question: dns.message.Message) -> dns.message.Message:
    reply = dns.message.make_response(question)
    reply.flags |= dns.flags.AA | dns.flags.TC
    return reply


@contextmanager
def serving(by_udp: Answering, by_tcp: Answering) -> Iterator[int]:
    """Serve both transports on one port of this machine."""
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as stream,
        closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as datagrams,
    ):
        datagrams.bind(stream.getsockname())

        def over_udp() -> None:
            while True:
                try:
                    sent, client = datagrams.recvfrom(4096)
                except OSError:
                    return
                if not sent:
                    return
                datagrams.sendto(by_udp(dns.message.from_wire(sent)).to_wire(), client)

        def over_tcp() -> None:
            while True:
                try:
                    opened, _ = stream.accept()
                except OSError:
                    return
                with opened:
                    sent = opened.recv(4096)
                    if len(sent) > 2:
                        wire = by_tcp(dns.message.from_wire(sent[2:])).to_wire()
                        opened.sendall(struct.pack("!H", len(wire)) + wire)

        threads = [threading.Thread(target=work, daemon=True) for work in (over_udp, over_tcp)]
        for thread in threads:
            thread.start()
        port = stream.getsockname()[1]
        try:
            yield port
        finally:
            stream.shutdown(socket.SHUT_RDWR)
            with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as last:
                last.sendto(b"", ("127.0.0.1", port))
            for thread in threads:
                thread.join()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_servers, "PATIENCE_S", 0.5)


def reasons(monkeypatch: pytest.MonkeyPatch, by_udp: Answering, by_tcp: Answering, block: str) -> set[str]:
    with serving(by_udp, by_tcp) as port:
        monkeypatch.setattr(name_servers, "PORT", port)
        names = ReverseNames(Block.parse(block), SERVERS)
        return {one.reason for one in lame(names, lambda _, zone: name_servers.ask("127.0.0.1", zone))}


def test_a_server_that_serves_the_zone_is_not_lame(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(monkeypatch, authoritative, authoritative, "192.0.2.0/24") == set()


def test_an_answer_cut_short_is_fetched_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(monkeypatch, cut, authoritative, "192.0.2.0/24") == set()


def test_refusals_and_answers_from_memory_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(monkeypatch, authoritative, authoritative, "198.51.100.0/24") == {"answers REFUSED"}
    assert reasons(monkeypatch, cached, cached, "192.0.2.0/24") == {"is not authoritative"}


def test_silence_and_a_name_without_an_address_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as mute:
        mute.bind(("127.0.0.1", 0))
        monkeypatch.setattr(name_servers, "PORT", mute.getsockname()[1])
        assert name_servers.ask("127.0.0.1", ZONE) is None
    assert name_servers.ask("no-such-host.invalid", ZONE) is None
