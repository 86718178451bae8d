"""Parallels, expanding disks (.hdd, .hds) and their snapshots, by docs/interop/parallels.txt and prl-xml.txt of QEMU.

An image does not say of itself that it holds only differences: DiskDescriptor.xml, which lies beside it, does.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from html import unescape

from hotfixcheck.targets.disks.blocks import SECTOR, Beside, Blocks, Table, exactly
from hotfixcheck.targets.disks.parents import Open, open_parent
from hotfixcheck.targets.tree import ByteSource

NAME = "Parallels"
_IN_SECTORS, _IN_CLUSTERS = b"WithoutFreeSpace", b"WithouFreSpacExt"
_HEADER = struct.Struct("<16s 5I Q 3I")
_OLD, _OPEN, _CLOSED = 0, 0x746F6E59, 0x312E3276
_EMPTY = 1
_MAX_CLUSTER = 1 << 20  # sectors
_DESCRIPTION = "DiskDescriptor.xml"
_MAX_DESCRIPTION = 4 << 20
_NO_SHOT = "{00000000-0000-0000-0000-000000000000}"
_OF_A_BUNDLE = re.compile(r"\.\{[0-9a-f-]{36}\}\.hds$", re.IGNORECASE)
_ELEMENT = r"<{0}(?:\s[^<>]*)?>(.*?)</{0}>"


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
        return _plain if self.kind == "Plain" else _compressed


def _plain(source: ByteSource, _beside: Beside) -> ByteSource:
    return source


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
    text = description.read(0, _MAX_DESCRIPTION).decode("utf-8-sig", "replace")
    if len(_elements("Storage", text)) != 1 or _value("Padding", text) not in {"", "0"}:
        raise OSError(f"{_DESCRIPTION} tells of a disk in several pieces, or padded, which is not read")
    images = {
        _value("GUID", image).lower(): _Image(_value("File", image), _value("Type", image))
        for image in _elements("Image", text)
    }
    own = [guid for guid, image in images.items() if re.split(r"[/\\]", image.file)[-1] == beside.name]
    if len(own) != 1:
        raise OSError(f"{_DESCRIPTION} beside it does not tell of it")
    shots = {
        _value("GUID", shot).lower(): _value("ParentGUID", shot).lower() for shot in _elements("Shot", text)
    } or dict.fromkeys(images, _NO_SHOT)
    if own[0] not in shots or list(shots.values()).count(_NO_SHOT) != 1:
        raise OSError(f"{_DESCRIPTION} beside it does not tell which of its {len(images):,} images differ from others")
    parent = shots[own[0]]
    if parent == _NO_SHOT:
        return None
    if parent not in images or images[parent].kind not in {"Plain", "Compressed"}:
        raise OSError(f"it holds only the differences to another disk, {parent}, which {_DESCRIPTION} does not name")
    return images[parent]


def _elements(name: str, text: str) -> list[str]:
    return re.findall(_ELEMENT.format(name), text, re.DOTALL)


def _value(name: str, text: str) -> str:
    found = _elements(name, text)
    return unescape(found[0].strip()) if found else ""


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
