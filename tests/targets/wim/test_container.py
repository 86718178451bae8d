"""The container of WIM: parts, damage to headers and tables, and what needs a program that is not there."""

from __future__ import annotations

import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hotfixcheck.errors import TargetError
from hotfixcheck.targets import compression, open_target
from tests.build.changes import Change, cut, put
from tests.build.disks import pipable_split_wim, split_wim, wim
from tests.build.targets import write_drive
from tests.targets.wim.images import DLL, listed, names, table_entries


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
    "cut short": (lambda image: cut(len(image) // 2)(image), "cut short"),
    "its header cut short": (cut(100), "cut short"),
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
        cut(-1000),
        "it is pipable, and its header does not stand at",
    ),
    "a header alone": (
        cut(208),
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
