"""What the simulated district is at the beginning: a city, a district, streets and villages, each with a body and posts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from partybuilding.domain.organisations import Alias, District, Organisation, PartyBody, Placement
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.record import Record

CITY, ROOT = "city", "district"
ROLES = ("secretary", "deputy", "officer")
VILLAGES_A_STREET = 7
OPENED = date(2025, 12, 1)
"""When the first holders took their posts."""


def body_of(organisation: str) -> str:
    """The id of the body that sits at an organisation."""
    return f"{organisation}-body"


def post_of(organisation: str, role: str = "secretary") -> str:
    """The id of a post of the body that sits at an organisation."""
    return f"{body_of(organisation)}-{role}"


def holder(rng: Random) -> str:
    """A random id, which stands for a person."""
    return f"h{rng.getrandbits(48):012x}"


def opening(rng: Random, units: int) -> Iterator[Record]:
    """The records of a district of about so many organisations."""
    yield District(id="simulated", root=ROOT, made_up=True, plugins=("sim",))
    yield from unit(rng, CITY, "city", None, since=OPENED)
    yield from unit(rng, ROOT, "district", CITY, since=OPENED)
    for number in range(max(2, units // (VILLAGES_A_STREET + 1))):
        street = f"s{number}"
        yield from unit(rng, street, "street", ROOT, since=OPENED, code=f"{number:03}")
        for place in range(VILLAGES_A_STREET):
            village, code = f"s{number}v{place}", f"{number:03}{place:03}"
            yield from unit(rng, village, "village", street, since=OPENED, code=code)


def unit(
    rng: Random, id_: str, kind: str, parent: str | None, *, since: date, code: str = ""
) -> Iterator[Record]:
    """An organisation with its body, its three posts, and who holds them from a day on."""
    starts = None if since == OPENED else since
    yield Organisation(
        id=id_,
        name=f"示例{id_}",
        kind=kind,
        example=True,
        starts=starts,
        placements=() if parent is None else (Placement(parent=parent),),
        aliases=(Alias(scheme="stats", code=code),) if code else (),
    )
    yield PartyBody(
        id=body_of(id_),
        name=f"示例{id_}党组织",
        kind={"city": "local_committee", "district": "district_committee", "street": "working_committee"}.get(
            kind, "branch"
        ),
        seat=id_,
        superior=None if parent is None else body_of(parent),
        starts=starts,
    )
    for role in ROLES:
        yield Post(id=post_of(id_, role), body=body_of(id_), role=role, starts=starts)
        yield Tenure(id=f"{post_of(id_, role)}/1", post=post_of(id_, role), holder=holder(rng), starts=since)
