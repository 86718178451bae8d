"""A raw image in pieces: disk.001, disk.002, … as imaging tools cut them."""

from __future__ import annotations

import re

from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.sources import Piece, Pieced
from hotfixcheck.targets.tree import ByteSource

_FIRST = re.compile(r"\.(0{2,4}1)$")
_LOOK_AHEAD = 3  # parts that may be missing before it is taken for the end


def is_first(name: str) -> bool:
    """True if a file is called as the first piece of an image is: disk.001."""
    return _FIRST.search(name) is not None


def joined_parts(source: ByteSource, beside: Beside) -> ByteSource:
    """The image that the parts make; raises OSError where one is missing between others."""
    digits = len(beside.name.rpartition(".")[2])
    parts, missing = [source], ""
    number = 2
    while number < 10**digits:
        name = beside.ending(f"{number:0{digits}}")
        try:
            part = beside.open(name)
        except FileNotFoundError:
            if missing and number - len(parts) > _LOOK_AHEAD:
                break
            missing = missing or name
        else:
            if missing:
                raise OSError(f"part {missing} of the image is missing")
            parts.append(part)
        number += 1
    if len(parts) == 1:
        return source
    pieces, end = [], 0
    for part in parts:
        pieces.append(Piece(end, part.size, part))
        end += part.size
    return Pieced(pieces, end)
