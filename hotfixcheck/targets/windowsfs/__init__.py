"""What NTFS and WIM images share: reparse points, links of Windows, its attributes of files and its names."""

from __future__ import annotations

IS_REPARSE, IS_ENCRYPTED = 0x400, 0x4000  # FILE_ATTRIBUTE_REPARSE_POINT and FILE_ATTRIBUTE_ENCRYPTED
EFS = "encrypted by Windows (EFS)"
"""Why a file with the second cannot be read."""


def text(data: bytes) -> str:
    """A name in UTF-16 as Windows has them, with halves of pairs; a byte too many at the end is left out."""
    return data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
