"""Processor platforms: the names articles and registries print, and the machine numbers of PE headers."""

from __future__ import annotations

import re
from enum import StrEnum


class Platform(StrEnum):
    """A processor platform; the value is the name manifests and reports use."""

    X86 = "x86"
    ALPHA = "alpha"
    ALPHA64 = "alpha64"
    IA64 = "ia64"
    AMD64 = "amd64"
    MIPS = "mips"
    PPC = "ppc"
    ARM = "arm"
    ARM64 = "arm64"

    @property
    def is_64_bit(self) -> bool:
        """True where 64-bit Windows runs, so that 32-bit files live under SysWOW64."""
        return self in _SIXTY_FOUR_BIT

    @classmethod
    def from_label(cls, label: str) -> Platform:
        """The platform that a printed `label` names, without regard to case, blanks and hyphens.

        Raises ValueError for a label that names no processor.
        """
        if found := cls.named(label):
            return found
        raise ValueError(f"{label!r} is not a platform; known are {', '.join(cls)} and printed labels such as Intel")

    @classmethod
    def named(cls, label: str) -> Platform | None:
        """As `from_label`, None for a label that names no processor, as most words of a table do not."""
        return _LABELS.get(_BLANKS_AND_HYPHENS.sub("", label).lower())

    @classmethod
    def from_machine(cls, machine: int) -> Platform | None:
        """The platform of an IMAGE_FILE_MACHINE number (PE format specification), None if it is not Windows NT's."""
        return _MACHINES.get(machine)


_SIXTY_FOUR_BIT = frozenset({Platform.ALPHA64, Platform.IA64, Platform.AMD64, Platform.ARM64})

_MACHINES = {
    0x014C: Platform.X86,
    0x0162: Platform.MIPS,  # R3000
    0x0166: Platform.MIPS,  # R4000
    0x0168: Platform.MIPS,  # R10000
    0x0169: Platform.MIPS,  # WCE v2
    0x0184: Platform.ALPHA,
    0x01C0: Platform.ARM,
    0x01C2: Platform.ARM,  # Thumb
    0x01C4: Platform.ARM,  # Thumb-2, what Windows on ARM32 runs
    0x01F0: Platform.PPC,
    0x01F1: Platform.PPC,  # with floating point
    0x0200: Platform.IA64,
    0x0284: Platform.ALPHA64,
    0x8664: Platform.AMD64,
    0xA641: Platform.ARM64,  # ARM64EC
    0xA64E: Platform.ARM64,  # ARM64X
    0xAA64: Platform.ARM64,
}

_PRINTED = {
    Platform.X86: ("Intel", "Intel x86", "x86", "i386", "i486", "i586", "i686", "IX86", "x386", "80386", "32-bit x86"),
    Platform.ALPHA: ("Alpha", "DEC Alpha", "AXP", "Alpha AXP"),
    Platform.ALPHA64: ("Alpha64", "AXP64"),
    Platform.IA64: ("IA-64", "Itanium", "Itanium-based"),
    Platform.AMD64: ("AMD64", "x64", "x86-64", "EM64T", "x64-based"),
    Platform.MIPS: ("MIPS",),
    Platform.PPC: ("PPC", "PowerPC"),
    Platform.ARM: ("ARM", "ARM32"),
    Platform.ARM64: ("ARM64", "AArch64", "ARM64-based"),
}


_BLANKS_AND_HYPHENS = re.compile(r"[\s_-]+")
_LABELS = {
    _BLANKS_AND_HYPHENS.sub("", label).lower(): platform for platform, labels in _PRINTED.items() for label in labels
}
