"""The identity index in plain Python: persons in a list, everything asked of all of them. Slow, and obviously right."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from engine.identity.segments import Array, Segment
from engine.posterior import Model, posterior_of, weights_of
from engine.reference import Reference, reference
from engine.stages.standardise import sex_code
from matching.dates import DateAgreement, compare_dates, parse_date
from matching.identifiers.document import parse_id
from matching.identifiers.flags import IdKind
from matching.identifiers.near import NearNumber, near_number
from matching.kernels import name_levels as level
from matching.name_agreement import NameAgreement, compare_names
from matching.names import tokenise
from matching.text import fold

Row = Mapping[str, str]
EXACT, ALIAS, NEAR, OTHER = range(4)
SURELY_FOUND = frozenset(
    (
        NameAgreement.EXACT,
        NameAgreement.NO_DIACRITICS,
        NameAgreement.TONE_DIFFERS,
        NameAgreement.ORDER,
        NameAgreement.MISSING_MIDDLE,
    )
)


@dataclass(frozen=True)
class Identity:
    """What a row of a register or a batch says of a person, in plain values; birth is a packed date."""

    person_id: str
    kind: IdKind
    number: int
    tokens: tuple[str, ...]
    birth: int
    province: int
    sex: int
    others: frozenset[tuple[IdKind, int]] = frozenset()

    @cached_property
    def folded(self) -> tuple[str, ...]:
        """The tokens without diacritics, in their order."""
        return tuple(fold(token) for token in self.tokens)

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The folded tokens regardless of order: what counts as one name."""
        return tuple(sorted(self.folded))


@dataclass(frozen=True)
class Levels:
    """How a record and a person agree, field by field, as `engine.kernels.shapes.Found` has it."""

    name: int
    birth: int
    province: int
    sex: int
    number: int

    @classmethod
    def of_bits(cls, bits: int) -> "Levels":
        return cls(bits & 15, bits >> 4 & 15, bits >> 8 & 3, bits >> 10 & 3, bits >> 12 & 7)


def read(row: Row, as_of: date) -> Identity:
    """Read a row by the plain parsers."""
    tables = reference(as_of)
    prefixes = {int(code) for code in tables.allowed_prefix.nonzero()[0]}
    number = parse_id(row.get("id_number", ""), prefixes)
    others = set()
    for text in (row.get("old_id_number", ""), *row.get("aliases", "").split(";")):
        other = parse_id(text, prefixes)
        if other.kind in (IdKind.PIN, IdKind.CMND, IdKind.PASSPORT):
            others.add((other.kind, other.value))
    return Identity(
        row.get("person_id", ""),
        number.kind,
        number.value,
        tokenise(row.get("full_name", "")),
        int(parse_date(row.get("birth_date", "")).packed),
        tables.province_code(row.get("province", "")),
        sex_code(row.get("sex", "")),
        frozenset(others),
    )


class PlainIndex:
    """A register as a list of persons."""

    def __init__(self, rows: Sequence[Row], as_of: date) -> None:
        self.people = [read(row, as_of) for row in rows]
        self.tables: Reference = reference(as_of)
        self.names = Counter(person.name for person in self.people)

    def holders(self, record: Identity) -> dict[str, int]:
        """Give who holds a record's number, and whether as their number or as an older or other one."""
        exact = [
            p for p in self.people if record.kind == IdKind.PIN and (p.kind, p.number) == (record.kind, record.number)
        ]
        if exact or record.kind not in (IdKind.PIN, IdKind.CMND, IdKind.PASSPORT):
            return {person.person_id: EXACT for person in exact}
        key = (record.kind, record.number)
        return {p.person_id: ALIAS for p in self.people if key == (p.kind, p.number) or key in p.others}

    def levels(self, record: Identity, person: Identity, number: int, *, may_be_near: bool = False) -> Levels:
        """Compare field by field with the plain comparators; `may_be_near`: nobody holds the record's number."""
        name = compare_names(record.tokens, person.tokens)
        province = 3
        if record.province and person.province:
            places = self.tables.place_map
            same_now = places[record.province] == places[person.province]
            province = 0 if record.province == person.province else 1 if same_now else 2
        sex = 2 if not record.sex or not person.sex else int(record.sex != person.sex)
        if may_be_near and (record.kind, person.kind) == (IdKind.PIN, IdKind.PIN):
            slips = (NearNumber.SUBSTITUTED, NearNumber.TRANSPOSED, NearNumber.LOST_OR_ADDED)
            number = NEAR if near_number(record.number, person.number, 12) in slips else OTHER
        return Levels(int(name), int(compare_dates(record.birth, person.birth)), province, sex, number)

    def must_find(self, record: Identity) -> set[str]:
        """Give those whom a search may not miss: names that agree up to a missing middle, birth dates equal.

        Exchanged day and month count where nobody of the same name is born on the record's own day.
        """
        alike = [person for person in self.people if compare_names(record.tokens, person.tokens) in SURELY_FOUND]
        agree = {person.person_id: compare_dates(record.birth, person.birth) for person in alike}
        found = {who for who, birth in agree.items() if birth == DateAgreement.EQUAL}
        certain = [p for p in alike if p.person_id in found and compare_names(record.tokens, p.tokens) <= level.ORDER]
        if not certain:
            found |= {who for who, birth in agree.items() if birth == DateAgreement.SWAPPED_DAY_MONTH}
        return found

    def posterior(
        self, record: Identity, given: int, candidates: Mapping[str, Levels], model: Model
    ) -> tuple[dict[str, float], float]:
        """Weigh a record's candidates against "none of these" by the model's definition."""
        by_id = {person.person_id: person for person in self.people}
        size = max(len(self.people), 1)
        places = Counter(person.province for person in self.people)
        known = sum(places[place] + 1 for place in range(1, 128))
        shares = [(places[place] + 1) / known for place in range(128)]
        weights = weights_of(model, size, np.array(shares))
        outside_name = self._name_chance(record, {by_id[who]: at for who, at in candidates.items()}, weights.name)
        outside_birth = self._birth_chance(record.birth, weights.birth)
        odds = {}
        for who, at in candidates.items():
            value = math.log(model.register_share / size) - math.log(1 - model.register_share)
            value += weights.number[given, at.number]
            if at.name == level.DIFFERENT:
                value += weights.name[level.DIFFERENT]
            elif at.name != level.MISSING:
                value += weights.name[at.name] - math.log(outside_name)
            if at.birth == DateAgreement.DIFFERENT:
                value += weights.birth[at.birth]
            elif at.birth != DateAgreement.MISSING:
                value += weights.birth[at.birth] - math.log(outside_birth)
            value += weights.province[at.province] + weights.sex[at.sex]
            value -= math.log(shares[record.province]) if at.province <= 1 else 0.0
            odds[who] = float(value)
        chances, none = posterior_of(list(odds.values()))
        return dict(zip(odds, chances, strict=True)), none

    def _name_chance(self, record: Identity, candidates: Mapping[Identity, Levels], weights: Array) -> float:
        same = sum(math.exp(weights[at]) for at in range(level.ORDER + 1))
        chance = (self.names[record.name] + 0.0005) * same
        slips: dict[tuple[str, ...], int] = {}
        for person, at in candidates.items():
            if level.ORDER < at.name < level.DIFFERENT:
                slips.setdefault(person.name, at.name)
        chance += sum(self.names[name] * math.exp(weights[at]) for name, at in slips.items())
        return max(chance, 5e-7) / max(len(self.people), 1)

    def _birth_chance(self, birth: int, weights: Array) -> float:
        size = max(len(self.people), 1)
        in_year = sum(person.birth >> 9 == birth >> 9 for person in self.people)
        if birth & 31 == 0:
            return (in_year + 0.5) / size
        chance = (sum(person.birth == birth for person in self.people) + 0.5) * math.exp(weights[DateAgreement.EQUAL])
        if birth & 511 == 33:
            chance += in_year * math.exp(weights[DateAgreement.DEFAULT_0101_SAME_YEAR])
        return chance / size


def numbers_of(segment: Segment) -> list[int]:
    """Read the 12-digit number of each row of a segment from its blocks; 0 for persons without one."""
    sizes = segment.blocks[1:].astype(np.int64) - segment.blocks[:-1]
    block = np.repeat(np.arange(sizes.shape[0]), sizes)
    numbers: list[int] = np.where(block < 1_000_000, block * 1_000_000 + segment.serial, 0).tolist()
    return numbers


def births_of(segment: Segment) -> list[int]:
    """Read the packed birth date of each row of a segment."""
    kept = (segment.record[:, 3] >> 14).tolist()
    return [value + (1800 << 9) if value else 0 for value in kept]


def codes_of(segment: Segment) -> list[tuple[int, ...]]:
    """Read the token codes of each row of a segment."""
    names = []
    for words in segment.record.tolist():
        pairs = [part for word in words[:3] for part in (word & 0xFFFF, word >> 16)]
        codes = segment.overflow[words[0]].tolist() if words[3] & 2 else pairs
        names.append(tuple(code for code in codes if code))
    return names


def ranked(candidates: Mapping[str, float], ties: Mapping[str, int], skip: str | None) -> list[str]:
    """Give the candidates to show: at least one per cent, most probable first, at most five."""
    shown = [who for who, chance in candidates.items() if chance >= 0.01 and who != skip]
    return sorted(shown, key=lambda who: (-candidates[who], ties[who]))[:5]
