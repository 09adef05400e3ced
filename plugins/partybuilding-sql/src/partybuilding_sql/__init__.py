"""Ledgers in PostgreSQL, in databases that speak like MySQL, and inside another program's own transaction."""

from __future__ import annotations

from partybuilding.plugin import StorageBackend, hookimpl
from partybuilding_sql.places import JOINED
from partybuilding_sql.sqlite import lock_first
from partybuilding_sql.store import open_sql

__all__ = ["BACKENDS", "lock_first", "open_sql", "partybuilding_storage_backends"]

_SERVER = frozenset({"durable", "joins", "multi_process", "server"})
BACKENDS = (
    StorageBackend(scheme=JOINED, open=open_sql, capabilities=frozenset({"joins"})),
    StorageBackend(scheme="postgresql", open=open_sql, capabilities=_SERVER | {"erasable"}),
    # A deleted name stays in the undo log and in old versions for a while: erasable is not promised there.
    StorageBackend(scheme="mysql", open=open_sql, capabilities=_SERVER),
    StorageBackend(scheme="dm", open=open_sql, capabilities=_SERVER),
)
"""Every backend with the scheme of its addresses."""


@hookimpl
def partybuilding_storage_backends() -> tuple[StorageBackend, ...]:
    """The backends of this package."""
    return BACKENDS
