"""Addresses of generated households: house, street, ward, province."""

from functools import cache

import numpy as np

from engine.synthetic import places
from engine.synthetic.draw import Index, Words, below, high, low
from engine.synthetic.pen import Pen
from engine.synthetic.population import mixed

_HOUSES = [
    *(f"{number}," for number in range(1, 180)),
    *(f"{number}/{door}," for number in range(2, 60, 3) for door in (3, 8)),
]
_STREETS = [
    f"{name},"
    for name in [
        "Trần Hưng Đạo",
        "Lê Lợi",
        "Nguyễn Huệ",
        "Hai Bà Trưng",
        "Lý Thường Kiệt",
        "Quang Trung",
        "Nguyễn Trãi",
        "Lê Duẩn",
        "Phan Chu Trinh",
        "Hùng Vương",
        "Nguyễn Văn Linh",
        "Điện Biên Phủ",
        "Cách Mạng Tháng Tám",
        "Võ Thị Sáu",
        "Ngô Quyền",
        "Bà Triệu",
        "Phạm Văn Đồng",
        "Trường Chinh",
        "Hoàng Diệu",
        "Đinh Tiên Hoàng",
        "Xô Viết Nghệ Tĩnh",
        "Thôn 2",
        "Thôn Đông",
        "Ấp 4",
        "Ấp Bình Hòa",
        "Buôn Ako",
        "Xóm Mới",
        "Bản Nà Mường",
        "Tổ 7",
        "Khu phố 3",
        "KDC Phú Mỹ",
        "Đội 9",
    ]
]
_WARDS = [
    f"{name},"
    for name in [
        "phường 1",
        "phường 5",
        "phường 12",
        "phường Bến Nghé",
        "phường Trung Tâm",
        "phường Tân Lập",
        "xã Hòa Bình",
        "xã Tân Tiến",
        "xã Quảng Phú",
        "xã Ea Tu",
        "xã Vĩnh Thạnh",
        "xã Đông Sơn",
        "thị trấn Phước An",
        "phường Thống Nhất",
        "phường An Khánh",
        "xã Mường Khoa",
        "xã Bình Minh",
        "phường Đông Hải",
        "xã Long Hòa",
        "xã Thạnh Phú",
    ]
]
_FIRST_STREET = 1 + len(_HOUSES)
_FIRST_WARD = _FIRST_STREET + len(_STREETS)
_FIRST_PROVINCE = _FIRST_WARD + len(_WARDS)


@cache
def _pen() -> Pen:
    return Pen(["", *_HOUSES, *_STREETS, *_WARDS, *places.PROVINCE_NAMES])


def address_text(family: Words, residence: Index) -> tuple[np.ndarray, np.ndarray]:
    """Write the address of each family; people of one family have one address. Gives bytes and offsets."""
    parts = np.stack(
        [
            1 + below(low(family), len(_HOUSES)),
            _FIRST_STREET + below(high(family), len(_STREETS)),
            _FIRST_WARD + below(low(mixed(family)), len(_WARDS)),
            _FIRST_PROVINCE + residence,
        ],
        axis=1,
    )
    return _pen().write(parts.astype(np.int32))
