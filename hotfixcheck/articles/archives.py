"""Members of tar and zip archives, streamed and bounded; nothing is written anywhere."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import IO, BinaryIO, cast

from hotfixcheck.articles.article import Document
from hotfixcheck.articles.bounds import TOO_LARGE, Skipped, expansion, limit_of
from hotfixcheck.streams import Counted, ExpandsTooFarError, Expansion, Rewound, StrictTarInfo, is_tar, leads_out


class ArchiveKind(Enum):
    TAR = auto()
    GZIP = auto()
    BZIP2 = auto()
    XZ = auto()
    ZIP = auto()


_MAGIC = {
    b"\x1f\x8b\x08": ArchiveKind.GZIP,
    b"BZh": ArchiveKind.BZIP2,
    b"\xfd7zXZ\0": ArchiveKind.XZ,
    b"PK\3\4": ArchiveKind.ZIP,
    b"PK\5\6": ArchiveKind.ZIP,
}
_BLOCK = 512
_MAX_DIRECTORY = 12 << 20  # of a zip, which zipfile keeps in memory some ten times over
_WRONG_NAME = "its name leads out of the archive"


def archive_kind(head: bytes) -> ArchiveKind | None:
    """By its first bytes; None for what is no archive of the kinds that are read."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    return ArchiveKind.TAR if is_tar(head) else None


def members(path: Path, kind: ArchiveKind) -> Iterator[Document | Skipped]:
    """The members of an archive in its order; what damage or bounds keep from being read is `Skipped`. Never raises."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            yield from _zip(name, stream) if kind is ArchiveKind.ZIP else _tar(name, stream, kind)
    except ExpandsTooFarError as error:
        yield Skipped(name, "it expands too far", f"{error}; what came before was read")
    except Exception as error:
        yield Skipped(name, "it is damaged", f"{str(error) or type(error).__name__}; what came before was read")


def _member_name(archive: str, member: str) -> str:
    return f"{archive}:{member}"


# --- tar -------------------------------------------------------------------------------------------------------------


def _tar(name: str, stream: BinaryIO, kind: ArchiveKind) -> Iterator[Document | Skipped]:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    counted = Counted(_decompressed(stream, kind), expansion(size))
    start = counted.read(_BLOCK)
    if archive_kind(start) is not ArchiveKind.TAR and start.strip(b"\0"):
        yield Skipped(name, "it is compressed and holds no tar")
        return
    rewound = cast(IO[bytes], Rewound(start, counted))
    with tarfile.open(fileobj=rewound, mode="r|", tarinfo=StrictTarInfo, errors="surrogateescape") as tar:
        while (member := tar.next()) is not None:
            tar.members.clear()  # type: ignore[attr-defined]  # else it remembers them all
            if not member.isdir():
                yield _tar_member(tar, member, _member_name(name, member.name))


def _tar_member(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> Document | Skipped:
    if leads_out(member.name):
        return Skipped(name, _WRONG_NAME)
    if member.issym() or member.islnk():
        return Skipped(name, "it is a link")
    if not member.isreg() or member.issparse():
        return Skipped(name, "it is no regular file")
    if member.size > limit_of(name):
        return Skipped(name, TOO_LARGE, f"{member.size:,} bytes")
    file = tar.extractfile(member)
    return Document(name, file.read() if file else b"")


def _decompressed(stream: BinaryIO, kind: ArchiveKind) -> IO[bytes]:
    if kind is ArchiveKind.GZIP:
        return cast(IO[bytes], gzip.GzipFile(fileobj=stream))
    if kind is ArchiveKind.BZIP2:
        return cast(IO[bytes], bz2.BZ2File(stream))
    if kind is ArchiveKind.XZ:
        return cast(IO[bytes], lzma.LZMAFile(stream))
    return stream


# --- zip -------------------------------------------------------------------------------------------------------------


def _zip(name: str, stream: BinaryIO) -> Iterator[Document | Skipped]:
    size = stream.seek(0, io.SEEK_END)
    if (directory := _directory_size(stream, size)) > _MAX_DIRECTORY:
        yield Skipped(name, "it has too many members", f"their list alone has {directory:,} bytes; unpack it first")
        return
    expanded = expansion(size)
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if member.is_dir():
                continue
            yield _zip_member(archive, member, _member_name(name, member.filename), expanded)


def _zip_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, expansion: Expansion
) -> Document | Skipped:
    unix_mode = member.external_attr >> 16
    if leads_out(member.filename) or leads_out(member.orig_filename):
        return Skipped(name, _WRONG_NAME)
    if stat.S_ISLNK(unix_mode):
        return Skipped(name, "it is a link")
    if stat.S_IFMT(unix_mode) not in {0, stat.S_IFREG}:
        return Skipped(name, "it is no regular file")
    if member.flag_bits & 1:
        return Skipped(name, "it is encrypted")
    if member.file_size > (limit := limit_of(name)):
        return Skipped(name, TOO_LARGE, f"{member.file_size:,} bytes")
    try:
        with archive.open(member) as file:
            data = file.read(limit + 1)
    except Exception as error:
        return Skipped(name, "it is damaged", str(error) or type(error).__name__)
    expansion.add(len(data))
    return Document(name, data)


_END = b"PK\5\6"
_END_64_LOCATOR = b"PK\6\7"


def _directory_size(stream: BinaryIO, size: int) -> int:
    """The bytes of the central directory (APPNOTE 4.3.16): what lies before the end record, if it does not say.

    A zip64 archive says 0xffffffff there; then all that the archive can hold is counted.
    """
    stream.seek(max(0, size - 65_557))
    tail = stream.read()
    stream.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        return 0
    said = int.from_bytes(tail[at + 12 : at + 16], "little")
    if said != 0xFFFFFFFF:
        return said
    locator = tail.rfind(_END_64_LOCATOR, 0, at)
    if locator < 0:
        return said
    stream.seek(int.from_bytes(tail[locator + 8 : locator + 16], "little"))
    record = stream.read(56)
    stream.seek(0)
    return int.from_bytes(record[40:48], "little")
