"""Handing over: what hung on units that end goes to those who follow them, or ends for a reason that people gave.

What can be said without a choice is done: a single heir takes everything, figures that may be added up are added up, those
that may be divided are divided by the key. Everything else is refused by name, for people to settle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar

from attrs import evolve, field, frozen

from partybuilding.cycle.steps import course
from partybuilding.cycle.targets import main_bodies
from partybuilding.domain.carriers import Carrier, Chain, ChainUnit, Part
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.indicators import Carry
from partybuilding.domain.lifecycles import Step, lacking
from partybuilding.domain.lineages import divided, passage
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.obligations import Holder, at, body, holders, over, post
from partybuilding.domain.organisations import Organisation, PartyBody
from partybuilding.domain.posts import Post
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record, State
from partybuilding.domain.reorganisations import Reorganisation, Succession
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.venues import Venue, Work
from partybuilding.errors import Problem, Where
from partybuilding.extension.catalogue import Catalogue
from partybuilding.ledger.versions import Withdrawal

L = TypeVar("L", Item, PublicCommitment, Feedback)
HEIR = f"{Organisation.noun}:"


def ended(record: State, day: date) -> State | Withdrawal:
    """A record that ends on a day; one that would only begin then was never needed, and is withdrawn."""
    if record.starts is not None and record.starts >= day:
        return Withdrawal(noun=record.noun, id=record.id, starts=record.starts)
    return evolve(record, ends=day)


@frozen(kw_only=True, eq=False)
class Handing:
    """A handing over in progress: the state before and after, and what was proposed, told and refused so far."""

    snapshot: Snapshot
    after: Snapshot
    reorganisation: Reorganisation
    catalogue: Catalogue
    post: str
    records: list[Record | Withdrawal] = field(factory=list, init=False)
    successions: dict[str, Succession] = field(factory=dict, init=False)
    problems: list[Problem] = field(factory=list, init=False)

    # --- who and what -------------------------------------------------------------------------------------------

    @property
    def day(self) -> date:
        """The day of the reorganisation."""
        return self.reorganisation.day

    @cached_property
    def gone(self) -> frozenset[Holder]:
        """The units that end, the bodies that sat there and are no longer, and their posts."""
        units = {at(each) for each in self.reorganisation.ended}
        bodies = {
            body(each.id)
            for each in self.snapshot.of(PartyBody)
            if at(each.seat) in units and self.after.find(PartyBody, each.id) is None
        }
        posts = {
            post(each.id)
            for each in self.snapshot.of(Post)
            if body(each.body) in bodies and self._body_of(each) in {None, each.body}
        }
        return frozenset(units | bodies | posts)

    def _body_of(self, office: Post) -> str | None:
        """The body that has a post from the day on; None if it is gone."""
        found = self.after.find(Post, office.id)
        return None if found is None else found.body

    @cached_property
    def given(self) -> Mapping[str, Succession]:
        """What people have settled, by the reference of the record."""
        return {each.of: each for each in self.reorganisation.successions}

    @cached_property
    def main_bodies(self) -> Mapping[str, PartyBody]:
        """The body that answers for each organisation from the day on."""
        return main_bodies(self.after)

    def hangs(self, record: Record) -> bool:
        """Whether a record hangs on what is gone, and is not over with its year."""
        return bool(self.gone.intersection(holders(record))) and not over(record, self.day)

    def reason(self, record: Record) -> str:
        """Why a record ends without a successor, as people said; empty if it does not."""
        found = self.given.get(record.reference)
        return "" if found is None else found.reason

    def refuse(self, code: str, record: Record, read: str, expected: str, remedy: str) -> None:
        """Remember what people have to settle first."""
        where = Where(kind=record.noun, record=record.id, day=self.day)
        problem = Problem(code, where, read, expected, remedy)
        if problem not in self.problems:
            self.problems.append(problem)

    def tell(self, record: Record, *, to: Sequence[str] = (), reason: str = "") -> None:
        """Say in the reorganisation what became of a record; one that is withdrawn was never there."""
        gone = Withdrawal(noun=record.noun, id=record.id, starts=getattr(record, "starts", None))
        if gone not in self.records:
            self.successions[record.reference] = Succession(of=record.reference, to=tuple(to), reason=reason)

    def new_id(self, id_: str) -> str:
        """The id of what follows a record."""
        return f"{id_}/{self.reorganisation.id}"

    def heir(self, record: Record, organisation: str) -> str | None:
        """The organisation that a record belongs to from the day on; None where nobody said who takes it over."""
        if organisation not in self.reorganisation.ended:
            return organisation
        given = self.given.get(record.reference)
        named = tuple(each.removeprefix(HEIR) for each in given.to if each.startswith(HEIR)) if given else ()
        choice = named or self.reorganisation.after
        if len(choice) == 1 and self.after.find(Organisation, choice[0]) is not None:
            return choice[0]
        expected, remedy = "one successor", "Say in the reorganisation who takes it over, or why it ends."
        self.refuse("heir-unnamed", record, ", ".join(choice) or "nobody", expected, remedy)
        return None

    def body_after(self, record: Record, id_: str, home: str | None) -> str:
        """The body that stands where a body stood: itself, or that of the unit that took its seat over.

        Of several units it is the one that ``home`` now stands below.
        """
        if body(id_) not in self.gone:
            return id_
        choice = self.reorganisation.after if len(self.reorganisation.after) == 1 else self._above(home)
        found = next((self.main_bodies[each] for each in choice if each in self.main_bodies), None)
        if found is None:
            expected, remedy = "a body of a successor", "Hand in the body that stands there from the day on."
            self.refuse("body-missing", record, id_, expected, remedy)
            return id_
        return found.id

    def _above(self, home: str | None) -> tuple[str, ...]:
        """Those of the successors that an organisation is, or stands below."""
        found: list[str] = []
        here = home
        while here is not None and here not in found:
            found.append(here)
            known = self.after.find(Organisation, here)
            here = None if known is None else known.parent(self.after.line, self.day)
        return tuple(each for each in found if each in self.reorganisation.after)

    def post_after(self, record: Record, id_: str, home: str | None) -> str:
        """The post that stands where a post stood: itself, or that of the same role in the body that follows."""
        if post(id_) not in self.gone:
            return id_
        old = next(each for each in self.snapshot.of(Post) if each.id == id_)
        new = self.body_after(record, old.body, home)
        found = [each.id for each in self.after.of(Post) if (each.body, each.role) == (new, old.role)]
        if body(new) not in self.gone and not found:
            remedy = "Hand in the post that stands there from the day on."
            self.refuse("post-missing", record, f"{old.role} of {new}", "a post of that role", remedy)
        return min(found, default=id_)

    def carry(self, indicator: str) -> Carry:
        """What may be done with the figures of an indicator; nothing, if it is not declared."""
        declared = self.catalogue.indicators_on(self.day).get(indicator)
        return "none" if declared is None else declared.value.carry

    def parts(self, name: str, unit: str, amount: int) -> dict[str, int] | None:
        """A whole figure of a unit over those that follow it, by the key; None if no key says how."""
        step = passage(self.reorganisation, "forward", name=name)
        parts = ((unit, 1),) if step is None else step.parts.get(unit, ((unit, 1),))
        return None if parts is None else divided(amount, parts)

    # --- handing over -------------------------------------------------------------------------------------------

    def hand_over(self) -> None:
        """Hand over what is listed, promised, run and placed; letters, goals and money have pages of their own."""
        for item in self.snapshot.of(Item):
            self._listed(item, "pass_on", "close", self._item)
        for promise in self.snapshot.of(PublicCommitment):
            self._listed(promise, "withdraw", "withdraw", self._promise)
        for piece in self.snapshot.of(Feedback):
            self._listed(piece, "merge", "reject", self._piece)
        for project in self.snapshot.of(Project):
            self._run(project)
        for chain in self.snapshot.of(Chain):
            self._goes_on(chain)
        for unit in self.snapshot.of(ChainUnit):
            self._goes_on(unit)
        for venue in self.snapshot.of(Venue):
            self._goes_on(venue)
        for work in self.snapshot.of(Work):
            self._run(work)
        for carrier in self.snapshot.of(Carrier):
            self._goes_on(carrier)

    def _listed(self, record: L, passing: str, closing: str, made: Callable[[L, str], Record | None]) -> None:
        """An item, a commitment, a piece of feedback: passed on to its successor, or closed for a reason."""
        if not self.hangs(record) or course(self.snapshot, self.catalogue, record).closed:
            return
        reason = self.reason(record)
        if reason:
            self.step(record, closing, reason)
            self.tell(record, reason=reason)
            return
        found = made(record, self.new_id(record.id))
        if found is not None:
            self.records.append(found)
            self.step(record, passing, f"{self.reorganisation.label.zh}：由 {found.id} 承接")
            self.tell(record, to=(found.reference,))

    def step(self, record: Record, name: str, note: str) -> None:
        """Propose the step by which a record ends, if its life cycle allows it; a decision is never invented."""
        decision = max(
            (each for each in self.snapshot.of(Decision) if self._closes(each, record, name)),
            key=lambda each: (each.day, each.id),
            default=None,
        )
        step = Step(
            id=self.new_id(f"{record.id}/{name}"),
            day=self.day,
            of=record.reference,
            name=name,
            post=self.post,
            decision=None if decision is None else decision.id,
            note=note,
        )
        lacks = lacking(course(self.snapshot, self.catalogue, record), step)
        self.problems.extend(lacks)
        self.records.append(step)

    def _closes(self, decision: Decision, record: Record, name: str) -> bool:
        return name == "close" and decision.of == record.reference and decision.matter == "closing"

    def _item(self, item: Item, id_: str) -> Record | None:
        home = self.heir(item, item.organisation)
        due = course(self.snapshot, self.catalogue, item).until(item.due) or item.due
        return None if home is None else evolve(
            item,
            id=id_,
            day=self.day,
            organisation=home,
            owner=self.post_after(item, item.owner, home),
            lead=self.body_after(item, item.lead, home),
            due=max(due, self.day),
            recurs=item.id,
        )  # fmt: skip

    def _promise(self, promise: PublicCommitment, id_: str) -> Record | None:
        home = self.heir(promise, promise.organisation)
        item = None if promise.item is None else self.successions.get(f"{Item.noun}:{promise.item}")
        followed = promise.item if item is None or not item.to else item.to[0].partition(":")[2]
        return None if home is None else evolve(
            promise,
            id=id_,
            day=self.day,
            organisation=home,
            body=self.body_after(promise, promise.body, home),
            item=followed,
            due=max(promise.due, self.day),
        )  # fmt: skip

    def _piece(self, piece: Feedback, id_: str) -> Record | None:
        """The piece goes on under the successor, without its informant, and what was merged into it goes along."""
        home = self.heir(piece, piece.organisation)
        if home is None:
            return None
        self.records.append(evolve(piece, into=id_))
        self.records.extend(
            evolve(each, into=id_) for each in self.snapshot.of(Feedback) if each.into == piece.id
        )
        return evolve(piece, id=id_, day=self.day, organisation=home, informant=None)

    def _run(self, record: Project | Work) -> None:
        """A project or a work goes on as its next version; how it ends is for its own life cycle to say."""
        if not self.hangs(record) or course(self.snapshot, self.catalogue, record).closed:
            return
        home = self.heir(record, record.organisation)
        if self.reason(record):
            expected, remedy = f"a {record.noun} that has ended", "Take the step that ends it first."
            self.refuse("not-yet-ended", record, self.reason(record), expected, remedy)
        elif home is not None:
            owner = self.post_after(record, record.owner, home)
            version = evolve(record, organisation=home, owner=owner, starts=self.day)
            if isinstance(version, Project):
                version = evolve(version, first=self.post_after(record, version.first, home))
            self._next(record, version)

    def _next(self, record: State, version: State) -> None:
        """A record goes on as its own next version."""
        self.records.append(version)
        self.tell(record, to=(record.reference,))

    def _goes_on(self, record: Chain | ChainUnit | Venue | Carrier) -> None:
        """What stands at a place or carries the work goes on at the successor."""
        if not self.hangs(record):
            return
        reason = self.reason(record)
        if reason:
            self.records.append(ended(record, self.day))
            self.tell(record, reason=reason)
            return
        version = self._carrier(record) if isinstance(record, Carrier) else self._placed(record)
        if version is not None:
            self._next(record, version)

    def _placed(self, record: Chain | ChainUnit | Venue) -> State | None:
        home = self.heir(record, record.organisation)
        if home is None:
            return None
        if isinstance(record, ChainUnit):
            unit = self.heir(record, record.unit)
            return None if unit is None else evolve(record, organisation=home, unit=unit, starts=self.day)
        return evolve(record, organisation=home, starts=self.day)

    def _carrier(self, carrier: Carrier) -> State | None:
        """The parts of a unit go to those that follow it, and its lead to the body that follows."""
        parts: dict[str, int] = {}
        for part in carrier.parts:
            split = {part.organisation: part.share}
            if part.organisation in self.reorganisation.ended:
                home = self.given.get(carrier.reference)
                found = None if home else self.parts(carrier.model, part.organisation, part.share)
                heir = None if found else self.heir(carrier, part.organisation)
                split = found or ({} if heir is None else {heir: part.share})
            for unit, share in split.items():
                parts[unit] = parts.get(unit, 0) + share
        lead = self.body_after(carrier, carrier.lead, next(iter(parts), None))
        if sum(parts.values()) != sum(part.share for part in carrier.parts):
            return None
        shares = tuple(Part(organisation=unit, share=share) for unit, share in parts.items())
        return evolve(carrier, parts=shares, lead=lead, starts=self.day)
