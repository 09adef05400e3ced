"""Columns that many files have in common."""

from __future__ import annotations

from partybuilding.exchange.columns import Column
from partybuilding.exchange.kinds import DAY, DECLARED, ID, TEXT, UNIT, YEAR

STARTS = Column("starts", "开始日期", DAY, "first day on which the row holds; empty: since ever")
ENDS = Column("ends", "结束日期", DAY, "first day on which it no longer holds; empty: until replaced")
NAME = Column("name", "名称", TEXT, "the Chinese name", needed=True)
NAME_EN = Column("name_en", "英文名称", TEXT, "the English name")
HAPPENED = Column("day", "日期", DAY, "the day on which it happened", needed=True)
ASSESSED = Column("year", "年度", YEAR, "the year it counts for", needed=True)
INDICATOR = Column("indicator", "指标", DECLARED, "the indicator, as a plugin declares it", needed=True)
IN_UNIT = Column("unit", "单位", UNIT, "the unit of the figures", needed=True)
REASON = Column("reason", "理由", TEXT, "why")


def own_id(*, needed: bool = True) -> Column:
    """The column of a row's own id."""
    meaning = "the id, never changed, in no other row for the same days"
    return Column(
        "id", "编号", ID, meaning if needed else f"{meaning}; empty: made from the key", needed=needed
    )


def organisation(
    name: str = "organisation", zh: str = "组织", meaning: str = "the organisation", *, needed: bool = True
) -> Column:
    """A column that names an organisation."""
    return Column(name, zh, ID, meaning, needed=needed, refers=("organisation",))


def body(name: str, zh: str, meaning: str, *, needed: bool = True) -> Column:
    """A column that names a Party body."""
    return Column(name, zh, ID, meaning, needed=needed, refers=("body",))


def post(name: str, zh: str, meaning: str) -> Column:
    """A column that names a post."""
    return Column(name, zh, ID, meaning, needed=True, refers=("post",))
