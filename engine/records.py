"""The columns of a batch and of the identity register, and the header names under which carriers send them.

Header names are compared folded: case, accents, blanks, punctuation and a note in brackets do not count.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matching.encodings import transcode

Kind = Literal["batch", "register"]


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column: its name, what it is called in both languages, and other names it travels under.

    `need` is `mandatory` (a file without it is refused), `expected` (its absence is reported) or `optional`.
    """

    name: str
    vi: str
    en: str
    need: Literal["mandatory", "expected", "optional"]
    aliases: tuple[str, ...] = ()


CODED_COLUMNS = frozenset(
    ("province", "sex", "status", "source_db", "nationality", "id_type", "h2h", "face_result", "holder_response")
)
"""Columns of few words, each turned into a code: a chunk may hold them as a dictionary instead of as text."""


def _column(
    name: str, vi: str, en: str, aliases: str = "", need: Literal["mandatory", "expected", "optional"] = "optional"
) -> Column:
    return Column(name, vi, en, need, tuple(alias.strip() for alias in aliases.split("|") if alias.strip()))


BATCH_COLUMNS: tuple[Column, ...] = (
    _column(
        "msisdn",
        "Số thuê bao",
        "Subscriber number",
        "Số TB | Thuê bao | Số điện thoại | Số ĐT | SĐT | Điện thoại | Số di động | Số máy | Số SIM"
        " | STB | MSISDN number | ISDN | Phone | Phone number | Mobile | Mobile number | Telephone number"
        " | Subscriber no | So dien thoai thue bao",
        "mandatory",
    ),
    _column(
        "id_type",
        "Loại giấy tờ",
        "Identity document type",
        "Loại GT | Loại GTTT | Loại giấy tờ tùy thân | Loại giấy tờ tuỳ thân | Loại giấy tờ định danh"
        " | Loại định danh | Kiểu giấy tờ | Document type | ID doc type | Doc type | Type of ID"
        " | Identity type",
        "expected",
    ),
    _column(
        "id_number",
        "Số giấy tờ",
        "Identity number",
        "Số GT | Số GTTT | Số giấy tờ tùy thân | Số giấy tờ tuỳ thân | Số định danh"
        " | Số định danh cá nhân | Mã định danh | Số ĐDCN | SoDinhDanh | CCCD | Số CCCD | Số căn cước"
        " | Căn cước công dân | Số căn cước công dân | CMND | Số CMND | CMT | Số CMT | CMND/CCCD"
        " | CCCD/CMND | Số CMND/CCCD | Số CCCD/CMND | CMND/CCCD/Hộ chiếu | Số CCCD/CMND/Hộ chiếu"
        " | Số CMND/CCCD/Hộ chiếu | ID no | ID card | ID card number | Personal ID number"
        " | Personal identification number | National ID | Document number | Doc number | Identity no | PIN"
        " | NID | CCCD number",
        "mandatory",
    ),
    _column(
        "full_name",
        "Họ và tên",
        "Full name",
        "Họ tên | Họ và tên chủ thuê bao | Họ tên chủ thuê bao | Tên chủ thuê bao | Tên thuê bao"
        " | Họ, chữ đệm và tên | Họ chữ đệm tên | Họ tên khách hàng | Tên khách hàng | Tên KH | Họ tên KH"
        " | Họ và tên khách hàng | HoVaTen | Chủ thuê bao | Họ đệm và tên | Name | Customer name"
        " | Subscriber name | Fullname | Holder name | Full name of subscriber",
        "mandatory",
    ),
    _column(
        "birth_date",
        "Ngày sinh",
        "Date of birth",
        "Ngày tháng năm sinh | Ngày, tháng, năm sinh | NgayThangNamSinh | Năm sinh | NTNS"
        " | Ngày/tháng/năm sinh | Sinh ngày | Birthday | Birthdate | DOB | Date of birth | Born on"
        " | Birth date | Birth day",
        "mandatory",
    ),
    _column("sex", "Giới tính", "Sex", "Phái | Nam/Nữ | Gender"),
    _column("nationality", "Quốc tịch", "Nationality", "Nation | Citizenship | Country | QT"),
    _column(
        "issue_date",
        "Ngày cấp",
        "Issue date",
        "Ngày cấp giấy tờ | Ngày cấp CCCD | Ngày cấp CMND | Ngày cấp GT | Ngày cấp GTTT | Date of issue"
        " | Issued on | ID issue date | ID issued date",
    ),
    _column(
        "issue_place",
        "Nơi cấp",
        "Issuing place",
        "Nơi cấp giấy tờ | Nơi cấp CCCD | Nơi cấp CMND | Nơi cấp GT | Nơi cấp GTTT | Cơ quan cấp"
        " | Place of issue | Issued by | Issue place | ID issue place",
    ),
    _column(
        "address",
        "Địa chỉ",
        "Address",
        "Địa chỉ thường trú | Thường trú | Nơi thường trú | HKTT | Hộ khẩu thường trú | Địa chỉ liên hệ"
        " | Nơi ở | Permanent address | Residence | Home address",
    ),
    _column(
        "province",
        "Tỉnh/Thành phố",
        "Province",
        "Tỉnh | Tỉnh thành | Tỉnh TP | Tỉnh/TP | Mã tỉnh | Province code | City",
    ),
    _column(
        "activated_on",
        "Ngày kích hoạt",
        "Activated on",
        "Ngày KH | Ngày hòa mạng | Ngày hoà mạng | Ngày đăng ký | Ngày bắt đầu | Thời điểm kích hoạt"
        " | Activation date | Active date | Service start date | Start date | Activated date",
    ),
    _column(
        "service_ended_on",
        "Ngày chấm dứt",
        "Service ended on",
        "Ngày kết thúc | Ngày hủy | Ngày huỷ | Ngày thanh lý | Ngày chấm dứt dịch vụ | Termination date"
        " | End date | Service end date",
    ),
    _column(
        "status",
        "Trạng thái",
        "Status",
        "Tình trạng | Trạng thái thuê bao | Tình trạng thuê bao | Trạng thái hoạt động | State"
        " | Subscriber status | SIM status",
    ),
    _column(
        "subscriber_kind",
        "Loại thuê bao",
        "Subscriber kind",
        "Đối tượng | Loại khách hàng | Loại KH | Đối tượng khách hàng | Loại hình thuê bao"
        " | Subscriber type | Customer type",
    ),
    _column("h2h", "H2H", "Human to human", "Thuê bao H2H | Người với người | Is H2H | H2H flag"),
    _column(
        "contract_id",
        "Số hợp đồng",
        "Contract number",
        "Mã hợp đồng | Số HĐ | Mã HĐ | Hợp đồng | Contract no | Contract",
    ),
    _column(
        "contract_signed_on",
        "Ngày ký hợp đồng",
        "Contract signed on",
        "Ngày hợp đồng | Ngày ký HĐ | Ngày ký | Contract date | Contract signing date",
    ),
    _column(
        "contract_point_id",
        "Điểm ký hợp đồng",
        "Contract point",
        "Mã điểm ký hợp đồng | Điểm ký HĐ | Nơi ký hợp đồng | Contract point code",
    ),
    _column(
        "guardian_id",
        "Số giấy tờ người giám hộ",
        "Guardian identity number",
        "Người giám hộ | CCCD người giám hộ | Số định danh người giám hộ | Giấy tờ người giám hộ"
        " | Guardian | Guardian ID number | Guardian ID no",
    ),
    _column(
        "organisation_id",
        "Mã tổ chức",
        "Organisation number",
        "Mã số thuế | MST | Mã doanh nghiệp | Mã số doanh nghiệp | Organization ID | Organisation"
        " | Organization | Company ID | Tax code | Mã cơ quan",
    ),
    _column(
        "assigned_user_id",
        "Số giấy tờ người được giao sử dụng",
        "Assigned user identity number",
        "Người được giao sử dụng | Người sử dụng | CCCD người sử dụng | CCCD người được giao"
        " | Assigned user | User ID number | Assigned user ID number",
    ),
    _column("dealer_id", "Mã đại lý", "Dealer", "Đại lý | Mã ĐL | Dealer code | Agent | Agent code | Agent ID"),
    _column(
        "point_id",
        "Mã điểm bán",
        "Registration point",
        "Điểm bán | Điểm đăng ký | Mã điểm đăng ký | Mã điểm giao dịch | Điểm giao dịch | Điểm cung cấp"
        " | Mã ĐGD | POS | POS code | Point code | Shop code | Shop ID | Point of sale",
    ),
    _column("imsi", "IMSI", "IMSI", "Số IMSI | Mã IMSI"),
    _column(
        "iccid",
        "ICCID",
        "ICCID",
        "Số ICCID | Serial SIM | Seri SIM | Số seri SIM | Số serial SIM | SIM serial | Sim serial number",
    ),
    _column(
        "face_result",
        "Kết quả khuôn mặt",
        "Face match result",
        "KQ khuôn mặt | Kết quả đối khớp khuôn mặt | Kết quả sinh trắc | Kết quả sinh trắc học"
        " | Face match | Biometric result | Face matching result",
    ),
    _column(
        "face_source",
        "Nguồn đối khớp khuôn mặt",
        "Face match source",
        "Nguồn khuôn mặt | Nguồn sinh trắc | CSDL đối khớp | Biometric source | Face database",
    ),
    _column(
        "face_method",
        "Phương thức đối khớp khuôn mặt",
        "Face match method",
        "Phương thức xác thực | Phương pháp khuôn mặt | Phương thức khuôn mặt | Biometric method"
        " | Face matching method",
    ),
    _column(
        "face_checked_at",
        "Thời điểm đối khớp khuôn mặt",
        "Face checked at",
        "Thời điểm xác thực | Thời gian xác thực | Ngày xác thực khuôn mặt | Thời điểm khuôn mặt"
        " | Biometric time | Face match time",
    ),
    _column(
        "holder_response",
        "Phản hồi của chủ thuê bao",
        "Holder response",
        "Phản hồi | Phản hồi khách hàng | Trả lời của chủ thuê bao | Xác nhận VNeID"
        " | Xác nhận của chủ thuê bao | Customer response",
    ),
    _column(
        "device_changed_at",
        "Thời điểm đổi thiết bị",
        "Device changed at",
        "Ngày đổi thiết bị | Ngày đổi máy | Thời gian đổi thiết bị | Device change time | Device change date",
    ),
)

_PERSON = {column.name: column for column in BATCH_COLUMNS}

REGISTER_COLUMNS: tuple[Column, ...] = (
    _column("person_id", "Mã công dân", "Person", "Mã người | Mã nhân khẩu | Person number | Person key"),
    _PERSON["id_number"],
    _PERSON["full_name"],
    _PERSON["birth_date"],
    _column(
        "old_id_number",
        "Số giấy tờ cũ",
        "Old identity number",
        "Số CMND cũ | CMND cũ | SoCMND | CMND 9 số | Số CMND 9 số | Số giấy tờ trước đây | Old ID"
        " | Old ID no | Previous ID number | CMND | Số CMND",
    ),
    _column(
        "aliases",
        "Các số khác",
        "Other identity numbers",
        "Số khác | Số định danh khác | Other numbers | Alias | Other IDs",
    ),
    _PERSON["sex"],
    _PERSON["province"],
    _column("status", "Tình trạng", "Status", "Trạng thái | State | Tình trạng công dân | Person status"),
    _column(
        "document_expires_on",
        "Ngày hết hạn giấy tờ",
        "Document expires on",
        "Ngày hết hạn | Có giá trị đến | Giá trị đến | Hạn sử dụng | Expiry date | Expires on | Date of expiry",
    ),
    _column(
        "source_db", "Cơ sở dữ liệu nguồn", "Source database", "Nguồn | Nguồn dữ liệu | CSDL nguồn | Source | Database"
    ),
)


#: Parts of a name that some files keep in columns of their own; joined by a blank, in this order, they are `full_name`.
NAME_PARTS: tuple[Column, ...] = (
    _column("family_name", "Họ", "Family name", "Ho | Họ đệm | Họ và đệm | Họ và tên đệm | Surname | Last name"),
    _column("middle_name", "Chữ đệm", "Middle name", "ChuDem | Tên đệm | Đệm | Middle names"),
    _column("given_name", "Tên", "Given name", "Ten | Tên gọi | First name | Given names"),
)


def columns(kind: Kind) -> tuple[Column, ...]:
    """Give the canonical columns of a batch or of the register, in their canonical order."""
    return BATCH_COLUMNS if kind == "batch" else REGISTER_COLUMNS


_LOST = "?\ufffd"
#: Ranks of `column_named` for names that are not plainly there.
RECODED, LOST_LETTERS = 3, 4
_CP1252 = frozenset(bytes({*range(256)} - {0x81, 0x8D, 0x8F, 0x90, 0x9D}).decode("cp1252"))
_NOTE = re.compile(r"[(\[{<].*?(?:[)\]}>]|$)", re.DOTALL)
_NUMBERING = re.compile(r"^\s*(?:cột|cot|column)?\s*\(?[0-9]{1,2}[.):\-]\s*")


def folded(header: str) -> str:
    """Fold a header name to lower-case letters and digits without accents."""
    text = unicodedata.normalize("NFD", header.casefold().replace("đ", "d").replace("ð", "d"))
    return "".join(letter for letter in text if letter.isascii() and letter.isalnum())


@cache
def _names(kind: Kind) -> dict[str, tuple[str, int]]:
    """Map every folded header name to its column and rank (0: the canonical name itself, 1: another name)."""
    table: dict[str, tuple[str, int]] = {}
    for column in (*columns(kind), *NAME_PARTS):
        table[folded(column.name)] = (column.name, 0)
    for column in (*columns(kind), *NAME_PARTS):
        for name in (column.vi, column.en, *column.aliases):
            table.setdefault(folded(name), (column.name, 1))
    if kind == "register":
        for name in ("CMND", "Số CMND"):
            table[folded(name)] = ("old_id_number", 1)
    return table


def _with_lost_letters(header: str, kind: Kind) -> tuple[str, int] | None:
    pieces = re.split(f"[{re.escape(_LOST)}]+", header)
    if len(pieces) == 1 or sum(len(folded(piece)) for piece in pieces) < 3:
        return None
    pattern = re.compile("[a-z0-9]{0,3}".join(re.escape(folded(piece)) for piece in pieces))
    hits = {column for name, (column, _) in _names(kind).items() if pattern.fullmatch(name)}
    return (hits.pop(), LOST_LETTERS) if len(hits) == 1 else None


def column_named(header: str, kind: Kind) -> tuple[str, int] | None:
    """Give the canonical column that a header cell names and a rank (0 is the surest), or None.

    Ranks: 0 canonical name, 1 known name, 2 known name beside a number or a note in brackets, 3 known name in another
    encoding than the rest of the file, 4 known name with lost letters ("S? thu? bao").
    """
    hit = _named_plainly(header, kind)
    if hit is not None:
        return hit
    if not header.isascii():
        for other in _recoded(header):
            hit = _named_plainly(other, kind)
            if hit is not None:
                return hit[0], RECODED
    return _with_lost_letters(header, kind)


def _recoded(header: str) -> Iterator[str]:
    """Give the readings of a header that was typed in an old font, or whose UTF-8 was read as one-byte text."""
    try:
        raw = b"".join(letter.encode("cp1252") if letter in _CP1252 else letter.encode("latin-1") for letter in header)
    except UnicodeEncodeError:
        return
    with suppress(UnicodeDecodeError):
        yield raw.decode()
    for name in ("tcvn3", "vni", "viscii", "cp1258"):
        yield transcode(raw, name).decode()


def _named_plainly(header: str, kind: Kind) -> tuple[str, int] | None:
    """Look a header cell up as it stands, then without its note in brackets and its number."""
    table = _names(kind)
    hit = table.get(folded(header))
    if hit is not None and not any(letter in header for letter in _LOST):
        return hit
    for trimmed in (
        _NOTE.sub(" ", header),
        _NUMBERING.sub("", header.casefold()),
        _NUMBERING.sub("", _NOTE.sub(" ", header).casefold()),
    ):
        hit = table.get(folded(trimmed))
        if hit is not None and not any(letter in trimmed for letter in _LOST):
            return hit[0], 2
    return None


@dataclass(frozen=True, slots=True)
class HeaderMatch:
    """What a line of column names says: where each canonical column stands, and what is wrong with the line.

    `found` maps canonical names to field places from 0 (and the names of NAME_PARTS where `full_name` has no column of
    its own); `missing` and `absent` are mandatory and expected columns that are not there; `doubled` holds canonical
    names claimed by several cells of equal rank, with the places. Cells (place, text): `unknown` name no column,
    `set_aside` name one that a surer cell has, `lossy` were known in spite of lost letters or a wrong encoding.
    """

    found: Mapping[str, int]
    missing: tuple[str, ...]
    absent: tuple[str, ...]
    doubled: Mapping[str, tuple[int, ...]]
    unknown: tuple[tuple[int, str], ...]
    set_aside: tuple[tuple[int, str], ...]
    lossy: tuple[tuple[int, str], ...] = ()


def match_headers(cells: Sequence[str], kind: Kind, mapped: Mapping[str, str] | None = None) -> HeaderMatch:
    """Match a line of column names to the canonical columns of `kind`.

    `mapped` is the carrier's own map from header name to canonical column ("" for a column to be left out); it
    outranks every known name.
    """
    own = {folded(header) or header: name for header, name in (mapped or {}).items()}
    claims: dict[str, list[tuple[int, int]]] = {}
    unknown: list[tuple[int, str]] = []
    for place, cell in enumerate(cells):
        name = own.get(folded(cell) or cell)
        hit = (name, -1) if name is not None else column_named(cell, kind)
        if hit is None:
            if cell.strip():
                unknown.append((place, cell))
        elif hit[0]:
            claims.setdefault(hit[0], []).append((hit[1], place))
    found: dict[str, int] = {}
    doubled: dict[str, tuple[int, ...]] = {}
    set_aside: list[tuple[int, str]] = []
    lossy: list[tuple[int, str]] = []
    for name, ranked in claims.items():
        best = min(rank for rank, _ in ranked)
        places = [place for rank, place in ranked if rank == best]
        if len(places) > 1:
            doubled[name] = tuple(places)
        found[name] = places[0]
        if best >= RECODED:
            lossy.append((places[0], cells[places[0]]))
        set_aside.extend((place, cells[place]) for rank, place in ranked if rank != best)
    unknown.extend(_settle_name_parts(found, doubled, cells))
    order = (*columns(kind), *NAME_PARTS)
    return HeaderMatch(
        found={column.name: found[column.name] for column in order if column.name in found},
        missing=_lacking(kind, found, "mandatory"),
        absent=_lacking(kind, found, "expected"),
        doubled=doubled,
        unknown=tuple(sorted(unknown)),
        set_aside=tuple(sorted(set_aside)),
        lossy=tuple(sorted(lossy)),
    )


def _settle_name_parts(
    found: dict[str, int], doubled: dict[str, tuple[int, ...]], cells: Sequence[str]
) -> list[tuple[int, str]]:
    """Keep the parts of a name only where they make up a full name; a lone "Tên" is the full name."""
    parts = [part.name for part in NAME_PARTS if part.name in found]
    if "full_name" not in found and parts == ["given_name"]:
        found["full_name"] = found.pop("given_name")
        if "given_name" in doubled:
            doubled["full_name"] = doubled.pop("given_name")
        return []
    if "full_name" not in found and {"family_name", "given_name"} <= set(parts):
        return []
    for part in parts:
        doubled.pop(part, None)
    return [(place, cells[place]) for place in (found.pop(part) for part in parts)]


def _lacking(kind: Kind, found: Iterable[str], need: str) -> tuple[str, ...]:
    have = set(found)
    if {"family_name", "given_name"} <= have:
        have.add("full_name")
    return tuple(column.name for column in columns(kind) if column.need == need and column.name not in have)
