"""Tar archives, plain or compressed: one pass, in which only what is wanted is kept."""

from __future__ import annotations

import contextlib
import tarfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import IO, cast

from hotfixcheck.errors import TargetError
from hotfixcheck.streams import DamagedError, Rewound, StrictTarInfo, is_tar, leads_out
from hotfixcheck.targets.files import File
from hotfixcheck.targets.held import may_be_image
from hotfixcheck.targets.members import Members
from hotfixcheck.targets.nodes import Folder, Link, Node, NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.sources import Piece, Pieced, Slice, Stream
from hotfixcheck.targets.spool import KeptHead, Spool
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacking import compression_of, unpacked
from hotfixcheck.targets.wanted import HEAD, Keep, Wanted

_BLOCK = 512
_MAX_PIECES = 100_000
_MAX_PIECES_OF_ALL = 200_000
_MAX_IMAGES = 1000  # that one pass more is to give their bytes
_OF_OTHER_THINGS = ("oci-layout", "manifest.json")
"""Names at the root of a tar that is a layout of container images, of which every file may be needed."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TarOpener:
    """A tar, also in gzip, bzip2, xz or zstd."""

    @staticmethod
    def detect(source: ByteSource, head: bytes) -> bool:
        return bool(compression_of(head)) or _is_tar(head)

    @staticmethod
    def open(source: ByteSource, place: str, opening: Opening) -> Found:
        compression = compression_of(source.read(0, HEAD))
        if compression and (image := _compressed_image(source, place, compression, opening)):
            return image
        kind = f"tar archive, {compression}" if compression else "tar archive"
        members = read_tar(source, opening.path, opening.wanted, opening.spool)
        if compression and any(child.name in _OF_OTHER_THINGS for child in members.tree.children("")):
            members = read_tar(source, opening.path, Wanted(everything=True), opening.spool)
        return Found(kind, place, members.tree, lost=tuple(members.lost), cut_short=members.cut_short)


def read_tar(source: ByteSource, path: str, wanted: Wanted, spool: Spool, below: NodeTree | None = None) -> Members:
    """The members of the tar in `source`; `path` is how the user named the target. Hard links may lead to files of the
    tree `below`, over which this one will lie.

    Where a wanted name is a link to a member that was not kept for its own name, the tar is read a second time.
    Raises TargetError for what is no tar, or packed in a way that cannot be read here.
    """
    first = _Pass(source, path, wanted, spool, below)
    first.run()
    tree = first.members.tree

    def again(files: Iterable[File]) -> str:
        """Gives files their bytes; why some may have none."""
        second = _Pass(source, path, wanted, spool, None, {file.number: file for file in files})
        second.run()
        return second.members.cut_short

    if late := first.wanted_late():
        again(late)
        for file in late:
            tree.keep(file)

    def fetch(file: File) -> ByteSource:
        file = tree.current(file)
        if _is_whole(file):
            assert file.source is not None  # noqa: S101
            return file.source
        # With it everything that may be wanted next: each pass is long.
        others = (each for each in tree.images() if each.number != file.number and not _is_whole(each))
        files = [file, *islice(others, _MAX_IMAGES)]
        cut_short = again(files)
        for each in files:
            tree.keep(each)
        if file.source is None or not _is_whole(file):
            raise OSError(cut_short or "its bytes are not there any more")
        return file.source

    tree.fetch = fetch
    return first.members


def _is_whole(file: File) -> bool:
    return file.source is not None and not isinstance(file.source, KeptHead)


def _compressed_image(source: ByteSource, place: str, compression: str, opening: Opening) -> Found | None:
    """What a compressed file holds that is no tar and may be an image; it is unpacked to the spool."""
    packed = unpacked(source, compression)
    try:
        head = packed.read(HEAD)
        while len(head) < HEAD and (more := packed.read(HEAD - len(head))):
            head += more
    except TargetError:
        raise
    except Exception:
        return None  # whoever looks for a tar says so
    if _is_tar(head) or not may_be_image(head, None):
        return None
    image, problem = opening.spool.keep_all(packed.read, head)
    cut_short = f"{problem}; what came before was read" if problem else ""
    return Found(f"file compressed by {compression}", place, inside=(opening.open(image, ""),), cut_short=cut_short)


def _is_tar(head: bytes) -> bool:
    """A tar without members is two blocks of zeros, which is no tar to anybody who looks for a Windows."""
    return len(head) >= _BLOCK and is_tar(head)


class _Pass:
    """From one end of a tar to the other: all of it, or only the files `late`, by number."""

    def __init__(
        self,
        source: ByteSource,
        path: str,
        wanted: Wanted,
        spool: Spool,
        below: NodeTree | None,
        late: dict[int, File] | None = None,
    ) -> None:
        self._source = source
        self._below = below
        self._wanted = wanted
        self._spool = spool
        self._late = late
        self._pieces = 0
        self.members = Members(NodeTree(path))

    def run(self) -> None:
        try:
            with self._opened() as tar:
                number = 0
                while (member := tar.next()) is not None and (self._late is None or self._late):
                    tar.members.clear()  # type: ignore[attr-defined]  # else it remembers them all
                    number += 1
                    if self._late is None:
                        self._member(tar, member, number)
                    elif file := self._late.pop(number, None):
                        file.source = self._kept(tar, member, b"")
        except TargetError:
            raise
        except Exception as error:  # damage shows in as many ways as there are layers of formats
            self.members.cut_short = f"{str(error) or type(error).__name__}; what came before was read"

    def _opened(self) -> tarfile.TarFile:
        compression = compression_of(self._source.read(0, HEAD))
        if not compression:
            stream = cast(IO[bytes], Stream(self._source))
            return tarfile.open(fileobj=stream, mode="r:", tarinfo=StrictTarInfo, errors="surrogateescape")
        packed = unpacked(self._source, compression)
        start = packed.read(_BLOCK)
        if not _is_tar(start):
            raise TargetError(f"it is compressed by {compression} and holds no tar", advice="unpack it first")
        rewound = cast(IO[bytes], Rewound(start, packed))
        return tarfile.open(fileobj=rewound, mode="r|", tarinfo=StrictTarInfo, errors="surrogateescape")

    def wanted_late(self) -> list[File]:
        """The files without bytes that wanted names lead to, as links do."""
        tree = self.members.tree
        found = {}
        for path in tree.paths_named(self._wanted.by_name):
            try:
                leads_to = tree.find(path)[1]
            except OSError:
                continue
            if isinstance(leads_to, File) and leads_to.source is None and leads_to.number:
                found[leads_to.number] = leads_to
        return list(found.values())

    def _member(self, tar: tarfile.TarFile, member: tarfile.TarInfo, number: int) -> None:
        if leads_out(member.name):
            self.members.lose(member.name, "its name leads out of the archive")
            return
        try:
            node = self._node(tar, member, number)
        except Exception as error:
            self.members.add(member.name, File(problem=f"cannot be read: {str(error) or type(error).__name__}"))
            raise
        self.members.add(member.name, node)

    def _node(self, tar: tarfile.TarFile, member: tarfile.TarInfo, number: int) -> Node:
        if member.isdir():
            return Folder()
        if member.issym():
            return Link(member.linkname)
        if member.islnk():
            return self._linked(member.linkname)
        if not member.isreg():
            return File(problem="it is a device, pipe or socket, not a file")
        if member.size < 0:
            raise DamagedError("a member has less than no bytes")
        return self._file(tar, member, number)

    def _linked(self, leads_to: str) -> Node:
        """The file behind a hard link, under one name more."""
        try:
            return self.members.tree.find(leads_to)[1]
        except OSError as error:
            problem = f"it is a link to {leads_to}: {error.strerror}"
        with contextlib.suppress(OSError):
            if self._below is not None:
                below = self._below.find(leads_to)[1]
                return replace(below, number=0) if isinstance(below, File) else below
        return File(problem=problem)

    def _file(self, tar: tarfile.TarFile, member: tarfile.TarInfo, number: int) -> File:
        if isinstance(tar.fileobj, Stream) and not member.issparse():
            # Not compressed: everything stays where it is.
            missing = member.offset_data + member.size - self._source.size
            problem = f"cut short: {member.size - missing:,} bytes of {member.size:,}" if missing > 0 else ""
            return File(Slice(self._source, member.offset_data, member.size, _modified(member)), problem)
        name = member.name.rpartition("/")[2]
        head = b"" if member.issparse() else _exactly(cast(IO[bytes], tar.fileobj), min(HEAD, member.size))
        keep = Keep.ALL if member.issparse() else self._wanted.keep(name, head)
        is_image = keep is not Keep.ALL and may_be_image(head, member.size)
        if keep is Keep.NOTHING:
            return File(None, "", number, is_image=is_image)
        if keep is Keep.HEAD:
            kept = self._spool.keep_head(head, member.size, _modified(member))
            return File(kept, "", number, is_image=is_image)
        return File(self._kept(tar, member, head), "", number)

    def _kept(self, tar: tarfile.TarFile, member: tarfile.TarInfo, head: bytes) -> ByteSource:
        if not member.issparse():
            return self._spool.keep(tar.fileobj.read, head, member.size, _modified(member))
        # After the header stand the pieces, one after the other.
        sparse = [(offset, length) for offset, length in cast(list[tuple[int, int]], member.sparse) if length]
        self._pieces += len(sparse)
        if len(sparse) > _MAX_PIECES or self._pieces > _MAX_PIECES_OF_ALL or not _in_order(sparse, member.size):
            raise DamagedError("a sparse member has no sense in its map")
        pieces, start = [], member.offset_data
        for offset, length in sparse:
            if isinstance(tar.fileobj, Stream):
                pieces.append(Piece(offset, length, self._source, start))
                start += length
            else:
                pieces.append(Piece(offset, length, self._spool.keep(tar.fileobj.read, b"", length, None)))
        return Pieced(pieces, member.size, _modified(member))


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise DamagedError("it is cut short")
    return data


def _in_order(pieces: list[tuple[int, int]], size: int) -> bool:
    end = 0
    for offset, length in pieces:
        if offset < end or length < 0:
            return False
        end = offset + length
    return end <= size


def _modified(member: tarfile.TarInfo) -> datetime | None:
    """In whole microseconds; as text in extended headers, where a float would lose some."""
    try:
        seconds = Decimal(member.pax_headers.get("mtime", member.mtime))
        return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000 // 1))
    except (InvalidOperation, OverflowError, ValueError):
        return None
