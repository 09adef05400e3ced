"""Works on venues: every command, every refusal, and every course that commands can take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from partybuilding.cycle import funding
from partybuilding.cycle.funding import Line
from partybuilding.cycle.steps import course, take
from partybuilding.cycle.venues import Account, Act, accept, account, amend, cancel, pay, plan, sign
from partybuilding.domain.lifecycles import Evidence, Step
from partybuilding.domain.organisations import District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Source, Standard, item
from partybuilding.domain.venues import STAGES, WORK_LIFE, Contract, Venue, Work
from partybuilding.errors import PartybuildingError, StepRefused
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.storage.memory import MemoryStore
from partybuilding.testing import strategies as draw_
from partybuilding.testing.worlds import World

START = date(2026, 1, 10)
PAPER = (Evidence(reference="演示材料"),)
LINE = Line(organisation="v1", purpose="venue", year=2026)
CONTRACT = Contract(day=START, evidence=PAPER[0], advance=300, progress=400, completion=200, final=100)
HALL = Venue(id="hall", organisation="v1", name="村部", area=15_000)
WORK = Work(
    id="w", organisation="v1", venue="hall", name="扩建活动室", build="expanded", owner="builder",
    area_before=15_000, area_planned=26_000, starts=START,
)  # fmt: skip
ROOM = evolve(
    WORK,
    id="r",
    organisation="firm",
    venue="room",
    build="shared",
    shares="hall",
    area_before=0,
    area_planned=3_000,
)


ALLOWED = (
    Standard(name="venue_sharing", value=None, unit=item, source=Source("示例", "", "made_up")),
    Standard(
        name="venue_sharing", value=1, unit=item, kinds=("non_public_enterprise",), starts=date(2026, 1, 1),
        source=Source("示例", "", "made_up"), place="acheng",
    ),
)  # fmt: skip
WORLD = World().under(*ALLOWED)
RULES = WORLD.catalogue


class Host:
    """A host whose only rules are those of sharing."""

    manifest = ()
    backends = staticmethod(lambda: PluginHost.of({}).backends())
    catalogue: Any = staticmethod(lambda: RULES)


def opening() -> tuple[Record, ...]:
    """A village with a hall and money, an enterprise beside it, and four posts."""
    units = [("v1", "village"), ("firm", "non_public_enterprise"), ("school", "school")]
    posts = ("builder", "boss", "inspector")
    return (
        District(id="acheng", root="acheng"),
        Organisation(id="acheng", name="阿城区", kind="district"),
        *(
            Organisation(id=id_, name=id_, kind=kind, placements=(Placement(parent="acheng"),))
            for id_, kind in units
        ),
        PartyBody(id="b", name="b", kind="branch", seat="v1"),
        *(Post(id=id_, body="b", role="officer") for id_ in posts),
        *(Tenure(id=f"{id_}-t", post=id_, holder=f"h-{id_}") for id_ in posts),
        HALL,
        funding.budget(LINE, 5_000, day=START, id_="budget"),
    )


def at(day: date, *records: Record) -> Snapshot:
    """What is known on a day, after some changesets: states with a later version of theirs last."""
    ledger = kept(*records)
    return ledger.snapshot(on=day)


def kept(*records: Record) -> Ledger:
    ledger = Ledger(MemoryStore(), host=Host(), policy=AllowAll())
    commit(ledger, opening())
    if records:
        commit(ledger, records)
    return ledger


def commit(ledger: Ledger, records: tuple[Record, ...]) -> None:
    ledger.commit(records, actor=Actor("office"), why="test", at=datetime(2026, 1, 5, tzinfo=UTC))


def act(name: str, number: int = 0, post: str = "builder", **more: Any) -> Act:
    day = START + timedelta(days=number)
    return Act(
        **{"id": f"{name}-{number}", "day": day, "post": post, "evidence": PAPER, "note": "理由", **more}
    )


def approved(number: int = 1) -> Record:
    return act("approve", number, "boss").step("w", "approve")


def signed(number: int = 2) -> tuple[Record, ...]:
    """A work with its contract and its commitment."""
    day = START + timedelta(days=number)
    before = (WORK, approved())
    contract = evolve(CONTRACT, day=day)
    return (
        *before,
        *sign(at(day, *before), RULES, act("sign", number), work="w", contract=contract, line=LINE),
    )


def refused(made: Callable[[], object]) -> list[str]:
    with pytest.raises(StepRefused) as caught:
        made()
    return [problem.code for problem in caught.value.problems]


# --- planning and sharing ---------------------------------------------------------------------------------------------


def test_a_work_is_planned_on_a_venue_as_it_is_and_one_at_a_time() -> None:
    snapshot = at(START)
    assert plan(snapshot, RULES, WORK) == (WORK,)
    new = evolve(WORK, venue="new", build="new", area_before=0)
    assert plan(snapshot, RULES, new) == (new,)
    assert refused(lambda: plan(snapshot, RULES, evolve(WORK, area_before=14_000))) == ["venue-differs"]
    assert refused(lambda: plan(snapshot, RULES, evolve(WORK, organisation="firm"))) == ["venue-differs"]
    assert refused(lambda: plan(snapshot, RULES, evolve(new, area_before=1))) == ["venue-differs"]
    other = evolve(WORK, id="x", area_before=1)
    assert refused(lambda: plan(at(START, WORK), RULES, other)) == ["work-open", "venue-differs"]
    ended = (WORK, act("cancel", 1).step("w", "cancel"))
    later = evolve(other, area_before=15_000, starts=START + timedelta(days=2))
    assert plan(at(later.starts, *ended), RULES, later) == (later,)


def test_an_organisation_that_is_allowed_to_and_lacks_a_room_shares_that_of_a_village() -> None:
    snapshot = at(START)
    assert plan(snapshot, RULES, ROOM) == (ROOM,)
    assert refused(lambda: plan(snapshot, RULES, evolve(ROOM, organisation="school"))) == [
        "sharing-not-allowed"
    ]
    assert refused(lambda: plan(snapshot, RULES, evolve(ROOM, shares="nowhere"))) == ["room-too-small"]
    assert refused(lambda: plan(snapshot, RULES, evolve(ROOM, area_planned=15_001))) == ["room-too-small"]
    own = Venue(id="own", organisation="firm", name="活动室", area=1_000)
    assert refused(lambda: plan(at(START, own), RULES, ROOM)) == ["room-there"]
    shared = Venue(id="s", organisation="school", name="共用", area=4_000, build="shared", shares="hall")
    assert refused(lambda: plan(at(START, shared), RULES, evolve(ROOM, shares="s"))) == ["room-too-small"]


def test_sharing_is_refused_where_no_place_says_who_may() -> None:
    undecided = World().under(ALLOWED[0]).catalogue
    assert refused(lambda: plan(at(START), undecided, ROOM)) == ["sharing-not-allowed"]


def test_a_room_is_shared_without_money_and_counts_in_both_ways() -> None:
    ledger = kept(ROOM, act("a", 1, "boss").step("r", "approve"))
    day = START + timedelta(days=2)
    free = Contract(day=day, evidence=PAPER[0])
    commit(ledger, sign(ledger.snapshot(on=day), RULES, act("s", 2), work="r", contract=free, line=None))
    done = take(ledger.snapshot(on=day), RULES, act("c", 2).step("r", "complete"))
    commit(ledger, (done,))
    commit(
        ledger,
        accept(
            ledger.snapshot(on=day),
            RULES,
            act("ok", 3, "inspector"),
            work="r",
            area=2_950,
            venue_name="共用室",
        ),
    )
    room = ledger.snapshot(on=START + timedelta(days=3)).find(Venue, "room")
    assert room is not None
    assert (room.name, room.area, room.build, room.shares, room.organisation) == (
        "共用室",
        2_950,
        "shared",
        "hall",
        "firm",
    )
    assert ledger.verify() == ()


# --- contract and money -----------------------------------------------------------------------------------------------


def test_signing_gives_the_step_the_contract_and_the_commitment() -> None:
    records = signed()
    assert [each.noun for each in records] == ["work", "step", "step", "work", "movement"]
    snapshot = at(START + timedelta(days=2), *records)
    work = snapshot.find(Work, "w")
    assert work is not None
    assert account(snapshot, RULES, work) == Account(contract=1_000, due=300, committed=1_000, paid=0)
    assert account(at(START, WORK), RULES, WORK) == Account(contract=0, due=0, committed=0, paid=0)


def test_a_contract_is_signed_in_its_place_on_its_day_and_on_a_line_that_holds_it() -> None:
    day = START + timedelta(days=2)
    snapshot = at(day, WORK, approved())
    contract = evolve(CONTRACT, day=day)
    by = act("sign", 2)
    assert refused(lambda: sign(at(day, WORK), RULES, by, work="w", contract=contract, line=LINE)) == [
        "step-not-possible"
    ]
    assert refused(lambda: sign(snapshot, RULES, by, work="x", contract=contract, line=LINE)) == [
        "unknown-record"
    ]
    assert refused(lambda: sign(snapshot, RULES, by, work="w", contract=CONTRACT, line=LINE)) == [
        "contract-day"
    ]
    assert refused(lambda: sign(snapshot, RULES, by, work="w", contract=contract, line=None)) == ["no-line"]
    dear = evolve(contract, final=5_000)
    assert refused(lambda: sign(snapshot, RULES, by, work="w", contract=dear, line=LINE)) == ["over-spend"]
    bare = evolve(by, evidence=(), post="nobody")
    assert refused(lambda: sign(snapshot, RULES, bare, work="w", contract=contract, line=LINE)) == [
        "post-not-held", "step-lacks",
    ]  # fmt: skip


def test_no_more_is_paid_than_the_stage_of_the_work_makes_due() -> None:
    day = START + timedelta(days=2)
    snapshot = at(day, *signed())
    with pytest.raises(StepRefused) as caught:
        pay(snapshot, RULES, "w", 301, line=LINE, day=day, id_="p")
    (problem,) = caught.value.problems
    assert (problem.code, problem.read, problem.where.organisation) == ("work-overdrawn", "3.01 yuan", "v1")
    assert "at most 3 yuan" in problem.expected
    assert refused(lambda: pay(snapshot, RULES, "w", 0, line=LINE, day=day, id_="p")) == ["no-amount"]
    other = evolve(LINE, purpose="education")
    assert refused(lambda: pay(snapshot, RULES, "w", 300, line=other, day=day, id_="p")) == ["over-spend"]
    (paid,) = pay(snapshot, RULES, "w", 300, line=LINE, day=day, id_="p")
    assert account(at(day, *signed(), paid), RULES, work_of(signed())).open == 0


def work_of(records: tuple[Record, ...]) -> Work:
    return [each for each in records if isinstance(each, Work)][-1]


def test_a_payment_that_was_reversed_no_longer_counts() -> None:
    day = START + timedelta(days=2)
    (paid,) = pay(at(day, *signed()), RULES, "w", 300, line=LINE, day=day, id_="p")
    back = funding.reverse(paid, day=day, id_="back", reason="更正")  # type: ignore[arg-type]  # the one record is a movement
    snapshot = at(day, *signed(), paid, back)
    assert account(snapshot, RULES, work_of(signed())) == Account(
        contract=1_000, due=300, committed=1_000, paid=0
    )


@pytest.mark.parametrize(("final", "committed"), [(150, 1_050), (40, 940), (100, 1_000)])
def test_a_change_of_the_contract_commits_or_releases_the_difference(final: int, committed: int) -> None:
    day = START + timedelta(days=3)
    contract = evolve(CONTRACT, day=day, final=final)
    by = act("change", 3, "boss")
    records = amend(at(day, *signed()), RULES, by, work="w", contract=contract, line=LINE)
    snapshot = at(day, *signed(), *records)
    held = account(snapshot, RULES, work_of((*signed(), *records)))
    assert (held.contract, held.committed) == (committed, committed)


def test_a_change_is_approved_by_another_post_and_covers_what_was_paid() -> None:
    day = START + timedelta(days=3)
    (paid,) = pay(at(day, *signed()), RULES, "w", 300, line=LINE, day=day, id_="p")
    snapshot = at(day, *signed(), paid)
    contract = evolve(CONTRACT, day=day)
    assert refused(
        lambda: amend(snapshot, RULES, act("change", 3), work="w", contract=contract, line=LINE)
    ) == ["same-post"]
    by = act("change", 3, "boss")
    less = evolve(contract, advance=299)
    assert refused(lambda: amend(snapshot, RULES, by, work="w", contract=less, line=LINE)) == ["below-paid"]
    more = evolve(contract, final=101)
    assert refused(lambda: amend(snapshot, RULES, by, work="w", contract=more, line=None)) == ["no-line"]


def test_cancelling_releases_all_that_is_committed_and_not_paid_on_every_line() -> None:
    day = START + timedelta(days=3)
    (paid,) = pay(at(day, *signed()), RULES, "w", 300, line=LINE, day=day, id_="p")
    records = cancel(at(day, *signed(), paid), RULES, act("cancel", 3), work="w")
    snapshot = at(day, *signed(), paid, *records)
    assert account(snapshot, RULES, work_of(signed())) == Account(
        contract=1_000, due=300, committed=0, paid=300
    )
    assert [each.noun for each in cancel(at(day, WORK), RULES, act("cancel", 3), work="w")] == ["step"]


def test_what_is_paid_in_full_leaves_nothing_to_release() -> None:
    day = START + timedelta(days=2)
    before = (WORK, approved())
    whole = Contract(day=day, evidence=PAPER[0], advance=1_000)
    made = (
        *before,
        *sign(at(day, *before), RULES, act("sign", 2), work="w", contract=whole, line=LINE),
    )
    paid = pay(at(day, *made), RULES, "w", 1_000, line=LINE, day=day, id_="p")
    ended = cancel(at(day, *made, *paid), RULES, act("cancel", 2), work="w")
    assert [each.noun for each in ended] == ["step"]


def test_what_was_carried_into_the_next_year_is_released_there() -> None:
    day = date(2026, 12, 31)
    carried = funding.carry_over(at(day, *signed()), LINE, day=day, id_="c")
    later = date(2027, 2, 1)
    by = Act(id="cancel", day=later, post="builder", note="停建")
    step, release = cancel(at(later, *signed(), *carried), RULES, by, work="w")
    assert getattr(release, "year", None) == 2027
    assert kept(*signed(), *carried, step, release).verify() == ()


# --- the acceptance ---------------------------------------------------------------------------------------------------


def built() -> tuple[Record, ...]:
    return (*signed(), act("start", 3).step("w", "start"), act("complete", 4).step("w", "complete"))


def test_an_acceptance_gives_the_venue_what_was_measured_from_its_day() -> None:
    day = START + timedelta(days=5)
    records = accept(at(day, *built()), RULES, act("accept", 5, "inspector"), work="w", area=26_500)
    ledger = kept(*built(), *records)
    before, after = (ledger.snapshot(on=each).find(Venue, "hall") for each in (day - timedelta(days=1), day))
    assert before == HALL
    assert after == evolve(HALL, area=26_500, build="expanded", starts=day)
    assert ledger.verify() == ()


def test_a_new_venue_is_called_as_its_work_unless_it_is_named() -> None:
    for given_, name in (("", "扩建活动室"), ("新村部", "新村部")):
        new = evolve(WORK, venue="new", build="new", area_before=0)
        steps = [act(each, number, "boss" if each == "approve" else "builder").step("w", each)
                 for number, each in ((1, "approve"), (2, "contract"), (3, "complete"))]  # fmt: skip
        contract = Contract(day=START + timedelta(days=2), evidence=PAPER[0])
        version = evolve(new, contract=contract, starts=contract.day)
        day = START + timedelta(days=4)
        snapshot = at(day, new, version, *steps)
        by = act("accept", 4, "inspector")
        venue = accept(snapshot, RULES, by, work="w", area=1, venue_name=given_)[-1]
        assert getattr(venue, "name", None) == name


def test_nobody_accepts_the_own_work_nor_a_venue_that_is_no_longer_the_same() -> None:
    day = START + timedelta(days=5)
    snapshot = at(day, *built())
    own = act("accept", 5, "builder")
    assert refused(lambda: accept(snapshot, RULES, own, work="w", area=1)) == [
        "work-accepted-by-builder", "same-post",
    ]  # fmt: skip
    by_others = tuple(
        evolve(each, post="boss") if isinstance(each, Step) and each.post == "builder" else each
        for each in built()
    )
    elsewhere = at(day, *by_others)
    assert refused(lambda: accept(elsewhere, RULES, own, work="w", area=1)) == ["work-accepted-by-builder"]
    moved = at(day, *built(), evolve(HALL, area=15_001))
    by = act("accept", 5, "inspector")
    assert refused(lambda: accept(moved, RULES, by, work="w", area=1)) == ["venue-differs"]


# --- every course -----------------------------------------------------------------------------------------------------

Command = Callable[[Snapshot, int], tuple[Record, ...]]


def plain(name: str, post: str) -> Command:
    return lambda snapshot, number: (take(snapshot, RULES, act(name, number, post).step("w", name)),)


def altered(final: int) -> Command:
    def command(snapshot: Snapshot, number: int) -> tuple[Record, ...]:
        contract = evolve(CONTRACT, day=START + timedelta(days=number), final=final)
        return amend(snapshot, RULES, act("change", number, "boss"), work="w", contract=contract, line=LINE)

    return command


def paying(beyond: int) -> Command:
    def command(snapshot: Snapshot, number: int) -> tuple[Record, ...]:
        work = snapshot.find(Work, "w")
        assert work is not None
        amount = account(snapshot, RULES, work).open + beyond
        return pay(
            snapshot, RULES, "w", amount, line=LINE, day=START + timedelta(days=number), id_=f"pay-{number}"
        )

    return command


def signing(snapshot: Snapshot, number: int) -> tuple[Record, ...]:
    contract = evolve(CONTRACT, day=START + timedelta(days=number))
    return sign(snapshot, RULES, act("sign", number), work="w", contract=contract, line=LINE)


def accepting(post: str) -> Command:
    return lambda snapshot, number: accept(
        snapshot, RULES, act("accept", number, post), work="w", area=26_500
    )


COMMANDS: dict[str, Command] = {
    "approve": plain("approve", "boss"),
    "sign": signing,
    "start": plain("start", "builder"),
    "more": altered(150),
    "less": altered(40),
    "complete": plain("complete", "builder"),
    "reject": plain("reject", "inspector"),
    "accept": accepting("inspector"),
    "cancel": lambda snapshot, number: cancel(snapshot, RULES, act("cancel", number), work="w"),
    "pay": paying(0),
    "pay too much": paying(1),
    "accept own": accepting("builder"),
    "reject own": plain("reject", "builder"),
}
NEVER = {"pay too much", "accept own", "reject own"}


def state(snapshot: Snapshot) -> tuple[object, ...]:
    """All that the commands look at."""
    work = snapshot.find(Work, "w")
    assert work is not None
    held = account(snapshot, RULES, work)
    found = course(snapshot, RULES, work)
    return found.state, held, snapshot.find(Venue, "hall")


def test_every_course_that_commands_can_take_keeps_the_ledger_and_the_contract() -> None:
    todo: list[tuple[Record, ...]] = [(WORK,)]
    seen: dict[tuple[object, ...], int] = {}
    taken: set[str] = set()
    while todo:
        records = todo.pop(0)
        number = len([each for each in records if each.noun in {"step", "movement"}]) + 1
        ledger = kept(*records)
        snapshot = ledger.snapshot(on=START + timedelta(days=number))
        here = state(snapshot)
        if here in seen:
            continue
        seen[here] = number
        holds(snapshot, ledger)
        for name, command in COMMANDS.items():
            try:
                made = command(snapshot, number)
            except PartybuildingError:
                continue
            taken.add(name)
            todo.append((*records, *made))
    assert taken == COMMANDS.keys() - NEVER
    assert {here[0] for here in seen} == WORK_LIFE.states.keys()
    assert len(seen) > 30


def holds(snapshot: Snapshot, ledger: Ledger) -> None:
    """What is promised of every state."""
    work, hall = snapshot.find(Work, "w"), snapshot.find(Venue, "hall")
    assert work is not None
    assert hall is not None
    held, found = account(snapshot, RULES, work), course(snapshot, RULES, work)
    assert 0 <= held.paid <= held.due <= held.contract
    assert held.committed + held.paid == (held.paid if found.state == "cancelled" else held.contract)
    assert hall.area == (26_500 if found.state == "accepted" else 15_000)
    assert ledger.verify() == ()


# --- what is due ------------------------------------------------------------------------------------------------------


@given(
    contract=draw_.contracts(),
    steps=st.lists(st.tuples(st.sampled_from((*STAGES, "approve", "reject", "change")), st.integers(0, 20))),
    day=st.integers(0, 20),
)
def test_what_is_due_only_grows_and_is_the_whole_contract_in_the_end(
    contract: Contract, steps: list[tuple[str, int]], day: int
) -> None:
    taken = [act(f"s{number}", after).step("w", name) for number, (name, after) in enumerate(steps)]
    due = [contract.due(taken, START + timedelta(days=each)) for each in range(22)]
    assert due == sorted(due)
    assert 0 <= due[day] <= contract.amount
    names = {name for name, after in steps if after <= day}
    parts = (contract.advance, contract.progress, contract.completion, contract.final)
    reached = [any(stage in names for stage in STAGES[at:]) for at in range(4)]
    assert due[day] == sum(part for part, there in zip(parts, reached, strict=True) if there)


@settings(deadline=None)
@given(amounts=st.lists(st.integers(1, 500), max_size=8))
def test_payments_of_any_size_never_pass_what_is_due_and_sum_to_what_is_told(amounts: list[int]) -> None:
    records, day, paid = signed(), START + timedelta(days=2), 0
    for number, amount in enumerate(amounts):
        snapshot = at(day, *records)
        if paid + amount > 300:
            code = refused(lambda: pay(snapshot, RULES, "w", amount, line=LINE, day=day, id_=f"p{number}"))  # noqa: B023 - called at once
            assert code == ["work-overdrawn"]
        else:
            records = (*records, *pay(snapshot, RULES, "w", amount, line=LINE, day=day, id_=f"p{number}"))
            paid += amount
        assert account(at(day, *records), RULES, work_of(records)).paid == paid
