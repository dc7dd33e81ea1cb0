"""`sogoc ip lookup`, `overlaps` and `aggregate`: whole files of addresses against the register, or each other."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.ledger_desk import Desk, asks
from api.commands.ledger_options import Legal, Recorded
from api.commands.options import AsJson
from api.commands.terminal import draw_table, tell
from api.errors import OptionFaulty
from api.problems import DONE, MEND

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

TableFile = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="Tệp địa chỉ: CSV, Parquet, hoặc .txt mỗi dòng một · CSV, Parquet or .txt"),
]
Column = Annotated[
    str | None, typer.Option("--column", metavar="NAME", help="Cột chứa địa chỉ · Column that holds the addresses")
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE", help="Tệp kết quả .csv hoặc .parquet · File of the result, .csv or .parquet"),
]
_SHOWN = 20


@asks
def lookup(
    desk: Desk,
    path: TableFile,
    out: Out = None,
    column: Column = None,
    legal: Legal = None,
    recorded: Recorded = None,
) -> int:
    """Tra cả tệp địa chỉ: ai giữ, theo quyền nào, tại một thời điểm · Look up a file of addresses as of a moment."""
    from registries.addresses.files import lookup_file
    from registries.addresses.holdings import register_map

    held = register_map(desk.ledger, legal=legal, recorded=recorded)
    found = lookup_file(path, held.addresses, held.records, column)
    _write(out, found.rows)
    _rejected(out, found.rejects)
    value = {
        "file": str(path),
        "out": None if out is None else str(out),
        "rows": len(found.rows),
        "found": found.found,
        "not_found": found.not_found,
        "refused": found.rejects.to_dicts()[:_SHOWN],
        "refused_count": len(found.rejects),
    }
    if out is None:
        value["answers"] = found.rows.to_dicts()

    def show(screen: "Console") -> None:
        counts: list[tuple[str, object]] = [
            ("Dòng · rows", len(found.rows)),
            ("Có chủ · found", found.found),
            ("Không của ai · not found", found.not_found),
            ("Không đọc được · refused", len(found.rejects)),
        ]
        draw_table(screen, str(path), ("", ""), counts)
        if out is None:
            draw_table(screen, "", found.rows.columns, found.rows.head(_SHOWN).rows(), numbers_from=99)

    desk.tell(value, show)
    return MEND if len(found.rejects) else DONE


def overlaps(path: TableFile, out: Out = None, column: Column = None, as_json: AsJson = False) -> int:
    """Các khối trong tệp chồng lên nhau · Prefixes of a file that share addresses; no register is asked."""
    from registries.addresses.files import overlaps_file

    found = overlaps_file(path, column)
    _write(out, found.pairs)
    _rejected(out, found.rejects)
    value: dict[str, Any] = {
        "file": str(path),
        "out": None if out is None else str(out),
        "pairs_count": found.count,
        "pairs": found.pairs.head(_SHOWN).to_dicts(),
        "refused_count": len(found.rejects),
        "refused": found.rejects.to_dicts()[:_SHOWN],
    }

    def show(screen: "Console") -> None:
        draw_table(screen, f"{path}: {found.count:,}", found.pairs.columns, found.pairs.head(_SHOWN).rows())

    tell(value, show, as_json=as_json)
    return MEND if found.count or len(found.rejects) else DONE


def aggregate(path: TableFile, out: Out = None, column: Column = None, as_json: AsJson = False) -> int:
    """Gộp các khối trong tệp thành ít tiền tố nhất · The fewest prefixes of just the addresses of a file."""
    import polars as pl

    from registries.addresses.files import aggregate_file

    found = aggregate_file(path, column)
    _write(out, pl.DataFrame({"prefix": pl.Series(found.prefixes, dtype=pl.String)}))
    _rejected(out, found.rejects)
    value: dict[str, Any] = {
        "file": str(path),
        "out": None if out is None else str(out),
        "rows": found.rows,
        "prefixes_count": len(found.prefixes),
        "prefixes": list(found.prefixes) if out is None else [],
        "refused_count": len(found.rejects),
        "refused": found.rejects.to_dicts()[:_SHOWN],
    }

    def show(screen: "Console") -> None:
        for prefix in found.prefixes if out is None else ():
            screen.print(prefix)
        screen.print(f"{found.rows:,} dòng · rows → {len(found.prefixes):,} tiền tố · prefixes")

    tell(value, show, as_json=as_json)
    return MEND if len(found.rejects) else DONE


def _write(out: Path | None, rows: "pl.DataFrame") -> None:
    if out is None:
        return
    try:
        if out.suffix == ".parquet":
            rows.write_parquet(out)
        else:
            rows.write_csv(out)
    except OSError as fault:
        raise OptionFaulty(option="--out", value=out, detail="the file cannot be written") from fault


def _rejected(out: Path | None, rejects: "pl.DataFrame") -> None:
    """Keep refused rows beside the result: NAME.rejects.csv."""
    if out is not None and len(rejects):
        rejects.write_csv(out.with_name(f"{out.stem}.rejects.csv"))
