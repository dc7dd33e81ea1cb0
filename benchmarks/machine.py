"""The machine and the versions behind a figure."""

import importlib.metadata
import os
import platform
from pathlib import Path
from typing import Any

PACKAGES = (
    "sogoc",
    "numba",
    "numpy",
    "polars",
    "duckdb",
    "pyarrow",
    "rapidfuzz",
    "splink",
    "polars-distance",
    "polars-strsim",
    "jellyfish",
    "ray",
    "sqlalchemy",
    "psycopg",
    "cryptography",
)


def describe_machine() -> dict[str, Any]:
    """Give processor, cores, memory, kernel and versions: what a figure means nothing without."""
    return {
        "cpu": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_1min": round(os.getloadavg()[0], 2),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
