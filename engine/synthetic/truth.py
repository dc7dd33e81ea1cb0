"""What is true of generated records, and what a reconciliation must therefore say."""

from typing import Any

import numpy as np
import pyarrow as pa

from engine.synthetic import columns
from engine.synthetic.columns import DateForm, Flags
from engine.synthetic.draw import Index
from engine.synthetic.holdings import HOLDER_KINDS, HolderKind
from engine.synthetic.profiles import (
    BIRTH_ERRORS,
    HOLDER_RESPONSES,
    ID_FORMS,
    ID_STATES,
    LINE_DAMAGES,
    NAME_ERRORS,
    NUMBER_FORMS,
    NUMBER_STATES,
    among,
)
from engine.synthetic.records import Records
from engine.synthetic.register import expiry, person_id, statuses
from engine.synthetic.spelling import Spelling

_SPELLINGS = tuple(spelling.name for spelling in Spelling)
_LOSSLESS = among(_SPELLINGS, "NFC", "NO_DIACRITICS", "NFD", "CP1258_DECOMPOSED", "LOOK_ALIKE_D")
_SAME_NAME = among(NAME_ERRORS, "none", "spaces", "tone_placement")
_SAME_NUMBER = among(ID_FORMS, "plain", "spaced", "dotted")
_NO_NUMBER = among(ID_STATES, "missing", "junk")
_WRONG_DATE = among(BIRTH_ERRORS, "day", "year")
_UNREADABLE = among(NUMBER_FORMS, "scientific", "junk")
_NOT_A_DATE = among(tuple(form.name for form in DateForm), "YEAR", "NO_DAY_NO_MONTH", "MONTH_DAY_YEAR")
_DAYS_OF_ROUNDS = 62  # documents that lapse between the rounds


def truth_table(records: Records, damage: Index | None = None) -> Any:
    """Give the truth about records whose columns have been written (writing settles the forms)."""
    people, states = records.people, records.states
    registered = people.index < records.population.registered
    nothing = np.zeros(len(records.row), np.int64)
    return pa.table(
        {
            "batch": columns.labels(nothing, (records.batch.carrier,)),
            "row": pa.array(records.row + 1),
            "person_id": pa.array(person_id(people.index), mask=~registered),
            "registered": pa.array(registered),
            "holder_kind": columns.labels(records.held.kind, HOLDER_KINDS),
            "sims_of_holder": pa.array(records.held.count),
            "id_state": columns.labels(states.id, ID_STATES),
            "id_form": columns.labels(states.id_form, ID_FORMS),
            "name_error": columns.labels(states.name, NAME_ERRORS),
            "name_spelling": columns.labels(states.spelling, [spelling.name.lower() for spelling in Spelling]),
            "birth_error": columns.labels(states.birth, BIRTH_ERRORS),
            "birth_form": columns.labels(states.date_form, [form.name.lower() for form in DateForm]),
            "number_state": columns.labels(records.numbered.state, NUMBER_STATES),
            "number_form": columns.labels(states.number_form, NUMBER_FORMS),
            "line_damage": columns.labels(nothing if damage is None else damage, LINE_DAMAGES),
            "expected": _expected(records, registered, nothing > 0 if damage is None else damage > 0),
        }
    )


def _expected(records: Records, registered: Flags, damaged: Flags) -> Any:
    """The roll-up under the three fields of 2023 as far as it follows from the truth alone; null where rules decide.

    Left open are records of children, foreigners, organisations and machines, of lapsed documents, holders who deny,
    numbers nobody can read, lines that were damaged, and whatever a reviewer may see either way.
    """
    people, states = records.people, records.states
    expires_on, expires = expiry(records.population, people)
    open_ = damaged | (records.held.kind != HolderKind.INDIVIDUAL) | (people.nationality >= 0) | people.year_only
    open_ |= expires & (expires_on < records.today + _DAYS_OF_ROUNDS)
    open_ |= (states.response == HOLDER_RESPONSES.index("not_mine")) | _UNREADABLE[states.number_form]
    open_ |= registered & (statuses(records.population, people) != 0)
    readable = _SAME_NUMBER[states.id_form] & ~_NOT_A_DATE[states.date_form]
    known = registered & (states.id == 0) & readable
    correct = known & _SAME_NAME[states.name] & _LOSSLESS[states.spelling] & (states.birth == 0)
    missing = _NO_NUMBER[states.id]
    wrong = known & _WRONG_DATE[states.birth]
    wrong |= registered & (states.id == ID_STATES.index("other")) & readable
    code = np.where(open_, 3, np.select([correct, missing, wrong], [0, 2, 1], 3))
    return columns.labels(code, ("correct", "wrong", "missing_id", ""), code < 3)
