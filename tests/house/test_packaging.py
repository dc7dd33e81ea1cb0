"""What is declared, what is pinned and what is installed are the same."""

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[\w,-]+\])?==([^\s\\;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    return {
        canonicalize_name(name): version for name, version in _PIN.findall((ROOT / lock).read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("declared", PROJECT["project"]["dependencies"])
def test_every_dependency_is_pinned_within_its_range(declared: str) -> None:
    wanted = Requirement(declared)
    pinned = pins("requirements.lock")
    assert wanted.specifier.contains(pinned[canonicalize_name(wanted.name)])


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_digests_and_no_lock_names_an_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    for block in blocks:
        if "==" in block:
            assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in text


def test_the_locks_agree_with_each_other() -> None:
    run, dev, bench = (pins(lock) for lock in LOCKS)
    for one, other in ((run, dev), (run, bench), (dev, bench)):
        assert {name: one[name] for name in one.keys() & other.keys()} == {
            name: other[name] for name in one.keys() & other.keys()
        }


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, version in (pins("requirements.lock") | pins("requirements-dev.lock")).items():
        try:
            installed = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # for another platform or interpreter
        assert installed == version, name


def test_the_distribution_holds_the_five_packages_and_starts_the_command() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert set(wheel["packages"]) == {"engine", "matching", "registries", "api", "data"}
    assert PROJECT["project"]["scripts"] == {"sogoc": "api.commands.main:run"}
    assert PROJECT["project"]["version"] == importlib.metadata.version("sogoc")
    assert PROJECT["project"]["license"] == "Apache-2.0"


def test_every_recipe_of_the_makefile_is_told_of() -> None:
    recipes = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert recipes is not None
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for recipe in set(recipes[1].split()) - {"clean"}:
        assert f"make {recipe}" in told, recipe
