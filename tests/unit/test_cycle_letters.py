"""The way of a letter: proposed, answered once, settled, issued, signed, revised; and every refusal on it by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from attrs import evolve

from partybuilding.cycle.drafts import Answer, Settlement, counter, open_letters, propose, refigured, settle
from partybuilding.cycle.letters import Signature, issue, meeting, sign, standing
from partybuilding.cycle.revisions import refigure, revise, supersede
from partybuilding.cycle.signing import FAULTS, Unsigned, findings, unsigned
from partybuilding.cycle.wording import worded
from partybuilding.domain.indicators import Addition, Agreement, Goal, Indicator
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.letters import PARTS, Letter, Line
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.responsibilities import ResponsibilityKind
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Source, Standard, person_time
from partybuilding.errors import PlanProblem, RecordProblem, StepRefused
from partybuilding.extension.declarations import Cascade, Fact, Rollup, ScoringRule
from partybuilding.extension.expressions import Expression
from partybuilding.labels import Label
from partybuilding.ledger.versions import Withdrawal
from partybuilding.testing.worlds import World, small_district

SOURCE = Source("示例文件", "第一条", "made_up")
YEAR = 2026
JAN_15, JAN_17, JAN_19 = (date(YEAR, 1, day) for day in (15, 17, 19))
MEETING, REVISED = date(YEAR, 2, 3), date(YEAR, 6, 15)
LAYERS = (("collective", None), ("primary", "secretary"), ("specific", "deputy"), ("direct", "officer"))
VILLAGE, STREET, SIBLING = "2026/east-1/main", "2026/east/main", "2026/east-2/main"


def full_score(full: Expression) -> Expression:
    return full


FORM = LetterForm(
    name="form",
    source=SOURCE,
    guidance=("总要求",),
    safeguards=("经费",),
    method="按评分表计分",
    scale="two",
    rewards=("评先",),
    accountability=("整改",),
)
SCALE = GradeScale(
    name="two",
    label=Label("两等", "two"),
    source=SOURCE,
    grades=(Grade(name="good", label=Label("好", "good"), least="60"), Grade(name="poor", label=Label("差", "poor"), least="0")),
)  # fmt: skip
WINDOW = SigningWindow(name="window", source=SOURCE, closes=(2, 28), revised_within=30)


def indicator(name: str, **more: object) -> Indicator:
    return Indicator(
        name=name, label=Label("完成数", "done"), unit=person_time, asks=Label("完成任务", "do it"), source=SOURCE,
        numerator="works", scoring="full_score", evidence=Label("台账", "register"), **more,  # type: ignore[arg-type]  # every value fits its field
    )  # fmt: skip


def world() -> World:
    """The small district with bodies, posts that are held, a cascaded indicator with a goal, and one by standard."""
    units = small_district()
    bodies = [
        PartyBody(id="city", name="市委", kind="local_committee", seat="harbin"),
        *(
            PartyBody(
                id=f"{each.id}-committee",
                name=each.name,
                kind="branch",
                seat=each.id,
                superior="city" if each.id == "acheng" else None,
            )
            for each in units
        ),
    ]
    posts = [
        Post(id=f"{body.id}-{role}", body=body.id, role=role)
        for body in bodies
        for role in ("secretary", "deputy", "officer")
    ]
    tenures = [Tenure(id=f"t-{post.id}", post=post.id, holder=f"h-{post.id}") for post in posts]
    return (
        World(records=units, on=JAN_15)
        .under(
            indicator("done", target="cascade"),
            indicator("kept", target="standard", target_standard="least_kept"),
            Standard(name="least_kept", value=4, unit=person_time, source=SOURCE),
            Fact(name="works", most=10**6),
            Fact(name="members", most=10**6),
            Rollup(name="members_all", of="members"),
            Cascade(name="spread", indicator="done", weight="members_all"),
            SCALE,
            Scheme(
                name="scheme",
                label=Label("方案", "scheme"),
                source=SOURCE,
                points={"done": "60", "kept": "40"},
                scale="two",
            ),
            ScoringRule(name="full_score", label=Label("满分", "full"), function=full_score),
            *(
                ResponsibilityKind(name=layer, layer=layer, role=role, source=SOURCE)
                for layer, role in LAYERS
            ),
        )
        .having(*bodies, *posts, *tenures)
        .having(
            Goal(id="g", organisation="acheng", indicator="done", year=YEAR, amount=100, reserve=4),
            Addition(id="a", organisation="east-1", indicator="done", year=YEAR, amount=2, reason="任务较重"),
        )
        .reporting("members", {"east-1": 10, "east-2": 10, "west-1": 20, "west-2": 5, "west-3": 5})
    )


def with_records(now: World, records: Iterable[Record | Withdrawal], on: date | None = None) -> World:
    """The world after a commit: what is given takes the place of what has its id; what is withdrawn is gone."""
    records = tuple(records)
    fresh = {(each.noun, each.id) for each in records}
    kept = tuple(each for each in now.records if (each.noun, each.id) not in fresh)
    more = tuple(each for each in records if not isinstance(each, Withdrawal))
    return evolve(now, records=(*kept, *more), on=on or now.on)


@pytest.fixture
def drafted() -> World:
    given = world()
    return with_records(given, propose(given.snapshot, given.catalogue, year=YEAR))


@pytest.fixture
def signed(drafted: World) -> World:
    letters = propose(world().snapshot, drafted.catalogue, year=YEAR)
    by = meeting(drafted.snapshot, letters, day=MEETING)
    return with_records(drafted, sign(letters, by=by, snapshot=drafted.snapshot), MEETING)


def answer(letter: str = VILLAGE, figures: dict[str, int] | None = None, **more: object) -> Answer:
    unit = letter.split("/")[1]
    given = {"day": JAN_17, "post": f"{unit}-committee-secretary", "reason": "人员外出较多"} | more
    return Answer(letter=letter, figures={"done": 12} if figures is None else figures, **given)  # type: ignore[arg-type]  # every value fits its field


def settlement(letter: str = VILLAGE, agreed: dict[str, int] | None = None, **more: object) -> Settlement:
    given = {"day": JAN_19, "post": "east-committee-secretary", "reason": "各让一步"} | more
    return Settlement(letter=letter, agreed={"done": 15} if agreed is None else agreed, **given)  # type: ignore[arg-type]  # every value fits its field


def line(snapshot: Snapshot, letter: str, name: str = "done") -> Line:
    found = snapshot.find(Letter, letter)
    assert found is not None
    held = found.line(name)
    assert held is not None
    return held


def codes(error: pytest.ExceptionInfo[StepRefused]) -> list[str]:
    return [each.code for each in error.value.problems]


# --- the words of a letter ---------------------------------------------------------------------------------------


def test_a_proposed_letter_takes_over_the_words_of_the_form_of_its_place() -> None:
    given = world().under(FORM)
    letters = propose(given.snapshot, given.catalogue, year=YEAR)
    assert len(letters) == 8
    assert {each.lacks() for each in letters} == {()}
    assert letters[0].cuts[0].grade == "好"
    assert (letters[0].lines[0].checked, letters[0].lines[0].scoring) == ("台账", "满分")


def test_without_a_form_a_letter_says_which_of_its_nine_parts_it_lacks(drafted: World) -> None:
    letter = drafted.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    assert letter.lacks() == ("guidance", "safeguards", "assessment", "consequences", "annex")
    assert len(PARTS) == 9


def test_a_form_for_streets_leaves_the_letters_of_villages_as_they_are() -> None:
    given = world().under(evolve(FORM, kinds={"street"}))
    letters = propose(given.snapshot, given.catalogue, year=YEAR)
    assert {each.organisation for each in letters if not each.lacks()} == {"east", "west"}


def test_a_form_that_names_no_declared_scale_is_refused() -> None:
    with pytest.raises(PlanProblem) as error:
        _ = world().under(evolve(FORM, scale="nowhere")).catalogue
    assert [(each.code, each.read) for each in error.value.problems] == [("unknown-name", "nowhere")]


def test_words_of_a_letter_that_are_there_already_and_unknown_lines_stay() -> None:
    given = world().under(FORM)
    letter = propose(given.snapshot, given.catalogue, year=YEAR)[-1]
    strange = evolve(letter.lines[0], indicator="strange", checked="", scoring="")
    own = evolve(letter, guidance=("自己的要求",), lines=(*letter.lines, strange))
    (made,) = worded(given.snapshot, given.catalogue, [own])
    assert made.guidance == ("自己的要求",)
    assert made.lines[-1] == strange


# --- the round ---------------------------------------------------------------------------------------------------


def test_units_that_have_a_letter_get_no_second_draft(drafted: World) -> None:
    assert propose(drafted.snapshot, drafted.catalogue, year=YEAR) == ()


def test_a_draft_that_is_missing_stands_below_the_letter_that_is_there(drafted: World) -> None:
    street = drafted.snapshot.find(Letter, STREET)
    assert street is not None
    renamed = evolve(street, id="2026/east/main/2", revises=street.id, reason="调整")
    left = evolve(
        drafted, records=tuple(each for each in drafted.records if each.id not in {STREET, VILLAGE})
    )
    (made,) = propose(left.having(renamed).snapshot, left.catalogue, year=YEAR)
    assert (made.id, made.above) == (VILLAGE, "2026/east/main/2")


def test_an_answer_keeps_its_figures_beside_what_was_proposed(drafted: World) -> None:
    letter, step = counter(drafted.snapshot, drafted.catalogue, [answer()])
    assert isinstance(letter, Letter)
    assert isinstance(step, Step)
    answered = letter.line("done")
    assert answered is not None
    assert (answered.amount, answered.countered, answered.proposed) == (21, 12, None)
    assert (step.name, step.note, step.of) == ("counter", "人员外出较多", letter.reference)


def test_what_is_settled_is_locked_and_the_drafts_beside_take_up_the_difference(drafted: World) -> None:
    answered = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    settled = with_records(answered, settle(answered.snapshot, drafted.catalogue, [settlement()]))
    village, sibling = line(settled.snapshot, VILLAGE), line(settled.snapshot, SIBLING)
    assert (village.proposed, village.countered, village.amount) == (21, 12, 15)
    assert (village.share, village.added) == (13, 2)
    assert (sibling.proposed, sibling.amount) == (line(drafted.snapshot, SIBLING).amount, 25)
    assert village.share is not None
    assert village.share + 25 == line(settled.snapshot, STREET).amount
    (agreed,) = settled.snapshot.of(Agreement)
    assert (agreed.amount, agreed.reason, agreed.starts) == (13, "各让一步", JAN_19)
    assert standing(settled.snapshot)[VILLAGE].state == "settled"


def test_a_figure_that_is_not_agreed_stays_as_it_was_proposed_and_is_locked(drafted: World) -> None:
    answered = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    records = settle(answered.snapshot, drafted.catalogue, [settlement(agreed={})])
    settled = with_records(answered, records)
    assert line(settled.snapshot, VILLAGE).amount == line(drafted.snapshot, VILLAGE).amount
    assert [each.amount for each in settled.snapshot.of(Agreement)] == [19]
    assert [each.id for each in records if isinstance(each, Letter)] == [VILLAGE]


def test_there_is_one_round_only(drafted: World) -> None:
    answered = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    for now in (
        answered,
        with_records(answered, settle(answered.snapshot, drafted.catalogue, [settlement()])),
    ):
        with pytest.raises(StepRefused) as error:
            counter(now.snapshot, now.catalogue, [answer(day=JAN_19)])
        assert codes(error) == ["step-not-possible"]


def test_after_a_letter_is_issued_nobody_answers_and_a_waiting_answer_keeps_it_from_being_issued(
    signed: World, drafted: World
) -> None:
    with pytest.raises(StepRefused) as error:
        counter(signed.snapshot, signed.catalogue, [answer(day=MEETING)])
    assert codes(error) == ["step-not-possible"]
    answered = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    letter = answered.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    by = meeting(answered.snapshot, [letter], day=MEETING)
    with pytest.raises(StepRefused) as error:
        issue([letter], by=by, snapshot=answered.snapshot)
    assert codes(error) == ["step-not-possible"]


def test_everything_wrong_with_answers_is_told_at_once(drafted: World) -> None:
    answers = [
        answer("2026/nobody/main"),
        answer(figures={"kept": 3, "strange": 1, "done": 1}),
        answer(SIBLING, figures={}),
        answer("2026/west-1/main", post="west-committee-secretary", reason=" "),
    ]
    with pytest.raises(StepRefused) as error:
        counter(drafted.snapshot, drafted.catalogue, answers)
    assert codes(error) == [
        "unknown-letter", *["not-negotiable"] * 3, "not-negotiable", "step-lacks", "wrong-post",
    ]  # fmt: skip


def test_everything_wrong_with_settlements_is_told_at_once(drafted: World) -> None:
    answered = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    wrong = [
        settlement("2026/nobody/main"),
        settlement(agreed={"kept": 3}, post="west-committee-secretary"),
        settlement(SIBLING),
    ]
    with pytest.raises(StepRefused) as error:
        settle(answered.snapshot, answered.catalogue, wrong)
    assert codes(error) == [
        "unknown-letter", "not-negotiable", "not-negotiable", "wrong-post", "not-negotiable", "step-not-possible",
    ]  # fmt: skip


def test_what_was_issued_already_is_not_changed_by_a_settlement(drafted: World) -> None:
    now = with_records(drafted, counter(drafted.snapshot, drafted.catalogue, [answer()]), JAN_19)
    sibling = now.snapshot.find(Letter, SIBLING)
    assert sibling is not None
    issued = issue([sibling], by=meeting(now.snapshot, [sibling], day=JAN_19), snapshot=now.snapshot)
    now = with_records(now, issued)
    with pytest.raises(StepRefused) as error:
        settle(now.snapshot, now.catalogue, [settlement()])
    assert codes(error) == ["letter-issued"]
    assert len(settle(now.snapshot, now.catalogue, [settlement(agreed={})])) == 3


# --- issued and signed -------------------------------------------------------------------------------------------


def test_a_letter_that_is_issued_is_only_signed(drafted: World) -> None:
    top = drafted.snapshot.find(Letter, "2026/acheng/main")
    assert top is not None
    by = meeting(drafted.snapshot, [top], day=JAN_19)
    (issued,) = issue([top], by=by, snapshot=drafted.snapshot)
    now = with_records(drafted, [issued], JAN_19)
    (step,) = sign([top], by=meeting(now.snapshot, [top], day=MEETING), snapshot=now.snapshot)
    assert isinstance(step, Step)
    assert (step.name, step.day) == ("sign", MEETING)
    assert issue([top], by=by)[0] == top


def test_the_letter_above_may_have_been_signed_before(signed: World) -> None:
    letter = signed.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    left = evolve(
        signed, records=tuple(each for each in signed.records if not each.id.startswith(f"{VILLAGE}/"))
    )
    early, late = (meeting(left.snapshot, [letter], day=day) for day in (JAN_19, MEETING))
    assert len(sign([letter], by=late, snapshot=left.snapshot)) == 2
    with pytest.raises(StepRefused) as error:
        sign([letter], by=early, snapshot=left.snapshot)
    assert codes(error) == ["above-not-signed"]


def test_a_post_of_another_body_or_one_that_nobody_holds_signs_nothing(drafted: World) -> None:
    top = drafted.snapshot.find(Letter, "2026/acheng/main")
    assert top is not None
    empty = evolve(
        drafted, records=tuple(each for each in drafted.records if each.id != "t-acheng-committee-secretary")
    )
    wrong = [
        Signature(letter=top.id, day=MEETING, issuer="east-committee-secretary", receiver="acheng-committee-secretary")
    ]  # fmt: skip
    with pytest.raises(StepRefused) as error:
        sign([top], by=wrong, snapshot=empty.snapshot)
    assert codes(error) == ["wrong-post", "signer-without-post"]


def test_a_letter_is_not_signed_twice(signed: World) -> None:
    top = signed.snapshot.find(Letter, "2026/acheng/main")
    assert top is not None
    with pytest.raises(StepRefused) as error:
        sign([top], by=meeting(signed.snapshot, [top], day=MEETING), snapshot=signed.snapshot)
    assert codes(error) == ["step-not-possible"]


# --- revised during the year -------------------------------------------------------------------------------------


def test_a_revision_supersedes_the_letter_and_all_below_and_proposes_them_anew(signed: World) -> None:
    street = signed.snapshot.find(Letter, STREET)
    assert street is not None
    changed = evolve(street, safeguards=("增加培训经费",))
    records = revise(signed.snapshot, [changed], day=REVISED, reason="年中调整")
    steps = [each for each in records if isinstance(each, Step)]
    fresh = [each for each in records if isinstance(each, Letter)]
    assert [each.of.removeprefix("letter:") for each in steps] == [STREET, VILLAGE, SIBLING]
    assert {(each.name, each.note) for each in steps} == {("supersede", "年中调整")}
    assert [(each.id, each.above, each.revises) for each in fresh] == [
        ("2026/east/main/2", "2026/acheng/main", STREET),
        ("2026/east-1/main/2", "2026/east/main/2", VILLAGE),
        ("2026/east-2/main/2", "2026/east/main/2", SIBLING),
    ]
    assert {(each.starts, each.reason) for each in fresh} == {(REVISED, "年中调整")}
    assert fresh[0].safeguards == ("增加培训经费",)
    assert fresh[1].lines == line_of(signed, VILLAGE)
    again = with_records(signed, records, REVISED)
    assert {each.id for each in again.snapshot.of(Letter) if standing(again.snapshot)[each.id].closed} == {
        STREET, VILLAGE, SIBLING,
    }  # fmt: skip
    second = revise(again.snapshot, [fresh[0]], day=date(YEAR, 7, 1), reason="再次调整")
    anew = [each for each in second if isinstance(each, Letter) and each.revises == fresh[0].id]
    assert [each.id for each in anew] == ["2026/east/main/3"]
    assert second[0] == evolve(fresh[0], ends=date(YEAR, 7, 1))


def line_of(now: World, letter: str) -> tuple[Line, ...]:
    found = now.snapshot.find(Letter, letter)
    assert found is not None
    return found.lines


def test_a_new_goal_revises_every_letter_whose_figures_change(signed: World) -> None:
    goal = Goal(id="g", organisation="acheng", indicator="done", year=YEAR, amount=50, reserve=2)
    changed = refigure(signed.snapshot, signed.catalogue, [goal], year=YEAR)
    assert {each.organisation for each in changed} == {
        "acheng", "east", "west", "east-1", "east-2", "west-1", "west-2", "west-3",
    }  # fmt: skip
    records = revise(signed.snapshot, changed, day=REVISED, reason="全年任务调整")
    fresh = {each.organisation: each for each in records if isinstance(each, Letter) and each.revises}
    done = {unit: each.line("done") for unit, each in fresh.items()}
    assert [line.amount for unit in ("acheng",) if (line := done[unit]) is not None] == [50]
    assert sum(line.share or 0 for unit in ("east", "west") if (line := done[unit]) is not None) + 2 == 50
    assert fresh["east"].above == fresh["acheng"].id
    assert {line.proposed for each in fresh.values() for line in each.lines} == {None}
    assert refigure(signed.snapshot, signed.catalogue, [], year=YEAR) == ()


def test_lines_that_nobody_proposes_any_more_and_letters_of_other_kinds_and_years_stay(signed: World) -> None:
    letter = signed.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    strange = evolve(letter.lines[0], indicator="strange")
    own = evolve(letter, lines=(strange, *letter.lines))
    assert refigured(own, letter, {"strange", "done"}) == own
    assert refigured(own, None, {"strange"}) == own
    others = (evolve(letter, id="safety", kind="safety"), evolve(letter, id="old", year=YEAR - 1))
    ids = [each.id for each, _ in open_letters(with_records(signed, others).snapshot, YEAR)]
    assert VILLAGE in ids
    assert not {"safety", "old"} & set(ids)


def test_a_draft_below_just_ends_and_one_that_would_only_begin_is_withdrawn(drafted: World) -> None:
    top = drafted.snapshot.find(Letter, "2026/acheng/main")
    assert top is not None
    issued = issue([top], by=meeting(drafted.snapshot, [top], day=JAN_19), snapshot=drafted.snapshot)
    now = with_records(drafted, issued, MEETING)
    gone = supersede(now.snapshot, [top.id], day=REVISED, reason="调整")
    assert isinstance(gone[0], Step)
    assert {each.ends for each in gone if isinstance(each, Letter)} == {REVISED}
    assert len(gone) == 8
    early = supersede(now.snapshot, [VILLAGE], day=date(YEAR, 1, 1), reason="调整")
    assert early == (Withdrawal(noun="letter", id=VILLAGE, starts=date(YEAR, 1, 1)),)


def test_everything_wrong_with_ending_letters_is_told_at_once(signed: World) -> None:
    with pytest.raises(StepRefused) as error:
        supersede(signed.snapshot, [VILLAGE, "2026/nobody/main"], day=JAN_19, reason=" ")
    assert codes(error) == ["unknown-letter", "step-lacks", "step-backdated"]
    mute = evolve(
        signed, records=tuple(each for each in signed.records if each.id != "east-committee-secretary")
    )
    with pytest.raises(StepRefused) as error:
        supersede(mute.snapshot, [VILLAGE], day=REVISED, reason="调整")
    assert codes(error) == ["no-secretary"]
    ended = with_records(signed, supersede(signed.snapshot, [VILLAGE], day=REVISED, reason="调整"), REVISED)
    with pytest.raises(StepRefused) as error:
        supersede(ended.snapshot, [VILLAGE], day=REVISED, reason="调整")
    assert codes(error) == ["step-not-possible"]


def test_a_revision_stays_with_its_unit_and_has_a_reason(signed: World) -> None:
    letter = signed.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    with pytest.raises(StepRefused) as error:
        revise(signed.snapshot, [evolve(letter, organisation="east-2")], day=REVISED, reason="调整")
    assert codes(error) == ["revision-moves"]
    with pytest.raises(StepRefused) as error:
        revise(signed.snapshot, [evolve(letter, id="2026/nobody/main")], day=REVISED, reason="调整")
    assert codes(error) == ["unknown-letter"]
    with pytest.raises(RecordProblem) as refused:
        evolve(letter, revises="x", reason=" ")
    assert [each.code for each in refused.value.problems] == ["no-reason"]


def test_letters_that_name_each_other_as_the_one_above_are_still_ended(signed: World) -> None:
    street, village = (signed.snapshot.find(Letter, each) for each in (STREET, VILLAGE))
    assert street is not None
    assert village is not None
    ringed = with_records(signed, [evolve(street, above=VILLAGE)])
    gone = supersede(ringed.snapshot, [STREET], day=REVISED, reason="调整")
    assert len(gone) == 3


# --- who signed in time ------------------------------------------------------------------------------------------


def told(found: Iterable[Unsigned]) -> list[tuple[str, int, str, int, tuple[str, ...]]]:
    return [(each.organisation, each.level, each.fault, each.days, each.posts) for each in found]


def test_without_a_window_nothing_is_late(drafted: World) -> None:
    late = evolve(drafted, on=date(YEAR, 12, 31))
    assert unsigned(late.snapshot, late.catalogue, year=YEAR) == ()


def test_late_and_missing_signatures_are_told_by_level_with_posts_and_days(drafted: World) -> None:
    now = drafted.under(WINDOW)
    top, east = (now.snapshot.find(Letter, f"2026/{unit}/main") for unit in ("acheng", "east"))
    assert top is not None
    assert east is not None
    march = date(YEAR, 3, 3)
    now = with_records(now, sign([top], by=meeting(now.snapshot, [top], day=march), snapshot=now.snapshot))
    now = with_records(now, issue([east], by=meeting(now.snapshot, [east], day=march), snapshot=now.snapshot))
    assert unsigned(evolve(now, on=date(YEAR, 2, 28)).snapshot, now.catalogue, year=YEAR - 1) == ()
    now = evolve(now, on=date(YEAR, 3, 10))
    found = told(unsigned(now.snapshot, now.catalogue, year=YEAR))
    assert found[:3] == [
        ("acheng", 0, "late", 3, ("city-secretary", "acheng-committee-secretary")),
        ("east", 1, "missing", 10, ("east-committee-secretary",)),
        ("west", 1, "missing", 10, ("acheng-committee-secretary",)),
    ]
    assert [each[1] for each in found] == [0, 1, 1, 2, 2, 2, 2, 2]
    (first, *_) = findings(now.snapshot, now.catalogue, year=YEAR)
    assert (first.code, first.organisation, first.rule, first.source) == (
        "letter-late",
        "acheng",
        "window",
        SOURCE,
    )
    assert "3 天" in first.says.zh


def test_on_the_last_day_of_the_window_a_signature_is_in_time(signed: World) -> None:
    exact = signed.under(evolve(WINDOW, closes=(2, 3)))
    assert unsigned(exact.snapshot, exact.catalogue, year=YEAR) == ()
    shut = signed.under(evolve(WINDOW, closes=(2, 2)))
    assert {each.days for each in unsigned(shut.snapshot, shut.catalogue, year=YEAR)} == {1}
    soon = signed.under(evolve(WINDOW, opens=(2, 5)))
    found = unsigned(soon.snapshot, soon.catalogue, year=YEAR)
    assert {(each.fault, each.days) for each in found} == {("early", 2)}
    assert set(FAULTS) == {"early", "late", "missing", "undrafted"}


def test_who_sees_one_street_only_is_told_the_same_of_it(drafted: World) -> None:
    whole = evolve(drafted, on=date(YEAR, 3, 10)).under(evolve(WINDOW, place="acheng")).snapshot
    catalogue = drafted.under(evolve(WINDOW, place="acheng")).catalogue
    own = ("east", "east-1", "east-2")
    seen = {
        noun: tuple(each for each in held if getattr(each, "organisation", each.id) in own)
        if noun in {"letter", "organisation"}
        else held
        for noun, held in whole.records.items()
    }
    part = evolve(whole, records=seen, seen=frozenset(own), whole=whole)
    assert told(unsigned(part, catalogue, year=YEAR)) == [
        each for each in told(unsigned(whole, catalogue, year=YEAR)) if each[0] in own
    ]


def test_a_window_of_a_place_comes_before_the_general_one(signed: World) -> None:
    now = signed.under(
        evolve(WINDOW, closes=(2, 2)), evolve(WINDOW, name="east_window", closes=(3, 31), place="east")
    )
    found = unsigned(now.snapshot, now.catalogue, year=YEAR)
    assert {each.organisation for each in found} == {"acheng", "west", "west-1", "west-2", "west-3"}


def test_a_revised_letter_has_the_days_that_the_window_gives_for_revisions(signed: World) -> None:
    letter = signed.snapshot.find(Letter, VILLAGE)
    assert letter is not None
    now = with_records(signed.under(WINDOW), revise(signed.snapshot, [letter], day=REVISED, reason="调整"))
    for day, days in ((date(YEAR, 7, 15), []), (date(YEAR, 7, 17), [2])):
        at = evolve(now, on=day)
        assert [each.days for each in unsigned(at.snapshot, at.catalogue, year=YEAR)] == days
    free = with_records(
        signed.under(evolve(WINDOW, revised_within=None)),
        revise(signed.snapshot, [letter], day=REVISED, reason="调整"),
        date(YEAR, 12, 31),
    )
    assert unsigned(free.snapshot, free.catalogue, year=YEAR) == ()


def test_a_unit_of_a_named_kind_without_any_letter_is_told(signed: World) -> None:
    named = signed.under(evolve(WINDOW, kinds={"village"}))
    body = PartyBody(id="east-3-committee", name="x", kind="branch", seat="east-3", superior="east-committee")
    village = evolve(small_district()[-1], id="east-3", placements=small_district()[3].placements)
    outside = evolve(village, id="far", placements=())
    far = evolve(body, id="far-committee", seat="far", superior=None)
    now = evolve(named.having(body, village, outside, far), on=date(YEAR, 3, 2))
    (found,) = unsigned(now.snapshot, now.catalogue, year=YEAR)
    assert (found.letter, found.organisation, found.level, found.fault) == (None, "east-3", 2, "undrafted")
    assert (found.days, found.posts) == (2, ("east-committee-secretary",))
    (finding,) = findings(now.snapshot, now.catalogue, year=YEAR)
    assert "east-3" in finding.says.zh
    early = evolve(now, on=MEETING)
    assert unsigned(early.snapshot, early.catalogue, year=YEAR) == ()


def test_a_letter_that_lacks_a_part_is_a_finding_where_a_form_is_declared(signed: World) -> None:
    assert findings(signed.snapshot, signed.catalogue, year=YEAR) == ()
    now = signed.under(FORM)
    found = findings(now.snapshot, now.catalogue, year=YEAR)
    assert {each.code for each in found} == {"letter-incomplete"}
    assert len(found) == 8
    assert "保障措施" in found[0].says.zh
    assert findings(now.snapshot, now.catalogue, year=YEAR + 1) == ()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"closes": (2, 29)}, "bad-date"),
        ({"closes": (13, 1)}, "bad-date"),
        ({"opens": (3, 1)}, "window-order"),
        ({"revised_within": -1}, "negative"),
    ],
)
def test_a_window_has_days_of_every_year_in_their_order(changes: dict[str, object], code: str) -> None:
    with pytest.raises(RecordProblem) as error:
        evolve(WINDOW, **changes)  # type: ignore[arg-type]  # wrong values on purpose
    assert [each.code for each in error.value.problems] == [code]
