"""In which encoding a file is written, decided from a sample of its bytes, with the evidence.

A byte order mark decides; then valid UTF-8; then zero bytes at every second place (UTF-16). Otherwise the old
Vietnamese encodings are tried and each reading is judged by the share of its accented words that Vietnamese spelling
allows.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from engine.errors import SourceEncodingUnclear, SourceFormatUnknown
from engine.sources.transcoding import to_utf8
from matching.syllables import is_syllable

LEGACY = ("tcvn3", "vni", "cp1258", "viscii", "cp1252")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Share of lines in valid UTF-8 from which the others count as damage, not as another encoding.
_MOSTLY = 0.5
#: A reading is taken when this share of its accented words is spelt as Vietnamese is, and no other comes near.
_PLAUSIBLE, _AHEAD = 0.7, 0.1
#: Enough to judge by.
_MOST_WORDS, _MOST_LINES = 4000, 400
_SHIFTED = re.compile(rb"\+[A-Za-z0-9+/]{3,}-")


@dataclass(frozen=True, slots=True)
class EncodingChoice:
    """The encoding of a text and why; `fallback` reads the lines that are not valid in it, where the file mixes two."""

    encoding: str
    evidence: str
    fallback: str | None = None


def by_mark(head: bytes) -> str | None:
    """Give the encoding that a byte order mark at the start tells, if there is one."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), None)


def _by_zeros(head: bytes) -> str | None:
    """Tell UTF-16 without a mark: Latin text has a zero at every second place, always on the same side."""
    sample = head[: 4096 - len(head[:4096]) % 2]
    if len(sample) < 4:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _accented_words(text: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return [word for word in words if not word.isascii()][:_MOST_WORDS]


def plausibility(data: bytes, encoding: str) -> float:
    """Give the share of accented words that are Vietnamese syllables when `data` is read in `encoding`; 0 if none."""
    text = to_utf8(data, encoding).decode("utf-8", "replace")
    words = _accented_words(text)
    lost = sum(text.count(sign) for sign in ("\ufffd", "\x80", "\x81"))
    if not words:
        return 0.0
    return sum(is_syllable(word) for word in words) / (len(words) + lost)


def _legacy(lines: list[bytes]) -> tuple[str | None, str]:
    """Choose among damaged UTF-8 and the old encodings; the choice (None: unclear) and the evidence in words."""
    data = b"\n".join(lines)
    text = data.decode("utf-8", "replace")
    lost = len(re.findall("\ufffd+", text))
    whole = sum(not letter.isascii() for letter in text) - text.count("\ufffd")
    if whole > lost:
        return "utf-8", f"{whole} letters in UTF-8 beside {lost} damaged places"
    scores = {encoding: plausibility(data, encoding) for encoding in LEGACY}
    ranked = sorted(LEGACY, key=lambda encoding: -scores[encoding])
    evidence = "share of plausible Vietnamese words: " + ", ".join(f"{name} {scores[name]:.2f}" for name in ranked)
    best = ranked[0]
    rivals = [other for other in ranked[1:] if scores[other] > scores[best] - _AHEAD]
    if scores[best] < _PLAUSIBLE:
        return None, evidence
    if any(to_utf8(data, other) != to_utf8(data, best) for other in rivals):
        return None, evidence
    return best, evidence


def detect(sample: bytes, path: Path) -> EncodingChoice:
    """Decide the encoding of a sample that ends with whole lines.

    Raises:
        SourceEncodingUnclear: no reading is plausible, or two are; says how to name the encoding.
        SourceFormatUnknown: the text is UTF-7.
    """
    marked = by_mark(sample)
    if marked is not None:
        return EncodingChoice(marked, "byte order mark", _fallback(sample) if marked == "utf-8" else None)
    wide = _by_zeros(sample)
    if wide is not None:
        return EncodingChoice(wide, "zero bytes at every second place")
    if sample.isascii():
        _refuse_utf7(sample, path)
        return EncodingChoice("utf-8", "ASCII alone in the sample")
    lines = [line for line in re.split(rb"[\r\n]+", sample) if not line.isascii()]
    broken = [line for line in lines if not _is_utf8(line)]
    if not broken:
        return EncodingChoice("utf-8", "all of the sample is valid UTF-8")
    if len(broken) < _MOSTLY * len(lines):
        share = f"{len(lines) - len(broken)} of {len(lines)} accented lines are valid UTF-8"
        return EncodingChoice("utf-8", share, _fallback(sample))
    found, evidence = _legacy(broken[:_MOST_LINES])
    if found is None:
        line = sample[: sample.index(broken[0])].count(b"\n") + 1
        raise SourceEncodingUnclear(path=path, line=line, evidence=evidence)
    return EncodingChoice(found, evidence)


def _fallback(sample: bytes) -> str | None:
    """Name the old encoding of the lines that are not valid UTF-8, where that is plain."""
    broken = [line for line in re.split(rb"[\r\n]+", sample) if not _is_utf8(line)]
    found = _legacy(broken[:_MOST_LINES])[0] if broken else None
    return None if found == "utf-8" else found


def _refuse_utf7(sample: bytes, path: Path) -> None:
    lines = sample.splitlines()
    if len(_SHIFTED.findall(sample)) >= max(2, len(lines) // 2) and b"@" not in sample:
        try:
            words = _accented_words(sample.decode("utf-7"))
        except UnicodeDecodeError:
            return
        if sum(map(is_syllable, words)) > 0.5 * len(words) > 0:
            raise SourceFormatUnknown(path=path, what="text in UTF-7")
