"""Where generated people are born and live: weights of the 63 provinces and of birth years, CMND prefixes, regions.

Province weights are the rounded populations (thousands) of the Population and Housing Census 2019; the age pyramid is a
rounded five-year table of the 2020s. Both only make generated data look right: nothing is judged by them.
"""

import numpy as np

import data

_THOUSANDS = {
    1: 8054, 2: 855, 4: 530, 6: 314, 8: 785, 10: 730, 11: 599, 12: 460, 14: 1248, 15: 821, 17: 854, 19: 1287,
    20: 782, 22: 1320, 24: 1804, 25: 1464, 26: 1154, 27: 1369, 30: 1892, 31: 2029, 33: 1253, 34: 1860, 35: 853,
    36: 1780, 37: 983, 38: 3640, 40: 3328, 42: 1289, 44: 895, 45: 632, 46: 1129, 48: 1134, 49: 1496, 51: 1232,
    52: 1487, 54: 961, 56: 1231, 58: 590, 60: 1231, 62: 540, 64: 1514, 66: 1869, 67: 622, 68: 1297, 70: 995,
    72: 1169, 74: 2427, 75: 3097, 77: 1148, 79: 8993, 80: 1689, 82: 1764, 83: 1288, 84: 1009, 86: 1023, 87: 1600,
    89: 1908, 91: 1723, 92: 1235, 93: 733, 94: 1200, 95: 907, 96: 1195,
}  # fmt: skip
_REGION_NUMBERS = {"north": 0, "centre": 1, "south": 2}
_ROWS = [(int(row["code"]), row) for row in data.table("provinces_63")]

PROVINCE_CODES = np.array([code for code, _ in _ROWS], np.int64)
PROVINCE_NAMES = [row["name"].replace("Thành phố ", "TP ") for _, row in _ROWS]
PROVINCE_WEIGHTS = np.array([_THOUSANDS[code] for code, _ in _ROWS], np.float64)
REGIONS = np.array([_REGION_NUMBERS[row["region"]] for _, row in _ROWS], np.int64)


def _cmnd_prefixes() -> dict[int, int]:
    """The first two digits of each province's 9-digit numbers, the first row of a province counting."""
    prefixes: dict[int, int] = {}
    for row in data.table("cmnd_prefixes"):
        prefixes.setdefault(int(row["province_code"]), int(row["prefix"][:2]))
    return prefixes


CMND_PREFIXES = np.array([_cmnd_prefixes()[code] for code, _ in _ROWS], np.int64)

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
