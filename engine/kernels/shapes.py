"""The groups of arrays that the kernels of the identity index take together."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class SegmentArrays(NamedTuple):
    """One segment of the index (see `engine.identity.layout`); `first` is its first row among all segments' rows."""

    blocks: Array
    serial: Array
    record: Array
    overflow: Array
    name_directory: Array
    name_entry: Array
    day_directory: Array
    day_signature: Array
    day_row: Array
    old_key: Array
    old_row: Array
    alias_key: Array
    alias_row: Array
    tombstone: Array
    tie: Array
    first: int
    name_shift: int


class Tokens(NamedTuple):
    """The vocabulary of index and chunk together: code -> folded code, hash, initial, letters and a mask of them.

    `near` lists, for each code that nobody bears, tokens within one edit that somebody does (`near_offsets` by code).
    """

    fold: Array
    letters: Array
    offsets: Array
    hashes: Array
    initials: Array
    masks: Array
    near_offsets: Array
    near: Array


class Queries(NamedTuple):
    """The records of a chunk as the index compares them; `tokens` counts the tokens of each name."""

    kind: Array
    number: Array
    birth: Array
    codes: Array
    tokens: Array
    province: Array
    sex: Array


class Found(NamedTuple):
    """Candidates: which record, which row, and how they agree.

    `levels` is name 4 | birth 4 | province 2 | sex 2 | number 3 bits, the lowest first; `name_key` the row's name.
    """

    query: Array
    row: Array
    levels: Array
    name_key: Array
    tie: Array


class Weights(NamedTuple):
    """The model of errors as the posterior reads it; see `engine.posterior`. Natural logarithms.

    `place` is how common each province is among persons.
    """

    name: Array
    birth: Array
    province: Array
    place: Array
    sex: Array
    number: Array
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
    """Working memory of one comparing thread: tokens of the record and of a row, letters, scores, keys to look up."""

    mine: Array
    mine_folded: Array
    codes: Array
    folded: Array
    scratch: Array
    scores: Array
    keys: Array


def make_room() -> Room:
    """Make the working memory of one comparing thread."""
    return Room(
        np.zeros(8, np.uint32),
        np.zeros(8, np.uint32),
        np.zeros(8, np.uint32),
        np.zeros(8, np.uint32),
        np.zeros(256, np.uint8),
        np.zeros(2048, np.uint8),
        np.zeros(8 * 32 + 16, np.uint64),
    )
