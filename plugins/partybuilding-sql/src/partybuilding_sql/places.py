"""What an address says: the database, the schema, the prefix of the tables; and how a connection is made of it."""

from __future__ import annotations

import re

import sqlalchemy as sa
from attrs import frozen
from sqlalchemy import exc
from sqlalchemy.engine.interfaces import DBAPIConnection

from partybuilding.plugin import Problem, StoreProblem, Where
from partybuilding_sql.families import session_settings
from partybuilding_sql.faults import unusable
from partybuilding_sql.tables import LIKE_MYSQL

JOINED = "sql"
"""The scheme of a store that has no address of its own, only the caller's connection."""
DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "dm": "dm+dmPython"}
"""The driver of each scheme, where the address names none."""
NAME = re.compile(r"[a-z_][a-z0-9_]{0,29}")


@frozen(kw_only=True)
class Place:
    """An address taken apart: what SQLAlchemy gets (nothing for ``sql:``), and the caller's names for the tables."""

    url: sa.URL | None
    schema: str | None
    prefix: str


def place_of(text: str) -> Place:
    """Take an address apart.

    Raises:
        StoreProblem: no address (``store-url``), or a schema or prefix that is no plain name.

    >>> place_of("sql:?schema=office&prefix=acheng_").prefix
    'acheng_'
    """
    scheme, _, query = text.partition(":")
    if scheme == JOINED:
        given = dict(part.partition("=")[::2] for part in query.removeprefix("?").split("&") if part)
        if unknown := sorted(given.keys() - {"schema", "prefix"}):
            raise unusable(unknown[0], "schema, prefix")
        return Place(url=None, schema=_name(given.get("schema")), prefix=_name(given.get("prefix")) or "")
    try:
        url = sa.make_url(text)
    except (ValueError, exc.ArgumentError):  # which may quote the address, and in it the password
        raise unusable(scheme, "postgresql://user@host/database?schema=name") from None
    schema, prefix = url.query.get("schema"), url.query.get("prefix")
    url = url.difference_update_query(["schema", "prefix"])
    url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
    return Place(url=url, schema=_name(schema), prefix=_name(prefix) or "")


def engine_of(url: sa.URL) -> sa.Engine:
    """Connections of our own; each is looked at before use, because a server may have been restarted in between.

    Raises:
        StoreProblem: the driver or the dialect is not installed (``store-cannot-open``).
    """
    family = url.get_backend_name()
    try:
        engine = sa.create_engine(url, pool_pre_ping=True)
    except (ImportError, exc.ArgumentError) as error:
        remedy = "Install partybuilding-sql with the extra of this database."
        read = f"{url.drivername}: {error}"
        raise StoreProblem(Problem("store-cannot-open", Where(), read, "a driver", remedy)) from error
    if family in LIKE_MYSQL:
        sa.event.listen(engine, "connect", _tell)
    return engine


def shown(url: sa.URL) -> str:
    """An address for messages: without a password, wherever in it that stands.

    >>> shown(sa.make_url("postgresql://office:secret@db.example/acheng?password=secret&host=a"))
    'postgresql://office:***@db.example/acheng'
    """
    return url.set(query={}).render_as_string(hide_password=True)


def _tell(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("SELECT version()")
    version = str(cursor.fetchall()[0][0])
    for setting in session_settings(version):
        cursor.execute(setting)
    cursor.close()


def _name(given: str | tuple[str, ...] | None) -> str | None:
    if given is None or (isinstance(given, str) and NAME.fullmatch(given)):
        return given
    raise unusable(str(given), "1 to 30 small letters, digits and underscores, beginning with a letter")
