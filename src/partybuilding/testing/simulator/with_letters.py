"""What the office does with letters: decompose, sign from the top, and everything that must not be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from partybuilding.cycle.letters import meeting, sign
from partybuilding.cycle.targets import decompose
from partybuilding.domain.indicators import Goal
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.posts import Post
from partybuilding.ledger.versions import content_digest
from partybuilding.testing.simulator.office import Attempt, Command, Office
from partybuilding.testing.simulator.opening import ROOT, body_of, post_of


def propose(office: Office) -> tuple[Letter, ...]:
    """The letters of the year, proposed once."""
    year = office.day.year
    if year not in office.proposed and office.now.find(Goal, f"g{year}") is not None:
        office.proposed[year] = decompose(office.now, office.catalogue, year=year)
    return office.proposed.get(year, ())


def unsigned(office: Office) -> tuple[Letter, ...]:
    """The proposed letters of the year that nobody has signed yet."""
    return tuple(each for each in propose(office) if office.now.find(Letter, each.id) is None)


def set_goal(office: Office) -> Attempt | None:
    """The goal of the year."""
    year = office.day.year
    if office.now.find(Goal, f"g{year}") is not None:
        return None
    amount = office.rng.randrange(500, 5_000)
    goal = Goal(
        id=f"g{year}",
        organisation=ROOT,
        indicator="sim.trained",
        year=year,
        amount=amount,
        reserve=amount // 20,
    )
    return Attempt(what="set a goal", records=(goal,))


def _groups(office: Office, *, ready: bool) -> Iterator[tuple[Letter, ...]]:
    """The letters below one letter that are not signed yet, where that letter is in effect, or where it is not."""
    states = {each.id: office.state(each) for each in office.now.of(Letter)}
    open_ = [each for each in propose(office) if each.id not in states]
    for above in sorted({each.above or "" for each in open_}):
        if (above == "" or states.get(above) == "signed") == ready:
            yield tuple(each for each in open_ if (each.above or "") == above)


def signed(office: Office, letters: Iterable[Letter]) -> Attempt:
    """Letters issued and signed today, in one meeting."""
    letters = tuple(letters)
    by = meeting(office.now, letters, day=office.day)
    records = [
        record for each in letters for record in sign((each,), by=[s for s in by if s.letter == each.id])
    ]
    return Attempt(what="sign letters", records=tuple(records))


def sign_next(office: Office) -> Attempt | None:
    """The letters of one level under a letter in effect are signed."""
    group = office.pick(_groups(office, ready=True))
    return None if group is None else signed(office, group)


def sign_too_early(office: Office) -> Attempt | None:
    """Letters are signed before the one above them."""
    group = office.pick(_groups(office, ready=False))
    return (
        None
        if group is None
        else evolve(signed(office, group), what="sign too early", refused="above-not-signed")
    )


def sign_for_another(office: Office) -> Attempt | None:
    """A letter is signed by a post of another body."""
    group = office.pick(_groups(office, ready=True))
    others = [
        each
        for each in office.now.of(Post)
        if group is not None and each.body not in (group[0].receiver, group[0].issuer)
    ]
    other = office.pick(others)
    if group is None or other is None:
        return None
    attempt = signed(office, group)
    records = tuple(
        evolve(each, post=other.id) if isinstance(each, Step) and each.name == "sign" else each
        for each in attempt.records
    )
    return Attempt(what="sign for another", records=records, refused="wrong-post")


def change_signed(office: Office) -> Attempt | None:
    """A signed letter gets another content under the same signatures."""
    letter = office.pick(each for each in office.in_state(Letter, "signed") if each.lines)
    if letter is None:
        return None
    line = evolve(letter.lines[0], asks=office.new("每名党员至少两次"))
    changed = evolve(letter, lines=(line, *letter.lines[1:]))
    return Attempt(what="change a signed letter", records=(changed,), refused="signature-content")


def revoke_above(office: Office) -> Attempt | None:
    """A letter is revoked while letters below it are in effect."""
    in_effect = office.in_state(Letter, "signed")
    above = office.pick(sorted({each.above for each in in_effect if each.above is not None}))
    letter = None if above is None else office.now.find(Letter, above)
    if letter is None:
        return None
    return Attempt(what="revoke above", records=(_end(office, letter, "revoke"),), refused="above-not-signed")


def revise(office: Office) -> Attempt | None:
    """A letter that none hangs from, signed or still to be signed, is superseded, and one with a new text is signed in its place."""
    in_effect = office.in_state(Letter, "signed")
    above = {each.above for each in (*in_effect, *propose(office))}
    letter = office.pick(each for each in in_effect if each.id not in above)
    if letter is None:
        return None
    line = evolve(letter.lines[0], asks=office.new("每名党员至少两次"))
    fresh = evolve(letter, id=office.new("2/letter"), lines=(line, *letter.lines[1:]))
    attempt = signed(office, (fresh,))
    return evolve(
        attempt, what="revise a letter", records=(_end(office, letter, "supersede"), *attempt.records)
    )


def _end(office: Office, letter: Letter, name: str) -> Step:
    return Step(
        id=office.new("step"),
        of=letter.reference,
        name=name,
        day=office.day,
        post=post_of(letter.issuer.removesuffix(body_of(""))),
        note="模拟",
        digest=content_digest(letter),
    )


COMMANDS: tuple[Command, ...] = (
    set_goal,
    sign_next,
    sign_next,
    sign_next,
    sign_too_early,
    sign_for_another,
    change_signed,
    revoke_above,
    revise,
)
