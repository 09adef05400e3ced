"""The rules of the simulated district: one target that goes down the tree, and a check that breaks on some days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from partybuilding.domain.snapshot import Snapshot
from partybuilding.plugin import (
    Cascade,
    Declaration,
    Expression,
    Fact,
    Finding,
    Formula,
    Indicator,
    Label,
    Motion,
    ResponsibilityKind,
    Rollup,
    ScoringRule,
    hookimpl,
    least,
    or_else,
    person_time,
)

SOURCE = "simulated district"
LAYERS = (("collective", None), ("primary", "secretary"), ("specific", "deputy"), ("direct", "officer"))
BREAKS_EVERY = 5
"""The check breaks when the number of the day divides by this."""


def full_score(actual: Expression, full: Expression) -> Expression:
    """A point for each, up to the full score."""
    return least(actual * 10_000, full)


def counted(members: Expression) -> Expression:
    """Whoever has not reported counts as one."""
    return or_else(members, 1)


@hookimpl
def partybuilding_indicators() -> Iterable[Indicator]:
    """Members trained, handed down by the number of members."""
    return (
        Indicator(
            name="sim.trained",
            label=Label("党员培训", "members trained"),
            unit=person_time,
            asks=Label("每名党员至少一次", "every member at least once"),
            source=SOURCE,
            numerator="sim.done",
            target="cascade",
            scoring="sim.full_score",
        ),
    )


@hookimpl
def partybuilding_formulas() -> Iterator[Motion]:
    """The reported members, and the way of the target."""
    yield Fact(name="sim.members", most=1_000)
    yield Formula(name="sim.counted", function=counted)
    yield Rollup(name="sim.counted_all", of="sim.counted")
    yield Fact(name="sim.done", most=1_000)
    yield Cascade(name="sim.down", indicator="sim.trained", weight="sim.counted_all")
    yield ScoringRule(name="sim.full_score", function=full_score, label=Label("按次计分", "a point for each"))


@hookimpl
def partybuilding_rules() -> Iterator[Declaration]:
    """The four responsibilities."""
    for layer, role in LAYERS:
        yield ResponsibilityKind(name=f"sim.{layer}", layer=layer, role=role, source=SOURCE)


@hookimpl
def partybuilding_check(snapshot: Snapshot) -> Iterable[Finding]:
    """Nothing, or a failure: a plugin may break at any time, and the ledger must not care."""
    if snapshot.on.toordinal() % BREAKS_EVERY == 0:
        message = "the check of the simulated district breaks today"
        raise ArithmeticError(message)
    return ()
