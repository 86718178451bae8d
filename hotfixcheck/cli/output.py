"""What the commands share of printing: stdout and files written whole, messages on stderr, progress on terminals."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import TextIO

from hotfixcheck.errors import HotfixcheckError


class Exit(IntEnum):
    """The exit codes, which README's table documents."""

    OK = 0
    MISSING = 1
    USAGE = 2
    UNUSABLE = 3


READER_GONE = 141
"""The exit code where the reader of stdout has gone, as of any other command that SIGPIPE ends."""


class OutputError(HotfixcheckError):
    """A place that cannot be written to: wrong usage."""


def say(message: object) -> None:
    """A message for the person, on stderr."""
    _write(sys.stderr, [f"hotfixcheck: {message}\n"])


def write_whole(text: str | Iterable[str], file: Path | None) -> None:
    """A text, or its pieces one by one, to stdout or to `file`: there whole, or not at all. Raises OutputError."""
    pieces = [text] if isinstance(text, str) else text
    if file is None:
        _write(sys.stdout, pieces)
        return
    try:
        if file.exists() and not file.is_file():  # a pipe or device has no neighbour to be replaced by
            with file.open("wb") as stream:
                stream.writelines(map(_encoded, pieces))
            return
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.writelines(map(_encoded, pieces))
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(file)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(f"cannot be written: {error.strerror or error}", file=str(file)) from None


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _write(stream: TextIO, pieces: Iterable[str]) -> None:
    """Text that the stream's encoding lacks is spelled out: a report never fails on a name."""
    encoding = stream.encoding or "utf-8"
    try:
        stream.writelines(piece.encode(encoding, "backslashreplace").decode(encoding) for piece in pieces)
        stream.flush()
    except BrokenPipeError:
        # The reader has gone, as `| head` does: nothing more can be said, nor flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise SystemExit(READER_GONE) from None


def terminal_width() -> int:
    """The columns of the terminal that stdout is, 80 where it is none."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, 40)
    return 80


def has_colour() -> bool:
    """Colour on a terminal only, and not where NO_COLOR or a dumb terminal asks for none."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


@contextmanager
def file_progress(quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A callable that takes the number of files seen; after half a second a terminal shows it."""
    if quiet or not sys.stderr.isatty():
        yield lambda _files: None
        return
    from rich.console import Console

    console = Console(stderr=True)
    started = time.monotonic()
    status = console.status("scanning")
    shown = started

    def progress(files: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - started > 0.5 and now - shown > 0.1:
            shown = now
            status.update(f"scanning: {files:,} files, {files / (now - started):,.0f} files/s")
            status.start()

    try:
        yield progress
    finally:
        status.stop()
