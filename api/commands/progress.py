"""How far a command has come: stage, rate and the time still to go, on stderr.

On a terminal one bar a stage; elsewhere (a log, a pipe) one line when a stage is done, so that logs stay short.
"""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

from api.commands.terminal import say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

STAGES = {
    "compile": "Biên dịch nhân · compile",
    "prepare": "Chuẩn bị tệp · prepare",
    "train": "Học mô hình · train",
    "chunks": "Đối soát · reconcile",
    "close": "Khóa sổ · close",
    "register": "Sổ danh tính · register",
    "register-delta": "Biến động sổ · register changes",
    "index": "Dựng chỉ mục · index",
    "read": "Đọc · read",
    "plan": "Chọn cột · plan",
    "candidates": "Tìm ứng viên · candidates",
    "compare": "So khớp · compare",
    "learn": "Học trọng số · learn",
    "decide": "Quyết định · decide",
    "write": "Ghi · write",
    "links": "Tuyến · links",
}


def stage_words(stage: str) -> str:
    """Give a stage in words; a number behind it (the month of a demonstration) stays."""
    name, _, number = stage.partition(" ")
    return f"{STAGES.get(name, name)} {number}".strip()


class Meter:
    """Shows the stages of one command; use as a context manager and pass `told` to the engine."""

    def __init__(self, *, whole: str | None = None) -> None:
        self._whole = whole
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._ended: set[str] = set()
        self._last = time.perf_counter()

    def __enter__(self) -> "Meter":
        if sys.stderr.isatty():
            self._bar = _bars()
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def told(self, stage: str, done: int, total: int) -> None:
        """Take note of what is done of a stage: records, rows or steps."""
        now = time.perf_counter()
        began = self._began.setdefault(stage, self._last)
        self._last = now
        if self._bar is not None:
            if stage not in self._tasks:
                self._tasks[stage] = self._bar.add_task(stage_words(stage), total=total)
            self._bar.update(self._tasks[stage], completed=done, total=total)
        elif done >= total and stage not in self._ended:
            self._ended.add(stage)
            seconds = now - began
            rate = f", {done / seconds:,.0f}/s" if seconds > 0.05 and total >= 1_000 else ""
            say(f"sogoc: {stage_words(stage)}: {done:,} ({seconds:.1f} s{rate})")

    def rows(self, done: int, total: int) -> None:
        """Take note of the rows done, where the whole command is one stage."""
        self.told(self._whole or "read", done, total)

    def share(self, stage: str, done: float) -> None:
        """Take note of the share of the whole command that is done."""
        whole = self._whole or "compare"
        if self._bar is None:
            return
        if whole not in self._tasks:
            self._tasks[whole] = self._bar.add_task(stage_words(stage), total=100)
        self._bar.update(self._tasks[whole], completed=100 * done, description=stage_words(stage))


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Rate(ProgressColumn):
        """Rows a second."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TextColumn("còn · left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
