"""What a batch says of each subscription besides the identity: document, guardian, organisation, face, dates."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow.compute as pc

from engine.columns import OneText, text_buffers
from engine.identity.segments import Array
from engine.reference import Reference
from engine.stages.standardise import coded, parse_dates
from matching.identifiers.flags import IdFlag
from matching.kernels.numbers import parse_msisdn_column
from matching.text import fold

FACE_MATCHED, FACE_DIFFERS = 1, 2

_NO = {"0", "false", "no", "n", "khong", "m2m", "sai"}
_VIETNAMESE = {"", "vn", "vnm", "viet nam", "vietnam", "vietnamese", "nguoi viet nam"}
_MATCHED = {"matched", "match", "khop", "trung khop", "1", "true", "pass", "passed", "dat"}
_DIFFERS = {"not matched", "not_matched", "mismatch", "khong khop", "2", "0", "false", "fail", "failed", "khong dat"}
_DENIED = {"denied", "not mine", "not_mine", "khong phai", "khong phai cua toi", "khong su dung", "khong chinh chu"}


READS = (
    "msisdn",
    "activated_on",
    "service_ended_on",
    "nationality",
    "id_type",
    "guardian_id",
    "organisation_id",
    "assigned_user_id",
    "face_result",
    "holder_response",
    "h2h",
)
"""Columns of a batch that this stage reads."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One entry a row. `msisdn` uint64 and its IdFlags; packed dates; the rest are small codes and booleans.

    `document_refused`: the stated type of document was not accepted on the day of activation. `face`: 0 not given,
    FACE_MATCHED or FACE_DIFFERS. `human`: the number serves people (h2h), as it does where nothing is said.
    """

    msisdn: Array
    msisdn_flags: Array
    activated_on: Array
    service_ended_on: Array
    foreign: Array
    document_refused: Array
    guardian: Array
    organisation: Array
    assigned: Array
    face: Array
    denied: Array
    human: Array


def circumstances(table: Any, reference: Reference, order: str = "dmy") -> Circumstances:
    """Read a chunk's circumstances; an absent column reads as all empty."""
    rows = table.num_rows
    activated_on, _ = parse_dates(table, "activated_on", order)
    ended_on, _ = parse_dates(table, "service_ended_on", order)
    msisdn = np.zeros(rows, np.uint64)
    flags = np.zeros(rows, np.uint16)
    if "msisdn" in table.column_names:
        data, offsets = text_buffers(table.column("msisdn"))
        plan = reference.numbering
        parse_msisdn_column(
            data, offsets, plan.ranges, plan.converted, plan.converted_until, activated_on, msisdn, flags
        )
    else:
        flags[:] = IdFlag.MISSING
    return Circumstances(
        msisdn=msisdn,
        msisdn_flags=flags,
        activated_on=activated_on,
        service_ended_on=ended_on,
        foreign=coded(table, "nationality", is_foreign, np.bool_),
        document_refused=_refused(table, reference, activated_on),
        guardian=_given(table, "guardian_id"),
        organisation=_given(table, "organisation_id"),
        assigned=_given(table, "assigned_user_id"),
        face=coded(table, "face_result", face_code, np.uint8),
        denied=coded(table, "holder_response", is_denial, np.bool_),
        human=coded(table, "h2h", is_human, np.bool_),
    )


def is_foreign(text: str) -> bool:
    """Tell whether a stated nationality is another than Vietnamese; nothing stated is not."""
    return fold(text).strip() not in _VIETNAMESE


def is_denial(text: str) -> bool:
    """Tell whether a holder's response denies the number."""
    return fold(text).strip() in _DENIED


def is_human(text: str) -> bool:
    """Tell whether a number serves people; it does where nothing is said."""
    return fold(text).strip() not in _NO


def face_code(text: str) -> int:
    """Give the code of a stated result of comparing faces; what is neither of the two reads as not done."""
    word = fold(text).strip()
    return FACE_MATCHED if word in _MATCHED else FACE_DIFFERS if word in _DIFFERS else 0


def _refused(table: Any, reference: Reference, activated_on: Array) -> Array:
    """Tell where a document type was no longer accepted when the number was activated (Decree 163/2024 Art. 17).

    A type that is newer than the activation is no fault: the subscriber has registered again since.
    """
    if "id_type" not in table.column_names:
        return np.zeros(table.num_rows, np.bool_)
    place_of, last, accepted = _documents(reference)
    place = coded(table, "id_type", place_of, np.uint16)
    refused: Array = (activated_on > 0) & ((activated_on > last[place]) | ~accepted[place])
    return refused


@lru_cache(maxsize=8)
def _documents(reference: Reference) -> tuple[Callable[[str], int], Array, Array]:
    """Give what tells a document's place by name; by place, the last day and whether it is accepted (unknown last)."""
    known = sorted(reference.documents.items())
    places = {alias: place for place, (alias, _) in enumerate(known)}
    last = np.array([document.last or 1 << 30 for _, document in known] + [1 << 30])

    def place_of(text: str) -> int:
        return places.get(fold(text).strip(), len(places))

    return place_of, last, np.array([document.accepted for _, document in known] + [True])


def _given(table: Any, name: str) -> Array:
    if name not in table.column_names:
        return np.zeros(table.num_rows, np.bool_)
    column = table.column(name)
    if isinstance(column, OneText):
        return np.array([bool(column.value)])
    lengths = pc.fill_null(pc.binary_length(column), 0)
    return np.asarray(lengths) > 0
