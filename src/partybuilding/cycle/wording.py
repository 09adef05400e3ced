"""The words of proposed letters: what the form of the place says, how each line is checked, and what grade it may earn."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from partybuilding.cycle.nearest import nearest
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letter_rules import LetterForm
from partybuilding.domain.letters import Cut, Letter, Line
from partybuilding.domain.schemes import GradeScale
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension.catalogue import Catalogue, full_name
from partybuilding.extension.declarations import Motion, ScoringRule
from partybuilding.extension.declared import Declared


def worded(snapshot: Snapshot, catalogue: Catalogue, letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """The letters with the words of their form; without a declared form they stay as they are.

    A letter that has words already keeps them.
    """
    forms = catalogue.rules_on(LetterForm, snapshot.on)
    scales = {each.value.name: each.value for each in catalogue.rules_on(GradeScale, snapshot.on)}
    indicators, motions = catalogue.indicators_on(snapshot.on), catalogue.motions_on(snapshot.on)
    made: list[Letter] = []
    for letter in letters:
        form = nearest(forms, letter.organisation, snapshot)
        if form is not None:
            scale = scales.get(full_name(form.value.scale, form.plugin, known=scales))
            lines = tuple(_line(each, indicators.get(each.indicator), motions) for each in letter.lines)
            made.append(evolve(_letter(letter, form.value, scale), lines=lines))
        else:
            made.append(letter)
    return tuple(made)


def _letter(letter: Letter, form: LetterForm, scale: GradeScale | None) -> Letter:
    grades = () if scale is None else scale.grades
    return evolve(
        letter,
        guidance=letter.guidance or form.guidance,
        safeguards=letter.safeguards or form.safeguards,
        method=letter.method or form.method,
        cuts=letter.cuts or tuple(Cut(grade=each.label.zh, least=each.least) for each in grades),
        rewards=letter.rewards or form.rewards,
        accountability=letter.accountability or form.accountability,
    )


def _line(line: Line, declared: Declared[Indicator] | None, motions: dict[str, Declared[Motion]]) -> Line:
    """A line with how it is checked and how it earns its points, as its indicator declares both."""
    if declared is None:
        return line
    rules = {name: each.value for name, each in motions.items() if isinstance(each.value, ScoringRule)}
    rule = rules[full_name(declared.value.scoring, declared.plugin, known=rules)]
    return evolve(
        line, checked=line.checked or declared.value.evidence.zh, scoring=line.scoring or rule.label.zh
    )
