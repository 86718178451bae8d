"""Knowledge Base articles to manifests: one importer a layout, chosen by content."""

from hotfixcheck.articles.article import Importer
from hotfixcheck.articles.filecsv import FileCsvImporter
from hotfixcheck.articles.html import HtmlImporter
from hotfixcheck.articles.kbcd import KbCdImporter
from hotfixcheck.articles.learn import LearnImporter
from hotfixcheck.articles.markdown import MarkdownImporter
from hotfixcheck.articles.mskb import MskbImporter

# Detecting is dearest for CSV: it comes last.
IMPORTERS: tuple[Importer, ...] = (
    KbCdImporter(),
    MarkdownImporter(),
    LearnImporter(),
    MskbImporter(),
    HtmlImporter(),
    FileCsvImporter(),
)


def importer_of(data: bytes) -> Importer | None:
    """The importer whose layout `data` is of, None if no layout is known."""
    return next((importer for importer in IMPORTERS if importer.detect(data)), None)
