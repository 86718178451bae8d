"""Tar archives: what strangers put into them, and what is kept of a stream."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import tarfile
import tempfile
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotfixcheck.targets import nodes, unpacking
from hotfixcheck.targets.opening import Found
from tests.build.tars import packed
from tests.targets.opened import contents, opened

DLL = b"MZ" + bytes(range(256)) * 40
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
in_every_packing = pytest.mark.parametrize("packer", PACKERS.values(), ids=PACKERS)

TRAPS: dict[str, tuple[list[str | tuple[str, bytes]], dict[str, bytes | str]]] = {
    "absolute and climbing names": (
        [("a.dll", DLL), ("/etc/a.dll", DLL), ("../a.dll", DLL), ("b/../../a.dll", DLL), ("C:/a.dll", DLL)],
        {"a.dll": DLL}
        | {
            f"lost: {name}": "its name leads out of the archive"
            for name in ("/etc/a.dll", "../a.dll", "b/../../a.dll", "C:/a.dll")
        },
    ),
    "the last of duplicates": ([("a.dll", b"MZ old"), ("./a.dll", DLL)], {"a.dll": DLL}),
    "twins in case": ([("a.dll", DLL), ("A.DLL", b"MZ twin")], {"A.DLL": b"MZ twin", "a.dll": DLL}),
    "hard links": ([("WinSxS/a.dll", DLL), "32/a.dll => WinSxS/a.dll"], {"WinSxS/a.dll": DLL, "32/a.dll": DLL}),
    "a hard link to what is replaced later": (
        [("b.dll", DLL), "a.dll => b.dll", ("b.dll", b"MZ new")],
        {"a.dll": DLL, "b.dll": b"MZ new"},
    ),
    "a hard link to nothing": (["a.dll => gone"], {"a.dll": "it is a link to gone: No such file or directory"}),
    "a FIFO": (["|a.dll"], {"a.dll": "it is a device, pipe or socket, not a file"}),
    "a name that is not UTF-8": ([("caf\udce9/a.dll", DLL)], {"caf\udce9/a.dll": DLL}),
    "a long name": ([(f"{'x' * 200}/{'y' * 200}/a.dll", DLL)], {f"{'x' * 200}/{'y' * 200}/a.dll": DLL}),
    "a folder through a link out": (
        ["b -> ..", ("b/a.dll", DLL)],
        {"b": "the link leads out of the target: ..", "lost: b/a.dll": "the link leads out of the target"},
    ),
    "a file where a folder was": ([("a.dll/b", b"x"), ("a.dll", DLL)], {"a.dll": DLL}),
}


@in_every_packing
@pytest.mark.parametrize(("members", "expected"), TRAPS.values(), ids=TRAPS)
def test_traps(
    members: list[str | tuple[str, bytes]], expected: dict[str, bytes | str], packer: Callable[[bytes], bytes]
) -> None:
    assert contents(packer(packed(*members)), "a.dll", "b.dll") == expected


def test_of_a_stream_only_what_is_wanted_is_kept() -> None:
    archive = gzip.compress(packed(("a.dll", DLL), ("b.dll", DLL), ("c.txt", b"text"), ("SOFTWARE", b"regf")))
    not_kept = "its bytes were not kept: nothing that is judged names it"
    assert contents(archive, "a.dll") == {"a.dll": DLL, "b.dll": not_kept, "c.txt": not_kept, "SOFTWARE": b"regf"}
    long = b"t" * 5000
    archive = gzip.compress(packed(("a", DLL), ("c.txt", b"text"), ("d.txt", long)))
    told = contents(archive, executables=True)
    assert told == {"a": DLL, "c.txt": b"text", "d.txt": "only its beginning was kept"}


def test_what_setup_compressed_is_kept_for_the_name_it_will_have() -> None:
    archive = gzip.compress(packed(("KERNEL32.DL_", b"SZDD"), ("OTHER.DL_", b"SZDD"), ("NTDLL.DL_", b"SZDD")))
    told = contents(archive, "ntdll.dll")
    assert [told["KERNEL32.DL_"], told["NTDLL.DL_"]] == [b"SZDD", b"SZDD"]
    assert "not kept" in str(told["OTHER.DL_"])


@in_every_packing
def test_links_of_other_names_are_read_in_a_second_pass(packer: Callable[[bytes], bytes]) -> None:
    archive = packed(
        *(("x.bin", DLL), ("y.bin", b"MZ y"), ("z.bin", b"z")),
        *("a.dll => x.bin", "b.dll -> sub/y.bin", "sub -> .", "c.dll -> gone"),
    )
    told = contents(packer(archive), "a.dll", "b.dll", "c.dll")
    assert (told["a.dll"], told["b.dll"]) == (DLL, b"MZ y")
    assert told["x.bin"] == DLL
    assert told["c.dll"] == "the link leads nowhere: gone"


@in_every_packing
def test_an_archive_cut_short(packer: Callable[[bytes], bytes]) -> None:
    whole = packer(packed(("a.dll", DLL), ("b.dll", DLL * 20), ("c.dll", DLL)))
    lengths = range(600, int(len(whole) * 0.9), max(len(whole) // 20, 1))
    for told in (contents(whole[:length], "a.dll", "b.dll", "c.dll") for length in lengths):
        assert set(told) & {"", "b.dll"}
        assert all(isinstance(data, str) or data in {DLL, DLL * 20} for data in told.values())


def test_the_last_member_of_a_plain_tar_cut_short() -> None:
    told = contents(packed(("a.dll", DLL), ("b.dll", DLL))[:-12_000], "a.dll")
    assert told["a.dll"] == DLL
    assert str(told["b.dll"]).startswith("cut short: ")


def test_the_member_that_a_stream_ends_in_is_named() -> None:
    archive = gzip.compress(packed(("a.dll", DLL), ("b.dll", bytes(range(256)) * 5000)), compresslevel=0)
    told = contents(archive[:500_000], "a.dll", "b.dll")
    assert told["a.dll"] == DLL
    assert str(told["b.dll"]).startswith("cannot be read: ")
    assert "what came before was read" in str(told[""])


def test_damage_in_the_middle_is_no_end() -> None:
    archive = bytearray(packed(("a.dll", DLL), ("b.dll", DLL)))
    archive[archive.rindex(b"b.dll")] ^= 0xFF
    told = contents(bytes(archive), "a.dll", "b.dll")
    assert told["a.dll"] == DLL
    assert "bad checksum" in str(told[""])


def test_a_compressed_file_that_holds_no_tar() -> None:
    assert contents(gzip.compress(b"text" * 1000)) == {
        "": "it is compressed by gzip and holds no tar (unpack it first)"
    }


def test_a_gzip_in_pieces_and_an_xz_with_padding() -> None:
    whole = packed(("a.dll", DLL))
    assert contents(gzip.compress(whole[:5000]) + gzip.compress(whole[5000:]), "a.dll") == {"a.dll": DLL}
    streams = lzma.compress(whole[:5000]) + bytes(8) + lzma.compress(whole[5000:]) + bytes(4)
    assert contents(streams, "a.dll") == {"a.dll": DLL}


def test_a_bomb_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "_FREE", 1 << 20)
    monkeypatch.setattr(unpacking, "_RATIO", 10)
    archive = gzip.compress(packed(("a.dll", DLL), ("b.bin", bytes(4 << 20)), ("c.dll", DLL)))
    told = contents(archive, "a.dll", "c.dll")
    assert told["a.dll"] == DLL
    assert "it expands to more than 1,048,576 bytes" in str(told[""])


def test_a_number_of_members_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_MAX_NAMES", 3)
    told = contents(packed(*((f"{number}.dll", DLL) for number in range(5))), "0.dll")
    assert len(told) == 4
    assert "it has more than 3 names" in str(told[""])


def test_a_header_that_claims_a_gigabyte_of_name() -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    archive = packed(("a.dll", DLL))[:11_264] + info.tobuf()
    assert "a header claims 1,073,741,824 bytes" in str(contents(archive, "a.dll")[""])


def sparse(size: int, *pieces: tuple[int, bytes]) -> bytes:
    """A tar with one sparse file, a.dll, as GNU tar writes it in a pax archive (format 1.0)."""
    numbers = [len(pieces), *(number for offset, data in pieces for number in (offset, len(data)))]
    listed = "".join(f"{number}\n" for number in numbers).encode()
    listed += bytes(-len(listed) % 512)
    headers = {
        "GNU.sparse.major": "1",
        "GNU.sparse.minor": "0",
        "GNU.sparse.name": "a.dll",
        "GNU.sparse.realsize": f"{size}",
    }
    data = listed + b"".join(data for _, data in pieces)
    return packed(("GNUSparseFile.0/a.dll", data), style=tarfile.PAX_FORMAT, **headers)


@in_every_packing
def test_a_sparse_file_of_more_than_four_gigabytes(packer: Callable[[bytes], bytes]) -> None:
    with opened(packer(sparse(5 << 30, (0, DLL), (5_000_000_000, b"tail"))), "a.dll") as found:
        assert found.tree is not None
        with found.tree.open("a.dll") as file:
            assert file.size == 5 << 30
            assert file.read(0, 5) == DLL[:5]
            assert file.read(len(DLL) - 1, 3) == DLL[-1:] + b"\0\0"
            assert file.read(4_999_999_998, 8) == b"\0\0tail\0\0"


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([(0, b"aaa"), (1, b"bbb")], id="overlapping"),
        pytest.param([(8, b"aaa"), (0, b"bbb")], id="out of order"),
        pytest.param([(98, b"aaa")], id="past the end"),
    ],
)
def test_a_sparse_file_whose_map_makes_no_sense(pieces: list[tuple[int, bytes]]) -> None:
    told = contents(sparse(100, *pieces), "a.dll")
    assert told["a.dll"] == "cannot be read: a sparse member has no sense in its map"


def test_times_are_exact() -> None:
    def modified(found: Found) -> datetime | None:
        assert found.tree is not None
        with found.tree.open("a.dll") as file:
            return file.modified

    with opened(packed(("a.dll", DLL), style=tarfile.PAX_FORMAT, mtime="944000000.123456999"), "a.dll") as found:
        assert modified(found) == datetime(1999, 11, 30, 22, 13, 20, 123456, UTC)
    with opened(packed(("a.dll", DLL)), "a.dll") as found:
        assert modified(found) == datetime(1999, 11, 30, 22, 13, 20, tzinfo=UTC)
    with opened(packed(("a.dll", DLL), style=tarfile.PAX_FORMAT, mtime="99999999999999"), "a.dll") as found:
        assert modified(found) is None


def test_what_a_stream_keeps_goes_to_disk_and_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    big = b"MZ" + bytes(range(256)) * 120_000
    archive = gzip.compress(packed(("a.dll", big), ("b.dll", DLL)), compresslevel=1)
    del big
    tracemalloc.start()
    with opened(archive, "a.dll", "b.dll") as found:
        assert found.tree is not None
        with found.tree.open("a.dll") as file:
            assert file.read(2 + 256 * 100_000, 256) == bytes(range(256))
        with found.tree.open("b.dll") as file:
            assert file.read(0, len(DLL)) == DLL
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 40 << 20
    assert not list(tmp_path.iterdir())


def test_what_takes_too_large_a_window_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    zstandard = pytest.importorskip("zstandard")
    monkeypatch.setattr(unpacking, "_XZ_MEMORY", 1 << 20)
    monkeypatch.setattr(unpacking, "_ZSTD_WINDOW", 1 << 20)
    archive = packed(("a.dll", DLL), ("noise", random.Random(1).randbytes(3 << 20)))
    for made in (lzma.compress(archive), zstandard.ZstdCompressor(10).compress(archive)):
        assert contents(made) == {
            "": "it takes more than 1 MB of memory to unpack it: unpack it first; what came before was read"
        }
