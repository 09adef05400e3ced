"""What every report is made from: a year that was played, its rules and its records, asked for by name."""

from __future__ import annotations

from functools import cached_property

from attrs import field, frozen

from partybuilding.cycle.steps import course
from partybuilding.cycle.year import Year
from partybuilding.domain.lifecycles import Course
from partybuilding.domain.organisations import District, Organisation, PartyBody
from partybuilding.domain.posts import Post
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Source
from partybuilding.engine.result import Result
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Finding
from partybuilding.extension.store import Head
from partybuilding.extension.tables import Amount, Cell
from partybuilding.labels import UNVERIFIED, Label
from partybuilding.money import Rate


@frozen(kw_only=True, eq=False)
class Book:
    """A played year with the rules it was played by, the head it ends at and what the plugins' checks found."""

    year: Year
    catalogue: Catalogue = field(repr=False)
    head: Head
    findings: tuple[Finding, ...] = ()

    @property
    def result(self) -> Result:
        """The result of the year."""
        return self.year.result

    @property
    def snapshot(self) -> Snapshot:
        """The last snapshot of the year."""
        return self.year.snapshot

    @cached_property
    def organisations(self) -> dict[str, Organisation]:
        """The organisations by id."""
        return self.snapshot.organisations()

    @cached_property
    def bodies(self) -> dict[str, PartyBody]:
        """The bodies by id."""
        return {each.id: each for each in self.snapshot.of(PartyBody)}

    @cached_property
    def posts(self) -> dict[str, Post]:
        """The posts by id."""
        return {each.id: each for each in self.snapshot.of(Post)}

    @property
    def district(self) -> District | None:
        """What the plan covers."""
        return next(iter(self.snapshot.of(District)), None)

    @property
    def made_up(self) -> bool:
        """Whether the figures are demonstration data, which every output then says."""
        return self.district is not None and self.district.made_up

    def name(self, organisation: str) -> Label:
        """The name of an organisation; its id where it is not in force."""
        found = self.organisations.get(organisation)
        return Label(organisation, organisation) if found is None else found.label

    def body(self, id_: str) -> Label:
        """The name of a body."""
        found = self.bodies.get(id_)
        return Label(id_, id_) if found is None else found.label

    def post(self, id_: str) -> Label:
        """A post with its body: never a person."""
        found = self.posts.get(id_)
        if found is None:
            return Label(id_, id_)
        body = self.body(found.body)
        return Label(f"{body.zh}{found.label.zh}", f"{found.label.en}, {body.en}")

    def children(self, organisation: str) -> tuple[str, ...]:
        """The organisations right below one, in the order of the tree."""
        tree = self.result.tree
        at = tree.index[organisation]
        return tree.ids[int(tree.first[at]) : int(tree.first[at + 1])]

    def cell(self, organisation: str, column: str) -> Cell:
        """A figure of the result as a cell."""
        raw = self.result.raw(organisation, column)
        if raw is None:
            return None
        held = self.result.columns[column]
        if held.denominator is not None:
            return Rate(raw, int(held.denominator[self.result.tree.index[organisation]]))
        return Amount(raw, self.result.node(column).unit)

    def share(self, organisation: str, standard: str) -> Cell:
        """The rate of a standard that the run used for an organisation."""
        layer = self.result.standard(organisation, standard)
        value = None if layer is None else layer.value.value
        return value if isinstance(value, Rate) else None

    def course(self, record: Record) -> Course:
        """How far a record has come by the end of the year."""
        return course(self.snapshot, self.catalogue, record)


def source_label(source: Source | None) -> Label:
    """A source as it is printed: with "unverified" or "made up" where it is so."""
    if source is None:
        return Label("—", "—")
    if source.confidence == "made_up":
        return Label(f"{source}（示例值）", f"{source} (example value)")
    if not source.verified:
        return Label(f"{source}（{UNVERIFIED.zh}）", f"{source} ({UNVERIFIED.en})")
    return Label(str(source), str(source))
