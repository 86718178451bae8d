"""An image of a WIM as a tree of files, by its metadata, of which only the folders that are asked for are read."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress

from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.layout import is_live
from hotfixcheck.targets.sources import Memory, Slice
from hotfixcheck.targets.times import filetime
from hotfixcheck.targets.tree import ByteSource, walk
from hotfixcheck.targets.wim.blobs import Resource
from hotfixcheck.targets.wim.container import NO_HASH, Container
from hotfixcheck.targets.wim.gathering import Gathering
from hotfixcheck.targets.wim.verifying import Verified
from hotfixcheck.targets.windowsfs import EFS, IS_ENCRYPTED, IS_REPARSE, text
from hotfixcheck.targets.windowsfs.reparse import MAX_REPARSE, Reparse, read_reparse
from hotfixcheck.targets.windowsfs.tree import Name, WindowsTree

_ENTRY = struct.Struct("<Q I 4x Q 16x 16x Q 20s 4x I 4x 3H")
_STREAM = struct.Struct("<Q 8x 20s H")
_IS_FOLDER = 0x10
_AHEAD = 1 << 16
_MAX_ENTRY = 1 << 16
_MAX_STREAMS = 64
_END_OF_FOLDER = 8  # an entry that is no longer


class WimTree(WindowsTree):
    """The image whose metadata stand in `metadata`. Raises OSError for metadata that cannot be read."""

    def __init__(self, container: Container, metadata: Resource, gathering: Gathering, path: str) -> None:
        self._container = container
        self._metadata = container.open(metadata)
        security = int.from_bytes(exactly(self._metadata, 0, 4), "little")
        super().__init__(path, -(-max(security, 8) // 8) * 8)
        self._gathering = gathering
        self._is_gathered = False
        self._buffer, self._buffer_at = b"", 0

    def _names(self, folder: int) -> Iterator[tuple[str, Name]]:
        at = _ENTRY.unpack_from(self._bytes(folder, _ENTRY.size))[2]
        while True:
            length = int.from_bytes(self._bytes(at, 8), "little")
            if length <= _END_OF_FOLDER:
                return
            length, attributes, _, _, _, _, streams, _, name_length = self._entry(at)
            name = text(self._bytes(at + _ENTRY.size, name_length))
            yield name, Name(at, bool(attributes & _IS_FOLDER), bool(attributes & IS_REPARSE))
            at += _aligned(length)
            for _ in range(streams):
                at += _aligned(self._stream(at)[0])

    def _entry(self, at: int) -> tuple[int, int, int, int, bytes, int, int, int, int]:
        fields = _ENTRY.unpack(self._bytes(at, _ENTRY.size))
        length, streams, name_length = fields[0], fields[6], fields[8]
        if not _ENTRY.size + name_length <= length <= _MAX_ENTRY or name_length % 2 or streams > _MAX_STREAMS:
            raise OSError("the image's list of files is damaged")
        return fields

    def _stream(self, at: int) -> tuple[int, bytes, bool]:
        """Length, SHA-1, and whether it is unnamed."""
        length, name, characters = _STREAM.unpack(self._bytes(at, _STREAM.size))
        if not _STREAM.size <= length <= _MAX_ENTRY:
            raise OSError("the image's list of files is damaged")
        return length, name, not characters

    def _hashes(self, at: int) -> tuple[list[bytes], int, int, int]:
        """The SHA-1 of every unnamed stream of an entry, when it was written, its attributes and reparse tag."""
        length, attributes, _, written, main, tag, streams, _, _ = self._entry(at)
        found = [] if main == NO_HASH else [main]
        at += _aligned(length)
        for _ in range(streams):
            length, name, unnamed = self._stream(at)
            if unnamed and name != NO_HASH:
                found.append(name)
            at += _aligned(length)
        return found, written, attributes, tag

    def _reparse(self, reference: int) -> Reparse:
        hashes, _, _, tag = self._hashes(reference)
        source = self._blob(hashes[0], None) if hashes else Memory(b"")
        data = source.read(0, min(source.size, MAX_REPARSE))
        return read_reparse(struct.pack("<I 2H", tag, len(data) & 0xFFFF, 0) + data)

    def _data(self, reference: int, reparse: Reparse) -> ByteSource:
        hashes, written, attributes, _ = self._hashes(reference)
        if attributes & IS_ENCRYPTED:
            raise OSError(EFS)
        if reparse.wof is not None:
            raise OSError("compressed by Windows (WOF) before it was captured, which is not read")
        return self._blob(hashes[-1], written) if hashes else Memory(b"", filetime(written))

    def _blob(self, name: bytes, written: int | None) -> ByteSource:
        resource = self._container.blobs.get(name)
        if resource is None:
            raise OSError("its bytes are in another WIM, or lost")
        modified = None if written is None else filetime(written)
        if resource.solid is not None and (kept := self._from_solid(name)) is not None:
            return Slice(kept, 0, resource.size, modified)
        return Verified(self._container.open(resource, modified), name)

    def _from_solid(self, name: bytes) -> ByteSource | None:
        """What was kept of a blob; at the first question everything that may be asked for is read."""
        if not self._is_gathered:
            self._is_gathered = True
            self._gathering.gather(self._live_files())
        return self._gathering.get(name)

    def _live_files(self) -> Iterator[tuple[str, bytes]]:
        """(name in lower case, SHA-1) of every file that a scan may read."""
        for entry in walk(self, enter=is_live):
            if not entry.problem:
                with suppress(OSError):
                    found = self._find(entry.path)
                    if found.is_reparse:
                        found = self._resolved(entry.path)[1]
                    if hashes := self._hashes(found.reference)[0]:
                        yield entry.name.lower(), hashes[-1]

    def _bytes(self, at: int, length: int) -> bytes:
        """A piece of the metadata; what follows it is read with it, as folders are listed from front to back."""
        start = at - self._buffer_at
        if not 0 <= start <= len(self._buffer) - length:
            if at + length > self._metadata.size:
                raise OSError("the image's list of files is cut short")
            self._buffer, self._buffer_at, start = self._metadata.read(at, max(_AHEAD, length)), at, 0
        return self._buffer[start : start + length]


def _aligned(length: int) -> int:
    return -(-length // 8) * 8
