"""Subscriber records as carriers hold them, column by column."""

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from engine.synthetic import calendar, columns, mistakes, numbers, places
from engine.synthetic.addresses import address_text
from engine.synthetic.columns import DateForm, Flags
from engine.synthetic.draw import Index, below, chance, draw, high, low
from engine.synthetic.holdings import Held, HolderKind
from engine.synthetic.lexicon import NATIONALITIES
from engine.synthetic.numbers import CARRIERS, Batch, Numbered
from engine.synthetic.pen import CASES, Pen, in_case
from engine.synthetic.population import People, mixed
from engine.synthetic.profiles import (
    BIRTH_ERRORS,
    FACE_RESULTS,
    HOLDER_RESPONSES,
    ID_FORMS,
    ID_STATES,
    LETTER_ERRORS,
    NAME_ERRORS,
    NUMBER_FORMS,
    NUMBER_STATES,
    STATUSES,
    WORD_ERRORS,
    among,
)
from engine.synthetic.register import identity_text
from engine.synthetic.service import Service
from engine.synthetic.spelling import Spelling, spell, without_marks
from engine.synthetic.subscribers import Subscribers

CORE_COLUMNS = ("msisdn", "id_type", "id_number", "full_name", "birth_date", "province")
FULL_COLUMNS = (
    "msisdn", "id_type", "id_number", "full_name", "birth_date", "sex", "nationality", "issue_date", "issue_place",
    "address", "province", "activated_on", "service_ended_on", "status", "subscriber_kind", "h2h", "contract_id",
    "contract_signed_on", "contract_point_id", "guardian_id", "organisation_id", "assigned_user_id", "dealer_id",
    "point_id", "imsi", "iccid", "face_result", "face_source", "face_method", "face_checked_at", "holder_response",
    "device_changed_at",
)  # fmt: skip
_DAY_1990, _DAY_2016, _DAY_2021 = calendar.year_start(np.array([1990, 2016, 2021])).tolist()
_DAY_OF_TEN_DIGITS = int(np.datetime64("2018-09-14").astype(np.int64))
_SPELLING_NAMES = tuple(spelling.name for spelling in Spelling)
_SPELLINGS_OF_OLD_FILES = among(_SPELLING_NAMES, "NFC", "NO_DIACRITICS", "LOST_QUESTION_MARK", "TELEX", "VNI_TYPING")
_NOT_IN_OLD_FILES = among(ID_FORMS, "full_width", "no_break_space")
_IN_LETTERS = among(NAME_ERRORS, *LETTER_ERRORS)
_PROVINCES_WRITTEN = [
    *places.PROVINCE_NAMES,
    *(f"{code:03}" for code in places.PROVINCE_CODES.tolist()),
    *("".join(without_marks(letter) for letter in name) for name in places.PROVINCE_NAMES),
    *(name if name.startswith("TP ") else f"Tỉnh {name}" for name in places.PROVINCE_NAMES),
    *(name.upper() for name in places.PROVINCE_NAMES),
]
_ISSUERS = [
    *(f"Công an {name}" for name in places.PROVINCE_NAMES),
    "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    "Cục Quản lý xuất nhập cảnh",
]


class Records:
    """Some rows (from 0) of one batch; every column is worked out when it is asked for."""

    def __init__(self, subscribers: Subscribers, batch: Batch, row: Index, pen: Pen, wanted: tuple[str, ...]) -> None:
        self._of, self.batch, self.row, self._pen, self._wanted = subscribers, batch, row, pen, wanted
        self.population, self._profile, self._seed = subscribers.population, subscribers.profile, subscribers.seed
        self._sim = row + batch.start
        self.numbered: Numbered = subscribers.numbering.of(batch, row)
        self.held: Held = subscribers.holdings.at(self.numbered.slot)
        self.people: People = self.population.people(self.held.person)
        self.states = subscribers.states(self._sim, self.people)

    @property
    def today(self) -> int:
        """The day of the data, counted from 1970-01-01."""
        return self._of.today

    def _word(self, name: str) -> Any:
        return draw(self._seed, name, self._sim)

    @cached_property
    def service(self) -> Service:
        """The service side of the rows."""
        return self._of.counter.serve(self._sim, self.held, self.people, self.numbered)

    def table(self) -> Any:
        """Give the rows as an Arrow table."""
        return pa.table({name: getattr(self, f"_{name}")() for name in self._wanted})

    def confine(self) -> None:
        """Keep to what a file in an old encoding can hold at all; call it before anything is written.

        Its letters are its own, so nothing is decomposed or misread; letters that it lacks become question marks.
        """
        states = self.states
        states.spelling[~_SPELLINGS_OF_OLD_FILES[states.spelling]] = Spelling.NFC
        states.name[states.name == NAME_ERRORS.index("invisible")] = 0
        states.id_form[_NOT_IN_OLD_FILES[states.id_form]] = 0
        beyond = self.population.lexicon.beyond[self.people.words].any(axis=1)
        states.spelling[beyond] = Spelling.LOST_QUESTION_MARK

    def porting(self) -> Any:
        """Give the moves of the numbers that this carrier gained, as data/contracts/porting.v1 has them."""
        moved = np.flatnonzero(self.numbered.state == NUMBER_STATES.index("ported"))
        text = np.concatenate(
            [
                np.tile(np.frombuffer(b"84", np.uint8), (len(moved), 1)),
                columns.digit_matrix(self.numbered.national[moved], 9),
            ],
            axis=1,
        )
        return pa.table(
            {
                "msisdn": columns.ragged(text, np.full(len(moved), 11, np.int64)),
                "from_carrier": columns.labels(self.numbered.losing[moved], CARRIERS),
                "to_carrier": columns.labels(self.numbered.gaining[moved], CARRIERS),
                "ported_on": pa.array(self.numbered.moved_on[moved].astype(np.int32)).cast(pa.date32()),
            }
        )

    # --- the columns, one method each -------------------------------------------------------------------------------

    def _msisdn(self) -> Any:
        legacy = self.states.number_form == NUMBER_FORMS.index("legacy")
        if legacy.any():  # nobody was given eleven digits after the change
            legacy &= self.service.activated_on > _DAY_OF_TEN_DIGITS
            self.states.number_form[legacy] = NUMBER_FORMS.index("0")
        matrix, lengths, self.states.number_form = numbers.number_text(self.numbered.national, self.states.number_form)
        return columns.ragged(matrix, lengths)

    def _id_type(self) -> Any:
        kind = np.select(
            [self.states.id == ID_STATES.index("missing"), self.people.passport > 0, self.states.id == 1], [3, 2, 1], 0
        )
        return columns.labels(kind, ("CCCD", "CMND", "passport", ""), kind < 3)

    def _id_number(self) -> Any:
        matrix, lengths = identity_text(self.people)
        word = self._word("id-error")
        old = np.flatnonzero(self.states.id == ID_STATES.index("old"))
        matrix[old, :9] = columns.digit_matrix(self.people.cmnd[old], 9)
        lengths[old] = 9
        other = np.flatnonzero(self.states.id == ID_STATES.index("other"))
        matrix[other], lengths[other] = identity_text(self.population.people(self._others(other)))
        typo = np.flatnonzero(self.states.id == ID_STATES.index("typo"))
        mistakes.mistype_digits(matrix, lengths, typo, word[typo])
        junk = np.flatnonzero(self.states.id == ID_STATES.index("junk"))
        mistakes.junk_numbers(matrix, lengths, junk, word[junk])
        lengths[self.states.id == ID_STATES.index("missing")] = 0
        if self.states.id_form.any():
            matrix, lengths, self.states.id_form = mistakes.dress_numbers(matrix, lengths, self.states.id_form)
        return columns.ragged(matrix, lengths, lengths > 0)

    def _others(self, rows: Index) -> Index:
        """Whose number was given instead: in most profiles often a parent's or the dealer's, else anybody's."""
        word = self._word("id-error")[rows]
        stranger = below(low(word), self.population.registered)
        if self._profile.uniform or not len(rows):
            return stranger
        mother = self.population.relative(self.population.people(self.held.person[rows]), 28, female=True)
        near = (mother >= 0) & (mother < self.population.registered) & chance(high(word), 0.4)
        return np.where(near, mother, stranger)

    def _full_name(self) -> Any:
        words, word, error = self.people.words.copy(), self._word("name-error"), self.states.name
        for number, name in enumerate(NAME_ERRORS):
            rows = np.flatnonzero(error == number)
            if len(rows) and name in WORD_ERRORS:
                words[rows] = mistakes.damage_words(
                    words[rows], name, word[rows], self.people.female[rows], self.population.lexicon
                )
        letters = np.flatnonzero(_IN_LETTERS[error])
        texts = [self._damaged(words[row], row, int(word[row])) for row in letters.tolist()]
        data, ends = self._pen.write(words, self.states.spelling, self.states.case, (letters, texts))
        return columns.text(data, ends, np.diff(ends) > 0)

    def _damaged(self, words: Any, row: int, noise: int) -> str:
        error, text = NAME_ERRORS[int(self.states.name[row])], self._pen.text(words.tolist())
        if error == "tail":
            tail = f"0{self.numbered.national[row]}" if noise & 1 else f"{self.people.pin[row]:012}"
            text = f"{text} {tail}"
        else:
            text = mistakes.damage_text(text, error, noise)
        return spell(in_case(text, CASES[int(self.states.case[row])]), Spelling(int(self.states.spelling[row])))

    def _birth_date(self) -> Any:
        word, people = self._word("birth-error"), self.people
        day, form = people.birth_day.copy(), self.states.date_form.astype(np.uint8)
        rows = {name: np.flatnonzero(self.states.birth == number) for number, name in enumerate(BIRTH_ERRORS)}
        day[rows["day"]] = mistakes.other_day(day[rows["day"]], high(word[rows["day"]]))
        day[rows["year"]] = mistakes.other_year(day[rows["year"]], high(word[rows["year"]]), self.population.as_of)
        day[rows["first_of_january"]] = calendar.first_of_january(day[rows["first_of_january"]])
        day[rows["swapped"]] = calendar.swapped(day[rows["swapped"]])
        form[people.year_only & (self.states.birth == 0)] = DateForm.YEAR
        self.states.date_form = form.astype(np.int64)
        return columns.dates(day, form, self.states.birth != BIRTH_ERRORS.index("missing"))

    def _province(self) -> Any:
        word = self._word("province")
        wrong = chance(low(word), self._profile.province_wrong)
        position = np.where(wrong, below(high(word), len(places.PROVINCE_CODES)), self.people.residence)
        form = self.states.province_form
        return columns.labels(form * len(places.PROVINCE_NAMES) + position, _PROVINCES_WRITTEN)

    def _sex(self) -> Any:
        wrong = chance(low(self._word("sex")), self._profile.sex_wrong)
        return columns.labels(self.people.female ^ wrong, ("M", "F"))

    def _nationality(self) -> Any:
        return columns.labels(self.people.nationality + 1, ("VNM", *NATIONALITIES))

    def _issue_date(self) -> Any:
        """Old cards were issued until 2021, the others from 2016 on, nobody's before the fourteenth birthday."""
        word, old = self._word("issued"), self.states.id == ID_STATES.index("old")
        first = np.maximum(self.people.birth_day + 14 * 365, np.where(old, _DAY_1990, _DAY_2016))
        span = np.maximum(np.where(old, _DAY_2021, self._of.today) - first, 1)
        return columns.dates(
            np.minimum(first + below(low(word), span), self._of.today), DateForm.ISO, ~chance(high(word), 0.05)
        )

    def _issue_place(self) -> Any:
        old = self.states.id == ID_STATES.index("old")
        place = np.where(old, self.people.residence, np.where(self.people.passport > 0, 64, 63))
        return columns.labels(place, _ISSUERS)

    def _address(self) -> Any:
        data, ends = address_text(self.people.family, self.people.residence)
        return columns.text(data, ends)

    def _activated_on(self) -> Any:
        return columns.dates(self.service.activated_on)

    def _service_ended_on(self) -> Any:
        return columns.dates(self.service.ended_on, DateForm.ISO, self.service.ended_on >= 0)

    def _status(self) -> Any:
        return columns.labels(self.service.status, STATUSES)

    def _subscriber_kind(self) -> Any:
        kind = np.where(self.held.kind >= HolderKind.ORGANISATION, 1, 0)
        return columns.labels(kind, ("individual", "organisation"))

    def _h2h(self) -> Any:
        return columns.labels(self.service.machine, ("true", "false"))

    def _contract_id(self) -> Any:
        given = self.service.contract >= 0
        return columns.labelled(b"HD", self.service.contract, 9, given)

    def _contract_signed_on(self) -> Any:
        return columns.dates(self.service.contract_on, DateForm.ISO, self.service.contract_on >= 0)

    def _contract_point_id(self) -> Any:
        return columns.labelled(f"{self.batch.carrier}-P".encode(), self.service.point, 6, self.service.contract >= 0)

    def _guardian_id(self) -> Any:
        minor = np.flatnonzero(self.held.kind == HolderKind.MINOR)
        guardian = self.population.relative(self.population.people(self.held.person[minor]), 28, female=True)
        given = (guardian >= 0) & ~chance(low(self._word("guardian")[minor]), self._profile.paper_missing)
        pin = np.zeros(len(self.row), np.int64)
        pin[minor[given]] = self.population.people(guardian[given]).pin
        return columns.digits(pin, 12, pin > 0)

    def _organisation_id(self) -> Any:
        return columns.labelled(b"01", self.service.organisation, 8, self.service.organisation >= 0)

    def _assigned_user_id(self) -> Any:
        user = (self.held.kind == HolderKind.ORGANISATION) & (self.people.pin > 0)
        user &= ~chance(low(self._word("assigned")), self._profile.paper_missing)
        return columns.digits(self.people.pin, 12, user)

    def _dealer_id(self) -> Any:
        return columns.labelled(f"{self.batch.carrier}-D".encode(), self.service.dealer, 6)

    def _point_id(self) -> Any:
        return columns.labelled(f"{self.batch.carrier}-P".encode(), self.service.point, 6)

    def _imsi(self) -> Any:
        return columns.digits(numbers.imsi(self.batch.carrier, self._sim), 15)

    def _iccid(self) -> Any:
        return columns.ragged(numbers.iccid_matrix(self.batch.carrier, self._sim), np.full(len(self.row), 19))

    def _face_result(self) -> Any:
        return columns.labels(self.states.face, FACE_RESULTS, self.states.face < 3)

    def _face_source(self) -> Any:
        return columns.labels(
            below(high(self._word("face")), 3), ("population", "identity", "chip"), self.states.face < 2
        )

    def _face_method(self) -> Any:
        method = below(low(mixed(self._word("face"))), 4)
        return columns.labels(method, ("vneid", "carrier_app", "own_point", "authorised_point"), self.states.face < 2)

    def _face_checked_at(self) -> Any:
        return self._moment("face-time", self.states.face < 2, 200)

    def _holder_response(self) -> Any:
        answer = self.states.response
        return columns.labels(answer, HOLDER_RESPONSES, answer > 0)

    def _device_changed_at(self) -> Any:
        return self._moment("device", chance(high(self._word("device")), 0.03), 400)

    def _moment(self, stream: str, given: Flags, span_days: int) -> Any:
        word = self._word(stream)
        return columns.moments((self._of.today - 1) * 86_400 - below(low(word), span_days * 86_400), given)
