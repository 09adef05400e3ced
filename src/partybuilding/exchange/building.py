"""Lines to records: figures in their unit, parts put together, legs laid out; whatever contradicts itself is complained about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, cast

from attrs import field, frozen

from partybuilding.convert import from_plain
from partybuilding.domain.funding import MovementKind, Pocket
from partybuilding.domain.organisations import TERRITORY
from partybuilding.domain.record import Record
from partybuilding.domain.standards import Unit
from partybuilding.errors import InputProblem, PartybuildingError, Problem
from partybuilding.exchange.forms import ALIASES, CARRIER_PARTS, LINKS, PLACEMENTS
from partybuilding.money import scaled

if TYPE_CHECKING:
    from partybuilding.exchange.complaints import Complaints
    from partybuilding.exchange.lines import Line, Lines

Plain = dict[str, object]
Parts = Mapping[tuple[str, str], tuple["Line", ...]]
"""The lines of the files of parts, by file and id of the owner."""

LEGS: Mapping[MovementKind, tuple[tuple[str, Pocket], tuple[str, Pocket]]] = {
    "budget": (("organisation", "source"), ("organisation", "free")),
    "allocate": (("organisation", "free"), ("to", "free")),
    "commit": (("organisation", "free"), ("organisation", "reserved")),
    "pay": (("organisation", "reserved"), ("organisation", "spent")),
    "release": (("organisation", "reserved"), ("organisation", "free")),
    "return": (("organisation", "free"), ("to", "free")),
    "carry": (("organisation", "free"), ("organisation", "carried")),
    "bring": (("organisation", "brought"), ("organisation", "free")),
}
"""From which account to which a movement goes, by its kind; a reversal goes the opposite way of what it undoes."""


@frozen(kw_only=True)
class Builder:
    """What the lines of a folder are made into records with; ``doubtful`` are nouns of which parts could not be read."""

    parts: Parts = field(repr=False)
    doubtful: frozenset[str]
    movements: Mapping[str, Line] = field(repr=False)
    complaints: Complaints = field(repr=False)

    def record(self, line: Line, noun: str) -> Record | None:
        """The record of a line; None if anything about it, or about what it needs, was complained about."""
        if line.broken or line.id is None or noun in self.doubtful:
            return None
        special: Mapping[str, Callable[[Line, Plain], None]] = {
            "organisation": self._organisation,
            "chain": self._chain,
            "carrier": self._carrier,
            "movement": self._movement,
            "work": _work,
        }
        try:
            plain = _plain(line)
            if noun in special:
                special[noun](line, plain)
            return from_plain(noun, plain, line.where())
        except PartybuildingError as error:
            self.complaints.take(error, line.where(), line.fields)
            return None

    def _of(self, line: Line, file: str) -> tuple[Line, ...]:
        return self.parts.get((file, str(line.id)), ())

    def _organisation(self, line: Line, plain: Plain) -> None:
        parent = plain.pop("parent", None)
        own = [{"parent": parent, "line": TERRITORY}] if parent else []
        plain["placements"] = own + [_part(each) for each in self._of(line, PLACEMENTS.file)]
        plain["aliases"] = [_part(each) for each in self._of(line, ALIASES.file)]

    def _chain(self, line: Line, plain: Plain) -> None:
        plain["links"] = [
            {
                "name": each.text("link"),
                "label": {"zh": each.text("name"), "en": each.text("name_en") or each.text("name")},
            }
            for each in self._of(line, LINKS.file)
        ]
        if not plain["links"]:
            expected, remedy = f"one row or more in {LINKS.file}", "Name the links of the chain."
            raise InputProblem(
                Problem("chain-without-links", line.where("id"), str(line.id), expected, remedy)
            )

    def _carrier(self, line: Line, plain: Plain) -> None:
        plain["parts"] = [_part(each) for each in self._of(line, CARRIER_PARTS.file)]

    def _movement(self, line: Line, plain: Plain) -> None:
        kind, original, sign = str(plain["kind"]), line, 1
        if (kind == "reverse") != ("reverses" in plain):
            read, expected = str(plain.get("reverses", "nothing")), "the movement, of a reversal only"
            raise InputProblem(
                Problem(
                    "reversal-unclear", line.where("reverses"), read, expected, "Correct kind or reverses."
                )
            )
        if kind == "reverse":
            original, sign = self._undone(line), -1
            kind = str(original.values["kind"])
        plain["legs"] = _legs(original, kind, sign)
        for name in ("organisation", "to", "purpose", "amount"):
            plain.pop(name, None)

    def _undone(self, line: Line) -> Line:
        """The movement that a reversal undoes: the same accounts and the same amount, and no reversal itself."""
        original = self.movements.get(str(line.values["reverses"]))
        if original is None or original.broken:
            raise InputProblem  # whoever read the original, or looked for it, has complained already
        if original.values["kind"] == "reverse":
            place, read = line.where("reverses"), str(original.id)
            remedy = "Write the movement once more instead."
            raise InputProblem(
                Problem("reversal-unclear", place, read, "a movement that is no reversal", remedy)
            )
        names = ("organisation", "to", "purpose", "amount", "year")
        differing = [each for each in names if line.values.get(each) != original.values.get(each)]
        if differing:
            remedy = "Repeat the movement that is undone; write a new one for another amount."
            place, expected = line.where(differing[0]), f"as in row {original.row}"
            raise InputProblem(Problem("reversal-differs", place, ", ".join(differing), expected, remedy))
        return original


CONTRACT = ("advance", "progress", "completion", "final")
"""The parts of a contract, as columns of the row of its work."""


def _work(line: Line, plain: Plain) -> None:
    """The contract of a row, put together from its columns; a row has all that it needs, or no contract."""
    parts = {name: plain.pop(name) for name in CONTRACT if name in plain}
    signed, evidence = plain.pop("signed", None), cast("tuple[Plain, ...]", plain.pop("contract", ()))
    if (signed is None and (parts or evidence)) or (signed is not None and len(evidence) != 1):
        read = f"signed {signed or 'on no day'}, with {len(evidence)} pieces of evidence"
        remedy = "Give the day and the one reference of the contract, or empty its cells."
        raise InputProblem(
            Problem("contract-unclear", line.where("signed"), read, "a day and one reference", remedy)
        )
    if signed is not None:
        plain["contract"] = {"day": signed, "evidence": evidence[0], **parts}


def _plain(line: Line) -> Plain:
    """The values of a line by the fields of its record, figures in the smallest unit."""
    fields = {each.name: each.target for each in line.form.columns}
    plain: Plain = {fields[name]: value for name, value in line.values.items()}
    plain["id"] = line.id
    unit = plain.pop(line.form.unit, None) if line.form.scaled else None
    if isinstance(unit, Unit):
        for name in line.form.scaled:
            text = line.text(name)
            if text is not None:
                plain[name] = scaled(text, unit.scale, where=line.where(name))
        if line.form.unit != "unit":
            plain[line.form.unit] = unit.name
    return plain


def _part(line: Line) -> Plain:
    """A line as a part of its owner's record."""
    return {name: value for name, value in line.values.items() if name != line.form.owner}


def _legs(line: Line, kind: str, sign: int) -> list[Plain]:
    """Both sides of a movement; only an allocation and a return have somebody else on the other side."""
    (giver, source), (taker, target) = next(legs for name, legs in LEGS.items() if name == kind)
    if (taker == "to") != ("to" in line.values):
        read, expected = line.text("to") or "nothing", "an organisation for an allocation or a return only"
        raise InputProblem(
            Problem("to-unclear", line.where("to"), read, expected, "Fill in or empty the cell.")
        )
    amount = cast("int", line.values["amount"])
    return [
        {"organisation": line.text(name), "purpose": line.text("purpose"), "pocket": pocket, "amount": signed}
        for name, pocket, signed in ((giver, source, -sign * amount), (taker, target, sign * amount))
    ]


def parts_of(files: Iterable[Lines]) -> tuple[Parts, frozenset[str]]:
    """The lines that are parts of other records, by file and owner; and the nouns of which parts could not be read.

    A chain without its links and a carrier without its parts would be complained about for nothing; an organisation
    without a code would not.
    """
    found: dict[tuple[str, str], list[Line]] = {}
    doubtful: set[str] = set()
    for file in files:
        owner = file.form.owner
        if owner is None:
            continue
        if not file.complete or any(line.broken for line in file.lines):
            doubtful |= {owner} - {"organisation"}
        for line in file.lines:
            if not line.broken:
                found.setdefault((file.form.file, str(line.values[owner])), []).append(line)
    return {key: tuple(given) for key, given in found.items()}, frozenset(doubtful)
