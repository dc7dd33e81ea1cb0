"""Who holds which SIM: most people one to three, some many, children through a parent, organisations and machines.

SIMs are permuted into slots, and slots lie in blocks by the kind of holder and by how many SIMs such a holder has, so
that the holder of any SIM, and which of the holder's SIMs it is, follows from its number alone.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from engine.synthetic.columns import Flags
from engine.synthetic.draw import Index, Permutation, below, chance, draw, low
from engine.synthetic.population import Population
from engine.synthetic.profiles import Profile


class HolderKind(IntEnum):
    """What sort of holder a SIM has."""

    INDIVIDUAL = 0
    MINOR = 1
    DEALER = 2
    ORGANISATION = 3
    MACHINE = 4


HOLDER_KINDS = tuple(kind.name.lower() for kind in HolderKind)
_COUNTS = ((1, 0.44), (2, 0.26), (3, 0.12), (4, 0.06), (5, 0.04), (6, 0.03), (9, 0.025), (12, 0.015), (20, 0.01))
_TURNS = 400  # no one fits in a population of a handful; in any other, no draw comes near
_MINORS, _ORGANISATIONS, _MACHINES = 0.012, 0.035, 0.015
SIMS_OF_ORGANISATION, SIMS_OF_FLEET = 40, 200


@dataclass(frozen=True, slots=True)
class Held:
    """For each SIM: its slot, holder, and the holder's person; `ordinal` counts the holder's SIMs from 0."""

    slot: Index
    kind: Index
    holder: Index
    ordinal: Index
    count: Index
    person: Index


class Holdings:
    """The holders of `sims` SIMs."""

    def __init__(self, population: Population, sims: int, profile: Profile) -> None:
        self._population, self._profile = population, profile
        self._seed = population.seed
        self.slots = Permutation.of(sims, population.seed, "slots")
        self._order = Permutation.of(max(population.adults, 1), population.seed, "holders")
        dealer_sims = int(np.clip(sims * profile.dealer_owned / 20, 20, 4_000))
        people = 1.0 - _MINORS - _ORGANISATIONS - _MACHINES - profile.dealer_owned
        blocks = [(HolderKind.INDIVIDUAL, count, people * share) for count, share in _COUNTS] + [
            (HolderKind.MINOR, 1, _MINORS),
            (HolderKind.DEALER, dealer_sims, profile.dealer_owned),
            (HolderKind.ORGANISATION, 1, _ORGANISATIONS),
            (HolderKind.MACHINE, SIMS_OF_FLEET, _MACHINES),
        ]
        shares = np.array([share for _, _, share in blocks])
        self._edges = np.concatenate([[0], np.round(np.cumsum(shares) / shares.sum() * sims)]).astype(np.int64)
        self._counts = np.array([count for _, count, _ in blocks], np.int64)
        self._kinds = np.array([kind for kind, _, _ in blocks], np.int64)
        held = -(-np.diff(self._edges) // self._counts)
        self._first_holder = np.concatenate([[0], np.cumsum(held)[:-1]])

    def of(self, sim: Index) -> Held:
        """Give the holders of SIMs by their numbers."""
        return self.at(self.slots.forward(sim))

    def at(self, slot: Index) -> Held:
        """Give the holders of SIMs by their slots."""
        if self._profile.uniform:
            nothing = np.zeros(len(slot), np.int64)
            return Held(slot, nothing, slot, nothing, nothing + 1, self._anyone(slot))
        block = np.searchsorted(self._edges, slot, "right") - 1
        turn, ordinal = np.divmod(slot - self._edges[block], self._counts[block])
        holder = self._first_holder[block] + turn
        kind = self._kinds[block]
        return Held(slot, kind, holder, ordinal, self._counts[block], self._persons(holder, kind))

    def _anyone(self, slot: Index) -> Index:
        outside = chance(low(draw(self._seed, "outside", slot)), self._profile.outside)
        return self._drawn(slot, outside)

    def _persons(self, holder: Index, kind: Index) -> Index:
        population = self._population
        person = population.adult(self._order.forward(holder % self._order.size))
        minor = np.flatnonzero(kind == HolderKind.MINOR) if population.minors else np.zeros(0, np.int64)
        person[minor] = population.minor(below(low(draw(self._seed, "minors", holder[minor])), population.minors))
        natural = 1.0 - population.registered / population.everyone
        stays = chance(low(draw(self._seed, "outside", holder)), min(1.0, self._profile.outside / natural))
        instead = np.flatnonzero((person >= population.registered) & ~stays)
        person[instead] = self._drawn(holder[instead], np.zeros(len(instead), np.bool_))
        return person

    def _drawn(self, key: Index, outside: Flags) -> Index:
        """Draw adults inside or outside the register, again and again until each fits."""
        population = self._population
        person = np.zeros(len(key), np.int64)
        waiting, turn = np.arange(len(key)), 0
        while len(waiting) and turn < _TURNS:
            halves, out = low(draw(self._seed, f"anyone/{turn}", key[waiting])), outside[waiting]
            drawn, fits = np.empty(len(waiting), np.int64), np.empty(len(waiting), np.bool_)
            drawn[out] = population.registered + below(halves[out], population.everyone - population.registered)
            fits[out] = population.is_adult(drawn[out])
            drawn[~out] = population.adult(below(halves[~out], population.adults))
            fits[~out] = drawn[~out] < population.registered
            person[waiting] = drawn
            waiting, turn = waiting[~fits], turn + 1
        return person
