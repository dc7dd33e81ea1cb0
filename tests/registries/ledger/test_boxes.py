"""Laws of boxes, against sets of places."""

from hypothesis import given
from hypothesis import strategies as st

from registries.ledger.boxes import Box, first_overlap, join, subtract, without

EDGE = st.integers(0, 9)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    first, last = sorted((draw(EDGE), draw(EDGE)))
    low, high = sorted((draw(EDGE), draw(EDGE)))
    return Box(first, last, low, high)


def places(*many: Box) -> list[tuple[int, int]]:
    return sorted((x, y) for box in many for x in range(box.first, box.last + 1) for y in range(box.low, box.high + 1))


@given(boxes(), boxes())
def test_two_boxes_share_what_both_have(one: Box, other: Box) -> None:
    both = set(places(one)) & set(places(other))
    shared = one.shared(other)
    assert set(places(shared) if shared else []) == both
    assert one.overlaps(other) == other.overlaps(one) == bool(both)
    assert one.contains(other) == (set(places(other)) <= set(places(one)))
    assert one.size == len(places(one))


@given(boxes(), boxes())
def test_what_is_left_is_every_place_once(box: Box, hole: Box) -> None:
    assert places(*without(box, hole)) == sorted(set(places(box)) - set(places(hole)))


@given(boxes(), st.lists(boxes(), max_size=4))
def test_holes_are_cut_out_whatever_their_order(box: Box, holes: list[Box]) -> None:
    left = subtract((box,), holes)
    assert places(*left) == sorted(set(places(box)) - set(places(*holes)))
    assert first_overlap(left) is None


@given(st.lists(boxes(), max_size=5))
def test_two_that_overlap_are_found_where_there_are_any(many: list[Box]) -> None:
    found = first_overlap(many)
    assert (found is not None) == (len(places(*many)) != len(set(places(*many))))
    assert found is None or found[0].overlaps(found[1])


@given(st.sets(st.tuples(EDGE, st.integers(0, 1))))
def test_neighbours_are_joined_and_nothing_else(cells: set[tuple[int, int]]) -> None:
    joined = join(Box(x, x, y, y) for x, y in cells)
    assert places(*joined) == sorted(cells)
    assert not any((a.last + 1, a.low) == (b.first, b.low) for a in joined for b in joined)
