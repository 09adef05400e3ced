"""One year, moment by moment: what is committed when, and what each moment needs from the one before.

Opening → budget and allotment by the standards → letters proposed, then signed level by level → what happens day by day
(readings, projects, lists, payments) → appraisal and evaluation. Every moment is a changeset with a fixed time, so that
the same input gives the same ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from attrs import evolve, frozen

from partybuilding.cycle.drafts import Answer, Settlement, counter, propose, settle
from partybuilding.cycle.funding import Line, allot, commit, of_year, standing
from partybuilding.cycle.letters import Signature, meeting, secretaries, sign
from partybuilding.cycle.steps import take
from partybuilding.domain.indicators import Agreement
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.engine.result import Result
from partybuilding.engine.run import evaluate
from partybuilding.errors import Problem, StepRefused
from partybuilding.extension.catalogue import Catalogue
from partybuilding.labels import Label
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor
from partybuilding.timeline import BEIJING, day_of

Tell = Callable[["Moment"], None]
OPENING = (1, 5)
ALLOTMENT = (1, 12)
PROPOSAL = (1, 15)
ANSWERS = (1, 17)
"""When units answer their drafts; what an agreement then says is settled on its first day, before the first meeting."""
OVER_SPEND = (12, 28)
MEETINGS = ((1, 20), (1, 27), (2, 3), (2, 9))
"""When the letters of each level are signed, top first; levels further down sign at the last meeting."""
DRAFTED = Label("责任书草拟", "letters proposed")
OFFICE_OPENS = time(9, 0, tzinfo=BEIJING)


@frozen(kw_only=True)
class Moment:
    """A moment of the year: its day, what it is about, and how many records it brought."""

    day: date
    what: Label
    records: int


@frozen(kw_only=True, eq=False)
class Year:
    """A year that was played to its end: its last snapshot and result, its letters, moments and refusals."""

    year: int
    snapshot: Snapshot
    result: Result
    letters: tuple[Letter, ...]
    moments: tuple[Moment, ...]
    refused: tuple[Problem, ...] = ()


@frozen(kw_only=True)
class Terms:
    """What a year is played by: who acts, which column is entitled to money for which purpose.

    On the line ``over_spend`` more is asked for than it holds, so that the refusal can be seen.
    """

    year: int
    actor: Actor
    purpose: str
    entitlement: str = "entitlement"
    over_spend: Line | None = None


def at_office(day: date) -> datetime:
    """The moment at which the office commits on a day: nine o'clock in Beijing."""
    return datetime.combine(day, OFFICE_OPENS)


def play(ledger: Ledger, records: Iterable[Record], catalogue: Catalogue, terms: Terms, tell: Tell) -> Year:
    """Play a year: commit what the records say on the day they say it, and what the library proposes in between.

    ``tell`` hears of every moment as it is over.

    Raises:
        PartybuildingError: anything that cannot be done; what was committed before stays, nothing of the moment does.
    """
    stage = _Stage(ledger, catalogue, terms, tell)
    before, after = _split(records, date(terms.year, *OPENING))
    stage.commit(date(terms.year, *OPENING), Label("年初建账", "opening of the year"), before)
    stage.allot()
    settled = [each for each in after if isinstance(each, Agreement) and _in_round(each, terms.year)]
    stage.letters(settled)
    for day, group in groupby((each for each in after if each not in settled), key=_day):
        stage.day(day, tuple(group))
    stage.over_spend(date(terms.year, *OVER_SPEND))
    return evolve(retell(ledger, catalogue, date(terms.year, 12, 31)), refused=tuple(stage.refused))


def retell(
    ledger: Ledger,
    catalogue: Catalogue,
    on: date,
    *,
    actor: Actor | None = None,
    at: datetime | None = None,
) -> Year:
    """The year of a day as the ledger tells it: its moments, its letters, and its result up to the day.

    For a reader who may not see everything (``actor``, reading at the moment ``at``) it tells of the organisations in
    scope only, and of no moments, because these run across all.
    """
    snapshot = ledger.snapshot(on=on, actor=actor, at=at)
    log = ledger.log(actor=actor, at=at) if snapshot.seen is None else ()
    year = on.year
    moments = [
        Moment(
            day=day_of(each.header.at),
            what=Label(each.header.reason, each.header.command or each.header.reason),
            records=each.count,
        )
        for each in log
    ]
    return Year(
        year=year,
        snapshot=snapshot,
        result=evaluate(snapshot, catalogue, year=year),
        letters=tuple(each for each in snapshot.of(Letter) if each.year == year),
        moments=tuple(each for each in moments if each.day <= on),
    )


def _day(record: Record) -> date:
    """The day on which a record becomes known: a reading on the last day of its period, everything else on its first."""
    if isinstance(record, Sheet):
        return record.ends - timedelta(days=1)
    return record.valid[0] or date.min


def _split(records: Iterable[Record], opening: date) -> tuple[list[Record], list[Record]]:
    """What the year opens with, and what happens later, by day; the order within a day is that of the input."""
    ordered = sorted(records, key=_day)
    return [each for each in ordered if _day(each) <= opening], [
        each for each in ordered if _day(each) > opening
    ]


class _Stage:
    """Where a year is played: the ledger, the rules, and what has happened so far."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, terms: Terms, tell: Tell) -> None:
        self.ledger, self.catalogue, self.terms, self.tell = ledger, catalogue, terms, tell
        self.refused: list[Problem] = []

    def commit(self, day: date, what: Label, records: Sequence[Record]) -> None:
        """Commit the records of a moment, and tell of it."""
        self.ledger.commit(records, actor=self.terms.actor, why=what.zh, at=at_office(day), command=what.en)
        self.tell(Moment(day=day, what=what, records=len(records)))

    def allot(self) -> None:
        """The budget by the standard, and its allocation to every organisation."""
        day = date(self.terms.year, *ALLOTMENT)
        result = evaluate(self.ledger.snapshot(on=day), self.catalogue, year=self.terms.year)
        movements = allot(result, entitlement=self.terms.entitlement, purpose=self.terms.purpose, day=day)
        self.commit(day, Label("经费预算与分配", "budget and allotment"), movements)

    def letters(self, settled: Sequence[Agreement]) -> None:
        """Letters proposed, answered and settled, then signed level by level, each level at its meeting."""
        year = self.terms.year
        day = date(year, *PROPOSAL)
        drafts = propose(self.ledger.snapshot(on=day), self.catalogue, year=year)
        self.commit(day, DRAFTED, drafts)
        if settled:
            self.round(settled)
        snapshot = self.ledger.snapshot(on=date(year, *MEETINGS[0]))
        letters = [snapshot.find(Letter, each.id) or each for each in drafts]
        steps = [
            each for each in sign(letters, by=_signatures(snapshot, letters, year)) if isinstance(each, Step)
        ]
        for signed, group in groupby(sorted(steps, key=lambda each: each.day), key=lambda each: each.day):
            self.commit(signed, Label("逐级签订责任书", "letters signed"), tuple(group))

    def round(self, agreed: Sequence[Agreement]) -> None:
        """One round down and up: what the agreements say is what the units answered, and what was settled with them."""
        day = date(self.terms.year, *ANSWERS)
        snapshot = self.ledger.snapshot(on=day)
        self.commit(
            day,
            Label("责任书反馈意见", "drafts answered"),
            counter(snapshot, self.catalogue, _answers(snapshot, agreed, day)),
        )
        for on, group in groupby(sorted(agreed, key=_day), key=_day):
            snapshot = self.ledger.snapshot(on=on)
            records = settle(snapshot, self.catalogue, _settlements(snapshot, tuple(group)))
            self.commit(on, Label("责任书商定", "drafts settled"), records)

    def day(self, day: date, records: Sequence[Record]) -> None:
        """What happens on a day; every step passes its gate first, each seeing the ones before."""
        snapshot = self.ledger.snapshot(on=day).adding(each for each in records if not isinstance(each, Step))
        for step in (each for each in records if isinstance(each, Step)):
            take(snapshot, self.catalogue, step)
            snapshot = snapshot.adding((step,))
        self.commit(day, _what(records), records)

    def over_spend(self, day: date) -> None:
        """Ask for more than a line holds, and keep the refusal; nothing is stored."""
        line = self.terms.over_spend
        if line is None:
            return
        snapshot = self.ledger.snapshot(on=day)
        held = standing(of_year(snapshot, line.year), line).free
        try:
            commit(snapshot, line, held + 1, day=day, id_=f"{line.year}/{line.organisation}/over")
        except StepRefused as refusal:
            self.refused.extend(refusal.problems)


def _in_round(agreement: Agreement, year: int) -> bool:
    """Whether an agreement was settled between the answers to the drafts and the first meeting."""
    return date(year, *ANSWERS) <= (agreement.starts or date.min) <= date(year, *MEETINGS[0])


def _drafts(snapshot: Snapshot, agreed: Iterable[Agreement]) -> Iterator[tuple[Letter, list[Agreement]]]:
    """The draft of each unit that agreed on something, with what it agreed on."""
    of_unit: dict[tuple[str, int], list[Agreement]] = {}
    for each in agreed:
        of_unit.setdefault((each.organisation, each.year), []).append(each)
    for letter in snapshot.of(Letter):
        if (letter.organisation, letter.year) in of_unit:
            yield letter, of_unit[letter.organisation, letter.year]


def _answers(snapshot: Snapshot, agreed: Iterable[Agreement], day: date) -> Iterator[Answer]:
    posts = secretaries(snapshot)
    for letter, given in _drafts(snapshot, agreed):
        yield Answer(
            letter=letter.id,
            day=day,
            post=posts[letter.receiver],
            reason="；".join(each.reason for each in given),
            figures={each.indicator: each.amount for each in given},
        )


def _settlements(snapshot: Snapshot, agreed: Iterable[Agreement]) -> Iterator[Settlement]:
    posts = secretaries(snapshot)
    for letter, given in _drafts(snapshot, agreed):
        yield Settlement(
            letter=letter.id,
            day=given[0].starts or date.min,
            post=posts[letter.issuer],
            reason="；".join(each.reason for each in given),
            agreed={each.indicator: each.amount for each in given},
        )


def _signatures(snapshot: Snapshot, letters: Sequence[Letter], year: int) -> Iterator[Signature]:
    """Each level of letters is signed at its own meeting, top first."""
    depth: dict[str, int] = {}
    for letter in letters:
        depth[letter.id] = 0 if letter.above is None else depth[letter.above] + 1
    for letter in letters:
        month, day = MEETINGS[min(depth[letter.id], len(MEETINGS) - 1)]
        yield from meeting(snapshot, (letter,), day=date(year, month, day))


NOUNS_OF_A_DAY: Mapping[str, Label] = {
    "decision": Label("作出决定", "decisions"),
    "item": Label("发现问题", "problems found"),
    "commitment": Label("公开承诺", "public commitments"),
    "sheet": Label("数据填报", "readings"),
    "movement": Label("经费收支", "movements of money"),
    "work": Label("场所工程", "works on venues"),
    "appraisal": Label("评议", "appraisals"),
    "step": Label("推进事项", "steps taken"),
}


def _what(records: Sequence[Record]) -> Label:
    """What a day is about, from the kinds of its records."""
    nouns = {each.noun for each in records}
    found = [label for noun, label in NOUNS_OF_A_DAY.items() if noun in nouns] or [
        Label("情况变更", "changes")
    ]
    return Label("、".join(each.zh for each in found), ", ".join(each.en for each in found))
