"""Subscriber records as carriers hold them: which person holds which SIM, and what went wrong on the way."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from engine.synthetic import columns, places
from engine.synthetic.columns import DateForm
from engine.synthetic.draw import Index, Permutation, Sampler, Words, below, chance, draw, high, low
from engine.synthetic.population import (
    GIVEN,
    MIDDLE,
    MIDDLE_2,
    SURNAME,
    SURNAME_2,
    People,
    Population,
    mixed,
)
from engine.synthetic.profiles import BIRTH_ERRORS, ID_STATES, NAME_ERRORS, Profile
from engine.synthetic.register import identity_text, person_id
from engine.synthetic.spelling import NamePen, Spelling

PREFIXES: dict[str, tuple[int, ...]] = {
    "VTL": (32, 33, 34, 35, 36, 37, 38, 39, 86, 96, 97, 98),
    "VNP": (81, 82, 83, 84, 85, 88, 91, 94),
    "MBF": (70, 76, 77, 78, 79, 89, 90, 93),
    "VNM": (56, 58, 92),
    "GTL": (59, 99),
}
_SWAPPABLE = 132 / 365.25  # days that are another date when day and month change places
EDITS = {"typo": 1, "two_typos": 2, "tone": 3, "merged": 4, "split": 5, "spaces": 6, "invisible": 7}


@dataclass(frozen=True, slots=True)
class Batch:
    """One carrier's file: SIMs numbered from `start` on."""

    carrier: str
    start: int
    rows: int


class Subscribers:
    """`sims` SIMs held by people of a population, cut into one batch per carrier by market share."""

    def __init__(self, population: Population, sims: int, profile: Profile, shares: dict[str, float]) -> None:
        self.population, self.sims, self.profile = population, sims, profile
        self.seed = population.seed
        total = sum(shares.values())
        edges = np.round(np.cumsum([0.0, *shares.values()]) / total * sims).astype(np.int64)
        self.batches = [
            Batch(carrier, int(first), int(last - first))
            for carrier, first, last in zip(shares, edges[:-1], edges[1:], strict=True)
        ]
        self._numbers = {
            carrier: Permutation.of(len(PREFIXES[carrier]) * 10_000_000, self.seed, f"numbers/{carrier}")
            for carrier in shares
        }
        self._id_states = Sampler.of(_given(profile.id_states, ID_STATES.index("old"), population.share_with_cmnd()))
        self._name_errors = Sampler.of(profile.name_errors)
        self._birth_errors = Sampler.of(_given(profile.birth_errors, BIRTH_ERRORS.index("swapped"), _SWAPPABLE))
        self._spellings = Sampler.of(profile.spellings)
        self._cases = Sampler.of(profile.cases)

    def msisdn(self, carrier: str, row: Index) -> Index:
        """Give the national number (nine digits) of the carrier's SIMs."""
        place = self._numbers[carrier].forward(row)
        return np.array(PREFIXES[carrier])[place // 10_000_000] * 10_000_000 + place % 10_000_000

    def holders(self, sim: Index) -> Index:
        """Give the person who holds each SIM, the profile's share of them outside the register."""
        population = self.population
        outside = chance(low(draw(self.seed, "outside", sim)), self.profile.outside)
        holder = np.full(len(sim), -1, np.int64)
        waiting, turn = np.arange(len(sim)), 0
        while len(waiting):
            holder[waiting] = population.adult(
                below(low(draw(self.seed, f"holder/{turn}", sim[waiting])), population.adults)
            )
            fits = (holder[waiting] >= population.registered) == outside[waiting]
            waiting, turn = waiting[~fits], turn + 1
        return holder

    def chunk(self, batch: Batch, row: Index, pen: NamePen) -> tuple[Any, Any]:
        """Give the records of these rows (from 0) of a batch and the truth about them, as Arrow tables."""
        sim = row + batch.start
        people = self.population.people(self.holders(sim))
        state = self._id_state(sim, people)
        id_matrix, id_lengths = self._id_numbers(sim, people, state)
        spelling = self._spellings.pick(low(draw(self.seed, "spelling", sim)))
        name_error = self._name_errors.pick(high(draw(self.seed, "spelling", sim)))
        names = self._names(sim, people, name_error, spelling, pen)
        births, birth_error = self._births(sim, people)
        national = self.msisdn(batch.carrier, row)
        matrix = np.concatenate(
            [np.tile(np.frombuffer(b"84", np.uint8), (len(row), 1)), columns.digit_matrix(national, 9)], axis=1
        )
        kind = np.where(id_lengths == 0, 0, np.where(people.passport > 0, 3, np.where(id_lengths == 9, 2, 1)))
        table = pa.table(
            {
                "msisdn": columns.ragged(matrix, np.full(len(row), 11, np.int64)),
                "id_type": columns.labels(kind, ("", "CCCD", "CMND", "passport"), kind > 0),
                "id_number": columns.ragged(id_matrix, id_lengths, id_lengths > 0),
                "full_name": names,
                "birth_date": births,
                "province": columns.labels(self._province(sim, people), places.PROVINCE_NAMES),
            }
        )
        registered = people.index < self.population.registered
        truth = pa.table(
            {
                "batch": columns.labels(np.zeros(len(row), np.int8), (batch.carrier,)),
                "row": pa.array(row + 1),
                "person_id": pa.array(person_id(people.index), mask=~registered),
                "registered": pa.array(registered),
                "id_state": columns.labels(state, ID_STATES),
                "name_error": columns.labels(name_error, NAME_ERRORS),
                "name_spelling": columns.labels(spelling, [spelling.name.lower() for spelling in Spelling]),
                "birth_error": columns.labels(birth_error, BIRTH_ERRORS),
                "expected": _expected(state, name_error, spelling, birth_error, registered),
            }
        )
        return table, truth

    def _id_state(self, sim: Index, people: People) -> Index:
        return self._id_states.pick(low(draw(self.seed, "id-state", sim)), people.cmnd > 0)

    def _id_numbers(self, sim: Index, people: People, state: Index) -> tuple[columns.Bytes, Index]:
        matrix, lengths = identity_text(people)
        word = draw(self.seed, "id-error", sim)
        old = np.flatnonzero(state == ID_STATES.index("old"))
        matrix[old, :9] = columns.digit_matrix(people.cmnd[old], 9)
        lengths[old] = 9
        other = np.flatnonzero(state == ID_STATES.index("other"))
        stranger = self.population.people(below(low(word[other]), self.population.registered))
        matrix[other], lengths[other] = identity_text(stranger)
        typo = np.flatnonzero(state == ID_STATES.index("typo"))
        _mistype_digits(matrix, lengths, typo, word[typo])
        junk = np.flatnonzero(state == ID_STATES.index("junk"))
        _junk_numbers(matrix, lengths, junk, word[junk])
        lengths[state == ID_STATES.index("missing")] = 0
        return matrix, lengths

    def _names(self, sim: Index, people: People, error: Index, spelling: Index, pen: NamePen) -> Any:
        words, word = people.words.copy(), draw(self.seed, "name-error", sim)
        dropped = np.flatnonzero(error == NAME_ERRORS.index("middle_dropped"))
        words[dropped] = _drop_middle(words[dropped])
        turned = np.flatnonzero(error == NAME_ERRORS.index("order"))
        words[turned] = _turn(words[turned], chance(low(word[turned]), 0.5))
        edits = np.array([EDITS.get(name, 0) for name in NAME_ERRORS], np.uint8)[error]
        cases = self._cases.pick(high(draw(self.seed, "case", sim))).astype(np.uint8)
        data, ends = pen.write(words, word, edits, spelling.astype(np.uint8), cases)
        return columns.text(data, ends)

    def _births(self, sim: Index, people: People) -> tuple[Any, Index]:
        word = draw(self.seed, "birth-error", sim)
        swapped, can_swap = _swap(people.birth_day)
        error = self._birth_errors.pick(low(word), can_swap)
        day, form = people.birth_day.copy(), np.full(len(sim), DateForm.ISO, np.uint8)
        form[people.year_only] = DateForm.YEAR
        moved = np.flatnonzero(error == BIRTH_ERRORS.index("day"))
        day[moved] = _other_day(day[moved], high(word[moved]))
        wrong_year = np.flatnonzero(error == BIRTH_ERRORS.index("year"))
        day[wrong_year] = _other_year(day[wrong_year], high(word[wrong_year]), self.population.as_of)
        first = np.flatnonzero(error == BIRTH_ERRORS.index("first_of_january"))
        day[first] = day[first].astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
        swap = np.flatnonzero(error == BIRTH_ERRORS.index("swapped"))
        day[swap] = swapped[swap]
        for name in ("day", "swapped", "first_of_january"):
            rows = np.flatnonzero((error == BIRTH_ERRORS.index(name)) & people.year_only)
            form[rows] = DateForm.ISO
        valid = error != BIRTH_ERRORS.index("missing")
        return columns.dates(day, form, valid), error

    def _province(self, sim: Index, people: People) -> Index:
        word = draw(self.seed, "province-error", sim)
        return np.where(chance(low(word), 0.03), below(high(word), len(places.PROVINCE_CODES)), people.residence)


def _given(shares: tuple[float, ...], state: int, able: float) -> npt.NDArray[np.float64]:
    """Give the shares among those who cannot be in `state` and among the `able` part who can: together, `shares`."""
    table = np.array([shares, shares])
    table[0, state] = 0.0
    table[1, state] = shares[state] / max(able, 1e-9)
    table[:, 0] = 1.0 - table[:, 1:].sum(axis=1)
    return np.asarray(np.maximum(table, 0.0), np.float64)


def _expected(state: Index, name: Index, spelling: Index, birth: Index, registered: columns.Flags) -> Any:
    """The roll-up that follows from the truth alone; null where the rules decide."""
    known = registered & (state == 0)
    readable = np.isin(
        spelling,
        (Spelling.NFC, Spelling.NO_DIACRITICS, Spelling.NFD, Spelling.CP1258_DECOMPOSED, Spelling.LOOK_ALIKE_D),
    )
    correct = known & (name == 0) & readable & (birth == 0)
    missing = np.isin(state, [ID_STATES.index("missing"), ID_STATES.index("junk")])
    wrong = known & np.isin(birth, [BIRTH_ERRORS.index("day"), BIRTH_ERRORS.index("year")])
    wrong |= registered & (state == ID_STATES.index("other"))
    code = np.select([correct, missing, wrong], [0, 2, 1], 3)
    return columns.labels(code, ("correct", "wrong", "missing_id", ""), code < 3)


def _drop_middle(words: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    """Leave out Thị, Văn or whatever stands in the middle; of several, the first."""
    done = np.zeros(len(words), np.bool_)
    for slot in (MIDDLE, MIDDLE_2, SURNAME_2):
        rows = (words[:, slot] > 0) & ~done
        words[rows, slot] = 0
        done |= rows
    return words


def _turn(words: npt.NDArray[np.int32], given_first: columns.Flags) -> npt.NDArray[np.int32]:
    """Put the given name first, or the family name last."""
    first = words[:, [0, GIVEN, SURNAME, SURNAME_2, MIDDLE, MIDDLE_2, 6, 7]]
    last = words[:, [0, MIDDLE, MIDDLE_2, GIVEN, SURNAME, SURNAME_2, 6, 7]]
    return np.where(given_first[:, None], first, last)


def _mistype_digits(matrix: columns.Bytes, lengths: Index, rows: Index, word: Words) -> None:
    """One digit wrong, two neighbours exchanged, or (rarely) one digit lost or doubled."""
    at = below(low(word), np.maximum(lengths[rows] - 1, 1))
    kind = below(high(word), 100)
    again = mixed(word)
    wrong = rows[kind < 65]
    place = at[kind < 65]
    old = matrix[wrong, place].astype(np.int64)
    matrix[wrong, place] = np.where(
        (old >= 48) & (old <= 57),
        48 + (old - 48 + 1 + below(low(again[kind < 65]), 9)) % 10,
        48 + below(low(again[kind < 65]), 10),
    )
    swapped = (kind >= 65) & (kind < 90)
    left, place = rows[swapped], at[swapped]
    first, second = matrix[left, place].copy(), matrix[left, place + 1].copy()
    same = first == second
    matrix[left, place] = np.where(same, 48 + (second.astype(np.int64) - 48 + 1) % 10, second)
    matrix[left, place + 1] = first
    lost = np.flatnonzero(kind >= 90)
    for row, place_lost in zip(rows[lost].tolist(), at[lost].tolist(), strict=True):
        matrix[row, place_lost:-1] = matrix[row, place_lost + 1 :]
    lengths[rows[lost]] -= 1


def _junk_numbers(matrix: columns.Bytes, lengths: Index, rows: Index, word: Words) -> None:
    """What is typed to get past a form: one digit repeated, counting, a few random digits, a word."""
    kind = below(low(word), 5)
    digit = 48 + below(high(word), 10)
    again = mixed(word)
    matrix[rows] = np.where((kind == 0)[:, None], digit[:, None], matrix[rows])
    lengths[rows] = np.where(below(low(again), 2) == 0, 12, 9)
    counting, letters = np.frombuffer(b"123456789012", np.uint8), np.frombuffer(b"KHONGCOCMND ", np.uint8)
    matrix[rows[kind == 1]] = counting
    few = rows[kind == 2]
    matrix[few, :6] = columns.digit_matrix(below(high(again[kind == 2]), 1_000_000), 6)
    lengths[few] = 3 + below(low(mixed(again[kind == 2])), 4)
    matrix[rows[kind == 3]] = letters
    lengths[rows[kind == 3]] = 11
    zero = rows[kind == 4]
    matrix[zero, :3] = ord("9")
    matrix[zero, 3:] = columns.digit_matrix(below(high(again[kind == 4]), 1_000_000_000), 9)
    lengths[zero] = 12


def _other_day(days: Index, halves: Words) -> Index:
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    first = month.astype("datetime64[D]").astype(np.int64)
    length = (month + 1).astype("datetime64[D]").astype(np.int64) - first
    return first + (days - first + 1 + below(halves, length - 1)) % length


def _other_year(days: Index, halves: Words, as_of: date) -> Index:
    """One to ten years off either way, mostly one or a decade; never after today."""
    steps = np.array([1, -1, 1, -1, 2, -2, 10, -10, 3, -5])[below(halves, 10)]
    year = days.astype("datetime64[D]").astype("datetime64[Y]")
    inside = days - year.astype("datetime64[D]").astype(np.int64)
    steps = np.where(year.astype(np.int64) + 1970 + steps > as_of.year - 1, -np.abs(steps), steps)
    return np.asarray((year + steps).astype("datetime64[D]").astype(np.int64) + np.minimum(inside, 364), np.int64)


def _swap(days: Index) -> tuple[Index, columns.Flags]:
    """Exchange day and month; where that is no date or the same one, nothing is done."""
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    day = days - month.astype("datetime64[D]").astype(np.int64) + 1
    number = month.astype(np.int64) % 12 + 1
    done = (day <= 12) & (day != number)
    year = month.astype("datetime64[Y]").astype("datetime64[M]")
    swapped = (year + np.minimum(day, 12) - 1).astype("datetime64[D]").astype(np.int64) + number - 1
    return np.where(done, swapped, days), done
