"""What a request asks of the policy, and how it is refused.

A commit is asked on every organisation that its records concern, as they stand and as they would be: so nobody takes a
record away from another organisation, or pushes one onto it. A refusal names only what the caller has named, so that what
is hidden and what is absent are refused alike; the rule that refused goes to the log of the calling program.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from itertools import chain

from attrs import field, frozen

from partybuilding.convert import NOUNS
from partybuilding.domain.funding import Movement
from partybuilding.domain.organisations import Organisation, Placement
from partybuilding.domain.record import Record
from partybuilding.domain.sheets import Sheet
from partybuilding.errors import NotPermitted, Problem, Where
from partybuilding.ledger.concerns import Homes, Lineages, acting, concerned, homes
from partybuilding.ledger.histories import Histories
from partybuilding.ledger.permissions import Action, Actor, AllowAll, Lineage, Policy, action_of, action_on
from partybuilding.ledger.versions import Withdrawal

LOG = logging.getLogger("partybuilding.permissions")
"""Where refusals tell which rule refused: for the calling program, never for the one who asked."""

Asked = tuple[Action, Lineage, str]
"""An action, on which organisation, and the words of the caller for it."""


def ask(policy: Policy, actor: Actor, asked: Iterable[Asked], *, day: date) -> str:
    """Ask the policy for everything, and give the rules that allowed it.

    Raises:
        NotPermitted: with every refusal.
    """
    if isinstance(policy, AllowAll):
        return policy.decide(actor, "read", on=(), at=day).rule
    rules: set[str] = set()
    refused: dict[tuple[Action, str], None] = {}
    for action, on, words in dict.fromkeys(asked):
        answer = policy.decide(actor, action, on=on, at=day)
        if answer.allow:
            rules.add(answer.rule)
        else:
            LOG.info("%s may not %s %s on %s: %s", actor.id, action, words, day, answer.rule)
            refused[action, words] = None
    if refused:
        raise NotPermitted(*(refusal(actor, action, words) for action, words in refused))
    return "; ".join(sorted(rules)) or "nothing-asked"


def refusal(actor: Actor, action: Action, words: str) -> Problem:
    """A refusal does not tell whether what was asked for exists, nor whose it is."""
    return Problem(
        "not-permitted", Where(), f"{actor.id}: {action}", f"a permission on {words}", "Ask for it."
    )


@frozen(kw_only=True)
class Commit:
    """What the records of a commit ask for, against what the ledger holds."""

    given: tuple[Record | Withdrawal, ...]
    histories: Histories = field(repr=False)
    lineages: Lineages = field(repr=False)

    def asked(self) -> Iterator[Asked]:
        """Each action, on each organisation that a record concerns."""
        for each in self.given:
            stored = self._stored(each.noun, each.id)
            words = f"{each.noun}:{each.id}"
            for action in sorted(_actions(each, stored)):
                for organisation in sorted(self._on(each, stored), key=str):
                    yield action, self.lineages.of(organisation), words

    def _stored(self, noun: str, id_: str) -> tuple[Record, ...]:
        """The versions of a record in force, whatever their days."""
        if noun not in NOUNS:
            return ()
        return tuple(span.value for span in self.histories.spans(NOUNS[noun], id_))

    def _known(self, noun: str, id_: str) -> tuple[Record, ...]:
        """The versions of a record, those of this commit too: a post brought along counts, and so does the one it replaces."""
        return (*self._stored(noun, id_), *self._brought.get((noun, id_), ()))

    @cached_property
    def _brought(self) -> dict[tuple[str, str], tuple[Record, ...]]:
        """The records of this commit by noun and id."""
        found: dict[tuple[str, str], tuple[Record, ...]] = {}
        for each in self.given:
            if isinstance(each, Record):
                key = (each.noun, each.id)
                found[key] = (*found.get(key, ()), each)
        return found

    def _on(self, given: Record | Withdrawal, stored: tuple[Record, ...]) -> Homes:
        """The organisations to ask on: those of the record as it stands and as it would be."""
        if isinstance(given, Withdrawal):
            return frozenset(chain.from_iterable(map(self._of, stored))) or frozenset({None})
        if isinstance(given, Sheet):
            return _changed_rows(given, stored)
        found = self._of(given).union(*map(self._of, stored))
        if isinstance(given, Organisation):
            found |= _parents(given) - frozenset().union(*map(_parents, stored))
        return found

    def _of(self, record: Record) -> Homes:
        """In whose name a record acts, and those it concerns that do not stand below one of them.

        An office acts on what lies below it by its own right; elsewhere the actor needs the permission there, too.
        """
        by, on = homes(acting(record), self._known), homes(concerned(record), self._known)
        free = {each for each in on if any(office in self.lineages.of(each) for office in by)}
        if isinstance(record, Movement):  # money goes back up as it came down
            free |= {each for each in on if any(each in self.lineages.of(office) for office in by)}
        return frozenset(by | (on - free)) or frozenset({None})


def _actions(given: Record | Withdrawal, stored: tuple[Record, ...]) -> set[Action]:
    """What a record asks for, and what the version that it replaces or takes away asked for."""
    found = {action_of(each) for each in stored}
    if isinstance(given, Record):
        found.add(action_of(given))
    return found or {action_on(given.noun)}


def _parents(organisation: Record) -> Homes:
    """The organisations under which one stands at any time, on any line."""
    placements: Iterable[Placement] = getattr(organisation, "placements", ())
    return frozenset(each.parent for each in placements)


def _changed_rows(given: Sheet, stored: tuple[Record, ...]) -> Homes:
    """The organisations whose figures a sheet changes; all of them if it changes none, or what the figures mean."""
    rows = set(zip(given.organisations, given.figures, strict=True))
    changed: set[str | None] = set()
    for each in (other for other in stored if isinstance(other, Sheet)):
        before = set(zip(each.organisations, each.figures, strict=True))
        changed |= {id_ for id_, _ in (rows ^ before if _means(each) == _means(given) else rows | before)}
    return frozenset(changed or given.organisations) or frozenset({None})


def _means(sheet: Sheet) -> tuple[object, ...]:
    """What the figures of a sheet mean."""
    return sheet.name, sheet.unit, sheet.starts, sheet.ends
