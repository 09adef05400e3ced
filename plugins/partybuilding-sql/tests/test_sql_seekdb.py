"""The kit on a real OceanBase engine: seekdb, which the wheel pylibseekdb starts inside this program (soak only)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from attrs import evolve

from partybuilding.plugin import Store
from partybuilding.testing.store_checks import Case, Subject, checks_for
from partybuilding.testing.store_checks.effort import Effort
from partybuilding_sql import BACKENDS, open_sql
from partybuilding_sql.places import engine_of, place_of
from partybuilding_sql.tables import Tables

HERE = str(Path(__file__).parent)
if HERE not in sys.path:  # test folders are no packages
    sys.path.append(HERE)
import sql_spoiling  # noqa: E402 - only now can it be found

pytestmark = pytest.mark.soak
MYSQL = next(each for each in BACKENDS if each.scheme == "mysql")


class Far(Subject):
    """As much as an engine inside the test program does in a few minutes."""

    @property
    def counts(self) -> Effort:
        return evolve(
            super().counts, transactions=250, process_transactions=50, waits=10, kills=20, other_kills=5
        )


@contextmanager
def hold(url: str) -> Iterator[None]:
    """Hold the lock of the writers."""
    place = place_of(url)
    assert place.url is not None
    engine = engine_of(place.url)
    tables = Tables(schema=place.url.database, prefix=place.prefix)
    with engine.begin() as connection:
        connection.execute(sa.select(tables.form).with_for_update())
        yield
    engine.dispose()


def impatient(url: str) -> Store:
    """A store that waits for a tenth of a second."""
    store = open_sql(url)
    session = store._session  # type: ignore[attr-defined]  # inside, as its author
    session.family = evolve(session.family, begins="SET SESSION ob_trx_lock_timeout = 100000")
    return store


def subject(place: Callable[[], str] = str) -> Subject:
    return Far(
        backend=MYSQL,
        place=place,
        spoil=sql_spoiling.spoil,
        newer=sql_spoiling.newer,
        hold=hold,
        impatient=impatient,
        tell=print,
    )


@pytest.fixture(scope="session")
def new_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Gives the address of a new, empty database at every call."""
    try:
        seekdb: Any = importlib.import_module("pylibseekdb")
    except ImportError as error:
        pytest.skip(f"backend seekdb: {error}")
    instance = seekdb.open(db_dir=str(tmp_path_factory.mktemp("seekdb") / "engine"))
    options = instance.connection_options()
    base = f"mysql://{options.get('user', 'root')}@localhost/"
    query = f"?unix_socket={quote(options['unix_socket'], safe='')}&charset=utf8mb4"
    numbers = count(1)
    engine = engine_of(place_of(f"{base}{options.get('database', 'test')}{query}").url or sa.make_url(base))

    def new() -> str:
        name = f"d{next(numbers)}"
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        return f"{base}{name}{query}"

    yield new
    engine.dispose()
    instance.close()


@pytest.mark.parametrize("check", checks_for(subject(), left_out=pytest.mark.excluded))
def test_seekdb_keeps_its_promises(check: Case, new_database: Callable[[], str]) -> None:
    if check.check.code == "F8":
        pytest.skip("F8: the engine runs inside this program, and would take it along")
    check.run(subject(new_database))
