"""What a web page is read into: headings, paragraphs, list items, tables and preformatted text, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    HEADING = auto()
    PARAGRAPH = auto()
    ITEM = auto()


@dataclass(frozen=True, slots=True)
class Text:
    """Text by itself, and the line of the page it ends in, counted from 1."""

    kind: Kind
    line: int
    text: str
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: for each row its line and its cells, spanned ones repeated down and empty to the right."""

    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Preformatted:
    """Lines as they are, from `line` on."""

    line: int
    lines: tuple[str, ...]


Part = Text | Grid | Preformatted


@dataclass(slots=True)
class Page:
    """The parts in order, the text of <title>, and what meta elements and the canonical link say, by name."""

    parts: list[Part] = field(default_factory=list)
    title: str = ""
    said: dict[str, str] = field(default_factory=dict)

    def texts(self) -> Iterator[Text]:
        """The headings, paragraphs and items."""
        return (part for part in self.parts if isinstance(part, Text))
