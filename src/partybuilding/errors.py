"""One tree of errors: every failure says what, where, what was read, what was expected, what to do.

A :class:`Problem` is one complaint; a :class:`PartybuildingError` carries one or many of them. ``str()`` speaks
English; :func:`partybuilding.labels.describe` says the same in Chinese or English by the problem's code.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import field, fields, frozen


@frozen(kw_only=True)
class Where:
    """The place of a problem: as much of it as is known.

    >>> str(Where(file="units.csv", row=3, column="starts"))
    'file units.csv, row 3, column starts'
    """

    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    line: int | None = None
    plugin: str | None = None
    hook: str | None = None
    kind: str | None = None
    record: str | None = None
    organisation: str | None = None
    path: str | None = None
    day: date | None = None
    changeset: int | None = None

    def parts(self) -> tuple[tuple[str, str], ...]:
        """The known parts, in a fixed order, as (name, text)."""
        pairs = ((each.name, getattr(self, each.name)) for each in fields(Where))
        return tuple((name, str(value)) for name, value in pairs if value is not None)

    def __str__(self) -> str:
        return ", ".join(f"{name} {text}" for name, text in self.parts())


@frozen
class Problem:
    """One complaint, with its stable code and everything a reader needs to mend it.

    ``code`` is a stable kebab-case word; ``read`` is what stood there and ``expected`` what should have stood there,
    both short and language-neutral where possible; ``remedy`` is one English sentence that says what to do.

    >>> print(Problem("unknown-column", Where(file="units.csv", column="nam"), "nam", "name", "Rename the column."))
    file units.csv, column nam: unknown column: read nam; expected name. Rename the column.
    """

    code: str
    where: Where = field(factory=Where)
    read: str = ""
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        facts = [f"read {self.read}"] if self.read else []
        facts += [f"expected {self.expected}"] if self.expected else []
        place = str(self.where)
        head = [place] if place else []
        head.append(self.code.replace("-", " "))
        text = ": ".join(head + (["; ".join(facts)] if facts else []))
        return f"{text}. {self.remedy}" if self.remedy else text


class PartybuildingError(Exception):
    """The root of all errors of this library; it carries every problem that was found, never only the first."""

    title: ClassVar[str] = "cannot go on"

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    @property
    def code(self) -> str:
        """The code of the first problem: what a program tests for."""
        return self.problems[0].code if self.problems else "unknown"

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = "".join(f"\n- {problem}" for problem in self.problems)
        return f"{self.title}: {len(self.problems)} problems{lines}"


class InputProblem(PartybuildingError):
    """Outside data that cannot be read: a file, a row, a value. Nothing was stored."""

    title = "the input cannot be read"


class RecordProblem(PartybuildingError):
    """A domain record that contradicts itself."""

    title = "the record contradicts itself"


class InvariantBroken(PartybuildingError):
    """A changeset that would leave the ledger in a state that must not be. Nothing was stored."""

    title = "the changeset breaks an invariant"


class NotPermitted(PartybuildingError):
    """The policy does not allow the actor to do this."""

    title = "not permitted"


class StepRefused(PartybuildingError):
    """A step that its life cycle, its gate or the separation of duties does not allow."""

    title = "the step is refused"


class FormulaRefused(PartybuildingError):
    """A formula that says something no rule may say; the problem names the word to use instead."""

    title = "the formula is refused"


class PlanProblem(PartybuildingError):
    """Declarations that do not fit together: an unknown name, a circle, an overflow named before the first number."""

    title = "the declarations do not fit together"


class Infeasible(PartybuildingError):
    """Bounds that no apportionment can keep; the problem names the smallest conflicting set."""

    title = "the bounds cannot be kept"


class PluginProblem(PartybuildingError):
    """A plugin that cannot be loaded, or that failed; always names the plugin and, where known, hook and file:line."""

    title = "the plugin failed"


class StoreProblem(PartybuildingError):
    """A storage backend that could not do what was asked; nothing was stored unless it says so."""

    title = "the store failed"


class HeadMoved(StoreProblem):
    """Somebody else appended first; read again and retry."""


class StoreClosed(StoreProblem):
    """The store was closed."""


class StoreBusy(StoreProblem):
    """Another writer held the store longer than the timeout."""


class StoreReadOnly(StoreProblem):
    """The store was opened for reading only."""


class SchemaTooNew(StoreProblem):
    """The file was written by a newer library; it was not touched."""


class StoreCorrupt(StoreProblem):
    """What the store holds is not what was written: the chain, the schema or a content digest does not fit."""
