"""Errors of the engine: the work cannot continue. A wrong row is never an error; it is a finding or a rejection.

EngineError
├── SourceError              a file cannot be read at all, or no further
│   ├── SourceNotFound · SourceNotAFile · SourceUnreadable · SourceEmpty · SourceChanged · SourceUnbalanced
│   ├── SourceFormatUnknown · SourceEncrypted · SourceDamaged · SourceTruncated · SourceTooDeep · SourceTooLarge
│   └── SourceEncodingUnclear · SourceTooWide · SourceColumnsMissing · SourceColumnsDoubled · SourceColumnType
├── SpoolFull                the scratch folder cannot take the converted file
├── ProfileFaulty            a carrier profile cannot be used; names all its faults at once
├── IndexError_              (see engine.identity)
└── RunError                 (see engine.pipeline)
"""

from typing import ClassVar


class EngineError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "engine"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the fields when the error crosses a process border."""
        return _revive, (type(self), self.fields)


def _revive(kind: type[EngineError], fields: dict[str, object]) -> EngineError:
    return kind(**fields)


class SourceError(EngineError):
    """An input file cannot be read at all."""

    code = "source"
    template = "{path}: {detail}"


class SourceNotFound(SourceError):
    """Nothing is at the given path."""

    code = "source-not-found"
    template = "{path}: there is no such file"


class SourceNotAFile(SourceError):
    """The path names a folder, pipe, socket or device."""

    code = "source-not-a-file"
    template = "{path} is a {what}; name one regular file"


class SourceUnreadable(SourceError):
    """The operating system does not let the file be opened or read."""

    code = "source-unreadable"
    template = "{path} cannot be read: {reason}"


class SourceEmpty(SourceError):
    """The file holds no text, or nothing before the first record."""

    code = "source-empty"
    template = "{path} is empty: it holds {what}; a file has at least a line with column names"


class SourceChanged(SourceError):
    """The file is no longer the one that was prepared."""

    code = "source-changed"
    template = "{path} changed while it was being read ({what}); copy it to a quiet place and start again"


class SourceUnbalanced(SourceError):
    """The records read are not the records that were counted: a defect of the reader, never of the data."""

    code = "source-unbalanced"
    template = (
        "{path}, rows {first_row} to {last_row}: {framed} records were framed, {rows} rows and {rejects} rejects read"
    )


class SourceFormatUnknown(SourceError):
    """The content is of a kind that is not read."""

    code = "source-format-unknown"
    template = "{path} holds {what}, which is not read; send CSV, Excel (xlsx, xlsb, xls, ods) or Parquet"


class SourceEncrypted(SourceError):
    """The content is locked by a password or key."""

    code = "source-encrypted"
    template = "{path} is locked ({what}); remove the password and send it again over a protected channel"


class SourceDamaged(SourceError):
    """The file claims a format that its bytes do not keep, so no part of it can be trusted."""

    code = "source-damaged"
    template = "{path} is a damaged {what}: {reason}"


class SourceTruncated(SourceError):
    """The end of the file is missing, and without it no part can be read."""

    code = "source-truncated"
    template = "{path} is a {what} without its end: {reason}; send the whole file"


class SourceTooDeep(SourceError):
    """A compressed file holds something that would have to be unpacked again."""

    code = "source-too-deep"
    template = "{path} holds {what}; send one file, compressed once at most"


class SourceTooLarge(SourceError):
    """Unpacked, the file is larger than the carrier profile allows."""

    code = "source-too-large"
    template = "{path}: {what} passes the limit of {limit} (option limits.{option} of the carrier profile)"


class SourceEncodingUnclear(SourceError):
    """The encoding cannot be told from the text with enough certainty."""

    code = "source-encoding-unclear"
    template = (
        '{path}, line {line}: the encoding is not clear ({evidence}); name it: encoding = "..." in the carrier profile'
    )


class SourceTooWide(SourceError):
    """The line with column names is longer or holds more columns than allowed."""

    code = "source-too-wide"
    template = "{path}, line {line}: {what} passes the limit of {limit} (option limits.{option} of the carrier profile)"


class SourceColumnsMissing(SourceError):
    """Columns that no record can do without are not in the file."""

    code = "source-columns-missing"
    template = (
        "{path}, line {line}: no column for {missing}; {found}. Name the columns as in the batch template, "
        "or map them under [columns] in the carrier profile"
    )


class SourceColumnsDoubled(SourceError):
    """Two columns of the file stand for one canonical column."""

    code = "source-columns-doubled"
    template = "{path}, line {line}: {doubled}; keep one, or map the right one under [columns] in the carrier profile"


class SourceColumnType(SourceError):
    """A typed column cannot be written as text."""

    code = "source-column-type"
    template = "{path}: column {column} is of type {kind}, which has no text form; send text, numbers or dates"


class SpoolFull(EngineError):
    """The converted file does not fit in the scratch folder."""

    code = "spool-full"
    template = "{spool}: no room for the converted form of {path}: {reason}; free space or name another scratch folder"


class ProfileFaulty(EngineError):
    """A carrier profile cannot be used."""

    code = "profile-faulty"
    template = "carrier profile {path}: {faults}"
