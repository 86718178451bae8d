"""The `hotfixcheck` command and `python -m hotfixcheck`."""

from __future__ import annotations

import os
import signal
import sys


def _stop(_signal: int, _frame: object) -> None:
    """Ctrl-C, whatever is being loaded or read: no traceback, no half-written file."""
    sys.stderr.write("hotfixcheck: stopped\n")
    sys.exit(130)


def main() -> None:
    """Run the command line; exits with one of the codes of README's table."""
    if sys.argv[1:] == ["--version"]:
        # Asked for by every script that looks for the tool: not worth loading the command line for.
        from hotfixcheck import __version__

        print(f"hotfixcheck {__version__}")  # noqa: T201
        return
    if sys.stderr is None:  # closed by `2>&-`: messages are lost, and nothing else
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - it is never closed
    signal.signal(signal.SIGINT, _stop)
    from hotfixcheck.cli.app import run

    code = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # everything is said and written: too late to stop
    sys.exit(code)


if __name__ == "__main__":
    main()
