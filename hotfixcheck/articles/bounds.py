"""How much of a stranger's input is taken: bytes of a document, and what an archive may expand to."""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.streams import Expansion

HEAD = 4096
"""What is read of a file to tell what it is."""

_MIB = 1 << 20
MAX_DOCUMENT = 8 * _MIB
MAX_CSV = 20 * _MIB  # 60,000 rows are 7 MB, twice that in UTF-16

TOO_LARGE = "it is too large for an article"

_FREE = 64 * _MIB
_RATIO = 250
_TOTAL = 16 << 30


def limit_of(name: str) -> int:
    """The most bytes that a document of this name may have."""
    return MAX_CSV if name.lower().endswith(".csv") else MAX_DOCUMENT


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, member or whole source that gave no document.

    `reason` is one of few, for counting; `detail` is what else is known.
    """

    name: str
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


def expansion(size: int) -> Expansion:
    """What an archive of `size` bytes may become: text shrinks to a fiftieth at best."""
    return Expansion(size, free=_FREE, ratio=_RATIO, total=_TOTAL)
