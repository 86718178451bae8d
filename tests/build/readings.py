"""What both readers of PE files say of one, which must be the same."""

from __future__ import annotations

from typing import Any

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, Reader
from tests.build.sources import BytesSource


def reading(image: bytes, reader: Reader = Reader.STRICT, **source: Any) -> FileFacts | str:
    """The facts, or the problem that is said instead."""
    try:
        return read_facts(BytesSource(image, **source), "a.dll", reader)
    except UnreadableFileError as error:
        return error.problem


def agreed(image: bytes, **source: Any) -> FileFacts | str:
    """The facts or the problem that the strict path and pefile agree on; an AssertionError where they do not."""
    strict, by_pefile = (reading(image, reader, **source) for reader in Reader)
    assert strict == by_pefile
    return strict
