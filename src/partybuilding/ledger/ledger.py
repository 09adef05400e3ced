"""The ledger: the only memory. What is committed is checked, chained and never changed; every past day can be asked again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol, Self

from attrs import evolve

from partybuilding import __version__
from partybuilding.domain.record import Record
from partybuilding.domain.snapshot import Snapshot
from partybuilding.errors import HeadMoved, NotPermitted, Problem, StoreProblem, Where
from partybuilding.extension.store import (
    Draft,
    Entry,
    Head,
    Header,
    StorageBackend,
    Store,
)
from partybuilding.ledger.asking import Commit, ask, refusal
from partybuilding.ledger.backups import backing
from partybuilding.ledger.chain import verify_store
from partybuilding.ledger.concerns import Lineages
from partybuilding.ledger.histories import Histories, Records
from partybuilding.ledger.invariants import Change, require
from partybuilding.ledger.names import Persons, not_erased
from partybuilding.ledger.permissions import Actor, AllowAll, Policy, Scope
from partybuilding.ledger.reading import number_on, whole
from partybuilding.ledger.replaying import replayed
from partybuilding.ledger.seeing import shown
from partybuilding.ledger.versions import Said, Withdrawal, blobs_of, rows_of
from partybuilding.timeline import day_of

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from partybuilding.extension.catalogue import Catalogue
    from partybuilding.extension.declared import PluginRecord
    from partybuilding.extension.persons import Person
    from partybuilding.extension.store import Backing, Backup


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
            # only the scheme is shown: the rest of an address may hold a password
            raise StoreProblem(Problem("store-unknown-scheme", Where(), scheme, expected, remedy))
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
        head, repeated = self._store.head(), self._repeated(key)
        rule = self._allowed(actor, given, at, head)
        if repeated is None and expected_head not in (None, head.number):
            read, remedy = str(head.number), "Read again, then commit on the new head."
            raise HeadMoved(Problem("head-moved", Where(), read, str(expected_head), remedy))
        known = head.number if repeated is None else repeated.header.number - 1
        rows = rows_of(given, store=self._store, known=known)
        header = evolve(
            self._header(actor, why, at, rule), on_behalf_of=on_behalf_of, command=command, key=key
        )
        draft = Draft(header=header, rows=(row for row, _ in rows), blobs=blobs_of(given))
        if repeated is not None:
            return self._store.append(draft, head.number) if rows else self._reused(repeated)
        return self._append(draft, rows, head) if rows else head

    def _append(self, draft: Draft, rows: Iterable[Said], head: Head) -> Head:
        """Check a draft on the state it would leave, then store it; the state goes back if either fails."""
        self._histories.at_head(head)
        before = self._histories.lay(rows)
        try:
            require(Change(self._histories, before, lifecycle=self._host.catalogue().lifecycle))
            stored = self._store.append(draft, head.number)
        except BaseException:
            self._histories.put(before)
            raise
        if stored.number == head.number + 1:
            self._histories.stored(stored)
        else:  # the same request came another way in between, after changesets that were not looked at
            self._histories.put(before)
        return stored

    def _repeated(self, key: str | None) -> Entry | None:
        return None if key is None else self._store.keyed(key)

    def _reused(self, repeated: Entry) -> Head:
        read, expected = f"key {repeated.header.key}", f"the content of changeset {repeated.header.number}"
        raise StoreProblem(
            Problem("key-reused", Where(path="key"), read, expected, "Use a new key for a new request.")
        )

    def _header(self, actor: Actor, why: str, at: datetime, rule: str) -> Header:
        """Who, when and why, by which rule, with which versions."""
        plugins = tuple(self._host.manifest)
        return Header(
            at=at,
            actor=actor.id,
            reason=why,
            versions=(("partybuilding", __version__), *((each.name, each.version) for each in plugins)),
            manifest=((each.name, each.digest) for each in plugins),
            rule=rule,
        )

    def _allowed(self, actor: Actor, given: tuple[Record | Withdrawal, ...], at: datetime, head: Head) -> str:
        """Ask the policy for every action on every organisation, as of the commit's moment; gives what allowed it.

        Raises:
            NotPermitted: with every refusal.
        """
        if isinstance(self._policy, AllowAll):  # spares the look at what is stored
            return self._policy.decide(actor, "read", on=(), at=date.min).rule
        self._histories.at_head(head)
        day = day_of(at)
        brought = tuple(each for each in given if isinstance(each, Record))
        lineages = Lineages(self._histories, day, brought)
        commit = Commit(given=given, histories=self._histories, lineages=lineages)
        return ask(self._policy, actor, commit.asked(), day=day)

    def snapshot(
        self,
        *,
        on: date,
        known: int | date | None = None,
        actor: Actor | None = None,
        at: datetime | None = None,
    ) -> Snapshot:
        """Everything in force on a day that the actor may see, as far as was known at a number, or at the end of a day.

        ``known=None`` means the head, a day ends in Beijing. ``at`` is the moment of reading: grants and the places of
        organisations count as of then, also for a day long past. ``actor=None`` and ``at=None`` are for programs that
        let everybody read everything.

        Raises:
            NotPermitted: the actor may read nothing, or nobody or no moment was named though the policy looks at them.
            StoreProblem: ``known`` lies beyond the head.
        """
        day = self._reading(actor, at)
        scope = (
            Scope(everything=True)
            if actor is None or day is None
            else self._policy.visible(actor, "read", at=day)
        )
        if actor is not None and not scope.everything and not scope.granted:
            raise NotPermitted(refusal(actor, "read", "any organisation"))
        found = whole(self._store, self._records, on=on, known=known)
        return (
            found if day is None or scope.whole else shown(found, scope, self._lineages(day), self._histories)
        )

    def _reading(self, actor: Actor | None, at: datetime | None) -> date | None:
        """The day on which somebody reads; None where everybody reads everything.

        Raises:
            NotPermitted: ``actor-missing``, ``moment-missing``, both at once.
        """
        if isinstance(self._policy, AllowAll):
            return None
        problems = []
        if actor is None:
            problems.append(Problem("actor-missing", Where(), "nobody", "an actor", "Say who reads."))
        if at is None:
            problems.append(Problem("moment-missing", Where(path="at"), "nothing", "the moment", "Say when."))
        if at is None or problems:
            raise NotPermitted(*problems)
        return day_of(at)

    def _lineages(self, day: date) -> Lineages:
        """Where organisations stand on a day, as known now."""
        self._histories.at_head(self._store.head())
        return Lineages(self._histories, day)

    def number_on(self, day: date) -> int:
        """The number of the last changeset up to the end of a day (UTC+8); 0 if there was none."""
        return number_on(self._store, day)

    def head(self) -> Head:
        """The number and hash of the last changeset: what is printed on reports and kept elsewhere."""
        return self._store.head()

    def log(self, *, actor: Actor | None = None, at: datetime | None = None) -> Iterator[Entry]:
        """All changesets without their rows, by number: who did what, when and why, in every organisation.

        Raises:
            NotPermitted: under a policy that looks at actors, for whoever may not read everything.
        """
        self._require_all(actor, at)
        return self._store.entries()

    def verify(
        self, *, outside: Head | None = None, actor: Actor | None = None, at: datetime | None = None
    ) -> tuple[Problem, ...]:
        """Check the whole chain, then every changeset against every invariant, as known then; nothing if all is well.

        ``outside`` is a head that was kept elsewhere. A problem of a changeset names it. Names that the chain calls
        forgotten must be gone.

        Raises:
            NotPermitted: as :meth:`log`, because problems name records.
        """
        self._require_all(actor, at)
        broken = verify_store(self._store, outside=outside)
        return broken or (
            *replayed(self._store, self._records, self._host.catalogue().lifecycle),
            *not_erased(self._store),
        )

    def _require_all(self, actor: Actor | None, at: datetime | None) -> None:
        """Let only those who may read everything see what runs across all organisations."""
        day = self._reading(actor, at)
        if actor is not None and day is not None:
            scope = self._policy.visible(actor, "read", at=day)
            if not scope.whole:
                raise NotPermitted(refusal(actor, "read", "everything"))

    def keep_names(self, persons: Iterable[Person], *, actor: Actor, at: datetime) -> None:
        """Keep the names and contacts behind random ids, outside the chain, from where they can be erased.

        Commit the tenure first: who administers the organisation of the post may keep the name of its holder.

        Raises:
            NotPermitted: the actor may not administer an organisation where the person stands.
            StoreProblem: the store cannot erase (``store-not-erasable``), or an id was forgotten (``person-forgotten``).
        """
        self._persons(at).keep(persons, actor=actor)

    def names(self, ids: Iterable[str], *, actor: Actor, at: datetime) -> Mapping[str, Person]:
        """The names behind random ids; an id without a kept name is left out.

        Raises:
            NotPermitted: the actor may not ``read-person`` where one of them stands, or the id stands nowhere.
            StoreProblem: ``store-not-erasable``.
        """
        return self._persons(at).names(ids, actor=actor)

    def forget(self, ids: Iterable[str], *, actor: Actor, why: str, at: datetime) -> tuple[str, ...]:
        """Erase the names behind random ids so that no byte of them is left; gives the ids whose names were kept.

        :meth:`backups` tells which copies could not be reached; a database server's own log and copies are its own. The
        chain first keeps that the ids were forgotten, by whom and why; ``verify`` stays as it was. To ask again is
        the same erasure, carried on.

        Raises:
            NotPermitted: the actor may not administer an organisation where one of them stands.
            RecordProblem: an id that nobody has (``person-unknown``), a reason that repeats the name
                (``reason-names-person``).
            StoreProblem: ``store-not-erasable``, or what the store could not do; ask again then.
        """
        return self._persons(at).forget(ids, actor=actor, header=self._header(actor, why, at, ""))

    def backup(self, target: Path, *, actor: Actor, at: datetime) -> Head:
        """Copy the ledger into a new file while it is in use; gives the head of the copy.

        Names are in the copy as they are here; to forget one here later erases it in the copy, too, where it lies then.

        Raises:
            NotPermitted: the actor may not administer everything.
            StoreProblem: a store that is no file of its own (``store-no-backup``), a target that is there already
                (``backup-exists``) or cannot be written; nothing is left behind.
        """
        return self._copied(actor, at).backup(target)

    def backups(self, *, actor: Actor, at: datetime) -> tuple[Backup, ...]:
        """The copies that the ledger remembers; one that is ``behind`` still holds a name that was to be forgotten.

        Raises:
            NotPermitted: the actor may not administer everything.
            StoreProblem: ``store-no-backup``.
        """
        return self._copied(actor, at).backups()

    def discard_backup(self, target: Path, *, actor: Actor, at: datetime) -> None:
        """No longer remember a copy that was destroyed.

        Raises:
            NotPermitted: the actor may not administer everything.
            StoreProblem: ``store-no-backup``, a copy that nobody remembers (``backup-unknown``), or one whose file is
                still there (``backup-exists``).
        """
        self._copied(actor, at).discard_backup(target)

    def _copied(self, actor: Actor, at: datetime) -> Backing:
        """The store with its copies, for whoever may administer everything."""
        day = day_of(at)
        ask(self._policy, actor, [("administer", self._lineages(day).of(None), "everything")], day=day)
        return backing(self._store)

    def _persons(self, at: datetime) -> Persons:
        """The names of the store, as they may be touched at a moment."""
        day = day_of(at)
        store, lineages = self._store, self._lineages(day)
        return Persons(
            store=store, policy=self._policy, histories=self._histories, lineages=lineages, day=day
        )

    def close(self) -> None:
        """Close the store; twice is fine."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        self.close()
