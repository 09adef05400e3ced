"""The record of a reorganisation: which units fit which kind, by what figures are divided, and every refusal by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partybuilding.domain.reorganisations import Key, Reorganisation, Succession, Weight
from partybuilding.errors import RecordProblem


def reorganisation(kind: str, before: tuple[str, ...], after: tuple[str, ...], **more: Any) -> Reorganisation:
    given: dict[str, Any] = {
        "id": "r",
        "day": date(2026, 5, 1),
        "instrument": "示例发〔2026〕8号",
        "decision": "d",
        **more,
    }
    return Reorganisation(kind=kind, before=before, after=after, **given)  # type: ignore[arg-type]  # also wrong kinds


def refused(kind: str, before: tuple[str, ...], after: tuple[str, ...], **more: Any) -> list[str]:
    with pytest.raises(RecordProblem) as caught:
        reorganisation(kind, before, after, **more)
    return [each.code for each in caught.value.problems]


@pytest.mark.parametrize(
    ("kind", "before", "after", "ended", "begun"),
    [
        ("rename", ("a",), ("a",), (), ()),
        ("transfer", ("a",), ("a",), (), ()),
        ("promote", ("a",), ("a",), (), ()),
        ("demote", ("a",), ("a",), (), ()),
        ("split", ("a",), ("b", "c"), ("a",), ("b", "c")),
        ("split", ("a",), ("a", "c"), (), ("c",)),
        ("merge", ("a", "b"), ("c",), ("a", "b"), ("c",)),
        ("merge", ("a", "b"), ("a",), ("b",), ()),
        ("abolish", ("a",), ("b", "c"), ("a",), ()),
        ("abolish", ("a",), (), ("a",), ()),
    ],
)
def test_units_end_and_begin_as_the_kind_says(
    kind: str, before: tuple[str, ...], after: tuple[str, ...], ended: tuple[str, ...], begun: tuple[str, ...]
) -> None:
    made = reorganisation(kind, before, after)
    assert (made.ended, made.begun) == (ended, begun)


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("rename", ("a",), ("b",)),
        ("promote", ("a", "b"), ("a", "b")),
        ("split", ("a",), ("b",)),
        ("split", ("a", "b"), ("c", "d")),
        ("merge", ("a",), ("b",)),
        ("merge", ("a", "b"), ("c", "d")),
        ("abolish", ("a",), ("a",)),
        ("abolish", (), ("a",)),
    ],
)
def test_units_that_do_not_fit_the_kind_are_refused(
    kind: str, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    assert refused(kind, before, after) == ["reorganisation-units"]


def test_only_a_new_name_needs_no_decision() -> None:
    assert reorganisation("rename", ("a",), ("a",), decision=None).decision is None
    assert refused("transfer", ("a",), ("a",), decision=None) == ["reorganisation-undecided"]


def test_everything_wrong_is_told_at_once() -> None:
    stranger = Key(weights=(Weight(organisation="x", weight=1),))
    ended = Succession(of="item:i", reason="办结")
    codes = refused(
        "split", ("a",), ("b",), decision=None, key=(stranger, stranger), successions=(ended, ended)
    )
    assert codes == [
        "reorganisation-units",
        "reorganisation-undecided",
        "reorganisation-key",
        "reorganisation-key",
        "listed-twice",
    ]


@pytest.mark.parametrize("weights", [(), (("b", 0), ("c", 0)), (("b", 1), ("b", 2))])
def test_a_key_weighs_each_unit_once_and_not_all_with_nothing(weights: tuple[tuple[str, int], ...]) -> None:
    key = Key(weights=tuple(Weight(organisation=who, weight=weight) for who, weight in weights))
    assert refused("split", ("a",), ("b", "c"), key=(key,)) == ["reorganisation-key"]


@pytest.mark.parametrize(("to", "reason"), [((), ""), ((), "  "), (("item:j",), "办结")])
def test_a_succession_is_a_successor_or_a_reason(to: tuple[str, ...], reason: str) -> None:
    with pytest.raises(RecordProblem) as caught:
        Succession(of="item:i", to=to, reason=reason)
    assert [each.code for each in caught.value.problems] == ["succession-unclear"]


def test_figures_are_divided_by_their_own_key_else_by_the_general_one() -> None:
    def key(b: int, c: int, name: str | None = None) -> Key:
        return Key(
            name=name, weights=(Weight(organisation="b", weight=b), Weight(organisation="c", weight=c))
        )

    made = reorganisation("split", ("a",), ("b", "c"), key=(key(1, 3), key(2, 5, "members")))
    assert made.weights("members", ("c", "b")) == (5, 2)
    assert made.weights("households", ("b", "c")) == (1, 3)
    assert made.weights(None, ("b", "c")) == (1, 3)
    assert made.weights("members", ("a",)) == (1,)
    assert made.weights("members", ("a", "b")) is None
    assert reorganisation("split", ("a",), ("b", "c")).weights("members", ("b", "c")) is None
