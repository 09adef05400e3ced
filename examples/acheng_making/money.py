"""Twenty yuan a member, from the budget of the district to what is paid; and the money of one work on a venue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from acheng_making.figures import EXPANDED, Tree
from acheng_making.units import FOLDER, YEAR, Row, Unit, draw, read
from partybuilding.money import shown

PER_HEAD = 20
PURPOSE = "education"
WORK = "shili-06-kuojian"
PARTS = ("advance", "progress", "completion", "final")
Money = Iterator[tuple[str, str, str, str, str, int, str, str, str]]
HEADERS: Row = (
    "id",
    "day",
    "year",
    "kind",
    "organisation",
    "to",
    "purpose",
    "amount",
    "of",
    "reverses",
    "reason",
)


def movements(given: Iterable[Unit]) -> Iterator[Row]:
    """Twenty yuan a member: budget, allocation down the tree, commitments and payments; ids as a rerun makes them."""
    yield HEADERS
    tree = Tree(tuple(unit for unit in given if unit.line == "territory" and unit.sizes))
    for id_, day, kind, organisation, to, amount, of, reverses, reason in (*allotted(tree), *used(tree)):
        yield id_, day, YEAR, kind, organisation, to, PURPOSE, shown(amount, 100), of, reverses, reason
    for id_, day, kind, amount, of, reason in works():
        yield (
            f"{WORK}/{id_}",
            f"{YEAR}-{day}",
            YEAR,
            kind,
            EXPANDED[0],
            "",
            "venue",
            shown(amount, 100),
            of,
            "",
            reason,
        )


def works() -> Iterator[tuple[str, str, str, int, str, str]]:
    """One work on a venue: its budget, its contract, and the payments by stage; the prices stand in ``works.csv``."""
    rows = [row for row in read(FOLDER / "works.csv") if row["id"] == WORK and row["signed"]]
    advance, progress, completion, final = (int(rows[0][name]) * 100 for name in PARTS)
    whole, of = advance + progress + completion + final, f"work:{WORK}"
    yield "budget", "03-10", "budget", whole, "", "活动场所专项"
    yield "commit", "03-16", "commit", whole, of, "签订合同"
    yield "advance", "03-18", "pay", advance, of, "预付款"
    yield "progress", "05-20", "pay", progress, of, "进度款"
    yield "completion", "08-05", "pay", completion, of, "竣工款"
    yield "final", "08-25", "pay", final, of, "尾款"


def allotted(tree: Tree) -> Money:
    """The budget of the district and what goes down each edge: what the whole subtree is entitled to."""
    day = f"{YEAR}-01-12"
    for unit in tree.units:
        amount = tree.weight(unit, "members") * PER_HEAD * 100
        if unit.id == "acheng":
            yield f"{YEAR}/{PURPOSE}/budget", day, "budget", unit.id, "", amount, "", "", ""
        else:
            yield f"{YEAR}/{PURPOSE}/{unit.id}", day, "allocate", unit.parent, unit.id, amount, "", "", ""


def used(tree: Tree) -> Money:
    """What is committed and paid, for projects and for training; never more than an organisation has of its own."""
    projects = {
        row["organisation"]: row
        for row in read(FOLDER / "projects.csv")
        if row["budget"] and not row["replicates"]
    }
    for unit in tree.units:
        own = unit.members * PER_HEAD * 100
        project = projects.get(unit.id)
        if project is not None:
            amount = int(project["budget"]) * 100
            of = f"project:{project['id']}"
            own -= amount
            yield f"{project['id']}/commit", f"{YEAR}-03-20", "commit", unit.id, "", amount, of, "", ""
            yield f"{project['id']}/pay", f"{YEAR}-09-20", "pay", unit.id, "", amount, of, "", ""
        amount = own * draw(60, 95, "committed", unit.id) // 10_000 * 100
        yield f"{YEAR}/{unit.id}/commit", f"{YEAR}-03-20", "commit", unit.id, "", amount, "", "", "党员培训班"
        paid = amount * draw(90, 100, "paid", unit.id) // 10_000 * 100
        yield f"{YEAR}/{unit.id}/pay", f"{YEAR}-11-20", "pay", unit.id, "", paid, "", "", "培训班结算"
        if unit.id == "shili-08":
            pay = f"{YEAR}/{unit.id}/pay"
            yield (
                f"{pay}-undone",
                f"{YEAR}-11-25",
                "reverse",
                unit.id,
                "",
                paid,
                "",
                pay,
                "发票有误，冲销重付",
            )
            yield f"{pay}-again", f"{YEAR}-11-25", "pay", unit.id, "", paid - 5_000, "", "", "按正确发票支付"
        if unit.id == "shili-10":
            yield (
                f"{YEAR}/{unit.id}/release",
                f"{YEAR}-11-25",
                "release",
                unit.id,
                "",
                amount - paid,
                "",
                "",
                "结余",
            )
