"""Where generated people are born and live: weights of the 63 provinces and of birth years, CMND prefixes, regions.

Province weights are the rounded populations (thousands) of the Population and Housing Census 2019; the age pyramid is a
rounded five-year table of the 2020s. Both only make generated data look right: nothing is judged by them.
"""

import numpy as np

PROVINCES: dict[int, tuple[int, int, int]] = {
    # code: (population in thousands, two-digit CMND prefix, region 0 north, 1 centre and highlands, 2 south)
    1: (8054, 1, 0), 2: (855, 7, 0), 4: (530, 8, 0), 6: (314, 9, 0), 8: (785, 7, 0), 10: (730, 6, 0),
    11: (599, 4, 0), 12: (460, 4, 0), 14: (1248, 5, 0), 15: (821, 6, 0), 17: (854, 11, 0), 19: (1287, 9, 0),
    20: (782, 8, 0), 22: (1320, 10, 0), 24: (1804, 12, 0), 25: (1464, 13, 0), 26: (1154, 13, 0), 27: (1369, 12, 0),
    30: (1892, 14, 0), 31: (2029, 3, 0), 33: (1253, 14, 0), 34: (1860, 15, 0), 35: (853, 16, 0), 36: (1780, 16, 0),
    37: (983, 16, 0), 38: (3640, 17, 0), 40: (3328, 18, 1), 42: (1289, 18, 1), 44: (895, 19, 1), 45: (632, 19, 1),
    46: (1129, 19, 1), 48: (1134, 20, 1), 49: (1496, 20, 1), 51: (1232, 21, 1), 52: (1487, 21, 1), 54: (961, 22, 1),
    56: (1231, 22, 1), 58: (590, 26, 1), 60: (1231, 26, 1), 62: (540, 23, 1), 64: (1514, 23, 1), 66: (1869, 24, 1),
    67: (622, 24, 1), 68: (1297, 25, 1), 70: (995, 28, 2), 72: (1169, 29, 2), 74: (2427, 28, 2), 75: (3097, 27, 2),
    77: (1148, 27, 2), 79: (8993, 2, 2), 80: (1689, 30, 2), 82: (1764, 31, 2), 83: (1288, 32, 2), 84: (1009, 33, 2),
    86: (1023, 33, 2), 87: (1600, 34, 2), 89: (1908, 35, 2), 91: (1723, 37, 2), 92: (1235, 36, 2), 93: (733, 36, 2),
    94: (1200, 36, 2), 95: (907, 38, 2), 96: (1195, 38, 2),
}  # fmt: skip

PROVINCE_CODES = np.array(list(PROVINCES), np.int64)
PROVINCE_WEIGHTS = np.array([entry[0] for entry in PROVINCES.values()], np.float64)
CMND_PREFIXES = np.array([entry[1] for entry in PROVINCES.values()], np.int64)
REGIONS = np.array([entry[2] for entry in PROVINCES.values()], np.int64)
PROVINCE_NAMES = (  # noqa: SIM905 - one list in the order of the codes
    "Hà Nội|Hà Giang|Cao Bằng|Bắc Kạn|Tuyên Quang|Lào Cai|Điện Biên|Lai Châu|Sơn La|Yên Bái|Hòa Bình|"
    "Thái Nguyên|Lạng Sơn|Quảng Ninh|Bắc Giang|Phú Thọ|Vĩnh Phúc|Bắc Ninh|Hải Dương|Hải Phòng|Hưng Yên|"
    "Thái Bình|Hà Nam|Nam Định|Ninh Bình|Thanh Hóa|Nghệ An|Hà Tĩnh|Quảng Bình|Quảng Trị|Thừa Thiên Huế|"
    "Đà Nẵng|Quảng Nam|Quảng Ngãi|Bình Định|Phú Yên|Khánh Hòa|Ninh Thuận|Bình Thuận|Kon Tum|Gia Lai|"
    "Đắk Lắk|Đắk Nông|Lâm Đồng|Bình Phước|Tây Ninh|Bình Dương|Đồng Nai|Bà Rịa - Vũng Tàu|TP Hồ Chí Minh|"
    "Long An|Tiền Giang|Bến Tre|Trà Vinh|Vĩnh Long|Đồng Tháp|An Giang|Kiên Giang|Cần Thơ|Hậu Giang|"
    "Sóc Trăng|Bạc Liêu|Cà Mau"
).split("|")

MIGRATION_TARGETS: dict[int, float] = {79: 38, 74: 20, 75: 12, 1: 16, 48: 4, 27: 4, 77: 3, 92: 3}

BORN_ABROAD: dict[int, float] = {231: 3, 252: 2, 155: 2, 175: 2, 139: 4, 193: 2}  # ID country codes with weights

# ethnic name traditions by province: share of the province's people
ETHNIC_SHARES: dict[str, dict[int, float]] = {
    "ede": {66: 0.17, 67: 0.03, 54: 0.02},
    "jarai": {64: 0.26, 62: 0.05, 66: 0.01},
    "koho": {68: 0.12},
    "khmer": {94: 0.25, 84: 0.26, 91: 0.10, 89: 0.03, 95: 0.06},
    "hmong": {2: 0.30, 11: 0.33, 12: 0.20, 10: 0.20, 14: 0.13, 15: 0.09, 4: 0.09},
    "thai": {14: 0.45, 11: 0.33, 12: 0.27, 40: 0.08, 38: 0.06, 15: 0.05},
    "tay": {4: 0.60, 20: 0.60, 6: 0.50, 8: 0.25, 2: 0.20, 10: 0.14, 19: 0.12, 15: 0.15, 66: 0.05},
    "cham": {58: 0.10, 60: 0.02, 89: 0.006},
}

# people per thousand in five-year ages from 0
AGE_SHARES = (72, 82, 82, 72, 66, 72, 84, 83, 74, 67, 60, 54, 46, 36, 23, 13, 8, 4.5, 1.5, 0.5)


def birth_year_weights(last_year: int) -> tuple[np.ndarray, np.ndarray]:
    """Give the birth years of living memory up to `last_year` and the weight of each."""
    ages = np.arange(len(AGE_SHARES) * 5)
    weights = np.interp(ages, np.arange(len(AGE_SHARES)) * 5 + 2, AGE_SHARES)
    return last_year - ages, weights
