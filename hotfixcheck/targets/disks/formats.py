"""The formats of virtual disks, in the order in which they are asked."""

from __future__ import annotations

from typing import Protocol, cast

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.disks import ewf, ewf2, parallels, qcow, qcow2, vdi, vhd, vhdx, vmdk
from hotfixcheck.targets.tree import ByteSource


class Format(Protocol):
    """A module of this folder."""

    NAME: str
    MARKS: tuple[tuple[int, bytes], ...]
    """(place, bytes) of what its images have near their beginning, one for each kind of them that has any."""

    @staticmethod
    def detect(source: ByteSource) -> bool:
        """True if `source` is of this format; raises OSError."""
        ...

    @staticmethod
    def open_disk(source: ByteSource, beside: Beside) -> ByteSource:
        """The disk in it; raises OSError for one that is damaged or cannot be read here."""
        ...


def formats() -> tuple[Format, ...]:
    """Every format, in the order in which they are asked."""
    return cast(tuple[Format, ...], (vhdx, vmdk, qcow, qcow2, vdi, ewf, ewf2, parallels, vhd))
