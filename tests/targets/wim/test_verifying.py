"""Files and lists of files of a WIM are held against their SHA-1 where all of them is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from hotfixcheck.targets import open_target
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.wim.verifying import DAMAGED, Verified
from tests.build.disks import wim
from tests.targets.wim.images import DLL, listed


def damaged(path: Path, content: bytes) -> Path:
    """The WIM, not compressed, with a bit of this file wrong in its middle."""
    data = bytearray(path.read_bytes())
    data[data.index(content) + len(content) // 2] ^= 1
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "build", [wim("--compress=none"), wim("--solid", "--solid-compress=LZX")], ids=["plain", "solid"]
)
def test_a_file_read_whole_is_held_against_its_sha1(build: Callable[[Path, Path], Path], folder: Path) -> None:
    path = build(folder, folder.parent)
    whole = listed(path)
    digest = hashlib.sha1(DLL, usedforsecurity=False).digest()
    data = path.read_bytes()
    assert digest in data
    path.write_bytes(data.replace(digest, bytes(range(20))))  # in the list of files it is compressed
    told = listed(path)
    assert told.pop("WINNT/a.dll") in {"its bytes are in another WIM, or lost", DAMAGED}
    assert told == {name: content for name, content in whole.items() if name != "WINNT/a.dll"}


def test_a_bit_in_the_middle_of_a_file(folder: Path) -> None:
    path = damaged(wim("--compress=none")(folder, folder.parent), DLL)
    told = listed(path)
    assert told["WINNT/a.dll"] == DAMAGED
    assert told["WINNT/b.dll"] == DLL[:80_000] + bytes(1000)


CONTENT = bytes(range(256)) * 20
READS: dict[str, tuple[bytes, list[tuple[int, int]], bool]] = {
    "at once": (CONTENT, [(0, len(CONTENT))], True),
    "more than there is": (CONTENT, [(0, 1 << 20)], True),
    "one piece after the other": (CONTENT, [(0, 4096), (4096, 1000), (5096, 24)], True),
    "from the beginning again": (CONTENT, [(0, 100), (0, 4096), (4096, 1024)], True),
    "a piece in between": (CONTENT, [(0, 4096), (100, 50), (4096, 1024)], True),
    "its head": (CONTENT, [(0, 4096)], False),
    "its tail": (CONTENT, [(4096, 1024)], False),
    "all but a byte": (CONTENT, [(0, 4096), (4097, 1023)], False),
    "behind its end": (CONTENT, [(0, 4096), (9000, 10)], False),
    "the head of a hive": (b"regf" + CONTENT[4:], [(0, 4096)], True),
}


@pytest.mark.parametrize(("content", "reads", "is_told"), READS.values(), ids=list(READS))
def test_when_a_wrong_sha1_is_told(content: bytes, reads: list[tuple[int, int]], is_told: bool) -> None:
    right = hashlib.sha1(content, usedforsecurity=False).digest()
    source = Verified(Memory(content), right)
    assert b"".join(source.read(*each) for each in reads)
    wrong = Verified(Memory(content), bytes(20))
    with pytest.raises(OSError, match="SHA-1") if is_told else nullcontext():
        for each in reads:
            wrong.read(*each)


def test_a_damaged_list_of_files_is_told(folder: Path) -> None:
    """What can be listed is; but what is not there may have been."""
    path = wim("--compress=none")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    at = data.index("empty".encode("utf-16-le"))
    data[at] ^= 1
    path.write_bytes(data)
    with open_target(path) as found:
        assert found.inside[0].cut_short == f"its list of files is {DAMAGED}"
        assert found.inside[0].tree is not None
