"""The command line: what a clerk or a developer types. The only module that prints, and the only one that asks the clock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

from attrs import frozen
from cyclopts import App, Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table as Grid
from rich.text import Text

from partybuilding.cycle.funding import Line
from partybuilding.cycle.year import Moment, Terms, Year, play, retell
from partybuilding.domain.organisations import Organisation
from partybuilding.errors import InputProblem, PartybuildingError, Problem, Where
from partybuilding.exchange.folder import Folder, read_folder
from partybuilding.exchange.results import write_csv
from partybuilding.extension.host import PluginHost
from partybuilding.extension.tables import Amount, Table, shown
from partybuilding.labels import MADE_UP, Label, Language, describe
from partybuilding.ledger.ledger import Ledger
from partybuilding.ledger.permissions import Actor, AllowAll
from partybuilding.money import Rate
from partybuilding.report import accountability, carriers, columns, funding, projects, targets
from partybuilding.report.book import Book
from partybuilding.report.site import write_site
from partybuilding.timeline import day_of

DONE, FOUND, BAD = 0, 1, 2
"""Exit statuses: done, done with findings, bad input."""
OFFICE = Actor("office")
PURPOSE = "education"
LEAST_FOR_BRANCH = 3
DEMO_PLUGIN = "acheng"
DEMO_FOLDER = "acheng-2026"

app = App(
    name="partybuilding", help="Rules as code for primary-level Party-building work. 基层党建工作责任制。"
)
Lang = Annotated[Literal["zh", "en"], Parameter(help="Language of tables and messages.")]
Store = Annotated[str, Parameter(help="Where the ledger is: sqlite:///PATH, memory:, or a plugin's scheme.")]
Plugins = Annotated[tuple[str, ...], Parameter(name="--plugin", help="A plugin by name, or a single file.")]
On = Annotated[str | None, Parameter(name="--on", help="The day, as YYYY-MM-DD; today if left out.")]


@frozen(kw_only=True)
class Voice:
    """Where and in which language the program speaks."""

    console: Console
    language: Language

    def say(self, label: Label) -> None:
        """A sentence."""
        self.console.print(label.say(self.language), markup=False, highlight=False)

    def head(self, label: Label) -> None:
        """The head of a part."""
        self.console.rule(Text(label.say(self.language), style="bold red"))

    def table(self, table: Table, *, most: int = 30) -> None:
        """A table that fits the terminal; of a long one the beginning, and how much was left out."""
        grid = Grid(
            title=table.title.say(self.language),
            title_justify="left",
            title_style="bold",
            header_style="bold",
        )
        for at, header in enumerate(table.headers):
            number = any(isinstance(row[at], (Amount, Rate)) for row in table.rows)
            grid.add_column(header.say(self.language), justify="right" if number else "left", overflow="fold")
        for row in table.rows[:most]:
            grid.add_row(*(Text(shown(cell, self.language)) for cell in row))
        self.console.print(grid)
        if len(table.rows) > most:
            left = len(table.rows) - most
            self.say(Label(f"（另有 {left} 行，见网页）", f"({left} more rows: see the pages)"))


def voice(language: Language, *, stderr: bool = False) -> Voice:
    """The program's voice on the terminal, or into a file at a readable width."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 140
    return Voice(console=Console(file=stream, width=width), language=language)


@contextmanager
def mistakes(speaker: Voice) -> Iterator[None]:
    """Say what is wrong, everything at once and in the reader's language, and leave with the status of bad input."""
    try:
        yield
    except PartybuildingError as error:
        for problem in error.problems:
            speaker.console.print(
                describe(problem, speaker.language), markup=False, highlight=False, style="red"
            )
        raise SystemExit(BAD) from None


@contextmanager
def progress(speaker: Voice, total: int) -> Iterator[Callable[[Moment], None]]:
    """A bar that moves with every moment of the year and says what it is about."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=speaker.console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def tell(moment: Moment) -> None:
            bar.update(task, advance=1, description=f"{moment.day} {moment.what.say(speaker.language)}")

        yield tell


def today() -> date:
    """The day in Beijing: the only place where the clock is asked."""
    return day_of(datetime.now(tz=UTC))


def day_given(text: str | None) -> date:
    """The day that was asked for, today if none."""
    if text is None:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        where = Where(path="--on")
        raise InputProblem(
            Problem("bad-date", where, text, "YYYY-MM-DD", "Write the day as 2026-12-31.")
        ) from None


def host_of(plugins: Sequence[str]) -> PluginHost:
    """The host with the plugins named: installed ones by name, single files by path."""
    files = [Path(each) for each in plugins if each.endswith(".py")]
    return PluginHost.installed([each for each in plugins if not each.endswith(".py")], files=files)


def plugins_of(folder: Folder, named: Sequence[str]) -> tuple[str, ...]:
    """The plugins that the folder's district asks for, and those named besides."""
    return tuple(dict.fromkeys((*folder.district.plugins, *named)))


def new_ledger(store: str, host: PluginHost) -> Ledger:
    """The ledger of a store."""
    return Ledger.open(store, host=host, policy=AllowAll())


@app.command
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
    return Book(year=year, catalogue=catalogue, head=ledger.head(), findings=host.check(year.snapshot))


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


@app.command
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


def office_moment(day: date) -> datetime:
    """The moment of a commit: now, or the opening of the office on a day that was named."""
    now = datetime.now(tz=UTC)
    return now if day_of(now) == day else datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


@app.command
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


@app.command
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
    with new_ledger(store, host) as ledger:
        year: Year = retell(ledger, catalogue, day)
        return Book(year=year, catalogue=catalogue, head=ledger.head(), findings=host.check(year.snapshot))


@app.command
def log(*, store: Store, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """账本记录。The changesets of a ledger, with the head to keep outside."""
    speaker = voice(lang)
    with mistakes(voice(lang, stderr=True)), new_ledger(store, host_of(plugin)) as ledger:
        rows = [
            (
                str(each.header.number),
                day_of(each.header.at),
                each.header.actor,
                each.header.reason,
                str(each.count),
                each.hash[:16],
            )
            for each in ledger.log()
        ]
        head = ledger.head()
    headers = (
        *(Label("编号", "Number"), Label("日期", "Day"), Label("经办", "Actor"), Label("事由", "Why")),
        *(Label("记录", "Records"), Label("校验值", "Hash")),
    )
    speaker.table(Table(title=Label("账本", "Ledger"), headers=headers, rows=rows), most=len(rows))
    speaker.say(Label(f"账本编号 {head.number} {head.hash}", f"Head {head.number} {head.hash}"))


@app.command
def plugins(*, plugin: Plugins = (), lang: Lang = "zh") -> None:
    """参与的插件。The plugins that take part, with version and digest."""
    with mistakes(voice(lang, stderr=True)):
        manifest = host_of(plugin).manifest
    headers = (Label("插件", "Plugin"), Label("版本", "Version"), Label("校验值", "Digest"))
    rows = [(each.name, each.version, each.digest) for each in manifest]
    voice(lang).table(Table(title=Label("插件", "Plugins"), headers=headers, rows=rows))


def main(arguments: Sequence[str] | None = None) -> None:
    """What the script ``partybuilding`` and ``python -m partybuilding`` call."""
    app(list(sys.argv[1:] if arguments is None else arguments))
