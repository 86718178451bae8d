"""Saved article pages and update pages: file tables as tables or in preformatted text, below headings and captions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.bounds import MAX_DOCUMENT
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.kbcd import archive_header, article_of
from hotfixcheck.articles.page import PageProblem, read_page
from hotfixcheck.articles.pageblocks import APPLIES, listed_products, read_blocks
from hotfixcheck.articles.pageparts import Grid, Kind, Page, Preformatted, Text
from hotfixcheck.articles.text import clean, opening

_HEAD = 4096
_FEW_ROWS = 10
_OPENS = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*){0,5}<(?:!doctype\s+html|html|head|body|meta|title|table|div|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE_ID = re.compile(r"\b(?:Article ID|PSS ID Number|KB ?ID)\s*:\s*(?P<number>[0-9]{5,7})\b", re.IGNORECASE)
_LINK = re.compile(
    r"/(?:kb|help|topic|default\.aspx\?(?:scid=kb;[\w-]+;|id=))/?(?P<number>[0-9]{5,7})\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?P<letters>KB|Q) ?(?P<number>[0-9]{5,7})\b")
_KB_IN_LINK = re.compile(r"\bkb(?P<number>[0-9]{6,7})\b", re.IGNORECASE)
_BEHIND = re.compile(r"\s*\((?P<number>[0-9]{6,7})\)\s*$")
_ARCHIVED = re.compile(r"(?:Q|KB)[0-9]{4,7}: (?P<title>\S.*)")
_OF_ARCHIVE = re.compile(r"\s*Article: ?(?:Q|KB)[0-9]{4,7}\s*$")
_BULLETIN = re.compile(r"Microsoft Security (?:Bulletin|Advisory) \S+$", re.IGNORECASE)
_IN_FILE_NAME = re.compile(r"(?<![0-9A-Za-z])(?:KB|Q)?([0-9]{5,7})(?![0-9])", re.IGNORECASE)
_REVISED = (
    re.compile(
        r"\b(?:Last Review(?:ed)?|Article Last Modified on|Last (?:Modified|Updated)|Updated(?=\s?:))\s*:?"
        r"\s*(?P<date>.{6,40})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:Published on|Published(?=\s?:)|Release(?:d)? Date|Original Publish(?:ed)? Date|Created on)\s*:?"
        r"\s*(?P<date>.{6,40})",
        re.IGNORECASE,
    ),
)
_REVISED_META = (
    "article:modified_time",
    "lastpublisheddate",
    "ms.date",
    "article:published_time",
    "firstpublisheddate",
)
_TITLE_TAIL = re.compile(
    r"\s*[-|\N{EN DASH}]\s*(?:Microsoft(?: Support| Knowledge Base| Learn| Docs)?|BetaArchive Wiki)\s*$"
    r"|^\s*[0-9]{5,7}\s*[-:]\s*",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"Microsoft KB Archive/[0-9]+$|^(?:Microsoft )?Support$|Knowledge Base$", re.IGNORECASE)

_APPLIES_TO = re.compile(r"Applies to:\s*(?P<products>\S.{3,600}?)(?:;?\s*(?:More|Less))?$", re.IGNORECASE)
_BETWEEN_PRODUCTS = re.compile(r"[;\N{BULLET}]")
_IN_A_LINE = re.compile(r"[;\N{BULLET}]|,(?! ?(?:version|x64|x86|32|64))")


class HtmlImporter:
    """Pages as a browser saves them; scripts and styles are ignored, nothing is fetched."""

    name = "html"

    def detect(self, data: bytes) -> bool:
        """True if the text opens as HTML does."""
        return bool(_OPENS.match(opening(data, _HEAD)))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        if len(document.data) > MAX_DOCUMENT:
            raise _not_understood(document, 1, f"{len(document.data):,} bytes, and no page has over {MAX_DOCUMENT:,}")
        try:
            page = read_page(document.data)
        except PageProblem as problem:
            raise _not_understood(document, problem.line, str(problem)) from None
        number, title = _number(page, document.name), _title(page)
        if not number:
            raise _not_understood(
                document, 1, "no article number: none in the text, the title, a link or the file's name"
            )
        if not title:
            raise _not_understood(document, 1, "no title")
        if text := _text_of_cds(page):
            lines = [*[""] * (text.line - 1), *text.lines]
            revised, body = archive_header(lines, text.line - 1)
            return article_of(lines, body, name=document.name, number=number, title=title, revised=revised)
        applies_to = _applies_to(page)
        facts = read_blocks(page, title, document.name, applies_to)
        return Article(
            number,
            title,
            fixes=facts.fixes,
            revised=_revised(page),
            applies_to=applies_to,
            prerequisite=facts.prerequisite,
            supersedes=tuple(each for each in facts.supersedes if each != number),
            left_out=facts.left_out,
        )


def _text_of_cds(page: Page) -> Preformatted | None:
    """The text of the CDs, where a page has nothing but that, with the header that archives put before it."""
    texts = (part for part in page.parts if isinstance(part, Preformatted))
    return next((text for text in texts if any(_OF_ARCHIVE.match(line) for line in text.lines[:4])), None)


def _not_understood(document: Document, line: int, problem: str) -> NotUnderstoodError:
    return NotUnderstoodError(problem, file=document.name, place=str(line))


# --- what a page says of itself --------------------------------------------------------------------------------------


def _said(page: Page) -> Iterator[str]:
    """Every text, and the rows of small tables, in which pages say what they are."""
    for part in page.parts:
        if isinstance(part, Text):
            yield part.text
        elif isinstance(part, Grid) and len(part.rows) < _FEW_ROWS:
            yield from (" ".join(filter(None, cells)) for _, cells in part.rows)


def _number(page: Page, name: str) -> str:
    """Q… where the page prints that before its number; KB… else."""
    for said in _said(page):
        if len(said) < 300 and (found := _ARTICLE_ID.search(said)):
            return f"KB{found['number']}"
    for link in (page.said.get("canonical", ""), page.said.get("og:url", "")):
        if found := _KB_IN_LINK.search(link) or _LINK.search(link):
            return f"KB{found['number']}"
    if page.said.get("kbid", "").isdecimal():
        return f"KB{page.said['kbid']}"
    headings = [text for text in page.texts() if text.kind is Kind.HEADING]
    names = [text.text for text in headings if text.tag == "h1"] + [page.title] + [text.text for text in headings]
    if named := next((found for each in names if (found := _NAMED.search(each))), None):
        return f"{named['letters']}{named['number']}"
    if behind := next((found for each in names if (found := _BEHIND.search(each))), None):
        return f"KB{behind['number']}"
    numbers = set(_IN_FILE_NAME.findall(re.split(r"[\\/:]", name)[-1]))
    return f"KB{numbers.pop()}" if len(numbers) == 1 else ""


def _title(page: Page) -> str:
    """The first heading, but not that of a wiki's page, above the article's, nor the bare number of a bulletin."""
    bare = _TITLE_TAIL.sub("", _TITLE_TAIL.sub("", page.title)) or page.said.get("og:title", "")
    headings = [text.text for text in page.texts() if text.tag == "h1"]
    title = next((each for each in headings if not _ARCHIVE.search(each)), headings[0] if headings else bare)
    if archived := next((found for text in page.texts() if (found := _ARCHIVED.fullmatch(text.text))), None):
        title = archived["title"]
    if _BULLETIN.match(title) and bare.startswith(title):
        title = bare
    return clean(_BEHIND.sub("", _TITLE_TAIL.sub("", title)))[:500]


def _revised(page: Page) -> date | None:
    for pattern in _REVISED:
        for said in _said(page):
            if len(said) < 1000 and (found := pattern.search(said)) and (day := _day(found["date"])):
                return day
    return next((day for name in _REVISED_META if (day := _day(page.said.get(name, "").partition("T")[0]))), None)


def _day(text: str) -> date | None:
    words = text.split()
    return parse_date(" ".join(words[:3])) or (parse_date(words[0]) if words else None)


def _applies_to(page: Page) -> tuple[str, ...]:
    """The list below `Applies to`, or the products in the paragraph below it or behind it."""
    if products := listed_products(page):
        return products
    is_open = False
    for text in page.texts():
        if is_open and text.kind is Kind.PARAGRAPH:
            return _apart(_BETWEEN_PRODUCTS, text.text)
        is_open = bool(APPLIES.fullmatch(text.text))
        if found := _APPLIES_TO.match(text.text):
            return _apart(_IN_A_LINE, found["products"])
    return ()


def _apart(between: re.Pattern[str], products: str) -> tuple[str, ...]:
    return tuple(clean(each) for each in between.split(products) if each.strip())
