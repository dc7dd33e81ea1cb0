"""Random commands give the same in every store as in a plain model of cells."""

from contextlib import ExitStack

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registries.store import open_ledger
from tests.registries.ledger.making import Clock
from tests.registries.store.databases import KINDS, Unavailable, source
from tests.registries.store.machine import LedgerMachine

SMALL = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
)


def run(config: settings, kinds: tuple[str, ...] = KINDS) -> tuple[int, list[str]]:
    """Run the machine over every kind of database that can be had; give the commands sent and the kinds."""
    with ExitStack() as stack:
        had = []
        ledgers = []
        clocks = []
        for kind in kinds:
            try:
                url = stack.enter_context(source(kind)).fresh()
            except Unavailable:
                continue
            clock = Clock()
            ledger = open_ledger(url, clock=clock)
            stack.callback(ledger.close)
            had.append(kind)
            ledgers.append(ledger)
            clocks.append(clock)
        LedgerMachine.ledgers, LedgerMachine.clocks = ledgers, clocks
        LedgerMachine.steps = 0
        run_state_machine_as_test(LedgerMachine, settings=config)
        return LedgerMachine.steps, had


def test_every_store_does_what_a_plain_model_does() -> None:
    steps, had = run(SMALL, ("sqlite", "postgresql"))
    assert "sqlite" in had
    assert steps > 50
