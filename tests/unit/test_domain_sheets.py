"""Sheets and snapshots: bulk figures go in and come out as they were, and records are found by noun and id."""

from __future__ import annotations

import struct
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import WIDTH, Sheet, sheet
from partybuilding.domain.snapshot import Snapshot, Stamp
from partybuilding.errors import RecordProblem
from partybuilding.testing import strategies as draw_

FIRST, LAST = date(2026, 1, 1), date(2027, 1, 1)


def members(figures: dict[str, int]) -> Sheet:
    return sheet(name="members", unit="member", starts=FIRST, ends=LAST, figures=figures)


@given(st.dictionaries(draw_.ids(), draw_.wholes(), max_size=20), st.randoms())
def test_figures_survive_a_sheet_whatever_their_order(figures: dict[str, int], random: object) -> None:
    laid = members(figures)
    assert dict(zip(laid.organisations, laid.figures, strict=True)) == figures
    assert len(laid.buffer) == len(figures) * WIDTH
    shuffled = sorted(figures, key=lambda _: random.random())  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert members({each: figures[each] for each in shuffled}) == laid


@given(draw_.sheets(), draw_.sheets())
def test_sheets_have_one_digest_exactly_if_they_have_one_content(one: Sheet, other: Sheet) -> None:
    same = (one.index, one.buffer) == (other.index, other.buffer)
    assert (one.digest == other.digest) is same
    assert evolve(one, name="other").digest == one.digest


def test_a_figure_lies_in_eight_bytes_least_significant_first() -> None:
    assert members({"a": 258}).buffer == bytes([2, 1, 0, 0, 0, 0, 0, 0])
    assert members({"a": -1}).figures == (-1,)
    assert members({"a": 68_212_207, "b": 20_000_001}).figures == (68_212_207, 20_000_001)


def test_a_sheet_without_a_report_is_no_sheet_of_noughts() -> None:
    empty = members({})
    assert (empty.organisations, empty.figures, empty.index, empty.buffer) == ((), (), b"", b"")


def test_a_sheet_is_seen_from_the_first_day_of_its_period_on() -> None:
    assert members({}).valid == (FIRST, None)
    assert members({}).reference == "sheet:members/2026-01-01/2027-01-01"


def test_every_bad_row_of_a_sheet_is_named_at_once() -> None:
    bad: dict[str, object] = {"a": 1, "b c": 2.0, "d": True, "e": 2**63, "f": float("nan"), "g": "7"}
    with pytest.raises(RecordProblem) as caught:
        members(bad)  # type: ignore[arg-type]  # what a careless caller hands over
    told = [(each.code, each.where.organisation) for each in caught.value.problems]
    assert told == [
        ("bad-id", "b c"),
        ("not-whole", "b c"),
        ("not-whole", "d"),
        ("not-whole", "e"),
        ("not-whole", "f"),
        ("not-whole", "g"),
    ]


def test_a_sheet_made_by_hand_reads_like_one_that_was_laid() -> None:
    by_hand = Sheet(
        id="members/2026-01-01/2027-01-01",
        name="members",
        unit="member",
        starts=FIRST,
        ends=LAST,
        index="a\n示例".encode(),
        buffer=struct.pack("<2q", 1, 2),
    )
    assert by_hand == members({"示例": 2, "a": 1})


# --- snapshots ---------------------------------------------------------------------------------------------------


def snapshot(*records: Record) -> Snapshot:
    by_noun: dict[str, dict[str, Record]] = {}
    for each in sorted(records, key=lambda each: each.id):
        by_noun.setdefault(each.noun, {})[each.id] = each
    return Snapshot(
        on=FIRST, known=1, head="h", records={noun: tuple(held.values()) for noun, held in by_noun.items()}
    )


VILLAGES = st.builds(Organisation, id=draw_.ids(), name=draw_.said(), kind=st.just("village"))
VILLAGE = Organisation(id="v", name="示例村", kind="village")
STREET = Organisation(id="s", name="示例街道", kind="street")


def test_a_snapshot_finds_records_by_class_and_id() -> None:
    seen = snapshot(VILLAGE, STREET)
    assert seen.of(Organisation) == (STREET, VILLAGE)
    assert seen.of(PartyBody) == ()
    assert seen.find(Organisation, "v") is VILLAGE
    assert seen.find(Organisation, "v") is VILLAGE
    assert seen.find(Organisation, "x") is None
    assert seen.find(PartyBody, "v") is None
    assert seen.organisations() == {"s": STREET, "v": VILLAGE}


def test_a_snapshot_gives_only_records_of_the_class_that_was_asked_for() -> None:
    strange = Snapshot(on=FIRST, known=1, head="h", records={"body": (VILLAGE,)})
    assert strange.of(PartyBody) == ()
    assert strange.find(PartyBody, "v") is None


def test_a_snapshot_groups_steps_by_the_record_they_belong_to() -> None:
    steps = [
        Step(id=f"s-{number}", day=FIRST, of=of, name="rectify", post="p")
        for number, of in enumerate(("item:a", "item:b", "item:a"))
    ]
    assert snapshot(*steps).steps() == {"item:a": [steps[0], steps[2]], "item:b": [steps[1]]}
    assert snapshot().steps() == {}


@given(st.lists(VILLAGES, max_size=6), st.lists(VILLAGES, max_size=6))
def test_a_snapshot_grows_by_newer_versions_and_stays_in_order(
    held: list[Organisation], added: list[Organisation]
) -> None:
    before = snapshot(*held)
    grown = before.adding(iter(added))
    assert grown.organisations() == {
        **before.organisations(),
        **{each.id: each for each in added},
    }
    assert [each.id for each in grown.of(Organisation)] == sorted(grown.organisations())
    assert before.organisations() == snapshot(*held).organisations()
    assert all(grown.find(Organisation, each) is found for each, found in grown.organisations().items())


def test_what_is_only_proposed_has_no_stamp() -> None:
    stamps = {"organisation:v": Stamp(1, "x"), "organisation:s": Stamp(1, "y")}
    seen = evolve(snapshot(VILLAGE, STREET), stamps=stamps)
    assert dict(seen.adding([evolve(VILLAGE, name="新名")]).stamps) == {"organisation:s": Stamp(1, "y")}
    assert dict(seen.stamps) == stamps
