"""Options that several commands share, and how the text of an option becomes a value."""

import datetime
import re
from pathlib import Path
from typing import Annotated

import typer

from api.commands.terminal import say

_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(K|M|G|T)?(I)?B?", re.IGNORECASE)


def day(text: str) -> datetime.date:
    """Read a date as yyyy-mm-dd."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r}: viết ngày theo dạng 2026-11-01 · write a date as 2026-11-01") from error


def byte_count(text: str | int) -> int:
    """Read an amount of memory: 4GB, 512MB, 2GiB (powers of 1024 in both spellings), or bytes."""
    if isinstance(text, int):
        return text
    found = _SIZE.fullmatch(text.strip())
    count = int(float(found[1]) * 1024 ** " KMGT".index((found[2] or " ").upper())) if found else 0
    if count <= 0:
        raise typer.BadParameter(f"{text!r}: viết dung lượng như 4GB, 512MB · write a size as 4GB, 512MB")
    return count


def today() -> datetime.date:
    """Give the day of the clock on the wall; nothing below the command line looks at it."""
    return datetime.datetime.now().astimezone().date()


AsJson = Annotated[
    bool, typer.Option("--json", help="In một tài liệu JSON ra stdout · Print one JSON document on stdout")
]
AsOf = Annotated[
    datetime.date | None,
    typer.Option(
        "--as-of",
        parser=day,
        metavar="DATE",
        help="Ngày áp dụng bảng và quy tắc, mặc định hôm nay · The day whose tables and rules hold, today by default",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, metavar="N", help="Số luồng, mặc định số lõi · Threads, all cores by default"),
]
ProfileFile = Annotated[
    Path | None,
    typer.Option(
        "--profile",
        metavar="FILE",
        help="Hồ sơ tệp (TOML): cột, bảng mã, thứ tự ngày · File profile (TOML): columns, encoding, date order",
    ),
]


def announce_kernels(job: str = "reconcile") -> None:
    """Compile all kernels of a job, saying so, before the first command on this machine that needs them."""
    from api.commands.progress import Meter
    from engine.compiling import compile_all, compiled
    from matching.kernels import cache_folder

    if compiled(job):
        return
    say(
        "sogoc: lần chạy đầu tiên: biên dịch nhân tính toán một lần, dưới 30 giây, rồi lưu lại"
        f" · first run: kernels are compiled once, under 30 s, and kept in {cache_folder()}"
    )
    with Meter() as meter:
        compile_all(job, lambda done, total: meter.told("compile", done, total))
