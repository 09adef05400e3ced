"""Who has not signed in time: the letters of a year against the window that the district declared, level by level.

The library says which letters are late or missing, by how many days, and whose turn it is; what follows is for people.
Where no window is declared nothing is late, because no national instrument names a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

from partybuilding.cycle.letters import secretaries, standing
from partybuilding.cycle.nearest import nearest
from partybuilding.cycle.targets import main_bodies
from partybuilding.domain.letter_rules import LetterForm, SigningWindow
from partybuilding.domain.letters import MAIN, PARTS, Letter
from partybuilding.domain.lifecycles import Course
from partybuilding.domain.snapshot import Snapshot
from partybuilding.extension.catalogue import Catalogue
from partybuilding.extension.declarations import Finding
from partybuilding.extension.declared import Declared
from partybuilding.extension.places import chain
from partybuilding.labels import Label

Fault = Literal["early", "late", "missing", "undrafted"]
FAULTS: Mapping[Fault, Label] = MappingProxyType(
    {
        "early": Label("早于签订期", "signed before the window"),
        "late": Label("逾期签订", "signed late"),
        "missing": Label("逾期未签", "not signed"),
        "undrafted": Label("没有责任书", "no letter"),
    }
)


@frozen(kw_only=True)
class Unsigned:
    """A letter that was not signed within its window: its level, whose posts it waited for, and by how many days.

    ``level`` is the depth of the organisation below the root of the plan, which is 0. ``letter`` is None for an
    organisation that should have one and has none.
    """

    letter: str | None
    organisation: str
    level: int
    fault: Fault
    posts: tuple[str, ...]
    days: int
    window: Declared[SigningWindow] = field(repr=False, hash=False)


def unsigned(snapshot: Snapshot, catalogue: Catalogue, *, year: int) -> tuple[Unsigned, ...]:
    """Every late, missing or early signature of a year, by level, then by organisation.

    A letter that was revised is held to the days that the window gives for revisions. An organisation without any letter is
    told of if a window names its kind and a body answers there.
    """
    windows = catalogue.rules_on(SigningWindow, snapshot.on)
    courses, posts = standing(snapshot), secretaries(snapshot)
    letters = [each for each in snapshot.of(Letter) if each.year == year]
    found: list[Unsigned] = []
    for letter in letters:
        window = nearest(windows, letter.organisation, snapshot.whole or snapshot)
        if window is not None:
            found += _of_letter(snapshot, letter, courses[letter.id], window=window, posts=posts)
    having = {each.organisation for each in letters if each.kind == MAIN}
    found += _undrafted(snapshot, windows, year, having=having, posts=posts)
    return tuple(sorted(found, key=lambda each: (each.level, each.organisation, each.letter or "")))


def _of_letter(
    snapshot: Snapshot,
    letter: Letter,
    course: Course,
    *,
    window: Declared[SigningWindow],
    posts: Mapping[str, str],
) -> Iterator[Unsigned]:
    """What is wrong with the signing of one letter."""
    days = _window(letter, window.value)
    if days is None:
        return
    opens, closes = days
    signed = course.first("sign")
    if signed is not None:
        both = tuple(each.post for each in course.taken if each.name in {"issue", "sign"})
        fault: Fault = "late" if signed > closes else "early"
        away = (signed - closes).days if signed > closes else (opens - signed).days
    else:
        side = letter.receiver if course.state == "issued" else letter.issuer
        both = tuple(posts[each] for each in (side,) if each in posts)
        fault, away = "missing", 0 if course.closed else (snapshot.on - closes).days
    if away > 0:
        yield Unsigned(
            letter=letter.id,
            organisation=letter.organisation,
            level=level(snapshot, letter.organisation),
            fault=fault,
            posts=both,
            days=away,
            window=window,
        )


def _window(letter: Letter, window: SigningWindow) -> tuple[date, date] | None:
    """The first and the last day on which a letter is signed in time; None where nobody says."""
    if letter.revises is None:
        return window.days(letter.year)
    if letter.starts is None or window.revised_within is None:
        return None
    return letter.starts, letter.starts + timedelta(days=window.revised_within)


def _undrafted(
    snapshot: Snapshot,
    windows: Iterable[Declared[SigningWindow]],
    year: int,
    *,
    having: set[str],
    posts: Mapping[str, str],
) -> Iterator[Unsigned]:
    """Organisations of the plan that a window names by kind, where a body answers and no letter was ever drafted."""
    named = tuple(each for each in windows if each.value.kinds)
    for organisation, body in main_bodies(snapshot).items():
        window = nearest(named, organisation, snapshot.whole or snapshot)
        if window is None or organisation in having or level(snapshot, organisation) < 0:
            continue
        away = (snapshot.on - window.value.days(year)[1]).days
        if away > 0:
            yield Unsigned(
                letter=None,
                organisation=organisation,
                level=level(snapshot, organisation),
                fault="undrafted",
                posts=tuple(posts[each] for each in (body.superior or "",) if each in posts),
                days=away,
                window=window,
            )


def level(snapshot: Snapshot, organisation: str) -> int:
    """How deep an organisation stands below the root of the plan, whoever reads; below zero outside of it."""
    down = [each.id for each in chain(organisation, snapshot.whole or snapshot)]
    root = snapshot.root if snapshot.root is not None or not down else down[0]
    return len(down) - 1 - down.index(root) if root in down else -1


def findings(snapshot: Snapshot, catalogue: Catalogue, *, year: int) -> tuple[Finding, ...]:
    """Late and missing signatures, and letters that lack one of their nine parts, as things to look at."""
    return (
        *(_told(each) for each in unsigned(snapshot, catalogue, year=year)),
        *_incomplete(snapshot, catalogue, year),
    )


def _told(given: Unsigned) -> Finding:
    fault, letter = FAULTS[given.fault], given.letter or given.organisation
    posts = "、".join(given.posts) or "—"
    return Finding(
        code=f"letter-{given.fault}",
        organisation=given.organisation,
        says=Label(
            f"第 {given.level} 级，{letter}：{fault.zh} {given.days} 天，责任岗位 {posts}",
            f"level {given.level}, {letter}: {fault.en}, {given.days} days, posts {posts}",
        ),
        rule=given.window.value.name,
        source=given.window.value.source,
        plugin=given.window.plugin,
    )


def _incomplete(snapshot: Snapshot, catalogue: Catalogue, year: int) -> Iterator[Finding]:
    """Letters without one of the nine parts; only where a place declared the form of its letters, as old ones had lines only."""
    forms = catalogue.rules_on(LetterForm, snapshot.on)
    courses = standing(snapshot)
    for letter in snapshot.of(Letter):
        form = nearest(forms, letter.organisation, snapshot.whole or snapshot)
        lacks = letter.lacks()
        if form is not None and lacks and letter.year == year and not courses[letter.id].closed:
            yield Finding(
                code="letter-incomplete",
                organisation=letter.organisation,
                says=Label(
                    f"{letter.id} 缺少：{'、'.join(PARTS[each].zh for each in lacks)}",
                    f"{letter.id} lacks: {', '.join(PARTS[each].en for each in lacks)}",
                ),
                rule=form.value.name,
                source=form.value.source,
                plugin=form.plugin,
            )
