"""What somebody with the password of the database may do to a ledger: the damages of the kit, as SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa
from attrs import evolve

from partybuilding.extension.sealing import seal
from partybuilding.extension.store import Draft, Head
from partybuilding.testing.store_checks.check import Damage
from partybuilding_sql import open_sql, rows
from partybuilding_sql.places import place_of
from partybuilding_sql.tables import Tables

Spoil = Callable[[sa.Connection, Tables, str], None]


def spoil(url: str, damage: Damage) -> None:
    """Change a closed store behind the library's back."""
    place = place_of(url)
    assert place.url is not None
    tables = Tables(schema=place.schema, prefix=place.prefix)
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        DAMAGES[damage](connection, tables, url)
    engine.dispose()


def newer(url: str) -> None:
    """Make a closed store look as if the next release had written it."""
    place = place_of(url)
    assert place.url is not None
    form = Tables(schema=place.schema, prefix=place.prefix).form
    engine = sa.create_engine(place.url)
    with engine.begin() as connection:
        connection.execute(sa.update(form).values(schema_number=form.c.schema_number + 1))
    engine.dispose()


def middle(connection: sa.Connection, tables: Tables) -> int:
    """The seq of a row that is neither the first nor the last."""
    seqs = list(connection.execute(sa.select(tables.version.c.seq).order_by(tables.version.c.seq)).scalars())
    return int(seqs[len(seqs) // 2])


def edit_body(connection: sa.Connection, tables: Tables, _url: str) -> None:
    version = tables.version
    this = version.c.seq == middle(connection, tables)
    connection.execute(sa.update(version).where(this).values(body='{"forged":true}'))


def delete_row(connection: sa.Connection, tables: Tables, _url: str) -> None:
    this = tables.version.c.seq == middle(connection, tables)
    connection.execute(sa.delete(tables.version).where(this))


def swap_rows(connection: sa.Connection, tables: Tables, _url: str) -> None:
    version = tables.version
    asked = sa.select(version).order_by(version.c.seq).limit(2)
    one, two = (dict(each) for each in connection.execute(asked).mappings())
    for seq, content in ((one["seq"], two), (two["seq"], one)):
        values = {**content, "seq": seq}
        connection.execute(sa.update(version).where(version.c.seq == seq).values(values))


def edit_header(connection: sa.Connection, tables: Tables, _url: str) -> None:
    connection.execute(
        sa.update(tables.changeset).where(tables.changeset.c.number == 1).values(actor="forger")
    )


def edit_hash(connection: sa.Connection, tables: Tables, _url: str) -> None:
    connection.execute(
        sa.update(tables.changeset)
        .where(tables.changeset.c.number == last(connection, tables))
        .values(hash="ab" * 32)
    )


def cut_tail(connection: sa.Connection, tables: Tables, _url: str) -> None:
    first = rows.first_of(last(connection, tables))
    connection.execute(sa.delete(tables.version).where(tables.version.c.seq >= first))


def roll_back(connection: sa.Connection, tables: Tables, url: str) -> None:
    cut_tail(connection, tables, url)
    number = last(connection, tables)
    connection.execute(sa.delete(tables.changeset).where(tables.changeset.c.number == number))


def rewrite_chain(connection: sa.Connection, tables: Tables, url: str) -> None:
    """Change the first row and everything that hangs on it, as the library itself would have written it."""
    with open_sql(url) as store:
        changes = list(store.changes())
        contents = {digest: store.blob(digest) for each in changes for digest in each.blobs}
    head = Head()
    for each in changes:
        kept = each.rows if head.number else (evolve(each.rows[0], body='{"forged":true}'), *each.rows[1:])
        blobs = tuple((digest, contents[digest]) for digest in each.blobs)
        sealed = seal(Draft(header=each.header, rows=kept, blobs=blobs), head)
        where = tables.changeset.c.number == each.header.number
        connection.execute(sa.update(tables.changeset).where(where).values(rows.changeset_row(sealed)))
        for row in rows.version_rows(sealed):
            connection.execute(
                sa.update(tables.version).where(tables.version.c.seq == row["seq"]).values(row)
            )
        head = sealed.head


def edit_schema(connection: sa.Connection, tables: Tables, _url: str) -> None:
    connection.exec_driver_sql(f"ALTER TABLE {tables.version.fullname} ALTER COLUMN record_id DROP NOT NULL")


def last(connection: sa.Connection, tables: Tables) -> int:
    return int(str(connection.execute(sa.select(sa.func.max(tables.changeset.c.number))).scalar()))


DAMAGES: Mapping[Damage, Spoil] = {
    "edit-body": edit_body,
    "delete-row": delete_row,
    "swap-rows": swap_rows,
    "edit-header": edit_header,
    "edit-hash": edit_hash,
    "cut-tail": cut_tail,
    "roll-back": roll_back,
    "rewrite-chain": rewrite_chain,
    "edit-schema": edit_schema,
}
