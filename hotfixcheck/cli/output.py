"""What the commands share of printing: stdout and files written whole, messages on stderr."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from hotfixcheck.errors import HotfixcheckError, said_by


class Exit(IntEnum):
    """The exit codes and what they mean, which README's table says in the same words."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Exit:
        each = int.__new__(cls, code)
        each._value_ = code
        each.meaning = meaning
        return each

    OK = 0, "nothing is missing, or all of it is waived or in the baseline"
    MISSING = 1, "a fix is missing (with `--fail-on indeterminate`, also if one is indeterminate)"
    USAGE = 2, "wrong usage, or a report that cannot be written"
    UNUSABLE = (
        3,
        "the target, manifests, waivers or baseline could not be used; a scan of nothing is never 0",
    )
    STOPPED = 130, "stopped with Ctrl-C; no report is written"
    READER_GONE = 141, "whatever read the report through a pipe has gone"


_READER_GONE = (errno.EPIPE, errno.EINVAL)
"""How a pipe that nobody reads from fails; the second on Windows."""

Pieces = Iterable[str] | Iterable[bytes]
"""A text, or bytes, as they are written one after the other."""

Text = str | Pieces

STDOUT: Final = Path("-")
"""What says stdout where a file is asked for."""


class OutputError(HotfixcheckError):
    """A place that cannot be written to: wrong usage."""


class ReaderGoneError(OutputError):
    """A stream that nobody reads any more, as after `| head`."""


def say(message: object) -> None:
    """A message for the person, on stderr; where that is closed or full, nobody is there to tell."""
    _say_as_it_is(f"hotfixcheck: {message}\n")


def say_where_it_failed() -> None:
    """The traceback of the exception that is being handled, on stderr as `say` writes there."""
    import traceback

    _say_as_it_is(traceback.format_exc())


def _say_as_it_is(text: str) -> None:
    with contextlib.suppress(OutputError):
        _write(sys.stderr, [text])


def write_whole(text: Text, file: Path | None) -> None:
    """A text, or its pieces one by one, to stdout or to `file`: there whole, or not at all. Raises OutputError."""
    write_all([(text, file)])


def write_all(outputs: Sequence[tuple[Text, Path | None]]) -> None:
    """Texts, or their pieces one by one, each to a file or to stdout: all of them whole, or no file changes.

    stdout is written last: what it has shown cannot be taken back. Raises OutputError.
    """
    outputs = [(text, None if file == STDOUT else file) for text, file in outputs]
    with ExitStack() as tidy, ExitStack() as undo:
        staged = [(_staged(text, file, undo), file) for text, file in outputs if file is not None]
        for number, (new, place) in enumerate(staged, start=1):
            with _named(place):
                if number < len(staged):
                    _put_back_if_a_later_one_fails(place, undo, tidy)
                if new is not None:
                    new.replace(place)
        undo.pop_all()
    for text, file in outputs:
        if file is None:
            _write_stdout([text] if isinstance(text, str) else text)


@contextmanager
def held_back(file: Path | None) -> Iterator[Callable[[Pieces], None]]:
    """What takes the pieces of one text, for `file` or stdout, which sees them when the `with` has ended well.

    Until then those for stdout are in an unnamed file: it must not see half of them. Raises OutputError.
    """
    if file is not None and file != STDOUT:
        yield lambda pieces: write_whole(pieces, file)
        return
    with ExitStack() as open_until_shown:
        with _named(Path("a temporary file")):
            kept = open_until_shown.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8"))

        def keep(pieces: Pieces) -> None:
            with _named(Path(tempfile.gettempdir())):
                kept.writelines(map(_decoded, pieces))
                kept.seek(0)

        yield keep
        write_whole(kept, None)


def _staged(text: Text, file: Path, undo: ExitStack) -> Path | None:
    """A new file beside `file` with the text, None where `file` is a pipe or device, which is written to itself."""
    with _named(file):
        pieces = map(_encoded, [text] if isinstance(text, str) else text)
        if file.exists() and not file.is_file():
            with file.open("wb") as stream:
                stream.writelines(pieces)
            return None
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        new = Path(name)
        undo.callback(new.unlink, missing_ok=True)
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(pieces)
        new.chmod(0o666 & ~_umask())
        return new


def _put_back_if_a_later_one_fails(file: Path, undo: ExitStack, tidy: ExitStack) -> None:
    if not file.exists():
        undo.callback(file.unlink, missing_ok=True)
    elif file.is_file():
        handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
        os.close(handle)
        tidy.callback(Path(name).unlink, missing_ok=True)
        undo.callback(shutil.move, shutil.copy2(file, name), file)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """An error of the system becomes one that names `file`."""
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot be written: {said_by(error)}", file=str(file)) from None


def _encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")


def _decoded(text: str | bytes) -> str:
    return text.decode() if isinstance(text, bytes) else text


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _write_stdout(pieces: Pieces) -> None:
    """A terminal is given what it can show, a pipe or file the bytes that -o writes.

    JSON, XML and HTML are UTF-8 by what they say, and Windows would have its code page and its ends of lines there.
    """
    if sys.stdout is None:  # closed by whoever started this
        raise OutputError("cannot be written: it is closed", file="stdout")
    binary: BinaryIO | None = None if sys.stdout.isatty() else getattr(sys.stdout, "buffer", None)
    if binary is None:
        _write(sys.stdout, pieces)
        return
    with written_to(sys.stdout):
        sys.stdout.flush()
        for piece in pieces:
            _write_every_byte(binary, _encoded(piece))
        binary.flush()


def _write_every_byte(binary: BinaryIO, data: bytes) -> None:
    """Without buffers, as with PYTHONUNBUFFERED, which containers set, a write may take a part and say so."""
    rest = memoryview(data)
    while rest:
        rest = rest[binary.write(rest) :]


def _write(stream: TextIO, pieces: Pieces) -> None:
    """Text that the stream's encoding lacks is spelled out: a report never fails on a name."""
    encoding = stream.encoding or "utf-8"
    with written_to(stream):
        stream.writelines(_decoded(piece).encode(encoding, "backslashreplace").decode(encoding) for piece in pieces)
        stream.flush()


@contextmanager
def written_to(stream: TextIO) -> Iterator[None]:
    """Raises ReaderGoneError where nobody reads the stream any more, OutputError where it cannot be written."""
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # nothing is left to be flushed at exit
        if error.errno in _READER_GONE:
            raise ReaderGoneError("nobody reads it any more") from None
        raise OutputError(f"cannot be written: {said_by(error)}", file=stream.name.strip("<>")) from None


def terminal_width() -> int:
    """The columns of the terminal that stdout is, 80 where it is none."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, 40)
    return 80


def is_terminal(stream: TextIO | None) -> bool:
    """True where a person looks on; a stream that was closed before the start is None."""
    return stream is not None and stream.isatty()


def has_colour() -> bool:
    """Colour on a terminal only, and not where NO_COLOR or a dumb terminal asks for none."""
    return is_terminal(sys.stdout) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
