"""Run the servers: HTTP by uvicorn and WHOIS beside it on one event loop, until the process is told to stop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.app import App
from api.ledger_home import LedgerHome, sequence
from api.limits import Limiter
from api.refusals import ListenRefused, WritesOff
from api.rest.writes import is_loopback
from api.service import Service
from api.whois.server import WhoisServer
from registries.store import Ledger
from registries.store.publishing import Publication

PATIENCE_S: Final = 10.0
"""How long a client may take to send one request whole."""
KEEP_ALIVE_S: Final = 15
AT_ONCE: Final = 1_000
_SEQUENCE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a service listens: host and port; port 0 takes a free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Listening":
        """Read HOST:PORT, with an IPv6 address in brackets.

        Raises:
            ListenRefused: It is none.
        """
        host, colon, port = text.rpartition(":")
        if not colon or not host or not (port.isascii() and port.isdecimal()) or int(port) > 65_535:
            raise ListenRefused(address=text, reason="viết · write HOST:PORT, 127.0.0.1:8080, [::1]:8080")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def open(self) -> socket.socket:
        """Bind it.

        Raises:
            ListenRefused: The address is taken, or not of this machine.
        """
        try:
            family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            opened = socket.create_server((self.host, self.port), family=family, backlog=1_024)
        except OSError as cause:
            raise ListenRefused(address=str(self), reason=cause.strerror or "?") from cause
        # Connections inherit it. Without, the two writes of an answer wait for each other's acknowledgement: 40 ms.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def bound(self, opened: socket.socket) -> "Listening":
        """Give it with the port that was taken."""
        return replace(self, port=opened.getsockname()[1])


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP that closes a connection whose request, headers and body, does not arrive whole in time."""

    patience_s = PATIENCE_S
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        begun: Any = self.cycle  # None until the first request has come with all its headers
        if begun and not begun.response_complete and not begun.more_body:
            self._stop_waiting()
        elif self._waiting is None:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(self.patience_s, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None


class _Server(uvicorn.Server):
    """uvicorn, stopped by SIGINT and SIGTERM without raising them again: stopping is how a service ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        with contextlib.suppress(ValueError, RuntimeError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def serve(
    ledger: Ledger,
    home: LedgerHome,
    service: Service,
    *,
    http: Listening,
    whois: Listening | None,
    allow_writes: bool,
    ready: Callable[[Service, Listening, Listening | None], None],
) -> None:
    """Serve until the process is told to stop; `ready` is called once both ports answer.

    Where changes are taken, the evidence log is written on every second beside them.

    Raises:
        WritesOff: Changes would be taken from other machines.
        ListenRefused: A port cannot be had.
    """
    if allow_writes and not is_loopback(http.host):
        raise WritesOff(reason=f"{http} is reached from other machines")
    opened = http.open()
    try:
        http = http.bound(opened)
        service = service if service.base_url else replace(service, base_url=f"http://{http}")
        work = _serve(ledger, home, service, opened, (http, whois), allow_writes=allow_writes, ready=ready)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    finally:
        opened.close()


async def _serve(
    ledger: Ledger,
    home: LedgerHome,
    service: Service,
    opened: socket.socket,
    places: tuple[Listening, Listening | None],
    *,
    allow_writes: bool,
    ready: Callable[[Service, Listening, Listening | None], None],
) -> None:
    limiter = Limiter(service.rate)
    config = uvicorn.Config(
        App(ledger, service, limiter, allow_writes=allow_writes),
        http=ImpatientProtocol,
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
        limit_concurrency=AT_ONCE,
        proxy_headers=False,
        ws="none",
        lifespan="off",
    )
    server = _Server(config)
    http, whois = places
    async with contextlib.AsyncExitStack() as stack:
        if whois is not None:
            whois_socket = whois.open()
            listening = await WhoisServer(service, Publication(ledger), limiter).start(whois_socket)
            stack.push_async_callback(_close, listening)
            whois = whois.bound(whois_socket)
        tasks = [asyncio.create_task(_told(server, lambda: ready(service, http, whois)))]
        if allow_writes:
            tasks.append(asyncio.create_task(_sequenced(ledger, home)))
        try:
            await server.serve(sockets=[opened])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    await listening.wait_closed()


async def _told(server: uvicorn.Server, ready: Callable[[], Any]) -> None:
    while not server.started:
        await asyncio.sleep(0.01)
    ready()


async def _sequenced(ledger: Ledger, home: LedgerHome) -> None:
    while True:
        await asyncio.to_thread(sequence, ledger, home)
        await asyncio.sleep(_SEQUENCE_S)
