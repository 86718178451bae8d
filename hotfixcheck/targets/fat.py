"""FAT12, FAT16 and FAT32 as a tree of files (Microsoft's File Allocation Table specification), with long names."""

from __future__ import annotations

import errno
import struct
from array import array
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from hotfixcheck.targets.blocks import Recent, exactly
from hotfixcheck.targets.disks.signatures import is_fat
from hotfixcheck.targets.fatentries import FatEntry, entries_in
from hotfixcheck.targets.listings import Listings
from hotfixcheck.targets.sources import as_opened
from hotfixcheck.targets.tree import ByteSource, Child, ChildKind, system_error

_BOOT = struct.Struct("<11x H B H B H H B H 8x 2I 4x I")
_FAT12_MOST, _FAT16_MOST = 4085, 65525
_COPY_AT = 6
_SLACK = 1 << 20  # bytes that a partition may be larger than the volume in it
_MAX_FOLDER = 65536 * 32
_PAGE = 1 << 16
_KEPT = 1 << 20


class FatTree:
    """`size` is what the volume says of itself, in bytes, and `problem` what of it was read from a copy.

    Raises OSError for one of which nothing can be listed.
    """

    def __init__(self, volume: ByteSource, path: str) -> None:
        self._path = path
        self._volume = volume
        self.problem = ""
        self._pages = Recent(_KEPT)
        self._listings: Listings[FatEntry] = Listings()
        try:
            boot = exactly(volume, 0, 512)
            if not is_fat(boot):
                raise OSError("the boot sector of the FAT volume is damaged")
            self._begin(boot)
        except OSError as error:
            copy = boot_copy(volume)
            if copy is None:
                raise
            self._begin(copy)
            self.problem = f"{error}; the copy of it in sector {_COPY_AT} was used"

    def _begin(self, boot: bytes) -> None:
        sector, per_cluster, reserved, fats, roots, small, _, short_fat, sectors, long_fat, root = _BOOT.unpack_from(
            boot
        )
        fat_sectors = short_fat or long_fat
        self.cluster_size = sector * per_cluster
        self._fat_place, self._fat_size = reserved * sector, fat_sectors * sector
        self._root_place, self._root_size = (reserved + fats * fat_sectors) * sector, roots * 32
        self._data = self._root_place + -(-self._root_size // max(sector, 1)) * sector
        self.size: int = (small or sectors) * sector
        clusters = (self.size - self._data) // max(self.cluster_size, 1)
        if not self.cluster_size or clusters < 1:
            raise OSError("the boot sector of the FAT volume is damaged")
        self._bits = 32 if not short_fat else 12 if clusters < _FAT12_MOST else 16
        self._last = clusters + 1
        if (self._last + 1) * self._bits // 8 > self._fat_size:
            raise OSError("the boot sector of the FAT volume is damaged: its table is too short")
        self._root_cluster = root if self._bits == 32 else 0
        self._fats = fats

    @property
    def path(self) -> str:
        return self._path

    @property
    def kind(self) -> str:
        return f"FAT{self._bits}"

    def children(self, folder: str) -> list[Child]:
        listing = self._listing(folder)
        return [
            Child(name, ChildKind.FOLDER if found.is_folder else ChildKind.FILE)
            if "/" not in name
            else Child(name.replace("/", "\u2215"), ChildKind.UNREADABLE, "it has a name that cannot be")
            for name, found in sorted(listing.items())
        ]

    def open(self, path: str) -> AbstractContextManager[ByteSource]:
        found = self._find(path)
        if found.is_folder:
            raise system_error(errno.EISDIR)
        return as_opened(Chain(self, found.cluster, found.size, found.modified))

    def _find(self, path: str) -> FatEntry:
        if not path:
            return FatEntry(self._root_cluster, 0, is_folder=True)
        folder, _, name = path.rpartition("/")
        found = self._listing(folder).get(name)
        if found is None:
            raise system_error(errno.ENOENT)
        return found

    def _listing(self, folder: str) -> dict[str, FatEntry]:
        return self._listings.get(folder, self._cluster, self._names)

    def _cluster(self, folder: str) -> int:
        """The first cluster of a folder, 0 for a root that has a place of its own."""
        found = self._find(folder)
        if not found.is_folder:
            raise system_error(errno.ENOTDIR)
        return found.cluster

    def _names(self, cluster: int) -> Iterator[tuple[str, FatEntry]]:
        if not cluster and self._bits != 32:
            return entries_in(exactly(self._volume, self._root_place, self._root_size), self._bits)
        return entries_in(Chain(self, cluster, _MAX_FOLDER, None).whole(), self._bits)

    def following(self, cluster: int) -> int | None:
        """The next cluster of a chain, None behind its last; raises OSError for one that leads nowhere.

        What the first table cannot say, or says of clusters that are not there, the second is asked.
        """
        if not 2 <= cluster <= self._last:
            raise OSError(f"its chain of clusters is damaged: it leads to cluster {cluster:,}")
        end = (1 << min(self._bits, 28)) - 8
        value = 0
        for number in range(self._fats):
            try:
                value = self._entry(cluster, number)
            except OSError:
                if number + 1 == self._fats:
                    raise
            if value >= end or 2 <= value <= self._last:
                break
        return None if value >= end else value

    def _entry(self, cluster: int, number: int) -> int:
        """What table `number` says of a cluster."""
        if self._bits == 12:
            value = int.from_bytes(self._fat(number, cluster + cluster // 2, 2), "little")
            return value >> 4 if cluster & 1 else value & 0xFFF
        width = self._bits // 8
        return int.from_bytes(self._fat(number, cluster * width, width), "little") & (1 << min(self._bits, 28)) - 1

    def _fat(self, number: int, place: int, length: int) -> bytes:
        page, start = divmod(place, _PAGE)
        data = self._page(number, page)[start : start + length]
        return data if len(data) == length else data + self._page(number, page + 1)[: length - len(data)]

    def _page(self, number: int, page: int) -> bytes:
        start = page * _PAGE
        place = self._fat_place + number * self._fat_size + start
        return self._pages.get(place, lambda _: exactly(self._volume, place, min(_PAGE, self._fat_size - start)))

    def in_cluster(self, cluster: int, start: int, length: int) -> bytes:
        """`length` bytes of a cluster from its byte `start`; raises OSError for a cluster that is not there."""
        if not 2 <= cluster <= self._last:
            raise OSError(f"its chain of clusters is damaged: it leads to cluster {cluster:,}")
        return exactly(self._volume, self._data + (cluster - 2) * self.cluster_size + start, length)


def boot_copy(volume: ByteSource) -> bytes | None:
    """The copy of the boot sector that FAT32 has in its sector 6; None if it is of no volume of this size."""
    for sector in (512, 4096):
        data = volume.read(_COPY_AT * sector, 512)
        if len(data) == 512 and data[510:] == b"\x55\xaa" and data[82:90] == b"FAT32   ":
            its_sector, *_, small, _, _, sectors, _, _ = _BOOT.unpack_from(data)
            if its_sector == sector and not small and volume.size - _SLACK < sectors * sector <= volume.size:
                return data
    return None


class Chain:
    """The bytes of a chain of clusters, which is followed as far as they are asked for."""

    def __init__(self, tree: FatTree, first: int, size: int, modified: datetime | None) -> None:
        self._tree = tree
        self._clusters = array("I", [first])
        self._seen = {first}
        self.size = size
        self.modified = modified

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        parts = []
        while offset < end:
            index, start = divmod(offset, self._tree.cluster_size)
            wanted = min(self._tree.cluster_size - start, end - offset)
            if not self._reaches(index):
                raise OSError(f"its chain of clusters ends at byte {offset:,} of {self.size:,}")
            # Clusters that follow each other on the volume are read at once.
            first = last = self._clusters[index]
            while wanted < end - offset and self._reaches(index + 1) and self._clusters[index + 1] == last + 1:
                index, last = index + 1, last + 1
                wanted = min(wanted + self._tree.cluster_size, end - offset)
            parts.append(self._tree.in_cluster(first, start, wanted))
            offset += wanted
        return b"".join(parts)

    def whole(self) -> bytes:
        """All of a chain whose length is known from itself alone, as a folder's is; up to `size`."""
        most = self.size // self._tree.cluster_size
        while len(self._clusters) < most and self._reaches(len(self._clusters)):
            pass
        return b"".join(self._tree.in_cluster(each, 0, self._tree.cluster_size) for each in self._clusters)

    def _reaches(self, index: int) -> bool:
        while len(self._clusters) <= index:
            following = self._tree.following(self._clusters[-1])
            if following is None:
                return False
            if following in self._seen:
                raise OSError("its chain of clusters is damaged: it leads back to itself")
            self._seen.add(following)
            self._clusters.append(following)
        return True
