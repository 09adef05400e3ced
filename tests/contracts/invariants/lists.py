"""Stories of responsibility lists and public commitments."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    APR,
    CLOSED,
    CLOSING,
    FEB,
    ITEM,
    JUL,
    MAR,
    POSTED,
    PROMISED,
    PROOF,
    RECTIFIED,
    REOPENED,
    SAID,
    TOP,
    VERIFIED,
    VETTED,
    Changeset,
    Held,
    bug,
    gone,
    signing,
    step,
    wrong,
)

from partybuilding.domain.lifecycles import Evidence
from partybuilding.domain.posts import Tenure

DONE: Changeset = (*RECTIFIED, VERIFIED, CLOSING, CLOSED)
OWNED = (evolve(ITEM, owner="wc-sup"), *RECTIFIED[1:])
ABOVE = (evolve(ITEM, owner="wc-sec", organisation="jincheng"), *RECTIFIED[1:])
REPORTED = step("report", "b1-sec", MAR, evidence=PROOF)
NAMELESS = (Evidence(reference=" "),)
WITHDRAWN = step("withdraw", "b1-sec", JUL, "commitment:c", note="情况变化")


def sign_what_was_never_issued() -> Changeset:
    """Records the signature of the receiver, and forgets that the letter must be issued first."""
    return (signing(TOP)[1],)


def verify_by_whoever_is_on_duty() -> Changeset:
    """Lets the supervisor on duty verify, although the item is his own."""
    return (VERIFIED,)


def verify_by_any_supervisor_of_the_district() -> Changeset:
    """Takes a supervisor from the pool of the whole district, also one of another street."""
    return (evolve(VERIFIED, post="sc-sup"),)


def close_with_an_empty_cell_for_evidence() -> Changeset:
    """Reads the empty cell of a form as a piece of evidence without a name."""
    return (
        ITEM,
        step("rectify", "b1-sec", FEB),
        step("report", "b1-sec", FEB, evidence=NAMELESS),
        evolve(VERIFIED, evidence=NAMELESS),
        CLOSING,
        CLOSED,
    )


def reopen_by_deleting_the_closing() -> Changeset:
    """Opens an item once more by taking its closing away, as if it had never been closed."""
    return (gone(CLOSED),)


def unpublish() -> Changeset:
    """Takes a promise off the board by deleting its posting."""
    return (gone(POSTED),)


FAMILY = (
    Held(
        code="life-cycle",
        right=(
            (DONE,),
            (DONE, (REOPENED,)),
            ((SAID,), (step("answer", "b1-sec", FEB, "feedback:f", note="已开放"),)),
        ),
        wrong=(
            wrong("step-not-possible", RECTIFIED, (CLOSING, CLOSED)),
            wrong("step-lacks", RECTIFIED, (evolve(VERIFIED, evidence=()),)),
            wrong("same-post", RECTIFIED, (evolve(VERIFIED, post="b1-sec"),)),
            wrong("step-of-nothing", (step("verify", "wc-sup", APR, "item:unknown"),)),
            wrong("step-lacks", (SAID,), (step("reject", "b1-sec", FEB, "feedback:f"),)),
        ),
        bugs=(bug(sign_what_was_never_issued, "step-not-possible", (TOP,)),),
    ),
    Held(
        code="verifier-is-owner",
        right=(
            (RECTIFIED, (VERIFIED,)),
            (OWNED, (evolve(VERIFIED, post="wc-sec"),)),
            (ABOVE, (evolve(VERIFIED, post="dc-sec"),)),
        ),
        wrong=(
            wrong(
                "verifier-is-owner",
                (*OWNED, Tenure(id="dc-t", post="dc-sec", holder="h-wc-sup")),
                (evolve(VERIFIED, post="dc-sec"),),
            ),
            wrong("verifier-below-owner", ABOVE, (evolve(VERIFIED, post="b2-sec"),)),
            wrong("verifier-is-owner", (*RECTIFIED, VERIFIED), (evolve(ITEM, owner="wc-sup"),)),
            wrong(
                "verifier-is-owner",
                (*RECTIFIED, VERIFIED, CLOSING),
                (evolve(CLOSED, post="wc-sec"), evolve(ITEM, owner="wc-sec")),
            ),
        ),
        bugs=(bug(verify_by_whoever_is_on_duty, "verifier-is-owner", OWNED),),
    ),
    Held(
        code="verifier-without-authority",
        right=(
            (RECTIFIED, (VERIFIED,)),
            (RECTIFIED, (evolve(VERIFIED, post="dc-sec"),)),
            ((evolve(ITEM, lead="b1", owner="b1-off"), *RECTIFIED[1:]), (VERIFIED,)),
        ),
        wrong=(
            wrong("verifier-without-authority", RECTIFIED, (evolve(VERIFIED, post="b2-sec"),)),
            wrong("verifier-without-authority", RECTIFIED, (evolve(VERIFIED, post="unknown"),)),
            wrong(
                "verifier-without-authority",
                (*RECTIFIED, VERIFIED),
                (evolve(ITEM, lead="sc", organisation="hamlet"),),
            ),
            wrong(
                "verifier-without-authority",
                (*RECTIFIED, VERIFIED, CLOSING),
                (evolve(CLOSED, post="sc-sec"),),
            ),
        ),
        bugs=(bug(verify_by_any_supervisor_of_the_district, "verifier-without-authority", RECTIFIED),),
    ),
    Held(
        code="closed-without-evidence",
        right=(
            (DONE,),
            (
                (
                    ITEM,
                    step("rectify", "b1-sec", FEB),
                    step("report", "b1-sec", FEB, evidence=NAMELESS),
                    VERIFIED,
                    CLOSING,
                ),
                (CLOSED,),
            ),
        ),
        wrong=(
            wrong("closed-without-evidence", (ITEM, CLOSING, CLOSED)),
            wrong(
                "closed-without-evidence",
                (
                    *DONE[:1],
                    DONE[1],
                    evolve(REPORTED, evidence=()),
                    evolve(VERIFIED, evidence=()),
                    CLOSING,
                    CLOSED,
                ),
            ),
            wrong(
                "closed-without-evidence",
                DONE,
                (evolve(REPORTED, evidence=NAMELESS), evolve(VERIFIED, evidence=NAMELESS)),
            ),
            wrong("closed-without-evidence", (ITEM, CLOSING, CLOSED, evolve(REOPENED, evidence=PROOF))),
        ),
        bugs=(bug(close_with_an_empty_cell_for_evidence, "closed-without-evidence"),),
    ),
    Held(
        code="closing-removed",
        right=((DONE, (REOPENED,)), (DONE, (evolve(CLOSED, note="更正：会议纪要第3号"),))),
        wrong=(
            wrong("closing-removed", (*DONE, REOPENED), (gone(CLOSED), gone(REOPENED))),
            wrong("closing-removed", DONE, (evolve(CLOSED, name="reject", note="退回"),)),
            wrong("closing-removed", (*DONE, evolve(ITEM, id="j")), (evolve(CLOSED, of="item:j"),)),
        ),
        bugs=(bug(reopen_by_deleting_the_closing, "closing-removed", DONE),),
    ),
    Held(
        code="commitment-removed",
        right=(
            ((PROMISED, VETTED, POSTED), (WITHDRAWN,)),
            ((PROMISED, VETTED), (gone(PROMISED), gone(VETTED))),
            ((PROMISED, VETTED, POSTED), (evolve(PROMISED, text="更正"),)),
        ),
        wrong=(
            wrong("commitment-removed", (PROMISED, VETTED, POSTED), (gone(PROMISED),)),
            wrong(
                "commitment-removed", (PROMISED, VETTED, POSTED), (gone(PROMISED), gone(VETTED), gone(POSTED))
            ),
            wrong(
                "commitment-removed",
                (PROMISED, VETTED, POSTED, other := evolve(PROMISED, id="e")),
                (evolve(POSTED, of=other.reference),),
            ),
            wrong(
                "commitment-removed",
                (PROMISED, VETTED, POSTED),
                (evolve(POSTED, name="withdraw", note="情况变化"),),
            ),
        ),
        bugs=(bug(unpublish, "commitment-removed", (PROMISED, VETTED, POSTED)),),
    ),
)
