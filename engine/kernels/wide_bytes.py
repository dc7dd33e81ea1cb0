# ruff: noqa: ARG001 - the arguments of an intrinsic are types here and values in the code it generates
"""Thirty-two bytes at a time: find the first of a few byte values, and copy. A few vector instructions each.

Both read or write `WIDTH` bytes from the place given, whatever is there: callers keep `ROOM` bytes behind a text.
"""

from typing import Any

import numba
from numba.core import cgutils, types
from numba.extending import intrinsic

WIDTH = 32
#: Bytes that callers keep free behind a text: a scan may begin a little behind its end.
ROOM = WIDTH + 8

if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]

    def first_of(data: Any, at: int, a: int, b: int, c: int, d: int) -> int:
        """Give how far behind `at` the first byte stands that is one of four values; WIDTH if none is near."""
        wanted = (a, b, c, d)
        return next((i for i in range(WIDTH) if data[at + i] in wanted), WIDTH)

    def copy_wide(out: Any, to: int, data: Any, at: int) -> None:
        """Copy WIDTH bytes."""
        out[to : to + WIDTH] = data[at : at + WIDTH]

else:  # pragma: no cover - writes machine code; the branch above says the same in Python
    from llvmlite import ir  # type: ignore[import-untyped]

    _BYTE, _WORD = ir.IntType(8), ir.IntType(32)
    _VECTOR = ir.VectorType(_BYTE, WIDTH)

    def _place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
        data = context.make_array(kind)(context, builder, array).data
        pointer = cgutils.gep_inbounds(builder, data, index)
        return builder.bitcast(pointer, _VECTOR.as_pointer())

    def _spread(builder: Any, byte: Any) -> Any:
        one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), byte, ir.Constant(_WORD, 0))
        return builder.shuffle_vector(
            one, ir.Constant(_VECTOR, ir.Undefined), ir.Constant(ir.VectorType(_WORD, WIDTH), [0] * WIDTH)
        )

    @intrinsic
    def first_of(typing_context: Any, data: Any, at: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
        """Give how far behind `at` the first byte stands that is one of four values; WIDTH if none is near."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, index, *values = arguments
            block = builder.load(_place(context, builder, signature.args[0], array, index), align=1)
            hits = None
            for value in values:
                hit = builder.icmp_unsigned("==", block, _spread(builder, builder.trunc(value, _BYTE)))
                hits = hit if hits is None else builder.or_(hits, hit)
            mask = builder.zext(builder.bitcast(hits, _WORD), ir.IntType(64))
            mask = builder.or_(mask, ir.Constant(ir.IntType(64), 1 << WIDTH))
            return builder.cttz(mask, ir.Constant(ir.IntType(1), 1))

        return types.int64(data, types.int64, types.int64, types.int64, types.int64, types.int64), generate

    @intrinsic
    def copy_wide(typing_context: Any, out: Any, to: Any, data: Any, at: Any) -> Any:
        """Copy WIDTH bytes."""

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            target, to_index, source, from_index = arguments
            block = builder.load(_place(context, builder, signature.args[2], source, from_index), align=1)
            builder.store(block, _place(context, builder, signature.args[0], target, to_index), align=1)
            return context.get_dummy_value()

        return types.void(out, types.int64, data, types.int64), generate
