"""Cells of a file table: what a piece of text is by itself, before any header is asked.

Most cells tell what they are: 11/18/99 is a date, 04:19pm a time, 375,056 a size, 4.0.1381.33478 a version, Intel a
platform, Kernel32.dll a name. Some need the header: 9264 (a size or a version), 4.00 and 147.010 (either).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import lru_cache

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform


class Kind(Enum):
    """What a cell is."""

    __hash__ = object.__hash__  # Enum's own is a call of Python for every look into a set

    DATE = auto()
    TIME = auto()
    SIZE = auto()
    NUMBER = auto()
    """Digits alone: a size, or a version of one part."""
    DECIMAL = auto()
    """Digits and one dot, or groups of three digits: a version, or a size with dots for thousands."""
    VERSION = auto()
    PLATFORM = auto()
    NAME = auto()
    PATH = auto()
    NOTHING = auto()
    """A mark for an empty cell: -, n/a, not applicable."""
    LABEL = auto()
    """A column's name inside a row: Version: 2.0.6108, dated 3/08/96."""
    UNREADABLE = auto()
    """A date, a time or a size that cannot be: 12/20/199, xx:xx, 2,538,44."""
    WORD = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell and where it stands in its line, `end` excluded."""

    kind: Kind
    text: str
    start: int
    end: int


# Three-digit groups are thousands; `[.,]` would take 5,02,3790,0134 for a size.
_CELL = re.compile(
    r"""
    (?P<DATE> [0-9]{1,2}([-/])[0-9]{1,2}\2(?:[0-9]{4}|[0-9]{2})
            | [0-9]{2}\.[0-9]{2}\.(?:19[89]|20[0-4])[0-9]
            | [0-9]{1,2}[- ]?[A-Za-z]{3,9}\.?[- ,]\s?(?:[0-9]{4}|[0-9]{2})
            | [A-Z][a-z]{2}-[0-9]{1,2}-[0-9]{4} | [0-9]{4}([-/])[0-9]{1,2}\3[0-9]{1,2}
            | [A-Z][a-z]{2,8}\.?\ [0-9]{1,2},\ [0-9]{4} ) (?=[\s,;|)]|$)
  | (?P<TIME> [0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?\ {0,2}[aApP](?:[mM]|\.[mM]\.)?
            | [0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? ) (?=[\s,;|)]|$)
  | (?P<SIZE> [0-9]{1,3}(?:,[0-9]{3})+ (?:\s?(?:bytes?|KB|MB|b)\b)? (?!,[0-9])
            | [0-9]+(?:[.,][0-9]+)*\s?(?:bytes|KB|MB|K)\b ) (?=[\s,;|)]|$)
  | (?P<UNREADABLE> [0-9]{1,2}/[0-9]{1,2}/[0-9]{3} | xx:xx | [0-9]{1,3}(?:,[0-9]{3})+,[0-9]{1,2}
                  | [0-9]{1,3},[0-9]{4,6} ) (?=[\s|]|$)
  | (?P<DECIMAL> [0-9]{1,3}(?:\.[0-9]{3})+ | [0-9]+[.,][0-9]+ ) (?=[\s|)]|$)
  | (?P<VERSION> [vV]?[0-9]+(?:[.,][0-9]+){2,3} (?:\s\([a-z][\w.-]*\))?
               | [0-9]+\.[0-9]+\((?:Build\ )?[0-9]+\) | [0-9]+\.[0-9]+:[0-9]+\.[0-9]+ ) (?=[\s|)]|$)
  | (?P<NUMBER> [0-9]+ ) (?=[\s|)]|$)
  | (?P<NOTHING> -+ | \(?n/?a\)? | none | <none> | not\ (?:applicable|available|versioned) ) (?=[\s|]|$)
  | (?P<LABEL> (?:(?:file\ )?(?:version|size|date|time|name|file) | dated | platform | bytes ):?
             | \([A-Za-z]*bytes\) ) (?=[\s|]|$)
  | (?P<WORD> \S+ )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_KINDS = {kind.name: kind for kind in Kind}
_HOLDERS = "()<>[]{},;:*"
_NAME = re.compile(r"(?=[^.]*[A-Za-z]|.*\.[^.]*[A-Za-z])[\w$~!@#%&'+={}()^-]+(?:\.[\w$~!#%&'+={}^-]+)+")
_PATH = re.compile(r"(?:[A-Za-z]:|%\w+%|<[\w ]+>|[\w$.~<>%-]+)?(?:\\[^\\|\"]*)+")


def cells_of(line: str) -> list[Cell]:
    """The cells of a line, left to right; every word that is nothing else is a cell of its own."""
    return list(_merged(_typed(line)))


def _typed(line: str) -> Iterator[Cell]:
    at = 0
    length = len(line)
    while at < length:
        if line[at].isspace():
            at += 1
            continue
        found = _CELL.match(line, at)
        if found is None:  # pragma: no cover - \S+ takes what nothing else does
            return
        kind = _KINDS[found.lastgroup or "WORD"]
        text = found[0].rstrip()
        if (kind is Kind.DATE and parse_date(text) is None) or (kind is Kind.TIME and parse_time(text) is None):
            text = text.split()[0]
            kind = Kind.UNREADABLE
        if kind is Kind.WORD:
            kind = _kind_of_word(text)
        yield Cell(kind, text, at, at + len(text))
        at += len(text)
        if kind in _HELD and line[at : at + 1] in {",", ")"}:
            at += 1


# What stands in a bracket beside a name: (75,952 bytes, dated 04-12-95, 10:33 P.M.)
_HELD = frozenset({Kind.DATE, Kind.TIME, Kind.SIZE})


def _kind_of_word(text: str) -> Kind:
    if platform_of(text):
        return Kind.PLATFORM
    if "\\" in text and _PATH.fullmatch(text):
        return Kind.PATH
    if "." in text and _NAME.fullmatch(text.rstrip(",;")):
        return Kind.NAME
    return Kind.WORD


def _merged(cells: Iterator[Cell]) -> Iterator[Cell]:
    """Platforms of several words become one cell: Intel x86, MIPS R3000, Intel and Alpha."""
    held: Cell | None = None
    for cell in cells:
        if held and cell.start - held.end == 1 and len(held.text) < _LONGEST_PLATFORM and _continues(held, cell):
            held = Cell(_joined_kind(held, cell), f"{held.text} {cell.text}", held.start, cell.end)
            continue
        if held:
            yield held
        held = cell
    if held:
        yield held


_LONGEST_PLATFORM = 40
_JOINTS = {"and", "or", "&", "/"}
_JOINED = re.compile(r".*\s(?:and|or|&|/)", re.IGNORECASE)


def _continues(held: Cell, cell: Cell) -> bool:
    if held.kind is Kind.PLATFORM:
        whole = platform_of(f"{held.text} {cell.text}")
        return bool(whole) or cell.text.lower() in _JOINTS or bool(_JOINED.fullmatch(held.text))
    if held.text.lower() == "power":
        return cell.text.lower().rstrip(")") == "pc"
    return held.text.lower() in {"dec", "(dec"} and cell.kind is Kind.PLATFORM


def _joined_kind(held: Cell, cell: Cell) -> Kind:
    return held.kind if held.kind is Kind.PLATFORM else Kind.PLATFORM


# --- values --------------------------------------------------------------------------------------------------------

_MONTHS = {month.lower(): number for number, month in enumerate(calendar.month_abbr) if month}
_DATE_PARTS = re.compile(r"[0-9]+|[A-Za-z]+")


@lru_cache(maxsize=1024)
def parse_date(text: str) -> date | None:
    """The date in `text`; US order unless the first number cannot be a month. 80 to 99 are 19xx, 00 to 79 are 20xx."""
    parts = _DATE_PARTS.findall(text)
    if len(parts) != 3:
        return None
    first, second, third = parts
    if first.isalpha():
        first, second = second, first
    try:
        if second.isalpha():
            return date(_year(third), _MONTHS[second[:3].lower()], int(first))
        if len(first) == 4:
            return date(int(first), int(second), int(third))
        month, day = int(first), int(second)
        if month > 31:
            return date(_year(first), day, int(third))
        if month > 12:
            month, day = day, month
        return date(_year(third), month, day)
    except (KeyError, ValueError):
        return None


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= 80 else 2000)


_TIME_PARTS = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?\s*([ap])?", re.IGNORECASE)


@lru_cache(maxsize=2048)
def parse_time(text: str) -> str | None:
    """HH:MM or HH:MM:SS of 24 hours, from 04:19pm, 01:57p, 12:05a, 11.31am, 18:00, 6:15:02, 1:08 PM."""
    if not (found := _TIME_PARTS.match(text)):
        return None
    hour, minute, half = int(found[1]), int(found[2]), (found[4] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or int(found[3] or 0) > 59:
        return None
    return f"{hour:02}:{found[2]}" + (f":{found[3]}" if found[3] else "")


_BARE_TIME = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])")


def parse_bare_time(text: str) -> str | None:
    """HH:MM from 1436, which only the name of its column tells from a number."""
    found = _BARE_TIME.fullmatch(text)
    return f"{found[1]}:{found[2]}" if found else None


_SIZE_PARTS = re.compile(r"([0-9][0-9.,]*?)\s*(bytes|byte|kb|mb|k|b)?", re.IGNORECASE)
_UNITS = {"kb": 1 << 10, "k": 1 << 10, "mb": 1 << 20}
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+")
# In KB and MB a comma before three digits is of thousands, 39,416 KB, and before fewer of decimals: 15,66 KB.
_ROUNDED = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[0-9]+,[0-9]{1,2}")


def parse_size(text: str) -> tuple[int, bool] | None:
    """Bytes, and whether they are rounded: 375,056; 147.010; 105 KB; 67.5KB; 99,792 bytes."""
    if not (found := _SIZE_PARTS.fullmatch(text)):
        return None
    number, unit = found[1], (found[2] or "").lower()
    if unit not in _UNITS:
        return (int(re.sub(r"[.,]", "", number)), False) if _THOUSANDS.fullmatch(number) else None
    if _DECIMAL_COMMA.fullmatch(number):
        number = number.replace(",", ".")
    elif not _ROUNDED.fullmatch(number):
        return None
    return round(float(number.replace(",", "")) * _UNITS[unit]), True


_MIPS = re.compile(r"mips r[0-9]000", re.IGNORECASE)
_PLATFORM_TAIL = re.compile(r"[- ](?:based|platforms?|processors?|computers?|systems?|only|versions?)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def platform_of(text: str) -> Platform | None:
    """The processor that `text` names, whatever holds it: Intel, (Alpha), <x86>, Intel-based."""
    bare = text.strip(_HOLDERS + " ")
    while bare != (shorter := _PLATFORM_TAIL.sub("", bare)):
        bare = shorter
    return Platform.MIPS if _MIPS.fullmatch(bare) else Platform.named(bare)


@lru_cache(maxsize=4096)
def is_version(text: str) -> bool:
    """True for what a manifest takes as a version: at most four parts, none over 65535."""
    try:
        FileVersion.parse(text)
    except ValueError:
        return False
    return True
