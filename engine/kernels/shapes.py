"""The groups of arrays that the kernels of the identity index take together."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


class SegmentArrays(NamedTuple):
    """One segment of the index (see `engine.identity.layout`); `first` is its first row among all segments' rows."""

    blocks: U32
    serial: U32
    record: U32
    overflow: U32
    name_directory: U32
    name_entry: U64
    day_directory: U32
    day_signature: U32
    day_row: U32
    old_key: U32
    old_row: U32
    alias_key: U64
    alias_row: U32
    tombstone: U8
    tie: I64
    first: int
    name_shift: int


class Tokens(NamedTuple):
    """The vocabulary of index and chunk together: code -> folded code, hash and initial; letters of each token,
    and a mask of them.

    `near` lists, for each code from `near_from` on, known tokens within one edit (`near_offsets` per code).
    """

    fold: U32
    letters: U8
    offsets: I64
    hashes: U64
    initials: U8
    masks: U32
    near_from: int
    near_offsets: I64
    near: U32


class Queries(NamedTuple):
    """The records of a chunk as the index compares them."""

    kind: U8
    number: U64
    birth: I32
    codes: U32
    count: U8
    province: U8
    sex: U8


class Found(NamedTuple):
    """Candidates: which record, which row, and how they agree.

    `levels` is name 4 | birth 4 | province 2 | sex 2 | number 3 bits, the lowest first; `name_key` the row's name.
    """

    query: U32
    row: I64
    levels: U32
    name_key: U64
    tie: I64


class Weights(NamedTuple):
    """The model of errors as the posterior reads it; see `engine.posterior`. Natural logarithms.

    `place` is how common each province is among persons.
    """

    name: F64
    birth: F64
    province: F64
    place: F64
    sex: F64
    number: F64
    register_share: float
    persons: float


NUMBER_EXACT = 0
NUMBER_ALIAS = 1
NUMBER_NEAR = 2
NUMBER_OTHER = 3
"""How a candidate's numbers relate to the number given."""

GIVEN_NONE = 0
GIVEN_HELD = 1
GIVEN_UNKNOWN_PIN = 2
GIVEN_UNKNOWN_OLD = 3
GIVEN_FOREIGN = 4
"""What is known of the number given, whoever the person is."""


class Room(NamedTuple):
    """Working memory of one comparing thread: the record's tokens, a row's tokens, letters, scores of signatures."""

    mine: U32
    mine_folded: U32
    codes: U32
    folded: U32
    scratch: U8
    scores: U8


def make_room() -> Room:
    """Make the working memory of one comparing thread."""
    tokens = np.zeros((4, 8), np.uint32)
    return Room(*(tokens[i].copy() for i in range(4)), np.zeros(256, np.uint8), np.zeros(2048, np.uint8))
