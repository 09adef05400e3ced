"""What a plugin may declare: the five motions of columns, scoring rules, checks, and the doors to the outside.

A declaration is a frozen record. A function inside it is traced once (see :mod:`partybuilding.extension.expressions`) or,
for formats and commands, called by the host, which wraps its failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attrs import field, frozen

from partybuilding.domain.indicators import Carry
from partybuilding.domain.record import Record, within
from partybuilding.domain.standards import (
    Modality,
    Place,
    Source,
    Unit,
    item,
    kinds_of,
    rank_unit,
    source_of,
    truth,
)
from partybuilding.labels import Label
from partybuilding.money import Rate

if TYPE_CHECKING:
    from partybuilding.extension.expressions import Expression

Function = Callable[..., "Expression"]
OverTime = Literal["sum", "last", "max"]
By = Literal["sum", "min", "max", "count", "union"]


def maybe_source(value: Source | str | None) -> Source | None:
    """A source, a plain text as one, or none (attrs converter)."""
    return None if value is None else source_of(value)


@frozen(kw_only=True)
class Motion:
    """What every column has: a name, a label, a unit, a source if it follows a document, and its days."""

    name: str
    label: Label = Label("", "")
    unit: Unit = item
    source: Source | None = field(default=None, converter=maybe_source)
    starts: date | None = None
    ends: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the declaration is in force on a day."""
        return within(day, self.starts, self.ends)


@frozen(kw_only=True)
class Fact(Motion):
    """A reported column: what organisations report in sheets.

    ``over_time`` says how the periods of a year become one figure; ``lag`` takes it from so many years before; ``least``
    and ``most`` are its declared bounds, in the smallest unit: a figure beyond them is refused by name. ``carry`` says what
    may be done with a figure when units are reorganised: ``sum`` adds up what is merged, ``share`` also divides it by the
    key of the reorganisation, ``none`` compares nothing.
    """

    over_time: OverTime = "last"
    lag: int = 0
    least: int = 0
    most: int
    carry: Carry = "none"


@frozen(kw_only=True)
class Tally(Motion):
    """A column counted from records: a truth is counted, a number is summed, by organisation.

    ``function`` reads the record's whole-number, day and truth fields, one day per step of its life cycle (missing until
    reached), and the names ``today``, ``year_starts``, ``year_ends`` and ``this_year``; days are numbers. ``where`` keeps
    the records whose text fields have one of the values. An organisation without any record has 0, or is missing if
    ``empty`` says so. ``by`` is the field that names the organisation.
    """

    of: type[Record]
    function: Function
    where: Mapping[str, tuple[str, ...]] = field(factory=dict)
    by: str = "organisation"
    empty: Literal["zero", "missing"] = "zero"
    most: int = 10**15


@frozen(kw_only=True)
class Pairs(Motion):
    """Pairs of an organisation and something that belongs to it, for unions: the same thing counts once at every node.

    ``element`` names the text fields that make the thing; ``function`` and ``where`` choose records as in a tally.
    """

    of: type[Record]
    element: tuple[str, ...]
    function: Function | None = None
    where: Mapping[str, tuple[str, ...]] = field(factory=dict)
    by: str = "organisation"


@frozen(kw_only=True)
class Formula(Motion):
    """A column computed from other columns of the same organisation by a traced function.

    It takes its standards as of the snapshot's day, or, with ``start_of_year``, as of 1 January.
    """

    function: Function
    start_of_year: bool = False


@frozen(kw_only=True)
class Rollup(Motion):
    """A column that goes up: the organisation's own value and its children's, under a new name.

    ``missing`` says whether a missing child is skipped or spoils the sum.
    """

    of: str
    by: By = "sum"
    missing: Literal["skip", "spoil"] = "skip"


@frozen(kw_only=True)
class Cascade(Motion):
    """How an additive indicator's target goes down: by a weight, within floors and caps, all of them columns.

    ``zero`` says what happens when all weights of siblings are zero: equal shares, or refused.
    """

    indicator: str
    weight: str
    floor: str | None = None
    cap: str | None = None
    method: str = "largest_remainder"
    zero: Literal["equal", "refuse"] = "equal"


@frozen(kw_only=True)
class Ranking(Motion):
    """An organisation among its comparison group: its rank (1 is best; equals share it), larger first by default.

    ``among`` is ``siblings`` (same parent), ``kind`` (same kind under the same parent), or ``all`` of a kind.
    """

    unit: Unit = rank_unit
    of: str
    among: Literal["siblings", "kind", "all"] = "kind"
    larger_first: bool = True


@frozen(kw_only=True)
class Distribution(Motion):
    """At most such a share of a comparison group in each class, best first: a forced distribution.

    ``classes`` are (name, cumulative share at most), the last one open. Places are rounded down, and equals that would
    pass the limit together all fall to the next class, so that every view gives one answer for every group size.
    """

    unit: Unit = rank_unit
    of: str
    among: Literal["siblings", "kind", "all"] = "kind"
    classes: tuple[tuple[str, Rate], ...]
    rest: str


@frozen(kw_only=True)
class ScoringRule(Motion):
    """A template that turns ``actual``, ``target`` and ``full`` of an indicator into its score.

    Keyword-only parameters are standards: ``each`` is looked up as ``<indicator>.each`` first, then as ``each``.
    A department-supplied score is a rule that returns its actual.
    """

    function: Function
    label: Label


@frozen(kw_only=True)
class Check(Motion):
    """A bottom line: a truth that must hold for organisations of some kinds; where it is false, a finding says so.

    ``modality`` keeps must, normally and may-with-approval apart; ``approver`` names the level that would approve.
    """

    unit: Unit = truth
    function: Function
    says: Label
    modality: Modality = "must"
    kinds: frozenset[str] = field(default=frozenset(), converter=kinds_of)
    place: Place = None
    approver: str | None = None
    start_of_year: bool = False


@frozen(kw_only=True)
class Method(Motion):
    """An apportionment method by its signposts: when the next seat of a child with ``seats`` is due.

    ``numerator`` and ``denominator`` give the signpost between ``seats`` and ``seats + 1`` as ``seats + n/d``.
    """

    numerator: int
    denominator: int


@frozen(kw_only=True)
class Finding:
    """Something that somebody should look at: a code, the organisation, what it says, and by which rule."""

    code: str
    organisation: str | None = None
    says: Label
    rule: str = ""
    source: Source | None = None
    modality: Modality = "must"
    plugin: str = ""


@frozen(kw_only=True)
class FileFormat:
    """A format that tables can be read from and written to, known by its suffixes."""

    name: str
    label: Label
    suffixes: tuple[str, ...]
    read: Callable[[Path], Iterable[object]] | None = None
    write: Callable[[Path, Iterable[object]], None] | None = None


@frozen(kw_only=True)
class Command:
    """A command that a plugin adds; it gets a context (host, ledger, writer) and the words after its name."""

    name: str
    label: Label
    run: Callable[[object, tuple[str, ...]], int]
