"""Support articles as Microsoft Learn keeps them: Markdown with front matter, pipe tables, `Original KB number`.

An article has its number in that line, or in its heading: `KB5030731 - Cumulative Update 9 for SQL Server 2022`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.markdown import ARCHIVE_TITLE
from hotfixcheck.articles.markdownpage import markdown_page, plain
from hotfixcheck.articles.page import PageProblem
from hotfixcheck.articles.pageblocks import listed_products, read_blocks
from hotfixcheck.articles.pageparts import Page
from hotfixcheck.articles.text import clean, lines_of, opening

_HEAD = 32 << 10
_MOST_FRONT_LINES = 200
_ORIGINAL = re.compile(
    r"Original KB (?:number|article)s?:?[_*]{0,2}:?\s*(?:&nbsp;\s*)*(?P<number>[0-9]{5,7})\b", re.IGNORECASE
)
_NAMED = re.compile(r"\bKB ?(?P<number>[0-9]{6,7})\b")
_TITLE_DRESS = re.compile(r"^KB ?[0-9]{6,7}\s*[-:\N{EN DASH}]\s*")
_FIELD = re.compile(r"(?P<name>[\w.-]+):\s*(?P<value>.*?)\s*$")
_PRODUCTS = re.compile(r"(?:Original product version|Applies to):\s*(?P<products>\S.*)$", re.IGNORECASE)
_RELEASED = re.compile(r"Release Date:\s*(?P<date>\S.*)$", re.IGNORECASE)
_COMMA = re.compile(r",\s+(?!(?:version|x64|x86|32|64)\b|(?:Standard|Enterprise|Datacenter|Web|64-Bit|Professional) )")


class LearnImporter:
    """Markdown of support articles, with or without front matter."""

    name = "learn"

    def detect(self, data: bytes) -> bool:
        """True if a heading opens the text, behind front matter or not, and an article's number is in or below it."""
        head = opening(data, _HEAD)
        if not head.lstrip().startswith(("---\n", "# ")) or ARCHIVE_TITLE.search(head[:1024]):
            return False
        front, body = _front_matter(head.lstrip().split("\n"))
        heading = next((line for line in head.lstrip().split("\n")[body:] if line.startswith("# ")), "")
        return bool(heading and (_NAMED.search(heading + front.get("title", "")) or _ORIGINAL.search(head)))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        lines = lines_of(document)
        front, body = _front_matter(lines)
        try:
            page = markdown_page(lines, body)
        except PageProblem as problem:
            raise NotUnderstoodError(str(problem), file=document.name, place=str(problem.line)) from None
        heading = next((part.text for part in page.texts() if part.tag == "h1"), "")
        title = clean(_TITLE_DRESS.sub("", heading or front.get("title", "")))
        number = _number(lines, heading, front)
        if not title or not number:
            why = "no article number: none in its heading and no original one" if title else "no title"
            raise NotUnderstoodError(why, file=document.name, place="1")
        applies_to = _applies_to(page, front)
        facts = read_blocks(page, heading, document.name, applies_to)
        return Article(
            number,
            title,
            fixes=facts.fixes,
            revised=_revised(page, front),
            applies_to=applies_to,
            prerequisite=facts.prerequisite,
            supersedes=tuple(each for each in facts.supersedes if each != number),
            left_out=facts.left_out,
        )


def _front_matter(lines: Sequence[str]) -> tuple[Mapping[str, str], int]:
    """The fields of the front matter, items of a list joined by line ends, and the place of the body."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    fields: dict[str, str] = {}
    name = ""
    for at, line in enumerate(lines[1:_MOST_FRONT_LINES], start=1):
        if line.rstrip() == "---":
            return fields, at + 1
        if field := _FIELD.match(line):
            name = field["name"].lower()
            fields[name] = field["value"].strip("\"'")
        elif (item := line.strip()).startswith("- ") and name:
            fields[name] = f"{fields[name]}\n{item[2:]}".strip()
    return {}, 0


def _number(lines: Sequence[str], heading: str, front: Mapping[str, str]) -> str:
    original = next((found for line in lines[:400] if (found := _ORIGINAL.search(line))), None)
    found = (
        original
        or _NAMED.search(heading)
        or _NAMED.search(front.get("title", ""))
        or _NAMED.search(front.get("ms.custom", ""))
    )
    return f"KB{found['number']}" if found else ""


def _revised(page: Page, front: Mapping[str, str]) -> date | None:
    if day := parse_date(front.get("ms.date", "")):
        return day
    released = (found["date"] for text in page.texts() if (found := _RELEASED.match(text.text)))
    return next((day for said in released if (day := parse_date(said))), None)


def _applies_to(page: Page, front: Mapping[str, str]) -> tuple[str, ...]:
    """The list at the article's end, else that of the front matter, else the products in a line below the heading."""
    if listed := listed_products(page):
        return listed
    if front.get("appliesto"):
        return tuple(plain(each) for each in front["appliesto"].split("\n"))
    line = next((found for text in page.texts() if (found := _PRODUCTS.match(text.text))), None)
    return tuple(each.strip() for each in _COMMA.split(line["products"]) if each.strip()) if line else ()
