"""D: values come back as they were written, to the byte, and what has no exact text is refused before it is stored."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from attrs import evolve

from partybuilding.domain.record import LEAST, LONGEST_ID, MOST, is_id
from partybuilding.errors import PartybuildingError, StoreProblem
from partybuilding.extension.canonical import canonical
from partybuilding.extension.store import Draft, Head
from partybuilding.testing.store_checks.check import Subject, requires
from partybuilding.testing.store_checks.expecting import refused, same
from partybuilding.testing.store_checks.writing import DAY, KIND, add, content, draft, row, state

if TYPE_CHECKING:
    from collections.abc import Iterable

MARKS = (
    "示例村",
    "\U00020000",
    "😀👨‍👩‍👧",
    "é",
    "e\u0301",
    "\uff21A⼈人",
    "\u202eabc\u200d\ufeff",
    "\uffff\ue000\U0010ffff",
    "\u2028\x7f\x1f",
    "  spaces  ",
    "İıſß",
)
ALIKE = (
    "a",
    "A",
    "\uff41",
    "\uff21",
    "é",
    "e\u0301",
    "ss",
    "ß",
    "ﬁ",
    "fi",
    "а",
    "k",
    "\u212a",
    "1",
    "01",
    "１",
)
SPOKEN = (
    "'; DROP TABLE partybuilding_version; --",
    '"',
    "''",
    "%_%",
    "\\",
    "\\\\n",
    "{0} %s :x ?1 $1",
    "--",
    "/*",
    ";",
    "\t\r\n",
)
FOUR_MIB = 4 * 1024 * 1024
BLOB_LENGTHS = (0, 1, 65_536, FOUR_MIB)


def _kept(subject: Subject, bodies: Iterable[str]) -> None:
    """Require that bodies come back byte for byte, from a day, from history and from the changeset."""
    rows = [row(f"r{place}", body) for place, body in enumerate(bodies)]
    expected = [each.body for each in sorted(rows, key=lambda each: each.id)]
    with subject.make() as store:
        add(store, *rows)
        same(list(state(store).values()), expected, "the bodies of a day")
        same([each.row.body for each in store.read(KIND)], expected, "the bodies of the history")
        (changeset,) = store.changes()
        same([each.body for each in changeset.rows], expected, "the bodies of the changeset")
        digests = [each.digest for each in store.read(KIND)]
        same(digests, [each.digest for each in changeset.rows], "the digests of the rows")


def _never(subject: Subject, bodies: Iterable[str]) -> None:
    """Require that bodies are refused, and that nothing is stored."""
    with subject.make() as store:
        for body in bodies:
            with refused(StoreProblem, f"the body {body[:80]!a}"):
                add(store, row(body="1"), row("b", body))
        same(content(store), (Head(), (), (), ()), "the store after bad values")


@requires(
    "D1",
    "整数 −2^63 与 2^63−1 精确保存，2^63 拒绝。",
    "The whole numbers -2^63 and 2^63-1 are kept exactly; 2^63 is refused.",
)
def integers(subject: Subject) -> None:
    """Numbers beyond 2^53 are where a float in between would show."""
    numbers = (LEAST, MOST, 2**53 + 1, -(2**53) - 1, 10**18 + 1, 0, -1)
    _kept(subject, [canonical({"n": number}) for number in numbers])
    _never(subject, [f'{{"n":{number}}}' for number in (MOST + 1, LEAST - 1, 10**30)])


@requires(
    "D2",
    "浮点数、NaN、Infinity、Decimal 一律拒绝。",
    "Floats, NaN, Infinity and decimals are refused in bodies.",
)
def no_floats(subject: Subject) -> None:
    """A float would give another digest on another machine."""
    _never(subject, ["1.5", "1.0", "1e3", "-0.0", "NaN", "Infinity", "-Infinity", '{"n":[0.29]}', "-0"])


@requires("D3", "真假值不同于 1 与 0。", "True is not 1, and false is not 0.")
def truth(subject: Subject) -> None:
    """Neither becomes the other on the way."""
    _kept(subject, ["true", "1", "false", "0", "null", '"1"', '{"a":[true,1,false,0,null]}'])


@requires(
    "D4",
    "文本逐字节返回：扩展汉字、表情、组合符号，不作 NFC 归一。",
    "Text comes back byte for byte: rare characters, emoji, combining marks; nothing is normalised.",
)
def text(subject: Subject) -> None:
    """In bodies, and in the words of the header."""
    _kept(subject, [canonical({mark: [mark, mark * 3]}) for mark in MARKS])
    with subject.make() as store:
        for mark in MARKS:
            store.append(draft(row(), reason=mark, key=mark), store.head().number)
        same([each.header.reason for each in store.changes()], list(MARKS), "the reasons of the headers")
        same([each.header.key for each in store.entries()], list(MARKS), "the keys of the headers")
        found = [store.keyed(mark) for mark in MARKS]
        numbers = [each and each.header.number for each in found]
        same(numbers, list(range(1, len(MARKS) + 1)), "the changesets by their keys")


@requires("D5", "NUL 字符在进入后端之前被拒绝。", "NUL is refused before it reaches the backend.")
def no_nul(subject: Subject) -> None:
    """In a body, in a name and in the header: SQLite would store it, PostgreSQL would not."""
    _never(subject, ['"a\\u0000b"', '{"a\\u0000":1}', '"\0"'])
    _bad_words(subject, "a\0b")


@requires("D6", "孤立代理项被拒绝。", "A lone surrogate is refused.")
def no_surrogate(subject: Subject) -> None:
    """It has no bytes, and so no digest."""
    _never(subject, ['"\ud800"', '"\\ud800"', '{"\udfff":1}', '"\\udfff\\ud800"'])
    _bad_words(subject, "a\ud800b")


def _bad_words(subject: Subject, word: str) -> None:
    with subject.make() as store:
        for bad in (
            draft(row(word)),
            draft(row(kind=word)),
            draft(row(), reason=word),
            draft(row(), key=word),
        ):
            with refused(PartybuildingError, f"a draft with {word!a}"):
                store.append(bad, 0)
        same(content(store), (Head(), (), (), ()), "the store after bad words")


@requires(
    "D7",
    "大小写、全半角、组合形式、尾随空格不同的标识互不相同。",
    "Ids and kinds that differ in case, width, composition or a trailing space are different.",
)
def alike(subject: Subject) -> None:
    """A collation that takes two of them for one gives one office's record to another."""
    with subject.make() as store:
        names = [name for name in (*ALIKE, *(f"{name} " for name in ALIKE)) if is_id(name)]
        add(store, *(row(name, f'"{place}"') for place, name in enumerate(names)))
        found = state(store)
        same(list(found), sorted(names), "the ids of the day")
        for place, name in enumerate(names):
            same(found[name], f'"{place}"', f"the body of {name!a}")
            one = [each.row.id for each in store.read(KIND, ids=[name], on=DAY)]
            same(one, [name], f"what is read by the id {name!a}")
        add(store, *(row("x", kind=name) for name in names))
        same(store.kinds(), tuple(sorted({*names, KIND})), "the kinds")
        for name in ALIKE:
            same(list(state(store, kind=name)), ["x"], f"the ids of the kind {name!a}")
            same(tuple(store.read(KIND, ids=[f"{name} "])), (), f"what is read by {name!a} with a space")
        for key in ("k", "K", "k "):
            store.append(draft(row("k"), key=key), store.head().number)
        same(store.head().number, 5, "the head after three keys that look alike")


@requires("D8", "空文本不同于无值。", "An empty text is not nothing.")
def empty_text(subject: Subject) -> None:
    """In a body, and in the optional words of the header, where a database may turn the one into the other."""
    _kept(subject, ['""', "null", "{}", "[]", '{"":""}'])
    with subject.make() as store:
        for key, command, behalf in ((None, "", None), ("", "load", "")):
            header = evolve(draft(row()).header, key=key, command=command, on_behalf_of=behalf)
            store.append(Draft(header=header, rows=[row(str(store.head().number))]), store.head().number)
        found = [(each.header.key, each.header.command, each.header.on_behalf_of) for each in store.changes()]
        same(found, [(None, "", None), ("", "load", "")], "the optional words of the headers")
        keyed = store.keyed("")
        same(keyed and keyed.header.number, 2, "the changeset with the empty key")


@requires(
    "D9",
    "日期 0001-01-01 至 9999-12-31 均保留。",
    "Every day from 0001-01-01 to 9999-12-31 is kept; since ever is not the first day.",
)
def calendar(subject: Subject) -> None:
    """Years below 1000 sort as days, not as texts without zeros."""
    days = (
        date.min,
        date(33, 4, 3),
        date(999, 12, 31),
        date(1000, 1, 1),
        date(1900, 2, 28),
        date(9999, 12, 30),
    )
    with subject.make() as store:
        add(
            store,
            row("ever"),
            *(row("a", str(day.year), starts=day, ends=day + timedelta(1)) for day in days),
        )
        found = [(each.row.starts, each.row.ends) for each in store.read(KIND, ids=["a"])]
        same(found, [(day, day + timedelta(1)) for day in days], "the days of the rows")
        for day in days:
            same(state(store, day), {"a": str(day.year), "ever": "{}"}, f"the state of {day}")
        same(state(store, date.max), {"ever": "{}"}, "the state of the last day")
        add(store, row("b"), row("b", starts=date.min), row("c", ends=date.max))
        starts = [each.row.starts for each in store.read(KIND, ids=["b"])]
        same(starts, [None, date.min], "since ever and from the first day")


@requires("D10", "4 MiB 的正文与内容原样返回。", "A body and a content of 4 MiB come back whole.")
def large(subject: Subject) -> None:
    """Also just beyond lengths at which a column type might cut."""
    lengths = (4_095, 4_096, 4_097, 65_535, 65_536, FOUR_MIB)
    _kept(subject, [canonical("长" * (length // 3) + "x" * (length % 3)) for length in lengths])
    contents = [bytes(index % 251 for index in range(length)) for length in BLOB_LENGTHS]
    with subject.make() as store:
        false = evolve(draft(row()), blobs=(("ab" * 32, b"other"),))
        with refused(StoreProblem, "a content that does not fit its digest", code="blob-digest"):
            store.append(false, 0)
        add(store, row(), contents=[*contents, contents[0]])
        (changeset,) = store.changes()
        digests = sorted(sha256(each).hexdigest() for each in contents)
        same(changeset.blobs, tuple(digests), "the digests of the contents that the changeset names")
        for each in contents:
            found = store.blob(sha256(each).hexdigest())
            same((len(found), found == each), (len(each), True), f"a content of {len(each)} bytes")


@requires(
    "D11",
    "1000 个键、50 层嵌套原样返回。",
    "A body with 1,000 keys or 50 levels comes back whole, and so do the longest names.",
)
def wide(subject: Subject) -> None:
    """Keys stand in the order of the canonical text, not in that of a database's own type for JSON."""
    keys = canonical({f"键{place}": place for place in range(1_000)})
    _kept(subject, [keys, "[" * 50 + "]" * 50, '{"a":' * 50 + "1" + "}" * 50, '{"a":1,"aa":2,"b":3}'])
    longest = "示" * LONGEST_ID
    with subject.make() as store:
        add(store, row(longest, kind=longest))
        same(list(state(store, kind=longest)), [longest], "the longest id of the longest kind")


@requires(
    "D12",
    "形似 SQL 的文本、引号、百分号、反斜杠原样返回。",
    "Text that looks like SQL, quotes, per cent signs and backslashes come back as they are.",
)
def spoken(subject: Subject) -> None:
    """In bodies, names, keys, reasons and questions."""
    _kept(subject, [canonical({word: word}) for word in SPOKEN])
    names = [
        word for word in ("'", '"', "%", "_", "\\", "a'b", "a%", "a_", "--", "?", "$1", "%s") if is_id(word)
    ]
    with subject.make() as store:
        add(store, *(row(name, kind=kind) for name in names for kind in ("a", "'", "%")))
        for name in names:
            found = [each.row.id for each in store.read("%", ids=[name], on=DAY)]
            same(found, [name], f"what is read by the id {name!a}")
        for word in SPOKEN:
            store.append(draft(row(), key=word, reason=word), store.head().number)
            keyed = store.keyed(word)
            same(keyed and keyed.header.reason, word, f"the reason of the changeset with the key {word!a}")
        same(tuple(store.read(SPOKEN[0], ids=SPOKEN)), (), "what is read by words that are no names")
