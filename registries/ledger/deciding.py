"""Decide a command: its events, or a refusal. Pure: the same command over the same grants gives the same events."""

from collections.abc import Callable
from typing import Any, Final

from registries.ledger import commands, correcting, issuing, lifecycle, reshaping
from registries.ledger.asking import Asking
from registries.ledger.events import Event

DECIDERS: Final[dict[type[commands.Command], Callable[[Asking, Any], tuple[Event, ...]]]] = {
    commands.OpenPool: issuing.open_pool,
    commands.Issue: issuing.issue,
    commands.IssueNext: issuing.issue_next,
    commands.Confirm: issuing.confirm,
    commands.Split: reshaping.split,
    commands.Merge: reshaping.merge,
    commands.Grow: reshaping.grow,
    commands.Shrink: reshaping.shrink,
    commands.Transfer: lifecycle.transfer,
    commands.Renew: lifecycle.renew,
    commands.Describe: lifecycle.describe,
    commands.Suspend: lifecycle.suspend,
    commands.Resume: lifecycle.resume,
    commands.Return: lifecycle.give_back,
    commands.Revoke: lifecycle.revoke,
    commands.Release: lifecycle.release,
    commands.Expire: lifecycle.expire,
    commands.Correct: correcting.correct,
}


def decide(asking: Asking, command: commands.Command) -> tuple[Event, ...]:
    """Give the events of a command; `asking` holds afterwards which grants it changes and stands on.

    Whether space is taken, and whether children would lose their ground, is not asked here: the store answers both
    under its lock, in the same change.

    Raises:
        Refusal: A rule stands against it; the class says which.
    """
    return DECIDERS[type(command)](asking, command)
