"""Articles written anew in the layouts of the Knowledge Base; the sentences are ours, the shapes are theirs."""

from __future__ import annotations

from collections.abc import Sequence

from hotfixcheck.articles import importer_of
from hotfixcheck.articles.article import Article, Document
from hotfixcheck.articles.blocks import blocks_of
from hotfixcheck.articles.tables import Table
from hotfixcheck.manifest.model import FileRow, FilesFix, ServicePackFix

ATTRIBUTES = "The English version of this fix should have the following file attributes or\nlater:"


def tables_in(lines: Sequence[str]) -> list[Table]:
    """The file tables in the text of a body, in order."""
    return [block for block in blocks_of(lines) if isinstance(block, Table)]


def kbcd(
    resolution: str,
    *,
    number: str = "Q987654",
    title: str = "Sample Service Loses a Handle",
    applies_to: str = " - Microsoft Windows NT Server version 4.0 ",
    status: str = "The vendor knows of this.",
    more: str = "",
    hardware: str = "",
) -> bytes:
    """An article of the CDs; `hardware` stands in its foot."""
    sections = [("SYMPTOMS", "The sample service stops."), ("RESOLUTION", resolution), ("STATUS", status)]
    if more:
        sections.append(("MORE INFORMATION", more))
    body = "\n\n".join(f"{name}\n{'=' * len(name)}\n\n{text}" for name, text in sections)
    return f"""DOCUMENT:{number}  08-MAY-2002  [winnt]
TITLE   :{title}
PRODUCT :Microsoft Windows NT
PROD/VER::4.0
OPER/SYS:
KEYWORDS:kbenv

======================================================================
-------------------------------------------------------------------------------
The information in this article applies to:

{applies_to}
-------------------------------------------------------------------------------

{body}

Additional query words:

======================================================================
Keywords          : kbenv
{f"Hardware          : {hardware}" if hardware else ""}
""".encode("cp1252")


def read(data: bytes, name: str = "article") -> Article:
    """The article in `data`, by whichever importer it is for."""
    importer = importer_of(data)
    assert importer
    return importer.read(Document(name, data))


def tables(article: Article) -> list[FilesFix]:
    """The file tables of an article."""
    return [fix for fix in article.fixes if isinstance(fix, FilesFix)]


def rows(article: Article) -> list[FileRow]:
    """Every row of every table of an article."""
    return [row for table in tables(article) for row in table.files]


def packages(article: Article) -> list[tuple[str, str]]:
    """Product and service pack or package of everything that is no table."""
    return [
        (fix.product, str(fix.service_pack or fix.package)) for fix in article.fixes if isinstance(fix, ServicePackFix)
    ]
