"""What a command says and where: its answer on stdout (for people, or one JSON document), everything else on stderr.

It knows the terminal and nothing of the engine; rich is loaded only when something is drawn.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 120
"""Columns of tables where stdout is a file or a pipe."""

_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[ .\-]?[0-9]){8,14}(?![0-9A-Za-z])")


def masked_text(text: str) -> str:
    """Give a message in which no run of nine to fifteen digits stands whole: it may be somebody's number."""
    return _LONG_NUMBER.sub(lambda found: f"{found[0][:3]}***{found[0][-2:]}", text)


def one_line(text: str) -> str:
    """Give a text without line breaks or control characters."""
    return re.sub(r"[\x00-\x1f\x7f\s]+", " ", text).strip()


def say(text: str) -> None:
    """Say one line to whoever watches, on stderr."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the command line speaks


def tell(value: Mapping[str, Any], show: Callable[["Console"], None], *, as_json: bool) -> None:
    """Give the answer of a command on stdout: the value as one JSON document, or what `show` draws of it."""
    if as_json:
        sys.stdout.write(as_document(value))
        sys.stdout.flush()
        return
    show(console())


def as_document(value: Mapping[str, Any]) -> str:
    """Give one JSON document, as text that ends with a line break."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def console() -> "Console":
    """Give the console of stdout; where it is no terminal, tables get room and nothing is coloured."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=PLAIN_WIDTH, force_terminal=False, color_system=None)


def draw_table(
    screen: "Console", title: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, numbers_from: int = 1
) -> None:
    """Draw a table; columns from `numbers_from` on hold numbers and stand to the right."""
    from rich import box
    from rich.table import Table

    table = Table(title=title, box=box.SIMPLE, title_justify="left", title_style="bold", pad_edge=False)
    table.show_header = any(headings)
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="right" if place >= numbers_from else "left", overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    screen.print(table)


def cell(value: object) -> str:
    """Give a value as the text of a table cell: whole numbers in groups of three, nothing for None."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value).replace("[", "\\[")
