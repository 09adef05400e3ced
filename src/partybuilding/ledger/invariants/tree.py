"""Organisations form a tree on every line and day, codes name one organisation, posts are not held by too many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant, tenure_post
from partybuilding.ledger.invariants.reshaping import edges_of, keeps_shape, parents_of
from partybuilding.ledger.spans import NEVER, first_number, gaps, last_number, shown, start_of

if TYPE_CHECKING:
    from partybuilding.ledger.spans import Span

DEEPEST = 32
KIND = Organisation.noun
Histories = Mapping[str, "tuple[Span[Organisation], ...]"]


def orphans(change: Change) -> Iterator[Problem]:
    """Children on days on which their parent is not there.

    Whether a child is one depends on its own placements and on its parent's days, so only touched organisations and the
    children of those are looked at.
    """
    touched = change.ids(Organisation)
    near = {
        *touched,
        *(id_ for each in touched for id_, _ in change.after.where(Organisation, parents_of, each)),
    }
    spans = {id_: change.after.spans(Organisation, id_) for id_ in near}
    for edge in sorted(edges_of(spans), key=lambda edge: (edge.line, edge.child, edge.first)):
        missing = next(gaps(change.after.spans(Organisation, edge.parent), edge.first, edge.last), None)
        if missing is not None:
            where = _where(edge.child, missing[0])
            read = f"{edge.parent} from {shown(missing[0])}"
            yield Problem(
                "tree-orphan", where, read, "a parent in force", "Give the child another parent first."
            )


def _where(organisation: str | None, first: int) -> Where:
    """The place of a problem that an organisation has from a day on."""
    return Where(kind=KIND, record=organisation, organisation=organisation, day=start_of(first))


def trees(change: Change) -> Iterator[Problem]:
    """Days on which a line has a circle, more than one root, or too many levels; each told for its first day.

    The whole tree is looked at only if the change may have spoiled it (see :mod:`.reshaping`).
    """
    if keeps_shape(change, DEEPEST):
        return
    organisations = change.after.of(Organisation)
    edges = tuple(edges_of(organisations))
    told: set[tuple[str, str, str]] = set()
    for line in sorted({edge.line for edge in edges}):
        on_line = [edge for edge in edges if edge.line == line]
        for day in sorted(
            {edge.first for edge in on_line} | {edge.last for edge in on_line if edge.last < NEVER}
        ):
            parents = {edge.child: edge.parent for edge in on_line if edge.first <= day < edge.last}
            for who, problem in _shape(parents, organisations, f"on {line} from {shown(day)}", day):
                if (line, problem.code, who) not in told:
                    told.add((line, problem.code, who))
                    yield problem


def _shape(
    parents: Mapping[str, str], organisations: Histories, when: str, day: int
) -> Iterator[tuple[str, Problem]]:
    """What is wrong with the tree of a day, each with whom it concerns."""
    tops = sorted({each for each in parents.values() if each not in parents})
    roots = [
        each for each in tops if any(span.first <= day < span.last for span in organisations.get(each, ()))
    ]
    if len(roots) > 1:
        who, remedy = ", ".join(roots), "Place all but one under a parent."
        yield who, Problem("tree-roots", _where(roots[-1], day), f"{who} {when}", "one root", remedy)
    levels = dict.fromkeys(tops, 0)
    for child in sorted(parents):
        level = _climb(child, parents, levels)
        where = _where(child, day)
        if level is None:
            read = f"{child} below itself {when}"
            yield child, Problem("tree-cycle", where, read, "no circle", "Correct the parent.")
        elif level > DEEPEST:
            read, expected = f"level {level} {when}", f"at most {DEEPEST}"
            yield child, Problem("tree-depth", where, read, expected, "Leave out a level.")


def _climb(child: str, parents: Mapping[str, str], levels: dict[str, int]) -> int | None:
    """The level of a child, counted from its root; None for one that stands below itself."""
    path = [child]
    while path[-1] not in levels:
        above = parents[path[-1]]
        if above in path:
            # What hangs below a circle is told through the circle itself.
            return None if above == child else 0
        path.append(above)
    for upper, lower in pairwise(reversed(path)):
        levels[lower] = levels[upper] + 1
    return levels[child]


def codes(change: Change) -> Iterator[Problem]:
    """Codes that two organisations have in one scheme on one day; codes compare exactly.

    Only codes that a touched organisation has are looked at: others are used as before.
    """
    touched = {
        code
        for id_ in change.ids(Organisation)
        for span in change.after.spans(Organisation, id_)
        for code in codes_of(span.value)
    }
    for scheme, code in sorted(touched):
        found = change.after.where(Organisation, codes_of, (scheme, code))
        uses = [use for id_, span in found for use in _uses(id_, span, (scheme, code))]
        for first, one, other in _shared(uses):
            read, expected = f"{scheme} {code} of {one} from {shown(first)}", "a code of its own"
            remedy = "End the earlier alias, or correct the code."
            yield Problem("code-taken", _where(other, first), read, expected, remedy)


def codes_of(organisation: Organisation) -> tuple[tuple[str, str], ...]:
    """The key of an organisation: its codes on any day, as (scheme, code)."""
    return tuple((each.scheme, each.code) for each in organisation.aliases)


def _uses(id_: str, span: Span[Organisation], code: tuple[str, str]) -> Iterator[tuple[int, int, str]]:
    """From when to when an organisation has a code."""
    for alias in span.value.aliases:
        first = max(span.first, first_number(alias.starts))
        last = min(span.last, last_number(alias.ends))
        if (alias.scheme, alias.code) == code and first < last:
            yield first, last, id_


def _shared(uses: Iterable[tuple[int, int, str]]) -> Iterator[tuple[int, str, str]]:
    """From which day on which two share a code."""
    ends: dict[str, int] = {}
    for first, last, who in sorted(uses):
        one = next((each for each, end in sorted(ends.items()) if each != who and first < end), None)
        if one is not None:
            yield first, one, who
        ends[who] = max(last, ends.get(who, 0))


def capacities(change: Change) -> Iterator[Problem]:
    """Days on which a post has more holders than it has room for."""
    posts = {*change.ids(Post), *(each.post for each in change.versions(Tenure))}
    for post in sorted(posts):
        tenures = [span for _, span in change.after.where(Tenure, tenure_post, post)]
        for room in change.after.spans(Post, post):
            starts = {max(room.first, span.first) for span in tenures if span.meets(room.first, room.last)}
            for day in sorted(starts):
                holders = sum(span.first <= day < span.last for span in tenures)
                if holders > room.value.capacity:
                    body = change.after.at(PartyBody, room.value.body, date.fromordinal(max(day, 1)))
                    where = Where(
                        kind=Post.noun,
                        record=post,
                        organisation=None if body is None else body.seat,
                        day=start_of(day),
                    )
                    read, expected = f"{holders} holders from {shown(day)}", f"at most {room.value.capacity}"
                    yield Problem("post-full", where, read, expected, "End the earlier tenure first.")
                    break


TREE = (
    Invariant(
        code="tree-orphan",
        statement=Label("下级单位存续期间，其上级单位必须存续。", "A child's time lies within its parent's."),
        reads=(Organisation,),
        touched=orphans,
    ),
    Invariant(
        code="tree-shape",
        statement=Label(
            "任何一天，每条线上的单位构成一棵树：一个根，无循环，不超过三十二层。",
            "On every day and line the organisations form one tree: one root, no circle, at most 32 levels.",
        ),
        reads=(Organisation,),
        touched=trees,
    ),
    Invariant(
        code="code-taken",
        statement=Label(
            "同一编码体系中，一个代码任何一天只属于一个单位。",
            "A code names one organisation per scheme on any day.",
        ),
        reads=(Organisation,),
        touched=codes,
    ),
    Invariant(
        code="post-full",
        statement=Label(
            "任何一天，一个岗位的任职人数不超过职数。", "A post never has more holders than its capacity."
        ),
        reads=(Post, Tenure),
        touched=capacities,
    ),
)
