"""The built-in storage backends, as a plugin: memory, the reference, and SQLite, the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from partybuilding.plugin import hookimpl
from partybuilding.storage.memory import MEMORY
from partybuilding.storage.sqlite import SQLITE

if TYPE_CHECKING:
    from partybuilding.extension.store import StorageBackend


@hookimpl
def partybuilding_storage_backends() -> tuple[StorageBackend, ...]:
    """The backends that always are there."""
    return MEMORY, SQLITE
