"""Letters revised during the year: a new letter with its reason takes the place of the old one, and of all below it.

A signed letter is never rewritten, and none may stay in effect below one that ended: so a revision supersedes the letter
and everything below it in one changeset, and proposes each of them anew, to be settled and signed like any other draft.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import count

from attrs import evolve

from partybuilding.cycle.drafts import ISSUED, cascading, open_letters, refigured
from partybuilding.cycle.handing_over import ended
from partybuilding.cycle.letters import no_secretary, secretaries, standing, unknown, where_of
from partybuilding.cycle.targets import decompose
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Course, Step, lacking
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import Problem, StepRefused
from partybuilding.extension.catalogue import Catalogue
from partybuilding.ledger.versions import Withdrawal, content_digest

Said = Record | Withdrawal


def refigure(
    snapshot: Snapshot, catalogue: Catalogue, because: Iterable[Record], *, year: int
) -> tuple[Letter, ...]:
    """The letters of the year as they would have to read if some goals, additions or agreements were in force.

    Only letters whose figures change are given, under the ids that they have now: hand them to :func:`revise`, and commit
    the goals with what it gives.

    Raises:
        Infeasible: bounds that cannot be kept.
    """
    fresh = decompose(snapshot.adding(because), catalogue, year=year)
    by_unit = {each.organisation: each for each in fresh}
    names = cascading(snapshot, catalogue)
    pairs = (
        (letter, refigured(letter, by_unit.get(letter.organisation), names))
        for letter, _ in open_letters(snapshot, year)
    )
    return tuple(made for letter, made in pairs if made != letter)


def supersede(snapshot: Snapshot, letters: Iterable[str], *, day: date, reason: str) -> tuple[Said, ...]:
    """End letters and all that stand below them, top first: what was issued is superseded, a draft just ends.

    Raises:
        StepRefused: an unknown letter, one that has ended, a day before its last step, no reason, an issuer without a
            secretary's post; all of them at once.
    """
    ids = tuple(letters)
    courses, posts = standing(snapshot), secretaries(snapshot)
    problems = [unknown(each) for each in ids if each not in courses]
    records: list[Said] = []
    for letter in _below(snapshot, courses, ids):
        course = courses[letter.id]
        if course.state not in ISSUED and not course.closed:
            records.append(ended(letter, day))
        elif letter.issuer not in posts:
            problems.append(no_secretary(letter.issuer))
        else:
            step = _end(letter, day, reason, post=posts[letter.issuer])
            problems += lacking(course, step)
            records.append(step)
    if problems:
        raise StepRefused(*problems)
    return tuple(records)


def revise(snapshot: Snapshot, letters: Iterable[Letter], *, day: date, reason: str) -> tuple[Said, ...]:
    """Supersede letters with all below them, and propose each anew from the day on: what a ledger commits at once.

    ``letters`` are as they shall read, under the ids of those that they replace; what stands below keeps its content. Each
    new letter names the one that it ``revises`` and the ``reason``.

    Raises:
        StepRefused: as :func:`supersede`, and a revision for another unit, year or kind (``revision-moves``).
    """
    given = {each.id: each for each in letters}
    gone = supersede(snapshot, given, day=day, reason=reason)
    replaced = _below(snapshot, standing(snapshot), given)
    problems = [each for old in replaced if old.id in given for each in _moves(old, given[old.id])]
    if problems:
        raise StepRefused(*problems)
    ids = {each.id: _new_id(snapshot, each) for each in replaced}
    return (*gone, *(_anew(given.get(each.id, each), ids, day=day, reason=reason) for each in replaced))


def _anew(letter: Letter, ids: Mapping[str, str], *, day: date, reason: str) -> Letter:
    """The draft that takes the place of a letter; its own round begins anew."""
    lines = tuple(evolve(each, proposed=None, countered=None) for each in letter.lines)
    above = None if letter.above is None else ids.get(letter.above, letter.above)
    return evolve(
        letter,
        id=ids[letter.id],
        above=above,
        lines=lines,
        starts=day,
        revises=letter.id,
        reason=reason,
    )


def _moves(old: Letter, letter: Letter) -> Iterator[Problem]:
    """The complaint that a revision is no longer the letter of the same unit, year, kind and party."""
    term, given = _term(old), _term(letter)
    if term != given:
        remedy = "Draft a letter of its own instead."
        yield Problem("revision-moves", where_of(letter.id), given, term, remedy)


def _term(letter: Letter) -> str:
    return f"{letter.organisation}, {letter.year}, {letter.kind}, {letter.receiver}"


def _below(snapshot: Snapshot, courses: Mapping[str, Course], ids: Iterable[str]) -> tuple[Letter, ...]:
    """Some letters, and the letters below them that have not ended, those above before those below."""
    children: dict[str, list[Letter]] = {}
    for each in snapshot.of(Letter):
        if each.above is not None and not courses[each.id].closed:
            children.setdefault(each.above, []).append(each)
    named = (snapshot.find(Letter, each) for each in ids)
    wanted = {each.id: each for each in named if each is not None}
    todo = list(wanted.values())
    while todo:
        for each in children.get(todo.pop(0).id, ()):
            if each.id not in wanted:
                wanted[each.id] = each
                todo.append(each)
    return tuple(sorted(wanted.values(), key=lambda each: (_depth(snapshot, each), each.id)))


def _depth(snapshot: Snapshot, letter: Letter) -> int:
    """How many letters stand above a letter, and the letter itself."""
    seen: set[str] = set()
    here: Letter | None = letter
    while here is not None and here.id not in seen:
        seen.add(here.id)
        here = None if here.above is None else snapshot.find(Letter, here.above)
    return len(seen)


def _new_id(snapshot: Snapshot, letter: Letter) -> str:
    """The id of the letter that follows: that of the first one with the next number that is free."""
    stem, _, number = letter.id.rpartition("/")
    first = stem if letter.revises is not None and number.isdecimal() else letter.id
    taken = {each.reference for each in snapshot.of(Letter)} | {each.of for each in snapshot.of(Step)}
    return next(id_ for n in count(2) if f"{Letter.noun}:{(id_ := f'{first}/{n}')}" not in taken)


def _end(letter: Letter, day: date, reason: str, *, post: str) -> Step:
    return Step(
        id=f"{letter.id}/supersede",
        of=letter.reference,
        name="supersede",
        day=day,
        post=post,
        note=reason,
        digest=content_digest(letter),
    )
