"""One result on another tree: as reported, on the tree of then, on the tree of now.

What units reported is carried along their lineage by the rule of each fact, exactly. What cannot be compared is missing
and told by name; nothing is guessed. The snapshot that comes out is one like any other, and ``evaluate`` runs on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import evolve, field, frozen

from partybuilding.cycle.comparing import Cell, RestatedResult, compared
from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.carriers import Chain, ChainUnit
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Movement
from partybuilding.domain.indicators import Carry
from partybuilding.domain.letters import Letter
from partybuilding.domain.lineages import Passage, Refused, between, carried, passages
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import District, Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Event, Record, within
from partybuilding.domain.reorganisations import Reorganisation
from partybuilding.domain.sheets import Sheet, sheet
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Venue, Work
from partybuilding.engine.run import evaluate
from partybuilding.errors import NotPermitted, Problem, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Fact
from partybuilding.labels import Label
from partybuilding.timeline import ONE_DAY

FRAME = (District, Organisation, PartyBody, Post, Tenure)
"""What comes from the other tree."""
COUNTED = (Item, PublicCommitment, Feedback, Project, Chain, ChainUnit, Venue, Work)
"""What is counted one by one, and so goes with the unit that has it."""
JUDGED = (Appraisal, Decision)
"""What was said of a unit as it was: of a unit made of others nothing was said."""
NO_REORGANISATION = "a reorganisation that names it"
REMEDY = "Ask as reported, or on the other tree."


@frozen(kw_only=True, eq=False)
class Restated:
    """A snapshot on another tree, what it is called, and what could not be compared."""

    snapshot: Snapshot
    label: Label
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...] = field(repr=False)

    def evaluate(self, catalogue: Catalogue, *, year: int, fresh: bool = False) -> RestatedResult:
        """The result on this tree; what rests on figures that cannot be compared is missing, and refused when asked for."""
        result = evaluate(self.snapshot, catalogue, year=year, fresh=fresh)
        return compared(result, self.cells, label=self.label, problems=self.problems)


def as_reported(snapshot: Snapshot) -> Restated:
    """The snapshot as it is, under the line that says so.

    >>> as_reported(Snapshot(on=date(2026, 1, 31), known=0, head="", records={})).label.en
    'as reported'
    """
    return Restated(snapshot=snapshot, label=Label("按当时上报", "as reported"), problems=(), cells=())


def restated(snapshot: Snapshot, *, tree: Snapshot, catalogue: Catalogue) -> Restated:
    """What a snapshot says, on the tree of another one, earlier or later.

    Facts are carried by the rule that they declare; what is counted goes with its unit where one unit has it; letters stay
    with who signed them, so that targets of units that were made of others cannot be compared.

    Raises:
        NotPermitted: a snapshot of which the reader sees a part: sums over other units would tell of the rest.
    """
    if snapshot.whole is not None or tree.whole is not None:
        remedy = "Ask somebody who may see the whole district."
        raise NotPermitted(Problem("restating-a-part", Where(), "a part", "the whole district", remedy))
    found = {each.id: each for given in (snapshot, tree) for each in given.of(Reorganisation)}
    moving = _Moving(
        snapshot=snapshot,
        tree=tree,
        catalogue=catalogue,
        reorganisations=tuple(found[each] for each in sorted(found)),
    )
    records: dict[str, tuple[Record, ...]] = {
        noun: tuple(moving.moved(held)) for noun, held in snapshot.records.items()
    }
    moving.uncompared()
    records |= {each.noun: tree.of(each) for each in FRAME}
    records[Organisation.noun] = tuple(_as_on(each, tree.on) for each in tree.of(Organisation))
    same = {each.reference for noun, held in records.items() for each in held if _is_in(each, snapshot)}
    stamps = {reference: stamp for reference, stamp in snapshot.stamps.items() if reference in same}
    return Restated(
        snapshot=evolve(snapshot, records=records, stamps=stamps, root=tree.root, line=tree.line),
        label=Label(f"按 {tree.on} 的机构", f"on the tree of {tree.on}"),
        problems=tuple(moving.problems),
        cells=tuple(moving.cells),
    )


def _is_in(record: Record, snapshot: Snapshot) -> bool:
    return snapshot.find(type(record), record.id) is record


def _as_on(organisation: Organisation, day: date) -> Organisation:
    """An organisation as it stands on a day, for whatever day the result is of."""
    placements = (each for each in organisation.placements if within(day, each.starts, each.ends))
    aliases = (each for each in organisation.aliases if within(day, each.starts, each.ends))
    return evolve(
        organisation,
        placements=tuple(evolve(each, starts=None, ends=None) for each in placements),
        aliases=tuple(evolve(each, starts=None, ends=None) for each in aliases),
        starts=None,
        ends=None,
    )


@frozen(kw_only=True, eq=False)
class _Moving:
    """Records on their way to another tree, and what could not go along."""

    snapshot: Snapshot
    tree: Snapshot
    catalogue: Catalogue
    reorganisations: tuple[Reorganisation, ...]
    problems: list[Problem] = field(factory=list, init=False)
    cells: list[Cell] = field(factory=list, init=False)

    def moved(self, held: Iterable[Record]) -> Iterator[Record]:
        """The records of one noun on the other tree."""
        for record in held:
            if isinstance(record, Sheet):
                yield self._sheet(record)
            elif isinstance(record, Movement):
                yield self._movement(record)
            elif isinstance(record, COUNTED):
                found = None if self._told_twice(record) else self._counted(record)
                yield from () if found is None else (found,)
            else:
                yield record

    def uncompared(self) -> None:
        """Targets and judgements of units that are made of others, or are parts of one: they were not asked, nor judged."""
        first, last = sorted((self.snapshot.on, self.tree.on))
        apart = passages(between(self.reorganisations, first, last), self.tree.on)
        for unit in sorted({unit for each in apart for unit in each.targets}):
            self.cells.append(Cell(unit=unit, of=Letter, why="nobody signed for the unit as it is here"))
            judged = "nobody judged the unit as it is here"
            self.cells.extend(Cell(unit=unit, of=noun, why=judged) for noun in JUDGED)

    def _passages(self, name: str | None = None) -> tuple[Passage, ...]:
        """Those reorganisations through which something may have to go, for figures of a name."""
        return passages(self.reorganisations, self.tree.on, name=name)

    # --- figures ------------------------------------------------------------------------------------------------

    def _sheet(self, given: Sheet) -> Sheet:
        """The figures of a sheet, those of each unit from the last day of its period."""
        before = dict(zip(given.organisations, given.figures, strict=True))
        made = carried(
            before, self._passages(given.name), day=given.ends - ONE_DAY, rule=self._rule(given.name)
        )
        for each in made.refused:
            self._refuse(each, given)
        for unit in sorted(set(dict(made.figures)) - self.tree.organisations().keys()):
            self._astray(given, unit)
        if dict(made.figures) == before:
            return given
        fresh = sheet(
            name=given.name, unit=given.unit, starts=given.starts, ends=given.ends, figures=made.figures
        )
        return evolve(fresh, id=given.id)

    def _rule(self, name: str) -> Carry:
        declared = self.catalogue.motions_on(self.snapshot.on).get(name)
        return declared.value.carry if declared is not None and isinstance(declared.value, Fact) else "none"

    def _refuse(self, refused: Refused, given: Sheet) -> None:
        """Tell what is missing now, and where it would have been counted."""
        there = self.tree.organisations()
        units = tuple(each for each in refused.units if each in there) or self._above(refused.sources)
        where = Where(kind=Sheet.noun, record=given.id, organisation=", ".join(units) or None)
        read = f"{given.name} of {', '.join(refused.sources or refused.units)}: {refused.why}"
        self.problems.append(
            Problem("not-comparable", where, read, f"reorganisation {refused.reorganisation.id}", REMEDY)
        )
        self.cells.extend(
            Cell(unit=unit, name=given.name, year=given.starts.year, why=read) for unit in units
        )

    def _astray(self, given: Sheet, unit: str) -> None:
        """Tell of figures of a unit that no reorganisation brings to this tree."""
        why = f"{given.name} of {unit}: not on this tree"
        where = Where(kind=Sheet.noun, record=given.id, organisation=unit)
        self.problems.append(Problem("not-comparable", where, why, NO_REORGANISATION, REMEDY))
        self.cells.extend(
            Cell(unit=each, name=given.name, year=given.starts.year, why=why) for each in self._above((unit,))
        )

    def _above(self, units: Iterable[str]) -> tuple[str, ...]:
        """The nearest units of this tree above units that nobody took over; the root where none is."""
        there = self.tree.organisations()
        found: list[str] = []
        for unit in units:
            here: str | None = unit
            seen: list[str] = []
            while here is not None and here not in there and here not in seen:
                seen.append(here)
                known = self.snapshot.find(Organisation, here)
                here = None if known is None else known.parent(self.snapshot.line, self.snapshot.on)
            found += [here if here in there else str(self.tree.root)]
        return tuple(dict.fromkeys(found))

    # --- what is counted ------------------------------------------------------------------------------------------

    def _told_twice(self, record: Record) -> bool:
        """Whether another record of the snapshot stands for it on this tree: its successor, or the one it follows."""
        for each in self.reorganisations:
            for told in each.successions:
                others = [one for one in (told.of, *told.to) if one != record.reference]
                if each.day <= self.tree.on and told.of == record.reference:
                    return record.reference not in told.to and any(map(self._here, others))
                if each.day > self.tree.on and record.reference in told.to and told.of != record.reference:
                    return self._here(told.of)
        return False

    def _here(self, reference: str) -> bool:
        noun, _, id_ = reference.partition(":")
        return any(each.id == id_ for each in self.snapshot.records.get(noun, ()))

    def _counted(self, record: Record) -> Record | None:
        """A record at the unit that has it on this tree; None if several may have it."""
        day = record.day if isinstance(record, Event) else self.snapshot.on
        fields = ("organisation", "unit") if isinstance(record, ChainUnit) else ("organisation",)
        homes = {name: self._home(record, getattr(record, name), day) for name in fields}
        if None in homes.values():
            return None
        changed = {name: home for name, home in homes.items() if home != getattr(record, name)}
        return evolve(record, **changed) if changed else record  # type: ignore[arg-type]  # the fields of the class

    def _movement(self, movement: Movement) -> Movement:
        legs = tuple(
            evolve(leg, organisation=home)
            for leg in movement.legs
            if (home := self._home(movement, leg.organisation, movement.day)) is not None
        )
        same = legs == movement.legs
        # What is left out is told; legs that stay must still balance, so a movement goes as a whole or stays as it is.
        return movement if same or len(legs) < len(movement.legs) else evolve(movement, legs=legs)

    def _home(self, record: Record, unit: str, day: date) -> str | None:
        """The one unit that a unit is on this tree, for what it had on a day; told, if there are several or none."""
        here = unit
        for step in self._passages():
            if step.moves(here, day):
                heirs = [heir for heir, weight in step.parts[here] or () if weight]
                named = self._named(record, step)
                if len(heirs) != 1 and named is None:
                    self._lost(record, here, step)
                    return None
                here = named or heirs[0]
        if here not in self.tree.organisations():
            self._nowhere(record, here)
            return None
        return here

    def _nowhere(self, record: Record, unit: str) -> None:
        """Tell of a record of a unit that no reorganisation brings to this tree."""
        why = f"{record.noun} of {unit}: not on this tree"
        where = Where(kind=record.noun, record=record.id, organisation=unit)
        self.problems.append(Problem("not-comparable", where, why, NO_REORGANISATION, REMEDY))
        self.cells.extend(Cell(unit=each, of=type(record), why=why) for each in self._above((unit,)))

    def _named(self, record: Record, step: Passage) -> str | None:
        """Who has a record on this tree, as the reorganisation itself says."""
        forward = step.direction == "forward"
        for told in step.reorganisation.successions:
            near, far = ((told.of,), told.to) if forward else (told.to, (told.of,))
            if record.reference in near:
                for reference in far:
                    noun, _, id_ = reference.partition(":")
                    found = next((each for each in self.tree.records.get(noun, ()) if each.id == id_), None)
                    home = getattr(found, "organisation", None)
                    if isinstance(home, str) and home in step.targets:
                        return home
        return None

    def _lost(self, record: Record, unit: str, step: Passage) -> None:
        there = self.tree.organisations()
        units = tuple(each for each in step.targets if each in there) or self._above((unit,))
        where = Where(kind=record.noun, record=record.id, organisation=", ".join(units))
        read = f"{record.noun} of {unit}: {', '.join(step.targets) or 'nobody'}"
        self.problems.append(
            Problem("not-comparable", where, read, f"reorganisation {step.reorganisation.id}", REMEDY)
        )
        self.cells.extend(Cell(unit=each, of=type(record), why=read) for each in units)
