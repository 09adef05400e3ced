"""The commands of the year: what they yield, and every refusal by name."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from partybuilding.cycle import funding
from partybuilding.cycle.evaluation import assessments
from partybuilding.cycle.funding import Line, of_year, standing
from partybuilding.cycle.letters import Signature, meeting, sign
from partybuilding.cycle.lists import proposals, standings
from partybuilding.cycle.steps import course, promote, take
from partybuilding.cycle.targets import decompose
from partybuilding.domain.decisions import Decision, Ladder, RungOfLadder
from partybuilding.domain.funding import Movement, MovementKind
from partybuilding.domain.indicators import Addition, Goal, Indicator
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.lists import Item
from partybuilding.domain.organisations import PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Acceptance, Project, ProjectType
from partybuilding.domain.record import Record
from partybuilding.domain.responsibilities import ResponsibilityKind
from partybuilding.domain.standards import Source, fen, person_time
from partybuilding.engine.run import evaluate
from partybuilding.errors import RecordProblem, StepRefused
from partybuilding.extension.declarations import Cascade, Fact, Formula, Rollup, ScoringRule
from partybuilding.extension.expressions import Expression, least
from partybuilding.labels import Label
from partybuilding.ledger.versions import content_digest
from partybuilding.testing.worlds import World, small_district

SOURCE = Source("示例文件", "第一条", "made_up")
YEAR = 2026
LAYERS = (("collective", None), ("primary", "secretary"), ("specific", "deputy"), ("direct", "officer"))


def full_score(actual: Expression, full: Expression) -> Expression:
    return least(actual * 1_000, full)


def body(organisation: str, kind: str = "branch", superior: str | None = None) -> PartyBody:
    return PartyBody(
        id=f"{organisation}-committee",
        name=f"{organisation}党组织",
        kind=kind,
        seat=organisation,
        superior=superior,
    )


def posts(body_id: str) -> tuple[Post, ...]:
    return tuple(
        Post(id=f"{body_id}-{role}", body=body_id, role=role) for role in ("secretary", "deputy", "officer")
    )


@pytest.fixture
def world() -> World:
    """The small district with bodies, posts, a cascaded indicator and a goal."""
    indicator = Indicator(
        name="done", label=Label("完成数", "done"), unit=person_time, asks=Label("完成任务", "do it"), source=SOURCE,
        numerator="works", target="cascade", scoring="full_score",
    )  # fmt: skip
    bodies = [
        body("acheng", "district_committee", "harbin-committee"),
        *(body(each.id) for each in small_district()[1:]),
    ]
    above = PartyBody(id="harbin-committee", name="市委", kind="local_committee", seat="harbin")
    department = PartyBody(
        id="acheng-organization", name="组织部", kind="organization_department", seat="acheng"
    )
    return (
        World(records=small_district())
        .under(
            Fact(name="members", most=1000), Rollup(name="members_all", of="members"), Fact(name="works", most=1000), indicator,
            Cascade(name="down", indicator="done", weight="members_all"),
            ScoringRule(name="full_score", function=full_score, label=Label("满分", "full")),
            *(ResponsibilityKind(name=layer, layer=layer, role=role, source=SOURCE) for layer, role in LAYERS),
        )
        .having(*bodies, above, department, *(post for each in (*bodies, above) for post in posts(each.id)))
        .having(
            Goal(id="g", organisation="acheng", indicator="done", year=YEAR, amount=100, reserve=4),
            Addition(id="a", organisation="east-1", indicator="done", year=YEAR, amount=2, reason="任务较重"),
            Addition(id="old", organisation="east-1", indicator="done", year=YEAR - 1, amount=5, reason="上年"),
        )
        .reporting("members", {"east-1": 10, "east-2": 10, "west-1": 20, "west-2": 5, "west-3": 5})
    )  # fmt: skip


def test_letters_are_proposed_top_first_with_number_time_standard_and_four_responsibilities(
    world: World,
) -> None:
    letters = decompose(world.snapshot, world.catalogue, year=YEAR)
    assert [each.organisation for each in letters] == [
        "acheng",
        "east",
        "west",
        "east-1",
        "east-2",
        "west-1",
        "west-2",
        "west-3",
    ]
    by_organisation = {each.organisation: each for each in letters}
    assert (by_organisation["acheng"].issuer, by_organisation["acheng"].above) == ("harbin-committee", None)
    street, village = by_organisation["east"], by_organisation["east-1"]
    assert (street.issuer, street.receiver, street.above) == (
        "acheng-committee",
        "east-committee",
        "2026/acheng/main",
    )
    line = village.line("done")
    assert line is not None
    assert (line.amount, line.share, line.added, line.reason, line.kept) == (21, 19, 2, "任务较重", True)
    assert (line.due, line.asks, line.source) == (date(2026, 12, 31), "完成任务", "示例文件 第一条")
    assert (line.responsibilities.collective, line.responsibilities.direct) == (
        "east-1-committee",
        "east-1-committee-officer",
    )
    root_line = by_organisation["acheng"].line("done")
    assert root_line is not None
    assert (root_line.amount, root_line.reserve, root_line.kept) == (100, 4, False)


def test_a_letter_needs_a_body_that_answers_one_above_it_and_something_asked(world: World) -> None:
    without = evolve(
        world,
        records=tuple(
            each
            for each in world.records
            if each.id not in {"east-1-committee", "harbin-committee", "west-committee"}
        ),
    )
    found = {each.organisation: each for each in decompose(without.snapshot, without.catalogue, year=YEAR)}
    assert sorted(found) == ["east", "east-2"]
    assert found["east"].above is None
    nothing = evolve(world, records=tuple(each for each in world.records if not isinstance(each, Goal)))
    assert decompose(nothing.snapshot, nothing.catalogue, year=YEAR) == ()


def test_a_root_without_a_declared_superior_gets_no_letter(world: World) -> None:
    lone = evolve(
        world,
        records=tuple(
            evolve(each, superior=None)
            if each.id == "acheng-committee" and isinstance(each, PartyBody)
            else each
            for each in world.records
        ),
    )
    assert "acheng" not in {each.organisation for each in decompose(lone.snapshot, lone.catalogue, year=YEAR)}


def test_missing_posts_are_told_for_all_letters_at_once(world: World) -> None:
    without = evolve(
        world,
        records=tuple(
            each for each in world.records if not (isinstance(each, Post) and each.role == "deputy")
        ),
    )
    with pytest.raises(RecordProblem) as error:
        decompose(without.snapshot, without.catalogue, year=YEAR)
    assert len(error.value.problems) == 8
    assert all(each.code == "line-lacks" and "specific" in each.read for each in error.value.problems)


def test_letters_are_signed_from_the_top_down_over_the_digest_of_their_content(world: World) -> None:
    letters = decompose(world.snapshot, world.catalogue, year=YEAR)
    records = sign(letters[:2], by=meeting(world.snapshot, letters[:2], day=date(2026, 1, 20)))
    steps = [each for each in records if isinstance(each, Step)]
    assert [each.id for each in records if isinstance(each, Letter)] == ["2026/acheng/main", "2026/east/main"]
    assert len(sign(letters, by=meeting(world.snapshot, letters[:1], day=date(2026, 1, 20)))) == 3
    assert [(each.name, each.post) for each in steps[:2]] == [
        ("issue", "harbin-committee-secretary"),
        ("sign", "acheng-committee-secretary"),
    ]
    assert {each.digest for each in steps[:2]} == {content_digest(letters[0])}
    assert content_digest(letters[0]) != content_digest(evolve(letters[0], year=2027))


def test_a_signature_before_the_one_above_or_for_an_unknown_letter_is_refused(world: World) -> None:
    letters = decompose(world.snapshot, world.catalogue, year=YEAR)
    early = [
        Signature(letter=each.id, day=date(2026, 1, 20 - at), issuer="a", receiver="b")
        for at, each in enumerate(letters[:2])
    ]
    stranger = Signature(letter="2026/nobody/main", day=date(2026, 1, 20), issuer="a", receiver="b")
    with pytest.raises(StepRefused) as error:
        sign(letters, by=[*early, stranger])
    assert [each.code for each in error.value.problems] == ["unknown-letter", "above-not-signed"]
    with pytest.raises(StepRefused, match="2026/acheng/main signed first"):
        sign(letters, by=early[1:])


def test_a_meeting_needs_a_secretary_on_both_sides(world: World) -> None:
    letters = decompose(world.snapshot, world.catalogue, year=YEAR)
    without = evolve(
        world, records=tuple(each for each in world.records if each.id != "acheng-committee-secretary")
    )
    with pytest.raises(StepRefused, match="record acheng-committee: no secretary"):
        meeting(without.snapshot, letters, day=date(2026, 1, 20))


LINE = Line(organisation="acheng", purpose="education", year=YEAR)
VILLAGE = evolve(LINE, organisation="east-1")
DAY = date(2026, 3, 1)


def funded(*movements: Movement) -> World:
    start = funding.budget(LINE, 10_000, day=date(2026, 1, 5), id_="m0")
    return World(records=small_district()).having(start, *movements)


def test_money_is_budgeted_allocated_committed_paid_released_and_reversed_to_the_fen() -> None:
    world = funded()
    down = funding.allocate(world.snapshot, LINE, 3_000, to="east-1", day=DAY, id_="m1")
    world = world.having(down)
    promise = funding.commit(world.snapshot, VILLAGE, 2_000, day=DAY, id_="m2", of="project:p", reason="培训")
    world = world.having(promise)
    paid = funding.pay(world.snapshot, VILLAGE, 1_500, day=DAY, id_="m3")
    world = world.having(paid)
    freed = funding.release(world.snapshot, VILLAGE, 500, day=DAY, id_="m4")
    world = world.having(freed)
    held = standing(of_year(world.snapshot, YEAR), VILLAGE)
    assert (held.received, held.handed_down, held.free, held.reserved, held.spent) == (
        3_000,
        0,
        1_500,
        0,
        1_500,
    )
    assert held.accounted
    above = standing(of_year(world.snapshot, YEAR), LINE)
    assert (above.received, above.handed_down, above.free) == (10_000, 3_000, 7_000)
    back = funding.reverse(down, day=DAY, id_="m5", reason="误拨")
    assert (back.reverses, [leg.amount for leg in back.legs]) == ("m1", [3_000, -3_000])
    undone = funded(down, back)
    assert [standing(of_year(undone.snapshot, YEAR), each).received for each in (LINE, VILLAGE)] == [
        10_000,
        0,
    ]
    assert standing(of_year(undone.snapshot, YEAR), LINE).handed_down == 0


def test_a_reversed_commitment_moves_nothing_between_organisations() -> None:
    world = funded()
    promise = funding.commit(world.snapshot, LINE, 400, day=DAY, id_="m1")
    world = world.having(promise, funding.reverse(promise, day=DAY, id_="m2", reason="取消"))
    held = standing(of_year(world.snapshot, YEAR), LINE)
    assert (held.received, held.handed_down, held.free, held.reserved) == (10_000, 0, 10_000, 0)


def test_an_over_spend_is_refused_with_the_line_and_what_is_available() -> None:
    with pytest.raises(
        StepRefused,
        match=r"over spend: read 100\.01 yuan; expected at most 100 yuan available on acheng/education/2026",
    ) as error:
        funding.commit(funded().snapshot, LINE, 10_001, day=DAY, id_="m1")
    assert error.value.problems[0].where.record == "m1"
    with pytest.raises(StepRefused, match="at most 0 yuan committed"):
        funding.pay(funded().snapshot, LINE, 1, day=DAY, id_="m1")


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_of_nothing_or_less_is_refused(amount: int) -> None:
    with pytest.raises(StepRefused, match=f"no amount: read {amount} fen"):
        funding.allocate(funded().snapshot, LINE, amount, to="east", day=DAY, id_="m1")


@given(
    st.dictionaries(
        st.sampled_from(["east-1", "east-2", "west-1", "west-2", "west-3", "east"]), st.integers(0, 400)
    )
)
def test_an_allotment_gives_every_organisation_just_its_own(members: dict[str, int]) -> None:
    world = (
        World(records=small_district())
        .under(
            Fact(name="members", most=1000),
            Formula(name="entitlement", function=lambda members: members * 2000, unit=fen),
        )
        .reporting("members", members)
    )
    result = evaluate(world.snapshot, world.catalogue, year=YEAR)
    movements = funding.allot(result, entitlement="entitlement", purpose="education", day=DAY)
    assert funding.allot(result, entitlement="entitlement", purpose="education", day=DAY) == movements
    for id_ in result.organisations:
        held = standing(movements, evolve(LINE, organisation=id_))
        assert held.accounted
        assert held.free == 2000 * members.get(id_, 0)
    kinds: list[MovementKind] = [each.kind for each in movements]
    assert kinds.count("budget") == (1 if sum(members.values()) else 0)


PROJECT_LIFE = Lifecycle(
    name="project", start="draft", closed=("passed",),
    transitions=(
        Transition(step="declare", sources=("draft",), target="declared"),
        Transition(step="extend", sources=("declared",), target="declared", needs=("until",), months=3),
        Transition(step="approve", sources=("declared",), target="approved", needs=("decision",), unlike=("declare",)),
        Transition(step="accept", sources=("approved",), target="passed"),
    ),
)  # fmt: skip


def projecting(acceptance: Acceptance = "learning", **given_project: object) -> World:
    kind = ProjectType(
        name="kind",
        label=Label("类型", "type"),
        source=SOURCE,
        lifecycle=PROJECT_LIFE,
        documents=(("declare", ("申报表",)),),
        acceptance=acceptance,
    )
    given_fields: dict[str, object] = {
        "id": "p",
        "type": "kind",
        "name": "示例项目",
        "organisation": "east",
        "owner": "officer",
        "first": "secretary",
        "measure": "次",
        "due": date(2026, 6, 30),
    }
    project = Project(**{**given_fields, **given_project})  # type: ignore[arg-type]  # a test's own defaults
    tenures = [
        Tenure(id=f"t/{post}", post=post, holder=f"h{post}", starts=date(2026, 1, 1))
        for post in ("officer", "secretary")
    ]
    return World(records=small_district()).under(kind).having(project, *tenures)


def step(name: str, **changes: object) -> Step:
    given_fields: dict[str, object] = {
        "id": f"p/{name}",
        "of": "project:p",
        "name": name,
        "day": date(2026, 2, 1),
        "post": "officer",
        "evidence": (Evidence(reference="申报表"),),
    }
    return Step(**{**given_fields, **changes})  # type: ignore[arg-type]  # a test's own defaults


def codes(world: World, taken: Step) -> list[str]:
    with pytest.raises(StepRefused) as error:
        take(world.snapshot, world.catalogue, taken)
    return [each.code for each in error.value.problems]


def test_a_step_passes_its_gate_with_the_documents_the_post_and_the_decision() -> None:
    world = projecting()
    assert take(world.snapshot, world.catalogue, step("declare")).name == "declare"
    assert codes(world, step("declare", evidence=())) == ["documents-lacking"]
    assert codes(world, step("declare", post="nobody")) == ["post-not-held"]
    assert codes(world, step("accept")) == ["step-not-possible"]
    assert codes(world, step("declare", of="project:other")) == ["unknown-record"]
    assert codes(world, step("declare", of="nonsense:p")) == ["unknown-record"]


def test_an_approval_needs_a_recorded_decision_on_this_project_and_another_post() -> None:
    world = projecting().having(step("declare"))
    decision = Decision(
        id="d",
        day=date(2026, 2, 1),
        body="b",
        document="示例〔2026〕1号",
        matter="project",
        subject="east",
        outcome="approve",
        of="project:p",
    )
    assert codes(world, step("approve", post="secretary", decision="d")) == ["no-decision"]
    assert codes(
        world.having(evolve(decision, day=date(2026, 3, 1))), step("approve", post="secretary", decision="d")
    ) == ["no-decision"]
    assert codes(
        world.having(evolve(decision, of="project:other")), step("approve", post="secretary", decision="d")
    ) == ["other-decision"]
    assert codes(world.having(decision), step("approve", post="officer", decision="d")) == ["same-post"]
    assert codes(world.having(decision), step("approve", post="secretary")) == ["step-lacks"]
    general = evolve(decision, of=None)
    assert (
        take(
            world.having(general).snapshot, world.catalogue, step("approve", post="secretary", decision="d")
        ).decision
        == "d"
    )


def test_an_extension_stays_within_its_months() -> None:
    world = projecting().having(step("declare"))
    assert take(world.snapshot, world.catalogue, step("extend", until=date(2026, 9, 30))).until == date(
        2026, 9, 30
    )
    assert codes(world, step("extend", until=date(2026, 10, 1))) == ["too-long"]
    assert codes(world, step("extend", until=date(2026, 6, 1))) == ["too-long"]
    assert codes(world, step("extend")) == ["step-lacks"]


@pytest.mark.parametrize(
    ("acceptance", "fields", "expected"),
    [
        ("floor", {"reached": 9, "target": 10}, ["below-floor"]),
        ("floor", {"target": 10}, ["below-floor"]),
        ("floor", {"reached": 10, "target": 10}, []),
        ("improvement", {"reached": 5, "baseline": 5}, ["no-improvement"]),
        ("improvement", {"reached": 6, "baseline": 5}, []),
        ("learning", {}, []),
    ],
)
def test_acceptance_asks_what_the_type_means_by_it(
    acceptance: Acceptance, fields: dict[str, int], expected: list[str]
) -> None:
    decision = Decision(
        id="d",
        day=date(2026, 2, 1),
        body="b",
        document="示例〔2026〕1号",
        matter="project",
        subject="east",
        outcome="approve",
    )
    world = projecting(acceptance, **fields).having(
        decision, step("declare"), step("approve", post="secretary", decision="d", day=date(2026, 2, 2))
    )
    accepted = step("accept", post="secretary", day=date(2026, 7, 1))
    if expected:
        assert codes(world, accepted) == expected
    else:
        assert take(world.snapshot, world.catalogue, accepted) == accepted


def test_a_project_climbs_the_ladder_rung_by_rung() -> None:
    project = projecting().snapshot.of(Project)[0]
    demonstration = promote(project, day=DAY)
    assert (demonstration.rung, demonstration.starts) == ("demonstration", DAY)
    with pytest.raises(StepRefused, match="last rung"):
        promote(promote(demonstration, day=DAY), day=DAY)


def test_a_record_without_a_life_cycle_takes_no_steps() -> None:
    world = projecting(type="undeclared")
    with pytest.raises(StepRefused, match="no lifecycle"):
        course(world.snapshot, world.catalogue, world.snapshot.of(Project)[0])


def ladder(name: str, **changes: object) -> Ladder:
    rungs = tuple(
        RungOfLadder(name=f"{name}-{after}", label=Label("督办", "step"), after=after) for after in (1, 10)
    )
    return Ladder(name=name, label=Label("阶梯", "ladder"), source=SOURCE, rungs=rungs, **changes)  # type: ignore[arg-type]  # place and kinds


def listed(id_: str, due: date, organisation: str = "east-1") -> Item:
    return Item(
        id=id_,
        day=date(2026, 3, 1),
        organisation=organisation,
        text="示例问题",
        channel="masses",
        owner="p",
        lead="b",
        measures="整改",
        baseline="无",
        target="有",
        due=due,
    )


def test_an_overdue_item_reaches_the_rung_of_the_nearest_ladder_and_waits_for_its_decision() -> None:
    world = World(records=small_district()).under(
        ladder("general"),
        ladder("district", place="acheng"),
        ladder("villages", place="acheng", kinds=("village",)),
        ladder("elsewhere", place="nowhere"),
    )
    world = world.having(
        listed("i1", date(2026, 12, 30)),
        listed("i2", date(2026, 12, 1), "east"),
        listed("i3", date(2027, 1, 5)),
    )
    found = proposals(world.snapshot, world.catalogue)
    assert [(each.standing.item.id, each.rung.name, each.decision) for each in found] == [
        ("i1", "villages-1", None),
        ("i2", "district-10", None),
    ]
    decision = Decision(
        id="d",
        day=date(2026, 12, 31),
        body="b",
        document="示例〔2026〕9号",
        matter="accountability",
        subject="east",
        outcome="district-10",
        of="item:i2",
    )
    decided = proposals(world.having(decision).snapshot, world.catalogue)
    assert [each.decision is not None for each in decided] == [False, True]


def test_without_a_ladder_in_force_nothing_is_proposed() -> None:
    world = (
        World(records=small_district())
        .under(ladder("schools", kinds=("school",)))
        .having(listed("i1", date(2026, 12, 1)))
    )
    assert proposals(world.snapshot, world.catalogue) == ()


def test_a_late_closing_does_not_hide_that_an_item_was_overdue() -> None:
    proof = (Evidence(reference="r"),)
    taken: list[Record] = [
        Step(id=f"i1/{name}", of="item:i1", name=name, day=date(2026, month, 1), post=post, evidence=evidence, decision=decision)
        for name, month, post, evidence, decision in (("rectify", 5, "p", (), None), ("report", 6, "p", proof, None), ("verify", 7, "q", proof, None), ("close", 8, "q", (), "d"))
    ]  # fmt: skip
    world = World(records=small_district()).having(
        listed("i1", date(2026, 7, 1)), listed("i2", date(2027, 7, 1)), *taken
    )
    late, fine = standings(world.snapshot, world.catalogue)
    assert (late.open, late.overdue, late.ever) == (False, 31, True)
    assert (fine.open, fine.overdue, fine.ever) == (True, 0, False)
    reopened = world.having(
        Step(id="i1/reopen", of="item:i1", name="reopen", day=date(2026, 9, 1), post="q", note="复发")
    )
    again = standings(reopened.snapshot, world.catalogue)[0]
    assert (again.open, again.overdue, again.ever) == (True, 183, True)


def test_an_assessment_is_decided_only_by_a_decision_on_the_grade_of_the_year(world: World) -> None:
    from partybuilding.domain.schemes import Grade, GradeScale, Scheme

    scale = GradeScale(
        name="scale",
        label=Label("等次", "grades"),
        source=SOURCE,
        grades=(Grade(name="good", label=Label("好", "good"), least="0"),),
    )
    world = world.under(
        scale,
        Scheme(
            name="villages",
            label=Label("村", "villages"),
            source=SOURCE,
            kinds=("village",),
            points={"done": "100"},
            scale="scale",
        ),
    )
    grade = Decision(
        id="d",
        day=date(2026, 12, 30),
        body="b",
        document="示例〔2026〕9号",
        matter="grade",
        subject="east-1",
        outcome="good",
        year=YEAR,
    )
    world = world.having(grade, evolve(grade, id="d2", subject="east-2", year=2025)).reporting(
        "works", {"east-1": 3}
    )
    found = {
        each.organisation: each for each in assessments(evaluate(world.snapshot, world.catalogue, year=YEAR))
    }
    assert (found["east-1"].decided, found["east-2"].decided) == (True, False)
    assert (found["east-1"].total, found["east-2"].grade) == (3_000, None)
