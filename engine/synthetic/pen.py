"""Writes names in bulk: words are kept in every way they are to be written, so that a name is a row of numbers."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from engine.kernels.synthetic import join_words
from engine.synthetic.columns import Bytes
from engine.synthetic.draw import Index
from engine.synthetic.spelling import Spelling, spell

Codes = npt.NDArray[np.int32]
CASES = ("as_is", "upper", "lower")


def in_case(text: str, case: str) -> str:
    """Give a text in one of CASES."""
    return text.upper() if case == "upper" else text.lower() if case == "lower" else text


class Pen:
    """Writes rows of words (numbers into `words`, 0 for none) in the forms it was made for."""

    def __init__(
        self, words: Sequence[str], spellings: Iterable[Spelling] = (Spelling.NFC,), cases: Iterable[str] = ("as_is",)
    ) -> None:
        self._words, self._count = words, len(words)
        self._form = np.zeros((len(Spelling), len(CASES)), np.int32)
        texts: list[str] = []
        for spelling in dict.fromkeys((Spelling.NFC, *spellings)):
            for case in dict.fromkeys(("as_is", *cases)):
                self._form[spelling, CASES.index(case)] = len(texts)
                texts += [spell(in_case(word, case), spelling) for word in words]
        encoded = [text.encode() for text in texts]
        self._pool = np.frombuffer(b"".join(encoded), np.uint8).copy()
        self._ends = np.concatenate([[0], np.cumsum([len(text) for text in encoded])]).astype(np.int64)

    def text(self, row: Sequence[int]) -> str:
        """Write one row of words plainly."""
        out = ""
        for number in row:
            if number:
                out += self._words[number] if not out or out[-1] in "'." else f" {self._words[number]}"
        return out

    def write(
        self,
        codes: Codes,
        spelling: Index | None = None,
        case: Index | None = None,
        instead: tuple[Index, Sequence[str]] | None = None,
    ) -> tuple[Bytes, npt.NDArray[np.int64]]:
        """Give bytes and offsets of all rows; `instead` holds numbers of rows and the texts that take their place."""
        if spelling is not None and case is not None:
            codes = np.where(codes > 0, codes + self._form[spelling, case][:, None], 0)
        codes = np.ascontiguousarray(codes, np.int32)
        pool, ends = self._pool, self._ends
        if instead is not None and len(instead[0]):
            rows, texts = instead
            encoded = [text.encode() for text in texts]
            pool = np.concatenate([pool, np.frombuffer(b"".join(encoded), np.uint8)])
            first = len(ends) - 1
            ends = np.concatenate([ends, ends[-1] + np.cumsum([len(text) for text in encoded])])
            codes[rows] = 0
            codes[rows, 0] = first + np.arange(len(rows))
        data, offsets = join_words(pool, ends, codes)
        return data, offsets
