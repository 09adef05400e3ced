"""Life cycles: every short sequence of steps, and what holds after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain import lifecycles
from partybuilding.domain.letters import LETTER_LIFE
from partybuilding.domain.lifecycles import (
    Course,
    Evidence,
    Lifecycle,
    Step,
    Transition,
    advance,
    follow,
    lacking,
)
from partybuilding.domain.lists import COMMITMENT_LIFE, ITEM_LIFE
from partybuilding.domain.venues import WORK_LIFE
from partybuilding.errors import Problem, StepRefused
from partybuilding.testing import strategies as draw_

TABLES = (LETTER_LIFE, ITEM_LIFE, COMMITMENT_LIFE, WORK_LIFE)
START = date(2026, 3, 1)
LONGEST = 6
DOER, CHECKER = "doer", "checker"
SHOWN = (Evidence(reference="photo"),)


def step(
    name: str,
    number: int = 0,
    *,
    post: str = DOER,
    bare: bool = False,
    day: date | None = None,
    until: date | None = None,
) -> Step:
    """A step with everything that any table asks for, or bare of it."""
    return Step(
        id=f"s-{number}-{name}-{post}",
        day=day or START + timedelta(days=number),
        of="item:i",
        name=name,
        post=post,
        evidence=() if bare else SHOWN,
        decision=None if bare else "d-1",
        note=" " if bare else "why",
        until=until,
    )


def variants(table: Lifecycle, number: int) -> Iterator[Step]:
    """Every step of a table, by either post, with and without what it needs."""
    for name in dict.fromkeys(each.step for each in table.transitions):
        for post in (DOER, CHECKER):
            yield step(name, number, post=post)
            yield step(name, number, post=post, bare=True)


def courses(table: Lifecycle) -> Iterator[Course]:
    """Every course of at most six steps; a step that is refused leads nowhere, so nothing beyond it is tried."""
    reached = [Course(lifecycle=table, state=table.start)]
    for number in range(LONGEST + 1):
        yield from reached
        if number < LONGEST:
            reached = [
                advance(course, each)
                for course in reached
                for each in variants(table, number)
                if not lacking(course, each)
            ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_course_of_six_steps_is_the_fold_of_its_steps_and_of_each_prefix(table: Lifecycle) -> None:
    number = 0
    for course in courses(table):
        number += 1
        assert follow(table, course.taken) == course
        before = follow(table, course.taken[:-1])
        assert not course.taken or advance(before, course.taken[-1]) == course
        assert follow(table, reversed(course.taken)) == course
        assert course.since == (course.taken[-1].day if course.taken else None)
        assert course.closed is (course.state in table.closed)
    assert number > LONGEST


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_step_is_refused_exactly_if_the_table_or_its_needs_say_so(table: Lifecycle) -> None:
    for course in courses(table):
        for each in variants(table, LONGEST + 1):
            problems = lacking(course, each)
            row = table.find(each.name, course.state)
            assert (row is None) is (each.name not in table.possible(course.state))
            assert (not problems) is allowed(course, each)
            if problems:
                with pytest.raises(StepRefused) as caught:
                    advance(course, each)
                assert caught.value.problems == problems


def allowed(course: Course, each: Step) -> bool:
    """What the tables say, told once more in other words."""
    row = course.lifecycle.find(each.name, course.state)
    if row is None:
        return False
    needs = not row.needs or bool(each.evidence)  # a step of this page shows everything or nothing
    return needs and not any(done.post == each.post for done in course.taken if done.name in row.unlike)


def test_no_item_is_ever_closed_without_evidence_verification_by_another_post_and_a_decision() -> None:
    closed = 0
    for course in courses(ITEM_LIFE):
        if course.state == "closed":
            closed += 1
            verified, done = course.last("verify"), course.last("close")
            doers = {each.post for each in course.taken if each.name in {"commit", "rectify", "report"}}
            assert verified is not None
            assert verified.evidence
            assert verified.post not in doers
            assert done is course.taken[-1]
            assert done is not None
            assert done.decision is not None
            assert done.post not in doers
            reported = course.last("report")
            assert reported is not None
            assert reported.evidence
    assert closed


def test_an_undone_step_is_not_reached_but_stays_in_the_history() -> None:
    for course in courses(ITEM_LIFE):
        reached = course.reached()
        assert ("close" in reached) is (course.state == "closed")
        assert ("verify" in reached) is (course.state in {"verified", "closed"})
        assert ("report" in reached) is (course.state in {"reported", "verified", "closed"})
        assert {each.name for each in course.taken} >= set(reached)
        assert all(reached[name] == last.day for name in reached if (last := course.last(name)))


def test_a_letter_is_signed_only_by_another_post_than_the_one_that_issued_it() -> None:
    for course in courses(LETTER_LIFE):
        signed, issued = course.last("sign"), course.last("issue")
        if signed is not None:
            assert issued is not None
            assert signed.post != issued.post


def test_a_promise_is_appraised_by_another_post_than_the_one_that_kept_it() -> None:
    for course in courses(COMMITMENT_LIFE):
        if course.state == "appraised":
            keepers = {each.post for each in course.taken if each.name == "fulfil"}
            assert course.taken[-1].post not in keepers


def test_no_work_is_ever_accepted_without_approval_contract_completion_and_another_post() -> None:
    accepted = 0
    for course in courses(WORK_LIFE):
        names = [each.name for each in course.taken]
        if course.state == "accepted":
            accepted += 1
            assert names[:2] == ["approve", "contract"]
            assert names[-2:] == ["complete", "accept"]
            ran = {each.post for each in course.taken if each.name in {"contract", "start", "complete"}}
            assert course.taken[-1].post not in ran
            assert all(
                course.taken[names.index(name)].evidence for name in ("approve", "contract", "complete")
            )
        if course.closed:
            assert WORK_LIFE.possible(course.state) == ()
        if course.state != "cancelled":
            done = "complete" in course.reached()
            assert done is (course.state in {"completed", "accepted"})
    assert accepted


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
@given(data=st.data())
def test_a_walk_is_the_fold_of_its_steps_in_any_order_of_listing(
    table: Lifecycle, data: st.DataObject
) -> None:
    walk = data.draw(draw_.walks(table))
    assert follow(table, walk.taken) == walk
    listed = data.draw(st.permutations(walk.taken))
    again = follow(table, listed)
    assert sorted(each.id for each in again.taken) == sorted(each.id for each in walk.taken)
    assert [each.day for each in again.taken] == sorted(each.day for each in walk.taken)


PROJECT = Lifecycle(
    name="lab",
    start="draft",
    closed=("done",),
    transitions=(
        Transition(step="declare", sources=("draft",), target="declared"),
        Transition(step="screen", sources=("declared",), target="screened", unlike=("declare",)),
        Transition(step="approve", sources=("screened",), target="running", needs=("decision", "evidence")),
        Transition(
            step="extend", sources=("running",), target="running", needs=("until", "note"), most=2, months=3
        ),
        Transition(step="stop", sources=("declared", "screened"), target="done"),
        Transition(step="stop", sources=("running",), target="done", undoes=("approve",)),
    ),
)


def test_steps_of_one_day_may_be_listed_in_any_order() -> None:
    day = [
        step("declare", day=START),
        step("screen", day=START, post=CHECKER),
        step("approve", day=START),
        step("stop", day=START),
    ]
    expected = follow(PROJECT, day)
    assert [each.name for each in expected.taken] == ["declare", "screen", "approve", "stop"]
    for listed in permutations(day):
        assert {each.name for each in follow(PROJECT, listed).taken} == {each.name for each in day}


def test_steps_of_one_day_keep_the_order_given_where_the_table_allows_it() -> None:
    first, second = step("extend", 1, day=START, until=START), step("extend", 2, day=START, until=START)
    before = (step("declare", day=START), step("screen", day=START, post=CHECKER), step("approve", day=START))
    assert follow(PROJECT, (*before, first, second)).taken[-2:] == (first, second)
    assert follow(PROJECT, (*before, second, first)).taken[-2:] == (second, first)


def test_a_day_that_no_order_allows_is_refused_as_it_was_listed() -> None:
    with pytest.raises(StepRefused) as caught:
        follow(PROJECT, (step("approve", day=START), step("screen", day=START)))
    assert [each.read for each in caught.value.problems] == ["approve in state draft"]


def test_a_day_with_many_steps_is_refused_without_trying_every_order(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def counted(course: Course, each: Step) -> tuple[Problem, ...]:
        nonlocal tried
        tried += 1
        assert tried < 20_000
        return lacking(course, each)

    monkeypatch.setattr(lifecycles, "lacking", counted)
    many = [step("report", number, day=START, post=f"p{number % 2}") for number in range(10)]
    many += [step("reject", number, day=START, post=f"q{number % 2}") for number in range(10)]
    with pytest.raises(StepRefused):
        follow(ITEM_LIFE, (step("rectify", day=START), *many, step("close", day=START)))
    assert tried > len(many)


def test_a_step_before_the_last_one_is_backdated() -> None:
    course = follow(PROJECT, [step("declare", 5)])
    assert [each.code for each in lacking(course, step("stop", 4))] == ["step-backdated"]
    assert lacking(course, step("stop", 5)) == ()


def test_a_step_hears_of_everything_it_lacks_at_once() -> None:
    course = follow(PROJECT, [step("declare", 0), step("screen", 1, post=CHECKER), step("approve", 2)])
    course = advance(course, step("extend", 3, until=START))
    course = advance(course, step("extend", 4, until=START))
    assert [each.code for each in lacking(course, step("extend", 3, bare=True))] == [
        "step-lacks",
        "step-lacks",
        "step-backdated",
        "step-too-often",
    ]
    assert [each.code for each in lacking(course, step("extend", 5, until=START))] == ["step-too-often"]


def test_a_step_by_the_wrong_post_names_the_post() -> None:
    course = follow(PROJECT, [step("declare")])
    [problem] = lacking(course, step("screen", 1))
    assert (problem.code, problem.read, problem.where.record) == ("same-post", DOER, "item:i")


def test_a_closed_record_has_no_further_step() -> None:
    course = follow(PROJECT, [step("declare"), step("stop", 1)])
    assert course.closed
    [problem] = lacking(course, step("declare", 2))
    assert problem.expected == "no further step"


def test_only_the_row_that_was_taken_undoes_steps() -> None:
    early = follow(PROJECT, [step("declare"), step("stop", 1)])
    assert early.reached() == {"declare": START, "stop": START + timedelta(days=1)}
    late = follow(
        PROJECT, [step("declare"), step("screen", 1, post=CHECKER), step("approve", 2), step("stop", 3)]
    )
    assert "approve" not in late.reached()
    assert late.count("approve") == 1


def test_a_course_made_by_hand_reaches_what_it_lists_although_no_row_knows_it() -> None:
    course = Course(lifecycle=PROJECT, state="draft", taken=(step("unknown"),))
    assert course.reached() == {"unknown": START}


def test_a_course_tells_first_last_count_and_the_day_granted() -> None:
    due, granted = date(2026, 6, 1), date(2026, 8, 1)
    steps = [
        step("declare", 0),
        step("screen", 1, post=CHECKER),
        step("approve", 2),
        step("extend", 3, until=due),
        step("extend", 4, until=granted),
        step("stop", 5),
    ]
    course = follow(PROJECT, steps)
    assert (course.first("extend"), course.last("extend"), course.count("extend")) == (
        steps[3].day,
        steps[4],
        2,
    )
    assert (course.first("none"), course.last("none"), course.count("none")) == (None, None, 0)
    assert course.until(due) == granted
    assert follow(PROJECT, steps[:3]).until(due) == due
    assert follow(PROJECT, steps[:3]).until(None) is None


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_tables_label_every_state_and_step_and_reach_every_state(table: Lifecycle) -> None:
    assert {table.start, *(each.target for each in table.transitions)} == set(table.states)
    assert set(table.closed) <= set(table.states)
    assert all(each.label.zh and each.label.en for each in table.transitions)
    steps = {each.step for each in table.transitions}
    for each in table.transitions:
        assert set(each.sources) <= set(table.states)
        assert {*each.unlike, *each.undoes} <= steps
    assert hash(table) == hash(table)
