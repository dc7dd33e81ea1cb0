"""Counting attempts: what costs one, when answers stop, and what a carrier that guesses can learn."""

import math
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.attempts import SCHEMA, AttemptLimits, AttemptsAccount, count_attempts, forget
from engine.carrier_export import export
from engine.identity.tokens import KeyedTokens
from tests.engine.run_fixtures import fact, packed, verdict, write_facts, write_verdicts

# Without the compiler (coverage) the arithmetic of SipHash wraps around in Python numbers, which warn.
pytestmark = pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")

TOKENS = KeyedTokens(bytes(range(16)))
LIMITS = AttemptLimits()
WRONG = {"roll_up": "wrong", "code": "NAME_DIFFERENT"}


def count(
    folder: Path, rows: list[dict[str, object]], previous: Path | None = None, **options: Any
) -> set[tuple[str, int]]:
    facts = write_facts(folder / "facts", rows)
    account = count_attempts(
        facts,
        tokens=TOKENS,
        out=folder / "attempts.parquet",
        frozen=folder / "frozen.parquet",
        previous=previous,
        **options,
    )
    frozen = pl.read_parquet(folder / "frozen.parquet")
    assert account.frozen_rows == frozen.height
    return {(str(batch), int(row)) for batch, row in frozen.iter_rows()}


def guess(row: int, **fields: object) -> dict[str, object]:
    """A claim about one number and one ID; what is not said is the same in every guess."""
    return fact(row, **({"msisdn": 84_912_345_678, "id_token": 777, "name_key": 42, "birth": 5} | WRONG | fields))


class TestCounting:
    def test_the_first_claim_and_as_many_changes_as_the_rules_allow_are_answered(self, tmp_path: Path) -> None:
        previous = None
        stopped = []
        for run in range(7):
            folder = tmp_path / str(run)
            stopped.append(bool(count(folder, [guess(1, name_key=100 + run)], previous)))
            previous = folder / "attempts.parquet"
        assert stopped == [False] * 4 + [True] * 3
        assert AttemptLimits.from_rules({"freeze_after_attempts": "3"}) == LIMITS

    def test_the_guess_after_the_limit_is_frozen_even_where_it_is_right(self, tmp_path: Path) -> None:
        rows = [guess(row, name_key=100 + row) for row in range(1, 5)]
        right = guess(5, name_key=999, roll_up="correct", code="OK_EXACT")
        assert count(tmp_path, [*rows, right]) == {("a.csv", 5)}

    def test_the_same_claim_sent_again_costs_nothing_and_keeps_its_answer(self, tmp_path: Path) -> None:
        previous = None
        for run in range(9):
            folder = tmp_path / str(run)
            assert count(folder, [guess(1), guess(2, msisdn=84_900_000_001)], previous) == set()
            previous = folder / "attempts.parquet"
        assert pl.read_parquet(tmp_path / "8" / "attempts.parquet").height == 2

    def test_claims_answered_before_the_limit_are_still_answered_after_it(self, tmp_path: Path) -> None:
        rows = [guess(row, name_key=100 + row) for row in range(1, 7)]
        first, second = tmp_path / "1", tmp_path / "2"
        assert count(first, rows) == {("a.csv", 5), ("a.csv", 6)}
        # Another order changes nothing: what counts is the order of first sight.
        again = [row | {"row": 7 - int(str(row["row"]))} for row in reversed(rows)]
        assert count(second, again, first / "attempts.parquet") == {("a.csv", 1), ("a.csv", 2)}

    def test_a_flip_between_two_claims_counts_two(self, tmp_path: Path) -> None:
        previous = None
        for run in range(8):
            folder = tmp_path / str(run)
            assert count(folder, [guess(1, name_key=run % 2 + 1)], previous) == set()
            previous = folder / "attempts.parquet"

    def test_accepted_claims_are_no_attempts(self, tmp_path: Path) -> None:
        rows = [fact(row, id_token=777, name_key=row) for row in range(1, 40)]
        assert count(tmp_path, rows) == set()
        assert pl.read_parquet(tmp_path / "attempts.parquet").height == 0

    def test_rows_without_a_usable_number_are_not_counted(self, tmp_path: Path) -> None:
        rows = [guess(row, id_token=0, name_key=row, roll_up="missing_id", code="ID_MISSING") for row in range(1, 40)]
        assert count(tmp_path, rows) == set()

    def test_records_without_a_number_or_a_name_are_no_guesses_about_one(self, tmp_path: Path) -> None:
        rows = [guess(row, msisdn=0, id_token=row, name_key=row) for row in range(1, 40)]
        rows += [guess(row, msisdn=84_900_000_000 + row, id_token=row, name_key=0) for row in range(40, 80)]
        assert count(tmp_path, rows) == set()

    def test_carriers_are_counted_apart(self, tmp_path: Path) -> None:
        rows = [guess(row, name_key=row, carrier="VTL" if row % 2 else "VNP") for row in range(1, 9)]
        assert count(tmp_path, rows) == set()

    @pytest.mark.parametrize(
        ("scope", "difference", "limit"),
        [
            ("pair", lambda row: {"birth": row}, LIMITS.pair),
            ("id", lambda row: {"msisdn": 84_900_000_000 + row, "birth": row}, LIMITS.id),
            ("msisdn", lambda row: {"id_token": row, "name_key": row}, LIMITS.msisdn),
            ("claim", lambda row: {"msisdn": 84_900_000_000 + row, "id_token": row}, LIMITS.claim),
            ("name", lambda row: {"msisdn": 84_900_000_000 + row, "id_token": row, "birth": row}, LIMITS.name),
        ],
    )
    def test_each_scope_stops_at_its_limit(self, tmp_path: Path, scope: str, difference: Any, limit: int) -> None:
        facts = write_facts(tmp_path / "facts", [guess(row, **difference(row)) for row in range(1, 60)])
        account = count_attempts(facts, tokens=TOKENS, out=tmp_path / "a.parquet", frozen=tmp_path / "f.parquet")
        assert account.frozen_rows == 59 - limit
        assert ("VTL", scope, 59 - limit) in account.frozen

    def test_a_common_name_has_as_many_open_claims_as_its_accepted_ones_bear(self, tmp_path: Path) -> None:
        rows = [fact(row, name_key=42) for row in range(1, 16)]
        rows += [guess(row, msisdn=84_900_000_000 + row, id_token=row, birth=row) for row in range(101, 160)]
        assert len(count(tmp_path, rows)) == 59 - (LIMITS.name + 15 * LIMITS.name_per_accepted)

    def test_frozen_claims_are_not_carried_on(self, tmp_path: Path) -> None:
        rows = [guess(row, name_key=row) for row in range(1, 60)]
        count(tmp_path, rows)
        carried = pl.read_parquet(tmp_path / "attempts.parquet")
        assert carried.height == LIMITS.pair
        assert carried["first"].to_list() == [1, 2, 3, 4]

    def test_an_empty_run_carries_the_attempts_on(self, tmp_path: Path) -> None:
        first, second = tmp_path / "1", tmp_path / "2"
        count(first, [guess(1)])
        assert count(second, [], first / "attempts.parquet") == set()
        account = count_attempts(
            str(tmp_path / "none-*.parquet"),
            tokens=TOKENS,
            out=tmp_path / "a.parquet",
            frozen=tmp_path / "f.parquet",
            previous=second / "attempts.parquet",
        )
        assert account == AttemptsAccount(1, (), ())
        assert (tmp_path / "a.parquet").read_bytes() == (first / "attempts.parquet").read_bytes()

    def test_a_person_who_has_looked_lets_a_number_be_asked_again(self, tmp_path: Path) -> None:
        first, second = tmp_path / "1", tmp_path / "2"
        rows = [guess(row, name_key=row) for row in range(1, 5)] + [guess(9, msisdn=84_900_000_009, id_token=8)]
        count(first, rows)
        looked = tmp_path / "looked.parquet"
        assert forget(first / "attempts.parquet", looked, carrier="VTL", msisdns=[84_912_345_678], tokens=TOKENS) == 4
        assert pl.read_parquet(looked).height == 1
        assert count(second, [guess(1, name_key=99)], looked) == set()

    def test_the_file_names_nobody(self, tmp_path: Path) -> None:
        count(tmp_path, [guess(1), guess(2, name_key=8, msisdn=84_900_000_001)])
        frame = pl.read_parquet(tmp_path / "attempts.parquet")
        assert frame.columns == SCHEMA.names
        values = {value for column in ("msisdn_key", "name_key", "claim_key") for value in frame[column]}
        assert not values & {84_912_345_678, 84_900_000_001, 42, 8, 5}
        other = KeyedTokens(bytes(16))
        facts = write_facts(tmp_path / "facts", [guess(1)])
        count_attempts(facts, tokens=other, out=tmp_path / "b.parquet", frozen=tmp_path / "f.parquet")
        assert not set(pl.read_parquet(tmp_path / "b.parquet")["msisdn_key"]) & set(frame["msisdn_key"])

    def test_without_a_rule_the_default_limits_stand(self) -> None:
        assert AttemptLimits.from_rules({}) == LIMITS
        assert AttemptLimits.from_rules({"freeze_after_attempts": 5}).pair == 6

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 9)), max_size=12),
            min_size=1,
            max_size=3,
        )
    )
    def test_counting_equals_the_obvious_count(self, tmp_path: Path, runs: list[list[tuple[int, int, int]]]) -> None:
        limits = AttemptLimits(pair=2, id=3, msisdn=2, claim=50, name=50)
        answered: list[tuple[int, int, int]] = []
        previous = None
        for number, claims in enumerate(runs):
            rows = [
                guess(row, msisdn=84_900_000_000 + sim, id_token=token, name_key=name, birth=0)
                for row, (sim, token, name) in enumerate(claims, 1)
            ]
            folder = tmp_path / str(number)
            stopped = count(folder, rows, previous, limits=limits)
            previous = folder / "attempts.parquet"
            assert {row for _, row in stopped} == plainly_frozen(answered, claims, limits)
            for row, claim in enumerate(claims, 1):
                if ("a.csv", row) not in stopped and claim not in answered:
                    answered.append(claim)


def plainly_frozen(
    answered: list[tuple[int, int, int]], claims: list[tuple[int, int, int]], limits: AttemptLimits
) -> set[int]:
    """The rows of a run that come after as many other claims as a scope allows, by going through them one by one."""
    scopes = (((0, 1), 2, limits.pair), ((1,), 2, limits.id), ((0,), 1, limits.msisdn))
    frozen = set()
    for key, variant, limit in scopes:
        seen: dict[tuple[int, ...], list[int]] = {}
        for claim in [*answered, *claims]:
            variants = seen.setdefault(tuple(claim[place] for place in key), [])
            if claim[variant] not in variants:
                variants.append(claim[variant])
        for row, claim in enumerate(claims, 1):
            if seen[tuple(claim[place] for place in key)].index(claim[variant]) >= limit:
                frozen.add(row)
    return frozen


class TestReproducibility:
    def test_the_files_do_not_depend_on_parts_memory_or_threads(self, tmp_path: Path) -> None:
        rows = [guess(row, name_key=row % 9, msisdn=84_900_000_000 + row % 5) for row in range(1, 80)]
        files = []
        for parts, memory, threads in ((1, 1 << 30, 1), (9, 128 << 20, 2)):
            folder = tmp_path / str(parts)
            facts = write_facts(folder / "facts", rows, parts)
            options = {"memory_bytes": memory, "threads": threads, "scratch": folder}
            count_attempts(facts, tokens=TOKENS, out=folder / "a", frozen=folder / "f", **options)  # type: ignore[arg-type]
            files.append(((folder / "a").read_bytes(), (folder / "f").read_bytes()))
            assert {path.name for path in folder.iterdir()} == {"facts", "a", "f"}
        assert files[0] == files[1]


@dataclass
class Register:
    """A small country and its honest judge: the verdict of one claim under three fields."""

    people: dict[int, tuple[int, int]] = field(default_factory=dict)

    def code(self, token: int, name: int, birth: int) -> str:
        if token not in self.people:
            return "ID_NOT_FOUND"
        true_name, true_birth = self.people[token]
        if name != true_name:
            return "NAME_DIFFERENT"
        return "OK_EXACT" if birth == true_birth else "DOB_DIFFERENT"


class Carrier:
    """A carrier that guesses: it sends batches, reads its answers, and may do so for as many runs as it likes."""

    def __init__(self, folder: Path, register: Register) -> None:
        self.folder, self.register, self.runs = folder, register, 0
        self.learnt: list[tuple[tuple[int, int, int, int], str]] = []

    def send(self, claims: list[tuple[int, int, int, int]]) -> list[str]:
        """Send claims (msisdn, id, name, birth); give the code answered to each, "" for a frozen one."""
        self.runs += 1
        run = self.folder / str(self.runs)
        previous = self.folder / str(self.runs - 1) / "attempts.parquet" if self.runs > 1 else None
        facts, verdicts = [], []
        for row, (msisdn, token, name, birth) in enumerate(claims, 1):
            code = self.register.code(token, name, birth)
            roll_up = {"OK_EXACT": "correct", "ID_NOT_FOUND": "not_verifiable"}.get(code, "wrong")
            given: dict[str, object] = {"id_token": token, "name_key": name, "birth": birth, "roll_up": roll_up}
            facts.append(fact(row, msisdn=msisdn, code=code, person_id=None, **given))
            verdicts.append(verdict(row, msisdn=str(msisdn), code=code, roll_up=roll_up))
        write_verdicts(run, verdicts)
        frozen = run / "frozen.parquet"
        glob = write_facts(run / "facts", facts)
        count_attempts(glob, tokens=TOKENS, out=run / "attempts.parquet", frozen=frozen, previous=previous)
        day = date(2023, 3, 31)
        export(run, carriers={"a.csv": "VIETTEL"}, rule_set="campaign-2023", as_of=day, frozen=frozen)
        table = pl.read_csv(run / "carrier" / "VIETTEL" / "a.csv")
        answers = ["" if "person" in words else code for code, words in table.select("code", "en").iter_rows()]
        self.learnt += [(claim, code) for claim, code in zip(claims, answers, strict=True) if code]
        return answers

    def bits(self, about: int) -> float:
        """The information in the answers about one identity number: log2(6) for each distinct claim answered."""
        return len({claim[1:] for claim, _ in self.learnt if claim[1] == about}) * math.log2(6)


@pytest.fixture
def world() -> Register:
    draw = random.Random(20260101)
    days = [packed(date(1990, 1, 1) + timedelta(days)) for days in range(365)]
    return Register({token: (draw.randrange(1, 5000), draw.choice(days)) for token in range(10_000, 10_400)})


DAYS = [packed(date(1990, 1, 1) + timedelta(days)) for days in range(365)]
VICTIM = 10_007


class TestACarrierThatGuesses:
    """Every play ends in the same figure: bits learnt about one person against the bits that name that person.

    A birth date within a known year (the number tells the year) is worth 8.5 bits and so takes up to 365 answers;
    the limits allow seven about one identity number from one carrier, in all runs together.
    """

    def test_it_cannot_find_a_birth_date_by_resubmission(self, tmp_path: Path, world: Register) -> None:
        name, birth = world.people[VICTIM]
        carrier = Carrier(tmp_path, world)
        order = [day for day in DAYS if day != birth]
        answers = [carrier.send([(84_912_345_678, VICTIM, name, day)])[0] for day in order[:6]]
        assert answers == ["BIRTH_DATE_DIFFERS"] * LIMITS.pair + [""] * 2
        assert carrier.send([(84_912_345_678, VICTIM, name, birth)]) == [""]
        report("birth date, one SIM", carrier, VICTIM, LIMITS.pair)

    def test_it_gains_little_by_spreading_guesses_over_sims_in_one_batch(self, tmp_path: Path, world: Register) -> None:
        name, birth = world.people[VICTIM]
        carrier = Carrier(tmp_path, world)
        order = sorted(DAYS, key=lambda day: (day == birth, day))
        answers = carrier.send([(84_900_000_000 + n, VICTIM, name, day) for n, day in enumerate(order)])
        assert Counter(answers) == {"BIRTH_DATE_DIFFERS": LIMITS.id, "": 365 - LIMITS.id}
        more = carrier.send([(84_901_000_000 + n, VICTIM, name, day) for n, day in enumerate(reversed(order))])
        assert Counter(more) == {"": 365 - LIMITS.id, "BIRTH_DATE_DIFFERS": LIMITS.id}
        report("birth date, 365 SIMs", carrier, VICTIM, LIMITS.id)

    def test_it_cannot_find_the_number_of_a_known_person(self, tmp_path: Path, world: Register) -> None:
        name, birth = world.people[VICTIM]
        carrier = Carrier(tmp_path, world)
        others = [token for token in range(10_000, 11_000) if token != VICTIM]
        answers = carrier.send([(84_900_000_000 + n, token, name, birth) for n, token in enumerate([*others, VICTIM])])
        assert answers[-1] == ""
        assert sum(bool(answer) for answer in answers) == LIMITS.claim
        report("number of a known person", carrier, VICTIM, 0)

    def test_it_cannot_find_the_number_of_a_known_name_by_varying_the_birth_date(
        self, tmp_path: Path, world: Register
    ) -> None:
        name, _ = world.people[VICTIM]
        carrier = Carrier(tmp_path, world)
        others = [token for token in range(10_000, 11_000) if token != VICTIM]
        answers = carrier.send(
            [(84_900_000_000 + n, token, name, DAYS[n % 365]) for n, token in enumerate([*others, VICTIM])]
        )
        assert answers[-1] == ""
        assert sum(bool(answer) for answer in answers) == LIMITS.name

    def test_one_number_cannot_try_many_identities(self, tmp_path: Path, world: Register) -> None:
        carrier = Carrier(tmp_path, world)
        answers = carrier.send([(84_912_345_678, token, token, DAYS[0]) for token in range(10_000, 10_050)])
        assert sum(bool(answer) for answer in answers) == LIMITS.msisdn

    def test_an_honest_carrier_that_mends_its_records_is_never_stopped(self, tmp_path: Path, world: Register) -> None:
        carrier = Carrier(tmp_path, world)
        people = list(world.people.items())
        sims = [84_900_000_000 + n for n in range(len(people))]
        clean = [(sim, token, name, birth) for sim, (token, (name, birth)) in zip(sims, people, strict=True)]
        draw = random.Random(7)
        dirty = [
            (sim, token, name + 9000 if draw.random() < 0.1 else name, DAYS[0] if draw.random() < 0.1 else birth)
            for sim, token, name, birth in clean
        ]
        assert "" not in carrier.send(dirty)
        assert set(carrier.send(clean)) == {"ACCEPTED"}


def report(play: str, carrier: Carrier, about: int, most: int) -> None:
    bits = carrier.bits(about)
    print(f"{play}: {carrier.runs} runs, {bits:.1f} bits at most, bound {most * math.log2(6):.1f}")
    assert bits <= most * math.log2(6) + 1e-9
