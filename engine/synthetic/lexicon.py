"""Words that generated names are made of, and how often each is drawn.

Weights of the thirty commonest surnames follow the published counts (hoten.org: Đắk Lắk n = 207,000, Ho Chi Minh City
n = 241,012, the North n = 73,811); every other list is in descending order of frequency and its weights fall by a
Zipf-Mandelbrot law fitted to the token counts of 635,678 names (toanluu/vietname).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_COMMON_SURNAMES = (
    # surname, north, centre, south (per cent)
    ("Nguyễn", 32.0, 30.5, 31.0), ("Trần", 8.5, 10.0, 10.9), ("Lê", 8.4, 9.4, 8.6), ("Phạm", 7.2, 5.2, 5.4),
    ("Hoàng", 4.6, 3.6, 1.4), ("Phan", 1.6, 3.6, 2.8), ("Bùi", 3.3, 2.3, 2.2), ("Võ", 0.3, 3.6, 3.9),
    ("Hồ", 0.7, 2.9, 2.0), ("Vũ", 4.1, 0.8, 1.66), ("Đặng", 2.0, 1.9, 1.93), ("Đỗ", 3.0, 1.3, 1.5),
    ("Trương", 1.1, 1.9, 1.9), ("Huỳnh", 0.1, 1.9, 4.3), ("Ngô", 1.6, 1.6, 1.5), ("Đinh", 1.6, 1.5, 0.8),
    ("Dương", 1.4, 1.1, 1.5), ("Trịnh", 1.2, 1.0, 0.6), ("Nông", 0.2, 0.05, 0.02), ("Mai", 0.9, 1.0, 0.8),
    ("Hà", 1.0, 0.9, 0.5), ("Đoàn", 0.9, 1.0, 0.9), ("Lương", 1.0, 0.8, 0.7), ("Cao", 0.7, 0.9, 0.8),
    ("Đào", 1.2, 0.6, 0.5), ("Lưu", 0.6, 0.5, 0.5), ("Lý", 0.5, 0.3, 0.7), ("Lâm", 0.2, 0.4, 1.1),
    ("Phùng", 0.5, 0.3, 0.3), ("Tạ", 0.6, 0.3, 0.4),
)  # fmt: skip
_OTHER_SURNAMES = (
    "Thái Tô Vương Văn Châu Chu Quách Từ Tống Tôn Đồng Hứa Tăng Đậu Diệp Đàm Kiều La Lại Lã Thạch Chung Lữ Dư "
    "Bạch Âu Giang Nhan Thân Bành Danh Phó Mã Hàn Nghiêm Nhữ Trà Cù Khương Ông Ung Mạc Sầm Tưởng Vi Khổng Lều "
    "Ninh Cấn Doãn Giáp Hán Kha Khúc Khuất Lục Lỗ Ma Mẫn Ngụy Nhâm Ngọ Ngũ Phí Phương Quản Sử Thang Thi Thiều "
    "Tiêu Tiết Tào Trang Triệu Trưng Uông Viên Vòng Đới Đống Đái Đồ Cung Cổ Cồ Bế Biện Bá Chế Chử Cái Công Đan "
    "Điền Hạ Hầu Hoa Hồng Huyền Kim Liêu Lò Lường Long Luyện Lầu Nguyên Ngân Nhiêu Nại Ôn Ấu Phù Phượng Quan "
    "Quang Quế Tạ Tấn Tân Tần Thẩm Thịnh Thủy Tòng Tề Tất Vạn Vưu Xa Yên"
)
_MALE_MIDDLES = (
    "Minh Thanh Hoàng Ngọc Quốc Đức Quang Hữu Xuân Thành Đình Anh Duy Trung Tấn Tuấn Công "
    "Thế Hồng Trọng Tiến Mạnh Nhật Việt Huy Chí Hải Thái Hoài Phước Kim Đăng Bá Bảo Viết Khánh Khắc Trường "
    "Phương Nguyên Vĩnh Phú Cao Phúc Thiên Thiện Phi Gia Đại Trí Sơn Nhựt Nam Long Như Hùng Sĩ Tất Quý Tùng "
    "Vinh Hà An Sỹ Đắc Bình Hiếu Kỳ Chánh Thất Toàn Đạt Khương Phát Danh Doãn Trần Lê Phan Vũ Cảnh Bửu Năng "
    "Nghĩa Lâm Khôi Ích Doanh Sinh Triệu Hưng Thiệu Tử Tuân"
)
_FEMALE_MIDDLES = (
    "Thu Thanh Ngọc Kim Mỹ Minh Bích Phương Hồng Thùy Như Thúy Diễm Kiều Tuyết Xuân Lệ Cẩm Lan Yến Thảo Diệu "
    "Quỳnh Ánh Hoàng Hoài Hải Mai Trúc Khánh Vân Bảo Hà Anh Linh Tường Huyền Ái Ngân Tú Nhật Gia Hương Tố "
    "Thiên Trà Thục Việt Uyên Đan Bạch Châu Hạnh Tâm Lam An Hiền Nguyệt Cát Mộng Kiểu Giang Quế Nhã Thái Đoan "
    "Thủy Song Thường Vĩnh Phi Hạ Thạch Mộc Sao Ý"
)
_MALE_GIVEN_OLD = (
    "Hùng Dũng Tuấn Sơn Hải Thành Minh Bình Cường Long Tâm Thắng Hòa Dân Đức Hưng Quang Phúc Thanh Hiền Lợi "
    "Tài Phước Mạnh Hoàng Toàn Nam An Hà Trung Quý Thọ Lâm Việt Chiến Định Chính Công Phương Xuân Kiên Liêm "
    "Nghĩa Sáu Ba Tư Năm Bảy Tám Mười Út Lộc Thuận Đông Tấn Ngọc Châu Khánh Sinh Cảnh Luân Đạo Đồng Hồng Thân "
    "Vinh Hoan Ban Bốn Cư Lập Khải Điền Đệ Tùng Bé Chức Hạnh Tính Hảo Nhơn Hậu Quyết Tiến Nhân Ngà Thìn Tý Sửu "
    "Dần Mão Tỵ Ngọ Mùi Dậu Tuất Hợi Giáp Ất Bính Đinh Kỷ Canh Tân Quy Đoàn Thiệp Thuyết Cầu Khoái Vượng Lực "
    "Lượng Nghiêm Lễ Đề Thạch Khiêm Ký Nhẫn Huấn Chung Mậu Tường Uyển Vệ Đình Oanh Bạ Ích Thơm"
)
_MALE_GIVEN_NEW = (
    "Anh Huy Tuấn Duy Nam Hoàng Hiếu Minh Dũng Đạt Cường Hùng Tùng Sơn Thành Hải Trung Long Vũ Nguyên Đức Tâm "
    "Tiến Phương Phúc Khoa Thắng Thịnh Vinh Hưng Khánh Quân Tài Trí An Toàn Bảo Phong Nghĩa Nhân Quang Bình "
    "Việt Thanh Tú Lâm Trường Dương Tân Lộc Thái Tín Phát Phú Thiện Ngọc Sang Thông Luân Phước Thuận Vương "
    "Giang Mạnh Danh Công Hiệp Đăng Đại Hòa Quốc Nhật Hậu Khang Quý Kiên Thương Châu Kha Ân Lợi Phi Kiệt Khải "
    "Thọ Hiển Chương Khôi Trọng Định Đông Chung Thiên Cảnh Chiến Khương Quyền Tấn Triều Khiêm Hoàn Mẫn Điền Đô "
    "Huân Hào Hoan Kỳ Lực Linh Nghiêm Nhựt Quyết Sáng Thạch Thế Thức Tính Toản Triết Tuyên Tường Văn Viễn Vĩ "
    "Vỹ Xuân Ý Đan Đình Đoàn Đồng Lập Lương Lưu Mỹ Nhã Nhàn Ninh Pháp Quỳnh Sĩ Sinh Thân Thiệu Thuật Tuệ Trình "
    "Bách Bằng Chấn Chính Cương Doanh Đỉnh Độ Giáp Hạo Hy Khởi Khuê Kim Lân Luật Miên Nghị Phán Phục Quảng Tạo "
    "Thăng Thi Thư Tôn Tráng Trực Tuân"
)
_FEMALE_GIVEN_OLD = (
    "Hoa Lan Hương Mai Hồng Thủy Loan Hằng Nga Liên Hà Dung Phượng Hạnh Cúc Tuyết Thu Thanh Yến Minh Vân Xuân "
    "Thảo Nguyệt Bình Lệ Bích Nhung Tâm Lý Hiền Hòa Thơm Mận Đào Sen Huệ Ánh Lựu Ngọc Kim Oanh Châu Hai Ba Tư "
    "Năm Sáu Bảy Tám Chín Mười Út Lành Thắm Thoa Nhàn Ngà Vui Duyên Phương Hải Sáng Tươi Thìn Tý Dần Mùi Hợi "
    "Lài Gái Bé Nở Luyến Thuận Tình Hợp Xuyến Chiến Nhị Mơ Dậu Tuất Sửu Chanh Quýt Bưởi Ngoan Hiếu Tân Điệp "
    "Hoàn Hiên Lụa Nết Na Cẩm Hậu Nghĩa Sự Phấn Phúc Vinh Diệu Mùa Rằm"
)
_FEMALE_GIVEN_NEW = (
    "Linh Trang Anh Phương Hương Thảo Ngọc Hà Lan Hằng Nhung Thủy Mai Huyền Vân Yến Nga Dung Nhi Ngân Hạnh "
    "Hiền Thúy Trinh Trâm Quỳnh My Thư Châu Giang Oanh Tú Vy Loan Thu Thanh Uyên Như Tuyền Duyên Nhàn Chi Diễm "
    "Hoa Tâm Trúc Hồng Liên Kiều Ánh Nguyệt Tiên Thùy Phượng Diệp Hân Thi Thương Khánh Bình Dương Minh Hòa "
    "Quyên Đào Ly Khanh Hường Ngà Thơ Thoa Trân Tuyết Xuân Thy Lệ Bích Đan Hậu Hoài Diệu An Hiếu Hải Nguyên "
    "Kim Cúc Sương Mẫn Mỹ Na Lam San Vi Yên Thơm Thắm Nhã Điệp Hảo Huệ Lài Hợp Luyến Viên Băng Ân Vui Tường "
    "Thuận Tươi Trà Tình Quế Phụng Nương Nhiên Miên Mến Lý Lụa Khuê Hiên Gấm Đài Đoan Chinh Cầm Bảo Ái Ý Mơ Sa "
    "Hạ Thục Nữ Ni Thoan Thêu Toan Uyển Xuyên Vĩnh Vinh Nhân Nhật Khuyên Lành Kha Gia Dịu Diễn Doan Đông Hiệp "
    "Mây Sao Cát Lê"
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


def _fall(count: int, shift: float, power: float) -> npt.NDArray[np.float64]:
    return np.asarray(1.0 / (np.arange(count) + shift) ** power, np.float64)


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
        shares = np.array([row[1:] for row in _COMMON_SURNAMES], np.float64).T
        others = _OTHER_SURNAMES.split()
        tail = _fall(len(others), 10, 1.0)
        rest = (100.0 - shares.sum(axis=1))[:, None] * (tail / tail.sum())[None, :]
        self.surnames = self.numbers([row[0] for row in _COMMON_SURNAMES] + others)
        self.surname_weights = np.concatenate([shares, rest], axis=1)
        self.male_middles = self.ranked(_MALE_MIDDLES, 1.5, 1.15)
        self.female_middles = self.ranked(_FEMALE_MIDDLES, 1.5, 1.15)
        self.given = (
            (self.ranked(_MALE_GIVEN_OLD, 5, 1.25), self.ranked(_MALE_GIVEN_NEW, 6, 1.35)),
            (self.ranked(_FEMALE_GIVEN_OLD, 5, 1.25), self.ranked(_FEMALE_GIVEN_NEW, 5, 1.35)),
        )
        self.thi = self.number("Thị")
        self.van = self.number("Văn")
        self.ethnic = {
            name: (self.plain(clans), self.plain(male), self.plain(female), pattern)
            for name, (clans, male, female, pattern) in _ETHNIC.items()
        }
        self.foreign = [(self.plain(family), self.plain(given)) for family, given, _ in _FOREIGN]
        self.y, self.h, self.k, self.ka = (self.number(word) for word in ("Y", "H'", "K'", "Ka"))

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
