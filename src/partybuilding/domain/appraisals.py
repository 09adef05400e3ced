"""Appraisals: what superiors, peers, members and masses say of an organisation in a year, as counts and never as names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

from attrs import field, frozen

from partybuilding.domain.record import Event, among, natural, valid_id, whole
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Voice = Literal["superior", "peers", "members", "masses"]
VOICES: Mapping[Voice, Label] = MappingProxyType(
    {
        "superior": Label("上级评价", "superiors"),
        "peers": Label("同级互评", "peers"),
        "members": Label("党员评议", "members"),
        "masses": Label("群众评议", "masses"),
    }
)
FULL_SCORE = 1_000_000
"""100 points, in ten-thousandths of a point."""


@frozen(kw_only=True)
class Appraisal(Event):
    """The appraisal of an organisation by one voice: how many were asked, answered and satisfied, and the mean score.

    Counts only, never who said what. ``score`` is in ten-thousandths of a point on a scale of 100.

    Raises:
        RecordProblem: ``counts-disagree``, ``score-off-scale``; both at once.

    >>> from datetime import date
    >>> said = Appraisal(
    ...     id="2026/shili-01/masses", day=date(2026, 12, 20), organisation="shili-01", year=2026, voice="masses",
    ...     score=875_000, asked=60, answered=50, satisfied=45,
    ... )
    >>> VOICES[said.voice].zh
    '群众评议'
    """

    noun: ClassVar[str] = "appraisal"
    organisation: str = field(validator=valid_id)
    year: int = field(validator=whole)
    voice: Voice = field(validator=among(VOICES))
    score: int = field(validator=natural)
    asked: int = field(validator=natural)
    answered: int = field(validator=natural)
    satisfied: int = field(validator=natural)

    def __attrs_post_init__(self) -> None:
        where = Where(kind="appraisal", record=self.id)
        problems = []
        if not self.satisfied <= self.answered <= self.asked:
            read = f"{self.satisfied} of {self.answered} of {self.asked}"
            expected = "satisfied ≤ answered ≤ asked"
            problems.append(Problem("counts-disagree", where, read, expected, "Correct the counts."))
        if self.score > FULL_SCORE:
            expected = f"0 to {FULL_SCORE}"
            problems.append(
                Problem("score-off-scale", where, str(self.score), expected, "Correct the score.")
            )
        if problems:
            raise RecordProblem(*problems)
