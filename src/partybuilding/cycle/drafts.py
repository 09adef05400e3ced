"""Drafts of letters go down and come up once: proposed, answered with a counter-proposal and a reason, settled.

What is settled is a locked share (an :class:`Agreement`), so the cascade is run once more and the drafts beside it take up
the difference: what is handed down stays exactly the target above. After a letter is issued there is no further round.
Each command gives the records of one commit.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import evolve, field, frozen

from partybuilding.cycle.letters import standing, step_of, unknown, where_of, wrong_post
from partybuilding.cycle.steps import take
from partybuilding.cycle.targets import decompose
from partybuilding.domain.indicators import Agreement
from partybuilding.domain.letters import MAIN, Letter, Line
from partybuilding.domain.lifecycles import Course, Step
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import PartybuildingError, Problem, StepRefused
from partybuilding.extension.catalogue import Catalogue

Figures = Mapping[str, int]
"""A figure by indicator, in the indicator's smallest unit."""
ISSUED = frozenset({"issued", "signed"})


@frozen(kw_only=True)
class Answer:
    """What a unit answers to its draft: by which post, other figures for some of its lines, and why.

    >>> answer = Answer(letter="2026/shili/main", day=date(2026, 1, 17), post="shili-secretary", reason="fewer members",
    ...                 figures={"acheng.training": 36})
    >>> answer.figures["acheng.training"]
    36
    """

    letter: str
    day: date
    post: str
    reason: str
    figures: Figures = field(hash=False)


@frozen(kw_only=True)
class Settlement:
    """What the issuing side settles with a unit that answered; a figure that is not named stays as it was proposed.

    >>> Settlement(letter="2026/shili/main", day=date(2026, 1, 19), post="acheng-secretary", reason="half way").agreed
    {}
    """

    letter: str
    day: date
    post: str
    reason: str
    agreed: Figures = field(factory=dict, hash=False)


def propose(snapshot: Snapshot, catalogue: Catalogue, *, year: int) -> tuple[Letter, ...]:
    """The letters that the year still needs, as drafts, top first; a unit that has one gets no second one.

    Raises:
        Infeasible: bounds that cannot be kept.
        RecordProblem: lines that lack a part; of all letters at once.
    """
    there = {each.organisation: each.id for each, _ in open_letters(snapshot, year)}
    drafts = decompose(snapshot, catalogue, year=year)
    stands = {each.id: there.get(each.organisation, each.id) for each in drafts}
    return tuple(
        evolve(each, above=None if each.above is None else stands[each.above])
        for each in drafts
        if each.organisation not in there
    )


def counter(snapshot: Snapshot, catalogue: Catalogue, answers: Iterable[Answer]) -> tuple[Record, ...]:
    """The drafts with what the units answered, and the steps by which they did, each with its reason.

    A draft is answered once. The figures stay in the lines, as ``countered``; what stands is still what was proposed.

    Raises:
        StepRefused: an unknown letter, a post of somebody else, a figure that is not handed down, a second answer; all of
            them at once.
    """
    records: list[Record] = []
    problems: list[Problem] = []
    for answer in answers:
        letter = snapshot.find(Letter, answer.letter)
        if letter is None:
            problems.append(unknown(answer.letter))
            continue
        problems += _not_negotiable(letter, answer.figures)
        if not answer.figures:
            remedy = "Answer with a figure, or leave the draft as it is."
            problems.append(
                Problem("not-negotiable", where_of(letter.id), "no figure", "another figure", remedy)
            )
        lines = tuple(
            evolve(each, countered=answer.figures.get(each.indicator, each.countered))
            for each in letter.lines
        )
        made = evolve(letter, lines=lines)
        step = step_of(made, "counter", answer.day, post=answer.post, note=answer.reason)
        problems += _refusals(snapshot, catalogue, step, party=letter.receiver)
        records += [made, step]
    if problems:
        raise StepRefused(*problems)
    return tuple(records)


def settle(snapshot: Snapshot, catalogue: Catalogue, settlements: Iterable[Settlement]) -> tuple[Record, ...]:
    """Agreements on what was answered, the drafts as they are after them, and the steps by which they were settled.

    Every figure that was answered is locked, as agreed or as proposed; the drafts beside take up the difference.

    Raises:
        StepRefused: an unknown letter, one that waits for no settlement, a figure that nobody answered, a letter that is
            issued and would have to change; all of them at once.
        Infeasible: what was agreed cannot be kept together with the other bounds; the smallest conflicting set is named.
    """
    settlements = tuple(settlements)
    letters = {each.letter: snapshot.find(Letter, each.letter) for each in settlements}
    problems = [unknown(id_) for id_, letter in letters.items() if letter is None]
    pairs = [(each, letter) for each in settlements if (letter := letters[each.letter]) is not None]
    for each, letter in pairs:
        problems += _not_answered(letter, each.agreed)
        step = step_of(letter, "settle", each.day, post=each.post, note=each.reason)
        problems += _refusals(snapshot, catalogue, step, party=letter.issuer)
    if problems:
        raise StepRefused(*problems)
    agreements = tuple(made for each, letter in pairs for made in _agreements(each, letter))
    drafts = _redrawn(snapshot, catalogue, agreements, sorted({letter.year for _, letter in pairs}))
    steps = [
        step_of(drafts.get(letter.id, letter), "settle", each.day, post=each.post, note=each.reason)
        for each, letter in pairs
    ]
    return (*agreements, *drafts.values(), *steps)


def _not_negotiable(letter: Letter, figures: Figures) -> Iterator[Problem]:
    """Figures of lines that do not come down a cascade: a standard holds alike for all."""
    for indicator, amount in figures.items():
        line = letter.line(indicator)
        if line is None or line.share is None or amount < line.added:
            read, expected = f"{indicator}: {amount}", "a figure of a line that is handed down"
            yield Problem(
                "not-negotiable", where_of(letter.id), read, expected, "Answer to what is handed down."
            )


def _not_answered(letter: Letter, figures: Figures) -> Iterator[Problem]:
    """Figures on which the unit gave no answer."""
    yield from _not_negotiable(letter, figures)
    for indicator in figures:
        line = letter.line(indicator)
        if line is not None and line.countered is None:
            expected, remedy = "a line that the unit answered", "Settle what was answered."
            yield Problem("not-negotiable", where_of(letter.id), indicator, expected, remedy)


def _agreements(settlement: Settlement, letter: Letter) -> Iterator[Agreement]:
    """A locked share for every line that was answered, as agreed or as it was proposed."""
    for line in letter.lines:
        if line.countered is not None:
            yield Agreement(
                id=f"{letter.year}/{letter.organisation}/{line.indicator}",
                organisation=letter.organisation,
                indicator=line.indicator,
                year=letter.year,
                amount=settlement.agreed.get(line.indicator, _figure(line)) - line.added,
                reason=settlement.reason,
                starts=settlement.day,
                ends=letter.ends,
            )


def _figure(line: Line) -> int:
    """The figure of a line; a letter refuses lines without a number."""
    return line.amount or 0


def _redrawn(
    snapshot: Snapshot, catalogue: Catalogue, agreements: Sequence[Agreement], years: Iterable[int]
) -> dict[str, Letter]:
    """The drafts whose figures change under the agreements, by id.

    Raises:
        StepRefused: a letter that is issued already would have to change.
    """
    then = snapshot.adding(agreements)
    found: dict[str, Letter] = {}
    problems: list[Problem] = []
    for year in years:
        fresh = {each.organisation: each for each in decompose(then, catalogue, year=year)}
        for letter, course in open_letters(snapshot, year):
            made = refigured(letter, fresh.get(letter.organisation), cascading(then, catalogue))
            if made != letter and course.state in ISSUED:
                expected, remedy = "a letter that is not issued", "Revise the letters instead."
                problems.append(Problem("letter-issued", where_of(letter.id), course.state, expected, remedy))
            elif made != letter:
                found[letter.id] = made
    if problems:
        raise StepRefused(*problems)
    return found


def open_letters(snapshot: Snapshot, year: int) -> Iterator[tuple[Letter, Course]]:
    """The yearly letters that have not ended, each with how far it has come."""
    courses = standing(snapshot)
    for letter in snapshot.of(Letter):
        if letter.year == year and letter.kind == MAIN and not courses[letter.id].closed:
            yield letter, courses[letter.id]


def cascading(snapshot: Snapshot, catalogue: Catalogue) -> frozenset[str]:
    """The indicators whose targets come down a cascade."""
    declared = catalogue.indicators_on(snapshot.on).items()
    return frozenset(name for name, each in declared if each.value.target == "cascade")


def refigured(letter: Letter, fresh: Letter | None, indicators: Container[str]) -> Letter:
    """A letter with the figures of a fresh proposal for some indicators; its words and its other lines stay.

    The first figure of a line that changed, or was answered, stays in it as ``proposed``.
    """
    lines = tuple(
        each
        if fresh is None or each.indicator not in indicators
        else _refigured(each, fresh.line(each.indicator))
        for each in letter.lines
    )
    return letter if lines == letter.lines else evolve(letter, lines=lines)


def _refigured(line: Line, fresh: Line | None) -> Line:
    if fresh is None:
        return line
    answered = line.countered is not None or fresh.amount != line.amount
    first = line.amount if line.proposed is None and answered else line.proposed
    return evolve(
        line,
        amount=fresh.amount,
        share=fresh.share,
        added=fresh.added,
        reserve=fresh.reserve,
        reason=fresh.reason,
        proposed=first,
    )


def _refusals(snapshot: Snapshot, catalogue: Catalogue, step: Step, *, party: str) -> Iterator[Problem]:
    """Why a step may not be taken: by its life cycle, its post, and the party that the post must belong to."""
    try:
        take(snapshot, catalogue, step)
    except PartybuildingError as error:
        yield from error.problems
    yield from wrong_post(snapshot, step, party)
