"""Targets: what every organisation would get, and the letters that are proposed from it.

:func:`decompose` only proposes; what people then do with a letter is in :mod:`partybuilding.cycle.letters`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from partybuilding.cycle.wording import worded
from partybuilding.domain.indicators import Addition, Indicator
from partybuilding.domain.letters import MAIN, Letter, Line
from partybuilding.domain.organisations import BODY_KINDS, PartyBody
from partybuilding.domain.posts import Post
from partybuilding.domain.responsibilities import Responsibilities, ResponsibilityKind
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.result import Result
from partybuilding.engine.run import evaluate
from partybuilding.errors import PartybuildingError, Problem, RecordProblem
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declared import Declared
from partybuilding.timeline import calendar_year

DEPARTMENTS = frozenset(
    {"organization_department", "discipline_commission", "leading_group", "functional_unit"}
)
"""Kinds of body that do not answer for the organisation they sit at."""

FACETS = ("target", "share", "reserve", "points")
"""What a line takes from the rehearsal."""


def rehearse(snapshot: Snapshot, catalogue: Catalogue, *, year: int) -> Result:
    """What every organisation would get, before anything is issued.

    Raises:
        Infeasible: bounds that cannot be kept; the smallest conflicting set is named.
    """
    return evaluate(snapshot, catalogue, year=year, fresh=True)


def decompose(snapshot: Snapshot, catalogue: Catalogue, *, year: int) -> tuple[Letter, ...]:
    """Propose the year's letters for every organisation that a goal, a standard and a body reach, top first.

    Raises:
        Infeasible: bounds that cannot be kept.
        RecordProblem: lines that lack a part, a post that nobody declared; of all letters at once.
    """
    drafting = _Drafting(snapshot, catalogue, rehearse(snapshot, catalogue, year=year), year)
    letters: list[Letter] = []
    problems: list[Problem] = []
    for organisation in drafting.result.organisations:
        try:
            letter = drafting.letter(organisation, {each.organisation for each in letters})
        except PartybuildingError as error:
            problems.extend(error.problems)
        else:
            letters.extend([] if letter is None else [letter])
    if problems:
        raise RecordProblem(*problems)
    return worded(snapshot, catalogue, letters)


def main_bodies(snapshot: Snapshot) -> dict[str, PartyBody]:
    """The body that answers for each organisation: of those that sit there the highest, departments apart."""
    order = tuple(BODY_KINDS)
    found: dict[str, PartyBody] = {}
    for body in sorted(snapshot.of(PartyBody), key=lambda each: (order.index(each.kind), each.id)):
        if body.kind not in DEPARTMENTS:
            found.setdefault(body.seat, body)
    return found


class _Drafting:
    """The drafting of one year's letters from a rehearsal."""

    def __init__(self, snapshot: Snapshot, catalogue: Catalogue, result: Result, year: int) -> None:
        self.result, self.year = result, year
        self.term = calendar_year(year)
        self.bodies = main_bodies(snapshot)
        self.by_id = {each.id: each for each in snapshot.of(PartyBody)}
        self.posts: dict[tuple[str, str], str] = {}
        for post in snapshot.of(Post):
            self.posts.setdefault((post.body, post.role), post.id)
        self.layers = catalogue.rules_on(ResponsibilityKind, snapshot.on)
        self.indicators = result.plan.indicators
        self.reasons: dict[tuple[str, str], list[str]] = {}
        for each in snapshot.of(Addition):
            if each.year == year:
                self.reasons.setdefault((each.organisation, each.indicator), []).append(each.reason)

    def letter(self, organisation: str, above: set[str]) -> Letter | None:
        """The letter of an organisation, or None where no body answers, nobody is above it, or nothing is asked."""
        receiver = self.bodies.get(organisation)
        issuer = None if receiver is None else self.superior(organisation, receiver)
        lines = () if receiver is None else tuple(self.lines(organisation, receiver))
        if receiver is None or issuer is None or not lines:
            return None
        parent = self.parent(organisation)
        return Letter(
            id=f"{self.year}/{organisation}/{MAIN}",
            year=self.year,
            organisation=organisation,
            issuer=issuer.id,
            receiver=receiver.id,
            above=f"{self.year}/{parent}/{MAIN}" if parent in above else None,
            lines=lines,
            starts=self.term.starts,
            ends=self.term.ends,
        )

    def parent(self, organisation: str) -> str | None:
        """The organisation above in the tree."""
        at = int(self.result.tree.parent[self.result.tree.index[organisation]])
        return None if at < 0 else self.result.tree.ids[at]

    def superior(self, organisation: str, receiver: PartyBody) -> PartyBody | None:
        """The body that issues: the declared superior, else the one that answers for the organisation above."""
        if receiver.superior is not None:
            return self.by_id.get(receiver.superior)
        parent = self.parent(organisation)
        return None if parent is None else self.bodies.get(parent)

    def lines(self, organisation: str, receiver: PartyBody) -> Iterable[Line]:
        """A line for every indicator that asks a number of the organisation: handed down, or counted in its scheme."""
        answers, at = self.responsibilities(receiver), self.result.tree.index[organisation]
        for name, declared in self.indicators.items():
            counts = declared.value.target == "cascade" or self.figure(name, "points", at) is not None
            if counts and self.figure(name, "target", at) is not None:
                yield self.line(organisation, declared, answers)

    def line(self, organisation: str, declared: Declared[Indicator], answers: Responsibilities) -> Line:
        """The line of one indicator, with number, time, standard, source and responsibilities."""
        indicator = declared.value
        at = self.result.tree.index[organisation]
        target, share, reserve, points = (self.figure(indicator.name, facet, at) for facet in FACETS)
        denominator = self.result.columns[f"{indicator.name}.target"].denominator
        return Line(
            indicator=indicator.name,
            amount=target,
            per=None if denominator is None else int(denominator[at]),
            unit=indicator.unit.name,
            due=date(self.year, *indicator.due),
            asks=indicator.asks.zh,
            source=str(indicator.source),
            responsibilities=answers,
            share=share,
            added=0 if share is None or target is None else target - share,
            reserve=reserve or 0,
            reason="；".join(self.reasons.get((organisation, indicator.name), ())),
            points=points or 0,
            kept=indicator.target != "cascade" or int(self.result.tree.size[at]) == 1,
        )

    def figure(self, indicator: str, facet: str, at: int) -> int | None:
        """A facet of an indicator at an index of the tree, in the smallest unit."""
        column = self.result.columns[f"{indicator}.{facet}"]
        return int(column.values[at]) if column.known[at] else None

    def responsibilities(self, body: PartyBody) -> Responsibilities:
        """Who answers in a body, as the declared layers say."""
        given = {
            each.value.layer: body.id
            if each.value.role is None
            else self.posts.get((body.id, each.value.role), "")
            for each in self.layers
        }
        return Responsibilities(**given)
