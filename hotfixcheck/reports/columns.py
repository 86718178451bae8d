"""Columns of text for a terminal, made by tabulate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from textwrap import wrap

from hotfixcheck.errors import printable

_NARROWEST = 40
_GAP = 2


def columns(rows: Iterable[Sequence[str]], width: int, *, indent: int = 0, most: int | None = None) -> Iterator[str]:
    """The rows as columns, wrapped to `width`, the whole indented; control characters are spelled out.

    The last column gets what the others leave, and they no more than `most`: an even share, or half of two.
    """
    from tabulate import tabulate

    cells = [[printable(cell) for cell in row] for row in rows]
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
            yield " " * indent + (" " * _GAP).join(padded).rstrip()
        return
    table = tabulate(fitted, tablefmt="plain", disable_numparse=True, preserve_whitespace=True)
    for line in table.splitlines():
        yield " " * indent + line.rstrip()


def _wrapped(cell: str, most: int) -> str:
    return cell if len(cell) <= most else "\n".join(wrap(cell, most))
