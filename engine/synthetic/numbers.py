"""Mobile numbers of the generated SIMs: each carrier's own ranges, ported numbers, double claims, SIM identifiers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import data
from engine.synthetic import columns
from engine.synthetic.draw import Index, Permutation, Sampler, below, chance, draw, high, low
from engine.synthetic.holdings import Holdings
from engine.synthetic.profiles import NUMBER_FORMS, NUMBER_STATES, Profile

_CODES = {"VTL": "VIETTEL", "VNP": "VINAPHONE", "MBF": "MOBIFONE", "VNM": "VIETNAMOBILE", "GTL": "GMOBILE"}
CARRIERS = tuple(_CODES)
_LOSING = (0.19, 0.20, 0.12, 0.49, 0.0)  # departures by network, as published for 2018 to 2024
_RANGE = 1_000_000


def _ranges(holder: str) -> npt.NDArray[np.int64]:
    """The first three digits of the national numbers of people that a network holds."""
    prefixes = [row["prefix"] for row in data.table("msisdn_prefixes").where(holder=holder, kind="people")]
    return np.array(
        [int(f"{prefix}{last}"[:3]) for prefix in prefixes for last in range(10 ** (3 - len(prefix)))], np.int64
    )


def _network_codes() -> tuple[int, ...]:
    codes = {row["carrier"]: int(row["mnc"]) for row in reversed(data.table("mobile_networks").rows)}
    return tuple(codes[name] for name in _CODES.values())


def _before_2018() -> npt.NDArray[np.int64]:
    """The prefix of the eleven-digit numbers of old for each two-digit prefix of today; 0 for none."""
    old = np.zeros(100, np.int64)
    for row in data.table("msisdn_conversion_2018"):
        old[int(row["new_prefix"])] = int(row["old_prefix"])
    return old


_PORTED_EVERY = 38  # 2.6 per cent of numbers


@dataclass(frozen=True, slots=True)
class Batch:
    """One carrier's file: its SIMs are numbered from `start` on; `rows` of them are in the file."""

    carrier: str
    start: int
    rows: int


@dataclass(frozen=True, slots=True)
class Numbered:
    """National numbers (nine digits), how each came to be in the file, and for moved ones between whom and when."""

    national: Index
    state: Index
    losing: Index  # position in CARRIERS; -1 where the number did not move
    gaining: Index
    moved_on: Index
    slot: Index  # the slot whose holder the row describes


class Numbering:
    """Gives every SIM its number; two SIMs share one only where the profile wants a double claim."""

    def __init__(self, batches: list[Batch], holdings: Holdings, profile: Profile, seed: int, as_of_day: int) -> None:
        self._batches, self._holdings, self._profile, self._seed = batches, holdings, profile, seed
        self._as_of_day = as_of_day
        self._prefixes = [_ranges(holder) for holder in _CODES.values()]
        self._sizes = [len(prefixes) * _RANGE for prefixes in self._prefixes]
        self._order = [
            Permutation.of(size, seed, f"numbers/{name}") for name, size in zip(CARRIERS, self._sizes, strict=True)
        ]
        self._losing = Sampler.of(_LOSING)
        self._starts = np.array([batch.start for batch in batches], np.int64)
        self._positions = np.array([CARRIERS.index(batch.carrier) for batch in batches], np.int64)

    def own(self, carrier: int, place: Index) -> Index:
        """Give the national numbers at these places of a carrier's ranges."""
        drawn = self._order[carrier].forward(place)
        return self._prefixes[carrier][drawn // _RANGE] * _RANGE + drawn % _RANGE

    def of(self, batch: Batch, row: Index) -> Numbered:
        """Number the rows of a batch."""
        me = CARRIERS.index(batch.carrier)
        state = np.zeros(len(row), np.int64)
        national = self.own(me, row)
        losing = np.full(len(row), -1, np.int64)
        gaining, moved_on = losing.copy(), np.zeros(len(row), np.int64)
        slot = self._holdings.slots.forward(row + batch.start)
        if not self._profile.uniform:
            word = draw(self._seed, "double-claims", row + batch.start)
            self._left(batch, state, slot, word)
            moved = np.flatnonzero((slot % _PORTED_EVERY == 7) | (state == NUMBER_STATES.index("left")))
            here = state[moved] == NUMBER_STATES.index("left")
            losing[moved] = np.where(here, me, self._loser(slot[moved], np.full(len(moved), me)))
            gaining[moved] = np.where(here, self._holder_carrier(slot[moved]), me)
            state[moved[~here]] = NUMBER_STATES.index("ported")
            national[moved] = self._ported(losing[moved], slot[moved])
            moved_on[moved] = self._as_of_day - 40 - below(low(draw(self._seed, "moved-on", slot[moved])), 2_800)
            self._claim_twice(batch, national, state, word)
        return Numbered(national, state, losing, gaining, moved_on, slot)

    def _loser(self, slot: Index, gaining: Index) -> Index:
        loser = self._losing.pick(low(draw(self._seed, "losing", slot)))
        vietnamobile = CARRIERS.index("VNM")
        return np.where(loser == gaining, np.where(gaining == vietnamobile, 0, vietnamobile), loser)

    def _holder_carrier(self, slot: Index) -> Index:
        sim = self._holdings.slots.inverse(slot)
        return self._positions[np.searchsorted(self._starts, sim, "right") - 1]

    def _ported(self, losing: Index, slot: Index) -> Index:
        """A ported number comes from the far end of the losing network's ranges, where it has no SIMs of its own."""
        national = np.zeros(len(slot), np.int64)
        for carrier, size in enumerate(self._sizes):
            rows = np.flatnonzero(losing == carrier)
            national[rows] = self.own(carrier, size - 1 - slot[rows] // _PORTED_EVERY)
        return national

    def _left(self, batch: Batch, state: Index, slot: Index, word: np.ndarray) -> None:
        """A few rows describe a number that has moved away: same holder, service ended here."""
        tried = np.flatnonzero(chance(low(word), 0.002))
        moved = below(high(word[tried]), max(self._holdings.slots.size // _PORTED_EVERY, 1)) * _PORTED_EVERY + 7
        inside = moved < self._holdings.slots.size
        tried, moved = tried[inside], moved[inside]
        gaining = self._holder_carrier(moved)
        me = CARRIERS.index(batch.carrier)
        good = (self._loser(moved, gaining) == me) & (gaining != me)
        state[tried[good]] = NUMBER_STATES.index("left")
        slot[tried[good]] = moved[good]

    def _claim_twice(self, batch: Batch, national: Index, state: Index, word: np.ndarray) -> None:
        again = draw(self._seed, "claimed", word.view(np.int64))
        others = [each for each in self._batches if each.carrier != batch.carrier and each.rows > 0]
        plain = state == 0
        if others:
            rows = np.flatnonzero(chance(low(again), self._profile.claimed_twice) & plain)
            which = below(high(again[rows]), len(others))
            for number, other in enumerate(others):
                mine = rows[which == number]
                place = below(low(draw(self._seed, "claimed-row", again[mine].view(np.int64))), other.rows)
                national[mine] = self.own(CARRIERS.index(other.carrier), place)
            state[rows] = NUMBER_STATES.index("claimed_twice")
        rows = np.flatnonzero(chance(high(again), self._profile.listed_twice) & plain & (state == 0))
        place = below(low(draw(self._seed, "listed-row", again[rows].view(np.int64))), batch.rows)
        national[rows] = self.own(CARRIERS.index(batch.carrier), place)
        state[rows] = NUMBER_STATES.index("listed_twice")


def number_text(national: Index, form: Index) -> tuple[columns.Bytes, Index, Index]:
    """Write numbers in their forms; gives bytes, lengths and the forms used (not every number was once longer)."""
    digits = columns.digit_matrix(national, 9)
    if not form.any():
        return (
            np.concatenate([np.tile(np.frombuffer(b"84", np.uint8), (len(form), 1)), digits], axis=1),
            np.full(len(form), 11),
            form,
        )
    old, prefix = _before_2018(), national // 10**7
    form = np.where((form == NUMBER_FORMS.index("legacy")) & (old[prefix] == 0), 1, form)
    matrix = np.zeros((len(form), 15), np.uint8)
    lengths = np.zeros(len(form), np.int64)
    for number, (lead, groups) in enumerate(_WRITINGS):
        rows = np.flatnonzero(form == number)
        if groups is None:
            _write_odd(matrix, lengths, rows, national[rows], old[prefix[rows]], NUMBER_FORMS[number])
            continue
        at = len(lead)
        matrix[rows, :at] = np.frombuffer(lead, np.uint8)
        for place in range(9):
            if place in groups:
                matrix[rows, at] = groups[place]
                at += 1
            matrix[rows, at] = digits[rows, place]
            at += 1
        lengths[rows] = at
    return matrix, lengths, form


_SPACES, _DOTS = {2: 32, 5: 32}, {2: 46, 5: 46}
_WRITINGS: tuple[tuple[bytes, dict[int, int] | None], ...] = (
    (b"84", {}), (b"0", {}), (b"+84", {}), (b"0084", {}), (b"", {}), (b"0", _SPACES), (b"0", _DOTS), (b"", None),
    (b"", None), (b"", None),
)  # fmt: skip


def _write_odd(matrix: columns.Bytes, lengths: Index, rows: Index, national: Index, old: Index, form: str) -> None:
    if form == "legacy":
        matrix[rows, :11] = columns.digit_matrix(old * 10**7 + national % 10**7, 11)
        lengths[rows] = 11
    elif form == "scientific":  # 84912345678 kept to six digits: 8.49123E+10
        leading = columns.digit_matrix((84 * 10**9 + national) // 10**5, 6)
        matrix[rows, 0], matrix[rows, 1] = leading[:, 0], ord(".")
        matrix[rows, 2:7] = leading[:, 1:]
        matrix[rows, 7:11] = np.frombuffer(b"E+10", np.uint8)
        lengths[rows] = 11
    else:
        matrix[rows, :7] = columns.digit_matrix(national % 10**7, 7)
        lengths[rows] = 7


_PLAIN_DIGITS = np.maximum(np.arange(58) - 48, 0).astype(np.uint8)
_LUHN = (_PLAIN_DIGITS, (_PLAIN_DIGITS * 2 - 9 * (_PLAIN_DIGITS > 4)).astype(np.uint8))  # every second digit is doubled


def imsi(carrier: str, sim: Index) -> Index:
    """Give 15-digit IMSIs: country 452, network, serial."""
    return (452 * 100 + _network_codes()[CARRIERS.index(carrier)]) * 10**10 + (sim * 6_180_339_887 + 1_234_567) % 10**10


def iccid_matrix(carrier: str, sim: Index) -> columns.Bytes:
    """Write 19-digit ICCIDs: 89 84, issuer, serial, and the check digit of ITU-T E.118 (Luhn)."""
    body = np.empty((len(sim), 19), np.uint8)
    body[:, :6] = np.frombuffer(f"8984{_network_codes()[CARRIERS.index(carrier)]:02}".encode(), np.uint8)
    body[:, 6:18] = columns.digit_matrix((sim * 31_415_926_537 + 271_828) % 10**12, 12)
    total = np.zeros(len(sim), np.uint8)  # at most 18 times 9
    for place in range(18):
        total += _LUHN[place % 2][body[:, place]]
    body[:, 18] = 48 + (10 - total % 10) % 10
    return body
