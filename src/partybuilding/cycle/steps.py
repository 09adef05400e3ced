"""Take a step with a record: one door for projects, list items and commitments.

The life cycle says whether the step may be taken here and what it needs; the gate of a project type says which documents;
the day says who holds the post. Nothing is recorded without what it needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from partybuilding.convert import NOUNS
from partybuilding.domain.decisions import Decision
from partybuilding.domain.lifecycles import Course, Step, advance, follow
from partybuilding.domain.posts import Tenure
from partybuilding.domain.projects import RUNGS, Project, ProjectType
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import PartybuildingError, Problem, StepRefused, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.timeline import months_later


def course(snapshot: Snapshot, catalogue: Catalogue, record: Record) -> Course:
    """How far a record has come by the snapshot's day.

    Raises:
        StepRefused: the record has no life cycle, because its kind has none or its type is not declared.
    """
    lifecycle = catalogue.lifecycle(record, snapshot.on)
    if lifecycle is None:
        where = Where(kind=record.noun, record=record.id)
        raise StepRefused(
            Problem("no-lifecycle", where, record.noun, "a record with a life cycle", "Declare its type.")
        )
    return follow(lifecycle, snapshot.steps().get(record.reference, ()))


def take(snapshot: Snapshot, catalogue: Catalogue, step: Step) -> Step:
    """Check a step against its life cycle, its gate, its posts and its decision, and give it back to be committed.

    Raises:
        StepRefused: what is missing, all at once: the record, the holder of the post, evidence, documents of the gate,
            another post, a decision that is recorded, a deadline within its limit, or what acceptance asks for.
    """
    record = _record(snapshot, step)
    before = course(snapshot, catalogue, record)
    problems = [*_nobody(snapshot, step), *_undecided(snapshot, step), *_too_late(record, before, step)]
    if isinstance(record, Project):
        problems += [
            *_documents(catalogue, snapshot.on, record, step),
            *_acceptance(catalogue, snapshot.on, record, step),
        ]
    try:
        advance(before, step)
    except PartybuildingError as error:
        problems += error.problems
    if problems:
        raise StepRefused(*problems)
    return step


def promote(project: Project, *, day: date) -> Project:
    """The project on the next rung: innovation, demonstration, roll-out.

    Raises:
        StepRefused: it stands on the last rung.
    """
    at = RUNGS.index(project.rung)
    if at + 1 == len(RUNGS):
        where = Where(kind="project", record=project.id)
        raise StepRefused(
            Problem(
                "last-rung",
                where,
                project.rung,
                "a rung below roll-out",
                "A rolled-out project yields a standard.",
            )
        )
    return evolve(project, rung=RUNGS[at + 1], starts=day)


def _record(snapshot: Snapshot, step: Step) -> Record:
    noun, _, id_ = step.of.partition(":")
    found = snapshot.find(NOUNS[noun], id_) if noun in NOUNS else None
    if found is None:
        where = Where(kind="step", record=step.id)
        raise StepRefused(
            Problem("unknown-record", where, step.of, "a record in force", "Name it as noun:id.")
        )
    return found


def _nobody(snapshot: Snapshot, step: Step) -> Iterator[Problem]:
    if not any(each.post == step.post and each.holds(step.day) for each in snapshot.of(Tenure)):
        yield Problem(
            "post-not-held",
            _where(step),
            step.post,
            f"a post held on {step.day}",
            "Name the post that acted.",
        )


def _undecided(snapshot: Snapshot, step: Step) -> Iterator[Problem]:
    if step.decision is None:
        return
    decision = snapshot.find(Decision, step.decision)
    if decision is None or decision.day > step.day:
        yield Problem(
            "no-decision",
            _where(step),
            step.decision,
            f"a decision of {step.day} or before",
            "Record the decision first.",
        )
    elif decision.of is not None and decision.of != step.of:
        yield Problem(
            "other-decision", _where(step), decision.of, step.of, "Name the decision on this record."
        )


def _too_late(record: Record, before: Course, step: Step) -> Iterator[Problem]:
    """A deadline may move only as far as its transition allows."""
    row = before.lifecycle.find(step.name, before.state)
    due = before.until(getattr(record, "due", None))
    if row is None or row.months is None or step.until is None or due is None:
        return
    latest = months_later(due, row.months)
    if not due <= step.until <= latest:
        yield Problem(
            "too-long", _where(step), str(step.until), f"{due} to {latest}", "Choose a day within the limit."
        )


def _documents(catalogue: Catalogue, day: date, project: Project, step: Step) -> Iterator[Problem]:
    declared = catalogue.rule(ProjectType, project.type, day)
    asked = () if declared is None else declared.value.asked(step.name)
    if len(step.evidence) < len(asked):
        given = ", ".join(each.reference for each in step.evidence) or "nothing"
        yield Problem(
            "documents-lacking", _where(step), given, "、".join(asked), "Hand in every document of the gate."
        )


def _acceptance(catalogue: Catalogue, day: date, project: Project, step: Step) -> Iterator[Problem]:
    """What acceptance means: a floor that holds, or an improvement over the baseline; a lesson is told in the note."""
    declared = catalogue.rule(ProjectType, project.type, day)
    if declared is None or step.name != "accept":
        return
    reached, baseline, target = project.reached, project.baseline, project.target
    kind = declared.value.acceptance
    if kind == "floor" and (reached is None or target is None or reached < target):
        yield Problem(
            "below-floor",
            _where(step),
            str(reached),
            f"at least {target} {project.measure}",
            "Repair it first.",
        )
    if kind == "improvement" and (reached is None or baseline is None or reached <= baseline):
        yield Problem(
            "no-improvement",
            _where(step),
            str(reached),
            f"more than {baseline} {project.measure}",
            "Repair it first.",
        )


def _where(step: Step) -> Where:
    return Where(kind="step", record=step.id)
