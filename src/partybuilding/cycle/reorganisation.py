"""One reorganisation as one changeset: the new order of units, bodies and posts, and everything open handed over.

The library proposes; people have decided before (the decision is recorded) and settle what it cannot know: which of
several successors takes an item over, or why something ends. They say so in the successions of the reorganisation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from attrs import evolve, frozen

from partybuilding.cycle.balances import hand_balances_over
from partybuilding.cycle.handing_over import Handing, ended
from partybuilding.cycle.moved_goals import hand_goals_over
from partybuilding.cycle.moved_letters import hand_letters_over
from partybuilding.cycle.targets import main_bodies
from partybuilding.domain.organisations import Alias, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record, State
from partybuilding.domain.reorganisations import SAME_UNIT, Reorganisation
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import Problem, StepRefused, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.ledger.versions import Withdrawal

Proposed = Record | Withdrawal
P = TypeVar("P", Placement, Alias)


def reorganise(
    snapshot: Snapshot,
    reorganisation: Reorganisation,
    catalogue: Catalogue,
    *,
    post: str,
    becoming: Iterable[Record] = (),
) -> tuple[Proposed, ...]:
    """Propose the whole changeset of one reorganisation; nothing open stays without a successor or a reason.

    ``snapshot`` is of the day of the reorganisation, as it stands without it. ``becoming`` are the new units and the new
    versions (a new name, parent, kind, code, bodies, posts) that start on the day; see :func:`from_day`. ``post`` is the
    post that takes the steps by which letters and items end. Who takes a record over among several successors is said by
    a succession ``of`` it ``to`` ``organisation:id``; why it ends without one, by its reason.

    Raises:
        StepRefused: everything that people have to settle first, at once: a new unit that nobody described, a record
            without a named heir, a figure that may not be added up or divided, a step that the life cycle does not allow.
    """
    order = _Order(snapshot=snapshot, reorganisation=reorganisation, becoming=_by_reference(becoming))
    problems = list(order.problems())
    if problems:
        raise StepRefused(*problems)
    frame = tuple(order.frame())
    handing = Handing(
        snapshot=snapshot,
        after=_standing(snapshot, frame, reorganisation.day),
        reorganisation=reorganisation,
        catalogue=catalogue,
        post=post,
    )
    handing.hand_over()
    hand_goals_over(handing)
    hand_letters_over(handing)
    hand_balances_over(handing)
    problems = [*order.unplaced(handing.after), *handing.problems]
    if problems:
        raise StepRefused(*problems)
    told = evolve(
        reorganisation, successions=tuple(handing.successions[each] for each in sorted(handing.successions))
    )
    return (told, *frame, *handing.records)


def from_day(
    organisation: Organisation,
    day: date,
    *,
    name: str | None = None,
    kind: str | None = None,
    parents: Mapping[str, str] | None = None,
    codes: Mapping[str, str] | None = None,
) -> Organisation:
    """The version of an organisation from a day on: another name or kind, other parents by line, other codes by scheme.

    The placements and codes that it replaces end on the day; the others stay.

    >>> village = Organisation(id="v1", name="示例村01", kind="village", placements=(Placement(parent="east"),))
    >>> moved = from_day(village, date(2026, 4, 1), parents={"territory": "west"})
    >>> moved.parent("territory", date(2026, 3, 31)), moved.parent("territory", date(2026, 4, 1))
    ('east', 'west')
    """
    given, given_codes = dict(parents or {}), dict(codes or {})
    placements = [*_until(organisation.placements, day, lambda each: each.line in given)]
    placements += [Placement(parent=parent, line=line, starts=day) for line, parent in given.items()]
    aliases = [*_until(organisation.aliases, day, lambda each: each.scheme in given_codes)]
    aliases += [Alias(scheme=scheme, code=code, starts=day) for scheme, code in given_codes.items()]
    return evolve(
        organisation,
        name=organisation.name if name is None else name,
        kind=organisation.kind if kind is None else kind,
        placements=tuple(placements),
        aliases=tuple(aliases),
        starts=day,
    )


def _until(parts: Iterable[P], day: date, replaced: Callable[[P], bool]) -> Iterator[P]:
    """Placements or codes of which those that are replaced end on a day; one that would only begin then is left out."""
    for each in parts:
        if not replaced(each) or (each.ends is not None and each.ends <= day):
            yield each
        elif each.starts is None or each.starts < day:
            yield evolve(each, ends=day)


def _by_reference(records: Iterable[Record]) -> dict[str, Record]:
    return {each.reference: each for each in records}


def _standing(snapshot: Snapshot, frame: Iterable[Proposed], day: date) -> Snapshot:
    """The snapshot with the new order: what ends on the day is no longer in it."""
    changed = snapshot.adding(each for each in frame if isinstance(each, Record))
    withdrawn = {(each.noun, each.id) for each in frame if isinstance(each, Withdrawal)}
    records = {
        noun: tuple(
            each
            for each in held
            if (noun, each.id) not in withdrawn and not (isinstance(each, State) and not each.holds(day))
        )
        for noun, held in changed.records.items()
    }
    return evolve(changed, records=records)


@frozen(kw_only=True, eq=False)
class _Order:
    """The new order of units, bodies and posts, and what is wrong with it."""

    snapshot: Snapshot
    reorganisation: Reorganisation
    becoming: Mapping[str, Record]

    @property
    def day(self) -> date:
        return self.reorganisation.day

    def problems(self) -> Iterator[Problem]:
        """What was handed in that does not fit: another day, units that are not there, new ones that nobody described."""
        there = self.snapshot.organisations()
        if self.snapshot.on != self.day:
            remedy = "Take the snapshot of the day of the reorganisation."
            yield self._problem("reorganisation-day", str(self.snapshot.on), str(self.day), remedy)
        begun = self.reorganisation.begun
        for unit in dict.fromkeys((*self.reorganisation.before, *self.reorganisation.after)):
            if (unit in there) is (unit in begun):
                expected = "a unit that begins on the day" if unit in begun else "a unit in force"
                yield self._problem("reorganisation-mismatch", unit, expected, "Correct the units.")
        changed = begun if self.reorganisation.kind not in SAME_UNIT else self.reorganisation.after
        for unit in changed:
            if f"{Organisation.noun}:{unit}" not in self.becoming:
                remedy = "Hand in the unit as it is from the day on."
                yield self._problem("unit-undescribed", unit, f"its version from {self.day}", remedy)
        for each in self.becoming.values():
            if each.valid[0] != self.day:
                remedy = "Let the new versions start on the day of the reorganisation."
                yield self._problem(
                    "reorganisation-day", f"{each.reference} from {each.valid[0]}", str(self.day), remedy
                )

    def _problem(self, code: str, read: str, expected: str, remedy: str) -> Problem:
        where = Where(kind=Reorganisation.noun, record=self.reorganisation.id)
        return Problem(code, where, read, expected, remedy)

    def frame(self) -> Iterator[Proposed]:
        """What was handed in, the ends of units, bodies, posts and tenures, and what stood below them at its new place."""
        yield from self.becoming.values()
        yield from self._units()
        gone: set[str] = set()
        for each in self.snapshot.of(PartyBody):
            if each.reference not in self.becoming and each.seat in self.reorganisation.ended:
                gone.add(each.id)
                yield self._ended(each)
        yield from self._bodies(gone)
        posts = {each.id for each in self.snapshot.of(Post) if each.body in gone}
        offices = [each for each in self.snapshot.of(Post) if each.id in posts]
        tenures = [each for each in self.snapshot.of(Tenure) if each.post in posts]
        for held in (*offices, *tenures):
            if held.reference not in self.becoming:
                yield self._ended(held)

    def _ended(self, record: State) -> Proposed:
        return ended(record, self.day)

    def _units(self) -> Iterator[Proposed]:
        """Units that end, with their codes and places, and those that stood below them."""
        for unit in self.snapshot.of(Organisation):
            if unit.id in self.reorganisation.ended:
                placements = tuple(_until(unit.placements, self.day, lambda _: True))
                aliases = tuple(_until(unit.aliases, self.day, lambda _: True))
                yield self._ended(evolve(unit, placements=placements, aliases=aliases))
            elif unit.reference not in self.becoming and len(self.reorganisation.after) == 1:
                lines = list(self._lines_below(unit))
                if lines:
                    heir = self.reorganisation.after[0]
                    yield from_day(unit, self.day, parents=dict.fromkeys(lines, heir))

    def _lines_below(self, unit: Organisation) -> Iterator[str]:
        """The lines on which an organisation stands right below a unit that ends."""
        for line in sorted({each.line for each in unit.placements}):
            if unit.parent(line, self.day) in self.reorganisation.ended:
                yield line

    def _bodies(self, gone: set[str]) -> Iterator[Proposed]:
        """Bodies that covered a unit that ends, stood below its body, or below that of the parent that a unit leaves."""
        heirs = self.reorganisation.after
        mains = main_bodies(_standing(self.snapshot, self.becoming.values(), self.day))
        for each in self.snapshot.of(PartyBody):
            if each.id in gone or each.reference in self.becoming:
                continue
            covers = tuple(
                dict.fromkeys(
                    unit
                    for covered in each.covers
                    for unit in (heirs if covered in self.reorganisation.ended else (covered,))
                    if unit != each.seat
                )
            )
            superior = each.superior
            if superior in gone and len(heirs) == 1 and heirs[0] in mains and mains[heirs[0]].id != each.id:
                superior = mains[heirs[0]].id
            moved = self._new_superior(each, mains)
            version = evolve(each, covers=covers, superior=moved or superior, starts=self.day)
            if (version.covers, version.superior) != (each.covers, each.superior):
                yield version

    def _new_superior(self, body: PartyBody, mains: Mapping[str, PartyBody]) -> str | None:
        """The body of the new parent, if the seat of a body is transferred away from that of its superior."""
        unit = self.becoming.get(f"{Organisation.noun}:{body.seat}")
        old = self.snapshot.find(Organisation, body.seat)
        if not isinstance(unit, Organisation) or old is None or body.superior is None:
            return None
        above = self.snapshot.find(PartyBody, body.superior)
        line = self.snapshot.line
        parents = old.parent(line, self.day), unit.parent(line, self.day)
        left = above is not None and above.seat == parents[0] != parents[1]
        new = mains.get(parents[1] or "")
        return new.id if left and new is not None else None

    def unplaced(self, after: Snapshot) -> Iterator[Problem]:
        """Units and bodies that still stand below what is gone, because nobody said where they go."""
        there, bodies = after.organisations(), {each.id for each in after.of(PartyBody)}
        for unit in there.values():
            for line in self._lines_below(unit):
                remedy = "Hand in the unit with its new parent."
                yield self._problem("heir-unnamed", f"{unit.id} on {line}", "a new parent", remedy)
        for each in after.of(PartyBody):
            lost = [
                unit
                for unit in (each.seat, *each.covers)
                if unit not in there and self._was(Organisation, unit)
            ]
            if (
                each.superior is not None
                and each.superior not in bodies
                and self._was(PartyBody, each.superior)
            ):
                lost.append(each.superior)
            if lost:
                remedy = "Hand in the body as it is from the day on."
                yield self._problem(
                    "heir-unnamed", f"{each.id} with {', '.join(lost)}", "units in force", remedy
                )

    def _was(self, noun: type[Record], id_: str) -> bool:
        return self.snapshot.find(noun, id_) is not None
