"""A population in which every person can be worked out from its number alone.

Persons are numbered 0 .. everyone - 1; those below `registered` stand in the identity register, the others live outside
it. A permutation sends a person's number to a place, and places are laid out by cell (where birth was registered, year,
sex): the cell and the rank within it give an identity number that nobody else can have, without any table of people.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from engine.kernels.synthetic import find_cells
from engine.synthetic import calendar, places
from engine.synthetic.draw import Index, Permutation, Sampler, Words, below, chance, coprime, draw, high, low, odds
from engine.synthetic.lexicon import Lexicon, WordList

Flags = npt.NDArray[np.bool_]

SLOTS = 8  # prefix, surname, second surname, middle, second middle, given, suffix, spare
SURNAME, SURNAME_2, MIDDLE, MIDDLE_2, GIVEN, SUFFIX = 1, 2, 3, 4, 5, 6
LAST_CMND_BIRTH_YEAR = 2006
FOREIGNER = len(places.PROVINCE_CODES) + len(places.BORN_ABROAD)  # the group after all provinces and countries
GENERATION_YEARS = 28
ADULT_AGE, MINOR_AGE = 16, 6  # by birth year, so that every adult has had the fifteenth birthday
_FAR_RANKS = 166_000  # ranks of a cell whose earlier and later numbers find a place of their own in it
_BLOCK_FIRST, _BLOCK_SIZE = 1_450_001, 50_000  # of the numbers that begin with 27, issued by two provinces


@dataclass(frozen=True, slots=True)
class People:
    """Columns of some persons. Days count from 1970-01-01; `residence` is a position in places.PROVINCE_CODES."""

    index: Index
    cell: Index
    rank: Index
    group: Index
    year: Index
    female: Flags
    birth_day: Index
    year_only: Flags
    residence: Index
    family: Words
    pin: Index  # 0 for foreigners
    passport: Index  # letter * 10**8 + digits; 0 for everyone else
    cmnd: Index  # 0 for none
    second_cmnd: Index
    cancelled_pin: Index
    nationality: Index  # -1 Viet Nam, else a position in lexicon.NATIONALITIES
    words: npt.NDArray[np.int32]  # (n, SLOTS) numbers of words in the lexicon

    def __len__(self) -> int:
        return len(self.index)


class Population:
    """`registered` persons of a register and a number of others outside it, all drawn from `seed`."""

    def __init__(self, registered: int, seed: int, as_of: date, outside: int | None = None) -> None:
        self.registered, self.seed, self.as_of = registered, seed, as_of
        self.everyone = registered + (max(registered // 8, 16) if outside is None else outside)
        self.lexicon = Lexicon()
        self._places = Permutation.of(self.everyone, seed, "places")
        self._lay_out_cells()
        self._load_samplers()

    def _lay_out_cells(self) -> None:
        years, year_weights = places.birth_year_weights(self.as_of.year)
        order = np.argsort(years)
        self.years, year_weights = years[order].astype(np.int64), year_weights[order].copy()
        year_weights[-1] *= self.as_of.timetuple().tm_yday / 366
        provinces = places.PROVINCE_WEIGHTS / places.PROVINCE_WEIGHTS.sum() * 0.994
        abroad = np.array(list(places.BORN_ABROAD.values()))
        groups = np.concatenate([provinces, abroad / abroad.sum() * 0.003, [0.003]])
        self.group_codes = np.concatenate([places.PROVINCE_CODES, list(places.BORN_ABROAD), [0]])
        weights = (groups[:, None, None] * year_weights[None, :, None] * np.array([0.502, 0.498])).ravel()
        exact = weights / weights.sum() * self.everyone
        sizes = np.floor(exact).astype(np.int64)
        spare = np.argsort(sizes - exact, kind="stable")[: self.everyone - int(sizes.sum())]
        sizes[spare] += 1
        self.cell_sizes = sizes
        self.cell_starts = np.concatenate([[0], np.cumsum(sizes)])
        self.cells_of_group = len(self.years) * 2
        self._guide_shift = max(self.everyone.bit_length() - 16, 0)
        firsts = np.arange(0, self.everyone + 1, 1 << self._guide_shift)
        self._guide = np.searchsorted(self.cell_starts[:-1], firsts, "right") - 1
        cells = np.arange(len(sizes), dtype=np.int64)
        self._cell_group, within = np.divmod(cells, self.cells_of_group)
        self._cell_year, self._cell_female = self.years[within >> 1], (within & 1).astype(np.bool_)
        century_and_sex = (self._cell_year // 100 - 19) * 2 + self._cell_female
        head = (self.group_codes[self._cell_group] * 10 + century_and_sex) * 100 + self._cell_year % 100
        self._heads = head * 1_000_000
        step = 2 * below(low(draw(self.seed, "serial-step", cells)), 500_000) + 1
        self.serial_steps = np.where(step % 5 == 0, step + 2, step)
        self.serial_shifts = below(high(draw(self.seed, "serial-step", cells)), 1_000_000)
        self._lay_out_cmnd()

    def _lay_out_cmnd(self) -> None:
        eligible_cells = int(np.searchsorted(self.years, LAST_CMND_BIRTH_YEAR, "right")) * 2
        self.group_starts = self.cell_starts[:: self.cells_of_group]
        ends = self.cell_starts[np.arange(len(self.group_codes)) * self.cells_of_group + eligible_cells]
        eligible = ends - self.group_starts[:-1]
        used: dict[int, int] = {}
        offsets = np.zeros(len(self.group_codes), np.int64)
        for group, prefix in enumerate(places.CMND_PREFIXES.tolist()):
            offsets[group] = used.get(prefix, 0)
            used[prefix] = int(offsets[group] + eligible[group])
        self.cmnd_offsets = offsets
        share = int(_BLOCK_SIZE * min(1.0, self.everyone / 100_000_000))
        positions = {int(code): group for group, code in enumerate(places.PROVINCE_CODES)}
        self.block_groups = (positions[75], positions[77])
        self.block_pairs = min(share, *(int(eligible[group]) // 2 for group in self.block_groups))
        self.eligible = eligible
        self.block_steps = np.array([coprime(7_919, int(count)) for count in eligible])

    def _load_samplers(self) -> None:
        self._january = odds(np.where(self.years < 1975, 0.04, 0.002))
        self._year_only = odds(np.where(self.years < 1960, 0.08, 0.0))
        self._modern = odds(np.interp(self.years, [1940, 1960, 1980, 2000], [0.05, 0.25, 0.65, 0.97]))
        self._cmnd_odds = odds(_cmnd_share(self.years))
        lexicon = self.lexicon
        self._surnames = Sampler.of(lexicon.surname_weights)
        self._middles = (Sampler.of(lexicon.male_middles.weights), Sampler.of(lexicon.female_middles.weights))
        self._given = [[Sampler.of(words.weights) for words in era] for era in lexicon.given]
        self._regions = np.concatenate([places.REGIONS, np.zeros(len(places.BORN_ABROAD) + 1, np.int64)])
        shares = np.zeros((len(self.group_codes), len(places.ETHNIC_SHARES) + 1))
        for column, provinces in enumerate(places.ETHNIC_SHARES.values(), 1):
            for code, share in provinces.items():
                shares[np.flatnonzero(code == places.PROVINCE_CODES)[0], column] = share
        shares[:, 0] = 1.0 - shares.sum(axis=1)
        self._traditions = Sampler.of(shares)
        targets = list(places.MIGRATION_TARGETS)
        self._targets = np.searchsorted(places.PROVINCE_CODES, targets)
        self._migration = Sampler.of(list(places.MIGRATION_TARGETS.values()))

        self._lay_out_adults()

    def _lay_out_adults(self) -> None:
        starts = self.group_starts[:-1]
        cells = int(np.searchsorted(self.years, self.as_of.year - ADULT_AGE, "right")) * 2
        if not self.cell_sizes.reshape(len(starts), -1)[:, :cells].any():
            cells = self.cells_of_group  # a handful of children
        sizes = self.cell_starts[np.arange(len(starts)) * self.cells_of_group + cells] - starts
        self._adult_edges = np.concatenate([[0], np.cumsum(sizes)])
        self.adults = int(self._adult_edges[-1])
        young = max(cells, int(np.searchsorted(self.years, self.as_of.year - MINOR_AGE, "right")) * 2)
        self._minor_starts = starts + sizes
        ends = self.cell_starts[np.arange(len(starts)) * self.cells_of_group + young]
        self._minor_edges = np.concatenate([[0], np.cumsum(ends - self._minor_starts)])
        self.minors = int(self._minor_edges[-1])

    # --- who is where -----------------------------------------------------------------------------------------------

    def adult(self, order: Index) -> Index:
        """Give the person of each order among the adults, 0 .. adults - 1: everyone of an age to hold a SIM."""
        group = np.searchsorted(self._adult_edges, order, "right") - 1
        return self._places.inverse(self.group_starts[group] + order - self._adult_edges[group])

    def is_adult(self, index: Index) -> Flags:
        """Say who of these persons is of an age to hold a SIM."""
        place = self._places.forward(index)
        group = np.searchsorted(self.group_starts, place, "right") - 1
        return np.asarray(place < self._minor_starts[group], np.bool_)

    def minor(self, order: Index) -> Index:
        """Give the person of each order among the schoolchildren, 0 .. minors - 1."""
        group = np.searchsorted(self._minor_edges, order, "right") - 1
        return self._places.inverse(self._minor_starts[group] + order - self._minor_edges[group])

    def share_with_cmnd(self) -> float:
        """Give the share of adults who have a 9-digit number."""
        sizes = (
            self.cell_sizes.reshape(len(self.group_codes), -1, 2).sum(axis=2)[: len(places.PROVINCE_CODES)].sum(axis=0)
        )
        return float((sizes * _cmnd_share(self.years)).sum() / max(self.adults, 1))

    def relative(self, people: People, years_older: int, *, female: bool) -> Index:
        """Give the number of the household member of that sex born `years_older` earlier; -1 where there is none."""
        year = people.year - years_older
        cell = people.group * self.cells_of_group + (year - self.years[0]) * 2 + int(female)
        exists = (year >= self.years[0]) & (year <= self.years[-1])
        cell = np.where(exists, cell, 0)
        exists &= people.rank < self.cell_sizes[cell]
        out = np.full(len(people), -1, np.int64)
        out[exists] = self._places.inverse(self.cell_starts[cell[exists]] + people.rank[exists])
        return out

    def people(self, index: Index) -> People:
        """Work out the persons of these numbers."""
        place = self._places.forward(index)
        cell = find_cells(place, self.cell_starts, self._guide, self._guide_shift)
        rank = place - self.cell_starts[cell]
        group, year, female = self._cell_group[cell], self._cell_year[cell], self._cell_female[cell]
        own = draw(self.seed, "person", index)
        twin_of_other_sex = chance(low(draw(self.seed, "twins", (cell >> 1) << 21 | rank)), 0.004)
        twin = chance(low(draw(self.seed, "like-twins", cell << 20 | rank >> 1)), 0.008) & ~twin_of_other_sex
        birth = draw(self.seed, "birth", index)
        for stream, rows in (("birth-1", np.flatnonzero(twin)), ("birth-2", np.flatnonzero(twin_of_other_sex))):
            key = cell[rows] << 20 | rank[rows] >> 1 if stream == "birth-1" else (cell[rows] >> 1) << 21 | rank[rows]
            birth[rows] = draw(self.seed, stream, key)
        household = np.where(twin, rank & ~1, rank)
        family = draw(self.seed, "family", (group * GENERATION_YEARS + year % GENERATION_YEARS) << 21 | household)
        foreign = group == FOREIGNER
        birth_day, year_only = self._birth_days(year, birth, draw(self.seed, "default", index), foreign)
        words, nationality = self._names(index, group, year, female, own, family, birth, twin | twin_of_other_sex)
        abroad, passport = np.flatnonzero(foreign), np.zeros(len(index), np.int64)
        passport[abroad] = self._passport(place[abroad], nationality[abroad])
        pin, cancelled = self.pin_of(cell, rank), self._cancelled(index, cell, rank)
        pin[abroad] = cancelled[abroad] = 0
        cmnd, second = self._cmnd(group, year, place, draw(self.seed, "cmnd", index))
        return People(
            index=index, cell=cell, rank=rank, group=group, year=year, female=female, birth_day=birth_day,
            year_only=year_only, residence=self._residence(group, year, own, family), family=family,
            pin=pin, passport=passport, cmnd=cmnd, second_cmnd=second, cancelled_pin=cancelled,
            nationality=nationality, words=words,
        )  # fmt: skip

    def pin_of(self, cell: Index, rank: Index) -> Index:
        """Give the 12-digit personal identity number of a place: province or country, century and sex, year, serial."""
        number: Index = self._heads[cell] + (self.serial_steps[cell] * rank + self.serial_shifts[cell]) % 1_000_000
        return number

    def re_established_pin(self, people: People) -> Index:
        """Give the number a person would have if the present one were cancelled: nobody has it, 0 for who has none."""
        possible = (people.pin > 0) & (people.rank < _FAR_RANKS)
        return np.where(possible, self.pin_of(people.cell, 500_000 + np.minimum(people.rank, _FAR_RANKS)), 0)

    def _birth_days(self, year: Index, birth: Words, default: Words, foreign: Flags) -> tuple[Index, Flags]:
        first, after = calendar.year_start(year), calendar.year_start(year + 1)
        today = (self.as_of - date(1970, 1, 1)).days
        day = first + below(low(birth), np.minimum(after, today + 1) - first)
        january = low(default) < self._january[year - self.years[0]]
        year_only = (high(default) < self._year_only[year - self.years[0]]) & ~foreign
        return np.where(january, first, day), year_only

    def _residence(self, group: Index, year: Index, own: Words, family: Words) -> Index:
        """Families stay together; young adults move to the cities, and so does everyone from abroad."""
        provincial = group < len(places.PROVINCE_CODES)
        moved = chance(low(family), 0.07) | (chance(low(own), 0.12) & (year > self.as_of.year - 40)) | ~provincial
        return np.where(moved, self._targets[self._migration.pick(high(family))], group)

    def _passport(self, place: Index, nationality: Index) -> Index:
        digits = ((place - self.group_starts[FOREIGNER]) * 61_803_397 + 27_182_818) % 100_000_000
        letters = np.frombuffer(b"MEKJPFXS", np.uint8).astype(np.int64)
        number: Index = letters[np.maximum(nationality, 0)] * 100_000_000 + digits
        return number

    def _cmnd(self, group: Index, year: Index, place: Index, word: Words) -> tuple[Index, Index]:
        number, second = np.zeros(len(group), np.int64), np.zeros(len(group), np.int64)
        has = (low(word) < self._cmnd_odds[year - self.years[0]]) & (group < len(places.PROVINCE_CODES))
        rows = np.flatnonzero(has)
        group, rank = group[rows], place[rows] - self.group_starts[group[rows]]
        order, prefix = rank + self.cmnd_offsets[group], places.CMND_PREFIXES[group] * 10_000_000
        plain = prefix + _spread(order)
        shared = np.flatnonzero((group == self.block_groups[0]) | (group == self.block_groups[1]))
        turn = (rank[shared] * self.block_steps[group[shared]]) % np.maximum(self.eligible[group[shared]], 1)
        shared, turn = shared[turn < self.block_pairs], turn[turn < self.block_pairs]
        plain[shared] = prefix[shared] + _BLOCK_FIRST + (turn * 7_919 + 101) % _BLOCK_SIZE
        number[rows] = plain
        moved = order % 16 == 0
        moved[shared] = False
        moved = np.flatnonzero(moved)
        second[rows[moved]] = prefix[moved] + _spread(10_000_000 - _BLOCK_SIZE - 1 - order[moved] // 16)
        return number, second

    def _cancelled(self, index: Index, cell: Index, rank: Index) -> Index:
        """An earlier number: a serial from the far end of the person's cell, or of the cell of the other sex."""
        word, number = draw(self.seed, "cancelled", index), np.zeros(len(index), np.int64)
        rows = np.flatnonzero(chance(low(word), 0.004) & (rank < _FAR_RANKS))
        wrong_sex = chance(high(word[rows]), 0.3)
        far = np.where(wrong_sex, 999_998, 999_999) - 2 * rank[rows]
        number[rows] = self.pin_of(np.where(wrong_sex, cell[rows] ^ 1, cell[rows]), far)
        return number

    # --- names ------------------------------------------------------------------------------------------------------

    def _names(
        self,
        index: Index,
        group: Index,
        year: Index,
        female: Flags,
        own: Words,
        family: Words,
        birth: Words,
        twin: Flags,
    ) -> tuple[npt.NDArray[np.int32], Index]:
        words = np.zeros((len(index), SLOTS), np.int32)
        region = self._regions[group]
        middle_word, twins = draw(self.seed, "middle", index), np.flatnonzero(twin)
        middle_word[twins] = draw(self.seed, "middle-of-twins", birth[twins].view(np.int64))
        given_word = draw(self.seed, "given", index)
        shape = draw(self.seed, "shape", index)
        surname_draw = low(mixed(family))
        apart = np.flatnonzero(female & chance(high(own), 0.5) & ~twin)
        surname_draw[apart] = low(draw(self.seed, "own-surname", index[apart]))
        words[:, SURNAME] = self.lexicon.surnames[self._surnames.pick(surname_draw, region)]
        era = era_of(year)
        self._kinh_men(words, np.flatnonzero(~female), era, middle_word, shape)
        self._kinh_women(words, np.flatnonzero(female), era, middle_word, shape)
        self._given_names(words, year, female, given_word)
        second = np.flatnonzero(chance(high(shape), 0.02))
        words[second, SURNAME_2] = self.lexicon.surnames[self._surnames.pick(low(given_word[second]), region[second])]
        same = second[words[second, SURNAME_2] == words[second, SURNAME]]
        words[same, SURNAME_2] = 0
        self._traditional(words, group, female, draw(self.seed, "tradition", index))
        nationality = np.full(len(index), -1, np.int64)
        foreign = np.flatnonzero(group == FOREIGNER)
        self._foreigners(words, nationality, foreign, draw(self.seed, "nation", index[foreign]))
        rare = draw(self.seed, "rare-shape", index)
        self._rare_shapes(words, np.flatnonzero(nationality < 0), rare)
        return words, nationality

    def _kinh_men(self, words: npt.NDArray[np.int32], rows: Index, era: Index, middle: Words, shape: Words) -> None:
        chosen, sampler = self.lexicon.male_middles.words, self._middles[0]
        van = chance(high(middle[rows]), np.array([0.60, 0.46, 0.16])[era[rows]])
        words[rows, MIDDLE] = np.where(van, self.lexicon.van, chosen[sampler.pick(low(middle[rows]))])
        none = rows[chance(low(shape[rows]), 0.04)]
        words[none, MIDDLE] = 0
        double = rows[~chance(low(shape[rows]), np.array([0.98, 0.95, 0.88])[era[rows]])]
        words[double, MIDDLE_2] = chosen[sampler.pick(low(mixed(middle[double])))]

    def _kinh_women(self, words: npt.NDArray[np.int32], rows: Index, era: Index, middle: Words, shape: Words) -> None:
        chosen, sampler = self.lexicon.female_middles.words, self._middles[1]
        thi = chance(low(shape[rows]), np.array([0.85, 0.70, 0.28])[era[rows]])
        first = chosen[sampler.pick(low(middle[rows]))]
        words[rows, MIDDLE] = np.where(thi, self.lexicon.thi, first)
        double = chance(high(middle[rows]), np.where(thi, np.array([0.12, 0.36, 0.60])[era[rows]], 0.06))
        second = chosen[sampler.pick(low(mixed(middle[rows])))]
        words[rows, MIDDLE_2] = np.where(double, np.where(thi, first, second), 0)

    def _given_names(self, words: npt.NDArray[np.int32], year: Index, female: Flags, given: Words) -> None:
        modern = high(given) < self._modern[year - self.years[0]]
        for sex in (0, 1):
            for new in (0, 1):
                rows = np.flatnonzero((female == bool(sex)) & (modern == bool(new)))
                listed: WordList = self.lexicon.given[sex][new]
                words[rows, GIVEN] = listed.words[self._given[sex][new].pick(low(given[rows]))]

    def _traditional(self, words: npt.NDArray[np.int32], group: Index, female: Flags, word: Words) -> None:
        tradition = self._traditions.pick(low(word), group)
        for number, name in enumerate(places.ETHNIC_SHARES, 1):
            rows = np.flatnonzero(tradition == number)
            if not len(rows):
                continue
            clans, men, women, pattern = self.lexicon.ethnic[name]
            words[rows] = 0
            halves = high(word[rows])
            clan = clans[below(low(mixed(halves)), len(clans))]
            given = np.where(female[rows], women[below(halves, len(women))], men[below(halves, len(men))])
            if pattern == "clan-first":
                words[rows, SURNAME], words[rows, GIVEN] = clan, given
            else:
                marks = (self.lexicon.y, self.lexicon.h) if pattern == "ede" else (self.lexicon.k, self.lexicon.ka)
                words[rows, SURNAME] = np.where(female[rows], marks[1], marks[0])
                words[rows, MIDDLE], words[rows, GIVEN] = given, clan

    def _foreigners(self, words: npt.NDArray[np.int32], nationality: Index, rows: Index, word: Words) -> None:
        words[rows] = 0
        nation = below(low(word), len(self.lexicon.foreign))
        nationality[rows] = nation
        for number, (family, given) in enumerate(self.lexicon.foreign):
            mine = nation == number
            words[rows[mine], SURNAME] = family[below(high(word[mine]), len(family))]
            words[rows[mine], GIVEN] = given[below(low(mixed(word[mine])), len(given))]

    def _rare_shapes(self, words: npt.NDArray[np.int32], rows: Index, word: Words) -> None:
        """Names of one token, and names of six and more, exist."""
        one = rows[chance(low(word[rows]), 0.0003)]
        words[one, SURNAME:GIVEN] = 0
        long = rows[chance(high(word[rows]), 0.0004)]
        words[long, SURNAME_2] = self.lexicon.surnames[below(low(word[long]), 30)]
        words[long, MIDDLE_2] = self.lexicon.female_middles.words[below(low(mixed(word[long])), 60)]
        words[long, SUFFIX] = self.lexicon.female_middles.words[below(high(mixed(word[long])), 60)]


def era_of(year: Index) -> Index:
    """Give 0 for those born before 1965, 1 before 1995, 2 after."""
    return (year >= 1965).astype(np.int64) + (year >= 1995)


def mixed(words: Words) -> Words:
    """Give a second word that is independent, for all we care, of the first."""
    return draw(0, "again", words.view(np.int64))


def _spread(order: Index) -> Index:
    """Scatter orders over the seven digits of a CMND prefix, leaving out the block that was issued twice."""
    place = (order * 6_180_339 + 1_414_213) % (10_000_000 - _BLOCK_SIZE)
    return np.where(place >= _BLOCK_FIRST, place + _BLOCK_SIZE, place)


def _cmnd_share(year: Index) -> npt.NDArray[np.float64]:
    return np.select(
        [year <= 1985, year <= 1997, year <= 2002, year <= LAST_CMND_BIRTH_YEAR], [0.74, 0.70, 0.45, 0.12], 0.0
    )
