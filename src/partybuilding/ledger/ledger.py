"""The ledger: the only memory. What is committed is checked, chained and never changed; every past day can be asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self

from partybuilding import __version__
from partybuilding.convert import NOUNS
from partybuilding.domain.organisations import TERRITORY, District
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot, Stamp
from partybuilding.errors import HeadMoved, NotPermitted, PartybuildingError, Problem, StoreProblem, Where
from partybuilding.extension.store import Draft, Entry, Head, Header, StorageBackend, Store, number_known
from partybuilding.ledger.chain import verify_chain
from partybuilding.ledger.histories import Histories, Records, known_nouns
from partybuilding.ledger.invariants import Change, require, violations
from partybuilding.ledger.permissions import Action, Actor, AllowAll, Policy, asked
from partybuilding.ledger.versions import Said, Withdrawal, blobs_of, rows_of
from partybuilding.timeline import BEIJING

if TYPE_CHECKING:
    from types import TracebackType

    from partybuilding.extension.catalogue import Catalogue
    from partybuilding.extension.declared import PluginRecord


class Host(Protocol):
    """What a ledger needs of the host: its backends, its plugins for the header, and the declared life cycles."""

    @property
    def manifest(self) -> tuple[PluginRecord, ...]:
        """Name, version and source digest of every plugin that takes part."""
        ...

    def backends(self) -> Mapping[str, StorageBackend]:
        """The storage backends by scheme."""
        ...

    def catalogue(self) -> Catalogue:
        """Everything that was declared."""
        ...


class Ledger:
    """A store with its rules: what is committed and by whom, and what was in force on a day as far as was known.

    >>> from datetime import UTC
    >>> from partybuilding.domain.organisations import Organisation
    >>> from partybuilding.extension.host import PluginHost
    >>> from partybuilding.storage.memory import MemoryStore
    >>> ledger = Ledger(MemoryStore(), host=PluginHost.of({}), policy=AllowAll())
    >>> acheng = Organisation(id="acheng", name="阿城区", kind="district")
    >>> opened = datetime(2026, 1, 5, 1, tzinfo=UTC)
    >>> ledger.commit([acheng], actor=Actor("office"), why="opening", at=opened).number
    1
    >>> ledger.snapshot(on=date(2026, 1, 31)).find(Organisation, "acheng").name
    '阿城区'
    """

    def __init__(self, store: Store, *, host: Host, policy: Policy) -> None:
        self._store = store
        self._host = host
        self._policy = policy
        self._records = Records(store)
        self._histories = Histories(store, self._records)

    @classmethod
    def open(
        cls,
        url: str,
        *,
        host: Host,
        policy: Policy,
        connection: object | None = None,
        read_only: bool = False,
    ) -> Ledger:
        """Open the ledger of a URL with the backend of its scheme, perhaps within the caller's own transaction.

        Raises:
            StoreProblem: an unknown scheme, or what the backend says.
        """
        backends = host.backends()
        scheme = url.partition(":")[0]
        if scheme not in backends:
            expected, remedy = (
                ", ".join(f"{each}:" for each in sorted(backends)),
                "Name a backend, or its plugin.",
            )
            raise StoreProblem(Problem("store-unknown-scheme", Where(), url, expected, remedy))
        return cls(
            backends[scheme].open(url, connection=connection, read_only=read_only), host=host, policy=policy
        )

    def commit(  # noqa: PLR0913 - the fields of the header, each by its name
        self,
        records: Iterable[Record | Withdrawal],
        *,
        actor: Actor,
        why: str,
        at: datetime,
        command: str = "",
        key: str | None = None,
        on_behalf_of: str | None = None,
        expected_head: int | None = None,
    ) -> Head:
        """Store records as one changeset, whole or not at all; what is known already is left out.

        If nothing is left, nothing is stored and the present head comes back. With ``key`` a repeated request is one
        effect. With ``expected_head`` the commit is refused if anything was stored after that number.

        Raises:
            NotPermitted: the policy does not allow it; all refusals at once.
            InvariantBroken: the state after it would break an invariant; all violations at once.
            RecordProblem: a version given twice, or a withdrawal of what is not there.
            HeadMoved: another commit was faster, or ``expected_head`` is not the head.
            StoreProblem: the store could not keep it, or the key was used for something else.
        """
        given = tuple(records)
        rule = self._permitted(actor, given, at)
        head, repeated = self._store.head(), self._repeated(key)
        if repeated is None and expected_head not in (None, head.number):
            read, remedy = str(head.number), "Read again, then commit on the new head."
            raise HeadMoved(Problem("head-moved", Where(), read, str(expected_head), remedy))
        known = head.number if repeated is None else repeated.header.number - 1
        rows = rows_of(given, store=self._store, known=known)
        header = Header(
            at=at,
            actor=actor.id,
            on_behalf_of=on_behalf_of,
            reason=why,
            command=command,
            key=key,
            versions=(
                ("partybuilding", __version__),
                *((each.name, each.version) for each in self._host.manifest),
            ),
            manifest=((each.name, each.digest) for each in self._host.manifest),
            rule=rule,
        )
        draft = Draft(header=header, rows=(row for row, _ in rows), blobs=blobs_of(given))
        if repeated is not None:
            return self._store.append(draft, head.number) if rows else self._reused(repeated)
        return self._append(draft, rows, head) if rows else head

    def _append(self, draft: Draft, rows: Iterable[Said], head: Head) -> Head:
        """Check a draft on the state it would leave, then store it; the state goes back if either fails."""
        self._histories.at_head(head.number)
        before = self._histories.lay(rows)
        try:
            require(Change(self._histories, before, lifecycle=self._host.catalogue().lifecycle))
            stored = self._store.append(draft, head.number)
        except BaseException:
            self._histories.put(before)
            raise
        self._histories.stored(stored.number)
        return stored

    def _repeated(self, key: str | None) -> Entry | None:
        return None if key is None else self._store.keyed(key)

    def _reused(self, repeated: Entry) -> Head:
        read, expected = f"key {repeated.header.key}", f"the content of changeset {repeated.header.number}"
        raise StoreProblem(
            Problem("key-reused", Where(path="key"), read, expected, "Use a new key for a new request.")
        )

    def _permitted(self, actor: Actor, given: Iterable[Record | Withdrawal], at: datetime) -> str:
        """Ask the policy for every action on every organisation; gives the rules that allowed.

        Raises:
            NotPermitted: with every refusal.
        """
        day = at.astimezone(BEIJING).date()
        wanted = asked(self._touched(given))
        answers = [(action, on, self._policy.decide(actor, action, on=on, at=day)) for action, on in wanted]
        refused = [(action, on) for action, on, answer in answers if not answer.allow]
        if refused:
            raise NotPermitted(*(_refusal(actor, action, on) for action, on in refused))
        return "; ".join(sorted({answer.rule for _, _, answer in answers})) or "nothing-asked"

    def _touched(self, given: Iterable[Record | Withdrawal]) -> Iterator[Record]:
        """What a commit is about: the records, and for a withdrawal the versions that it takes away."""
        for each in given:
            if isinstance(each, Record):
                yield each
            elif each.noun in NOUNS:
                stored = self._store.read(each.noun, ids=(each.id,))
                yield from (self._records.of(row) for row in stored if row.row.body is not None)

    def snapshot(self, *, on: date, known: int | date | None = None, actor: Actor | None = None) -> Snapshot:
        """Everything in force on a day, as far as was known at a changeset number, or at the end of a day (UTC+8).

        ``known=None`` means the head. ``actor=None`` is for programs that let everybody read everything.

        Raises:
            NotPermitted: the actor may not read, or none was named though the policy looks at actors.
            StoreProblem: ``known`` lies beyond the head.
        """
        self._may_read(actor, on)
        number = self.number_on(known) if isinstance(known, date) else known
        head = self._store.head() if number is None else self._head_at(number)
        records: dict[str, tuple[Record, ...]] = {}
        stamps: dict[str, Stamp] = {}
        for noun in known_nouns(self._store.kinds(head.number)):
            found: list[Record] = []
            for stored in self._store.read(noun, on=on, known=head.number):
                found.append(self._records.of(stored))
                stamps[f"{noun}:{stored.row.id}"] = Stamp(stored.number, stored.digest)
            records[noun] = tuple(found)
        districts = [each for each in records.get(District.noun, ()) if isinstance(each, District)]
        only = districts[0] if len(districts) == 1 else None
        return Snapshot(
            on=on,
            known=head.number,
            head=head.hash,
            records=records,
            stamps=stamps,
            root=None if only is None else only.root,
            line=TERRITORY if only is None else only.line,
        )

    def number_on(self, day: date) -> int:
        """The number of the last changeset up to the end of a day (UTC+8); 0 if there was none."""
        numbers = (
            each.header.number for each in self.log() if each.header.at.astimezone(BEIJING).date() <= day
        )
        return max(numbers, default=0)

    def _head_at(self, number: int) -> Head:
        """The head right after a changeset; that of an empty store for number 0."""
        number_known(number, self._store.head().number)
        return next((each.head for each in self._store.entries(number, number + 1)), Head())

    def _may_read(self, actor: Actor | None, day: date) -> None:
        if actor is not None:
            if not self._policy.decide(actor, "read", on=None, at=day).allow:
                raise NotPermitted(_refusal(actor, "read", None))
        elif not isinstance(self._policy, AllowAll):
            raise NotPermitted(Problem("actor-missing", Where(), "nobody", "an actor", "Say who reads."))

    def head(self) -> Head:
        """The number and hash of the last changeset: what is printed on reports and kept elsewhere."""
        return self._store.head()

    def log(self) -> Iterator[Entry]:
        """All changesets without their rows, by number."""
        return self._store.entries()

    def verify(self, *, outside: Head | None = None) -> tuple[Problem, ...]:
        """Check the whole chain, then every changeset against every invariant, as known then; nothing if all is well.

        ``outside`` is a head that was kept elsewhere.
        """
        broken = verify_chain(self._store, outside=outside)
        return broken or tuple(self._replayed())

    def _replayed(self) -> Iterator[Problem]:
        histories = Histories(self._store, self._records)
        lifecycle = self._host.catalogue().lifecycle
        for changeset in self._store.changes():
            rows = ((row, None) for row in changeset.rows if row.kind in NOUNS)
            try:
                before = histories.lay(rows)
            except PartybuildingError as error:  # what no longer reads as a record
                yield from error.problems
            else:
                yield from violations(Change(histories, before, lifecycle=lifecycle))

    def close(self) -> None:
        """Close the store; twice is fine."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()


def _refusal(actor: Actor, action: Action, on: str | None) -> Problem:
    """A refusal does not tell whether what was asked for exists."""
    return Problem(
        "not-permitted",
        Where(),
        f"{actor.id}: {action}",
        f"a permission on {on or 'everything'}",
        "Ask for it.",
    )
