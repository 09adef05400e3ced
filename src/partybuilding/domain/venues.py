"""Venues of organisations, and the works by which they are built, rebuilt, expanded or come to be shared.

A venue tells how large it is and how it came about. A :class:`Work` (建设工程) is a change of it from the plan to the
acceptance: the area before and as planned, the contract with its payments by stage, and the area as measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.record import State, among, natural, valid_day, valid_id
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Build = Literal["existing", "new", "rebuilt", "expanded", "shared"]
WorkBuild = Literal["new", "rebuilt", "expanded", "shared"]
"""The ways in which a work changes a venue; what exists already needs no work."""
SHARED = "shared"


@frozen(kw_only=True)
class Venue(State):
    """The venue of an organisation; ``area`` in hundredths of a square metre.

    A change of area (a rebuilding, an expansion) is a new version of the venue from the day of its acceptance. A shared
    venue is the room that one organisation may use in the venue of another (``shares``): its area is what it may use.

    Raises:
        RecordProblem: ``negative`` or ``not-whole`` area, ``unknown-word`` for another build, ``shares-unshared`` where a
            venue that is not shared, or the venue itself, is said to be what is shared.

    >>> Venue(id="shili-01/venue", organisation="shili-01", name="村部", area=20_000, build="rebuilt").area
    20000
    """

    noun: ClassVar[str] = "venue"
    organisation: str = field(validator=valid_id)
    name: str
    area: int = field(validator=natural)
    build: Build = field(default="existing", validator=among(get_args(Build)))
    shares: str | None = field(default=None, validator=optional(valid_id))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.shares is not None and (self.build != SHARED or self.shares == self.id):
            raise RecordProblem(_unshared(self.noun, self.id, self.build, self.shares))


def _unshared(noun: str, id_: str, build: str, shares: str | None) -> Problem:
    where, read = Where(kind=noun, record=id_, path="shares"), f"build={build!r}, shares={shares!r}"
    remedy = "Name the venue of another for what is shared, and only there."
    return Problem("shares-unshared", where, read, "another venue, of a shared one only", remedy)


@frozen(kw_only=True)
class Contract:
    """What a work costs, in fen, by the stage from which each part may be paid, and the evidence of it; no person.

    ``advance`` (预付款) may be paid from the contract on, ``progress`` (进度款) from the start of building,
    ``completion`` (竣工款) from the completion, ``final`` (尾款) from the acceptance.

    Raises:
        RecordProblem: ``not-a-day``, ``not-whole``, ``negative``.

    >>> paper = Evidence(reference="合同2026-7", digest="ab")
    >>> Contract(day=date(2026, 4, 1), evidence=paper, advance=3_000_000, final=13_500_000).amount
    16500000
    """

    day: date = field(validator=valid_day)
    evidence: Evidence
    advance: int = field(default=0, validator=natural)
    progress: int = field(default=0, validator=natural)
    completion: int = field(default=0, validator=natural)
    final: int = field(default=0, validator=natural)

    @property
    def amount(self) -> int:
        """The whole price, in fen."""
        return self.advance + self.progress + self.completion + self.final

    def due(self, steps: Iterable[Step], day: date) -> int:
        """How much may have been paid by the end of a day, in fen, after the steps of the work.

        A stage stays reached: what was paid for it is not taken back because the acceptance was refused later. Whoever
        skips a stage has reached it by the next one.

        >>> contract = Contract(day=date(2026, 4, 1), evidence=Evidence(reference="c"), advance=30, progress=50, final=20)
        >>> begun = Step(id="s", of="work:w", name="start", day=date(2026, 5, 1), post="p")
        >>> contract.due((begun,), date(2026, 4, 30)), contract.due((begun,), date(2026, 5, 1))
        (0, 80)
        """
        parts = (self.advance, self.progress, self.completion, self.final)
        taken = {step.name for step in steps if step.day <= day}
        reached = max((at for at, stage in enumerate(STAGES, 1) if stage in taken), default=0)
        return sum(parts[:reached])


STAGES = ("contract", "start", "complete", "accept")
"""The steps that make the parts of a contract due, in their order."""


@frozen(kw_only=True)
class Work(State):
    """A work on a venue: it is built, rebuilt, expanded, or comes to be shared; areas in hundredths of a square metre.

    ``starts`` is the day of the version: a contract, a change of it and the acceptance are new versions from their day,
    so that every day knows its contract. ``owner`` is the post that runs it, and never the one that accepts it.
    ``area_before`` is that of the venue before the acceptance (0: there is none yet), ``area_after`` what was measured.

    Raises:
        RecordProblem: ``not-a-day`` without a start, ``not-whole``, ``negative``, ``unknown-word`` for another build,
            ``not-larger`` for an expansion that adds nothing, ``shares-unshared``; the last two at once.

    >>> work = Work(
    ...     id="w-1", venue="shili-06-venue", organisation="shili-06", name="扩建活动室", build="expanded",
    ...     owner="shili-06-officer", area_before=15_000, area_planned=26_000, starts=date(2026, 3, 2),
    ... )
    >>> work.reference, work.contract
    ('work:w-1', None)
    """

    noun: ClassVar[str] = "work"
    starts: date = field(validator=valid_day)
    venue: str = field(validator=valid_id)
    organisation: str = field(validator=valid_id)
    name: str
    name_en: str = ""
    build: WorkBuild = field(validator=among(get_args(WorkBuild)))
    shares: str | None = field(default=None, validator=optional(valid_id))
    owner: str = field(validator=valid_id)
    area_before: int = field(validator=natural)
    area_planned: int = field(validator=natural)
    area_after: int | None = field(default=None, validator=optional(natural))
    due: date | None = field(default=None, validator=optional(valid_day))
    contract: Contract | None = None

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        problems = tuple(self._problems())
        if problems:
            raise RecordProblem(*problems)

    def _problems(self) -> Iterator[Problem]:
        if self.build == "expanded" and self.area_planned <= self.area_before:
            where = Where(kind=self.noun, record=self.id, path="area_planned")
            expected = f"more than {self.area_before}"
            yield Problem(
                "not-larger",
                where,
                str(self.area_planned),
                expected,
                "Correct the areas, or call it rebuilt.",
            )
        if (self.build == SHARED) != (self.shares is not None) or self.shares == self.venue:
            yield _unshared(self.noun, self.id, self.build, self.shares)

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)


_RAN = ("contract", "start", "complete")
WORK_LIFE = Lifecycle(
    name="work",
    start="planned",
    closed=("accepted", "cancelled"),
    states={
        "planned": Label("已规划", "planned"),
        "approved": Label("已批准", "approved"),
        "contracted": Label("已签合同", "contracted"),
        "building": Label("施工中", "being built"),
        "completed": Label("已完工", "completed"),
        "accepted": Label("验收合格", "accepted"),
        "cancelled": Label("已取消", "cancelled"),
    },
    transitions=(
        Transition(
            step="approve",
            sources=("planned",),
            target="approved",
            needs=("evidence",),
            label=Label("批准", "approved"),
        ),
        Transition(
            step="contract",
            sources=("approved",),
            target="contracted",
            needs=("evidence",),
            label=Label("签订合同", "contract signed"),
        ),
        Transition(
            step="start", sources=("contracted",), target="building", label=Label("开工", "building begun")
        ),
        *(
            Transition(
                step="change",
                sources=(state,),
                target=state,
                needs=("evidence", "note"),
                unlike=_RAN,
                label=Label("批准变更", "change of the contract approved"),
            )
            for state in ("contracted", "building")
        ),
        Transition(
            step="complete",
            sources=("contracted", "building"),
            target="completed",
            needs=("evidence",),
            label=Label("完工", "completed"),
        ),
        Transition(
            step="reject",
            sources=("completed",),
            target="building",
            needs=("note",),
            unlike=_RAN,
            undoes=("complete",),
            label=Label("验收不合格", "acceptance refused"),
        ),
        Transition(
            step="accept",
            sources=("completed",),
            target="accepted",
            needs=("evidence",),
            unlike=_RAN,
            label=Label("验收", "accepted"),
        ),
        Transition(
            step="cancel",
            sources=("planned", "approved", "contracted", "building", "completed"),
            target="cancelled",
            needs=("note",),
            label=Label("取消", "cancelled"),
        ),
    ),
)
"""Planned, approved, contracted, being built, completed, accepted; whoever ran a work neither changes nor accepts it."""
