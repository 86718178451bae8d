"""Parallels, expanding disks (.hdd, .hds) and their snapshots, by docs/interop/parallels.txt and prl-xml.txt of QEMU.

An image does not say of itself that it holds only differences: DiskDescriptor.xml, which lies beside it, does.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.blocks import SECTOR, Blocks, Table, exactly
from hotfixcheck.targets.disks.parents import Open, open_as_it_is, open_parent
from hotfixcheck.targets.tree import ByteSource

NAME = "Parallels"
_IN_SECTORS, _IN_CLUSTERS = b"WithoutFreeSpace", b"WithouFreSpacExt"
MARKS = ((0, _IN_SECTORS), (0, _IN_CLUSTERS))
_HEADER = struct.Struct("<16s 5I Q 3I")
_OLD, _OPEN, _CLOSED = 0, 0x746F6E59, 0x312E3276
_EMPTY = 1
_MAX_CLUSTER = 1 << 20  # sectors
_DESCRIPTION = "DiskDescriptor.xml"
_MAX_DESCRIPTION = 1 << 18
_NO_SHOT = "{00000000-0000-0000-0000-000000000000}"
_OF_A_BUNDLE = re.compile(r"\.\{[0-9a-f-]{36}\}\.hds$", re.IGNORECASE)


def detect(source: ByteSource) -> bool:
    return source.read(0, 16) in {_IN_SECTORS, _IN_CLUSTERS}


def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
    """The disk in an image, and what it differs from; raises OSError for a damaged one."""
    magic, version, _, _, cluster, entries, sectors, state, _, flags = _HEADER.unpack(exactly(source, 0, _HEADER.size))
    if magic == _IN_SECTORS:
        sectors &= 0xFFFFFFFF
    if version != 2 or state not in {_OLD, _OPEN, _CLOSED} or (state != _OLD and flags & ~_EMPTY):
        raise OSError(f"a Parallels disk of unknown version {version}, or damaged: state {state:#x}, flags {flags:#x}")
    if not 1 <= cluster <= _MAX_CLUSTER or entries * cluster < sectors:
        raise OSError(f"its header is damaged: {entries:,} clusters of {cluster:,} sectors for a disk of {sectors:,}")
    table = None if flags & _EMPTY and state != _OLD else Table(source, 64, entries, "<I")
    disk = _Clusters(source, sectors * SECTOR, cluster * SECTOR, table, 1 if magic == _IN_SECTORS else cluster)
    if image := _parent_of(beside):
        disk.parent = open_parent(beside, [image.file], image.open)
    return disk


@dataclass(frozen=True, slots=True)
class _Image:
    file: str
    kind: str

    @property
    def open(self) -> Open:
        return open_as_it_is if self.kind == "Plain" else _compressed


def _compressed(source: ByteSource, beside: Beside) -> ByteSource:
    if not detect(source):
        raise OSError("it is no Parallels disk")
    return open_disk(source, beside)


def _parent_of(beside: Beside) -> _Image | None:
    """The image that this one differs from, by the description beside it; None for a whole disk.

    Raises OSError where that cannot be told: what was not written would be taken for zeros.
    """
    try:
        description = beside.open(_DESCRIPTION)
    except FileNotFoundError:
        if _OF_A_BUNDLE.search(beside.name):
            raise OSError(
                f"{_DESCRIPTION} is not beside it, which says whether it holds only differences to another"
            ) from None
        return None
    described = _parsed(description)
    if len(list(described.iter("Storage"))) != 1 or described.findtext(".//Padding", "0").strip() != "0":
        raise OSError(f"{_DESCRIPTION} tells of a disk in several pieces, or padded, which is not read")
    images = {
        _value(image, "GUID").lower(): _Image(_value(image, "File"), _value(image, "Type"))
        for image in described.iter("Image")
    }
    own = [guid for guid, image in images.items() if re.split(r"[/\\]", image.file)[-1] == beside.name]
    if len(own) != 1:
        raise OSError(f"{_DESCRIPTION} beside it does not tell of it")
    shots = {_value(shot, "GUID").lower(): _value(shot, "ParentGUID").lower() for shot in described.iter("Shot")}
    shots = shots or dict.fromkeys(images, _NO_SHOT)
    if own[0] not in shots or list(shots.values()).count(_NO_SHOT) != 1:
        raise OSError(f"{_DESCRIPTION} beside it does not tell which of its {len(images):,} images differ from others")
    parent = shots[own[0]]
    if parent == _NO_SHOT:
        return None
    if parent not in images or images[parent].kind not in {"Plain", "Compressed"}:
        raise OSError(f"it holds only the differences to another disk, {parent}, which {_DESCRIPTION} does not name")
    return images[parent]


def _parsed(description: ByteSource) -> Any:
    """The root of a description, of which no entity is expanded and nothing is fetched."""
    from lxml import etree

    data = description.read(0, _MAX_DESCRIPTION + 1)
    try:
        if len(data) <= _MAX_DESCRIPTION:
            return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
        problem = f"it is of more than {_MAX_DESCRIPTION:,} bytes"
    except (etree.LxmlError, ValueError) as error:
        problem = str(error)
    raise OSError(f"{_DESCRIPTION} is damaged: {problem}")


def _value(element: Any, name: str) -> str:
    return str(element.findtext(name, "")).strip()


class _Clusters(Blocks):
    """`unit` is of how many sectors the places in the table count; without a table nothing was written."""

    def __init__(self, source: ByteSource, size: int, cluster: int, table: Table | None, unit: int) -> None:
        super().__init__(size, cluster)
        self._source = source
        self._table = table
        self._unit = unit * SECTOR

    def _read(self, number: int, start: int, length: int) -> bytes:
        place = 0 if self._table is None else self._table[number]
        if not place:
            return self._unwritten(number, start, length)
        return exactly(self._source, place * self._unit + start, length)
