"""An archive's Markdown of Knowledge Base articles: front matter, then the text of the CDs indented by a tab."""

from __future__ import annotations

import html
import re

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.kbcd import archive_header, article_of
from hotfixcheck.articles.text import clean, lines_of, opening

_HEADING = re.compile(r"(?:#+ )?(?P<number>(?:Q|KB)[0-9]{4,7}): (?P<title>\S.*)")
# The page as text, without its marks.
_SHOWN = re.compile(r"^(?:Q|KB)[0-9]{4,7}: \S", re.MULTILINE)
_ARTICLE = re.compile(r"^Article: (?:Q|KB)[0-9]{4,7}\s*$", re.MULTILINE)
# The front matter of an archive, which has the article's number, where that of Microsoft Learn has none.
ARCHIVE_TITLE = re.compile(r"^title: *\"?(?:Q|KB)[0-9]{4,7}:", re.MULTILINE)


class MarkdownImporter:
    """Pages with front matter and a body indented by tabs."""

    name = "markdown"

    def detect(self, data: bytes) -> bool:
        """True if front matter with an article's number and title opens the text, or the page as it is shown."""
        head = opening(data, 1024)
        if head.startswith("---\n"):
            return bool(ARCHIVE_TITLE.search(head))
        return bool(_SHOWN.search(head)) and bool(_ARTICLE.search(head))

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError."""
        lines = [line.removeprefix("\t") for line in lines_of(document)]
        heading = next((found for line in lines[:40] if (found := _HEADING.match(line))), None)
        if heading is None:
            raise NotUnderstoodError("no heading with the article's number and title", file=document.name, place="1")
        revised, body = archive_header(lines)
        return article_of(
            lines,
            body,
            name=document.name,
            number=heading["number"].upper(),
            title=clean(html.unescape(heading["title"])),
            revised=revised,
        )
