"""A reorganisation says who was there before and after, by which key, by whose decision, and what became of what was open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from partybuilding.convert import from_plain, to_plain
from partybuilding.domain.indicators import Goal, Indicator
from partybuilding.domain.letters import Letter
from partybuilding.domain.obligations import FRAME, OBLIGATIONS, holders, over
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.reorganisations import (
    REORGANISATION_KINDS,
    SHAPES,
    Key,
    Reorganisation,
    Succession,
    Weight,
)
from partybuilding.domain.standards import Source, person_time
from partybuilding.errors import RecordProblem
from partybuilding.labels import Label
from partybuilding.testing import strategies as draw_

DAY = date(2026, 4, 1)


def made(**more: Any) -> Reorganisation:
    return Reorganisation(
        **{"id": "r", "day": DAY, "kind": "merge", "before": ("a", "b"), "after": ("c",), "instrument": "文件", "decision": "d", **more}
    )  # fmt: skip


def codes(make: Callable[..., object], **more: Any) -> list[str]:
    with pytest.raises(RecordProblem) as caught:
        make(**more)
    return [each.code for each in caught.value.problems]


def test_every_kind_has_its_two_names_and_its_shape() -> None:
    assert REORGANISATION_KINDS.keys() == SHAPES.keys()
    assert [each.zh for each in REORGANISATION_KINDS.values()] == [
        "更名",
        "划转",
        "升格",
        "降格",
        "拆分",
        "合并",
        "撤销",
    ]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("rename", ("a",), ("b",)),
        ("transfer", ("a", "b"), ("a", "b")),
        ("promote", (), ()),
        ("demote", ("a",), ()),
        ("split", ("a",), ("b",)),
        ("split", ("a", "b"), ("c", "d")),
        ("merge", ("a",), ("b",)),
        ("merge", ("a", "b"), ("c", "d")),
        ("abolish", ("a", "b"), ("c",)),
        ("abolish", ("a",), ("a",)),
    ],
)
def test_units_must_fit_the_kind(kind: str, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert codes(made, kind=kind, before=before, after=after) == ["reorganisation-units"]


def test_only_a_rename_rests_on_a_document_alone() -> None:
    assert made(kind="rename", before=("a",), after=("a",), decision=None).decision is None
    for kind in ("transfer", "promote", "demote"):
        assert codes(made, kind=kind, before=("a",), after=("a",), decision=None) == [
            "reorganisation-undecided"
        ]


def test_all_lacks_are_told_at_once() -> None:
    key = Key(weights=(Weight(organisation="z", weight=1),))
    told = Succession(of="item:1", reason="了结")
    found = codes(made, after=("c", "d"), decision=None, key=(key, key), successions=(told, told))
    assert found == [
        "reorganisation-units",
        "reorganisation-undecided",
        "reorganisation-key",
        "reorganisation-key",
        "listed-twice",
    ]


@pytest.mark.parametrize("weights", [(), (("a", 0),), (("a", 1), ("a", 2)), (("a", 1), ("z", 1))])
def test_a_key_weighs_its_units_once_and_not_all_with_nothing(weights: tuple[tuple[str, int], ...]) -> None:
    key = Key(weights=tuple(Weight(organisation=unit, weight=weight) for unit, weight in weights))
    assert codes(made, key=(key,)) == ["reorganisation-key"]


def test_a_weight_is_no_less_than_nothing_and_whole() -> None:
    assert codes(Weight, organisation="a", weight=-1) == ["negative"]
    assert codes(Weight, organisation="a", weight=0.5) == ["not-whole"]


def test_a_succession_names_a_successor_or_a_reason_and_not_both() -> None:
    assert codes(Succession, of="item:1") == ["succession-unclear"]
    assert codes(Succession, of="item:1", reason=" ") == ["succession-unclear"]
    assert codes(Succession, of="item:1", to=("item:2",), reason="了结") == ["succession-unclear"]
    assert codes(Succession, of="item 1", reason="了结") == ["bad-reference"]
    assert codes(Succession, of="item:1", to=("item 2",)) == ["bad-reference"]


def test_who_ends_and_who_begins_follows_from_the_kind() -> None:
    merger, parted = made(after=("a",)), made(kind="split", before=("a",), after=("a", "b"))
    gone = made(kind="abolish", before=("a",), after=("b",))
    assert [(each.ended, each.begun) for each in (merger, parted, gone)] == [
        (("b",), ()),
        ((), ("b",)),
        (("a",), ()),
    ]


def test_a_key_is_looked_for_by_name_then_for_all_and_a_single_unit_needs_none() -> None:
    own = Key(
        weights=(Weight(organisation="a", weight=2), Weight(organisation="b", weight=0)), name="members"
    )
    given = made(
        key=(own, Key(weights=(Weight(organisation="a", weight=1), Weight(organisation="b", weight=1))))
    )
    assert given.weights("members", ("b", "a")) == (0, 2)
    assert given.weights("houses", ("a", "b")) == (1, 1)
    assert given.weights("members", ("b",)) == (1,)
    assert made().weights("members", ("a", "b")) is None
    assert made(key=(own,)).weights("members", ("a", "c")) is None
    assert (
        Key(weights=(Weight(organisation="b", weight=0), Weight(organisation="a", weight=1))).over(("b",))
        is None
    )


@given(draw_.reorganisations())
def test_every_reorganisation_goes_through_plain_data(given_: Reorganisation) -> None:
    assert from_plain("reorganisation", to_plain(given_)) == given_


def test_a_document_may_be_a_text() -> None:
    assert made().instrument == Source("文件")


def test_a_rate_is_not_carried_its_parts_are() -> None:
    asked: dict[str, Any] = {
        "name": "x",
        "label": Label("x", "x"),
        "unit": person_time,
        "asks": Label("x", "x"),
        "source": "x",
    }
    assert codes(Indicator, **asked, numerator="a", denominator="b", scoring="s", carry="share") == [
        "rate-carried"
    ]
    assert codes(Indicator, **asked, numerator="a", scoring="s", carry="half") == ["unknown-word"]
    assert Indicator(**asked, numerator="a", scoring="s").carry == "none"


@given(draw_.records())
def test_whatever_names_an_organisation_hangs_on_it(record: Any) -> None:
    known = {*OBLIGATIONS, *FRAME}
    if type(record) in known:
        assert holders(record)
        if hasattr(record, "organisation"):
            assert ("organisation", record.organisation) in holders(record)
    else:
        assert holders(record) == ()


def test_what_is_asked_for_a_year_is_over_with_it() -> None:
    goal = Goal(id="g", organisation="a", indicator="x", year=2025, amount=1)
    assert over(goal, DAY)
    assert not over(goal, date(2025, 12, 31))
    assert not over(Organisation(id="a", name="a", kind="village"), DAY)
    assert Letter in OBLIGATIONS
