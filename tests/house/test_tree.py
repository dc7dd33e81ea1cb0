"""The tree itself: sizes, docstrings, and words that have no place in it."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "matching", "registries", "api", "data")
MODULES = sorted(
    path
    for package in (*PACKAGES, "tests", "benchmarks")
    for path in (ROOT / package).rglob("*.py")
    if path.stat().st_size
)
LONGEST = 400
LONGER_FOR_A_REASON = {
    "engine/records.py": "a table of all header names under which columns travel",
    "matching/kernels/numbers.py": "one kernel that reads every kind of number in one pass",
    "matching/kernels/token_loops.py": "the byte-level reading of names is one loop with its cases",
}
MOST_OF_THE_TREE = 150
"""Half of the modules at least are shorter than this."""

_FORBIDDEN = [
    (
        re.compile(rf"\b({'|'.join(('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'))})\b"),
        "a note instead of the work",
    ),
    (re.compile(r"(?<![\w.])/(?:work|home|root|mnt|Users)/\w"), "a path of somebody's machine"),
    (re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus|mirror)[\w.-]*"), "the address of an index"),
    (re.compile(r"\b(?:index-url|extra-index|trusted-host)\b"), "the address of an index"),
    (
        re.compile(r"\b(?:chat" + r"gpt|clau" + r"de|cop" + r"ilot|anthro" + r"pic|open" + r"ai)\b", re.IGNORECASE),
        "a tool",
    ),
]
_SPEAKS_OF_THE_INDEX_OPTIONS = {"Makefile", "tests/house/test_tree.py"}
_BINARY = {".parquet", ".npy", ".png", ".gz", ".zst", ".xlsx", ".xls", ".ods", ".zip"}
_VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core", "tools", "stuff"}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("no git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_is_and_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    product = name_of(path).startswith(PACKAGES)
    assert not product or ast.get_docstring(ast.parse(text)), f"{name_of(path)} has no docstring"
    if product and name_of(path) not in LONGER_FOR_A_REASON:
        assert len(text.splitlines()) <= LONGEST
    assert path.stem not in _VAGUE, "a module is a noun of the domain"


def test_the_list_of_long_modules_has_no_short_one() -> None:
    for name in LONGER_FOR_A_REASON:
        assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) > LONGEST, f"{name} is short enough now"


def test_most_modules_are_short() -> None:
    sizes = sorted(
        len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES if name_of(path).startswith(PACKAGES)
    )
    assert sizes[len(sizes) // 2] <= MOST_OF_THE_TREE


def test_no_file_holds_words_that_have_no_place_here() -> None:
    found = []
    for path in tracked():
        if path.suffix in _BINARY or name_of(path) == "tests/house/test_tree.py":
            continue
        text = path.read_bytes().decode("utf-8", errors="replace")
        for pattern, what in _FORBIDDEN:
            if what == "the address of an index" and name_of(path) in _SPEAKS_OF_THE_INDEX_OPTIONS:
                continue
            found += [f"{name_of(path)}: {match[0]!r}, {what}" for match in pattern.finditer(text)]
    assert not found


def test_every_package_says_that_it_is_typed() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").is_file()


def test_broad_catches_stand_at_the_process_edge_or_raise_again() -> None:
    for path in MODULES:
        if not name_of(path).startswith(PACKAGES) or name_of(path) == "api/commands/main.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name):
                assert node.type.id != "Exception", f"{name_of(path)}:{node.lineno}"
                raises = any(isinstance(inside, ast.Raise) for inside in ast.walk(node))
                assert node.type.id != "BaseException" or raises, f"{name_of(path)}:{node.lineno}"
