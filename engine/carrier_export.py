"""What a carrier gets back: its own rows, each with a code no finer than the law needs. RUN/carrier/ alone may leave.

A carrier learns six things about a row: accepted, number not found, name differs, birth date differs, document not
accepted, resubmit. The words belong to these codes, not to the result codes behind them, so that a near hit reads like
any other. Nothing of the register, no person, no probability, no candidate is written.

Of several reasons only the first in the order of PRECEDENCE is told. Whoever does not know the name does not learn
whether the birth date was right; whoever does not know both does not learn that the holder died or a card expired.
Rows that are frozen (engine.attempts) are answered RESUBMIT with the remark that a person will look at them.

Files: <CARRIER>/<batch>.csv with all rows of a batch (UTF-8 with BOM, so that spreadsheets read the accents; text that
a spreadsheet would calculate begins with an apostrophe), <CARRIER>/<CARRIER>.xlsx with a summary, the rows to mend
and the lines that could not be read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow.parquet as pq
import xlsxwriter

import data
from engine.report.cells import inert, inert_column
from engine.sources.findings import REJECT_REASONS

ACCEPTED, RESUBMIT = "ACCEPTED", "RESUBMIT"
PRECEDENCE = ("ID_NOT_FOUND", "NAME_DIFFERS", "BIRTH_DATE_DIFFERS", "DOCUMENT_NOT_ACCEPTED", RESUBMIT)

FROZEN_WORDS = (
    "Đã thay đổi quá số lần cho phép; cán bộ sẽ xem xét",
    "Changed more often than allowed; a person will look at it",
)
COLUMNS = ("row", "msisdn", "code", "vi", "en")

_SHEET_ROWS = 1_048_576
_CHUNK = 524_288
_FROZEN_KEY = "FROZEN"

_Words = Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class CarrierAccount:
    """What one carrier was told: rows by code, and how many of them are frozen."""

    carrier: str
    codes: Counter[str] = field(default_factory=Counter)
    frozen: int = 0
    rejected: int = 0


def carrier_code(roll_up: str, codes: str, projection: Mapping[str, str]) -> str:
    """Give the one code that a carrier reads for a roll-up and its result codes (separated by blanks).

    `projection` maps result codes to carrier codes (data/tables/result_codes, carrier_code). An unknown result code, or
    none that asks for anything, reads RESUBMIT where the roll-up is not correct.
    """
    if roll_up == "correct":
        return ACCEPTED
    told = {projection.get(code, RESUBMIT) for code in codes.split()}
    return next((code for code in PRECEDENCE if code in told), RESUBMIT)


def projection_of(rule_set: str, as_of: date) -> dict[str, str]:
    """Give the carrier code of each result code that weighs under a rule set; those that do not read ACCEPTED."""
    weighs = {
        row["code"]: row["roll_up"] != "correct" or bool(row["identified_changes_to"])
        for row in data.table("rule_set_codes", as_of).where(rule_set=rule_set)
    }
    codes = data.table("result_codes", as_of)
    return {row["code"]: row["carrier_code"] if weighs.get(row["code"], True) else ACCEPTED for row in codes}


def export(
    run: Path,
    *,
    carriers: Mapping[str, str],
    rule_set: str,
    as_of: date,
    frozen: Path | None = None,
    out: Path | None = None,
    sheet_rows: int = 200_000,
) -> tuple[CarrierAccount, ...]:
    """Write RUN/carrier/ from RUN/verdicts.parquet and RUN/rejects.parquet; give what each carrier was told.

    Args:
        run: The run folder.
        carriers: The carrier of each batch.
        rule_set: The rule set of the run; with `as_of` it says which result codes weigh.
        as_of: The day whose tables hold.
        frozen: The rows that get no answer (batch, row), as engine.attempts wrote them.
        out: Where to write instead of RUN/carrier.
        sheet_rows: Rows to mend in each workbook; the CSV files hold all, and the workbook says so.
    """
    folder = out or run / "carrier"
    projection = projection_of(rule_set, as_of)
    told = data.table("carrier_codes", as_of)
    words = {row["code"]: (row["vietnamese"], row["english"]) for row in told}
    advice = {row["code"]: (row["advice_vi"], row["advice_en"]) for row in told}
    stopped = _frozen_rows(frozen)
    with ExitStack() as stack:
        desks: dict[str, _Desk] = {}
        for carrier in sorted(set(carriers.values())):
            desks[carrier] = stack.enter_context(
                _Desk(carrier, folder / safe_name(carrier), (words, advice), sheet_rows)
            )
        for batch, rows in _batches(run / "verdicts.parquet"):
            desks[carriers[batch]].answer(batch, _answers(rows, projection, words, stopped.get(batch)))
        for batch, line, reason in _rejects(run / "rejects.parquet"):
            if batch in carriers:
                desks[carriers[batch]].reject(batch, line, " / ".join(REJECT_REASONS.get(reason, (reason,))))
    return tuple(desk.account for desk in desks.values())


def safe_name(name: str) -> str:
    """Give a file name that stays in its folder: letters, digits, dot, dash and underscore."""
    return re.sub(r"[^0-9A-Za-z._-]", "_", Path(name).name).lstrip(".") or "_"


def _frozen_rows(frozen: Path | None) -> dict[str, pl.Series]:
    if frozen is None:
        return {}
    return {str(key[0]): rows["row"] for key, rows in pl.read_parquet(frozen).group_by("batch")}


def _batches(verdicts: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the verdicts in their order, in portions of one batch each."""
    columns = ["batch", "row", "msisdn", "roll_up", "codes"]
    for portion in pq.ParquetFile(verdicts).iter_batches(batch_size=_CHUNK, columns=columns):
        frame = pl.DataFrame(portion)
        for rows in frame.partition_by("batch", maintain_order=True):
            yield str(rows["batch"][0]), rows


def _answers(
    rows: pl.DataFrame, projection: Mapping[str, str], words: _Words, stopped: pl.Series | None
) -> pl.DataFrame:
    kinds = rows.select("roll_up", "codes").unique()
    told = [carrier_code(roll_up, codes, projection) for roll_up, codes in kinds.iter_rows()]
    rows = rows.join(
        kinds.with_columns(pl.Series("key", told, pl.String)),
        on=["roll_up", "codes"],
        how="left",
        maintain_order="left",
    )
    if stopped is not None:
        rows = rows.with_columns(
            pl.when(pl.col("row").is_in(stopped.implode()))
            .then(pl.lit(_FROZEN_KEY))
            .otherwise(pl.col("key"))
            .alias("key")
        )
    told_words = pl.DataFrame(
        [(code, code, *texts) for code, texts in words.items()] + [(_FROZEN_KEY, RESUBMIT, *FROZEN_WORDS)],
        schema=["key", "code", "vi", "en"],
        orient="row",
    )
    return rows.join(told_words, on="key", how="left", maintain_order="left").select(
        "row",
        inert_column(pl.col("msisdn")).alias("msisdn"),
        "code",
        "vi",
        "en",
        (pl.col("key") == _FROZEN_KEY).alias("frozen"),
    )


def _rejects(rejects: Path) -> Iterator[tuple[str, int, str]]:
    if not rejects.exists():
        return
    for portion in pq.ParquetFile(rejects).iter_batches(columns=["batch", "line", "reason"]):
        yield from zip(*(column.to_pylist() for column in portion.columns), strict=True)


class _Desk:
    """The files of one carrier, open while its batches pass by."""

    def __init__(self, carrier: str, folder: Path, words: tuple[_Words, _Words], sheet_rows: int) -> None:
        self.account = CarrierAccount(carrier)
        self._folder = folder
        self._words, self._advice = words
        self._limit = min(sheet_rows, _SHEET_ROWS - 1)
        self._files: dict[str, IO[bytes]] = {}
        self._names: set[str] = set()

    def __enter__(self) -> "_Desk":
        self._folder.mkdir(parents=True, exist_ok=True)
        # Cells are strings of ours: nothing is read as a formula, a link or a number.
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(str(self._folder / f"{safe_name(self.account.carrier)}.xlsx"), options)
        bold = self._book.add_format({"bold": True, "bottom": 1})
        self._mend = _Sheet(
            self._book,
            "Cần sửa",
            ("Tệp / batch", "Dòng / row", "Thuê bao / MSISDN", "Mã / code", "Nội dung", "Meaning"),
            bold,
            self._limit,
        )
        self._lost = _Sheet(
            self._book, "Dòng không đọc được", ("Tệp / batch", "Dòng / line", "Lý do / reason"), bold, self._limit
        )
        self._bold = bold
        return self

    def __exit__(self, *_: object) -> None:
        self._summarise()
        self._book.close()
        for file in self._files.values():
            file.close()

    def answer(self, batch: str, rows: pl.DataFrame) -> None:
        """Append rows to the batch's CSV and those to mend to the workbook."""
        file = self._files.get(batch)
        if file is None:
            file = self._files[batch] = (self._folder / self._free_name(batch)).open("wb")
            file.write(b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\n")
        rows.select(COLUMNS).write_csv(file, include_header=False)
        self.account.codes.update(dict(rows.group_by("code").len().iter_rows()))
        self.account.frozen += int(rows["frozen"].sum())
        to_mend = rows.filter(pl.col("code") != ACCEPTED)
        room = self._mend.room()
        for row, msisdn, code, vi, en, _ in to_mend.head(room).iter_rows():
            self._mend.write((batch, str(row), msisdn or "", code, vi, en))
        self._mend.left_out += max(0, to_mend.height - room)

    def reject(self, batch: str, line: int, reason: str) -> None:
        """Append a line that could not be read."""
        self.account.rejected += 1
        if self._lost.room():
            self._lost.write((batch, str(line), reason))
        else:
            self._lost.left_out += 1

    def _free_name(self, batch: str) -> str:
        stem = safe_name(batch).removesuffix(".csv")
        name, number = f"{stem}.csv", 2
        while name in self._names:
            name, number = f"{stem}-{number}.csv", number + 1
        self._names.add(name)
        return name

    def _summarise(self) -> None:
        headings = ("Mã / code", "Nội dung", "Meaning", "Cách sửa", "What to do", "Số dòng / rows")
        sheet = _Sheet(self._book, "Tổng hợp", headings, self._bold, 100)
        for code, texts in self._words.items():
            sheet.write((code, *texts, *self._advice[code]), self.account.codes[code])
        sheet.write(("", *FROZEN_WORDS, "", ""), self.account.frozen)
        sheet.write(("", "Dòng không đọc được", "Lines that could not be read", "", ""), self.account.rejected)
        left_out = self._mend.left_out + self._lost.left_out
        if left_out:
            vi = "Các dòng không nằm trong sổ này; xem đủ trong tệp CSV"
            en = "Rows left out of this workbook; the CSV files have all of them"
            sheet.write(("", vi, en, "", ""), left_out)
        sheet.activate()


class _Sheet:
    """One sheet of text rows, with a number at most in the last column."""

    def __init__(self, book: Any, name: str, headings: tuple[str, ...], bold: Any, limit: int) -> None:
        self._sheet = book.add_worksheet(name)
        self._sheet.set_column(0, len(headings) - 1, 26)
        self._sheet.freeze_panes(1, 0)
        for column, heading in enumerate(headings):
            self._sheet.write_string(0, column, heading, bold)
        self._next = 1
        self._limit = limit
        self.left_out = 0

    def room(self) -> int:
        return max(0, self._limit + 1 - self._next)

    def write(self, cells: tuple[str, ...], number: int | None = None) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._next, column, inert(cell))
        if number is not None:
            self._sheet.write_number(self._next, len(cells), number)
        self._next += 1

    def activate(self) -> None:
        self._sheet.activate()
        self._sheet.set_first_sheet()
