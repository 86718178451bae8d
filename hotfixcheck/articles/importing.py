"""Documents to manifests, one after another: what became of each, and nothing of one in the way of the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from hotfixcheck.articles.article import Article, Document, LeftOut, NotUnderstoodError
from hotfixcheck.articles.bounds import Skipped
from hotfixcheck.articles.convert import to_manifest
from hotfixcheck.articles.sources import documents
from hotfixcheck.manifest.model import FilesFix, Fix, Manifest, article_number
from hotfixcheck.manifest.nodes import MAX_BYTES
from hotfixcheck.manifest.yaml import ManifestMistakesError, dump, load

NO_LAYOUT = "it is in no layout of articles that is known"
_ROWS_AT_ONCE = 2000


class Result(StrEnum):
    """How an article ends; the values are those of the report."""

    MANIFEST = "manifest"
    NO_FIX = "no fix"
    NOT_UNDERSTOOD = "not understood"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document that is an article.

    `manifest` is its canonical YAML; `line` is the place of what was not understood, as the importer says it.
    """

    document: str
    layout: str
    result: Result
    article: str | None = None
    title: str | None = None
    revised: date | None = None
    manifest: str | None = None
    rows: int = 0
    fixes: int = 0
    problem: str | None = None
    line: str | None = None
    left_out: tuple[LeftOut, ...] = ()

    @property
    def number(self) -> int:
        """The article's number; ValueError for an outcome without one."""
        return article_number(self.article or "")

    @property
    def worth(self) -> tuple[int, int, int, date]:
        """Of two documents of one article the one of more worth is kept: more file rows, more fixes, the later one."""
        return int(self.result is Result.MANIFEST), self.rows, self.fixes, self.revised or date.min


def import_articles(sources: Sequence[Path]) -> Iterator[Outcome | Skipped]:
    """Reads every document of `sources` in order; a document that is no article is a `Skipped`. Never raises."""
    # Importers bring their parsers with them.
    from hotfixcheck.articles import importer_of

    for document in documents(sources):
        if isinstance(document, Skipped):
            yield document
            continue
        try:
            importer = importer_of(document.data)
        except Exception as error:
            yield Skipped(document.name, NO_LAYOUT, _told(error))
            continue
        if importer is None:
            yield Skipped(document.name, NO_LAYOUT)
            continue
        refused = Outcome(document.name, importer.name, Result.NOT_UNDERSTOOD)
        try:
            article = importer.read(document)
            yield outcome_of(article, document, importer.name)
        except NotUnderstoodError as error:
            yield replace(refused, problem=error.problem, line=error.place or None)
        except ManifestMistakesError as error:
            yield replace(refused, problem=f"what was read makes no manifest: {error.problem}")
        # An importer's mistake on a stranger's article must not cost the others.
        except Exception as error:
            yield replace(refused, problem=f"the importer failed: {_told(error)}")


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]


def outcome_of(article: Article, document: Document, layout: str) -> Outcome:
    """The outcome of an article that was read; raises ManifestMistakesError if it makes no valid manifest."""
    outcome = Outcome(
        document.name,
        layout,
        Result.NO_FIX,
        article=article.number,
        title=article.title,
        revised=article.revised,
        left_out=article.left_out,
    )
    if not article.fixes:
        return outcome
    manifest = to_manifest(article)
    return replace(
        outcome,
        result=Result.MANIFEST,
        manifest=_checked_text(manifest),
        rows=sum(1 for _ in manifest.rows()),
        fixes=len(manifest.fixes),
    )


def _checked_text(manifest: Manifest) -> str:
    """The canonical YAML of `manifest`, each part read back: what is written can be loaded and says the same.

    YAML's tree of 60,000 rows has 400 MB: more than some thousand rows are written in parts.
    """
    parts = [_checked_part(manifest, fixes) for fixes in _parts(manifest.fixes)]
    text = "".join(
        part if index == 0 else _body(part, continues=continues) for index, (part, continues) in enumerate(parts)
    )
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        raise NotUnderstoodError(f"its manifest would have more than {MAX_BYTES:,} bytes")
    return text


def _checked_part(manifest: Manifest, fixes: tuple[tuple[Fix, ...], bool]) -> tuple[str, bool]:
    part = replace(manifest, fixes=fixes[0])
    text = dump(part)
    if load(text.encode(), manifest.article) != part:
        raise NotUnderstoodError("its manifest does not read back as it was written")
    return text, fixes[1]


def _parts(fixes: Sequence[Fix]) -> Iterator[tuple[tuple[Fix, ...], bool]]:
    """`fixes` in parts of some thousand rows, and whether a part goes on with the table of the one before it."""
    gathered: list[Fix] = []
    rows = 0
    for fix in fixes:
        files = fix.files if isinstance(fix, FilesFix) else ()
        if gathered and rows + len(files) > _ROWS_AT_ONCE:
            yield tuple(gathered), False
            gathered, rows = [], 0
        if isinstance(fix, FilesFix) and len(files) > _ROWS_AT_ONCE:
            for start in range(0, len(files), _ROWS_AT_ONCE):
                yield (replace(fix, files=files[start : start + _ROWS_AT_ONCE]),), start > 0
            continue
        gathered.append(fix)
        rows += len(files)
    if gathered:
        yield tuple(gathered), False


def _body(text: str, *, continues: bool) -> str:
    """What a part adds to the parts before it: its tables, or only its rows. Both marks open a line and come once."""
    mark = "\n  files:\n" if continues else "\nfixes:\n"
    return text[text.index(mark) + len(mark) :]
