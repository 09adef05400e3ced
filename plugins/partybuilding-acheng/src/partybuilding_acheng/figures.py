"""Figures of the district: its values of national standards, and standards of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from partybuilding.plugin import (
    Brackets,
    Label,
    Rate,
    Source,
    Standard,
    Unit,
    fen,
    hour,
    item,
    month,
    point,
    share,
    square_metre,
)

DISTRICT = ("stats", "230112")
SINCE = date(2026, 1, 1)
"""The first day of the example year; the documents behind real figures are undated."""
FOUNDING = Source("人民日报关于阿城区基层党建的报道摘要", "党员教育培训经费列入区财政预算", "B")
MADE_UP = Source("阿城区示例考核方案（虚构）", "", "made_up")
BASIS_POINT = Unit("basis_point", 100, Label("%", "%"))


def standards() -> Iterator[Standard]:
    """Every figure."""
    yield from local_values()
    yield from deductions()
    yield from tables()
    yield from targets()


def local_values() -> Iterator[Standard]:
    """What the nation leaves to places."""
    yield Standard(
        name="per_head", value=2_000, unit=fen, place=DISTRICT, starts=SINCE, source=FOUNDING,
        label=Label("党员人均教育培训经费", "training funds per member a year"),
    )  # fmt: skip
    floors = (("village", 20_000), ("community", 30_000))
    for kind, area in floors:
        yield Standard(
            name="venue_least", value=area, unit=square_metre, place=DISTRICT, kinds=(kind,), starts=SINCE,
            source=MADE_UP, label=Label("活动场所面积下限", "least floor area of a venue"),
        )  # fmt: skip
    costs = (
        ("new", 200_000, Label("新建每平方米造价", "cost of a square metre newly built")),
        ("rebuilt", 120_000, Label("改建每平方米造价", "cost of a square metre rebuilt")),
        ("expanded", 150_000, Label("扩建每平方米造价", "cost of a square metre added")),
    )
    for build, cost, label in costs:
        yield Standard(
            name=f"venue_cost_{build}",
            value=cost,
            unit=fen,
            place=DISTRICT,
            starts=SINCE,
            source=MADE_UP,
            label=label,
        )
    yield Standard(
        name="venue_sharing", value=1, unit=item, place=DISTRICT, starts=SINCE, source=MADE_UP,
        kinds=("non_public_enterprise", "social_organisation", "cooperative"),
        label=Label("可与村共用活动场所", "may share the venue of a village"),
    )  # fmt: skip
    rows: tuple[tuple[str, int | Rate, Unit, Label], ...] = (
        ("overall_weight", Rate(30, 100), share, Label("党建考核权重", "weight in the overall assessment")),
        ("each", 10_000, point, Label("每少一次扣分", "deduction for each missing piece")),
        ("superior_weight", 6_000, BASIS_POINT, Label("上级评价权重", "weight of the superiors' appraisal")),
        ("masses_weight", 4_000, BASIS_POINT, Label("群众评价权重", "weight of the masses' appraisal")),
        (
            "satisfaction_least",
            Rate(60, 100),
            share,
            Label("群众满意度下限", "least satisfaction of the masses"),
        ),
        ("secretary_vacancy_most", 3, month, Label("书记空缺最长月数", "months a post may be vacant")),
        ("training_hours_member", 32, hour, Label("党员培训学时", "training hours of a member")),
        ("training_hours_secretary", 56, hour, Label("书记培训学时", "training hours of a secretary")),
        ("project_extension_most", 3, month, Label("项目延期最长月数", "months of an extension at most")),
        ("project_repair_most", 3, month, Label("项目整改最长月数", "months of a repair at most")),
        ("incentive_per_unit", 50_000, fen, Label("每覆盖一个单位的激励", "incentive for a unit covered")),
    )
    for name, value, unit, label in rows:
        yield Standard(
            name=name, value=value, unit=unit, place=DISTRICT, starts=SINCE, source=MADE_UP, label=label
        )


def deductions() -> Iterator[Standard]:
    """What a missing piece, an incident or an honour is worth, in points."""
    rows = (
        ("acheng.admission.each", 10_000, Label("少发展一名扣分", "deduction for each admission missing")),
        ("acheng.incident.each", 20_000, Label("每起事件扣分", "deduction for each incident")),
        ("acheng.honour.each", 10_000, Label("每项荣誉加分", "points for each honour")),
    )
    for name, value, label in rows:
        yield Standard(name=name, value=value, unit=point, starts=SINCE, source=MADE_UP, label=label)


def tables() -> Iterator[Standard]:
    """Which share of the points a bracket of a rate, or a judged level, is worth."""
    rows = (
        ("acheng.venue.grades", Brackets(((5_999, 0), (7_999, 5_000), (9_999, 8_000), (None, 10_000))),
         Label("场所达标率分档", "brackets of venues up to standard")),
        ("acheng.plan.grades", Brackets(((1, 10_000), (2, 8_000), (3, 6_000), (None, 0))),
         Label("工作谋划等级得分", "points by level of planning")),
    )  # fmt: skip
    for name, value, label in rows:
        yield Standard(name=name, value=value, unit=BASIS_POINT, starts=SINCE, source=MADE_UP, label=label)


def targets() -> Iterator[Standard]:
    """The targets that no cascade makes, and the bound of one that a cascade makes."""
    rows: tuple[tuple[str, int | Rate, Unit, Label], ...] = (
        (
            "acheng.admission_most",
            Rate(5, 100),
            share,
            Label("发展党员占比上限", "admissions at most, of members"),
        ),
        ("acheng.venue.least", Rate(1, 1), share, Label("场所达标率目标", "venues up to standard")),
        (
            "acheng.coverage.least",
            Rate(1, 1),
            share,
            Label("产业链单位覆盖率目标", "units on chains covered"),
        ),
        ("acheng.rectification.least", Rate(1, 1), share, Label("按期整改率目标", "problems closed in time")),
        ("acheng.appraisal.whole", 1_000_000, point, Label("综合评价满分", "full marks of the appraisal")),
        ("acheng.plan.best", 1, item, Label("工作谋划目标等级", "best level of planning")),
        ("acheng.daily.whole", 40_000, point, Label("日常工作满分", "full marks of the department")),
        ("acheng.incident.most", 0, item, Label("负面事件上限", "incidents at most")),
    )
    for name, value, unit, label in rows:
        yield Standard(name=name, value=value, unit=unit, starts=SINCE, source=MADE_UP, label=label)
