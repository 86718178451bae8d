"""How pages since 2002 say what their tables are for: captions of supported versions, and chapters for products.

`For all supported x64-based versions of Windows 7` stands over a table; `Windows 2000 (all versions)` and
`Hotfix information for Windows XP` stand over prerequisites, restart requirement and file information of one product.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hotfixcheck.articles.blocks import Block, Heading, Paragraph, Section
from hotfixcheck.articles.captions import Caption, caption_of, is_caption, is_heading
from hotfixcheck.articles.columns import Column
from hotfixcheck.articles.fixes import Facts, FactsReader
from hotfixcheck.articles.requirements import listed_packs, references_in, required_packs
from hotfixcheck.articles.tables import Table

UTC = re.compile(r"\b(?:UTC|GMT)\b")
_FILES = re.compile(r"\b(?:additional )?file (?:information|list|attributes)\b|\badditional files?\b", re.IGNORECASE)
_NOT_FILES = re.compile(r"\bhash\b|\baffected\b", re.IGNORECASE)
_ALL_OF = re.compile(r"\b(?:both|all|each)(?: of)?(?: the)? following\b", re.IGNORECASE)
# Office's packages have their tables below `x86` and `x64`, one for each file of the package.
_OF_PACKAGE = re.compile(r"download information|.{0,60}\.msp (?:file )?information", re.IGNORECASE)
_INCLUDED = re.compile(r"\bincludes the following previously released (?:security )?updates\b", re.IGNORECASE)
_CHAPTER = re.compile(
    r"(?:hotfix|update|security (?:patch|update)|software update|patch) information for (?P<product>\S.*)",
    re.IGNORECASE,
)
_WHAT = r"(?:hotfix|update|patch|rollup|service pack|cumulative update|fix)"
_SUBHEAD = re.compile(
    rf"(?:prerequisites?|installation|deployment|restart|removal|uninstall|registry|download|verification|file|{_WHAT}"
    rf"|(?:security|software|hotfix|update) (?:{_WHAT}|file))"
    rf"(?: (?:{_WHAT}|package|file|replacement|restart|removal|installation|download))*"
    r"(?: (?:information|requirements?|replacement|available|notes|verification|hash information))?:?",
    re.IGNORECASE,
)


def is_subhead(text: str) -> bool:
    """True for the headings that every fix has: `Prerequisites`, `Restart requirement`, `File information`."""
    return bool(_SUBHEAD.fullmatch(text))


class ModernReader(FactsReader):
    """Reads the blocks of a body as those of the CDs, and captions and chapters besides."""

    def __init__(self, lines: Sequence[str], name: str, applies_to: Sequence[str] = ()) -> None:
        super().__init__(lines, name, 0, applies_to)
        self.caption = Caption()
        self._chapter: str | None = None
        self._last: str | None = None
        """The product of a caption, if nothing has come since."""
        self._required: list[str] = []
        """The items of a list of prerequisites."""
        self._all_required = False
        self._is_replacement = False
        """Below a heading that says which updates are replaced."""

    def take(self, block: Block) -> None:
        """Reads the next block."""
        if isinstance(block, Section | Heading):
            self._end_list()
        if isinstance(block, Section):
            self._chapter = None
            self.caption = Caption()
        elif isinstance(block, Heading) and is_subhead(block.text) and self._last:
            self._chapter = self._last
        self._last = None
        if isinstance(block, Paragraph) and self.place.is_prerequisites:
            self._all_required |= bool(_ALL_OF.search(block.text))
            self._required += (items := listed_packs(block.text))
            if items == [block.text.strip(" .;")]:
                return
        super().take(block)
        if self._is_replacement and isinstance(block, Paragraph) and (included := _INCLUDED.search(block.text)):
            self.supersedes += references_in(block.text[included.end() :].strip(" :"))
            self.lists_superseded = True
        if isinstance(block, Paragraph) and block.is_single and is_caption(block.text):
            self._last = caption_of(block.text).scope

    def facts(self) -> Facts:
        """What was read."""
        self._end_list()
        return super().facts()

    def _end_list(self) -> None:
        if required := required_packs(self._required, all_of_them=self._all_required):
            self.prerequisites.append(required)
        self._required, self._all_required = [], False

    def _take_heading(self, text: str) -> None:
        platform = self.place.platform
        super()._take_heading(text)
        if _OF_PACKAGE.fullmatch(text):
            self.place.platform = platform
        self._is_replacement = "replacement" in text.lower()
        if is_subhead(text):
            self.caption = Caption()
            self.place.scope = self.place.heading = self._chapter
            self._take_announcement(text)
        elif chapter := _CHAPTER.fullmatch(text):
            self._chapter = self.place.scope = self.place.heading = caption_of(chapter["product"]).scope
        elif self._take_modern(text):
            self._chapter = self.place.scope
        else:
            self.caption = Caption()
            self._chapter = None

    def _take_caption(self, text: str) -> bool:
        taken = super()._take_caption(text)
        if chapter := _CHAPTER.fullmatch(text):
            self._take_heading(chapter[0])
            return True
        if is_caption(text):
            return self._take_modern(text) or taken
        if is_heading(text):
            self._take_announcement(text)
        return taken

    def _take_modern(self, text: str) -> bool:
        """`For all supported x64-based versions of Windows 7`, `GDR`, `Additional file information`."""
        place = self.place
        caption = caption_of(text)
        says = caption != Caption()
        if says:
            self.caption = caption = self.caption.under(caption)
            place.scope = place.heading = caption.scope
            place.platform = caption.platform
            place.release = caption.release or place.release
        self._take_announcement(text)
        return says

    def _take_announcement(self, text: str) -> None:
        if _FILES.search(text) and not _NOT_FILES.search(text):
            self.place.is_fix = True

    def _take_table(self, table: Table) -> None:
        held = self.place.platform
        if table.header is not None:
            self.place.utc |= bool(UTC.search(self.lines[table.start]))
            if Column.PLATFORM in table.header.columns:
                # What it says of a row is what is known, though it be `Not applicable`.
                self.place.platform = None
        super()._take_table(table)
        self.place.platform = held
