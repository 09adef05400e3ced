"""Rules as code for the responsibility system of primary-level Party-building work.

The public names, and nothing else; each is loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partybuilding.cycle.drafts import Answer, Settlement, counter, propose, settle
    from partybuilding.cycle.letters import Signature, issue, meeting, sign
    from partybuilding.cycle.reorganisation import from_day, reorganise
    from partybuilding.cycle.restating import as_reported, restated
    from partybuilding.cycle.revisions import refigure, revise
    from partybuilding.cycle.targets import decompose, rehearse
    from partybuilding.domain.sheets import sheet
    from partybuilding.engine.result import Result
    from partybuilding.engine.run import evaluate
    from partybuilding.errors import PartybuildingError, Problem
    from partybuilding.exchange.folder import read_folder
    from partybuilding.extension.host import PluginHost
    from partybuilding.extension.persons import Person
    from partybuilding.ledger.grants import Grant, Grants
    from partybuilding.ledger.ledger import Ledger
    from partybuilding.ledger.permissions import Actor, AllowAll
    from partybuilding.ledger.versions import Withdrawal

PLACES = {
    "Actor": "partybuilding.ledger.permissions",
    "AllowAll": "partybuilding.ledger.permissions",
    "Answer": "partybuilding.cycle.drafts",
    "Grant": "partybuilding.ledger.grants",
    "Grants": "partybuilding.ledger.grants",
    "Ledger": "partybuilding.ledger.ledger",
    "PartybuildingError": "partybuilding.errors",
    "Person": "partybuilding.extension.persons",
    "PluginHost": "partybuilding.extension.host",
    "Problem": "partybuilding.errors",
    "Result": "partybuilding.engine.result",
    "Settlement": "partybuilding.cycle.drafts",
    "Signature": "partybuilding.cycle.letters",
    "Withdrawal": "partybuilding.ledger.versions",
    "as_reported": "partybuilding.cycle.restating",
    "counter": "partybuilding.cycle.drafts",
    "decompose": "partybuilding.cycle.targets",
    "evaluate": "partybuilding.engine.run",
    "from_day": "partybuilding.cycle.reorganisation",
    "issue": "partybuilding.cycle.letters",
    "meeting": "partybuilding.cycle.letters",
    "propose": "partybuilding.cycle.drafts",
    "read_folder": "partybuilding.exchange.folder",
    "refigure": "partybuilding.cycle.revisions",
    "rehearse": "partybuilding.cycle.targets",
    "reorganise": "partybuilding.cycle.reorganisation",
    "restated": "partybuilding.cycle.restating",
    "revise": "partybuilding.cycle.revisions",
    "settle": "partybuilding.cycle.drafts",
    "sheet": "partybuilding.domain.sheets",
    "sign": "partybuilding.cycle.letters",
}

__version__ = "0.1.0"
__all__ = [
    "Actor",
    "AllowAll",
    "Answer",
    "Grant",
    "Grants",
    "Ledger",
    "PartybuildingError",
    "Person",
    "PluginHost",
    "Problem",
    "Result",
    "Settlement",
    "Signature",
    "Withdrawal",
    "as_reported",
    "counter",
    "decompose",
    "evaluate",
    "from_day",
    "issue",
    "meeting",
    "propose",
    "read_folder",
    "refigure",
    "rehearse",
    "reorganise",
    "restated",
    "revise",
    "settle",
    "sheet",
    "sign",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use (PEP 562)."""
    if name not in PLACES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(import_module(PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
