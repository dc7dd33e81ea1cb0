"""Fresh databases for the proofs of the ledger: SQLite files, and servers of PostgreSQL that may be killed."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from registries.store import create_ledger

_BINARIES = Path("/usr/lib/postgresql")
CLIENTS = {"postgresql": 16, "sqlite": 4}
"""How many clients are at each store at once, each a process."""


class Cluster:
    """A PostgreSQL server with the settings it comes with; as root it runs as the user `postgres`."""

    def __init__(self, binaries: Path, folder: Path, *, durable: bool) -> None:
        self._binaries = binaries
        self._folder = folder
        self._data = folder / "data"
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        with (self._data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"listen_addresses=''\nunix_socket_directories='{folder}'\n")
            settings.write(f"synchronous_commit={'on' if durable else 'off'}\n")
        self.url = f"postgresql://postgres@/postgres?host={folder}"

    def _run(self, name: str, *arguments: str) -> None:
        command = [str(self._binaries / name), *arguments]
        if os.geteuid() == 0:
            command = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder)

    def start(self) -> None:
        """Start the server and wait until it has recovered."""
        self._run("pg_ctl", "-D", str(self._data), "-l", str(self._folder / "log"), "-w", "-t", "300", "start")

    def processes(self) -> list[int]:
        """Give the server's processes, the first its head."""
        head = int((self._data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        children = Path(f"/proc/{head}/task/{head}/children").read_text(encoding="utf-8").split()
        return [head, *map(int, children)]

    def kill(self) -> None:
        """Kill head and children at once with SIGKILL, and remove the lock file that they left."""
        found = self.processes()
        for process in found:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        while any(Path(f"/proc/{process}/stat").exists() for process in found):
            time.sleep(0.01)
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop the server."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger is kept: its address, the folder that holds it, and its server where it has one."""

    url: str
    folder: Path
    cluster: Cluster | None = None


@contextmanager
def place(kind: str, *, durable: bool = True) -> Iterator[Place | None]:
    """Give an empty ledger of a kind for as long as the context lasts, or None where no server is installed."""
    with tempfile.TemporaryDirectory(prefix="sogoc-proof-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        # The server runs as another user, who has to reach its data.
        folder.chmod(0o755)
        if kind == "sqlite":
            found = Place(f"sqlite:///{folder}/ledger.db", folder)
            create_ledger(found.url).close()
            yield found
            return
        binaries = sorted(_BINARIES.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
        if not binaries:
            yield None
            return
        cluster = Cluster(binaries[-1].parent, folder, durable=durable)
        cluster.start()
        try:
            create_ledger(cluster.url).close()
            yield Place(cluster.url, folder, cluster)
        finally:
            cluster.stop()


MISSING = {"missing": f"no PostgreSQL server is installed under {_BINARIES}"}


def fsync_ms(folder: Path, rounds: int = 200) -> float:
    """Give the median time of flushing 4 KiB in a folder: what no durable commit of its own can be faster than."""
    path = folder / "flush"
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(rounds):
            file.write(os.urandom(4096))
            before = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - before)
    path.unlink()
    return sorted(took)[rounds // 2] * 1e3
