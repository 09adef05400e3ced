"""Stories of units that end, and of what hung on them."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    BUDGET,
    GOAL,
    HAMLET,
    ITEM,
    JUN,
    MAY,
    Changeset,
    Held,
    bug,
    decision,
    movement,
    wrong,
)

from partybuilding.domain.reorganisations import Reorganisation, Succession

ENDED = evolve(HAMLET, ends=JUN)
OPEN = evolve(ITEM, organisation="hamlet")
DECIDED = decision("dr", "hamlet", "dc", matter="organisation", day=MAY)
ABOLISHED = Reorganisation(
    id="r",
    day=JUN,
    kind="abolish",
    before=("hamlet",),
    after=("v2",),
    instrument="示例发〔2026〕8号",
    decision="dr",
)
GOES_ON = evolve(GOAL, ends=JUN)
TOLD = evolve(ABOLISHED, successions=(Succession(of=GOAL.reference, reason="目标取消"),))
FOLLOWED = evolve(GOAL, id="g2", organisation="v2", starts=JUN)
HANDED = evolve(ABOLISHED, successions=(Succession(of=GOAL.reference, to=(FOLLOWED.reference,)),))
MONEY = movement("h", "allocate", ("acheng", "free", -100), ("hamlet", "free", 100))
BACK = movement("b", "return", ("hamlet", "free", -100), ("acheng", "free", 100), day=MAY)


def close_and_forget_the_list() -> Changeset:
    """Closes a unit, and leaves a problem that was found with it open and without anybody."""
    return ENDED, ABOLISHED, DECIDED


def end_everything_with_the_unit() -> Changeset:
    """Ends with a unit whatever hung on it, and says nowhere what became of it."""
    return ENDED, ABOLISHED, DECIDED, GOES_ON


def name_the_successor_before_it_is_written() -> Changeset:
    """Names a successor that is to be written next week."""
    return ENDED, HANDED, DECIDED, GOES_ON


def record_the_day_of_the_meeting() -> Changeset:
    """Takes the day of the meeting for the day of the new order."""
    return ENDED, evolve(ABOLISHED, day=MAY), DECIDED


def close_with_the_till_full() -> Changeset:
    """Closes a unit, and leaves its money where it is."""
    return ENDED, ABOLISHED, DECIDED


FAMILY = (
    Held(
        code="obligation-left",
        right=(
            ((ENDED, ABOLISHED, DECIDED),),
            ((GOAL,), (ENDED, TOLD, DECIDED, GOES_ON)),
            (
                (OPEN,),
                (
                    ENDED,
                    DECIDED,
                    evolve(OPEN, organisation="v2"),
                    evolve(ABOLISHED, successions=(Succession(of=OPEN.reference, to=(OPEN.reference,)),)),
                ),
            ),
        ),
        wrong=(
            wrong("obligation-left", (GOAL,), (ENDED,)),
            wrong("obligation-left", (ENDED,), (OPEN,)),
            wrong("obligation-left", (ENDED, GOAL)),
        ),
        bugs=(bug(close_and_forget_the_list, "obligation-left", (OPEN,)),),
    ),
    Held(
        code="succession-missing",
        right=(
            ((GOAL,), (ENDED, TOLD, DECIDED, GOES_ON)),
            ((GOAL,), (ENDED, HANDED, DECIDED, GOES_ON, FOLLOWED)),
        ),
        wrong=(
            wrong("succession-missing", (GOAL,), (ENDED, GOES_ON)),
            wrong("succession-missing", (OPEN,), (ENDED, evolve(OPEN, organisation="v2"))),
            wrong(
                "succession-missing",
                (GOAL, OPEN),
                (ENDED, TOLD, DECIDED, GOES_ON, evolve(OPEN, organisation="v2")),
            ),
        ),
        bugs=(bug(end_everything_with_the_unit, "succession-missing", (GOAL,)),),
    ),
    Held(
        code="succession-unknown",
        right=(((GOAL,), (ENDED, HANDED, DECIDED, GOES_ON, FOLLOWED)), ((ENDED, ABOLISHED, DECIDED),)),
        wrong=(
            wrong(
                "succession-unknown",
                (ENDED, DECIDED, evolve(ABOLISHED, successions=(Succession(of="item:unknown", reason="x"),))),
            ),
            wrong(
                "succession-unknown",
                (GOAL,),
                (
                    ENDED,
                    DECIDED,
                    GOES_ON,
                    evolve(ABOLISHED, successions=(Succession(of=GOAL.reference, to=("spirit:x",)),)),
                ),
            ),
            wrong(
                "succession-unknown",
                (GOAL,),
                (ENDED, HANDED, DECIDED, GOES_ON, evolve(FOLLOWED, starts=None, ends=MAY)),
            ),
        ),
        bugs=(bug(name_the_successor_before_it_is_written, "succession-unknown", (GOAL,)),),
    ),
    Held(
        code="reorganisation-mismatch",
        right=(
            ((ENDED, ABOLISHED, DECIDED),),
            (
                (
                    Reorganisation(
                        id="n",
                        day=JUN,
                        kind="rename",
                        before=("v1",),
                        after=("v1",),
                        instrument="示例发〔2026〕9号",
                    ),
                ),
            ),
        ),
        wrong=(
            wrong("reorganisation-mismatch", (ABOLISHED, DECIDED)),
            wrong("reorganisation-without-decision", (ENDED, ABOLISHED)),
            wrong(
                "reorganisation-mismatch",
                (
                    DECIDED,
                    evolve(ABOLISHED, id="s", kind="split", before=("hamlet",), after=("hamlet", "new")),
                ),
            ),
            wrong(
                "reorganisation-mismatch",
                (ENDED, ABOLISHED, DECIDED),
                (evolve(HAMLET, ends=None, name="又设"),),
            ),
        ),
        bugs=(bug(record_the_day_of_the_meeting, "reorganisation-mismatch"),),
    ),
    Held(
        code="balance-left",
        right=(((BUDGET, MONEY, BACK), (ENDED, ABOLISHED, DECIDED)), ((ENDED, ABOLISHED, DECIDED),)),
        wrong=(
            wrong("balance-left", (BUDGET, MONEY), (ENDED,)),
            wrong("balance-left", (BUDGET, ENDED), (MONEY,)),
            wrong(
                "balance-left",
                (BUDGET, MONEY, movement("c", "commit", ("hamlet", "free", -40), ("hamlet", "reserved", 40))),
                (ENDED, movement("b", "return", ("hamlet", "free", -60), ("acheng", "free", 60), day=MAY)),
            ),
        ),
        bugs=(bug(close_with_the_till_full, "balance-left", (BUDGET, MONEY)),),
    ),
)
