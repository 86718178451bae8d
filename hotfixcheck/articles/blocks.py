"""The body of an article as blocks in order: section names, headings, paragraphs and file tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from hotfixcheck.articles.cells import platform_of
from hotfixcheck.articles.phrases import caption_language, caption_product
from hotfixcheck.articles.tables import Table, is_rule, read_table

# The sections of Knowledge Base articles; they are underlined with = on the CDs, some archives use -.
SECTIONS = frozenset(
    """SYMPTOMS|SYMPTOM|CAUSE|RESOLUTION|RESOLUTIONS|STATUS|MORE INFORMATION|WORKAROUND|SUMMARY|REFERENCES|APPLIES TO|
    INTRODUCTION|SOLUTION|ADDITIONAL INFORMATION|ISSUE|KEYWORDS|PROPERTIES|ARTICLE INFO""".replace("\n    ", "").split(
        "|"
    )
)


@dataclass(frozen=True, slots=True)
class Section:
    """A section begins; `name` is in capitals."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Heading:
    """An underlined line inside a section."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines between blank ones, as one text; `is_single` is true for what stands in one line."""

    line: int
    text: str
    is_single: bool


Block = Section | Heading | Paragraph | Table

_UNDERLINE = re.compile(r"\s*(=+|-+)\s*$")


def blocks_of(lines: Sequence[str]) -> Iterator[Block]:
    """The blocks in `lines`; line numbers and a table's places count from 0."""
    at = 0
    paragraph: list[str] = []
    count = len(lines)
    while at < count:
        line = lines[at]
        if not line or line.isspace():
            if paragraph:  # blank lines are nearly half of all
                yield from _closed(paragraph, at)
            at += 1
            continue
        table = read_table(lines, at)
        if table and (table.header or _may_end(paragraph)):
            yield from _closed(paragraph, at)
            yield table
            at = table.end
            continue
        if table:
            # Prose names files with their versions too: rows without a header begin a block of their own.
            yield replace(table, end=at + 1, rows=table.rows[:1], unread=(), in_prose=True)
        if at + 1 < count and (under := _underline(lines[at + 1])) and not _underline(line):
            text = line.strip()
            if text in SECTIONS or (under[1][0] == "=" and _is_underlined(text, under[1])):
                yield from _closed(paragraph, at)
                yield Section(at, text.upper())
                at += 2
                continue
            if _is_underlined(text, under[1]):
                yield from _closed(paragraph, at)
                yield Heading(at, text)
                at += 2
                continue
        if is_rule(line):
            yield from _closed(paragraph, at)
        else:
            paragraph.append(line)
        at += 1
    yield from _closed(paragraph, at)


def _underline(line: str) -> re.Match[str] | None:
    return _UNDERLINE.match(line) if line.lstrip()[:1] in {"=", "-"} else None


def _may_end(paragraph: list[str]) -> bool:
    """True if a table may follow what has been read of a paragraph."""
    if not paragraph or paragraph[-1].rstrip().endswith(":"):
        return True
    only = paragraph[0].strip()
    return len(paragraph) == 1 and bool(platform_of(only) or caption_language(only) or caption_product(only))


def _is_underlined(text: str, rule: str) -> bool:
    """A rule about as long as the text is an underline; a longer one parts the page."""
    return len(rule) >= 3 and (abs(len(rule) - len(text)) <= 8 or (len(text) > 60 and len(rule) > 60))


def _closed(paragraph: list[str], at: int) -> Iterator[Paragraph]:
    if len(paragraph) > 1 and paragraph[-2].rstrip().endswith((".", ":")) and caption_product(paragraph[-1]):
        # Pages that lost their blank lines have a table's caption right below a sentence.
        caption = paragraph.pop()
        yield from _closed(paragraph, at - 1)
        paragraph.append(caption)
    if paragraph:
        yield Paragraph(at - len(paragraph), " ".join(" ".join(paragraph).split()), len(paragraph) == 1)
        paragraph.clear()
