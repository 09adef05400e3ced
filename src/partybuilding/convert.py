"""The only way in for outside data: records to plain data (texts, whole numbers, truths, lists, tables) and back.

Errors carry the path of the bad value and come all at once. Plain data are what the ledger hashes and what folders and
workbooks hold. Nothing is guessed: a text is no number, a truth is no number, a single text is no list, a word that its
table does not know is refused, and so is a key that the record does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from types import GenericAlias, MappingProxyType
from typing import TYPE_CHECKING, Literal, NoReturn, get_args, get_origin

import attrs
from cattrs import (
    BaseValidationError,
    ClassValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn, override

from partybuilding.domain.appraisals import Appraisal
from partybuilding.domain.carriers import Carrier, Chain, ChainUnit
from partybuilding.domain.decisions import Decision
from partybuilding.domain.feedback import Feedback
from partybuilding.domain.funding import Movement
from partybuilding.domain.indicators import Addition, Agreement, Goal
from partybuilding.domain.letters import Letter
from partybuilding.domain.lifecycles import Step
from partybuilding.domain.lists import Item, PublicCommitment
from partybuilding.domain.organisations import District, Organisation, PartyBody
from partybuilding.domain.posts import Post, Tenure
from partybuilding.domain.projects import Project
from partybuilding.domain.record import Record, as_read
from partybuilding.domain.reorganisations import Reorganisation
from partybuilding.domain.sheets import Sheet
from partybuilding.domain.venues import Venue, Work
from partybuilding.errors import InputProblem, PartybuildingError, Problem, RecordProblem, Where
from partybuilding.timeline import parse_day

if TYPE_CHECKING:
    from attrs import Attribute

Plain = Mapping[str, object]
Hook = Callable[[object, object], object]
"""Makes a value of a type out of plain data: (plain value, type) to value."""

NOUNS: Mapping[str, type[Record]] = MappingProxyType(
    {
        noun.noun: noun
        for noun in (
            *(District, Organisation, PartyBody, Post, Tenure, Reorganisation),
            *(Goal, Agreement, Addition, Letter, Step, Sheet),
            *(Project, Chain, ChainUnit, Carrier, Movement, Venue, Work),
            *(Item, PublicCommitment, Feedback, Appraisal, Decision),
        )
    }
)
"""Every class of record that a ledger keeps, by its noun."""


# --- how values are made -----------------------------------------------------------------------------------------


def _refuse(value: object, expected: str) -> NoReturn:
    """Refuse a plain value of the wrong kind; its place is added on the way out."""
    read = as_read(value)
    raise InputProblem(Problem("bad-value", Where(), read, expected, "Correct the value."))


def _exactly(kind: type, expected: str) -> Hook:
    """Take a value only if it is already of the kind: no text becomes a number by itself."""

    def hook(value: object, _: object) -> object:
        if type(value) is not kind:
            _refuse(value, expected)
        return value

    return hook


def _day(value: object, _: object) -> date:
    if type(value) is date:
        return value
    if type(value) is not str:
        _refuse(value, "a day as YYYY-MM-DD")
    return parse_day(value)


def _bytes(value: object, _: object) -> bytes:
    """Take hexadecimal digits in the one way in which they are written, so that equal bytes have equal texts."""
    expected = "hexadecimal digits in lower case"
    if type(value) is not str:
        _refuse(value, expected)
    try:
        made = bytes.fromhex(value)
    except ValueError:
        _refuse(value, expected)
    if made.hex() != value:
        _refuse(value, expected)
    return made


def _word(kind: object) -> Hook:
    """Take one of the words of a Literal."""
    words = get_args(kind)

    def hook(value: object, _: object) -> object:
        if type(value) is not str or value not in words:
            read, expected = as_read(value), ", ".join(words)
            raise InputProblem(Problem("unknown-word", Where(), read, expected, "Use one of the words."))
        return value

    return hook


def _row(converter: Converter, kind: object) -> Hook:
    """Take a list as a tuple; a text is no list of letters, a table no list of keys."""
    inner_kind = GenericAlias(list, (get_args(kind)[0],))
    inner = converter.get_structure_hook(inner_kind)

    def hook(value: object, _: object) -> object:
        if not isinstance(value, list | tuple):
            _refuse(value, "a list")
        return tuple(inner(value, inner_kind))

    return hook


def _record(converter: Converter, cls: type) -> Hook:
    """Make a record of a table; unknown keys are refused.

    Where all that is wrong is to be told, every field is checked before the whole is.
    """
    attrs.resolve_types(cls)
    checks = {
        each.name: override(struct_hook=_checked(converter, cls, each))
        for each in attrs.fields(cls)
        if each.validator is not None and converter.detailed_validation
    }
    made: Hook = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True, **checks)  # type: ignore[arg-type,assignment]  # the overrides go by the names of fields, the class is any

    def hook(value: object, kind: object) -> object:
        if not isinstance(value, Mapping) or not all(type(key) is str for key in value):
            _refuse(value, "a table with texts as keys")
        return made(value, kind)

    return hook


def _checked(converter: Converter, cls: type, attribute: Attribute[object]) -> Hook:
    """Make the value of a field and run the field's own check, so that all fields of a record are told at once."""
    inner, check = converter.get_structure_hook(attribute.type), attribute.validator

    def hook(value: object, kind: object) -> object:
        try:
            made = inner(value, kind)
            check(cls, attribute, made)  # type: ignore[misc]  # a field without a check has no such hook
        except RecordProblem as error:
            raise InputProblem(*(attrs.evolve(each, where=Where()) for each in error.problems)) from error
        except InputProblem as error:
            if attribute.repr:
                raise
            # What a record does not show, no message shows: it may be a name, typed where an id belongs.
            raise InputProblem(*(attrs.evolve(each, read="") for each in error.problems)) from None
        return made

    return hook


def _is(origin: object) -> Callable[[object], bool]:
    """Whether a type is made from a generic one."""
    return lambda kind: get_origin(kind) is origin


def _converter(*, detailed: bool) -> Converter:
    converter = Converter(
        unstruct_collection_overrides={tuple: list}, omit_if_default=True, detailed_validation=detailed
    )
    converter.register_structure_hook_factory(attrs.has, lambda cls: _record(converter, cls))
    converter.register_structure_hook_factory(_is(Literal), _word)
    converter.register_structure_hook_factory(_is(tuple), lambda kind: _row(converter, kind))
    converter.register_structure_hook(int, _exactly(int, "a whole number"))
    converter.register_structure_hook(bool, _exactly(bool, "true or false"))
    converter.register_structure_hook(str, _exactly(str, "a text"))
    converter.register_structure_hook(date, _day)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_structure_hook(bytes, _bytes)
    converter.register_unstructure_hook(bytes, bytes.hex)
    return converter


_TELLING, _QUICK = _converter(detailed=True), _converter(detailed=False)
"""Both take and refuse the same; the first tells all that is wrong, the second is several times as fast."""


# --- the two doors -----------------------------------------------------------------------------------------------


def to_plain(record: Record) -> dict[str, object]:
    """A record as plain data, without the values that are at their defaults, at every depth.

    So a field that a later version adds with a default does not change the digests of the records that are there.

    >>> from partybuilding.domain.organisations import Organisation, Placement
    >>> to_plain(Organisation(id="jincheng", name="金城街道", kind="street", placements=(Placement(parent="acheng"),)))
    {'id': 'jincheng', 'name': '金城街道', 'kind': 'street', 'placements': [{'parent': 'acheng'}]}
    """
    plain: dict[str, object] = _QUICK.unstructure(record)
    return plain


def from_plain(noun: str, plain: Plain, where: Where | None = None) -> Record:
    """Plain data as a record; ``where`` tells the reader's place, and every problem adds kind, id and path.

    Raises:
        InputProblem: ``unknown-noun``; ``unknown-key``, ``missing-key``, ``bad-value``, ``unknown-word``, ``bad-day`` and
            what the fields themselves refuse, all at once; then what contradicts itself in the record as a whole.

    >>> from_plain("venue", {"id": "v-1", "organisation": "shili-01", "name": "村部", "area": 20000}).reference
    'venue:v-1'
    >>> from_plain("venue", {"id": "v-1", "organisation": "shili 01", "name": "村部", "area": "200", "aera": 1})
    Traceback (most recent call last):
    partybuilding.errors.InputProblem: the input cannot be read: 3 problems
    - kind venue, record v-1, path organisation: bad id: read 'shili 01'; expected 1 to 64 characters without space, control character or colon. Give the record another id.
    - kind venue, record v-1, path area: bad value: read '200'; expected a whole number. Correct the value.
    - kind venue, record v-1, path aera: unknown key: read aera; expected id, starts, ends, organisation, name, area, build, shares. Rename or remove it.
    """
    place = where or Where()
    cls = NOUNS.get(noun)
    if cls is None:
        at = attrs.evolve(place, kind=noun)
        raise InputProblem(Problem("unknown-noun", at, noun, ", ".join(NOUNS), "Use one of the nouns."))
    try:
        return _structured(plain, cls)
    except (BaseValidationError, PartybuildingError) as error:
        raise InputProblem(*_problems(error, _named(place, noun, plain), place.path or "")) from error


def _structured(plain: Plain, cls: type[Record]) -> Record:
    """Good data go the quick way; whatever it refuses goes the other way once more, to be told in full."""
    with suppress(Exception):  # without details cattrs lets any error of any field through
        return _QUICK.structure(plain, cls)
    return _TELLING.structure(plain, cls)


# --- what went wrong, and where ----------------------------------------------------------------------------------


def _named(place: Where, noun: str, plain: object) -> Where:
    """The reader's place with what is known of the record."""
    id_ = plain.get("id") if isinstance(plain, Mapping) else None
    record = place.record or (id_ if isinstance(id_, str) else None)
    return attrs.evolve(place, kind=place.kind or noun, record=record, path=None)


def _problems(error: BaseException, place: Where, path: str) -> Iterator[Problem]:
    """Every leaf of a conversion error as a problem with its path."""
    if isinstance(error, ClassValidationError):
        fields, others = error.group_exceptions()
        for each, field in fields:
            yield from _problems(each, place, _joined(path, field.name))
        for other in others:
            yield from _problems(other, place, path)
    elif isinstance(error, IterableValidationError):
        for each, row in error.group_exceptions()[0]:
            yield from _problems(each, place, f"{path}[{row.index}]")
    elif isinstance(error, PartybuildingError):
        yield from (_placed(each, place, path) for each in error.problems)
    elif isinstance(error, ForbiddenExtraKeysError):
        expected = ", ".join(each.name for each in attrs.fields(error.cl))
        for key in sorted(error.extra_fields):
            at = attrs.evolve(place, path=_joined(path, key))
            yield Problem("unknown-key", at, key, expected, "Rename or remove it.")
    elif isinstance(error, KeyError):
        at = attrs.evolve(place, path=path)
        yield Problem("missing-key", at, "nothing", path.rpartition(".")[2], "Give the value.")
    else:
        raise error  # nothing that outside data can cause: do not hide a fault of ours


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _placed(problem: Problem, place: Where, path: str) -> Problem:
    """A problem of a record, moved to the reader's place."""
    known = {name: value for name, value in attrs.asdict(place).items() if value is not None}
    return attrs.evolve(problem, where=attrs.evolve(problem.where, **known, path=path or None))
