"""What masses and members say is counted once, none of it is lost, and nobody who said it can be recognised."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import evolve

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant

PREFIX = f"{Feedback.noun}:"


def voice_of(appraisal: Appraisal) -> tuple[tuple[str, int, str], ...]:
    """The key of an appraisal: of which organisation and year, by which voice."""
    return ((appraisal.organisation, appraisal.year, appraisal.voice),)


def into_of(feedback: Feedback) -> tuple[str, ...]:
    """The key of a piece of feedback: the one that it was merged into."""
    return () if feedback.into is None else (feedback.into,)


def informant_of(feedback: Feedback) -> tuple[str, ...]:
    """The key of a piece of feedback: its informant."""
    return () if feedback.informant is None else (feedback.informant,)


def holder_of(tenure: Tenure) -> tuple[str, ...]:
    """The key of a tenure: who holds the post."""
    return (tenure.holder,)


def counted(change: Change) -> Iterator[Problem]:
    """Appraisals that count twice, and appraisals of a year that had not begun."""
    for id_ in change.ids(Appraisal):
        appraisal = change.after.latest(Appraisal, id_)
        if appraisal is not None and appraisal.day < date(appraisal.year, 1, 1):
            read, remedy = f"{appraisal.day} for {appraisal.year}", "Correct the day or the year."
            yield Problem("outside-the-period", _said(appraisal), read, f"{appraisal.year} or later", remedy)
    for key in sorted({key for each in change.versions(Appraisal) for key in voice_of(each)}):
        found = [span.value for _, span in change.after.where(Appraisal, voice_of, key)]
        if len(found) > 1:
            read = ", ".join(each.id for each in found)
            remedy = "Correct the earlier appraisal instead."
            yield Problem("counted-twice", _said(found[-1]), read, "one appraisal", remedy)


def _said(appraisal: Appraisal) -> Where:
    return Where(
        kind=Appraisal.noun,
        record=appraisal.id,
        organisation=appraisal.organisation,
        day=appraisal.day,
    )


def _pieces(change: Change) -> tuple[Feedback, ...]:
    """The pieces that a change touches by content or by a step, with those that were merged into them."""
    ids = set(change.ids(Feedback))
    ids |= {step.of.removeprefix(PREFIX) for step in change.versions(Step) if step.of.startswith(PREFIX)}
    ids |= {id_ for each in tuple(ids) for id_, _ in change.after.where(Feedback, into_of, each)}
    found = (change.after.latest(Feedback, id_) for id_ in sorted(ids))
    return tuple(each for each in found if each is not None)


def _where(feedback: Feedback) -> Where:
    return Where(kind=Feedback.noun, record=feedback.id, organisation=feedback.organisation, day=feedback.day)


def lost(change: Change) -> Iterator[Problem]:
    """Pieces that came in and are in none of the four heaps: taken away, or merged into what is not there."""
    for id_ in change.ids(Feedback):
        before = change.before(Feedback, id_)
        if before and not change.after.spans(Feedback, id_):
            remedy = "Answer it, or reject it with a reason."
            yield Problem(
                "feedback-removed", _where(before[-1].value), "withdrawn", "what came in stays", remedy
            )
    for piece in _pieces(change):
        course = change.course(piece)
        if course is not None and (course.state == "merged") != _merged(change, piece):
            read = f"{course.state}, merged into {piece.into or 'nothing'}"
            expected = "the step merge, and an earlier piece that stands by itself"
            remedy = "Name the piece that it was merged into, and take the step merge."
            yield Problem("feedback-merged-wrongly", _where(piece), read, expected, remedy)


def _merged(change: Change, piece: Feedback) -> bool:
    """Whether a piece is part of another one that is there and is itself part of none."""
    into = None if piece.into is None else change.after.latest(Feedback, piece.into)
    return into is not None and into.into is None


def recognised(change: Change) -> Iterator[Problem]:
    """Informants who can be recognised: by a post, by another piece, or because the id stands where people read it.

    No message names the informant, only the piece.
    """
    pieces = {each.id: each for each in _pieces(change)}
    holders = {each.holder for each in change.versions(Tenure)}
    nouns = (Organisation, PartyBody, Post)
    for who in sorted(holders.union(*(change.ids(noun) for noun in nouns))):
        pieces |= {id_: span.value for id_, span in change.after.where(Feedback, informant_of, who)}
    for _, piece in sorted(pieces.items()):
        if piece.informant is not None and (
            _known(change, piece.informant) or _readable(change, piece, piece.informant)
        ):
            where = _where(piece)
            if piece.informant in piece.id:
                where = evolve(where, record=None)
            remedy = "Draw a new random id for the informant of this piece."
            expected = "an id that stands nowhere else"
            yield Problem("informant-recognisable", where, "", expected, remedy)


def _known(change: Change, who: str) -> bool:
    """Whether an id is that of a holder of a post, of another informant's piece, or of a record that pages show."""
    return (
        any(change.after.spans(noun, who) for noun in (Organisation, PartyBody, Post))
        or any(True for _ in change.after.where(Tenure, holder_of, who))
        or len({id_ for id_, _ in change.after.where(Feedback, informant_of, who)}) > 1
    )


def _readable(change: Change, piece: Feedback, who: str) -> bool:
    """Whether an id stands in what people read of a piece: its own id, its texts, its steps."""
    texts = [piece.id, piece.text, piece.text_en]
    for step in change.steps(piece.reference):
        texts += [step.id, step.note, step.post, *(each.reference for each in step.evidence)]
    return any(who in text for text in texts)


VOICES = (
    Invariant(
        code="counted-twice",
        statement=Label(
            "评价在考核期内，同一单位同一年度同一评价主体只计一次。",
            "An appraisal lies in its period and counts once per organisation, year and voice.",
        ),
        reads=(Appraisal,),
        touched=counted,
    ),
    Invariant(
        code="feedback-lost",
        statement=Label(
            "收到的意见等于未办、已答复、说明理由不予采纳与并案之和。",
            "Feedback received is open, answered, rejected with a reason, or merged; none is lost.",
        ),
        reads=(Feedback, Step),
        touched=lost,
    ),
    Invariant(
        code="informant-recognisable",
        statement=Label(
            "反映人只以随机编号记录，任何页面和提示都看不出是谁。",
            "An informant is a random id that stands nowhere else, so that no page and no message shows who it was.",
        ),
        reads=(Feedback, Step, Tenure, Organisation, PartyBody, Post),
        touched=recognised,
    ),
)
