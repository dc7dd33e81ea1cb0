"""Words that generated names are made of, and how often each is drawn.

Surnames, middle names and the given names of people born since about 1970 come from data/surnames, data/middle_names
and data/given_names. Given names of older people and names of other peoples of the country are lists of our own, in
descending order of frequency, drawn by a Zipf-Mandelbrot law; nothing is judged by them.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import data

_REGIONAL: dict[str, tuple[float, float, float]] = {
    # how much commoner than in the whole country: north, centre, south; where data/surnames has no count of its own
    "Hoàng": (1.15, 0.9, 0.35), "Huỳnh": (0.06, 1.2, 2.6), "Vũ": (2.0, 0.4, 0.83), "Võ": (0.12, 1.4, 1.5),
    "Đỗ": (1.7, 0.75, 0.85), "Hồ": (0.3, 1.35, 0.9), "Phan": (0.5, 1.15, 0.9), "Bùi": (1.25, 0.85, 0.8),
    "Nông": (0.2, 0.05, 0.02), "Triệu": (0.3, 0.1, 0.1), "Lâm": (0.3, 0.7, 1.8), "Đào": (1.6, 0.8, 0.65),
}  # fmt: skip
_OTHER_SURNAMES = (
    "Thái Tô Vương Văn Châu Chu Quách Từ Tống Tôn Đồng Hứa Tăng Đậu Diệp Đàm Kiều La Lại Lã Thạch Chung Lữ Dư "
    "Bạch Âu Giang Nhan Thân Bành Danh Phó Mã Hàn Nghiêm Nhữ Trà Cù Khương Ông Ung Mạc Sầm Tưởng Vi Khổng Lều "
    "Ninh Cấn Doãn Giáp Hán Kha Khúc Khuất Lục Lỗ Ma Mẫn Ngụy Nhâm Ngọ Ngũ Phí Phương Quản Sử Thang Thi Thiều "
    "Tiêu Tiết Tào Trang Triệu Trưng Uông Viên Vòng Đới Đống Đái Đồ Cung Cổ Cồ Bế Biện Bá Chế Chử Cái Công Đan "
    "Điền Hạ Hầu Hoa Hồng Huyền Kim Liêu Lò Lường Long Luyện Lầu Nguyên Ngân Nhiêu Nại Ôn Ấu Phù Phượng Quan "
    "Quang Quế Tạ Tấn Tân Tần Thẩm Thịnh Thủy Tòng Tề Tất Vạn Vưu Xa Yên"
)
_MALE_GIVEN_OLD = (
    "Hùng Dũng Tuấn Sơn Hải Thành Minh Bình Cường Long Tâm Thắng Hòa Dân Đức Hưng Quang Phúc Thanh Hiền Lợi "
    "Tài Phước Mạnh Hoàng Toàn Nam An Hà Trung Quý Thọ Lâm Việt Chiến Định Chính Công Phương Xuân Kiên Liêm "
    "Nghĩa Sáu Ba Tư Năm Bảy Tám Mười Út Lộc Thuận Đông Tấn Ngọc Châu Khánh Sinh Cảnh Luân Đạo Đồng Hồng Thân "
    "Vinh Hoan Ban Bốn Cư Lập Khải Điền Đệ Tùng Bé Chức Hạnh Tính Hảo Nhơn Hậu Quyết Tiến Nhân Ngà Thìn Tý Sửu "
    "Dần Mão Tỵ Ngọ Mùi Dậu Tuất Hợi Giáp Ất Bính Đinh Kỷ Canh Tân Quy Đoàn Thiệp Thuyết Cầu Khoái Vượng Lực "
    "Lượng Nghiêm Lễ Đề Thạch Khiêm Ký Nhẫn Huấn Chung Mậu Tường Uyển Vệ Đình Oanh Bạ Ích Thơm"
)
_FEMALE_GIVEN_OLD = (
    "Hoa Lan Hương Mai Hồng Thủy Loan Hằng Nga Liên Hà Dung Phượng Hạnh Cúc Tuyết Thu Thanh Yến Minh Vân Xuân "
    "Thảo Nguyệt Bình Lệ Bích Nhung Tâm Lý Hiền Hòa Thơm Mận Đào Sen Huệ Ánh Lựu Ngọc Kim Oanh Châu Hai Ba Tư "
    "Năm Sáu Bảy Tám Chín Mười Út Lành Thắm Thoa Nhàn Ngà Vui Duyên Phương Hải Sáng Tươi Thìn Tý Dần Mùi Hợi "
    "Lài Gái Bé Nở Luyến Thuận Tình Hợp Xuyến Chiến Nhị Mơ Dậu Tuất Sửu Chanh Quýt Bưởi Ngoan Hiếu Tân Điệp "
    "Hoàn Hiên Lụa Nết Na Cẩm Hậu Nghĩa Sự Phấn Phúc Vinh Diệu Mùa Rằm"
)
_ETHNIC: dict[str, tuple[str, str, str, str]] = {
    # tradition: (clans or surnames, given names of men, of women, pattern)
    "ede": (
        ("Niê Mlô Byă Kbuôr Êban Ayŭn Hđơk Kđăm Kpă Ênuôl Buôn_Yă Buôn_Krông Niê_Kđăm Hwing Mdrang Ksơr Adrơng Ktla"),
        ("Bhăm Bliêt Thoan Khem Rôm Lăk Drim Nguên Phôn Sôn Tluôt Wiêt Ñuê Blu Cung Djăn Jŭk Kŏ Mrŏ Suôt Tŭk Ƀhiông"),
        "Hen Bliă Điêp Jŭn Mơi Ngăm Rê Thơm Wen Yŏn Ñăn Lưm Duyên Băp Đruê Kim Rin Sa_Ly Zina",
        "ede",
    ),
    "jarai": (
        "Ksor Rơ_Châm Rah_Lan Siu Kpă Nay Rơ_Mah Rmah Rcom Ralan Rơ_Ô Hiao Puih Kpuih Rơ_Lan Alê",
        "Bơm Hlik Jút Klơi Nhan Phơ Sơn Thim Wôn Djong Hyui Blơi Tŏan Glơi Hrin",
        "Bôm Đơch Hnhi Juăn Lưk Mlin Nhơr Phyăn Sil Wơn Djrao Hyêt Ƀlin",
        "clan-first",
    ),
    "koho": (
        "Ka_Să Ntơr Dơng_Gur Cil_Mup Liêng_Hót Rơ_Ông Bon_Niêng Kơ_Să Pang_Ting Lơ_Mu",
        "Brêl Broh Brẹo Ten Tam Póh Sim Lâm Juân",
        "Thuyn Glong Jrẻo Lệ Mai Hin Brọp Thiêu Diễm",
        "koho",
    ),
    "khmer": (
        "Thạch Sơn Kim Danh Châu Lâm Lý Trần Kiên Tăng",
        "Sa_Rươl Phi_Rum Sóc_Kha Vanh_Na Sô_Phal Đa_Rinh Chanh_Thi Hoàng Minh Dũng Sà_Phone Rít_Thy",
        "Sa_Vươn Thị_Sa_Phi Sóc_Phia Thị_Kim_Sa Rô_Ly Na_Ry Chanh_Đa Sô_Phi Hồng_Đào Thị_Ngọc",
        "clan-first",
    ),
    "hmong": (
        "Giàng Vàng Sùng Mùa Thào Vừ Hờ Lầu Lý Má Cứ Hạng Ly Sình Tráng Chang Xồng Già",
        "A_Páo A_Sùng A_Tủa Mí_Pó Mí_Sính Bá_Dê A_Chua Seo_Páo A_Lử Văn_Páo A_Dơ Nỏ_Pó A_Vảng Seo_Chú",
        "Thị_Dợ Thị_Mai Thị_Sua Y_Dở Thị_Máy Thị_Pà Y_Mỷ Thị_Chứ Thị_Xua Thị_Dí Thị_Say Y_Xồng Thị_Giống",
        "clan-first",
    ),
    "thai": (
        "Lò Quàng Cầm Vi Lường Tòng Cà Hà Lù Bạc Điêu Lô Lộc Kha Ngân Hoàng Lương",
        ("Văn_Ơn Văn_Pản Văn_Thoan Văn_Hặc Văn_Tướng Văn_Inh Văn_Biến Văn_Chựa Văn_Panh Văn_Dịch Quang_Hặc Minh_Tuấn"),
        "Thị_Ơn Thị_Phấn Thị_Ín Thị_Bun Thị_Hặc Thị_Đôi Thị_Lả Thị_Pản Thị_Inh Thị_Thiên Thị_Xuân Thị_Kim",
        "clan-first",
    ),
    "tay": (
        "Nông Bế Triệu Ma Lục Hoàng Lý Nguyễn Vi Đàm Hứa Lương La Sầm Dương Mông Chu Mã Phương Linh",
        (
            "Văn_Quân Văn_Đại Văn_Thắng Văn_Chài Đức_Mạnh Văn_Păn Văn_Nhất Quốc_Huy Văn_Hành Văn_Tích Trung_Kiên "
            "Hoàng_Anh"
        ),
        "Thị_Hòa Thị_Nhình Thị_Liễu Thị_Pẳng Thị_Mới Thị_Bích Thị_Nga Thu_Hà Thị_Slao Thị_Én Thị_Lả Bích_Ngọc",
        "clan-first",
    ),
    "cham": (
        "Đàng Bá Quảng Thành Lưu Hán Kiều Báo Lộ Đổng Thập Từ",
        "Văn_Phước Năng_Đạm Minh_Trung Văn_Tỷ Ngọc_Thu Quang_Cẩn Mưu Xuân_Hổ Đại_Long",
        "Thị_Thơ Thị_Niềm Thị_Hăm Mỹ_Hạnh Thị_Xuân Thị_Mận Thị_Chạy Thanh_Thảo",
        "clan-first",
    ),
}
_FOREIGN: tuple[tuple[str, str, str], ...] = (
    (
        "KIM LEE PARK CHOI JUNG KANG YOON LIM",
        "MIN_JUN SEO_YEON JI_HOON HYE_JIN DONG_HYUN SOO_MIN YOUNG_HO EUN_JI",
        "KOR",
    ),
    (
        "WANG LI ZHANG LIU CHEN YANG HUANG ZHOU",
        "WEI FANG XIUYING MIN JING QIANG LEI YAN GUOHUA XIAOMING",
        "CHN",
    ),
    (
        "SATO SUZUKI TAKAHASHI TANAKA WATANABE ITO",
        "HIROSHI YUKI KENJI SAKURA TAKESHI AIKO DAISUKE",
        "JPN",
    ),
    (
        "SMITH JOHNSON WILLIAMS BROWN O'NEIL MILLER GARCIA-LOPEZ",
        "JOHN_MICHAEL MARY ANN-MARIE ROBERT_LEE DAVID EMMA_JANE",
        "USA",
    ),
    (
        "MARTIN DUBOIS LEFEVRE MOREAU GIRARD",
        "JEAN-PIERRE MARIE_CLAIRE LUC NICOLAS SOPHIE",
        "FRA",
    ),
    (
        "SINGH SHARMA KUMAR PATEL DAS",
        "RAHUL PRIYA AMIT_KUMAR SUNITA VIJAY",
        "IND",
    ),
    (
        "PHOMMACHANH SOUVANNAVONG KEOMANY",
        "BOUNMY KHAMLA SOMCHAI VILAYVANH",
        "LAO",
    ),
    (
        "IVANOV PETROVA SMIRNOV KUZNETSOVA",
        "ALEKSANDR OLGA DMITRII EKATERINA",
        "RUS",
    ),
)

NATIONALITIES = tuple(entry[2] for entry in _FOREIGN)


# Raised to this power, the counts give namesakes as often as record linkage meets them: name and birth date without
# diacritics belong to one person alone for about 99.3 per cent of a million people and 94.5 per cent of ten million.
_STEEPNESS = 1.35


def _fall(count: int, shift: float, power: float) -> npt.NDArray[np.float64]:
    return np.asarray(1.0 / (np.arange(count) + shift) ** power, np.float64)


BEYOND = "ĕĭŏŭčñƀ"  # letters of other languages of the country, which no old Vietnamese encoding has
_ABBREVIATIONS = {
    "Nguyễn": "Ng.",
    "Trần": "Tr.",
    "Phạm": "Ph.",
    "Huỳnh": "H~",
    "Hoàng": "Hg.",
    "Lê": "L~",
    "Trương": "Tr~",
}


def _each_token(word: str, change: Callable[[str], str]) -> str:
    return " ".join(change(token) for token in word.split(" "))


def _tone_on_second(token: str) -> str:
    """Move the tone mark of an open oa, oe or uy to its second vowel: hòa, hoà. After q the u is no vowel."""
    plain = unicodedata.normalize("NFD", token)
    tones = [place for place, mark in enumerate(plain) if mark in _TONES]
    if len(tones) != 1 or unicodedata.normalize("NFC", plain.replace(plain[tones[0]], ""))[-2:].lower() not in _OPEN:
        return token
    place = tones[0]
    if place != len(plain) - 2 or plain[:1].lower() == "q":
        return token
    return unicodedata.normalize("NFC", plain[:place] + plain[place + 1] + plain[place])


def _i_for_y(token: str) -> str:
    """Write i for a y that ends a syllable behind a consonant (Lý, Lí) or behind qu (Quý, Quí)."""
    plain = unicodedata.normalize("NFD", token)
    body = "".join(mark for mark in plain if mark not in _TONES)
    if len(body) < 2 or body[-1] != "y" or not (body[-2].lower() not in "aeiouyâêô" or body.lower().startswith("quy")):
        return token
    place = plain.rindex("y")
    return unicodedata.normalize("NFC", plain[:place] + "i" + plain[place + 1 :])


_TONES = "\u0300\u0309\u0303\u0301\u0323"
_OPEN = ("oa", "oe", "uy")


@dataclass(frozen=True, slots=True)
class WordList:
    """Numbers of words in the lexicon with the weight of each."""

    words: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float64]


class Lexicon:
    """All words by number (0 is no word); the lists of one tradition give numbers and weights."""

    def __init__(self) -> None:
        self.words: list[str] = [""]
        self._numbers: dict[str, int] = {}
        self._load_surnames()
        self.male_middles, self.female_middles = self._middles("male"), self._middles("female")
        self.given = (
            (self.ranked(_MALE_GIVEN_OLD, 5, 1.25), self._given_names(women=False)),
            (self.ranked(_FEMALE_GIVEN_OLD, 5, 1.25), self._given_names(women=True)),
        )
        self.thi = self.number("Thị")
        self.van = self.number("Văn")
        self.ethnic = {
            name: (self.plain(clans), self.plain(male), self.plain(female), pattern)
            for name, (clans, male, female, pattern) in _ETHNIC.items()
        }
        self.foreign = [(self.plain(family), self.plain(given)) for family, given, _ in _FOREIGN]
        self.y, self.h, self.k, self.ka = (self.number(word) for word in ("Y", "H'", "K'", "Ka"))
        self.nicknames = self.plain(
            "Bé Tí Cu Tèo Bi Bo Na Nhí Út Mít Tôm Cún Bin Ken Sóc Su Mun Tý Tấm Bống Gấu Nhím Thỏ"
        )
        self.titles = (self.plain("Ông Anh Ông: Mr. ông"), self.plain("Bà Chị Cô Mrs. bà"))
        self.companies = self.plain(
            "Công_ty_TNHH CTY_TNHH Công_ty_CP CTY_CP_ĐT_TM DNTN Cửa_hàng Đại_lý Shop HTX Trường_THPT UBND_phường Hộ_KD"
        )
        self.placeholders = self.plain(
            "KHACH_HANG TEST A_A KHÁCH_HÀNG_VÃNG_LAI Chưa_cập_nhật N/A KHONG_TEN abc xxx Thuê_bao_trả_trước . KH_TEST"
        )
        self.marks = np.array([word in {"Y", "H'", "K'", "Ka"} for word in self.words])
        self.beyond = np.array([bool(set(word.lower()) & set(BEYOND)) for word in self.words])
        self._add_variants()

    def _add_variants(self) -> None:
        """Enter the other ways of writing each word; a word without one stands for itself."""
        words = self.words[:]
        self.tone_on_second = self.numbers([_each_token(word, _tone_on_second) for word in words])
        self.i_for_y = self.numbers([_each_token(word, _i_for_y) for word in words])
        self.abbreviated = self.numbers([_ABBREVIATIONS.get(word, word[:1] and f"{word[0]}.") for word in words])
        self.initial = self.numbers([word[:1] and f"{word[0]}." for word in words])
        self.abbreviated[0] = self.initial[0] = self.tone_on_second[0] = self.i_for_y[0] = 0

    def _load_surnames(self) -> None:
        rows = data.table("surnames").rows
        others = [name for name in _OTHER_SURNAMES.split() if name not in {row["name"] for row in rows}]
        tail = _fall(len(others), 10, 1.0)
        weights = []
        for region, column in enumerate(("per_10000_north", "", "per_10000_south")):
            shares = np.array(
                [
                    float(
                        row.get(column) or float(row["per_10000"]) * _REGIONAL.get(row["name"], (1.0, 1.0, 1.0))[region]
                    )
                    for row in rows
                ]
            )
            rest = max(10_000 - shares.sum(), 100.0)
            weights.append(np.concatenate([shares, rest * tail / tail.sum()]))
        self.surnames = self.numbers([row["name"] for row in rows] + others)
        self.surname_weights = np.array(weights)

    def _middles(self, sex: str) -> WordList:
        """Middle names of one sex but for Thị and Văn, which have shares of their own by age."""
        rows = [row for row in data.table("middle_names") if row["sex"] in {sex, "any"}]
        rows = [row for row in rows if not {"Thị", "Văn"} & set(row["name"].split())]
        counts = np.array([float(row["count"]) for row in rows])
        return WordList(self.numbers([row["name"] for row in rows]), counts**_STEEPNESS)

    def _given_names(self, *, women: bool) -> WordList:
        rows = data.table("given_names").rows
        shares = np.array([float(row["female_per_100"]) / 100.0 for row in rows])
        counts = np.array([float(row["count"]) for row in rows])
        weights = counts * (shares if women else 1.0 - shares)
        return WordList(self.numbers([row["name"] for row in rows]), np.maximum(weights, 1e-9) ** _STEEPNESS)

    def number(self, word: str) -> int:
        """Give the number of a word, entering it first where it is new."""
        if word not in self._numbers:
            self._numbers[word] = len(self.words)
            self.words.append(word)
        return self._numbers[word]

    def numbers(self, words: list[str]) -> npt.NDArray[np.int32]:
        return np.array([self.number(word) for word in words], np.int32)

    def plain(self, text: str) -> npt.NDArray[np.int32]:
        """Give the numbers of the words of `text`; an underscore stands for a space inside one word."""
        return self.numbers([word.replace("_", " ") for word in text.split()])

    def ranked(self, text: str, shift: float, power: float) -> WordList:
        """Give the words of `text` with weights that fall by rank."""
        numbers = self.plain(text)
        return WordList(numbers, _fall(len(numbers), shift, power))
