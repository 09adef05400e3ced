"""Life cycles as folds: a state is never stored, it is what the steps taken so far add up to.

A :class:`Lifecycle` is a table of :class:`Transition`; :func:`follow` folds the :class:`Step` events of one record along
it and tells the state, since when, and which steps may come next. The tables of letters, items and commitments stand
beside their records; those of the project types are declared by plugins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import ClassVar, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.record import Event, natural, repeated, valid_day, valid_id, valid_reference
from partybuilding.errors import Problem, RecordProblem, StepRefused, Where
from partybuilding.labels import Label

Need = Literal["evidence", "decision", "note", "until"]


@frozen(kw_only=True)
class Evidence:
    """A reference to a piece of evidence and the digest of its content; never the thing itself.

    >>> Evidence(reference="photo-17").digest
    ''
    """

    reference: str
    digest: str = ""


@frozen(kw_only=True)
class Step(Event):
    """That a post took a step with a record (``of`` is ``noun:id``) on a day.

    ``decision`` names the authorised decision a step rests on, ``until`` a new last day it grants, ``digest`` the
    content it covers (a signature covers the digest of the letter), ``note`` the reason in words.

    >>> Step(id="s-1", day=date(2026, 3, 1), of="item:shili-01/1", name="rectify", post="shili-01-officer").reference
    'step:s-1'
    """

    noun: ClassVar[str] = "step"
    of: str = field(validator=valid_reference)
    name: str
    post: str = field(validator=valid_id)
    evidence: tuple[Evidence, ...] = ()
    decision: str | None = field(default=None, validator=optional(valid_id))
    until: date | None = field(default=None, validator=optional(valid_day))
    digest: str = ""
    note: str = ""


@frozen(kw_only=True)
class Transition:
    """One row of a life cycle: from which states a step leads where, what it needs, how often it may be taken.

    ``unlike`` names steps that must have been taken by another post (separation of duties), ``undoes`` steps that no
    longer count once this one is taken. ``months`` is the longest time that ``until`` may lie after the last due day.

    Raises:
        RecordProblem: ``unknown-word`` for a need that no step could show: it would never be asked for.

    >>> Transition(step="close", sources=("verified",), target="closed", needs=("decision",)).needs
    ('decision',)
    """

    step: str
    sources: tuple[str, ...]
    target: str
    needs: tuple[Need, ...] = ()
    unlike: tuple[str, ...] = ()
    undoes: tuple[str, ...] = ()
    most: int | None = field(default=None, validator=optional(natural))
    months: int | None = field(default=None, validator=optional(natural))
    label: Label = Label("", "")

    def __attrs_post_init__(self) -> None:
        lost = ", ".join(each for each in self.needs if each not in get_args(Need))
        if lost:
            where = Where(kind="transition", record=self.step, path="needs")
            expected = ", ".join(get_args(Need))
            raise RecordProblem(Problem("unknown-word", where, lost, expected, "Use one of the words."))


@frozen(kw_only=True)
class Lifecycle:
    """A table of transitions with its first state and the labels of its states; ``closed`` states end it.

    Raises:
        RecordProblem: ``unknown-state`` where states are labelled and the start, a target or a closed state is none of
            them; ``listed-twice`` for a step with two rows from one state; all at once.

    >>> life = Lifecycle(name="lab", start="draft", closed=("done",), transitions=(
    ...     Transition(step="declare", sources=("draft",), target="done"),
    ... ))
    >>> life.possible("draft"), life.possible("done")
    (('declare',), ())
    """

    name: str
    start: str
    transitions: tuple[Transition, ...]
    closed: tuple[str, ...] = ()
    states: Mapping[str, Label] = field(factory=dict, repr=False, hash=False)

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        where = Where(kind="lifecycle", record=self.name)
        used = dict.fromkeys((self.start, *(each.target for each in self.transitions), *self.closed))
        lost = ", ".join(each for each in used if self.states and each not in self.states)
        if lost:
            yield Problem("unknown-state", where, lost, ", ".join(self.states), "Use one of the states.")
        rows = (f"{each.step} from {state}" for each in self.transitions for state in each.sources)
        twice = ", ".join(repeated(rows))
        if twice:
            yield Problem("listed-twice", where, twice, "each once", "Remove the repetition.")

    def find(self, step: str, state: str) -> Transition | None:
        """The transition that a step makes from a state, or None if the table has none."""
        return next((each for each in self.transitions if each.step == step and state in each.sources), None)

    def possible(self, state: str) -> tuple[str, ...]:
        """The steps that the table allows from a state."""
        return tuple(dict.fromkeys(each.step for each in self.transitions if state in each.sources))


@frozen(kw_only=True)
class Course:
    """How far a record has come: its state, since when, and every step that led there.

    >>> life = Lifecycle(name="lab", start="draft", transitions=(Transition(step="declare", sources=("draft",), target="done"),))
    >>> course = Course(lifecycle=life, state="draft")
    >>> course.closed, course.count("declare"), course.until(date(2026, 6, 30))
    (False, 0, datetime.date(2026, 6, 30))
    """

    lifecycle: Lifecycle
    state: str
    since: date | None = None
    taken: tuple[Step, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether the course has ended."""
        return self.state in self.lifecycle.closed

    def first(self, name: str) -> date | None:
        """The day a step was taken for the first time."""
        return next((step.day for step in self.taken if step.name == name), None)

    def last(self, name: str) -> Step | None:
        """The latest step of a name."""
        return next((step for step in reversed(self.taken) if step.name == name), None)

    def count(self, name: str) -> int:
        """How often a step was taken."""
        return sum(step.name == name for step in self.taken)

    def reached(self) -> dict[str, date]:
        """The latest day of every step that still counts: a step undone by a later one is not reached.

        A rejected or re-opened item is not closed, though its earlier closing stays in ``taken``.
        """
        days: dict[str, date] = {}
        state = self.lifecycle.start
        for step in self.taken:
            days[step.name] = step.day
            row = self.lifecycle.find(step.name, state)
            if row is not None:
                state = row.target
                for name in row.undoes:
                    days.pop(name, None)
        return days

    def until(self, due: date | None) -> date | None:
        """The last day that counts: the one granted latest, else the original."""
        return next((step.until for step in reversed(self.taken) if step.until is not None), due)


def follow(lifecycle: Lifecycle, steps: Iterable[Step]) -> Course:
    """Fold the steps of one record, in the order of their days, into its course.

    Steps of one day are taken in the order given or, where the table refuses that, in the first order that it allows:
    a day says nothing about the hour, and no record may fail because of the order in which its steps were listed.

    Raises:
        StepRefused: a step that the table does not allow where it stands, or that lacks what it needs.

    >>> life = Lifecycle(name="lab", start="draft", transitions=(
    ...     Transition(step="declare", sources=("draft",), target="declared"),
    ...     Transition(step="approve", sources=("declared",), target="approved"),
    ... ))
    >>> day = date(2026, 3, 1)
    >>> course = follow(life, (
    ...     Step(id="2", day=day, of="project:p", name="approve", post="b"),
    ...     Step(id="1", day=day, of="project:p", name="declare", post="a"),
    ... ))
    >>> course.state, course.since
    ('approved', datetime.date(2026, 3, 1))
    """
    course = Course(lifecycle=lifecycle, state=lifecycle.start)
    for _, of_day in groupby(sorted(steps, key=lambda each: each.day), key=lambda each: each.day):
        course = _take_all(course, tuple(of_day))
    return course


def _take_all(course: Course, steps: Sequence[Step]) -> Course:
    """Take the steps of one day; if no order is allowed, the refusal tells of the order given."""
    try:
        for_day = course
        for step in steps:
            for_day = advance(for_day, step)
    except StepRefused:
        found = _in_some_order(course, steps, set())
        if found is None:
            raise
        return found
    return for_day


def _in_some_order(course: Course, steps: Sequence[Step], dead: set[tuple[object, ...]]) -> Course | None:
    """The course after the steps in the first order that the table allows, or None.

    ``dead`` remembers which rests of the day lead nowhere from which state, so that no rest is tried twice; steps that
    the table cannot tell apart are one to it, so that a day with many of them does not take for ever.
    """
    if not steps:
        return course
    here = (course.state, *sorted(_seen_by_table(step) for step in steps))
    if here in dead:
        return None
    first: dict[tuple[object, ...], int] = {}
    for place, step in enumerate(steps):
        first.setdefault(_seen_by_table(step), place)
    for place in first.values():
        if not lacking(course, steps[place]):
            rest = (*steps[:place], *steps[place + 1 :])
            found = _in_some_order(advance(course, steps[place]), rest, dead)
            if found is not None:
                return found
    dead.add(here)
    return None


def _seen_by_table(step: Step) -> tuple[str, str, bool, bool, bool, bool]:
    """All that a table looks at."""
    shown = (bool(step.evidence), step.decision is None, bool(step.note.strip()), step.until is None)
    return (step.name, step.post, *shown)


def advance(course: Course, step: Step) -> Course:
    """Take one more step; the course that was stays as it is.

    Raises:
        StepRefused: the table does not allow the step here, it lies before the last one, or it lacks what it needs; all
            lacks at once.

    >>> life = Lifecycle(name="lab", start="draft", transitions=(Transition(step="declare", sources=("draft",), target="done"),))
    >>> step = Step(id="1", day=date(2026, 3, 1), of="project:p", name="declare", post="a")
    >>> advance(Course(lifecycle=life, state="draft"), step).state
    'done'
    """
    transition = course.lifecycle.find(step.name, course.state)
    lacks = lacking(course, step)
    if transition is None or lacks:
        raise StepRefused(*lacks)
    return Course(
        lifecycle=course.lifecycle, state=transition.target, since=step.day, taken=(*course.taken, step)
    )


def lacking(course: Course, step: Step) -> tuple[Problem, ...]:
    """Everything that keeps a step from being taken now; nothing if it may be taken.

    >>> life = Lifecycle(name="lab", start="draft", transitions=(Transition(step="declare", sources=("draft",), target="done"),))
    >>> step = Step(id="1", day=date(2026, 3, 1), of="project:p", name="approve", post="a")
    >>> [each.code for each in lacking(Course(lifecycle=life, state="draft"), step)]
    ['step-not-possible']
    """
    transition = course.lifecycle.find(step.name, course.state)
    where = Where(record=step.of, kind=course.lifecycle.name)
    if transition is None:
        read = f"{step.name} in state {course.state}"
        expected = ", ".join(course.lifecycle.possible(course.state)) or "no further step"
        return (Problem("step-not-possible", where, read, expected, "Take a possible step."),)
    return tuple(_lacks(course, step, transition, where))


def _lacks(course: Course, step: Step, transition: Transition, where: Where) -> Iterator[Problem]:
    """What a step lacks of what its transition needs."""
    given = {
        "evidence": bool(step.evidence),
        "decision": step.decision is not None,
        "note": bool(step.note.strip()),
        "until": step.until is not None,
    }
    for need in transition.needs:
        if not given[need]:
            yield Problem(
                "step-lacks", where, f"{step.name} without {need}", need, "Give what the step needs."
            )
    if course.since is not None and step.day < course.since:
        remedy = "Take steps in the order of their days."
        yield Problem(
            "step-backdated", where, f"{step.name} on {step.day}", f"{course.since} or later", remedy
        )
    if step.post in {each.post for each in course.taken if each.name in transition.unlike}:
        yield Problem("same-post", where, step.post, "another post", "Let somebody else take the step.")
    if transition.most is not None and course.count(step.name) >= transition.most:
        yield Problem(
            "step-too-often", where, step.name, f"at most {transition.most}", "The step is used up."
        )
