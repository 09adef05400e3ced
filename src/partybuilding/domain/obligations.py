"""Obligations: which records hang on an organisation, a body or a post, and until when they are open.

When a unit ends, everything that hangs on it needs a successor or a reason; this page is the list of what that is, for
whoever proposes the change and for whoever checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from partybuilding.domain.carriers import Carrier, Chain, ChainUnit
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.letters import Letter
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record
from partybuilding.domain.venues import Venue, Work

Holder = tuple[str, str]
"""Whom something hangs on, as (noun, id): ids of different nouns may be alike."""


def at(organisation: str) -> Holder:
    """An organisation as a holder.

    >>> at("v1")
    ('organisation', 'v1')
    """
    return ("organisation", organisation)


def body(id_: str) -> Holder:
    """A body as a holder."""
    return (PartyBody.noun, id_)


def post(id_: str) -> Holder:
    """A post as a holder."""
    return (Post.noun, id_)


OBLIGATIONS: Mapping[type[Record], Callable[[Any], tuple[Holder, ...]]] = MappingProxyType(
    {
        Letter: lambda it: (at(it.organisation), body(it.issuer), body(it.receiver)),
        Goal: lambda it: (at(it.organisation),),
        Agreement: lambda it: (at(it.organisation),),
        Addition: lambda it: (at(it.organisation),),
        Item: lambda it: (at(it.organisation), post(it.owner), body(it.lead)),
        PublicCommitment: lambda it: (at(it.organisation), body(it.body)),
        Feedback: lambda it: (at(it.organisation),),
        Project: lambda it: (at(it.organisation), post(it.owner), post(it.first)),
        Chain: lambda it: (at(it.organisation),),
        ChainUnit: lambda it: (at(it.organisation), at(it.unit)),
        Carrier: lambda it: (body(it.lead), *(at(part.organisation) for part in it.parts)),
        Venue: lambda it: (at(it.organisation),),
        Work: lambda it: (at(it.organisation), post(it.owner)),
    }
)
"""What is owed, owned or carried, and whom it hangs on. Each of it needs a successor or a reason when its unit ends."""
FRAME: Mapping[type[Record], Callable[[Any], tuple[Holder, ...]]] = MappingProxyType(
    {
        PartyBody: lambda it: (
            at(it.seat),
            *(at(each) for each in it.covers),
            *(() if it.superior is None else (body(it.superior),)),
        ),
        Post: lambda it: (body(it.body),),
        Tenure: lambda it: (post(it.post),),
    }
)
"""Bodies, posts and tenures: they end with their unit, or stand at another one."""
BY_YEAR = (Letter, Goal, Agreement, Addition)
"""What is owed for a year, and is over with it, whether or not it has an end of its own."""


def holders(record: Record) -> tuple[Holder, ...]:
    """Whom a record hangs on.

    >>> holders(Venue(id="hall", organisation="v1", name="活动室", area=0))
    (('organisation', 'v1'),)
    """
    found = OBLIGATIONS.get(type(record)) or FRAME.get(type(record))
    return () if found is None else found(record)


def over(record: Record, day: date) -> bool:
    """Whether what a record asks lies wholly before a day, because its year is over."""
    return isinstance(record, BY_YEAR) and record.year < day.year
