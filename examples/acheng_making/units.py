"""The organisations of the example, and how the made-up figures are drawn."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from attrs import frozen

SEED = "acheng 2026"
FOLDER = Path(__file__).parent.parent / "acheng"
YEAR = 2026
ENCODING = "utf-8-sig"
Row = tuple[str | int, ...]


def draw(least: int, most: int, *key: object) -> int:
    """A number from ``least`` to ``most`` that depends on the seed and the key only, on every machine and version."""
    text = "/".join(str(each) for each in (SEED, *key))
    return least + int.from_bytes(sha256(text.encode()).digest()[:8]) % (most - least + 1)


@frozen(kw_only=True)
class Unit:
    """An organisation of the example: where it stands, and, if it reports, its branches and members."""

    id: str
    kind: str
    name: str
    name_en: str
    parent: str = ""
    code: str = ""
    example: bool = False
    line: str = "territory"
    sizes: tuple[int, ...] = ()

    @property
    def members(self) -> int:
        """All members."""
        return sum(self.sizes)

    @property
    def full_members(self) -> int:
        """All members but the probationary ones; never fewer than the three that a branch needs."""
        return max(self.members - draw(0, self.members // 30, "probationary", self.id), 3)

    @property
    def households(self) -> int:
        """Households; only villages and communities have any."""
        bounds = {"village": (150, 520), "community": (600, 2400)}.get(self.kind, (0, 0))
        return draw(*bounds, "households", self.id)

    @property
    def assessed(self) -> bool:
        """Whether the district assesses it."""
        return self.line == "territory" and self.kind not in {"province", "city", "district"}


SECTOR: tuple[tuple[str, str, str, str], ...] = (
    ("shili-liangxin", "organ", "示例两新工委", "Example Working Committee of Two New Organisations"),
    ("shili-jiguan", "organ", "示例机关", "Example Organ"),
    ("shili-xuexiao", "school", "示例学校", "Example School"),
    ("shili-liangku", "state_enterprise", "示例粮库", "Example Grain Depot"),
    ("shili-suanye", "non_public_enterprise", "示例蒜业加工厂", "Example Garlic Works"),
    ("shili-junye", "non_public_enterprise", "示例菌业食品厂", "Example Mushroom Foods"),
    ("shili-lengku", "non_public_enterprise", "示例冷链物流公司", "Example Cold Chain"),
    ("shili-dianshang", "non_public_enterprise", "示例电商服务公司", "Example Online Sales"),
    ("shili-dasuan-xiehui", "social_organisation", "示例大蒜协会", "Example Garlic Association"),
    ("shili-shiyongjun-xiehui", "social_organisation", "示例食用菌协会", "Example Mushroom Association"),
    ("shili-suanzhong", "cooperative", "示例蒜种专业合作社", "Example Seed Garlic Cooperative"),
    ("shili-jinsuan", "cooperative", "示例金蒜专业合作社", "Example Golden Garlic Cooperative"),
    ("shili-hongpi", "cooperative", "示例红皮蒜专业合作社", "Example Red Garlic Cooperative"),
    ("shili-suanmiao", "cooperative", "示例蒜苗专业合作社", "Example Garlic Sprouts Cooperative"),
    ("shili-fengnian", "cooperative", "示例丰年专业合作社", "Example Good Harvest Cooperative"),
    ("shili-junzhong", "cooperative", "示例菌种专业合作社", "Example Spawn Cooperative"),
    ("shili-heimuer", "cooperative", "示例黑木耳专业合作社", "Example Wood Ear Cooperative"),
    ("shili-xianggu", "cooperative", "示例香菇专业合作社", "Example Shiitake Cooperative"),
    ("shili-lvye", "cooperative", "示例绿野专业合作社", "Example Green Field Cooperative"),
)
LIAISON = SECTOR[0][0]
"""The root of the second line."""
WITH_BRANCH = ("shili-jiguan", "shili-xuexiao", "shili-liangku", "shili-suanye")
BRANCHES = {
    "district": (9, 9),
    "street": (1, 2),
    "town": (1, 2),
    "zone": (2, 2),
    "community": (2, 5),
    "village": (1, 3),
}


def sizes(id_: str, least: int, most: int) -> tuple[int, ...]:
    """The members of each branch: 22 on average, most between 10 and 32, a few larger, at most 50."""

    def one(number: int) -> int:
        key = ("branch", id_, number)
        larger = draw(6, 17, *key, "more") if draw(1, 8, *key, "larger") == 1 else 0
        return min(8 + draw(0, 13, *key, 1) + draw(0, 13, *key, 2) + larger, 50)

    return tuple(one(number) for number in range(draw(least, most, "branches", id_)))


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file of the folder."""
    with path.open(encoding=ENCODING, newline="") as file:
        return list(csv.DictReader(file))


def units() -> tuple[Unit, ...]:
    """Every organisation: the real ones in the order of their codes, then the invented ones."""
    source = FOLDER / "source"
    above = {row["code"]: row["parent"] for row in read(source / "acheng_units_2023.csv")}
    rows = read(source / "ids.csv")
    ids = {row["code"]: row["id"] for row in rows}
    real = [
        Unit(
            id=row["id"], kind=row["kind"], name=row["name"], name_en=row["name_en"], code=row["code"],
            parent=ids.get(above[row["code"]], ""),
            sizes=sizes(row["id"], *BRANCHES[row["kind"]]) if row["kind"] in BRANCHES else (),
        )
        for row in rows
    ]  # fmt: skip
    return (*real, *invented())


def invented() -> Iterator[Unit]:
    """示例街道 with its twelve villages, and the organisations of the second line."""
    yield Unit(
        id="shili", kind="street", name="示例街道", name_en="Example Street", parent="acheng", example=True,
        sizes=sizes("shili", 1, 1),
    )  # fmt: skip
    for number in range(1, 13):
        id_ = f"shili-{number:02}"
        yield Unit(
            id=id_, kind="village", name=f"示例村{number:02}", name_en=f"Example Village {number:02}", parent="shili",
            example=True, sizes=sizes(id_, 1, 2),
        )  # fmt: skip
    for id_, kind, name, name_en in SECTOR:
        parent = "" if id_ == LIAISON else LIAISON
        yield Unit(
            id=id_, kind=kind, name=name, name_en=name_en, parent=parent, example=True, line="sector",
            sizes=sizes(id_, 1, 1) if id_ in WITH_BRANCH else (),
        )  # fmt: skip
