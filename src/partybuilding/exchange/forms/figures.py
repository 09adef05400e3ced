"""The files of figures: targets, readings, money and venues."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from partybuilding.domain.funding import MOVEMENT_KINDS
from partybuilding.exchange.columns import Column, Form
from partybuilding.exchange.forms.shared import (
    ASSESSED,
    ENDS,
    HAPPENED,
    IN_UNIT,
    INDICATOR,
    NAME,
    NAME_EN,
    REASON,
    STARTS,
    organisation,
    own_id,
    post,
)
from partybuilding.exchange.kinds import (
    AREA,
    DAY,
    DECLARED,
    EVIDENCE,
    FIGURE,
    ID,
    REFERENCE,
    TEXT,
    UNIT,
    YUAN,
    word,
)
from partybuilding.labels import Label

BUILDS: Mapping[str, Label] = MappingProxyType(
    {
        "existing": Label("原有", "existing"),
        "new": Label("新建", "newly built"),
        "rebuilt": Label("改建", "rebuilt"),
        "expanded": Label("扩建", "expanded"),
        "shared": Label("共用", "shared"),
    }
)
WORK_BUILDS: Mapping[str, Label] = MappingProxyType(
    {name: label for name, label in BUILDS.items() if name != "existing"}
)
GOALS = Form(
    file="goals.csv",
    label=Label("目标", "goals"),
    meaning="What starts a cascade of targets; inside a cascade only the reserve that is kept back.",
    noun="goal",
    key=("year", "organisation", "indicator"),
    scaled=("amount", "reserve"),
    columns=(
        *(own_id(needed=False), organisation(), INDICATOR, ASSESSED),
        Column("amount", "目标值", FIGURE, "the target; empty inside a cascade"),
        Column("reserve", "预留", FIGURE, "what is not handed down; empty: nothing"),
        *(IN_UNIT, STARTS, ENDS),
    ),
)
AGREEMENTS = Form(
    file="agreements.csv",
    label=Label("商定目标", "agreed targets"),
    meaning="Shares that were agreed and are locked.",
    noun="agreement",
    key=("year", "organisation", "indicator"),
    scaled=("amount",),
    columns=(
        *(own_id(needed=False), organisation(), INDICATOR, ASSESSED),
        Column("amount", "目标值", FIGURE, "the share that is locked", needed=True),
        IN_UNIT,
        Column("reason", "理由", TEXT, "why it was agreed", needed=True),
        *(STARTS, ENDS),
    ),
)
ADDITIONS = Form(
    file="additions.csv",
    label=Label("加码", "additions"),
    meaning="What is added to a share on the way down (层层加码), of either sign.",
    noun="addition",
    key=("year", "organisation", "indicator"),
    scaled=("amount",),
    columns=(
        *(own_id(needed=False), organisation(), INDICATOR, ASSESSED),
        Column("amount", "加码值", FIGURE, "what is added, or taken away with a minus", needed=True),
        IN_UNIT,
        Column("reason", "理由", TEXT, "why it was added", needed=True),
        *(STARTS, ENDS),
    ),
)
READINGS = Form(
    file="readings.csv",
    label=Label("数据", "readings"),
    meaning=(
        "What organisations report: one figure for a fact and a period. An empty value is not reported, never zero. Whose "
        "figure it is says the id, or an official code with its scheme: then it is the organisation that bore the code of "
        "`aliases.csv` in the days of the period."
    ),
    columns=(
        organisation(meaning="the organisation; empty where a code stands", needed=False),
        Column("scheme", "代码体系", DECLARED, "the scheme of the code, such as `stats` or `mca`"),
        Column("code", "代码", TEXT, "the official code, in place of the organisation's id"),
        Column("fact", "事实", DECLARED, "the fact, as a plugin declares it", needed=True),
        Column(
            "unit",
            "单位",
            UNIT,
            "the unit of the figure, the same for the whole fact and period",
            needed=True,
        ),
        Column("starts", "开始日期", DAY, "the first day of the period", needed=True),
        Column("ends", "结束日期", DAY, "the first day after the period", needed=True),
        Column("value", "数值", FIGURE, "the figure"),
    ),
)
MOVEMENTS = Form(
    file="movements.csv",
    label=Label("资金", "movements of money"),
    meaning=(
        "Money of a purpose, from pocket to pocket: a budget comes from outside, an allocation goes to the organisation "
        "`to`, a commitment reserves, a payment spends what was reserved, a release frees it, a return goes back to `to`, "
        "what a year leaves is carried over and brought into the next year, a reversal undoes the movement it names."
    ),
    noun="movement",
    columns=(
        *(own_id(), HAPPENED, ASSESSED),
        Column("kind", "类别", word(MOVEMENT_KINDS), "what kind of movement", needed=True),
        organisation(meaning="whose money it is"),
        organisation("to", "拨往", "who gets it; for an allocation and a return only", needed=False),
        Column("purpose", "用途", DECLARED, "the purpose, such as `education`", needed=True),
        Column("amount", "金额", YUAN, "the amount in yuan, never negative", needed=True),
        Column("of", "对应事项", REFERENCE, "what it is for, such as a project"),
        Column("reverses", "冲销", ID, "the movement that a reversal undoes", refers=("movement",)),
        REASON,
    ),
)
VENUES = Form(
    file="venues.csv",
    label=Label("活动场所", "venues"),
    meaning="Venues; a rebuilding or an expansion is a second row of the same id from the day of its acceptance.",
    noun="venue",
    columns=(
        *(own_id(), organisation()),
        NAME,
        Column(
            "area",
            "面积",
            AREA,
            "the floor area in square metres; of a shared one, what may be used",
            needed=True,
        ),
        Column("build", "建设方式", word(BUILDS), "how it came about; empty: existing"),
        Column("shares", "共用场所", ID, "the venue of another that a shared one is in", refers=("venue",)),
        *(STARTS, ENDS),
    ),
)
WORKS = Form(
    file="works.csv",
    label=Label("活动场所建设工程", "works on venues"),
    meaning=(
        "Works by which venues are built, rebuilt, expanded or come to be shared; their course stands in `steps.csv`, their "
        "money in `movements.csv`. The contract, a change of it and the acceptance are further rows of the same id, "
        "each from its day, where the one before ends. The price of a contract is what may be paid by stage; a row without a contract day has none."
    ),
    noun="work",
    columns=(
        *(own_id(), organisation(), NAME, NAME_EN),
        Column("venue", "活动场所", ID, "the venue; of a new one, the id that it will have", needed=True),
        Column("build", "建设方式", word(WORK_BUILDS), "what is done", needed=True),
        Column("shares", "共用场所", ID, "the venue of another that will be shared", refers=("venue",)),
        post("owner", "实施岗位", "the post that runs it, and does not accept it"),
        Column("area_before", "原面积", AREA, "the floor area before; 0 without a venue", needed=True),
        Column("area_planned", "计划面积", AREA, "the floor area as planned", needed=True),
        Column("area_after", "实测面积", AREA, "the floor area as measured; empty before the acceptance"),
        Column("due", "完成期限", DAY, "the last day"),
        Column("signed", "合同日期", DAY, "the day of the contract"),
        Column("contract", "合同", EVIDENCE, "the contract: `reference` or `reference#digest`"),
        Column("advance", "预付款", YUAN, "what may be paid from the contract on, in yuan"),
        Column("progress", "进度款", YUAN, "what may be paid from the start of building on, besides"),
        Column("completion", "竣工款", YUAN, "what may be paid from the completion on, besides"),
        Column("final", "尾款", YUAN, "what may be paid from the acceptance on, besides"),
        Column("starts", "开始日期", DAY, "the first day of the row", needed=True),
        ENDS,
    ),
)
