"""Articles of the 1990s Knowledge Base CDs: `DOCUMENT:` and `TITLE   :` lines, then sections underlined with =."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.fixes import facts_of
from hotfixcheck.articles.phrases import product_phrase, sentences
from hotfixcheck.articles.runon import is_run_on, lines_of_run_on
from hotfixcheck.articles.text import BODY_END, clean, lines_of, opening
from hotfixcheck.manifest.model import FilesFix, Fix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import parse_product

_DOCUMENT = re.compile(
    r"DOCUMENT:\s*(?P<number>(?:Q|KB)?[0-9]{4,7})\b\s*(?P<date>[0-9]{1,2}-[A-Z]{3}-[0-9]{4})?", re.IGNORECASE
)
_FIELD = re.compile(r"(?P<name>TITLE|PRODUCT|PROD/VER|OPER/SYS|KEYWORDS|DOCUMENT)\s*:", re.IGNORECASE)
_APPLIES_TO = re.compile(r"\s*The information in this article applies to:?\s*$", re.IGNORECASE)
_CONFIRMED = re.compile(r"Microsoft has confirmed (?:this to be|that this is) a (?:problem|bug) in (.{1,200})")
_BULLET = re.compile(r"\s*[-*\N{BULLET}]\s+(?P<text>\S.*)")
_GOES_ON = re.compile(r"\bappl(?:y|ies) to:$")
_HARDWARE = re.compile(r"\s*Hardware +: (?P<names>[^:]+)$")
_RULE = re.compile(r"\s*[-=]{10,}\s*$")
_ARCHIVE_FIELD = re.compile(
    r"\s*(?P<name>Article|Product\(s\)|Version\(s\)|Operating System\(s\)|Keyword\(s\)|Last Modified): ?(?P<value>.*)"
)


class KbCdImporter:
    """The CDs' text, also where its line breaks were lost."""

    name = "kbcd"

    def detect(self, data: bytes) -> bool:
        """True if a DOCUMENT line with an article's number opens the text."""
        return bool(_DOCUMENT.match(opening(data, 256).lstrip()))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        lines = lines_of(document)
        if not is_run_on(lines):
            return _read(lines, document.name)
        # The lines that are made of it are nobody else's: the article has one.
        place = 1 + next(at for at, line in enumerate(lines) if line.strip())
        try:
            article = _read(lines_of_run_on("\n".join(lines)), document.name)
        except NotUnderstoodError as error:
            raise NotUnderstoodError(error.problem, file=document.name, place=str(place)) from None
        return replace(article, left_out=tuple(replace(row, line=place) for row in article.left_out))


def _read(lines: Sequence[str], name: str) -> Article:
    start = next(at for at, line in enumerate(lines) if line.strip())
    opened = _DOCUMENT.match(lines[start].strip())
    title, body = _title(lines, start + 1)
    if not opened or not title:
        raise NotUnderstoodError("no title follows the DOCUMENT line", file=name, place=str(start + 1))
    number = opened["number"].upper()
    return article_of(
        lines,
        body,
        name=name,
        number=number if number[0] in "QK" else f"Q{number}",
        title=title,
        revised=parse_date(opened["date"]) if opened["date"] else None,
    )


def _title(lines: Sequence[str], at: int) -> tuple[str, int]:
    """The title, joined from its lines, and the place behind the last field of the header."""
    title: list[str] = []
    is_title = False
    while at < len(lines) and lines[at].strip() and not _RULE.match(lines[at]):
        field = _FIELD.match(lines[at])
        is_title = field["name"].upper() == "TITLE" if field else is_title
        if is_title:
            title.append(lines[at][field.end() :] if field else lines[at])
        at += 1
    return clean(" ".join(title)), at


def archive_header(lines: Sequence[str], at: int = 0) -> tuple[date | None, int]:
    """The date of revision in the header that archives put before the text, and the place behind it."""
    body = at
    for place, line in enumerate(lines[at : at + 60], start=at):
        if field := _ARCHIVE_FIELD.match(line):
            body = place + 1
            if field["name"] == "Last Modified":
                return parse_date(field["value"].strip()), body
    return None, body


def article_of(lines: Sequence[str], at: int, *, name: str, number: str, title: str, revised: date | None) -> Article:
    """The article whose header ends before `lines[at]`: then comes what it applies to, then its sections."""
    applies_to, body = _applies_to(lines, at)
    end = next((place for place in range(body, len(lines)) if BODY_END.match(lines[place])), len(lines))
    applies_to = applies_to or _confirmed_in(lines[body:end])
    facts = facts_of(lines[body:end], name, body, applies_to)
    return Article(
        number,
        title,
        fixes=facts.fixes,
        revised=revised,
        applies_to=applies_to,
        platforms=_hardware(lines[end:], facts.fixes),
        prerequisite=facts.prerequisite,
        supersedes=facts.supersedes,
        left_out=facts.left_out,
    )


def _applies_to(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """The products of the list at or after `lines[at]`, and the place behind it."""
    start = next((place for place in range(at, min(at + 40, len(lines))) if _APPLIES_TO.match(lines[place])), None)
    # The sentence stands twice in a few articles, the list below the second.
    while start is not None and (again := _repeated(lines, start)):
        start = again
    if start is None:
        while at < len(lines) and (not lines[at].strip() or _RULE.match(lines[at])):
            at += 1
        return (), at
    return bullets(lines, start + 1)


def _confirmed_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The product that the status names where no list does: `confirmed this to be a problem in Windows NT 4.0`
    (Q253343)."""
    found = _CONFIRMED.search(clean(" ".join(lines)))
    named = product_phrase(sentences(found[1])[0]) if found else ""
    return (named,) if parse_product(named).is_understood else ()


def _hardware(foot: Sequence[str], fixes: Sequence[Fix]) -> tuple[Platform, ...]:
    """The processors in the foot's `Hardware          : ALPHA`, where they are all that the article is for.

    `x86` alone says where the problem was seen: of 32 articles with such a foot whose rows name processors 15
    have rows for Alpha. A foot without x86 is about a machine, and is believed unless a row says otherwise.
    """
    names = next((found["names"].split() for line in foot if (found := _HARDWARE.match(line))), [])
    try:
        platforms = tuple(Platform.from_label(name) for name in names)
    except ValueError:
        return ()
    rows = (row for fix in fixes if isinstance(fix, FilesFix) for row in fix.files)
    is_for_others = any(row.platform and row.platform not in platforms for row in rows)
    return () if Platform.X86 in platforms or is_for_others else platforms


def _repeated(lines: Sequence[str], start: int) -> int | None:
    """The place of a second sentence between which and the one at `start` stands no bullet."""
    for place in range(start + 1, min(start + 6, len(lines))):
        if _APPLIES_TO.match(lines[place]):
            return place
        if _BULLET.match(lines[place]):
            break
    return None


def bullets(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """The items of the list that begins at or after `lines[at]`, wrapped lines joined, and the place behind it."""
    items: list[str] = []
    is_open = False
    while at < len(lines):
        line = lines[at]
        if _RULE.match(line):
            at += 1
            break
        if bullet := _BULLET.match(line):
            items.append(bullet["text"])
            is_open = True
        elif not line.strip():
            is_open = False
        elif is_open and line[:1].isspace():
            items[-1] += f" {line}"
        elif items and not _GOES_ON.search(line):
            break
        at += 1
    return tuple(clean(item) for item in items), at
