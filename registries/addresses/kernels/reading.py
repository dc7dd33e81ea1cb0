"""Kernels that read addresses and prefixes from text. Twins: `registries.addresses.text.read_ipv4`, `.read_ipv6`.

What they accept is what `ipaddress` accepts, less scope identifiers and less masks written as addresses. A row that
is refused gets the length -1; the twin says why.
"""

import numpy as np
import numpy.typing as npt

from matching.kernels import bare_kernel

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.int16]

HEX = np.full(256, 16, np.uint8)
"""The value of each hexadecimal digit; 16 for any other byte."""
for _value, _sign in enumerate(b"0123456789abcdef"):
    HEX[_sign] = HEX[bytes([_sign]).upper()[0]] = _value


@bare_kernel
def read_ipv4(
    text: Bytes, offsets: Offsets, prefixes: int, out_value: npt.NDArray[np.uint32], out_length: Lengths
) -> None:
    for row in range(len(out_value)):
        at, end = offsets[row], offsets[row + 1]
        value = octet = digits = dots = 0
        length = 32
        while at < end:
            sign = np.int64(text[at])
            at += 1
            if 48 <= sign <= 57:
                if digits != 0 and octet == 0:
                    length = -1
                octet = int(octet * 10 + sign - 48)
                digits += 1
                if octet > 255:
                    length = -1
            elif sign == 46 and digits != 0 and dots < 3:
                value = value * 256 + octet
                dots += 1
                octet = digits = 0
            elif sign == 47 and prefixes != 0 and digits != 0:
                length = 0 if at < end else -1
                while at < end and 0 <= length <= 32:
                    sign = np.int64(text[at])
                    length = int(length * 10 + sign - 48) if 48 <= sign <= 57 else -1
                    at += 1
                if length > 32:
                    length = -1
                end = at
            else:
                length = -1
            if length < 0:
                break
        value = value * 256 + octet
        if dots != 3 or digits == 0:
            length = -1
        if length >= 0 and value & ((1 << (32 - length)) - 1) != 0:
            length = -1
        out_value[row] = value if length >= 0 else 0
        out_length[row] = length


@bare_kernel
def read_ipv6(
    text: Bytes,
    offsets: Offsets,
    prefixes: int,
    out_high: npt.NDArray[np.uint64],
    out_low: npt.NDArray[np.uint64],
    out_length: Lengths,
) -> None:
    zero, hextet, rest = np.uint64(0), np.uint64(16), np.uint64(48)
    for row in range(len(out_high)):
        at, end = offsets[row], offsets[row + 1]
        high = low = head_high = head_low = zero
        groups = 0
        gap = -1
        length = 128
        # A colon at the beginning is half of a gap.
        more = at < end and text[at] != 58
        if not more:
            if at + 1 < end and text[at + 1] == 58:
                at += 2
                gap = 0
                more = at < end and text[at] != 47
            else:
                length = -1
        while more:
            begin = at
            group = zero
            while at < end and HEX[text[at]] < 16:
                group = group << np.uint64(4) | np.uint64(HEX[text[at]])
                at += 1
            if at - begin - 1 > 3 or at == begin:
                length = -1
                break
            if at < end and text[at] == 46:
                at = begin
                value = octet = digits = dots = 0
                while at < end and length >= 0 and text[at] != 47:
                    sign = np.int64(text[at])
                    at += 1
                    if 48 <= sign <= 57:
                        if digits != 0 and octet == 0:
                            length = -1
                        octet = int(octet * 10 + sign - 48)
                        digits += 1
                        if octet > 255:
                            length = -1
                    elif sign == 46 and digits != 0 and dots < 3:
                        value = value * 256 + octet
                        dots += 1
                        octet = digits = 0
                    else:
                        length = -1
                if dots != 3 or digits == 0:
                    length = -1
                high = high << hextet | low >> rest
                low = low << hextet | np.uint64(value >> 8)
                group = np.uint64((value & 255) << 8 | octet)
                groups += 1
            high = high << hextet | low >> rest
            low = low << hextet | group
            groups += 1
            more = at < end and text[at] == 58 and groups < 8 and length >= 0
            if more:
                at += 1
                if at < end and text[at] == 58 and gap < 0:
                    at += 1
                    gap = groups
                    head_high, head_low = high, low
                    high = low = zero
                    more = at < end and text[at] != 47
        if at < end and length >= 0:
            if text[at] == 47 and prefixes != 0 and at + 1 < end:
                at += 1
                length = 0
                while at < end and 0 <= length <= 128:
                    number = np.int64(HEX[text[at]])
                    length = int(length * 10 + number) if number < 10 else -1
                    at += 1
                if length > 128:
                    length = -1
            else:
                length = -1
        if groups != 8 if gap < 0 else groups > 7:
            length = -1
        if gap > 0:
            shift = 128 - 16 * gap
            if shift >= 64:
                high |= head_low << np.uint64(shift - 64)
            else:
                high |= head_high << np.uint64(shift) | head_low >> np.uint64(64 - shift)
                low |= head_low << np.uint64(shift)
        if 0 <= length < 128:
            if length <= 64:
                spare = low | (high << np.uint64(length) if length < 64 else zero)
            else:
                spare = low << np.uint64(length - 64)
            if spare != zero:
                length = -1
        out_high[row] = high if length >= 0 else zero
        out_low[row] = low if length >= 0 else zero
        out_length[row] = length
