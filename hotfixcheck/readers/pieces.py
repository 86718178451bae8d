"""Reading pieces of a file that have to be there: where they are not, it is cut short."""

from __future__ import annotations

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.targets.tree import ByteSource


def exactly(source: ByteSource, offset: int, length: int, what: str) -> bytes:
    """`length` bytes from `offset`; raises UnreadableFileError, which says `what` they are, where the file ends before,
    and OSError from reading."""
    data = source.read(offset, length)
    if len(data) < length:
        raise cut_short(what, offset + length, source)
    return data


def cut_short(what: str, end: int, source: ByteSource) -> UnreadableFileError:
    """What to raise where `what` should end at byte `end`, and the file ends before."""
    return UnreadableFileError(f"cut short: its {what} should end at byte {end:,}, the file ends at {source.size:,}")
