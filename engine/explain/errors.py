"""Errors of explaining: what is needed for it is not there."""

from typing import ClassVar

from engine.errors import EngineError


class ExplainError(EngineError):
    """A verdict cannot be explained."""

    code: ClassVar[str] = "explain"
    template: ClassVar[str] = "{run}: {detail}"


class NotInRun(ExplainError):
    """No batch of the run has this number."""

    code: ClassVar[str] = "explain-not-in-run"
    template: ClassVar[str] = "{run}: no record has the number {msisdn}"


class WorkGone(ExplainError):
    """What the run kept of its inputs was cleared away, or never written."""

    code: ClassVar[str] = "explain-no-work"
    template: ClassVar[str] = "{run}: {missing} is gone; name the index with --index, or run again with the same inputs"


class IndexDiffers(ExplainError):
    """The index was rebuilt or updated since the run."""

    code: ClassVar[str] = "explain-index-differs"
    template: ClassVar[str] = "{index} holds {found}, the run was made with {wanted}; name that index with --index"
