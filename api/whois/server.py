"""The WHOIS port: one line in, an answer out, the connection closed (RFC 3912). Nobody keeps it for long."""

import asyncio
import contextlib
import socket
from typing import Final

from api.errors import ApiError
from api.limits import Limiter
from api.refusals import AddressTooLong, RateExceeded
from api.service import Service
from api.whois.finding import Finder
from api.whois.objects import answer, page, refusal
from api.whois.query import HELP, LONGEST, read_query
from registries.errors import RegistryError
from registries.store.publishing import Publication

PATIENCE_S: Final = 10.0
"""How long a client may take to send its line, and to take what is sent."""
AT_ONCE: Final = 256
"""Connections at one time; further ones are closed at once."""


class WhoisServer:
    """Answers WHOIS connections on one port."""

    def __init__(
        self, service: Service, publication: Publication, limiter: Limiter, *, patience_s: float = PATIENCE_S
    ) -> None:
        self._service = service
        self._finder = Finder(service, publication)
        self._limiter = limiter
        self._patience_s = patience_s
        self._open = 0

    async def start(self, opened: socket.socket) -> asyncio.Server:
        """Listen on a socket that is bound; the caller closes the server."""
        return await asyncio.start_server(self._serve, sock=opened, limit=LONGEST + 2)

    def answer(self, line: bytes) -> str:
        """Give the answer to a line; what cannot be answered gets an %ERROR line."""
        if line.strip().lower() in {b"help", b"-h", b"?"}:
            return page(self._service, [HELP.rstrip()])
        try:
            query = read_query(line)
            return answer(self._service, query, self._finder.find(query))
        except (ApiError, RegistryError) as error:
            return page(self._service, [refusal(error)])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            # Whoever hangs up, sends nothing or takes nothing has left; there is nobody to tell.
            with contextlib.suppress(OSError, TimeoutError):
                if self._open <= AT_ONCE:
                    await self._talk(reader, writer)
        finally:
            self._open -= 1
            writer.close()
            with contextlib.suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), self._patience_s)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = (writer.get_extra_info("peername") or ("",))[0]
        wait_s = self._limiter.wait_s(address)
        if wait_s:
            refused: ApiError = RateExceeded(rate=self._limiter.rate, seconds=max(1, round(wait_s)))
            text = page(self._service, [refusal(refused)])
        else:
            text = await self._text(reader)
        writer.write(text.replace("\n", "\r\n").encode())
        await asyncio.wait_for(writer.drain(), self._patience_s)

    async def _text(self, reader: asyncio.StreamReader) -> str:
        try:
            line = await asyncio.wait_for(reader.readuntil(b"\n"), self._patience_s)
        except asyncio.IncompleteReadError as ended:
            line = ended.partial
        except asyncio.LimitOverrunError:
            return page(self._service, [refusal(AddressTooLong(length=f"> {LONGEST}", limit=LONGEST))])
        return await asyncio.to_thread(self.answer, line)
