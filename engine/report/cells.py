"""Text that stays text when a spreadsheet opens it.

A cell that begins with = + - @ or a control character is taken for a formula by one program or another (OWASP ASVS 5.0,
1.2.10). In CSV such a value gets a leading apostrophe; in a workbook every value of ours is written as a string cell.
"""

import polars as pl

_STARTERS = frozenset("=+-@\t\r\n\0|%＝＋－＠")


def inert(text: str) -> str:
    """Give the text with a leading apostrophe where a spreadsheet would calculate it."""
    first = text.lstrip(" \u00a0\u200b\ufeff")[:1]
    return "'" + text if first in _STARTERS and text.strip() else text


def inert_column(column: pl.Expr) -> pl.Expr:
    """Give a text column made inert; the column twin of `inert`."""
    begins = column.str.contains("^[ \\x{a0}\\x{200b}\\x{feff}]*[=+\\-@\\t\\r\\n\\x00|%＝＋－＠]") & (
        column.str.strip_chars() != ""
    )
    return pl.when(begins).then(pl.concat_str([pl.lit("'"), column])).otherwise(column)
