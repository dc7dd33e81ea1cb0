"""Text in any of the encodings that carriers use, turned into UTF-8 as a stream."""

import codecs
from collections.abc import Iterable, Iterator

from matching.encodings import transcode

_WIDE = {"utf-16": "utf-16", "utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be", "utf-32": "utf-32"}
LOST = "\ufffd".encode()


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
    """Turn a stream into UTF-8, cut only where no letter and no pair of bytes is torn; the byte order mark goes."""
    if is_wide(encoding):
        yield from _wide(blocks, encoding)
        return
    held = b""
    first = True
    for block in blocks:
        whole = held + block if held else block
        cut = max(whole.rfind(b"\n"), whole.rfind(b"\r"), len(whole) - _LONGEST_LINE) + 1
        held = whole[cut:]
        if cut:
            text = to_utf8(memoryview(whole)[:cut], encoding)
            yield _without_mark(text) if first else text
            first = False
    if held:
        yield _without_mark(to_utf8(held, encoding)) if first else to_utf8(held, encoding)


#: A line longer than this is turned piece by piece.
_LONGEST_LINE = 1 << 20


def _without_mark(text: bytes) -> bytes:
    return text.removeprefix(codecs.BOM_UTF8)


def _wide(blocks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(_WIDE[encoding])("replace")
    first = True
    for block in blocks:
        text = decoder.decode(block)
        if text:
            out = text.encode("utf-8", "replace")
            yield _without_mark(out) if first else out
            first = False
    rest = decoder.decode(b"", True)  # noqa: FBT003 - the name of this argument differs between codecs
    if rest:
        yield rest.encode("utf-8", "replace")
