"""The text files that carriers send: delimiters, header names, encodings, and the lines that got broken on the way."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.csv as pc

from engine import records as schema
from engine.synthetic.draw import Index
from engine.synthetic.profiles import LINE_DAMAGES
from engine.synthetic.spelling import Spelling, spelled
from engine.synthetic.writing import plain_schema


@dataclass(frozen=True, slots=True)
class Dialect:
    """One carrier's habits. `headers` is `name` (canonical), `vi` or `en`."""

    encoding: str = "utf-8"
    delimiter: str = ","
    headers: str = "name"
    mark: bytes = b""
    line_end: str = "\n"

    @property
    def is_old(self) -> bool:
        """Whether the encoding has Vietnamese letters and few others."""
        return not self.encoding.startswith("utf")

    def profile_text(self, carrier: str) -> str:
        """Give the carrier profile (TOML) that says what the file itself does not tell."""
        delimiter = self.delimiter.replace("\t", "\\t")
        return f'carrier = "{carrier}"\nencoding = "{self.encoding}"\ndelimiter = "{delimiter}"\ndate_order = "dmy"\n'


PLAIN = Dialect()
_DIRTY = (
    Dialect("utf-8", ",", "vi", b"\xef\xbb\xbf", "\r\n"),
    Dialect("tcvn3", ";", "vi"),
    Dialect("vni", "\t", "en", line_end="\r\n"),
    Dialect("cp1258", ",", "vi"),
    Dialect("utf-16-le", ";", "vi", b"\xff\xfe", "\r\n"),
)


def dialect_of(profile: str, place: int) -> Dialect:
    """Give the habits of the carrier at this place of the list: all alike, except in the profile `dirty`."""
    return _DIRTY[place % len(_DIRTY)] if profile == "dirty" else PLAIN


def header(dialect: Dialect, wanted: Sequence[str]) -> bytes:
    """Give the header line."""
    titles = {column.name: {"name": column.name, "vi": column.vi, "en": column.en} for column in schema.BATCH_COLUMNS}
    line = dialect.delimiter.join(titles[name][dialect.headers] for name in wanted) + dialect.line_end
    return dialect.mark + _encoder(dialect.encoding)(line)


def lines(dialect: Dialect, table: Any, damage: Index) -> bytes:
    """Give the rows as lines of text; a row with damage is one broken line and takes no other with it."""
    sink = io.BytesIO()
    options = pc.WriteOptions(include_header=False, delimiter=dialect.delimiter, quoting_style="needed")
    pc.write_csv(table.cast(plain_schema(table.schema)), sink, options)
    text = sink.getvalue().decode()
    broken = np.flatnonzero(damage)
    if len(broken) or dialect.line_end != "\n":
        whole = text[:-1].split("\n")
        for row in broken.tolist():
            whole[row] = _BREAK[LINE_DAMAGES[int(damage[row])]](whole[row], dialect.delimiter)
        text = dialect.line_end.join([*whole, ""])
    return _encoder(dialect.encoding)(text)


def _stray_quote(line: str, delimiter: str) -> str:
    fields = line.split(delimiter)
    fields[3] = fields[3][:2] + '"' + fields[3][2:]
    return delimiter.join(fields)


_BREAK: dict[str, Callable[[str, str], str]] = {
    "field_too_many": lambda line, delimiter: line + delimiter + "x",
    "fields_too_few": lambda line, delimiter: delimiter.join(line.split(delimiter)[:3]),
    "stray_quote": _stray_quote,
    "nul_byte": lambda line, _: line[:6] + "\0" + line[6:],
}


def _encoder(encoding: str) -> Callable[[str], bytes]:
    if encoding in {"tcvn3", "vni"}:
        table = spelled(Spelling.TCVN3_AS_CP1252 if encoding == "tcvn3" else Spelling.VNI_AS_CP1252)
        return lambda text: text.translate(table).encode("cp1252", "replace")
    if encoding == "cp1258":
        table = spelled(Spelling.CP1258_DECOMPOSED)
        return lambda text: text.translate(table).encode("cp1258", "replace")
    return lambda text: text.encode(encoding)
