"""Addresses, prefixes and ranges as hypothesis draws them: many that are nearly right, many that touch each other."""

import ipaddress

from hypothesis import strategies as st

from registries.addresses.blocks import BITS, Block

FAMILIES = st.sampled_from([4, 6])

IPV4_TEXT = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.lists(st.sampled_from(["0", "00", "01", "7", "99", "255", "256", "300", "1000", "", "a", "٣"]), max_size=5).map(
        ".".join
    ),
    st.text("0123456789./:%", max_size=16),
)
IPV6_TEXT = st.one_of(
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.lists(
        st.sampled_from(["", "", "0", "1", "ffff", "FFFF", "12345", "g", "1.2.3.4", "1.2.3", "01.2.3.4", "a.2.3.4"]),
        max_size=10,
    ).map(":".join),
    st.text("01aF:./%", max_size=20),
    st.builds("{}%{}".format, st.ip_addresses(v=6), st.sampled_from(["eth0", "1", ""])),
)
ANY_TEXT = st.one_of(IPV4_TEXT, IPV6_TEXT)
PREFIX_TEXT = st.one_of(
    ANY_TEXT,
    st.builds(
        "{}/{}".format, ANY_TEXT, st.one_of(st.integers(0, 130), st.sampled_from(["", "024", "0x8", "255.0.0.0"]))
    ),
    st.builds(
        lambda family, value, length: str(prefix(family, value, length)), FAMILIES, st.integers(0), st.integers(0)
    ),
)


def prefix(family: int, value: int, length: int) -> Block:
    return Block.prefix(family, value % (1 << BITS[family]), length % (BITS[family] + 1))


@st.composite
def blocks(draw: st.DrawFn, family: int) -> Block:
    """Blocks around a few places, so that they nest, cross, touch and repeat."""
    bits = BITS[family]
    place = draw(st.sampled_from([0, 1 << (bits - 1), (1 << bits) - 512, 0xC0000200 << (bits - 32)]))
    if draw(st.booleans()):
        return Block.prefix(family, place + draw(st.integers(0, 511)), draw(st.integers(bits - 9, bits)))
    if draw(st.integers(0, 9)) == 0:
        return Block.prefix(family, place, draw(st.integers(0, bits)))
    first = place + draw(st.integers(0, 500))
    return Block(family, first, min(first + draw(st.integers(0, 80)), (1 << bits) - 1))


def network(block: Block) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(str(block))
