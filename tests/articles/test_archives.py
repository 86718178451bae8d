"""Archives of articles that are damaged, or built to take all memory or time."""

from __future__ import annotations

import gzip
import io
import lzma
import random
import tarfile
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.articles import archives, bounds
from hotfixcheck.articles.article import Document
from hotfixcheck.articles.bounds import Skipped
from hotfixcheck.articles.sources import documents
from tests.articles.packing import PACKED, shown, tar_bytes, zip_bytes

THREE = [(f"{number}.txt", f"text {number} ".encode() * 2000) for number in range(3)]


@pytest.mark.parametrize(("name", "pack"), PACKED, ids=[name for name, _ in PACKED])
def test_a_cut_tar_is_a_problem_after_what_could_be_read(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes]
) -> None:
    noise = random.Random(2)
    data = pack(tar_bytes([(each, noise.randbytes(20_000).hex().encode()) for each, _ in THREE]))
    file = tmp_path / "x"
    file.write_bytes(data[: len(data) * 2 // 3])
    found = list(documents([file]))
    assert isinstance(found[0], Document) or name in {"tar.bz2", "tar.xz"}  # which unpack in large blocks
    assert isinstance(found[-1], Skipped)
    assert found[-1].reason == "it is damaged"


def test_a_header_damaged_in_the_middle_is_not_the_end(tmp_path: Path) -> None:
    data = bytearray(tar_bytes(THREE))
    at = data.index(b"1.txt")
    data[at + 110] ^= 0xFF
    (tmp_path / "x.tar").write_bytes(data)
    assert [said[:6] for _, said in shown(tmp_path / "x.tar")] == ["text 0", "it is "]


def test_a_zip_with_a_damaged_member_goes_on(tmp_path: Path) -> None:
    data = bytearray(zip_bytes(THREE))
    at = data.index(b"1.txt") + 5
    data[at : at + 8] = b"\xff" * 8
    (tmp_path / "x.zip").write_bytes(data)
    assert [said[:13] for _, said in shown(tmp_path / "x.zip")] == ["text 0 text 0", "it is damaged", "text 2 text 2"]


def test_an_encrypted_member(tmp_path: Path) -> None:
    data = bytearray(zip_bytes(THREE[:1]))
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    assert [said for _, said in shown(tmp_path / "x.zip")] == ["it is encrypted"]


@settings(max_examples=150)
@given(st.data())
def test_no_damage_raises(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["tar", "gz", "xz", "zip"]))
    packs: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "xz": lzma.compress}
    pack = packs.get(kind, bytes)
    whole = bytearray(zip_bytes(THREE) if kind == "zip" else pack(tar_bytes(THREE)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(whole)))
    with tempfile.NamedTemporaryFile() as stream:
        stream.write(bytes(whole[:cut]))
        stream.flush()
        for item in documents([Path(stream.name)]):
            assert isinstance(item, Document | Skipped)


class Zeros(io.RawIOBase):
    """So many zeros, for a tar's member."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return bytes(size)


def bomb(file: Path, size: int) -> None:
    with tarfile.open(file, "w:gz", compresslevel=9) as tar:
        member = tarfile.TarInfo("bomb.txt")
        member.size = size
        tar.addfile(member, Zeros(size))
        good = tarfile.TarInfo("after.txt")
        tar.addfile(good, io.BytesIO())


def peak(file: Path) -> tuple[int, list[Document | Skipped]]:
    tracemalloc.start()
    try:
        found = [item for item in documents([file]) if isinstance(item, Skipped)]
        return tracemalloc.get_traced_memory()[1], list(found)
    finally:
        tracemalloc.stop()


def test_a_bomb_is_stopped_in_little_memory(tmp_path: Path) -> None:
    bomb(tmp_path / "x.tar.gz", 300 << 20)
    most, found = peak(tmp_path / "x.tar.gz")
    assert [item.reason for item in found if isinstance(item, Skipped)] == [
        "it is too large for an article",
        "it expands too far",
    ]
    assert most < 30 << 20


def test_many_small_members_are_a_bomb_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_FREE", 1 << 20)
    (tmp_path / "x.zip").write_bytes(zip_bytes([(f"{number}.txt", b" " * (1 << 20)) for number in range(50)]))
    found = list(documents([tmp_path / "x.zip"]))
    assert isinstance(found[-1], Skipped)
    assert found[-1].reason == "it expands too far"
    assert len(found) < 50


def test_a_header_that_claims_much_is_damage(tmp_path: Path) -> None:
    data = bytearray(tar_bytes([("n" * 200, b"x")], tarfile.GNU_FORMAT))
    header = tarfile.TarInfo.frombuf(bytes(data[:512]), "utf-8", "surrogateescape")
    header.size = 5 << 30
    data[:512] = header.tobuf(tarfile.GNU_FORMAT)
    (tmp_path / "x.tar").write_bytes(data)
    assert [said for _, said in shown(tmp_path / "x.tar")] == ["it is damaged"]


def test_a_zip_with_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_DIRECTORY", 1000)
    (tmp_path / "x.zip").write_bytes(zip_bytes([(f"{number}.txt", b"x") for number in range(50)]))
    assert [said for _, said in shown(tmp_path / "x.zip")] == ["it has too many members"]


@pytest.mark.parametrize("build", [lambda files: gzip.compress(tar_bytes(files)), zip_bytes], ids=["tar.gz", "zip"])
def test_memory_does_not_grow_with_an_archive(
    tmp_path: Path, build: Callable[[Iterable[tuple[str, bytes]]], bytes]
) -> None:
    peaks = []
    for count in (20, 200):
        noise = random.Random(count)
        files = [(f"{number}.txt", noise.randbytes(25_000).hex().encode()) for number in range(count)]
        (tmp_path / "x").write_bytes(build(files))
        peaks.append(peak(tmp_path / "x")[0])
    assert peaks[1] < peaks[0] + (1 << 20)


@pytest.mark.parametrize(
    ("said", "record", "expected"),
    [
        pytest.param(46, None, 46, id="the end record says"),
        pytest.param(0xFFFFFFFF, 70_000, 70_000, id="zip64 says"),
        pytest.param(0xFFFFFFFF, None, 0xFFFFFFFF, id="zip64 without its locator"),
    ],
)
def test_the_size_of_a_zips_directory(said: int, record: int | None, expected: int) -> None:
    """APPNOTE 4.3.14 to 4.3.16."""
    data = b""
    if record is not None:
        data = b"PK\6\6" + bytes(36) + record.to_bytes(8, "little") + bytes(8)
        data += b"PK\6\7" + bytes(4) + (0).to_bytes(8, "little") + bytes(4)
    data += b"PK\5\6" + bytes(8) + said.to_bytes(4, "little") + bytes(6)
    assert archives._directory_size(io.BytesIO(data), len(data)) == expected


def test_no_directory_without_an_end_record() -> None:
    assert archives._directory_size(io.BytesIO(b"PK"), 2) == 0
