"""Venues of organisations: how large they are, and whether they were newly built, rebuilt, expanded or shared."""

from __future__ import annotations

from typing import ClassVar, Literal, get_args

from attrs import field, frozen

from partybuilding.domain.record import State, among, natural, valid_id

Build = Literal["existing", "new", "rebuilt", "expanded", "shared"]


@frozen(kw_only=True)
class Venue(State):
    """The venue of an organisation; ``area`` in hundredths of a square metre.

    A change of area (a rebuilding, an expansion) is a new version of the venue from the day of its acceptance.

    Raises:
        RecordProblem: ``negative`` or ``not-whole`` area, ``unknown-word`` for another build.

    >>> Venue(id="shili-01/venue", organisation="shili-01", name="村部", area=20_000, build="rebuilt").area
    20000
    """

    noun: ClassVar[str] = "venue"
    organisation: str = field(validator=valid_id)
    name: str
    area: int = field(validator=natural)
    build: Build = field(default="existing", validator=among(get_args(Build)))
