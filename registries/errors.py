"""Root of the errors of the registries: a command is refused, or the work cannot continue.

Every topic keeps its own classes beside its own code; they meet in this root and in the table of problems.
"""

from typing import ClassVar


class RegistryError(Exception):
    """Root of the errors of this package; `code` is stable, fields are keyword arguments, `template` is the message."""

    code: ClassVar[str] = "registry"
    template: ClassVar[str] = "{detail}"

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.template.format(**fields))

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the fields when the error crosses a process border."""
        return _revive, (type(self), self.fields)


def _revive(kind: type[RegistryError], fields: dict[str, object]) -> RegistryError:
    return kind(**fields)
