"""The backends of this project as the conformance kit takes them: where they lie, and how their files are touched."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from tests.contracts.json_store import JSON
from tests.contracts.spoiling import spoil
from tests.fixtures.write_store import fixture

from partybuilding.extension.store import Store
from partybuilding.storage.memory import MEMORY
from partybuilding.storage.sqlite import SQLITE, SqliteStore, open_sqlite
from partybuilding.storage.sqlite_schema import SCHEMA_NUMBER
from partybuilding.testing.store_checks import Subject

Making = Callable[[Path], Subject]


def memory(_folder: Path) -> Subject:
    return Subject(backend=MEMORY, place=lambda: "memory:", tell=print)


def json(_folder: Path) -> Subject:
    return Subject(backend=JSON, place=lambda: "json:", tell=print)


def sqlite(folder: Path) -> Subject:
    place = places(folder)
    return Subject(
        backend=SQLITE,
        place=place,
        spoil=spoil,
        foreign=lambda: other_programs(place),
        newer=newer,
        releases=lambda: released(place),
        hold=hold,
        impatient=impatient,
        tell=print,
    )


def places(folder: Path) -> Callable[[], str]:
    """URLs of new SQLite files, each in a folder of its own, because some checks fill, watch or lock the folder."""
    numbers = count()

    def place() -> str:
        home = folder / f"place{next(numbers)}"
        home.mkdir(parents=True)
        return f"sqlite:///{home}/ledger.db"

    return place


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def newer(url: str) -> None:
    with closing(sqlite3.connect(file_of(url))) as connection:
        (number,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {number + 1}")


def released(place: Callable[[], str]) -> dict[str, str]:
    """Copies of the stores that earlier releases wrote, kept in the repository."""
    found = {}
    for number in range(1, SCHEMA_NUMBER):
        found[str(number)] = url = place()
        shutil.copy(fixture(number), file_of(url))
    return found


def other_programs(place: Callable[[], str]) -> dict[str, bytes]:
    """What other programs keep in SQLite files: with a mark of their own, and without any."""
    found = {}
    for name, mark in (("a browser", 0x0F055112), ("nobody", 0)):
        path = file_of(place())
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {mark}")
            connection.execute("CREATE TABLE partybuilding_changeset (number INTEGER PRIMARY KEY)")
        found[f"the tables of {name}"] = path.read_bytes()
    return found


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Hold the lock of the writers."""
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def impatient(url: str) -> Store:
    """A store that waits for a tenth of a second, as the author of a backend may build it for a test."""
    store = open_sqlite(url)
    assert isinstance(store, SqliteStore)
    store._connection.execute("PRAGMA busy_timeout = 100")
    return store
