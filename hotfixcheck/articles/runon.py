"""Articles whose line breaks were lost: the text is cut into lines again where its shape shows them.

What shows a line's end is what was typed to be seen: rules of = and -, the bars of boxes, the names of the header's
fields, bullets, addresses; and inside a table the cells of a row, which are what its columns hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, zip_longest

from hotfixcheck.articles.cells import Cell, Kind, cells_of
from hotfixcheck.articles.columns import Column, Header, header_of
from hotfixcheck.articles.text import BODY_END

_RULE = re.compile(r"(?<!\S)(?:-{4,}|={3,})(?!\S)")
_FIELDS = re.compile(r"\s+(?=(?:TITLE\s*:|PRODUCT\s*:|PROD/VER:|OPER/SYS:|KEYWORDS:))")
_HEAD_END = re.compile(r"\s[-=]{60,}(?:\s[-=]{60,})*(?!\S)")
_LONG_RULE = re.compile(r"\s-{20,}\s")
_BOX_RULE = re.compile(r"\+-[-+]{3,}\+")
# The end of an address, of a list's introduction; the beginning of a reference to another article.
_BREAKS = re.compile(
    r"(?<!\S)((?:https?|ftp)://\S+)\s+|(?<=or later:)\s+|(?<=[a-z0-9]:)(?<!Component:)\s+(?=[A-Z])"
    r"|\s+(?=Q[0-9]{5,6} [A-Z])"
)
# A reference has no full stop; what follows it is known by how the articles begin their sentences.
_OPENINGS = re.compile(
    r"\s+(?=(?:The [A-Z]\S+ version of|The [A-Z]\S+-language version|This (?:hot)?fix\b|A supported fix|NOTE:"
    r"|To (?:resolve|correct|work around)\b|You (?:should|must)\b|For (?:additional|more|a complete|information)\b"
    r"|Component:|Microsoft has confirmed))"
)
_MOST_HEADER_WORDS = 24
_WIDTH = 24
_MOST_NOTE_CELLS = 4


def is_run_on(lines: Sequence[str]) -> bool:
    """True if the whole article stands in one line."""
    return sum(1 for _ in islice((line for line in lines if line and not line.isspace()), 2)) == 1


def lines_of_run_on(text: str) -> list[str]:
    """The lines of an article whose line breaks were lost."""
    text = " ".join(text.split())
    head, applies, body = text.partition("The information in this article applies to:")
    lines = _FIELDS.sub("\n", re.sub(r"\s[-=]{10,}", "", head)).split("\n")
    listed, rest = "", body
    if not applies:
        head, _, rest = _HEAD_END.sub("\n", text, count=1).partition("\n")
        lines = _FIELDS.sub("\n", head).split("\n")
    elif rule := _LONG_RULE.search(body):
        listed, rest = body[: rule.start()], body[rule.end() :]
    if applies:
        lines += ["", applies, ""]
        lines += [f" - {item.strip()}" for item in re.split(r"(?:^|\s)- ", listed) if item.strip()]
    lines += ["-" * 79, ""]
    end = BODY_END.search(rest)
    return [*lines, *_body_lines(rest[: end.start()] if end else rest)]


def _body_lines(body: str) -> Iterator[str]:
    """The body from rule to rule, boxes apart."""
    at = 0
    rules = list(_BOX_RULE.finditer(body))
    columns = 0
    for rule, following in zip_longest(rules, rules[1:]):
        if not columns:
            yield from _ruled_lines(body[at : rule.start()])
        yield rule[0]
        at = rule.end()
        boxed = body[at : following.start()].strip() if following else ""
        if not boxed.startswith("|") or not boxed.endswith("|"):
            columns = 0
            continue
        cells = boxed[1:-1].split("|")
        columns = columns or len(cells)
        # Between the last bar of a row and the first of the next stands nothing.
        for start in range(0, len(cells), columns + 1):
            yield f"|{'|'.join(cells[start : start + columns])}|"
    yield from _ruled_lines(body[at:])


def _ruled_lines(text: str) -> Iterator[str]:
    """Text from rule to rule; what stands before each rule ends with the heading or header that it underlines."""
    at = 0
    table: Header | None = None
    for rule in _RULE.finditer(text):
        before, underlined, header = _underlined(text[at : rule.start()], len(rule[0]))
        yield from _row_lines(before, table)
        yield from _paragraphs(_after_rows(before, table))
        yield underlined
        yield rule[0]
        table = header
        at = rule.end()
    yield from _row_lines(text[at:], table)
    yield from _paragraphs(_after_rows(text[at:], table))


def _paragraphs(text: str) -> Iterator[str]:
    yield ""
    for paragraph in _OPENINGS.sub("\n", _BREAKS.sub(lambda found: f"{found[1] or ''}\n", text)).split("\n"):
        for part in _rows_apart(paragraph.strip()):
            yield part
            yield ""


def _rows_apart(text: str) -> Iterator[str]:
    """A paragraph in parts: text, and rows that stand under no header, a line each.

    Rows are cells with nothing between them; where the kind of the first comes again, the next row begins.
    """
    if not (_DATE.search(text) or _NUMBERS.search(text)):
        yield from [text] if text else []
        return
    at = 0
    cells = cells_of(text)
    start = 0
    while start < len(cells):
        end = start
        while end < len(cells) and cells[end].kind in _ROW_KINDS:
            end += 1
        run = _rows_of(cells[start:end])
        kinds = {cell.kind for cell in run}
        if len(run) >= _FEWEST_CELLS and kinds & {Kind.NAME, Kind.PATH} and kinds & _DECISIVE:
            if before := text[at : run[0].start].strip():
                yield before
            yield from (text[row[0].start : row[-1].end] for row in _parted(run))
            at = run[-1].end
        start = max(end, start + 1)
    if rest := text[at:].strip():
        yield rest


def _rows_of(run: Sequence[Cell]) -> Sequence[Cell]:
    """The cells from the first row on: before it may stand the end of a sentence, `Windows NT Intel:`, or a folder."""
    for skipped in range(min(_MOST_BEFORE, len(run))):
        rows = _parted(run[skipped:])
        if not run[skipped].text.endswith(":") and all(_is_one_row(row) for row in rows):
            return run[skipped:]
    return run


def _parted(run: Sequence[Cell]) -> list[Sequence[Cell]]:
    begins = [index for index, cell in enumerate(run) if cell.kind is run[0].kind] + [len(run)]
    return [run[begin:end] for begin, end in pairwise(begins)]


def _is_one_row(row: Sequence[Cell]) -> bool:
    return sum(cell.kind in {Kind.NAME, Kind.PATH} for cell in row) == 1 and any(cell.kind in _DECISIVE for cell in row)


_DATE = re.compile(r"[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2}|[0-9]-[A-Z][a-z]{2}-[0-9]")
_NUMBERS = re.compile(r"[0-9],[0-9]{3}\b|[0-9]\.[0-9]+\.[0-9]|[0-9] ?(?:KB|bytes)\b")
_FEWEST_CELLS = 3
_MOST_BEFORE = 3
_DECISIVE = {Kind.DATE, Kind.SIZE, Kind.VERSION}
_ROW_KINDS = {
    Kind.DATE, Kind.TIME, Kind.SIZE, Kind.NUMBER, Kind.DECIMAL, Kind.VERSION, Kind.NAME, Kind.PATH, Kind.PLATFORM,
    Kind.NOTHING, Kind.UNREADABLE,
}  # fmt: skip


def _underlined(text: str, length: int) -> tuple[str, str, Header | None]:
    """What stands before a rule: text, then the header of a table, or a heading that is as long as its underline."""
    words = list(re.finditer(r"\S+", text[-600:]))[-_MOST_HEADER_WORDS:]
    offset = max(len(text) - 600, 0)
    for word in words:
        start = offset + word.start()
        if header := header_of(text[start:]):
            names = "".join(text[start + column.start : start + column.end].ljust(_WIDTH) for column in header.headings)
            return text[:start], names, header_of(names)
    text = text.rstrip()
    start = len(text) - length
    if start >= 0 and (start == 0 or text[start - 1].isspace()):
        return text[:start], text[start:], None
    return text, "", None


def _row_lines(text: str, header: Header | None) -> Iterator[str]:
    """The rows at the beginning of `text`, a line each, every cell below its column's name."""
    for row in _rows(text, header):
        line = ""
        for cell, place in row:
            line = f"{line} ".ljust(place) + cell.text
        yield line


def _after_rows(text: str, header: Header | None) -> str:
    rows = _rows(text, header)
    return text[rows[-1][-1][0].end :] if rows else text


def _rows(text: str, header: Header | None) -> list[list[tuple[Cell, int]]]:
    """The rows at the beginning of `text`: each cell, and the place of its column in the header."""
    if header is None:
        return []
    cells = cells_of(text)
    rows = []
    at = 0
    while at < len(cells):
        row = _one_row(cells, at, header)
        if len(row) < 2 or not any(cell.kind in {Kind.NAME, Kind.PATH} for cell, _ in row):
            break
        rows.append(row)
        at += len(row)
    return rows


_HOLDS = {
    Column.DATE: {Kind.DATE, Kind.UNREADABLE},
    Column.TIME: {Kind.TIME, Kind.UNREADABLE},
    Column.DATE_AND_TIME: {Kind.DATE, Kind.TIME},
    Column.SIZE: {Kind.SIZE, Kind.NUMBER, Kind.DECIMAL, Kind.UNREADABLE},
    Column.VERSION: {Kind.VERSION, Kind.DECIMAL, Kind.NOTHING},
    Column.PLATFORM: {Kind.PLATFORM},
    Column.NAME: {Kind.NAME, Kind.PATH},
    Column.PATH: {Kind.PATH},
}
_FREE = {Kind.WORD, Kind.NUMBER, Kind.DECIMAL, Kind.PLATFORM}


def _one_row(cells: Sequence[Cell], at: int, header: Header) -> list[tuple[Cell, int]]:
    """The cells of one row: each column takes the next cell if that is of its kind, and is empty otherwise."""
    row: list[tuple[Cell, int]] = []
    first = _HOLDS.get(header.headings[0].column, set())
    for heading in header.headings:
        most = 2 if heading.column is Column.DATE_AND_TIME else 1
        while most and at < len(cells) and _fits(cells, at, heading.column):
            row.append((cells[at], heading.start))
            at += 1
            most -= 1
        if most and row and heading.column in {Column.PLATFORM, Column.OTHER}:
            taken = _free_cells(cells, at, first)
            row += [(cell, heading.start) for cell in taken]
            at += len(taken)
    return row


def _fits(cells: Sequence[Cell], at: int, column: Column) -> bool:
    """True if the cell at `at` is of the column's kind; a version of one part is a number before a size."""
    if column is Column.VERSION and cells[at].kind is Kind.NUMBER:
        return at + 1 < len(cells) and cells[at + 1].kind is Kind.SIZE
    return cells[at].kind in _HOLDS.get(column, set())


def _free_cells(cells: Sequence[Cell], at: int, first: set[Kind]) -> Sequence[Cell]:
    """The text of a column that may hold anything: it ends where the next row or the table ends."""
    end = at
    while end < len(cells) and end - at <= _MOST_NOTE_CELLS and cells[end].kind in _FREE - first:
        end += 1
    ends_row = end == len(cells) or cells[end].kind in first
    return cells[at:end] if ends_row and end - at <= _MOST_NOTE_CELLS else ()
