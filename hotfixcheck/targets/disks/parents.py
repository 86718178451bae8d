"""Disks of differences, as snapshots are: what they differ from lies beside them, under the name they recorded, or
under any where they recorded which disk it is alone.

Their format records where it was, often on another computer: of that the last part alone is looked for, and only in the
folder of the image. So nothing outside the target is read, and a disk is put together wherever it was copied to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from hotfixcheck.errors import said_by
from hotfixcheck.targets.beside import Beside
from hotfixcheck.targets.tree import ByteSource

_MAX_PARENTS = 32
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]+:(?!\\)", re.IGNORECASE)  # json:…, nbd://…

Open = Callable[[ByteSource, Beside], ByteSource]
"""Opens a parent, and may refuse it with an OSError."""


def open_parent(beside: Beside, recorded: Iterable[str], open_: Open) -> ByteSource:
    """The disk that an image differs from, by any of the names that the image has for it.

    Raises OSError where it is not beside the image, or `open_` refuses it.
    """
    recorded = [each for each in dict.fromkeys(recorded) if each]
    if len(beside.parents) >= _MAX_PARENTS:
        raise OSError(
            f"it holds only the differences to another disk, as {_MAX_PARENTS} others do: are they in a circle?"
        )
    names = [re.split(r"[/\\]", each)[-1] for each in recorded if not _ELSEWHERE.match(each)]
    for name in dict.fromkeys(names):
        if name in {"", ".", ".."}:
            continue
        try:
            source = beside.open(name)
        except FileNotFoundError:
            continue
        try:
            beside.parents.append(name)
            return open_(source, replace(beside, name=name))
        except OSError as error:
            raise OSError(f"the disk that it differs from, {name}: {said_by(error)}") from None
    said = f", {recorded[0]}" if recorded else ""
    raise OSError(f"it holds only the differences to another disk{said}, which is not beside it")


def open_any(source: ByteSource, beside: Beside) -> ByteSource:
    """A parent of any format, raw if of none."""
    from hotfixcheck.targets.disks.formats import formats

    for format_ in formats():
        if format_.detect(source):
            return format_.open_disk(source, beside)
    return source


def open_as_it_is(source: ByteSource, _beside: Beside) -> ByteSource:
    """A parent that was recorded to be a raw image."""
    return source
