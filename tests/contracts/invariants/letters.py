"""Stories of letters of responsibility: from the top down, signed by the right people, and conserved."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    APR,
    FEB,
    JAN,
    MAR,
    NEXT_YEAR,
    ONE,
    SIGNED,
    TOP,
    TWO,
    Changeset,
    Held,
    bug,
    ending,
    letter,
    line,
    organisation,
    signing,
    wrong,
)

from partybuilding.domain.lifecycles import Step
from partybuilding.domain.posts import Tenure

AGAIN = evolve(TOP, id="again")
SOON = organisation("soon", "shili", starts=NEXT_YEAR)
FOR_SOON = letter("soon", "soon", "dc", "sc")
DEPUTY = Tenure(id="dep", post="wc-dep", holder="h-dc")


def sign_in_the_order_of_the_list() -> Changeset:
    """Signs the letters as they come, and does not look whether the one above is signed."""
    return signing(ONE)


def correct_in_place() -> Changeset:
    """Corrects the wording of a letter that is signed already."""
    return (evolve(TOP, lines=(line(100, reserve=10, asks="按季完成"),)),)


def sign_by_the_first_post_of_the_body() -> Changeset:
    """Signs by a post of the right body, and does not ask whether anybody holds it."""
    issue, sign = signing(TOP)
    return issue, evolve(sign, post="wc-dep")


def sign_by_any_holder() -> Changeset:
    """Signs by any post of the body that somebody holds, also if it is he who issued the letter."""
    issue, sign = signing(TOP)
    return issue, evolve(sign, post="wc-dep")


def issue_anew_without_superseding() -> Changeset:
    """Issues a corrected letter, and leaves the earlier one in effect."""
    return (AGAIN, *signing(AGAIN, MAR))


def letters_from_the_list_of_next_year() -> Changeset:
    """Writes letters for every unit of a list, also for one that does not exist yet."""
    return (FOR_SOON, *signing(FOR_SOON))


def hand_down_rounded_up() -> Changeset:
    """Halves 91 between two units, rounds both halves up, and hands down one more than there is."""
    half = -(-91 // 2)
    one, two = (evolve(each, lines=(line(half, share=half),)) for each in (ONE, TWO))
    return (one, two, *signing(one), *signing(two))


def by(sign: Step, post: str) -> Changeset:
    """Issue as always, and the signature by a post."""
    return (TOP, signing(TOP)[0], evolve(sign, post=post))


FAMILY = (
    Held(
        code="above-not-signed",
        right=(
            ((TOP, ONE, TWO), signing(TOP), (*signing(ONE), *signing(TWO, MAR))),
            (SIGNED, (ending(TOP), ending(ONE), ending(TWO))),
        ),
        wrong=(
            wrong("above-not-signed", (TOP, ONE, TWO, signing(TOP)[0], *signing(ONE))),
            wrong("above-not-signed", (TOP, ONE, TWO, *signing(TOP, MAR), *signing(ONE, FEB))),
            wrong("above-not-signed", SIGNED, (ending(TOP),)),
            wrong("above-not-signed", SIGNED, (ending(TOP, "supersede"),)),
            wrong(
                "above-not-signed",
                (
                    TOP,
                    *signing(TOP),
                    alone := evolve(ONE, above=None, lines=(line(50),)),
                    *signing(alone, JAN),
                ),
            ),
        ),
        bugs=(bug(sign_in_the_order_of_the_list, "above-not-signed", (TOP, ONE, TWO)),),
    ),
    Held(
        code="signature-content",
        right=((SIGNED,), ((TOP,), (evolve(TOP, lines=(line(99),)),))),
        wrong=(
            wrong("signature-content", (TOP, *signing(evolve(TOP, lines=(line(99),))))),
            wrong("signature-content", (TOP, *signing(TOP, digest=""))),
            wrong("signature-content", (TOP, *signing(TOP)), (evolve(TOP, lines=(line(101, reserve=10),)),)),
            wrong("signature-content", (TOP, *signing(TOP)), (evolve(TOP, starts=APR),)),
        ),
        bugs=(bug(correct_in_place, "signature-content", (TOP, *signing(TOP))),),
    ),
    Held(
        code="signer-without-post",
        right=((SIGNED,), ((TOP, signing(TOP)[0], evolve(signing(TOP)[1], post="wc-sup")),)),
        wrong=(
            wrong("wrong-post", by(signing(TOP)[1], "b1-sec")),
            wrong("wrong-post", by(signing(TOP)[1], "unknown")),
            wrong("wrong-post", (TOP, evolve(signing(TOP)[0], post="sc-sec"), signing(TOP)[1])),
            wrong(
                "signer-without-post",
                (TOP, Tenure(id="wc-t", post="wc-sec", holder="h-wc", ends=FEB), *signing(TOP)),
            ),
        ),
        bugs=(bug(sign_by_the_first_post_of_the_body, "signer-without-post", (TOP,)),),
    ),
    Held(
        code="signer-is-issuer",
        right=(
            (SIGNED,),
            (
                (
                    Tenure(id="both", post="wc-sup", holder="h-dc"),
                    TOP,
                    signing(TOP)[0],
                    evolve(signing(TOP)[1], post="wc-sup"),
                ),
            ),
        ),
        wrong=(
            wrong("signer-is-issuer", (DEPUTY, *by(signing(TOP)[1], "wc-dep"))),
            wrong(
                "signer-is-issuer", (DEPUTY, TOP, signing(TOP)[0]), (evolve(signing(TOP)[1], post="wc-dep"),)
            ),
            wrong(
                "signer-is-issuer",
                (
                    evolve(DEPUTY, starts=MAR),
                    TOP,
                    signing(TOP)[0],
                    evolve(signing(TOP, APR)[1], post="wc-dep"),
                ),
            ),
        ),
        bugs=(bug(sign_by_any_holder, "signer-is-issuer", (DEPUTY, TOP)),),
    ),
    Held(
        code="letter-twice",
        right=(
            ((TOP, *signing(TOP)), (ending(TOP, "supersede", MAR), AGAIN, *signing(AGAIN, MAR))),
            ((TOP, *signing(TOP)), (other := evolve(AGAIN, kind="safety"), *signing(other, MAR))),
        ),
        wrong=(
            wrong("letter-twice", (TOP, AGAIN, *signing(TOP), *signing(AGAIN))),
            wrong(
                "letter-twice", (TOP, *signing(TOP)), (half := evolve(AGAIN, starts=APR), *signing(half, APR))
            ),
            wrong(
                "letter-twice", (TOP, *signing(TOP)), (AGAIN, signing(AGAIN)[0]), (signing(AGAIN, MAR)[1],)
            ),
        ),
        bugs=(bug(issue_anew_without_superseding, "letter-twice", (TOP, *signing(TOP))),),
    ),
    Held(
        code="letter-for-nobody",
        right=((SIGNED,), ((SOON, then := evolve(FOR_SOON, starts=NEXT_YEAR, ends=None), *signing(then)),)),
        wrong=(
            wrong("letter-for-nobody", (ghost := letter("ghost", "nowhere", "dc", "wc"), *signing(ghost))),
            wrong("letter-for-nobody", (SOON, FOR_SOON, signing(FOR_SOON)[0])),
            wrong(
                "letter-for-nobody",
                (ghost := letter("g", "v1", "dc", "unknown"), signing(ghost)[0]),
            ),
        ),
        bugs=(bug(letters_from_the_list_of_next_year, "letter-for-nobody", (SOON,)),),
    ),
    Held(
        code="share-sum",
        right=((SIGNED,), ((TOP, *signing(TOP)), (ONE, *signing(ONE)), (TWO,))),
        wrong=(
            wrong(
                "share-sum",
                (TOP, *signing(TOP), ONE, less := evolve(TWO, lines=(line(39, share=39),)), *signing(less)),
            ),
            wrong(
                "share-sum",
                (TOP, *signing(TOP), ONE, *signing(ONE)),
                (evolve(TWO, lines=(line(41, share=41),)),),
            ),
            wrong(
                "share-sum",
                (TOP, *signing(TOP), much := evolve(ONE, lines=(line(91, share=91),)), *signing(much)),
            ),
            wrong(
                "share-of-nothing",
                (
                    TOP,
                    *signing(TOP),
                    new := evolve(ONE, lines=(line(50, share=50), line(5, share=5, indicator="new"))),
                    *signing(new),
                ),
            ),
        ),
        bugs=(
            bug(
                hand_down_rounded_up,
                "share-sum",
                (odd := evolve(TOP, lines=(line(101, reserve=10),)), *signing(odd)),
            ),
        ),
    ),
)
