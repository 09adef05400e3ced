"""Mechanism 4 on paper: from the standard to the payment, every yuan at every node."""

from __future__ import annotations

from attrs import evolve

from partybuilding.cycle.funding import Line, of_year, standing
from partybuilding.domain.standards import fen
from partybuilding.errors import Problem
from partybuilding.extension.tables import Amount, Cell, Table
from partybuilding.labels import Label, describe
from partybuilding.report.book import Book, source_label

FIGURES = (
    ("brought", Label("上年结转", "From last year")),
    ("received", Label("到账", "Received")),
    ("handed_down", Label("下拨", "Handed down")),
    ("free", Label("可用", "Available")),
    ("reserved", Label("已承诺", "Committed")),
    ("spent", Label("已支付", "Paid")),
    ("carried", Label("结转下年", "To next year")),
)
"""The figures of a line, so that what it had and got stands before where it went."""
BETWEEN_YEARS = frozenset({"brought", "carried"})


def flow(book: Book, organisations: tuple[str, ...], purpose: str) -> Table:
    """How the lines of some organisations stand: entitled, received, handed down, available, committed, paid.

    What came from the year before, or went into the next one, has a column of its own where there is any.
    """
    movements = of_year(book.snapshot, book.year.year)
    line = Line(organisation="", purpose=purpose, year=book.year.year)
    held = {each: standing(movements, evolve(line, organisation=each)) for each in organisations}
    figures = [
        (name, label)
        for name, label in FIGURES
        if name not in BETWEEN_YEARS or any(getattr(stands, name) for stands in held.values())
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            book.name(each),
            book.cell(each, "members_all"),
            book.cell(each, "entitlement_all"),
            *(Amount(getattr(stands, name), fen) for name, _ in figures),
            stands.accounted,
        )
        for each, stands in held.items()
    ]
    headers = (
        *(Label("单位", "Organisation"), Label("党员", "Members"), Label("应拨（元）", "Entitled (yuan)")),
        *(label for _, label in figures),
        Label("收支相符", "Accounted for"),
    )
    return Table(title=Label("经费流向", "Where the money is"), headers=headers, rows=rows)


def standards(book: Book) -> Table:
    """The amounts by which the money was worked out, with their sources."""
    root = book.result.organisations[0]
    rows = []
    for name in ("per_head", "venue_least"):
        for declared in book.catalogue.standard_layers(name, book.snapshot.on):
            standard = declared.value
            if isinstance(standard.value, int):
                rows.append(
                    (
                        standard.label if standard.label.zh else Label(name, name),
                        Amount(standard.value, standard.unit),
                        standard.unit.label,
                        book.name(root) if standard.place is not None else Label("全国", "everywhere"),
                        source_label(standard.source),
                    )
                )
    headers = (
        *(Label("标准", "Standard"), Label("数额", "Amount"), Label("单位", "Unit")),
        *(Label("适用地区", "Place"), Label("依据", "Source")),
    )
    return Table(title=Label("经费与场所标准", "Standards"), headers=headers, rows=rows)


def refusals(problems: tuple[Problem, ...]) -> Table:
    """What was refused, in words."""
    return Table(
        title=Label("被拒绝的支出", "Refused"),
        headers=(Label("说明", "What was said"),),
        rows=[(Label(describe(each, "zh"), describe(each, "en")),) for each in problems],
    )
