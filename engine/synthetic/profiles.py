"""How good or bad a carrier's records are: shares of each kind of error."""

from dataclasses import dataclass, field

from engine.synthetic.spelling import Spelling

ID_STATES = ("right", "old", "typo", "missing", "other", "junk")
NAME_ERRORS = ("none", "typo", "two_typos", "middle_dropped", "order", "tone", "merged", "split", "spaces", "invisible")
BIRTH_ERRORS = ("none", "swapped", "day", "year", "first_of_january", "missing")


def _shares(names: tuple[str, ...], rest: str, **shares: float) -> tuple[float, ...]:
    table = dict.fromkeys(names, 0.0) | shares
    table[rest] = 1.0 - sum(shares.values())
    return tuple(table[name] for name in names)


_SPELLINGS = tuple(spelling.name for spelling in Spelling)


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of each state, in the order of the names above; cases are as it stands, upper, lower."""

    name: str
    outside: float
    id_states: tuple[float, ...]
    name_errors: tuple[float, ...]
    birth_errors: tuple[float, ...]
    spellings: tuple[float, ...]
    cases: tuple[float, ...] = field(default=(1.0, 0.0, 0.0))


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
    ),
    "clean": Profile(
        "clean",
        outside=0.002,
        id_states=_shares(ID_STATES, "right", old=0.006, typo=0.002, missing=0.002, other=0.002, junk=0.0005),
        name_errors=_shares(
            NAME_ERRORS, "none", typo=0.003, middle_dropped=0.002, order=0.0005, tone=0.003, spaces=0.004
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.001, day=0.001, year=0.001, first_of_january=0.002, missing=0.0005
        ),
        spellings=_shares(_SPELLINGS, "NFC", NO_DIACRITICS=0.06, NFD=0.01),
        cases=(0.55, 0.45, 0.0),
    ),
    "2023": Profile(
        "2023",
        outside=0.012,
        id_states=_shares(ID_STATES, "right", old=0.11, typo=0.012, missing=0.012, other=0.015, junk=0.004),
        name_errors=_shares(
            NAME_ERRORS,
            "none",
            typo=0.012,
            two_typos=0.002,
            middle_dropped=0.01,
            order=0.003,
            tone=0.008,
            merged=0.002,
            split=0.001,
            spaces=0.01,
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.008, day=0.008, year=0.008, first_of_january=0.015, missing=0.003
        ),
        spellings=_shares(_SPELLINGS, "NFC", NO_DIACRITICS=0.22, NFD=0.02, LOOK_ALIKE_D=0.002),
        cases=(0.5, 0.48, 0.02),
    ),
    "dirty": Profile(
        "dirty",
        outside=0.03,
        id_states=_shares(ID_STATES, "right", old=0.13, typo=0.03, missing=0.03, other=0.025, junk=0.015),
        name_errors=_shares(
            NAME_ERRORS,
            "none",
            typo=0.03,
            two_typos=0.006,
            middle_dropped=0.02,
            order=0.008,
            tone=0.015,
            merged=0.01,
            split=0.006,
            spaces=0.02,
            invisible=0.01,
        ),
        birth_errors=_shares(
            BIRTH_ERRORS, "none", swapped=0.02, day=0.015, year=0.015, first_of_january=0.03, missing=0.01
        ),
        spellings=_shares(
            _SPELLINGS,
            "NFC",
            NO_DIACRITICS=0.25,
            NFD=0.05,
            CP1258_DECOMPOSED=0.01,
            CP1258_AS_CP1252=0.004,
            TCVN3_AS_CP1252=0.01,
            VNI_AS_CP1252=0.01,
            UTF8_AS_CP1252=0.008,
            UTF8_AS_CP1252_LOST=0.004,
            LOST_QUESTION_MARK=0.006,
            LOST_REPLACEMENT=0.003,
            LOOK_ALIKE_D=0.01,
            TELEX=0.004,
            VNI_TYPING=0.003,
        ),
        cases=(0.45, 0.5, 0.05),
    ),
}
