"""The HTTP side as a server: who dawdles over a request is let go, and where it may listen."""

import asyncio
import contextlib
from typing import Any

import pytest
import uvicorn
import uvloop

from api.refusals import ListenRefused
from api.serving import ImpatientProtocol, Listening


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def talk(*parts: bytes, pause_s: float, patience_s: float) -> bytes:
    """Give what the server says until it closes, to a client that sends some parts with a pause before each."""
    hasty = type("Hasty", (ImpatientProtocol,), {"patience_s": patience_s})

    async def conversation() -> bytes:
        opened = Listening("127.0.0.1", 0).open()
        config = uvicorn.Config(_answer, http=hasty, lifespan="off", log_level="critical", timeout_keep_alive=1)
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server._serve([opened]))
        while not server.started:
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*opened.getsockname())
        told = b""
        # RuntimeError: the loop refuses to write where the server has closed.
        with contextlib.suppress(ConnectionError, RuntimeError):
            for part in parts:
                await asyncio.sleep(pause_s)
                writer.write(part)
            told = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.should_exit = True
        await serving
        return told

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(conversation())


def test_a_request_that_arrives_in_time_is_answered() -> None:
    told = talk(b"GET / HTTP/1.1\r\nhost: x\r\n", b"connection: close\r\n\r\n", pause_s=0.02, patience_s=10)
    assert told.endswith(b"ok")


@pytest.mark.parametrize(
    "parts",
    [
        [b"G"] * 6,
        [b"GET / HTTP/1.1\r\n", *[b"x: y\r\n"] * 6],
        [b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n", *[b"a"] * 6],
    ],
    ids=["method", "headers", "body"],
)
def test_a_request_that_arrives_byte_by_byte_is_not_waited_for(parts: list[bytes]) -> None:
    assert talk(*parts, pause_s=0.08, patience_s=0.2) == b""


@pytest.mark.parametrize("text", ["8080", "host:", ":8080", "127.0.0.1:65536", "127.0.0.1:x", ""])
def test_what_is_no_place_to_listen_is_refused(text: str) -> None:
    with pytest.raises(ListenRefused, match="HOST:PORT"):
        Listening.parse(text)


@pytest.mark.parametrize("text", ["127.0.0.1:8080", "[::1]:43", "0.0.0.0:0"])
def test_places_to_listen_are_read_back_as_written(text: str) -> None:
    assert str(Listening.parse(text)) == text


def test_a_port_that_is_taken_is_refused() -> None:
    taken = Listening("127.0.0.1", 0).open()
    with pytest.raises(ListenRefused):
        Listening("127.0.0.1", taken.getsockname()[1]).open()
    taken.close()
