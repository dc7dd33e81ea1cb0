"""Frozen results: what was measured, beside what, on which machine, from which seed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.datasets import ROOT, proofs_folder
from benchmarks.machine import describe_machine

RESULTS = Path(__file__).parent / "results"
WIDTH = 150


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure held against the bar that it must pass."""

    name: str
    figure: float
    bar: float
    above: bool = True
    unit: str = ""

    @property
    def passed(self) -> bool:
        return self.figure >= self.bar if self.above else self.figure <= self.bar


@dataclass(slots=True)
class Result:
    """The outcome of one proof or board.

    `control` says what stands beside the figures in the same run, `recipe` how to make the data again. `figures` is
    free in form; `bars` holds what was promised. Below full scale, bars are shown and prove nothing.
    """

    name: str
    question: str
    control: str
    seed: int
    scale: float
    recipe: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[Any]]]] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Add a table for people to read."""
        self.tables.append((title, columns, rows))

    def bar(self, name: str, figure: float, bar: float, *, above: bool = True, unit: str = "") -> None:
        """Hold a figure against its bar."""
        self.bars.append(Bar(name, figure, bar, above, unit))

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "question": self.question,
            "control": self.control,
            "seed": self.seed,
            "scale": self.scale,
            "recipe": self.recipe,
            "machine": describe_machine(),
            "bars": [
                {
                    "name": bar.name,
                    "figure": bar.figure,
                    "bar": bar.bar,
                    "must_be": "at least" if bar.above else "at most",
                    "unit": bar.unit,
                    "passed": bar.passed,
                }
                for bar in self.bars
            ],
            "figures": self.figures,
        }


def freeze(result: Result) -> Path:
    """Write a result: into results/ at full scale, else beside the data sets, never over a frozen one."""
    folder = RESULTS if result.scale == 1 else proofs_folder() / "results"
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "" if result.scale == 1 else f"-at-{result.scale:g}"
    path = folder / f"{result.name}{suffix}.json"
    text = json.dumps(_plain(result.as_dict()), indent=1, ensure_ascii=False).replace(f"{ROOT}/", "")
    path.write_text(text + "\n", encoding="utf-8")
    return path


def show(result: Result) -> None:
    """Print a result for people."""
    from rich.console import Console
    from rich.table import Table

    screen = Console()
    # A board cut to 80 columns cannot be read where output goes to a file.
    screen.width = max(screen.width, WIDTH)
    machine = describe_machine()
    screen.rule(f"[bold]{result.name}[/bold]")
    screen.print(result.question)
    screen.print(f"[dim]beside: {result.control}; seed {result.seed}; scale {result.scale:g}[/dim]")
    screen.print(
        f"[dim]{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['kernel']}, "
        f"load {machine['load_1min']}[/dim]"
    )
    for title, columns, rows in result.tables:
        table = Table(title=title, title_justify="left")
        for place, column in enumerate(columns):
            table.add_column(column, justify="left" if place == 0 else "right", overflow="fold")
        for row in rows:
            table.add_row(*(_cell(value) for value in row))
        screen.print(table)
    for bar in result.bars:
        sign, colour = (">=" if bar.above else "<="), ("green" if bar.passed else "red")
        word = "pass" if bar.passed else "MISS"
        note = "" if result.scale == 1 else " (below full scale: proves nothing)"
        screen.print(
            f"[{colour}]{word}[/{colour}] {bar.name}: {_cell(bar.figure)} {sign} {_cell(bar.bar)} {bar.unit}{note}"
        )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        if value != value:
            return "-"
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "-" if value is None else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, 6)
    return value if isinstance(value, int | str | bool | None) else str(value)
