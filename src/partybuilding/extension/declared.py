"""A declaration together with the plugin it came from, and the record of a plugin that took part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import evolve, field, frozen

from partybuilding.errors import Where
from partybuilding.extension.names import NATIONAL

if TYPE_CHECKING:
    from partybuilding.domain.standards import Declaration, Place
    from partybuilding.extension.declarations import Motion

V_co = TypeVar("V_co", covariant=True)


@frozen
class PluginRecord:
    """A plugin that took part: its name, its version, and the digest of its source files (SHA-256, hexadecimal)."""

    name: str
    version: str
    digest: str


@frozen
class Declared(Generic[V_co]):
    """A declaration and its plugin; ``where`` also tells hook, file and line, for messages, and is no part of what it says."""

    value: V_co
    plugin: str
    where: Where = field(factory=Where, eq=False, repr=False)


def place_text(place: Place) -> str:
    """A place in a message or a sort key; everywhere is the empty text.

    >>> place_text(None), place_text("acheng"), place_text(("stats", "230112"))
    ('', 'acheng', 'stats 230112')
    """
    return place or "" if isinstance(place, str | None) else " ".join(place)


def where_of(declared: Declared[Declaration | Motion]) -> Where:
    """The place of a complaint about a declaration: its plugin, hook, file, line, kind and name."""
    value = declared.value
    return evolve(declared.where, plugin=declared.plugin, kind=type(value).__name__, record=value.name)


def rank(plugin: str) -> tuple[bool, str]:
    """The order of plugins: national first, then by name, never by when they were installed or loaded."""
    return plugin != NATIONAL, plugin


def position(declared: Declared[Declaration | Motion]) -> tuple[tuple[bool, str], str, str, str, str]:
    """The fixed order of declarations: by plugin, name, place, kinds and start."""
    value = declared.value
    place, kinds = getattr(value, "place", None), getattr(value, "kinds", frozenset[str]())
    starts = "" if value.starts is None else value.starts.isoformat()
    return rank(declared.plugin), value.name, place_text(place), " ".join(sorted(kinds)), starts
