"""Feedback, decisions with an effect, carried years and carried indicators: what the records themselves say and refuse."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from partybuilding.convert import from_plain
from partybuilding.cycle.funding import Line, carry_over
from partybuilding.domain.decisions import Decision, effect_ends
from partybuilding.domain.feedback import Feedback, Handled, handled
from partybuilding.domain.funding import Leg, Movement, balances
from partybuilding.domain.indicators import Indicator
from partybuilding.domain.standards import person_time
from partybuilding.errors import InputProblem, RecordProblem
from partybuilding.labels import Label
from partybuilding.testing.worlds import World

DAY = date(2026, 3, 1)


def said(id_: str = "f", **more: Any) -> Feedback:
    return Feedback(id=id_, day=DAY, organisation="v1", text="活动室晚上不开门", channel="masses", **more)


def test_what_became_of_feedback_is_counted_and_what_has_no_state_shows_as_missing() -> None:
    pieces = [said(each) for each in ("a", "b", "c", "d", "e")]
    states = {"a": "received", "b": "answered", "c": "rejected", "d": "merged", "e": "answered"}
    assert handled(pieces, states) == Handled(received=5, open=1, answered=2, rejected=1, merged=1)
    assert handled(pieces, states).accounted
    assert not handled(pieces, {**states, "e": "lost"}).accounted


def test_feedback_speaks_and_is_not_merged_into_itself() -> None:
    assert said(text_en="closed at night").label == Label("活动室晚上不开门", "closed at night")
    assert said().label.en == "活动室晚上不开门"
    with pytest.raises(RecordProblem) as caught:
        said(into="f")
    assert [each.code for each in caught.value.problems] == ["merged-into-itself"]


@pytest.mark.parametrize("name", ["张 三", 7])
def test_a_name_in_the_place_of_an_informant_is_refused_and_never_repeated(name: object) -> None:
    plain = {"id": "f", "day": "2026-03-01", "organisation": "v1", "text": "t", "channel": "masses"}
    with pytest.raises(InputProblem) as caught:
        from_plain("feedback", plain | {"informant": name})
    assert str(name) not in "".join(each.read for each in caught.value.problems)


def test_an_effect_ends_by_itself_or_by_the_decision_that_lifts_it() -> None:
    given: dict[str, Any] = {
        "body": "dc",
        "document": "1号",
        "matter": "accountability",
        "subject": "s",
        "outcome": "x",
    }
    talk = Decision(id="d", day=DAY, until=date(2026, 9, 1), **given)
    lifting = Decision(id="l", day=date(2026, 6, 1), lifts="d", **given)
    assert effect_ends(talk, [talk]) == date(2026, 9, 1)
    assert effect_ends(talk, [talk, lifting]) == date(2026, 6, 1)
    assert effect_ends(lifting, [talk, lifting]) is None
    with pytest.raises(RecordProblem) as caught:
        Decision(id="d", day=DAY, until=DAY, **given)
    assert [each.code for each in caught.value.problems] == ["effect-before-decision"]


def test_a_year_is_closed_with_all_that_is_left_and_the_next_one_opened_with_the_same() -> None:
    def leg(pocket: Any, amount: int) -> Leg:
        return Leg(organisation="v1", purpose="education", pocket=pocket, amount=amount)

    line = Line(organisation="v1", purpose="education", year=2026)
    assert carry_over(World().snapshot, line, day=date(2026, 12, 31), id_="c") == ()
    budget = Movement(id="b", day=DAY, year=2026, kind="budget", legs=(leg("source", -100), leg("free", 100)))
    promise = Movement(
        id="p", day=DAY, year=2026, kind="commit", legs=(leg("free", -30), leg("reserved", 30))
    )
    world = World().having(budget, promise)
    closing, opening = carry_over(world.snapshot, line, day=date(2026, 12, 31), id_="c", reason="结转")
    assert (closing.id, closing.year, opening.id, opening.year) == ("c/carry", 2026, "c/bring", 2027)
    left = {account.pocket: amount for account, amount in balances([budget, promise, closing]).items()}
    assert (left["free"], left["reserved"], left["carried"]) == (0, 0, 100)
    begun = {account.pocket: amount for account, amount in balances([opening]).items()}
    assert begun == {"brought": -100, "free": 70, "reserved": 30}


def test_a_rate_is_not_carried_its_parts_are() -> None:
    with pytest.raises(RecordProblem) as caught:
        Indicator(
            name="lab.rate", label=Label("率", "rate"), unit=person_time, asks=Label("达标", "reach it"), source="示例",
            numerator="a", denominator="b", scoring="s", carry="sum",
        )  # fmt: skip
    assert [each.code for each in caught.value.problems] == ["rate-carried"]
