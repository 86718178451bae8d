"""What a scan will read of a target, for targets that are streams: nothing else of them is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

HEAD = 4096
"""What tells the kind of a file: the first read of every reader."""

_WHOLE = (b"MZ", b"SZDD", b"KWAJ", b"MSCF")
"""What executables begin with, and what they are compressed to on install media."""

_OF_THE_SYSTEM = frozenset(
    {
        *("software", "system", "kernel32.dll", "ntoskrnl.exe"),
        *(f"{hive}.log{number}" for hive in ("software", "system") for number in ("", "1", "2")),
        *("software_base", "system_base", "software_delta", "system_delta"),  # in layers of containers
        *("txtsetup.sif", "dosnet.inf", "layout.inf", "prodspec.ini"),  # in install sources
        *("driver.cab", *(f"sp{number}.cab" for number in range(1, 10))),
        *("install.wim", "install.esd", "install.swm"),
        *("manifest.json", "index.json", "oci-layout"),  # what a target is known by
    }
)
"""What a system is identified by, and a target that is a tree of other things."""


class Keep(Enum):
    """How much of a file is kept."""

    ALL = auto()
    HEAD = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Wanted:
    """The files of these `names` (lower case); with `executables` also those by content, and the heads of all others;
    with `everything` every byte.

    The default is every executable, as `inventory` reads them.
    """

    names: frozenset[str] = frozenset()
    executables: bool = True
    everything: bool = False

    def by_name(self, name: str) -> bool:
        """True if a file must be kept whole for its name, in lower case; as set-up compresses it, too."""
        if name in self.names or name in _OF_THE_SYSTEM:
            return True
        return name.endswith("_") and any(
            f"{name[:-1]}{last}" in self.names or f"{name[:-1]}{last}" in _OF_THE_SYSTEM for last in _LAST
        )

    def keep(self, name: str, head: bytes) -> Keep:
        """What of a file to keep by its name and first bytes."""
        if self.everything or self.by_name(name.lower()):
            return Keep.ALL
        if not self.executables:
            return Keep.NOTHING
        return Keep.ALL if head.startswith(_WHOLE) else Keep.HEAD


# The last character of a name that compress.exe -r replaces by an underscore.
_LAST = "abcdefghijklmnopqrstuvwxyz0123456789"
