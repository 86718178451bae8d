"""Images of CDs and DVDs of two files, in every form."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.build.targets import iso

A, B = b"MZ" + b"a" * 3000, b"MZ" + b"b" * 5000


@cache
def image(*options: str, program: str = "genisoimage") -> bytes:
    """An image of folder/a.dll and B.DLL."""
    with TemporaryDirectory() as name:
        drive = Path(name) / "drive"
        (drive / "folder").mkdir(parents=True)
        (drive / "folder/a.dll").write_bytes(A)
        (drive / "B.DLL").write_bytes(B)
        return iso(*options, program=program)(drive, Path(name)).read_bytes()


def patched(data: bytes, change: Callable[[bytearray], object]) -> bytes:
    copy = bytearray(data)
    change(copy)
    return bytes(copy)
