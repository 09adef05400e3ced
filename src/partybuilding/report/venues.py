"""Venues on paper: against their standard, what lifting them would cost, and every work from its plan to its acceptance."""

from __future__ import annotations

from partybuilding.cycle.venues import account
from partybuilding.domain.funding import MOVEMENT_KINDS, Movement
from partybuilding.domain.standards import fen, square_metre
from partybuilding.domain.venues import Venue, Work
from partybuilding.extension.tables import Amount, Cell, Table, shown
from partybuilding.labels import Label
from partybuilding.report.book import Book, source_label

BUILDS = {
    "existing": Label("现有", "existing"),
    "new": Label("新建", "new"),
    "rebuilt": Label("改建", "rebuilt"),
    "expanded": Label("扩建", "expanded"),
    "shared": Label("共用", "shared"),
}
STANDARDS = (
    *("venue_least", "venue_per_100_households", "venue_cost_new", "venue_cost_rebuilt"),
    *("venue_cost_expanded", "venue_sharing"),
)
POCKETS = {"commit": "reserved", "release": "reserved", "pay": "spent"}


def venues(book: Book, organisations: tuple[str, ...]) -> Table:
    """Venues against their standard: area, standard, what is missing."""
    builds = {each.organisation: each.build for each in book.snapshot.of(Venue)}
    rows = [
        (
            book.name(each),
            book.cell(each, "venue_area"),
            book.cell(each, "venue_required"),
            book.cell(each, "venue_shortfall"),
            BUILDS[builds[each]],
        )
        for each in organisations
        if each in builds
    ]
    headers = (
        *(
            Label("单位", "Organisation"),
            Label("面积（平方米）", "Area (m²)"),
            Label("标准（平方米）", "Standard (m²)"),
        ),
        *(Label("缺口（平方米）", "Missing (m²)"), Label("建设方式", "Build")),
    )
    return Table(title=Label("活动场所", "Venues"), headers=headers, rows=rows)


def below(book: Book, organisations: tuple[str, ...]) -> Table:
    """Venues below their standard, and what lifting them would cost by each way of building; the whole area last."""
    root = organisations[0]
    columns = ("venue_shortfall", "venue_lift_new", "venue_lift_rebuilt", "venue_lift_expanded")
    rows: list[tuple[Cell, ...]] = [
        (
            book.name(each),
            *(book.cell(each, name) for name in ("venue_area", "venue_required", *columns)),
        )
        for each in organisations
        if book.result.raw(each, "venues_below")
    ]
    whole = tuple(book.cell(root, f"{name}_all") for name in columns)
    rows.append((Label("合计", "Total"), None, None, *whole))
    headers = (
        *(Label("单位", "Organisation"), Label("面积（平方米）", "Area (m²)")),
        *(Label("标准（平方米）", "Standard (m²)"), Label("缺口（平方米）", "Missing (m²)")),
        *(Label("新建补足（元）", "By new building (yuan)"), Label("改建补足（元）", "By rebuilding (yuan)")),
        Label("扩建补足（元）", "By expansion (yuan)"),
    )
    return Table(
        title=Label("未达标的活动场所及补足所需", "Venues below their standard"), headers=headers, rows=rows
    )


def standards(book: Book) -> Table:
    """The floor areas and prices by which venues were judged, with their sources."""
    rows: list[tuple[Cell, ...]] = []
    for name in STANDARDS:
        for declared in book.catalogue.standard_layers(name, book.snapshot.on):
            standard = declared.value
            if isinstance(standard.value, int):
                whose = book.name(book.result.organisations[0])
                place = Label("全国", "everywhere") if standard.place is None else whose
                amount = Amount(standard.value, standard.unit)
                rows.append(
                    (standard.label, amount, standard.unit.label, place, source_label(standard.source))
                )
    headers = (
        *(Label("标准", "Standard"), Label("数额", "Amount"), Label("单位", "Unit")),
        *(Label("适用地区", "Place"), Label("依据", "Source")),
    )
    return Table(title=Label("活动场所标准", "Standards of venues"), headers=headers, rows=rows)


def state_label(book: Book, work: Work) -> Label:
    """How far a work has come, in words."""
    course = book.course(work)
    return course.lifecycle.states[course.state]


def areas(book: Book, work: Work) -> Table:
    """The floor area before, as planned, as measured, and what is asked for."""
    measured = None if work.area_after is None else Amount(work.area_after, square_metre)
    before, planned = (Amount(each, square_metre) for each in (work.area_before, work.area_planned))
    known = work.organisation in book.result.organisations
    required = book.cell(work.organisation, "venue_required") if known else None
    headers = (
        *(Label("标准（平方米）", "Standard (m²)"), Label("原面积", "Before")),
        *(Label("计划面积", "Planned"), Label("验收实测", "Measured")),
    )
    return Table(
        title=Label("面积", "Floor area"), headers=headers, rows=[(required, before, planned, measured)]
    )


def money(book: Book, work: Work) -> Table:
    """The contract and what was committed and paid for it, day by day; the notes name the contract."""
    rows: list[tuple[Cell, ...]] = [
        (
            movement.day,
            MOVEMENT_KINDS[movement.kind],
            movement.reason,
            Amount(sum(leg.amount for leg in movement.legs if leg.pocket == POCKETS[movement.kind]), fen),
        )
        for movement in sorted(book.snapshot.of(Movement), key=lambda each: (each.day, each.id))
        if movement.of == work.reference and movement.kind in POCKETS
    ]
    headers = (
        *(Label("日期", "Day"), Label("类别", "Kind")),
        *(Label("事由", "For"), Label("金额（元）", "Amount (yuan)")),
    )
    return Table(
        title=Label("合同与支付", "Contract and payments"),
        headers=headers,
        rows=rows,
        notes=_contract(book, work),
    )


def _contract(book: Book, work: Work) -> tuple[Label, ...]:
    if work.contract is None:
        return (Label("尚未签订合同", "no contract yet"),)
    held = account(book.snapshot, book.catalogue, work)
    amount, due, paid = (Label(*_yuan(each)) for each in (held.contract, held.due, held.paid))
    paper, day = work.contract.evidence.reference, work.contract.day
    return (
        Label(
            f"合同 {paper}（{day}）{amount.zh} 元；已到期 {due.zh} 元，已支付 {paid.zh} 元",
            f"contract {paper} ({day}) over {amount.en} yuan; due {due.en} yuan, paid {paid.en} yuan",
        ),
    )


def _yuan(amount: int) -> tuple[str, str]:
    return shown(Amount(amount, fen), "zh"), shown(Amount(amount, fen), "en")
