"""Saved pages as the tests write them, and how they are read."""

from __future__ import annotations

from hotfixcheck.articles.article import Article, Document
from hotfixcheck.articles.html import HtmlImporter

INTRODUCTION = (
    "<p>The English (United States) version of this hotfix has the file attributes, or later ones, below. "
    "Times are in Coordinated Universal Time (UTC).</p>"
)
HEADER = "<tr><th>File name</th><th>File version</th><th>File size</th><th>Date</th><th>Time</th><th>Platform</th></tr>"
CNG = "<tr><td>Cng.sys</td><td>6.1.7600.16385</td><td>460,504</td><td>14-Jul-2009</td><td>01:43</td><td>x64</td></tr>"


def page(body: str, head: str = "") -> str:
    top = f"<!DOCTYPE html><html><head>{head}</head><body><h1>A handle leaks</h1>"
    return f"{top}{body}<p>Article ID: 123456</p></body></html>"


def fix(table: str) -> str:
    return page(f"<h2>Resolution</h2>{INTRODUCTION}{table}")


def read(text: str | bytes, name: str = "x.html") -> Article:
    data = text.encode() if isinstance(text, str) else text
    assert HtmlImporter().detect(data)
    return HtmlImporter().read(Document(name, data))


PRE = """<pre>
   Date         Time   Version            Size    File name   Platform
   --------------------------------------------------------------------
   14-Jul-2009  01:43  6.1.7600.16385  460,504    Cng.sys     x64
</pre>"""
