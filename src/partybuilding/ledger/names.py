"""Names behind random ids: kept, asked for and erased by who may; the chain keeps the id that was forgotten, nothing else.

A person stands with the organisations where the id holds a post, or of which it said something; so these are asked for
the permission. Messages here repeat no id that the caller gave: it may be a name, typed where an id belongs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.posts import Tenure
from partybuilding.errors import Problem, RecordProblem, StoreProblem, Where
from partybuilding.extension.canonical import canonical
from partybuilding.extension.persons import Person, PersonStore
from partybuilding.extension.store import Draft, Header, Row, Store
from partybuilding.ledger.asking import ask
from partybuilding.ledger.concerns import about

if TYPE_CHECKING:
    from partybuilding.domain.record import Record
    from partybuilding.ledger.asking import Asked
    from partybuilding.ledger.concerns import Lineages
    from partybuilding.ledger.histories import Histories
    from partybuilding.ledger.permissions import Action, Actor, Policy

FORGOTTEN = "forgotten"
"""The kind of row that says that the name behind an id was erased; no record, so nothing but ``forget`` writes it."""
WORDS = "every person asked for"


def erasable(store: Store) -> PersonStore:
    """The store as one that keeps names apart.

    Raises:
        StoreProblem: ``store-not-erasable``: it has no place for names from which they can be erased.
    """
    if not isinstance(store, PersonStore):
        expected, remedy = "a backend that can erase names", "Keep the names elsewhere, or use another store."
        raise StoreProblem(Problem("store-not-erasable", Where(), type(store).__name__, expected, remedy))
    return store


@frozen(kw_only=True, eq=False)
class Persons:
    """The names of a store, as the grants of a day let them be touched."""

    store: Store
    policy: Policy
    histories: Histories
    lineages: Lineages
    day: date

    def keep(self, persons: Iterable[Person], *, actor: Actor) -> None:
        """Keep names and contacts; all or none."""
        persons, store = tuple(persons), erasable(self.store)
        self._allowed("administer", tuple(each.id for each in persons), actor)
        store.keep_persons(persons)

    def names(self, ids: Iterable[str], *, actor: Actor) -> Mapping[str, Person]:
        """The names that are kept."""
        ids, store = tuple(ids), erasable(self.store)
        self._allowed("read-person", ids, actor)
        return store.persons(ids)

    def forget(self, ids: Iterable[str], *, actor: Actor, header: Header) -> tuple[str, ...]:
        """Write that the ids are forgotten, then erase the names: a break in between is seen, and mended by asking again."""
        ids, store = tuple(ids), erasable(self.store)
        rule = self._allowed("administer", ids, actor)
        require_nameless(header.reason, self._known_persons(ids, store))
        rows = forgotten_rows(ids, store=self.store, day=self.day)
        if rows:
            said = evolve(header, command="forget", rule=rule)
            self.histories.stored(
                self.store.append(Draft(header=said, rows=rows), self.histories.head.number)
            )
        return store.forget(ids)

    def _allowed(self, action: Action, ids: tuple[str, ...], actor: Actor) -> str:
        return ask(self.policy, actor, self._asked(action, ids), day=self.day)

    def _asked(self, action: Action, ids: tuple[str, ...]) -> Iterator[Asked]:
        """An action on every organisation where the persons stand; for an id that stands nowhere, on everything."""
        for id_ in ids or ("",):
            homes = {home for each in self.records(id_) for home in about(each, self._known)} or {None}
            for home in sorted(homes, key=str):
                yield action, self.lineages.of(home), WORDS

    def _known_persons(self, ids: tuple[str, ...], store: PersonStore) -> tuple[Person, ...]:
        """The persons whose names are kept; refused is an id that nobody has, because the chain would keep it for ever.

        Raises:
            RecordProblem: ``person-unknown``.
        """
        kept = store.persons(ids)
        said = {each.row.id for each in self.store.read(FORGOTTEN, ids=ids)}
        lost = [id_ for id_ in ids if id_ not in kept and id_ not in said and not self.records(id_)]
        if lost:
            read, expected = f"{len(lost)} of {len(ids)}", "ids of persons"
            raise RecordProblem(Problem("person-unknown", Where(), read, expected, "Correct the ids."))
        return tuple(kept.values())

    def records(self, id_: str) -> tuple[Record, ...]:
        """The records that name an id."""
        held = (span.value for _, span in self.histories.where(Tenure, _holder, id_))
        said = (span.value for _, span in self.histories.where(Feedback, _informant, id_))
        return (*held, *said)

    def _known(self, noun: str, id_: str) -> tuple[Record, ...]:
        return tuple(span.value for span in self.histories.spans(NOUNS[noun], id_)) if noun in NOUNS else ()


def _holder(tenure: Tenure) -> tuple[str, ...]:
    return (tenure.holder,)


def _informant(feedback: Feedback) -> tuple[str, ...]:
    return () if feedback.informant is None else (feedback.informant,)


def forgotten_rows(ids: Iterable[str], *, store: Store, day: date) -> tuple[Row, ...]:
    """The rows that say which ids were forgotten, without those that the chain says already."""
    ids = tuple(dict.fromkeys(ids))
    said = {each.row.id for each in store.read(FORGOTTEN, ids=ids)}
    return tuple(
        Row(kind=FORGOTTEN, id=id_, starts=day, body=canonical({"id": id_, "day": day.isoformat()}))
        for id_ in sorted(ids)
        if id_ not in said
    )


def require_nameless(text: str, persons: Iterable[Person]) -> None:
    """Refuse a reason that repeats what is to be forgotten: the chain would keep it for ever.

    Raises:
        RecordProblem: ``reason-names-person``, without the reason.
    """
    if any(part and part in text for each in persons for part in (each.name, each.contact)):
        remedy = "Give a reason that names nobody."
        raise RecordProblem(Problem("reason-names-person", Where(path="why"), "", "no name", remedy))


def not_erased(store: Store) -> Iterator[Problem]:
    """Ids that the chain calls forgotten and whose names are kept: an erasure that broke off, or an old copy."""
    said = tuple(dict.fromkeys(each.row.id for each in store.read(FORGOTTEN)))
    for id_ in sorted(erasable(store).persons(said)) if said else ():
        where, remedy = Where(kind=FORGOTTEN, record=id_), "Forget the id again."
        yield Problem("person-not-erased", where, "a name", "no name", remedy)
