"""From what was found to codes and roll-ups, under a rule set. Counts in columns; words only once per set of codes."""

import datetime
from dataclasses import dataclass

import numpy as np

from engine.identity import layout
from engine.identity.index import IdentityIndex
from engine.identity.segments import Array
from engine.kernels.shapes import GIVEN_HELD, NUMBER_ALIAS, NUMBER_EXACT
from engine.rules import RuleSet
from engine.stages.circumstances import FACE_DIFFERS, FACE_MATCHED, Circumstances
from engine.stages.match import Candidates, Posteriors
from engine.stages.standardise import Identities, born_by_number
from matching.dates import DateAgreement, pack_date
from matching.identifiers.flags import FAULTS, REPAIRS, IdFlag, IdKind
from matching.kernels import name_levels as level
from matching.kernels.tokens import Vocabulary
from matching.name_agreement import NameAgreement, compare_names
from matching.names import NameFlag

TIERS = ("none", "id", "alias", "search")
LINKS = ("none", "ambiguous", "identified")
SURE = 1.0 - 1e-6
"""Posterior of a settled row: the holder of the number, agreeing in name and birth date, is beyond a million to one."""

_NAME_CODE = {
    level.NO_DIACRITICS: "OK_DIACRITICS_ONLY",
    level.TONE_DIFFERS: "NAME_TYPO_SUSPECT",
    level.ORDER: "NAME_ORDER_SWAPPED",
    level.MERGED: "OK_NORMALISED",
    level.MISSING_MIDDLE: "NAME_TOKEN_MISSING",
    level.ABBREVIATED: "NAME_TOKEN_MISSING",
    level.ONE_EDIT: "NAME_TYPO_SUSPECT",
    level.TWO_EDITS: "NAME_TYPO_SUSPECT",
    level.FAMILY_GIVEN: "NAME_DIFFERENT",
    level.PARTIAL: "NAME_DIFFERENT",
    level.DIFFERENT: "NAME_DIFFERENT",
}
_BIRTH_CODE = {
    DateAgreement.MISSING: "PARTIAL_DOB_YEAR_ONLY",
    DateAgreement.YEAR_ONLY_EQUAL: "PARTIAL_DOB_YEAR_ONLY",
    DateAgreement.DEFAULT_0101_SAME_YEAR: "DOB_DEFAULT_SUSPECT",
    DateAgreement.SWAPPED_DAY_MONTH: "DOB_SWAP_SUSPECT",
    DateAgreement.ONE_DIGIT_APART: "DOB_DIFFERENT",
    DateAgreement.SAME_YEAR_MONTH: "DOB_DIFFERENT",
    DateAgreement.SAME_DAY_MONTH: "DOB_DIFFERENT",
    DateAgreement.DIFFERENT: "DOB_DIFFERENT",
}
_NORMALISED = np.uint32(
    NameFlag.COMPOSED
    | NameFlag.TONE_MOVED
    | NameFlag.LOOKALIKE
    | NameFlag.INVISIBLE
    | NameFlag.FULL_WIDTH
    | NameFlag.TITLE_REMOVED
    | NameFlag.DIGITS
)
# Members of enumerations as plain numbers: looking them up costs more than an answer about one record may.
_CMND, _MALFORMED, _MISSING, _PASSPORT, _PIN = (
    int(IdKind.CMND),
    int(IdKind.MALFORMED),
    int(IdKind.MISSING),
    int(IdKind.PASSPORT),
    int(IdKind.PIN),
)
_ENCODING_REPAIRED, _LOST, _PLACEHOLDER = (
    np.uint32(NameFlag.ENCODING_REPAIRED),
    np.uint32(NameFlag.LOST),
    np.uint32(NameFlag.PLACEHOLDER),
)
_REPAIRS, _FAULTS, _CONVERTED = np.uint16(REPAIRS), np.uint16(FAULTS), np.uint16(IdFlag.LEGACY_CONVERTED)


@dataclass(frozen=True, slots=True)
class Decisions:
    """One entry a row: the set of codes (bits by `RuleSet.codes`), tier, link status, and rows of the index (-1: none).

    `holder` is the holder of the number given; `person` the most probable person, where the posterior is at least 0.5.
    """

    codes: Array
    tier: Array
    link: Array
    holder: Array
    person: Array
    probability: Array


def decide(
    identities: Identities,
    vocabulary: Vocabulary,
    said: Circumstances,
    candidates: Candidates,
    posteriors: Posteriors,
    index: IdentityIndex,
    rules: RuleSet,
    as_of: datetime.date,
) -> Decisions:
    """Give each row its codes and its person. Only the holder of the number given decides what a field agrees with."""
    rows = identities.kind.shape[0]
    pairs = candidates.pairs
    held = candidates.holder >= 0
    holder = np.full(rows, -1, np.int64)
    holder[held] = pairs.row[candidates.holder[held]]
    codes = np.zeros(rows, np.uint64)

    def put(code: str, where: Array) -> None:
        bit = np.uint64(1 << rules.bit(code))
        if where.dtype == np.bool_:
            np.bitwise_or(codes, where * bit, out=codes)
        else:
            codes[where] |= bit

    def put_by_level(of_levels: dict[int, str], levels: Array, where: Array) -> None:
        bits = np.zeros(16, np.uint64)
        for agreement, code in of_levels.items():
            bits[agreement] = 1 << rules.bit(code)
        codes[where] |= bits[levels]

    _put_number_codes(put, identities, candidates, held)
    lost = _names_lost(identities, vocabulary, holder, index)
    _put_name_and_birth_codes(put, put_by_level, identities, pairs.levels, candidates.holder, held, lost)
    _put_subscription_codes(put, identities, said, held, rules, as_of)
    _put_register_codes(put, holder, held, index, as_of)
    tier, person, probability, mass = _person_of(candidates, posteriors, rows)
    link = np.where(probability >= rules.link_threshold, 2, np.where(mass >= 0.5, 1, 0)).astype(np.uint8)
    person[probability < 0.5] = -1
    return Decisions(codes, tier, link, holder, person, probability.astype(np.float32))


def _put_number_codes(put, identities, candidates, held) -> None:  # type: ignore[no-untyped-def]
    kind, number = identities.kind, identities.number
    given = candidates.given == GIVEN_HELD
    put("ID_MISSING", kind == _MISSING)
    put("ID_FORMAT_INVALID", kind == _MALFORMED)
    put("ID_CMND_ONLY", kind == _CMND)
    put("ID_NOT_FOUND", ~given & ((kind == _PIN) | (kind == _CMND)))
    put("FOREIGNER_ROUTE", ~given & (kind == _PASSPORT))
    put("ID_SHARED", candidates.holders > 1)
    put("ID_REPAIRED", (identities.number_flags & _REPAIRS) != 0)
    levels = candidates.pairs.levels[candidates.holder[held]]
    replaced = np.zeros(kind.shape[0], np.bool_)
    replaced[held] = ((levels >> np.uint32(12)) & np.uint32(7)) == NUMBER_ALIAS
    put("ID_REPLACED", replaced & (kind == _PIN))
    pin = np.flatnonzero((kind == _PIN) & (identities.birth > 0))
    conflict = born_by_number(number[pin]) != identities.birth[pin] >> 9
    sexes = 1 + (number[pin] // np.uint64(100_000_000)).astype(np.int64) % 10 % 2
    conflict |= (identities.sex[pin] > 0) & (identities.sex[pin] != sexes)
    put("ID_INTERNAL_CONFLICT", pin[conflict])


def _put_name_and_birth_codes(  # type: ignore[no-untyped-def]
    put, put_by_level, identities, levels, holder, held, lost
) -> None:
    rows = np.flatnonzero(held)
    of_holder = levels[holder[rows]]
    name = of_holder & np.uint32(15)
    birth = (of_holder >> np.uint32(4)) & np.uint32(15)
    flags = identities.name_flags
    put("NAME_MISSING", (identities.count == 0) | ((flags & _PLACEHOLDER) != 0))
    put("DOB_MISSING", identities.birth == 0)
    put("ENCODING_LOST", (flags & _LOST) != 0)
    put("ENCODING_REPAIRED", (flags & _ENCODING_REPAIRED) != 0)
    kept = ~lost[rows]
    put_by_level(_NAME_CODE, name[kept], rows[kept])
    exact = rows[name == level.EXACT]
    mended = (flags[exact] & _NORMALISED) != 0
    put("OK_NORMALISED", exact[mended])
    put("OK_EXACT", exact[~mended])
    stated = identities.birth[rows] != 0
    put_by_level(_BIRTH_CODE, birth[stated], rows[stated])


def _names_lost(identities: Identities, vocabulary: Vocabulary, holder: Array, index: IdentityIndex) -> Array:
    """Tell where the letters that are left of a damaged name agree with the holder's: nothing to hold against it."""
    lost = np.zeros(holder.shape[0], np.bool_)
    for row in np.flatnonzero((holder >= 0) & ((identities.name_flags & _LOST) != 0)):
        mine = [vocabulary.token(int(code)) for code in identities.codes[row] if code]
        lost[row] = compare_names(mine, index.name_of(int(holder[row]))) == NameAgreement.LOST_LETTERS
    return lost


def _put_subscription_codes(put, identities, said, held, rules, as_of) -> None:  # type: ignore[no-untyped-def]
    put("MSISDN_INVALID", (said.msisdn == 0) | ((said.msisdn_flags & _FAULTS) != 0))
    put("MSISDN_LEGACY_CONVERTED", (said.msisdn_flags & _CONVERTED) != 0)
    put("FOREIGNER_ROUTE", said.foreign & ~held)
    put("DOC_TYPE_NOT_ALLOWED", said.document_refused)
    put("ORG_NO_USER_LIST", said.organisation & ~said.assigned)
    put("HOLDER_DENIES", said.denied)
    today = pack_date(as_of)
    years = (today >> 9) - (identities.birth >> 9) - ((today & 511) < (identities.birth & 511))
    under_age = (identities.birth > 0) & (years < rules.guardian_under_years)
    put("MINOR_NO_GUARDIAN", under_age & ~said.guardian)
    if "face" in rules.fields:
        put("BIOMETRIC_DIFFERENT", said.human & (said.face == FACE_DIFFERS))
        put("BIOMETRIC_MISSING", said.human & (said.face != FACE_DIFFERS) & (said.face != FACE_MATCHED))


def _put_register_codes(put, holder, held, index, as_of) -> None:  # type: ignore[no-untyped-def]
    rows = np.flatnonzero(held)
    today = pack_date(as_of)
    for segment, first, last in zip(index.segments, index.firsts, index.firsts[1:], strict=False):
        inside = rows[(holder[rows] >= first) & (holder[rows] < last)] if len(index.segments) > 1 else rows
        of_segment = holder[inside] - first
        status = (segment.record[of_segment, 3] >> np.uint32(layout.STATUS_SHIFT)) & np.uint32(7)
        put("PERSON_DECEASED", inside[status == layout.STATUS_CODES["deceased"]])
        put("ID_REPLACED", inside[status == layout.STATUS_CODES["cancelled"]])
        if segment.expires.size:
            expires = segment.expires[of_segment]
            put("DOC_EXPIRED", inside[(expires > 0) & (expires < today)])


def _person_of(candidates: Candidates, posteriors: Posteriors, rows: int) -> tuple[Array, Array, Array, Array]:
    """Give each row's tier, most probable person, its posterior, and the posterior of all its candidates together."""
    tier = np.zeros(rows, np.uint8)
    person = np.full(rows, -1, np.int64)
    probability = np.zeros(rows)
    mass = np.zeros(rows)
    settled = np.flatnonzero(candidates.settled >= 0)
    pair = candidates.settled[settled]
    person[settled] = candidates.pairs.row[pair]
    relation = (candidates.pairs.levels[pair] >> np.uint32(12)) & np.uint32(7)
    tier[settled] = np.where(relation == NUMBER_EXACT, 1, 2)
    probability[settled] = SURE
    mass[settled] = SURE
    some = posteriors.best >= 0
    records, best = candidates.records[some], posteriors.best[some]
    person[records] = candidates.found.row[best]
    probability[records] = posteriors.probability[best]
    relation = (candidates.found.levels[best] >> np.uint32(12)) & np.uint32(7)
    tier[records] = np.where(relation == NUMBER_EXACT, 1, np.where(relation == NUMBER_ALIAS, 2, 3))
    np.add.at(mass, candidates.found.query, posteriors.probability)
    return tier, person, probability, mass
