"""The files of an update package as a manifest: article, branch, language and rows from the files themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from hotfixcheck.languages import language_name
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.packages.contents import PackageFile
from hotfixcheck.readers.facts import FileFacts, FileKind

_ARTICLE = re.compile(r"(?<![a-z])(Q|KB)[ _-]?([0-9]{5,8})(?![0-9])", re.IGNORECASE)
# What a package brings to install itself with.
_TOOLS = frozenset(
    {
        *("hotfix.exe", "update.exe", "spuninst.exe", "spmsg.dll", "spcustom.dll", "updspapi.dll", "spupdsvc.exe"),
        *("spupdwxp.exe", "wextract.exe", "arpidfix.exe", "xpsp1hfm.exe", "xpsp2res.dll.mui", "_sfx_.dll"),
    }
)
_TOOL_FOLDERS = frozenset({"update", "symbols", "support"})
_BRANCH = re.compile(r"(?:rtm|sp[0-9])(?:gdr|qfe)|sp[0-9]", re.IGNORECASE)
_PRODUCTS = (
    (r"windowsnt4", "Microsoft Windows NT 4.0"),
    (r"windows2000", "Microsoft Windows 2000"),
    (r"windowsxp", "Microsoft Windows XP"),
    (r"windowsserver2003", "Microsoft Windows Server 2003"),
)
_BUILDS = {
    (4, 0, 1381): "Microsoft Windows NT 4.0",
    (5, 0, 2195): "Microsoft Windows 2000",
    (5, 1, 2600): "Microsoft Windows XP",
    (5, 2, 3790): "Microsoft Windows Server 2003",
    **{(6, 0, build): "Windows Vista" for build in (6000, 6001, 6002)},
    **{(6, 1, build): "Windows 7" for build in (7600, 7601)},
}


class NoManifestError(Exception):
    """Files that make no manifest, and why; the message is for people."""


def manifest_of(name: str, title: str, files: Sequence[PackageFile]) -> Manifest:
    """The manifest with this title that the files in the package `name` make; raises NoManifestError."""
    wanted = [file for file in files if not is_tool(file)]
    fixes = tuple(_fixes(wanted))
    if not fixes:
        raise NoManifestError("there is no file to judge by in it")
    article = _article(name, files)
    if article is None:
        raise NoManifestError("neither its name nor its files name an article")
    applies_to = tuple(filter(None, [_product(name, wanted)]))
    return Manifest(article, title, fixes, applies_to=applies_to)


def is_tool(file: PackageFile) -> bool:
    """True for what a package brings to install itself with, and for what says what it is."""
    folders = file.path.lower().split("/")
    return bool(file.text) or folders[-1] in _TOOLS or not _TOOL_FOLDERS.isdisjoint(folders[:-1])


def _article(name: str, files: Iterable[PackageFile]) -> str | None:
    """By the package's name, else by what its information says most often."""
    if found := _ARTICLE.search(name):
        return found[1].upper() + found[2]
    named = Counter(
        found[1].upper() + found[2] for file in files for found in _ARTICLE.finditer(file.text)
    ).most_common(1)
    return named[0][0] if named else None


def _fixes(files: Iterable[PackageFile]) -> Iterator[FilesFix]:
    """A table for each branch and language."""
    tables: dict[tuple[str, str], dict[tuple[str, str, str], FileRow]] = {}
    for file in files:
        if file.facts is None or file.facts.kind is FileKind.OTHER:
            continue
        branch = next((part.upper() for part in file.path.split("/")[:-1] if _BRANCH.fullmatch(part)), "")
        language = _language(file.facts.language)
        row = _row(file, file.facts)
        rows = tables.setdefault((branch, language), {})
        rows[row.name.lower(), row.platform or "", row.sha256 or ""] = row
    for (branch, language), table in sorted(tables.items()):
        rows_of = tuple(row for _, row in sorted(table.items()))
        yield FilesFix(rows_of, release=branch or None, language=language or None)


def _language(langid: int | None) -> str:
    """The name of a language; "" where there is none, or the file is for all."""
    return (language_name(langid) or "") if langid and langid & 0x3FF else ""


def _row(file: PackageFile, facts: FileFacts) -> FileRow:
    linked = None
    if facts.link_time and not facts.reproducible:
        linked = datetime.fromtimestamp(facts.link_time, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return FileRow(
        file.name,
        platform=facts.platform,
        version=str(facts.file_version) if facts.file_version else None,
        date=file.modified.date() if file.modified else None,
        time=f"{file.modified:%H:%M}" if file.modified else None,
        size=facts.size,
        link_time=linked,
        sha256=file.sha256 or None,
    )


def _product(name: str, files: Iterable[PackageFile]) -> str:
    """What the package is for: by its name, else by the build that most of its files are of."""
    plain = name.lower()
    for pattern, product in _PRODUCTS:
        if re.match(pattern, plain):
            return product
    builds = Counter(
        product
        for file in files
        if file.facts and (version := file.facts.file_version)
        for product in [_BUILDS.get((version.major, version.minor, version.build))]
        if product
    )
    return builds.most_common(1)[0][0] if builds else ""
