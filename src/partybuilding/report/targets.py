"""Mechanism 1 on paper: the indicators, the cascade of their targets, the letters and how far they are signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from partybuilding.domain.letters import LETTER_STATES, Letter, Line, effective
from partybuilding.domain.organisations import ORGANISATION_KINDS
from partybuilding.domain.responsibilities import RESPONSIBILITIES
from partybuilding.domain.standards import organisation, point
from partybuilding.extension.declarations import Motion
from partybuilding.extension.tables import Amount, Cell, Table
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.report.book import Book, source_label

TARGETS = {
    "cascade": Label("逐级分解", "cascaded"),
    "standard": Label("按标准", "by standard"),
    "none": Label("无", "none"),
}


def indicators(book: Book) -> Table:
    """Every indicator: number, time, standard, source, points and scoring rule."""
    rows: list[tuple[Cell, ...]] = []
    for name, declared in book.result.plan.indicators.items():
        indicator = declared.value
        rule = book.result.plan.catalogue.motions_on(book.snapshot.on).get(indicator.scoring)
        month, day = indicator.due
        rows.append(
            (
                indicator.label,
                indicator.asks,
                Label(f"{month} 月 {day} 日前", f"by {month:02}-{day:02}"),
                TARGETS[indicator.target],
                _rule_label(rule.value if rule is not None else None),
                *(_points(each.value.points, each.value.bonus, name) for each in book.result.plan.schemes),
                indicator.evidence,
                source_label(indicator.source),
            )
        )
    headers = (
        Label("指标", "Indicator"),
        Label("标准", "Standard"),
        Label("时限", "Time"),
        Label("目标数", "Number"),
        Label("评分方式", "Scoring"),
        *(
            Label(f"分值：{each.value.label.zh}", f"Points: {each.value.label.en}")
            for each in book.result.plan.schemes
        ),
        Label("佐证", "Evidence"),
        Label("依据", "Source"),
    )
    return Table(title=Label("指标与分值", "Indicators and points"), headers=headers, rows=rows)


def _rule_label(rule: Motion | None) -> Cell:
    return None if rule is None else rule.label


def _points(points: Iterable[tuple[str, int]], bonus: Iterable[tuple[str, int]], name: str) -> Cell:
    worth = dict(points).get(name)
    extra = dict(bonus).get(name)
    if worth is not None:
        return Amount(worth, point)
    return (
        None
        if extra is None
        else Label(f"加分（上限 {extra // point.scale}）", f"bonus (up to {extra // point.scale})")
    )


def cascaded(book: Book) -> tuple[str, ...]:
    """The indicators whose targets are handed down."""
    return tuple(name for name, each in book.result.plan.indicators.items() if each.value.target == "cascade")


def cascade(book: Book, above: str) -> Table:
    """The targets of an organisation and of those right below it; children and reserve together are the parent's target."""
    names = cascaded(book)
    rows: list[tuple[Cell, ...]] = [
        (book.name(above), *(book.cell(above, f"{name}.target") for name in names))
    ]
    rows += [
        (book.name(each), *(book.cell(each, f"{name}.target") for name in names))
        for each in book.children(above)
    ]
    rows.append((Label("预留", "reserve"), *(book.cell(above, f"{name}.reserve") for name in names)))
    sums = [_sum(book, above, name) for name in names]
    rows.append((Label("下级之和＋预留－加码", "children + reserve − added"), *sums))
    labels = [book.result.plan.indicators[name].value.label for name in names]
    return Table(
        title=Label(f"{book.name(above).zh}目标分解", f"Targets of {book.name(above).en}"),
        headers=(Label("单位", "Organisation"), *labels),
        rows=rows,
    )


def _sum(book: Book, above: str, name: str) -> Cell:
    """Children's targets and the reserve, less what was added on the edges."""
    total = book.result.raw(above, f"{name}.reserve") or 0
    for each in book.children(above):
        total += (book.result.raw(each, f"{name}.target") or 0) - added(book, each, name)
    return Amount(total, book.result.plan.indicators[name].value.unit)


def added(book: Book, organisation_id: str, indicator: str) -> int:
    """What was added to an organisation's share on the edge from its parent."""
    return next(
        (
            line.added
            for each in book.year.letters
            if each.organisation == organisation_id and (line := each.line(indicator)) is not None
        ),
        0,
    )


def letters(book: Book) -> Table:
    """How many letters of each level stand in which state, and how many are in effect."""
    held = {each.id: each for each in book.snapshot.of(Letter) if each.year == book.year.year}
    states = {id_: book.course(each).state for id_, each in held.items()}
    counts: Counter[tuple[str, str]] = Counter()
    for id_, letter in held.items():
        level = book.organisations[letter.organisation].kind
        counts[level, states[id_]] += 1
        counts[level, "effective"] += effective(held, states, id_)
    levels = [kind for kind in ORGANISATION_KINDS if any(level == kind for level, _ in counts)]
    shown = [state for state in LETTER_STATES if any(each == state for _, each in counts)]
    rows: list[tuple[Cell, ...]] = [
        (
            ORGANISATION_KINDS[level],
            *(Amount(counts[level, state], organisation) for state in (*shown, "effective")),
        )
        for level in levels
    ]
    headers = (
        Label("层级", "Level"),
        *(LETTER_STATES[state] for state in shown),
        Label("已生效", "In effect"),
    )
    return Table(title=Label("责任书签订情况", "Letters of responsibility"), headers=headers, rows=rows)


def letter(book: Book, given: Letter) -> Table:
    """One letter, line by line, with its four responsibilities."""
    rows: list[tuple[Cell, ...]] = [
        (
            book.result.plan.indicators[line.indicator].value.label,
            _amount(book, line),
            line.due,
            line.asks,
            Amount(line.points, point) if line.points else None,
            line.source,
            book.body(line.responsibilities.collective),
            *(
                book.post(each)
                for each in (
                    line.responsibilities.primary,
                    line.responsibilities.specific,
                    line.responsibilities.direct,
                )
            ),
        )
        for line in given.lines
    ]
    headers = (
        *(
            Label("指标", "Indicator"),
            Label("数量", "Number"),
            Label("时限", "Time"),
            Label("标准", "Standard"),
        ),
        *(Label("分值", "Points"), Label("依据", "Source")),
        *RESPONSIBILITIES.values(),
    )
    return Table(
        title=Label(
            f"{given.year} 年目标责任书：{book.body(given.issuer).zh} → {book.body(given.receiver).zh}",
            f"Letter of responsibility {given.year}: {book.body(given.issuer).en} → {book.body(given.receiver).en}",
        ),
        headers=headers,
        rows=rows,
    )


def _amount(book: Book, line: Line) -> Cell:
    amount = line.amount or 0  # a letter refuses lines without a number
    unit = book.result.plan.indicators[line.indicator].value.unit
    return Amount(amount, unit) if line.per is None else Rate(amount, line.per)


def overall(book: Book) -> Table:
    """What the result of each street and town brings to the overall economic and social assessment."""
    root = book.result.organisations[0]
    rows = [
        (
            book.name(each),
            book.cell(each, "total_score"),
            book.share(each, "overall_weight"),
            book.cell(each, "overall_points"),
        )
        for each in book.children(root)
        if book.result.scheme_of(each) is not None
    ]
    return Table(
        title=Label("计入经济社会发展综合考核", "In the overall economic and social assessment"),
        headers=(
            Label("单位", "Organisation"),
            Label("党建得分", "Score"),
            Label("权重", "Weight"),
            Label("计入分", "Contribution"),
        ),
        rows=rows,
    )
