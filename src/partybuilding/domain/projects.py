"""Projects that lead the work, and the declared types whose gates and acceptance they go through."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal, get_args

from attrs import field, frozen
from attrs.validators import optional

from partybuilding.domain.lifecycles import Lifecycle
from partybuilding.domain.record import State, among, natural, valid_day, valid_id, whole
from partybuilding.domain.standards import Declaration
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.labels import Label

Rung = Literal["innovation", "demonstration", "rollout"]
RUNGS: tuple[Rung, ...] = ("innovation", "demonstration", "rollout")
Acceptance = Literal["floor", "improvement", "learning"]


@frozen(kw_only=True)
class ProjectType(Declaration):
    """A declared type of project: its life cycle, the documents that its gates ask for, and what acceptance means.

    ``floor``: a bottom line must hold; ``improvement``: better than the recorded baseline; ``learning``: an honest
    failure is tolerated if the report says what was learnt.

    Raises:
        RecordProblem: ``unknown-word`` for another acceptance, ``unknown-gate`` for documents of a step that the life
            cycle does not have: no gate would ever ask for them.

    >>> from partybuilding.domain.lifecycles import Lifecycle, Transition
    >>> life = Lifecycle(name="lab", start="draft", transitions=(Transition(step="declare", sources=("draft",), target="done"),))
    >>> trial = ProjectType(name="lab.trial", label=Label("试点", "trial"), source="made up", lifecycle=life,
    ...                     documents=(("declare", ("application form",)),), acceptance="learning")
    >>> trial.asked("declare"), trial.asked("accept")
    (('application form',), ())
    """

    label: Label
    lifecycle: Lifecycle
    documents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    acceptance: Acceptance = field(validator=among(get_args(Acceptance)))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        steps = dict.fromkeys(each.step for each in self.lifecycle.transitions)
        lost = ", ".join(step for step, _ in self.documents if step not in steps)
        if lost:
            where, remedy = Where(kind="project type", record=self.name), "Name a step of the life cycle."
            raise RecordProblem(Problem("unknown-gate", where, lost, ", ".join(steps), remedy))

    def asked(self, step: str) -> tuple[str, ...]:
        """The documents that a gate asks for."""
        return next((documents for name, documents in self.documents if name == step), ())


@frozen(kw_only=True)
class Project(State):
    """A piece of Party-building work run as a project until its ``due`` day.

    ``starts`` is the day of the version: a project that is promoted goes on as a new version, with the due day it had.

    ``owner`` is the post that does it (direct responsibility), ``first`` the secretary above (primary responsibility).
    ``baseline``, ``target`` and ``reached`` are whole numbers in the smallest unit of ``measure``.

    Raises:
        RecordProblem: ``unknown-word`` for another rung, ``not-whole``, ``negative`` budget.

    >>> project = Project(
    ...     id="p-1", type="foundation", name="规范组织生活", organisation="shili-01", owner="shili-01-officer",
    ...     first="shili-committee-secretary", measure="meetings", due=date(2026, 11, 30),
    ... )
    >>> project.rung
    'innovation'
    """

    noun: ClassVar[str] = "project"
    type: str
    name: str
    name_en: str = ""
    organisation: str = field(validator=valid_id)
    owner: str = field(validator=valid_id)
    first: str = field(validator=valid_id)
    measure: str
    baseline: int | None = field(default=None, validator=optional(whole))
    target: int | None = field(default=None, validator=optional(whole))
    reached: int | None = field(default=None, validator=optional(whole))
    due: date = field(validator=valid_day)
    budget: int = field(default=0, validator=natural)
    rung: Rung = field(default="innovation", validator=among(RUNGS))
    replicates: str | None = field(default=None, validator=optional(valid_id))
    above: str | None = field(default=None, validator=optional(valid_id))
    secretary_project: bool = False

    @property
    def label(self) -> Label:
        """The name in both languages."""
        return Label(self.name, self.name_en or self.name)
