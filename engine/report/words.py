"""The words of a report, Vietnamese first and English beside it, and numbers as Vietnamese write them."""

from datetime import date

Pair = tuple[str, str]

ROLL_UPS: dict[str, Pair] = {
    "correct": ("Đúng", "Correct"),
    "wrong": ("Sai", "Wrong"),
    "not_verifiable": ("Chưa xác minh được", "Not verifiable"),
    "missing_id": ("Thiếu hoặc sai số giấy tờ", "Missing or malformed ID"),
}

KINDS: dict[str, Pair] = {
    "ID_SHARED": ("Một số giấy tờ, nhiều người", "One identity number, several people"),
    "PERSON_MANY_SIMS": ("Một người, nhiều thuê bao", "One person, many SIMs"),
    "SIM_LIMIT_4PLUS_NO_CONTRACT": (
        "Từ thuê bao thứ tư, không có hợp đồng",
        "Fourth SIM on, no contract",
    ),
    "MSISDN_DOUBLE_CLAIM": ("Hai nhà mạng cùng khai một số", "One number claimed by two carriers"),
    "MSISDN_DUPLICATE": ("Một nhà mạng khai trùng một số", "One number listed twice by one carrier"),
    "DEALER_CONCENTRATION": ("Đại lý có dấu hiệu bất thường", "Dealer with an unusual concentration"),
    "POINT_CONCENTRATION": ("Điểm đăng ký có dấu hiệu bất thường", "Registration point with an unusual concentration"),
    "PROVINCE_VELOCITY": (
        "Một người, nhiều tỉnh trong thời gian ngắn",
        "One person in several provinces within days",
    ),
    "CONTRACT_NOTICE": ("Hợp đồng phải được thông báo", "Contract whose numbers must be notified"),
}

MEASURES: dict[str, Pair] = {
    "several_people": ("người", "people"),
    "sims_per_person": ("thuê bao", "SIMs"),
    "fourth_sim_without_contract": ("thuê bao không hợp đồng", "SIMs without a contract"),
    "no_porting_record": ("nhà mạng", "carriers"),
    "not_entitled_by_porting": ("nhà mạng", "carriers"),
    "same_carrier": ("bản ghi", "records"),
    "identities_per_day": ("người trong một ngày", "people in one day"),
    "sims_per_identity": ("thuê bao của một người", "SIMs of one person"),
    "noncompliant_share": ("% bản ghi không đúng quy định", "% of records not compliant"),
    "provinces_in_window": ("tỉnh", "provinces"),
    "whole_contract": ("bản ghi không đúng quy định", "records not compliant"),
}

SEVERITIES: dict[str, Pair] = {"high": ("Cao", "High"), "medium": ("Vừa", "Medium"), "low": ("Thấp", "Low")}

TIERS: dict[str, Pair] = {
    "id": ("Theo số giấy tờ", "By the identity number"),
    "alias": ("Qua số cũ hoặc số đã thay", "By an old or replaced number"),
    "search": ("Tìm theo họ tên, ngày sinh", "By search on name and birth date"),
    "none": ("Không tìm thấy ai", "Nobody found"),
}

FIELDS: dict[str, Pair] = {
    "id": ("số định danh", "identity number"),
    "name": ("họ tên", "full name"),
    "birth_date": ("ngày sinh", "birth date"),
    "face": ("khuôn mặt", "face"),
}

CERTAINTIES: dict[str, Pair] = {
    "C": ("đã đọc văn bản gốc", "the source was read"),
    "C2": ("theo nguồn thứ cấp, cần đối chiếu văn bản gốc", "from a secondary source; check the original"),
    "K": ("kiến thức chung, chưa có nguồn", "general knowledge, no source at hand"),
    "U": ("nguồn mâu thuẫn hoặc chưa xác nhận", "sources conflict or are silent"),
}

INPUT_KINDS: dict[str, Pair] = {
    "batch": ("Tệp thuê bao", "Batch"),
    "index": ("Chỉ mục định danh", "Identity index"),
    "porting": ("Bảng chuyển mạng", "Porting table"),
}


def number(value: int) -> str:
    """Write a whole number with a dot between thousands."""
    return f"{value:,}".replace(",", ".")


def percent(share: float) -> str:
    """Write a share as per cent with one decimal behind a comma; what is not nothing never reads as 0,0."""
    if 0 < share < 0.0005:
        return "< 0,1 %"
    if 0.9995 <= share < 1:
        return "> 99,9 %"
    return f"{share * 100:.1f} %".replace(".", ",")


def signed(value: int) -> str:
    """Write a change with its sign."""
    return "0" if value == 0 else ("+" if value > 0 else "−") + number(abs(value))


def day(value: date | None) -> str:
    """Write a date as day/month/year; a dash where there is none."""
    return value.strftime("%d/%m/%Y") if value else "—"


def million(vnd: int) -> str:
    """Write an amount in millions of đồng."""
    millions = vnd / 1_000_000
    return f"{millions:g}".replace(".", ",")
