"""Headers of file tables: the column names that articles print, and where each stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property


class Column(Enum):
    """What a column holds."""

    __hash__ = object.__hash__  # as of Kind: what is read of a row is kept by column

    NAME = auto()
    PATH = auto()
    VERSION = auto()
    DATE = auto()
    TIME = auto()
    DATE_AND_TIME = auto()
    SIZE = auto()
    PLATFORM = auto()
    OTHER = auto()
    """Kept as the row's note: a language, a service branch, an operating system."""


_PRINTED = {
    Column.NAME: ("file name and path", "file name", "filename", "name", "file", "files"),
    Column.PATH: ("destination folder", "destination", "folder", "directory", "path", "location", "file path"),
    Column.VERSION: ("file version", "version#", "version", "file ver", "ver", "version number", "product version"),
    Column.DATE: ("file date", "date", "date stamp", "creation date", "date (utc)"),
    Column.TIME: ("file time", "time", "time stamp", "time (utc)"),
    Column.DATE_AND_TIME: ("date/time", "date and time", "modifiedtime", "timestamp"),
    Column.SIZE: ("file size", "size", "size (bytes)", "size (in bytes)", "file size (bytes)", "bytes"),
    Column.PLATFORM: ("platform", "processor", "cpu", "hardware", "architecture", "processor type"),
    Column.OTHER: (
        "language",
        "locale",
        "operating system",
        "service branch",
        "branch",
        "sp requirement",
        "service pack",
        "component",
        "checksum",
        "product",
        "locales",
        "description",
        "comment",
        "comments",
        "type",
    ),
}
_COLUMNS = {name: column for column, names in _PRINTED.items() for name in names}
# `File` alone must not take the first word of `File   Version`: several blanks part columns.
_NAMES = "|".join(re.escape(name).replace("\\ ", r"[ ]{1,2}") for name in sorted(_COLUMNS, key=len, reverse=True))
_NAME = re.compile(rf"\s*\b({_NAMES})(?=[\s|]|$)", re.IGNORECASE)
_FIRST_WORDS = frozenset(re.split(r"[ (]", name)[0] for name in _COLUMNS)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's name, and where it stands in the header."""

    column: Column
    start: int
    end: int


@dataclass(frozen=True)
class Header:
    """The columns of a table, left to right."""

    headings: tuple[Heading, ...]

    @cached_property
    def columns(self) -> frozenset[Column]:
        """What the columns hold."""
        return frozenset(heading.column for heading in self.headings)

    def nearest(self, start: int, end: int, among: Iterable[Column]) -> Column | None:
        """The column whose name stands nearest to a cell, of those that are asked for."""
        wanted = set(among)
        near = [
            (max(heading.start - end, start - heading.end, 0), abs(heading.start - start), heading.column.value)
            for heading in self.headings
            if heading.column in wanted
        ]
        return Column(min(near)[2]) if near else None


def column_named(text: str) -> Column | None:
    """The column of one name; None if no table has it."""
    return _COLUMNS.get(" ".join(text.lower().split()))


def header_of(line: str) -> Header | None:
    """The header in `line`: nothing but names of columns, two or more; one of them says what decides a fix."""
    bare = line.strip(" \t|")
    words = bare.split(None, 1)
    if not words or words[0].partition("(")[0].lower() not in _FIRST_WORDS or len(bare) > _LONGEST:
        return None
    headings: list[Heading] = []
    at = 0
    line = line.expandtabs().replace("|", " ").rstrip()
    while at < len(line):
        if not (found := _NAME.match(line, at)):
            return None
        headings.append(Heading(_COLUMNS[" ".join(found[1].lower().split())], found.start(1), found.end(1)))
        at = found.end()
    header = Header(tuple(headings))
    decisive = header.columns & {Column.DATE, Column.DATE_AND_TIME, Column.SIZE, Column.VERSION}
    return header if len(headings) > 1 and decisive else None
