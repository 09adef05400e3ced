"""The files of a district folder, column by column: the table that reads them, and that the manual is held against."""

from partybuilding.exchange.columns import Form
from partybuilding.exchange.forms.figures import (
    ADDITIONS,
    AGREEMENTS,
    GOALS,
    MOVEMENTS,
    READINGS,
    VENUES,
    WORKS,
)
from partybuilding.exchange.forms.lists import APPRAISALS, COMMITMENTS, DECISIONS, FEEDBACK, ITEMS, STEPS
from partybuilding.exchange.forms.structure import ALIASES, BODIES, ORGANISATIONS, PLACEMENTS, POSTS, TENURES
from partybuilding.exchange.forms.work import CARRIER_PARTS, CARRIERS, CHAIN_UNITS, CHAINS, LINKS, PROJECTS

FORMS: tuple[Form, ...] = (
    *(ORGANISATIONS, PLACEMENTS, ALIASES, BODIES, POSTS, TENURES),
    *(GOALS, AGREEMENTS, ADDITIONS, READINGS, MOVEMENTS, VENUES, WORKS),
    *(PROJECTS, CHAINS, LINKS, CHAIN_UNITS, CARRIERS, CARRIER_PARTS),
    *(ITEMS, COMMITMENTS, FEEDBACK, STEPS, DECISIONS, APPRAISALS),
)
"""Every file of a district folder; only the first one must be there."""

__all__ = [
    "ADDITIONS",
    "AGREEMENTS",
    "ALIASES",
    "APPRAISALS",
    "BODIES",
    "CARRIERS",
    "CARRIER_PARTS",
    "CHAINS",
    "CHAIN_UNITS",
    "COMMITMENTS",
    "DECISIONS",
    "FEEDBACK",
    "FORMS",
    "GOALS",
    "ITEMS",
    "LINKS",
    "MOVEMENTS",
    "ORGANISATIONS",
    "PLACEMENTS",
    "POSTS",
    "PROJECTS",
    "READINGS",
    "STEPS",
    "TENURES",
    "VENUES",
    "WORKS",
]
