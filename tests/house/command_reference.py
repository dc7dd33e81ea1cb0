"""Write docs/commands.md from the commands themselves: `python -m tests.house.command_reference`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from api.commands.main import app
from api.problems import EXIT_CODES

REFERENCE = Path(__file__).parents[2] / "docs" / "commands.md"
_INTRODUCTION = """# Lệnh · Commands

Viết từ chính các lệnh; đừng sửa tay: `python -m tests.house.command_reference`.
Written from the commands themselves; do not edit by hand.

Mọi lệnh có `--help`, và `--json` để in một tài liệu JSON ra stdout; tiến độ và lỗi ra stderr.
Every command has `--help`, and `--json` for one JSON document on stdout; progress and errors go to stderr.
"""


def commands(group: Any, path: tuple[str, ...] = ("sogoc",)) -> Iterator[tuple[str, Any]]:
    """Give every command with its whole name, groups opened."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


def all_commands() -> list[tuple[str, Any]]:
    """Give every command of `sogoc`."""
    return list(commands(typer.main.get_command(app)))


def options(command: Any) -> Iterator[tuple[str, str]]:
    """Give what a user types for each parameter, and its help."""
    for parameter in command.params:
        if parameter.name == "help":
            continue
        if parameter.param_type_name == "argument":
            yield parameter.metavar or parameter.name.upper(), parameter.help or ""
        else:
            typed = " ".join(parameter.opts)
            yield (f"{typed} {parameter.metavar}" if parameter.metavar else typed), parameter.help or ""


def render() -> str:
    """Give the reference as Markdown."""
    lines = [_INTRODUCTION]
    for name, command in all_commands():
        text = " ".join((command.help or "").split())
        lines += [f"## {name}", "", text, "", "| | |", "|---|---|"]
        lines += [f"| `{typed}` | {words} |" for typed, words in options(command)]
        lines.append("")
    lines += ["## Mã thoát · Exit codes", "", "| | |", "|---|---|"]
    lines += [f"| {code} | {vi} · {en} |" for code, (vi, en) in EXIT_CODES.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(render(), encoding="utf-8")
