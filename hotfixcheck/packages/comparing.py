"""The files of a package against the table of its article: what one has and the other has not, or has otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, Manifest


def differences(package: Manifest, article: Manifest) -> tuple[str, ...]:
    """One line for each difference, sorted; empty if the article lists just what the package installs.

    Versions compare as numbers. Where an article lists a file several times, one row that fits is enough. Files of the
    article for a platform that the package has no file for are of another package.
    """
    platforms = {row.platform for row in package.rows() if row.platform}
    printed, packed = _by_name(article), _by_name(package)
    lines = []
    for name, rows in packed.items():
        if name not in printed:
            lines.append(f"{rows[0].name}: the article does not list it")
            continue
        for row in rows:
            lines += _against(row, [one for one in printed[name] if one.platform in {None, row.platform}])
    for name, rows in printed.items():
        own = [row for row in rows if row.platform is None or row.platform in platforms]
        if own and name not in packed:
            lines.append(f"{own[0].name}: the package does not have it")
    return tuple(sorted(dict.fromkeys(lines)))


def _by_name(manifest: Manifest) -> dict[str, list[FileRow]]:
    rows = defaultdict(list)
    for row in manifest.rows():
        rows[row.name.lower()].append(row)
    return rows


def _against(row: FileRow, printed: list[FileRow]) -> Iterator[str]:
    if not printed:
        yield f"{row.name}: the article does not list it for {row.platform}"
        return
    found = [list(_fields(row, one)) for one in printed]
    yield from min(found, key=len)


def _fields(row: FileRow, printed: FileRow) -> Iterator[str]:
    where = f"{row.name}{f' ({row.platform})' if row.platform else ''}"
    if printed.version and row.version and FileVersion.parse(printed.version) != FileVersion.parse(row.version):
        yield f"{where}: version {row.version}, the article says {printed.version}"
    if printed.size is not None and not printed.size_approx and printed.size != row.size:
        yield f"{where}: {row.size:,} bytes, the article says {printed.size:,}"
