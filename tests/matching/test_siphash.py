"""SipHash-2-4: the plain form gives the paper's vector, and the kernel what the plain form gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.kernels.siphash import siphash_values

pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

WORD = (1 << 64) - 1
KEY = bytes(range(16))


def siphash_plain(message: bytes, key: bytes) -> int:
    """SipHash-2-4 of any bytes, after section 2 of the paper."""

    def turn(value: int, bits: int) -> int:
        return (value << bits | value >> (64 - bits)) & WORD

    def rounds(a: int, b: int, c: int, d: int, times: int) -> tuple[int, int, int, int]:
        for _ in range(times):
            a, c = (a + b) & WORD, (c + d) & WORD
            b, d = turn(b, 13) ^ a, turn(d, 16) ^ c
            a = turn(a, 32)
            c, a = (c + b) & WORD, (a + d) & WORD
            b, d = turn(b, 17) ^ c, turn(d, 21) ^ a
            c = turn(c, 32)
        return a, b, c, d

    low, high = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
    start = (b"somepseu", b"dorandom", b"lygenera", b"tedbytes")
    a, b, c, d = (int.from_bytes(word, "big") ^ part for word, part in zip(start, (low, high, low, high), strict=True))
    padded = message + bytes(7 - len(message) % 8) + bytes([len(message) % 256])
    for place in range(0, len(padded), 8):
        word = int.from_bytes(padded[place : place + 8], "little")
        a, b, c, d = rounds(a, b, c, d ^ word, 2)
        a ^= word
    a, b, c, d = rounds(a, b, c ^ 0xFF, d, 4)
    return a ^ b ^ c ^ d


def of_kernel(values: list[int], key: bytes) -> list[int]:
    out = np.empty(len(values), np.uint64)
    low, high = (np.uint64(int.from_bytes(half, "little")) for half in (key[:8], key[8:]))
    siphash_values(np.array(values, np.uint64), low, high, out)
    return [int(value) for value in out]


def test_the_plain_form_gives_the_vector_of_the_paper() -> None:
    # Appendix A: key 00 01 ... 0f, message 00 01 ... 0e.
    assert siphash_plain(bytes(range(15)), KEY) == 0xA129CA6149BE45E5


def test_the_kernel_gives_the_reference_vector_of_eight_bytes() -> None:
    # vectors_sip64[8] of the reference implementation: 62 24 93 9a 79 f5 f5 93.
    value = int.from_bytes(bytes(range(8)), "little")
    assert of_kernel([value], KEY) == [int.from_bytes(bytes.fromhex("6224939a79f5f593"), "little")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, WORD), max_size=5), st.binary(min_size=16, max_size=16))
def test_the_kernel_equals_the_plain_form(values: list[int], key: bytes) -> None:
    assert of_kernel(values, key) == [siphash_plain(value.to_bytes(8, "little"), key) for value in values]
