"""Changes to the bytes of a file that was built: what damage and strangers do to it."""

from __future__ import annotations

import struct
from collections.abc import Callable

Change = Callable[[bytearray], None]


def put(layout: str, at: int, *values: int | bytes) -> Change:
    """Packs values at a place, which counts from the end where it is negative."""
    return lambda image: struct.pack_into(layout, image, at % len(image), *values)


def cut(size: int) -> Change:
    """Leaves the first `size` bytes, or all but the last `-size`."""

    def change(image: bytearray) -> None:
        del image[size:]

    return change


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(image: bytearray) -> None:
        for each in changes:
            each(image)

    return change


def patched(image: bytes, offset: int, layout: str, *values: int) -> bytes:
    """A copy with values packed at a place."""
    copy = bytearray(image)
    struct.pack_into(layout, copy, offset, *values)
    return bytes(copy)
