"""What a run is doing, on a terminal that waits for it, and where its time went."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from hotfixcheck.cli.output import is_terminal, say

if TYPE_CHECKING:
    from rich.status import Status

PATIENCE = 1.0
"""Seconds before anything is shown: most runs are over by then."""

_BETWEEN = 0.1
"""Seconds between two numbers of files: more often nobody can read."""


class Stages:
    """The steps of a run, one after the other: `stages("reading the manifests")` ends the one before.

    On a terminal, unless `quiet`, a run that takes long says which one it is at, until the `with` ends.
    """

    current: ClassVar[Stages | None] = None
    """There is one terminal: one run at a time shows what it does."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._shows = not quiet and is_terminal(sys.stderr)
        self._timer: Timer | None = None
        self._status: Status | None = None
        self._said = 0.0
        self._name = ""
        self._began = time.monotonic()
        self._counted: float | None = None
        self.seconds: list[tuple[str, float]] = [("starting", time.process_time())]

    def __enter__(self) -> Self:
        Stages.current = self
        self._began = time.monotonic()
        if self._shows:
            self._timer = Timer(PATIENCE, self._show)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        Stages.current = None
        self._end()
        if self._timer:
            self._timer.cancel()
            self._timer.join()
        if self._status:
            self._status.stop()

    def __call__(self, name: str) -> None:
        self._end()
        self._name, self._began, self._counted = name, time.monotonic(), None
        self._say(name)

    def files(self, count: int, of: int | None = None, what: str = "files") -> None:
        """So many files, or whatever `what` says, have been seen in this stage, or, `of` so many, have been read since
        they were counted."""
        now = time.monotonic()
        if of is not None and self._counted is None:
            self._counted = now
        if self._status and now - self._said > _BETWEEN:
            self._said = now
            seconds = max(now - (self._counted or self._began), 0.001)
            rate = count / seconds
            done = f"{count:,} {what}" if of is None else f"{count:,} of {of:,} {what}"
            left = "" if of is None else f", {(of - count) * seconds / max(count, 1):,.0f} s left"
            self._say(f"{self._name}: {done}, {rate:,.0f} {what}/s{left}")

    def _end(self) -> None:
        if self._name:
            self.seconds.append((self._name, time.monotonic() - self._began))

    def _say(self, text: str) -> None:
        if self._status:
            self._status.update(text)

    def _show(self) -> None:
        """Called by the timer, in its own thread."""
        from rich.console import Console

        status = Console(stderr=True).status(self._name)
        status.start()
        self._status = status

    def tell(self) -> None:
        """The seconds of each stage, and of all, on stderr. That of starting is of the processor alone."""
        for name, seconds in (*self.seconds, ("in all", sum(seconds for _, seconds in self.seconds))):
            say(f"{seconds:7.2f} s  {name}")


@contextmanager
def file_progress(quiet: bool = False) -> Iterator[Callable[..., None]]:
    """The `files` of the stage of the run, or of one of its own."""
    if Stages.current is not None:
        yield Stages.current.files
        return
    with Stages(quiet=quiet) as stages:
        stages("scanning")
        yield stages.files
