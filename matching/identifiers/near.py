"""How far apart two numbers of fixed width are, as typing errors go. Near is never equal: a hint, and no match."""

from enum import IntEnum


class NearNumber(IntEnum):
    """How two numbers compare; the first that holds, tried from 0 on."""

    MISSING = 0  # one of the two is 0, so not known
    EQUAL = 1
    SUBSTITUTED = 2  # one digit differs
    TRANSPOSED = 3  # two neighbouring digits exchanged
    LOST_OR_ADDED = 4  # one has a digit more
    DIFFERENT = 5


def near_number(a: int, b: int, digits: int) -> NearNumber:
    """Say how two numbers agree that should have `digits` digits, leading zeros included; symmetric.

    A number with more than one digit too many agrees with nothing.
    """
    if not a or not b:
        return NearNumber.MISSING
    if a == b:
        return NearNumber.EQUAL
    width = digits + 1
    if max(a, b) >= 10**width:
        return NearNumber.DIFFERENT
    text_a, text_b = f"{a:0{width}}", f"{b:0{width}}"
    apart = [i for i in range(width) if text_a[i] != text_b[i]]
    if len(apart) == 1:
        return NearNumber.SUBSTITUTED
    if len(apart) == 2:
        i, j = apart
        if j == i + 1 and (text_a[i], text_a[j]) == (text_b[j], text_b[i]):
            return NearNumber.TRANSPOSED
    without_one_a = {int(text_a[:i] + text_a[i + 1 :]) for i in range(width)}
    without_one_b = {int(text_b[:i] + text_b[i + 1 :]) for i in range(width)}
    return NearNumber.LOST_OR_ADDED if b in without_one_a or a in without_one_b else NearNumber.DIFFERENT
