"""File-information CSV files as the tests write them, and how they are read."""

from __future__ import annotations

from datetime import date

from hotfixcheck.articles.article import Article, Document
from hotfixcheck.articles.filecsv import FileCsvImporter
from hotfixcheck.manifest.model import FileRow
from hotfixcheck.platforms import Platform

HEADER = "File name,File version,File size,Date,Time,Platform\n"
CNG = 'Cng.sys,10.0.19041.1880,"1,552,232",02-Aug-2022,04:32,x64\n'
CNG_ROW = FileRow(
    name="Cng.sys",
    platform=Platform.AMD64,
    version="10.0.19041.1880",
    date=date(2022, 8, 2),
    time="04:32",
    size=1552232,
)


def read(text: str | bytes, name: str = "5012170.csv") -> Article:
    data = text.encode() if isinstance(text, str) else text
    assert FileCsvImporter().detect(data)
    return FileCsvImporter().read(Document(name, data))


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
