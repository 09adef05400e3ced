"""The files of lists: problems, commitments, steps, decisions and appraisals."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from partybuilding.domain.appraisals import VOICES
from partybuilding.domain.decisions import MATTERS
from partybuilding.domain.lists import CHANNELS, TIME_CLASSES
from partybuilding.exchange.columns import Column, Form
from partybuilding.exchange.forms.shared import ASSESSED, HAPPENED, body, organisation, own_id, post
from partybuilding.exchange.kinds import (
    COUNT,
    DAY,
    DECLARED,
    EVIDENCE,
    ID,
    POINTS,
    REFERENCE,
    TEXT,
    YEAR,
    word,
)
from partybuilding.labels import Label

SEVERITIES: Mapping[str, Label] = MappingProxyType(
    {"general": Label("一般", "general"), "serious": Label("严重", "serious")}
)
ITEMS = Form(
    file="items.csv",
    label=Label("问题清单", "problem lists"),
    meaning="Problems item by item; their course stands in `steps.csv`.",
    noun="item",
    columns=(
        own_id(),
        Column("day", "发现日期", DAY, "the day on which it was found", needed=True),
        organisation(),
        Column("text", "问题", TEXT, "the problem in Chinese", needed=True),
        Column("text_en", "英文问题", TEXT, "the problem in English"),
        Column("channel", "来源", word(CHANNELS), "who brought it up", needed=True),
        Column("severity", "程度", word(SEVERITIES), "how bad it is; empty: general"),
        Column("time_class", "整改时限类别", word(TIME_CLASSES), "how soon; empty: by a deadline"),
        post("owner", "责任岗位", "the post that answers"),
        body("lead", "牵头党组织", "the body that handles it"),
        Column("measures", "整改措施", TEXT, "what will be done", needed=True),
        Column("baseline", "现状", TEXT, "how it is", needed=True),
        Column("target", "目标", TEXT, "how it will be", needed=True),
        Column("due", "完成期限", DAY, "the last day", needed=True),
        Column("recurs", "复发自", ID, "the earlier item that came back", refers=("item",)),
    ),
)
COMMITMENTS = Form(
    file="commitments.csv",
    label=Label("公开承诺", "public commitments"),
    meaning="What a body promises in public; its course stands in `steps.csv`.",
    noun="commitment",
    columns=(
        *(own_id(), HAPPENED),
        body("body", "党组织", "who promises"),
        organisation(meaning="for which organisation"),
        Column("item", "问题编号", ID, "the problem it answers, if any", refers=("item",)),
        Column("text", "承诺", TEXT, "the promise in Chinese", needed=True),
        Column("text_en", "英文承诺", TEXT, "the promise in English"),
        Column("baseline", "现状", TEXT, "how it is", needed=True),
        Column("target", "目标", TEXT, "how it will be", needed=True),
        Column("due", "完成期限", DAY, "the last day", needed=True),
    ),
)
FEEDBACK = Form(
    file="feedback.csv",
    label=Label("意见建议", "feedback"),
    meaning="What masses and members brought up; its course stands in `steps.csv`. Who said it has no place in a file.",
    noun="feedback",
    columns=(
        *(own_id(), HAPPENED, organisation()),
        Column("text", "意见", TEXT, "what was said, in Chinese", needed=True),
        Column("text_en", "英文意见", TEXT, "what was said, in English"),
        Column("channel", "来源", word(CHANNELS), "how it came in", needed=True),
        Column("into", "并入", ID, "the piece that it was merged into", refers=("feedback",)),
    ),
)
STEPS = Form(
    file="steps.csv",
    label=Label("办理步骤", "steps"),
    meaning="The steps that projects, problems and commitments took, each on its day and by a post.",
    noun="step",
    key=("of", "name", "day"),
    columns=(
        own_id(needed=False),
        Column("of", "对应事项", REFERENCE, "what the step is taken with", needed=True),
        Column("name", "步骤", DECLARED, "the step, as the life cycle calls it", needed=True),
        HAPPENED,
        post("post", "岗位", "the post that took it"),
        Column("evidence", "佐证", EVIDENCE, "references to the evidence"),
        Column("decision", "决定", ID, "the decision it rests on", refers=("decision",)),
        Column("until", "延至", DAY, "the new last day that it grants"),
        Column("note", "说明", TEXT, "the reason in words"),
    ),
)
DECISIONS = Form(
    file="decisions.csv",
    label=Label("决定", "decisions"),
    meaning="What an authorised body decided, with its document number.",
    noun="decision",
    columns=(
        *(own_id(), HAPPENED),
        body("body", "党组织", "who decided"),
        Column("document", "文号", TEXT, "the document number", needed=True),
        Column("matter", "事项", word(MATTERS), "what about", needed=True),
        Column(
            "subject",
            "对象",
            ID,
            "the organisation, body or post it concerns",
            needed=True,
            refers=("organisation", "body", "post"),
        ),
        Column("outcome", "结果", TEXT, "what was decided", needed=True),
        Column("of", "对应事项", REFERENCE, "the record it rests on"),
        Column("year", "年度", YEAR, "the year it counts for"),
        Column("until", "影响期至", DAY, "the first day without its effect; empty: no effect for a time"),
        Column("lifts", "解除", ID, "the decision whose effect ends with this one", refers=("decision",)),
    ),
)
APPRAISALS = Form(
    file="appraisals.csv",
    label=Label("测评", "appraisals"),
    meaning="What a voice says of an organisation in a year, as counts and never as names.",
    noun="appraisal",
    key=("year", "organisation", "voice"),
    columns=(
        *(own_id(needed=False), HAPPENED, organisation(), ASSESSED),
        Column("voice", "评价主体", word(VOICES), "whose voice", needed=True),
        Column("score", "得分", POINTS, "the mean score out of 100", needed=True),
        Column("asked", "发放", COUNT, "how many were asked", needed=True),
        Column("answered", "收回", COUNT, "how many answered", needed=True),
        Column("satisfied", "满意", COUNT, "how many were satisfied", needed=True),
    ),
)
