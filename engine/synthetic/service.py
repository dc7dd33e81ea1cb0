"""The service side of a record: when, where and by whom a SIM was sold, on what paper, and what was checked since."""

from dataclasses import dataclass

import numpy as np

from engine.synthetic import places
from engine.synthetic.columns import Flags
from engine.synthetic.draw import Index, Sampler, below, chance, draw, high, low
from engine.synthetic.holdings import SIMS_OF_ORGANISATION, Held, HolderKind
from engine.synthetic.numbers import Numbered
from engine.synthetic.population import People, Population, mixed
from engine.synthetic.profiles import NUMBER_STATES, STATUSES, Profile

POINTS_OF_DEALER = 3
_SIMS_OF_DEALER = 2_500
_OLDEST_SIM_DAYS = 6_500
_MATURE_DAYS = 15 * 366
_OF_ORGANISATIONS = 500_000_000  # their contracts have numbers of their own


@dataclass(frozen=True, slots=True)
class Service:
    """Columns of the service of some SIMs; days count from 1970-01-01, -1 stands for none."""

    activated_on: Index
    ended_on: Index
    status: Index
    dealer: Index
    point: Index
    outlet: Index  # position of the province of the point
    contract: Index
    contract_on: Index
    organisation: Index
    machine: Flags
    needs_contract: Flags


class Counter:
    """Works out the service columns of one carrier's SIMs."""

    def __init__(self, population: Population, profile: Profile, sims: int) -> None:
        self._population, self._profile, self._seed = population, profile, population.seed
        self._today = int(np.datetime64(population.as_of, "D").astype(np.int64))
        self._statuses = Sampler.of(profile.statuses)
        self._dealers_of_province = max(1, sims // (_SIMS_OF_DEALER * len(places.PROVINCE_CODES)))

    def serve(self, sim: Index, held: Held, people: People, numbered: Numbered) -> Service:
        """Give the service of SIMs held by these people."""
        word = draw(self._seed, "service", sim)
        hurried = (held.count >= 6) & chance(
            low(draw(self._seed, "hurry", held.holder)),
            np.where(held.kind == HolderKind.DEALER, 0.7, self._profile.hurried),
        )
        hurried &= (held.kind == HolderKind.INDIVIDUAL) | (held.kind == HolderKind.DEALER)
        activated = self._activated(word, people, held, hurried)
        ended, status = self._ended(word, activated, numbered)
        outlet = np.where(hurried, below(high(mixed(word)), len(places.PROVINCE_CODES)), people.residence)
        skew = below(low(mixed(word)), 1 << 16)
        dealer = outlet * self._dealers_of_province + (skew * skew * self._dealers_of_province >> 32)
        own = draw(self._seed, "dealer-of", held.holder)
        home = below(low(own), len(places.PROVINCE_CODES)) * self._dealers_of_province
        dealer = np.where(held.kind == HolderKind.DEALER, home, dealer)
        organised = (held.kind == HolderKind.ORGANISATION) | (held.kind == HolderKind.MACHINE)
        fourth = (held.ordinal >= 3) & ~organised
        postpaid = chance(high(draw(self._seed, "paper", sim)), 0.09)
        signed = ~chance(low(draw(self._seed, "paper", sim)), self._profile.paper_missing)
        contract = np.where(organised, -2, np.where(postpaid | (fourth & signed), held.holder, -1))
        organisation = np.where(
            held.kind == HolderKind.ORGANISATION,
            held.holder // SIMS_OF_ORGANISATION,
            np.where(organised, held.holder, -1),
        )
        return Service(
            activated_on=activated, ended_on=ended, status=status, dealer=dealer,
            point=dealer * POINTS_OF_DEALER + below(high(own ^ word), POINTS_OF_DEALER), outlet=outlet,
            contract=np.where(contract == -2, _OF_ORGANISATIONS + organisation, contract),
            contract_on=np.where(contract == -1, -1, activated), organisation=organisation,
            machine=held.kind == HolderKind.MACHINE, needs_contract=fourth,
        )  # fmt: skip

    def _activated(self, word: np.ndarray, people: People, held: Held, hurried: Flags) -> Index:
        """Mostly of the last years, never before the holder was of age; the hurried get all theirs within six days."""
        share = below(low(word), 1 << 20) / float(1 << 20)
        days = (share**2 * _OLDEST_SIM_DAYS).astype(np.int64)
        together = (below(low(draw(self._seed, "spree", held.holder)), 1_500) + 40) - below(high(word), 6)
        day = self._today - 1 - np.where(hurried, together, days)
        of_age = people.birth_day + np.where(held.kind == HolderKind.MINOR, 6 * 366, _MATURE_DAYS)
        return np.asarray(np.minimum(np.maximum(day, of_age), self._today - 1), np.int64)

    def _ended(self, word: np.ndarray, activated: Index, numbered: Numbered) -> tuple[Index, Index]:
        status = self._statuses.pick(low(mixed(word)))
        left = numbered.state == NUMBER_STATES.index("left")
        status = np.where(left, STATUSES.index("terminated"), status)
        terminated = status == STATUSES.index("terminated")
        span = np.maximum(self._today - activated, 1)
        ended = np.where(left, numbered.moved_on, activated + below(high(word), span))
        return np.where(terminated, ended, -1), status
