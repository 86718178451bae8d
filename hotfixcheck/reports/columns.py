"""Columns of text for a terminal, made by tabulate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap
from unicodedata import east_asian_width

from hotfixcheck.errors import printable

_NARROWEST = 40
_GAP = 2
_FILLER = "\0"
"""No text has it: control characters are spelled out."""


def columns(rows: Iterable[Sequence[str]], width: int, *, indent: int = 0, most: int | None = None) -> Iterator[str]:
    """The rows as columns, wrapped to `width`, the whole indented; control characters are spelled out.

    The last column gets what the others leave, and they no more than `most`: an even share, or half of two.
    """
    from tabulate import tabulate

    cells = [[_spaced(printable(cell)) for cell in row] for row in rows]
    if not cells:
        return
    room = max(width, _NARROWEST) - indent
    share = most or room // max(len(cells[0]), 2)
    widths = [min(max(map(len, column)), share) for column in zip(*cells, strict=True)]
    widths[-1] = max(room - sum(widths[:-1]) - _GAP * (len(widths) - 1), 10)
    # Wrapped here and not by tabulate, which spends ten times as long on cells that fit.
    fitted = [[_wrapped(cell, taken) for cell, taken in zip(row, widths, strict=True)] for row in cells]
    if len(fitted) == 1:  # no table to be made, and most of what is asked for is one row
        for parts in zip_longest(*(cell.splitlines() for cell in fitted[0]), fillvalue=""):
            padded = (f"{part:<{taken}}" for part, taken in zip(parts, widths, strict=True))
            yield _line((" " * _GAP).join(padded), indent)
        return
    table = tabulate(fitted, tablefmt="plain", disable_numparse=True, preserve_whitespace=True)
    for line in table.splitlines():
        yield _line(line, indent)


def _spaced(text: str) -> str:
    """Each character that takes two columns is followed by a filler, so that lengths are widths."""
    if text.isascii():
        return text
    return "".join(f"{char}{_FILLER}" if east_asian_width(char) in "WF" else char for char in text)


def _wrapped(cell: str, most: int) -> str:
    if len(cell) <= most:
        return cell
    # A break may part a character from its filler, which then counts on the next line.
    return "\n".join(wrap(cell, most - 1 if _FILLER in cell else most))


def _line(line: str, indent: int) -> str:
    return " " * indent + line.rstrip().replace(_FILLER, "")
