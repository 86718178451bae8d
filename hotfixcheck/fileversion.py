"""File versions: four 16-bit parts, as VS_FIXEDFILEINFO holds them, parsed from every spelling that articles print."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = 0x10000

# "5.2.3790.134", "2.00.1493.2201", "5,02,3790,0134", "5, 1, 2600, 0", "5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)":
# digits between dots or commas, then the end, or a blank or bracket that opens a remark. One colon between dots is a
# misprinted dot: "5.0:2195.2097".
_SPELLING = re.compile(r"\s*(?:[vV]\s*)?([0-9]+(?:\.[0-9]+:[0-9]+(?=\.))?(?:\s?[.,]\s?[0-9]+)*)(?=$|[\s(])")
_SEPARATOR = re.compile(r"\s?[.,:]\s?")


@dataclass(frozen=True, order=True, slots=True)
class FileVersion:
    """A version of a file; ordering is numeric, part by part (KB articles call the third part the build)."""

    major: int
    minor: int
    build: int
    revision: int

    @classmethod
    def from_words(cls, most: int, least: int) -> FileVersion:
        """From the two 32-bit words dwFileVersionMS and dwFileVersionLS of VS_FIXEDFILEINFO."""
        return cls(most >> 16 & 0xFFFF, most & 0xFFFF, least >> 16 & 0xFFFF, least & 0xFFFF)

    @classmethod
    def parse(cls, text: str) -> FileVersion:
        """The version that `text` begins with; missing parts are 0, leading zeros count for nothing.

        Raises ValueError if there is no version, more than four parts, or a part over 65535.
        """
        # Heavier than the rest of this module together, and a scan of fixed version info never needs it.
        from packaging.version import Version

        found = _SPELLING.match(text)
        digits = _SEPARATOR.split(found[1]) if found else []
        if not digits or len(digits) > 4 or any(len(part) > 9 for part in digits):
            raise ValueError(f"{text!r} is not a file version such as 4.0.1381.33478")
        release = Version(".".join(digits)).release
        if max(release) >= _PART:
            raise ValueError(f"{text!r} has a part over 65535, which no file version holds")
        return cls(*release, *(0,) * (4 - len(release)))

    @property
    def is_nt4(self) -> bool:
        """True for a file of Windows NT 4.0 (4.0.1381), whose Terminal Server builds need telling apart."""
        return (self.major, self.minor, self.build) == (4, 0, 1381)

    @property
    def is_no_nt4_version(self) -> bool:
        """True for a number that tells no file of NT 4.0 from another, nor from what replaced one: a build alone (7043,
        Q255271), a size (1.279.248, Q195052), a product's own count (1.0.224.6, Q305638), the 4.00 that the string of
        every one says (Q228920)."""
        return not 4 <= self.major < 100 or self == FileVersion(4, 0, 0, 0)

    @property
    def is_terminal_server_build(self) -> bool:
        """True for a Terminal Server build of NT 4.0: the top bit of the revision is set (Q196334)."""
        return self.is_nt4 and self.revision >= 0x8000

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.build}.{self.revision}"
