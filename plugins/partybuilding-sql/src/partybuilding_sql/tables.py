"""The tables of a ledger: the same in every database, in a schema and with a prefix of the caller's choice.

Words that are compared (kinds, ids, digests) are short texts that compare byte by byte, whatever the database was set up
with; everything else is long text. Days are written as text, because not every database knows the year 1.
"""

from __future__ import annotations

import sqlalchemy as sa
from attrs import field, frozen
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.types import TypeEngine

SCHEMA_NUMBER = 1
"""The number of this form of the tables; a newer one is refused."""

LIKE_POSTGRESQL = ("postgresql", "opengauss", "kingbase")
LIKE_MYSQL = ("mysql", "mariadb")
DIGEST = 64
DAY = 10


def _word(length: int) -> TypeEngine[str]:
    """A short text that compares exactly: no case folding, no collation of the cluster."""
    exact = mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin")
    return (
        sa.String(length)
        .with_variant(postgresql.VARCHAR(length, collation="C"), *LIKE_POSTGRESQL)
        .with_variant(exact, *LIKE_MYSQL)
        .with_variant(sa.TEXT(), "sqlite")
    )


def _text() -> TypeEngine[str]:
    """A text of any length."""
    long = mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin")
    exact = postgresql.TEXT(collation="C")
    return (
        sa.Text()
        .with_variant(exact, *LIKE_POSTGRESQL)
        .with_variant(long, *LIKE_MYSQL)
        .with_variant(sa.TEXT(), "sqlite")
    )


def _number() -> TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def _bytes() -> TypeEngine[bytes]:
    return sa.LargeBinary().with_variant(mysql.LONGBLOB(), *LIKE_MYSQL)


def _column(name: str, kind: TypeEngine[str] | TypeEngine[int] | TypeEngine[bytes]) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False)


@frozen(kw_only=True)
class Tables:
    """The tables of one ledger.

    >>> Tables(prefix="acheng_").changeset.name
    'acheng_partybuilding_changeset'
    """

    schema: str | None = None
    prefix: str = ""
    metadata: sa.MetaData = field(factory=sa.MetaData, repr=False, eq=False)
    changeset: sa.Table = field(init=False, repr=False, eq=False)
    version: sa.Table = field(init=False, repr=False, eq=False)
    content: sa.Table = field(init=False, repr=False, eq=False)
    person: sa.Table = field(init=False, repr=False, eq=False)
    forgotten: sa.Table = field(init=False, repr=False, eq=False)
    form: sa.Table = field(init=False, repr=False, eq=False)

    @changeset.default
    def _changeset(self) -> sa.Table:
        # A request key may be of any length, which no index takes: its digest stands for it.
        columns: tuple[sa.Column[object], ...] = (
            sa.Column("number", _number(), primary_key=True, autoincrement=False),
            _column("at", _word(40)),
            *(_column(name, _text()) for name in ("actor", "reason", "command", "versions", "manifest")),
            sa.Column("on_behalf_of", _text()),
            _column("permitted_by", _text()),
            sa.Column("request_key", _text()),
            sa.Column("request_digest", _word(DIGEST)),
            _column("blobs", _text()),
            *(_column(name, _word(DIGEST)) for name in ("previous_hash", "rows_digest", "hash")),
        )
        return self._table("changeset", *columns, sa.UniqueConstraint("request_digest"))

    @version.default
    def _version(self) -> sa.Table:
        # seq is number * 2^32 + place: a row cannot name a changeset in which it does not stand.
        table = self._table(
            "version",
            sa.Column("seq", _number(), primary_key=True, autoincrement=False),
            _column("kind", _word(64)),
            _column("record_id", _word(64)),
            sa.Column("starts", _word(DAY)),
            sa.Column("ends", _word(DAY)),
            sa.Column("body", _text()),
        )
        sa.Index(f"{table.name}_of", table.c.kind, table.c.record_id, table.c.seq)
        return table

    @content.default
    def _content(self) -> sa.Table:
        return self._table(
            "content", sa.Column("digest", _word(DIGEST), primary_key=True), _column("bytes", _bytes())
        )

    @person.default
    def _person(self) -> sa.Table:
        return self._table(
            "person",
            sa.Column("person_id", _word(64), primary_key=True),
            _column("person_name", _text()),
            _column("contact", _text()),
        )

    @forgotten.default
    def _forgotten(self) -> sa.Table:
        return self._table("forgotten", sa.Column("person_id", _word(64), primary_key=True))

    @form.default
    def _form(self) -> sa.Table:
        return self._table(
            "schema", sa.Column("schema_number", _number(), primary_key=True, autoincrement=False)
        )

    def _table(self, name: str, *parts: sa.Column[object] | sa.Constraint) -> sa.Table:
        full = f"{self.prefix}partybuilding_{name}"
        return sa.Table(full, self.metadata, *parts, schema=self.schema, sqlite_strict=True)

    @property
    def all(self) -> tuple[sa.Table, ...]:
        """Every table, the one with the number of the form last: where it has its row, the others are there."""
        return self.changeset, self.version, self.content, self.person, self.forgotten, self.form
