"""Every error of every package has its row in the table of problems, and every row its error."""

import importlib
import pkgutil
import string
from collections.abc import Iterator

import pytest

from api.errors import ApiError
from api.problems import EXIT_CODES, PROBLEMS, UNEXPECTED, problem_of
from data.errors import DataError
from engine.errors import EngineError
from matching.errors import MatchingError
from registries.errors import RegistryError

PACKAGES = ("api", "engine", "registries", "matching", "data")
ROOTS = (ApiError, EngineError, RegistryError, MatchingError, DataError)


def error_classes() -> Iterator[type[Exception]]:
    for name in PACKAGES:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            importlib.import_module(module.name)
    waiting: list[type[Exception]] = list(ROOTS)
    while waiting:
        found = waiting.pop()
        if found.__module__.partition(".")[0] in PACKAGES:
            yield found
        waiting.extend(found.__subclasses__())


CLASSES = sorted(set(error_classes()), key=lambda kind: kind.__qualname__)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_class_has_a_row_a_meaning_and_a_code_of_its_own(kind: type[ApiError]) -> None:
    assert "code" in vars(kind), f"{kind.__name__} has no code of its own"
    assert kind.code in PROBLEMS
    assert kind.__doc__, f"{kind.__name__} does not say what it means"
    assert [other.__name__ for other in CLASSES if vars(other).get("code") == kind.code] == [kind.__name__]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_the_message_is_made_of_the_fields_alone(kind: type[ApiError]) -> None:
    fields = {name: f"<{name}>" for _, name, _, _ in string.Formatter().parse(kind.template) if name}
    error = kind(**fields)
    assert all(value in str(error) for value in fields.values())
    assert problem_of(error) is PROBLEMS[kind.code]
    for word in ("invalid", "sorry", "please"):
        assert word not in kind.template.lower()


def test_no_row_is_left_without_an_error() -> None:
    assert set(PROBLEMS) == {vars(kind)["code"] for kind in CLASSES}


def test_rows_speak_both_languages_and_know_their_numbers() -> None:
    for code, problem in PROBLEMS.items():
        assert problem.code == code
        assert problem.exit_code in EXIT_CODES
        assert 400 <= problem.http_status < 600
        assert problem.vi
        assert problem.en
        assert problem.vi != problem.en


def test_what_is_no_error_of_ours_is_a_defect() -> None:
    assert problem_of(KeyError("x")) is UNEXPECTED
    assert problem_of(SystemError()) is UNEXPECTED
