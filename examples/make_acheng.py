# ruff: noqa: INP001 - a script beside the folders that it writes, not a package
"""Write the made-up part of ``examples/acheng``: the same bytes every time, from a fixed seed.

Real are the 199 organisations below the province and the city, their names and codes (``source/``). Everything else is
made up, within the national averages: about 22 members in a branch, never fewer than three full members. Invented
weaknesses stand beside 示例街道 and 示例村 01–12 only; what real organisations report always fulfils what is asked.

The stories (goals, projects, works on venues, chains, carriers, problems, commitments, steps, decisions) are written by hand; this script
reads the goals, the projects and the works, and leaves all of them alone.

    python examples/make_acheng.py
"""

from __future__ import annotations

from acheng_making import figures, money, structure
from acheng_making.units import ENCODING, FOLDER, units

from partybuilding.exchange import csv_text

FILES = {
    "organisations.csv": structure.organisations,
    "placements.csv": structure.placements,
    "aliases.csv": structure.aliases,
    "bodies.csv": structure.bodies,
    "posts.csv": structure.posts,
    "tenures.csv": structure.tenures,
    "readings.csv": figures.readings,
    "movements.csv": money.movements,
    "venues.csv": figures.venues,
    "appraisals.csv": figures.appraisals,
}


def files() -> dict[str, bytes]:
    """Every file that is made up, by its name."""
    given = units()
    made: dict[str, bytes] = {}
    for name, rows in FILES.items():
        headers, *cells = ([str(cell) for cell in row] for row in rows(given))
        made[name] = csv_text(headers, cells).encode(ENCODING)
    return made


def main() -> None:
    """Write the files."""
    for name, content in files().items():
        (FOLDER / name).write_bytes(content)


if __name__ == "__main__":
    main()
