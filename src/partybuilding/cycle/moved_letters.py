"""Letters of units that end or move: superseded from the top down, and drafted anew for those who follow.

A signed letter is never rewritten. The successors get drafts with the lines that came to them; bodies and posts settle and
sign them like any other letter. A line whose figure may be neither added up nor divided is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import evolve, frozen

from partybuilding.cycle.handing_over import Handing, ended
from partybuilding.cycle.steps import course
from partybuilding.domain.letters import Letter, Line
from partybuilding.domain.obligations import at, over
from partybuilding.domain.obligations import body as body_holder
from partybuilding.domain.organisations import PartyBody
from partybuilding.domain.reorganisations import SAME_UNIT
from partybuilding.domain.responsibilities import Responsibilities

Term = tuple[int, str, str]
"""Year, kind and organisation of a letter."""


@frozen(kw_only=True)
class _Draft:
    """A letter to be drafted: for whom, from which letters, from whom to whom, below which letter."""

    id: str
    organisation: str
    given: tuple[Letter, ...]
    issuer: str
    receiver: str
    above: str | None


def hand_letters_over(handing: Handing) -> None:
    """End the letters that can no longer hold, top first, and draft those that follow."""
    ending = _ending(handing)
    groups: dict[Term, list[Letter]] = {}
    for letter in ending:
        _end(handing, letter)
        for home in () if handing.reason(letter) else _homes(handing, letter):
            groups.setdefault((letter.year, letter.kind, home), []).append(letter)
    followers: dict[str, list[str]] = {}
    for draft in _drafts(handing, ending, groups):
        made = _letter(handing, draft)
        handing.records.append(made)
        for letter in draft.given:
            followers.setdefault(letter.reference, []).append(made.reference)
    for letter in ending:
        if letter.reference in followers:
            handing.tell(letter, to=followers[letter.reference])


def _open(handing: Handing) -> tuple[Letter, ...]:
    """The letters that have not ended, those above before those below."""
    found = [
        each
        for each in handing.snapshot.of(Letter)
        if not over(each, handing.day) and not course(handing.snapshot, handing.catalogue, each).closed
    ]
    by_id = {each.id: each for each in found}

    def depth(letter: Letter) -> int:
        seen: list[str] = []
        here: Letter | None = letter
        while here is not None and here.id not in seen:
            seen.append(here.id)
            here = by_id.get(here.above or "")
        return len(seen)

    return tuple(sorted(found, key=lambda each: (depth(each), each.id)))


def _ending(handing: Handing) -> tuple[Letter, ...]:
    """The letters that end: of units that end or change their superior, of heirs that take lines over, and all below them."""
    known = _open(handing)
    units = _moved(handing)
    first = [each for each in known if handing.hangs(each) or each.organisation in units]
    terms = {
        (each.year, each.kind)
        for each in first
        if at(each.organisation) in handing.gone and not handing.reason(each)
    }
    heirs = set(handing.reorganisation.after) if handing.reorganisation.ended else set()
    ids = {each.id for each in first}
    ids |= {each.id for each in known if each.organisation in heirs and (each.year, each.kind) in terms}
    for each in known:  # those above come first, so one pass reaches every level
        if each.above in ids:
            ids.add(each.id)
    return tuple(each for each in known if each.id in ids)


def _moved(handing: Handing) -> frozenset[str]:
    """The units that stand under another parent from the day on, and are still the same unit."""
    if handing.reorganisation.kind not in SAME_UNIT:
        return frozenset()
    before, after = handing.snapshot.organisations(), handing.after.organisations()
    line, day = handing.snapshot.line, handing.day
    return frozenset(
        unit
        for unit in handing.reorganisation.after
        if before[unit].parent(line, day) != after[unit].parent(line, day)
    )


def _end(handing: Handing, letter: Letter) -> None:
    """Supersede or revoke what was issued; a draft just ends."""
    reason = handing.reason(letter)
    if reason:
        handing.tell(letter, reason=reason)
    if course(handing.snapshot, handing.catalogue, letter).state in {"issued", "signed"}:
        handing.step(letter, "revoke" if reason else "supersede", reason or handing.reorganisation.label.zh)
    else:
        handing.records.append(ended(letter, handing.day))


def _homes(handing: Handing, letter: Letter) -> tuple[str, ...]:
    """The units that follow a letter's."""
    if letter.organisation not in handing.reorganisation.ended:
        return (letter.organisation,)
    after = handing.reorganisation.after
    if letter.reference in handing.given or not after:
        home = handing.heir(letter, letter.organisation)
        return () if home is None else (home,)
    return after


def _drafts(
    handing: Handing, ending: Sequence[Letter], groups: Mapping[Term, Sequence[Letter]]
) -> Iterator[_Draft]:
    """The letters to draft, each below the one that its issuer itself receives."""
    receivers = {term: _receiver(handing, term, letters) for term, letters in groups.items()}
    ids = {
        (year, kind, body.id): handing.new_id(f"{year}/{home}/{kind}")
        for (year, kind, home), body in receivers.items()
        if body is not None
    }
    ends = {each.id for each in ending}
    for each in _open(handing):
        if each.id not in ends:
            ids.setdefault((each.year, each.kind, each.receiver), each.id)
    for (year, kind, home), letters in groups.items():
        receiver = receivers[year, kind, home]
        issuer = None if receiver is None else _issuer(handing, receiver, home, letters)
        if receiver is not None and issuer is not None:
            yield _Draft(
                id=ids[year, kind, receiver.id],
                organisation=home,
                given=tuple(letters),
                issuer=issuer,
                receiver=receiver.id,
                above=ids.get((year, kind, issuer)),
            )


def _receiver(handing: Handing, term: Term, letters: Sequence[Letter]) -> PartyBody | None:
    """The body that answers from the day on: the one that did, if it is still there, else the main body of the unit."""
    home = term[2]
    own = next((each.receiver for each in letters if each.organisation == home), None)
    found = handing.after.find(PartyBody, own) if own is not None else None
    found = found or handing.main_bodies.get(home)
    if found is None:
        remedy = "Hand in the body that stands there from the day on."
        handing.refuse("body-missing", letters[0], home, "a body at the successor", remedy)
    return found


def _issuer(handing: Handing, receiver: PartyBody, home: str, letters: Sequence[Letter]) -> str | None:
    """The body that issues: the one that did, if nothing changed for it, else the superior of the receiver."""
    kept = {each.issuer for each in letters if body_holder(each.issuer) not in handing.gone}
    if home not in _moved(handing) and len(kept) == 1 and receiver.superior is None:
        return min(kept)
    if receiver.superior is None:
        remedy = "Hand in the body with its superior from the day on."
        handing.refuse("body-missing", letters[0], receiver.id, "a superior of the body", remedy)
    return receiver.superior


def _letter(handing: Handing, draft: _Draft) -> Letter:
    """The draft with the lines that came to it; one that cannot come is refused and left out."""
    new = all(draft.above != each.id for each in _open(handing))
    same = {each.above for each in draft.given} == {draft.above}
    lines: dict[str, list[tuple[Letter, Line]]] = {}
    for letter in draft.given:
        for line in letter.lines:
            lines.setdefault(line.indicator, []).append((letter, line))
    made = [_line(handing, draft, given, handed_down=new or same) for given in lines.values()]
    first = draft.given[0]
    return Letter(
        id=draft.id,
        year=first.year,
        kind=first.kind,
        organisation=draft.organisation,
        issuer=draft.issuer,
        receiver=draft.receiver,
        above=draft.above,
        lines=tuple(each for each in made if each is not None),
        starts=handing.day,
        ends=first.ends,
        guidance=first.guidance,
        safeguards=first.safeguards,
        method=first.method,
        cuts=first.cuts,
        rewards=first.rewards,
        accountability=first.accountability,
    )


FIGURES = ("share", "added", "reserve")


def _line(
    handing: Handing, draft: _Draft, given: Sequence[tuple[Letter, Line]], *, handed_down: bool
) -> Line | None:
    """One line of a draft from those of the letters before it.

    What a unit brings along from elsewhere did not come down from its new superior, so it has no share of that one.
    """
    letter, first = given[0]
    answers = _answers(handing, draft, letter, first)
    if not _adds_up(handing, first):
        if len({(line.amount, line.per, line.share) for _, line in given}) > 1:
            _refused(handing, given)
            return None
        return evolve(first, responsibilities=answers)
    parts = [_part(handing, draft, letter, line) for letter, line in given]
    many = len(given) > 1 and handing.carry(first.indicator) == "none"
    if many or None in parts:
        _refused(handing, given)
        return None
    figures = {name: sum(part[name] for part in parts if part is not None) for name in (*FIGURES, "amount")}
    down = handed_down and all(line.share is not None for _, line in given)
    reasons = dict.fromkeys(line.reason for _, line in given if line.reason)
    return evolve(
        first,
        amount=figures["amount"],
        share=figures["share"] if down else None,
        added=figures["added"] if down else 0,
        reserve=figures["reserve"],
        reason="；".join(reasons),
        proposed=None,
        countered=None,
        due=min((line.due for _, line in given if line.due is not None), default=first.due),
        kept=all(line.kept for _, line in given),
        responsibilities=answers,
    )


def _adds_up(handing: Handing, line: Line) -> bool:
    """Whether the figure of a line is a quantity that is handed down, and no standard that holds alike for all."""
    declared = handing.catalogue.indicators_on(handing.day).get(line.indicator)
    return line.share is not None or (declared is not None and declared.value.target == "cascade")


def _part(handing: Handing, draft: _Draft, letter: Letter, line: Line) -> dict[str, int] | None:
    """What comes to a draft of one line of one letter; None if nobody may say."""
    amount = line.amount or 0
    share = amount if line.share is None else line.share
    figures = {"share": share, "added": amount - share, "reserve": line.reserve}
    divided = letter.organisation != draft.organisation and letter.reference not in handing.given
    if (
        divided
        and letter.organisation in handing.reorganisation.ended
        and len(handing.reorganisation.after) > 1
    ):
        if handing.carry(line.indicator) != "share":
            return None
        for name, value in figures.items():
            parts = handing.parts(line.indicator, letter.organisation, value)
            if parts is None:
                return None
            figures[name] = parts[draft.organisation]
    return {**figures, "amount": figures["share"] + figures["added"]}


def _refused(handing: Handing, given: Sequence[tuple[Letter, Line]]) -> None:
    for letter, line in given:
        expected, remedy = (
            "a figure that may be added up or divided",
            "Say in the reorganisation why the letter ends.",
        )
        handing.refuse("carry-refused", letter, line.indicator, expected, remedy)


def _answers(handing: Handing, draft: _Draft, letter: Letter, line: Line) -> Responsibilities:
    """Who answers for a line from the day on."""
    answers = line.responsibilities
    posts = {
        name: handing.post_after(letter, getattr(answers, name), draft.organisation)
        for name in ("primary", "specific", "direct")
    }
    return evolve(
        answers, collective=handing.body_after(letter, answers.collective, draft.organisation), **posts
    )
