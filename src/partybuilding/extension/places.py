"""Layered local law: which of the figures that centre, province, city and district gave stands for an organisation.

The whole rule is here and is pure, so that the engine can follow it over a tree: :func:`at_place` is applied once at
every place on the way down (everywhere, root, …, the organisation itself), with the layers that stand there.

1. A *layer* is one declared standard in force on the day. It stands at a place if its place is the organisation's id or
   one of its official codes, and it counts for an organisation if it names no kinds or that organisation's kind.
2. At one place the layer that names the kind replaces the general one; no policy comes between them, because the same
   authority gave both. What a place says is judged against what came down from *above* it.
3. From place to place the policy decides: ``override`` lets the lower figure stand, ``tighten`` only one that is stricter
   than the figure in force, ``fixed`` none. While there is no figure in force, any may be given.
4. A policy is never loosened further down: ``fixed`` over ``tighten`` over ``override``. A layer that lost says nothing,
   its policy neither. A layer without a value changes the policy only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Literal

from attrs import evolve, frozen

from partybuilding.domain.brackets import Brackets
from partybuilding.domain.organisations import Organisation
from partybuilding.domain.snapshot import Snapshot
from partybuilding.domain.standards import Place, Policy, Standard, Stricter
from partybuilding.errors import PlanProblem, Problem
from partybuilding.extension.declared import Declared, where_of
from partybuilding.money import Rate

Value = int | Rate | Brackets
Layer = Declared[Standard]
Loss = Literal["nearer", "kinds", "fixed", "not-stricter"]
"""Why a layer lost: a nearer place gave a figure, one for the kind stands at the same place, or the policy above."""
POLICIES: tuple[Policy, ...] = ("override", "tighten", "fixed")
"""The policies, loosest first."""


@frozen(kw_only=True)
class Standing:
    """What stands at a place and below it: the layer in force, the policy for lower places, and the layers that lost."""

    given: Layer | None = None
    policy: Policy = "override"
    stricter: Stricter | None = None
    lost: tuple[tuple[Layer, Loss], ...] = ()


NOTHING = Standing()
"""Above everything: no figure is in force, and any may be given."""


def at_place(above: Standing, layers: Sequence[Layer]) -> Standing:
    """What stands at a place, given what came from above and the place's layers: the general one, then the kind's."""
    here = above
    for layer in layers:
        loss = refusal(above, layer.value)
        here = _laid(above, here, layer) if loss is None else evolve(here, lost=(*here.lost, (layer, loss)))
    return here


def refusal(above: Standing, standard: Standard) -> Loss | None:
    """Why the policy above does not let a lower figure stand; None if it does."""
    if standard.value is None or above.given is None:
        return None
    if above.policy == "fixed":
        return "fixed"
    if above.policy == "tighten" and not is_stricter(standard.value, above.given.value.value, above.stricter):
        return "not-stricter"
    return None


def _laid(above: Standing, here: Standing, layer: Layer) -> Standing:
    """A layer that may stand, laid over what stands here already."""
    standard = layer.value
    policy = max(above.policy, standard.policy, key=POLICIES.index)
    stricter = above.stricter or standard.stricter
    if standard.value is None:
        return evolve(here, policy=policy, stricter=stricter)
    lost = here.lost
    if here.given is not None:
        reason: Loss = "nearer" if here.given is above.given else "kinds"
        lost = (*lost, (here.given, reason))
    return Standing(given=layer, policy=policy, stricter=stricter, lost=lost)


def is_stricter(lower: Value | None, upper: Value | None, direction: Stricter | None) -> bool:
    """Whether a lower figure is stricter than the one above it; equal is not stricter. Rates compare exactly.

    >>> is_stricter(40, 32, "higher"), is_stricter(32, 32, "higher"), is_stricter(Rate(1, 3), Rate(2, 5), "lower")
    (True, False, True)
    """
    (a, b), (c, d) = _fraction(lower), _fraction(upper)
    return a * d > c * b if direction == "higher" else a * d < c * b


def _fraction(value: Value | None) -> tuple[int, int]:
    """A figure as numerator and denominator; the catalogue refuses tables under a policy that compares."""
    if isinstance(value, Rate):
        return value.numerator, value.denominator
    return (value, 1) if isinstance(value, int) else (0, 1)


def chain(organisation: str, snapshot: Snapshot) -> tuple[Organisation, ...]:
    """An organisation after all its ancestors on the snapshot's line, the root first; empty if there is none of that id."""
    known = snapshot.organisations()
    found: dict[str, Organisation] = {}
    here: str | None = organisation
    while here in known and here not in found:
        found[here] = known[here]
        here = known[here].parent(snapshot.line, snapshot.on)
    return tuple(reversed(found.values()))


def stands_at(place: Place, organisation: Organisation, day: date) -> bool:
    """Whether a place is an organisation: by its id, or by an official code that it has on the day."""
    return place == organisation.id or place in organisation.codes(day)


def layers_at(
    layers: Iterable[Layer], organisation: Organisation | None, *, kind: str, day: date
) -> tuple[Layer, ...]:
    """The layers of a place that count for a kind, the general one first; the place None is everywhere.

    Raises:
        PlanProblem: two layers alike in depth, kinds and dates (``layers-alike``), with both owners.
    """
    here = [
        layer
        for layer in layers
        if (
            layer.value.place is None
            if organisation is None
            else stands_at(layer.value.place, organisation, day)
        )
        and (not layer.value.kinds or kind in layer.value.kinds)
    ]
    here.sort(key=lambda layer: bool(layer.value.kinds))
    for one, other in pairwise(here):
        if bool(one.value.kinds) == bool(other.value.kinds):
            raise PlanProblem(alike(one, other))
    return tuple(here)


def alike(one: Layer, other: Layer) -> Problem:
    """The complaint that two layers are alike in depth, kinds and dates: nobody could say which one stands."""
    read = f"{other.plugin} {other.value.starts or ''}..{other.value.ends or ''}"
    expected = f"no second layer beside {one.plugin} {one.value.starts or ''}..{one.value.ends or ''}"
    return Problem(
        "layers-alike",
        where_of(other),
        read,
        expected,
        "Give one of them other days, kinds or another place.",
    )


def standing(layers: Iterable[Layer], down: Sequence[Organisation], day: date) -> Standing:
    """What stands for the last organisation of a chain, from layers in force; ``day`` is the one whose codes count."""
    layers = tuple(layers)
    here = NOTHING
    for place in (None, *down):
        here = at_place(here, layers_at(layers, place, kind=down[-1].kind, day=day))
    return here
