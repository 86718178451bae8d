"""From documents to outcomes: an importer that fails costs its own article only."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck import articles
from hotfixcheck.articles.article import Article, Document
from hotfixcheck.articles.bounds import Skipped
from hotfixcheck.articles.importing import NO_LAYOUT, Outcome, Result, import_articles
from hotfixcheck.manifest.model import FileRow, FilesFix


class Fails:
    """An importer that fails as `error` does."""

    name = "fails"

    def __init__(self, error: Exception, *, detecting: bool = False) -> None:
        self._error = error
        self._detecting = detecting

    def detect(self, data: bytes) -> bool:
        if self._detecting:
            raise self._error
        return True

    def read(self, document: Document) -> Article:
        raise self._error


@pytest.mark.parametrize(
    "error", [RecursionError("deep"), KeyError("x"), MemoryError(), AssertionError(), ValueError("no")]
)
def test_an_importer_that_fails_costs_its_own_article_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(articles, "IMPORTERS", (Fails(error),))
    found = list(import_articles([tmp_path]))
    assert [(item.result, item.layout) for item in found if isinstance(item, Outcome)] == [
        (Result.NOT_UNDERSTOOD, "fails"),
        (Result.NOT_UNDERSTOOD, "fails"),
    ]
    assert type(error).__name__ in str(found[0])
    monkeypatch.setattr(articles, "IMPORTERS", (Fails(error, detecting=True),))
    assert [item.reason for item in import_articles([tmp_path]) if isinstance(item, Skipped)] == [NO_LAYOUT, NO_LAYOUT]


def test_an_article_that_makes_no_manifest_is_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(Fails):
        def read(self, document: Document) -> Article:
            return Article("../Q1", "A title", fixes=(FilesFix((FileRow("a.dll"),)),))

    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(articles, "IMPORTERS", (Wrong(ValueError()),))
    (outcome,) = import_articles([tmp_path])
    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.manifest) == (Result.NOT_UNDERSTOOD, None)
    assert "makes no manifest" in (outcome.problem or "")
