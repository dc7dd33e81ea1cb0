"""The one-byte and two-byte encodings of Vietnamese that carriers' older systems write.

- `tcvn3`: TCVN 5712:1993 as the .Vn (ABC) fonts use it. Lower-case letters and seven toneless capitals; the .VnH fonts
  draw the same lower-case codes as capitals, so the case of a toned capital is not in the bytes. The table is the whole
  upper half of the standard (VN2), which adds some capitals and the combining marks; punctuation is that of cp1252.
- `vni`: VNI-Windows, a base letter and one following mark byte.
- `viscii`: RFC 1456. Six capitals lie among the control codes.
- `cp1258`: windows-1258, a base letter and one following tone byte; decoded to composed letters.
- `cp1252` and `latin-1`, for what is none of these.

Bytes without a meaning read as U+FFFD. A mark never follows a line end and is never below 0x80, so text may be cut
before any byte below 0x80 (at line ends above all) without tearing a letter.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from matching.errors import UnknownEncoding
from matching.syllables import COMPOSED, LETTERS, MARKS

REPLACEMENT = 0xFFFD

# Rows of sixteen, 0xA0 to 0xFF; a dot has no meaning. The marks of 0xB0-0xB4 stand after their letter.
_TCVN3 = """
\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ
\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ
ẮẦẨẪẤỀặầẩẫấậèỂẻẽ
éẹềểễếệìỉỄẾỒĩíịò
Ổỏõóọồổỗốộờởỡớợù
ỖủũúụừửữứựỳỷỹýỵỐ
"""

# Rows of sixteen, 0x80 to 0xFF.
_VISCII = """
ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐ
ỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ
Õắằặấầẩậẽẹếềểễệố
ồổỗỠƠộờởịỰỨỪỬơớƯ
ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳ
ĐứÒÓÔạỷừửÙÚỹỵÝỡư
àáâãảăữẫèéêẻìíĩỉ
đựòóôõỏọụùúũủýợỮ
"""
_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}

# VNI: letters of one byte, and for each mark byte the modifier and tone that it gives to the letter before it. The
# capital of a mark is the same byte less 0x20; in the standard a capital letter takes a capital mark.
_VNI_LETTERS = dict(zip("ñöôíìæóòî", "đươíìỉĩịỵ", strict=True))
_VNI_TONES = dict(zip("øùûõï", range(1, 6), strict=True))
_VNI_CIRCUMFLEX = dict(zip("âàáåãä", range(6), strict=True))
_VNI_BREVE = dict(zip("êèéúüë", range(6), strict=True))


@dataclass(frozen=True, slots=True)
class Encoding:
    """Code points: `single[byte]`, and `pair[byte, byte]` where two bytes make one letter (0 where they do not)."""

    name: str
    single: npt.NDArray[np.uint16]
    pair: npt.NDArray[np.uint16]


def _from_rows(rows: str, first: int) -> npt.NDArray[np.uint16]:
    single = _from_codec("cp1252")
    text = "".join(rows.splitlines())
    single[first:] = [ord(character) for character in text]
    return single


def _from_codec(codec: str) -> npt.NDArray[np.uint16]:
    return np.array([ord(bytes([byte]).decode(codec, "replace")) for byte in range(256)], np.uint16)


def _pairs_of_marks(single: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint16]:
    """Let a combining mark of the table join the letter before it."""
    pair = np.zeros((256, 256), np.uint16)
    marks = {byte: MARKS[chr(point)] for byte, point in enumerate(single) if chr(point) in MARKS}
    for byte, point in enumerate(single):
        letter = chr(point)
        known = LETTERS.get(letter.lower())
        for mark_byte, (modifier, tone) in marks.items():
            if known is None or (modifier and known.modifier) or (tone and known.tone):
                continue
            joined = COMPOSED.get(known._replace(modifier=modifier or known.modifier, tone=tone or known.tone))
            if joined is not None:
                pair[byte, mark_byte] = ord(joined if letter.islower() else joined.upper())
    return pair


def _vni() -> Encoding:
    single = _from_codec("cp1252")
    single[0xC0:] = REPLACEMENT
    for byte, letter in _VNI_LETTERS.items():
        single[ord(byte)] = ord(letter)
        single[ord(byte) - 0x20] = ord(letter.upper())
    pair = np.zeros((256, 256), np.uint16)
    bases = {**{letter: letter for letter in "aeouy"}, "ô": "ơ", "ö": "ư"}
    for byte, letter in bases.items():
        known = LETTERS[letter]
        marks = {mark: known._replace(tone=tone) for mark, tone in _VNI_TONES.items()}
        if letter in "aeo":
            marks |= {mark: known._replace(modifier=1, tone=tone) for mark, tone in _VNI_CIRCUMFLEX.items()}
        if letter == "a":
            marks |= {mark: known._replace(modifier=2, tone=tone) for mark, tone in _VNI_BREVE.items()}
        lower, upper = ord(byte), ord(byte) - 0x20
        for mark, joined in marks.items():
            for mark_byte in (ord(mark), ord(mark) - 0x20):
                pair[lower, mark_byte] = ord(COMPOSED[joined])
                pair[upper, mark_byte] = ord(COMPOSED[joined].upper())
    return Encoding("vni", single, pair)


def _build(name: str) -> Encoding:
    none = np.zeros((256, 256), np.uint16)
    if name == "vni":
        return _vni()
    if name == "tcvn3":
        single = _from_rows(_TCVN3, 0xA0)
        return Encoding(name, single, _pairs_of_marks(single))
    if name == "viscii":
        single = _from_rows(_VISCII, 0x80)
        for byte, letter in _VISCII_LOW.items():
            single[byte] = ord(letter)
        return Encoding(name, single, none)
    single = _from_codec(name)
    return Encoding(name, single, _pairs_of_marks(single) if name == "cp1258" else none)


#: Every name under which an encoding may be asked for, with the name of its table.
ENCODINGS = {
    "tcvn3": "tcvn3",
    "tcvn": "tcvn3",
    "tcvn5712": "tcvn3",
    "abc": "tcvn3",
    "vni": "vni",
    "vni-windows": "vni",
    "viscii": "viscii",
    "cp1258": "cp1258",
    "windows-1258": "cp1258",
    "cp1252": "cp1252",
    "windows-1252": "cp1252",
    "latin-1": "latin-1",
    "iso-8859-1": "latin-1",
}


@cache
def _table(name: str) -> Encoding:
    return _build(name)


def encoding(name: str) -> Encoding:
    """Give the table of an encoding.

    Raises:
        UnknownEncoding: the name is none of ENCODINGS.
    """
    canonical = ENCODINGS.get(name.lower().replace("_", "-"))
    if canonical is None:
        raise UnknownEncoding(name=name, known=", ".join(sorted(ENCODINGS)))
    return _table(canonical)


def transcode(data: bytes | bytearray | memoryview | npt.NDArray[np.uint8], name: str) -> bytes:
    """Turn bytes of an encoding into UTF-8 in composed letters; a byte without a meaning becomes U+FFFD.

    The block must not be cut between a letter and its mark: cut at line ends, or before any byte below 0x80. About
    1.5 ns a byte.
    """
    from matching.kernels.transcoding import transcode_bytes  # text repair reads the tables and needs no compiler

    table = encoding(name)
    source = np.frombuffer(data, np.uint8)
    source.flags.writeable = False
    out = np.empty(3 * len(source) + 3, np.uint8)
    size = transcode_bytes(source, table.single, table.pair, out)
    return out[:size].tobytes()


def decode(data: bytes, name: str, errors: str = "strict") -> str:
    """Decode bytes of an encoding, letter by letter: the plain form of `transcode`.

    Raises:
        UnicodeDecodeError: a byte has no meaning and `errors` is "strict"; with "replace" it becomes U+FFFD.
    """
    table = encoding(name)
    text: list[str] = []
    at = 0
    while at < len(data):
        joined = int(table.pair[data[at], data[at + 1]]) if at + 1 < len(data) else 0
        point = joined or int(table.single[data[at]])
        if point == REPLACEMENT and errors == "strict":
            raise UnicodeDecodeError(table.name, data, at, at + 1, "byte without a meaning")
        text.append(chr(point))
        at += 2 if joined else 1
    return "".join(text)


@cache
def _reverse(name: str) -> dict[str, bytes]:
    table = encoding(name)
    codes: dict[str, bytes] = {}
    if name == "tcvn3":
        fonts = [
            *range(0x80),
            *(byte for byte in range(0xA0, 0x100) if chr(table.single[byte]).islower()),
            *range(0xA1, 0xA8),
        ]
        return {chr(table.single[byte]): bytes([byte]) for byte in fonts}
    for first, second in np.argwhere(table.pair).tolist():
        # The standard writes a capital with a capital mark; both are read.
        if not (name == "vni" and chr(first).isupper() == chr(second).islower()):
            codes.setdefault(chr(table.pair[first, second]), bytes([first, second]))
    for byte in range(255, -1, -1):
        if table.single[byte] != REPLACEMENT:
            codes[chr(table.single[byte])] = bytes([byte])
    return codes


def encode(text: str, name: str) -> bytes:
    """Encode composed text. In tcvn3 a capital that the fonts lack takes its lower-case code, as typists do.

    Raises:
        UnicodeEncodeError: a character is not in the encoding.
    """
    codes = _reverse(encoding(name).name)
    encoded = []
    for at, character in enumerate(text):
        code = codes.get(character) or codes.get(character.lower())
        if code is None:
            raise UnicodeEncodeError(name, text, at, at + 1, "character not in the encoding")
        encoded.append(code)
    return b"".join(encoded)
