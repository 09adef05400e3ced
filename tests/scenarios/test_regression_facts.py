"""Facts that real systems got wrong, each through the whole way: into the ledger, through the engine, out as a file."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import partybuilding as pb
from partybuilding.cycle.year import retell
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import District, Organisation
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.sheets import sheet
from partybuilding.errors import PartybuildingError
from partybuilding.exchange.results import write_csv
from partybuilding.extension.tables import shown
from partybuilding.money import split
from partybuilding.report import columns
from partybuilding.report.book import Book
from partybuilding.testing.worlds import small_district

ODD = (68_212_207, 20_000_001)
RULES = """
from partybuilding.plugin import Check, Fact, Label, Rollup, hookimpl


def honoured(honours):
    return honours >= 1


@hookimpl
def partybuilding_formulas():
    yield Fact(name="lab.amount", most=10**9)
    yield Rollup(name="lab.amount_all", of="lab.amount")
    yield Fact(name="lab.honours", most=99)
    yield Rollup(name="lab.honoured_places", of="lab.honours", by="count")
    yield Check(name="lab.honoured", function=honoured, says=Label("未获表彰", "no honour"), kinds=("village",))
"""
AT = datetime(2026, 12, 31, 1, tzinfo=UTC)


@pytest.fixture
def host(tmp_path: Path) -> pb.PluginHost:
    rules = tmp_path / "lab.py"
    rules.write_text(RULES, encoding="utf-8")
    return pb.PluginHost.installed(files=[rules])


@pytest.mark.parametrize("figure", ODD)
@pytest.mark.parametrize("store", ["memory:", "sqlite"])
def test_odd_large_figures_survive_every_round_trip(
    figure: int, store: str, host: pb.PluginHost, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}" if store == "sqlite" else store
    given = sheet(
        name="lab.amount",
        unit="item",
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        figures={"east-1": figure, "west-1": 1},
    )
    with pb.Ledger.open(url, host=host, policy=pb.AllowAll()) as ledger:
        ledger.commit(
            [*small_district(), District(id="acheng", root="acheng"), given],
            actor=pb.Actor("office"),
            why="试",
            at=AT,
        )
        snapshot = ledger.snapshot(on=date(2026, 12, 31))
        assert snapshot.of(type(given))[0].figures == (figure, 1)
        result = pb.evaluate(snapshot, host.catalogue(), year=2026)
        assert [result.value(each, "lab.amount_all") for each in ("east", "acheng")] == [figure, figure + 1]
        book = Book(
            year=retell(ledger, host.catalogue(), date(2026, 12, 31)),
            catalogue=host.catalogue(),
            head=ledger.head(),
        )
    table = columns.figures(book)
    write_csv(
        tmp_path / "result.csv",
        [each.zh for each in table.headers],
        [[shown(cell, "zh") for cell in row] for row in table.rows],
    )
    rows = {
        row["organisation"]: row
        for row in csv.DictReader((tmp_path / "result.csv").read_text(encoding="utf-8-sig").splitlines())
    }
    assert int(rows["acheng"]["lab.amount_all"]) == figure + 1


def test_100_over_12_months_is_exactly_100() -> None:
    assert sum(split(100, [1] * 12)) == 100


def test_an_organisation_without_any_honour_does_not_meet_a_rule_that_asks_for_one(
    host: pb.PluginHost,
) -> None:
    given = sheet(
        name="lab.honours",
        unit="item",
        starts=date(2026, 1, 1),
        ends=date(2027, 1, 1),
        figures={"east-1": 1, "east-2": 0},
    )
    with pb.Ledger.open("memory:", host=host, policy=pb.AllowAll()) as ledger:
        ledger.commit(
            [*small_district(), District(id="acheng", root="acheng"), given],
            actor=pb.Actor("office"),
            why="试",
            at=AT,
        )
        result = pb.evaluate(ledger.snapshot(on=date(2026, 12, 31)), host.catalogue(), year=2026)
    assert [result.value(each, "lab.honoured") for each in ("east-1", "east-2", "west-1")] == [
        True,
        False,
        None,
    ]
    assert [each.organisation for each in result.findings if each.rule == "lab.honoured"] == ["east-2"]


def test_a_letter_for_a_closed_unit_and_a_signature_by_the_wrong_post_store_nothing() -> None:
    host = pb.PluginHost.installed(["acheng"])
    folder = pb.read_folder(Path(__file__).parents[2] / "examples" / "acheng")
    opening = [
        each
        for each in folder
        if isinstance(each, (Organisation, Post, Tenure)) or each.noun in {"body", "goal", "district"}
    ]
    figures = [each for each in folder if each.noun == "sheet" and each.valid[0] == date(2025, 1, 1)]
    with pb.Ledger.open("memory:", host=host, policy=pb.AllowAll()) as ledger:
        head = ledger.commit([*opening, *figures], actor=pb.Actor("office"), why="年初", at=AT)
        snapshot = ledger.snapshot(on=date(2026, 1, 31))
        letters = pb.decompose(snapshot, host.catalogue(), year=2026)
        wrong = [
            each
            if not isinstance(each, Step) or each.name != "sign"
            else type(each)(
                id=each.id,
                of=each.of,
                name="sign",
                day=each.day,
                post="shili-committee-secretary",
                digest=each.digest,
            )
            for each in pb.sign(letters[:1], by=pb.meeting(snapshot, letters[:1], day=date(2026, 1, 20)))
        ]
        with pytest.raises(PartybuildingError, match="shili-committee-secretary"):
            ledger.commit(wrong, actor=pb.Actor("office"), why="签订", at=AT)
        closed = type(letters[0])(
            id="2026/closed/main", year=2026, organisation="closed", issuer=letters[0].receiver, receiver="jincheng-committee",
            lines=letters[0].lines, starts=date(2026, 1, 1), ends=date(2027, 1, 1),
        )  # fmt: skip
        with pytest.raises(PartybuildingError, match="closed"):
            ledger.commit([closed], actor=pb.Actor("office"), why="签订", at=AT)
        assert ledger.head() == head
