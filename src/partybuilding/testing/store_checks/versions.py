"""I: a store outlives the release that wrote it: older ones open, newer ones are left alone, unknown kinds stay."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from select import select
from timeit import timeit
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.errors import PartybuildingError, SchemaTooNew
from partybuilding.extension.store import Draft, Head, OpenStore
from partybuilding.ledger.chain import verify_chain
from partybuilding.testing.store_checks.check import CannotRun, Subject, requires
from partybuilding.testing.store_checks.children import complaints, ended, forked, reference, resolve
from partybuilding.testing.store_checks.expecting import fail, same
from partybuilding.testing.store_checks.writing import DAY, add, content, draft, row

if TYPE_CHECKING:
    from partybuilding.extension.store import Store

DURABLE = frozenset({"durable"})
SECONDS = 300
FOREIGN = '{"of":"示例","rounds":[1,2],"由插件":true}'


@requires(
    "I1",
    "较新版本写成的库：拒绝打开并说明两个版本号，文件不动。",
    "A store of a newer release is refused as SchemaTooNew with both numbers, and is not touched.",
    needs=DURABLE,
)
def too_new(subject: Subject) -> None:
    """For writing and for reading: what an older library does not know it cannot read right."""
    if subject.newer is None:
        message = "hand over `newer`, which makes a store look as if the next release had written it"
        raise CannotRun(message)
    url = subject.place()
    with subject.reopen(url) as store:
        add(store, row())
    subject.newer(url)
    before = _bytes(subject, url)
    for read_only in (True, False):
        try:
            subject.reopen(url, read_only=read_only).close()
        except SchemaTooNew as caught:
            numbers = [
                re.findall("[0-9]+", text) for text in (caught.problems[0].read, caught.problems[0].expected)
            ]
            if not all(numbers) or numbers[0] == numbers[1]:
                fail(f"the refusal does not name both schema numbers: {caught}")
        except PartybuildingError as caught:
            fail(f"a newer store is refused as {type(caught).__name__}: {caught}")
        else:
            fail(f"a store of a newer release was opened, read_only={read_only}")
    same(_bytes(subject, url), before, "the bytes of the file that was refused")


def _bytes(subject: Subject, url: str) -> bytes | None:
    """The file of a store that is one file; None for another."""
    if "file_based" not in subject.backend.capabilities:
        return None
    return Path(url.partition(":///")[2]).read_bytes()


@requires(
    "I2",
    "每个已发布的旧版本库都能打开并继续写入。",
    "A store of every earlier released schema opens by migration, and goes on.",
    needs=DURABLE,
)
def older(subject: Subject) -> None:
    """Its history is read, a changeset is added, and the next opening finds both."""
    for release, url in subject.releases().items():
        with subject.reopen(url) as store:
            before = content(store)
            if store.head() == Head():
                fail(f"the fixture of schema {release} is empty: it shows nothing")
            head = add(store, row("added-later"))
        with subject.reopen(url) as store:
            same(store.head(), head, f"the head of schema {release} after it was migrated and written to")
            changes = tuple(store.changes(1, head.number))
            same(changes, before[1], f"the history of schema {release} after its migration")


@requires(
    "I3",
    "迁移中途被终止：库仍为旧版或新版，绝不停在中间。",
    "A migration that is killed half-way leaves the old or the new store, and never one between.",
    needs=DURABLE | {"multi_process"},
)
def killed(subject: Subject) -> None:
    """Killed at moments spread over the whole migration; afterwards it opens with its head and its chain."""
    copies = [subject.releases() for _ in range(subject.counts.other_kills + 1)]
    for release in copies[0]:
        given = {"opened": reference(subject.backend.open), "urls": [each[release] for each in copies]}
        complaints(killed_while_opening, given, seconds=SECONDS)


def killed_while_opening(opened: str, urls: Sequence[str]) -> list[str]:
    """Open the first store and kill whoever opens one of the others, later every time; what was wrong afterwards."""
    opener: OpenStore = resolve(opened)  # type: ignore[assignment]  # the backend's own
    first, *others = urls
    length = timeit(lambda: opener(first).close(), number=1)
    with opener(first) as store:
        expected = content(store)
    found: list[str] = []
    for place, url in enumerate(others):
        pid, receiving = forked(lambda _, url=url: opener(url).close())  # type: ignore[misc]  # the URL of this turn
        select([receiving], [], [], length * place / len(others))
        os.kill(pid, signal.SIGKILL)
        ended(pid, receiving)
        with opener(url) as store:
            if content(store) != expected or verify_chain(store):
                found.append(f"killed after {place} of {len(others)} parts: {verify_chain(store)}")
    return found


@requires(
    "I4",
    "迁移不改变哈希链。",
    "A migration keeps the chain: every hash is as it was, and the verifier finds nothing.",
    needs=DURABLE,
)
def chained(subject: Subject) -> None:
    """The head that was printed before the migration is still the head."""
    for release, url in subject.releases().items():
        heads = []
        for _ in range(2):
            with subject.reopen(url) as store:
                same(verify_chain(store), (), f"what the verifier finds in schema {release}")
                heads.append(store.head())
        same(heads[1], heads[0], f"the head of schema {release} at the second opening")


@requires(
    "I5",
    "某插件写成的库，没有该插件也能打开，未知种类原样保留。",
    "A store that a plugin wrote to opens without it, and its records come through unchanged.",
)
def without_plugin(subject: Subject) -> None:
    """The store knows no kinds: what it does not know it keeps, in the chain and in the history."""
    url = subject.place()
    header = evolve(draft(row()).header, manifest=(("acheng", "ab" * 32), ("unheard-of", "cd" * 32)))
    rows = row("v1", FOREIGN, kind="unheard-of.visit"), row("v2", None, kind="unheard-of.visit", starts=DAY)
    with subject.reopen(url) as store:
        store.append(Draft(header=header, rows=(*rows, row())), 0)
        _foreign(store, rows)
        if "durable" not in subject.backend.capabilities:
            return
    with subject.reopen(url) as store:
        _foreign(store, rows)


def _foreign(store: Store, rows: tuple[object, ...]) -> None:
    same(store.kinds(), ("post", "unheard-of.visit"), "the kinds")
    found = tuple(each.row for each in store.read("unheard-of.visit"))
    same(found, rows, "the records of a plugin that is not there")
    (changeset,) = store.changes()
    manifest = (("acheng", "ab" * 32), ("unheard-of", "cd" * 32))
    same(changeset.header.manifest, manifest, "the plugins that the header names")
    same(verify_chain(store), (), "what the verifier finds")
