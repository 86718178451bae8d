"""Files of a tree, in 31 bytes each where they are of the usual kinds: a piece of what holds them, or not kept."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.spool import KeptHead
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wanted import HEAD

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_RECORD = struct.Struct("<B H q Q Q I")  # how; holder; time; start; size; number of the member
_MAX_OTHERS = 100_000
_MAX_TOLD = 16 << 20  # characters of where links lead and of what is wrong


class TooManyError(ValueError):
    """More of something than is kept; the message is for people."""


@dataclass(frozen=True, slots=True)
class At:
    """What opens a member by a number, such as the place where it is listed."""

    opener: Callable[[int], AbstractContextManager[ByteSource]]
    at: int

    def __call__(self) -> AbstractContextManager[ByteSource]:
        return self.opener(self.at)


@dataclass(eq=False, slots=True)
class File:
    """A file, or the one file behind several names (hard links).

    Its bytes are in `source`, or what `opened` gives. Where it has neither, they are not at hand: because of `problem`,
    else because nobody was known to want them. `number` is the container's for the member; `is_image` one that begins
    as images of disks do, of a container that shows its members once. `key` says where a tree has it, whatever the name
    that it was found under; None for one that is in none, or of no usual kind.
    """

    source: ByteSource | None = None
    problem: str = ""
    number: int = 0
    opened: Callable[[], AbstractContextManager[ByteSource]] | None = None
    is_image: bool = False
    key: tuple[Files, int] | None = None


# How a file is kept: its bytes in a piece of something, or of these only the beginning, or by what opens it.
_SLICE, _HEAD, _OPENED, _TIMED, _IMAGE = (1 << bit for bit in range(5))


class Files:
    """Numbered from 0; what is of no usual kind is kept as it is, with what else a tree numbers."""

    def __init__(self) -> None:
        self._records = bytearray()
        self._holders: list[Any] = []
        self._places: dict[int, int] = {}  # of the holders, by identity
        self._replaced: dict[int, File] = {}
        self._others: list[Any] = []
        self._told = 0
        self._problems: dict[str, int] = {}

    def add(self, file: File) -> int | None:
        """The number of a file of a usual kind, None for another."""
        record = self._packed(file)
        if record is None:
            return None
        self._records += record
        return len(self._records) // _RECORD.size - 1

    def add_other(self, node: object) -> int:
        """The number of anything else; raises TooManyError."""
        problem = node.problem if isinstance(node, File) and _is_but_a_problem(node) else ""
        if problem and problem in self._problems:
            return self._problems[problem]
        self._told += len(problem or getattr(node, "leads_to", ""))
        if len(self._others) >= _MAX_OTHERS or self._told > _MAX_TOLD:
            raise TooManyError(f"too many of its names are links or cannot be read: more than {len(self._others):,}")
        self._others.append(node)
        if problem:
            self._problems[problem] = len(self._others) - 1
        return len(self._others) - 1

    def other(self, number: int) -> Any:
        """What `add_other` numbered so."""
        return self._others[number]

    def file(self, number: int) -> File:
        """The file that `add` numbered so, or what replaced it."""
        if number in self._replaced:
            return self._replaced[number]
        how, holder, time, start, size, member = _RECORD.unpack_from(self._records, number * _RECORD.size)
        modified = _EPOCH + timedelta(microseconds=time) if how & _TIMED else None
        file = File(None, "", member, None, bool(how & _IMAGE), (self, number))
        if how & _OPENED:
            file.opened = At(self._holders[holder], start)
        elif how & _HEAD:
            file.source = KeptHead(Slice(self._holders[holder], start, min(size, HEAD), modified), size)
        elif how & _SLICE:
            file.source = Slice(self._holders[holder], start, size, modified)
        return file

    def replace(self, number: int, file: File) -> None:
        """Puts another file where one was, under all of its names."""
        record = self._packed(file)
        if record is None:
            self._replaced[number] = file
            return
        at = number * _RECORD.size
        self._records[at : at + _RECORD.size] = record

    def images(self) -> Iterator[File]:
        """Those that may be images."""
        for number, how in enumerate(self._records[:: _RECORD.size]):
            if how & _IMAGE:
                yield self.file(number)

    def _packed(self, file: File) -> bytes | None:
        if file.problem or file.number > 0xFFFFFFFF:
            return None
        how, modified, start, size = 0, None, 0, 0
        holder: object = None
        if file.opened is not None:
            if not isinstance(file.opened, At) or file.source is not None:
                return None
            how, holder, start = _OPENED, file.opened.opener, file.opened.at
        elif isinstance(file.source, Slice):
            how, holder, start, size = _SLICE, file.source.source, file.source.start, file.source.size
            modified = file.source.modified
        elif isinstance(file.source, KeptHead) and file.source.head.size == min(file.source.size, HEAD):
            head = file.source.head
            how, holder, start, size, modified = _HEAD, head.source, head.start, file.source.size, head.modified
        elif file.source is not None:
            return None
        time = 0
        if modified is not None:
            how, time = how | _TIMED, (modified - _EPOCH) // _MICROSECOND
        if file.is_image:
            how |= _IMAGE
        try:
            return _RECORD.pack(how, 0 if holder is None else self._place(holder), time, start, size, file.number)
        except struct.error:
            return None  # a number that no file has

    def _place(self, holder: object) -> int:
        place = self._places.get(id(holder))
        if place is None:
            place = self._places[id(holder)] = len(self._holders)
            self._holders.append(holder)
        return place


def _is_but_a_problem(file: File) -> bool:
    return file.source is None and file.opened is None and not file.number and not file.is_image
