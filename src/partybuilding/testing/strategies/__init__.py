"""Hypothesis strategies: valid records of every noun, declarations, trees of organisations, money that balances.

What they draw is what the library accepts; whoever wants nearly valid input takes a drawn record and spoils it. This is
the only place of the library that needs Hypothesis.
"""

from partybuilding.testing.strategies.declared import (
    brackets,
    carrier_models,
    grade_scales,
    indicators,
    ladders,
    project_types,
    rates,
    responsibility_kinds,
    schemes,
    sources,
    standards,
    units,
)
from partybuilding.testing.strategies.evaluation import (
    appraisals,
    commitments,
    decisions,
    feedback,
    items,
    steps,
    walks,
)
from partybuilding.testing.strategies.nouns import BY_NOUN, records
from partybuilding.testing.strategies.organisations import (
    bodies,
    districts,
    organisations,
    posts,
    tenures,
    trees,
    venues,
)
from partybuilding.testing.strategies.reorganisations import reorganisations
from partybuilding.testing.strategies.targets import additions, agreements, goals, letters, lines, sheets
from partybuilding.testing.strategies.values import (
    days,
    ids,
    labels,
    names,
    naturals,
    references,
    said,
    shares,
    spans,
    texts,
    wholes,
)
from partybuilding.testing.strategies.venues import contracts, works
from partybuilding.testing.strategies.works import carriers, chain_units, chains, movements, projects

__all__ = [
    "BY_NOUN",
    "additions",
    "agreements",
    "appraisals",
    "bodies",
    "brackets",
    "carrier_models",
    "carriers",
    "chain_units",
    "chains",
    "commitments",
    "contracts",
    "days",
    "decisions",
    "districts",
    "feedback",
    "goals",
    "grade_scales",
    "ids",
    "indicators",
    "items",
    "labels",
    "ladders",
    "letters",
    "lines",
    "movements",
    "names",
    "naturals",
    "organisations",
    "posts",
    "project_types",
    "projects",
    "rates",
    "records",
    "references",
    "reorganisations",
    "responsibility_kinds",
    "said",
    "schemes",
    "shares",
    "sheets",
    "sources",
    "spans",
    "standards",
    "steps",
    "tenures",
    "texts",
    "trees",
    "units",
    "venues",
    "walks",
    "wholes",
    "works",
]
