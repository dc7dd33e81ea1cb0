"""Finished runs as the commands take them: a folder with a manifest."""

import json
from pathlib import Path
from typing import Any

from api.errors import RunNotFound


def finished_run(folder: Path) -> Path:
    """Give the folder of a finished run.

    Raises:
        RunNotFound: There is no manifest in it: no run, or one that was stopped.
    """
    if not (folder / "manifest.json").is_file():
        raise RunNotFound(path=folder)
    return folder


def manifest_of(run: Path) -> dict[str, Any]:
    """Read the manifest of a finished run."""
    manifest: dict[str, Any] = json.loads((finished_run(run) / "manifest.json").read_text(encoding="utf-8"))
    return manifest
