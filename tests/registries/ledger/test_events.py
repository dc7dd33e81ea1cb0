"""Stored events: every version that was ever stored has its golden file, is read, and folds into grants of today."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registries.holders.events import KINDS, HolderEvent
from registries.holders.events import VERSION as HOLDER_VERSION
from registries.holders.events import apply as apply_holder
from registries.ledger import Box, Exclusivity, Level, State
from registries.ledger.applying import apply, fold
from registries.ledger.canonical import canonical_bytes
from registries.ledger.errors import EventUnknown
from registries.ledger.events import (
    Changed,
    ClaimFact,
    Corrected,
    Described,
    Ended,
    Event,
    Opened,
    Reshaped,
    TenureFact,
    Termed,
    to_plain,
)
from registries.ledger.versions import CURRENT, READERS, UPCASTERS, from_plain

GOLDEN = Path(__file__).parents[2] / "golden" / "ledger"
VERSIONS = [(kind, version) for kind, last in CURRENT.items() for version in range(1, last + 1)]
NUMBER = st.integers(0, 2**128 - 1)
MOMENT = st.integers(0, 2**63 - 1)
NAME = st.text("abcdef0123456789", min_size=1, max_size=5)


@st.composite
def facts(draw: st.DrawFn) -> ClaimFact:
    first, last = sorted((draw(NUMBER), draw(NUMBER)))
    return ClaimFact(draw(NAME), Box(first, last), draw(MOMENT), draw(MOMENT), draw(NAME), draw(NAME), draw(NAME))


TENURES = st.builds(TenureFact, st.sampled_from(State), st.none() | NAME, MOMENT, MOMENT)
CLAIMS = st.lists(facts(), max_size=3).map(tuple)
EVENTS = st.one_of(
    st.builds(
        Opened,
        NAME,
        st.just("ipv6"),
        st.sampled_from(Level),
        st.integers(0, 15),
        st.sampled_from(Exclusivity),
        TENURES,
        CLAIMS,
        st.dictionaries(NAME, st.text(max_size=5), max_size=2),
        NAME,
    ),
    st.builds(Changed, NAME, st.sampled_from(State), st.none() | NAME, st.sampled_from(Level), MOMENT, st.text()),
    st.builds(Reshaped, NAME, st.lists(NAME, max_size=2).map(tuple), CLAIMS, MOMENT),
    st.builds(Termed, NAME, MOMENT),
    st.builds(Described, NAME, st.dictionaries(NAME, st.text(max_size=5), max_size=2)),
    st.builds(Ended, NAME, st.sampled_from(State), MOMENT, st.text(), NAME),
    st.builds(
        Corrected,
        NAME,
        st.text(),
        st.lists(TENURES, min_size=1, max_size=3).map(tuple),
        st.lists(NAME, max_size=2).map(tuple),
        st.lists(st.tuples(NAME, MOMENT), max_size=2).map(tuple),
        CLAIMS,
    ),
)


@given(EVENTS)
def test_an_event_comes_back_from_its_bytes(event: Event) -> None:
    assert from_plain(json.loads(canonical_bytes(to_plain(event)))) == event


def golden(kind: str, version: int) -> Any:
    return json.loads((GOLDEN / f"{kind}.v{version}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "version"), VERSIONS)
def test_every_version_that_was_stored_is_read(kind: str, version: int) -> None:
    stored = golden(kind, version)
    assert (stored["kind"], stored["v"]) == (kind, version)
    event = from_plain(stored)
    again = to_plain(event)
    assert again["v"] == CURRENT[kind]
    assert version < CURRENT[kind] or again == stored
    assert version == CURRENT[kind] or (kind, version) in UPCASTERS


def test_every_golden_file_is_of_a_version_that_is_known() -> None:
    found = {tuple(path.name.removesuffix(".json").rsplit(".v", 1)) for path in GOLDEN.glob("*.json")}
    holders = {(kind, str(HOLDER_VERSION)) for kind in KINDS}
    assert found == {(kind, str(version)) for kind, version in VERSIONS} | holders
    assert set(READERS) == set(CURRENT)


def test_golden_events_fold_into_a_grant() -> None:
    opened = from_plain(golden("opened", 1))
    grants = fold({}, [opened], 1_000)
    for kind in ("changed", "termed", "reshaped", "described", "ended", "corrected"):
        grants = fold(grants, [from_plain(golden(kind, 1))], grants[opened.grant_id].recorded_us + 1)
    grant = grants[opened.grant_id]
    assert grant.version == 7
    assert grant.attributes["nameservers"] == "ns1.example.net ns2.example.net"
    assert grant.state is State.FREE
    assert grant.active_claims == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_event_about_holders_is_read_and_folds(kind: str) -> None:
    stored = golden(kind, HOLDER_VERSION)
    event = HolderEvent.read(stored)
    assert event.plain() == stored
    registered = apply_holder(None, HolderEvent.read(golden("holder-registered", HOLDER_VERSION)), 1)
    after = registered if kind == "holder-registered" else apply_holder(registered, event, 2)
    assert after.version == (1 if kind == "holder-registered" else 2)


@pytest.mark.parametrize("plain", [{"kind": "opened", "v": 99}, {"kind": "unheard-of", "v": 1}])
def test_what_a_newer_program_stored_is_not_guessed(plain: dict[str, Any]) -> None:
    with pytest.raises(EventUnknown, match="install the newer program"):
        from_plain(plain)
    with pytest.raises(EventUnknown):
        HolderEvent.read(plain | {"holder_id": "x"})


def test_an_event_of_a_grant_that_was_never_opened_is_a_defect() -> None:
    with pytest.raises(LookupError):
        apply(None, Termed("x", 1), 1)
