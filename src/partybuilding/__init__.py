"""Rules as code for the responsibility system of primary-level Party-building work.

The public names, and nothing else; each is loaded on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from partybuilding.cycle.reorganisation import from_day, reorganise
    from partybuilding.cycle.restating import as_reported, restated
    from partybuilding.cycle.targets import Signature, decompose, meeting, rehearse, sign
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
    "Grant": "partybuilding.ledger.grants",
    "Grants": "partybuilding.ledger.grants",
    "Ledger": "partybuilding.ledger.ledger",
    "PartybuildingError": "partybuilding.errors",
    "Person": "partybuilding.extension.persons",
    "PluginHost": "partybuilding.extension.host",
    "Problem": "partybuilding.errors",
    "Result": "partybuilding.engine.result",
    "Signature": "partybuilding.cycle.targets",
    "Withdrawal": "partybuilding.ledger.versions",
    "as_reported": "partybuilding.cycle.restating",
    "decompose": "partybuilding.cycle.targets",
    "evaluate": "partybuilding.engine.run",
    "from_day": "partybuilding.cycle.reorganisation",
    "meeting": "partybuilding.cycle.targets",
    "read_folder": "partybuilding.exchange.folder",
    "rehearse": "partybuilding.cycle.targets",
    "reorganise": "partybuilding.cycle.reorganisation",
    "restated": "partybuilding.cycle.restating",
    "sheet": "partybuilding.domain.sheets",
    "sign": "partybuilding.cycle.targets",
}

__version__ = "0.1.0"
__all__ = [
    "Actor",
    "AllowAll",
    "Grant",
    "Grants",
    "Ledger",
    "PartybuildingError",
    "Person",
    "PluginHost",
    "Problem",
    "Result",
    "Signature",
    "Withdrawal",
    "as_reported",
    "decompose",
    "evaluate",
    "from_day",
    "meeting",
    "read_folder",
    "rehearse",
    "reorganise",
    "restated",
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
