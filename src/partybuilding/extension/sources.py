"""The source files of a plugin: what its digest is taken of, and where in them a failure came from.

Names are relative and the content is taken as it is, so that the digest is the same on every machine; bytecode, paths and
times are no part of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from traceback import walk_tb

from attrs import evolve, field, frozen

from partybuilding.errors import PartybuildingError, PluginProblem, Problem, Where

SUFFIXES = frozenset({".py", ".toml"})
"""What a rule can be written in."""


@frozen
class Sources:
    """The source files of a plugin, real path → name relative to the folder that holds the plugin, with ``/``."""

    names: Mapping[str, str] = field(factory=dict)

    @classmethod
    def under(cls, root: Path) -> Sources:
        """The sources of a single file, or of every Python and TOML file in a package's folder."""
        files = [root] if root.is_file() else [each for each in root.rglob("*") if each.suffix in SUFFIXES]
        return cls({os.path.realpath(each): each.relative_to(root.parent).as_posix() for each in files})

    def digest(self) -> str:
        """The SHA-256 over names and contents, in the order of the names; lengths keep them apart."""
        digest = sha256()
        for path, name in sorted(self.names.items(), key=lambda each: each[1]):
            for part in (name.encode(), Path(path).read_bytes()):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()

    def name(self, file: str | None) -> str | None:
        """The relative name of a file, if it is one of the plugin's."""
        if file is None:
            return None
        return self.names.get(file) or self.names.get(os.path.realpath(file))

    def spot(self, error: BaseException) -> Where:
        """File and line of the innermost place in the plugin's own source that an error came through."""
        if isinstance(error, SyntaxError) and self.name(error.filename):
            return Where(file=self.name(error.filename), line=error.lineno)
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        own = [(name, line) for file, line in frames if (name := self.name(file)) is not None]
        return Where(file=own[-1][0], line=own[-1][1]) if own else Where()

    def moved(self, problem: Problem, where: Where) -> Problem:
        """A problem moved into the plugin; what it says itself of its line, record and path is more exact."""
        own, name = problem.where, self.name(problem.where.file)
        place = evolve(
            where,
            file=name or where.file,
            line=where.line if name is None else own.line,
            kind=own.kind or where.kind,
            record=own.record or where.record,
            path=own.path or where.path,
        )
        return evolve(problem, where=place)


def failure(error: BaseException, sources: Sources, where: Where) -> PluginProblem:
    """An error that came out of a plugin, as one that names plugin, hook, file and line."""
    spot = sources.spot(error)
    if spot.file is not None:
        where = evolve(where, file=spot.file, line=spot.line)
    if isinstance(error, PartybuildingError):
        return PluginProblem(*(sources.moved(each, where) for each in error.problems))
    read = f"{type(error).__name__}: {error}".removesuffix(": ")
    return PluginProblem(Problem("plugin-failed", where, read, "", "Mend the plugin, or run without it."))


@contextmanager
def blaming(sources: Sources, where: Where, *, own_errors: bool = True) -> Iterator[None]:
    """Let nothing that goes wrong in a plugin pass without its name.

    ``own_errors=False`` lets the library's own errors pass as they are: a format that refuses a file says so itself.
    Only an interrupt by the user and a lack of memory, which are not the plugin's, always pass.
    """
    try:
        yield
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, PartybuildingError) and not own_errors:
            raise
        raise failure(error, sources, where) from error
