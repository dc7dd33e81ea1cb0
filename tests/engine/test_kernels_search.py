"""Namesakes of other birth dates: those whom one slip explains are compared, and the way to them passes nobody by."""

import itertools
import random
from typing import Any

from engine.kernels import search
from engine.kernels.probe import YEAR_BASE
from matching.dates import DateAgreement, compare_dates

YEARS = range(1989, 1992)
PARTIAL = [0, *(month << 5 for month in range(1, 13))]
WHOLE = [month << 5 | day for month in range(1, 13) for day in range(1, 32)]
DATES = [(year << 9) - YEAR_BASE | rest for year in YEARS for rest in sorted(PARTIAL + WHOLE)]


def plain(kernel: Any) -> Any:
    """Give the function that a kernel was compiled from: parts cannot be called from Python otherwise."""
    return getattr(kernel, "py_func", kernel)


def test_dates_that_agree_in_any_way_are_alike() -> None:
    alike = plain(search._alike)
    dates = random.Random(1).sample(DATES, 200)
    for theirs, mine in itertools.product(dates, dates):
        if compare_dates(mine + YEAR_BASE, theirs + YEAR_BASE) != DateAgreement.DIFFERENT:
            assert alike(theirs, mine), (theirs, mine)


def test_no_date_that_is_alike_lies_between_one_that_is_not_and_the_next() -> None:
    alike, next_alike = plain(search._alike), plain(search._next_alike)
    chance = random.Random(2)
    for mine in chance.sample(DATES, 40):
        at = 0
        wanted = [place for place, date in enumerate(DATES) if alike(date, mine)]
        for place, date in enumerate(DATES):
            while at < len(wanted) and wanted[at] <= place:
                at += 1
            if not alike(date, mine):
                following = next_alike(date, mine)
                assert following > date
                assert at == len(wanted) or following <= DATES[wanted[at]], (date, mine)
