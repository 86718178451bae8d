"""File tables in plain text.

    read_table(lines: Sequence[str], at: int) -> Table | None    the table that begins at lines[at], if one does

A table is a header with rows, or rows alone; `Table.start` and `Table.end` are places in `lines` (end excluded),
`Table.rows` pairs of the place of a row's line and the FileRow, `Table.unread` the places of lines that look like rows
and could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hotfixcheck.articles.boxes import read_boxed_row
from hotfixcheck.articles.cells import Kind, cells_of
from hotfixcheck.articles.columns import Column, Header, header_of
from hotfixcheck.articles.daysfirst import with_days_first
from hotfixcheck.articles.phrases import caption_product
from hotfixcheck.articles.rows import looks_like_row, read_row
from hotfixcheck.manifest.model import FileRow

_LONGEST_LINE = 400
_MOST_BLANKS = 3
_RULE = re.compile(r"\s*[-=_+|*~\s]*[-=_]{3}[-=_+|*~\s]*$")
_RULE_BEGINNINGS = frozenset("-=_+|*~")
_JOINT = re.compile(r"\s*-?\s*(?:or|and)\s*-?\s*$", re.IGNORECASE)
# What a row without a header has at least: a name with an extension, and digits beside it.
_NAME_HINT = re.compile(r"(?:\w\.(?=[0-9_$]{0,3}[A-Za-z])[A-Za-z0-9_$]{1,4}|[A-Za-z]\w*\.[0-9]{3})(?=[\s,)|]|$)")
_PROSE_WORD = re.compile(r"(?<![\w.\\/<%-])[a-z]{2,}(?![\w.\\:%-])")
_MOST_PROSE_WORDS = 5
_DIGITS_HINT = re.compile(r"[0-9][0-9.,:/-]*[0-9]")


@dataclass(frozen=True, slots=True)
class Table:
    """A file table and where it stands."""

    start: int
    end: int
    header: Header | None
    rows: tuple[tuple[int, FileRow], ...]
    unread: tuple[int, ...] = ()
    in_prose: bool = False
    """Its first row stands within a paragraph; the rest is not looked at."""


# Cells that are long enough to be wrapped, where they end a row.
_WRAPPED = frozenset({Column.PLATFORM, Column.OTHER, Column.PATH})


def is_rule(line: str) -> bool:
    """True for a line of dashes, with or without a box's corners."""
    return line.lstrip()[:1] in _RULE_BEGINNINGS and bool(_RULE.match(line))


def read_table(lines: Sequence[str], at: int) -> Table | None:
    """The table that begins at `lines[at]` with its header, a box's rule, or its first row; None if none does."""
    start = at
    line = lines[at]
    if line.lstrip().startswith("+") and is_rule(line) and at + 1 < len(lines):
        at += 1
        line = lines[at]
    if len(line) > _LONGEST_LINE:
        return None
    header = header_of(line)
    if header is None:
        if at > start or "." not in line or not (_DIGITS_HINT.search(line) and _NAME_HINT.search(line)):
            return None
        if len(_PROSE_WORD.findall(line)) > _MOST_PROSE_WORDS or not read_row(line, None):
            return None
        return _Reader(lines, start, None).read(at)
    return _Reader(lines, start, header).read(at + 1)


class _Reader:
    """Reads the rows below a header, or from a first row on."""

    def __init__(self, lines: Sequence[str], start: int, header: Header | None) -> None:
        self._lines = lines
        self._start = start
        self._header = header
        self._rows: list[tuple[int, FileRow]] = []
        self._unread: list[int] = []
        self._text = ""
        """The line of the last row, with what was wrapped to lines below it."""
        self._blocks: list[int] = []
        """For each row, the number of the block between blank lines that it stands in."""

    def read(self, at: int) -> Table | None:
        lines = self._lines
        end = at
        block = blanks = 0
        while at < len(lines) and blanks <= _MOST_BLANKS:
            line = lines[at]
            if not line.strip():
                blanks += 1
            elif is_rule(line):
                if self._underlines_heading(at):
                    break
            elif _JOINT.match(line) and self._rows and self._row_follows(at):
                pass
            elif self._take(at, after_blank=blanks > 0):
                block += bool(blanks and self._rows)
                blanks = 0
                self._blocks.append(block)
                end = at + 1
            else:
                break
            at += 1
        if not self._rows:
            # A header may stand apart from its rows, which have captions of their own.
            is_ruled = self._header and self._start + 1 < len(lines) and is_rule(lines[self._start + 1])
            return Table(self._start, self._start + 2, self._header, ()) if is_ruled else None
        rows = with_days_first(lines, self._filled_down())
        return Table(self._start, end, self._header, tuple(rows), tuple(self._unread))

    def _underlines_heading(self, at: int) -> bool:
        """A rule after the last row closes the table; one that follows a blank line opens something else."""
        return bool(self._rows) and not self._lines[at - 1].strip()

    def _row_follows(self, at: int) -> bool:
        following = next((line for line in self._lines[at + 1 : at + 3] if line.strip()), "")
        return read_row(following, self._header) is not None

    def _take(self, at: int, *, after_blank: bool) -> bool:
        """Takes in the line at `at` if it belongs to the table."""
        line = self._lines[at]
        if len(line) > _LONGEST_LINE or self._is_heading(at) or header_of(line):
            return False
        if line.lstrip().startswith("|") and self._header:
            return self._take_boxed(at)
        if after_blank and caption_product(line):
            return False  # its platform and words would fill the columns of a row
        row = read_row(line, self._header)
        if row and not (_is_bare(row) and (after_blank or not (self._rows or is_rule(self._lines[at - 1])))):
            self._rows.append((at, row))
            self._text = line
            return True
        if not after_blank and (name := self._listed_name(at)):
            self._rows.append((at, FileRow(name)))
            return True
        if self._rows and self._continue(at, after_blank=after_blank):
            self._blocks.pop()  # the caller counts a row for every line
            return True
        if self._header and not after_blank and looks_like_row(line):
            self._unread.append(at)
            return True
        return False

    def _take_boxed(self, at: int) -> bool:
        previous = self._rows[-1][1] if self._rows and not is_rule(self._lines[at - 1]) else None
        assert self._header  # noqa: S101 - the caller asked
        boxed = read_boxed_row(self._lines[at], self._header, previous)
        if boxed is None:
            self._unread.append(at)
        elif boxed.continues:
            self._rows[-1] = (self._rows[-1][0], boxed.row)
        else:
            self._rows.append((at, boxed.row))
        return True

    def _listed_name(self, at: int) -> str | None:
        """A file's name alone below a row that has no header, as in a list where only some files' sizes are told."""
        if self._header or not self._rows:
            return None
        line = self._lines[at]
        cells = list(cells_of(line))
        is_listed = len(cells) == 1 and cells[0].kind is Kind.NAME and _indent(line) == _indent(self._lines[at - 1])
        return cells[0].text if is_listed else None

    def _is_heading(self, at: int) -> bool:
        return (
            at + 1 < len(self._lines) and is_rule(self._lines[at + 1]) and not self._lines[at].lstrip().startswith("|")
        )

    def _continue(self, at: int, *, after_blank: bool) -> bool:
        """Text below the last column of a row, and nothing else in the line, is the rest of that cell."""
        if after_blank or not self._header:
            return False
        line = self._lines[at].expandtabs()
        last = self._header.headings[-1]
        indent = len(line) - len(line.lstrip())
        if last.column not in _WRAPPED or indent < last.start - 1 or is_rule(line):
            return False
        where, _ = self._rows[-1]
        text = f"{self._text.rstrip()} {line.strip()}"
        row = read_row(text, self._header)
        if row is None:
            return False
        self._rows[-1] = (where, row)
        self._text = text
        return True

    def _filled_down(self) -> list[tuple[int, FileRow]]:
        """Rows, each block's platform on all of them where it is printed on every block's first row and no other."""
        rows = self._rows
        named = [index for index, (_, row) in enumerate(rows) if row.platform]
        if len(named) < 2 or len(named) == len(rows) or any(row.note for _, row in rows):
            return rows
        if named != self._beginnings() and not _repeat(rows, named):
            return rows
        filled = []
        platform = None
        for at, row in rows:
            platform = row.platform or platform
            filled.append((at, replace(row, platform=platform)))
        return filled

    def _beginnings(self) -> list[int]:
        """The first row of each block between blank lines."""
        blocks = self._blocks
        if len(blocks) != len(self._rows):
            return []
        return [index for index, block in enumerate(blocks) if index == 0 or blocks[index - 1] != block]


def _repeat(rows: Sequence[tuple[int, FileRow]], beginnings: Sequence[int]) -> bool:
    """True if the same files stand in every block that begins so; a table that lost its blank lines shows no other."""
    if beginnings[0] != 0:
        return False
    ends = [*beginnings[1:], len(rows)]
    names = [[row.name.lower() for _, row in rows[start:end]] for start, end in zip(beginnings, ends, strict=True)]
    return all(sorted(block) == sorted(names[0]) for block in names) and len(names[0]) > 1


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_bare(row: FileRow) -> bool:
    """True for a name with nothing beside it."""
    return row == FileRow(row.name)
