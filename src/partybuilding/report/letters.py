"""Letters on paper: the nine parts of one in order, its way from draft to signature, and who signed in time, by level.

Everything here is a table, so that a page, a workbook and a text document show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from partybuilding.cycle.signing import FAULTS, level, unsigned
from partybuilding.cycle.year import DRAFTED
from partybuilding.domain.letter_rules import SigningWindow
from partybuilding.domain.letters import PARTS, Letter, Line
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.responsibilities import RESPONSIBILITIES
from partybuilding.domain.standards import day_unit, organisation, point
from partybuilding.extension.tables import Amount, Cell, Table
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.report.book import Book, source_label

TEXT = Label("内容", "Text")
INDICATOR = Label("指标", "Indicator")


def parts(book: Book, letter: Letter) -> tuple[Table, ...]:
    """The nine parts of a letter, in the order in which it is written; a part that it lacks is an empty table."""
    return tuple(PARTS_OF[name](book, letter) for name in PARTS)


def _table(name: str, headers: tuple[Label, ...], rows: list[tuple[Cell, ...]]) -> Table:
    number = list(PARTS).index(name) + 1
    label = PARTS[name]
    return Table(title=Label(f"{number}. {label.zh}", f"{number} {label.en}"), headers=headers, rows=rows)


def _parties(book: Book, letter: Letter) -> Table:
    signed = next((each for each in _taken(book, letter) if each.name == "sign"), None)
    rows: list[tuple[Cell, ...]] = [
        (Label("下达单位", "issued by"), book.body(letter.issuer)),
        (Label("承诺单位", "signed by"), book.body(letter.receiver)),
        (Label("责任单位", "for"), book.name(letter.organisation)),
        (Label("年度", "year"), Label(str(letter.year), str(letter.year))),
        (Label("签订日期", "signed on"), None if signed is None else signed.day),
    ]
    if letter.revises is not None:
        rows.append((Label("调整理由", "why it was revised"), Label(letter.reason, letter.reason)))
    return _table("parties", (Label("事项", "Item"), TEXT), rows)


def _words(name: str, texts: Callable[[Letter], tuple[str, ...]]) -> Callable[[Book, Letter], Table]:
    """A part that is words only."""

    def made(_: Book, letter: Letter) -> Table:
        return _table(name, (TEXT,), [(Label(each, each),) for each in texts(letter)])

    return made


def _targets(book: Book, letter: Letter) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            _name(book, each),
            amount(book, each),
            each.due,
            Label(each.asks, each.asks),
            Label(each.source, each.source),
        )
        for each in letter.lines
    ]
    headers = (
        INDICATOR,
        *(Label("数量", "Number"), Label("时限", "Time"), Label("标准", "Standard"), Label("依据", "Source")),
    )
    return _table("targets", headers, rows)


def _responsibilities(book: Book, letter: Letter) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for each in letter.lines:
        answers = each.responsibilities
        posts = (answers.primary, answers.specific, answers.direct)
        rows.append((_name(book, each), book.body(answers.collective), *(book.post(post) for post in posts)))
    return _table("responsibilities", (INDICATOR, *RESPONSIBILITIES.values()), rows)


def _assessment(_: Book, letter: Letter) -> Table:
    rows: list[tuple[Cell, ...]] = [(Label(letter.method, letter.method), None)] if letter.method else []
    rows += [(Label(each.grade, each.grade), Amount(each.least, point)) for each in letter.cuts]
    return _table("assessment", (TEXT, Label("最低分", "Least total")), rows)


def _signatures(book: Book, letter: Letter) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (PARTY[each.name], book.post(each.post), each.day)
        for each in _taken(book, letter)
        if each.name in PARTY
    ]
    return _table("signatures", (Label("签字方", "Side"), Label("岗位", "Post"), Label("日期", "Day")), rows)


def _annex(book: Book, letter: Letter) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            _name(book, each),
            Label(each.asks, each.asks),
            Amount(each.points, point) if each.points else None,
            Label(each.checked, each.checked),
            Label(each.scoring, each.scoring),
        )
        for each in letter.lines
    ]
    headers = (
        *(INDICATOR, Label("要求", "Requirement"), Label("分值", "Points")),
        *(Label("检查方式", "How checked"), Label("评分标准", "Scoring")),
    )
    return _table("annex", headers, rows)


PARTY: Mapping[str, Label] = {
    "issue": Label("下达方", "issuing side"),
    "sign": Label("承诺方", "receiving side"),
}
PARTS_OF: Mapping[str, Callable[[Book, Letter], Table]] = {
    "parties": _parties,
    "guidance": _words("guidance", lambda letter: letter.guidance),
    "targets": _targets,
    "responsibilities": _responsibilities,
    "safeguards": _words("safeguards", lambda letter: letter.safeguards),
    "assessment": _assessment,
    "consequences": _words("consequences", lambda letter: (*letter.rewards, *letter.accountability)),
    "signatures": _signatures,
    "annex": _annex,
}
"""How each part is written."""


def _taken(book: Book, letter: Letter) -> tuple[Step, ...]:
    return book.course(letter).taken


def _name(book: Book, line: Line) -> Label:
    found = book.result.plan.indicators.get(line.indicator)
    return Label(line.indicator, line.indicator) if found is None else found.value.label


def amount(book: Book, line: Line, value: int | None = None) -> Cell:
    """The figure of a line as people write it, or another one of the same unit."""
    given = line.amount if value is None else value
    found = book.result.plan.indicators.get(line.indicator)
    if given is None or found is None:
        return None
    return Amount(given, found.value.unit) if line.per is None else Rate(given, line.per)


# --- the way of one letter ---------------------------------------------------------------------------------------


def answered(book: Book) -> tuple[Letter, ...]:
    """The letters of the year whose drafts were answered."""
    return tuple(
        each
        for each in book.snapshot.of(Letter)
        if each.year == book.year.year and any(line.countered is not None for line in each.lines)
    )


def way(book: Book, letter: Letter) -> Table:
    """The way of a letter: drafted, answered, settled, issued and signed; on which day, by which post, and why."""
    course = book.course(letter)
    labels = {each.step: each.label for each in course.lifecycle.transitions}
    drafted = next((each.day for each in book.year.moments if each.what.en == DRAFTED.en), None)
    rows: list[tuple[Cell, ...]] = [(Label("草拟", "draft"), drafted, book.body(letter.issuer), None)]
    rows += [
        (
            labels[each.name],
            each.day,
            book.post(each.post),
            Label(each.note, each.note) if each.note else None,
        )
        for each in course.taken
    ]
    name = book.name(letter.organisation)
    return Table(
        title=Label(f"{name.zh}责任书：从草拟到签订", f"Letter of {name.en}: from draft to signature"),
        headers=(Label("步骤", "Step"), Label("日期", "Day"), Label("岗位", "Post"), Label("理由", "Reason")),
        rows=rows,
    )


def round_of(book: Book, letter: Letter) -> Table:
    """The figures of the round: what was proposed, what the unit answered, what was settled."""
    rows: list[tuple[Cell, ...]] = [
        (
            _name(book, each),
            amount(book, each, each.proposed),
            None if each.countered is None else amount(book, each, each.countered),
            amount(book, each),
        )
        for each in letter.lines
        if each.countered is not None or each.proposed is not None
    ]
    headers = (
        *(INDICATOR, Label("草拟数", "Proposed")),
        *(Label("反馈数", "Answered"), Label("商定数", "Settled")),
    )
    return Table(title=Label("商定的数目", "What was settled"), headers=headers, rows=rows)


# --- who signed in time ------------------------------------------------------------------------------------------


def in_time(book: Book) -> Table:
    """The letters of the year by level: how many were signed, and how many late, early or not at all."""
    year = book.year.year
    totals: Counter[int] = Counter()
    signed: Counter[int] = Counter()
    for each in book.snapshot.of(Letter):
        if each.year == year:
            depth = level(book.snapshot, each.organisation)
            totals[depth] += 1
            signed[depth] += book.course(each).first("sign") is not None
    faults = Counter((each.level, each.fault) for each in unsigned(book.snapshot, book.catalogue, year=year))
    levels = sorted({*totals, *(depth for depth, _ in faults)})
    rows: list[tuple[Cell, ...]] = [
        (
            Label(f"第 {depth} 级", f"level {depth}"),
            *(Amount(count[depth], organisation) for count in (totals, signed)),
            *(Amount(faults[depth, fault], organisation) for fault in FAULTS),
        )
        for depth in levels
    ]
    headers = (
        *(Label("层级", "Level"), Label("责任书", "Letters"), Label("已签", "Signed")),
        *FAULTS.values(),
    )
    return Table(
        title=Label("按期签订情况", "Signed in time"), headers=headers, rows=rows, notes=_windows(book)
    )


def _windows(book: Book) -> tuple[Label, ...]:
    """From when until when letters are signed, as declared."""
    return tuple(dict.fromkeys(_spoken(book)))


def _spoken(book: Book) -> Iterator[Label]:
    for each in book.catalogue.rules_on(SigningWindow, book.snapshot.on):
        opens, closes = each.value.days(book.year.year)
        source = source_label(each.value.source)
        yield Label(
            f"签订期：{opens} 至 {closes}。依据：{source.zh}",
            f"Window: {opens} to {closes}. Source: {source.en}",
        )


def late(book: Book) -> Table:
    """Every letter that was not signed in its window: which, on which level, whose posts it waited for, how many days."""
    rows: list[tuple[Cell, ...]] = [
        (
            book.name(each.organisation),
            Label(each.letter or "—", each.letter or "—"),
            Label(f"第 {each.level} 级", f"level {each.level}"),
            FAULTS[each.fault],
            Label(
                "、".join(book.post(post).zh for post in each.posts) or "—",
                ", ".join(book.post(post).en for post in each.posts) or "—",
            ),
            Amount(each.days, day_unit),
        )
        for each in unsigned(book.snapshot, book.catalogue, year=book.year.year)
    ]
    headers = (
        *(Label("单位", "Organisation"), Label("责任书", "Letter"), Label("层级", "Level")),
        *(Label("情况", "What"), Label("责任岗位", "Posts"), Label("天数", "Days")),
    )
    return Table(title=Label("逾期和缺签的责任书", "Late and missing signatures"), headers=headers, rows=rows)
