"""What the district assesses: its indicators, their points for villages and streets, the grades, and the ladder."""

from __future__ import annotations

from collections.abc import Iterator

from partybuilding.plugin import (
    Declaration,
    Grade,
    GradeScale,
    Indicator,
    Label,
    Ladder,
    LetterForm,
    RungOfLadder,
    Scheme,
    SigningWindow,
    item,
    member,
    person_time,
    point,
    share,
)
from partybuilding_acheng.figures import DISTRICT, MADE_UP, SINCE

VILLAGES = ("village", "community")
STREETS = ("street", "town", "township", "zone")


def indicators() -> Iterator[Indicator]:
    """Every indicator of the district, each with number, time, standard and its one piece of evidence."""
    yield from handed_down()
    yield from rates()
    yield from judged()


def handed_down() -> Iterator[Indicator]:
    """Additive indicators, whose targets come down from the district."""
    yield Indicator(
        name="acheng.training", label=Label("党员教育培训", "training of members"), unit=person_time,
        asks=Label("全年完成分解下达的培训人次", "train as many person-times as were handed down"),
        numerator="acheng.trained_all", target="cascade", scoring="proportional",
        evidence=Label("培训签到汇总", "the summary of attendance"), submissions=4, starts=SINCE, source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.admission", label=Label("发展党员", "admission of members"), unit=member,
        asks=Label("按计划发展党员，保证质量", "admit members as planned, quality first"),
        numerator="acheng.admitted_all", target="cascade", scoring="shortfall",
        evidence=Label("上级批复", "the superior's approval"), submissions=4, starts=SINCE, source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.service", label=Label("党员服务群众", "services for the masses"), unit=item,
        asks=Label("完成分解下达的服务事项并有反馈", "complete the services handed down, with feedback"),
        numerator="acheng.services_all", target="cascade", scoring="proportional",
        evidence=Label("服务台账", "the register of services"), submissions=4, starts=SINCE, source=MADE_UP,
    )  # fmt: skip


def rates() -> Iterator[Indicator]:
    """Rates, whose numerators and denominators add up and are divided once."""
    rows = (
        ("venue", "venues_sufficient_all", "venues_needed_all", "graded",
         Label("活动场所达标率", "venues up to standard"),
         Label("活动场所面积达到本区标准", "every venue has the floor area that the district asks for"),
         Label("场所登记表", "the register of venues")),
        ("coverage", "units_covered_all", "units_active_all", "proportional_rate",
         Label("产业链单位覆盖率", "units on chains covered"),
         Label("正常运行的链上单位应建尽建、应覆尽覆", "every active unit on a chain is covered by a carrier"),
         Label("载体登记表", "the register of carriers")),
        ("rectification", "items_in_time_all", "items_due_all", "proportional_rate",
         Label("问题按期整改率", "problems closed in time"),
         Label("到期问题按期核验销号", "every problem due is verified and closed in time"),
         Label("销号单", "the closing slips")),
    )  # fmt: skip
    for name, numerator, denominator, scoring, label, asks, evidence in rows:
        yield Indicator(
            name=f"acheng.{name}", label=label, unit=share, asks=asks, numerator=numerator, denominator=denominator,
            target="standard", target_standard=f"acheng.{name}.least", scoring=scoring, missing="full",
            evidence=evidence, starts=SINCE, source=MADE_UP,
        )  # fmt: skip
    yield Indicator(
        name="acheng.satisfaction", label=Label("群众满意度", "satisfaction of the masses"), unit=share,
        asks=Label("群众测评满意度不低于下限", "satisfaction is not below the floor"),
        numerator="masses_satisfied_all", denominator="masses_answered_all", target="standard",
        target_standard="satisfaction_least", scoring="all_or_nothing",
        evidence=Label("测评汇总表", "the summary of the survey"), starts=SINCE, source=MADE_UP,
    )  # fmt: skip


def judged() -> Iterator[Indicator]:
    """Appraisals, levels and points that people give, incidents and honours."""
    yield Indicator(
        name="acheng.appraisal", label=Label("综合评价", "appraisal by superiors and masses"), unit=point,
        asks=Label("上级评价与群众评价按权重合成", "superiors and masses, mixed by declared weights"),
        numerator="appraisal_mix", target="standard", target_standard="acheng.appraisal.whole",
        scoring="proportional", evidence=Label("测评汇总表", "the summary of the appraisals"), starts=SINCE,
        source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.plan", label=Label("工作谋划", "planning of the work"), unit=item,
        asks=Label("年度计划具体可行，按好、较好、一般、差评定", "the year's plan is judged good, fairly good, average or poor"),
        numerator="acheng.plan_level", target="standard", target_standard="acheng.plan.best", direction="lower",
        scoring="level_judgement", evidence=Label("年度计划", "the plan of the year"), starts=SINCE, source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.daily", label=Label("日常工作", "day-to-day work"), unit=point,
        asks=Label("主管科室按日常表现评分", "the department in charge gives points for day-to-day work"),
        numerator="acheng.daily_score", target="standard", target_standard="acheng.daily.whole",
        scoring="supplied", evidence=Label("科室评分表", "the department's sheet"), starts=SINCE, source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.incident", label=Label("负面事件", "incidents"), unit=item,
        asks=Label("不发生负面事件", "no incident"),
        numerator="acheng.incidents_all", target="standard", target_standard="acheng.incident.most",
        direction="lower", scoring="event", evidence=Label("通报文件", "the circular"), starts=SINCE, source=MADE_UP,
    )  # fmt: skip
    yield Indicator(
        name="acheng.honour", label=Label("上级表彰加分", "honours from above"), unit=item,
        asks=Label("获得上级表彰", "honours from above"), numerator="acheng.honours", scoring="bonus", missing="zero",
        evidence=Label("表彰文件", "the document of the honour"), starts=SINCE, source=MADE_UP,
    )  # fmt: skip


VILLAGE_POINTS = {
    "general_meeting": "6",
    "committee_meeting": "6",
    "party_day": "6",
    "party_class": "4",
    "life_meeting": "4",
    "acheng.training": "10",
    "acheng.admission": "6",
    "acheng.service": "8",
    "acheng.venue": "8",
    "acheng.coverage": "6",
    "acheng.rectification": "10",
    "acheng.satisfaction": "6",
    "acheng.appraisal": "8",
    "acheng.plan": "4",
    "acheng.daily": "4",
    "acheng.incident": "4",
}
STREET_POINTS = {
    "party_class": "4",
    "life_meeting": "4",
    "acheng.training": "14",
    "acheng.admission": "10",
    "acheng.service": "12",
    "acheng.venue": "12",
    "acheng.coverage": "8",
    "acheng.rectification": "12",
    "acheng.satisfaction": "6",
    "acheng.appraisal": "8",
    "acheng.plan": "3",
    "acheng.daily": "4",
    "acheng.incident": "3",
}


def rules() -> Iterator[Declaration]:
    """Schemes, grade scale and ladder."""
    schemes = (
        (
            "acheng.villages",
            VILLAGES,
            VILLAGE_POINTS,
            Label("村、社区考核方案", "scheme for villages and communities"),
        ),
        (
            "acheng.streets",
            STREETS,
            STREET_POINTS,
            Label("街道、乡镇考核方案", "scheme for streets and towns"),
        ),
    )
    for name, kinds, points, label in schemes:
        yield Scheme(
            name=name, label=label, place=DISTRICT, kinds=kinds, points=points, bonus={"acheng.honour": "5"},
            bonus_cap="5", veto="acheng.vetoed", veto_cap="59", scale="acheng.four", starts=SINCE, source=MADE_UP,
        )  # fmt: skip
    yield GradeScale(
        name="acheng.four",
        label=Label("四档等次", "four grades"),
        grades=(
            Grade(name="good", label=Label("好", "good"), least="90"),
            Grade(name="fairly_good", label=Label("较好", "fairly good"), least="80"),
            Grade(name="average", label=Label("一般", "average"), least="60"),
            Grade(name="poor", label=Label("差", "poor"), least="0"),
        ),
        starts=SINCE,
        source=MADE_UP,
    )
    yield ladder()
    yield form()
    yield SigningWindow(
        name="acheng.signing",
        label=Label("责任书签订期", "window for signing letters"),
        closes=(3, 31),
        revised_within=30,
        starts=SINCE,
        source=MADE_UP,
    )


def form() -> LetterForm:
    """What every letter of the district says beside its lines."""
    return LetterForm(
        name="acheng.letter",
        label=Label("目标责任书格式", "form of the letters"),
        guidance=(
            "落实党建工作责任，把党建工作与经济社会发展同谋划、同部署、同推进、同考核。",
            "目标逐级分解到岗到人，不层层加重与目标无关的负担。",
        ),
        safeguards=("党员教育培训经费按每名党员每年二十元列入区级预算。", "党务工作岗位人员配备到位。"),
        method="年末按评分表逐项计分，加减分后汇总；缺少数据的指标不评定，不按零分计。",
        scale="four",
        rewards=("考核结果作为评先评优的参考。",),
        accountability=("未完成的指标列入整改清单；是否问责由有权机关决定。",),
        starts=SINCE,
        source=MADE_UP,
    )


def ladder() -> Ladder:
    """How overdue work is pressed for; the last rung is a proposal to those who may decide, never a decision."""
    rungs = (
        ("remind", 1, Label("提醒", "remind"), Label("书面提醒责任人", "a written reminder to whoever answers")),
        ("supervise", 8, Label("督办", "supervise"), Label("列入督办清单", "listed for supervision")),
        ("talk", 16, Label("约谈", "talk"), Label("建议约谈主要负责人", "a talk with the person in charge is proposed")),
        ("circular", 31, Label("通报", "circular"), Label("建议全区通报", "a circular in the district is proposed")),
        ("propose_accountability", 61, Label("提请问责", "propose accountability"),
         Label("提请有权机关研究问责", "those with authority are asked to decide")),
    )  # fmt: skip
    return Ladder(
        name="acheng.ladder",
        label=Label("逾期事项递进督促", "ladder for overdue work"),
        rungs=tuple(
            RungOfLadder(name=name, after=after, label=label, effect=effect)
            for name, after, label, effect in rungs
        ),
        starts=SINCE,
        source=MADE_UP,
    )
