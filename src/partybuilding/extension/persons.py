"""Names that can be erased: who stands behind a random id, kept outside the chain and nowhere else.

Records know a person only as the random id of a holder or an informant. If an office keeps the name at all, it lies in
a table of its own that no digest covers, so that erasing it leaves every hash as it was. An id is never made from the
name: names can be guessed, so a digest of one would be the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from partybuilding.domain.record import valid_id


@frozen(kw_only=True)
class Person:
    """The name and contact behind a random id; neither ever reaches a record, a page or a message.

    Raises:
        RecordProblem: ``bad-id``.

    >>> Person(id="k7q2", name="示例甲")
    Person(id='k7q2')
    """

    id: str = field(validator=valid_id)
    name: str = field(repr=False)
    contact: str = field(default="", repr=False)


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
        tries to keep the name once more, can be told.
        """
        ...

    def forgotten(self) -> frozenset[str]:
        """The ids whose names were erased."""
        ...
