"""What changes in the register within a month: people are added, corrected, die, or get another number."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from engine.synthetic import columns, mistakes
from engine.synthetic.draw import Index, below, chance, draw, high, low
from engine.synthetic.pen import Pen
from engine.synthetic.population import GIVEN, People, Population, mixed
from engine.synthetic.register import STATUSES, register_table, statuses

CHANGES = ("new", "corrected", "deceased", "re_established")
_SHARES = (0.0, 0.003, 0.002, 0.001)
_NEW = 0.004


def entered(population: Population) -> int:
    """Give how many persons the month adds: those who follow the registered ones."""
    return min(max(int(population.registered * _NEW), 1), population.everyone - population.registered)


def delta_table(population: Population, pen: Pen, index: Index) -> Any:
    """Give the register's changes among these persons: a column `change`, then the register's own columns."""
    drawn = low(draw(population.seed, "delta", index))
    change = np.zeros(len(index), np.int64)
    edge = np.cumsum(_SHARES)
    for number in range(1, len(CHANGES)):
        change[chance(drawn, edge[number]) & (change == 0)] = number
    listed = index < population.registered
    keep = np.where(listed, change > 0, index < population.registered + entered(population))
    rows = np.flatnonzero(keep)
    change = np.where(listed, change, 0)[rows]
    people = _changed(population, population.people(index[rows]), change)
    status = np.where(change == CHANGES.index("deceased"), STATUSES.index("deceased"), statuses(population, people))
    table = register_table(population, pen, people, status)
    return table.add_column(
        0, pa.field("change", pa.dictionary(pa.int8(), pa.large_string())), columns.labels(change, CHANGES)
    )


def _changed(population: Population, people: People, change: Index) -> People:
    """Correct a given name or a birth day, or replace the number and keep the old one as an alias."""
    word = draw(population.seed, "delta-how", people.index)
    corrected = change == CHANGES.index("corrected")
    renamed = corrected & chance(low(word), 0.6)
    words, birth_day = people.words.copy(), people.birth_day.copy()
    rows = np.flatnonzero(renamed)
    given = population.lexicon.given[0][1].words
    words[rows, GIVEN] = given[below(high(word[rows]), len(given))]
    rows = np.flatnonzero(corrected & ~renamed)
    birth_day[rows] = mistakes.other_day(birth_day[rows], low(mixed(word[rows])))
    new_pin = population.re_established_pin(people)
    moved = (change == CHANGES.index("re_established")) & (new_pin > 0)
    return replace(
        people,
        words=words,
        birth_day=birth_day,
        pin=np.where(moved, new_pin, people.pin),
        cancelled_pin=np.where(moved, people.pin, people.cancelled_pin),
    )
