"""The only way in: what goes out comes back the same, and nothing else comes in; every complaint at once, with its path."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, ClassVar, Literal, get_args, get_type_hints

import attrs
import pytest
from attrs import field, frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding import convert
from partybuilding.convert import NOUNS, _converter, from_plain, to_plain
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.domain.record import LEAST, MOST, Record, State, natural
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.venues import Venue
from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.testing import strategies as draw_

POST: dict[str, Any] = {"id": "p", "body": "b", "role": "secretary"}
VENUE: dict[str, Any] = {"id": "v", "organisation": "o", "name": "村部", "area": 20_000}
LINE: dict[str, Any] = {
    "indicator": "training",
    "amount": 40,
    "unit": "person_time",
    "due": "2026-12-31",
    "asks": "一次",
    "source": "plan",
    "responsibilities": {"collective": "b", "primary": "p", "specific": "q", "direct": "r"},
}
LETTER: dict[str, Any] = {
    "id": "2026/o/main",
    "year": 2026,
    "organisation": "o",
    "issuer": "a",
    "receiver": "b",
    "lines": [LINE, {**LINE, "indicator": "service", "share": 41, "added": -1, "reason": "away"}],
}
ITEM: dict[str, Any] = {
    "id": "i",
    "day": "2026-03-01",
    "organisation": "o",
    "text": "问题",
    "channel": "self",
    "owner": "p",
    "lead": "b",
    "measures": "补齐",
    "baseline": "缺3次",
    "target": "补齐",
    "due": "2026-03-02",
}
SHEET: dict[str, Any] = {
    "id": "s",
    "name": "members",
    "unit": "member",
    "starts": "2026-01-01",
    "ends": "2027-01-01",
    "index": b"a".hex(),
    "buffer": bytes(8).hex(),
}


def complaints(noun: str, plain: object, where: Where | None = None) -> tuple[Problem, ...]:
    """Everything with which plain data are refused."""
    with pytest.raises(InputProblem) as caught:
        from_plain(noun, plain, where)  # type: ignore[arg-type]  # outside data may be anything
    return caught.value.problems


def told(noun: str, plain: object) -> list[tuple[str, str | None]]:
    """The complaints as code and path."""
    return [(each.code, each.where.path) for each in complaints(noun, plain)]


# --- round trips -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
@given(data=st.data())
def test_a_record_comes_back_as_it_went_out_also_through_json(noun: str, data: st.DataObject) -> None:
    record = data.draw(draw_.BY_NOUN[noun])
    plain = to_plain(record)
    assert from_plain(noun, plain) == record
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False)
    again = from_plain(noun, json.loads(text))
    assert again == record
    assert type(again) is type(record)
    assert to_plain(again) == plain


@given(draw_.records())
def test_plain_data_hold_only_texts_whole_numbers_truths_lists_and_tables(record: Record) -> None:
    for value in leaves(to_plain(record)):
        assert type(value) in {str, int, bool}, value


def leaves(value: object) -> Iterator[object]:
    """The values at the ends of nested plain data."""
    if type(value) is dict:
        assert all(type(key) is str for key in value)
        for each in value.values():
            yield from leaves(each)
    elif type(value) is list:
        for each in value:
            yield from leaves(each)
    else:
        yield value


@given(draw_.records())
def test_what_stands_at_its_default_is_not_written_at_any_depth(record: Record) -> None:
    def written(plain: Mapping[str, Any], made: Any) -> None:
        for each in attrs.fields(type(made)):
            value = getattr(made, each.name)
            assert (each.name in plain) is (value != each.default)
            if each.name in plain and attrs.has(type(value)):
                written(plain[each.name], value)
            if isinstance(value, tuple):
                for part, piece in zip(plain.get(each.name, ()), value, strict=True):
                    if attrs.has(type(piece)):
                        written(part, piece)

    written(to_plain(record), record)


def test_a_default_that_is_written_out_reads_as_the_same_record() -> None:
    short, long = {**POST}, {**POST, "starts": None, "ends": None, "title": "", "capacity": 1}
    assert from_plain("post", short) == from_plain("post", long)


def test_whole_numbers_beyond_a_float_survive_the_round_trip() -> None:
    for area in (0, 68_212_207, 20_000_001, 2**53 + 1, MOST):
        text = json.dumps(to_plain(from_plain("venue", {**VENUE, "area": area})))
        read = from_plain("venue", json.loads(text))
        assert isinstance(read, Venue)
        assert read.area == area
    assert from_plain("addition", ADDITION) == from_plain("addition", json.loads(json.dumps(ADDITION)))


ADDITION = {
    "id": "a",
    "organisation": "o",
    "indicator": "i",
    "year": 2026,
    "amount": LEAST,
    "reason": "as small as it gets",
}


def test_lists_and_nested_tables_become_tuples_of_records() -> None:
    letter = from_plain("letter", LETTER)
    assert isinstance(letter, Letter)
    assert type(letter.lines) is tuple
    assert letter.lines[1].share == 41
    assert letter.lines[0].responsibilities.collective == "b"
    assert letter.lines[0].due == date(2026, 12, 31)


def test_a_day_may_come_as_a_day_or_as_text_and_comes_out_as_text() -> None:
    given_day = from_plain("step", {**STEP, "day": date(2026, 3, 1), "until": "2026-04-01"})
    assert isinstance(given_day, Step)
    assert (given_day.day, given_day.until) == (date(2026, 3, 1), date(2026, 4, 1))
    assert to_plain(given_day)["day"] == "2026-03-01"
    none = from_plain("step", {**STEP, "until": None})
    assert isinstance(none, Step)
    assert none.until is None


STEP = {"id": "s", "day": "2026-03-01", "of": "item:i", "name": "rectify", "post": "p"}


def test_a_mapping_of_another_kind_is_a_table_too() -> None:
    class Frozen(Mapping[str, object]):
        def __getitem__(self, key: str) -> object:
            return POST[key]

        def __iter__(self) -> Iterator[str]:
            return iter(POST)

        def __len__(self) -> int:
            return len(POST)

    assert from_plain("post", Frozen()) == from_plain("post", POST)


# --- refusals ----------------------------------------------------------------------------------------------------


def test_an_unknown_noun_is_refused_with_the_nouns_there_are() -> None:
    [problem] = complaints("vilage", {}, Where(file="x.csv", row=3))
    assert (problem.code, problem.read) == ("unknown-noun", "vilage")
    assert problem.expected == ", ".join(NOUNS)
    assert (problem.where.file, problem.where.row, problem.where.kind) == ("x.csv", 3, "vilage")


@pytest.mark.parametrize("bad", [None, "id", 7, True, ["id"], [("id", "p")], b"id", {"id"}, {7: 1}], ids=repr)
def test_a_record_is_a_table(bad: object) -> None:
    assert told("post", bad) == [("bad-value", None)]


FIGURES = [
    "200",
    "２００",
    "",
    200.0,
    0.1,
    math.nan,
    math.inf,
    True,
    False,
    None,
    [200],
    {"area": 200},
    b"200",
]


@pytest.mark.parametrize("bad", FIGURES, ids=repr)
def test_nothing_becomes_a_number_by_itself(bad: object) -> None:
    [problem] = complaints("venue", {**VENUE, "area": bad})
    assert (problem.code, problem.where.path, problem.expected) == ("bad-value", "area", "a whole number")
    assert problem.read == repr(bad)


@pytest.mark.parametrize("power", [63, 64, 300, 20_000])
def test_a_number_beyond_64_bits_is_refused_in_few_words(power: int) -> None:
    for bad in (2**power, -(2**power) - 1):
        [problem] = complaints("addition", {**ADDITION, "amount": bad})
        assert (problem.code, problem.where.path) == ("not-whole", "amount")
        assert 0 < len(problem.read) <= 80
        assert told("venue", {**VENUE, "name": bad}) == [("bad-value", "name")]


@pytest.mark.parametrize("bad", [0, 1, "true", "", None, 0.0, []], ids=repr)
def test_nothing_becomes_a_truth_by_itself(bad: object) -> None:
    assert told("organisation", {"id": "o", "name": "x", "kind": "village", "example": bad}) == [
        ("bad-value", "example")
    ]


@pytest.mark.parametrize("bad", [7, 1.5, True, None, ["x"], b"x", date(2026, 1, 1)], ids=repr)
def test_nothing_becomes_a_text_by_itself(bad: object) -> None:
    assert told("venue", {**VENUE, "name": bad}) == [("bad-value", "name")]


NO_DAYS = ["2024-02-30", "20260301", "2026-3-1", "2026-03-01 ", "２０２６-03-01", "", "2026-03-01T00:00:00"]


@pytest.mark.parametrize("bad", NO_DAYS)
def test_a_day_is_written_in_one_way_only(bad: str) -> None:
    assert told("step", {**STEP, "day": bad, "until": bad}) == [("bad-day", "day"), ("bad-day", "until")]


@pytest.mark.parametrize(
    "bad", [20260301, 46082.0, True, datetime(2026, 3, 1, tzinfo=UTC), ["2026-03-01"]], ids=repr
)
def test_a_day_is_no_number_and_no_moment(bad: object) -> None:
    assert told("step", {**STEP, "day": bad}) == [("bad-value", "day")]


def test_a_day_that_must_be_there_is_not_nothing() -> None:
    assert told("step", {**STEP, "day": None}) == [("bad-value", "day")]


@pytest.mark.parametrize("bad", ["zz", "a", "AB", "ab cd", "ａｂ", b"ab", 7, None, [1]], ids=repr)
def test_bytes_are_pairs_of_small_hexadecimal_digits(bad: object) -> None:
    assert told("sheet", {**SHEET, "buffer": bad}) == [("bad-value", "buffer")]


def test_bytes_survive() -> None:
    laid = from_plain("sheet", SHEET)
    assert isinstance(laid, Sheet)
    assert (laid.index, laid.buffer) == (b"a", bytes(8))


@pytest.mark.parametrize("bad", ["rumour", "", "SELF", 0, True, None, ["self"], {"self": 1}], ids=repr)
def test_a_word_is_one_of_its_table(bad: object) -> None:
    [problem] = complaints("item", {**ITEM, "channel": bad})
    assert (problem.code, problem.where.path, problem.read) == ("unknown-word", "channel", repr(bad))
    assert problem.expected == "masses, self, colleague, superior, supervision"


@pytest.mark.parametrize(
    "bad", ["ab", "", {"o": 1}, {"o"}, 7, None, b"ab", iter("ab")], ids=lambda bad: type(bad).__name__
)
def test_a_list_is_a_list_and_no_text_of_letters(bad: object) -> None:
    body = {"id": "b", "name": "支部", "kind": "branch", "seat": "o", "covers": bad}
    assert told("body", body) == [("bad-value", "covers")]


def test_a_place_in_a_list_is_named() -> None:
    body = {"id": "b", "name": "支部", "kind": "branch", "seat": "o", "covers": ["x", 7, "y", None]}
    assert told("body", body) == [("bad-value", "covers[1]"), ("bad-value", "covers[3]")]


def test_everything_wrong_with_a_nested_record_is_told_at_once_with_its_path() -> None:
    who = {**LINE["responsibilities"], "primary": None, "frist": "p"}
    spoiled = {
        **LETTER,
        "id": "a b",
        "yaer": 2026,
        "issuer": 7,
        "lines": [
            {**LINE, "amount": "40"},
            {**LINE, "amount": 2**63, "due": "2026-02-30", "reserve": -1, "responsibilities": who},
            "line",
            {key: value for key, value in LINE.items() if key != "unit"},
        ],
    }
    del spoiled["year"]
    assert told("letter", spoiled) == [
        ("bad-id", "id"),
        ("missing-key", "year"),
        ("bad-value", "issuer"),
        ("bad-value", "lines[0].amount"),
        ("not-whole", "lines[1].amount"),
        ("bad-day", "lines[1].due"),
        ("bad-value", "lines[1].responsibilities.primary"),
        ("unknown-key", "lines[1].responsibilities.frist"),
        ("negative", "lines[1].reserve"),
        ("bad-value", "lines[2]"),
        ("missing-key", "lines[3].unit"),
        ("unknown-key", "yaer"),
    ]


def test_what_contradicts_itself_is_told_once_the_fields_are_right() -> None:
    [problem] = complaints("letter", {**LETTER, "receiver": "a"}, Where(file="letters.csv", row=2))
    assert problem.code == "issuer-is-receiver"
    assert problem.where == Where(
        file="letters.csv", row=2, kind="letter", record="2026/o/main", organisation="o"
    )


def test_a_contradiction_inside_a_list_has_its_place() -> None:
    organisation = {
        "id": "o",
        "name": "x",
        "kind": "village",
        "placements": [
            {"parent": "a"},
            {"parent": "b", "line": "industry", "starts": "2026-01-02", "ends": "2026-01-01"},
        ],
    }
    [problem] = complaints("organisation", organisation)
    assert (problem.code, problem.where.path) == ("empty-interval", "placements[1]")
    assert (problem.where.kind, problem.where.record) == ("organisation", "o")


def test_every_unknown_key_is_told_with_the_keys_there_are() -> None:
    problems = complaints("post", {**POST, "rank": 1, "boss": 2})
    assert [(each.code, each.where.path, each.read) for each in problems] == [
        ("unknown-key", "boss", "boss"),
        ("unknown-key", "rank", "rank"),
    ]
    assert problems[0].expected == "id, starts, ends, body, role, title, capacity"


def test_every_missing_key_is_told() -> None:
    problems = complaints("post", {})
    assert [(each.code, each.where.path, each.expected) for each in problems] == [
        ("missing-key", "id", "id"),
        ("missing-key", "body", "body"),
        ("missing-key", "role", "role"),
    ]


def test_the_readers_place_stays_and_the_record_and_its_path_are_added() -> None:
    place = Where(file="x.csv", row=3, column="capacity", path="posts[2]")
    [problem] = complaints("post", {**POST, "capacity": -1}, place)
    assert problem.where == Where(
        file="x.csv", row=3, column="capacity", kind="post", record="p", path="posts[2].capacity"
    )


def test_the_reader_may_know_better_which_kind_and_record_it_is() -> None:
    [problem] = complaints("post", {**POST, "id": 7}, Where(kind="office", record="row 7"))
    assert (problem.where.kind, problem.where.record) == ("office", "row 7")
    [problem] = complaints("post", {**POST, "id": 7})
    assert problem.where.record is None


@given(draw_.records(), st.data())
@settings(max_examples=200)
def test_a_record_of_which_anything_is_spoiled_is_refused_by_name_and_never_by_another_error(
    record: Record, data: st.DataObject
) -> None:
    plain = to_plain(record)
    key = data.draw(st.sampled_from(sorted(plain)))
    junk = st.sampled_from(
        (None, 0, -1, 1.5, math.nan, True, "", "x y", [], [None], {}, {"a": 1}, b"", MOST + 1)
    )
    plain[key] = data.draw(junk)
    for each in problems_of(record.noun, plain):
        assert each.where.kind == record.noun
        assert each.where.path is None or each.where.path.startswith(key)


@given(record=draw_.records(), data=st.data())
def test_the_quick_way_takes_what_the_telling_way_takes(record: Record, data: st.DataObject) -> None:
    plain = to_plain(record)
    plain[data.draw(st.sampled_from(sorted(plain)))] = data.draw(
        st.sampled_from((None, 0, -1, 1.5, True, "", "x y", "x", [], [None], ["x"], {}, b"", MOST + 1))
    )
    assert made(convert._QUICK, plain, type(record)) == made(convert._TELLING, plain, type(record))


def made(converter: Converter, plain: dict[str, object], kind: type[Record]) -> Record | None:
    """The record, or nothing where the converter refuses."""
    try:
        return converter.structure(plain, kind)
    except Exception:  # noqa: BLE001 - whatever it raises is a refusal
        return None


def problems_of(noun: str, plain: Mapping[str, object]) -> tuple[Problem, ...]:
    """The complaints, or none where the junk happens to be right."""
    try:
        from_plain(noun, plain)
    except InputProblem as error:
        return error.problems
    return ()


def test_a_fault_of_a_mapping_is_not_passed_off_as_bad_input() -> None:
    class Broken(dict[str, object]):
        def __getitem__(self, key: str) -> object:
            raise ZeroDivisionError(key)

    with pytest.raises(ZeroDivisionError):
        from_plain("post", Broken(POST))


# --- how classes are read ----------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Inner:
    kind: Literal["one", "two"] = "one"
    amount: int = field(default=0, validator=natural)


@frozen(kw_only=True)
class Probe(State):
    """Annotations as text, slots, a class variable, a word, rows of records, a day or nothing."""

    noun: ClassVar[str] = "probe"
    rows: tuple[Inner, ...] = ()
    day: date | None = None
    word: Literal["a", "b"] | None = None
    count: int | None = None
    names: tuple[str, ...] = ()
    inner: Inner | None = None


@pytest.mark.parametrize("detailed", [True, False])
def test_a_class_with_every_sort_of_field_is_read_strictly(detailed: bool) -> None:
    converter = _converter(detailed=detailed)
    plain = {
        "id": "p",
        "starts": "2026-01-01",
        "rows": [{"kind": "two", "amount": 1}, {}],
        "day": "2026-01-02",
        "word": "b",
        "count": 3,
        "names": ["x"],
        "inner": {"amount": 2},
    }
    made = converter.structure(plain, Probe)
    assert made == Probe(
        id="p",
        starts=date(2026, 1, 1),
        rows=(Inner(kind="two", amount=1), Inner()),
        day=date(2026, 1, 2),
        word="b",
        count=3,
        names=("x",),
        inner=Inner(amount=2),
    )
    assert converter.unstructure(made) == plain
    assert not hasattr(made, "__dict__")


@pytest.mark.parametrize(
    "spoiled",
    [
        {"noun": "probe"},
        {"rows": [{"kind": "three"}]},
        {"rows": [{"amount": -1}]},
        {"rows": {"amount": 1}},
        {"day": 7},
        {"word": "c"},
        {"count": "3"},
        {"count": True},
        {"names": "xy"},
        {"inner": []},
        {"inner": ""},
    ],
    ids=repr,
)
def test_a_class_with_every_sort_of_field_takes_nothing_else(spoiled: dict[str, object]) -> None:
    with pytest.raises(BaseValidationError):
        _converter(detailed=True).structure({"id": "p", **spoiled}, Probe)
    assert made(_converter(detailed=False), {"id": "p", **spoiled}, Probe) is None


def test_every_word_field_of_a_noun_checks_its_words_also_when_made_by_hand() -> None:
    for cls in NOUNS.values():
        hints = get_type_hints(cls)
        for each in attrs.fields(cls):
            if get_args(hints[each.name]) and isinstance(get_args(hints[each.name])[0], str):
                assert each.validator is not None, (cls, each.name)


def test_nouns_are_their_classes_own_words_and_cannot_be_changed() -> None:
    assert all(cls.noun == noun for noun, cls in NOUNS.items())
    assert not isinstance(NOUNS, dict)
    assert NOUNS["organisation"] is Organisation
    assert to_plain(Organisation(id="o", name="x", kind="village", placements=(Placement(parent="a"),))) == {
        "id": "o",
        "name": "x",
        "kind": "village",
        "placements": [{"parent": "a"}],
    }
