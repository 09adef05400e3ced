"""Stories of decisions: by whom, on whom, on what ground, and for how long."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    FEB,
    HOLDERS,
    ITEM,
    JUL,
    JUN,
    MAR,
    MAY,
    Changeset,
    Held,
    bug,
    decision,
    gone,
    wrong,
)

CALLED = decision("call", "b1-sec", matter="accountability", of="item:i", outcome="talk")
ADMONISHED = evolve(CALLED, until=JUL)
LIFTED = decision(
    "lift", "b1-sec", matter="accountability", of="item:i", day=MAY, lifts="call", outcome="lifted"
)
LATE_HOLDER: Changeset = (
    gone(HOLDERS["b1"]),
    evolve(HOLDERS["b1"], starts=FEB),
    ITEM,
)


def call_to_account_who_holds_the_post_today() -> Changeset:
    """Calls the present holder to account for what happened before he came."""
    return (CALLED,)


def grade_oneself() -> Changeset:
    """Lets every committee record the grade of the unit it sits at."""
    return (decision(subject="jincheng"),)


def lift_by_moving_the_date() -> Changeset:
    """Ends the effect of a decision early by changing its last day."""
    return (evolve(ADMONISHED, until=JUN),)


FAMILY = (
    Held(
        code="decision-without-body",
        right=((((ITEM, CALLED),)), ((decision(),),)),
        wrong=(
            wrong("decision-without-body", (decision(by="unknown"),)),
            wrong("decision-on-nobody", (decision(subject="unknown"),)),
            wrong("decision-of-nothing", (decision(of="item:unknown"),)),
            wrong("decision-without-trigger", (evolve(CALLED, of=None),)),
            wrong("subject-without-post", (ITEM, evolve(CALLED, subject="wc-dep", body="dc"))),
        ),
        bugs=(bug(call_to_account_who_holds_the_post_today, "subject-without-post", LATE_HOLDER),),
    ),
    Held(
        code="decider-is-subject",
        right=(
            ((decision(),),),
            ((decision(subject="jincheng", by="dc"),),),
            ((decision(subject="jincheng", matter="closing"),),),
        ),
        wrong=(
            wrong("decider-is-subject", (decision(subject="jincheng", matter="veto"),)),
            wrong("decider-is-subject", (ITEM, evolve(CALLED, subject="wc-sec"))),
            wrong("decider-below-subject", (decision(subject="acheng"),)),
            wrong("decider-below-subject", (ITEM, evolve(CALLED, subject="dc-sec", body="b1"))),
            wrong("decider-below-subject", (decision(subject="dc", matter="closing"),)),
        ),
        bugs=(bug(grade_oneself, "decider-is-subject"),),
    ),
    Held(
        code="effect-shortened",
        right=(
            ((ITEM, ADMONISHED), (LIFTED,)),
            ((ITEM, ADMONISHED), (evolve(LIFTED, body="dc"),)),
            ((ITEM, CALLED), (ADMONISHED,)),
        ),
        wrong=(
            wrong("effect-shortened", (ITEM, ADMONISHED), (gone(ADMONISHED),)),
            wrong("effect-shortened", (ITEM, ADMONISHED), (CALLED,)),
            wrong("lifts-nothing", (ITEM, CALLED), (LIFTED,)),
            wrong("lifts-nothing", (ITEM, ADMONISHED), (evolve(LIFTED, day=JUL),)),
            wrong("lifts-nothing", (ITEM, ADMONISHED), (evolve(LIFTED, day=MAR),)),
            wrong("lifted-from-below", (ITEM, ADMONISHED), (evolve(LIFTED, body="b2", subject="b1-sec"),)),
        ),
        bugs=(bug(lift_by_moving_the_date, "effect-shortened", (ITEM, ADMONISHED)),),
    ),
)
