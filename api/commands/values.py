"""`sogoc check-id` and `sogoc check-name`: what can be said of one value without any register."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.options import AsJson, AsOf, today
from api.commands.terminal import draw_table, tell
from api.problems import DONE, MEND

if TYPE_CHECKING:
    from rich.console import Console

_KINDS = {
    "MISSING": ("không có số", "no number"),
    "PIN": ("số định danh cá nhân 12 chữ số", "12-digit personal number"),
    "CMND": ("số CMND 9 chữ số", "9-digit number of the old card"),
    "PASSPORT": ("số hộ chiếu", "passport number"),
    "MALFORMED": ("sai cấu trúc", "malformed"),
}
_FLAGS = {
    "SEPARATORS": ("đã bỏ dấu cách, chấm, gạch", "separators taken out"),
    "FULL_WIDTH": ("đã đổi ký tự toàn chiều rộng", "full-width characters replaced"),
    "QUOTES": ("đã bỏ dấu nháy của bảng tính", "quotes of a spreadsheet taken off"),
    "DECIMAL_SUFFIX": ("đã bỏ .0", "decimal suffix taken off"),
    "SCIENTIFIC": ("viết dạng số mũ", "written with an exponent"),
    "DIGITS_LOST": ("dạng số mũ đã làm mất chữ số", "digits were lost in the exponent form"),
    "REPAIRED_ZERO": ("đã thêm lại số 0 ở đầu, cần đối chiếu năm sinh", "leading zeros put back; check the birth year"),
    "WRONG_LENGTH": ("sai độ dài", "of another length"),
    "BAD_CHARACTERS": ("có ký tự lạ", "has characters that no number has"),
    "UNKNOWN_PREFIX": ("mã tỉnh hoặc nước không tồn tại", "no province or country has this prefix"),
    "SUSPECT_SERIAL": ("phần ngẫu nhiên đáng ngờ", "the random part is one digit repeated or a run"),
    "PLACEHOLDER": ("số điền tạm", "a placeholder"),
    "CENTURY_IMPLAUSIBLE": ("sinh từ năm 2100", "born in 2100 or later"),
    "MISSING": ("không có giá trị", "no value"),
}

_NAME_NOTES = {
    "COMPOSED": ("đã ghép dấu rời", "letters and marks joined"),
    "TONE_MOVED": ("đã chuyển vị trí dấu thanh", "tone mark put in its place"),
    "LOOKALIKE": ("đã thay chữ trông giống đ", "a letter that only looks like đ replaced"),
    "ASCII_ONLY": ("không có dấu", "no diacritics"),
    "LOST": ("có chữ bị mất", "letters are lost"),
    "ABBREVIATED": ("có chữ viết tắt", "abbreviated"),
    "TITLE_REMOVED": ("đã bỏ danh xưng", "title taken off"),
    "ENCODING_REPAIRED": ("đã khôi phục bảng mã", "wrong encoding undone"),
    "INVISIBLE": ("đã bỏ ký tự ẩn", "invisible characters taken out"),
    "LONG": ("quá tám từ", "more than eight words"),
    "DIGITS": ("có chữ số", "holds digits"),
    "PLACEHOLDER": ("tên điền tạm, không của ai", "stands for nobody"),
    "COMPANY": ("tên công ty, cửa hàng", "a company or shop"),
    "EMPTY": ("không có tên", "no name"),
    "FOREIGN_LETTERS": ("có chữ ngoài tiếng Việt", "letters outside Vietnamese"),
    "FULL_WIDTH": ("đã đổi ký tự toàn chiều rộng", "full-width characters replaced"),
    "merged-tokens": ("các từ dính nhau", "words run together"),
    "split-token": ("một từ bị tách", "a word is split"),
    "given-first": ("có thể tên đứng trước họ", "given name seems to come first"),
    "no-family-name": ("không thấy họ quen thuộc", "no known family name"),
    "minority": ("theo cách đặt tên của dân tộc thiểu số", "a minority people's way of naming"),
    "foreign": ("có thể là tên nước ngoài", "seems to be a foreign name"),
}


def check_id(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Số giấy tờ như trong tệp · Number as the file has it")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra cấu trúc một số giấy tờ · Check the structure of one identity number (no register is asked)."""
    import data
    from matching.identifiers.document import parse_id
    from matching.identifiers.flags import FAULTS, IdKind

    day = as_of or today()
    provinces = {int(row["code"]): row["name"] for row in data.table("provinces_63")}
    countries = {int(row["code"]): row["name"] for row in data.table("id_countries", day)}
    parsed = parse_id(value, {*provinces, *countries})
    usable = parsed.kind in {IdKind.PIN, IdKind.CMND, IdKind.PASSPORT}
    answer: dict[str, Any] = {
        "value": value,
        "kind": parsed.kind.name.lower(),
        "vi": _KINDS[parsed.kind.name][0],
        "en": _KINDS[parsed.kind.name][1],
        "canonical": None,
        "noticed": [
            {"code": flag.name, "fault": bool(flag & FAULTS), "vi": words[0], "en": words[1]}
            for flag in parsed.flags
            if (words := _FLAGS.get(str(flag.name)))
        ],
    }
    answer |= _of_number(parsed.kind, parsed.value, provinces | countries) if usable else {}
    _tell(answer, as_json=as_json)
    if not usable:
        raise typer.Exit(MEND)


def _of_number(kind: Any, value: int, places: dict[int, str]) -> dict[str, Any]:
    from matching.identifiers import cmnd, passport, pin
    from matching.identifiers.flags import IdKind

    if kind == IdKind.PASSPORT:
        return {"canonical": passport.number_of(value)}
    if kind == IdKind.CMND:
        twice = cmnd.Cmnd(value).was_issued_twice
        return {"canonical": str(cmnd.Cmnd(value)), "issued_twice": twice, "accepted_since_2025": False}
    number = pin.Pin(value)
    return {
        "canonical": str(number),
        "registered_in": places.get(number.place_code),
        "sex": ("", "nam", "nữ")[number.sex],
        "birth_year": number.birth_year,
    }


def check_name(
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Họ tên như trong tệp · Name as the file has it")],
    as_json: AsJson = False,
) -> None:
    """Sửa và tách một họ tên · Repair one name and take it apart (no register is asked)."""
    from matching.name_parts import parse_name, token_class
    from matching.names import NameFlag, standardise
    from matching.text import fold, repair

    name = standardise(value)
    parts = parse_name(value)
    answer = {
        "value": value,
        "canonical": " ".join(token.title() for token in name.tokens),
        "folded": fold(name.text),
        "family": " ".join(parts.family).title(),
        "middle": " ".join(parts.middle).title(),
        "given": " ".join(parts.given).title(),
        "tokens": [{"token": token, "class": str(token_class(token))} for token in name.tokens],
        "repairs": [{"code": each.code, "before": each.before, "after": each.after} for each in repair(value).repairs],
        "noticed": [
            {"code": code, "vi": _NAME_NOTES[code][0], "en": _NAME_NOTES[code][1]}
            for code in [*(str(flag.name) for flag in name.flags), *(str(finding) for finding in parts.findings)]
        ],
    }
    _tell(answer, as_json=as_json)
    unusable = NameFlag.EMPTY | NameFlag.PLACEHOLDER | NameFlag.COMPANY | NameFlag.LOST
    raise typer.Exit(MEND if name.flags & unusable else DONE)


def _tell(answer: dict[str, Any], *, as_json: bool) -> None:
    def show(screen: "Console") -> None:
        rows = [(name.replace("_", " "), _text(each)) for name, each in answer.items() if each not in (None, [], "")]
        draw_table(screen, "", ("", ""), rows, numbers_from=9)
        sys.stdout.flush()

    tell(answer, show, as_json=as_json)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(", ".join(map(str, each.values())) if isinstance(each, dict) else str(each) for each in value)
    return str(value)
