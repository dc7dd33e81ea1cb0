"""Compiled loops over Arrow buffers and arrays; each has a plain twin that a property test holds it equal to.

Every kernel is made by the decorators below, so that the compile options, the cache and the coverage switch
(`NUMBA_DISABLE_JIT=1`) are the same everywhere. A kernel takes and returns numpy arrays and scalars, releases the
interpreter lock, allocates no Python object and reads no global that could change.

Compiled code is kept in the user's cache folder (`SOGOC_CACHE_DIR`, else `$XDG_CACHE_HOME/sogoc`), under a digest of
all kernel sources: numba compares only the file of the outermost kernel, and would go on using an old copy of a
kernel that it calls from another file.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba.core import config

_F = TypeVar("_F", bound=Callable[..., Any])


PACKAGES = ("engine", "matching", "registries")
"""Where kernels are, in folders of that name."""


def sources_digest() -> str:
    """Give a digest of numba's version and of every kernel source of this installation."""
    digest = hashlib.sha256(numba.__version__.encode())
    home = Path(__file__).parents[2]
    for path in sorted(path for name in PACKAGES for path in (home / name).rglob("kernels/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Give the folder of compiled kernels."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("SOGOC_CACHE_DIR") or Path(home) / "sogoc") / "kernels" / sources_digest()


setattr(config, "CACHE_DIR", str(cache_folder()))  # noqa: B010 - made at run time, which stubs do not know

_njit: Any = numba.njit
"""Untyped, since the stubs know neither `_nrt` nor that a kernel is called like the function it was."""


def _compiled(function: _F, **options: Any) -> _F:
    compiled: _F = _njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, **options)(function)
    return compiled


def kernel(function: _F) -> _F:
    """Compile `function` once per machine, without the interpreter lock."""
    return _compiled(function)


def bare_kernel(function: _F) -> _F:
    """Compile `function`, which allocates nothing, without the counting of references that allocation needs."""
    return _compiled(function, _nrt=False)


def part(function: _F) -> _F:
    """Compile `function`, which other kernels alone call: what would let Python call it is left out."""
    return _compiled(function, no_cpython_wrapper=True)


def bare_part(function: _F) -> _F:
    """Compile `function`, which allocates nothing and which other kernels alone call."""
    return _compiled(function, no_cpython_wrapper=True, _nrt=False)


def inline(function: _F) -> _F:
    """Compile `function` as a small part of other kernels."""
    return _compiled(function, inline="always")
