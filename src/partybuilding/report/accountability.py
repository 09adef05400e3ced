"""Mechanism 5 on paper: the list item by item, what is overdue and proposed, appraisals, scores, grades as proposals."""

from __future__ import annotations

from partybuilding.cycle.evaluation import Assessment, assessments
from partybuilding.cycle.lists import Proposal, proposals, standings
from partybuilding.domain.appraisals import VOICES, Appraisal
from partybuilding.domain.lists import CHANNELS, PublicCommitment
from partybuilding.domain.standards import day_unit, member, point
from partybuilding.extension.tables import Amount, Cell, Table
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.report.book import Book, source_label

NOT_ASSESSABLE = Label("无法评定", "not assessable")
WAITING = Label("待有权机关决定", "waits for an authorised decision")


def items(book: Book) -> Table:
    """The responsibility list, item by item."""
    rows = []
    for each in standings(book.snapshot, book.catalogue):
        item, state = each.item, each.course.state
        rows.append(
            (
                item.label,
                book.name(item.organisation),
                CHANNELS[item.channel],
                item.day,
                book.post(item.owner),
                each.due,
                each.course.lifecycle.states.get(state, Label(state, state)),
                Amount(each.overdue, day_unit)
                if each.overdue
                else (Label("曾逾期", "was overdue") if each.ever else None),
                Amount(each.course.count("reopen") + each.course.count("reject"), day_unit),
            )
        )
    headers = (
        *(
            Label("问题", "Problem"),
            Label("单位", "Organisation"),
            Label("来源", "Found by"),
            Label("发现", "Found"),
        ),
        *(
            Label("责任岗位", "Post"),
            Label("期限", "Due"),
            Label("状态", "State"),
            Label("逾期（天）", "Overdue (days)"),
            Label("复号次数", "Sent back"),
        ),
    )
    return Table(title=Label("问题与整改清单", "Problems and rectification"), headers=headers, rows=rows)


def proposed(book: Book) -> Table:
    """The steps of the ladder that overdue items have reached; each waits for a decision or shows it."""
    found = proposals(book.snapshot, book.catalogue)
    rows = [
        (
            each.standing.item.label,
            book.name(each.standing.item.organisation),
            Amount(each.standing.overdue, day_unit),
            each.rung.label,
            each.rung.effect,
            _decided(each),
            source_label(each.ladder.source),
        )
        for each in found
    ]
    headers = (
        *(Label("问题", "Problem"), Label("单位", "Organisation"), Label("逾期（天）", "Overdue (days)")),
        *(
            Label("建议措施", "Proposed step"),
            Label("内容", "What it means"),
            Label("决定", "Decision"),
            Label("依据", "Source"),
        ),
    )
    return Table(title=Label("逾期事项与建议", "Overdue, and what is proposed"), headers=headers, rows=rows)


def _decided(proposal: Proposal) -> Label:
    decision = proposal.decision
    return WAITING if decision is None else Label(decision.document, decision.document)


def commitments(book: Book) -> Table:
    """Public commitments: from a baseline to a target, and how far they have come."""
    rows = []
    for each in book.snapshot.of(PublicCommitment):
        course = book.course(each)
        rows.append(
            (
                each.label,
                book.body(each.body),
                each.baseline,
                each.target,
                each.due,
                course.lifecycle.states.get(course.state, Label(course.state, course.state)),
            )
        )
    headers = (
        *(Label("承诺", "Commitment"), Label("党组织", "Body"), Label("现状", "Baseline")),
        *(Label("目标", "Target"), Label("期限", "Due"), Label("状态", "State")),
    )
    return Table(title=Label("公开承诺", "Public commitments"), headers=headers, rows=rows)


def appraisals(book: Book, organisations: tuple[str, ...]) -> Table:
    """What superiors and masses say of some organisations, with the numbers of respondents."""
    held = {
        (each.organisation, each.voice): each
        for each in book.snapshot.of(Appraisal)
        if each.year == book.year.year
    }
    voices = [voice for voice in VOICES if any(each == voice for _, each in held)]
    rows: list[tuple[Cell, ...]] = []
    for each in organisations:
        cells: list[Cell] = []
        for voice in voices:
            found = held.get((each, voice))
            cells += (
                [None] * 3
                if found is None
                else [
                    Amount(found.score, point),
                    Amount(found.answered, member),
                    Rate(found.answered, max(1, found.asked)),
                ]
            )
        rows.append((book.name(each), *cells, book.cell(each, "appraisal_mix")))
    headers = [Label("单位", "Organisation")]
    for voice in voices:
        label = VOICES[voice]
        headers += [
            label,
            Label(f"{label.zh}人数", f"{label.en}: answered"),
            Label(f"{label.zh}回收率", f"{label.en}: response"),
        ]
    return Table(
        title=Label("上级与群众评价", "Appraisals"),
        headers=(*headers, Label("加权合成", "Mixed by weights")),
        rows=rows,
    )


def scores(book: Book, organisations: tuple[str, ...]) -> Table:
    """Totals and grades of some organisations; a grade that nobody decided is shown as a proposal."""
    wanted = set(organisations)
    rows = [
        (
            book.name(each.organisation),
            None if each.total is None else Amount(each.total, point),
            grade(each),
            _document(each),
        )
        for each in assessments(book.result)
        if each.organisation in wanted
    ]
    headers = (
        *(Label("单位", "Organisation"), Label("总分", "Total")),
        *(Label("等次（建议）", "Grade (proposed)"), Label("决定文号", "Decided by")),
    )
    return Table(title=Label("得分与等次", "Scores and grades"), headers=headers, rows=rows)


def grade(assessment: Assessment) -> Label:
    """A grade in words; without a total it is "not assessable"."""
    return NOT_ASSESSABLE if assessment.grade is None else assessment.grade.label


def _document(assessment: Assessment) -> Label:
    return (
        WAITING
        if assessment.decision is None
        else Label(assessment.decision.document, assessment.decision.document)
    )


def deductions(book: Book, organisation: str) -> Table:
    """The score of one organisation, indicator by indicator: target, actual, points, score."""
    scheme = book.result.scheme_of(organisation)
    names = [] if scheme is None else [name for name, _ in (*scheme.value.points, *scheme.value.bonus)]
    rows = [
        (
            book.result.plan.indicators[name].value.label,
            *(
                book.cell(organisation, f"{name}.{facet}")
                for facet in ("target", "actual", "points", "score")
            ),
            source_label(book.result.plan.indicators[name].value.source),
        )
        for name in names
    ]
    headers = (
        *(Label("指标", "Indicator"), Label("目标", "Target"), Label("完成", "Actual")),
        *(Label("分值", "Points"), Label("得分", "Score"), Label("依据", "Source")),
    )
    title = Label(
        f"{book.name(organisation).zh}得分明细", f"{book.name(organisation).en}: score by indicator"
    )
    return Table(title=title, headers=headers, rows=rows)


def findings(book: Book) -> Table:
    """What the bottom lines and the plugins' checks found."""
    modality = {
        "must": Label("必须", "must"),
        "normally": Label("一般应", "normally"),
        "may": Label("可以", "may"),
    }
    rows = [
        (
            each.says,
            None if each.organisation is None else book.name(each.organisation),
            modality[each.modality],
            source_label(each.source),
        )
        for each in (*book.result.findings, *book.findings)
    ]
    headers = (
        Label("发现", "Finding"),
        Label("单位", "Organisation"),
        Label("要求", "Modality"),
        Label("依据", "Source"),
    )
    return Table(title=Label("底线检查与提示", "Bottom lines and findings"), headers=headers, rows=rows)
