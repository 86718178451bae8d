"""The container of WIM (Windows Imaging File Format): header, and blobs by their SHA-1, in one file or several.

A pipable one is wimlib's own: resources stand behind headers, compressed chunks too, and nothing of that is needed to
find them, for a table at the end says where they are.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import exactly
from hotfixcheck.targets.chunks import Chunked
from hotfixcheck.targets.compression import Decompress, lzms, lzx, xpress
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.wim import PIPABLE
from hotfixcheck.targets.wim.blobs import FLAGS_SHIFT, SOLID, STORED_SIZE, Blobs, Resource, Row
from hotfixcheck.targets.wim.solid import SOLID_MAGIC, Current, SolidRun

_HEADER = struct.Struct("<8s 4I 16s 2H I")
_HEADER_SIZE = 208
_RESOURCE = struct.Struct("<Q 2Q")  # size in the file and flags, place, size
_TABLE_AT, _XML_AT = 48, 72  # places of the resources in the header
_METADATA, _COMPRESSED = 0x02, 0x04
_VERSIONS = frozenset({0x10D00, 0x0E00})  # the second is that of ESD
_LZX, _XPRESS, _LZMS, _XPRESS_2 = 0x40000, 0x20000, 0x80000, 0x200000
_MAX_SOLID = 1 << 16  # resources; an ESD has some
_MAX_IMAGES = 256
_MAX_XML = 16 << 20
_IMAGE = '<IMAGE INDEX="'
_NUMBER, _NAME = re.compile(r'(\d{1,9})">'), re.compile(r"<NAME>([^<]*)</NAME>")

NO_HASH = bytes(20)


class Container:
    """A WIM whose first file is `source`. Raises OSError for one that is damaged or not all there."""

    def __init__(self, source: ByteSource, beside: Beside) -> None:
        header = _header_of(source)
        magic, _, version, flags, chunk, guid, part, parts, images = _HEADER.unpack_from(header)
        if version not in _VERSIONS:
            raise OSError(f"a WIM of unknown version {version:#x}")
        if part != 1:
            raise OSError(f"it is part {part} of {parts} of a split WIM: give the first")
        if images > _MAX_IMAGES:
            raise OSError(f"the WIM is damaged: {images:,} images")
        self.images = images
        self._is_piped = magic == PIPABLE
        self._chunk = chunk or 32768
        self._flags = flags
        self._files = [source, *_other_parts(beside, parts, magic, guid)]
        self._header = header
        self._current = Current()
        self._solid_resources = 0
        self.blobs = Blobs()
        self.metadata: list[tuple[Resource, bytes]] = []  # each with its SHA-1
        for number, file in enumerate(self._files):
            self._read_blobs(number, file)

    @cached_property
    def names(self) -> dict[int, str]:
        """What the images are called, by number."""
        place = self._resource(self._header, _XML_AT)
        data = self._contents(place).read(0, min(place.size, _MAX_XML))
        text = data.decode("utf-16", "replace")
        # What begins an image ends the one before: looking for an end that is not there, for each, would take forever.
        found = ((_NUMBER.match(image), _NAME.search(image)) for image in text.split(_IMAGE)[1:])
        return {int(number[1]): name[1].strip() for number, name in found if number and name}

    def open(self, resource: Resource, modified: datetime | None = None) -> ByteSource:
        """The bytes of a resource; raises OSError where they are not all there."""
        if resource.solid is not None:
            return resource.solid.slice(resource.place, resource.size, modified)
        return self._contents(resource, modified)

    def _contents(self, resource: Resource, modified: datetime | None = None) -> ByteSource:
        file = self._files[resource.part]
        if resource.place + resource.stored > file.size:
            raise OSError(f"the WIM is cut short: {resource.place + resource.stored:,} bytes of {file.size:,}")
        if not resource.flags & _COMPRESSED:
            return Slice(file, resource.place, min(resource.size, resource.stored), modified)
        stored = Slice(file, resource.place, resource.stored)
        return Chunked(stored, resource.size, self._chunk, self._decompress, modified, piped=self._is_piped)

    @cached_property
    def _decompress(self) -> Decompress:
        if self._flags & (_XPRESS | _XPRESS_2) and 4096 <= self._chunk <= 1 << 16:
            return xpress(self._chunk)
        if self._flags & _LZX and 1 << 15 <= self._chunk <= 1 << 21:
            return lzx(self._chunk)
        if self._flags & _LZMS and 1 << 15 <= self._chunk <= 1 << 26:
            return lzms(self._chunk)
        raise OSError(f"the WIM is damaged: flags {self._flags:#x}, chunks of {self._chunk:,} bytes")

    def _resource(self, data: bytes, at: int, part: int = 0) -> Resource:
        sizes, place, size = _RESOURCE.unpack_from(data, at)
        return Resource(part, sizes & STORED_SIZE, sizes >> FLAGS_SHIFT, place, size)

    def _read_blobs(self, number: int, file: ByteSource) -> None:
        run: SolidRun | None = None
        for row in self.blobs.rows(self._contents(self._resource(_header_of(file), _TABLE_AT, number))):
            if row.flags & SOLID:
                run = self._take_solid(row, run, file)
                continue
            run = None
            if row.flags & _METADATA:
                if len(self.metadata) == self.images:
                    raise OSError(f"the WIM is damaged: {self.images:,} images, and more lists of files")
                self.metadata.append((Resource(number, row.stored, row.flags, row.place, row.size), row.sha1))
            elif row.part == number + 1:
                self.blobs.put(row)

    def _take_solid(self, row: Row, run: SolidRun | None, file: ByteSource) -> SolidRun | None:
        """Takes a row of a run: first come its resources, then its blobs, after which a resource begins another.

        Gives back the run that the next row may be of.
        """
        if self._is_piped:
            raise OSError("the WIM is damaged: it is pipable, and has a solid resource")
        if row.size == SOLID_MAGIC:
            self._solid_resources += 1
            if self._solid_resources > _MAX_SOLID:
                raise OSError(f"the WIM is damaged: more than {_MAX_SOLID:,} solid resources")
            if run is None or run.closed:
                run = SolidRun(self._solid_resources, self._current)
            run.add(file, row.place, row.stored)
        elif run is not None:
            run.closed = True
            self.blobs.put(row, run)
        return run


def _header_of(file: ByteSource) -> bytes:
    """The whole header of a file of a WIM: of a pipable one that at its end, for the first was written before its table
    (the layout is told with write_pipable_wim of wimlib)."""
    header = exactly(file, 0, _HEADER_SIZE)
    if not header.startswith(PIPABLE):
        return header
    last = exactly(file, max(file.size - _HEADER_SIZE, 0), _HEADER_SIZE)
    if last[: _HEADER.size] != header[: _HEADER.size]:
        raise OSError("the WIM is cut short: it is pipable, and its header does not stand at its end again")
    return last


def _other_parts(beside: Beside, parts: int, its_magic: bytes, guid: bytes) -> Iterator[ByteSource]:
    """The second and further files of a split WIM: name2.swm, name3.swm."""
    stem, _, ending = beside.name.rpartition(".")
    for number in range(2, parts + 1):
        name = f"{stem}{number}.{ending}"
        try:
            file = beside.open(name)
        except FileNotFoundError:
            raise OSError(f"part {number} of {parts} of the split WIM is missing: {name}") from None
        magic, _, _, _, _, its_guid, part, _, _ = _HEADER.unpack_from(_header_of(file))
        if (magic, its_guid, part) != (its_magic, guid, number):
            raise OSError(f"{name} is not part {number} of this split WIM")
        yield file
