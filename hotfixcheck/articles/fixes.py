"""From the blocks of an article to its fixes: which tables are the fix, for what, and which packages contain it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from hotfixcheck.articles.article import LeftOut, NotUnderstoodError
from hotfixcheck.articles.blocks import Block, Heading, Paragraph, Section, blocks_of
from hotfixcheck.articles.cells import platform_of
from hotfixcheck.articles.packagelist import distinct, in_order, latest_pack_in, numbered, only_product
from hotfixcheck.articles.phrases import RELEASE, caption_language, caption_product, heading_product
from hotfixcheck.articles.requirements import prerequisite_in, references_in, supersedes_in
from hotfixcheck.articles.rows import unreadable_in
from hotfixcheck.articles.servicepacks import service_packs_in
from hotfixcheck.articles.statements import (
    Introduction,
    announced_product,
    denies_fix,
    introduction_in,
    release_in_caption,
    split_platform,
)
from hotfixcheck.articles.tables import Table, is_rule
from hotfixcheck.manifest.model import FileRow, FilesFix, Fix, ServicePackFix
from hotfixcheck.platforms import Platform

# Where an article says how its problem is resolved, a table of files is the fix unless the text says otherwise.
_RESOLVING = frozenset({"RESOLUTION", "RESOLUTIONS", "SOLUTION", "STATUS"})

# What an article speaks of where files that are to be copied or received are a fix.
_OF_A_FIX = re.compile(r"\b(?:(?:hot)?fix(?:es|ed)?|patch|correct(?:s|ed)|resolves)\b", re.IGNORECASE)
_GAP = re.compile(r"\S\s{2,}\S")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the body of an article states."""

    fixes: tuple[Fix, ...] = ()
    prerequisite: str | None = None
    supersedes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def facts_of(lines: Sequence[str], name: str, first_line: int = 0, applies_to: Sequence[str] = ()) -> Facts:
    """The facts in the body of an article, whose first line is `first_line` of its file, counted from 0.

    `name` is the document's in messages. Raises NotUnderstoodError where the attributes of a fix's files are announced
    and none can be read, or a line of such a table cannot.
    """
    reader = FactsReader(lines, name, first_line, applies_to)
    for block in blocks_of(lines):
        reader.take(block)
    return reader.facts()


@dataclass(slots=True)
class _Place:
    """Where in the article the reader is: what the next table is for."""

    section: str = ""
    heading: str | None = None
    is_prerequisites: bool = False
    scope: str | None = None
    release: str | None = None
    language: str | None = None
    utc: bool = False
    path: str | None = None
    platform: Platform | None = None
    is_fix: bool | None = None
    """None: no introduction has said."""
    before: str = ""
    """The paragraph above, captions apart."""


@dataclass(slots=True)
class FactsReader:
    """What a body says of its fixes, gathered block by block; `first_line` is the number of its first line."""

    lines: Sequence[str]
    name: str
    first_line: int
    applies_to: Sequence[str] = ()
    place: _Place = field(default_factory=_Place)
    tables: list[tuple[FilesFix, int]] = field(default_factory=list)
    packages: list[ServicePackFix] = field(default_factory=list)
    prerequisites: list[str] = field(default_factory=list)
    supersedes: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    latest_pack: str = ""
    """The product of a service pack that is spoken of without its number."""
    spoken_of: int | None = None
    """How many packages were stated when a service pack was first spoken of."""
    promised: int | None = None
    """The line of an introduction whose table has not come yet."""
    lists_superseded: bool = False
    joins: bool = False
    """Nothing but captions stands between the last table and this place."""

    def take(self, block: Block) -> None:
        """Reads the next block."""
        if isinstance(block, Section):
            self.place = _Place(block.name)
            self.joins = False
        elif isinstance(block, Heading):
            self._take_heading(block.text)
        elif isinstance(block, Paragraph):
            self._take_paragraph(block)
        else:
            self._take_table(block)

    def facts(self) -> Facts:
        """What was read. File tables come first: they are what is compared with a system's files."""
        if self.promised is not None and not self.tables:
            raise self._not_understood("the fix's files are announced and none can be read below", self.promised)
        fixes: list[Fix] = list(dict.fromkeys(fix for fix, _ in self.tables))
        fixes += self._packages()
        return Facts(
            tuple(fixes),
            "; ".join(dict.fromkeys(self.prerequisites)) or None,
            tuple(dict.fromkeys(self.supersedes)),
            tuple(self.left_out),
        )

    def _packages(self) -> Iterable[ServicePackFix]:
        """Each package once; one that names no product is for that of the others, a service pack else the article's."""
        others = next((package.product for package in self.packages if package.product), "")
        named = (
            package if package.product else replace(package, product=others or self._product_of(package))
            for package in self.packages
        )
        return distinct(in_order([package for package in named if package.product], self.spoken_of))

    def _product_of(self, package: ServicePackFix) -> str:
        return self.latest_pack or only_product(self.applies_to) if package.service_pack else ""

    def _take_heading(self, text: str) -> None:
        place = self.place
        if platform := platform_of(text):
            place.platform = platform
            return
        self.joins = False
        place.is_prerequisites = text.lower().startswith("prerequisite")
        place.before = ""
        place.platform = None
        product = heading_product(text)
        if product:
            self._enter(product)
        else:
            place.scope = place.release = None
        place.heading = place.scope

    def _enter(self, product: str) -> None:
        """What follows is for `product`."""
        place = self.place
        place.release = None
        if found := RELEASE.search(product):
            beginning = product[: found.start()].rstrip(" ,(")
            if found[0].lower().startswith("post") and beginning:
                place.release = found[0]
                product = beginning
        place.scope, platform = split_platform(product)
        place.platform = platform

    def _take_paragraph(self, block: Paragraph) -> None:
        text = block.text
        place = self.place
        if self._take_reference(text):
            return
        self.lists_superseded = False
        if block.is_single and (len(text) < 120 or caption_product(text)) and self._take_caption(text):
            return
        if product := announced_product(text):
            self._enter(product)
            place.heading = place.scope
        found = introduction_in(text)
        self.joins &= found is None and block.is_single and text.endswith(":")
        if found and not (found.is_of_any_files and self._speaks_of_no_fix(block.line)):
            self._introduce(found, block.line)
        else:
            if place.is_fix is False:
                place.is_fix = None
            if not text.startswith(("NOTE", "Note")):
                place.path = None
        place.before = text
        if (latest := latest_pack_in(text)) is not None:
            self.latest_pack = self.latest_pack or latest
            self.spoken_of = len(self.packages) if self.spoken_of is None else self.spoken_of
        self.packages += service_packs_in(text, place.section, place.heading)
        if prerequisite := prerequisite_in(text, in_prerequisites=place.is_prerequisites):
            self.prerequisites.append(prerequisite)
        numbers, more = supersedes_in(text)
        self.supersedes += numbers
        self.lists_superseded = more

    def _take_reference(self, text: str) -> bool:
        numbers = references_in(text)
        if not numbers:
            return False
        if self.lists_superseded:
            self.supersedes += numbers
        if self.packages:
            self.packages[-1] = numbered(self.packages[-1], text)
        return True

    def _take_caption(self, text: str) -> bool:
        """A line that only says what the next table is for."""
        place = self.place
        if platform := platform_of(text):
            place.platform = platform
            return True
        if (language := caption_language(text)) is not None:
            place.language = language or None
            self.joins = False
            return True
        if product := caption_product(text):
            self._enter(product)
            place.heading = place.scope
            self.joins = False
            return True
        if release := release_in_caption(text):
            place.release = release
            place.scope = place.heading
            self.joins = False
            return True
        return False

    def _introduce(self, found: Introduction, line: int) -> None:
        place = self.place
        place.is_fix = found.is_fix
        place.path = found.path
        if found.platform or found.is_own:
            place.platform = found.platform
        if found.scope:
            place.scope = found.scope
        elif found.is_own:
            place.scope = place.heading
        if found.is_own:
            place.utc = found.utc
            place.release = found.release
            place.language = found.language
        else:
            place.utc |= found.utc
            place.language = found.language or place.language
            place.release = found.release or place.release
        if found.promises_table:
            self.promised = line

    def _speaks_of_no_fix(self, line: int) -> bool:
        """True if nothing is resolved here and no fix was spoken of above: an optional component, a utility."""
        return self.place.section not in _RESOLVING and not any(map(_OF_A_FIX.search, self.lines[:line]))

    def _take_table(self, table: Table) -> None:
        place = self.place
        if not table.rows:
            return
        reason = self._why_left_out(table)
        if reason:
            self.left_out += (self._left_out(at, reason) for at, _ in table.rows)
            return
        self.promised = None
        if table.unread:
            raise self._not_understood("a line of the fix's file table cannot be read", table.unread[0])
        if table.header is None and (above := self._strange_header(table.start)) is not None:
            raise self._not_understood("the header of the fix's file table is not understood", above)
        rows = tuple(self._placed(row) for _, row in table.rows)
        self.left_out += (
            self._left_out(at, f"{cell} cannot be read, the rest of the row was taken")
            for at, _ in table.rows
            for cell in unreadable_in(self.lines[at])
        )
        fix = FilesFix(rows, place.scope, place.release, place.language, place.utc)
        last = self.tables[-1] if self.tables else None
        if last and self.joins and table.header is None and replace(last[0], files=rows) == fix:
            self.tables[-1] = (replace(fix, files=last[0].files + rows), last[1])
        else:
            self.tables.append((fix, table.start))
        self.joins = True

    def _why_left_out(self, table: Table) -> str:
        place = self.place
        if table.in_prose:
            return "stands within a paragraph of text"
        if place.is_fix is False:
            return "the text says that these files are not the fix"
        if place.is_fix:
            return ""
        if place.before and denies_fix(place.before):
            return "the text says that these files are not the fix"
        if place.section not in _RESOLVING:
            return f"stands under {place.section or 'no section'}, and no sentence says that these files are the fix"
        if table.header is None and not any(row.date or row.version or row.size is not None for _, row in table.rows):
            return "no sentence says that these files are the fix"
        return ""

    def _strange_header(self, start: int) -> int | None:
        """Where columns with unknown names stand above the rule above a table's first row."""
        rule = start - 1
        while rule > 0 and not self.lines[rule].strip():
            rule -= 1
        if rule < 1 or not is_rule(self.lines[rule]) or not _GAP.search(self.lines[rule - 1].strip()):
            return None
        return rule - 1

    def _not_understood(self, problem: str, at: int) -> NotUnderstoodError:
        line = " ".join(self.lines[at].split())[:120]
        return NotUnderstoodError(f"{problem}: {line}", file=self.name, place=str(self.first_line + at + 1))

    def _placed(self, row: FileRow) -> FileRow:
        """The row with what its caption and its introduction say of it."""
        place = self.place
        if place.platform and not row.platform:
            row = replace(row, platform=place.platform)
        return replace(row, path=place.path) if place.path and not row.path else row

    def _left_out(self, at: int, reason: str) -> LeftOut:
        return LeftOut(self.first_line + at + 1, " ".join(self.lines[at].split())[:200], reason)
