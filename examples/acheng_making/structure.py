"""The tree: names, parents and codes, Party bodies, posts and who holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from acheng_making.units import FOLDER, LIAISON, SEED, YEAR, Row, Unit, draw, read


def organisations(given: Iterable[Unit]) -> Iterator[Row]:
    """Names and kinds, and the parents of the territory."""
    yield "id", "name", "name_en", "kind", "parent", "example"
    for unit in given:
        parent = unit.parent if unit.line == "territory" else ""
        yield unit.id, unit.name, unit.name_en, unit.kind, parent, "yes" if unit.example else "no"


def placements(given: Iterable[Unit]) -> Iterator[Row]:
    """The parents of the second line."""
    yield "organisation", "line", "parent"
    for unit in given:
        if unit.line != "territory" and unit.parent:
            yield unit.id, unit.line, unit.parent


def aliases(given: Iterable[Unit]) -> Iterator[Row]:
    """Codes of both schemes. The second is joined by name: six units carry different codes, some of them swapped."""
    yield "organisation", "scheme", "code"
    named = {unit.name: unit for unit in given if unit.code}
    for unit in named.values():
        yield unit.id, "stats", unit.code
    for row in read(FOLDER / "source" / "acheng_townships_2025.csv"):
        yield named[row["name"]].id, "mca", row["code"]


BODY_NAMES = {
    "local_committee": ("委", "Party Committee"),
    "district_committee": ("委", "Party Committee"),
    "working_committee": ("党工委", "Party Working Committee"),
    "committee": ("党委", "Party Committee"),
    "general_branch": ("党总支", "General Party Branch"),
    "branch": ("党支部", "Party Branch"),
}
FIXED_KINDS = {
    "city": "local_committee",
    "district": "district_committee",
    "street": "working_committee",
    "town": "committee",
    "zone": "committee",
}
COMMITTEE_FROM = 100
DEPARTMENTS: tuple[Row, ...] = (
    ("acheng-organization", "阿城区委组织部", "Acheng Organization Department", "organization_department"),
    (
        "acheng-leading-group",
        "阿城区委党的建设工作领导小组",
        "Acheng Party-building Leading Group",
        "leading_group",
    ),
)


def body_kind(unit: Unit) -> str:
    """The kind that fits: a working committee for a street, by members and branches for a village."""
    if unit.id == LIAISON:
        return "working_committee"
    if unit.kind in FIXED_KINDS:
        return FIXED_KINDS[unit.kind]
    if unit.members >= COMMITTEE_FROM:
        return "committee"
    return "branch" if len(unit.sizes) == 1 else "general_branch"


def seats(given: Iterable[Unit]) -> list[Unit]:
    """The organisations at which a body sits."""
    return [unit for unit in given if unit.kind == "city" or unit.sizes or unit.id == LIAISON]


def bodies(given: Iterable[Unit]) -> Iterator[Row]:
    """A body for every organisation with members, under the body of its parent."""
    yield "id", "name", "name_en", "kind", "seat", "superior"
    seated = seats(given)
    ids = {unit.id for unit in seated}
    for unit in seated:
        kind = body_kind(unit)
        zh, en = BODY_NAMES[kind]
        above = "acheng" if unit.id == LIAISON else unit.parent
        superior = f"{above}-committee" if above in ids else ""
        name = unit.name if unit.id == LIAISON else f"{unit.name}{zh}"
        yield f"{unit.id}-committee", name, f"{unit.name_en} {en}", kind, unit.id, superior
    for row in DEPARTMENTS:
        yield *row, "acheng", "acheng-committee"


ROLES = (("secretary", ""), ("deputy", ""), ("officer", ""), ("discipline", ""))
OTHER_ROLES = {
    "acheng-committee": (*ROLES, ("organization", ""), ("supervisor", "")),
    "acheng-organization": (
        ("secretary", "部长"), ("deputy", "副部长"), ("officer", "组织员"), ("supervisor", "督查员"),
    ),
    "acheng-leading-group": (("secretary", "组长"), ("deputy", "副组长"), ("officer", "办公室工作人员")),
}  # fmt: skip


def posts(given: Iterable[Unit]) -> Iterator[Row]:
    """The posts of every body."""
    yield "id", "body", "role", "title"
    for body in (str(row[0]) for row in (*bodies(given),)[1:]):
        for role, title in OTHER_ROLES.get(body, ROLES):
            yield f"{body}-{role}", body, role, title


CHANGED = ("shili-08-committee-secretary", f"{YEAR}-07-01")
"""A post that changes hands during the year."""


def tenures(given: Iterable[Unit]) -> Iterator[Row]:
    """Who holds the posts: random ids without names, since the last change of term."""
    yield "post", "holder", "starts", "ends"
    for post in (str(row[0]) for row in (*posts(given),)[1:]):
        since = f"2021-{draw(1, 12, 'month', post):02}-{draw(1, 28, 'day', post):02}"
        yield post, holder(post, 1), since, CHANGED[1] if post == CHANGED[0] else ""
    yield CHANGED[0], holder(CHANGED[0], 2), CHANGED[1], ""


def holder(post: str, number: int) -> str:
    """A random id of a person."""
    return f"h-{sha256(f'{SEED}/holder/{post}/{number}'.encode()).hexdigest()[:10]}"
