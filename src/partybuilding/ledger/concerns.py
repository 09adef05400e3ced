"""Whom a record concerns: the organisations in whose name it acts, those it acts on, and where they stand on a day.

A permission is asked on organisations, a record names bodies, posts and other records: here the one is found from the
other. What cannot be found belongs to nobody in particular, so only who may do it everywhere may touch it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import singledispatch
from typing import TypeVar

from partybuilding.domain.carriers import Carrier
from partybuilding.domain.decisions import Decision
from partybuilding.domain.funding import Movement
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import PublicCommitment
from partybuilding.domain.organisations import TERRITORY, District, Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.reorganisations import Reorganisation
from partybuilding.domain.sheets import Sheet
from partybuilding.ledger.histories import Histories
from partybuilding.ledger.permissions import Lineage
from partybuilding.ledger.spans import Span, first_number, last_number

R = TypeVar("R", bound=Record)

Pointer = tuple[str, str]
"""A noun and an id: what a record names."""
Known = Callable[[str, str], Iterable[Record]]
"""Gives the versions of a record by noun and id; none if there is no such record."""
Homes = frozenset[str | None]
"""Ids of organisations; None stands for what could not be found."""

ORGANISATION = Organisation.noun
SUBJECTS = (Organisation.noun, PartyBody.noun, Post.noun)
"""What the subject of a decision may be."""


@singledispatch
def acting(record: Record) -> tuple[Pointer, ...]:  # noqa: ARG001 - what most records say: nobody acts in them
    """In whose name a record acts: the post of a step, the body of a decision, the payer of a sum."""
    return ()


@singledispatch
def concerned(record: Record) -> tuple[Pointer, ...]:
    """What a record is about."""
    found = getattr(record, "organisation", None)
    return ((ORGANISATION, found),) if isinstance(found, str) else ()


acting.register(District, lambda record: ((ORGANISATION, record.root),))
acting.register(PartyBody, lambda record: ((ORGANISATION, record.seat),))
acting.register(Post, lambda record: ((PartyBody.noun, record.body),))
acting.register(Tenure, lambda record: ((Post.noun, record.post),))
acting.register(Step, lambda record: ((Post.noun, record.post),))
acting.register(Decision, lambda record: ((PartyBody.noun, record.body),))
acting.register(PublicCommitment, lambda record: ((PartyBody.noun, record.body),))
acting.register(Carrier, lambda record: ((PartyBody.noun, record.lead),))
acting.register(
    Movement, lambda record: _organisations(leg.organisation for leg in record.legs if leg.amount < 0)
)
concerned.register(Organisation, lambda record: ((ORGANISATION, record.id),))
concerned.register(PartyBody, lambda record: _organisations(record.covers))
concerned.register(Step, lambda record: (_pointer(record.of),))
concerned.register(Decision, lambda record: (("subject", record.subject), *_perhaps(record.of)))
concerned.register(Carrier, lambda record: _organisations(part.organisation for part in record.parts))
concerned.register(
    Movement, lambda record: _organisations(leg.organisation for leg in record.legs if leg.amount > 0)
)
concerned.register(Sheet, lambda record: _organisations(record.organisations))
concerned.register(Reorganisation, lambda record: _organisations((*record.before, *record.after)))


def _organisations(ids: Iterable[str]) -> tuple[Pointer, ...]:
    return tuple((ORGANISATION, each) for each in dict.fromkeys(ids))


def _pointer(reference: str) -> Pointer:
    noun, _, id_ = reference.partition(":")
    return noun, id_


def _perhaps(reference: str | None) -> tuple[Pointer, ...]:
    return () if reference is None else (_pointer(reference),)


def homes(pointers: Iterable[Pointer], known: Known) -> Homes:
    """The organisations that pointers lead to."""
    found: set[str | None] = set()
    for each in pointers:
        found |= _lead(each, known, ())
    return frozenset(found)


def _lead(pointer: Pointer, known: Known, seen: tuple[Pointer, ...]) -> Homes:
    """Follow a pointer through bodies, posts and records; a circle leads nowhere."""
    noun, id_ = pointer
    if noun == ORGANISATION:
        return frozenset({id_})
    if noun == "subject":
        tried = [_lead((each, id_), known, seen) for each in SUBJECTS if any(True for _ in known(each, id_))]
        return frozenset().union(*tried) or frozenset({None})
    found: set[str | None] = set()
    for record in known(noun, id_) if pointer not in seen else ():
        for each in concerned(record) or acting(record):
            found |= _lead(each, known, (*seen, pointer))
    return frozenset(found or {None})


def about(record: Record, known: Known) -> Homes:
    """The organisations whose affair a record is: who may read all of these may read it.

    A payment is the affair of all its accounts; of every other record, of what it is about, else of whoever acts.
    """
    if isinstance(record, Movement):
        return homes((*acting(record), *concerned(record)), known)
    return homes(concerned(record) or acting(record), known) or frozenset({None})


class Lineages:
    """Where organisations stand on a day, as known now: each one's id with those above it.

    An organisation that was dissolved stands where it stood last, one that is still to come where it will stand first:
    so an office still reads its old villages, and can prepare new ones. One that was moved stands where it is now.
    ``given`` are organisations that are just being committed; they count where none is known yet.
    """

    def __init__(self, histories: Histories, day: date, given: Iterable[Record] = ()) -> None:
        self._histories = histories
        self._day = day
        self._given = _spans(given, Organisation)
        self._line = self._which(_spans(given, District))
        self._found: dict[str | None, Lineage] = {None: ()}

    def of(self, organisation: str | None) -> Lineage:
        """The lineage of an organisation; of one that nobody knows, its id alone; of None, nothing."""
        found = self._found.get(organisation)
        if found is None:
            found = self._found[organisation] = tuple(self._upwards(organisation))
        return found

    def _upwards(self, organisation: str | None) -> Iterator[str]:
        seen: set[str] = set()
        while organisation is not None and organisation not in seen:
            yield organisation
            seen.add(organisation)
            organisation = self._parent(organisation)

    def _parent(self, organisation: str) -> str | None:
        spans = self._histories.spans(Organisation, organisation) or self._given.get(organisation, ())
        if not spans:
            return None
        today = self._day.toordinal()
        span = next((each for each in reversed(spans) if each.first <= today), spans[0])
        nearest = min(max(today, span.first), span.last - 1)
        return span.value.parent(self._line, date.fromordinal(nearest))

    def _which(self, given: Mapping[str, tuple[Span[District], ...]]) -> str:
        """The line of the one district, or the territory."""
        held = self._histories.of(District) or given
        lines = [span.value.line for spans in held.values() for span in spans if span.holds(self._day)]
        return lines[0] if len(lines) == 1 else TERRITORY


def _spans(records: Iterable[Record], noun: type[R]) -> dict[str, tuple[Span[R], ...]]:
    """Records of a class as spans, by id and start."""
    found: dict[str, list[Span[R]]] = {}
    for each in records:
        if isinstance(each, noun):
            starts, ends = each.valid
            found.setdefault(each.id, []).append(Span(first_number(starts), last_number(ends), each))
    return {id_: tuple(sorted(spans, key=lambda span: span.first)) for id_, spans in found.items()}
