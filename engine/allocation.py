"""How this process keeps memory between chunks.

Each chunk needs the same large arrays again. By default the C library gives those back to the kernel when they are
freed and asks for them anew, and the kernel clears every page each time: about a tenth of the time of a run.
"""

import ctypes
from functools import cache

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Parameters of mallopt(3) in glibc."""

LARGEST_KEPT = 32 << 20
"""The most that glibc takes as a threshold; larger blocks still go back to the kernel at once."""
KEPT_BYTES = 512 << 20


@cache
def keep_freed_memory() -> bool:
    """Let freed blocks up to `LARGEST_KEPT` serve again; False where the C library knows no such setting."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, LARGEST_KEPT)) and bool(mallopt(_TRIM_THRESHOLD, KEPT_BYTES))
