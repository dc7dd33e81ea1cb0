"""The identity register of a generated population."""

from typing import Any

import numpy as np
import pyarrow as pa

from engine.synthetic import columns, places
from engine.synthetic.draw import Index, chance, draw, high, low, odds
from engine.synthetic.pen import Pen
from engine.synthetic.population import FOREIGNER, People, Population

STATUSES = ("active", "deceased", "cancelled")
SOURCES = ("population", "identity", "immigration")
SEXES = ("M", "F")


_AGES = np.arange(130)
_DEATHS = odds(np.interp(_AGES, [0, 40, 60, 80, 100], [0.0002, 0.002, 0.01, 0.06, 0.5]))
# days from birth to the end of a card by age: as the law has it, and of a card that has lapsed (0 for none)
_CARD_DAYS = (np.select([_AGES < 25, _AGES < 40, _AGES < 60], [25, 40, 60], 0) * 365.2425).astype(np.int64)
_CARD_DAYS[:6] = 0
_LAPSED_DAYS = (np.select([_AGES > 60, _AGES > 40, _AGES > 25], [60, 40, 25], 0) * 365.2425).astype(np.int64)


def person_id(index: Index) -> Index:
    """Give the key under which the register lists a person."""
    return index + 1


def identity_text(people: People) -> tuple[columns.Bytes, Index]:
    """Write each person's number: 12 digits, or a letter and 8 digits for a foreigner's passport; bytes and lengths."""
    matrix = columns.digit_matrix(people.pin, 12)
    lengths = np.full(len(people), 12, np.int64)
    foreign = np.flatnonzero(people.group == FOREIGNER)
    if len(foreign):
        letters, numbers = np.divmod(people.passport[foreign], 100_000_000)
        matrix[foreign, 0] = letters
        matrix[foreign, 1:9] = columns.digit_matrix(numbers, 8)
        lengths[foreign] = 9
    return matrix, lengths


def statuses(population: Population, people: People) -> Index:
    """Give the number in STATUSES of each person."""
    age = population.as_of.year - people.year
    word = draw(population.seed, "status", people.index)
    deceased = low(word) < _DEATHS[age]
    cancelled = chance(high(word), 0.0008)
    return np.where(deceased, 1, np.where(cancelled, 2, 0))


def register_table(population: Population, pen: Pen, people: People, status: Index | None = None) -> Any:
    """Give the register's rows of these persons as an Arrow table; `status` stands in for the one drawn."""
    seed, foreign = population.seed, people.group == FOREIGNER
    data, ends = pen.write(people.words)
    forms = np.where(people.year_only, columns.DateForm.YEAR, columns.DateForm.ISO).astype(np.uint8)
    births = columns.dates(people.birth_day, forms if people.year_only.any() else columns.DateForm.ISO)
    word = draw(seed, "document", people.index)
    source = np.where(foreign, 2, chance(low(word), 0.62).astype(np.int64))
    expires_day, expires = expiry(population, people)
    return pa.table(
        {
            "person_id": pa.array(person_id(people.index)),
            "id_number": columns.ragged(*identity_text(people)),
            "old_id_number": columns.digits(people.cmnd, 9, people.cmnd > 0),
            "aliases": _aliases(people),
            "full_name": columns.text(data, ends),
            "birth_date": births,
            "sex": columns.labels(people.female.astype(np.int64), SEXES),
            "province": columns.labels(people.residence, places.PROVINCE_NAMES),
            "status": columns.labels(statuses(population, people) if status is None else status, STATUSES),
            "document_expires_on": columns.dates(expires_day, columns.DateForm.ISO, expires),
            "source_db": columns.labels(source, SOURCES),
        }
    )


def _aliases(people: People) -> Any:
    """Other numbers of a person: a second CMND, a cancelled 12-digit number; joined by `;`."""
    cmnd, pin = people.second_cmnd > 0, people.cancelled_pin > 0
    rows = np.flatnonzero(cmnd | pin)
    cmnd, pin, both = cmnd[rows], pin[rows], cmnd[rows] & pin[rows]
    matrix = np.full((len(rows), 22), ord(";"), np.uint8)
    matrix[cmnd, :9] = columns.digit_matrix(people.second_cmnd[rows[cmnd]], 9)
    matrix[both, 10:] = columns.digit_matrix(people.cancelled_pin[rows[both]], 12)
    matrix[~cmnd, :12] = columns.digit_matrix(people.cancelled_pin[rows[~cmnd]], 12)
    return columns.scattered(matrix, np.where(both, 22, np.where(cmnd, 9, 12)), rows, len(people))


def expiry(population: Population, people: People) -> tuple[Index, columns.Flags]:
    """Give the last day of each document and whether it has one.

    Cards run to the 25th, 40th or 60th birthday, after that without end; some have lapsed.
    """
    word = draw(population.seed, "expiry", people.index)
    age = population.as_of.year - people.year
    lapsed = chance(low(word), 0.03) & (age > 25)
    days = np.where(lapsed, _LAPSED_DAYS[age], _CARD_DAYS[age])
    return people.birth_day + days, (days > 0) & chance(high(word), 0.93)
