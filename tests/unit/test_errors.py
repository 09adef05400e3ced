"""Errors say what, where, what was read, what was expected and what to do, one or many at a time."""

from __future__ import annotations

import copy
import pickle

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding import errors
from partybuilding.errors import HeadMoved, InputProblem, PartybuildingError, Problem, StoreProblem, Where

TREE = [
    each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, PartybuildingError)
]


def test_a_place_names_its_known_parts_from_the_outside_in() -> None:
    where = Where(column="amount", row=7, file="budgets.csv", record="2026/jincheng")
    assert str(where) == "file budgets.csv, row 7, column amount, record 2026/jincheng"


def test_an_unknown_place_says_nothing() -> None:
    assert (str(Where()), Where().parts()) == ("", ())


def test_row_zero_is_a_known_row() -> None:
    assert Where(row=0).parts() == (("row", "0"),)


def test_a_problem_says_everything_that_it_knows() -> None:
    problem = Problem("negative-budget", Where(row=3), "-1", "0 or more", "Correct the amount.")
    assert str(problem) == "row 3: negative budget: read -1; expected 0 or more. Correct the amount."


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (Problem("cycle"), "cycle"),
        (Problem("cycle", remedy="Cut it."), "cycle. Cut it."),
        (Problem("two-roots", read="a, b"), "two roots: read a, b"),
        (Problem("two-roots", expected="one"), "two roots: expected one"),
        (Problem("cycle", Where(organisation="jincheng")), "organisation jincheng: cycle"),
    ],
)
def test_a_problem_leaves_out_what_it_does_not_know(problem: Problem, sentence: str) -> None:
    assert str(problem) == sentence


def test_an_error_with_one_problem_speaks_as_the_problem() -> None:
    problem = Problem("cycle", Where(row=2))
    assert str(InputProblem(problem)) == str(problem)


def test_an_error_with_many_problems_lists_all_of_them_in_order() -> None:
    error = InputProblem(Problem("cycle"), Problem("orphan", Where(row=9)))
    assert str(error) == "the input cannot be read: 2 problems\n- cycle\n- row 9: orphan"
    assert error.code == "cycle"


def test_an_error_without_a_problem_is_still_an_error() -> None:
    assert PartybuildingError().code == "unknown"
    assert str(PartybuildingError()) == "cannot go on: 0 problems"


def test_all_errors_of_the_library_are_caught_by_one_name() -> None:
    with pytest.raises(PartybuildingError) as caught:
        raise HeadMoved(Problem("head-moved", read="4", expected="5"))
    assert isinstance(caught.value, StoreProblem)
    assert caught.value.problems == (Problem("head-moved", read="4", expected="5"),)


@pytest.mark.parametrize("error", TREE, ids=lambda each: str(each.__name__))
def test_every_error_has_a_title_and_says_when_it_is_raised(error: type[PartybuildingError]) -> None:
    assert error.title
    assert error.__doc__
    assert not error.title.endswith(".")


@pytest.mark.parametrize("error", TREE, ids=lambda each: str(each.__name__))
def test_an_error_survives_the_way_to_another_process(error: type[PartybuildingError]) -> None:
    raised = error(Problem("cycle", Where(row=2)), Problem("orphan"))
    for other in (pickle.loads(pickle.dumps(raised)), copy.copy(raised)):  # noqa: S301 - bytes that were made on this line
        assert (type(other), other.problems, str(other)) == (error, raised.problems, str(raised))


def test_places_and_problems_are_values() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Problem("cycle").code = "orphan"  # type: ignore[misc]  # that it is refused is the point
    assert {Problem("cycle", Where(row=2)), Problem("cycle", Where(row=2))} == {
        Problem("cycle", Where(row=2))
    }


@given(
    st.lists(
        st.builds(Problem, st.sampled_from(["cycle", "orphan", "two-roots"]), read=st.text()), min_size=2
    )
)
def test_no_problem_is_lost_however_many_there_are(problems: list[Problem]) -> None:
    error = InputProblem(*problems)
    assert error.problems == tuple(problems)
    assert str(error).startswith(f"the input cannot be read: {len(problems)} problems\n")
    assert all(f"\n- {problem}" in str(error) for problem in problems)
