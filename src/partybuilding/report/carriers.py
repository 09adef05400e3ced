"""Mechanism 3 on paper: coverage of chains by link and unit at every level, the carriers, the gaps, what is dormant."""

from __future__ import annotations

from partybuilding.cycle.carriers import LinkCover, coverage, gaps
from partybuilding.domain.carriers import WHOLE_SHARE, Carrier, CarrierModel, Chain
from partybuilding.domain.standards import organisation
from partybuilding.extension.tables import Amount, Cell, Table
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.report.book import Book


def links(book: Book) -> Table:
    """Every link of every chain: active units, covered ones, the rate, and the dormant ones with their reasons."""
    rows = [
        (
            Label(
                f"{each.chain.label.zh}·{each.link.label.zh}", f"{each.chain.label.en}: {each.link.label.en}"
            ),
            Amount(len(each.active), organisation),
            Amount(len(each.covered), organisation),
            Rate(len(each.covered), len(each.active)) if each.active else None,
            _names(book, each),
            "；".join(f"{book.name(unit.unit).zh}：{unit.reason}" for unit in each.dormant) or None,
        )
        for each in coverage(book.snapshot)
    ]
    headers = (
        *(
            Label("环节", "Link"),
            Label("正常运行单位", "Active units"),
            Label("已覆盖", "Covered"),
            Label("覆盖率", "Coverage"),
        ),
        *(Label("未覆盖单位", "Gaps"), Label("休眠单位（不计入分母）", "Dormant (not counted)")),
    )
    return Table(title=Label("产业链各环节覆盖", "Coverage by link"), headers=headers, rows=rows)


def _names(book: Book, cover: LinkCover) -> Cell:
    found = [book.name(unit.unit) for unit in cover.gaps]
    return (
        Label("、".join(each.zh for each in found), ", ".join(each.en for each in found)) if found else None
    )


def levels(book: Book) -> Table:
    """Coverage at every level that has units: by set union, so that nothing counts twice."""
    rows = [
        (
            book.name(each),
            *(book.cell(each, name) for name in ("units_active_all", "units_covered_all")),
            book.cell(each, "acheng.coverage.actual")
            if "acheng.coverage.actual" in book.result.columns
            else None,
            *(book.cell(each, name) for name in ("links_all", "links_covered_all")),
        )
        for each in book.result.organisations
        if book.result.raw(each, "units_active_all")
    ]
    headers = (
        *(Label("单位", "Organisation"), Label("链上单位", "Active units"), Label("已覆盖", "Covered")),
        *(Label("覆盖率", "Coverage"), Label("环节", "Links"), Label("已覆盖环节", "Links covered")),
    )
    return Table(title=Label("各级覆盖", "Coverage at every level"), headers=headers, rows=rows)


def carriers(book: Book) -> Table:
    """Every carrier: its model, who leads it, who takes part with which share, what it covers."""
    chains = {each.id: each.label for each in book.snapshot.of(Chain)}
    rows = []
    for each in book.snapshot.of(Carrier):
        model = book.catalogue.rule(CarrierModel, each.model, book.snapshot.on)
        parts = [(book.name(part.organisation), Rate(part.share, WHOLE_SHARE).text()) for part in each.parts]
        rows.append(
            (
                each.label,
                Label(each.model, each.model) if model is None else model.value.label,
                chains.get(each.chain, Label(each.chain, each.chain)),
                book.body(each.lead),
                Label(
                    "、".join(f"{name.zh} {share}" for name, share in parts),
                    ", ".join(f"{name.en} {share}" for name, share in parts),
                ),
                Amount(len(each.covers), organisation),
            )
        )
    headers = (
        *(
            Label("载体", "Carrier"),
            Label("形式", "Model"),
            Label("产业链", "Chain"),
            Label("牵头党组织", "Led by"),
        ),
        *(Label("参与单位与份额", "Parts"), Label("覆盖单位", "Units")),
    )
    return Table(title=Label("载体", "Carriers"), headers=headers, rows=rows)


def gap_list(book: Book, least: int) -> Table:
    """The units without any organisation, and whether a branch of their own could be set up."""
    rows = [
        (
            each.organisation.label,
            each.chain.label,
            book.name(each.unit.organisation),
            None if each.unit.full_members is None else Amount(each.unit.full_members, organisation),
            way(condition_met=each.condition_met),
        )
        for each in gaps(book.snapshot, least=least)
    ]
    headers = (
        *(Label("单位", "Unit"), Label("产业链", "Chain"), Label("所在地", "Place")),
        *(Label("正式党员", "Full members"), Label("建议", "Proposal")),
    )
    return Table(title=Label("空白点", "Gaps"), headers=headers, rows=rows)


def way(*, condition_met: bool | None) -> Label:
    """What is proposed; the approving level decides."""
    if condition_met is None:
        return Label("先摸清党员情况", "find out about its members first")
    if condition_met:
        return Label(
            "具备单独组建条件，报上级党委批准", "may set up a branch; the superior committee approves"
        )
    return Label("不足 3 名正式党员，可联合组建", "fewer than 3 full members: a joint branch")
