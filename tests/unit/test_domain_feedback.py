"""Feedback comes in, and is answered, rejected or merged; every piece is counted once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.domain.feedback import FEEDBACK_LIFE, Feedback, Handled, handled
from partybuilding.domain.lifecycles import Step, follow
from partybuilding.errors import RecordProblem, StepRefused
from partybuilding.testing import strategies as draw_

DAY = date(2026, 3, 1)
SAID = Feedback(id="f", day=DAY, organisation="v1", text="活动室不开门", channel="masses")


def taken(*names: str, note: str = "已处理") -> list[Step]:
    return [
        Step(id=str(at), day=DAY, of=SAID.reference, name=name, post="p", note=note)
        for at, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("names", "state"),
    [
        ((), "received"),
        (("answer",), "answered"),
        (("reject",), "rejected"),
        (("merge",), "merged"),
        (("answer", "reopen"), "received"),
        (("reject", "reopen", "answer"), "answered"),
    ],
)
def test_every_piece_is_open_answered_rejected_or_merged(names: Sequence[str], state: str) -> None:
    assert follow(FEEDBACK_LIFE, taken(*names)).state == state


@pytest.mark.parametrize("name", ["answer", "reject", "merge"])
def test_nothing_is_done_with_feedback_without_words(name: str) -> None:
    with pytest.raises(StepRefused, match="without note"):
        follow(FEEDBACK_LIFE, taken(name, note=" "))


def test_a_piece_is_done_with_once() -> None:
    with pytest.raises(StepRefused, match="answer in state rejected"):
        follow(FEEDBACK_LIFE, taken("reject", "answer"))


def test_a_piece_is_not_merged_into_itself_and_comes_through_a_known_channel() -> None:
    with pytest.raises(RecordProblem, match="merged into itself"):
        evolve(SAID, into="f")
    assert evolve(SAID, into="g").into == "g"
    with pytest.raises(RecordProblem, match="unknown word"):
        evolve(SAID, channel="rumour")  # type: ignore[arg-type]  # the word is the fault


def test_a_piece_speaks_both_languages_as_far_as_it_was_translated() -> None:
    assert (SAID.label.zh, SAID.label.en) == ("活动室不开门", "活动室不开门")
    assert evolve(SAID, text_en="The room is shut").label.en == "The room is shut"


@given(
    pieces=st.lists(draw_.feedback(), max_size=8, unique_by=lambda each: each.id),
    states=st.lists(st.sampled_from(tuple(FEEDBACK_LIFE.states)), min_size=8, max_size=8),
)
def test_what_came_in_is_the_sum_of_what_became_of_it(pieces: list[Feedback], states: list[str]) -> None:
    found = handled(pieces, dict(zip((each.id for each in pieces), states, strict=False)))
    assert found.received == len(pieces)
    assert found.accounted
    shown = states[: len(pieces)]
    counts = tuple(shown.count(state) for state in ("received", "answered", "rejected", "merged"))
    assert (found.open, found.answered, found.rejected, found.merged) == counts


def test_a_piece_without_a_state_is_not_accounted_for() -> None:
    found = handled([SAID], {})
    assert found == Handled(received=1, open=0, answered=0, rejected=0, merged=0)
    assert not found.accounted
