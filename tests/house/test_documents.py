"""Documents cannot rot: every command and option is in them, and what they name is there."""

import re
from pathlib import Path

import pytest

import data
from tests.house.command_reference import REFERENCE, all_commands, options, render

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "data" / "README.md"])
GUIDES = ROOT / "docs" / "guides"
_PATH = re.compile(r"`((?:engine|matching|api|data|docs|tests|benchmarks)/[\w./-]+\.\w+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)\)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
_FOREIGN_OPTIONS = {"--help"}


def test_the_reference_is_what_the_commands_say_today() -> None:
    assert REFERENCE.read_text(encoding="utf-8") == render(), "python -m tests.house.command_reference"


def test_help_is_vietnamese_first_with_english_beside() -> None:
    for name, command in all_commands():
        for where, text in ((name, command.help), *((f"{name} {typed}", words) for typed, words in options(command))):
            assert " · " in (text or ""), f"{where}: one language only"


def test_every_command_is_told_of_outside_of_the_reference_too() -> None:
    told = "\n".join(path.read_text(encoding="utf-8") for path in DOCUMENTS if path != REFERENCE)
    for name, _ in all_commands():
        assert re.search(rf"{name}\b", told) or name.removeprefix("sogoc ") in told, name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in _PATH.findall(text):
        assert "*" in name or (ROOT / name).exists(), f"{path.name} names {name}"
    for target in _LINK.findall(text):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_document_names_an_option_that_is_not_there(path: Path) -> None:
    known = {typed.split()[0] for _, command in all_commands() for typed, _ in options(command)} | _FOREIGN_OPTIONS
    for line in path.read_text(encoding="utf-8").splitlines():
        if "sogoc" in line or "`--" in line:
            assert set(_OPTION.findall(line)) <= known, line


@pytest.mark.parametrize("code", [row["code"] for row in data.table("result_codes")])
def test_every_result_code_has_its_line_in_the_standards(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", [row["code"] for row in data.table("carrier_codes")])
def test_carriers_find_every_code_they_may_read_in_their_guide(code: str) -> None:
    assert f"| `{code}` |" in (GUIDES / "carrier.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["carrier", "regulator", "operator"])
def test_a_guide_is_a_page_with_vietnamese_first(name: str) -> None:
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    assert text.index("## Tiếng Việt") < text.index("## English")
    assert len(text.splitlines()) <= 65


def test_contracts_of_imports_stand_in_the_architecture_as_sentences() -> None:
    import tomllib

    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    for contract in contracts:
        assert f"- {contract['name']}\n" in text
        assert len(contract["name"].split()) > 6


def test_decisions_give_context_alternatives_and_a_way_out() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        for part in ("**Context.**", "**Decision.**", "**Alternatives.**", "**Escape hatch.**"):
            assert part in text, f"{path.name} lacks {part}"


def test_both_readmes_have_the_same_parts() -> None:
    shapes = [
        [
            len(line.split()[0])
            for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
            if line.startswith("#")
        ]
        for name in ("README.md", "README.vi.md")
    ]
    assert shapes[0] == shapes[1]
