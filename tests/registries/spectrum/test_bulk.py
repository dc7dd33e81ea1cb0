"""Kernels give what their plain twins give, for any profile and link."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registries.spectrum.propagation.bulk import (
    itm_links,
    itm_losses,
    p452_links,
    p452_losses,
    p1546_fields,
    p1546_links,
    p1546_losses,
    p1812_links,
    p1812_losses,
)
from registries.spectrum.propagation.itm import ItmLink, itm
from registries.spectrum.propagation.p452 import P452Link, p452
from registries.spectrum.propagation.p1546 import P1546Link, p1546
from registries.spectrum.propagation.p1812 import P1812Link, p1812
from registries.spectrum.propagation.profiles import Profile, Profiles
from tests.registries.spectrum.drawn import ITM_LINKS, P452_LINKS, P1546_LINKS, P1812_LINKS, profiles

CLOSE_DB = 1e-6


@settings(deadline=None)
@given(st.lists(st.tuples(profiles(), P452_LINKS), max_size=6))
def test_the_kernel_of_p452_gives_what_the_plain_function_gives(drawn: list[tuple[Profile, P452Link]]) -> None:
    losses = p452_losses(Profiles.of(profile for profile, _ in drawn), p452_links([link for _, link in drawn]))
    assert losses == pytest.approx([p452(profile, link).loss_db for profile, link in drawn], abs=CLOSE_DB)


@settings(deadline=None)
@given(st.lists(st.tuples(profiles(), P1812_LINKS), max_size=6))
def test_the_kernel_of_p1812_gives_what_the_plain_function_gives(drawn: list[tuple[Profile, P1812Link]]) -> None:
    losses = p1812_losses(Profiles.of(profile for profile, _ in drawn), p1812_links([link for _, link in drawn]))
    assert losses == pytest.approx([p1812(profile, link).loss_db for profile, link in drawn], abs=CLOSE_DB)


@settings(deadline=None)
@given(st.lists(st.tuples(profiles(even=True), ITM_LINKS), max_size=6))
def test_the_kernel_of_itm_gives_what_the_plain_function_gives(drawn: list[tuple[Profile, ItmLink]]) -> None:
    losses = itm_losses(Profiles.of(profile for profile, _ in drawn), itm_links([link for _, link in drawn]))
    assert losses == pytest.approx([itm(profile, link).loss_db for profile, link in drawn], abs=CLOSE_DB)


@settings(deadline=None)
@given(st.lists(st.tuples(profiles(), P1546_LINKS), max_size=6))
def test_the_kernel_of_p1546_gives_what_the_plain_function_gives(drawn: list[tuple[Profile, P1546Link]]) -> None:
    over, links = Profiles.of(profile for profile, _ in drawn), p1546_links([link for _, link in drawn])
    plain = [p1546(profile, link) for profile, link in drawn]
    assert p1546_fields(over, links) == pytest.approx([one.field_dbuv_m for one in plain], abs=CLOSE_DB)
    assert p1546_losses(over, links) == pytest.approx([one.loss_db for one in plain], abs=CLOSE_DB)


def test_threads_change_nothing() -> None:
    profile = Profile.of(np.linspace(0, 30, 40), 50 + 30 * np.sin(np.arange(40)))
    links = p1812_links([P1812Link(0.03 + 0.001 * n, 10, 30, 10, 16, 60, 360) for n in range(5000)])
    many = Profiles.of([profile] * 5000)
    assert (p1812_losses(many, links, threads=2) == p1812_losses(many, links)).all()
