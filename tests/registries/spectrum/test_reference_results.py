"""Every model beside the reference results that others published for it."""

import os
from functools import cache
from pathlib import Path

import pytest

from registries.spectrum.errors import PropagationFileUnreadable
from registries.spectrum.propagation.reference import Summary, summaries
from registries.spectrum.propagation.validating import reference_cases

EXPECTED = {
    "P.1812-7": (63, 1e-6),
    "P.1546-6": (52, 0.0034),
    "P.452-18": (17, 2e-4),
    "ITM point to point": (5, 0.005),
    "ITM area": (5, 0.051),
    "P.2109-2": (31250, 1e-6),
}
"""Cases of the published sets, and how near we are to them: changes that move a result by more show here."""


@cache
def found() -> dict[str, Summary]:
    folder = Path(os.environ.get("SOGOC_TEST_DATA", "../shared/data")) / "spectrum" / "propagation"
    if not folder.is_dir():
        pytest.skip("SOGOC_TEST_DATA has no spectrum/propagation")
    return {one.model: one for one in summaries(reference_cases(folder))}


@pytest.mark.parametrize("model", EXPECTED)
def test_the_published_results_of_a_model_are_met(model: str) -> None:
    cases, nearness = EXPECTED[model]
    told = found()[model]
    assert told.cases >= cases
    assert told.passed == told.values
    assert told.largest <= nearness


def test_gases_are_those_of_the_published_table() -> None:
    assert found()["P.676-13"].largest < 1e-9


def test_a_folder_without_reference_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PropagationFileUnreadable, match="no reference results"):
        list(reference_cases(tmp_path))
