"""What records answer: days, labels, codes, parents, grades, rungs, carriers, schemes."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.domain.appraisals import VOICES, Voice
from partybuilding.domain.decisions import MATTERS, Ladder, Matter, RungOfLadder
from partybuilding.domain.funding import MOVEMENT_KINDS, POCKETS, MovementKind, Pocket
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.lists import CHANNELS, TIME_CLASSES, Channel, TimeClass
from partybuilding.domain.organisations import Alias, Organisation, PartyBody, Placement
from partybuilding.domain.posts import POST_ROLES, Post
from partybuilding.domain.projects import RUNGS, Project, ProjectType, Rung
from partybuilding.domain.record import Record, is_id, is_reference, repeated, within
from partybuilding.domain.reorganisations import REORGANISATION_KINDS, Reorganisation
from partybuilding.domain.responsibilities import RESPONSIBILITIES, Responsibilities
from partybuilding.domain.schemes import Grade, GradeScale, Scheme, points_of
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Declaration, Source, Standard, fen, source_of
from partybuilding.errors import RecordProblem
from partybuilding.labels import Label
from partybuilding.testing import strategies as draw_

NAME = Label("名称", "name")
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 1)
ONE = timedelta(days=1)


def test_an_id_is_what_the_unicode_categories_say_for_every_character_of_the_basic_plane() -> None:
    for code in (*range(0x10000), 0x1F600, 0x20000, 0xE0001, sys.maxunicode):
        mark = chr(code)
        forbidden = mark == ":" or mark.isspace() or unicodedata.category(mark)[0] in "CZ"
        assert is_id(mark) is not forbidden, hex(code)


@given(st.text(max_size=70))
def test_a_reference_is_a_noun_and_an_id(text: str) -> None:
    assert is_reference(f"item:{text}") is is_id(text)
    assert not is_reference(text.replace(":", ""))


@given(st.lists(st.sampled_from("abc")))
def test_repeated_texts_are_those_that_come_more_than_once(texts: list[str]) -> None:
    assert set(repeated(texts)) == {each for each in texts if texts.count(each) > 1}
    assert len(set(repeated(texts))) == len(repeated(texts))


@given(draw_.days(), draw_.spans())
def test_a_day_lies_within_half_open_days(day: date, span: tuple[date | None, date | None]) -> None:
    starts, ends = span
    assert within(day, starts, ends) is ((starts or date.min) <= day < (ends or date.max))


def test_the_last_day_of_an_interval_is_the_day_before_its_end() -> None:
    post = Post(id="p", body="b", role="secretary", starts=FIRST, ends=LAST)
    assert [post.holds(day) for day in (FIRST - ONE, FIRST, LAST - ONE, LAST)] == [False, True, True, False]
    assert post.valid == (FIRST, LAST)


@pytest.mark.parametrize("noun", draw_.BY_NOUN)
@settings(max_examples=10)
@given(data=st.data())
def test_a_record_is_its_values_and_can_be_a_key(noun: str, data: st.DataObject) -> None:
    record = data.draw(draw_.BY_NOUN[noun])
    assert record.reference == f"{record.noun}:{record.id}"
    assert len({record, record}) == 1
    starts, ends = record.valid
    assert starts is None or ends is None or starts < ends


def test_the_root_of_all_records_holds_for_ever() -> None:
    assert Record(id="r").valid == (None, None)


def test_the_tables_of_words_have_a_label_for_every_word_and_cannot_be_changed() -> None:
    tables: tuple[tuple[object, Mapping[Any, Label]], ...] = (
        (Voice, VOICES),
        (Matter, MATTERS),
        (Pocket, POCKETS),
        (MovementKind, MOVEMENT_KINDS),
        (Channel, CHANNELS),
        (TimeClass, TIME_CLASSES),
    )
    for words, table in tables:
        assert get_args(words) == tuple(table)
        assert isinstance(table, MappingProxyType)
        assert all(label.zh and label.en for label in table.values())
    assert get_args(Rung) == RUNGS


def test_an_organisation_knows_its_parent_on_a_line_and_day() -> None:
    moved = Organisation(
        id="o",
        name="示例村",
        kind="village",
        placements=(
            Placement(parent="old", ends=FIRST),
            Placement(parent="new", starts=FIRST),
            Placement(parent="trade", line="industry", starts=FIRST, ends=LAST),
        ),
    )
    assert [moved.parent("territory", day) for day in (FIRST - ONE, FIRST)] == ["old", "new"]
    assert [moved.parent("industry", day) for day in (FIRST - ONE, FIRST, LAST)] == [None, "trade", None]
    assert moved.parent("system", FIRST) is None


def test_an_organisation_knows_its_codes_on_a_day() -> None:
    street = Organisation(
        id="o",
        name="示例街道",
        kind="street",
        aliases=(
            Alias(scheme="stats", code="1", ends=FIRST),
            Alias(scheme="stats", code="2", starts=FIRST),
            Alias(scheme="mca", code="3"),
        ),
    )
    assert street.codes(FIRST - ONE) == (("stats", "1"), ("mca", "3"))
    assert street.codes(FIRST) == (("stats", "2"), ("mca", "3"))


@pytest.mark.parametrize("noun", draw_.BY_NOUN)
@settings(max_examples=10)
@given(data=st.data())
def test_every_record_with_a_label_speaks_both_languages(noun: str, data: st.DataObject) -> None:
    record = data.draw(draw_.BY_NOUN[noun])
    label = getattr(record, "label", None)
    chinese = getattr(record, "name", "") or getattr(record, "text", "") or getattr(record, "title", "")
    english = getattr(record, "name_en", "") or getattr(record, "text_en", "")
    if isinstance(record, Post):
        assert label == Label(record.title or POST_ROLES[record.role].zh, POST_ROLES[record.role].en)
    elif isinstance(record, Reorganisation):
        assert label == REORGANISATION_KINDS[record.kind]
    elif label is not None:
        assert label == Label(chinese, english or chinese)


def test_a_body_without_an_english_name_keeps_its_chinese_one() -> None:
    body = {"id": "b", "kind": "branch", "seat": "o"}
    assert PartyBody(name="支部", name_en="branch", **body).label.en == "branch"  # type: ignore[arg-type]  # all texts
    assert PartyBody(name="支部", **body).label.en == "支部"  # type: ignore[arg-type]  # all texts


def test_a_responsibility_that_nobody_bears_is_named() -> None:
    assert Responsibilities().lacks() == tuple(RESPONSIBILITIES)
    assert Responsibilities(collective="b", primary="p", specific="q", direct=" ").lacks() == ("direct",)
    assert Responsibilities(collective="b", primary="p", specific="q", direct="r").lacks() == ()


def test_a_source_is_verified_if_somebody_read_it_or_the_founding_document_says_so() -> None:
    verified = {word: Source("文件", "第一条", word).verified for word in ("S", "B", "K", "made_up")}
    assert verified == {"S": True, "B": True, "K": False, "made_up": False}
    assert (str(Source("文件", "第一条")), str(Source("文件"))) == ("文件 第一条", "文件")
    assert source_of(Source("文件")) == source_of("文件")


def test_a_rule_is_in_force_within_its_days() -> None:
    rule = Declaration(name="r", source="made up", starts=FIRST, ends=LAST)
    assert [rule.holds(day) for day in (FIRST - ONE, FIRST, LAST - ONE, LAST)] == [False, True, True, False]
    assert Declaration(name="r", source="made up").holds(date.min)


def test_kinds_of_a_rule_are_a_set_however_they_are_listed() -> None:
    assert Standard(name="s", value=1, unit=fen, source="x", kinds=("a", "b", "a")).kinds == {"a", "b"}


def test_an_indicator_owns_its_facets() -> None:
    made = Indicator(name="t", label=NAME, unit=fen, source="x", asks=NAME, numerator="n", scoring="s")
    assert made.facets == ("t.target", "t.reserve", "t.actual", "t.points", "t.score")


def test_a_scheme_of_whole_numbers_is_taken_as_ten_thousandths() -> None:
    scheme = Scheme(
        name="s",
        label=NAME,
        source="x",
        scale="four",
        points={"a": "0.0001", "b": "99.9999"},
        bonus={"c": "5"},
        bonus_cap="2.5",
        veto="v",
        veto_cap=590_000,
    )
    assert scheme.points == (("a", 1), ("b", 999_999))
    assert (scheme.total, scheme.bonus, scheme.bonus_cap, scheme.veto_cap) == (
        1_000_000,
        (("c", 50_000),),
        25_000,
        590_000,
    )
    assert points_of(scheme.points) == scheme.points


FOUR = GradeScale(
    name="four",
    label=NAME,
    source="x",
    grades=tuple(
        Grade(name=name, label=NAME, least=least)
        for name, least in (("good", "90"), ("fair", "80"), ("average", "60"), ("poor", "0"))
    ),
)


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (10**9, "good"),
        (900_000, "good"),
        (899_999, "fair"),
        (600_000, "average"),
        (599_999, "poor"),
        (0, "poor"),
        (-1, "poor"),
    ],
)
def test_a_total_earns_the_best_grade_whose_cut_it_reaches(total: int, name: str) -> None:
    assert FOUR.grade(total).name == name


@settings(max_examples=50)
@given(draw_.grade_scales(), st.integers(0, 2_000_000))
def test_every_total_has_a_grade_and_a_higher_one_never_a_worse_grade(scale: GradeScale, total: int) -> None:
    earned = scale.grade(total)
    assert earned.least <= total
    assert scale.grades.index(scale.grade(total + 1)) <= scale.grades.index(earned)


@settings(max_examples=50)
@given(draw_.ladders(), st.integers(-400, 400))
def test_a_ladder_proposes_the_highest_rung_reached_and_nothing_before_the_deadline(
    ladder: Ladder, overdue: int
) -> None:
    reached = [rung for rung in ladder.rungs if rung.after <= overdue]
    assert ladder.proposed(overdue) == (reached[-1] if reached and overdue > 0 else None)


def test_a_rung_of_nought_days_is_not_proposed_on_the_last_day() -> None:
    ladder = Ladder(name="l", label=NAME, source="x", rungs=(RungOfLadder(name="a", label=NAME, after=0),))
    assert ladder.proposed(0) is None
    assert ladder.proposed(1) is ladder.rungs[0]


@settings(max_examples=50)
@given(draw_.project_types())
def test_a_project_type_asks_for_the_documents_of_a_gate_and_of_no_other(declared: ProjectType) -> None:
    for step, documents in declared.documents:
        assert declared.asked(step) == documents
    assert declared.asked("no such step") == ()


def test_a_project_goes_on_after_its_due_day_as_a_new_version() -> None:
    project = Project(
        id="p",
        type="t",
        name="项目",
        organisation="o",
        owner="p",
        first="q",
        measure="m",
        due=FIRST,
        starts=LAST,
    )
    assert project.holds(LAST)


def test_a_snapshot_is_of_a_day_and_not_of_a_moment() -> None:
    with pytest.raises(RecordProblem, match="not a day"):
        Snapshot(on=datetime(2026, 1, 31, 8, tzinfo=UTC), known=0, head="", records={})
