"""The tables of `data`, as of one date, in the form that stages and kernels take."""

import datetime
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

import data
from engine.identity.segments import Array
from matching.dates import pack_date
from matching.identifiers.msisdn import RANGE_MACHINES, RANGE_PEOPLE, NumberingPlan, numbering_plan
from matching.text import fold


@dataclass(frozen=True, slots=True)
class Document:
    """A type of identity document: whether it is accepted, and the last day that it is (packed; 0: no end)."""

    accepted: bool
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """`allowed_prefix` bool[1000]; `place_map` uint8[128], codes of the 63 to the 34; the dicts go by folded names."""

    as_of: datetime.date
    allowed_prefix: Array
    place_map: Array
    provinces: dict[str, int]
    numbering: NumberingPlan
    documents: dict[str, Document]

    def province_code(self, text: str) -> int:
        """Give the code (of the 63) that a province's name or number stands for; 0 where it stands for none."""
        folded = fold(text).strip()
        for lead in ("tinh ", "thanh pho ", "tp. ", "tp.", "tp "):
            if folded.startswith(lead):
                folded = folded[len(lead) :].strip()
        if folded.isdecimal():
            number = int(folded)
            return number if number in self.provinces.values() else 0
        return self.provinces.get(folded, 0)


@lru_cache(maxsize=8)
def reference(as_of: datetime.date) -> Reference:
    """Load the reference tables as they stood on a date."""
    allowed = np.zeros(1000, np.bool_)
    provinces: dict[str, int] = {}
    place_map = np.zeros(128, np.uint8)
    for row in data.table("provinces_63").rows:
        code = int(row["code"])
        allowed[code] = True
        for name in (row["name"], *row["aliases"].split(";")):
            if name:
                provinces[fold(name).strip()] = code
        place_map[code] = code
    for row in data.table("id_countries", as_of).rows:
        allowed[int(row["code"])] = True
    for row in data.table("province_mapping").rows:
        place_map[int(row["old_code"])] = int(row["new_code"])
    return Reference(as_of, allowed, place_map, provinces, _numbering(), _documents())


def _numbering() -> NumberingPlan:
    """Take every range there ever was: a number of a range since returned is still a number."""
    kinds = {"machines": RANGE_MACHINES}
    ranges = [(row["prefix"], kinds.get(row["kind"], RANGE_PEOPLE)) for row in data.table("msisdn_prefixes")]
    moves = data.table("msisdn_conversion_2018").rows
    last = max(pack_date(datetime.date.fromisoformat(row["activated_until"])) for row in moves)
    return numbering_plan(ranges, [(row["old_prefix"], row["new_prefix"]) for row in moves], last)


def _documents() -> dict[str, Document]:
    found: dict[str, Document] = {}
    for row in data.table("document_types"):
        last = pack_date(datetime.date.fromisoformat(row["valid_to"])) if row["valid_to"] else 0
        document = Document(row["accepted"] == "yes", last)
        for alias in (row["code"], *row["aliases"].split(";")):
            found[fold(alias).strip()] = document
    return found
