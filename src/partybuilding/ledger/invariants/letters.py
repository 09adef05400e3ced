"""Letters take effect from the top down, signed by those who held the posts, and hand down exactly what came down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING

from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.organisations import TERRITORY, District, Organisation, PartyBody
from partybuilding.errors import Problem, Where
from partybuilding.labels import Label
from partybuilding.ledger.invariants.change import Change, Invariant
from partybuilding.ledger.invariants.reshaping import parents_of
from partybuilding.ledger.versions import content_digest

if TYPE_CHECKING:
    from partybuilding.domain.letters import Line

ISSUED = frozenset({"issued", "signed"})
ENDED = frozenset({"superseded", "revoked"})
SIGNING = frozenset({"issue", "sign"})
PREFIX = f"{Letter.noun}:"


def letter_above(letter: Letter) -> tuple[str, ...]:
    """The key of a letter: the letter above it."""
    return () if letter.above is None else (letter.above,)


def letter_receiver(letter: Letter) -> tuple[tuple[str, int, str], ...]:
    """The key of a letter: who receives it, for which year, of which kind."""
    return ((letter.receiver, letter.year, letter.kind),)


def letter_issuer(letter: Letter) -> tuple[tuple[str, int, str], ...]:
    """The key of a letter: who issues it, for which year, of which kind."""
    return ((letter.issuer, letter.year, letter.kind),)


def letter_term(letter: Letter) -> tuple[tuple[str, int, str], ...]:
    """The key of a letter: for which organisation, for which year, of which kind."""
    return ((letter.organisation, letter.year, letter.kind),)


def _touched(change: Change) -> tuple[Letter, ...]:
    """The letters that a change could have broken: those it touches, by content or by a step, those above and below.

    Below is also what the receiver issued without naming its own letter: it may only now have got one.
    """
    ids = set(change.ids(Letter))
    ids |= {step.of.removeprefix(PREFIX) for step in change.versions(Step) if step.of.startswith(PREFIX)}
    known = (change.after.latest(Letter, id_) for id_ in sorted(ids))
    above = {each.above for each in known if each is not None and each.above is not None}
    below = {id_ for each in ids for id_, _ in change.after.where(Letter, letter_above, each)}
    received = {
        key
        for each in ids
        for span in change.after.spans(Letter, each)
        for key in letter_receiver(span.value)
    }
    below |= {id_ for key in received for id_, _ in change.after.where(Letter, letter_issuer, key)}
    return tuple(_letters(change, ids | above | below))


def _letters(change: Change, ids: set[str]) -> Iterator[Letter]:
    for id_ in sorted(ids):
        letter = change.after.latest(Letter, id_)
        if letter is not None:
            yield letter


def _state(change: Change, letter: Letter) -> str | None:
    """The state of a letter; None if its steps do not follow the table, which is told elsewhere."""
    course = change.course(letter)
    return None if course is None else course.state


def _signed(change: Change, letter: Letter) -> date | None:
    """The day since which a letter is signed; None if it is not."""
    course = change.course(letter)
    return course.since if course is not None and course.state == "signed" else None


def _where(letter: Letter, day: date | None) -> Where:
    return Where(kind=Letter.noun, record=letter.id, organisation=letter.organisation, day=day)


def top_down(change: Change) -> Iterator[Problem]:
    """Signed letters whose letter above is not signed, or was signed later."""
    for letter in _touched(change):
        day = _signed(change, letter)
        if day is None:
            continue
        expected = letter.above or _own_letter(change, letter)
        above = None if letter.above is None else change.after.latest(Letter, letter.above)
        signed = None if above is None or above.year != letter.year else _signed(change, above)
        if expected is not None and (signed is None or signed > day):
            read = (
                f"signed on {day}; the letter above {'is not signed' if signed is None else f'on {signed}'}"
            )
            remedy = "Sign from the top down, and end letters from the bottom up."
            yield Problem("above-not-signed", _where(letter, day), read, f"{expected} signed before", remedy)


def _own_letter(change: Change, letter: Letter) -> str | None:
    """The letter that the issuer itself has received for the year, and that must stand above the letters it issues."""
    key = (letter.issuer, letter.year, letter.kind)
    return next(
        (
            id_
            for id_, span in change.after.where(Letter, letter_receiver, key)
            if _state(change, span.value) not in ENDED
        ),
        None,
    )


def contents(change: Change) -> Iterator[Problem]:
    """Signatures that do not cover the content of the letter as it is now."""
    for letter in _touched(change):
        digests = {content_digest(span.value) for span in change.after.spans(Letter, letter.id)}
        for step in _counting(change, letter):
            if digests != {step.digest}:
                read = f"{step.name} of {step.day} covers {step.digest[:12] or 'nothing'}"
                expected = ", ".join(sorted(each[:12] for each in digests))
                remedy = "Changed content needs a new letter and new signatures."
                yield Problem("signature-content", _where(letter, step.day), read, expected, remedy)


def _counting(change: Change, letter: Letter) -> tuple[Step, ...]:
    """The steps by which a letter that has not ended was issued and signed."""
    if _state(change, letter) in ENDED:
        return ()
    return tuple(step for step in change.steps(letter.reference) if step.name in SIGNING)


def signers(change: Change) -> Iterator[Problem]:
    """Signatures by a post that is not one of the party's, or that nobody held on the day.

    Only new signatures are looked at: what was known then counts, and a tenure corrected later makes none invalid.
    """
    for step in (span.value for id_ in change.ids(Step) for span in change.after.spans(Step, id_)):
        letter = (
            change.after.latest(Letter, step.of.removeprefix(PREFIX)) if step.of.startswith(PREFIX) else None
        )
        if letter is not None and step.name in SIGNING:
            party = letter.issuer if step.name == "issue" else letter.receiver
            if change.body_of(step.post, step.day) != party:
                read, remedy = f"{step.name} by {step.post}", "Let a post of the party sign."
                yield Problem("wrong-post", _where(letter, step.day), read, f"a post of {party}", remedy)
            elif not change.holders(step.post, step.day):
                read, remedy = (
                    f"{step.post} on {step.day}",
                    "Record the tenure, or name the post that signed.",
                )
                yield Problem(
                    "signer-without-post", _where(letter, step.day), read, "a post that somebody held", remedy
                )


def persons(change: Change) -> Iterator[Problem]:
    """Letters that one and the same person issued and signed, because he alone held both posts.

    As with the posts, only new signatures are looked at. One post for both is refused by the life cycle.
    """
    new = {step.of for id_ in change.ids(Step) if (step := change.after.latest(Step, id_)) is not None}
    for reference in sorted(each for each in new if each.startswith(PREFIX)):
        letter = change.after.latest(Letter, reference.removeprefix(PREFIX))
        hands = {
            step.post: change.holders(step.post, step.day)
            for step in change.steps(reference)
            if step.name in SIGNING
        }
        if (
            letter is not None
            and len(hands) > 1
            and all(hands.values())
            and len(set().union(*hands.values())) == 1
        ):
            day = max(step.day for step in change.steps(reference) if step.name in SIGNING)
            remedy = "Let another post of the party sign."
            yield Problem("signer-is-issuer", _where(letter, day), ", ".join(hands), "two persons", remedy)


def once(change: Change) -> Iterator[Problem]:
    """Two letters in effect for one organisation, year and kind on one day."""
    terms = sorted({key for letter in _touched(change) for key in letter_term(letter)})
    for key in terms:
        signed = [
            (id_, span)
            for id_, span in change.after.where(Letter, letter_term, key)
            if _signed(change, span.value) is not None
        ]
        for (one, first), (other, second) in combinations(signed, 2):
            if one != other and first.meets(second.first, second.last):
                remedy = "Supersede or revoke the earlier letter first."
                yield Problem(
                    "letter-twice",
                    _where(second.value, _signed(change, second.value)),
                    f"{one} and {other}",
                    "one letter in effect",
                    remedy,
                )


def parties(change: Change) -> Iterator[Problem]:
    """Letters for organisations, or between bodies, that are not there when the term begins or the latest step is taken."""
    for letter in _touched(change):
        course = change.course(letter)
        days = [] if course is None else [day for day in (course.since, letter.starts) if day is not None]
        if course is not None and days and course.state not in ENDED and letter.id in _changed(change):
            day = max(days)
            absent = [
                id_
                for noun, id_ in (
                    (Organisation, letter.organisation),
                    (PartyBody, letter.issuer),
                    (PartyBody, letter.receiver),
                )
                if change.after.at(noun, id_, day) is None
            ]
            if absent:
                read, expected = f"{', '.join(absent)} on {day}", "an organisation and two bodies in force"
                remedy = "Issue letters to organisations that exist."
                yield Problem("letter-for-nobody", _where(letter, day), read, expected, remedy)


def _changed(change: Change) -> set[str]:
    steps = {step.of.removeprefix(PREFIX) for step in change.versions(Step)}
    return steps.union(change.ids(Letter))


def conservation(change: Change) -> Iterator[Problem]:
    """Nodes at which the shares handed down and the reserve are not exactly what the letter above holds."""
    for letter in _touched(change):
        below = [
            span.value
            for _, span in change.after.where(Letter, letter_above, letter.id)
            if _state(change, span.value) not in ENDED
        ]
        if any(_state(change, each) in ISSUED for each in below):
            for line in letter.lines:
                yield from _shares(change, letter, line, below)
        for each in below:
            if _state(change, each) in ISSUED:
                yield from _from_nowhere(letter, each)


def _from_nowhere(letter: Letter, below: Letter) -> Iterator[Problem]:
    """Shares of what the letter above does not hold at all."""
    for line in below.lines:
        if line.share is not None and letter.line(line.indicator) is None:
            read, remedy = f"{line.indicator}: {line.share}", "Hand down what the letter above holds."
            yield Problem(
                "share-of-nothing", _where(below, below.starts), read, f"a line of {letter.id}", remedy
            )


def _shares(change: Change, letter: Letter, line: Line, below: list[Letter]) -> Iterator[Problem]:
    shares = [
        found.share for each in below if (found := each.line(line.indicator)) and found.share is not None
    ]
    if not shares or line.amount is None:
        return
    total = sum(shares) + line.reserve
    children = _children(change, letter)
    complete = bool(children) and children <= {each.organisation for each in below}
    if total > line.amount or (complete and total != line.amount):
        read = f"{line.indicator}: {sum(shares)} handed down + {line.reserve} in reserve"
        expected = f"{line.amount}" if complete else f"at most {line.amount}"
        yield Problem(
            "share-sum",
            _where(letter, letter.starts),
            read,
            expected,
            "Let shares and reserve make up the target.",
        )


def _children(change: Change, letter: Letter) -> set[str]:
    """The organisations right below that of a letter when its term begins, on the line that plans run on."""
    day = letter.starts or date.max
    lines = {span.value.line for spans in change.after.of(District).values() for span in spans} or {TERRITORY}
    line = min(lines)
    return {
        id_
        for id_, span in change.after.where(Organisation, parents_of, letter.organisation)
        if span.holds(day) and span.value.parent(line, day) == letter.organisation
    }


_READS = (Letter, Step)
LETTERS = (
    Invariant(
        code="above-not-signed",
        statement=Label(
            "上级责任书签订之前，下级责任书不得生效；下级责任书有效期间，上级责任书不得撤销。",
            "No letter is in effect unless the letter above it is signed; it cannot end while one below is in effect.",
        ),
        reads=_READS,
        touched=top_down,
    ),
    Invariant(
        code="signature-content",
        statement=Label(
            "签字对应责任书的内容；内容变了，签字作废。", "A signature covers the content of the letter."
        ),
        reads=_READS,
        touched=contents,
    ),
    Invariant(
        code="signer-without-post",
        statement=Label(
            "签字岗位属于签字一方，当日有人任职。", "The signer held a post of the party on the day."
        ),
        reads=(Step,),
        touched=signers,
    ),
    Invariant(
        code="signer-is-issuer",
        statement=Label(
            "下达与签订责任书的不是同一人。", "Who signs a letter is another person than who issued it."
        ),
        reads=(Step,),
        touched=persons,
    ),
    Invariant(
        code="letter-twice",
        statement=Label(
            "同一单位同一年度同一类责任书只有一份有效。",
            "At most one letter is in effect per organisation, year and kind.",
        ),
        reads=_READS,
        touched=once,
    ),
    Invariant(
        code="letter-for-nobody",
        statement=Label(
            "责任书只下达给存续的单位。", "A letter is for an organisation and between bodies in force."
        ),
        reads=_READS,
        touched=parties,
    ),
    Invariant(
        code="share-sum",
        statement=Label(
            "下级份额之和加预留等于上级目标。",
            "Shares handed down plus the reserve equal the target above.",
        ),
        reads=_READS,
        touched=conservation,
    ),
)
