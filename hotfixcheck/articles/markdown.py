"""An archive's Markdown of Knowledge Base articles: front matter, then the text of the CDs indented by a tab."""

from __future__ import annotations

import html
import re

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.cells import parse_date
from hotfixcheck.articles.kbcd import article_of
from hotfixcheck.articles.text import clean, lines_of, opening

_HEADING = re.compile(r"#+ (?P<number>(?:Q|KB)[0-9]{4,7}): (?P<title>\S.*)")
_FRONT_TITLE = re.compile(r"^title: *\"?(?:Q|KB)[0-9]{4,7}:", re.MULTILINE)
_FIELD = re.compile(
    r"\s*(?P<name>Article|Product\(s\)|Version\(s\)|Operating System\(s\)|Keyword\(s\)|Last Modified): ?(?P<value>.*)"
)


class MarkdownImporter:
    """Pages with front matter and a body indented by tabs."""

    name = "markdown"

    def detect(self, data: bytes) -> bool:
        """True if front matter with an article's number and title opens the text."""
        head = opening(data, 1024)
        return head.startswith("---\n") and bool(_FRONT_TITLE.search(head))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        lines = [line.removeprefix("\t") for line in lines_of(document)]
        heading = next((found for line in lines[:40] if (found := _HEADING.match(line))), None)
        if heading is None:
            raise NotUnderstoodError("no heading with the article's number and title", file=document.name, place="1")
        revised = None
        body = 0
        for at, line in enumerate(lines[:60]):
            if field := _FIELD.match(line):
                body = at + 1
                if field["name"] == "Last Modified":
                    revised = parse_date(field["value"].strip())
                    break
        return article_of(
            lines,
            body,
            name=document.name,
            number=heading["number"].upper(),
            title=clean(html.unescape(heading["title"])),
            revised=revised,
        )
