"""Update packages among sources, and what becomes of each."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from hotfixcheck.articles.article import LeftOut
from hotfixcheck.articles.importing import Outcome, Result
from hotfixcheck.errors import said_by
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.manifest.yaml import dump
from hotfixcheck.packages.comparing import differences
from hotfixcheck.packages.contents import PackageFile, files_in, is_package
from hotfixcheck.packages.manifests import NoManifestError, is_tool, manifest_of
from hotfixcheck.targets.cabinetset import OpenBeside
from hotfixcheck.targets.directory import open_file
from hotfixcheck.targets.tree import ByteSource, system_error
from hotfixcheck.targets.wanted import HEAD

LAYOUT = "update package"
TITLE = "Files of "
"""What the title of a manifest without an article begins with."""
_SUFFIXES = (".exe", ".cab", ".msu", ".msp", ".msi")


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
            yield replace(refused, problem=f"cannot be read: {said_by(error)}")
        # A stranger's package must not cost the others.
        except Exception as error:
            yield replace(refused, problem=f"cannot be read: {type(error).__name__}: {error}"[:300])


def _beside(path: Path, stack: ExitStack) -> OpenBeside:
    """What lies in the folder of a package, whatever the case of its name, open as long as the stack is."""

    def opened(name: str) -> ByteSource:
        found = next((each for each in sorted(path.parent.iterdir()) if each.name.lower() == name.lower()), None)
        if found is None:
            raise system_error(errno.ENOENT)
        return stack.enter_context(open_file(found, follow=False))

    return opened


def _outcome(
    path: Path,
    files: list[PackageFile],
    refused: PackageOutcome,
    article_of: Callable[[Manifest], Manifest | None],
) -> PackageOutcome:
    unread = [file for file in files if file.problem and not is_tool(file)]
    left_out = tuple(LeftOut(0, file.path or path.name, file.problem) for file in unread)
    try:
        manifest = manifest_of(path.name, f"{TITLE}{path.name}", files)
    except NoManifestError as error:
        return replace(refused, problem=str(error), left_out=left_out)
    printed = article_of(manifest)
    return PackageOutcome(
        str(path),
        LAYOUT,
        Result.MANIFEST,
        article=manifest.article,
        title=manifest.title,
        manifest=dump(manifest),
        rows=sum(1 for _ in manifest.rows()),
        fixes=len(manifest.fixes),
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
