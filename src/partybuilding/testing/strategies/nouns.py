"""The strategy of every noun, so that a test can go through all kinds of records that a ledger keeps."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hypothesis import strategies as st

from partybuilding.domain.record import Record
from partybuilding.testing.strategies.evaluation import (
    appraisals,
    commitments,
    decisions,
    feedback,
    items,
    steps,
)
from partybuilding.testing.strategies.organisations import (
    bodies,
    districts,
    organisations,
    posts,
    tenures,
    venues,
)
from partybuilding.testing.strategies.reorganisations import reorganisations
from partybuilding.testing.strategies.targets import additions, agreements, goals, letters, sheets
from partybuilding.testing.strategies.venues import works
from partybuilding.testing.strategies.works import carriers, chain_units, chains, movements, projects

BY_NOUN: Mapping[str, st.SearchStrategy[Record]] = MappingProxyType(
    {
        "district": districts(),
        "organisation": organisations(),
        "body": bodies(),
        "post": posts(),
        "tenure": tenures(),
        "reorganisation": reorganisations(),
        "goal": goals(),
        "agreement": agreements(),
        "addition": additions(),
        "letter": letters(),
        "step": steps(),
        "sheet": sheets(),
        "project": projects(),
        "chain": chains(),
        "chain_unit": chain_units(),
        "carrier": carriers(),
        "movement": movements(),
        "venue": venues(),
        "work": works(),
        "item": items(),
        "commitment": commitments(),
        "feedback": feedback(),
        "appraisal": appraisals(),
        "decision": decisions(),
    }
)
"""A strategy of valid records for every noun."""


def records() -> st.SearchStrategy[Record]:
    """Records of any noun."""
    return st.one_of(*BY_NOUN.values())
