"""The corpus of hostile files: every file read to its last good row, or refused with its reason."""

import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from benchmarks.datasets import ROOT
from benchmarks.results import Result

TESTS = "tests/engine/test_sources_hostile.py"
LEAST = 80


def hostile(scale: float, _repeats: int) -> Result:
    """At least 80 files: no crash, no lost good row, rows in are rows out and rejects in every one."""
    result = Result(
        "hostile",
        "does any file of the corpus crash the reader, lose a good row, or go unexplained?",
        f"each case states its own rows and rejects ({TESTS})",
        0,
        scale,
    )
    quick = [] if scale == 1 else ["-k", "empty or header or bom"]
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        began = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            TESTS,
            *quick,
        ]
        subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)
        seconds = time.perf_counter() - began
        cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    files = [case for case in cases if "a_hostile_file_is_read" in case.get("name", "")]
    bad = [case.get("name", "") for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [case.get("name", "") for case in cases if case.find("skipped") is not None]
    result.figures = {"files": len(files), "tests": len(cases), "failed": bad, "skipped": skipped, "wall_s": seconds}
    result.table(
        "hostile corpus",
        ("files", "tests", "failed", "skipped", "wall s"),
        [[str(len(files)), len(cases), len(bad), len(skipped), seconds]],
    )
    result.bar("files", float(len(files)), LEAST)
    result.bar("failed", float(len(bad) + len(skipped)), 0, above=False)
    return result
