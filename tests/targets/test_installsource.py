"""Install sources: names as setup gives them, driver cabinets, several platforms on one CD, and what is no source."""

from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.cli.loading import open_windows, take
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import Inventory
from hotfixcheck.platforms import Platform
from hotfixcheck.targets import nodes, open_target
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.installsource import compressed_name
from hotfixcheck.targets.layout import TargetKind
from hotfixcheck.targets.opening import Found
from hotfixcheck.targets.tree import Child, FileTree, walk
from hotfixcheck.targets.wanted import Wanted
from tests.build.cabinets import cabinet, cabinet_set, kwaj, szdd
from tests.build.media import Compress, as_cabinet, as_szdd, kernel, write_source
from tests.build.targets import tar

RPCSS = build_pe(version="4.0.1381.300", name="rpcss.exe")
OLD = build_pe(version="5.1.2600.0", name="usbhub.sys")
NEW = build_pe(version="5.1.2600.5512", name="usbhub.sys")


def inventories(target: Path, **how: bool) -> dict[str, Inventory]:
    with open_windows(target, Wanted(frozenset({"rpcss.exe"})), None) as (_, several):
        return {each.place: take(each, names=frozenset(), **how) for each in several}


def rows(inventory: Inventory) -> dict[str, str]:
    return {
        record.path: str(record.facts.file_version if record.facts else record.problem) for record in inventory.records
    }


def tree_of(found: Found) -> FileTree:
    assert found.tree is not None
    return found.tree


@pytest.mark.parametrize(
    "compress", [as_szdd, as_cabinet("MSZIP"), as_cabinet("LZX:21"), lambda _name, data: kwaj(data, 2)]
)
def test_one_platform(tmp_path: Path, compress: Compress) -> None:
    write_source(tmp_path, kernel("4.0.1381.4") | {"RPCSS.EXE": RPCSS}, compress)
    ((place, inventory),) = inventories(tmp_path).items()
    assert (place, inventory.layout.kind) == ("", TargetKind.SOURCE)
    assert {path.lower(): version for path, version in rows(inventory).items()} == {
        "kernel32.dll": "4.0.1381.4",
        "ntoskrnl.exe": "4.0.1381.4",
        "rpcss.exe": "4.0.1381.300",
    }
    assert inventory.system.family is not None
    assert (inventory.system.family.name, inventory.system.build) == ("Windows NT 4.0", 1381)


@pytest.mark.parametrize("compress", [as_szdd, as_cabinet("LZX:21")])
def test_a_compressed_file_has_the_facts_of_the_one_in_it(tmp_path: Path, compress: Compress) -> None:
    files = kernel("4.0.1381.4") | {
        "RPCSS.EXE": RPCSS,
        "EMPTY.DLL": b"",
        "ZEROS.DLL": bytes(9000),
        "SHORT.DLL": RPCSS[:999],
    }
    write_source(tmp_path / "packed", files, compress)
    write_source(tmp_path / "plain", {}, plain=files)
    (packed,), (plain,) = (inventories(tmp_path / name).values() for name in ("packed", "plain"))

    def told(inventory: Inventory) -> dict[str, object]:
        return {
            record.name: (record.facts and replace(record.facts, modified=None)) or record.problem
            for record in inventory.records
        }

    assert told(packed) == told(plain)


def test_every_platform_of_a_cd_is_a_source(tmp_path: Path) -> None:
    for folder, platform in (("I386", Platform.X86), ("ALPHA", Platform.ALPHA), ("mips", Platform.MIPS)):
        write_source(tmp_path / folder, kernel("4.0.1381.4", platform))
    write_source(tmp_path / "SUPPORT", kernel("4.0.1381.4"))
    (tmp_path / "PPC").mkdir()
    (tmp_path / "CDROM_W.40").write_bytes(b"")
    found = inventories(tmp_path)
    assert list(found) == ["ALPHA", "I386", "mips"]
    assert [str(each.system.platform) for each in found.values()] == ["alpha", "x86", "mips"]
    assert {each.system.product for each in found.values()} == {"Windows NT Workstation 4.0"}
    assert {each.target for each in found.values()} == {f"{tmp_path}, {place}" for place in found}


def test_a_source_beside_a_windows_is_a_kept_copy(tmp_path: Path) -> None:
    write_demo(tmp_path)
    write_source(tmp_path / "i386", kernel("4.0.1381.4"))
    assert list(inventories(tmp_path)) == [""]


NAMES: dict[str, tuple[str, bytes, str, str]] = {
    # compressed name, its bytes, setup's list, the name it will have
    "by the cabinet": ("A.DL_", cabinet({"a.dlx": b"MZ"}), "a.dll = 1", "a.dlx"),
    "by the list, not by another file's cabinet": ("A.DL_", cabinet({"b.dll": b"MZ"}), "a.dlq = 1", "A.DLQ"),
    "by a cabinet of another name": ("A.DL_", cabinet({"b.dll": b"MZ"}), "", "b.dll"),
    "by the list": ("A.DL_", szdd(b"MZ"), "a.dlq = 1", "A.DLQ"),
    "by the list, of two names": ("A.DL_", szdd(b"MZ", "z"), "a.dlq = 1\r\na.dlz = 1", "A.DLZ"),
    "by the list against the file": ("A.DL_", szdd(b"MZ", "x"), "a.dlq = 1", "A.DLQ"),
    "by the file": ("A.DL_", szdd(b"MZ", "X"), "", "A.DLX"),
    "by its ending": ("a.sy_", szdd(b"MZ"), "", "a.sys"),
    "by its ending, in capitals": ("A.SY_", szdd(b"MZ"), "", "A.SYS"),
    "by nothing": ("A.QQ_", szdd(b"MZ"), "", "A.QQ_"),
    "by KWAJ": ("A.QQ_", kwaj(b"MZ", 0, name="A.QQX"), "", "A.QQX"),
    "not compressed": ("A.DL_", b"MZ", "a.dll = 1", "A.DL_"),
    "a list in UTF-16": ("A.DL_", szdd(b"MZ"), "\ufeffa.dlq = 1", "A.DLQ"),
}


@pytest.mark.parametrize(("compressed", "data", "listed", "name"), NAMES.values(), ids=NAMES)
def test_names(compressed: str, data: bytes, listed: str, name: str, tmp_path: Path) -> None:
    text = listed.encode("utf-16-le" if listed.startswith("\ufeff") else "latin-1")
    write_source(tmp_path, kernel("4.0.1381.4"), lists={"LAYOUT.INF": text}, plain={compressed: data})
    with open_target(tmp_path) as found:
        files = [entry.path for entry in walk(tree_of(found))]
        assert name in files
        with tree_of(found).open(name) as file:
            assert file.read(0, 10) == b"MZ"


def test_lists_may_be_compressed(tmp_path: Path) -> None:
    write_source(
        tmp_path,
        {},
        plain={
            "A.DL_": szdd(b"MZ"),
            "LAYOUT.IN_": szdd(b"a.dlq = 1"),
            "KERNEL32.DLL": kernel("4.0.1381.4")["KERNEL32.DLL"],
        },
    )
    with open_target(tmp_path) as found:
        assert "A.DLQ" in [entry.path for entry in walk(tree_of(found))]


def test_a_list_that_cannot_be_read_is_no_list(tmp_path: Path) -> None:
    write_source(tmp_path, kernel("4.0.1381.4"), plain={"LAYOUT.IN_": szdd(b"a.dlq = 1")[:16]})
    with open_target(tmp_path) as found:
        assert "LAYOUT.INF" in [entry.path for entry in walk(tree_of(found))]


def test_a_slipstreamed_file_beside_its_compressed_one_is_what_setup_takes(tmp_path: Path) -> None:
    write_source(tmp_path, kernel("5.1.2600.0") | {"RPCSS.EXE": OLD}, plain={"rpcss.exe": RPCSS})
    (inventory,) = inventories(tmp_path).values()
    assert rows(inventory)["rpcss.exe"] == "4.0.1381.300"
    (problem,) = inventory.problems
    assert (problem.path, problem.problem) == ("RPCSS.EX_", "RPCSS.EXE stands beside it, and is what setup takes")


def test_a_source_of_too_many_names_is_cut_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_source(tmp_path, kernel("5.1.2600.0") | {"RPCSS.EXE": RPCSS})
    monkeypatch.setattr(nodes, "_MAX_NAMES", 2)
    (inventory,) = inventories(tmp_path).values()
    assert not inventory.coverage.whole
    assert [problem.problem for problem in inventory.problems] == [
        "the target is cut short or damaged: it has more than 2 names"
    ]


def test_driver_cabinets_of_a_set(tmp_path: Path) -> None:
    half = len(RPCSS) // 2 + 1
    cabinets = cabinet_set([{"usbhub.sys": RPCSS}], "stored", half, lambda n: "driver.cab" if n == 1 else f"d{n}.cab")
    assert len(cabinets) > 1
    write_source(tmp_path, kernel("5.1.2600.0"), cabinets={name.upper(): data for name, data in cabinets.items()})
    (inventory,) = inventories(tmp_path).values()
    assert rows(inventory)["DRIVER.CAB/usbhub.sys"] == "4.0.1381.300"
    (tmp_path / "D2.CAB").unlink()
    (inventory,) = inventories(tmp_path).values()
    assert rows(inventory)["DRIVER.CAB/usbhub.sys"] == "it goes on in another cabinet: d2.cab is not beside it"


@pytest.mark.parametrize("compression", ["MSZIP", "LZX:21"])
def test_driver_cabinets(tmp_path: Path, compression: str) -> None:
    drivers = cabinet({"usbhub.sys": OLD, "old.sys": OLD, "readme.txt": b"text"}, compression)
    pack = cabinet({"USBHUB.SYS": NEW}, compression)
    write_source(
        tmp_path, kernel("5.1.2600.5512"), cabinets={"DRIVER.CAB": drivers, "sp3.cab": pack, "sp2.cab": drivers}
    )
    (inventory,) = inventories(tmp_path).values()
    assert {path: version for path, version in rows(inventory).items() if ".sys" in path.lower()} == {
        "sp2.cab/old.sys": "5.1.2600.0",
        "sp3.cab/USBHUB.SYS": "5.1.2600.5512",
    }
    assert str(inventory.system.service_pack) == "SP3"


def test_cabinets_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    cabinets = {"driver.cab": b"MSCF", "sp1.cab": cabinet({"a.sys": OLD}, "Quantum")}
    write_source(tmp_path, kernel("5.1.2600.0"), cabinets=cabinets)
    (inventory,) = inventories(tmp_path, everything=True).values()
    found = rows(inventory)
    assert found["driver.cab"].startswith("cannot be read: it is cut short")
    assert found["sp1.cab/a.sys"] == "it is compressed by Quantum, which is not read"


def test_damaged_files_are_named(tmp_path: Path) -> None:
    damaged = {"RPCSS.EX_": szdd(RPCSS, "E")[:-9], "OLE32.DL_": cabinet({"ole32.dll": RPCSS})[:60]}
    write_source(tmp_path, kernel("4.0.1381.4"), plain=damaged)
    (inventory,) = inventories(tmp_path).values()
    found = rows(inventory)
    assert found["RPCSS.EXE"].startswith("cannot be read: ")
    assert found["OLE32.DLL"].startswith("cannot be read: damaged: it is cut short")


def test_folders_and_links_of_a_source(tmp_path: Path) -> None:
    write_source(tmp_path, kernel("5.1.2600.0"), plain={"asms/10/a.dll": RPCSS, "driver.d/b.dl_": szdd(RPCSS, "l")})
    (tmp_path / "gone.dll").symlink_to("nowhere")
    (inventory,) = inventories(tmp_path).values()
    found = rows(inventory)
    assert found["asms/10/a.dll"] == found["driver.d/b.dll"] == "4.0.1381.300"
    assert found["gone.dll"] == "the link leads nowhere: nowhere"


def test_depth_is_bounded(tmp_path: Path) -> None:
    write_source(tmp_path, kernel("5.1.2600.0"), plain={"a/" * 30 + "b.dll": RPCSS})
    (inventory,) = inventories(tmp_path).values()
    assert not [path for path in rows(inventory) if path.endswith("b.dll")]


def test_a_cd_in_a_folder_of_an_archive(tmp_path: Path) -> None:
    write_source(tmp_path / "cd/I386", kernel("5.1.2600.5512"))
    write_source(tmp_path / "cd/ALPHA", kernel("4.0.1381.1"))
    assert list(inventories(tar(wrapped="copies/nt")(tmp_path / "cd", tmp_path))) == ["ALPHA", "I386"]


@pytest.mark.parametrize("compression", ["", "gz"])
def test_a_cd_in_a_tar(tmp_path: Path, compression: str) -> None:
    files = kernel("5.1.2600.5512") | {"RPCSS.EXE": RPCSS}
    for folder in ("I386", "ALPHA"):
        write_source(tmp_path / "cd" / folder, files, cabinets={"sp3.cab": cabinet({"usbhub.sys": NEW})})
    plain, packed = inventories(tmp_path / "cd"), inventories(tar(compression)(tmp_path / "cd", tmp_path))
    assert {place: rows(each) for place, each in packed.items()} == {place: rows(each) for place, each in plain.items()}
    assert [each.system for each in packed.values()] == [each.system for each in plain.values()]


def test_a_cd_in_a_stream_of_which_only_names_are_wanted(tmp_path: Path) -> None:
    write_source(tmp_path / "cd/I386", kernel("5.1.2600.5512") | {"RPCSS.EXE": RPCSS, "OTHER.DLL": OLD})
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.add(tmp_path / "cd", ".")
    (tmp_path / "cd.tgz").write_bytes(gzip.compress(stream.getvalue()))
    with open_windows(tmp_path / "cd.tgz", Wanted(frozenset({"rpcss.exe"}), executables=False), None) as (_, several):
        inventory = take(several[0], names=frozenset({"rpcss.exe"}), only_names=True)
    assert rows(inventory) == {"RPCSS.EXE": "4.0.1381.300"}
    assert inventory.system.build == 2600


def test_a_folder_of_a_source_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_source(tmp_path, kernel("5.1.2600.0"), plain={"asms/a.dll": RPCSS})
    plain = DirectoryTree.children

    def children(self: DirectoryTree, folder: str) -> list[Child]:
        if folder == "asms":
            raise PermissionError(13, "Permission denied")
        return plain(self, folder)

    monkeypatch.setattr(DirectoryTree, "children", children)
    (inventory,) = inventories(tmp_path).values()
    assert [(each.path, each.problem) for each in inventory.problems] == [
        ("asms", "the folder cannot be listed: Permission denied")
    ]


@pytest.mark.parametrize(
    ("name", "compressed"), [("kernel32.dll", "kernel32.dl_"), ("README.1", "readme.1_"), ("hosts", "hosts._")]
)
def test_compressed_names(name: str, compressed: str) -> None:
    assert compressed_name(name) == compressed
