"""The SIMs of all carriers, who holds them, and what went wrong with each."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.synthetic import calendar
from engine.synthetic.draw import Index, Sampler, chance, draw, high, low
from engine.synthetic.holdings import Holdings
from engine.synthetic.numbers import Batch, Numbering
from engine.synthetic.population import People, Population
from engine.synthetic.profiles import BIRTH_ERRORS, ID_STATES, Profile
from engine.synthetic.service import Counter

_SWAPPABLE = 132 / 365.25  # share of days that are another date when day and month change places
_HEALED, _OPENED = 0.56, 0.004  # from one month to the next


@dataclass(slots=True)
class States:
    """What is wrong with each row, as positions in the lists of `profiles` (spelling and dates: in their enumerations).

    Writing a row settles its forms: a zero that is not there cannot be lost.
    """

    id: Index
    name: Index
    birth: Index
    spelling: Index
    case: Index
    id_form: Index
    date_form: Index
    number_form: Index
    province_form: Index
    face: Index
    response: Index


class Subscribers:
    """`sims` SIMs held by people of a population, cut into one batch per carrier by market share.

    In month 2 the same SIMs come again: some mistakes are mended, a few new ones made, and each carrier has new SIMs at
    the end of its file.
    """

    def __init__(
        self, population: Population, sims: int, profile: Profile, shares: Mapping[str, float], month: int = 1
    ) -> None:
        self.population, self.profile, self.month = population, profile, month
        self.seed = population.seed
        capacity = sims + max(sims // 80, len(shares))
        cuts = np.cumsum([0.0, *shares.values()]) / sum(shares.values())
        edges, listed = (np.round(cuts * count).astype(np.int64) for count in (capacity, sims))
        sizes = np.diff(edges) if month > 1 else np.diff(listed)
        self.batches = [
            Batch(carrier, int(start), int(rows)) for carrier, start, rows in zip(shares, edges, sizes, strict=False)
        ]
        self.today = int(np.datetime64(population.as_of, "D").astype(np.int64))
        self.holdings = Holdings(population, capacity, profile)
        self.counter = Counter(population, profile, sims)
        self.numbering = Numbering(self.batches, self.holdings, profile, self.seed, self.today)
        self._load_samplers()

    def _load_samplers(self) -> None:
        # Only who has a 9-digit number can have given it, and only some birth dates are dates when turned round: the
        # tables of these two hold the profile's shares over all people together.
        profile = self.profile
        self._id = Sampler.of(_given(profile.id_states, ID_STATES.index("old"), self.population.share_with_cmnd()))
        self._birth = Sampler.of(_given(profile.birth_errors, BIRTH_ERRORS.index("swapped"), _SWAPPABLE))
        self._name = Sampler.of(profile.name_errors)
        self._forms = [
            Sampler.of(shares)
            for shares in (
                profile.spellings, profile.cases, profile.id_forms, profile.date_forms, profile.number_forms,
                profile.province_forms, profile.face, profile.responses,
            )
        ]  # fmt: skip

    def states(self, sim: Index, people: People) -> States:
        """Draw what is wrong with the records of SIMs held by these people."""
        can_be_swapped, has_cmnd = calendar.can_swap(people.birth_day), people.cmnd > 0

        def drawn(stream: str) -> tuple[Index, Index, Index]:
            word = draw(self.seed, f"id{stream}", sim)
            birth = draw(self.seed, f"birth{stream}", sim)
            return (
                self._id.pick(low(word), has_cmnd),
                self._name.pick(high(word)),
                self._birth.pick(low(birth), can_be_swapped),
            )

        state = drawn("")
        for month in range(2, self.month + 1):
            word = draw(self.seed, f"month-{month}", sim)
            faulty = (state[0] > 0) | (state[1] > 0) | (state[2] > 0)
            healed = faulty & chance(low(word), _HEALED)
            opened = ~faulty & chance(high(word), _OPENED)
            for column, new in zip(state, drawn(f"/{month}"), strict=True):
                column[healed] = 0
                column[opened] = new[opened]
        return States(*state, *(self._form(number, sim) for number in range(len(self._forms))))

    def _form(self, number: int, sim: Index) -> Index:
        sampler = self._forms[number]
        if sampler.only is not None:
            return np.full(len(sim), sampler.only, np.int64)
        word = draw(self.seed, f"form-{number // 2}", sim)
        return sampler.pick(high(word) if number % 2 else low(word))


def _given(shares: tuple[float, ...], state: int, able: float) -> npt.NDArray[np.float64]:
    """Give the shares among those who cannot be in `state` and among the `able` part who can: together, `shares`."""
    table = np.array([shares, shares])
    table[0, state] = 0.0
    table[1, state] = shares[state] / max(able, 1e-9)
    table[:, 0] = 1.0 - table[:, 1:].sum(axis=1)
    return np.asarray(np.maximum(table, 0.0), np.float64)
