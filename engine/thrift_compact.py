"""Thrift's compact protocol, read into a tree and written back, without knowing what the fields mean.

Source: Apache Thrift, doc/specs/thrift-compact-protocol.md. Parquet footers are written in it. Fields that this reader
has never heard of survive the round trip, which is what makes it fit for editing the footers of any writer.
"""

import struct
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from engine.errors import EngineError

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT, UUID = range(1, 14)
_DEEPEST = 64


@dataclass(slots=True)
class ThriftList:
    """A list or a set: the type of its elements and the elements."""

    kind: int
    items: "list[Value]"


@dataclass(slots=True)
class ThriftMap:
    """A map: the types of its keys and values (0 where it is empty) and the pairs in the order written."""

    key_kind: int
    value_kind: int
    pairs: "list[tuple[Value, Value]]"


@dataclass(slots=True)
class ThriftStruct:
    """A struct: field number -> (type, value)."""

    fields: "dict[int, tuple[int, Value]]"

    def number(self, field: int, default: int = 0) -> int:
        """Give the integer of a field, or `default` where it is absent."""
        value = self.fields[field][1] if field in self.fields else default
        if not isinstance(value, int):
            raise ThriftDamaged(place=0, detail=f"field {field} is no integer")
        return value

    def list_of(self, field: int) -> "list[Value]":
        """Give the elements of a list field; none where it is absent."""
        value = self.fields[field][1] if field in self.fields else ThriftList(STRUCT, [])
        if not isinstance(value, ThriftList):
            raise ThriftDamaged(place=0, detail=f"field {field} is no list")
        return value.items

    def structs(self, field: int) -> "list[ThriftStruct]":
        """Give the elements of a list of structs; none where it is absent."""
        items = [item for item in self.list_of(field) if isinstance(item, ThriftStruct)]
        if len(items) != len(self.list_of(field)):
            raise ThriftDamaged(place=0, detail=f"field {field} is no list of structs")
        return items

    def child(self, field: int) -> "ThriftStruct | None":
        """Give the struct of a field; None where it is absent."""
        value = self.fields[field][1] if field in self.fields else None
        if value is not None and not isinstance(value, ThriftStruct):
            raise ThriftDamaged(place=0, detail=f"field {field} is no struct")
        return value

    def set(self, field: int, value: "Value") -> None:
        """Change the value of a field that is present; its type stays."""
        self.fields[field] = (self.fields[field][0], value)


Value: TypeAlias = bool | int | float | bytes | ThriftList | ThriftMap | ThriftStruct


class ThriftDamaged(EngineError):
    """Bytes that should be a Thrift struct in the compact protocol are not one."""

    code: ClassVar[str] = "thrift-damaged"
    template: ClassVar[str] = "byte {place} of the Thrift structure: {detail}"


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self.place = data, 0

    def take(self, count: int) -> bytes:
        stop = self.place + count
        if count < 0 or stop > len(self._data):
            raise ThriftDamaged(place=self.place, detail=f"{count} bytes wanted, {len(self._data) - self.place} left")
        piece = self._data[self.place : stop]
        self.place = stop
        return piece

    def varint(self) -> int:
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7
            if shift > 63:
                raise ThriftDamaged(place=self.place, detail="a number of more than 64 bits")

    def zigzag(self) -> int:
        value = self.varint()
        return (value >> 1) ^ -(value & 1)

    def value(self, kind: int, depth: int) -> Value:  # noqa: PLR0911 - one line for each type of the protocol
        if depth > _DEEPEST:
            raise ThriftDamaged(place=self.place, detail=f"nested more than {_DEEPEST} deep")
        if kind in (TRUE, FALSE):
            return kind == TRUE
        if kind == BYTE:
            return int.from_bytes(self.take(1), "little", signed=True)
        if kind in (I16, I32, I64):
            return self.zigzag()
        if kind == DOUBLE:
            return float(struct.unpack("<d", self.take(8))[0])
        if kind == BINARY:
            return self.take(self.varint())
        if kind in (LIST, SET):
            return self.list(depth)
        if kind == MAP:
            return self.map(depth)
        if kind == STRUCT:
            return self.struct(depth)
        if kind == UUID:
            return self.take(16)
        raise ThriftDamaged(place=self.place, detail=f"type {kind} is none of the protocol's")

    def element(self, kind: int, depth: int) -> Value:
        """Give a value inside a list or map, where a boolean takes a byte of its own."""
        return self.take(1)[0] == TRUE if kind in (TRUE, FALSE) else self.value(kind, depth)

    def list(self, depth: int) -> ThriftList:
        head = self.take(1)[0]
        count = head >> 4
        if count == 15:
            count = self.varint()
        if count > len(self._data) - self.place:
            raise ThriftDamaged(place=self.place, detail=f"a list of {count} elements in {len(self._data)} bytes")
        return ThriftList(head & 15, [self.element(head & 15, depth + 1) for _ in range(count)])

    def map(self, depth: int) -> ThriftMap:
        count = self.varint()
        if count == 0:
            return ThriftMap(0, 0, [])
        if count > len(self._data) - self.place:
            raise ThriftDamaged(place=self.place, detail=f"a map of {count} pairs in {len(self._data)} bytes")
        kinds = self.take(1)[0]
        key, value = kinds >> 4, kinds & 15
        return ThriftMap(
            key, value, [(self.element(key, depth + 1), self.element(value, depth + 1)) for _ in range(count)]
        )

    def struct(self, depth: int) -> ThriftStruct:
        fields: dict[int, tuple[int, Value]] = {}
        number = 0
        while True:
            head = self.take(1)[0]
            kind = head & 15
            if kind == 0:
                return ThriftStruct(fields)
            number = number + (head >> 4) if head >> 4 else self.zigzag()
            if number in fields:
                raise ThriftDamaged(place=self.place, detail=f"field {number} comes twice")
            fields[number] = (kind, self.value(kind, depth + 1))


def parse(data: bytes) -> tuple[ThriftStruct, int]:
    """Read one struct from the start of `data`; gives it and the number of bytes it took. Raises ThriftDamaged."""
    reader = _Reader(data)
    return reader.struct(0), reader.place


def write(value: ThriftStruct) -> bytes:
    """Write a struct, fields in ascending order; parse(write(s)) gives s."""
    out = bytearray()
    _write_struct(out, value)
    return bytes(out)


def _write_varint(out: bytearray, value: int) -> None:
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)


def _write_zigzag(out: bytearray, value: int) -> None:
    _write_varint(out, (value << 1) ^ (value >> 63))


def _write_struct(out: bytearray, value: ThriftStruct) -> None:
    last = 0
    for number in sorted(value.fields):
        kind, content = value.fields[number]
        if kind in (TRUE, FALSE):
            kind = TRUE if content else FALSE
        if 0 < number - last <= 15:
            out.append(number - last << 4 | kind)
        else:
            out.append(kind)
            _write_zigzag(out, number)
        last = number
        if kind not in (TRUE, FALSE):
            _write_value(out, kind, content)
    out.append(0)


def _write_value(out: bytearray, kind: int, content: Value) -> None:
    if isinstance(content, ThriftStruct):
        _write_struct(out, content)
    elif isinstance(content, ThriftList):
        _write_list(out, content)
    elif isinstance(content, ThriftMap):
        _write_map(out, content)
    elif isinstance(content, bytes):
        if kind == BINARY:
            _write_varint(out, len(content))
        out += content
    elif kind == DOUBLE:
        out += struct.pack("<d", content)
    elif kind == BYTE:
        out.append(int(content) & 0xFF)
    else:
        _write_zigzag(out, int(content))


def _write_element(out: bytearray, kind: int, content: Value) -> None:
    if kind in (TRUE, FALSE):
        out.append(TRUE if content else FALSE)
    else:
        _write_value(out, kind, content)


def _write_list(out: bytearray, content: ThriftList) -> None:
    count = len(content.items)
    if count < 15:
        out.append(count << 4 | content.kind)
    else:
        out.append(0xF0 | content.kind)
        _write_varint(out, count)
    for item in content.items:
        _write_element(out, content.kind, item)


def _write_map(out: bytearray, content: ThriftMap) -> None:
    _write_varint(out, len(content.pairs))
    if content.pairs:
        out.append(content.key_kind << 4 | content.value_kind)
    for key, value in content.pairs:
        _write_element(out, content.key_kind, key)
        _write_element(out, content.value_kind, value)
