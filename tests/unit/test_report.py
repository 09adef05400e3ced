"""Words on paper: sources say how sure they are, and what cannot be named is shown as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from attrs import evolve

import partybuilding as pb
from partybuilding.cycle.funding import Line as FundingLine
from partybuilding.cycle.funding import allocate, budget, carry_over
from partybuilding.cycle.year import Year
from partybuilding.domain.funding import Leg, Movement, MovementKind, Pocket
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.organisations import District
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.domain.standards import Source, square_metre
from partybuilding.domain.venues import Contract, Venue, Work
from partybuilding.extension.store import Head
from partybuilding.extension.tables import Amount, Table
from partybuilding.labels import Label
from partybuilding.money import Rate
from partybuilding.report import carriers, columns, funding, targets, venues
from partybuilding.report.book import Book, source_label
from partybuilding.report.site import laid_out, write_site
from partybuilding.testing.worlds import World, small_district


def book_of(world: World) -> Book:
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    result = pb.evaluate(world.snapshot, catalogue, year=2026)
    year = Year(year=2026, snapshot=world.snapshot, result=result, letters=(), moments=())
    return Book(year=year, catalogue=catalogue, head=Head(3, "a" * 64))


@pytest.fixture
def book() -> Book:
    return book_of(World(records=small_district()))


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (Source("支部工作条例", "第四条", "S"), "支部工作条例 第四条", "支部工作条例 第四条"),
        (
            Source("支部工作条例", "第二十一条", "K"),
            "支部工作条例 第二十一条（未核实）",
            "支部工作条例 第二十一条 (unverified)",
        ),
        (Source("示例方案", "", "made_up"), "示例方案（示例值）", "示例方案 (example value)"),
        (None, "—", "—"),
    ],
)
def test_a_source_says_how_sure_it_is(source: Source | None, zh: str, en: str) -> None:
    assert source_label(source) == Label(zh, en)


def test_what_is_not_in_force_is_named_by_its_id(book: Book) -> None:
    assert book.name("gone") == book.body("gone") == book.post("gone") == Label("gone", "gone")
    assert book.name("east") == Label("示例街道east", "示例街道east")
    assert (book.district, book.made_up) == (None, False)
    assert book.share("east-1", "members") is None


def test_figures_that_are_real_do_not_say_that_they_are_made_up(book: Book, tmp_path: Path) -> None:
    assert "nature" not in [each.en for each in columns.figures(book).headers]
    assert columns.described(book).notes == ()
    made_up = book_of(
        World(records=small_district()).having(District(id="acheng", root="acheng", made_up=True))
    )
    assert "nature" in [each.en for each in columns.figures(made_up).headers]
    for each in (book, made_up):
        pages = write_site(tmp_path, each, purpose="education", least=3)
        assert len(pages) == 6
        assert all(("演示数据，非真实" in page.read_text(encoding="utf-8")) == each.made_up for page in pages)


def test_a_name_with_markup_stays_text_on_every_page(tmp_path: Path) -> None:
    evil = "</td><script>alert(1)</script>"
    records = [
        each
        if each.id != "east"
        else type(each)(id="east", name=evil, kind="street", placements=each.placements)
        for each in small_district()
    ]
    for page in write_site(tmp_path, book_of(World(records=tuple(records))), purpose="education", least=3):
        assert evil not in page.read_text(encoding="utf-8")


def test_a_rate_in_a_letter_is_shown_as_a_rate(book: Book) -> None:
    answers = Responsibilities(collective="a", primary="b", specific="c", direct="d")
    lines = tuple(
        Line(
            indicator=name,
            amount=amount,
            per=per,
            unit="share",
            due=date(2026, 12, 31),
            asks="达标",
            source="示例",
            responsibilities=answers,
        )
        for name, amount, per in (("acheng.coverage", 9, 10), ("acheng.training", 12, None))
    )
    letter = Letter(
        id="2026/east/main", year=2026, organisation="east", issuer="a", receiver="b", lines=lines
    )
    assert [row[1] for row in targets.letter(book, letter).rows] == [
        Rate(9, 10),
        Amount(12, book.result.node("acheng.training.target").unit),
    ]


def test_what_a_gap_needs_depends_on_its_full_members() -> None:
    ways = [carriers.way(condition_met=each).en for each in (None, True, False)]
    assert ways == [
        "find out about its members first",
        "may set up a branch; the superior committee approves",
        "fewer than 3 full members: a joint branch",
    ]


def test_figures_stand_to_the_right_and_rates_have_a_bar() -> None:
    table = Table(
        title=Label("表", "table"),
        headers=(Label("甲", "a"), Label("乙", "b"), Label("丙", "c")),
        rows=[("x", Rate(3, 2), None), ("y", Rate(1, 4), date(2026, 1, 1))],
    )
    sheet = laid_out(table)
    assert [each.number for each in sheet.headers] == [False, True, False]
    assert [row[1].share for row in sheet.rows] == ["100", "25"]
    assert (sheet.rows[0][2].missing, sheet.rows[1][2].css) == (True, "day")


HALL = Venue(id="hall", organisation="east-1", name="村部", area=15_000)
PLANNED = Work(
    id="w", organisation="east-1", venue="hall", name="扩建", build="expanded", owner="gone", area_before=15_000,
    area_planned=26_000, starts=date(2026, 3, 1),
)  # fmt: skip


def test_a_work_without_a_contract_says_so_and_shows_no_measure() -> None:
    book = book_of(World(records=(*small_district(), HALL, PLANNED)))
    table = venues.money(book, PLANNED)
    assert table.rows == ()
    assert [each.en for each in table.notes] == ["no contract yet"]
    ((required, before, planned, measured),) = venues.areas(book, PLANNED).rows
    assert required == Amount(20_000, square_metre)
    assert (before, planned) == (Amount(15_000, square_metre), Amount(26_000, square_metre))
    assert measured is None
    assert venues.state_label(book, PLANNED) == Label("已规划", "planned")
    ((elsewhere, *_),) = venues.areas(book, evolve(PLANNED, organisation="far")).rows
    assert elsewhere is None


def test_the_venues_below_their_standard_are_told_with_what_lifting_them_costs() -> None:
    room = Venue(id="room", organisation="east-2", name="村部", area=20_000)
    book = book_of(World(records=(*small_district(), HALL, room)))
    below = venues.below(book, book.result.organisations)
    assert [row[0] for row in below.rows] == [
        *(book.name(each) for each in ("east-1", "west-1", "west-2", "west-3")),
        Label("合计", "Total"),
    ]
    first, *_, total = below.rows
    assert [getattr(each, "value", each) for each in first[1:]] == [
        15_000, 20_000, 5_000, 10_000_000, 6_000_000, 7_500_000,
    ]  # fmt: skip
    assert [getattr(each, "value", each) for each in total[1:]] == [
        None, None, 65_000, 130_000_000, 78_000_000, 97_500_000,
    ]  # fmt: skip
    names = {row[0].zh for row in venues.standards(book).rows if isinstance(row[0], Label)}
    assert {"新建每平方米造价", "可与村共用活动场所"} <= names


def test_where_a_price_is_missing_the_cost_and_every_sum_above_it_are_not_assessable() -> None:
    world = World(records=(*small_district(), HALL)).under()
    catalogue = pb.PluginHost.installed(["acheng"]).catalogue()
    priced = evolve(
        catalogue,
        standards=tuple(
            each
            for each in catalogue.standards
            if each.value.name != "venue_cost_new" or each.value.value is None
        ),
    )
    found = pb.evaluate(world.snapshot, priced, year=2026)
    assert (found.raw("east-1", "venue_lift_new"), found.raw("acheng", "venue_lift_new_all")) == (None, None)
    assert found.raw("east-1", "venue_lift_expanded") == 7_500_000
    assert found.raw("acheng", "venue_lift_expanded_all") is not None


def test_a_shared_room_counts_for_who_uses_it_and_once_in_a_sum() -> None:
    shared = Venue(id="s", organisation="east-2", name="共用", area=3_000, build="shared", shares="hall")
    book = book_of(World(records=(*small_district(), HALL, shared)))
    raw = book.result.raw
    assert [raw(each, "venue_area") for each in ("east-1", "east-2")] == [15_000, 3_000]
    assert [raw(each, "venue_owned") for each in ("east-1", "east-2")] == [15_000, 0]
    assert raw("acheng", "venue_owned_all") == 15_000


def test_a_work_shows_its_contract_and_its_money_day_by_day() -> None:
    day = date(2026, 3, 16)
    contract = Contract(day=day, evidence=Evidence(reference="演示合同1号"), advance=30_000, final=70_000)
    signed = evolve(PLANNED, contract=contract, starts=day)
    steps = [
        Step(id=name, of="work:w", name=name, day=day, post="gone", evidence=(contract.evidence,))
        for name in ("approve", "contract")
    ]
    rows: tuple[tuple[MovementKind, Pocket, Pocket, int], ...] = (
        ("commit", "free", "reserved", 100_000),
        ("pay", "reserved", "spent", 30_000),
        ("release", "reserved", "free", 1_000),
    )
    money = [
        Movement(id=f"m{number}", day=day, year=2026, kind=kind, of="work:w", reason="款", legs=(
            Leg(organisation="east-1", purpose="venue", pocket=gives, amount=-fen),
            Leg(organisation="east-1", purpose="venue", pocket=takes, amount=fen),
        ))
        for number, (kind, gives, takes, fen) in enumerate(rows)
    ]  # fmt: skip
    book = book_of(World(records=(*small_district(), HALL, signed, *steps, *money)))
    table = venues.money(book, signed)
    assert [(row[1], getattr(row[3], "value", None)) for row in table.rows] == [
        (Label("承诺", "commitment"), 100_000),
        (Label("支付", "payment"), 30_000),
        (Label("解除承诺", "release"), -1_000),
    ]
    assert [each.en for each in table.notes] == [
        "contract 演示合同1号 (2026-03-16) over 1000 yuan; due 300 yuan, paid 300 yuan"
    ]
    assert (signed.label, evolve(signed, name_en="Hall").label) == (
        Label("扩建", "扩建"),
        Label("扩建", "Hall"),
    )


def funds(world: World) -> dict[str, list[object]]:
    """The columns of the table of funds, in English, for the district and a street."""
    table = funding.flow(book_of(world), ("acheng", "east"), "education")
    return {
        header.en: [each.value if isinstance(each, Amount) else each for each in column]
        for header, column in zip(table.headers, zip(*table.rows, strict=True), strict=True)
    }


def test_money_of_the_year_before_has_a_column_where_there_is_any() -> None:
    last, this = (FundingLine(organisation="acheng", purpose="education", year=year) for year in (2025, 2026))
    world = World(records=small_district()).having(budget(last, 700, day=date(2025, 2, 1), id_="before"))
    assert not {"From last year", "To next year"} & funds(world).keys()
    closing = carry_over(world.snapshot, last, day=date(2026, 1, 15), id_="2025/acheng")
    world = world.having(*closing, budget(this, 100, day=date(2026, 2, 1), id_="new"))
    world = world.having(allocate(world.snapshot, this, 300, to="east", day=date(2026, 3, 1), id_="down"))
    found = funds(world)
    assert (found["From last year"], found["Received"], found["Handed down"]) == (
        [700, 0],
        [100, 300],
        [300, 0],
    )
    assert (found["Available"], found["Accounted for"]) == ([500, 300], [True, True])
    assert "To next year" not in found
    ended = funds(world.having(*carry_over(world.snapshot, this, day=date(2027, 1, 15), id_="2026/acheng")))
    assert (ended["Available"], ended["To next year"]) == ([0, 300], [500, 0])
    assert ended["Accounted for"] == [True, True]
