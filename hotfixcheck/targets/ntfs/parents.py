"""The names in a folder by the master file table alone, where the folder's own index is damaged.

Each record says in which folder its file lies, and how it is called there ($FILE_NAME). To ask this of all records
takes long; so it is done once, for all folders that may need it.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from hotfixcheck.targets.ntfs.attributes import (
    FILE_NAME,
    RECORD_NUMBER,
    Record,
    attributes,
    called,
    standard_information,
)
from hotfixcheck.targets.ntfs.records import FileTable
from hotfixcheck.targets.windowsfs import IS_REPARSE
from hotfixcheck.targets.windowsfs.tree import Name

_MAX_RECORDS = 8_000_000


class Parents:
    """Which records have a name in which folder."""

    def __init__(self, table: FileTable) -> None:
        self._table = table
        self._folders = array("Q")
        self._records = array("Q")
        for record in table.records(_MAX_RECORDS):
            for folder, _ in _names_in(record):
                self._folders.append(folder & RECORD_NUMBER)
                self._records.append(record.number)

    def names(self, folder: Record) -> Iterator[tuple[str, Name]]:
        """What says of itself that it lies in this folder."""
        for number, inside in zip(self._folders, self._records, strict=True):
            if number != folder.number:
                continue
            record = self._table.record(inside)
            for parent, name in _names_in(record):
                if parent in {folder.number, folder.number | folder.sequence << 48}:
                    try:
                        file = self._table.record(record.base) if record.base else record
                    except OSError:
                        continue
                    yield name, Name(file.number | file.sequence << 48, file.is_folder, _is_reparse(file))


def _names_in(record: Record) -> Iterator[tuple[int, str]]:
    """(reference of the folder, name) of the names that stand in a record; none beyond what is damaged."""
    try:
        for attribute in attributes(record, FILE_NAME):
            if attribute.kind == FILE_NAME and attribute.data is not None and (found := called(attribute.data)):
                yield found
    except OSError:
        return


def _is_reparse(record: Record) -> bool:
    try:
        attributes_of_file = standard_information(record)[32:36]
    except OSError:
        return False
    return bool(int.from_bytes(attributes_of_file, "little") & IS_REPARSE)
