"""Build sdist, then wheel out of it, install it into an empty environment, and look at what came (`make wheel`).

The environment sees the pinned dependencies of this one through a path file, so that the job needs no network; the
distribution itself is installed from the wheel alone.
"""

import json
import subprocess
import sys
import tarfile
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = {"engine", "matching", "registries", "api", "data"}

_LOOK = """
import importlib, importlib.metadata, json, sys
names = ["engine", "matching", "registries", "api", "data"]
of = importlib.metadata.packages_distributions()
print(json.dumps({
    "from": {name: importlib.import_module(name).__file__ for name in names},
    "owners": {name: sorted(set(of.get(name, []))) for name in names},
    "prefix": sys.prefix,
    "tables": len(importlib.import_module("data").names()),
    "contracts": len(importlib.import_module("data").contract_names()),
}))
"""


def demand(holds: bool, what: str) -> None:
    """Stop the job where something does not hold."""
    if not holds:
        sys.exit(f"wheel job: {what}")


def run(*command: object, cwd: Path) -> str:
    """Run a command; give its output, or stop with what it said."""
    ended = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    demand(ended.returncode == 0, f"{' '.join(map(str, command))}\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def build(folder: Path) -> Path:
    """Build the sdist, unpack it, and build the wheel from what it holds."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, cwd=ROOT)
    sdist = next(folder.glob("sogoc-*.tar.gz"))
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    for name in ("LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"):
        demand((unpacked / name).is_file(), f"the sdist lacks {name}")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=unpacked)
    return next(folder.glob("sogoc-*.whl"))


def look_inside(wheel: Path) -> None:
    """Demand the five packages, with every source, table, contract and template of the checkout, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    tops = {name.partition("/")[0] for name in names}
    meta = {top for top in tops if top.endswith(".dist-info")}
    demand(tops - meta == PACKAGES and len(meta) == 1, f"top level of the wheel: {sorted(tops)}")
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in {".py", ".typed", ".csv", ".json", ".j2", ".css", ".md"}
    }
    demand(not wanted - names, f"the wheel lacks {sorted(wanted - names)[:5]}")
    foreign = {name for name in names if name.endswith((".pyc", ".nbi", ".nbc")) or "__pycache__" in name}
    demand(not foreign, f"the wheel holds {sorted(foreign)[:5]}")
    demand(any(name.endswith("licenses/LICENSE") for name in names), "the wheel lacks its licence")


def install(wheel: Path, folder: Path) -> Path:
    """Make an empty environment and install the wheel into it; give its programs' folder."""
    environment = folder / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    programs = environment / "bin"
    install_it = ("-m", "pip", "--python", programs / "python", "install", "-q", "--no-deps", "--no-index", wheel)
    run(sys.executable, *install_it, cwd=folder)
    theirs = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    ours = next(environment.glob("lib/python3*/site-packages"))
    (ours / "dependencies.pth").write_text(f"{theirs}\n")
    return programs


def main() -> None:
    """Do the whole job."""
    with tempfile.TemporaryDirectory(prefix="sogoc-wheel-") as name:
        folder = Path(name).resolve()
        wheel = build(folder)
        look_inside(wheel)
        programs = install(wheel, folder)
        empty = folder / "empty"
        empty.mkdir()
        help_text = run(programs / "sogoc", "--help", cwd=empty)
        demand("reconcile" in help_text, "sogoc --help does not name its commands")
        seen = json.loads(run(programs / "python", "-c", _LOOK, cwd=empty))
        for package in sorted(PACKAGES):
            demand(seen["owners"][package] == ["sogoc"], f"{package} comes from {seen['owners'][package]}")
            demand(seen["from"][package].startswith(seen["prefix"]), f"{package} lies in {seen['from'][package]}")
        demand(seen["tables"] == len(list((ROOT / "data" / "tables").glob("*.csv"))), "tables are missing")
        demand(seen["contracts"] == len(list((ROOT / "data" / "contracts").glob("*.json"))), "contracts are missing")
        checked = json.loads(run(programs / "sogoc", "check-id", "079190001234", "--json", cwd=empty))
        demand(checked["canonical"] == "079190001234", "the installed command does not read its tables")
        size = wheel.stat().st_size
        print(f"wheel job: {wheel.name}, {size:,} bytes, five packages from sogoc alone")  # the job's answer


if __name__ == "__main__":
    main()
