"""Evaluation at the end of the year: totals and grades are proposed; an authorised body decides them.

Until a decision is recorded a grade is a proposal and is shown as one. What was decided stays beside what was computed.
"""

from __future__ import annotations

from attrs import frozen

from partybuilding.domain.decisions import Decision
from partybuilding.domain.schemes import Grade
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.result import Result


@frozen(kw_only=True)
class Assessment:
    """What was computed for an organisation in a year, and the decision on it if there is one.

    ``total`` is in ten-thousandths of a point; None, with ``grade``, is "not assessable".
    """

    organisation: str
    total: int | None
    grade: Grade | None
    decision: Decision | None

    @property
    def decided(self) -> bool:
        """Whether an authorised body has decided."""
        return self.decision is not None


def assessments(result: Result) -> tuple[Assessment, ...]:
    """The assessment of every organisation that a scheme concerns, in the order of the tree."""
    decisions = grades_decided(result.snapshot, result.year)
    return tuple(
        Assessment(
            organisation=id_,
            total=result.raw(id_, "total_score"),
            grade=result.grade(id_),
            decision=decisions.get(id_),
        )
        for id_ in result.organisations
        if result.scheme_of(id_) is not None
    )


def grades_decided(snapshot: Snapshot, year: int) -> dict[str, Decision]:
    """The latest decision on the grade of each organisation in a year."""
    made = sorted(
        (each for each in snapshot.of(Decision) if each.matter == "grade" and each.year == year),
        key=lambda each: (each.day, each.id),
    )
    return {each.subject: each for each in made}
