"""Every column of a result as one wide table, and what each column is: its unit, its rule, its plugin and its source."""

from __future__ import annotations

from partybuilding.extension.tables import Cell, Table
from partybuilding.labels import MADE_UP, Label
from partybuilding.report.book import Book, source_label

MOTIONS = {
    "day": Label("日期", "day"),
    "fact": Label("填报", "reported"),
    "tally": Label("统计", "tally"),
    "formula": Label("公式", "formula"),
    "check": Label("底线", "check"),
    "rollup": Label("汇总", "roll-up"),
    "union": Label("并集", "union"),
    "ranking": Label("排序", "ranking"),
    "distribution": Label("分布", "distribution"),
    "score": Label("评分", "scoring rule"),
    "cascade": Label("分解", "cascade"),
    "letter": Label("责任书", "letters"),
    "standard": Label("标准", "standard"),
}


def figures(book: Book) -> Table:
    """A row an organisation, a column a column of the result; figures as people write them, missing ones left empty."""
    names = [name for name in book.result.names() if book.result.node(name).motion not in {"day", "missing"}]
    nature = (MADE_UP,) if book.made_up else ()
    rows: list[tuple[Cell, ...]] = [
        (each, book.name(each), *nature, *(book.cell(each, name) for name in names))
        for each in book.result.organisations
    ]
    heads = (
        Label("organisation", "organisation"),
        Label("name", "name"),
        *(Label("nature", "nature") for _ in nature),
    )
    return Table(
        title=Label("结果", "Result"), headers=(*heads, *(Label(name, name) for name in names)), rows=rows
    )


def described(book: Book) -> Table:
    """What every column is."""
    rows: list[tuple[Cell, ...]] = []
    for name in book.result.names():
        node = book.result.node(name)
        words = MOTIONS.get(node.motion)
        source = getattr(node.declared, "source", None)
        rows.append((name, node.label, node.unit.label, words, node.plugin, source_label(source)))
    headers = (
        *(Label("column", "column"), Label("名称", "label"), Label("计量单位", "unit")),
        *(Label("来历", "made by"), Label("插件", "plugin"), Label("依据", "source")),
    )
    notes = (MADE_UP,) if book.made_up else ()
    return Table(title=Label("各列说明", "Columns"), headers=headers, rows=rows, notes=notes)
