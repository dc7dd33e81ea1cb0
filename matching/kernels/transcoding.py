"""Bytes of one-byte and two-byte encodings to UTF-8. Plain twin: `matching.encodings.decode`."""

from matching.kernels import bare_kernel as kernel


@kernel
def transcode_bytes(data, single, pair, out):
    """Write the UTF-8 of `data` to `out` (three times as long) and give its size.

    `single` uint16[256] and `pair` uint16[256, 256] are code points; a pair that is not 0 goes first.
    """
    size = 0
    at = 0
    count = len(data)
    while at < count:
        byte = data[at]
        point = 0
        if at + 1 < count and data[at + 1] >= 0x80:
            point = int(pair[byte, data[at + 1]])
        if point != 0:
            at += 2
        else:
            point = int(single[byte])
            at += 1
        if point < 0x80:
            out[size] = point
            size += 1
        elif point < 0x800:
            out[size] = 0xC0 | (point >> 6)
            out[size + 1] = 0x80 | (point & 0x3F)
            size += 2
        else:
            out[size] = 0xE0 | (point >> 12)
            out[size + 1] = 0x80 | ((point >> 6) & 0x3F)
            out[size + 2] = 0x80 | (point & 0x3F)
            size += 3
    return size
