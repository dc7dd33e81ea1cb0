"""The state machine of the tests, at the length of a proof: both stores equal a plain model at every step."""

import os
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from benchmarks.datasets import SEED
from benchmarks.proofs.ledger_servers import place
from benchmarks.results import Result

STEPS = 100_000
_STEPS_OF_AN_EXAMPLE = 80
_SENT_OF_AN_EXAMPLE = 42
"""Commands that an example sends, measured: some of its steps only remember, or do not apply."""


def ledger_machine(scale: float, _repeats: int) -> Result:
    """At least 100,000 commands over SQLite and PostgreSQL against a model of cells."""
    wanted = max(200, round(STEPS * scale))
    found = _run(wanted)
    result = Result(
        "ledger-machine",
        "random commands, the same in every store and in a plain model, equal at each step",
        "the model: who owns each cell of each tier, nothing else",
        SEED,
        scale,
        recipe={"steps": wanted, "stores": found["stores"]},
    )
    result.figures |= found
    result.bar("commands sent", found["sent"], wanted)
    result.bar("stores beside the model", len(found["stores"]), 2)
    return result


def _run(wanted: int) -> dict[str, Any]:
    from tests.registries.store.databases import SETTING
    from tests.registries.store.test_machine import run

    config = settings(
        max_examples=-(-wanted // _SENT_OF_AN_EXAMPLE) * 5 // 4,
        stateful_step_count=_STEPS_OF_AN_EXAMPLE,
        deadline=None,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    with place("postgresql") as here:
        if here is not None:
            os.environ[SETTING] = here.url
        sent, stores = run(config, ("sqlite", "postgresql"))
    return {"sent": sent, "stores": stores}
