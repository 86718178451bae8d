"""The 32-bit copies of 64-bit Windows: which rows of a table are about a file under SysWOW64 (design rule 12).

Up to Windows Server 2003 a table prints a W before the name of such a copy: Wiphlpapi.dll. From Windows Vista on it has
the plain name, as an x86 row among those of x64. Windows 10 on ARM64 has copies for ARM as well, under SysArm32.
"""

from __future__ import annotations

import re
from functools import cached_property

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.manifest.model import FileRow, FilesFix
from hotfixcheck.platforms import Platform
from hotfixcheck.products import family_candidates, parse_product
from hotfixcheck.verdicts.branches import branch_folder

_WOW = re.compile(r"\bWOW(?:64)?\b", re.IGNORECASE)  # a service branch: `SP1QFE\WOW`
_VISTA = (6, 0)

FOLDERS = {Platform.X86: "syswow64", Platform.ARM: "sysarm32"}
"""The folder below Windows', in lower case, that holds the copies for a 32-bit processor."""


class Copies:
    """The rows of one table that are about 32-bit copies."""

    def __init__(self, table: FilesFix) -> None:
        self.table = table

    def name(self, row: FileRow, platform: Platform | None) -> str | None:
        """The name, in lower case, under the folder of copies of the file that the row is about; None where it is about
        none.

        `platform` is the system's; where it is not known only names with a W tell.
        """
        if row.platform is Platform.ARM and platform is Platform.ARM64:
            return row.name.lower() if self._is_of_copies(row, platform) else None
        if row.platform is not Platform.X86 or not (platform is None or platform.is_64_bit):
            return None
        if row.name[:1] in {"W", "w"}:
            name, plain = row.name.lower(), row.name[1:].lower()
            # Wuser32.exe alone is a real name.
            if plain in self.native or (
                _WOW.search(row.note or branch_folder(row.path) or "") and name not in self.native
            ):
                return plain
        return row.name.lower() if self._is_of_copies(row, platform) else None

    def _is_of_copies(self, row: FileRow, platform: Platform | None) -> bool:
        return platform in self._systems or self._is_beside_its_own(row, platform)

    def _is_beside_its_own(self, row: FileRow, platform: Platform | None) -> bool:
        """True in a table for every processor of a Windows, `Windows 7`, beside a row of the file for `platform`.

        The 32-bit file is the same one in both Windows.
        """
        if not self.table.scope or parse_product(self.table.scope).platforms:
            return False
        own = (each for each in self.native.get(row.name.lower(), ()) if each.platform is platform)
        return any(_is_of_vista_or_later(each.file_version) for each in own)

    @cached_property
    def native(self) -> dict[str, tuple[FileRow, ...]]:
        """The rows of 64-bit platforms, and of none, by name in lower case."""
        found: dict[str, tuple[FileRow, ...]] = {}
        for row in self.table.files:
            if row.platform is None or row.platform.is_64_bit:
                name = row.name.lower()
                found[name] = (*found.get(name, ()), row)
        return found

    @cached_property
    def _systems(self) -> frozenset[Platform]:
        """The 64-bit platforms whose files alone the table lists, so that its x86 rows are of their copies.

        Its product says so; a table for no product says it by rows of a Windows that prints copies without a W.
        """
        scope = parse_product(self.table.scope) if self.table.scope else None
        if scope is not None:
            return scope.platforms if all(platform.is_64_bit for platform in scope.platforms) else frozenset()
        rows = (row for rows in self.native.values() for row in rows)
        return frozenset(row.platform for row in rows if row.platform and _is_of_vista_or_later(row.file_version))


def _is_of_vista_or_later(version: FileVersion | None) -> bool:
    if version is None:
        return False
    line = version.major, version.minor
    return line >= _VISTA and bool(family_candidates(line, version.build, None, None))
