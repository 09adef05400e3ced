"""The commands of a year: play the demonstration, load a folder, evaluate, write the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from pathlib import Path

from partybuilding.cli.asking import (
    OFFICE,
    Lang,
    On,
    Plugins,
    Store,
    day_given,
    host_of,
    new_ledger,
    office_moment,
)
from partybuilding.cli.voice import FOUND, Voice, mistakes, progress, voice
from partybuilding.cycle import signing
from partybuilding.cycle.funding import Line
from partybuilding.cycle.year import Terms, Year, play, retell
from partybuilding.domain.organisations import Organisation
from partybuilding.errors import InputProblem, Problem, Where
from partybuilding.exchange.folder import Folder, read_folder
from partybuilding.exchange.results import write_csv
from partybuilding.extension.host import PluginHost
from partybuilding.extension.tables import Table, shown
from partybuilding.labels import MADE_UP, Label
from partybuilding.ledger.ledger import Ledger
from partybuilding.report import accountability, carriers, columns, funding, projects, targets
from partybuilding.report.book import Book
from partybuilding.report.site import write_site

PURPOSE = "education"
LEAST_FOR_BRANCH = 3
DEMO_PLUGIN = "acheng"
DEMO_FOLDER = "acheng-2026"


def plugins_of(folder: Folder, named: Sequence[str]) -> tuple[str, ...]:
    """The plugins that the folder's district asks for, and those named besides."""
    return tuple(dict.fromkeys((*folder.district.plugins, *named)))


def demo(folder: Path | None = None, *, out: Path | None = None, lang: Lang = "zh") -> None:
    """演示：阿城区一年的工作。One year of party-building work in Acheng District, on demonstration data.

    Args:
        folder: a district folder; the example of the Acheng plugin if left out.
        out: the folder for the ledger, the pages and the CSV files, new or empty; acheng-2026 or the next free name if
            left out.
        lang: language of the tables.
    """
    speaker = voice(lang)
    out = free_folder(DEMO_FOLDER) if out is None else out
    with mistakes(voice(lang, stderr=True)):
        require_empty(out)
        given = read_folder(folder or example_folder())
        host = host_of(plugins_of(given, (DEMO_PLUGIN,)))
        out.mkdir(parents=True, exist_ok=True)
        with new_ledger(f"sqlite:///{out / 'ledger.db'}", host) as ledger:
            book = played(ledger, host, given, speaker)
            write_all(out, book)
    tell_year(speaker, book)
    speaker.say(Label(f"网页：{out / 'index.html'}", f"Pages: {out / 'index.html'}"))


def free_folder(name: str) -> Path:
    """The first folder of a name that is not there yet: the name, the name with -2, with -3 and so on."""
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(Path(each) for each in names if not Path(each).exists())


def require_empty(out: Path) -> None:
    """Refuse a folder that holds something: nothing of anybody's is overwritten."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        where = Where(file=str(out))
        raise InputProblem(
            Problem(
                "not-empty", where, str(out), "a new or empty folder", "Choose another folder with --out."
            )
        )


def example_folder() -> Path:
    """The example that the Acheng plugin carries."""
    try:
        package = import_module("partybuilding_acheng")
    except ModuleNotFoundError:
        where = Where(plugin=DEMO_PLUGIN)
        remedy = "Install partybuilding-acheng, or name a district folder."
        raise InputProblem(
            Problem("no-example", where, "nothing", "the plugin partybuilding-acheng", remedy)
        ) from None
    found: Path = package.data_folder()
    return found


def played(ledger: Ledger, host: PluginHost, given: Folder, speaker: Voice) -> Book:
    """Play the year of a folder into a ledger, with a bar."""
    catalogue, records = host.catalogue(), tuple(given)
    terms = Terms(year=given.year, actor=OFFICE, purpose=PURPOSE, over_spend=over_spend(given))
    with progress(speaker, len({each.valid[0] for each in records})) as tell:
        year = play(ledger, records, catalogue, terms, tell)
    return bound(year, ledger, host)


def bound(year: Year, ledger: Ledger, host: PluginHost) -> Book:
    """The book of a year, with what the plugins' checks found and which letters were not signed in time."""
    catalogue = host.catalogue()
    found = (*host.check(year.snapshot), *signing.findings(year.snapshot, catalogue, year=year.year))
    return Book(year=year, catalogue=catalogue, head=ledger.head(), findings=found)


def over_spend(given: Folder) -> Line | None:
    """The line on which the demonstration asks for too much: that of the example organisation."""
    found = next(
        (each for each in given if isinstance(each, Organisation) and each.example and each.kind == "street"),
        None,
    )
    return None if found is None else Line(organisation=found.id, purpose=PURPOSE, year=given.year)


def write_all(out: Path, book: Book) -> None:
    """The pages and the CSV files of a year."""
    write_site(out, book, purpose=PURPOSE, least=LEAST_FOR_BRANCH)
    write_figures(out, book)


def write_figures(out: Path, book: Book) -> None:
    """Every column of the result as CSV, and what each column is."""
    for name, table in (("result.csv", columns.figures(book)), ("columns.csv", columns.described(book))):
        write_csv(out / name, [each.zh for each in table.headers], in_words(table))


def in_words(table: Table) -> list[list[str]]:
    """The cells of a table as people write them; a missing one is empty, and the notes stand in the last rows."""
    rows = [["" if cell is None else shown(cell, "zh") for cell in row] for row in table.rows]
    return rows + [[note.zh, *("" for _ in table.headers[1:])] for note in table.notes]


def tell_year(speaker: Voice, book: Book) -> None:
    """The year on the terminal: a part for each mechanism."""
    root = book.result.organisations[0]
    streets = book.children(root)
    if book.made_up:
        speaker.say(MADE_UP)
    parts: tuple[tuple[Label, tuple[Table, ...]], ...] = (
        (
            Label("一、目标与责任", "1 Targets"),
            (targets.cascade(book, root), targets.letters(book), targets.overall(book)),
        ),
        (Label("二、项目带动", "2 Projects"), (projects.portfolio(book),)),
        (
            Label("三、载体覆盖", "3 Carriers"),
            (carriers.links(book), carriers.gap_list(book, LEAST_FOR_BRANCH)),
        ),
        (
            Label("四、经费与场所", "4 Funding"),
            (funding.flow(book, (root, *streets), PURPOSE), funding.refusals(book.year.refused)),
        ),
        (
            Label("五、评价与问责", "5 Evaluation and accountability"),
            (accountability.items(book), accountability.proposed(book), accountability.scores(book, streets)),
        ),
    )
    for head, tables in parts:
        speaker.head(head)
        for table in tables:
            speaker.table(table)


def load(folder: Path, *, store: Store, on: On = None, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """导入一个区的资料夹。Read a district folder and commit it to a ledger: all of it, or nothing."""
    with mistakes(voice(lang, stderr=True)):
        day = day_given(on)
        given = read_folder(folder)
        with new_ledger(store, host_of(plugins_of(given, plugin))) as ledger:
            head = ledger.commit(
                tuple(given), actor=OFFICE, why=f"load {folder.name}", at=office_moment(day), command="load"
            )
    voice(lang).say(Label(f"已入账，编号 {head.number}", f"Committed as number {head.number}"))


def run(
    *, store: Store, on: On = None, out: Path | None = None, plugin: Plugins = (), lang: Lang = "zh"
) -> None:
    """评定至某日。Evaluate the year up to a day; print scores, and write every column as CSV."""
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)):
        book = stored(store, day_given(on), plugin)
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            write_figures(out, book)
    if book.made_up:
        speaker.say(MADE_UP)
    speaker.table(accountability.scores(book, book.result.organisations))
    found = accountability.findings(book)
    speaker.table(found)
    if found.rows:
        raise SystemExit(FOUND)


def report(*, store: Store, out: Path, on: On = None, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """生成网页。Write the pages of the year up to a day."""
    with mistakes(voice(lang, stderr=True)):
        require_empty(out)
        book = stored(store, day_given(on), plugin)
        out.mkdir(parents=True, exist_ok=True)
        write_all(out, book)
    voice(lang).say(Label(f"网页：{out / 'index.html'}", f"Pages: {out / 'index.html'}"))


def stored(store: str, day: date, plugins: Sequence[str]) -> Book:
    """The book of a stored year, by the rules of the plugins named."""
    host = host_of(plugins or (DEMO_PLUGIN,))
    catalogue = host.catalogue()
    with new_ledger(store, host, read_only=True) as ledger:
        year: Year = retell(ledger, catalogue, day)
        return bound(year, ledger, host)
