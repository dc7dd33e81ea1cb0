"""Arrears as the accounts department lists them: a CSV file of `due_on,subject,holder_id`."""

import csv
import datetime
from pathlib import Path
from typing import Final

from registries.addresses.errors import ColumnMissing, FileUnreadable
from registries.addresses.register import Due

_COLUMNS: Final = ("due_on", "subject", "holder_id")


def read_arrears(path: Path) -> list[Due]:
    """Read what is owed by when, for what, and by whom.

    Raises:
        FileUnreadable: It cannot be read, or a line of it.
        ColumnMissing: One of the three columns is not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            found = reader.fieldnames or ()
            for column in _COLUMNS:
                if column not in found:
                    raise ColumnMissing(path=path, column=column, found=", ".join(found) or "none")
            return [
                Due(datetime.date.fromisoformat(row["due_on"]), "arrears", row["subject"], row["holder_id"] or None)
                for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error, TypeError, ValueError) as fault:
        raise FileUnreadable(path=path, kind="a list of arrears", reason=fault) from fault
