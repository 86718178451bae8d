"""WIM files: links, parts, several images, what is lost, and what needs a program that is not there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import subprocess
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.errors import TargetError
from hotfixcheck.targets import compression, open_target
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import walk
from hotfixcheck.targets.wanted import Wanted
from hotfixcheck.targets.wim.solid import Current, SolidRun
from hotfixcheck.targets.wim.verifying import DAMAGED, Verified
from hotfixcheck.targets.windowsfs import moment
from tests.acceptance.conftest import COMMAND
from tests.build.disks import pipable_split_wim, split_wim, wim
from tests.build.targets import needs, run, write_drive

DLL = build_pe(version="6.1.7601.17514", size=150_000)
Change = Callable[[bytearray], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "drive"
    (folder / "WINNT").mkdir(parents=True)
    (folder / "WINNT" / "a.dll").write_bytes(DLL)
    (folder / "WINNT" / "b.dll").write_bytes(DLL[:80_000] + bytes(1000))
    (folder / "WINNT" / "empty").write_bytes(b"")
    return folder


def listed(path: Path, *, executables: bool = True, image: int = 1) -> dict[str, bytes | str]:
    """Every file of an image by its path: its bytes, or why they cannot be read."""
    told: dict[str, bytes | str] = {}
    with open_target(path, Wanted(frozenset({"a.dll"}), executables)) as found:
        tree = found.inside[image - 1].tree
        assert tree is not None
        for entry in walk(tree):
            told[entry.path] = entry.problem
            if not entry.problem:
                try:
                    with tree.open(entry.path) as file:
                        told[entry.path] = file.read(0, file.size)
                except OSError as error:
                    told[entry.path] = error.strerror or str(error)
    return told


def names(path: Path) -> list[tuple[str, str, str]]:
    with open_target(path) as found:
        assert found.kind == "WIM"
        return [(each.place, each.kind, each.problem) for each in found.inside]


KINDS = {
    "not compressed": wim("--compress=none"),
    "XPRESS": wim("--compress=XPRESS", "--chunk-size=4K"),
    "LZX": wim("--compress=LZX"),
    "LZMS": wim("--compress=LZMS"),
    "solid": wim("--solid"),
    "solid, small chunks": wim("--solid", "--solid-chunk-size=32K"),
    "solid LZX": wim("--solid", "--solid-compress=LZX", "--solid-chunk-size=64K"),
    "solid XPRESS": wim("--solid", "--solid-compress=XPRESS", "--solid-chunk-size=64K"),
    "pipable": wim("--pipable", "--compress=none"),
    "pipable XPRESS": wim("--pipable", "--compress=XPRESS", "--chunk-size=4K"),
    "pipable LZX": wim("--pipable", "--compress=LZX", "--check"),
    "pipable LZMS": wim("--pipable", "--compress=LZMS", "--chunk-size=32K"),
    "pipable, in parts": pipable_split_wim,
}


@pytest.mark.parametrize("executables", [True, False], ids=["executables", "by name"])
@pytest.mark.parametrize("build", KINDS.values(), ids=list(KINDS))
def test_every_byte_comes_back(build: Callable[[Path, Path], Path], executables: bool, folder: Path) -> None:
    assert listed(build(folder, folder.parent), executables=executables) == {
        "WINNT/a.dll": DLL,
        "WINNT/b.dll": DLL[:80_000] + bytes(1000),
        "WINNT/empty": b"",
    }


def test_links_of_windows(folder: Path) -> None:
    windows = folder / "WINNT"
    (windows / "link.dll").symlink_to("a.dll")
    (windows / "gone.dll").symlink_to("nowhere.dll")
    (windows / "up").symlink_to("../WINNT")
    (folder / "to folder").symlink_to("WINNT")
    (windows / "loop").symlink_to("loop")
    os.link(windows / "a.dll", windows / "hard.dll")
    told = listed(wim("--solid")(folder, folder.parent))
    assert told["WINNT/link.dll"] == told["WINNT/hard.dll"] == DLL
    assert told["WINNT/gone.dll"] == "the link leads nowhere: nowhere.dll"
    assert told["WINNT/loop"] == "the link leads back to itself: loop"
    assert "leads back to a folder that holds it" in str(told["WINNT/up"])
    assert not any(path.startswith("to folder") for path in told)


def test_twins_and_names_of_other_alphabets(folder: Path) -> None:
    (folder / "WINNT" / "A.DLL").write_bytes(b"twin")
    (folder / "WINNT" / "\u00e9t\u00e9 \u4e2d.dll").write_bytes(b"summer")
    told = listed(wim("--compress=LZX")(folder, folder.parent))
    assert (told["WINNT/a.dll"], told["WINNT/A.DLL"]) == (DLL, b"twin")
    assert told["WINNT/\u00e9t\u00e9 \u4e2d.dll"] == b"summer"


def test_each_image_is_a_place_of_its_own(folder: Path) -> None:
    path = wim("--compress=LZX", images=2)(folder, folder.parent)
    assert names(path) == [("image 1", "image An image", ""), ("image 2", "image Image 2", "")]
    assert listed(path, image=2) == listed(path)


def test_one_image_of_several_is_chosen(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    path = wim("--compress=XPRESS", images=2)(drive, tmp_path)
    done = subprocess.run(
        [COMMAND, "identify", path, "--image", "2", "-f", "json"], capture_output=True, check=True, timeout=300
    )
    assert json.loads(done.stdout)["target"]["path"] == f"{path}, image 2"


def test_parts_of_a_split_wim(tmp_path: Path) -> None:
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    path = split_wim(drive, tmp_path)
    assert listed(path)["WINNT/system32/ole32.dll"] == (drive / "WINNT/system32/ole32.dll").read_bytes()
    with pytest.raises(TargetError, match="it is part 2 of"), open_target(tmp_path / "part2.swm"):
        pass
    second = (tmp_path / "part2.swm").read_bytes()
    (tmp_path / "part2.swm").write_bytes(path.read_bytes())
    with pytest.raises(TargetError, match=r"part2\.swm is not part 2"), open_target(path):
        pass
    (tmp_path / "part2.swm").unlink()
    with pytest.raises(TargetError, match=r"part 2 of 11 of the split WIM is missing: part2\.swm"), open_target(path):
        pass
    assert second


# --- SHA-1 ---


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


def put(layout: str, at: int, *values: int | bytes) -> Change:
    return lambda image: struct.pack_into(layout, image, at, *values)


def table_entries(image: bytearray) -> range:
    """Where the entries of the table of files stand, which is not compressed in what wimlib writes."""
    size, place, _ = struct.unpack_from("<3Q", image, 48)
    return range(place, place + (size & (1 << 56) - 1), 50)


def lost(image: bytearray) -> None:
    for at in table_entries(image):
        if not image[at + 7] & 0x02:
            image[at + 30 : at + 50] = b"x" * 20


def metadata(change: Callable[[bytearray, int], None]) -> Change:
    """A change of the metadata, by where they stand."""

    def changed(image: bytearray) -> None:
        (at,) = (at for at in table_entries(image) if image[at + 7] & 0x02)
        change(image, struct.unpack_from("<Q", image, at + 8)[0])

    return changed


def root_entry(image: bytearray, place: int) -> int:
    return place + max(int.from_bytes(image[place : place + 4], "little"), 8) // 8 * 8


def short_entry(image: bytearray, place: int) -> None:
    (below,) = struct.unpack_from("<Q", image, root_entry(image, place) + 16)
    struct.pack_into("<Q", image, place + below, 50)


DAMAGE: dict[str, tuple[Change, str]] = {
    "of unknown version": (put("<I", 12, 0x20000), "unknown version 0x20000"),
    "pipable, without a header at its end": (put("8s", 0, b"WLPWM\0\0\0"), "it is pipable, and its header does not"),
    "more images than it has": (put("<I", 44, 7), "7 images, and lists of files of 1"),
    "fewer images than it has": (put("<I", 44, 0), "0 images, and more lists of files"),
    "a million images": (put("<I", 44, 1_000_000), "1,000,000 images"),
    "a table of odd length": (put("<Q", 64, 77), "table of files is of 77 bytes"),
    "cut short": (lambda image: image.__delitem__(slice(len(image) // 2, None)), "cut short"),
    "its header cut short": (lambda image: image.__delitem__(slice(100, None)), "cut short"),
}


@pytest.mark.parametrize(("change", "problem"), DAMAGE.values(), ids=list(DAMAGE))
def test_damage_is_named(change: Change, problem: str, folder: Path) -> None:
    path = wim("--compress=none")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    with pytest.raises(TargetError, match=problem), open_target(path):
        pass


def last_header(at: int, value: int) -> Change:
    """A change of a 64-bit number in the header at the end of a pipable WIM."""
    return lambda image: struct.pack_into("<Q", image, len(image) - 208 + at, value)


def solid_entry(image: bytearray) -> None:
    place = struct.unpack_from("<Q", image, len(image) - 208 + 56)[0]
    image[place + 50 + 7] |= 0x10


PIPABLE_DAMAGE: dict[str, tuple[Change, str]] = {
    "cut short": (
        lambda image: image.__delitem__(slice(-1000, None)),
        "it is pipable, and its header does not stand at",
    ),
    "a header alone": (
        lambda image: image.__delitem__(slice(208, None)),
        "table of files is of 0 bytes|lists of files",
    ),
    "a header of another": (last_header(24, 0), "it is pipable, and its header does not stand at its end again"),
    "its table behind its end": (last_header(56, 1 << 40), "the WIM is cut short"),
    "a solid resource": (solid_entry, "it is pipable, and has a solid resource"),
}


@pytest.mark.parametrize(("change", "problem"), PIPABLE_DAMAGE.values(), ids=list(PIPABLE_DAMAGE))
def test_damage_of_a_pipable_wim_is_named(change: Change, problem: str, folder: Path) -> None:
    path = wim("--pipable", "--compress=XPRESS")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    change(data)
    path.write_bytes(data)
    with pytest.raises(TargetError, match=problem), open_target(path):
        pass


def test_the_header_of_a_chunk_of_a_pipable_wim_agrees_with_the_table(folder: Path) -> None:
    path = wim("--pipable", "--compress=XPRESS")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    place = struct.unpack_from("<Q", data, len(data) - 208 + 56)[0]
    resources = [struct.unpack_from("<3Q", data, at) for at in (place + 50, place + 100)]
    for _, at, _ in resources:
        data[at] ^= 1
    path.write_bytes(data)
    told = listed(path)
    for name in ("WINNT/a.dll", "WINNT/b.dll"):
        assert re.search(r"compressed chunk 0 is damaged: of [\d,]+ bytes, of [\d,]+ by its table", str(told[name]))


def test_parts_of_a_pipable_wim_are_pipable(folder: Path) -> None:
    path = pipable_split_wim(folder, folder.parent)
    second = folder.parent / "part2.swm"
    data = bytearray(second.read_bytes())
    data[:8] = b"MSWIM\0\0\0"
    second.write_bytes(data)
    with pytest.raises(TargetError, match=r"part2\.swm is not part 2 of this split WIM"), open_target(path):
        pass


def test_what_is_in_another_wim_is_named(folder: Path) -> None:
    path = wim("--compress=none")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    lost(data)
    path.write_bytes(data)
    assert listed(path) == {
        "WINNT/a.dll": "its bytes are in another WIM, or lost",
        "WINNT/b.dll": "its bytes are in another WIM, or lost",
        "WINNT/empty": b"",
    }


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param(
            lambda image, place: struct.pack_into("<Q", image, root_entry(image, place) + 16, 1 << 40),
            "the image's list of files is cut short",
            id="a folder behind the end",
        ),
        pytest.param(short_entry, "the image's list of files is damaged", id="an entry too short"),
    ],
)
def test_a_damaged_list_of_files(change: Callable[[bytearray, int], None], problem: str, folder: Path) -> None:
    path = wim("--compress=none")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    metadata(change)(data)
    path.write_bytes(data)
    assert listed(path) == {".": f"the folder cannot be listed: {problem}"}


def test_flags_that_cannot_be(folder: Path) -> None:
    path = wim("--compress=XPRESS")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 20, 1 << 30)
    path.write_bytes(data)
    assert names(path)[0][2].startswith("cannot be read: the WIM is damaged: flags")


def test_lzms_without_wimlib_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    solid = wim("--solid")(folder, folder.parent)
    monkeypatch.setattr(compression, "decompressor", lambda _kind, _chunk: None)
    ((place, _, problem),) = names(solid)
    assert place == "image 1"
    assert "it is compressed by LZMS" in problem
    assert "apt-get install" in problem


def test_a_wim_of_xpress_and_lzx_needs_no_wimlib(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for option in ("--compress=XPRESS", "--compress=LZX"):
        path = wim(option)(folder, folder.parent)
        with monkeypatch.context() as patch:
            patch.setattr(compression, "decompressor", lambda _kind, _chunk: None)
            assert listed(path)["WINNT/a.dll"] == DLL
        path.unlink()


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


def test_a_wim_in_a_volume_is_not_looked_for(folder: Path) -> None:
    """An install.wim among the files of a disk is no Windows of that disk."""
    needs("wimcapture")
    inner = wim("--compress=none")(folder, folder.parent)
    inner.rename(folder / "install.wim")
    run("wimcapture", folder, folder.parent / "outer.wim", "--compress=none", "--no-acls")
    assert [each[0] for each in names(folder.parent / "outer.wim")] == ["image 1"]


@pytest.mark.parametrize("hostile", ['<IMAGE INDEX="1">', '<IMAGE INDEX="1"><NAME>', "<IMAGE INDEX="])
def test_names_of_images_that_do_not_end_take_no_time(hostile: str, folder: Path) -> None:
    """A megabyte of them; the time was as the square of their number."""
    path = wim("--compress=none")(folder, folder.parent)
    data = bytearray(path.read_bytes())
    text = b"\xff\xfe" + (hostile * ((1 << 19) // len(hostile))).encode("utf-16-le")
    struct.pack_into("<3Q", data, 72, 2 << 56 | len(text), len(data), len(text))
    path.write_bytes(data + text)
    start = time.process_time()
    assert names(path) == [("image 1", "image", "")]
    assert time.process_time() - start < 5


def test_years_that_no_calendar_has() -> None:
    assert moment(1 << 63) is None


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
