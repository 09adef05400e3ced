"""Letters on paper: nine parts in order, the way from draft to signature, and who signed in time."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve
from tests.unit.test_cycle_letters import (
    FORM,
    JAN_15,
    JAN_19,
    MEETING,
    REVISED,
    VILLAGE,
    WINDOW,
    YEAR,
    answer,
    settlement,
    with_records,
    world,
)

from partybuilding.cycle.drafts import counter, propose, settle
from partybuilding.cycle.letters import meeting, sign
from partybuilding.cycle.revisions import revise
from partybuilding.cycle.year import DRAFTED, Moment, Year
from partybuilding.domain.letters import PARTS, Letter
from partybuilding.engine.run import evaluate
from partybuilding.extension.store import Head
from partybuilding.extension.tables import Amount, Table, shown
from partybuilding.money import Rate
from partybuilding.report import letters
from partybuilding.report.book import Book
from partybuilding.testing.worlds import World


def played() -> World:
    """The district whose letters went through the round and were signed by all but the last village."""
    now = world().under(FORM, WINDOW)
    drafts = propose(now.snapshot, now.catalogue, year=YEAR)
    now = with_records(now, drafts)
    now = with_records(now, counter(now.snapshot, now.catalogue, [answer()]), JAN_19)
    now = with_records(now, settle(now.snapshot, now.catalogue, [settlement()]))
    held = [now.snapshot.find(Letter, each.id) or each for each in drafts[:-1]]
    earlier = evolve(held[0], id="2025/acheng/main", year=YEAR - 1)
    records = (earlier, *sign(held, by=meeting(now.snapshot, held, day=MEETING)))
    return with_records(now, records, date(YEAR, 3, 10))


def book_of(now: World, *, moments: tuple[Moment, ...] = ()) -> Book:
    result = evaluate(now.snapshot, now.catalogue, year=YEAR)
    year = Year(year=YEAR, snapshot=now.snapshot, result=result, letters=(), moments=moments)
    return Book(year=year, catalogue=now.catalogue, head=Head())


@pytest.fixture(scope="module")
def book() -> Book:
    return book_of(played(), moments=(Moment(day=JAN_15, what=DRAFTED, records=8),))


def village(book: Book) -> Letter:
    found = book.snapshot.find(Letter, VILLAGE)
    assert found is not None
    return found


def texts(table: Table) -> list[list[str]]:
    return [["" if cell is None else shown(cell, "zh") for cell in row] for row in table.rows]


def test_a_letter_is_written_in_nine_parts_in_their_order(book: Book) -> None:
    parts = letters.parts(book, village(book))
    assert [each.title.zh for each in parts] == [
        f"{number}. {label.zh}" for number, label in enumerate(PARTS.values(), 1)
    ]
    parties, guidance, targets, posts, safeguards, assessment, rest, signatures, annex = map(texts, parts)
    assert parties[-2:] == [["年度", "2026"], ["签订日期", "2026-02-03"]]
    assert (guidance, safeguards, rest) == ([["总要求"]], [["经费"]], [["评先"], ["整改"]])
    assert targets[0] == ["完成数", "15", "2026-12-31", "完成任务", "示例文件 第一条"]
    assert posts[0][0] == "完成数"
    assert assessment == [["按评分表计分", ""], ["好", "60"], ["差", "0"]]
    assert [row[::2] for row in signatures] == [["下达方", "2026-02-03"], ["承诺方", "2026-02-03"]]
    assert annex[0] == ["完成数", "完成任务", "60", "台账", "满分"]


def test_parts_that_a_letter_lacks_are_empty_and_a_revision_says_why(book: Book) -> None:
    now = played()
    bare = evolve(
        village(book), guidance=(), safeguards=(), method="", cuts=(), rewards=(), accountability=()
    )
    records = revise(now.snapshot, [bare], day=REVISED, reason="年中调整")
    after = book_of(with_records(now, records, date(YEAR, 7, 1)))
    fresh = next(each for each in records if isinstance(each, Letter))
    parts = dict(zip(PARTS, letters.parts(after, fresh), strict=True))
    assert texts(parts["parties"])[-2:] == [["签订日期", ""], ["调整理由", "年中调整"]]
    for name in ("guidance", "safeguards", "assessment", "consequences", "signatures"):
        assert texts(parts[name]) == []


def test_the_way_of_a_letter_goes_from_its_draft_to_its_signature(book: Book) -> None:
    way = texts(letters.way(book, village(book)))
    assert [(row[0], row[1], row[3]) for row in way] == [
        ("草拟", "2026-01-15", ""),
        ("反馈", "2026-01-17", "人员外出较多"),
        ("商定", "2026-01-19", "各让一步"),
        ("下达", "2026-02-03", ""),
        ("签订", "2026-02-03", ""),
    ]
    assert texts(letters.round_of(book, village(book))) == [["完成数", "21", "12", "15"]]
    assert [each.id for each in letters.answered(book)] == [VILLAGE]
    sibling = book.snapshot.find(Letter, "2026/east-2/main")
    assert sibling is not None
    assert texts(letters.round_of(book, sibling)) == [["完成数", "19", "", "25"]]


def test_who_signed_in_time_is_told_by_level_with_the_window_and_its_source(book: Book) -> None:
    table = letters.in_time(book)
    assert [[row[0], row[1], row[2], row[5]] for row in texts(table)] == [
        ["第 0 级", "1", "1", "0"],
        ["第 1 级", "2", "2", "0"],
        ["第 2 级", "5", "4", "1"],
    ]
    assert [each.zh for each in table.notes] == [
        "签订期：2026-01-01 至 2026-02-28。依据：示例文件 第一条（示例值）"
    ]
    assert texts(letters.late(book)) == [
        ["示例村west-3", "2026/west-3/main", "第 2 级", "逾期未签", "示例街道west书记", "10"]
    ]


def test_figures_are_shown_in_their_unit_and_unknown_ones_not_at_all(book: Book) -> None:
    line = village(book).lines[0]
    assert isinstance(letters.amount(book, line), Amount)
    assert letters.amount(book, evolve(line, per=20)) == Rate(15, 20)
    assert letters.amount(book, evolve(line, indicator="strange")) is None
    strange = evolve(village(book), lines=(evolve(line, indicator="strange"),))
    assert texts(letters.parts(book, strange)[8])[0][0] == "strange"
