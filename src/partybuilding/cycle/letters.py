"""Letters issued and signed: one meeting, many signatures, each by a post of the right side, from the top down.

What happens to a letter before it is issued is in :mod:`partybuilding.cycle.drafts`, what happens to one that was signed
in :mod:`partybuilding.cycle.revisions`. Each command gives the records of one commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from attrs import frozen

from partybuilding.domain.letters import LETTER_LIFE, Letter
from partybuilding.domain.lifecycles import Course, Step, advance, follow, lacking
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import Problem, StepRefused, Where
from partybuilding.ledger.versions import content_digest


@frozen(kw_only=True)
class Signature:
    """That a letter was issued and signed on a day, by which posts of which side."""

    letter: str
    day: date
    issuer: str
    receiver: str


def standing(snapshot: Snapshot) -> dict[str, Course]:
    """How far every letter has come, by id."""
    steps = snapshot.steps()
    return {each.id: follow(LETTER_LIFE, steps.get(each.reference, ())) for each in snapshot.of(Letter)}


def unknown(letter: str) -> Problem:
    """The complaint that there is no such letter."""
    return Problem("unknown-letter", where_of(letter), letter, "a proposed letter", "Decompose first.")


def where_of(letter: str) -> Where:
    """The place of a complaint about a letter."""
    return Where(kind=Letter.noun, record=letter)


def step_of(letter: Letter, name: str, day: date, *, post: str, note: str = "") -> Step:
    """A step with a letter, over the digest of its content."""
    return Step(
        id=f"{letter.id}/{name}",
        of=letter.reference,
        name=name,
        day=day,
        post=post,
        note=note,
        digest=content_digest(letter),
    )


def wrong_post(snapshot: Snapshot, step: Step, party: str) -> Iterator[Problem]:
    """The complaint that a post belongs to another body than the party of the step."""
    post = snapshot.find(Post, step.post)
    if post is None or post.body != party:
        where, read = where_of(step.of.partition(":")[2]), f"{step.name} by {step.post}"
        yield Problem("wrong-post", where, read, f"a post of {party}", "Let a post of the party sign.")


def secretaries(snapshot: Snapshot) -> dict[str, str]:
    """The secretary's post of every body."""
    return {post.body: post.id for post in snapshot.of(Post) if post.role == "secretary"}


def meeting(snapshot: Snapshot, letters: Iterable[Letter], *, day: date) -> tuple[Signature, ...]:
    """One meeting, many signatures: the secretaries of both sides sign each letter on the day.

    Raises:
        StepRefused: a body without a secretary's post; all of them at once.
    """
    posts = secretaries(snapshot)
    letters = tuple(letters)
    missing = sorted({body for each in letters for body in (each.issuer, each.receiver) if body not in posts})
    if missing:
        raise StepRefused(*map(no_secretary, missing))
    return tuple(
        Signature(letter=each.id, day=day, issuer=posts[each.issuer], receiver=posts[each.receiver])
        for each in letters
    )


def no_secretary(body: str) -> Problem:
    """The complaint that a body has nobody who could sign."""
    where = Where(kind="body", record=body)
    return Problem("no-secretary", where, "no post", "a post of role secretary", "Declare the post.")


def issue(
    letters: Sequence[Letter], *, by: Iterable[Signature], snapshot: Snapshot | None = None
) -> tuple[Record, ...]:
    """The letters with the steps by which they are issued, to be signed later: what a ledger commits.

    Raises:
        StepRefused: as :func:`sign`, but a letter may be issued before the one above it is signed.
    """
    return _taken(letters, by, ("issue",), snapshot=snapshot)


def sign(
    letters: Sequence[Letter], *, by: Iterable[Signature], snapshot: Snapshot | None = None
) -> tuple[Record, ...]:
    """The letters with the steps by which they were issued and signed: what a ledger commits.

    Only signed letters are given back; a letter is signed on or after the day of the one above it. With the ``snapshot``
    that the letters are in, it is known how far they are (one that is issued is only signed), whether the letter above is
    signed, and whether each post belongs to its side and is held; without it, the ledger still refuses what is wrong.

    Raises:
        StepRefused: a signature for an unknown letter, or before the letter above was signed, by a post of somebody else,
            or of a letter that waits for something else; all of them at once.
    """
    return _taken(letters, by, ("issue", "sign"), snapshot=snapshot)


def _taken(
    letters: Sequence[Letter],
    by: Iterable[Signature],
    names: tuple[str, ...],
    *,
    snapshot: Snapshot | None,
) -> tuple[Record, ...]:
    given, known = {each.letter: each for each in by}, {each.id: each for each in letters}
    courses = {} if snapshot is None else standing(snapshot)
    problems = [unknown(name) for name in given if name not in known]
    if "sign" in names:
        problems += _too_early(given, known, courses)
    records: list[Record] = []
    for letter in letters:
        if letter.id in given:
            steps = _signed(letter, given[letter.id], names, courses.get(letter.id))
            problems += _unfit(snapshot, letter, steps, courses.get(letter.id))
            stored = snapshot is not None and snapshot.find(Letter, letter.id) == letter
            records += steps if stored else (letter, *steps)
    if problems:
        raise StepRefused(*problems)
    return tuple(records)


def _signed(
    letter: Letter, signature: Signature, names: tuple[str, ...], course: Course | None
) -> tuple[Step, ...]:
    """The steps of a signature that are still to be taken."""
    posts = {"issue": signature.issuer, "sign": signature.receiver}
    done = course is not None and course.state == "issued" and "sign" in names
    return tuple(
        step_of(letter, name, signature.day, post=posts[name])
        for name in names
        if not (done and name == "issue")
    )


def _too_early(
    given: Mapping[str, Signature], known: Mapping[str, Letter], courses: Mapping[str, Course]
) -> Iterator[Problem]:
    for name, signature in given.items():
        above = known[name].above if name in known else None
        if above is None or not (above in known or courses):
            continue
        course = courses.get(above)
        since = course.since if course is not None and course.state == "signed" else None
        signed = given[above].day if above in given else since
        if signed is None or signed > signature.day:
            read, remedy = str(signature.day), "Sign from the top down."
            yield Problem("above-not-signed", where_of(name), read, f"{above} signed first", remedy)


def _unfit(
    snapshot: Snapshot | None, letter: Letter, steps: Sequence[Step], course: Course | None
) -> Iterator[Problem]:
    """What keeps steps from being taken: how far the letter is, and the posts."""
    if snapshot is None:
        return
    here = course or Course(lifecycle=LETTER_LIFE, state=LETTER_LIFE.start)
    for step in steps:
        lacks = lacking(here, step)
        yield from lacks
        party = letter.issuer if step.name == "issue" else letter.receiver
        yield from wrong_post(snapshot, step, party)
        if not any(each.post == step.post and each.holds(step.day) for each in snapshot.of(Tenure)):
            read, remedy = f"{step.post} on {step.day}", "Record the tenure, or name the post that signed."
            yield Problem(
                "signer-without-post", where_of(letter.id), read, "a post that somebody held", remedy
            )
        if lacks:
            return
        here = advance(here, step)
