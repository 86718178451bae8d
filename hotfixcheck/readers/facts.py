"""What one file says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform


class FileKind(StrEnum):
    """What the first bytes say: PE, NE and LE files have a version resource, other files size and time only."""

    PE = "pe"
    NE = "ne"
    LE = "le"
    MZ = "mz"
    OTHER = "other"


class Reader(StrEnum):
    """Who answered for a PE file: the strict path for the plain layout, or pefile, the reference for every layout."""

    STRICT = "strict"
    PEFILE = "pefile"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """`size` in bytes; `modified` the file's own time in UTC where the target keeps it.

    `machine` is the IMAGE_FILE_MACHINE number. `link_time` is the PE header's TimeDateStamp in seconds since 1970,
    as it stands; `reproducible` says that a REPRO debug entry makes it a hash. `file_version` and `product_version`
    are the fixed ones; `language` is the LANGID of the version resource; `strings` its StringFileInfo values.

    `reader` says how a PE file was read, not what is in it: facts are equal whoever read them, and inventories, which
    are the same bytes whoever read the files, leave it out. None for other kinds and where an inventory was loaded.
    """

    kind: FileKind
    size: int
    modified: datetime | None = None
    machine: int | None = None
    link_time: int | None = None
    reproducible: bool = False
    file_version: FileVersion | None = None
    product_version: FileVersion | None = None
    language: int | None = None
    strings: tuple[tuple[str, str], ...] = ()
    reader: Reader | None = field(default=None, compare=False)

    @property
    def platform(self) -> Platform | None:
        return None if self.machine is None else Platform.from_machine(self.machine)

    def string(self, name: str) -> str | None:
        """A StringFileInfo value; names compare without regard to case (`OriginalFileName` occurs)."""
        wanted = name.lower()
        return next((value for key, value in self.strings if key.lower() == wanted), None)

    @property
    def original_filename(self) -> str | None:
        return self.string("OriginalFilename")

    @property
    def string_version(self) -> str | None:
        """The FileVersion string: shown, and compared only where there is no fixed version (design rule 3)."""
        return self.string("FileVersion")


_PE, _STRICT = FileKind.PE, Reader.STRICT  # members of enums are slow to look up


class UnfrozenFacts:
    """The FileFacts of the strict path while they are made: setting the fields of a frozen object takes five times as
    long. `frozen` gives them their class, once."""

    __slots__ = FileFacts.__slots__

    def __init__(
        self,
        size: int,
        modified: datetime | None,
        machine: int,
        link_time: int,
        reproducible: bool,
        file_version: FileVersion | None,
        product_version: FileVersion | None,
        language: int | None,
        strings: tuple[tuple[str, str], ...],
    ) -> None:
        self.kind = _PE
        self.size = size
        self.modified = modified
        self.machine = machine
        self.link_time = link_time
        self.reproducible = reproducible
        self.file_version = file_version
        self.product_version = product_version
        self.language = language
        self.strings = strings
        self.reader = _STRICT

    def frozen(self) -> FileFacts:
        """The same object as FileFacts; nothing of it is set from now on."""
        facts: Any = self
        facts.__class__ = FileFacts
        frozen: FileFacts = facts  # a call of cast() would be felt
        return frozen
