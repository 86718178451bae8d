"""What an importer makes of one article, and what it could not make anything of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from hotfixcheck.errors import HotfixcheckError
from hotfixcheck.manifest.model import Fix
from hotfixcheck.platforms import Platform


@dataclass(frozen=True, slots=True)
class Document:
    """One article as bytes; `name` is its path, or archive and member."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line that looks like a fix's row and was not taken, counted from 1, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """The facts of one article: fields as in `manifest.model.Manifest`, all as printed.

    Without `fixes` the article states no fix.
    """

    number: str
    title: str
    fixes: tuple[Fix, ...] = ()
    revised: date | None = None
    applies_to: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    prerequisite: str | None = None
    supersedes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class NotUnderstoodError(HotfixcheckError):
    """An article that states something an importer does not understand; `place` is the line."""


class Importer(Protocol):
    """One layout of articles."""

    @property
    def name(self) -> str:
        """What reports call the layout."""
        ...

    def detect(self, data: bytes) -> bool:
        """True if `data`, looked at by content alone, is of this layout."""
        ...

    def read(self, document: Document) -> Article:
        """The article; raises NotUnderstoodError with the line that was not understood."""
        ...
