"""Saved pages that are broken, repeat trifles or are none: read or refused, in bounded time and memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.articles.article import Article, Document, NotUnderstoodError
from hotfixcheck.articles.html import HtmlImporter
from hotfixcheck.articles.importing import outcome_of
from tests.articles.webpages import CNG, HEADER, INTRODUCTION, page


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<html><h1>A leak</h1>", "no article number"),
        ("<html><p>Article ID: 123456</p>", "no title"),
        ("<html>" + "<div>" * 5000, "nested more than"),
        ("<html>" + " " * (9 << 20), "no page has over"),
    ],
)
def test_what_is_not_understood(text: str, problem: str) -> None:
    with pytest.raises(NotUnderstoodError, match=problem) as raised:
        HtmlImporter().read(Document("x.html", text.encode()))
    assert raised.value.place == "1"


N = 60_000
TRIFLES = [
    "<div>" * N + "</q>" * N,
    "<div>" * N + "<p></span>" * N,
    "<b><i>" * N,
    "<a>" * N,
    "<table>" * N,
    "<table><tr><td>" * N,
    "<p><b><u>" * N,
    "<table>" + "<tr><td>a<td>b" * N,
    "<a " + "".join(f"x{n}=1 " for n in range(N)) + ">",
    "&" * N,
    "&#1" * N,
    "<table>" + "a<b></table><table>" * N,
    "<b><p>" * N + "</b>" * N,
    "<!--" * N,
    "<![CDATA[" * N,
    "<" * N,
    '<a "' * N,
    "<script>" * N,
    "<script></scrip" * N,
    "<td rowspan=65535 colspan=65535>x" * N,
    "<tr>" * N,
    "<td>" * N,
    "<li>" * N,
    "<br>" * N,
    "<pre>" * 500 + "\n" * N,
    "<pre>" + "a.dll 1.2.3.4 " * N,
    "\n" * N,
    "Article ID:" * N,
    "<h2>Applies to</h2><li>x" * N,
]


@pytest.mark.parametrize("text", TRIFLES, ids=lambda text: text[:16])
def test_repeated_trifles_take_neither_time_nor_memory(text: str) -> None:
    data = page(text).encode()
    tracemalloc.start()
    start = time.process_time()
    try:
        safe(data)
        assert time.process_time() - start < 15
        assert tracemalloc.get_traced_memory()[1] < 150 << 20
    finally:
        tracemalloc.stop()


def safe(data: bytes) -> Article | None:
    try:
        return HtmlImporter().read(Document("x.html", data))
    except NotUnderstoodError:
        return None


pieces = st.sampled_from(
    [
        "<table>",
        "</table>",
        "<tr>",
        "</tr>",
        "<td>",
        "</td>",
        "<th>",
        "<pre>",
        "</pre>",
        "<p>",
        "<li>",
        "<h2>",
        "</h2>",
        "<br>",
        "Resolution",
        "File name",
        "File version",
        "Date",
        "a.dll",
        "1.2.3.4",
        "1/2/2003",
        "x64",
        INTRODUCTION,
        HEADER,
        CNG,
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "&nbsp;",
        "&#0;",
        "<td rowspan=3 colspan=2>",
        "For Windows 2000:",
        "Applies to",
        "\n",
        "\0",
        "\x85",
        "Article ID: 123456",
        "KB123456",
        "Service Pack 3",
    ]
)


@settings(max_examples=400)
@given(st.lists(pieces | st.text(max_size=6), max_size=30))
def test_any_page_is_read_or_refused(parts: list[str]) -> None:
    data = f"<html><h1>KB123456 words</h1>{''.join(parts)}".encode("utf-8", "replace")
    article = safe(data)
    if article and article.fixes:
        outcome_of(article, Document("x", data), "html")


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    HtmlImporter().detect(data)
    safe(data)
    safe(b"<html>" + data)
