"""Stories of appraisals and feedback: counted once, never lost, nobody recognised."""

from __future__ import annotations

from datetime import date

from attrs import evolve
from tests.contracts.invariants.office import (
    APPRAISED,
    FEB,
    MAR,
    SAID,
    Changeset,
    Held,
    bug,
    gone,
    organisation,
    step,
    wrong,
)

from partybuilding.domain.feedback import Feedback
from partybuilding.domain.posts import Tenure

SAME = evolve(SAID, id="same", informant="m2w8c5td", text="活动室晚上总是锁着")


def taken(piece: Feedback, name: str = "answer", day: date = FEB) -> Changeset:
    """A step with a piece of feedback."""
    return (step(name, "b1-sec", day, piece.reference, note="已处理"),)


MERGED: Changeset = (evolve(SAME, into="f"), *taken(SAME, "merge"))


def import_the_slips_again() -> Changeset:
    """Reads the same slips a second time, and gives them new ids."""
    return (evolve(APPRAISED, id="a-2"),)


def sweep_out_old_feedback() -> Changeset:
    """Cleans up by taking away what nobody has answered."""
    return (gone(SAID),)


def merge_into_the_first_hit() -> Changeset:
    """Merges into the piece that a search found first, which is in none of the books."""
    return (evolve(SAME, into="gone"), *taken(SAME, "merge"))


def number_the_feedback_by_informant() -> Changeset:
    """Makes the id of a piece out of that of the informant, so that every page shows it."""
    return (evolve(SAID, id=f"{SAID.informant}/1"),)


def use_the_id_of_the_holder() -> Changeset:
    """Takes for an informant the id that stands for the same person as the holder of a post."""
    return (evolve(SAID, informant="h-b1"),)


FAMILY = (
    Held(
        code="counted-twice",
        right=(
            (
                (
                    APPRAISED,
                    evolve(APPRAISED, id="b", voice="members"),
                    evolve(APPRAISED, id="n", organisation="v2"),
                ),
            ),
            ((APPRAISED,), (evolve(APPRAISED, score=910_000, day=date(2027, 1, 10)),)),
        ),
        wrong=(
            wrong("counted-twice", (APPRAISED, evolve(APPRAISED, id="a-2", score=1))),
            wrong(
                "counted-twice",
                (APPRAISED, other := evolve(APPRAISED, id="b", organisation="v2")),
                (evolve(other, organisation="v1"),),
            ),
            wrong("outside-the-period", (evolve(APPRAISED, day=date(2025, 12, 31)),)),
            wrong("outside-the-period", (APPRAISED,), (evolve(APPRAISED, year=2027),)),
        ),
        bugs=(bug(import_the_slips_again, "counted-twice", (APPRAISED,)),),
    ),
    Held(
        code="feedback-lost",
        right=(
            ((SAID,), taken(SAID)),
            ((SAID,), taken(SAID, "reject")),
            ((SAID, SAME), MERGED),
            ((SAID, SAME), MERGED, (evolve(SAME, into=None), *taken(SAME, "reopen", MAR))),
        ),
        wrong=(
            wrong("feedback-removed", (SAID, *taken(SAID)), (gone(SAID),)),
            wrong("feedback-removed feedback-merged-wrongly", (SAID, *MERGED), (gone(SAID),)),
            wrong("feedback-merged-wrongly", (SAID, SAME), (evolve(SAME, into="f"),)),
            wrong("feedback-merged-wrongly", (SAID, SAME), taken(SAME, "merge")),
            wrong(
                "feedback-merged-wrongly",
                (SAID, *MERGED, third := evolve(SAID, id="o", informant=None)),
                (evolve(SAID, into=third.id), *taken(SAID, "merge")),
            ),
        ),
        bugs=(
            bug(sweep_out_old_feedback, "feedback-removed", (SAID,)),
            bug(merge_into_the_first_hit, "feedback-merged-wrongly", (SAME,)),
        ),
    ),
    Held(
        code="informant-recognisable",
        right=(((SAID, SAME),), ((SAID,), taken(SAID)), ((evolve(SAID, informant=None),),)),
        wrong=(
            wrong("informant-recognisable", (SAID, evolve(SAME, informant=SAID.informant))),
            wrong(
                "informant-recognisable",
                (SAID,),
                (Tenure(id="new", post="wc-dep", holder=str(SAID.informant)),),
            ),
            wrong("informant-recognisable", (SAID,), (organisation(str(SAID.informant), "shili"),)),
            wrong("informant-recognisable", (evolve(SAID, text=f"{SAID.informant} 说活动室不开门"),)),
            wrong(
                "informant-recognisable",
                (SAID,),
                (step("answer", "b1-sec", FEB, "feedback:f", note=f"已回访 {SAID.informant}"),),
            ),
        ),
        bugs=(
            bug(number_the_feedback_by_informant, "informant-recognisable"),
            bug(use_the_id_of_the_holder, "informant-recognisable"),
        ),
    ),
)
