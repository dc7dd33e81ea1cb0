"""Compiled loops over Arrow buffers and arrays; each has a plain twin that a property test holds it equal to.

Every kernel is made by the one decorator below, so that the compile options, the cache and the coverage switch
(`NUMBA_DISABLE_JIT=1`) are the same everywhere. A kernel takes and returns numpy arrays and scalars, releases the
interpreter lock, allocates no Python object and reads no global that could change.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def kernel(function: _F) -> _F:
    """Compile `function` once per machine, cached beside the module, without the interpreter lock."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]


def inline(function: _F) -> _F:
    """Compile `function` as a small part of other kernels."""
    return numba.njit(cache=True, nogil=True, error_model="numpy", inline="always")(function)  # type: ignore[no-any-return]
