"""Names in folders, in little memory: some 25 bytes a name besides its characters, where a dict takes 160.

Archives list hundreds of thousands of names, in any order. They stand one after the other in one array of bytes, what
belongs to each in arrays of numbers, and a table of hashes finds them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from enum import IntEnum

ROOT = 0
_NOBODY = 0xFFFFFFFF
_FIRST_TABLE = 1 << 8
_SPREAD = 0x9E3779B97F4A7C15  # of what one folder is called in another, so that files of one name do not meet


class Kind(IntEnum):
    """What a name stands for; the value is a folder's first name, or whatever who keeps the files numbers them by."""

    FOLDER = 0
    FILE = 1
    OTHER = 2


class Names:
    """Each name has a number; ROOT has none, and is a folder. A name that was removed keeps its number."""

    def __init__(self) -> None:
        self._text = bytearray()
        self._ends = array("I", [0])
        self._folders = array("I", [_NOBODY])  # the folder that a name is in
        self._following = array("I", [0])  # the name in the same folder that was added before
        self._kinds = bytearray([Kind.FOLDER])
        self._values = array("I", [0])
        self._table = array("I", bytes(4 * _FIRST_TABLE))

    def __len__(self) -> int:
        return len(self._kinds) - 1

    @property
    def size(self) -> int:
        """Bytes of all names."""
        return len(self._text)

    def find(self, folder: int, name: bytes) -> int:
        """The number of a name in a folder, 0 if there is none."""
        number = self._table[self._slot(folder, name)]
        return number if self._folders[number] == folder else 0

    def put(self, folder: int, name: bytes, kind: Kind, value: int = 0) -> int:
        """Gives a name in a folder, new or not, what it stands for, and returns its number."""
        slot = self._slot(folder, name)
        number = self._table[slot]
        if self._folders[number] != folder:
            number = self._table[slot] = len(self._kinds)
            self._text += name
            self._ends.append(len(self._text))
            self._folders.append(folder)
            self._following.append(self._values[folder])
            self._values[folder] = number
            self._kinds.append(kind)
            self._values.append(value)
            if 3 * number > 2 * len(self._table):
                self._grow()
        else:
            self._kinds[number], self._values[number] = kind, value
        return number

    def remove(self, number: int) -> None:
        """Its place among the hashes stays taken, so that those behind it are found, until another name has its."""
        self._folders[number] = _NOBODY

    def in_folder(self, folder: int) -> Iterator[int]:
        """The numbers of the names in a folder, the last added first."""
        number = self._values[folder]
        while number:
            if self._folders[number] == folder:
                yield number
            number = self._following[number]

    def kind(self, number: int) -> int:
        return self._kinds[number]

    def value(self, number: int) -> int:
        return self._values[number]

    def name(self, number: int) -> bytes:
        return bytes(self._text[self._ends[number - 1] : self._ends[number]])

    def path(self, number: int) -> list[bytes]:
        """The names that lead from the root to a name; empty for one that was removed or whose folder was."""
        parts = []
        while number not in {ROOT, _NOBODY}:
            parts.append(self.name(number))
            number = self._folders[number]
        return parts[::-1] if number == ROOT else []

    def _slot(self, folder: int, name: bytes) -> int:
        """Where among the hashes the number of a name is, or would be: where none is, or one that was removed."""
        table, folders, ends, mask = self._table, self._folders, self._ends, len(self._table) - 1
        slot = (hash(name) ^ folder * _SPREAD) & mask
        free = -1
        while number := table[slot]:
            if folders[number] == folder and self._text[ends[number - 1] : ends[number]] == name:
                return slot
            if folders[number] == _NOBODY and free < 0:
                free = slot
            slot = slot + 1 & mask
        return slot if free < 0 else free

    def _grow(self) -> None:
        self._table = array("I", bytes(8 * len(self._table)))
        for number in range(1, len(self._kinds)):
            if self._folders[number] != _NOBODY:
                self._table[self._slot(self._folders[number], self.name(number))] = number
