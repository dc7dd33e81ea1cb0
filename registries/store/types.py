"""Column types that both dialects keep in the same order."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Dialect, LargeBinary, Numeric
from sqlalchemy.types import TypeDecorator, TypeEngine

WIDE_BYTES: Final = 16
COUNT_BYTES: Final = 17


class Wide(TypeDecorator[int]):
    """A whole number of at most 128 bits that sorts as a number in both stores.

    PostgreSQL: numeric(39). SQLite: 16 bytes, most significant first, so that comparing bytes compares numbers; its
    own integers end at 63 bits. `size` 17 holds counts up to 2^128 itself.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, size: int = WIDE_BYTES) -> None:
        super().__init__()
        self.size = size

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(40 if self.size > WIDE_BYTES else 39, 0))
        return dialect.type_descriptor(LargeBinary(self.size))

    def process_bind_param(self, value: int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return Decimal(value) if dialect.name == "postgresql" else value.to_bytes(self.size)

    def process_result_value(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        return int(value) if dialect.name == "postgresql" else int.from_bytes(value)
