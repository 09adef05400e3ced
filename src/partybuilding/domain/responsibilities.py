"""The four responsibilities of a letter: collective, primary, specific and direct, each fixed on a body or a post."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from partybuilding.domain.record import among
from partybuilding.domain.standards import Declaration
from partybuilding.labels import Label

RESPONSIBILITIES: Mapping[str, Label] = MappingProxyType(
    {
        "collective": Label("领导班子集体责任", "collective responsibility"),
        "primary": Label("第一责任", "primary responsibility"),
        "specific": Label("具体责任", "specific responsibility"),
        "direct": Label("直接责任", "direct responsibility"),
    }
)


@frozen(kw_only=True)
class Responsibilities:
    """Who answers: ``collective`` is a body, the other three are posts; an empty text is a lack."""

    collective: str = ""
    primary: str = ""
    specific: str = ""
    direct: str = ""

    def lacks(self) -> tuple[str, ...]:
        """The responsibilities that nobody bears.

        >>> Responsibilities(collective="shili-committee", primary="shili-secretary").lacks()
        ('specific', 'direct')
        """
        return tuple(name for name in RESPONSIBILITIES if not getattr(self, name).strip())


@frozen(kw_only=True)
class ResponsibilityKind(Declaration):
    """A declared layer of responsibility: which role of the receiving body bears it (None: the body itself).

    Raises:
        RecordProblem: ``unknown-word`` for a layer that no letter has.

    >>> ResponsibilityKind(name="primary", source="主体责任规定", layer="primary", role="secretary").role
    'secretary'
    """

    layer: str = field(validator=among(RESPONSIBILITIES))
    role: str | None = None
