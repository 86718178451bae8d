"""The files that a scan is to read, in their order, in little memory: a drive has hundreds of thousands."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from hotfixcheck.inventory.model import FileRecord

_BATCH = 1024


class Listing:
    """Paths, and records of what cannot be read; paths that follow each other are alike, and take some ten bytes."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []
        self._last: list[str | list[str]] = []

    def add(self, path: str, problem: str = "") -> None:
        """The next file, and why it cannot be read if that is known."""
        self._last.append([path, problem] if problem else path)
        if len(self._last) == _BATCH:
            # Names may be of characters that are none: halves of a pair, bytes that are not UTF-8.
            text = json.dumps(self._last, ensure_ascii=False).encode("utf-8", "surrogatepass")
            self._packed.append(zlib.compress(text, 1))
            self._last = []

    def __len__(self) -> int:
        return len(self._packed) * _BATCH + len(self._last)

    def __iter__(self) -> Iterator[str | FileRecord]:
        for packed in self._packed:
            yield from map(_file, json.loads(zlib.decompress(packed).decode("utf-8", "surrogatepass")))
        yield from map(_file, self._last)


def _file(listed: str | list[str]) -> str | FileRecord:
    return listed if isinstance(listed, str) else FileRecord(listed[0], None, listed[1])
