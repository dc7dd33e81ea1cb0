"""Text in any of the encodings that carriers use, turned into UTF-8 as a stream."""

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from matching.encodings import transcode

_WIDE = {"utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32": "utf-32"}
LOST = "\ufffd".encode()
THREADS = 2
_LONGEST_LINE = 1 << 20


def is_wide(encoding: str) -> bool:
    """Tell whether a letter takes two or four bytes, so that a line end is more than one byte."""
    return encoding in _WIDE


def to_utf8(data: bytes | memoryview, encoding: str) -> bytes:
    """Turn whole lines of text into UTF-8; a byte that the encoding does not know becomes U+FFFD."""
    if encoding == "utf-8":
        return bytes(data)
    if is_wide(encoding):
        return bytes(data).decode(_WIDE[encoding], "replace").encode()
    return transcode(data, encoding)


def lines_as_utf8(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Turn a stream into UTF-8, cut only where no letter and no pair of bytes is torn; the byte order mark goes.

    One-byte encodings are turned by `THREADS` threads; at most as many pieces again wait to be taken.
    """
    turned = _wide(blocks, encoding) if is_wide(encoding) else _turned(_pieces(blocks), encoding)
    for text in turned:
        yield text.removeprefix(codecs.BOM_UTF8)
        break
    yield from turned


def _pieces(blocks: Iterable[bytes]) -> Iterator[memoryview]:
    """Cut a stream at line ends, and within a line that is longer than any that is read."""
    held = b""
    for block in blocks:
        whole = held + block if held else block
        cut = max(whole.rfind(b"\n"), whole.rfind(b"\r"), len(whole) - _LONGEST_LINE) + 1
        held = whole[cut:]
        if cut:
            yield memoryview(whole)[:cut]
    if held:
        yield memoryview(held)


def _turned(pieces: Iterator[memoryview], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from map(bytes, pieces)
        return
    with ThreadPoolExecutor(THREADS) as pool:
        waiting: deque[Future[bytes]] = deque()
        for piece in pieces:
            waiting.append(pool.submit(to_utf8, piece, encoding))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _wide(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(_WIDE[encoding])("replace")
    for block in blocks:
        text = decoder.decode(block)
        if text:
            yield text.encode("utf-8", "replace")
    rest = decoder.decode(b"", True)  # noqa: FBT003 - the name of this argument differs between codecs
    if rest:
        yield rest.encode("utf-8", "replace")
