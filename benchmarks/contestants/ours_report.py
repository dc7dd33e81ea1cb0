"""Our reports of a finished run: HTML for a regulator, XLSX beside it."""

import time
from pathlib import Path
from typing import Any

from api.commands.report import write_reports


def warm(_scratch: Path, _job: dict[str, Any]) -> None:
    """Nothing to load: reports use no kernels."""


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Write both reports into the run folder."""
    began = time.perf_counter()
    folder = Path(job["run"])
    written = write_reports(folder, folder, html=True, xlsx=True)
    return {"files": [path.name for path in written], "seconds": time.perf_counter() - began}
