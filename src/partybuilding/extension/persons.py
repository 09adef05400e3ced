"""Names that can be erased: who stands behind a random id, kept outside the chain and nowhere else.

Records know a person only as the random id of a holder or an informant. If an office keeps the name at all, it lies in
a table of its own that no digest covers, so that erasing it leaves every hash as it was. An id is never made from the
name: names can be guessed, so a digest of one would be the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from attrs import field, frozen

from partybuilding.domain.record import valid_id
from partybuilding.errors import Problem, RecordProblem, StoreProblem, Where

if TYPE_CHECKING:
    from attrs import Attribute


def _plain(instance: Person, attribute: Attribute[str], value: str) -> None:
    """Refuse what no store can keep; the message never shows the text, because it is somebody's name."""
    if "\0" in value or any("\ud800" <= mark <= "\udfff" for mark in value):
        where, expected = (
            Where(record=instance.id, path=attribute.name),
            "text without NUL and lone surrogates",
        )
        remedy = "Write it again; it is not shown here on purpose."
        raise RecordProblem(Problem("person-text", where, attribute.name, expected, remedy))


@frozen(kw_only=True)
class Person:
    """The name and contact behind a random id; neither ever reaches a record, a page or a message.

    Raises:
        RecordProblem: ``bad-id``; ``person-text`` for a NUL or a lone surrogate in a text.

    >>> Person(id="k7q2", name="示例甲")
    Person(id='k7q2')
    """

    id: str = field(validator=valid_id)
    name: str = field(repr=False, validator=_plain)
    contact: str = field(default="", repr=False, validator=_plain)


@runtime_checkable
class PersonStore(Protocol):
    """What a backend with the capability ``erasable`` does beside :class:`~partybuilding.extension.store.Store`."""

    def keep_persons(self, persons: Iterable[Person]) -> None:
        """Keep names, new ones in place of earlier ones; all or none.

        Raises:
            StoreProblem: an id that was forgotten (``person-forgotten``); nothing was kept.
        """
        ...

    def persons(self, ids: Iterable[str]) -> Mapping[str, Person]:
        """The persons behind some ids; an id whose name is not kept, or is forgotten, is left out."""
        ...

    def forget(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Erase the names behind some ids so that no byte of them is left; gives the ids whose names were kept.

        That an id was forgotten is kept (the id, not the name), so that a backup which is brought back, and whoever
        tries to keep the name once more, can be told. Every backup that the store remembers and can reach is erased,
        too; the others stay ``behind`` (:meth:`~partybuilding.extension.store.Backing.backups`). To call it again, also
        with no ids, does what could not be done before: it is the same erasure, carried on.

        In a store that has joined a caller's transaction, the bytes are gone when the caller has committed and the
        database has brought its own log into its file.

        Raises:
            StoreBusy: the names can no longer be read, but a reader still holds their bytes in the file
                (``forget-held-back``); call it again when the reader has gone.
        """
        ...

    def forgotten(self) -> frozenset[str]:
        """The ids whose names were erased: what to forget again in a backup that is brought back."""
        ...


def require_remembered(persons: Iterable[Person], forgotten: frozenset[str]) -> tuple[Person, ...]:
    """The persons, the last one given for each id; refused if one of them was forgotten.

    Raises:
        StoreProblem: ``person-forgotten`` for every id that was forgotten.
    """
    given = {each.id: each for each in persons}
    expected, remedy = "an id that was not forgotten", "Give the person a new random id."
    refused = [
        Problem("person-forgotten", Where(record=each), each, expected, remedy)
        for each in sorted(given.keys() & forgotten)
    ]
    if refused:
        raise StoreProblem(*refused)
    return tuple(given.values())
