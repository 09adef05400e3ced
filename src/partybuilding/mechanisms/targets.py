"""Targets: what every organisation reports, the five national indicators, and what the result weighs in the whole.

The indicators follow the branch regulations; they carry no points. What they are worth, and what a missing meeting
costs, is for the scheme of a district to say: there is no national scoring table.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from partybuilding.mechanisms.norms import BRANCH_REGULATIONS, BRANCHES_SINCE
from partybuilding.plugin import (
    Fact,
    Finding,
    Formula,
    Indicator,
    Label,
    Letter,
    Motion,
    Rollup,
    Source,
    Standard,
    household,
    meeting,
    member,
    point,
    portion,
    share,
)

if TYPE_CHECKING:
    from partybuilding.plugin import Expression, Snapshot

MOST_PEOPLE = 1_000_000
"""More members or households than one organisation can have of its own."""
MOST_MEETINGS = 1_000
"""More meetings than one organisation can hold in a year."""
STATISTICS = Source("党内统计年报", "上年末数", "S")


def whole_area(motion: Motion) -> Rollup:
    """The column of an organisation and everything below it, under the same name with ``_all``."""
    label = Label(f"{motion.label.zh}（全辖）", f"{motion.label.en}, whole area")
    return Rollup(name=f"{motion.name}_all", of=motion.name, unit=motion.unit, label=label)


def facts() -> Iterator[Fact | Rollup]:
    """What organisations report: members and households at the end of last year, meetings of this year."""
    people = (
        Fact(
            name="members",
            unit=member,
            label=Label("党员", "members"),
            lag=1,
            most=MOST_PEOPLE,
            source=STATISTICS,
            carry="sum",
        ),
        Fact(
            name="full_members",
            unit=member,
            label=Label("正式党员", "full members"),
            lag=1,
            most=MOST_PEOPLE,
            source=STATISTICS,
            carry="sum",
        ),
        Fact(
            name="households",
            unit=household,
            label=Label("户数", "households"),
            lag=1,
            most=MOST_PEOPLE,
            carry="sum",
        ),
    )
    for fact in people:
        yield fact
        yield whole_area(fact)
    meetings = (
        ("general_meetings", Label("支部党员大会", "general meetings held")),
        ("committee_meetings", Label("支委会", "branch committee meetings held")),
        ("party_days", Label("主题党日", "themed Party days held")),
        ("party_classes", Label("党课", "Party classes given")),
        ("life_meetings", Label("组织生活会", "organisational life meetings held")),
    )
    for name, label in meetings:
        yield Fact(name=name, unit=meeting, label=label, over_time="sum", most=MOST_MEETINGS, carry="sum")
    yield Fact(
        name="appraised_members",
        unit=member,
        label=Label("参加民主评议的党员", "members in the democratic appraisal"),
        most=MOST_PEOPLE,
    )


def indicators() -> Iterator[Indicator]:
    """The five national indicators: meetings held against how often the regulations ask for them."""
    rows = (
        ("general_meeting", "general_meetings", "第十一条", "shortfall", Label("支部党员大会", "general meetings"),
         Label("每季度至少召开一次支部党员大会", "one general meeting a quarter or more")),
        ("committee_meeting", "committee_meetings", "第十二条", "shortfall", Label("支委会", "branch committee meetings"),
         Label("每月至少召开一次支部委员会会议", "one branch committee meeting a month or more")),
        ("party_day", "party_days", "第十六条", "shortfall", Label("主题党日", "themed Party days"),
         Label("每月相对固定一天开展主题党日", "one fixed Party day a month")),
        ("party_class", "party_classes", "第十六条", "all_or_nothing", Label("书记讲党课", "Party classes"),
         Label("书记每年至少讲一次党课", "one Party class by the secretary a year or more")),
        ("life_meeting", "life_meetings", "第十七条", "all_or_nothing", Label("组织生活会", "organisational life meetings"),
         Label("每年至少召开一次组织生活会", "one organisational life meeting a year or more")),
    )  # fmt: skip
    for name, numerator, article, scoring, label, asks in rows:
        yield Indicator(
            name=name,
            label=label,
            unit=meeting,
            asks=asks,
            numerator=numerator,
            target="standard",
            target_standard=f"{name}_least",
            scoring=scoring,
            evidence=Label("会议记录", "the minutes"),
            submissions=4 if scoring == "shortfall" else 1,
            starts=BRANCHES_SINCE,
            source=Source(BRANCH_REGULATIONS, article, "S"),
        )


def standards() -> Iterator[Standard]:
    """What a place must say itself: a deduction for each missing piece, and the weight in the overall assessment."""
    yield Standard(
        name="each",
        value=None,
        unit=point,
        label=Label("每少一次（项）扣分", "deduction for each missing piece"),
        source=Source("无全国统一规定，由各地考核方案规定", "", "K"),
    )
    yield Standard(
        name="overall_weight",
        value=None,
        unit=share,
        label=Label("党建考核占综合考核的权重", "weight of Party building in the overall assessment"),
        source=Source("党委（党组）落实全面从严治党主体责任规定", "第六条", "S"),
    )


def overall_points(total_score: Expression, *, overall_weight: Expression) -> Expression:
    """What the result brings to the overall economic and social assessment."""
    return portion(total_score, overall_weight)


def formulas() -> Iterator[Formula]:
    """The share of the overall assessment."""
    yield Formula(
        name="overall_points",
        function=overall_points,
        unit=point,
        label=Label("计入综合考核得分", "points in the overall assessment"),
        source=Source("党委（党组）落实全面从严治党主体责任规定", "第六条", "S"),
    )


def left_lying(snapshot: Snapshot) -> Iterator[Finding]:
    """Lines of letters that are handed down, which nobody below takes up and which are not marked as kept.

    A letter counts as handed down once a letter below it is signed: then the signing has begun.
    """
    signed = {step.of for steps in snapshot.steps().values() for step in steps if step.name == "sign"}
    below: dict[str, list[Letter]] = {}
    for letter in snapshot.of(Letter):
        if letter.above is not None:
            below.setdefault(letter.above, []).append(letter)
    for letter in snapshot.of(Letter):
        parts = below.get(letter.id, [])
        taken = {line.indicator for each in parts for line in each.lines}
        if any(each.reference in signed for each in parts):
            for line in letter.lines:
                if not line.kept and line.indicator not in taken:
                    yield Finding(
                        code="line-left-lying",
                        organisation=letter.organisation,
                        says=Label(
                            f"{letter.year}年责任书指标 {line.indicator} 未分解到下级，也未注明由本级完成",
                            f"{line.indicator} of the letter of {letter.year} is neither handed down nor kept",
                        ),
                        rule=line.indicator,
                    )
