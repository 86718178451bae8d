"""The archive's Markdown of an article says what the article says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotfixcheck.articles.article import NotUnderstoodError
from hotfixcheck.articles.markdown import MarkdownImporter
from tests.articles.shapes import ATTRIBUTES, kbcd, read

TABLE = """
   Date      Time      Size      File name      Platform
   -----------------------------------------------------
   11/18/99  04:19pm   375,056   Sample.dll     Intel
"""


def _markdown(cd: bytes, title: str = "Sample Service Loses a Handle") -> bytes:
    """The page that the archive makes of an article of the CDs; its sections may be underlined with -."""
    text = cd.decode("cp1252")
    body = text[text.index("-----") :].replace("RESOLUTION\n==========", "RESOLUTION\n----------")
    indented = "\n".join(f"\t{line}" for line in body.split("\n"))
    return f"""---
layout: page
title: "Q987654: {title}"
permalink: /kb/987/Q987654/
---

## Q987654: {title}

\tArticle: Q987654
\tProduct(s): Microsoft Windows NT
\tVersion(s): winnt:4.0
\tOperating System(s):
\tKeyword(s): kbenv
\tLast Modified: 08-MAY-2002
\t
{indented}
""".encode()


def test_markdown_says_what_the_text_says() -> None:
    cd = kbcd(ATTRIBUTES + "\n" + TABLE, status="This problem was first corrected in Windows NT 4.0 Service Pack 6.")
    article = read(_markdown(cd))
    assert article.fixes
    assert replace(article, left_out=()) == read(cd)


SITE = "KnowledgeBase Archive\n\nAn Archive of Articles\n\nView on GitHub\n\n"


def _page(data: bytes) -> str:
    """What a browser shows of the archive's page below its head, and in its preformatted text."""
    return data.decode().partition("## ")[2].replace("\n\t", "\n")


@pytest.mark.parametrize("shape", ["text", "HTML"])
def test_the_page_of_the_archives_site_says_so_too(shape: str) -> None:
    cd = kbcd(ATTRIBUTES + "\n" + TABLE, status="This problem was first corrected in Windows NT 4.0 Service Pack 6.")
    heading, _, body = _page(_markdown(cd)).partition("\n")
    page = f"{SITE}{heading}\n{body}"
    if shape == "HTML":
        page = (
            f"<!DOCTYPE html><html><head><title>{heading} | KnowledgeBase Archive</title></head><body><h1>Knowledge"
            f"Base Archive</h1><h2>{heading}</h2>\n<pre><code>{body.lstrip()}</code></pre></body></html>"
        )
    article = read(page.encode(), "page")
    assert replace(article, left_out=()) == read(cd)
    places = [row.line for row in article.left_out]
    assert all("Sample.dll" in page.split("\n")[line - 1] for line in places)


def test_titles_are_unescaped() -> None:
    article = read(_markdown(kbcd(""), "Loses &quot;Handles&quot; &amp; More"))
    assert article.title == 'Loses "Handles" & More'


def test_front_matter_without_a_heading() -> None:
    data = _markdown(kbcd("")).replace(b"## Q", b"About Q")
    with pytest.raises(NotUnderstoodError, match="no heading"):
        read(data)


@pytest.mark.parametrize("data", [b"", b"---\ntitle: A Blog\n---\n", b"# Q987654: no front matter\n"])
def test_other_pages_are_of_another_layout(data: bytes) -> None:
    assert not MarkdownImporter().detect(data)
