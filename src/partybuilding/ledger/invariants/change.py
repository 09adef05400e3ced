"""What an invariant is, and what it gets to see: the state after a change, and what the change touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.lifecycles import Course, Lifecycle, Step, follow
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record, within
from partybuilding.errors import PartybuildingError, Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.histories import Histories, Spans
from partybuilding.ledger.spans import gaps

if TYPE_CHECKING:
    from partybuilding.ledger.spans import Span

R = TypeVar("R", bound=Record)
LifecycleOf = Callable[[Record, date], Lifecycle | None]


@frozen(kw_only=True)
class Invariant:
    """A statement that holds in every state: its stable code, in one line, the kinds it reads, and its check.

    ``touched`` gives a problem for every violation that the touched records could have caused; the code of a problem may
    be finer than that of the invariant.
    """

    code: str
    statement: Label
    reads: tuple[type[Record], ...]
    touched: Callable[[Change], Iterable[Problem]]


class Change:
    """A change as invariants see it: ``after`` is the whole state with the change, ``before`` what it touched was.

    ``before`` is by noun and id; a record that is new has no spans there. To check everything, everything is touched
    (:meth:`whole`).
    """

    def __init__(
        self, after: Histories, before: Mapping[str, Mapping[str, Spans]], *, lifecycle: LifecycleOf
    ) -> None:
        self.after = after
        self._before = before
        self._lifecycle = lifecycle
        self._courses: dict[str, Course | tuple[Problem, ...] | None] = {}

    def whole(self) -> Change:
        """The same state with every record touched: what is broken anywhere shows."""
        everything = {noun: dict.fromkeys(self.after.of(each), ()) for noun, each in NOUNS.items()}
        return Change(self.after, everything, lifecycle=self._lifecycle)

    def takes_away(self) -> bool:
        """Whether a record is no longer there on a day on which it was: others may have rested on it."""
        return any(
            any(gaps(self.after.spans(NOUNS[noun], id_), span.first, span.last))
            for noun, records in self._before.items()
            for id_, spans in records.items()
            for span in spans
        )

    def touches(self, noun: type[Record]) -> bool:
        """Whether the change touches a record of a class."""
        return bool(self._before.get(noun.noun))

    def ids(self, noun: type[Record]) -> tuple[str, ...]:
        """The ids of the touched records of a class, in code point order."""
        return tuple(sorted(self._before.get(noun.noun, ())))

    def before(self, noun: type[R], id_: str) -> tuple[Span[R], ...]:
        """What a touched record was before the change."""
        return self._before.get(noun.noun, {}).get(id_, ())

    def versions(self, noun: type[R]) -> Iterator[R]:
        """Every version of the touched records of a class, before and after."""
        for id_ in self.ids(noun):
            for span in (*self.before(noun, id_), *self.after.spans(noun, id_)):
                yield span.value

    def steps(self, reference: str) -> tuple[Step, ...]:
        """The steps taken with a record, in the order in which every reader folds them: by day, then by id."""
        found = [span.value for _, span in self.after.where(Step, step_of, reference)]
        return tuple(sorted(found, key=lambda step: step.day))

    def course(self, record: Record) -> Course | None:
        """How far a record has come; None if it has no life cycle or its steps do not follow it."""
        found = self._followed(record)
        return found if isinstance(found, Course) else None

    def refusals(self, record: Record) -> tuple[Problem, ...]:
        """Why the steps of a record do not follow its life cycle; nothing if they do."""
        found = self._followed(record)
        return found if isinstance(found, tuple) else ()

    def _followed(self, record: Record) -> Course | tuple[Problem, ...] | None:
        if record.reference not in self._courses:
            self._courses[record.reference] = self._follow(record)
        return self._courses[record.reference]

    def _follow(self, record: Record) -> Course | tuple[Problem, ...] | None:
        steps = self.steps(record.reference)
        day = steps[-1].day if steps else record.valid[0] or date.min
        lifecycle = self._lifecycle(record, day)
        if lifecycle is None:
            return None
        try:
            return follow(lifecycle, steps)
        except PartybuildingError:
            return _first_refusal(record, lifecycle, steps)

    def holders(self, post: str, day: date) -> frozenset[str]:
        """Who held a post on a day."""
        return frozenset(
            span.value.holder for _, span in self.after.where(Tenure, tenure_post, post) if span.holds(day)
        )

    def body_of(self, post: str, day: date) -> str | None:
        """The body that a post belonged to on a day."""
        found = self.after.at(Post, post, day)
        return None if found is None else found.body

    def above(self, organisation: str, day: date) -> frozenset[str]:
        """The organisations above an organisation on a day, on any line."""
        found: set[str] = set()
        todo = [organisation]
        while todo:
            here = self.after.at(Organisation, todo.pop(), day)
            parents = (
                each.parent
                for each in (() if here is None else here.placements)
                if within(day, each.starts, each.ends)
            )
            new = set(parents) - found
            found |= new
            todo += sorted(new)
        return frozenset(found)

    def superiors(self, body: str, day: date) -> tuple[str, ...]:
        """The bodies above a body on a day, nearest first."""
        found: list[str] = []
        here = self.after.at(PartyBody, body, day)
        while here is not None and here.superior is not None and here.superior not in found:
            found.append(here.superior)
            here = self.after.at(PartyBody, here.superior, day)
        return tuple(found)


def _first_refusal(record: Record, lifecycle: Lifecycle, steps: tuple[Step, ...]) -> tuple[Problem, ...]:
    """Why the steps of a record do not follow its life cycle, told of the first day on which they do not."""
    days = sorted({step.day for step in steps})
    told = ((day, _refusals(lifecycle, [step for step in steps if step.day <= day])) for day in days)
    day, problems = next((day, problems) for day, problems in told if problems)
    owner = getattr(record, "organisation", None)
    where = Where(kind=record.noun, record=record.id, organisation=owner, day=day)
    return tuple(evolve(each, where=where) for each in problems)


def _refusals(lifecycle: Lifecycle, steps: Iterable[Step]) -> tuple[Problem, ...]:
    try:
        follow(lifecycle, steps)
    except PartybuildingError as error:
        return error.problems
    return ()


def step_of(step: Step) -> tuple[str, ...]:
    """The key of a step: the record that it is taken with."""
    return (step.of,)


def tenure_post(tenure: Tenure) -> tuple[str, ...]:
    """The key of a tenure: the post that is held."""
    return (tenure.post,)
