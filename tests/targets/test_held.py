"""Archives that hold images: which are looked into, what is a part of which, and what is said of the rest."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.targets import Found, held, open_target, spool, windows_in
from hotfixcheck.targets.blocks import SECTOR
from hotfixcheck.targets.layout import TargetKind
from tests.build.disks import fat, mbr, wim
from tests.build.held import appliance
from tests.build.targets import needs, write_drive
from tests.targets.opened import opened

KERNEL = {"WINNT/system32/kernel32.dll": build_pe(version="4.0.1381.1", name="KERNEL32")}
TEXT = {"readme.txt": b"text " * 30_000}


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A raw disk of FAT16 with the demo's drive."""
    needs("mkfs.fat", "mcopy")
    drive = write_drive(tmp_path_factory.mktemp("drive") / "drive", links=False, odd_names=False)
    return mbr(fat(16), kind=6)(drive, tmp_path_factory.mktemp("disk")).read_bytes()


def tarred(files: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def flat(extent: str, size: int) -> bytes:
    """The descriptor of a VMDK of one extent."""
    return f'# Disk DescriptorFile\nparentCID=ffffffff\nRW {size // SECTOR} FLAT "{extent}" 0\n'.encode()


def lines(found: Found, depth: int = 0) -> list[str]:
    told = found.problem or found.cut_short
    here = f"{'.' * depth}{found.place}|{found.kind}{f'|{told}' if told else ''}"
    return [here, *(line for each in found.inside for line in lines(each, depth + 1))]


def kinds(found: Found) -> list[tuple[str, str]]:
    return [(each.place, each.layout.kind.value) for each in windows_in(found, "target")]


def tgz(files: Mapping[str, bytes]) -> bytes:
    return gzip.compress(tarred(files))


@pytest.mark.parametrize("pack", [tarred, zipped, tgz])
def test_parts_of_an_image_are_no_images_of_their_own(
    disk: bytes, pack: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    files = {"vm/a-flat.vmdk": disk, "vm/a.vmdk": flat("A-FLAT.vmdk", len(disk)), "vm/a.vmx": b"x", **TEXT}
    with opened(pack(files)) as found:
        assert lines(found)[1:] == [
            ".vm/a.vmdk|VMDK disk image",
            "..|disk with MBR partitions",
            "...partition 1|FAT16, times are local",
        ]
        assert kinds(found) == [("vm/a.vmdk, partition 1", "drive root")]


def test_a_part_that_is_not_there_is_named(disk: bytes) -> None:
    with opened(tarred({"a.vmdk": flat("b.vmdk", len(disk)), "c.img": disk})) as found:
        assert ".a.vmdk|container|cannot be read: a part of it is missing: b.vmdk" in lines(found)
        (windows,) = windows_in(found, "target")
        assert [entry.path for entry in windows.lost] == ["a.vmdk"]


def test_two_images_are_two_windows(disk: bytes) -> None:
    with opened(zipped({"a.img": disk, "b/c.img": disk})) as found:
        assert [place for place, _ in kinds(found)] == ["a.img, partition 1", "b/c.img, partition 1"]


def test_an_archive_with_a_windows_is_not_looked_into(disk: bytes) -> None:
    for pack in (tarred, zipped):
        for wrapped in ("", "backup/c/"):
            files = {f"{wrapped}{name}": data for name, data in {**KERNEL, "vm.img": disk}.items()}
            with opened(pack(files)) as found:
                assert kinds(found) == [("", "drive root")]


def test_a_volume_is_not_looked_into(tmp_path: Path) -> None:
    """A WIM on a disk is what its Windows keeps for repair; only in the folder where setup keeps it, it is media."""
    needs("wimcapture", "mkfs.fat", "mcopy")
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    (tmp_path / "data/Recovery").mkdir(parents=True)
    wim("--compress=none")(drive, tmp_path / "data/Recovery")
    with open_target(fat(16)(tmp_path / "data", tmp_path)) as found:
        assert kinds(found) == [("", TargetKind.FOLDER.value)]


def test_an_archive_without_images_is_what_it_was() -> None:
    boot = bytes(510) + b"\x55\xaa" + bytes(1 << 17)
    for files in (TEXT, {"boot.bin": boot}, {"zeros": bytes(1 << 20)}, {"small": boot[:512]}):
        for pack in (tarred, zipped):
            with opened(pack({**files, "a.txt": b"a"})) as found:
                assert found.inside == ()
                assert kinds(found) == [("", "folder")]


def test_what_cannot_be_read_of_an_image_is_named(disk: bytes) -> None:
    archive = bytearray(zipped({"readme.txt": b"", "case/Disk.E01": disk}))
    central = archive.rindex(b"PK\1\2")
    archive[central + 8] |= 1  # encrypted
    with opened(bytes(archive)) as found:
        assert lines(found)[1:] == [".case/Disk.E01|image|it is encrypted"]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        pytest.param(struct.pack("<Q", 0xCAFEBABE), "an extent of a VMDK: give the file that names it", id="SESPARSE"),
        pytest.param(b"LVF\t\r\n\xff\0", "it is logical evidence (L01)", id="L01"),
        pytest.param(b"LEF2\r\n\x81\0\2\1\1\0\1\0\0\0", "it is logical evidence (Lx01)", id="Lx01"),
        pytest.param(b"WithouFreSpacExt", "a Parallels disk of unknown version 0", id="Parallels"),
        pytest.param(b"QFI\xfb\0\0\0\x01", "clusters of 2^0 bytes", id="QCOW"),
    ],
)
def test_what_is_no_disk_by_itself_is_named(head: bytes, problem: str) -> None:
    with opened(tarred({"a file": head.ljust(1024, b"\0")})) as found:
        (image,) = found.inside
        assert problem in image.problem


def test_a_damaged_image_in_a_zip_is_told_by_its_checksum(disk: bytes) -> None:
    archive = bytearray(zipped({"a.img": disk}))
    archive[archive.rindex(b"PK\1\2") + 16] ^= 1
    with opened(bytes(archive)) as found:
        assert "damaged: its checksum is wrong" in lines(found)[1]


def test_an_image_in_a_tar_that_is_cut_short(disk: bytes) -> None:
    for pack in (bytes, gzip.compress):
        archive = pack(tarred({"a.img": disk, "b.img": disk}))
        with opened(archive[: len(archive) * 3 // 4]) as found:
            told = lines(found)
            assert ".a.img|disk with MBR partitions" in told
            assert any(line.startswith(".b.img|image|") for line in told)
            (windows,) = windows_in(found, "target")
            assert {"b.img"} <= {entry.path for entry in windows.lost}


def test_a_compressed_image_that_is_cut_short_is_read_as_far_as_it_goes(disk: bytes) -> None:
    packed = gzip.compress(disk)
    with opened(packed[: len(packed) - 2000]) as found:
        assert found.kind == "file compressed by gzip"
        assert "what came before was read" in found.cut_short
        (windows,) = windows_in(found, "target")
        assert any("cut short or damaged" in entry.problem for entry in windows.lost)


def test_what_is_compressed_and_no_image_is_told_as_before() -> None:
    with opened(lzma.compress(b"text" * 100_000)) as found:
        assert found.problem == "it is compressed by xz and holds no tar (unpack it first)"


def test_nesting_is_bounded(disk: bytes) -> None:
    inner = disk
    for _ in range(7):
        inner = tarred({"a.tar": inner, **TEXT})
    with opened(inner) as found:
        assert any("nested more than 6 levels deep" in line for line in lines(found))


def test_a_number_of_images_is_enough(disk: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held, "_MAX_IMAGES", 1)
    with opened(tarred({"a.img": disk, "b.img": disk})) as found:
        assert ".b.img|image|it is one of more than 1: give it by itself" in lines(found)
    monkeypatch.setattr(held, "_MAX_LOOKED_AT", 1)
    with opened(tarred({"a.img": disk, "b.img": disk})) as found:
        assert any("only the first 1 of its files were looked at" in line for line in lines(found))


def test_names_of_one_image_are_one_image(disk: bytes) -> None:
    stream = io.BytesIO(tarred({"a.img": disk}))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        for name, kind in (("hard.img", tarfile.LNKTYPE), ("soft.img", tarfile.SYMTYPE)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "a.img"
            archive.addfile(member)
    with opened(stream.getvalue()) as found:
        assert len(kinds(found)) == 1


def test_there_must_be_room_to_unpack(disk: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(spool, "_IN_MEMORY", 1 << 16)
    monkeypatch.setattr(spool, "_MOST", 1 << 17)
    for packed in (gzip.compress(disk), gzip.compress(tarred({"a.img": disk})), zipped({"a.img": disk})):
        with opened(packed) as found:
            told = " ".join(lines(found))
            assert "there is no room to unpack it in" in told
            assert "set TMPDIR to a folder with more" in told
    assert list(tmp_path.iterdir()) == []


def test_zeros_take_no_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", 1 << 16)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = spool.Spool()
    data = b"a" * (1 << 17) + bytes(1 << 20) + b"b" * 100 + bytes(1 << 20)
    source = kept.keep_all(io.BytesIO(data).read, b"start")[0]
    assert source.read(0, source.size) == b"start" + data
    assert source.read(source.size - 10, 100) == bytes(10)
    kept.close()


def test_an_appliance_is_read_where_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a disk in a plain tar is copied."""
    needs("mkfs.fat", "mcopy")
    drive = write_drive(tmp_path / "drive", links=False, odd_names=False)
    ova = appliance(mbr(fat(16), kind=6))(drive, tmp_path)
    monkeypatch.setattr(spool.Spool, "append", lambda *_: pytest.fail("copied"))
    with open_target(ova) as found:
        assert kinds(found) == [("disk.img, partition 1", "drive root")]
