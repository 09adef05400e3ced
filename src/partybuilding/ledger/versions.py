"""From records to rows: which versions of a record there are, and which days each of them gets.

The versions of a *state* succeed one another by their starts: each holds until it ends or the next one starts. So a new
version for an earlier time never covers a later one, ending a state ends it, and a repeated version changes nothing.
An *event* has one version: what is said last about it counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from partybuilding.convert import NOUNS, from_plain, to_plain
from partybuilding.domain.record import Record, State
from partybuilding.domain.sheets import Sheet
from partybuilding.errors import Problem, RecordProblem, Where
from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Row, Store, Stored
from partybuilding.ledger.spans import (
    EVER,
    NEVER,
    Span,
    end_of,
    first_number,
    gaps,
    laid,
    last_number,
    shown,
    start_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Blobs = tuple[tuple[str, bytes], ...]
Said = tuple[Row, Record | None]
"""A row, and the record that it stands for where that is at hand."""


@frozen(kw_only=True)
class Withdrawal:
    """That the version of a record which starts on a day (None: since ever) was a mistake and no longer counts."""

    noun: str
    id: str
    starts: date | None = None


@frozen(kw_only=True)
class _Version:
    """A version as text, with the days that it says of itself, and as a record if it was just given."""

    first: int
    last: int
    body: str
    record: Record | None = None


def content(record: Record) -> str:
    """The canonical text of a record: what is stored, and what digests are taken of. Bulk stands in it by digest."""
    if isinstance(record, Sheet):
        plain = to_plain(evolve(record, index=b"", buffer=b""))
        return canonical(plain | {name: digest for name, (digest, _) in _bulk(record).items()})
    return canonical(to_plain(record))


def content_digest(record: Record) -> str:
    """The digest of a record's content: what a signature covers."""
    return sha256(content(record).encode()).hexdigest()


def _bulk(sheet: Sheet) -> dict[str, tuple[str, bytes]]:
    return {
        name: (sha256(given).hexdigest(), given)
        for name, given in (("index", bytes(sheet.index)), ("buffer", bytes(sheet.buffer)))
    }


def blobs_of(records: Iterable[Record | Withdrawal]) -> Blobs:
    """The bulk contents of sheets, by digest; an index that many sheets share stands once."""
    found = {
        digest: given for each in records if isinstance(each, Sheet) for digest, given in _bulk(each).values()
    }
    return tuple(sorted(found.items()))


def record_of(kind: str, body: str, store: Store) -> Record:
    """A record from its stored text."""
    plain: dict[str, object] = json.loads(body)
    if kind != Sheet.noun:
        return from_plain(kind, plain)
    index, buffer = (store.blob(str(plain[name])) for name in ("index", "buffer"))
    empty = from_plain(kind, plain | {"index": "", "buffer": ""})
    return evolve(empty, index=index, buffer=buffer)  # type: ignore[call-arg]  # mypy does not see that it is a sheet


def rows_of(records: Iterable[Record | Withdrawal], *, store: Store, known: int) -> tuple[Said, ...]:
    """The rows that bring the store from what it knew at a number to what the records say; none, if it says so already.

    Each comes with the given record that it stands for, if it is one of them.

    Raises:
        RecordProblem: a noun that cannot be read back (``unknown-noun``); one version given twice (``record-twice``), a
            withdrawal of what is not there (``nothing-to-withdraw``), all of them at once.
    """
    given = _grouped(records)
    rows: list[Said] = []
    problems: list[Problem] = []
    for noun in sorted({noun for noun, _ in given}):
        ids = [id_ for kind, id_ in given if kind == noun]
        history = _history(store.read(noun, ids=ids, known=known))
        for id_ in ids:
            try:
                rows.extend(_rows(noun, id_, given[noun, id_], history.get(id_, ())))
            except RecordProblem as error:
                problems.extend(error.problems)
    if problems:
        raise RecordProblem(*problems)
    return tuple(rows)


def _grouped(records: Iterable[Record | Withdrawal]) -> dict[tuple[str, str], list[Record | Withdrawal]]:
    given: dict[tuple[str, str], list[Record | Withdrawal]] = {}
    for record in records:
        given.setdefault((record.noun, record.id), []).append(record)
    unknown = [(noun, id_) for noun, id_ in given if noun not in NOUNS]
    if unknown:
        remedy = "Use one of the nouns."
        raise RecordProblem(
            *(
                Problem("unknown-noun", Where(kind=noun, record=id_), noun, ", ".join(NOUNS), remedy)
                for noun, id_ in unknown
            )
        )
    return given


def _history(stored: Iterable[Stored]) -> Mapping[str, tuple[Span[str], ...]]:
    """The bodies in force by id, from all rows in the order of their numbers."""
    found: dict[str, tuple[Span[str], ...]] = {}
    for each in stored:
        row = each.row
        found[row.id] = laid(found.get(row.id, ()), first_number(row.starts), last_number(row.ends), row.body)
    return found


def _rows(
    noun: str, id_: str, given: Sequence[Record | Withdrawal], now: tuple[Span[str], ...]
) -> Iterator[Said]:
    """The rows that lead from the spans of one record to the wanted ones."""
    wanted = tuple(_wanted(noun, id_, given, now))
    for span in wanted:
        same = (each for each in now if each.value == span.value.body)
        if any(gaps(same, span.first, span.last)):
            yield _row(noun, id_, span.first, span.last, span.value.body), span.value.record
    for first, last in gaps(wanted, EVER, NEVER):
        if any(span.meets(first, last) for span in now):
            yield _row(noun, id_, first, last, None), None


def _row(noun: str, id_: str, first: int, last: int, body: str | None) -> Row:
    return Row(kind=noun, id=id_, starts=start_of(first), ends=end_of(last), body=body)


def _wanted(
    noun: str, id_: str, given: Sequence[Record | Withdrawal], now: tuple[Span[str], ...]
) -> Iterator[Span[_Version]]:
    """Each version until it ends or the next one starts."""
    before = {each.first: each for each in (_version(noun, span) for span in now)}
    after = {} if _is_event(noun) and any(isinstance(each, Record) for each in given) else dict(before)
    seen: set[int] = set()
    for each in given:
        first = first_number(each.starts if isinstance(each, Withdrawal) else each.valid[0])
        if first in seen:
            expected, remedy = "one version a start", "Give it once."
            raise RecordProblem(Problem("record-twice", _where(noun, id_), shown(first), expected, remedy))
        seen.add(first)
        if isinstance(each, Record):
            after[first] = _Version(
                first=first, last=last_number(each.valid[1]), body=content(each), record=each
            )
        elif first in before:
            after.pop(first, None)
        else:
            expected, remedy = "the start of a version in force", "Look at its history."
            raise RecordProblem(
                Problem("nothing-to-withdraw", _where(noun, id_), shown(first), expected, remedy)
            )
    ordered = [after[first] for first in sorted(after)]
    for version, following in pairwise([*ordered, _Version(first=NEVER, last=NEVER, body="")]):
        yield Span(version.first, min(version.last, following.first), version)


def _where(noun: str, id_: str) -> Where:
    return Where(kind=noun, record=id_)


def _is_event(noun: str) -> bool:
    """Whether a record has one version only."""
    return not issubclass(NOUNS[noun], State)


def _version(noun: str, span: Span[str]) -> _Version:
    """The version that a span belongs to: a later one may have cut it short, so its own days count."""
    if _is_event(noun):
        return _Version(first=span.first, last=NEVER, body=span.value)
    plain = json.loads(span.value)
    starts, ends = (plain.get(name) for name in ("starts", "ends"))
    return _Version(
        first=first_number(None if starts is None else date.fromisoformat(starts)),
        last=last_number(None if ends is None else date.fromisoformat(ends)),
        body=span.value,
    )
