"""The `hotfixcheck` command and `python -m hotfixcheck`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from io import TextIOWrapper


def _stop(_signal: int, _frame: object) -> None:
    """Ctrl-C, whatever is being loaded or read: no traceback, no half-written file."""
    with suppress(OSError):  # a stderr that is full, or of which nobody reads
        os.write(2, b"hotfixcheck: stopped\n")
    sys.exit(130)


def _ready_streams() -> None:
    """An encoding that lacks a sign spells it out; a stderr that was closed before the start takes everything."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _print(text: str) -> None:
    """To stdout without its buffers, which would fail once more at exit."""
    try:
        os.write(1, text.encode())
    except OSError as error:
        with suppress(OSError):
            os.write(2, f"hotfixcheck: stdout: cannot be written: {error.strerror}\n".encode())
        sys.exit(2)


def main() -> None:
    """Run the command line; exits with one of the codes of README's table."""
    if sys.argv[1:] == ["--version"]:
        # Asked for by every script that looks for the tool: not worth loading the command line for.
        from hotfixcheck import __version__

        _print(f"hotfixcheck {__version__}\n")
        return
    signal.signal(signal.SIGINT, _stop)
    _ready_streams()
    from hotfixcheck.cli.app import run

    code = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # everything is said and written: too late to stop
    sys.exit(code)


if __name__ == "__main__":
    main()
