"""The three types of projects: what each may do, what it asks for, and where it ends."""

from datetime import date
from typing import Any

import pytest

from partybuilding.domain.lifecycles import Course, Evidence, Step, follow
from partybuilding.errors import StepRefused
from partybuilding.extension.declarations import Tally
from partybuilding.extension.expressions import read, trace
from partybuilding.mechanisms import projects

TYPES = {each.name: each for each in projects.rules()}
START = ("declare", "screen", "approve", "start", "inspect")
WITH_PANEL = ("declare", "screen", "review", "approve", "start", "inspect")
POSTS = {"declare": "lead", "start": "lead", "report": "lead", "resubmit": "lead", "extend": "lead"}


def step(name: str, number: int, *, post: str | None = None) -> Step:
    full: dict[str, Any] = {
        "evidence": (Evidence(reference=f"paper/{name}"),),
        "decision": "decision-1",
        "note": "because",
    }
    full |= {"until": date(2026, 12, 31)} if name in {"extend", "repair"} else {}
    return Step(
        id=f"s{number}", of="project:p1", name=name, day=date(2026, 1, number), post=post or POSTS.get(name, "office"),
        **full,
    )  # fmt: skip


def course(kind: str, *names: str) -> Course:
    return follow(TYPES[kind].lifecycle, [step(name, number) for number, name in enumerate(names, start=1)])


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_state_can_be_reached_and_every_open_state_can_be_left(kind: str) -> None:
    life = TYPES[kind].lifecycle
    reached, front = {life.start}, [life.start]
    while front:
        here = front.pop()
        onward = {row.target for row in life.transitions if here in row.sources} - reached
        reached |= onward
        front += onward
    assert reached == set(life.states)
    assert {state for state in reached if not life.possible(state)} == set(life.closed)
    assert all(label.zh and label.en for label in life.states.values())


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_documents_are_asked_for_at_gates_that_the_type_has(kind: str) -> None:
    steps = {row.step for row in TYPES[kind].lifecycle.transitions}
    asked = {name for name, documents in TYPES[kind].documents if documents}
    assert asked <= steps
    assert {"declare", "approve", "report", "accept"} <= asked


def test_the_three_types_differ_in_gates_documents_and_acceptance() -> None:
    steps = {kind: {row.step for row in each.lifecycle.transitions} for kind, each in TYPES.items()}
    assert steps["promotion"] - steps["foundation"] == {"review", "promote"}
    assert steps["promotion"] - steps["exploration"] == {"repair", "resubmit", "withdraw"}
    assert steps["exploration"] - steps["promotion"] == {"conclude"}
    assert [TYPES[kind].acceptance for kind in ("foundation", "promotion", "exploration")] == [
        "floor", "improvement", "learning",
    ]  # fmt: skip
    assert len({each.documents for each in TYPES.values()}) == 3
    assert TYPES["promotion"].asked("declare") == ("项目申报表", "基线数据表")


def test_foundation_work_needs_no_panel_and_ends_when_it_has_passed() -> None:
    done = course("foundation", *START, "report", "accept")
    assert (done.state, done.closed) == ("passed", True)


def test_promotion_work_is_not_approved_without_its_panel() -> None:
    with pytest.raises(StepRefused, match="approve in state screened"):
        course("promotion", "declare", "screen", "approve")


def test_a_project_is_extended_by_three_months_at_most_and_once() -> None:
    extended = course("foundation", *START, "extend")
    assert extended.state == "extended"
    assert extended.until(date(2026, 11, 30)) == date(2026, 12, 31)
    (row,) = [row for row in TYPES["foundation"].lifecycle.transitions if row.step == "extend"]
    assert (row.months, row.most, row.needs) == (3, 1, ("until", "note"))
    with pytest.raises(StepRefused):
        course("foundation", *START, "extend", "extend")


def test_a_project_that_fails_is_repaired_once_within_three_months_and_then_passes() -> None:
    passed = course("promotion", *WITH_PANEL, "report", "repair", "resubmit", "accept")
    assert passed.state == "passed"
    (row,) = [row for row in TYPES["promotion"].lifecycle.transitions if row.step == "repair"]
    assert (row.months, row.most) == (3, 1)
    under_repair = course("promotion", *WITH_PANEL, "report", "repair")
    assert "report" not in under_repair.reached()


@pytest.mark.parametrize("steps", [("report", "repair"), ("report", "repair", "resubmit")])
def test_a_project_that_is_not_repaired_is_withdrawn(steps: tuple[str, ...]) -> None:
    assert course("foundation", *START, *steps, "withdraw").state == "withdrawn"


def test_withdrawn_and_cancelled_are_different_ends() -> None:
    assert course("promotion", *WITH_PANEL, "cancel").state == "cancelled"
    with pytest.raises(StepRefused):
        course("promotion", *WITH_PANEL, "withdraw")
    with pytest.raises(StepRefused):
        course("promotion", *WITH_PANEL, "report", "cancel")


def test_exploration_may_fail_honestly_and_is_never_repaired_into_a_success() -> None:
    learnt = course("exploration", *WITH_PANEL, "report", "conclude")
    assert (learnt.state, learnt.closed) == ("learnt", True)
    with pytest.raises(StepRefused, match="repair in state reported"):
        course("exploration", *WITH_PANEL, "report", "repair")


@pytest.mark.parametrize("kind", ["promotion", "exploration"])
def test_what_has_passed_may_be_promoted_except_foundation_work(kind: str) -> None:
    assert course(kind, *WITH_PANEL, "report", "accept", "promote").state == "promoted"
    with pytest.raises(StepRefused):
        course("foundation", *START, "report", "accept", "promote")


def test_nobody_accepts_or_inspects_what_they_did_themselves() -> None:
    steps = [step(name, number) for number, name in enumerate((*START, "report"), start=1)]
    life = TYPES["foundation"].lifecycle
    for last in (step("accept", 9, post="lead"), step("repair", 9, post="lead")):
        with pytest.raises(StepRefused, match="same post"):
            follow(life, [*steps, last])
    with pytest.raises(StepRefused, match="same post"):
        follow(life, [*steps[:4], step("inspect", 9, post="lead")])


@pytest.mark.parametrize("name", ["approve", "accept", "withdraw", "cancel", "conclude", "promote"])
def test_whatever_decides_on_a_project_rests_on_a_decision(name: str) -> None:
    rows = [row for each in TYPES.values() for row in each.lifecycle.transitions if row.step == name]
    assert rows
    assert all("decision" in row.needs for row in rows)


def test_a_project_may_be_declined_at_every_gate_before_approval() -> None:
    for names in (("declare",), ("declare", "screen"), ("declare", "screen", "review")):
        assert course("exploration", *names, "decline").state == "declined"


def test_projects_are_counted_in_the_year_of_the_step() -> None:
    year = {"year_starts": date(2026, 1, 1).toordinal(), "year_ends": date(2026, 12, 31).toordinal()}
    for function, name in (
        (projects.declared, "declare"), (projects.accepted, "accept"), (projects.promoted, "promote"),
    ):  # fmt: skip
        days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
        found = [read(trace(function).body, {name: day.toordinal(), **year}, {}) for day in days]
        assert found == [0, 1, 1, 0]
        assert read(trace(function).body, {name: None, **year}, {}) is None


def test_a_project_is_overdue_from_the_day_after_its_last_one() -> None:
    body = trace(projects.overdue).body
    assert [read(body, {"until": 100, "today": today}, {}) for today in (99, 100, 101)] == [0, 0, 1]
    running = trace(projects.unfinished).body
    assert [read(running, {"starts": 100, "today": today}, {}) for today in (99, 100)] == [0, 1]
    (counted,) = [each for each in projects.columns() if each.name == "projects_overdue"]
    assert isinstance(counted, Tally)
    assert counted.where == {"state": projects.RUNNING}
