"""Text columns to the numbers that the index compares: identity number, name tokens, birth date, province, sex.

A value that cannot be read is a flag on its row, never an error; the row goes on with what is left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from engine.columns import OneText, text_buffers
from engine.identity.segments import Array
from engine.reference import Reference
from matching.dates import date_order
from matching.identifiers.flags import IdFlag, IdKind
from matching.kernels.dates import parse_date_column
from matching.kernels.identifiers import parse_id_column
from matching.kernels.tokens import Vocabulary
from matching.text import fold

READS = ("id_number", "full_name", "birth_date", "province", "sex")
"""Columns of a batch that this stage reads."""


@dataclass(frozen=True, slots=True)
class Identities:
    """What the records of a chunk say of persons, one entry a row.

    `kind` uint8 (matching.identifiers.flags.IdKind), `number` uint64, `number_flags` uint16 (IdFlag), `birth` int32
    packed, `birth_flags` uint16 (DateFlag), `codes` uint32[n, 8] and `count` uint8 of name tokens, `name_flags` uint32
    (NameFlag), `province` uint8 (63 codes, 0 unknown), `sex` uint8 (0 unknown, 1 male, 2 female).
    """

    kind: Array
    number: Array
    number_flags: Array
    birth: Array
    birth_flags: Array
    codes: Array
    count: Array
    name_flags: Array
    province: Array
    sex: Array


def standardise(table: Any, vocabulary: Vocabulary, reference: Reference, order: str = "dmy") -> Identities:
    """Read the identity columns of a chunk (a table of text columns); an absent column reads as all empty.

    `vocabulary` gains the tokens that it does not know. `order` is the order of day, month and year where the text
    leaves it open.
    """
    rows = table.num_rows
    kind, number, flags = parse_numbers(table, "id_number", reference)
    birth, birth_flags = parse_dates(table, "birth_date", order)
    # A lost leading zero was put back on a guess; the year of birth in the number must bear it out.
    guessed = np.flatnonzero(flags & np.uint16(IdFlag.REPAIRED_ZERO))
    doubtful = guessed[kind[guessed] == IdKind.PIN]
    unlike = doubtful[born_by_number(number[doubtful]) != birth[doubtful] >> 9]
    kind[unlike] = IdKind.MALFORMED
    flags[unlike] |= np.uint16(IdFlag.WRONG_LENGTH)
    data, offsets = text_buffers(_column(table, "full_name"))
    names = vocabulary.encode(data, offsets)
    return Identities(
        kind=kind,
        number=number,
        number_flags=flags,
        birth=birth,
        birth_flags=birth_flags,
        codes=names.codes,
        count=names.count,
        name_flags=names.flags,
        province=coded(table, "province", reference.province_code, np.uint8) if rows else np.zeros(0, np.uint8),
        sex=coded(table, "sex", sex_code, np.uint8) if rows else np.zeros(0, np.uint8),
    )


def born_by_number(numbers: Array) -> Array:
    """Give the year of birth that each 12-digit number states (Decree 137/2015 Art. 13)."""
    digits = numbers.astype(np.int64)
    years: Array = 1900 + 100 * (digits // 100_000_000 % 10 // 2) + digits // 1_000_000 % 100
    return years


def parse_numbers(table: Any, name: str, reference: Reference) -> tuple[Array, Array, Array]:
    """Read a column of identity numbers: kind, value and flags of each row."""
    rows = table.num_rows
    kind = np.zeros(rows, np.uint8)
    number = np.zeros(rows, np.uint64)
    flags = np.zeros(rows, np.uint16)
    if name in table.column_names:
        data, offsets = text_buffers(table.column(name))
        parse_id_column(data, offsets, reference.allowed_prefix, kind, number, flags)
    return kind, number, flags


def parse_dates(table: Any, name: str, order: str = "dmy") -> tuple[Array, Array]:
    """Read a column of dates: packed date and flags of each row."""
    rows = table.num_rows
    packed = np.zeros(rows, np.int32)
    flags = np.zeros(rows, np.uint16)
    if name in table.column_names:
        data, offsets = text_buffers(table.column(name))
        parse_date_column(data, offsets, date_order(order), packed, flags)
    return packed, flags


def coded(table: Any, name: str, code_of: Callable[[str], int], dtype: Any) -> Array:
    """Give each row the code of its text; `code_of` is asked once for each distinct text."""
    if name not in table.column_names:
        return np.full(table.num_rows, _code_once(code_of, ""), dtype)
    column = table.column(name)
    if isinstance(column, OneText):
        return np.array([_code_once(code_of, column.value)], dtype)
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    codes = np.array([code_of(text or "") for text in encoded.dictionary.to_pylist()] + [code_of("")], dtype)
    indices = encoded.indices.fill_null(len(codes) - 1) if encoded.null_count else encoded.indices
    coded_rows: Array = codes[np.asarray(indices)]
    return coded_rows


@lru_cache(maxsize=1 << 12)
def _code_once(code_of: Callable[[str], int], text: str) -> int:
    return code_of(text)


_SEX = {"nam": 1, "male": 1, "m": 1, "1": 1, "trai": 1, "nu": 2, "female": 2, "f": 2, "2": 2, "gai": 2, "0": 2}


def sex_code(text: str) -> int:
    """Give 1 for male, 2 for female, 0 for what says neither. In number form 1 is male, and 0 or 2 female."""
    return _SEX.get(fold(text).strip(), 0)


def _column(table: Any, name: str) -> Any:
    if name in table.column_names:
        return table.column(name)
    return OneText("") if table.num_rows == 1 else pa.nulls(table.num_rows, pa.large_string())
