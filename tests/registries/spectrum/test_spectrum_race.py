"""Many clients for one exclusive block in area and time, each a process, on both stores: exactly one has it."""

from benchmarks.proofs.spectrum_race import contested_areas, raced
from registries.spectrum import grid


def test_any_two_of_the_areas_that_are_raced_for_meet() -> None:
    cell = grid.cell_at(16.05, 108.1)
    for area in contested_areas():
        assert any(low <= cell <= high for low, high in area.ranges)


def test_exactly_one_client_has_each_block(url: str) -> None:
    found = raced(url, clients=4, rounds=6)
    assert found["blocks_without_one_winner"] == 0
    assert found["blocks_without_one_licence"] == 0
    assert found["answers"] == {"done": 6, "ledger-overlap": 18}
