"""Strategies of items, commitments, appraisals and decisions, of single steps and of whole walks along a life cycle."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from hypothesis import strategies as st

from partybuilding.domain.appraisals import FULL_SCORE, Appraisal, Voice
from partybuilding.domain.decisions import Decision, Matter
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.lifecycles import Course, Evidence, Lifecycle, Step, advance, lacking
from partybuilding.domain.lists import Channel, Item, PublicCommitment, Severity, TimeClass
from partybuilding.testing.strategies.values import (
    days,
    ids,
    maybe,
    names,
    naturals,
    references,
    said,
    texts,
    tuples_of,
)

POSTS = ("post-a", "post-b", "post-c")


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Problems found, due on the day of finding or later."""
    found, due = sorted((draw(days()), draw(days())))
    return Item(
        id=draw(ids()),
        day=found,
        organisation=draw(ids()),
        text=draw(said()),
        text_en=draw(texts()),
        channel=draw(st.sampled_from(get_args(Channel))),
        severity=draw(st.sampled_from(get_args(Severity))),
        time_class=draw(st.sampled_from(get_args(TimeClass))),
        owner=draw(ids()),
        lead=draw(ids()),
        measures=draw(texts()),
        baseline=draw(texts()),
        target=draw(texts()),
        due=due,
        recurs=draw(maybe(ids())),
    )


@st.composite
def commitments(draw: st.DrawFn) -> PublicCommitment:
    """Promises from a baseline to a target."""
    promised, due = sorted((draw(days()), draw(days())))
    return PublicCommitment(
        id=draw(ids()),
        day=promised,
        body=draw(ids()),
        organisation=draw(ids()),
        item=draw(maybe(ids())),
        text=draw(said()),
        text_en=draw(texts()),
        baseline=draw(said()),
        target=draw(said()),
        due=due,
    )


@st.composite
def feedback(draw: st.DrawFn) -> Feedback:
    """Pieces of feedback, some by an informant, some merged into another one."""
    id_, other = draw(st.lists(ids(), min_size=2, max_size=2, unique=True))
    return Feedback(
        id=id_,
        day=draw(days()),
        organisation=draw(ids()),
        text=draw(said()),
        text_en=draw(texts()),
        channel=draw(st.sampled_from(get_args(Channel))),
        informant=draw(maybe(ids())),
        into=draw(maybe(st.just(other))),
    )


@st.composite
def appraisals(draw: st.DrawFn) -> Appraisal:
    """Appraisals whose counts agree."""
    satisfied, answered, asked = sorted(draw(st.lists(naturals(), min_size=3, max_size=3)))
    return Appraisal(
        id=draw(ids()),
        day=draw(days()),
        organisation=draw(ids()),
        year=draw(st.integers(2000, 2040)),
        voice=draw(st.sampled_from(get_args(Voice))),
        score=draw(naturals(FULL_SCORE)),
        asked=asked,
        answered=answered,
        satisfied=satisfied,
    )


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Decisions of one body on another subject, under a document number."""
    body, subject = draw(st.lists(ids(), min_size=2, max_size=2, unique=True))
    day, until = sorted(draw(st.lists(days(), min_size=2, max_size=2, unique=True)))
    return Decision(
        id=draw(ids()),
        day=day,
        body=body,
        document=draw(said()),
        matter=draw(st.sampled_from(get_args(Matter))),
        subject=subject,
        outcome=draw(said()),
        of=draw(maybe(references())),
        year=draw(maybe(st.integers(2000, 2040))),
        until=draw(maybe(st.just(until))),
        lifts=draw(maybe(ids())),
    )


def steps() -> st.SearchStrategy[Step]:
    """Single steps with any record; no table need allow them."""
    return st.builds(
        Step,
        id=ids(),
        day=days(),
        of=references(),
        name=names(),
        post=ids(),
        evidence=tuples_of(st.builds(Evidence, reference=said(), digest=texts())),
        decision=maybe(ids()),
        until=maybe(days()),
        digest=texts(),
        note=texts(),
    )


@st.composite
def walks(draw: st.DrawFn, lifecycle: Lifecycle, *, of: str = "item:i", max_size: int = 8) -> Course:
    """Courses along a life cycle: every step was possible when it was taken; some fall on one day."""
    course, day = Course(lifecycle=lifecycle, state=lifecycle.start), draw(days())
    for number in range(draw(st.integers(0, max_size))):
        day += timedelta(days=draw(st.sampled_from((0, 1, 40))))
        candidates = [
            Step(
                id=f"s-{number}",
                day=day,
                of=of,
                name=name,
                post=post,
                evidence=(Evidence(reference="photo"),),
                decision="d-1",
                until=day,
                note="why",
            )
            for name in lifecycle.possible(course.state)
            for post in POSTS
        ]
        open_ = [step for step in candidates if not lacking(course, step)]
        if not open_:
            break
        course = advance(course, draw(st.sampled_from(open_)))
    return course
