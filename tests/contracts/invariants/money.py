"""Stories of money: never lost, never spent twice, carried from year to year."""

from __future__ import annotations

from attrs import evolve
from tests.contracts.invariants.office import (
    BUDGET,
    DOWN,
    JAN,
    MAR,
    MAY,
    NEXT_YEAR,
    PAID,
    PROJECT,
    PROMISE,
    Changeset,
    Held,
    bug,
    gone,
    movement,
    reversal,
    wrong,
)

from partybuilding.domain.lifecycles import Step

LARGE = 10**14
SPENT: Changeset = (BUDGET, DOWN, PROMISE, PAID)
CARRIED = movement(
    "carry", "carry", ("jincheng", "reserved", -200), ("jincheng", "carried", 200), day=NEXT_YEAR
)
BROUGHT = movement(
    "bring", "bring", ("jincheng", "brought", -200), ("jincheng", "free", 200), day=NEXT_YEAR, year=2027
)
FOR_PROJECT, PAID_FOR = (evolve(each, of="project:p") for each in (PROMISE, PAID))
END = Step(id="end", of="project:p", name="end", day=MAY, post="b1-sec")
RELEASED = movement(
    "release", "release", ("jincheng", "reserved", -200), ("jincheng", "free", 200), day=MAR, of="project:p"
)


def budget_in_fen_of_fen() -> Changeset:
    """Takes an amount that is in fen already for yuan, and multiplies it by 100 once more."""
    fen = 2_000_000_000_000 * 100
    return (movement("x", "budget", ("v1", "source", -fen), ("v1", "free", fen)),)


def allocate_out_of_nothing() -> Changeset:
    """Allocates to a village, and takes the money from outside and not from the street."""
    return (movement("x", "allocate", ("v1", "source", -100), ("v1", "free", 100)),)


def pay_what_is_available() -> Changeset:
    """Pays at once what was never committed."""
    return (movement("x", "pay", ("jincheng", "free", -100), ("jincheng", "spent", 100)),)


def allocate_without_looking_at_the_balance() -> Changeset:
    """Allocates what a list asks for, and does not look what is there."""
    return (movement("x", "allocate", ("jincheng", "free", -601), ("v1", "free", 601)),)


def carry_over_only_what_is_available() -> Changeset:
    """Carries over what is available, and forgets what is still committed."""
    return (
        movement("carry", "carry", ("acheng", "free", -400), ("acheng", "carried", 400), day=NEXT_YEAR),
        movement(
            "bring", "bring", ("acheng", "brought", -400), ("acheng", "free", 400), day=NEXT_YEAR, year=2027
        ),
        movement("x", "carry", ("jincheng", "free", -100), ("jincheng", "carried", 100), day=NEXT_YEAR),
        movement(
            "y", "bring", ("jincheng", "brought", -100), ("jincheng", "free", 100), day=NEXT_YEAR, year=2027
        ),
    )


def open_the_year_with_the_rounded_balance() -> Changeset:
    """Opens the new year with the balance in whole yuan, and loses the fen."""
    opening = movement(
        "bring", "bring", ("jincheng", "brought", -199), ("jincheng", "free", 199), day=NEXT_YEAR, year=2027
    )
    return CARRIED, opening


def reverse_one_leg_of_three() -> Changeset:
    """Takes back a payment to two, and forgets one of its legs."""
    return (
        movement(
            "back",
            "reverse",
            ("jincheng", "reserved", 300),
            ("jincheng", "spent", -300),
            reverses="paid",
            day=MAR,
        ),
    )


def end_without_releasing() -> Changeset:
    """Ends a project when it is accepted, and leaves what was committed and not paid."""
    return (END,)


FAMILY = (
    Held(
        code="amount-too-large",
        right=(((movement("x", "budget", ("v1", "source", -LARGE), ("v1", "free", LARGE)),),), (SPENT,)),
        wrong=(
            wrong(
                "amount-too-large",
                (movement("x", "budget", ("v1", "source", -LARGE - 1), ("v1", "free", LARGE + 1)),),
            ),
            wrong(
                "amount-too-large",
                (
                    movement(
                        "x",
                        "budget",
                        ("v1", "source", -2 * LARGE),
                        ("v1", "free", LARGE),
                        ("v1", "free", LARGE),
                    ),
                ),
            ),
            wrong(
                "amount-too-large",
                (BUDGET,),
                (
                    evolve(
                        BUDGET,
                        legs=tuple(evolve(leg, amount=leg.amount * LARGE // 10) for leg in BUDGET.legs),
                    ),
                ),
            ),
        ),
        bugs=(bug(budget_in_fen_of_fen, "amount-too-large"),),
    ),
    Held(
        code="source-outside-budget",
        right=(
            (SPENT,),
            ((BUDGET,), (movement("back", "return", ("acheng", "free", -400), ("acheng", "source", 400)),)),
        ),
        wrong=(
            wrong(
                "source-outside-budget",
                (movement("x", "commit", ("v1", "source", -1), ("v1", "reserved", 1)),),
            ),
            wrong("source-outside-budget", (movement("x", "pay", ("v1", "source", -1), ("v1", "spent", 1)),)),
            wrong(
                "source-outside-budget",
                (BUDGET,),
                (movement("x", "release", ("acheng", "free", -1), ("acheng", "source", 1)),),
            ),
        ),
        bugs=(bug(allocate_out_of_nothing, "source-outside-budget"),),
    ),
    Held(
        code="movement-astray",
        right=((SPENT,), ((*SPENT, reversal(PAID)),)),
        wrong=(
            wrong(
                "movement-astray",
                (BUDGET,),
                (movement("x", "allocate", ("acheng", "free", -1), ("v1", "spent", 1)),),
            ),
            wrong(
                "movement-astray",
                (BUDGET,),
                (movement("x", "commit", ("acheng", "free", -1), ("v1", "reserved", 1)),),
            ),
            wrong(
                "movement-astray",
                (BUDGET,),
                (evolve(DOWN, legs=(DOWN.legs[0], evolve(DOWN.legs[1], purpose="venue"))),),
            ),
            wrong(
                "movement-astray",
                (*SPENT,),
                (movement("x", "release", ("jincheng", "spent", -1), ("jincheng", "free", 1)),),
            ),
        ),
        bugs=(bug(pay_what_is_available, "movement-astray", (BUDGET, DOWN)),),
    ),
    Held(
        code="over-spent",
        right=(
            (SPENT,),
            ((BUDGET, DOWN, movement("all", "allocate", ("jincheng", "free", -600), ("v1", "free", 600))),),
        ),
        wrong=(
            wrong("over-spent", (BUDGET, evolve(DOWN, day=JAN))),
            wrong("over-spent", (BUDGET, evolve(DOWN, year=2027))),
            wrong("over-spent", SPENT, (gone(BUDGET),)),
            wrong(
                "over-spent",
                (BUDGET, DOWN, PROMISE),
                (movement("x", "pay", ("jincheng", "reserved", -601), ("jincheng", "spent", 601)),),
            ),
        ),
        bugs=(bug(allocate_without_looking_at_the_balance, "over-spent", (BUDGET, DOWN)),),
    ),
    Held(
        code="carry-over-differs",
        right=(
            (SPENT, (CARRIED, BROUGHT)),
            (
                (*SPENT, CARRIED, BROUGHT),
                (reversal(CARRIED, "r1", day=NEXT_YEAR), reversal(BROUGHT, "r2", day=NEXT_YEAR)),
            ),
        ),
        wrong=(
            wrong("carry-over-differs", SPENT, (CARRIED,)),
            wrong("carry-over-differs", SPENT, (BROUGHT,)),
            wrong("carry-over-differs", SPENT, (CARRIED, evolve(BROUGHT, year=2028))),
            wrong(
                "carry-over-differs",
                (*SPENT, CARRIED, BROUGHT),
                (movement("late", "allocate", ("acheng", "free", -5), ("jincheng", "free", 5)),),
            ),
            wrong("carry-over-differs", (*SPENT, CARRIED, BROUGHT), (gone(BROUGHT),)),
        ),
        bugs=(
            bug(open_the_year_with_the_rounded_balance, "carry-over-differs", SPENT),
            bug(
                carry_over_only_what_is_available,
                "carry-over-differs",
                (
                    BUDGET,
                    DOWN,
                    evolve(
                        PROMISE,
                        legs=movement(
                            "x", "commit", ("jincheng", "free", -500), ("jincheng", "reserved", 500)
                        ).legs,
                    ),
                ),
            ),
        ),
    ),
    Held(
        code="reversal",
        right=((SPENT, (reversal(PAID),)), ((BUDGET, DOWN, back := reversal(DOWN)), (gone(back),))),
        wrong=(
            wrong("reversal-without-original", (BUDGET, DOWN, reversal(DOWN, reverses="unknown"))),
            wrong(
                "reversal-without-original", (BUDGET, evolve(DOWN, day=MAY), reversal(evolve(DOWN, day=MAY)))
            ),
            wrong(
                "reversal-not-opposite",
                (BUDGET, DOWN),
                (reversal(DOWN, legs=tuple(evolve(leg, amount=-leg.amount // 2) for leg in DOWN.legs)),),
            ),
            wrong("reversed-twice", (BUDGET, DOWN, reversal(DOWN)), (reversal(DOWN, "again"),)),
        ),
        bugs=(
            bug(
                reverse_one_leg_of_three,
                "reversal-not-opposite",
                (
                    BUDGET,
                    DOWN,
                    PROMISE,
                    movement(
                        "paid",
                        "pay",
                        ("jincheng", "reserved", -300),
                        ("jincheng", "reserved", -100),
                        ("jincheng", "spent", 400),
                    ),
                ),
            ),
        ),
    ),
    Held(
        code="project-holds-money",
        right=(
            ((PROJECT, BUDGET, DOWN, FOR_PROJECT, PAID_FOR, RELEASED), (END,)),
            ((PROJECT, BUDGET, DOWN, PROMISE), (END,)),
        ),
        wrong=(
            wrong("project-holds-money", (PROJECT, BUDGET, DOWN, FOR_PROJECT), (END, PAID_FOR)),
            wrong("project-holds-money", (PROJECT, BUDGET, DOWN, FOR_PROJECT), (END, PAID)),
            wrong("project-holds-money", (PROJECT, BUDGET, DOWN, END), (FOR_PROJECT,)),
        ),
        bugs=(
            bug(end_without_releasing, "project-holds-money", (PROJECT, BUDGET, DOWN, FOR_PROJECT, PAID_FOR)),
        ),
    ),
)
