"""What became of an import's documents, and which of several for one article is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hotfixcheck.articles.bounds import Skipped
    from hotfixcheck.articles.importing import Outcome

MANIFEST, NO_FIX, NOT_UNDERSTOOD, REPEATED = "manifest", "no fix", "not understood", "repeated"
UPDATE_PACKAGE = "package"


@dataclass(frozen=True, slots=True)
class Kept:
    """The document that stands for an article so far; `index` counts documents from 0."""

    index: int
    outcome_worth: tuple[object, ...]
    result: str
    file_name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Step:
    """What to do in the folder for one document: nothing, or write `text`, and take away what it replaces; or add it to
    the manifest that is there already."""

    file_name: str = ""
    text: str = ""
    replaces: str = ""
    adds: bool = False


@dataclass(slots=True)
class Tally:
    """Counts outcomes, and decides which document of an article is kept; holds no document and no manifest."""

    documents: int = 0
    results: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    left_out: int = 0
    kept: dict[int, Kept] = field(default_factory=dict)
    packages: set[str] = field(default_factory=set)
    repeated: dict[int, int] = field(default_factory=dict)
    """The index of each document that another one of its article stands for, and the article's number."""

    def add(self, item: Outcome | Skipped) -> Step:
        """Counts the next document; the step brings the folder up to date."""
        from hotfixcheck.articles.bounds import Skipped
        from hotfixcheck.packages.importing import PackageOutcome

        index = self.documents
        self.documents += 1
        if isinstance(item, Skipped):
            self.skipped[item.reason] += 1
            return Step()
        self.left_out += len(item.left_out)
        if item.result.value == NOT_UNDERSTOOD:
            self.results[NOT_UNDERSTOOD] += 1
            return Step()
        if isinstance(item, PackageOutcome):
            return self._add_package(item)
        return self._add_article(index, item)

    def _add_package(self, item: Outcome) -> Step:
        """Several packages of one article, for other processors or languages, make one manifest."""
        from hotfixcheck.manifest.catalogue import PACKAGE

        self.results[UPDATE_PACKAGE] += 1
        self.rows += item.rows
        file_name = f"{item.article}{PACKAGE}.yaml"
        adds = file_name in self.packages
        self.packages.add(file_name)
        return Step(file_name, item.manifest or "", adds=adds)

    def _add_article(self, index: int, item: Outcome) -> Step:
        now = Kept(index, item.worth, item.result.value, f"{item.article}.yaml" if item.manifest else "", item.rows)
        before = self.kept.get(item.number)
        if before and now.outcome_worth <= before.outcome_worth:
            self.results[REPEATED] += 1
            self.repeated[index] = item.number
            return Step()
        if before:
            self.results[before.result] -= 1
            self.results[REPEATED] += 1
            self.rows -= before.rows
            self.repeated[before.index] = item.number
        self.kept[item.number] = now
        self.results[now.result] += 1
        self.rows += now.rows
        replaces = before.file_name if before and before.file_name != now.file_name else ""
        return Step(now.file_name, item.manifest or "", replaces)

    @property
    def articles(self) -> int:
        """Articles, each once."""
        return self.results[MANIFEST] + self.results[NO_FIX] + self.results[NOT_UNDERSTOOD]

    def summary(self) -> dict[str, Any]:
        """The counts, as the report has them."""
        return {
            "articles": self.articles,
            "manifests": self.results[MANIFEST],
            "packages": self.results[UPDATE_PACKAGE],
            "no_fix": self.results[NO_FIX],
            "not_understood": self.results[NOT_UNDERSTOOD],
            "repeated": self.results[REPEATED],
            "rows": self.rows,
            "left_out": self.left_out,
            "skipped": dict(sorted(self.skipped.items())),
        }
