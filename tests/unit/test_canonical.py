"""The canonical text of values: one for each, and none for what has no exact text."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.record import LEAST, MOST
from partybuilding.errors import RecordProblem
from partybuilding.extension.canonical import DEEPEST, canonical, require_canonical

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(LEAST, MOST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def codes_and_paths(value: object) -> list[tuple[str, str | None]]:
    with pytest.raises(RecordProblem) as caught:
        canonical(value)
    return [(problem.code, problem.where.path) for problem in caught.value.problems]


@given(plain)
def test_a_canonical_text_reads_back_as_the_value_and_is_accepted(value: object) -> None:
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
    require_canonical(text)


@given(st.dictionaries(texts, st.integers(LEAST, MOST)))
def test_the_order_of_keys_does_not_change_the_text(table: dict[str, int]) -> None:
    assert canonical(dict(reversed(list(table.items())))) == canonical(table)


def test_the_text_is_dense_sorted_by_code_point_and_unescaped() -> None:
    assert canonical({"b": (1, True, None), "B": "示例 𠀀\u2028", "é": "e\u0301"}) == (
        '{"B":"示例 𠀀\u2028","b":[1,true,null],"é":"e\u0301"}'
    )


def test_the_ends_of_64_bits_are_exact_and_one_beyond_is_refused() -> None:
    assert canonical([LEAST, MOST]) == "[-9223372036854775808,9223372036854775807]"
    assert codes_and_paths({"amount": [LEAST - 1, MOST + 1]}) == [
        ("value-range", "amount[0]"),
        ("value-range", "amount[1]"),
    ]


class Word(StrEnum):
    ONE = "one"


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), float("inf"), Decimal(1), b"x", {1}, Word.ONE, object()]
)
def test_what_has_no_exact_text_is_refused_with_its_path(value: object) -> None:
    assert codes_and_paths({"rows": [{"amount": value}]}) == [("value-type", "rows[0].amount")]


def test_truth_values_are_no_numbers() -> None:
    assert canonical([True, 1, False, 0]) == "[true,1,false,0]"


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "示\udfff"])
def test_texts_that_some_store_cannot_keep_are_refused(text: str) -> None:
    assert codes_and_paths({"name": text})[0] == ("value-text", "name")
    assert codes_and_paths({text: 1})[0][0] == "value-text"


def test_the_path_of_a_refusal_can_be_printed() -> None:
    (_, path), *_ = codes_and_paths({"示\0\ud800": [1.5]})[1:]
    assert path == "示\\0\\ud800[0]"


@pytest.mark.parametrize("key", [1, None, True, 1.5])
def test_only_texts_are_keys(key: object) -> None:
    assert codes_and_paths({"table": {key: 1}}) == [("value-key", "table")]


def nested(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


def test_levels_are_limited() -> None:
    assert canonical(nested(DEEPEST)).startswith("[[[")
    assert [code for code, _ in codes_and_paths(nested(DEEPEST + 1))] == ["value-depth"]


def test_levels_of_tables_and_lists_count_alike() -> None:
    value: object = 1
    for level in range(DEEPEST):
        value = {"a": value} if level % 2 else [value]
    require_canonical(canonical(value))
    for deeper in ([value], {"a": value}):
        assert [code for code, _ in codes_and_paths(deeper)] == ["value-depth"]
        with pytest.raises(RecordProblem) as caught:
            require_canonical(json.dumps(deeper, separators=(",", ":")))
        assert caught.value.code == "value-depth"


def test_many_brackets_side_by_side_are_not_deep() -> None:
    require_canonical(canonical([[], {}] * DEEPEST))


def test_all_refusals_come_at_once() -> None:
    assert codes_and_paths([1.5, "\0", {2: 2}]) == [
        ("value-type", "[0]"),
        ("value-text", "[1]"),
        ("value-key", "[2]"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not-canonical"),
        ("{", "not-canonical"),
        ('{"b":1,"a":2}', "not-canonical"),
        ('{"a":1,"a":1}', "not-canonical"),
        ('{"a": 1}', "not-canonical"),
        ('"\\u793a"', "not-canonical"),
        ("-0", "not-canonical"),
        ("1" * 5000, "not-canonical"),
        ("[" * 100_000, "not-canonical"),
        ("1.0", "value-type"),
        ("1e999", "value-type"),
        ("NaN", "value-type"),
        ("9223372036854775808", "value-range"),
        ('"\\u0000"', "value-text"),
        ('"\\ud800"', "value-text"),
    ],
)
def test_a_text_that_is_not_the_canonical_one_is_refused(text: str, code: str) -> None:
    with pytest.raises(RecordProblem) as caught:
        require_canonical(text)
    assert caught.value.code == code
