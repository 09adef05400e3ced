"""What no changeset can break: each invariant is kept by an ordinary year and broken by the planted mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from attrs import evolve

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.decisions import Decision, Matter
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Leg, Movement, MovementKind, Pocket
from partybuilding.domain.indicators import Goal
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import Alias, District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.domain.reorganisations import Reorganisation, Succession
from partybuilding.domain.responsibilities import Responsibilities
from partybuilding.errors import InvariantBroken
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.host import PluginHost
from partybuilding.ledger.invariants import INVARIANTS
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.ledger.versions import Withdrawal, content_digest
from partybuilding.storage.memory import MemoryStore

JAN, FEB, MAR, APR, MAY, JUN = (date(2026, month, 1) for month in range(1, 7))
PROJECT_LIFE = Lifecycle(
    name="project",
    start="draft",
    closed=("ended",),
    transitions=(Transition(step="end", sources=("draft",), target="ended"),),
)


class Rules:
    """A catalogue that declares one type of project."""

    def lifecycle(self, record: Record, day: date) -> Lifecycle | None:
        if isinstance(record, Project):
            return PROJECT_LIFE if record.type == "plain" else None
        return Catalogue().lifecycle(record, day)


class Host:
    manifest = ()
    backends = staticmethod(lambda: PluginHost.of({}).backends())
    catalogue: Any = staticmethod(Rules)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """A district, a street, two villages; committees that stand under each other; secretaries and a supervisor."""
    with Ledger(MemoryStore(), host=Host(), policy=AllowAll()) as opened:
        commit(opened, *world())
        yield opened


def commit(ledger: Ledger, *records: Record | Withdrawal) -> None:
    ledger.commit(records, actor=Actor("office"), why="test", at=datetime(2026, 1, 5, tzinfo=UTC))


def broken(ledger: Ledger, *records: Record | Withdrawal) -> list[str]:
    """The codes of what a commit would break; nothing is stored."""
    before = ledger.head()
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *records)
    assert ledger.head() == before
    return [problem.code for problem in caught.value.problems]


def organisation(id_: str, parent: str | None = None, **more: Any) -> Organisation:
    placements = () if parent is None else (Placement(parent=parent),)
    return Organisation(**{"id": id_, "name": id_, "kind": "village", "placements": placements, **more})


def body(id_: str, seat: str, superior: str | None = None) -> PartyBody:
    return PartyBody(id=id_, name=id_, kind="committee", seat=seat, superior=superior)


def world() -> Iterator[Record]:
    yield District(id="acheng", root="acheng")
    yield organisation("acheng")
    yield organisation("jincheng", "acheng")
    yield from (organisation(id_, "jincheng") for id_ in ("v1", "v2"))
    yield body("dc", "acheng")
    yield body("wc", "jincheng", "dc")
    yield from (body(f"b{place}", f"v{place}", "wc") for place in (1, 2))
    for id_ in ("dc", "wc", "b1", "b2"):
        yield Post(id=f"{id_}-sec", body=id_, role="secretary")
        yield Tenure(id=f"{id_}-t", post=f"{id_}-sec", holder=f"holder-{id_}")
    yield Post(id="wc-sup", body="wc", role="supervisor", capacity=2)
    yield Tenure(id="wc-sup-t", post="wc-sup", holder="holder-sup")
    yield Post(id="vacant", body="wc", role="deputy")


def gone(id_: str, day: date) -> Iterator[Record]:
    """A village that ends on a day, with its branch and its secretary."""
    place = id_.removeprefix("v")
    yield organisation(id_, "jincheng", ends=day)
    yield evolve(body(f"b{place}", id_, "wc"), ends=day)
    yield Post(id=f"b{place}-sec", body=f"b{place}", role="secretary", ends=day)
    yield Tenure(id=f"b{place}-t", post=f"b{place}-sec", holder=f"holder-b{place}", ends=day)


def test_every_invariant_has_a_code_of_its_own_and_one_line_in_both_languages() -> None:
    codes = [each.code for each in INVARIANTS]
    assert len(set(codes)) == len(codes)
    for each in INVARIANTS:
        assert each.reads
        assert each.statement.zh.endswith("。")
        assert "\n" not in each.statement.zh + each.statement.en


def test_an_ordinary_world_is_kept_and_verified(ledger: Ledger) -> None:
    assert ledger.head().number == 1
    assert ledger.verify() == ()


# --- organisations and posts ------------------------------------------------------------------------------------


def test_a_circle_is_refused(ledger: Ledger) -> None:
    assert broken(ledger, organisation("jincheng", "v1")) == ["tree-cycle", "tree-cycle"]
    assert broken(ledger, organisation("v3", "v3")) == ["tree-cycle"]
    late = organisation(
        "jincheng", placements=(Placement(parent="acheng", ends=JUN), Placement(parent="v1", starts=JUN))
    )
    assert set(broken(ledger, late)) == {"tree-cycle"}


def test_what_hangs_below_a_circle_is_told_through_the_circle(ledger: Ledger) -> None:
    ring = [
        organisation("x", "z"),
        organisation("y", "x"),
        organisation("z", "y"),
        organisation("below", "z"),
    ]
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *ring)
    assert [problem.where.organisation for problem in caught.value.problems] == ["x", "y", "z"]


def test_a_second_root_is_refused_also_if_it_stands_for_some_days_only(ledger: Ledger) -> None:
    assert broken(ledger, organisation("other"), organisation("v3", "other")) == ["tree-roots"]
    moved = organisation(
        "v2", placements=(Placement(parent="jincheng", ends=FEB), Placement(parent="other", starts=FEB))
    )
    assert broken(ledger, organisation("other"), moved) == ["tree-roots"]
    gap = (Placement(parent="acheng", ends=FEB), Placement(parent="acheng", starts=MAR))
    other = organisation("shili", "acheng")
    assert broken(ledger, other, organisation("jincheng", placements=gap)) == ["tree-roots"]
    again = (*gap, Placement(parent="shili", line="sector", starts=APR))
    with pytest.raises(InvariantBroken) as caught:
        commit(
            ledger,
            other,
            organisation("jincheng", placements=again[:1]),
            organisation("v3", "v2", starts=JUN),
        )
    assert [problem.read for problem in caught.value.problems] == [
        "acheng, jincheng on territory from 2026-02-01"
    ]


def test_other_lines_have_roots_of_their_own_and_absent_organisations_are_none(ledger: Ledger) -> None:
    line = (Placement(parent="bureau", line="sector"),)
    commit(ledger, organisation("bureau"), organisation("coop", placements=line), organisation("alone"))
    commit(ledger, organisation("v1", placements=(Placement(parent="jincheng"), *line)))


def test_a_tree_is_at_most_thirty_two_levels_deep(ledger: Ledger) -> None:
    chain = [organisation(f"d{level}", "v1" if level == 3 else f"d{level - 1}") for level in range(3, 34)]
    commit(ledger, *chain[:30])
    assert broken(ledger, chain[30]) == ["tree-depth"]


def test_an_orphan_is_refused_on_any_day(ledger: Ledger) -> None:
    assert broken(ledger, organisation("v3", "nowhere")) == ["tree-orphan"]
    assert broken(ledger, organisation("v3", "later"), organisation("later", "acheng", starts=FEB)) == [
        "tree-orphan"
    ]
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *gone("v1", MAR), organisation("below", "v1"))
    assert [(each.code, each.read) for each in caught.value.problems] == [
        ("tree-orphan", "v1 from 2026-03-01")
    ]


def test_a_placement_outside_the_time_of_its_organisation_means_nothing(ledger: Ledger) -> None:
    commit(ledger, organisation("v3", ends=FEB, placements=(Placement(parent="nowhere", starts=FEB),)))


def test_a_unit_may_close_together_with_those_below(ledger: Ledger) -> None:
    commit(ledger, organisation("below", "v1"))
    commit(ledger, *gone("v1", MAR), organisation("below", "v1", ends=MAR))
    commit(ledger, organisation("new", "v2", starts=MAR))


def test_a_code_belongs_to_one_organisation_per_scheme_and_day(ledger: Ledger) -> None:
    def coded(id_: str, *aliases: Alias) -> Organisation:
        return organisation(id_, "jincheng", aliases=aliases)

    stats = Alias(scheme="stats", code="230112")
    commit(
        ledger, coded("v1", stats, evolve(stats, starts=JUN)), coded("v2", Alias(scheme="mca", code="230112"))
    )
    assert broken(ledger, coded("v2", stats)) == ["code-taken", "code-taken"]
    assert broken(ledger, coded("v2", evolve(stats, starts=FEB, ends=MAR))) == ["code-taken"]
    commit(ledger, coded("v1", evolve(stats, ends=MAR)), coded("v2", evolve(stats, starts=MAR)))
    commit(
        ledger,
        coded("v2", evolve(stats, starts=MAR), evolve(stats, code="230112a"), evolve(stats, code="230112A")),
    )
    short = evolve(stats, code="9", starts=JUN)
    commit(ledger, evolve(coded("v3", short), ends=MAR), evolve(coded("v4", short), ends=JUN))


def test_a_holder_who_changed_posts_counts_for_each_in_his_time(ledger: Ledger) -> None:
    moved = Tenure(id="moved", post="vacant", holder="m")
    commit(ledger, moved, evolve(moved, post="wc-sup", starts=MAR))
    commit(ledger, Tenure(id="early", post="wc-sup", holder="e", ends=MAR))
    assert broken(ledger, Tenure(id="late", post="wc-sup", holder="l", starts=APR)) == ["post-full"]


def test_a_post_has_at_most_its_capacity_of_holders(ledger: Ledger) -> None:
    second, third = (
        Tenure(id=id_, post="wc-sup", holder=id_, starts=FEB, ends=APR) for id_ in ("two", "three")
    )
    commit(ledger, second)
    assert broken(ledger, third) == ["post-full"]
    assert broken(ledger, evolve(third, starts=MAR, ends=None)) == ["post-full"]
    commit(ledger, evolve(third, starts=APR, ends=None))
    assert broken(ledger, Post(id="wc-sup", body="wc", role="supervisor")) == ["post-full"]
    commit(ledger, Tenure(id="x", post="unknown", holder="x"), Tenure(id="y", post="unknown", holder="y"))


# --- letters ----------------------------------------------------------------------------------------------------

ANSWERS = Responsibilities(collective="wc", primary="wc-sec", specific="wc-sup", direct="wc-sup")


def line(amount: int = 100, **more: Any) -> Line:
    given = {"indicator": "trained", "amount": amount, "unit": "member", "due": date(2026, 12, 31)}
    return Line(**{**given, "asks": "完成", "source": "s", "responsibilities": ANSWERS, **more})


def letter(id_: str, place: str, issuer: str, receiver: str, **more: Any) -> Letter:
    given = {"id": id_, "year": 2026, "organisation": place, "issuer": issuer, "receiver": receiver}
    return Letter(**{**given, "lines": (line(),), "starts": JAN, "ends": date(2027, 1, 1), **more})


TOP = letter("top", "jincheng", "dc", "wc", lines=(line(100, reserve=10),))
ONE = letter("one", "v1", "wc", "b1", above="top", lines=(line(50, share=50),))
TWO = letter("two", "v2", "wc", "b2", above="top", lines=(line(40, share=40),))


def signing(given: Letter, day: date = FEB, **more: Any) -> tuple[Step, Step]:
    digest = content_digest(given)
    issue = Step(
        id=f"{given.id}/issue",
        of=given.reference,
        name="issue",
        day=day,
        post=f"{given.issuer}-sec",
        digest=digest,
    )
    sign = evolve(issue, id=f"{given.id}/sign", name="sign", post=f"{given.receiver}-sec")
    return evolve(issue, **more), evolve(sign, **more)


def ending(given: Letter, name: str = "revoke", day: date = MAY) -> Step:
    return Step(
        id=f"{given.id}/end", of=given.reference, name=name, day=day, post=f"{given.issuer}-sec", note="更正"
    )


def test_letters_are_proposed_issued_and_signed_from_the_top_down(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO)
    commit(ledger, *signing(TOP))
    commit(ledger, *signing(ONE), *signing(TWO, MAR))
    assert ledger.verify() == ()


def test_all_levels_may_sign_in_one_changeset(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO, *signing(TOP), *signing(ONE), *signing(TWO))


def test_no_letter_is_signed_before_the_one_above(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO)
    assert broken(ledger, *signing(ONE)) == ["above-not-signed"]
    assert broken(ledger, *signing(TOP, MAR), *signing(ONE, FEB)) == ["above-not-signed"]
    assert broken(ledger, signing(TOP)[0], *signing(ONE)) == ["above-not-signed"]
    nowhere = evolve(ONE, id="nowhere", above="unknown")
    assert broken(ledger, nowhere, *signing(nowhere)) == ["above-not-signed"]
    other_year = evolve(TOP, year=2025)
    assert broken(ledger, other_year, *signing(other_year), *signing(ONE)) == ["above-not-signed"]


def test_leaving_out_the_letter_above_does_not_help(ledger: Ledger) -> None:
    commit(ledger, TOP)
    alone = evolve(ONE, above=None)
    assert broken(ledger, alone, *signing(alone)) == ["above-not-signed"]
    commit(ledger, signing(TOP)[0], ending(TOP, day=MAR))
    commit(ledger, alone, *signing(alone, APR))


def test_a_letter_ends_only_with_those_below_it(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO, *signing(TOP), *signing(ONE))
    assert broken(ledger, ending(TOP)) == ["above-not-signed"]
    assert broken(ledger, ending(TOP, "supersede")) == ["above-not-signed"]
    commit(ledger, ending(TOP), ending(ONE))


def test_a_signature_covers_the_content(ledger: Ledger) -> None:
    assert broken(ledger, TOP, *signing(evolve(TOP, lines=(line(99),)))) == ["signature-content"] * 2
    assert broken(ledger, TOP, *signing(TOP, digest="")) == ["signature-content"] * 2
    commit(ledger, TOP, *signing(TOP))
    changed = evolve(TOP, lines=(line(101, reserve=10),))
    assert broken(ledger, changed) == ["signature-content"] * 2
    assert broken(ledger, evolve(changed, starts=JUN)) == ["signature-content"] * 2
    commit(ledger, ending(TOP, "supersede"))
    commit(ledger, evolve(changed, id="top2"), *signing(evolve(changed, id="top2"), MAY))
    commit(ledger, changed)


def test_a_post_of_each_party_signs_and_somebody_holds_it(ledger: Ledger) -> None:
    assert broken(ledger, TOP, *signing(TOP, post="b1-sec")) == ["wrong-post", "wrong-post", "same-post"]
    issue, sign = signing(TOP)
    assert broken(ledger, TOP, issue, evolve(sign, post="b1-sec")) == ["wrong-post"]
    assert broken(ledger, TOP, evolve(issue, post="wc-sup"), sign) == ["wrong-post"]
    assert broken(ledger, TOP, issue, evolve(sign, post="unknown")) == ["wrong-post"]
    assert broken(ledger, TOP, issue, evolve(sign, post="vacant")) == ["signer-without-post"]
    commit(ledger, Tenure(id="wc-t", post="wc-sec", holder="holder-wc", ends=FEB))
    assert broken(ledger, TOP, issue, sign) == ["signer-without-post"]
    commit(ledger, Tenure(id="next", post="wc-sec", holder="next", starts=FEB))
    commit(ledger, TOP, issue, sign)


def test_a_tenure_corrected_later_makes_no_signature_invalid(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO, *signing(TOP))
    commit(ledger, Tenure(id="wc-t", post="wc-sec", holder="holder-wc", ends=JAN))
    commit(ledger, Tenure(id="next", post="wc-sec", holder="next", starts=MAR))
    commit(ledger, *signing(ONE, APR))
    assert ledger.verify() == ()


def test_one_letter_is_in_effect_for_an_organisation_year_and_kind(ledger: Ledger) -> None:
    again = evolve(TOP, id="again")
    commit(ledger, TOP, *signing(TOP))
    assert broken(ledger, again, *signing(again, MAR)) == ["letter-twice"]
    for other in (evolve(again, kind="safety"), evolve(again, id="next", year=2027)):
        commit(ledger, other, *signing(other, MAR))
    half = evolve(again, id="half", starts=date(2027, 1, 1), ends=None)
    commit(ledger, half, *signing(half, MAR))
    commit(ledger, ending(TOP, day=MAR))
    third = evolve(TOP, id="third")
    commit(ledger, third, *signing(third, MAR))


def test_a_letter_for_a_closed_unit_is_refused(ledger: Ledger) -> None:
    commit(ledger, *gone("v1", FEB))
    one = evolve(ONE, ends=FEB)
    commit(ledger, TOP, one, TWO, *signing(TOP, JAN))
    assert broken(ledger, *signing(one, FEB)) == ["wrong-post", "letter-for-nobody"]
    commit(ledger, *signing(one, JAN))
    ghost = evolve(TOP, id="ghost", kind="safety", organisation="nowhere")
    assert broken(ledger, ghost, *signing(ghost)) == ["letter-for-nobody"]
    early = evolve(TOP, id="early", kind="early", starts=MAR, receiver="b1", organisation="v1")
    assert broken(ledger, early, *signing(early, JAN)) == ["letter-for-nobody", "obligation-left"]


def test_shares_and_reserve_make_up_the_target_exactly(ledger: Ledger) -> None:
    commit(ledger, TOP, *signing(TOP))
    less, more = (evolve(TWO, lines=(line(amount, share=amount),)) for amount in (39, 41))
    for wrong in (less, more):
        assert broken(ledger, ONE, wrong, *signing(ONE)) == ["share-sum"]
    commit(ledger, ONE, *signing(ONE))
    for wrong in (less, more):
        assert broken(ledger, wrong, *signing(wrong)) == ["share-sum"]
        assert broken(ledger, wrong) == ["share-sum"]
    commit(ledger, TWO)
    assert broken(ledger, evolve(TWO, lines=(line(41, share=41),))) == ["share-sum"]


def test_while_not_all_below_have_letters_no_more_than_the_target_is_handed_down(ledger: Ledger) -> None:
    commit(ledger, TOP, *signing(TOP))
    much = evolve(ONE, lines=(line(91, share=91),))
    assert broken(ledger, much, *signing(much)) == ["share-sum"]
    commit(ledger, ONE, *signing(ONE))


def test_only_those_who_stand_below_when_the_term_begins_must_have_letters(ledger: Ledger) -> None:
    before = date(2025, 6, 1)
    moved = (Placement(parent="jincheng", ends=before), Placement(parent="shili", starts=before))
    closed = organisation("v3", "jincheng", ends=before)
    commit(
        ledger,
        organisation("shili", "acheng"),
        organisation("v2", placements=moved),
        closed,
        TOP,
        *signing(TOP),
    )
    assert broken(ledger, ONE, *signing(ONE)) == ["share-sum"]
    whole = evolve(ONE, lines=(line(90, share=90),))
    commit(ledger, whole, *signing(whole))


def test_lines_without_a_share_are_not_summed(ledger: Ledger) -> None:
    top = evolve(TOP, lines=(line(80, per=100), line(100, indicator="other")))
    one, two = (evolve(each, lines=(line(80, per=100),)) for each in (ONE, TWO))
    commit(ledger, top, one, two, *signing(top), *signing(one), *signing(two))


def test_ended_letters_are_not_summed(ledger: Ledger) -> None:
    commit(ledger, TOP, ONE, TWO, *signing(TOP), *signing(ONE), *signing(TWO), ending(TWO))
    new = evolve(TWO, id="new")
    commit(ledger, new, *signing(new, MAY))


def test_letters_without_first_day_and_a_plan_on_another_line_are_understood(ledger: Ledger) -> None:
    top, one = (evolve(each, starts=None, ends=None) for each in (TOP, ONE))
    commit(ledger, top, one, *signing(top), *signing(one))
    commit(ledger, District(id="acheng", root="acheng", line="sector"))
    commit(ledger, TWO, *signing(TWO))


# --- money ------------------------------------------------------------------------------------------------------


def movement(
    id_: str, kind: MovementKind, *legs: tuple[str, Pocket, int], day: date = FEB, **more: Any
) -> Movement:
    given = [
        Leg(organisation=who, purpose="education", pocket=pocket, amount=amount)
        for who, pocket, amount in legs
    ]
    return Movement(**{"id": id_, "day": day, "year": 2026, "kind": kind, "legs": tuple(given), **more})


BUDGET = movement("budget", "budget", ("acheng", "source", -1000), ("acheng", "free", 1000))
DOWN = movement("down", "allocate", ("acheng", "free", -600), ("jincheng", "free", 600))
PROMISE = movement("promise", "commit", ("jincheng", "free", -600), ("jincheng", "reserved", 600))
PAID = movement("paid", "pay", ("jincheng", "reserved", -600), ("jincheng", "spent", 600))


def test_every_fen_goes_its_way(ledger: Ledger) -> None:
    commit(ledger, BUDGET, DOWN, PROMISE, PAID)
    back = movement("back", "return", ("acheng", "free", -400), ("acheng", "source", 400), day=MAR)
    commit(ledger, back)
    assert ledger.verify() == ()


def test_an_over_spend_is_refused_by_the_fen_the_day_and_the_year(ledger: Ledger) -> None:
    assert broken(
        ledger,
        BUDGET,
        evolve(DOWN, legs=movement("x", "allocate", ("acheng", "free", -1001), ("v1", "free", 1001)).legs),
    ) == ["over-spent"]
    assert broken(ledger, BUDGET, evolve(DOWN, day=JAN)) == ["over-spent"]
    assert broken(ledger, BUDGET, evolve(DOWN, year=2027)) == ["over-spent"]
    commit(ledger, BUDGET, DOWN, PROMISE)
    assert broken(
        ledger, evolve(PAID, legs=(evolve(PAID.legs[0], amount=-601), evolve(PAID.legs[1], amount=601)))
    ) == ["over-spent"]
    assert broken(ledger, Withdrawal(noun="movement", id="budget", starts=FEB)) == ["over-spent"]
    other = [evolve(leg, purpose="venue") for leg in PROMISE.legs]
    assert broken(ledger, evolve(PROMISE, id="other", legs=tuple(other))) == ["over-spent"]
    negative = movement("negative", "pay", ("jincheng", "reserved", 1), ("jincheng", "spent", -1))
    assert broken(ledger, negative) == ["movement-astray", "movement-astray", "over-spent"]


def test_amounts_are_bounded_and_money_comes_from_the_budget_only(ledger: Ledger) -> None:
    large = 10**14 + 1
    assert (
        broken(ledger, movement("x", "budget", ("v1", "source", -large), ("v1", "free", large)))
        == ["amount-too-large"] * 2
    )
    assert broken(ledger, movement("x", "allocate", ("v1", "source", -1), ("v1", "free", 1))) == [
        "source-outside-budget"
    ]


def test_the_largest_amount_is_taken(ledger: Ledger) -> None:
    commit(ledger, movement("x", "budget", ("v1", "source", -(10**14)), ("v1", "free", 10**14)))


def reversal(of: Movement, id_: str = "reversal", **more: Any) -> Movement:
    legs = tuple(evolve(leg, amount=-leg.amount) for leg in of.legs)
    return evolve(of, **{"id": id_, "kind": "reverse", "reverses": of.id, "day": MAR, "legs": legs, **more})


def test_a_reversal_is_the_exact_opposite_once(ledger: Ledger) -> None:
    commit(ledger, BUDGET, DOWN)
    half = tuple(evolve(leg, amount=-leg.amount // 2) for leg in DOWN.legs)
    assert broken(ledger, reversal(DOWN, legs=half)) == ["reversal-not-opposite"]
    assert broken(ledger, reversal(DOWN, reverses="unknown")) == ["reversal-without-original"]
    assert broken(ledger, reversal(DOWN, day=JAN))[-1] == "reversal-without-original"
    commit(ledger, reversal(DOWN, day=FEB))
    commit(ledger, Withdrawal(noun="movement", id="reversal", starts=FEB))
    commit(ledger, reversal(DOWN))
    assert "reversed-twice" in broken(ledger, reversal(DOWN, "again"))
    assert "reversal-not-opposite" in broken(ledger, evolve(DOWN, legs=half))
    assert "reversal-without-original" in broken(ledger, Withdrawal(noun="movement", id="down", starts=FEB))
    commit(ledger, Withdrawal(noun="movement", id="reversal", starts=MAR))


def project(**more: Any) -> Project:
    given = {
        "id": "p",
        "type": "plain",
        "name": "项目",
        "organisation": "v1",
        "owner": "b1-sec",
        "first": "wc-sec",
    }
    return Project(**{**given, "measure": "m", "due": JUN, **more})


def test_a_project_that_has_ended_holds_no_committed_money(ledger: Ledger) -> None:
    promise, paid = (evolve(each, of="project:p") for each in (PROMISE, PAID))
    end = Step(id="end", of="project:p", name="end", day=MAY, post="b1-sec")
    commit(ledger, project(), BUDGET, DOWN, promise)
    assert broken(ledger, end) == ["project-holds-money"]
    assert broken(ledger, end, PAID) == ["project-holds-money"]
    commit(ledger, end, paid)
    late = movement("late", "commit", ("acheng", "free", -1), ("acheng", "reserved", 1), of="project:p")
    assert broken(ledger, late) == ["project-holds-money"]
    commit(ledger, evolve(late, of="project:unknown"))


# --- lists ------------------------------------------------------------------------------------------------------

ITEM = Item(
    id="i",
    day=JAN,
    organisation="v1",
    text="问题",
    channel="masses",
    owner="b1-sec",
    lead="wc",
    measures="整改",
    baseline="无",
    target="有",
    due=JUN,
)
PROOF = (Evidence(reference="照片编号1", digest="ab"),)
CLOSING = Decision(
    id="d", day=APR, body="wc", document="1号", matter="closing", subject="v1", outcome="closed", of="item:i"
)


def step(name: str, post: str, day: date, **more: Any) -> Step:
    return Step(**{"id": f"i/{day}-{name}", "of": "item:i", "name": name, "post": post, "day": day, **more})


RECTIFIED = (step("rectify", "b1-sec", FEB), step("report", "b1-sec", MAR, evidence=PROOF))
VERIFIED = step("verify", "wc-sup", APR, evidence=PROOF)
CLOSED = step("close", "wc-sup", MAY, decision="d")


def test_an_item_is_rectified_verified_by_another_and_closed(ledger: Ledger) -> None:
    commit(ledger, ITEM, *RECTIFIED)
    commit(ledger, VERIFIED, CLOSING, CLOSED)
    commit(ledger, step("reopen", "wc-sup", JUN, note="又出现"))
    assert ledger.verify() == ()


def test_steps_follow_their_life_cycle(ledger: Ledger) -> None:
    assert broken(ledger, ITEM, CLOSED)[0] == "step-not-possible"
    commit(ledger, ITEM, *RECTIFIED)
    assert broken(ledger, evolve(VERIFIED, evidence=())) == ["step-lacks"]
    assert broken(ledger, evolve(VERIFIED, day=FEB)) == ["step-not-possible"]
    assert broken(ledger, Withdrawal(noun="step", id=RECTIFIED[0].id, starts=FEB)) == ["step-not-possible"]
    commit(ledger, VERIFIED, CLOSING, CLOSED, step("reopen", "wc-sup", JUN, note="又出现"))
    assert broken(ledger, Withdrawal(noun="step", id=CLOSED.id, starts=MAY)) == [
        "step-not-possible",
        "closing-removed",
    ]


@pytest.mark.parametrize("reference", ["item:unknown", "spirit:i", "letter:unknown", "project:unknown"])
def test_a_step_is_taken_with_something(ledger: Ledger, reference: str) -> None:
    assert broken(ledger, step("verify", "wc-sup", APR, of=reference)) == ["step-of-nothing"]


def test_what_steps_are_taken_with_stays(ledger: Ledger) -> None:
    commit(ledger, ITEM, *RECTIFIED)
    assert broken(ledger, Withdrawal(noun="item", id="i", starts=JAN)) == ["step-of-nothing"]
    commit(ledger, project(type="undeclared"), step("anything", "wc-sup", APR, of="project:p"))
    commit(ledger, *(Withdrawal(noun="step", id=each.id, starts=each.day) for each in RECTIFIED))
    commit(ledger, Withdrawal(noun="item", id="i", starts=JAN))


def test_nobody_verifies_what_is_his_own(ledger: Ledger) -> None:
    item = evolve(ITEM, owner="wc-sup")
    commit(ledger, item, *RECTIFIED)
    assert broken(ledger, VERIFIED) == ["verifier-is-owner"]
    commit(ledger, Tenure(id="dc-t", post="dc-sec", holder="holder-sup"))
    assert broken(ledger, evolve(VERIFIED, post="dc-sec")) == ["verifier-is-owner"]
    commit(ledger, evolve(VERIFIED, post="wc-sec"))
    assert broken(ledger, evolve(item, owner="wc-sec")) == ["verifier-is-owner"]
    commit(ledger, evolve(item, owner="b2-sec"))


def test_nobody_verifies_from_below(ledger: Ledger) -> None:
    commit(ledger, evolve(ITEM, owner="wc-sec", organisation="jincheng"), *RECTIFIED)
    assert broken(ledger, evolve(VERIFIED, post="b2-sec")) == [
        "verifier-below-owner",
        "verifier-without-authority",
    ]
    commit(ledger, evolve(VERIFIED, post="dc-sec"))


def test_a_closed_item_has_evidence(ledger: Ledger) -> None:
    bare = [evolve(each, evidence=()) for each in (*RECTIFIED, VERIFIED, CLOSED)]
    assert set(broken(ledger, ITEM, *bare)) == {"step-lacks", "closed-without-evidence"}
    late = step("reopen", "wc-sup", JUN, note="x", evidence=PROOF)
    assert "closed-without-evidence" in broken(ledger, ITEM, *bare, late)
    same_day = evolve(bare[-1], evidence=PROOF)
    assert set(broken(ledger, ITEM, *bare[:-1], same_day)) == {"step-lacks"}


PROMISED = PublicCommitment(
    id="c", day=JAN, body="b1", organisation="v1", text="承诺", baseline="无", target="有", due=JUN
)
POSTED = tuple(
    Step(id=f"c/{name}", of="commitment:c", name=name, post="b1-sec", day=day)
    for name, day in (("vet", FEB), ("post", MAR))
)


def test_a_published_commitment_stays_and_is_withdrawn_in_view_only(ledger: Ledger) -> None:
    commit(ledger, PROMISED, *POSTED)
    commit(ledger, evolve(PROMISED, text="更正"))
    gone = Withdrawal(noun="commitment", id="c", starts=JAN)
    steps = [Withdrawal(noun="step", id=each.id, starts=each.day) for each in POSTED]
    assert broken(ledger, gone) == ["step-of-nothing", "commitment-removed"]
    assert broken(ledger, gone, *steps) == ["commitment-removed"]
    assert broken(ledger, steps[1]) == ["commitment-removed"]
    commit(
        ledger, Step(id="c/end", of="commitment:c", name="withdraw", post="b1-sec", day=MAY, note="情况变化")
    )


def test_a_commitment_that_was_never_published_may_go(ledger: Ledger) -> None:
    commit(ledger, PROMISED, POSTED[0])
    commit(
        ledger,
        Withdrawal(noun="commitment", id="c", starts=JAN),
        Withdrawal(noun="step", id="c/vet", starts=FEB),
    )


# --- decisions --------------------------------------------------------------------------------------------------


def decision(matter: Matter = "grade", subject: str = "v1", body: str = "wc", **more: Any) -> Decision:
    given = {"id": "x", "day": MAR, "body": body, "document": "2号", "matter": matter, "subject": subject}
    ground = "item:i" if matter == "accountability" else None
    return Decision(**{**given, "outcome": "good", "of": ground, **more})


def test_bodies_decide_on_those_below(ledger: Ledger) -> None:
    commit(ledger, decision(), decision(id="y", subject="jincheng", body="dc"))
    commit(
        ledger, ITEM, decision("accountability", "b1-sec", id="z"), decision("closing", "jincheng", id="w")
    )
    commit(ledger, decision("accountability", "b1", id="v", body="dc"))
    assert ledger.verify() == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (decision(body="unknown"), "decision-without-body"),
        (decision(subject="unknown"), "decision-on-nobody"),
        (decision(of="item:unknown"), "decision-of-nothing"),
        (decision(of="spirit:x"), "decision-of-nothing"),
        (decision("accountability", "vacant", "dc"), "subject-without-post"),
        (decision(subject="jincheng"), "decider-is-subject"),
        (decision("veto", "jincheng"), "decider-is-subject"),
        (decision(subject="acheng"), "decider-below-subject"),
        (decision("closing", "acheng", "b1"), "decider-below-subject"),
        (decision("accountability", "dc"), "decider-below-subject"),
        (decision("accountability", "dc-sec", "b1"), "decider-below-subject"),
    ],
)
def test_a_decision_without_ground_or_from_below_is_refused(
    ledger: Ledger, wrong: Decision, code: str
) -> None:
    commit(ledger, ITEM)
    assert broken(ledger, wrong) == [code]


def test_who_answers_held_the_post_when_it_happened(ledger: Ledger) -> None:
    late = Tenure(id="b1-t", post="b1-sec", holder="holder-b1", starts=FEB)
    commit(ledger, late, Withdrawal(noun="tenure", id="b1-t"), evolve(ITEM, id="early", day=JAN))
    given = decision("accountability", "b1-sec", of="item:early")
    assert broken(ledger, given) == ["subject-without-post"]
    commit(
        ledger,
        project(),
        decision("accountability", "b1-sec", id="p", of="project:p"),
    )
    commit(ledger, evolve(ITEM, id="later", day=FEB), evolve(given, id="later", of="item:later"))


def test_a_decision_taken_back_is_not_looked_at(ledger: Ledger) -> None:
    commit(ledger, decision())
    commit(ledger, Withdrawal(noun="decision", id="x", starts=MAR))


def test_bodies_in_a_circle_and_seats_without_organisation_end_the_search(ledger: Ledger) -> None:
    commit(ledger, ITEM, body("dc", "acheng", "wc"), body("far", "nowhere", "elsewhere"))
    assert broken(ledger, decision("accountability", "dc")) == ["decider-below-subject"]
    commit(ledger, decision("closing", "v1", "far"))
    two = tuple(Placement(parent="acheng", line=line) for line in ("territory", "sector"))
    commit(ledger, organisation("jincheng", placements=two), decision("closing", "v1", id="y"))


def test_all_violations_come_at_once(ledger: Ledger) -> None:
    wrong = [organisation("v3", "nowhere"), decision(body="unknown"), evolve(DOWN, year=2025), ITEM, CLOSED]
    assert broken(ledger, *wrong) == [
        "tree-orphan",
        "over-spent",
        "step-not-possible",
        "closed-without-evidence",
        "decision-without-body",
    ]


def effect(**more: Any) -> Decision:
    return decision("accountability", "b1-sec", until=JUN, **more)


def test_the_effect_of_a_decision_ends_by_itself_or_by_another_decision(ledger: Ledger) -> None:
    commit(ledger, ITEM, effect())
    commit(ledger, evolve(effect(), document="3号", until=date(2026, 9, 1)))
    commit(ledger, decision("accountability", "b1-sec", id="lifting", day=MAY, lifts="x"))
    commit(ledger, decision("accountability", "b1-sec", body="dc", id="above", day=MAY, lifts="x"))
    assert ledger.verify() == ()


def test_an_effect_is_not_shortened_by_a_correction(ledger: Ledger) -> None:
    commit(ledger, ITEM, effect())
    assert broken(ledger, evolve(effect(), until=MAY)) == ["effect-shortened"]
    assert broken(ledger, evolve(effect(), until=None)) == ["effect-shortened"]
    assert broken(ledger, Withdrawal(noun="decision", id="x", starts=MAR)) == ["effect-shortened"]


@pytest.mark.parametrize(
    ("lifting", "code"),
    [
        ({"lifts": "unknown"}, "lifts-nothing"),
        ({"lifts": "plain"}, "lifts-nothing"),
        ({"lifts": "x", "day": JUN}, "lifts-nothing"),
        ({"lifts": "x", "day": JAN}, "lifts-nothing"),
        ({"lifts": "x", "body": "b2", "subject": "v1"}, "lifted-from-below"),
    ],
)
def test_only_an_effect_that_lasts_is_lifted_and_not_from_below(
    ledger: Ledger, lifting: dict[str, Any], code: str
) -> None:
    commit(ledger, ITEM, effect(), decision(id="plain"))
    given = {"subject": "b1-sec", "id": "lifting", "day": MAY, **lifting}
    assert broken(ledger, decision("closing", of="item:i", **given)) == [code]


def test_an_accountability_names_what_it_rests_on(ledger: Ledger) -> None:
    assert broken(ledger, decision("accountability", "b1-sec", of=None)) == ["decision-without-trigger"]


def test_nobody_judges_the_post_that_leads_his_own_body(ledger: Ledger) -> None:
    commit(ledger, ITEM)
    assert broken(ledger, decision("accountability", "wc-sec")) == ["decider-is-subject"]


# --- a year and the next one ------------------------------------------------------------------------------------

GIVEN = movement("given", "budget", ("v1", "source", -100), ("v1", "free", 100))


def closing(amount: int) -> Movement:
    return movement("carry", "carry", ("v1", "free", -amount), ("v1", "carried", amount), day=JUN)


def opening(amount: int, year: int = 2027) -> Movement:
    return movement("bring", "bring", ("v1", "brought", -amount), ("v1", "free", amount), day=JUN, year=year)


def test_a_year_opens_with_what_the_year_before_was_closed_with(ledger: Ledger) -> None:
    commit(ledger, GIVEN)
    commit(ledger, closing(100), opening(100))
    commit(
        ledger, movement("next", "commit", ("v1", "free", -60), ("v1", "reserved", 60), day=JUN, year=2027)
    )
    assert ledger.verify() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        (closing(100),),
        (opening(100),),
        (closing(100), opening(90)),
        (closing(90), opening(90)),
        (closing(100), opening(100, year=2028)),
    ],
)
def test_nothing_is_lost_or_found_between_two_years(ledger: Ledger, wrong: tuple[Movement, ...]) -> None:
    commit(ledger, GIVEN)
    assert set(broken(ledger, *wrong)) == {"carry-over-differs"}


# --- voices -----------------------------------------------------------------------------------------------------


def said(id_: str = "f", **more: Any) -> Feedback:
    given = {"day": MAR, "organisation": "v1", "text": "活动室晚上不开门", "channel": "masses", **more}
    return Feedback(id=id_, **given)


def handling(name: str, of: str = "f", **more: Any) -> Step:
    given = {"id": f"{of}/{name}", "post": "wc-sup", "day": APR, "note": "已核实", **more}
    return Step(of=f"feedback:{of}", name=name, **given)


def test_feedback_is_answered_rejected_or_merged(ledger: Ledger) -> None:
    commit(ledger, said("open"), *(said(each, informant=f"h-{each}") for each in ("a", "r", "m")))
    commit(ledger, handling("answer", "a"), handling("reject", "r"))
    commit(ledger, said("m", informant="h-m", into="a"), handling("merge", "m"))
    assert ledger.verify() == ()


def test_no_piece_of_feedback_is_lost(ledger: Ledger) -> None:
    commit(ledger, said(), said("into-nothing"))
    assert broken(ledger, Withdrawal(noun="feedback", id="f", starts=MAR)) == ["feedback-removed"]
    assert broken(ledger, handling("merge")) == ["feedback-merged-wrongly"]
    assert broken(ledger, said(into="gone"), handling("merge")) == ["feedback-merged-wrongly"]
    assert broken(ledger, said(into="into-nothing")) == ["feedback-merged-wrongly"]
    assert broken(
        ledger, said(into="f2"), said("f2", into="into-nothing"), handling("merge"), handling("merge", "f2")
    ) == ["feedback-merged-wrongly"]
    assert broken(ledger, handling("answer", note="")) == ["step-lacks"]


@pytest.mark.parametrize(
    "recognisable",
    [
        (said(informant="holder-b1"),),
        (said(informant="v1"),),
        (said(informant="wc"),),
        (said(informant="wc-sec"),),
        (said(informant="k7q2"), said("g", informant="k7q2")),
        (said("from-k7q2", informant="k7q2"),),
        (said(informant="k7q2", text="k7q2 说"),),
        (said(informant="k7q2"), handling("answer", note="答复 k7q2")),
        (said(informant="k7q2"), handling("answer", evidence=(Evidence(reference="录音-k7q2"),))),
        (said(informant="k7q2"), Tenure(id="late", post="vacant", holder="k7q2")),
    ],
)
def test_nobody_who_said_something_is_recognised(ledger: Ledger, recognisable: tuple[Record, ...]) -> None:
    before = ledger.head()
    with pytest.raises(InvariantBroken) as caught:
        commit(ledger, *recognisable)
    assert {problem.code for problem in caught.value.problems} == {"informant-recognisable"}
    informant = next(each.informant for each in recognisable if isinstance(each, Feedback))
    assert str(informant) not in str(caught.value).replace("v1", "" if informant == "v1" else "v1")
    assert ledger.head() == before


COUNTS = {"score": 900_000, "asked": 60, "answered": 50, "satisfied": 45}


def appraisal(id_: str = "a", **more: Any) -> Appraisal:
    return Appraisal(
        **{"id": id_, "day": JUN, "organisation": "v1", "year": 2026, "voice": "masses", **COUNTS, **more}
    )


def test_an_appraisal_counts_once_and_not_before_its_year(ledger: Ledger) -> None:
    commit(ledger, appraisal(), appraisal("b", year=2025), appraisal("c", organisation="v2"))
    assert broken(ledger, appraisal("again")) == ["counted-twice"]
    assert broken(ledger, appraisal("early", year=2027)) == ["outside-the-period"]
    commit(ledger, Withdrawal(noun="appraisal", id="c", starts=JUN))


def test_shares_of_what_the_letter_above_does_not_hold_are_refused(ledger: Ledger) -> None:
    other = evolve(TWO, lines=(*TWO.lines, line(5, indicator="other", share=5)))
    letters = (TOP, ONE, other)
    assert "share-of-nothing" in broken(
        ledger, *letters, *(step for each in letters for step in signing(each))
    )


def test_one_hand_does_not_sign_for_both(ledger: Ledger) -> None:
    commit(
        ledger,
        Tenure(id="wc-t", post="wc-sec", holder="holder-wc", ends=FEB),
        Tenure(id="wc-t2", post="wc-sec", holder="holder-b1", starts=FEB),
    )
    given = letter("low", "v1", "wc", "b1")
    assert "signer-is-issuer" in broken(ledger, given, *signing(given, day=MAR))


# --- reorganisations --------------------------------------------------------------------------------------------

DECIDED = decision("organisation", "v1", "wc", id="merging", outcome="merge")


def merger(**more: Any) -> Reorganisation:
    given = {
        "id": "r",
        "day": MAY,
        "kind": "merge",
        "before": ("v1", "v2"),
        "after": ("v2",),
        "decision": "merging",
    }
    return Reorganisation(**{**given, "instrument": "示例发〔2026〕8号", **more})


def test_units_end_on_the_day_of_their_reorganisation_and_leave_nothing_behind(ledger: Ledger) -> None:
    commit(ledger, ITEM, GIVEN)
    commit(
        ledger,
        DECIDED,
        merger(successions=(Succession(of="item:i", to=("item:i2",)),)),
        *gone("v1", MAY),
        evolve(ITEM, organisation="v2", owner="b2-sec"),
        evolve(ITEM, id="i2", day=MAY, organisation="v2", owner="b2-sec"),
        movement("handed", "allocate", ("v1", "free", -100), ("v2", "free", 100), day=MAY),
    )
    assert ledger.verify() == ()


@pytest.mark.parametrize(
    ("left", "code"),
    [
        ((ITEM,), "obligation-left"),
        ((TOP, ONE, TWO, *signing(TOP), *signing(ONE), *signing(TWO)), "obligation-left"),
        ((said(),), "obligation-left"),
        ((GIVEN,), "balance-left"),
    ],
)
def test_nothing_open_and_no_money_stays_with_a_unit_that_ends(
    ledger: Ledger, left: tuple[Record, ...], code: str
) -> None:
    commit(ledger, *left)
    assert code in broken(ledger, DECIDED, merger(), *gone("v1", MAY))


def test_a_body_or_post_does_not_outlive_its_unit(ledger: Ledger) -> None:
    unit, *_ = gone("v1", MAY)
    assert set(broken(ledger, DECIDED, merger(), unit)) == {"obligation-left"}


def test_what_ends_with_its_unit_is_told_in_the_reorganisation(ledger: Ledger) -> None:
    commit(ledger, ITEM)
    moved = evolve(ITEM, organisation="v2", owner="b2-sec")
    assert broken(ledger, DECIDED, merger(), *gone("v1", MAY), moved) == ["succession-missing"]
    with_reason = merger(successions=(Succession(of="item:i", reason="由并入单位承接"),))
    commit(ledger, DECIDED, with_reason, *gone("v1", MAY), moved)


def test_what_is_closed_by_a_step_when_its_unit_ends_is_told_too(ledger: Ledger) -> None:
    commit(ledger, said())
    steps = (*gone("v1", MAY), handling("answer", day=MAY))
    assert broken(ledger, DECIDED, merger(), *steps) == ["succession-missing"]
    commit(ledger, DECIDED, merger(successions=(Succession(of="feedback:f", reason="已答复"),)), *steps)


def test_a_successor_is_there(ledger: Ledger) -> None:
    commit(ledger, ITEM)
    moved = (DECIDED, *gone("v1", MAY), evolve(ITEM, organisation="v2", owner="b2-sec"))
    nowhere = merger(successions=(Succession(of="item:i", to=("item:unknown",)),))
    assert broken(ledger, nowhere, *moved) == ["succession-unknown"]
    nothing = merger(
        successions=(Succession(of="item:i", reason="办结"), Succession(of="spirit:x", reason="无"))
    )
    assert broken(ledger, nothing, *moved) == ["succession-unknown"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (merger(), "reorganisation-mismatch"),
        (merger(day=JUN), "reorganisation-mismatch"),
        (merger(before=("v1", "v2"), after=("v3",)), "reorganisation-mismatch"),
        (
            merger(kind="transfer", before=("v2",), after=("v2",), decision="unknown"),
            "reorganisation-without-decision",
        ),
        (
            merger(kind="transfer", before=("jincheng",), after=("jincheng",)),
            "reorganisation-without-decision",
        ),
    ],
)
def test_units_begin_and_end_as_the_reorganisation_says_and_by_a_decision(
    ledger: Ledger, wrong: Reorganisation, code: str
) -> None:
    commit(ledger, DECIDED)
    assert set(broken(ledger, wrong)) == {code}


def test_money_stays_on_its_line_unless_it_is_allocated(ledger: Ledger) -> None:
    commit(ledger, GIVEN)
    astray = movement("astray", "commit", ("v1", "free", -10), ("v2", "reserved", 10), day=MAR)
    assert set(broken(ledger, astray)) == {"movement-astray"}


def test_a_closing_may_be_corrected_but_not_taken_away(ledger: Ledger) -> None:
    commit(ledger, ITEM, *RECTIFIED, VERIFIED, CLOSING, CLOSED)
    commit(ledger, evolve(CLOSED, note="补记"))
    assert broken(ledger, Withdrawal(noun="step", id=CLOSED.id, starts=MAY))[0] == "closing-removed"


def test_only_what_hung_on_the_unit_when_it_ended_is_asked_for(ledger: Ledger) -> None:
    elsewhere = evolve(ITEM, id="elsewhere", organisation="v2", owner="b2-sec")
    commit(ledger, elsewhere)
    steps = Step(id="rectified", of="item:elsewhere", name="rectify", post="b2-sec", day=MAY)
    commit(ledger, DECIDED, merger(), *gone("v1", MAY), evolve(elsewhere, text="改字"), steps)
    assert ledger.verify() == ()


def test_the_year_that_is_over_is_not_asked_for_again(ledger: Ledger) -> None:
    commit(ledger, goal := Goal(id="g", organisation="v1", indicator="trained", year=2025, amount=10))
    other = evolve(goal, organisation="v2")
    commit(ledger, DECIDED, merger(), *gone("v1", MAY), other)
    assert ledger.verify() == ()


def test_a_reorganisation_that_was_none_is_withdrawn(ledger: Ledger) -> None:
    commit(ledger, merger(kind="rename", before=("v1",), after=("v1",), decision=None))
    commit(ledger, Withdrawal(noun="reorganisation", id="r", starts=MAY))
    assert ledger.verify() == ()
