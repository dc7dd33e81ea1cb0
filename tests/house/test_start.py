"""Help answers at once because nothing heavy is loaded for it: a matter of imports, not of seconds."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "polars",
    "duckdb",
    "numba",
    "pyarrow",
    "numpy",
    "rapidfuzz",
    "xlsxwriter",
    "jinja2",
    "fastexcel",
    "ray",
    "rich",
}
_PROGRAM = """
import json, sys
from api.commands.main import main
code = main({arguments!r})
print(json.dumps([code, sorted({{name.partition('.')[0] for name in sys.modules}})]), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["reconcile", "--help"], ["index", "--help"], ["index", "build", "--help"], ["link", "--help"]],
    ids=" ".join,
)
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(arguments=arguments)], capture_output=True, text=True, check=True
    )
    code, loaded = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0
    assert "Usage" in ended.stdout
    assert HEAVY.isdisjoint(loaded), sorted(HEAVY & set(loaded))


def test_checks_of_single_values_compile_nothing() -> None:
    program = _PROGRAM.format(arguments=["check-id", "079190001234", "--json"])
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    code, loaded = json.loads(ended.stderr.splitlines()[-1])
    assert code == 0
    assert {"numba", "polars", "duckdb", "pyarrow"}.isdisjoint(loaded)
