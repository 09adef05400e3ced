"""The files of the work: projects, industry chains and the carriers along them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from partybuilding.exchange.columns import Column, Form
from partybuilding.exchange.forms.shared import ENDS, NAME, NAME_EN, STARTS, body, organisation, own_id, post
from partybuilding.exchange.kinds import (
    COUNT,
    DAY,
    DECLARED,
    FIGURE,
    ID,
    IDS,
    PERCENT,
    TEXT,
    TRUTH,
    UNIT,
    YUAN,
    word,
)
from partybuilding.labels import Label

RUNG_LABELS: Mapping[str, Label] = MappingProxyType(
    {
        "innovation": Label("创新", "innovation"),
        "demonstration": Label("示范", "demonstration"),
        "rollout": Label("推广", "roll-out"),
    }
)

PROJECTS = Form(
    file="projects.csv",
    label=Label("项目", "projects"),
    meaning="Work that is run as a project; its course stands in `steps.csv`.",
    noun="project",
    scaled=("baseline", "target", "reached"),
    unit="measure",
    columns=(
        *(own_id(), NAME, NAME_EN),
        Column(
            "type",
            "类型",
            DECLARED,
            "the type, such as `foundation`, `promotion`, `exploration`",
            needed=True,
        ),
        organisation(),
        post("owner", "负责岗位", "the post that does it"),
        post("first", "第一责任岗位", "the secretary above"),
        Column("measure", "计量单位", UNIT, "the unit of baseline, target and reached", needed=True),
        Column("baseline", "基线", FIGURE, "what was there before"),
        Column("target", "目标", FIGURE, "what will be there"),
        Column("reached", "实际", FIGURE, "what is there at the end"),
        Column("due", "完成期限", DAY, "the last day", needed=True),
        Column("budget", "预算", YUAN, "the budget in yuan; empty: none"),
        Column("rung", "层次", word(RUNG_LABELS), "how far it has been spread; empty: innovation"),
        Column("replicates", "复制自", ID, "the project that it spreads", refers=("project",)),
        Column("above", "上级项目", ID, "the project it is a part of", refers=("project",)),
        Column("secretary_project", "书记项目", TRUTH, "whether a secretary owns it"),
        *(STARTS, ENDS),
    ),
)
CHAINS = Form(
    file="chains.csv",
    label=Label("产业链", "industry chains"),
    meaning="Industry chains; their links stand in `links.csv`.",
    noun="chain",
    columns=(
        own_id(),
        NAME,
        NAME_EN,
        organisation(meaning="the organisation in whose area it runs"),
        STARTS,
        ENDS,
    ),
)
LINKS = Form(
    file="links.csv",
    label=Label("产业链环节", "links of chains"),
    meaning="The links of a chain, in the order of the rows.",
    owner="chain",
    columns=(
        Column("chain", "产业链", ID, "the chain", needed=True, refers=("chain",)),
        Column("link", "环节", DECLARED, "the link, such as `processing`", needed=True),
        *(NAME, NAME_EN),
    ),
)
CHAIN_UNITS = Form(
    file="chain_units.csv",
    label=Label("链上单位", "units on chains"),
    meaning="Which unit works on which link, and in whose area. A dormant unit leaves the denominator, with a reason.",
    noun="chain_unit",
    key=("chain", "link", "unit"),
    columns=(
        own_id(needed=False),
        Column("chain", "产业链", ID, "the chain", needed=True, refers=("chain",)),
        Column("link", "环节", DECLARED, "a link of that chain", needed=True),
        organisation("unit", "单位", "the cooperative, enterprise or association"),
        organisation("organisation", "所在组织", "the organisation in whose area it works"),
        Column("full_members", "正式党员数", COUNT, "its full members; empty: not known"),
        Column("dormant", "停业日期", DAY, "since when it is dormant"),
        Column("reason", "理由", TEXT, "why it counts as dormant"),
        *(STARTS, ENDS),
    ),
)
CARRIERS = Form(
    file="carriers.csv",
    label=Label("载体", "carriers"),
    meaning="The forms that carry the work along a chain; who takes part stands in `carrier_parts.csv`.",
    noun="carrier",
    columns=(
        *(own_id(), NAME, NAME_EN),
        Column("model", "模式", DECLARED, "the model, such as `branch_association`", needed=True),
        Column("chain", "产业链", ID, "the chain", needed=True, refers=("chain",)),
        body("lead", "牵头党组织", "the body that leads it"),
        Column("association", "协会", TEXT, "the association or cooperative that it is joined with"),
        Column("covers", "覆盖单位", IDS, "ids of rows of `chain_units.csv`", refers=("chain_unit",)),
        *(STARTS, ENDS),
    ),
)
CARRIER_PARTS = Form(
    file="carrier_parts.csv",
    label=Label("载体分工", "parts in carriers"),
    meaning="Who takes part in a carrier, in percent; the parts of a carrier sum to 100.",
    owner="carrier",
    columns=(
        Column("carrier", "载体", ID, "the carrier", needed=True, refers=("carrier",)),
        organisation(),
        Column("share", "占比", PERCENT, "the part", needed=True),
    ),
)
