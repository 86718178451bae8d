"""Files that compress.exe made for install media: SZDD, KWAJ, and cabinets of one file. KERNEL32.DL_ is kernel32.dll.

The formats were never published; this is what expand.exe reads, by the notes of those who wrote readers before.
"""

from __future__ import annotations

import errno
import struct
from dataclasses import dataclass, replace

from hotfixcheck.targets import kwaj
from hotfixcheck.targets.cabinet import MAGIC, Cabinet, DamagedCabinetError, Member
from hotfixcheck.targets.cabinetfiles import unpacked_member
from hotfixcheck.targets.lzss import WINDOW, lzss
from hotfixcheck.targets.sources import Slice
from hotfixcheck.targets.tree import ByteSource
from hotfixcheck.targets.unpacked import Unpacked

_SZDD = struct.Struct("<8s 1s c I")  # magic, method A, the character missing from the name, size
_SZDD_MAGIC = b"SZDD\x88\xf0\x27\x33"
_OLD_SZDD = struct.Struct("<8s I")
_OLD_SZDD_MAGIC = b"SZ\x20\x88\xf0\x27\x33\xd1"

MAGICS = (_SZDD_MAGIC, _OLD_SZDD_MAGIC, kwaj.MAGIC, MAGIC)
_START, _OLD_START = WINDOW - 16, WINDOW - 18


@dataclass(frozen=True, slots=True)
class Compressed:
    """What a compressed file says of the one in it: a whole `name`, or the `last` character that its own name lacks;
    "" for what it does not say. `size` is None where only unpacking tells."""

    name: str = ""
    last: str = ""
    size: int | None = None


def is_compressed(head: bytes) -> bool:
    """True if a file that begins so is one that compress.exe, or makecab, made of another."""
    return head.startswith(MAGICS)


def look(source: ByteSource, head: bytes) -> Compressed:
    """What the header says; raises OSError for one that is damaged."""
    try:
        if head.startswith(MAGIC):
            member = _only(Cabinet(source))
            return Compressed(member.name.rpartition("/")[2], size=member.size)
        if head.startswith(kwaj.MAGIC):
            header = kwaj.parse_header(head)
            return Compressed(header.name, size=header.size)
        if head.startswith(_OLD_SZDD_MAGIC):
            return Compressed(size=_OLD_SZDD.unpack_from(head)[1])
        _, _, last, size = _SZDD.unpack_from(head)
        return Compressed(last=last.decode("latin-1").strip("\0"), size=size)
    except (struct.error, DamagedCabinetError) as error:
        raise OSError(errno.EIO, f"damaged: {error}") from None


def expanded(source: ByteSource, head: bytes) -> Unpacked:
    """The file in a compressed one, open. Its time is the compressed file's.

    Raises OSError, as reading does, for damage and for what is not read.
    """
    told = look(source, head)
    if head.startswith(MAGIC):
        cabinet = Cabinet(source)
        return unpacked_member(cabinet, replace(_only(cabinet), modified=source.modified))
    if head.startswith(kwaj.MAGIC):
        return kwaj.expanded(source, kwaj.parse_header(head))
    old = head.startswith(_OLD_SZDD_MAGIC)
    header = _OLD_SZDD.size if old else _SZDD.size
    chunks = lzss(Slice(source, header, source.size - header), _OLD_START if old else _START)
    return Unpacked(chunks, told.size or 0, source.modified)


def _only(cabinet: Cabinet) -> Member:
    if len(cabinet.members) != 1:
        raise DamagedCabinetError(f"a cabinet of {len(cabinet.members)} files where one was compressed")
    return cabinet.members[0]
