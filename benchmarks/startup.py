"""How long a command takes before it does anything, against an empty Python."""

from __future__ import annotations

from benchmarks.measuring import COMMAND, PASS, measure, show


def main() -> None:
    commands = {
        "hotfixcheck --version": (COMMAND, "--version"),
        "hotfixcheck --help": (COMMAND, "--help"),
        "hotfixcheck manifest list": (COMMAND, "manifest", "list"),
    }
    baseline, *runs = measure([PASS, *commands.values()])
    for name, each in zip(commands, runs, strict=True):
        show(name, each, "python -c pass", baseline)


if __name__ == "__main__":
    main()
