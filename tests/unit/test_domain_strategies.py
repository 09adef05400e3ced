"""The strategies draw what they promise: trees that are whole, walks that were possible, every noun there is."""

from __future__ import annotations

from datetime import date
from typing import TypeVar, get_args

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from partybuilding.convert import NOUNS
from partybuilding.domain.brackets import Brackets
from partybuilding.domain.carriers import CarrierModel
from partybuilding.domain.decisions import Ladder
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.lists import ITEM_LIFE
from partybuilding.domain.organisations import TERRITORY, Organisation
from partybuilding.domain.projects import ProjectType
from partybuilding.domain.record import is_id, is_reference
from partybuilding.domain.reorganisations import ReorganisationKind
from partybuilding.domain.responsibilities import ResponsibilityKind
from partybuilding.domain.schemes import GradeScale, Scheme
from partybuilding.domain.standards import Source, Standard, Unit
from partybuilding.money import Rate
from partybuilding.testing import strategies as draw_
from partybuilding.testing.strategies.organisations import FIRST_YEAR
from partybuilding.testing.strategies.reorganisations import units as units_of

T = TypeVar("T")
TODAY = date(2026, 1, 1)
ANY = settings(max_examples=500, phases=(Phase.generate,))


def some(strategy: st.SearchStrategy[T], wanted: object) -> T:
    """One value with a property: so a strategy does not quietly draw only the dull ones."""
    return find(strategy, wanted, settings=ANY)  # type: ignore[arg-type]  # a lambda in every call


def test_there_is_a_strategy_for_every_noun() -> None:
    assert dict.fromkeys(draw_.BY_NOUN) == dict.fromkeys(NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
@settings(max_examples=20)
@given(data=st.data())
def test_a_strategy_draws_records_of_its_noun(noun: str, data: st.DataObject) -> None:
    assert type(data.draw(draw_.BY_NOUN[noun])) is NOUNS[noun]


DECLARED = [
    (draw_.sources(), Source),
    (draw_.units(), Unit),
    (draw_.rates(), Rate),
    (draw_.brackets(), Brackets),
    (draw_.standards(), Standard),
    (draw_.indicators(), Indicator),
    (draw_.schemes(), Scheme),
    (draw_.grade_scales(), GradeScale),
    (draw_.ladders(), Ladder),
    (draw_.project_types(), ProjectType),
    (draw_.carrier_models(), CarrierModel),
    (draw_.responsibility_kinds(), ResponsibilityKind),
    (draw_.letter_forms(), LetterForm),
    (draw_.signing_windows(), SigningWindow),
]


@pytest.mark.parametrize(("strategy", "cls"), DECLARED, ids=lambda each: getattr(each, "__name__", ""))
@settings(max_examples=30)
@given(data=st.data())
def test_a_strategy_draws_declarations_that_can_be_keys(
    strategy: st.SearchStrategy[object], cls: type, data: st.DataObject
) -> None:
    drawn = data.draw(strategy)
    assert type(drawn) is cls
    assert hash(drawn) == hash(drawn)


@given(draw_.ids(), draw_.references(), draw_.said())
def test_ids_and_references_are_valid_and_sayings_say_something(id_: str, reference: str, said: str) -> None:
    assert is_id(id_)
    assert is_reference(reference)
    assert said.strip()


@given(st.integers(0, 10**6), st.data())
def test_shares_sum_to_their_whole(whole: int, data: st.DataObject) -> None:
    split = data.draw(draw_.shares(whole, least=2, most=4))
    assert sum(split) == whole
    assert 2 <= len(split) <= 4
    assert min(split) >= 0


@given(draw_.trees(max_size=12), st.dates(FIRST_YEAR, date(2030, 1, 1)))
def test_on_every_day_a_tree_has_one_root_and_no_circle_and_no_orphan(
    tree: list[Organisation], day: date
) -> None:
    there = {each.id: each for each in tree if each.holds(day)}
    parents = {id_: each.parent(TERRITORY, day) for id_, each in there.items()}
    assert list(parents.values()).count(None) == 1
    for id_ in there:
        seen: set[str] = set()
        here: str | None = id_
        while here is not None:
            assert here not in seen
            seen.add(here)
            here = parents[here]


@given(draw_.trees(min_size=2, max_size=12))
def test_from_2026_on_a_tree_is_whole_and_its_kinds_follow_from_the_depth(tree: list[Organisation]) -> None:
    assert all(each.holds(TODAY) for each in tree)
    assert len({each.id for each in tree}) == len(tree)
    by_id = {each.id: each for each in tree}
    kinds_at: dict[int, set[str]] = {}
    for each in tree:
        depth, parent = 0, each.parent(TERRITORY, TODAY)
        while parent is not None:
            depth, parent = depth + 1, by_id[parent].parent(TERRITORY, TODAY)
        kinds_at.setdefault(depth, set()).add(each.kind)
    assert kinds_at.pop(0) == {"district"}
    assert kinds_at.pop(1) <= {"street", "town", "township"}
    assert kinds_at.pop(2, set()) <= {"community", "village"}
    assert not {"district", "street", "village"} & set().union(*kinds_at.values())


@pytest.mark.parametrize(("least", "most"), [(1, 1), (4, 4), (2, 6)])
@settings(max_examples=20)
@given(data=st.data())
def test_a_tree_is_as_large_as_asked_for(least: int, most: int, data: st.DataObject) -> None:
    assert least <= len(data.draw(draw_.trees(least, most))) <= most


def test_trees_move_and_begin_late_and_hide_their_order() -> None:
    some(draw_.trees(max_size=6), lambda tree: any(len(each.placements) > 1 for each in tree))
    some(draw_.trees(max_size=6), lambda tree: any(each.starts is not None for each in tree))
    some(draw_.trees(max_size=6), lambda tree: min(each.id for each in tree) != root(tree).id)
    some(draw_.trees(max_size=6), lambda tree: tree[0] is not root(tree))


def root(tree: list[Organisation]) -> Organisation:
    [found] = [each for each in tree if not each.placements]
    return found


def test_walks_come_to_an_end_and_go_back() -> None:
    some(draw_.walks(ITEM_LIFE), lambda course: course.closed)
    some(draw_.walks(ITEM_LIFE), lambda course: course.count("reject") > 0)
    some(
        draw_.walks(ITEM_LIFE),
        lambda course: len({each.day for each in course.taken}) < len(course.taken) > 2,
    )


def test_letters_have_several_lines_and_movements_several_legs() -> None:
    some(draw_.letters(), lambda letter: len(letter.lines) > 1)
    some(draw_.lines(), lambda line: line.share is not None and line.added < 0)
    some(draw_.movements(), lambda movement: len(movement.legs) > 2)
    some(draw_.sheets(), lambda sheet: len(sheet.figures) > 2 and min(sheet.figures) < 0)
    some(draw_.sheets(["a", "b"]), lambda sheet: sheet.organisations == ("a", "b"))


@pytest.mark.parametrize("kind", get_args(ReorganisationKind))
def test_every_kind_of_reorganisation_is_drawn_with_its_units(kind: ReorganisationKind) -> None:
    @settings(max_examples=5)
    @given(units_of(kind))
    def drawn(found: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
        before, after = found
        assert before
        assert after or kind == "abolish"

    drawn()
