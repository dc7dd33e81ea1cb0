"""How good or bad carriers' records are: the share of each kind of mistake, by profile.

`linkage` is the mix that record linkage tools are compared on: three fields and the province, nothing but its stated
mistakes. `clean` is a carrier after its clean-up, `2023` one before the first campaign's corrections (the published
rates lie between 3 and 15 per cent wrong), `dirty` everything that was ever seen in such files.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.synthetic.columns import DateForm
from engine.synthetic.spelling import Spelling

ID_STATES = ("right", "old", "typo", "missing", "other", "junk")
ID_FORMS = (
    "plain", "spaced", "dotted", "zero_lost", "scientific", "float", "apostrophe", "full_width", "labelled",
    "no_break_space", "letter_o",
)  # fmt: skip
NAME_ERRORS = (
    "none", "typo", "two_typos", "tone", "middle_dropped", "order", "merged", "split", "spaces", "invisible", "title",
    "abbreviated", "initials", "company", "placeholder", "tail", "tone_placement", "i_or_y", "other_name",
)  # fmt: skip
LETTER_ERRORS = ("typo", "two_typos", "tone", "merged", "split", "spaces", "invisible", "tail")
WORD_ERRORS = (
    "middle_dropped", "order", "title", "abbreviated", "initials", "company", "placeholder", "tone_placement", "i_or_y",
    "other_name",
)  # fmt: skip
BIRTH_ERRORS = ("none", "swapped", "day", "year", "first_of_january", "missing")
NUMBER_FORMS = ("84", "0", "+84", "0084", "zero_lost", "spaced", "dotted", "legacy", "scientific", "junk")
NUMBER_STATES = ("own", "ported", "left", "claimed_twice", "listed_twice")
PROVINCE_FORMS = ("name", "code", "no_diacritics", "with_kind", "upper")
LINE_DAMAGES = ("none", "field_too_many", "fields_too_few", "stray_quote", "nul_byte")
FACE_RESULTS = ("matched", "not_matched", "not_done", "")
HOLDER_RESPONSES = ("", "confirmed", "not_mine")
STATUSES = ("active", "suspended_one_way", "suspended_two_way", "terminated")


def _shares(names: tuple[str, ...], rest: str, **shares: float) -> tuple[float, ...]:
    table = dict.fromkeys(names, 0.0) | shares
    table[rest] = 1.0 - sum(shares.values())
    return tuple(table[name] for name in names)


def among(names: tuple[str, ...], *chosen: str) -> npt.NDArray[np.bool_]:
    """Give a table over positions in `names` that says which are chosen."""
    return np.array([name in chosen for name in names])


_SPELLINGS = tuple(spelling.name for spelling in Spelling)
_DATES = tuple(form.name for form in DateForm)


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of each kind of mistake, in the order of the names above; `cases` are as it stands, upper, lower.

    `uniform` draws the holder of each SIM from all adults alike; otherwise people hold one, a few or many SIMs, and
    organisations, machines, children and dealers hold theirs.
    """

    name: str
    outside: float
    id_states: tuple[float, ...]
    name_errors: tuple[float, ...]
    birth_errors: tuple[float, ...]
    spellings: tuple[float, ...]
    cases: tuple[float, ...] = (1.0, 0.0, 0.0)
    id_forms: tuple[float, ...] = _shares(ID_FORMS, "plain")
    date_forms: tuple[float, ...] = _shares(_DATES, "ISO")
    number_forms: tuple[float, ...] = _shares(NUMBER_FORMS, "84")
    province_forms: tuple[float, ...] = _shares(PROVINCE_FORMS, "name")
    line_damages: tuple[float, ...] = _shares(LINE_DAMAGES, "none")
    uniform: bool = False
    full: bool = True
    dealer_owned: float = 0.0
    sex_wrong: float = 0.0
    province_wrong: float = 0.03
    paper_missing: float = 0.0  # of guardians, assigned users and contracts that the law asks for
    claimed_twice: float = 0.0
    listed_twice: float = 0.0
    face: tuple[float, ...] = _shares(FACE_RESULTS, "matched")
    responses: tuple[float, ...] = _shares(HOLDER_RESPONSES, "")
    statuses: tuple[float, ...] = _shares(STATUSES, "active")
    hurried: float = 0.0  # of people with six SIMs and more, who got them within days in several provinces


PROFILES = {
    "linkage": Profile(
        "linkage",
        outside=0.10,
        id_states=_shares(ID_STATES, "right", old=0.13, typo=0.05, missing=0.04, other=0.03, junk=0.02),
        name_errors=_shares(
            NAME_ERRORS, "none", typo=0.04, two_typos=0.01, middle_dropped=0.03, order=0.015, tone=0.02
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.03, day=0.02, year=0.015, first_of_january=0.03, missing=0.01
        ),
        spellings=_shares(_SPELLINGS, "NFC", NO_DIACRITICS=0.30),
        uniform=True,
        full=False,
    ),
    "clean": Profile(
        "clean",
        outside=0.002,
        id_states=_shares(ID_STATES, "right", old=0.006, typo=0.002, missing=0.002, other=0.002, junk=0.0005),
        name_errors=_shares(
            NAME_ERRORS, "none", typo=0.003, middle_dropped=0.002, order=0.0005, tone=0.003, spaces=0.004,
            tone_placement=0.02,
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.001, day=0.001, year=0.001, first_of_january=0.002, missing=0.0005
        ),
        spellings=_shares(_SPELLINGS, "NFC", NO_DIACRITICS=0.06, NFD=0.01),
        cases=(0.55, 0.45, 0.0),
        dealer_owned=0.001,
        province_wrong=0.05,
        paper_missing=0.02,
        claimed_twice=0.00002,
        face=_shares(FACE_RESULTS, "matched", not_matched=0.002, not_done=0.01),
        responses=_shares(HOLDER_RESPONSES, "", confirmed=0.3, not_mine=0.0005),
        statuses=_shares(STATUSES, "active", suspended_one_way=0.01, suspended_two_way=0.003, terminated=0.02),
        hurried=0.01,
    ),
    "2023": Profile(
        "2023",
        outside=0.012,
        id_states=_shares(ID_STATES, "right", old=0.11, typo=0.012, missing=0.012, other=0.015, junk=0.004),
        name_errors=_shares(
            NAME_ERRORS, "none", typo=0.012, two_typos=0.002, middle_dropped=0.01, order=0.003, tone=0.008,
            merged=0.002, split=0.001, spaces=0.01, title=0.002, abbreviated=0.002, initials=0.0005, company=0.001,
            placeholder=0.001, tone_placement=0.03, i_or_y=0.004, other_name=0.006,
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.008, day=0.008, year=0.008, first_of_january=0.015, missing=0.003
        ),
        spellings=_shares(_SPELLINGS, "NFC", NO_DIACRITICS=0.22, NFD=0.02, LOOK_ALIKE_D=0.002),
        cases=(0.5, 0.48, 0.02),
        date_forms=_shares(_DATES, "DAY_MONTH_YEAR", ISO=0.30),
        number_forms=_shares(NUMBER_FORMS, "84", **{"0": 0.30}),
        id_forms=_shares(ID_FORMS, "plain", spaced=0.004, zero_lost=0.004),
        dealer_owned=0.012,
        sex_wrong=0.006,
        province_wrong=0.08,
        paper_missing=0.25,
        claimed_twice=0.0003,
        listed_twice=0.0002,
        face=_shares(FACE_RESULTS, "", matched=0.02),
        responses=_shares(HOLDER_RESPONSES, "", confirmed=0.02, not_mine=0.004),
        statuses=_shares(STATUSES, "active", suspended_one_way=0.03, suspended_two_way=0.01, terminated=0.03),
        hurried=0.10,
    ),
    "dirty": Profile(
        "dirty",
        outside=0.03,
        id_states=_shares(ID_STATES, "right", old=0.13, typo=0.03, missing=0.03, other=0.025, junk=0.015),
        name_errors=_shares(
            NAME_ERRORS, "none", typo=0.03, two_typos=0.006, middle_dropped=0.02, order=0.008, tone=0.015, merged=0.01,
            split=0.006, spaces=0.02, invisible=0.01, title=0.008, abbreviated=0.008, initials=0.003, company=0.004,
            placeholder=0.004, tail=0.004, tone_placement=0.05, i_or_y=0.01, other_name=0.015,
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.02, day=0.015, year=0.015, first_of_january=0.03, missing=0.01
        ),
        spellings=_shares(
            _SPELLINGS, "NFC", NO_DIACRITICS=0.25, NFD=0.05, CP1258_DECOMPOSED=0.01, CP1258_AS_CP1252=0.004,
            TCVN3_AS_CP1252=0.01, VNI_AS_CP1252=0.01, UTF8_AS_CP1252=0.008, UTF8_AS_CP1252_LOST=0.004,
            LOST_QUESTION_MARK=0.006, LOST_REPLACEMENT=0.003, LOOK_ALIKE_D=0.01, TELEX=0.004, VNI_TYPING=0.003,
        ),
        cases=(0.45, 0.5, 0.05),
        id_forms=_shares(
            ID_FORMS, "plain", spaced=0.01, dotted=0.005, zero_lost=0.02, scientific=0.003, float=0.004,
            apostrophe=0.006, full_width=0.003, labelled=0.004, no_break_space=0.004, letter_o=0.002,
        ),
        date_forms=_shares(
            _DATES, "DAY_MONTH_YEAR", ISO=0.2, SHORT_DAY_MONTH_YEAR=0.08, MONTH_DAY_YEAR=0.01, DASHED=0.04, PACKED=0.01,
            TWO_DIGIT_YEAR=0.01, EXCEL_SERIAL=0.02, NO_DAY_NO_MONTH=0.005, DOTTED=0.01, TIMED=0.02, YEAR=0.01,
        ),
        number_forms=_shares(
            NUMBER_FORMS, "84", **{"0": 0.35, "+84": 0.08, "0084": 0.01}, zero_lost=0.05, spaced=0.02, dotted=0.01,
            legacy=0.02, scientific=0.002, junk=0.001,
        ),
        province_forms=_shares(PROVINCE_FORMS, "name", code=0.1, no_diacritics=0.15, with_kind=0.05, upper=0.1),
        line_damages=_shares(
            LINE_DAMAGES, "none", field_too_many=0.003, fields_too_few=0.003, stray_quote=0.001, nul_byte=0.0005
        ),
        dealer_owned=0.02,
        sex_wrong=0.015,
        province_wrong=0.12,
        paper_missing=0.4,
        claimed_twice=0.001,
        listed_twice=0.001,
        face=_shares(FACE_RESULTS, "", matched=0.45, not_matched=0.01, not_done=0.1),
        responses=_shares(HOLDER_RESPONSES, "", confirmed=0.1, not_mine=0.01),
        statuses=_shares(STATUSES, "active", suspended_one_way=0.05, suspended_two_way=0.02, terminated=0.05),
        hurried=0.2,
    ),
}  # fmt: skip
