"""Solid resources of ESD files: damage, and chunks that did not become smaller."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.wim.solid import Current, SolidRun
from tests.build.changes import Change, put
from tests.build.disks import wim
from tests.targets.wim.images import listed, table_entries

SOLID_DAMAGE: dict[str, tuple[Change, str]] = {
    "chunks that cannot be": (put("<I", 8, 5), "solid chunks of 5 bytes"),
    "an unknown compression": (put("<I", 12, 9), "compression 9"),
    "more chunks than bytes": (put("<Q", 0, 1 << 45), "solid chunks in"),
    "a file behind its end": (put("<Q", 0, 70_000), "a file ends at byte"),
    "chunks longer than it": (put("<I", 16, 1 << 29), "are longer than what holds them|bytes for"),
    "a damaged chunk": (put("40s", 60, b"\xff" * 40), "a solid chunk is damaged"),
}


@pytest.mark.parametrize(("change", "problem"), SOLID_DAMAGE.values(), ids=list(SOLID_DAMAGE))
def test_damaged_solid_resources(change: Change, problem: str, folder: Path) -> None:
    path = wim("--solid")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    (at,) = (at for at in table_entries(data) if struct.unpack_from("<Q", data, at + 16)[0] == 1 << 32)
    (place,) = struct.unpack_from("<Q", data, at + 8)
    resource = data[place:]
    change(resource)
    data[place:] = resource
    path.write_bytes(data)
    said = listed(path)["WINNT/a.dll"]
    assert isinstance(said, str)
    assert re.search(problem, said), said


def solid_run(stored: bytes, size: int, compression: int) -> SolidRun:
    """A solid run of one chunk."""
    file = struct.pack("<Q 3I", size, 4096, compression, len(stored)) + stored
    solid = SolidRun(0, Current())
    solid.add(Memory(file), 0, len(file))
    return solid


@pytest.mark.parametrize("compression", [0, 1, 2, 3], ids=["none", "XPRESS", "LZX", "LZMS"])
def test_a_solid_chunk_that_did_not_become_smaller_is_as_it_is(compression: int) -> None:
    content = bytes(range(256)) * 16
    assert solid_run(content, 4096, compression).slice(100, 50, None).read(0, 50) == content[100:150]


def test_a_solid_chunk_that_is_longer_than_what_it_holds_is_named() -> None:
    with pytest.raises(OSError, match="a solid chunk is damaged: 5,000 bytes for 4,096"):
        solid_run(bytes(5000), 4096, 2).slice(0, 10, None).read(0, 10)
