"""Later article pages as text, and the same articles in a wiki's shape.

A page has its title first, section names on lines of their own (`Symptoms`, `Resolution`), and `Article ID : 836769`
in a list at its end, or in a line with its revision above the title, or below it.
The wiki shape has `Article ID: 872800` and `Article Last Modified on 5/18/2007` below the title,
then the list APPLIES TO, then sections in capitals. The numbers are printed without letters: they are KB articles.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.blocks import SECTIONS, blocks_of
from hotfixcheck.articles.captions import is_caption
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.fixes import Facts
from hotfixcheck.articles.modern import ModernReader, is_subhead
from hotfixcheck.articles.sideways import records
from hotfixcheck.articles.text import clean, decode, lines_of, opening

_ID = re.compile(
    r"\s*(?:[-*\N{BULLET}]\s*)?(?:Article ID|PSS ID Number)\s*:\s*(?P<letters>Q|KB|)(?P<number>[0-9]{5,7})\b",
    re.IGNORECASE,
)
_ABOVE_TITLE = re.compile(r".*:\s*[0-9]{5,7}\s*-\s*Last Revi(?:ew|sed)", re.IGNORECASE)
_REVISED = (
    re.compile(r"Article Last Modified on\s*:?\s*(?P<date>\S.*)", re.IGNORECASE),
    re.compile(r"Last (?:Review|Modified|Updated|Revised)(?:ed)?\s*:\s*(?P<date>[^-]+)", re.IGNORECASE),
    re.compile(r"Published on\s*:\s*(?P<date>.+)", re.IGNORECASE),
    re.compile(r"(?:Created on|Created)\s*:\s*(?P<date>.+)", re.IGNORECASE),
)
_PAGE_OF_WIKI = re.compile(r"Microsoft KB Archive/[0-9]{5,7}$")
_NOT_A_TITLE = re.compile(
    r"(?:From BetaArchive Wiki|Jump to|Help and Support|Click to Rate|This article contents|Notice|Note|Knowledge Base"
    r"|Microsoft KB Archive|Article ID|Article Last Modified|View products|Bug #"
    r"|Hotfix download|This article was previously|Support|Home|Last Review|Revision|PSS ID|Retired KB|Page [0-9]"
    r"|Expand all|Select a|Advanced Search)\b|https?://|[*\N{BULLET}]|[-=_*#|\s]*$",
    re.IGNORECASE,
)
_TITLE_DRESS = re.compile(r"^[#=\s]+|[#=\s]+$|<[^>]*>|(?:\s*\b(?:Print|E-?mail)\b){2,}\s*$|^(?:KB|Q)[0-9]{5,7} - ")
# What a browser's text and a wiki's marks leave in lines.
_CHROME = re.compile(
    r"^\s*(?:Collapse image|Expand image)(?=[A-Z])|</?(?:pre|br|nowiki|div|span|noinclude|code)\b[^>]*>|'''"
)
_DROPPED = re.compile(
    r"\s*(?:Collapse this table\s*Expand this table|Expand this table|Expand all \| Collapse all"
    r"|(?:\N{UPWARDS ARROW}\s*)?Back to the top\b.{0,60})\s*$",
    re.IGNORECASE,
)
_WIKI_HEADING = re.compile(r"\s*(=+)\s*(?P<text>[^=].*?)\s*\1\s*$")
_NAMED_TITLE = re.compile(r"(?:Article )?Title\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
_BULLET = re.compile(r"\s*[-*\N{BULLET}\N{MIDDLE DOT}]\s*(?P<text>\S.*)")
_RULE = re.compile(r"\s*[-=_]{5,}\s*$")
_APPLIES = re.compile(
    r"[=#\s]*(?:APPLIES TO|Applies to|The information in this article applies to|This article applies to)"
    r"(?: the following)?\s*:?[=\s]*$"
)
_END = re.compile(
    r"[=#\s]*(?:Keywords|Additional query words|Article Info|Properties|Send feedback)\b\s*[:=]*", re.IGNORECASE
)
_OF_VERSIONS = re.compile(r"(?:Additional files )?for all supported ", re.IGNORECASE)
_END_BYTES = 16 << 10
_LONGEST_LINE = 200
_LONGEST_PRODUCT = 150
_LONGEST_HEADING = 120
_MOST_TABLE_LINES = 20_000
_WIKI_CELL = re.compile(r"^\s*(?:(?:style|width|align|class|scope|colspan|rowspan)=[^|]*)\|")
_HTML = re.compile(r"<html|<!doctype", re.IGNORECASE)


class MskbImporter:
    """Article pages of the years after the CDs, as text or in a wiki's shape."""

    name = "mskb"

    def detect(self, data: bytes) -> bool:
        """True if a line with an article's ID stands near the beginning or the end."""
        head = opening(data, _END_BYTES)
        if not head or head.startswith(("<", "DOCUMENT:", "---\n")) or _HTML.search(head[:2048]):
            return False
        tail = decode(data[-_END_BYTES:]) if len(data) > _END_BYTES else ""
        return any(_ID.match(line) for line in (*head.split("\n"), *tail.split("\n")) if len(line) < _LONGEST_LINE)

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        lines = [_bare(line) for line in lines_of(document)]
        found = next((found for line in lines if (found := _ID.match(line))), None)
        title = _title(lines)
        if found is None or not title:
            raise NotUnderstoodError(
                "no title and article ID" if found is None else "no title", file=document.name, place="1"
            )
        body, end = _body(lines)
        applies_to = _applies_to(lines)
        shaped = list(_shaped(lines[body:end]))
        places = [body + place + 1 for place, _ in shaped]
        try:
            facts = _facts([line for _, line in shaped], document.name, applies_to)
        except NotUnderstoodError as error:
            place = str(places[int(error.place) - 1])
            raise NotUnderstoodError(error.problem, file=document.name, place=place) from None
        return Article(
            f"{found['letters'].upper() or 'KB'}{found['number']}",
            title,
            fixes=facts.fixes,
            revised=_revised(lines),
            applies_to=applies_to,
            prerequisite=facts.prerequisite,
            supersedes=facts.supersedes,
            left_out=tuple(replace(row, line=places[row.line - 1]) for row in facts.left_out),
        )


def _facts(lines: Sequence[str], name: str, applies_to: Sequence[str]) -> Facts:
    reader = ModernReader(lines, name, applies_to)
    for block in blocks_of(lines):
        reader.take(block)
    return reader.facts()


def _bare(line: str) -> str:
    """A line without what surrounded it on the page."""
    line = _CHROME.sub("", line)
    return "" if _DROPPED.match(line) else line


def _title(lines: Sequence[str]) -> str:
    """The first line that is nothing else, below a line with ID and revision where that stands first."""
    start = next((at + 1 for at, line in enumerate(lines[:100]) if _ABOVE_TITLE.match(line)), 0)
    end = next((at for at, line in enumerate(lines[:100]) if at >= start and _ID.match(line)), start + 40)
    for line in lines[start : min(end, start + 40)]:
        if named := _NAMED_TITLE.match(line.strip()):
            return clean(named["title"])
        bare = _TITLE_DRESS.sub("", line).strip()
        if (
            bare
            and not _NOT_A_TITLE.match(line.strip())
            and not _NOT_A_TITLE.match(bare)
            and bare.upper() not in SECTIONS
        ):
            return clean(bare)
    return next((line.strip() for line in lines[:40] if _PAGE_OF_WIKI.match(line.strip())), "")


def _revised(lines: Sequence[str]) -> date | None:
    for pattern in _REVISED:
        for line in lines:
            if len(line) < 200 and (found := pattern.search(line)):
                words = found["date"].split()
                for length in (3, 1):
                    if day := parse_date(" ".join(words[:length])):
                        return day
    return None


def _applies_to(lines: Sequence[str]) -> tuple[str, ...]:
    """The items below APPLIES TO, wherever the page has it; a page that lost its bullets has a line for each."""
    start = next((at for at, line in enumerate(lines) if len(line) < 80 and _APPLIES.match(line)), None)
    if start is None:
        return ()
    items: list[str] = []
    named = (line for line in lines[start + 1 :] if line.strip() and not (_RULE.match(line) or _APPLIES.match(line)))
    first = next(named, "")
    is_listed = bool(_BULLET.match(first))
    for line in lines[start + 1 :]:
        bullet = _BULLET.match(line)
        if (_RULE.match(line) or not line.strip() or _APPLIES.match(line)) and not items:
            continue
        if bullet and is_listed and not _RULE.match(line):
            items.append(bullet["text"])
        elif _RULE.match(line) or _section(line) or _END.match(line) or _NOT_A_TITLE.match(line.strip()):
            if line.strip() or not is_listed:
                break
        elif line.strip() and items and is_listed and line[:1].isspace():
            items[-1] += f" {line}"
        elif not is_listed and len(line) < _LONGEST_PRODUCT and not line.rstrip().endswith("."):
            items.append(line)
        elif line.strip():
            break
    return tuple(clean(item) for item in items)


def _body(lines: Sequence[str]) -> tuple[int, int]:
    """From the first section to the keywords."""
    start = next((at for at, line in enumerate(lines) if _section(line)), 0)
    end = next((at for at in range(start, len(lines)) if _END.match(lines[at]) and len(lines[at]) < 400), len(lines))
    return start, end


def _section(line: str) -> str:
    """The name of the section that a line by itself opens: `Symptoms`, `== RESOLUTION ==`; "" for another line."""
    if len(line) > 60 or (line[:1].isspace() and not line.strip().startswith(("=", "#"))):
        return ""
    bare = _TITLE_DRESS.sub("", line).strip().rstrip(":")
    return bare.upper() if bare and bare.upper() in SECTIONS and (bare.isupper() or bare[0].isupper()) else ""


def _shaped(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines with every section and heading underlined and tables boxed, as the blocks of an article expect them.

    Each comes with its place in `lines`.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.lstrip().startswith("{|"):
            at = yield from _boxed(lines, at)
            continue
        if (end := (yield from records(lines, at))) > at:
            at = end
            continue
        name, heading = _section(line), _heading(line, lines[at + 1] if at + 1 < len(lines) else "")
        if name or heading:
            text = name or heading
            yield at, text
            yield at, ("=" if name else "-") * max(len(text), 3)
            # A page may have underlined it itself.
            at += at + 1 < len(lines) and bool(_RULE.match(lines[at + 1]))
        else:
            yield at, line
        at += 1


def _heading(line: str, below: str) -> str:
    """The heading that a line by itself is; "" for another line."""
    if len(line) > _LONGEST_HEADING:
        return ""
    if marked := _WIKI_HEADING.match(line):
        return marked["text"]
    text = line.strip()
    if _OF_VERSIONS.match(text) and is_caption(text):
        return text
    is_apart = not below.strip() or bool(_RULE.match(below))
    return text if is_subhead(text) and (is_apart or " " in text or text.endswith("s")) else ""


def _boxed(lines: Sequence[str], at: int) -> Generator[tuple[int, str], None, int]:
    """A wiki's table as rows between bars; returns the place behind it."""
    cells: list[str] = []
    start = at
    for place in range(at, min(at + _MOST_TABLE_LINES, len(lines))):
        line = lines[place].strip()
        if line.startswith(("|-", "|}")) and cells:
            yield start, f"| {' | '.join(cells)} |"
            cells = []
        if line.startswith("|}"):
            return place + 1
        if line.startswith(("!", "|")) and not line.startswith(("|-", "|}")):
            start = place if not cells else start
            cells += [_WIKI_CELL.sub("", cell).strip() for cell in re.split(r"\|\||!!", line[1:])]
    yield at, lines[at]
    return at + 1
