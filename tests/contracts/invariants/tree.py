"""Stories of organisations, codes and posts."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    FEB,
    HAMLET,
    HOLDERS,
    JUN,
    MAR,
    NEXT_YEAR,
    Changeset,
    Held,
    bug,
    organisation,
    wrong,
)

from partybuilding.domain.organisations import Alias, Placement
from partybuilding.domain.posts import Post, Tenure

TEAM = organisation("team", "hamlet")
CODE = Alias(scheme="stats", code="230112001")
TAKEN = organisation("v1", "jincheng", aliases=(CODE,))
SECOND = Tenure(id="new", post="b1-sec", holder="h-new", starts=MAR)


def close_without_looking_below() -> Changeset:
    """Ends a unit and forgets the teams that stand under it."""
    return (evolve(HAMLET, ends=JUN),)


def transfer_to_the_named_parent() -> Changeset:
    """Transfers a street under the unit that somebody typed, which stands below the street itself."""
    places = (Placement(parent="acheng", ends=JUN), Placement(parent="v1", starts=JUN))
    return (organisation("jincheng", placements=places, kind="street"),)


def give_out_codes_without_ending_the_old_ones() -> Changeset:
    """Gives a code of the new list to its new unit, and leaves it with the old one."""
    return (organisation("v2", "jincheng", aliases=(evolve(CODE, starts=JUN),)),)


def appoint_without_relieving() -> Changeset:
    """Appoints a secretary, and does not end the tenure of the one before."""
    return (SECOND,)


def deep(levels: int) -> Changeset:
    """A chain of units down to a level."""
    return tuple(organisation(f"d{at}", "v1" if at == 3 else f"d{at - 1}") for at in range(3, levels + 1))


FAMILY = (
    Held(
        code="tree-orphan",
        right=(
            ((TEAM,), (evolve(HAMLET, ends=JUN), evolve(TEAM, ends=JUN))),
            ((organisation("late", "shili", starts=JUN), organisation("later", "late", starts=JUN)),),
        ),
        wrong=(
            wrong("tree-orphan", (organisation("v3", "nowhere"),)),
            wrong("tree-orphan", (organisation("late", "shili", starts=FEB), organisation("v3", "late"))),
            wrong("tree-orphan", (evolve(HAMLET, ends=MAR), organisation("v3", "hamlet", starts=FEB))),
            wrong("tree-orphan", (TEAM,), (evolve(HAMLET, ends=MAR), evolve(TEAM, ends=JUN))),
        ),
        bugs=(bug(close_without_looking_below, "tree-orphan", (TEAM,)),),
    ),
    Held(
        code="tree-shape",
        right=(
            (deep(32),),
            (
                (
                    organisation("bureau"),
                    organisation("coop", placements=(Placement(parent="bureau", line="sector"),)),
                ),
            ),
        ),
        wrong=(
            wrong("tree-depth", deep(33)),
            wrong("tree-depth", deep(32), (organisation("v1", "hamlet"),)),
            wrong("tree-roots", (organisation("other"), organisation("v3", "other"))),
            wrong(
                "tree-roots",
                (
                    organisation("other"),
                    organisation(
                        "v2",
                        placements=(
                            Placement(parent="jincheng", ends=FEB),
                            Placement(parent="other", starts=FEB),
                        ),
                    ),
                ),
            ),
            wrong("tree-cycle", (organisation("v3", "v3"),)),
        ),
        bugs=(bug(transfer_to_the_named_parent, "tree-cycle"),),
    ),
    Held(
        code="code-taken",
        right=(
            (
                (TAKEN,),
                (
                    evolve(TAKEN, aliases=(evolve(CODE, ends=JUN),)),
                    organisation("v2", "jincheng", aliases=(evolve(CODE, starts=JUN),)),
                ),
            ),
            ((TAKEN, organisation("v2", "jincheng", aliases=(evolve(CODE, scheme="mca"),))),),
        ),
        wrong=(
            wrong("code-taken", (TAKEN, organisation("v2", "jincheng", aliases=(CODE,)))),
            wrong(
                "code-taken",
                (TAKEN,),
                (organisation("v2", "jincheng", aliases=(evolve(CODE, starts=FEB, ends=MAR),)),),
            ),
            wrong(
                "code-taken",
                (TAKEN,),
                (organisation("new", "shili", aliases=(evolve(CODE, ends=FEB),), ends=NEXT_YEAR),),
            ),
        ),
        bugs=(bug(give_out_codes_without_ending_the_old_ones, "code-taken", (TAKEN,)),),
    ),
    Held(
        code="post-full",
        right=(
            ((evolve(HOLDERS["b1"], ends=MAR), SECOND),),
            ((Tenure(id="second", post="wc-sup", holder="h-second"),),),
        ),
        wrong=(
            wrong("post-full", (evolve(SECOND, ends=JUN),)),
            wrong(
                "post-full",
                (
                    Tenure(id="one", post="wc-dep", holder="h-one", ends=MAR),
                    Tenure(id="two", post="wc-dep", holder="h-two", starts=FEB),
                ),
            ),
            wrong(
                "post-full",
                (Tenure(id="second", post="wc-sup", holder="h-second"),),
                (Post(id="wc-sup", body="wc", role="supervisor"),),
            ),
            wrong("post-full", (evolve(HOLDERS["b1"], ends=JUN), SECOND)),
        ),
        bugs=(bug(appoint_without_relieving, "post-full"),),
    ),
)
