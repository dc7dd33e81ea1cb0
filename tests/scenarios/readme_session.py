"""Write the session of both READMEs from a real demonstration: `python -m tests.scenarios.readme_session`."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.vi.md")
LEFT_OUT = "…"
_BLOCK = re.compile(r"(<!-- session -->\n```console\n)(.*?)(```\n<!-- /session -->)", re.DOTALL)
_DEMO_LINES = ("Liên kết · link", "Nhận · received")
_EXPLAIN_LINES = re.compile(r"84\d{9}  |Kết quả · verdict|  [A-Z_]+: |Người · person|Ứng viên · candidate 1")


def demonstrate(folder: Path) -> tuple[str, str, str]:
    """Run the demonstration in a folder as `make demo` does; give its output, the number it names, and why."""
    demo = run(folder, "demo", "--out", "demo-run")
    number = re.findall(r"explain demo-run/run-2 (84\d{9})", demo)[0]
    return demo, number, run(folder, "explain", "demo-run/run-2", number)


def run(folder: Path, *arguments: str) -> str:
    """Run one command in a folder; give what it says on stdout."""
    ended = subprocess.run(
        [sys.executable, "-c", "from api.commands.main import run; run()", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def session(demo: str, number: str, explained: str) -> str:
    """Put a session of about ten lines together; an ellipsis stands for lines left out."""
    lines = ["$ make demo", LEFT_OUT]
    lines += [line.rstrip() for line in demo.splitlines() if line.startswith(_DEMO_LINES)]
    lines += [f"{LEFT_OUT}/demo-run/run-2/report.html", f"$ .venv/bin/sogoc explain demo-run/run-2 {number}"]
    lines += [line.rstrip() for line in explained.splitlines() if _EXPLAIN_LINES.match(line)]
    return "\n".join([*lines, LEFT_OUT]) + "\n"


def quoted(readme: Path) -> str:
    """Give the session that a README shows."""
    found = _BLOCK.search(readme.read_text(encoding="utf-8"))
    assert found is not None
    return found[2]


def main() -> None:
    """Run a demonstration and write both sessions."""
    with tempfile.TemporaryDirectory() as folder:
        text = session(*demonstrate(Path(folder)))
    for readme in READMES:
        written = _BLOCK.sub(lambda found: found[1] + text + found[3], readme.read_text(encoding="utf-8"))
        readme.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
