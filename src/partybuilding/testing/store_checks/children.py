"""Programs of their own for the checks: what is killed, starved of files or given a failing disk must not be the tests.

A driver is a plain function of a module, called in a new Python with JSON in and JSON out. It has one thread, so it may
fork cheaply: hundreds of children can be killed in the time in which one Python starts.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, NoReturn, cast

from partybuilding.errors import PartybuildingError
from partybuilding.testing.store_checks.check import CannotRun

_START = (
    "import os, sys; from partybuilding.testing.store_checks.children import answer;"
    " os.write(1, answer(sys.stdin.read()).encode())"
)

SILENCE = 30.0
"""Seconds in which a child that works says a line."""
Plain = Mapping[str, object]
Child = subprocess.Popen[bytes]


def reference(function: Callable[..., object]) -> str:
    """The name by which another Python finds a function: module, name, and the module's file as a fall-back.

    >>> reference(reference).rpartition(":")[0]
    'partybuilding.testing.store_checks.children:reference'
    """
    module = sys.modules[function.__module__]
    return f"{function.__module__}:{function.__qualname__}:{module.__file__ or ''}"


def resolve(name: str) -> Callable[..., object]:
    """The function that a reference names.

    >>> resolve(reference(reference)) is reference
    True
    """
    module, function, file = name.split(":", 2)
    found = getattr(_module(module, file), function, None)
    if not callable(found):
        message = f"{name} is not at the top of its module: a child cannot find it"
        raise TypeError(message)
    return found  # type: ignore[no-any-return]  # a callable of a module


def _module(name: str, file: str) -> object:
    try:
        return importlib.import_module(name)
    except ImportError:
        spec = importlib.util.spec_from_file_location(name, file)
        if spec is None or spec.loader is None:
            raise
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module


def answer(text: str) -> str:
    """What a child does: call the function that the JSON text names, and give its result as JSON."""
    asked = json.loads(text)
    return json.dumps(resolve(asked["function"])(**asked["given"]))


@contextmanager
def started(
    environment: Mapping[str, str] | None = None,
) -> Iterator[Child]:
    """A new Python that waits for what to run, with all its children; none of them outlives the block."""
    if not hasattr(os, "fork"):
        message = "needs a system that forks"
        raise CannotRun(message)
    paths = os.pathsep.join(filter(None, sys.path))
    child = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths, **(environment or {})},
        start_new_session=True,
    )
    with child:
        try:
            yield child
        finally:
            end_group(child.pid)


def call(
    function: Callable[..., object],
    given: Plain,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> object:
    """Run a function in a new Python and give its result.

    Raises:
        AssertionError: it failed, or was not ready after so many seconds.
    """
    with started(environment) as child:
        ask(child, function, given)
        return answered(child, seconds)


def ask(child: Child, function: Callable[..., object], given: Plain) -> None:
    """Tell a new Python what to run; it starts at once."""
    writing = cast("IO[bytes]", child.stdin)
    with writing:
        writing.write(json.dumps({"function": reference(function), "given": given}).encode())
    child.stdin = None


def answered(child: Child, seconds: float) -> object:
    """Wait for the result of what a child was asked.

    Raises:
        AssertionError: it failed, or was not ready after so many seconds.
    """
    try:
        written, said = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        message = f"not ended within {seconds} s"
        raise AssertionError(message) from error
    if child.returncode:
        message = f"the child failed: {said.decode(errors='replace')[-2000:]}"
        raise AssertionError(message)
    return json.loads(written)


def complaints(
    function: Callable[..., object],
    given: Plain,
    *,
    seconds: float,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a driver that gives a list of what did not hold, and fail with the first of them.

    Raises:
        AssertionError: the driver found something; what it was given says how to see it again.
    """
    found = cast("list[str]", call(function, given, seconds=seconds, environment=environment))
    if found:
        first = "\n".join(found[:5])
        message = f"{function.__qualname__} {dict(given)}:\n{first}"
        raise AssertionError(message)


def end_group(pid: int) -> None:
    """End a process and everything that it started, whether or not they still live."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Run a function in a copy of this process; gives its number and where to read what it writes.

    Only for programs with one thread, that is, for drivers.
    """
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        finish(work, sending)
    os.close(sending)
    return pid, receiving


def finish(work: Callable[[int], None], sending: int) -> NoReturn:
    """Do the work of a forked child and end without cleaning up what belongs to the parent."""
    status = 1
    try:
        work(sending)
        status = 0
    except PartybuildingError as error:
        os.write(2, f"{error}\n".encode())
    except BaseException:  # noqa: BLE001 - whatever it was, the child ends here and the parent must read it
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(status)


def ended(pid: int, receiving: int) -> tuple[int, bytes]:
    """Wait for a forked child; gives its exit code (negative: the signal that ended it) and what is left to read."""
    with os.fdopen(receiving, "rb") as rest:
        left = rest.read()
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), left


def line(child: Child) -> bytes:
    """The next line of a child; nothing if it takes too long."""
    reading = cast("IO[bytes]", child.stdout)
    ready, _, _ = select.select([reading], [], [], SILENCE)
    return reading.readline() if ready else b""
