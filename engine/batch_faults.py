"""What can be wrong with the values of a batch, as a carrier's clerk can see it without any register.

Each fault says what to mend, in both languages. The law's verdict is another matter: a batch without any of these
faults may still hold wrong people.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from engine.identity.segments import Array
from engine.reference import Reference
from engine.sources import Chunk
from engine.stages.circumstances import Circumstances, circumstances
from engine.stages.standardise import Identities, born_by_number, coded, parse_dates, standardise
from matching.dates import DateFlag, pack_date, unpack
from matching.identifiers.flags import IdFlag, IdKind
from matching.kernels.tokens import Vocabulary
from matching.names import NameFlag
from matching.text import fold

Severity = Literal["error", "warning", "info"]
#: Nobody is older (years).
OLDEST_YEARS = 120
DATE_COLUMNS = ("issue_date", "activated_on", "service_ended_on", "contract_signed_on", "face_checked_at")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one chunk, read as far as they can be read without a register."""

    table: Any
    who: Identities
    what: Circumstances
    reference: Reference
    order: str


def read_rows(chunk: Chunk, reference: Reference, order: str) -> Rows:
    """Read the values of a chunk."""
    who = standardise(chunk.table, Vocabulary(), reference, order)
    return Rows(chunk.table, who, circumstances(chunk.table, reference, order), reference, order)


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault in one column: what it is, what to do, and which rows have it."""

    code: str
    column: str
    severity: Severity
    vi: str
    en: str
    mend_vi: str
    mend_en: str
    rows: Callable[[Rows], Array]


def _id(flag: IdFlag) -> Callable[[Rows], Array]:
    return lambda rows: (rows.who.number_flags & int(flag)) != 0


def _msisdn(flag: IdFlag) -> Callable[[Rows], Array]:
    return lambda rows: (rows.what.msisdn_flags & int(flag)) != 0


def _birth(flag: DateFlag) -> Callable[[Rows], Array]:
    return lambda rows: (rows.who.birth_flags & int(flag)) != 0


def _name(flag: NameFlag) -> Callable[[Rows], Array]:
    return lambda rows: (rows.who.name_flags & int(flag)) != 0


def _born_otherwise(rows: Rows) -> Array:
    """Find rows whose 12-digit number states another year of birth than the date does."""
    years = rows.who.birth.astype(np.int64) >> 9
    differs: Array = (rows.who.kind == IdKind.PIN) & (years > 0) & (born_by_number(rows.who.number) != years)
    return differs


def _other_sex(rows: Rows) -> Array:
    digits = rows.who.number.astype(np.int64) // 100_000_000 % 10
    differs: Array = (rows.who.kind == IdKind.PIN) & (rows.who.sex > 0) & (1 + digits % 2 != rows.who.sex)
    return differs


def _impossible_birth(rows: Rows) -> Array:
    today = pack_date(rows.reference.as_of)
    oldest = unpack(today)[0] - OLDEST_YEARS
    years = rows.who.birth.astype(np.int64) >> 9
    return (rows.who.birth > today) | ((rows.who.birth > 0) & (years < oldest))


def _unknown_document(rows: Rows) -> Array:
    if "id_type" not in rows.table.column_names:
        return np.zeros(rows.table.num_rows, np.bool_)
    known = rows.reference.documents
    return coded(rows.table, "id_type", lambda text: bool(text.strip()) and fold(text).strip() not in known, np.bool_)


def _bad_date(column: str) -> Callable[[Rows], Array]:
    def rows_with_bad_date(rows: Rows) -> Array:
        if column not in rows.table.column_names:
            return np.zeros(rows.table.num_rows, np.bool_)
        _, flags = parse_dates(rows.table, column, rows.order)
        bad: Array = (flags & int(DateFlag.BAD)) != 0
        return bad

    return rows_with_bad_date


_WRITTEN_ODDLY = IdFlag.SEPARATORS | IdFlag.FULL_WIDTH | IdFlag.QUOTES | IdFlag.DECIMAL_SUFFIX | IdFlag.SCIENTIFIC

#: Fault: column, severity; then what is wrong and what to do, in Vietnamese and in English.
_WORDING = """
msisdn-missing: msisdn, error
  Không có số thuê bao
  Điền số thuê bao
  There is no subscriber number
  Fill in the subscriber number
msisdn-malformed: msisdn, error
  Số thuê bao không đúng dạng số di động Việt Nam
  Ghi 10 chữ số bắt đầu bằng 0, hoặc 84 và 9 chữ số; định dạng cột là văn bản
  The subscriber number has not the form of a Vietnamese mobile number
  Write 10 digits that begin with 0, or 84 and 9 digits; make the column text
msisdn-unassigned: msisdn, error
  Đầu số chưa được phân bổ
  Kiểm tra lại số với hệ thống tính cước
  The number is in a range that nobody was given
  Check the number against the billing system
msisdn-legacy: msisdn, info
  Số 11 chữ số cũ, được đổi theo kế hoạch chuyển mã mạng 2018
  Ghi số 10 chữ số mới
  An old number of 11 digits, converted by the plan of 2018
  Write the new number of 10 digits
msisdn-machine: msisdn, warning
  Số thuộc dải dành cho thiết bị (M2M), không phải thuê bao giữa người với người
  Kiểm tra cột H2H, hoặc bỏ bản ghi khỏi lô
  The number is in a range for machines, not for people
  Check the column H2H, or leave the record out
id-missing: id_number, error
  Không có số giấy tờ
  Bổ sung số định danh cá nhân 12 chữ số
  There is no identity number
  Add the personal identification number of 12 digits
id-digits-lost: id_number, error
  Số giấy tờ bị bảng tính làm tròn (dạng 7.9E+10), mất chữ số
  Xuất lại từ hệ thống gốc với cột kiểu văn bản; không mở bằng bảng tính
  A spreadsheet rounded the identity number (like 7.9E+10); digits are lost
  Export again from the source system with a text column; do not pass it through a spreadsheet
id-wrong-length: id_number, error
  Số giấy tờ sai độ dài
  Số định danh có 12 chữ số, CMND cũ có 9, hộ chiếu có 6 đến 9 ký tự
  The identity number has the wrong length
  A personal number has 12 digits, an old CMND 9, a passport 6 to 9 characters
id-bad-characters: id_number, error
  Số giấy tờ có ký tự lạ
  Chỉ ghi chữ số (hộ chiếu: chữ cái và chữ số)
  The identity number holds characters that do not belong there
  Write digits alone (for a passport, letters and digits)
id-unknown-prefix: id_number, error
  Ba chữ số đầu không phải mã tỉnh hay mã nước
  Đối chiếu lại với giấy tờ
  The first three digits are no code of a province or country
  Compare with the document
id-placeholder: id_number, error
  Số giấy tờ là số giả (lặp hoặc dãy số liên tiếp)
  Yêu cầu chủ thuê bao cung cấp giấy tờ
  The identity number is made up (one digit repeated, or a run)
  Ask the holder for the document
id-century: id_number, error
  Chữ số thế kỷ và giới tính ứng với người sinh từ năm 2100
  Đối chiếu lại với giấy tờ
  The digit for century and sex is that of someone born in 2100 or later
  Compare with the document
id-suspect-serial: id_number, warning
  Sáu chữ số cuối lặp hoặc liên tiếp, có thể là số giả
  Đối chiếu lại với giấy tờ
  The last six digits repeat or run on; the number may be made up
  Compare with the document
id-zero-restored: id_number, warning
  Số giấy tờ mất số 0 ở đầu; đã thêm lại
  Xuất lại với cột kiểu văn bản
  The identity number lost its leading zero; it was put back
  Export again with a text column
id-written-oddly: id_number, info
  Số giấy tờ có dấu cách, dấu chấm, nháy hay dạng số của bảng tính; đã làm sạch
  Ghi liền 12 chữ số, cột kiểu văn bản
  The identity number held blanks, dots, quotes or a spreadsheet's number form; it was cleaned
  Write 12 digits without anything between, in a text column
id-cmnd: id_number, warning
  Số CMND 9 chữ số, đã hết giá trị sử dụng sau ngày 31/12/2024
  Cập nhật số định danh cá nhân 12 chữ số
  A CMND number of 9 digits, of no validity after 31 December 2024
  Update to the personal identification number of 12 digits
id-birth-differs: id_number, error
  Năm sinh trong số định danh khác năm sinh đã khai
  Sửa ngày sinh hoặc số giấy tờ theo giấy tờ gốc
  The year of birth in the personal number is not the one that was given
  Correct birth date or number from the document
id-sex-differs: id_number, warning
  Giới tính trong số định danh khác giới tính đã khai
  Đối chiếu lại với giấy tờ
  The sex in the personal number is not the one that was given
  Compare with the document
birth-missing: birth_date, error
  Không có ngày sinh
  Bổ sung ngày tháng năm sinh
  There is no birth date
  Add the date of birth
birth-bad: birth_date, error
  Ngày sinh không đọc được
  Ghi dạng ngày/tháng/năm đủ bốn chữ số năm
  The birth date cannot be read
  Write day/month/year with four digits for the year
birth-impossible: birth_date, error
  Ngày sinh ở tương lai hoặc đã hơn {oldest} năm
  Đối chiếu lại với giấy tờ; kiểm tra gốc ngày của bảng tính (1900 hay 1904)
  The birth date lies ahead, or more than {oldest} years back
  Compare with the document; check the spreadsheet's date epoch (1900 or 1904)
birth-without-day: birth_date, warning
  Ngày sinh thiếu ngày hoặc tháng
  Bổ sung đủ ngày, tháng, năm nếu giấy tờ có ghi
  The birth date has no day or month
  Add day and month where the document has them
birth-first-of-january: birth_date, info
  Ngày sinh 01/01, thường là giá trị mặc định
  Đối chiếu lại với giấy tờ
  The birth date is 1 January, which often stands for an unknown day
  Compare with the document
birth-two-digit-year: birth_date, warning
  Năm sinh chỉ có hai chữ số; thế kỷ được suy ra
  Ghi đủ bốn chữ số năm
  The year of birth has two digits; the century was inferred
  Write four digits for the year
birth-serial: birth_date, warning
  Ngày sinh ở dạng số ngày của bảng tính
  Ghi ngày dạng văn bản
  The birth date is a spreadsheet's count of days
  Write the date as text
birth-swapped: birth_date, warning
  Thứ tự ngày và tháng ngược với phần còn lại của tệp
  Khai đúng date_order trong hồ sơ nhà mạng, hoặc sửa ngày
  Day and month stand the other way round than in the rest of the file
  State date_order in the carrier profile, or correct the date
name-missing: full_name, error
  Không có họ tên
  Bổ sung họ tên theo giấy tờ
  There is no name
  Add the name as the document has it
name-placeholder: full_name, error
  Họ tên là giá trị giữ chỗ (KHACH HANG, TEST…)
  Ghi họ tên người sử dụng theo giấy tờ
  The name stands for nobody (KHACH HANG, TEST…)
  Write the name of the person who uses the number
name-company: full_name, warning
  Họ tên là tên công ty hoặc cửa hàng
  Ghi họ tên cá nhân được giao sử dụng; tên tổ chức ở cột của tổ chức
  The name is that of a company or shop
  Write the person to whom the number is assigned; the organisation has its own column
name-lost: full_name, error
  Họ tên bị mất chữ (dấu ? hoặc �)
  Xuất lại từ hệ thống gốc, bảng mã UTF-8
  Letters of the name are lost (? or �)
  Export again from the source system, in UTF-8
name-encoding: full_name, warning
  Họ tên sai bảng mã, đã khôi phục
  Xuất lại ở bảng mã UTF-8
  The name was in a wrong encoding and was restored
  Export again in UTF-8
name-digits: full_name, warning
  Họ tên có chữ số
  Bỏ số điện thoại, số giấy tờ khỏi cột họ tên
  The name holds digits
  Take telephone and identity numbers out of the name
name-abbreviated: full_name, warning
  Họ tên viết tắt
  Ghi đầy đủ họ, chữ đệm và tên
  The name is abbreviated
  Write family, middle and given name in full
name-without-accents: full_name, info
  Họ tên không có dấu
  Ghi có dấu theo giấy tờ
  The name has no accents
  Write the accents that the document has
document-unknown: id_type, warning
  Loại giấy tờ không nhận ra
  Dùng một trong các loại: CCCD, CC, EID, CMND, PASSPORT…
  The type of document is not known
  Use one of the known types: CCCD, CC, EID, CMND, PASSPORT…
document-not-accepted: id_type, warning
  Loại giấy tờ không được chấp nhận vào ngày kích hoạt
  Yêu cầu chủ thuê bao cung cấp căn cước
  The type of document was not accepted on the day of activation
  Ask the holder for an identity card
msisdn-repeated: msisdn, error
  Số thuê bao xuất hiện nhiều lần trong tệp
  Giữ lại một bản ghi cho mỗi số thuê bao đang hoạt động
  The subscriber number stands in the file more than once
  Keep one record for each active number
date-bad: any, warning
  Ngày không đọc được
  Ghi dạng ngày/tháng/năm đủ bốn chữ số năm
  The date cannot be read
  Write day/month/year with four digits for the year
"""

_ROWS: dict[str, Callable[[Rows], Array]] = {
    "msisdn-missing": _msisdn(IdFlag.MISSING),
    "msisdn-malformed": _msisdn(IdFlag.WRONG_LENGTH | IdFlag.BAD_CHARACTERS | IdFlag.DIGITS_LOST | IdFlag.PLACEHOLDER),
    "msisdn-unassigned": _msisdn(IdFlag.UNKNOWN_PREFIX),
    "msisdn-legacy": _msisdn(IdFlag.LEGACY_CONVERTED),
    "msisdn-machine": _msisdn(IdFlag.MACHINE),
    "id-missing": _id(IdFlag.MISSING),
    "id-digits-lost": _id(IdFlag.DIGITS_LOST),
    "id-wrong-length": _id(IdFlag.WRONG_LENGTH),
    "id-bad-characters": _id(IdFlag.BAD_CHARACTERS),
    "id-unknown-prefix": _id(IdFlag.UNKNOWN_PREFIX),
    "id-placeholder": _id(IdFlag.PLACEHOLDER),
    "id-century": _id(IdFlag.CENTURY_IMPLAUSIBLE),
    "id-suspect-serial": _id(IdFlag.SUSPECT_SERIAL),
    "id-zero-restored": lambda rows: _id(IdFlag.REPAIRED_ZERO)(rows) & (rows.who.kind == IdKind.PIN),
    "id-written-oddly": _id(_WRITTEN_ODDLY),
    "id-cmnd": lambda rows: rows.who.kind == IdKind.CMND,
    "id-birth-differs": _born_otherwise,
    "id-sex-differs": _other_sex,
    "birth-missing": _birth(DateFlag.MISSING),
    "birth-bad": _birth(DateFlag.BAD),
    "birth-impossible": _impossible_birth,
    "birth-without-day": _birth(DateFlag.YEAR_ONLY | DateFlag.MONTH_ONLY | DateFlag.DAY_UNKNOWN),
    "birth-first-of-january": _birth(DateFlag.DEFAULT_0101),
    "birth-two-digit-year": _birth(DateFlag.TWO_DIGIT_YEAR),
    "birth-serial": _birth(DateFlag.EXCEL_SERIAL),
    "birth-swapped": _birth(DateFlag.SWAPPED_ORDER),
    "name-missing": _name(NameFlag.EMPTY),
    "name-placeholder": _name(NameFlag.PLACEHOLDER),
    "name-company": _name(NameFlag.COMPANY),
    "name-lost": _name(NameFlag.LOST),
    "name-encoding": _name(NameFlag.ENCODING_REPAIRED),
    "name-digits": _name(NameFlag.DIGITS),
    "name-abbreviated": _name(NameFlag.ABBREVIATED),
    "name-without-accents": _name(NameFlag.ASCII_ONLY),
    "document-unknown": _unknown_document,
    "document-not-accepted": lambda rows: rows.what.document_refused,
}


def _kinds() -> Iterator[FaultKind]:
    """Read the wording and join it with the rows concerned; a fault of any date column stands for each of them."""
    lines = _WORDING.format(oldest=OLDEST_YEARS).strip().splitlines()
    for title, *spoken in zip(*(lines[place::5] for place in range(5)), strict=True):
        code, _, about = title.partition(": ")
        column, _, severity = about.partition(", ")
        what_vi, mend_vi, what_en, mend_en = (line.strip() for line in spoken)
        texts = (what_vi, what_en, mend_vi, mend_en)
        if code == "date-bad":
            for name in DATE_COLUMNS:
                yield FaultKind(
                    f"{code}-{name.replace('_', '-')}", name, _SEVERITIES[severity], *texts, _bad_date(name)
                )
        else:
            yield FaultKind(code, column, _SEVERITIES[severity], *texts, _ROWS.get(code, _none))


def _none(rows: Rows) -> Array:
    """Find no row: this fault shows only over the whole file."""
    return np.zeros(rows.table.num_rows, np.bool_)


_SEVERITIES: dict[str, Severity] = {"error": "error", "warning": "warning", "info": "info"}
KINDS: tuple[FaultKind, ...] = tuple(_kinds())
REPEATED = "msisdn-repeated"
