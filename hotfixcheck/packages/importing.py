"""Update packages to manifests: article, branch, language and rows from the files themselves."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from hotfixcheck.articles.article import LeftOut
from hotfixcheck.articles.importing import Outcome, Result
from hotfixcheck.languages import language_name
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.manifest.yaml import dump
from hotfixcheck.packages.comparing import differences
from hotfixcheck.packages.contents import PackageFile, files_in, is_package
from hotfixcheck.readers.facts import FileKind
from hotfixcheck.targets.cabinetset import OpenBeside
from hotfixcheck.targets.directory import open_file
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import HEAD

LAYOUT = "update package"
TITLE = "Files of "
"""What the title of a manifest without an article begins with."""
_SUFFIXES = (".exe", ".cab", ".msu", ".msp", ".msi")
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


@dataclass(frozen=True, slots=True)
class PackageOutcome(Outcome):
    """What became of one package.

    `differences` are those to the article's own manifest, None where there is no such manifest.
    """

    differences: tuple[str, ...] | None = None


def packages_in(sources: Sequence[Path]) -> list[Path]:
    """Every update package among the sources and in their folders, by name and content, sorted; reads only heads."""
    found: list[Path] = []
    for source in sources:
        paths = source.rglob("*") if source.is_dir() else [source]
        named = sorted(path for path in paths if path.suffix.lower() in _SUFFIXES)
        found += filter(_begins_as_one, named)
    return found


def _begins_as_one(path: Path) -> bool:
    try:
        with open_file(path) as source:
            return is_package(source.read(0, HEAD))
    except OSError:
        return False


def import_packages(
    paths: Iterable[Path], article_of: Callable[[Manifest], Manifest | None]
) -> Iterator[PackageOutcome]:
    """Reads each package. Never raises: what is no package, or holds nothing to judge by, is not understood.

    `article_of` gives the manifest that a package's article made, None where there is none.
    """
    for path in paths:
        refused = PackageOutcome(str(path), LAYOUT, Result.NOT_UNDERSTOOD)
        try:
            with ExitStack() as stack:
                source = stack.enter_context(open_file(path))
                files = list(files_in(source, path.name, _beside(path, stack)))
                yield _outcome(path, files, refused, article_of)
        except OSError as error:
            yield replace(refused, problem=f"cannot be read: {error.strerror or error}")
        # A stranger's package must not cost the others.
        except Exception as error:
            yield replace(refused, problem=f"cannot be read: {type(error).__name__}: {error}"[:300])


def _beside(path: Path, stack: ExitStack) -> OpenBeside:
    """What lies in the folder of a package, whatever the case of its name, open as long as the stack is."""

    def opened(name: str) -> ByteSource:
        found = next((each for each in sorted(path.parent.iterdir()) if each.name.lower() == name.lower()), None)
        if found is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return stack.enter_context(open_file(found, follow=False))

    return opened


def _outcome(
    path: Path,
    files: list[PackageFile],
    refused: PackageOutcome,
    article_of: Callable[[Manifest], Manifest | None],
) -> PackageOutcome:
    wanted = [file for file in files if not _is_tool(file)]
    left_out = tuple(LeftOut(0, file.path or path.name, file.problem) for file in wanted if file.problem)
    article = _article(path.name, files)
    fixes = tuple(_fixes(wanted))
    if article is None or not fixes:
        problem = "neither its name nor its files name an article" if fixes else "there is no file to judge by in it"
        return replace(refused, problem=problem, left_out=left_out)
    applies_to = tuple(filter(None, [_product(path.name, wanted)]))
    manifest = Manifest(article, f"{TITLE}{path.name}", fixes, applies_to=applies_to)
    printed = article_of(manifest)
    return PackageOutcome(
        str(path),
        LAYOUT,
        Result.MANIFEST,
        article=article,
        title=manifest.title,
        manifest=dump(manifest),
        rows=sum(1 for _ in manifest.rows()),
        fixes=len(fixes),
        left_out=left_out,
        differences=None if printed is None else differences(manifest, printed),
    )


def merged(first: Manifest, second: Manifest) -> Manifest:
    """The manifest of two packages of one article: for other processors, languages or branches, or the same again.

    Tables of one branch and language become one. Of the second only what the first does not have is added.
    """
    tables: dict[tuple[str | None, str | None], dict[tuple[str, str, str], FileRow]] = {}
    for table in (*first.tables(), *second.tables()):
        rows = tables.setdefault((table.release, table.language), {})
        for row in table.files:
            rows.setdefault((row.name.lower(), row.platform or "", row.sha256 or ""), row)
    fixes = tuple(
        FilesFix(tuple(row for _, row in sorted(rows.items())), release=release, language=language)
        for (release, language), rows in sorted(tables.items(), key=lambda each: (each[0][0] or "", each[0][1] or ""))
    )
    names = [name for each in (first, second) for name in each.title.removeprefix(TITLE).split(", ")]
    lines = tuple(dict.fromkeys((*first.applies_to, *second.applies_to)))
    return replace(first, title=TITLE + ", ".join(dict.fromkeys(names)), fixes=fixes, applies_to=lines)


def _is_tool(file: PackageFile) -> bool:
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
        row = _row(file)
        rows = tables.setdefault((branch, language), {})
        rows[row.name.lower(), row.platform or "", row.sha256 or ""] = row
    for (branch, language), table in sorted(tables.items()):
        rows_of = tuple(row for _, row in sorted(table.items()))
        yield FilesFix(rows_of, release=branch or None, language=language or None)


def _language(langid: int | None) -> str:
    """The name of a language; "" where there is none, or the file is for all."""
    return (language_name(langid) or "") if langid and langid & 0x3FF else ""


def _row(file: PackageFile) -> FileRow:
    facts = file.facts
    assert facts is not None  # noqa: S101
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
