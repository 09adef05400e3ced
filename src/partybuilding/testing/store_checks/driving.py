"""How the checks of disk and memory are driven: in a child program on a disk that fails, with the bank as its load."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from partybuilding.errors import PartybuildingError
from partybuilding.testing.store_checks import bank, children, crash, failing
from partybuilding.testing.store_checks.check import Subject

if TYPE_CHECKING:
    from partybuilding.extension.store import Head, OpenStore


def found_wrong(opens: OpenStore, url: str, heads: list[Head]) -> tuple[str, ...]:
    """Everything that is wrong with the bank of a store that is opened anew."""
    try:
        with opens(url) as store:
            return bank.look(store, heads)
    except PartybuildingError as error:
        return (f"cannot be opened: {error}",)


def given(subject: Subject, **more: object) -> dict[str, object]:
    """What a driver is given: how the backend opens, and more."""
    return {"open_name": children.reference(subject.backend.open), **more}


def drive(driver: Callable[..., object], given: children.Plain, tries: int = 0) -> None:
    """Run a driver in a child program on the failing disk, and fail with whatever it complains of."""
    seconds = crash.PATIENCE + tries
    children.complaints(driver, given, seconds=seconds, environment=failing.environment())


def tried(action: Callable[[], object]) -> Exception | None:
    """The error of an action; None if it went well."""
    try:
        action()
    except Exception as error:  # noqa: BLE001 - which error it is, is what is looked at
        return error
    return None
