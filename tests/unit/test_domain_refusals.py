"""What no record may hold, class by class: each row changes one thing of a valid record and names every complaint."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.carriers import Carrier, CarrierModel, Chain, ChainUnit, Link, Part
from partybuilding.domain.decisions import Decision, Ladder, RungOfLadder
from partybuilding.domain.funding import Leg, Movement
from partybuilding.domain.indicators import Addition, Agreement, Goal, Indicator
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.lifecycles import Evidence, Lifecycle, Step, Transition
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import Alias, District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project, ProjectType
from partybuilding.domain.responsibilities import Responsibilities, ResponsibilityKind
from partybuilding.domain.schemes import Grade, GradeScale, Scheme
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.standards import Declaration, Source, Standard, fen, person_time
from partybuilding.domain.venues import Contract, Venue, Work
from partybuilding.errors import InputProblem, PartybuildingError, RecordProblem
from partybuilding.labels import Label
from partybuilding.money import Rate

DAY, NEXT = date(2026, 3, 1), date(2026, 3, 2)
MOMENT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NAN = float("nan")
NAME = Label("名称", "name")
WHO = Responsibilities(collective="b", primary="p", specific="q", direct="r")
LIFE = Lifecycle(
    name="lab", start="draft", transitions=(Transition(step="go", sources=("draft",), target="done"),)
)
LINE: dict[str, Any] = {
    "indicator": "training",
    "amount": 40,
    "unit": "person_time",
    "due": DAY,
    "asks": "一次",
    "source": "plan",
    "responsibilities": WHO,
}
DECLARED: dict[str, Any] = {"name": "lab.rule", "source": "made up", "label": NAME}
PLUS = Leg(organisation="o", purpose="education", pocket="free", amount=5)
MINUS = Leg(organisation="o", purpose="education", pocket="source", amount=-5)

VALID: dict[type, dict[str, Any]] = {
    Alias: {"scheme": "stats", "code": "230112"},
    Placement: {"parent": "acheng"},
    Organisation: {"id": "o", "name": "示例村01", "kind": "village"},
    PartyBody: {"id": "b", "name": "支部", "kind": "branch", "seat": "o"},
    District: {"id": "acheng", "root": "acheng"},
    Post: {"id": "p", "body": "b", "role": "secretary"},
    Tenure: {"id": "t", "post": "p", "holder": "k7"},
    Venue: {"id": "v", "organisation": "o", "name": "村部", "area": 20_000},
    Contract: {"day": DAY, "evidence": Evidence(reference="合同")},
    Work: {
        "id": "w",
        "organisation": "o",
        "venue": "v",
        "name": "扩建",
        "build": "expanded",
        "owner": "p",
        "area_before": 0,
        "area_planned": 20_000,
        "starts": DAY,
    },
    Goal: {"id": "g", "organisation": "o", "indicator": "training", "year": 2026, "amount": 1000},
    Agreement: {
        "id": "g",
        "organisation": "o",
        "indicator": "training",
        "year": 2026,
        "amount": 40,
        "reason": "merged",
    },
    Addition: {
        "id": "g",
        "organisation": "o",
        "indicator": "training",
        "year": 2026,
        "amount": -4,
        "reason": "away",
    },
    Line: LINE,
    Letter: {
        "id": "l",
        "year": 2026,
        "organisation": "o",
        "issuer": "a",
        "receiver": "b",
        "lines": (Line(**LINE),),
    },
    Step: {"id": "s", "day": DAY, "of": "item:i", "name": "rectify", "post": "p"},
    Transition: {"step": "go", "sources": ("draft",), "target": "done"},
    Lifecycle: {"name": "lab", "start": "draft", "transitions": LIFE.transitions},
    Project: {
        "id": "p",
        "type": "foundation",
        "name": "项目",
        "organisation": "o",
        "owner": "p",
        "first": "q",
        "measure": "meetings",
        "due": DAY,
    },
    Chain: {"id": "rice", "name": "稻米", "organisation": "o", "links": (Link(name="input", label=NAME),)},
    ChainUnit: {"id": "u", "chain": "rice", "link": "input", "unit": "coop", "organisation": "o"},
    Part: {"organisation": "o", "share": 10_000},
    Carrier: {
        "id": "c",
        "model": "m",
        "name": "协会",
        "chain": "rice",
        "lead": "b",
        "parts": (Part(organisation="o", share=10_000),),
    },
    Leg: {"organisation": "o", "purpose": "education", "pocket": "free", "amount": 5},
    Movement: {"id": "m", "day": DAY, "year": 2026, "kind": "budget", "legs": (PLUS, MINUS)},
    Item: {
        "id": "i",
        "day": DAY,
        "organisation": "o",
        "text": "问题",
        "channel": "self",
        "owner": "p",
        "lead": "b",
        "measures": "补齐",
        "baseline": "缺3次",
        "target": "补齐",
        "due": NEXT,
    },
    PublicCommitment: {
        "id": "c",
        "day": DAY,
        "body": "b",
        "organisation": "o",
        "text": "承诺",
        "baseline": "缺3次",
        "target": "补齐",
        "due": NEXT,
    },
    Appraisal: {
        "id": "a",
        "day": DAY,
        "organisation": "o",
        "year": 2026,
        "voice": "masses",
        "score": 875_000,
        "asked": 60,
        "answered": 50,
        "satisfied": 45,
    },
    Decision: {
        "id": "d",
        "day": DAY,
        "body": "b",
        "document": "〔2026〕3号",
        "matter": "grade",
        "subject": "o",
        "outcome": "good",
    },
    Sheet: {
        "id": "s",
        "name": "members",
        "unit": "member",
        "starts": DAY,
        "ends": NEXT,
        "index": b"a\nb",
        "buffer": bytes(16),
    },
    Source: {"instrument": "document"},
    Declaration: DECLARED,
    Standard: {**DECLARED, "value": 2000, "unit": fen},
    Indicator: {
        **DECLARED,
        "unit": person_time,
        "asks": NAME,
        "numerator": "trained",
        "scoring": "shortfall",
    },
    Scheme: {**DECLARED, "points": {"training": "60", "venue": "40"}, "scale": "four"},
    Grade: {"name": "good", "label": NAME, "least": "60"},
    GradeScale: {
        **DECLARED,
        "grades": (Grade(name="a", label=NAME, least="60"), Grade(name="b", label=NAME, least="0")),
    },
    RungOfLadder: {"name": "remind", "label": NAME, "after": 1},
    Ladder: {
        **DECLARED,
        "rungs": (
            RungOfLadder(name="remind", label=NAME, after=1),
            RungOfLadder(name="talk", label=NAME, after=16),
        ),
    },
    CarrierModel: DECLARED,
    ProjectType: {**DECLARED, "lifecycle": LIFE, "acceptance": "floor", "documents": (("go", ("form",)),)},
    ResponsibilityKind: {**DECLARED, "layer": "direct"},
    LetterForm: {**DECLARED, "scale": "four"},
    SigningWindow: {**DECLARED, "closes": (3, 31)},
}


def refusal(cls: type, **changes: object) -> PartybuildingError:
    """The error with which a changed record is refused."""
    with pytest.raises(PartybuildingError) as caught:
        cls(**{**VALID[cls], **changes})
    return caught.value


def codes(cls: type, **changes: object) -> list[str]:
    """The codes of all complaints of a changed record."""
    return [problem.code for problem in refusal(cls, **changes).problems]


@pytest.mark.parametrize("cls", VALID, ids=lambda cls: cls.__name__)
def test_the_records_of_this_page_are_valid_and_frozen(cls: type) -> None:
    record = cls(**VALID[cls])
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(record, attrs.fields(cls)[0].name, "other")


BAD_IDS = [
    "",
    " ",
    "a b",
    "a\u3000b",
    "item:1",
    "a\n",
    "a\x00",
    "a\u200b",
    "a\u202e",
    "\ud800",
    "\ue000",
    "\u0378",
    "x" * 65,
    7,
    None,
    b"a",
]


@pytest.mark.parametrize("bad", BAD_IDS, ids=repr)
def test_an_id_has_no_space_no_colon_no_control_character_and_at_most_64_characters(bad: object) -> None:
    assert codes(Post, id=bad) == ["bad-id"]
    assert codes(Post, body=bad) == ["bad-id"]


def test_an_id_may_have_64_characters_of_any_script() -> None:
    assert Post(**{**VALID[Post], "id": "示" * 64}).id == "示" * 64


ID_FIELDS = [
    (Placement, "parent"),
    (PartyBody, "seat"),
    (PartyBody, "superior"),
    (District, "root"),
    (Tenure, "post"),
    (Tenure, "holder"),
    (Venue, "organisation"),
    (Venue, "shares"),
    (Work, "organisation"),
    (Work, "venue"),
    (Work, "owner"),
    (Work, "shares"),
    (Goal, "organisation"),
    (Agreement, "organisation"),
    (Addition, "organisation"),
    (Letter, "organisation"),
    (Letter, "issuer"),
    (Letter, "receiver"),
    (Letter, "above"),
    (Step, "post"),
    (Step, "decision"),
    (Project, "organisation"),
    (Project, "owner"),
    (Project, "first"),
    (Project, "replicates"),
    (Project, "above"),
    (Chain, "organisation"),
    (ChainUnit, "chain"),
    (ChainUnit, "unit"),
    (ChainUnit, "organisation"),
    (Part, "organisation"),
    (Carrier, "chain"),
    (Carrier, "lead"),
    (Leg, "organisation"),
    (Movement, "reverses"),
    (Item, "organisation"),
    (Item, "owner"),
    (Item, "lead"),
    (Item, "recurs"),
    (PublicCommitment, "body"),
    (PublicCommitment, "organisation"),
    (PublicCommitment, "item"),
    (Appraisal, "organisation"),
    (Decision, "body"),
    (Decision, "subject"),
]


@pytest.mark.parametrize(("cls", "name"), ID_FIELDS)
def test_a_record_names_others_by_id(cls: type, name: str) -> None:
    error = refusal(cls, **{name: "a b"})
    assert error.code == "bad-id"
    assert error.problems[0].where.path == name


@pytest.mark.parametrize(("cls", "name"), [(Step, "of"), (Movement, "of"), (Decision, "of")])
@pytest.mark.parametrize("bad", ["i", ":i", "item:", "item:a b", "item:a:b", "a b:c", 7])
def test_a_record_of_an_open_kind_is_named_by_noun_and_id(cls: type, name: str, bad: object) -> None:
    assert codes(cls, **{name: bad}) == ["bad-reference"]


@pytest.mark.parametrize("cls", [PartyBody, Carrier])
def test_a_list_of_ids_is_a_tuple_of_different_ids(cls: type) -> None:
    assert codes(cls, covers=["o"]) == ["bad-ids"]
    assert codes(cls, covers="o") == ["bad-ids"]
    assert codes(cls, covers=None) == ["bad-ids"]
    assert refusal(cls, covers=("a b", "o", 7)).problems[0].read == "'a b', 7"
    assert codes(cls, covers=("o", "p", "o")) == ["listed-twice"]


WHOLE_FIELDS = [
    (Goal, "year"),
    (Goal, "amount"),
    (Agreement, "year"),
    (Addition, "year"),
    (Addition, "amount"),
    (Line, "amount"),
    (Line, "share"),
    (Line, "added"),
    (Letter, "year"),
    (Project, "baseline"),
    (Project, "target"),
    (Project, "reached"),
    (Leg, "amount"),
    (Movement, "year"),
    (Appraisal, "year"),
    (Decision, "year"),
]
NATURAL_FIELDS = [
    (Post, "capacity"),
    (Venue, "area"),
    (Work, "area_before"),
    (Work, "area_planned"),
    (Work, "area_after"),
    (Contract, "advance"),
    (Contract, "progress"),
    (Contract, "completion"),
    (Contract, "final"),
    (Goal, "reserve"),
    (Agreement, "amount"),
    (Line, "per"),
    (Line, "reserve"),
    (Line, "points"),
    (Transition, "most"),
    (Transition, "months"),
    (Project, "budget"),
    (ChainUnit, "full_members"),
    (Part, "share"),
    (Appraisal, "score"),
    (Appraisal, "asked"),
    (Appraisal, "answered"),
    (Appraisal, "satisfied"),
    (Indicator, "submissions"),
    (RungOfLadder, "after"),
    (Grade, "least"),
    (Scheme, "bonus_cap"),
    (Scheme, "veto_cap"),
    (Scheme, "total"),
]


@pytest.mark.parametrize(("cls", "name"), WHOLE_FIELDS + NATURAL_FIELDS)
@pytest.mark.parametrize("bad", [1.0, 0.5, NAN, True, 2**63, -(2**63) - 1, b"1"], ids=repr)
def test_a_figure_is_a_whole_number_of_64_bits(cls: type, name: str, bad: object) -> None:
    assert codes(cls, **{name: bad}) == ["not-whole"]


@pytest.mark.parametrize(("cls", "name"), NATURAL_FIELDS)
def test_what_is_counted_is_not_below_zero(cls: type, name: str) -> None:
    assert codes(cls, **{name: -1}) == ["negative"]


def test_a_budget_of_minus_one_fen_is_refused() -> None:
    error = refusal(Project, budget=-1)
    assert (
        str(error)
        == "kind project, record p, path budget: negative: read -1; expected 0 or more. Correct the amount."
    )


DAY_FIELDS = [
    (Organisation, "starts"),
    (Organisation, "ends"),
    (Alias, "starts"),
    (Placement, "ends"),
    (Line, "due"),
    (Step, "day"),
    (Step, "until"),
    (Project, "due"),
    (Work, "due"),
    (Work, "starts"),
    (Contract, "day"),
    (ChainUnit, "dormant"),
    (Item, "day"),
    (Item, "due"),
    (PublicCommitment, "due"),
    (Sheet, "starts"),
    (Declaration, "starts"),
    (Declaration, "ends"),
]


@pytest.mark.parametrize(("cls", "name"), DAY_FIELDS)
@pytest.mark.parametrize("bad", [MOMENT, "2026-03-01", 20260301], ids=repr)
def test_a_day_has_no_clock_and_is_no_text(cls: type, name: str, bad: object) -> None:
    assert codes(cls, **{name: bad}) == ["not-a-day"]


INTERVALS = [
    Organisation,
    PartyBody,
    Letter,
    Alias,
    Placement,
    Declaration,
    Standard,
    Scheme,
    Sheet,
    LetterForm,
    SigningWindow,
]


@pytest.mark.parametrize("cls", INTERVALS)
@pytest.mark.parametrize(("starts", "ends"), [(DAY, DAY), (NEXT, DAY)])
def test_an_interval_without_a_day_is_refused(cls: type, starts: date, ends: date) -> None:
    assert codes(cls, starts=starts, ends=ends) == ["empty-interval"]


WORDS = [
    (Venue, "build"),
    (Work, "build"),
    (Leg, "pocket"),
    (Movement, "kind"),
    (Project, "rung"),
    (ProjectType, "acceptance"),
    (Item, "channel"),
    (Item, "severity"),
    (Item, "time_class"),
    (Appraisal, "voice"),
    (Decision, "matter"),
    (Source, "confidence"),
    (Standard, "modality"),
    (Standard, "policy"),
    (Standard, "stricter"),
    (Indicator, "target"),
    (Indicator, "direction"),
    (Indicator, "missing"),
    (ResponsibilityKind, "layer"),
]


@pytest.mark.parametrize(("cls", "name"), WORDS)
@pytest.mark.parametrize("bad", ["hihger", "", ["free"]], ids=repr)
def test_a_misspelt_word_is_refused(cls: type, name: str, bad: object) -> None:
    error = refusal(cls, **{name: bad})
    assert error.code == "unknown-word"
    assert error.problems[0].expected


KINDS = [(Organisation, "kind"), (PartyBody, "kind"), (Post, "role")]


@pytest.mark.parametrize(("cls", "name"), KINDS)
def test_a_kind_that_no_table_has_is_refused(cls: type, name: str) -> None:
    error = refusal(cls, **{name: "hamlet"})
    assert (error.code, error.problems[0].read, error.problems[0].where.kind) == (
        "unknown-kind",
        "hamlet",
        cls.noun,  # type: ignore[attr-defined]  # all three are records
    )


def test_only_the_complaint_about_the_id_itself_names_no_record() -> None:
    assert refusal(Post, id="a b").problems[0].where.record is None
    assert refusal(Post, capacity=-1).problems[0].where.record == "p"
    assert refusal(Leg, amount=0.5).problems[0].where.kind == "Leg"


OWN_RULES = [
    (
        Organisation,
        {"placements": (Placement(parent="a", ends=NEXT), Placement(parent="b", starts=DAY))},
        ["two-parents"],
    ),
    (Organisation, {"placements": (Placement(parent="a"),) * 3}, ["two-parents"] * 3),
    (Agreement, {"reason": " "}, ["no-reason"]),
    (Venue, {"shares": "hall"}, ["shares-unshared"]),
    (Venue, {"build": "shared", "shares": "v"}, ["shares-unshared"]),
    (Work, {"area_before": 20_000}, ["not-larger"]),
    (Work, {"area_before": 20_000, "shares": "hall"}, ["not-larger", "shares-unshared"]),
    (Work, {"build": "shared"}, ["shares-unshared"]),
    (Work, {"build": "shared", "shares": "v"}, ["shares-unshared"]),
    (Addition, {"reason": ""}, ["no-reason"]),
    (ChainUnit, {"dormant": DAY}, ["no-reason"]),
    (Chain, {"links": (Link(name="input", label=NAME),) * 2}, ["listed-twice"]),
    (Carrier, {"parts": (Part(organisation="o", share=9_999),)}, ["parts-not-whole"]),
    (Carrier, {"parts": ()}, ["parts-not-whole"]),
    (Carrier, {"parts": (Part(organisation="o", share=5_001),) * 2}, ["parts-not-whole", "listed-twice"]),
    (Letter, {"receiver": "a"}, ["issuer-is-receiver"]),
    (Letter, {"lines": (Line(**LINE),) * 2}, ["listed-twice"]),
    (Letter, {"lines": (Line(**LINE, share=39),)}, ["line-disagrees"]),
    (Letter, {"lines": (Line(**LINE, share=41, added=-1),)}, ["line-disagrees"]),
    (Letter, {"lines": (Line(**LINE, share=41),), "receiver": "a"}, ["line-disagrees", "issuer-is-receiver"]),
    (Movement, {"legs": (PLUS,)}, ["not-balanced", "empty-movement"]),
    (Movement, {"legs": ()}, ["empty-movement"]),
    (Movement, {"legs": (PLUS, MINUS, attrs.evolve(PLUS, amount=0))}, ["empty-movement"]),
    (Movement, {"legs": (PLUS, attrs.evolve(MINUS, amount=-4))}, ["not-balanced"]),
    (Movement, {"kind": "reverse"}, ["reversal-of-nothing"]),
    (Movement, {"reverses": "m-1"}, ["reversal-of-nothing"]),
    (Item, {"due": date(2026, 2, 28)}, ["due-before-found"]),
    (PublicCommitment, {"baseline": " "}, ["commitment-without-measure"]),
    (PublicCommitment, {"target": ""}, ["commitment-without-measure"]),
    (
        PublicCommitment,
        {"target": "", "due": date(2026, 2, 28)},
        ["commitment-without-measure", "due-before-promised"],
    ),
    (Appraisal, {"satisfied": 51}, ["counts-disagree"]),
    (Appraisal, {"answered": 61}, ["counts-disagree"]),
    (Appraisal, {"satisfied": 51, "score": 1_000_001}, ["counts-disagree", "score-off-scale"]),
    (Decision, {"document": " "}, ["no-document"]),
    (Decision, {"subject": "b"}, ["decides-on-itself"]),
    (Decision, {"subject": "b", "document": ""}, ["no-document", "decides-on-itself"]),
    (Decision, {"until": date(1999, 1, 1)}, ["effect-before-decision"]),
    (Sheet, {"buffer": bytes(15)}, ["sheet-size"]),
    (Sheet, {"index": b""}, ["sheet-size"]),
    (Sheet, {"index": b"b\na"}, ["sheet-index"]),
    (Sheet, {"index": b"a\na"}, ["sheet-index"]),
    (Sheet, {"index": b"\na"}, ["sheet-index"]),
    (Sheet, {"index": b"a\n\xff"}, ["sheet-index"]),
    (Sheet, {"index": b"b\na\nc"}, ["sheet-size", "sheet-index"]),
    (Source, {"instrument": " "}, ["no-source"]),
    (Declaration, {"source": ""}, ["no-source"]),
    (Declaration, {"kinds": "village"}, ["kinds-as-text"]),
    (Standard, {"value": 1.5}, ["not-whole"]),
    (Standard, {"value": True}, ["not-whole"]),
    (Standard, {"value": "2000"}, ["not-whole"]),
    (Standard, {"value": 2**63}, ["not-whole"]),
    (Standard, {"policy": "tighten"}, ["no-stricter"]),
    (Standard, {"policy": "tighten", "value": 1.5}, ["not-whole", "no-stricter"]),
    (Indicator, {"target": "standard"}, ["target-mismatch"]),
    (Indicator, {"target_standard": "least"}, ["target-mismatch"]),
    (Indicator, {"target": "cascade", "denominator": "members"}, ["rate-cascades"]),
    (Indicator, {"due": (2, 29)}, ["bad-date"]),
    (Indicator, {"due": (13, 1)}, ["bad-date"]),
    (Indicator, {"due": (12,)}, ["bad-date"]),
    (Indicator, {"due": (12, 1.5)}, ["bad-date"]),
    (
        Indicator,
        {"target": "cascade", "denominator": "m", "target_standard": "s", "due": (0, 1)},
        ["target-mismatch", "rate-cascades", "bad-date"],
    ),
    (Scheme, {"points": {"training": "60", "venue": "39.9999"}}, ["points-not-total"]),
    (Scheme, {"points": {}}, ["points-not-total"]),
    (Scheme, {"total": "99"}, ["points-not-total"]),
    (Scheme, {"points": {"training": "110", "venue": "-10"}}, ["bad-points"]),
    (Scheme, {"points": (("training", 600_000.0), ("venue", 400_000))}, ["bad-points"]),
    (Scheme, {"bonus": (("honour", True),)}, ["bad-points"]),
    (Scheme, {"bonus": (("honour", 2**20_000),)}, ["bad-points"]),
    (Scheme, {"bonus": {"venue": "5"}}, ["listed-twice"]),
    (Scheme, {"points": (("a", 500_000), ("a", 400_000))}, ["listed-twice", "points-not-total"]),
    (GradeScale, {"grades": ()}, ["grade-cuts"]),
    (GradeScale, {"grades": (Grade(name="a", label=NAME, least="60"),)}, ["grade-cuts"]),
    (
        GradeScale,
        {"grades": (Grade(name="a", label=NAME, least="0"), Grade(name="b", label=NAME, least="60"))},
        ["grade-cuts"],
    ),
    (GradeScale, {"grades": (Grade(name="a", label=NAME, least="0"),) * 2}, ["grade-cuts", "listed-twice"]),
    (Ladder, {"rungs": ()}, ["ladder-order"]),
    (Ladder, {"rungs": (RungOfLadder(name="a", label=NAME, after=1),) * 2}, ["ladder-order", "listed-twice"]),
    (
        Ladder,
        {
            "rungs": (
                RungOfLadder(name="a", label=NAME, after=2),
                RungOfLadder(name="b", label=NAME, after=1),
            )
        },
        ["ladder-order"],
    ),
    (ProjectType, {"documents": (("og", ("form",)),)}, ["unknown-gate"]),
    (Transition, {"needs": ("evidnce",)}, ["unknown-word"]),
    (Lifecycle, {"states": {"draft": NAME}}, ["unknown-state"]),
    (Lifecycle, {"states": {"done": NAME}}, ["unknown-state"]),
    (Lifecycle, {"states": {"draft": NAME, "done": NAME}, "closed": ("doen",)}, ["unknown-state"]),
    (Lifecycle, {"transitions": LIFE.transitions * 2}, ["listed-twice"]),
    (
        Lifecycle,
        {"transitions": LIFE.transitions * 2, "states": {"draft": NAME}},
        ["unknown-state", "listed-twice"],
    ),
]


@pytest.mark.parametrize(("cls", "changes", "expected"), OWN_RULES)
def test_a_record_that_contradicts_itself_is_refused_with_every_complaint(
    cls: type, changes: dict[str, object], expected: list[str]
) -> None:
    error = refusal(cls, **changes)
    assert [problem.code for problem in error.problems] == expected
    assert isinstance(error, RecordProblem)
    assert all(problem.remedy and problem.expected for problem in error.problems)


def test_points_are_written_as_text_and_never_as_a_number_that_may_mean_two_things() -> None:
    assert codes(Scheme, points={"training": 60, "venue": 40}) == ["bad-number"]
    assert codes(Scheme, points={"training": "60.00001", "venue": "40"}) == ["too-many-decimals"]
    assert isinstance(refusal(Scheme, total="1e2"), InputProblem)


def test_a_letter_names_everything_that_each_line_lacks_at_once() -> None:
    bare = Line(
        indicator="x",
        amount=None,
        unit=" ",
        due=None,
        asks="",
        source="",
        responsibilities=Responsibilities(primary="p"),
    )
    half = Line(**{**LINE, "indicator": "y", "per": 0})
    error = refusal(Letter, lines=(bare, Line(**LINE), half))
    assert [problem.code for problem in error.problems] == ["line-lacks", "line-lacks"]
    assert [problem.read for problem in error.problems] == [
        "x without number, unit, time, standard, source, collective, specific, direct",
        "y without number",
    ]


def test_two_placements_that_meet_on_a_day_or_stand_on_two_lines_are_no_two_parents() -> None:
    placements = (
        Placement(parent="a", ends=DAY),
        Placement(parent="b", starts=DAY),
        Placement(parent="c", line="industry"),
    )
    assert Organisation(**{**VALID[Organisation], "placements": placements}).parent("territory", DAY) == "b"


def test_a_standard_takes_a_whole_number_a_rate_or_nothing() -> None:
    for value in (-1, 0, Rate(1, 3), None):
        assert Standard(**{**VALID[Standard], "value": value}).value == value
