"""Stories of works on venues: measured, paid by stage, accepted by another, one at a time; of rooms that are shared."""

from __future__ import annotations

from datetime import date

from attrs import evolve
from tests.contracts.invariants.office import (
    APR,
    FEB,
    HOLDERS,
    JAN,
    JUL,
    JUN,
    MAR,
    MAY,
    PROOF,
    Changeset,
    Held,
    bug,
    gone,
    movement,
    reversal,
    step,
    wrong,
)

from partybuilding.domain.lifecycles import Step
from partybuilding.domain.venues import Contract, Venue, Work

HALL = Venue(id="hall", organisation="v1", name="村部", area=15_000)
WORK = Work(
    id="w",
    organisation="v1",
    venue="hall",
    name="扩建",
    build="expanded",
    owner="b1-sec",
    area_before=15_000,
    area_planned=26_000,
    starts=JAN,
)
CONTRACT = Contract(day=MAR, evidence=PROOF[0], advance=300, progress=400, final=300)
LARGER = Contract(day=APR, evidence=PROOF[0], advance=300, progress=400, final=500)


def taken(name: str, post: str, day: date) -> Step:
    return step(name, post, day, "work:w", evidence=PROOF, note="理由")


APPROVE, SIGN, BEGIN, FINISH, ACCEPT = (
    taken(name, post, day)
    for name, post, day in (
        ("approve", "wc-sec", FEB),
        ("contract", "b1-sec", MAR),
        ("start", "b1-sec", APR),
        ("complete", "b1-sec", MAY),
        ("accept", "wc-sup", JUN),
    )
)
MONEY = movement("wm", "budget", ("v1", "source", -2_000), ("v1", "free", 2_000))
SIGNED_WORK = evolve(WORK, contract=CONTRACT, starts=MAR)
COMMIT = movement("wk", "commit", ("v1", "free", -1_000), ("v1", "reserved", 1_000), day=MAR, of="work:w")
MEASURED = evolve(SIGNED_WORK, area_after=26_500, starts=JUN)
LARGER_HALL = evolve(HALL, area=26_500, build="expanded", starts=JUN)

PLANNED: Changeset = (HALL, WORK, APPROVE, MONEY)
SIGNING: Changeset = (SIGN, SIGNED_WORK, COMMIT)
BUILT: Changeset = (BEGIN, FINISH)
ACCEPTING: Changeset = (ACCEPT, MEASURED, LARGER_HALL)
WHOLE = (PLANNED, SIGNING, BUILT, ACCEPTING)
CANCEL = taken("cancel", "b1-sec", APR)
RELEASE = movement("wr", "release", ("v1", "reserved", -1_000), ("v1", "free", 1_000), day=APR, of="work:w")
CHANGE = taken("change", "wc-sec", APR)
ROOM = Venue(id="room", organisation="v2", name="共用活动室", area=3_000, build="shared", shares="hall")


ADVANCE, PROGRESS, REST = (movement(
    f"wp{number}", "pay", ("v1", "reserved", -amount), ("v1", "spent", amount), day=day, of="work:w"
) for number, (amount, day) in enumerate(((300, MAR), (400, APR), (300, JUL))))  # fmt: skip
ANOTHER = evolve(WORK, id="x", name="改建", build="rebuilt", starts=FEB)


def take_the_planned_area() -> Changeset:
    """Gives the venue the area that was planned, and not what was measured."""
    return (ACCEPT, MEASURED, evolve(LARGER_HALL, area=26_000))


def let_the_village_accept_what_the_street_wrote_down() -> Changeset:
    """Compares the acceptor with the posts that took the steps only, and not with the one that runs the work."""
    return (evolve(ACCEPT, post="b1-sec"), MEASURED, LARGER_HALL)


def raise_the_price_in_the_register() -> Changeset:
    """Writes the new price into the work, and asks nobody to approve it."""
    return (evolve(WORK, contract=evolve(LARGER, day=MAR), starts=APR),)


def pay_what_is_committed() -> Changeset:
    """Pays whatever is committed, and does not look how far the building is."""
    return (ADVANCE, evolve(PROGRESS, day=MAR))


def plan_without_looking_at_the_venue() -> Changeset:
    """Plans a work on a venue, and does not look whether another one goes on there."""
    return (ANOTHER,)


def book_a_room_larger_than_the_house() -> Changeset:
    """Lets an organisation share more than there is."""
    return (evolve(ROOM, area=15_001),)


BY_STREET: tuple[Changeset, ...] = (
    (HALL, WORK, APPROVE, MONEY),
    (evolve(SIGN, post="wc-sup"), SIGNED_WORK, COMMIT),
    (evolve(BEGIN, post="wc-sup"), evolve(FINISH, post="wc-sup")),
)
SUPERVISOR = evolve(HOLDERS["b2"], id="sup-3", post="wc-sup", holder="h-new")
SAME_HOLDER = evolve(HOLDERS["b2"], id="sup-2", post="wc-sup", holder="h-b1")

FAMILY = (
    Held(
        code="work-area-differs",
        right=(
            WHOLE,
            (
                (evolve(WORK, venue="new", build="new", area_before=0), APPROVE, MONEY),
                (SIGN, evolve(SIGNED_WORK, venue="new", build="new", area_before=0), COMMIT),
                BUILT,
                (
                    ACCEPT,
                    evolve(MEASURED, venue="new", build="new", area_before=0),
                    evolve(LARGER_HALL, id="new", build="new"),
                ),
            ),
        ),
        wrong=(
            wrong("work-area-differs", *WHOLE[:3], (ACCEPT, MEASURED)),
            wrong("work-area-differs", *WHOLE[:3], (ACCEPT, MEASURED, evolve(LARGER_HALL, build="rebuilt"))),
            wrong("work-area-differs", *WHOLE[:3], (ACCEPT, MEASURED, evolve(LARGER_HALL, starts=JUL))),
            wrong("work-area-differs", *WHOLE[:3], (MEASURED,)),
            wrong("work-area-differs", *WHOLE[:3], (ACCEPT, LARGER_HALL)),
            wrong("work-area-differs", *WHOLE[:3], (*ACCEPTING, evolve(HALL, area=16_000))),
            wrong("work-area-differs", *WHOLE, (evolve(LARGER_HALL, area=27_000),)),
            wrong("work-area-differs", *WHOLE, (gone(LARGER_HALL), gone(HALL))),
        ),
        bugs=(bug(take_the_planned_area, "work-area-differs", *WHOLE[:3]),),
    ),
    Held(
        code="work-accepted-by-builder",
        right=(WHOLE, (*WHOLE[:3], (taken("reject", "wc-sup", JUN),)), (*WHOLE, (SUPERVISOR,))),
        wrong=(
            wrong(
                "work-accepted-by-builder", *BY_STREET, (evolve(ACCEPT, post="b1-sec"), MEASURED, LARGER_HALL)
            ),
            wrong("work-accepted-by-builder", *BY_STREET, (taken("reject", "b1-sec", JUN),)),
            wrong("work-accepted-by-builder", *WHOLE, (SAME_HOLDER,)),
        ),
        bugs=(
            bug(let_the_village_accept_what_the_street_wrote_down, "work-accepted-by-builder", *BY_STREET),
        ),
    ),
    Held(
        code="work-contract-unsigned",
        right=(
            WHOLE,
            (*WHOLE[:2], (CHANGE, evolve(WORK, contract=LARGER, starts=APR))),
            (*WHOLE[:2], (evolve(SIGNED_WORK, name="扩建活动室", starts=APR),)),
        ),
        wrong=(
            wrong("work-contract-unsigned", PLANNED, (SIGNED_WORK,)),
            wrong("work-contract-unsigned", PLANNED, (SIGN,)),
            wrong("work-contract-unsigned", *WHOLE[:2], (evolve(WORK, contract=LARGER, starts=APR),)),
            wrong("work-contract-unsigned", *WHOLE[:2], (evolve(WORK, starts=APR),)),
            wrong("work-contract-unsigned", PLANNED, (SIGN, evolve(SIGNED_WORK, starts=APR))),
        ),
        bugs=(bug(raise_the_price_in_the_register, "work-contract-unsigned", *WHOLE[:2]),),
    ),
    Held(
        code="work-overdrawn",
        right=(
            (*WHOLE[:2], (ADVANCE,), BUILT, (PROGRESS,), ACCEPTING, (REST,)),
            (*WHOLE[:2], (CANCEL, RELEASE)),
            (*WHOLE[:2], (ADVANCE,), (evolve(reversal(ADVANCE), of=None),), (evolve(ADVANCE, id="again"),)),
            (*WHOLE[:2], (ADVANCE,), (reversal(ADVANCE),), (evolve(ADVANCE, id="again"),)),
            (*WHOLE[:2], BUILT, (PROGRESS,), (evolve(MONEY, id="m2"),)),
            ((MONEY, movement("k", "commit", ("v1", "free", -10), ("v1", "reserved", 10), of="project:p")),),
        ),
        wrong=(
            wrong("work-overdrawn", PLANNED, (COMMIT,)),
            wrong("work-overdrawn", *WHOLE[:2], (evolve(COMMIT, id="k2"),)),
            wrong("work-overdrawn", *WHOLE[:2], (evolve(ADVANCE, legs=PROGRESS.legs),)),
            wrong("work-overdrawn", *WHOLE[:2], (ADVANCE, evolve(ADVANCE, id="again"))),
            wrong("work-overdrawn", *WHOLE[:2], (CANCEL,)),
            wrong(
                "work-overdrawn",
                *WHOLE[:2],
                (CHANGE, evolve(WORK, contract=evolve(LARGER, final=0), starts=APR)),
            ),
            wrong("work-overdrawn", *WHOLE[:2], BUILT, (ADVANCE, PROGRESS), (gone(BEGIN), gone(FINISH))),
            wrong(
                "work-overdrawn",
                *WHOLE[:2],
                (CANCEL, RELEASE),
                (evolve(reversal(RELEASE, day=APR), of=None),),
            ),
            wrong("work-unknown", (MONEY,), (COMMIT,)),
            wrong("work-unknown", PLANNED, SIGNING, (gone(WORK), gone(SIGNED_WORK))),
        ),
        bugs=(bug(pay_what_is_committed, "work-overdrawn", *WHOLE[:2]),),
    ),
    Held(
        code="work-twice",
        right=(
            (*WHOLE, (evolve(ANOTHER, area_before=26_500, starts=JUL),)),
            (*WHOLE[:2], (CANCEL, RELEASE), (evolve(ANOTHER, starts=APR),)),
            (PLANNED, (evolve(ANOTHER, venue="other", area_before=0),)),
        ),
        wrong=(
            wrong("work-twice", PLANNED, (ANOTHER,)),
            wrong("work-twice", *WHOLE, (ANOTHER,)),
            wrong("work-twice", *WHOLE, (evolve(ANOTHER, starts=JUL),), (gone(ACCEPT),)),
        ),
        bugs=(bug(plan_without_looking_at_the_venue, "work-twice", PLANNED),),
    ),
    Held(
        code="shared-room-lacking",
        right=(((HALL, ROOM),), ((HALL, ROOM), (LARGER_HALL,)), ((HALL,),)),
        wrong=(
            wrong("shared-room-lacking", (ROOM,)),
            wrong("shared-room-lacking", (HALL, evolve(ROOM, organisation="v1"))),
            wrong("shared-room-lacking", (HALL, ROOM), (evolve(HALL, area=2_999),)),
            wrong("shared-room-lacking", (HALL, ROOM), (gone(HALL),)),
            wrong(
                "shared-room-lacking",
                (HALL, ROOM, evolve(ROOM, id="third", organisation="hamlet", shares="room")),
            ),
        ),
        bugs=(bug(book_a_room_larger_than_the_house, "shared-room-lacking", (HALL,)),),
    ),
)
