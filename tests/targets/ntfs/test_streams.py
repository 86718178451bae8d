"""The bytes of files of NTFS: compressed, compressed in place, sparse, fragmented, against libntfs-3g's writing."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.targets.compression.libwim import Compression
from tests.build.disks import MEGABYTE
from tests.build.ntfs3g import writing
from tests.build.wimlib import chunked
from tests.targets.ntfs.volumes import DLL, attributes, listed, new_volume, records, tagged, tree_of

TEXT = b"".join(b"line %d\r\n" % number for number in range(40_000))


def wof(algorithm: int, provider: int = 2) -> bytes:
    return struct.pack("<I 2H 4I", 0x80000017, 16, 0, 1, provider, 1, algorithm)


def test_compressed_files(tmp_path: Path) -> None:
    image = new_volume(tmp_path / "volume.img", "-C")
    contents = {"text": TEXT, "a.dll": DLL, "zeros": bytes(400_000), "short": b"resident", "mixed": DLL + TEXT[:90_001]}
    with writing(image) as volume:
        for name, data in contents.items():
            volume.file(f"/{name}", data)
    with tree_of(image) as tree:
        for name, data in contents.items():
            with tree.open(name) as file:
                assert (file.size, file.read(0, file.size)) == (len(data), data)
                assert file.read(70_000, 20) == data[70_000:70_020]


@pytest.mark.parametrize("size", [4096, 4097, 150_000])
@pytest.mark.parametrize(
    ("algorithm", "kind", "chunk"),
    [
        pytest.param(0, Compression.XPRESS, 4096, id="XPRESS 4K"),
        pytest.param(1, Compression.LZX, 32768, id="LZX"),
        pytest.param(2, Compression.XPRESS, 8192, id="XPRESS 8K"),
        pytest.param(3, Compression.XPRESS, 16384, id="XPRESS 16K"),
    ],
)
def test_files_that_windows_compresses_in_place(
    image: Path, algorithm: int, kind: Compression, chunk: int, size: int
) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", bytes(size))
        volume.stream("/a.dll", "WofCompressedData", chunked(DLL[:size], kind, chunk))
        volume.reparse("/a.dll", wof(algorithm))
    assert listed(image) == {"a.dll": DLL[:size]}


KEPT_ELSEWHERE = {
    "deduplicated": (tagged(0x80000013), "deduplicated by Windows"),
    "in the cloud": (tagged(0x9000601A), "kept in the cloud, and here perhaps not at all"),
    "moved away": (tagged(0xC0000004), "moved to other storage by Windows (HSM)"),
    "in a WIM": (wof(0, provider=1), "kept by Windows in a WIM file (WIMBoot)"),
    "by an unknown algorithm": (wof(9), "compressed by Windows in a way that is not known"),
    "half a WOF": (tagged(0x80000017, bytes(8)), "its reparse point is cut short"),
    "unknown": (tagged(0x80001234), "kept by Windows in a way that is not known (reparse tag 0x80001234)"),
    "WOF without its data": (wof(0), "compressed by Windows (WOF), and the compressed data are missing"),
}


@pytest.mark.parametrize(("reparse", "problem"), KEPT_ELSEWHERE.values(), ids=list(KEPT_ELSEWHERE))
def test_what_is_kept_elsewhere_is_named_and_never_read_as_zeros(image: Path, reparse: bytes, problem: str) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", bytes(10_000))
        volume.reparse("/a.dll", reparse)
    assert listed(image) == {"a.dll": problem}
    with tree_of(image) as tree, pytest.raises(OSError, match=r"."):
        tree.open("a.dll")


def test_a_sparse_file_of_more_than_4_gb(tmp_path: Path) -> None:
    image = new_volume(tmp_path / "volume.img", size=6000 * MEGABYTE)
    place = 5 << 30
    with writing(image) as volume:
        volume.file("/large.dll", b"the end", at=place)
    with tree_of(image) as tree, tree.open("large.dll") as file:
        assert file.size == place + 7
        assert file.read(0, 4096) == bytes(4096)
        assert file.read(place - 3, 100) == b"\0\0\0the end"


def test_when_a_file_was_written(image: Path) -> None:
    with writing(image) as volume:
        volume.file("/a.dll", b"x")
    with tree_of(image) as tree, tree.open("a.dll") as file:
        assert file.modified is not None
        assert abs(datetime.now(UTC) - file.modified).total_seconds() < 600


def test_a_much_fragmented_file_has_its_attributes_in_several_records(tmp_path: Path) -> None:
    """Compressed units leave gaps: 700 of them give more runs than fit into one record."""
    image = new_volume(tmp_path / "volume.img", "-C", size=80 * MEGABYTE)
    large = TEXT * 60
    with writing(image) as volume:
        volume.file("/large", large)
    with tree_of(image) as tree, tree.open("large") as file:
        assert file.size == len(large)
        for place in (0, 65_000, len(large) // 2, len(large) - 70_000):
            assert file.read(place, 70_000) == large[place : place + 70_000]
    data = image.read_bytes()
    assert {kind for _, kind, _ in attributes(data, records(data)["large"])} == {0x30}  # even the name had to move
