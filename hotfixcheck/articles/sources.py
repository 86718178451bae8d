"""Where articles come from: files, folders, tar and zip archives, one document in memory at a time.

Nothing is extracted to disk, no link is followed, no member is trusted: names, sizes and what a byte expands to are
bounded, and whatever is not handed out as a document is handed out as a `Skipped` with its reason.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from hotfixcheck.articles.archives import archive_kind, members
from hotfixcheck.articles.article import Document
from hotfixcheck.articles.bounds import HEAD, TOO_LARGE, Skipped, limit_of

_FIRST_READ = 1 << 16
_CONTROL = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_UTF16_BOM = (b"\xff\xfe", b"\xfe\xff")
_BINARY_MAGIC = re.compile(
    rb"MZ|\x7fELF|%PDF|\x89PNG|GIF8|\xff\xd8\xff|BM....\0\0\0\0|\xd0\xcf\x11\xe0|ITSF|MSCF|Rar!|7z\xbc\xaf|\0asm|wOF[F2]",
    re.DOTALL,
)


def documents(sources: Sequence[Path]) -> Iterator[Document | Skipped]:
    """Every document of `sources`, in their order; folders by name, archives as they are stored.

    A source is a file, a folder tree, a tar (plain, gz, bz2 or xz) or a zip, told apart by content. Archives in a
    folder are opened, archives in archives are not. Never raises: what cannot be read is a `Skipped`.
    """
    for source in sources:
        try:
            # A source that is itself a link is what the user named; links below it are not.
            mode = source.stat().st_mode
        except (OSError, ValueError) as error:
            yield Skipped(str(source), "it cannot be read", _said(error))
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(source)
        else:
            yield from _file(source, mode)


def _folder(folder: Path) -> Iterator[Document | Skipped]:
    """The files below `folder`, by name; folders are entered where their name stands."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            mode = path.lstat().st_mode if path is not folder else stat.S_IFDIR
            if stat.S_ISDIR(mode):
                waiting.extend(path / name for name in sorted((child.name for child in path.iterdir()), reverse=True))
                continue
        except OSError as error:
            yield Skipped(str(path), "it cannot be read", _said(error))
            continue
        yield from _file(path, mode)


def _file(path: Path, mode: int) -> Iterator[Document | Skipped]:
    name = str(path)
    if stat.S_ISLNK(mode):
        yield Skipped(name, "it is a link")
        return
    if not stat.S_ISREG(mode):
        yield Skipped(name, "it is no regular file")
        return
    try:
        with path.open("rb", buffering=0) as stream:
            # Most articles fit into the first read.
            data = stream.read(_FIRST_READ)
            kind = archive_kind(data[:HEAD])
            if kind is None:
                size = os.fstat(stream.fileno()).st_size
                if len(data) == _FIRST_READ and size <= (limit := limit_of(name)):
                    data += stream.read(limit + 1 - len(data))
                yield document(name, data, size)
                return
    except OSError as error:
        yield Skipped(name, "it cannot be read", _said(error))
        return
    for member in members(path, kind):
        yield (
            member if isinstance(member, Skipped) else document(member.name, member.data, len(member.data), nested=True)
        )


def document(name: str, data: bytes, size: int, *, nested: bool = False) -> Document | Skipped:
    """`data` as a document, unless its head says that it can be no article."""
    head = data[:HEAD]
    if not data:
        return Skipped(name, "it is empty")
    if nested and archive_kind(head) is not None:
        return Skipped(name, "it is an archive in an archive")
    if _is_binary(head):
        return Skipped(name, "it is binary")
    if max(size, len(data)) > limit_of(name):
        return Skipped(name, TOO_LARGE, f"more than {limit_of(name):,} bytes")
    return Document(name, data)


def _is_binary(head: bytes) -> bool:
    """True for what is no text in any encoding that articles come in, UTF-16 among them."""
    if _BINARY_MAGIC.match(head):
        return True
    if head.startswith(_UTF16_BOM):
        return False
    if head.count(0) > len(head) // 4:
        # UTF-16 without its mark has its zeros on one side of each pair.
        return min(head[0::2].count(0), head[1::2].count(0)) * 20 > len(head)
    return (len(head) - len(head.translate(None, _CONTROL))) * 20 > len(head)


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


__all__ = ["Skipped", "documents"]
