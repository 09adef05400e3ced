"""Projects: three types with gates, documents and acceptance of their own, and how projects are counted.

Foundation work keeps a bottom line: it needs no panel, and it is repaired or withdrawn. Promotion must be better than its
baseline, and may be rolled out. Exploration is judged by a panel before it starts and may fail honestly: it is then
concluded with what was learnt, and never "repaired" into a success. Withdrawn (not repaired in time) and cancelled
(stopped before acceptance) are different ends.

An extension of three months at most, once, and a repair within three months were read in two university notices (2017
and 2012); they stand in the tables as the longest that a step may grant, and a district may declare types of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import FOUNDING
from partybuilding.mechanisms.targets import whole_area
from partybuilding.plugin import (
    Label,
    Lifecycle,
    Motion,
    Project,
    ProjectType,
    Source,
    Standard,
    Tally,
    Transition,
    item,
    month,
    or_else,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

LONGEST_MONTHS = 3
RUNNING = ("running", "midterm", "extended", "reported", "repair", "resubmitted")
"""The states in which work goes on, until it is accepted or ends otherwise."""
STATES = {
    "draft": Label("起草", "draft"),
    "declared": Label("已申报", "declared"),
    "screened": Label("已初审", "screened"),
    "reviewed": Label("已评审", "reviewed"),
    "approved": Label("已立项", "approved"),
    "declined": Label("不予立项", "declined"),
    "running": Label("实施中", "running"),
    "midterm": Label("已中期检查", "inspected at mid-term"),
    "extended": Label("已延期", "extended"),
    "reported": Label("待验收", "awaiting acceptance"),
    "repair": Label("限期整改", "under repair"),
    "resubmitted": Label("待复验", "awaiting second acceptance"),
    "passed": Label("通过验收", "passed"),
    "learnt": Label("总结结项", "concluded with what was learnt"),
    "withdrawn": Label("撤项", "withdrawn"),
    "cancelled": Label("取消立项", "cancelled"),
    "promoted": Label("已推广", "promoted"),
}

DECLARE = Transition(step="declare", sources=("draft",), target="declared", label=Label("申报", "declare"))
SCREEN = Transition(
    step="screen",
    sources=("declared",),
    target="screened",
    unlike=("declare",),
    label=Label("初审", "screen"),
)
REVIEW = Transition(
    step="review",
    sources=("screened",),
    target="reviewed",
    needs=("evidence",),
    unlike=("declare",),
    label=Label("评审", "review"),
)
DECLINE = Transition(
    step="decline",
    sources=("declared", "screened", "reviewed"),
    target="declined",
    needs=("note",),
    label=Label("不予立项", "decline"),
)
START = Transition(step="start", sources=("approved",), target="running", label=Label("启动实施", "start"))
INSPECT = Transition(
    step="inspect",
    sources=("running",),
    target="midterm",
    needs=("evidence",),
    unlike=("start",),
    label=Label("中期检查", "inspect at mid-term"),
)
EXTEND = Transition(
    step="extend",
    sources=("midterm",),
    target="extended",
    needs=("until", "note"),
    most=1,
    months=LONGEST_MONTHS,
    label=Label("延期", "extend"),
)
REPORT = Transition(
    step="report",
    sources=("midterm", "extended"),
    target="reported",
    needs=("evidence",),
    label=Label("申请验收", "report for acceptance"),
)
ACCEPT = Transition(
    step="accept",
    sources=("reported", "resubmitted"),
    target="passed",
    needs=("decision",),
    unlike=("start", "report", "resubmit"),
    label=Label("通过验收", "accept"),
)
REPAIR = Transition(
    step="repair",
    sources=("reported",),
    target="repair",
    needs=("until", "note"),
    unlike=("start", "report"),
    undoes=("report",),
    most=1,
    months=LONGEST_MONTHS,
    label=Label("限期整改", "send to repair"),
)
RESUBMIT = Transition(
    step="resubmit",
    sources=("repair",),
    target="resubmitted",
    needs=("evidence",),
    label=Label("申请复验", "resubmit"),
)
WITHDRAW = Transition(
    step="withdraw",
    sources=("repair", "resubmitted"),
    target="withdrawn",
    needs=("decision", "note"),
    label=Label("撤项", "withdraw"),
)
CANCEL = Transition(
    step="cancel",
    sources=("approved", "running", "midterm", "extended"),
    target="cancelled",
    needs=("decision", "note"),
    label=Label("取消立项", "cancel"),
)
CONCLUDE = Transition(
    step="conclude",
    sources=("reported",),
    target="learnt",
    needs=("decision", "evidence", "note"),
    unlike=("start", "report"),
    label=Label("总结结项", "conclude with what was learnt"),
)
PROMOTE = Transition(
    step="promote",
    sources=("passed",),
    target="promoted",
    needs=("decision",),
    label=Label("推广", "promote"),
)


def approve(*sources: str) -> Transition:
    """The gate at which a body decides that the work is a project."""
    return Transition(
        step="approve",
        sources=sources,
        target="approved",
        needs=("decision",),
        label=Label("立项", "approve"),
    )


def lifecycle(name: str, *transitions: Transition, closed: tuple[str, ...]) -> Lifecycle:
    """A table with the labels of exactly the states that it can reach."""
    reached = ("draft", *(row.target for row in transitions))
    return Lifecycle(
        name=name,
        start="draft",
        transitions=transitions,
        closed=closed,
        states={state: label for state, label in STATES.items() if state in reached},
    )


FOUNDATION_LIFE = lifecycle(
    "foundation",
    *(DECLARE, SCREEN, approve("screened"), DECLINE, START, INSPECT, EXTEND),
    *(REPORT, ACCEPT, REPAIR, RESUBMIT, WITHDRAW, CANCEL),
    closed=("passed", "declined", "withdrawn", "cancelled"),
)
PROMOTION_LIFE = lifecycle(
    "promotion",
    *(DECLARE, SCREEN, REVIEW, approve("reviewed"), DECLINE, START, INSPECT, EXTEND),
    *(REPORT, ACCEPT, REPAIR, RESUBMIT, WITHDRAW, CANCEL, PROMOTE),
    closed=("promoted", "declined", "withdrawn", "cancelled"),
)
EXPLORATION_LIFE = lifecycle(
    "exploration",
    *(DECLARE, SCREEN, REVIEW, approve("reviewed"), DECLINE, START, INSPECT, EXTEND),
    *(REPORT, ACCEPT, CONCLUDE, CANCEL, PROMOTE),
    closed=("promoted", "learnt", "declined", "cancelled"),
)

FOUNDATION_DOCUMENTS = (
    ("declare", ("项目申报表", "底线任务清单")),
    ("screen", ("初审意见表",)),
    ("approve", ("立项通知", "项目责任书")),
    ("inspect", ("中期检查记录",)),
    ("extend", ("延期申请表",)),
    ("report", ("自查报告", "底线达标佐证")),
    ("accept", ("验收意见书", "验收公示")),
    ("repair", ("限期整改通知书",)),
    ("resubmit", ("整改报告",)),
)
PROMOTION_DOCUMENTS = (
    ("declare", ("项目申报表", "基线数据表")),
    ("screen", ("初审意见表",)),
    ("review", ("评审打分表", "修改意见")),
    ("approve", ("立项通知", "项目责任书")),
    ("inspect", ("中期检查记录", "进展数据表")),
    ("extend", ("延期申请表",)),
    ("report", ("结项申请表", "与基线对比报告")),
    ("accept", ("验收意见书", "验收公示")),
    ("repair", ("限期整改通知书",)),
    ("resubmit", ("整改报告", "与基线对比报告")),
    ("promote", ("典型案例", "推广通知")),
)
EXPLORATION_DOCUMENTS = (
    ("declare", ("项目申报表", "创新点与风险说明")),
    ("screen", ("初审意见表",)),
    ("review", ("专家评审打分表", "修改意见")),
    ("approve", ("立项通知", "项目责任书")),
    ("inspect", ("阶段小结",)),
    ("extend", ("延期申请表",)),
    ("report", ("结项申请表", "总结报告")),
    ("accept", ("验收意见书", "验收公示")),
    ("conclude", ("经验教训报告",)),
    ("promote", ("典型案例", "制度文本")),
)


def rules() -> Iterator[ProjectType]:
    """The three types of projects."""
    yield ProjectType(
        name="foundation",
        label=Label("夯实基础型", "foundation consolidation"),
        lifecycle=FOUNDATION_LIFE,
        documents=FOUNDATION_DOCUMENTS,
        acceptance="floor",
        source=FOUNDING,
    )
    yield ProjectType(
        name="promotion",
        label=Label("推进提升型", "promotion and upgrade"),
        lifecycle=PROMOTION_LIFE,
        documents=PROMOTION_DOCUMENTS,
        acceptance="improvement",
        source=FOUNDING,
    )
    yield ProjectType(
        name="exploration",
        label=Label("探索创新型", "exploration and innovation"),
        lifecycle=EXPLORATION_LIFE,
        documents=EXPLORATION_DOCUMENTS,
        acceptance="learning",
        source=FOUNDING,
    )


def standards() -> Iterator[Standard]:
    """What a place may set itself within the tables: the longest extension and the longest repair."""
    rows = (
        (
            "project_extension_most",
            Label("项目延期最长月数", "months of an extension at most"),
            "某高校项目管理通知",
        ),
        (
            "project_repair_most",
            Label("项目整改最长月数", "months of a repair at most"),
            "四川农业大学项目验收通知",
        ),
    )
    for name, label, precedent in rows:
        yield Standard(
            name=name,
            value=None,
            unit=month,
            label=label,
            modality="normally",
            policy="tighten",
            stricter="lower",
            source=Source("无全国统一规定，由各地规定", f"先例：{precedent}，3个月", "S"),
        )


def unfinished(starts: Expression, today: Expression) -> Expression:
    """A project that runs; its state is chosen by the tally."""
    return or_else(starts, today) <= today


def overdue(until: Expression, today: Expression) -> Expression:
    """A project past its last day, extensions granted; its state is chosen by the tally."""
    return until < today


def declared(declare: Expression, year_starts: Expression, year_ends: Expression) -> Expression:
    """A project declared in the year."""
    return (declare >= year_starts) & (declare <= year_ends)


def accepted(accept: Expression, year_starts: Expression, year_ends: Expression) -> Expression:
    """A project accepted in the year."""
    return (accept >= year_starts) & (accept <= year_ends)


def promoted(promote: Expression, year_starts: Expression, year_ends: Expression) -> Expression:
    """A project promoted in the year."""
    return (promote >= year_starts) & (promote <= year_ends)


def columns() -> Iterator[Motion]:
    """How many projects are declared, run, are overdue, were accepted, were promoted: own, and over every area."""
    going_on = {"state": RUNNING}
    tallies: tuple[tuple[str, Callable[..., Expression], Mapping[str, tuple[str, ...]], Label], ...] = (
        ("projects_declared", declared, {}, Label("申报项目", "projects declared")),
        ("projects_running", unfinished, going_on, Label("实施中的项目", "projects running")),
        ("projects_overdue", overdue, going_on, Label("逾期项目", "projects overdue")),
        ("projects_accepted", accepted, {}, Label("通过验收的项目", "projects accepted")),
        ("projects_promoted", promoted, {}, Label("推广的项目", "projects promoted")),
    )
    for name, function, where, label in tallies:
        tally = Tally(
            name=name, of=Project, function=function, where=where, unit=item, label=label, most=1_000_000
        )
        yield tally
        yield whole_area(tally)
