"""Later article pages as text, and the same articles in a wiki's shape.

A page has its title first, section names on lines of their own (`Symptoms`, `Resolution`), and `Article ID : 836769`
in a list at its end. The wiki shape has `Article ID: 872800` and `Article Last Modified on 5/18/2007` below the title,
then the list APPLIES TO, then sections in capitals. The numbers are printed without letters: they are KB articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.blocks import SECTIONS
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.fixes import facts_of
from hotfixcheck.articles.text import clean, decode, lines_of, opening

_ID = re.compile(r"\s*(?:[-*\N{BULLET}]\s*)?Article ID\s*:\s*(?P<number>[0-9]{5,7})\b", re.IGNORECASE)
_REVISED = (
    re.compile(r"Article Last Modified on\s*:?\s*(?P<date>\S.*)", re.IGNORECASE),
    re.compile(r"Last (?:Review|Modified|Updated)(?:ed)?\s*:\s*(?P<date>[^-]+)", re.IGNORECASE),
    re.compile(r"Published on\s*:\s*(?P<date>.+)", re.IGNORECASE),
    re.compile(r"(?:Created on|Created)\s*:\s*(?P<date>.+)", re.IGNORECASE),
)
_NOT_A_TITLE = re.compile(
    r"(?:Notice|Note|Knowledge Base|Microsoft KB Archive|Article ID|Article Last Modified|View products|Bug #"
    r"|Hotfix download|This article was previously|Support|Home|Last Review|Revision)\b|[-=_*#|\s]*$",
    re.IGNORECASE,
)
_TITLE_DRESS = re.compile(r"^[#=\s]+|[#=\s]+$|<[^>]*>")
_NAMED_TITLE = re.compile(r"(?:Article )?Title\s*:\s*(?P<title>\S.*)", re.IGNORECASE)
_BULLET = re.compile(r"\s*[-*\N{BULLET}\N{MIDDLE DOT}]\s*(?P<text>\S.*)")
_BACK = re.compile(r"\s*(?:\N{UPWARDS ARROW}\s*)?Back to the top\s*$", re.IGNORECASE)
_RULE = re.compile(r"\s*[-=_]{5,}\s*$")
_APPLIES = re.compile(
    r"[=#\s]*(?:APPLIES TO|Applies to|The information in this article applies to|This article applies to)\s*:?[=\s]*$"
)
_END = re.compile(
    r"[=#\s]*(?:Keywords|Additional query words|Article Info|Properties|Send feedback)\b\s*[:=]*", re.IGNORECASE
)
_SUBHEADS = re.compile(
    r"(?:Hotfix|Prerequisites?|Restart|Registry|File|Update|Software update|Service pack|Installation|Removal|Download)"
    r"(?: (?:information|requirements?|replacement|download|available|rollup|package|pack|update|hotfix))*$",
    re.IGNORECASE,
)
_END_BYTES = 16 << 10
_LONGEST_LINE = 200
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
        lines = lines_of(document)
        number = next((found["number"] for line in lines if (found := _ID.match(line))), None)
        title = _title(lines)
        if number is None or not title:
            raise NotUnderstoodError(
                "no title and article ID" if number is None else "no title", file=document.name, place="1"
            )
        body, end = _body(lines)
        applies_to = _applies_to(lines)
        facts = facts_of([_plain(line) for line in _sections(lines[body:end])], document.name, body, applies_to)
        return Article(
            f"KB{number}",
            title,
            fixes=facts.fixes,
            revised=_revised(lines),
            applies_to=applies_to,
            prerequisite=facts.prerequisite,
            supersedes=facts.supersedes,
            left_out=facts.left_out,
        )


def _title(lines: Sequence[str]) -> str:
    """The first line that is nothing else."""
    for line in lines[:40]:
        if named := _NAMED_TITLE.match(line.strip()):
            return clean(named["title"])
        bare = _TITLE_DRESS.sub("", line).strip()
        if bare and not _NOT_A_TITLE.match(bare) and bare.upper() not in SECTIONS:
            return clean(bare)
    return ""


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
    """The items below APPLIES TO, wherever the page has it."""
    start = next((at for at, line in enumerate(lines) if len(line) < 80 and _APPLIES.match(line)), None)
    if start is None:
        return ()
    items: list[str] = []
    for line in lines[start + 1 :]:
        bullet = _BULLET.match(line)
        if _RULE.match(line) and not items:
            continue
        if bullet and not _RULE.match(line):
            items.append(bullet["text"])
        elif _RULE.match(line) or _BACK.match(line) or _section(line) or _END.match(line):
            break
        elif line.strip() and items and line[:1].isspace():
            items[-1] += f" {line}"
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


def _sections(lines: Sequence[str]) -> list[str]:
    """The lines with every section and heading underlined, as the blocks of an article expect them.

    An underline takes the place of a blank line, so that the lines keep their numbers.
    """
    shaped = list(lines)
    for at, line in enumerate(lines[:-1]):
        below = lines[at + 1]
        name = _section(line)
        is_heading = len(line) < 60 and bool(_SUBHEADS.match(line.strip()))
        if (name or is_heading) and (not below.strip() or _RULE.match(below)):
            shaped[at] = name or line.strip()
            shaped[at + 1] = ("=" if name else "-") * max(len(shaped[at]), 3)
    return shaped


def _plain(line: str) -> str:
    return "" if _BACK.match(line) else line
