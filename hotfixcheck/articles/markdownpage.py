"""A page of Markdown as a flow of parts: headings, paragraphs, list items, pipe tables, fenced text, tables in HTML.

Only what articles of the Knowledge Base use is read, line by line; inline markup is taken off, for a file's name may
have `code` marks, escapes and links around it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from hotfixcheck.articles.page import read_page
from hotfixcheck.articles.pageparts import Grid, Kind, Page, Preformatted, Text
from hotfixcheck.articles.text import clean

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,})")
_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<text>.*?)\s*#*$")
_ITEM = re.compile(r"\s*(?:[-*+]|[0-9]{1,3}[.)])\s+(?P<text>\S.*)$")
_BOLD = re.compile(r"\s*(?:[-*+]\s+)?\*\*(?P<text>[^*]{1,200})\*\*:?\s*$")
_QUOTE = re.compile(r"\s*(?:>\s?)+")
_TABLE = re.compile(r"\s*<table\b", re.IGNORECASE)
_TABLE_END = re.compile(r"</table\s*>", re.IGNORECASE)
_SUMMARY = re.compile(r"\s*<summary>(?P<text>.*?)(?:</summary>)?\s*$", re.IGNORECASE)
_DROPPED = re.compile(
    r"\s*(?:\[!(?:INCLUDE|NOTE|TIP|IMPORTANT|WARNING|CAUTION|div)\b[^|]*|:::.*:::|<!--.*-->|</?(?:details|div|section)\b[^>]*>"
    r"|(?:-{3,}|\*{3,}|_{3,}))\s*$",
    re.IGNORECASE,
)
_RULE_CELL = re.compile(r":?-+:?")
_CELLS = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"\s*</?br\s*/?>\s*", re.IGNORECASE)
_JOINED_BREAK = re.compile(r"(?<=[_.~\\-])</?br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"(?<!\\)</?[A-Za-z][^<>]{0,500}>")
_LINK = re.compile(
    r"!?\[([^\[\]]{0,1000})\]"
    r"(?:\([^()\s]{0,1000}(?:\([^()]{0,200}\)[^()\s]{0,200})?(?:\s[^()]{0,200})?\)|\^)"
)
_EMPHASIS = re.compile(r"(?<![\w\\])(\*{1,3}|_{1,3}|`{1,2})(?=\S)([^*`]{1,400}?)(?<=\S)\1(?!\w)")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~&-])")
_LONGEST_LINE = 20_000


def plain(text: str) -> str:
    """`text` without its inline markup."""
    text = _BREAK.sub(" ", _JOINED_BREAK.sub("", text[:_LONGEST_LINE]))
    if "[" in text:
        text = _LINK.sub(r"\1", _LINK.sub(r"\1", text))
    text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    return clean(html.unescape(_ESCAPE.sub(r"\1", _TAG.sub("", text))))


def markdown_page(lines: Sequence[str], start: int = 0) -> Page:
    """The parts of the page in `lines` from `start` on; raises PageProblem for what `read_page` refuses."""
    return _Reader(lines).read(start)


class _Reader:
    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._page = Page()
        self._open: list[str] = []
        self._kind = Kind.PARAGRAPH
        self._line = 0
        self._table_end = -1
        """Where the next table in HTML ends; behind the page if none does."""

    def read(self, at: int) -> Page:
        while at < len(self._lines):
            line = self._lines[at]
            if fence := _FENCE.match(line):
                at = self._take_fenced(at, fence["fence"])
            elif _TABLE.match(line):
                at = self._take_html(at)
            elif self._is_row(at):
                at = self._take_table(at)
            else:
                self._take_line(at, _QUOTE.sub("", line, count=1) if line.lstrip().startswith(">") else line)
                at += 1
        self._close()
        return self._page

    def _close(self) -> None:
        if text := plain(" ".join(self._open)):
            self._page.parts.append(Text(self._kind, self._line, text))
        self._open.clear()
        self._kind = Kind.PARAGRAPH

    def _take_line(self, at: int, line: str) -> None:
        if not line.strip() or _DROPPED.match(line):
            self._close()
        elif heading := _HEADING.match(line):
            self._take_heading(at, heading["text"], f"h{len(heading['level'])}")
        elif summary := _SUMMARY.match(line):
            self._take_heading(at, summary["text"], "summary")
        elif bold := _BOLD.match(line):
            self._take_heading(at, bold["text"], "b")
        elif item := _ITEM.match(line):
            self._close()
            self._kind, self._line = Kind.ITEM, at + 1
            self._open.append(item["text"])
        else:
            if not self._open:
                self._line = at + 1
            self._open.append(line.strip())
            if line.endswith("  "):
                self._close()

    def _take_heading(self, at: int, text: str, tag: str) -> None:
        self._close()
        if said := plain(text):
            self._page.parts.append(Text(Kind.HEADING, at + 1, said, tag))

    def _take_fenced(self, at: int, fence: str) -> int:
        """The lines up to the next fence, or to the end of the page."""
        self._close()
        end = next(
            (place for place in range(at + 1, len(self._lines)) if self._lines[place].strip().startswith(fence)),
            len(self._lines),
        )
        lines = tuple(line.rstrip() for line in self._lines[at + 1 : end])
        if any(lines):
            self._page.parts.append(Preformatted(at + 2, lines))
        return end + 1

    def _take_html(self, at: int) -> int:
        self._close()
        if self._table_end < at:
            ends = (place for place in range(at, len(self._lines)) if _TABLE_END.search(self._lines[place]))
            self._table_end = next(ends, len(self._lines))
        end = self._table_end if self._table_end < len(self._lines) else at
        inner = read_page("\n".join(self._lines[at : end + 1]).encode())
        for part in inner.parts:
            if isinstance(part, Grid):
                self._page.parts.append(Grid(tuple((at + line, cells) for line, cells in part.rows)))
            elif isinstance(part, Text):
                self._page.parts.append(Text(part.kind, at + part.line, part.text, part.tag))
        return end + 1

    def _is_row(self, at: int) -> bool:
        """True for a row between bars, and for a row without them above a rule."""
        line = self._lines[at]
        if line.lstrip(" \t>").startswith("|"):
            return True
        following = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        return "|" in line and "|" in following and _is_rule(_cells(following))

    def _take_table(self, at: int) -> int:
        self._close()
        rows: list[tuple[int, tuple[str, ...]]] = []
        bare = not self._lines[at].lstrip(" \t>").startswith("|")
        while at < len(self._lines):
            line = self._lines[at]
            if not (line.lstrip(" \t>").startswith("|") or (bare and "|" in line)):
                break
            cells = _cells(line)
            if not _is_rule(cells):
                rows.append((at + 1, tuple(plain(cell) for cell in cells)))
            at += 1
        if rows:
            self._page.parts.append(Grid(tuple(rows)))
        return at


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _CELLS.split(line.lstrip(" \t>").strip().removeprefix("|").removesuffix("|"))]


def _is_rule(cells: Sequence[str]) -> bool:
    return any(cells) and all(_RULE_CELL.fullmatch(cell) for cell in cells)
