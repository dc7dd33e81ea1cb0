"""Commands done together: all or none, or all that are not refused, each with its own entry and key."""

import pytest

from registries.holders.commands import RegisterHolder
from registries.holders.holder import Kind
from registries.ledger import Issue, IssueNext, Level, OpenPool, Receipt, Return, Split, Suspend, Transfer, errors
from registries.ledger.commands import Command
from registries.store import Ledger, Order
from registries.store.outbox import StoreOutbox
from tests.registries.ledger.making import WHOLE, block, envelope, issued, pool


def order(command: Command, **other: object) -> Order:
    return command, envelope(**other)


def issue(parent: str, first: int, last: int, name: str) -> Issue:
    return Issue(parent_id=parent, level=Level.ALLOCATED, boxes=(block(first, last),), grant_id=name)


def entries(ledger: Ledger) -> int:
    return StoreOutbox(ledger.store).waiting()


def test_each_command_of_a_list_has_its_own_entry_and_stands_on_those_before_it(ledger: Ledger) -> None:
    holder = RegisterHolder(kind=Kind.ORGANISATION, called="Công ty Thí dụ", holder_id="org-1")
    receipts = ledger.execute_all(
        [
            order(holder),
            order(OpenPool(space="ipv4", boxes=(WHOLE,), authority="RFC 2544", grant_id="top")),
            order(issue("top", 0, 1023, "a")),
            order(issue("a", 0, 255, "a1")),
            order(Split(grant_id="a", parts=((block(0, 511),),), new_ids=("b",))),
            order(issue("b", 256, 511, "b1")),
            order(Transfer(grant_id="b1", holder_id="org-1")),
            order(IssueNext(parent_id="top", level=Level.ALLOCATED, count=256, grant_id="c")),
        ]
    )
    assert len({receipt.entry_id for receipt in receipts}) == 8 == entries(ledger)
    assert [item.entry_id for item in ledger.history("b1")] == [receipts[5].entry_id, receipts[6].entry_id]
    assert ledger.grant("a1").active_claims[0].parent_id == "b"
    assert ledger.grant("b1").holder_id == "org-1"
    assert ledger.utilisation("top").used == 1024 + 256
    ledger.execute(Suspend(grant_id="a1", reason="one more, on what the list left"), envelope())


def test_a_refused_command_undoes_the_whole_list_and_frees_its_keys(ledger: Ledger) -> None:
    top = pool(ledger)
    taken = issued(ledger, top, block(100, 199))
    before = entries(ledger)
    first, second, third = (
        order(issue(top, 0, 99, "a")),
        order(issue(top, 150, 250, "b")),
        order(issue(top, 300, 399, "c")),
    )
    with pytest.raises(errors.ClaimOverlaps, match=f"overlaps grant {taken}"):
        ledger.execute_all([first, second, third])
    assert entries(ledger) == before
    with pytest.raises(errors.GrantUnknown):
        ledger.grant("a")
    assert ledger.utilisation(top).used == 100
    ledger.execute_all([first, third])
    assert ledger.utilisation(top).used == 300


def test_each_that_is_not_refused_is_done_and_refusals_are_those_of_single_commands(ledger: Ledger) -> None:
    top = pool(ledger)
    parent = issued(ledger, top, block(0, 1023))
    child = issued(ledger, parent, block(0, 255))
    wrong: list[Command] = [
        issue(top, 512, 1200, "x"),
        issue(top, 200_000, 200_001, "x"),
        issue("nowhere", 0, 1, "x"),
        issue(parent, 0, 9, child),
        Return(grant_id=parent),
        Transfer(grant_id=child, holder_id="nobody"),
        Suspend(grant_id=child, reason=" "),
        Issue(parent_id=top, level=Level.ALLOCATED, boxes=(block(0, 9),), attributes={"note": "\ud800"}),
    ]
    alone = []
    for command in wrong:
        with pytest.raises(errors.Refusal) as refused:
            ledger.execute(command, envelope())
        alone.append((refused.value.code, str(refused.value)))
    between = [issue(top, 2000 + at, 2000 + at, f"ok-{at}") for at in range(len(wrong))]
    orders = [order(command) for pair in zip(wrong, between, strict=True) for command in pair]
    answers = ledger.execute_each(orders)
    assert [(str(getattr(answer, "code", "")), str(answer)) for answer in answers[::2]] == alone
    assert [isinstance(answer, Receipt) for answer in answers[1::2]] == [True] * len(wrong)
    assert entries(ledger) == 3 + len(wrong)
    assert ledger.utilisation(top).used == 1024 + len(wrong)


def test_a_key_that_was_used_gives_its_first_answer_in_a_list_too(ledger: Ledger) -> None:
    top = pool(ledger)
    done, fresh = order(issue(top, 0, 9, "a")), order(issue(top, 10, 19, "b"))
    first = ledger.execute(*done)
    answers = ledger.execute_all([done, fresh, fresh])
    assert [answer.again for answer in answers] == [True, False, True]
    assert answers[0].entry_id == first.entry_id
    assert answers[1].entry_id == answers[2].entry_id
    other = (issue(top, 20, 29, "c"), fresh[1])
    with pytest.raises(errors.KeyReused):
        ledger.execute_all([order(issue(top, 30, 39, "d")), other])
    assert isinstance(ledger.execute_each([other])[0], errors.KeyReused)
    assert entries(ledger) == 3


def test_a_dry_run_of_a_list_tells_what_would_be(ledger: Ledger) -> None:
    top = pool(ledger)
    orders = [order(issue(top, 0, 99, "a")), order(issue("a", 0, 9, "b")), order(issue("a", 5, 9, "c"))]
    answers = ledger.execute_each(orders, dry_run=True)
    assert [isinstance(answer, Receipt) for answer in answers] == [True, True, False]
    with pytest.raises(errors.ClaimOverlaps):
        ledger.execute_all(orders, dry_run=True)
    assert entries(ledger) == 1
    assert ledger.utilisation(top).used == 0
    assert ledger.execute_all([]) == []


def _break_off(ledger: Ledger, top: str) -> None:
    with ledger.store.writing([top]) as session:
        session.run("UPDATE usage SET children = 7")
        raise ZeroDivisionError


def test_a_session_that_breaks_off_leaves_its_connection_fit_for_the_next(ledger: Ledger) -> None:
    top = pool(ledger)
    for _ in range(20):
        with pytest.raises(ZeroDivisionError):
            _break_off(ledger, top)
    assert ledger.utilisation(top).children == 0
    issued(ledger, top, block(0, 9))
