"""The units of measure that a folder may name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from partybuilding.domain import standards
from partybuilding.domain.standards import Unit

UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        unit.name: unit
        for unit in (
            *(standards.member, standards.person_time, standards.household, standards.organisation),
            *(standards.meeting, standards.item, standards.hour, standards.point),
            *(standards.fen, standards.square_metre),
            *(standards.day_unit, standards.month, standards.year_unit),
        )
    }
)
"""The units by name; figures are written in the shown unit: yuan for ``fen``, whole square metres for ``square_metre``."""
