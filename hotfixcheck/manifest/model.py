"""The manifest model, version 1: one article and everything it says fixes the problem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform
from hotfixcheck.products import ServicePack


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row of a file table: the attributes a fixed file has, "or later".

    `name` and `version` stay as printed; `size` is in bytes, rounded by the article where `size_approx`;
    `time` is HH:MM or HH:MM:SS, local to nobody knows where unless the table is in UTC. `link_time` (in UTC) and
    `sha256` are known of files that came out of an update package.
    """

    name: str
    platform: Platform | None = None
    path: str | None = None
    version: str | None = None
    date: date | None = None
    time: str | None = None
    size: int | None = None
    size_approx: bool = False
    link_time: str | None = None
    sha256: str | None = None
    note: str | None = None

    @property
    def is_bare(self) -> bool:
        """True if nothing is printed that a file could be held against."""
        return self.version is None and self.date is None and self.size is None

    @property
    def file_version(self) -> FileVersion | None:
        """The version as a number; ValueError for one that no loader would have let in."""
        return None if self.version is None else FileVersion.parse(self.version)


@dataclass(frozen=True, slots=True)
class FilesFix:
    """A file table that states the fix.

    `scope` is the product the table is for, as printed (None: all the article applies to), `release` a service
    pack level or service branch, `utc` whether the article says its times are UTC.
    """

    files: tuple[FileRow, ...]
    scope: str | None = None
    release: str | None = None
    language: str | None = None
    utc: bool = False


@dataclass(frozen=True, slots=True)
class ServicePackFix:
    """A service pack, or a rollup by its printed name, that contains the fix. Exactly one of the two is set."""

    product: str
    service_pack: ServicePack | None = None
    package: str | None = None


Fix = FilesFix | ServicePackFix


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one article says: `article` is Q… or KB… as printed, `applies_to` and `prerequisite` as printed.

    `platforms` are the only processors that the article is for, where it says so; empty: those of its products.
    """

    article: str
    title: str
    fixes: tuple[Fix, ...]
    revised: date | None = None
    applies_to: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    prerequisite: str | None = None
    supersedes: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """The article's number without its letters: Q256149 and KB256149 are one article."""
        return article_number(self.article)

    def product_lines(self) -> Iterator[str]:
        """Every product as printed: what the article applies to, what its tables and service packs are for."""
        yield from self.applies_to
        for fix in self.fixes:
            if line := fix.scope if isinstance(fix, FilesFix) else fix.product:
                yield line

    def tables(self) -> Iterator[FilesFix]:
        """Its file tables, in the article's order."""
        return (fix for fix in self.fixes if isinstance(fix, FilesFix))

    def rows(self) -> Iterator[FileRow]:
        """Every file row of every table, in the article's order."""
        for table in self.tables():
            yield from table.files


_ARTICLE = re.compile(r"(?:Q|KB)?([0-9]{1,9})", re.ASCII | re.IGNORECASE)


def article_number(article: str) -> int:
    """The number in `Q256149`, `KB836769` or `836769`; ValueError for anything else."""
    if not (found := _ARTICLE.fullmatch(article.strip())):
        raise ValueError(f"{article!r} is not an article number such as Q256149 or KB836769")
    return int(found[1])


_NAMED = re.compile(r"(?:Q|KB)([0-9]{5,8})", re.IGNORECASE)


def number_named_in(text: str) -> int | None:
    """The number of the first article named in `Q299444 Windows NT 4.0 Security Rollup Package`; None without one."""
    return int(found[1]) if (found := _NAMED.search(text)) else None
