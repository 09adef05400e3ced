"""Evaluation and accountability: problem lists in figures, appraisals mixed by declared weights, and who answers.

The library counts what is overdue and proposes; a grade, a veto, a closing or a form of accountability is recorded from
an authorised decision only. The forms of accountability are closed lists of the regulations and no figures, and there is
no national ladder, no national cut point of a grade and no national weight of an appraisal: places declare them. National
scales (work reports, teams, cadres, members) stay separate, and none of them ships here because none has cut points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import BASIS_POINT, FOUNDING
from partybuilding.mechanisms.targets import whole_area
from partybuilding.plugin import (
    Appraisal,
    Decision,
    Formula,
    Item,
    Label,
    Motion,
    PublicCommitment,
    Rate,
    ResponsibilityKind,
    Source,
    Standard,
    Tally,
    Unit,
    choose,
    divide,
    item,
    least,
    member,
    month,
    or_else,
    point,
    share,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression

LUOBEI = ("stats", "230421")
REVIEW_MEASURES = "党委（党组）书记抓基层党建工作述职评议考核办法（试行）"
FULL_MARKS = 1_000_000
"""A hundred points, in ten-thousandths."""
MOST_PIECES = 1_000_000
MOST_SCORES = 10**12
"""More than the appraisals of one organisation in a year add up to, in ten-thousandths of a point."""


def rules() -> Iterator[ResponsibilityKind]:
    """The four responsibilities of a letter, and which post of the receiving body bears each."""
    rows = (
        ("collective", None, Label("领导班子集体责任", "collective responsibility")),
        ("primary", "secretary", Label("第一责任", "primary responsibility")),
        ("specific", "deputy", Label("具体责任", "specific responsibility")),
        ("direct", "officer", Label("直接责任", "direct responsibility")),
    )
    for name, role, label in rows:
        yield ResponsibilityKind(name=name, layer=name, role=role, label=label, source=FOUNDING)


def standards() -> Iterator[Standard]:
    """What places must say themselves, the campaign of 2014, and what Luobei County set."""
    unsettled = (
        ("superior_weight", Label("上级评价权重", "weight of the superiors' appraisal")),
        ("masses_weight", Label("群众评价权重", "weight of the masses' appraisal")),
    )
    for name, label in unsettled:
        yield Standard(
            name=name,
            value=None,
            unit=BASIS_POINT,
            label=label,
            source=Source(REVIEW_MEASURES, "权重无全国统一规定", "K"),
        )
    precedent = Source("无全国统一规定，由各地规定", "先例：某地级市2019年排查标准", "S")
    yield Standard(
        name="satisfaction_least",
        value=None,
        unit=share,
        label=Label("群众满意度下限", "least satisfaction of the masses"),
        policy="tighten",
        stricter="higher",
        source=precedent,
    )
    yield Standard(
        name="secretary_vacancy_most",
        value=None,
        unit=month,
        label=Label("书记空缺最长月数", "months that a secretary's post may be vacant"),
        policy="tighten",
        stricter="lower",
        source=precedent,
    )
    yield from weak_shares()
    yield overall_weight_of_luobei()


def weak_shares() -> Iterator[Standard]:
    """The share of weak organisations that the campaign of 2014 asked counties to list."""
    bounds = (
        (
            "weak_share_least",
            Rate(5, 100),
            Label("软弱涣散党组织倒排比例下限", "least share of weak organisations listed"),
        ),
        (
            "weak_share_most",
            Rate(10, 100),
            Label("软弱涣散党组织倒排比例上限", "greatest share of weak organisations listed"),
        ),
    )
    for name, value, label in bounds:
        yield Standard(
            name=name,
            value=value,
            unit=share,
            label=label,
            modality="normally",
            starts=date(2014, 1, 1),
            ends=date(2019, 1, 1),
            source=Source("2014年软弱涣散基层党组织整顿部署（中央组织部）", "截止日期未核实", "S"),
        )


def overall_weight_of_luobei() -> Standard:
    """The weight of Party building in the overall assessment that Luobei County set in 2015."""
    return Standard(
        name="overall_weight",
        value=Rate(30, 100),
        unit=share,
        label=Label("党建考核占综合考核的权重", "weight of Party building in the overall assessment"),
        place=LUOBEI,
        starts=date(2015, 1, 1),
        source=Source("萝北县领导班子年度目标考核", "2015年由5%提高到30%", "S"),
    )


def found(day: Expression, year_starts: Expression, year_ends: Expression) -> Expression:
    """A problem found in the year."""
    return (day >= year_starts) & (day <= year_ends)


def still_open(close: Expression, today: Expression) -> Expression:
    """A problem that is not closed, whenever it was found."""
    return or_else(close, today + 1) > today


def closed(close: Expression, year_starts: Expression, year_ends: Expression) -> Expression:
    """A problem closed in the year; one that was re-opened is not."""
    return (close >= year_starts) & (close <= year_ends)


def overdue(close: Expression, until: Expression, today: Expression) -> Expression:
    """A problem past its last day and not closed.

    >>> from partybuilding.extension.expressions import trace
    >>> trace(overdue).body
    (until < today) & (or_else(close, today + 1) > today)
    """
    return (until < today) & still_open(close, today)


def due(
    close: Expression, until: Expression, today: Expression, year_starts: Expression, year_ends: Expression
) -> Expression:
    """A problem whose last day has come this year, or that was left over from earlier years."""
    left_over = or_else(close, today + 1) >= year_starts
    return (until <= today) & (until <= year_ends) & ((until >= year_starts) | left_over)


def in_time(
    close: Expression, until: Expression, today: Expression, year_starts: Expression, year_ends: Expression
) -> Expression:
    """A problem whose last day has come this year and that was closed by then."""
    return (close <= until) & (until <= today) & (until >= year_starts) & (until <= year_ends)


def lists() -> Iterator[Motion]:
    """Problem lists in figures, own and over every area."""
    rows = (
        ("items_found", found, Label("新增问题", "problems found")),
        ("items_open", still_open, Label("未销号问题", "problems open")),
        ("items_closed", closed, Label("已销号问题", "problems closed")),
        ("items_overdue", overdue, Label("逾期问题", "problems overdue")),
        ("items_due", due, Label("到期问题", "problems due")),
        ("items_in_time", in_time, Label("按期销号问题", "problems closed in time")),
    )
    for name, function, label in rows:
        tally = Tally(name=name, of=Item, function=function, unit=item, label=label, most=MOST_PIECES)
        yield tally
        yield whole_area(tally)
    commitments = Tally(
        name="commitments",
        of=PublicCommitment,
        function=found,
        where={"state": ("posted", "fulfilled", "appraised")},
        unit=item,
        label=Label("公开承诺", "public commitments"),
        most=MOST_PIECES,
    )
    yield commitments
    yield whole_area(commitments)
    yield Tally(
        name="accountability_decisions",
        of=Decision,
        by="subject",
        function=of_this_year,
        where={"matter": ("accountability",)},
        unit=item,
        label=Label("问责决定", "decisions on accountability"),
        most=MOST_PIECES,
    )


def of_this_year(year: Expression, this_year: Expression) -> Expression:
    """Whatever concerns the year."""
    return year == this_year


def scored(year: Expression, this_year: Expression, score: Expression) -> Expression:
    """The score of an appraisal of the year."""
    return choose(year == this_year, score, 0)


def scored_by_many(
    year: Expression, this_year: Expression, score: Expression, answered: Expression
) -> Expression:
    """The score of a survey of the year, once for everybody who answered."""
    return choose(year == this_year, score * answered, 0)


def were_asked(year: Expression, this_year: Expression, asked: Expression) -> Expression:
    """How many a survey of the year asked."""
    return choose(year == this_year, asked, 0)


def have_answered(year: Expression, this_year: Expression, answered: Expression) -> Expression:
    """How many answered a survey of the year."""
    return choose(year == this_year, answered, 0)


def were_satisfied(year: Expression, this_year: Expression, satisfied: Expression) -> Expression:
    """How many were satisfied in a survey of the year."""
    return choose(year == this_year, satisfied, 0)


def superior_score(superior_scores: Expression, superior_appraisals: Expression) -> Expression:
    """The mean of the superiors' appraisals on a scale of 100; missing without any."""
    return least(divide(superior_scores, superior_appraisals), FULL_MARKS)


def masses_score(masses_scores: Expression, masses_answered: Expression) -> Expression:
    """The mean of everybody who answered, on a scale of 100; missing without any."""
    return least(divide(masses_scores, masses_answered), FULL_MARKS)


def appraisal_mix(
    superior_score: Expression,
    masses_score: Expression,
    *,
    superior_weight: Expression,
    masses_weight: Expression,
) -> Expression:
    """Superiors and masses, mixed by weights and divided once."""
    weighted = superior_score * superior_weight + masses_score * masses_weight
    return divide(weighted, superior_weight + masses_weight)


def appraisals() -> Iterator[Motion]:
    """Appraisals by superiors and masses, how many took part, and the mix."""
    superior, masses = {"voice": ("superior",)}, {"voice": ("masses",)}
    sums: tuple[tuple[str, Callable[..., Expression], Mapping[str, tuple[str, ...]], Unit, int, Label], ...] = (
        ("superior_scores", scored, superior, point, MOST_SCORES,
         Label("上级评价分合计", "sum of superiors' scores")),
        ("superior_appraisals", of_this_year, superior, item, MOST_PIECES,
         Label("上级评价", "superiors' appraisals")),
        ("masses_scores", scored_by_many, masses, point, MOST_SCORES,
         Label("群众评价分合计", "sum of the masses' scores")),
    )  # fmt: skip
    for name, function, where, unit, most, label in sums:
        yield Tally(
            name=name, of=Appraisal, function=function, where=where, unit=unit, label=label, most=most
        )
    counts: tuple[tuple[str, Callable[..., Expression], Label], ...] = (
        ("masses_asked", were_asked, Label("发放测评表", "people asked")),
        ("masses_answered", have_answered, Label("收回测评表", "people who answered")),
        ("masses_satisfied", were_satisfied, Label("满意人数", "people satisfied")),
    )
    for name, function, label in counts:
        tally = Tally(
            name=name,
            of=Appraisal,
            function=function,
            where=masses,
            unit=member,
            label=label,
            most=MOST_PIECES,
        )
        yield tally
        yield whole_area(tally)
    means: tuple[tuple[str, Callable[..., Expression], Label], ...] = (
        ("superior_score", superior_score, Label("上级评价分", "superiors' score")),
        ("masses_score", masses_score, Label("群众评价分", "the masses' score")),
        ("appraisal_mix", appraisal_mix, Label("综合评价分", "mixed appraisal score")),
    )
    for name, function, label in means:
        yield Formula(name=name, function=function, unit=point, label=label)


def columns() -> Iterator[Motion]:
    """Every column of this module."""
    yield from lists()
    yield from appraisals()
