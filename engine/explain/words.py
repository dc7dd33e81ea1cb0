"""How fields agree, in words: one pair (Vietnamese, English) for each level that the kernels tell."""

from engine.kernels.shapes import (
    GIVEN_FOREIGN,
    GIVEN_HELD,
    GIVEN_NONE,
    GIVEN_UNKNOWN_OLD,
    GIVEN_UNKNOWN_PIN,
    NUMBER_ALIAS,
    NUMBER_EXACT,
    NUMBER_NEAR,
    NUMBER_OTHER,
)
from matching.dates import DateAgreement
from matching.kernels import name_levels as level

FIELDS = {
    "number": ("Số giấy tờ", "Identity number", "id_number"),
    "name": ("Họ tên", "Name", "full_name"),
    "birth": ("Ngày sinh", "Birth date", "birth_date"),
    "province": ("Tỉnh, thành", "Province", "province"),
    "sex": ("Giới tính", "Sex", "sex"),
}
"""Vietnamese and English name of each field, and the column of the batch that says it."""

NAME_WORDS = {
    level.EXACT: ("trùng khớp", "the same"),
    level.NO_DIACRITICS: ("giống nhau, một bên không dấu", "the same, one side without diacritics"),
    level.TONE_DIFFERS: ("cùng chữ cái, khác dấu", "the same letters, other diacritics"),
    level.ORDER: ("cùng các từ, khác thứ tự", "the same words in another order"),
    level.MERGED: ("cùng chữ cái, ngắt từ khác", "the same letters, cut into words elsewhere"),
    level.MISSING_MIDDLE: ("thiếu chữ đệm", "a middle word is missing"),
    level.ABBREVIATED: ("có chữ viết tắt", "some words are abbreviated"),
    level.ONE_EDIT: ("lệch một chữ cái", "one letter apart"),
    level.TWO_EDITS: ("lệch hai chữ cái", "two letters apart"),
    level.FAMILY_GIVEN: ("cùng họ và tên gọi, khác chữ đệm", "family and given name agree, the middle differs"),
    level.PARTIAL: ("trùng một phần", "some words agree"),
    level.DIFFERENT: ("khác", "different"),
    level.MISSING: ("không có để so", "not given"),
}

BIRTH_WORDS = {
    DateAgreement.MISSING: ("không có để so", "not given"),
    DateAgreement.EQUAL: ("trùng khớp", "the same day"),
    DateAgreement.YEAR_ONLY_EQUAL: (
        "khớp đến mức đã biết (năm hoặc tháng)",
        "the same as far as known (year or month)",
    ),
    DateAgreement.DEFAULT_0101_SAME_YEAR: ("cùng năm, một bên là 01/01", "the same year, one is 1 January"),
    DateAgreement.SWAPPED_DAY_MONTH: ("đảo ngày và tháng", "day and month exchanged"),
    DateAgreement.ONE_DIGIT_APART: ("lệch một chữ số", "one digit apart"),
    DateAgreement.SAME_YEAR_MONTH: ("cùng tháng, năm; khác ngày", "the same month and year, another day"),
    DateAgreement.SAME_DAY_MONTH: ("cùng ngày, tháng; khác năm", "the same day and month, another year"),
    DateAgreement.DIFFERENT: ("khác", "different"),
}

PROVINCE_WORDS = {
    0: ("trùng khớp", "the same"),
    1: ("cùng tỉnh sau sáp nhập 2025", "the same since the merger of 2025"),
    2: ("khác", "another"),
    3: ("không có để so", "not given"),
}

SEX_WORDS = {0: ("trùng khớp", "the same"), 1: ("khác", "the other"), 2: ("không có để so", "not given")}

_RELATIONS = {
    NUMBER_EXACT: ("đúng số của người này", "this person's number"),
    NUMBER_ALIAS: ("số khác hoặc số cũ của người này", "another or older number of this person"),
    NUMBER_NEAR: ("gần số của người này (lệch một chữ số)", "near this person's number (one slip)"),
    NUMBER_OTHER: ("không phải số của người này", "not this person's number"),
}
_GIVEN = {
    GIVEN_NONE: ("không có số dùng được", "no usable number was given"),
    GIVEN_HELD: ("số đã có người giữ", "the number has a holder"),
    GIVEN_UNKNOWN_PIN: ("số 12 chữ số không có trong sổ", "a 12-digit number that is not in the register"),
    GIVEN_UNKNOWN_OLD: ("số CMND không có trong sổ", "a 9-digit number that is not in the register"),
    GIVEN_FOREIGN: ("số hộ chiếu không có trong sổ", "a passport number that is not in the register"),
}


def number_words(given: int, relation: int) -> tuple[str, str]:
    """Tell what is known of the number given and how it relates to the candidate's numbers (shapes.py)."""
    if relation != NUMBER_OTHER:
        return _RELATIONS[relation]
    if given == GIVEN_NONE:
        return _GIVEN[given]
    (one_vi, one_en), (other_vi, other_en) = _GIVEN[given], _RELATIONS[relation]
    return f"{one_vi}; {other_vi}", f"{one_en}; {other_en}"
