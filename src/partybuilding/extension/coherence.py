"""Whether declarations fit together: no name twice at a time, layers of one measure, no name that nobody declared.

Every check yields complaints and none raises, so that all plugins hear of all their problems at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import TypeVar

from attrs import evolve

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letter_rules import LetterForm
from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.domain.standards import Declaration, Standard
from partybuilding.errors import PlanProblem, Problem, Where
from partybuilding.extension.declarations import Motion, ScoringRule
from partybuilding.extension.declared import Declared, where_of
from partybuilding.extension.names import full_name
from partybuilding.extension.places import alike

D = TypeVar("D", bound=Declaration | Motion)


def incoherences(
    plugins: Collection[str],
    indicators: Sequence[Declared[Indicator]],
    standards: Sequence[Declared[Standard]],
    *,
    motions: Sequence[Declared[Motion]],
    rules: Sequence[Declared[Declaration]],
) -> tuple[Problem, ...]:
    """Every way in which declarations do not fit together, in a fixed order; empty if they do."""
    return (
        *_doubles(indicators),
        *_doubles(motions),
        *_doubles(rules),
        *_double_layers(standards),
        *_unlike_layers(standards),
        *_clashes(plugins, indicators, motions),
        *_indicator_references(indicators, standards, motions),
        *_scheme_references(rules, indicators),
    )


def overlap(one: Declaration | Motion, other: Declaration | Motion) -> bool:
    """Whether two declarations are in force on a common day; the end is the first day after."""
    return _before_end(one.starts, other.ends) and _before_end(other.starts, one.ends)


def _before_end(starts: date | None, ends: date | None) -> bool:
    return starts is None or ends is None or starts < ends


def _grouped(declared: Iterable[Declared[D]], *keys: str) -> tuple[list[Declared[D]], ...]:
    """Declarations that agree in some fields, group by group."""
    groups: defaultdict[Hashable, list[Declared[D]]] = defaultdict(list)
    for each in declared:
        groups[tuple(getattr(each.value, key) for key in keys)].append(each)
    return tuple(groups.values())


def _days(declared: Declared[D]) -> str:
    return f"{declared.value.starts or ''}..{declared.value.ends or ''}"


def _twice(one: Declared[D], other: Declared[D]) -> Problem:
    """The complaint that two declarations of one name hold at a time, naming both owners."""
    where = where_of(other)
    if one.value.starts == other.value.starts:
        read, expected = f"by {other.plugin}", f"once: {one.plugin} declares it too"
        return Problem(
            "declared-twice", where, read, expected, "Rename one of them, or give it another first day."
        )
    read, expected = f"{_days(other)} by {other.plugin}", f"days apart from {_days(one)} by {one.plugin}"
    return Problem(
        "dates-overlap", where, read, expected, "End the earlier one on the day the later one starts."
    )


def _doubles(declared: Sequence[Declared[D]]) -> Iterator[Problem]:
    for group in _grouped(declared, "name"):
        yield from (
            _twice(one, other) for one, other in combinations(group, 2) if overlap(one.value, other.value)
        )


def _double_layers(standards: Sequence[Declared[Standard]]) -> Iterator[Problem]:
    """Layers of one place that count for one kind at a time: nobody could say which one stands."""
    for group in _grouped(standards, "name", "place"):
        for one, other in combinations(group, 2):
            if overlap(one.value, other.value) and _same_kinds(one.value, other.value):
                same = one.value.kinds == other.value.kinds and one.value.starts == other.value.starts
                yield _twice(one, other) if same else alike(one, other)


def _same_kinds(one: Standard, other: Standard) -> bool:
    """Whether two layers are alike in kinds: both general, or both naming a common kind."""
    return not (one.kinds or other.kinds) or bool(one.kinds & other.kinds)


def _unlike_layers(standards: Sequence[Declared[Standard]]) -> Iterator[Problem]:
    """Layers of one standard that no formula could read alike or no policy could compare."""
    for group in _grouped(standards, "name"):
        yield from _differing(
            group, "unit", [f"{each.value.unit.name} ({each.value.unit.scale})" for each in group]
        )
        yield from _differing(group, "stricter", [each.value.stricter for each in group])
        yield from _differing(group, "value", [_form(each.value) for each in group])
        if any(each.value.policy == "tighten" for each in group):
            yield from (_incomparable(each) for each in group if isinstance(each.value.value, Brackets))


def _form(standard: Standard) -> str | None:
    """What a formula reads: a whole number, a rate or a table; None where the layer gives no value."""
    return None if standard.value is None else type(standard.value).__name__


def _differing(
    group: Sequence[Declared[Standard]], part: str, read: Sequence[str | None]
) -> Iterator[Problem]:
    """Complain of every layer that says something else than the first one that says anything."""
    said = [(each, text) for each, text in zip(group, read, strict=True) if text is not None]
    for each, text in said[1:]:
        first, expected = said[0]
        if text != expected:
            where = evolve(where_of(each), path=part)
            remedy = "All layers of a standard have one unit, one form and one stricter direction."
            yield Problem(
                "layers-differ", where, f"{text} by {each.plugin}", f"{expected} as by {first.plugin}", remedy
            )


def _incomparable(declared: Declared[Standard]) -> Problem:
    where, remedy = where_of(declared), "A table is neither stricter nor milder; choose another policy."
    return Problem("table-under-tighten", where, "tighten", "override or fixed", remedy)


def _clashes(
    plugins: Collection[str], indicators: Sequence[Declared[Indicator]], motions: Sequence[Declared[Motion]]
) -> Iterator[Problem]:
    """Names that would mean two things: a plugin named like an indicator, a column named like an indicator's facet."""
    names = {each.value.name for each in indicators}
    for plugin in sorted(names.intersection(plugins)):
        where, remedy = Where(plugin=plugin), "Give the plugin another name."
        yield Problem("plugin-like-indicator", where, plugin, "a name that no indicator has", remedy)
    facets = {facet for each in indicators for facet in (*each.value.facets, f"{each.value.name}.share")}
    for motion in motions:
        if motion.value.name in facets:
            where, remedy = where_of(motion), "Rename the column; the indicator makes this one itself."
            yield Problem(
                "facet-declared", where, motion.value.name, "a name that is no indicator's facet", remedy
            )


def _reference(declared: Declared[D], part: str, name: str, *, known: Collection[str]) -> Iterator[Problem]:
    """Complain of a name that nobody declared, or of which it is not clear whose it is."""
    try:
        full_name(name, declared.plugin, known=known, where=evolve(where_of(declared), path=part))
    except PlanProblem as error:
        yield from error.problems


def _indicator_references(
    indicators: Sequence[Declared[Indicator]],
    standards: Sequence[Declared[Standard]],
    motions: Sequence[Declared[Motion]],
) -> Iterator[Problem]:
    rules = {each.value.name for each in motions if isinstance(each.value, ScoringRule)}
    names = {each.value.name for each in standards}
    for each in indicators:
        yield from _reference(each, "scoring", each.value.scoring, known=rules)
        if each.value.target_standard is not None:
            yield from _reference(each, "target_standard", each.value.target_standard, known=names)


def _scheme_references(
    rules: Sequence[Declared[Declaration]], indicators: Sequence[Declared[Indicator]]
) -> Iterator[Problem]:
    scales = {each.value.name for each in rules if isinstance(each.value, GradeScale)}
    names = {each.value.name for each in indicators}
    for each in rules:
        if isinstance(each.value, Scheme | LetterForm):
            yield from _reference(each, "scale", each.value.scale, known=scales)
        if isinstance(each.value, Scheme):
            for part, listed in (("points", each.value.points), ("bonus", each.value.bonus)):
                for name, _ in listed:
                    yield from _reference(each, part, name, known=names)
