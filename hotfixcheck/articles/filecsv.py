"""The file-information CSV files of current updates: prose and captions between tables of up to 60,000 rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hotfixcheck.articles.article import Article, Document, LeftOut, NotUnderstoodError
from hotfixcheck.articles.bounds import MAX_CSV
from hotfixcheck.articles.captions import Caption, caption_of, is_heading
from hotfixcheck.articles.columns import Column
from hotfixcheck.articles.csvrecords import (
    HEAD,
    day_first_marks,
    decoded,
    delimiter_of,
    records,
    year_first,
)
from hotfixcheck.articles.grid import (
    Columns,
    RowProblem,
    columns_of,
    guessed_columns,
    is_file_name,
    is_kind,
    labelled,
    rows_of,
)
from hotfixcheck.articles.phrases import SAYS_UTC
from hotfixcheck.articles.text import MAX_LINE, clean
from hotfixcheck.manifest.model import FileRow, FilesFix

_FIRST_LINES = 400  # in which the delimiter is looked for
_MAX_ROWS = 150_000
_MAX_TEXT = 200
_MAX_PROSE, _LONGEST_PROSE = 200, 2000  # lines, of which the first names the article; characters of one
_NUMBER_IN_NAME = re.compile(r"(?<![0-9A-Za-z])(?:KB|Q)?([0-9]{6,7})(?![0-9])", re.IGNORECASE)
_NUMBER_IN_PROSE = re.compile(r"\b(KB|Q) ?([0-9]{6,7})\b|\b(?:update|article|hotfix) ([0-9]{6,7})\b", re.IGNORECASE)
_DATES = frozenset({Column.DATE, Column.DATE_AND_TIME})
_LANGUAGE = re.compile(r"\bThe ([A-Z][a-z]+)(?: \([\w ]+\))? version of (?:this|the)\b")


class FileCsvImporter:
    """Reads what it is sure of: a row whose cells are not what their columns say is left out and named."""

    name = "filecsv"

    def detect(self, data: bytes) -> bool:
        """True if comma-separated rows begin the data: a header of a file table, or two rows that need none."""
        text = decoded(data[:HEAD])
        if text is None or text.lstrip().startswith(("<", "DOCUMENT:", "---")):
            return False
        lines = text.split("\n")[:-1] if len(data) > HEAD else text.split("\n")
        return delimiter_of(lines, data) is not None

    def read(self, document: Document) -> Article:
        """The article of one CSV; its number is that of the file's name, or the first that its prose names."""
        if len(document.data) > MAX_CSV:
            raise _not_understood(document, 1, f"{len(document.data):,} bytes, and no file list has over {MAX_CSV:,}")
        text = decoded(document.data)
        if text is None:
            raise _not_understood(document, 1, "binary data where comma-separated text was expected")
        lines = text.split("\n")
        delimiter = delimiter_of(lines[:_FIRST_LINES], document.data)
        if delimiter is None:
            raise _not_understood(document, 1, "no row of a file table, with or without a header")
        reader = _Reader(day_first_marks(lines, delimiter))
        for number, cells in records(lines, delimiter):
            if cells is None:
                raise _not_understood(document, number, f"a line of more than {MAX_LINE:,} characters")
            reader.take(number, cells)
            if reader.row_count > _MAX_ROWS:
                raise _not_understood(
                    document, number, f"more than {_MAX_ROWS:,} rows, and no update has so many files"
                )
        article = _number(document.name, reader.prose)
        if article is None:
            raise _not_understood(
                document, 1, "neither the file's name nor its text has an article's number", "name it KB….csv"
            )
        return Article(
            number=article,
            title=reader.title or f"File information of {article}",
            fixes=reader.fixes(),
            left_out=tuple(reader.left_out),
        )


def _not_understood(document: Document, line: int, problem: str, advice: str = "") -> NotUnderstoodError:
    return NotUnderstoodError(problem, file=document.name, place=str(line), advice=advice)


def _number(name: str, prose: Sequence[str]) -> str | None:
    in_name = set(_NUMBER_IN_NAME.findall(re.split(r"[\\/:]", name)[-1]))
    if len(in_name) == 1:
        return f"KB{in_name.pop()}"
    for text in prose:
        if found := _NUMBER_IN_PROSE.search(text):
            return f"{(found[1] or 'KB').upper()}{found[2] or found[3]}"
    return None


@dataclass(slots=True)
class _Section:
    """The rows below one caption, and the columns they stand in."""

    caption: Caption = field(default_factory=Caption)
    columns: Columns | None = None
    rows: list[FileRow] = field(default_factory=list)


class _Reader:
    """Takes the records in turn; dates between the marks of `day_first` have the day before the month."""

    def __init__(self, day_first: frozenset[str] = frozenset()) -> None:
        self._day_first = day_first
        self.prose: list[str] = []
        self.left_out: list[LeftOut] = []
        self.title = ""
        self.row_count = 0
        """Rows so far, those left out included."""
        self._sections = [_Section()]
        self._record: list[tuple[Column, str]] = []
        self._record_line = 0
        self._language: str | None = None
        self._utc = False

    def take(self, line: int, cells: list[str]) -> None:
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            self._end_record()
            return
        section = self._sections[-1]
        if section.columns and self._is_row(cells, section.columns):
            self._take_row(line, cells, section.columns)
        elif columns := columns_of(cells):
            self._end_record()
            section.columns = columns
            self._utc = self._utc or any(SAYS_UTC.search(cell) for cell in cells)
        elif (pair := labelled(cells)) and pair[1] and (pair[0] is not Column.NAME or is_file_name(pair[1])):
            self._take_labelled(line, *pair)
        elif columns := guessed_columns(cells):
            section.columns = columns
            self._take_row(line, cells, columns)
        else:
            self._take_text(line, cells)

    @staticmethod
    def _is_row(cells: Sequence[str], columns: Columns) -> bool:
        """True for a file's name where names stand, alone or with cells that are of their columns."""
        at = columns.index(Column.NAME)
        name = cells[at] if at < len(cells) else ""
        if "." in name and " " not in name:
            return len(cells) != 2 or is_file_name(name)
        return len(cells) > 2 and any(
            is_kind(column, cell) for column, cell in zip(columns, cells, strict=False) if column
        )

    def fixes(self) -> tuple[FilesFix, ...]:
        """A table for each caption with rows, in order."""
        self._end_record()
        return tuple(
            FilesFix(
                tuple(section.rows),
                scope=section.caption.scope,
                release=section.caption.release,
                language=self._language,
                utc=self._utc,
            )
            for section in self._sections
            if section.rows
        )

    def _take_row(self, line: int, cells: Sequence[str], columns: Columns) -> None:
        self.row_count += 1
        section = self._sections[-1]
        if self._day_first:
            cells = [
                year_first(cell, self._day_first) if column in _DATES else cell
                for column, cell in zip(columns, cells, strict=False)
            ]
        try:
            rows = rows_of(columns, cells, section.caption.platform)
        except RowProblem as problem:
            other = guessed_columns(cells)
            if other is None or other == columns:
                self._leave_out(line, cells, str(problem))
                return
            try:
                rows = rows_of(other, cells, section.caption.platform)
            except RowProblem:
                self._leave_out(line, cells, str(problem))
                return
        section.rows.extend(rows)

    def _take_labelled(self, line: int, column: Column, value: str) -> None:
        if column is Column.NAME:
            self._end_record()
        if not self._record:
            self._record_line = line
        self._record.append((column, value))

    def _end_record(self) -> None:
        """A table on its side has its rows between blank ones, or from one name to the next."""
        if self._record:
            columns, cells = zip(*self._record, strict=True)
            self._record = []
            self._take_row(self._record_line, cells, columns)

    def _take_text(self, line: int, cells: Sequence[str]) -> None:
        text = clean(", ".join(cell for cell in cells if cell))
        self._end_record()
        if sum(map(bool, cells)) > 2 and is_file_name(cells[0]):
            self._leave_out(line, cells, "its columns are not known: no header names them")
            return
        self._utc = self._utc or bool(SAYS_UTC.search(text))
        if found := _LANGUAGE.search(text):
            self._language = found[1]
        if len(self.prose) < _MAX_PROSE:
            self.prose.append(text[:_LONGEST_PROSE])
        if is_heading(text):
            self._start_section(text)

    def _start_section(self, heading: str) -> None:
        section = self._sections[-1]
        caption = section.caption.under(caption_of(heading))
        if not self._sections[0].rows and not self.title and _NUMBER_IN_PROSE.search(heading):
            self.title = heading
        if section.rows:
            self._sections.append(_Section(caption, section.columns))
        else:
            section.caption = caption

    def _leave_out(self, line: int, cells: Sequence[str], reason: str) -> None:
        self.left_out.append(LeftOut(line, ",".join(cells)[:_MAX_TEXT], reason))
