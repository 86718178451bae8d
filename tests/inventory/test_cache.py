"""The scan cache: what is kept, what is believed later, and that nothing wrong with it is noticed in a result."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import Inventory, cache, reading, take_inventory
from hotfixcheck.inventory.cache import ScanCache, reader_version
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, Reader
from hotfixcheck.targets.directory import DirectoryTree, OpenFile
from hotfixcheck.targets.layout import find_layout
from hotfixcheck.targets.tree import ByteSource

pytestmark = pytest.mark.skipif(
    not hasattr(os, "statvfs"), reason="where a file system cannot be asked nothing is kept"
)

DLL = build_pe(version="4.0.1381.4", name="A.DLL", strings={"FileVersion": "4.00", "CompanyName": "\N{SNOWMAN}"})
FILES = {"kernel32.dll": DLL, "cut.dll": DLL[:700], "a.exe": build_pe(version="1.2"), "hosts": b"127.0.0.1 localhost"}

Reads = list[str]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "system32"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The names of the files that were read, of which all count as slow and as settled."""
    monkeypatch.setattr(reading, "SLOW", -1.0)
    monkeypatch.setattr(cache, "_SETTLED", -(10**12))
    names: Reads = []

    def reads_of(source: ByteSource, name: str, reader: Reader) -> FileFacts:
        names.append(name)
        return read_facts(source, name, reader)

    monkeypatch.setattr(reading, "read_facts", reads_of)
    return names


def scanned(root: Path, kept: Path, *, version: str = "1", **how: object) -> Inventory:
    tree = DirectoryTree(root)
    of_user = ScanCache(kept, lambda: version)
    taken = take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), cache=of_user, **how)
    of_user.close()
    return taken


def without_cache(root: Path, **how: object) -> Inventory:
    tree = DirectoryTree(root)
    return take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), **how)


def database(kept: Path) -> Path:
    (file,) = kept.glob("*.sqlite")
    return file


def test_what_has_not_changed_is_not_read_again(root: Path, kept: Path, reads: Reads) -> None:
    first = scanned(root, kept)
    assert sorted(reads) == sorted(FILES)
    reads.clear()
    second = scanned(root, kept)
    assert reads == []
    assert second == first == without_cache(root)
    by = {record.name: record.facts.reader if record.facts else record.problem for record in second.records}
    assert by["kernel32.dll"] is Reader.STRICT
    assert "cut short" in str(by["cut.dll"])


def rewritten(file: Path) -> None:
    file.write_bytes(build_pe(version="4.0.1381.5", name="A.DLL"))


def rewritten_under_the_same_time(file: Path) -> None:
    before = file.stat()
    file.write_bytes(DLL.replace(b"4\0.\x000\x000", b"4\0.\x000\x001"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


def replaced(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(DLL)
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    other.replace(file)


@pytest.mark.parametrize("change", [rewritten, rewritten_under_the_same_time, replaced])
def test_what_has_changed_is_read_again(change: Callable[[Path], None], root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept)
    reads.clear()
    change(root / "kernel32.dll")
    assert scanned(root, kept) == without_cache(root)
    assert reads[0] == "kernel32.dll"
    assert "a.exe" not in reads[: reads.index("kernel32.dll", 1)]


def test_a_row_is_of_the_file_wherever_it_lies_now(root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept)
    os.link(root / "a.exe", root / "b.exe")
    (root / "a.exe").unlink()
    paths = [record.path for record in scanned(root, kept).records]
    assert paths == ["b.exe", "cut.dll", "hosts", "kernel32.dll"]


def test_other_readers_read_anew(root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept)
    reads.clear()
    scanned(root, kept, version="2")
    assert sorted(reads) == sorted(FILES)


def test_the_version_of_the_readers_is_that_of_their_code(monkeypatch: pytest.MonkeyPatch) -> None:
    version = reader_version()
    assert version == reader_version()
    monkeypatch.setattr(cache, "__version__", "other")
    assert reader_version() != version


def test_the_reference_reads_for_itself(root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept)
    reads.clear()
    scanned(root, kept, reader=Reader.PEFILE)
    assert sorted(reads) == sorted(FILES)


def test_a_file_that_was_quick_to_read_is_not_kept(
    root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SLOW", 60.0)
    scanned(root, kept)
    reads.clear()
    scanned(root, kept)
    assert sorted(reads) == sorted(FILES)


def test_a_file_that_changed_just_now_is_not_kept(
    root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_SETTLED", 10**12)
    scanned(root, kept)
    reads.clear()
    scanned(root, kept)
    assert sorted(reads) == sorted(FILES)


def test_of_a_file_system_mounted_read_only_nothing_is_kept(
    root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OpenFile, "is_read_only", lambda _file: True)
    scanned(root, kept)
    reads.clear()
    scanned(root, kept)
    assert sorted(reads) == sorted(FILES)


def test_hashes_are_kept_and_given_to_those_who_ask(root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept)
    reads.clear()
    hashed = scanned(root, kept, hashes=True)
    assert sorted(reads) == sorted(FILES)
    assert hashed == without_cache(root, hashes=True)
    reads.clear()
    assert scanned(root, kept, hashes=True) == hashed
    assert scanned(root, kept) == replace(hashed, records=tuple(replace(row, sha256="") for row in hashed.records))
    assert reads == []


def overwritten(file: Path) -> None:
    file.write_bytes(b"no database" * 1000)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def without_a_table(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TABLE files")
        connection.execute("CREATE TABLE files (something TEXT)")


DAMAGE: list[Callable[[Path], None]] = [overwritten, cut, damaged, emptied, without_a_table]


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_database_is_survived_and_made_anew(
    damage: Callable[[Path], None], root: Path, kept: Path, reads: Reads
) -> None:
    whole = scanned(root, kept)
    damage(database(kept))
    assert scanned(root, kept) == whole
    if damage is not without_a_table:
        scanned(root, kept)
        reads.clear()
        assert scanned(root, kept) == whole
        assert reads == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE files SET row = replace(row, '4.0.1381.4', '4.0.1381.9')",
        "UPDATE files SET checksum = checksum + 1",
        "UPDATE files SET row = NULL",
        "UPDATE files SET row = x'00ff'",
        "UPDATE files SET size = size + 1",
    ],
)
def test_a_row_that_is_not_as_it_was_written_is_not_believed(
    statement: str, root: Path, kept: Path, reads: Reads
) -> None:
    whole = scanned(root, kept)
    connection = sqlite3.connect(database(kept))
    connection.execute(statement)
    connection.commit()
    connection.close()
    reads.clear()
    assert scanned(root, kept) == whole
    assert "kernel32.dll" in reads


@pytest.mark.parametrize(
    "row", ["", "[]", "{}", '{"file": "", "problem": 1, "reader": null}', '{"file": "", "problem": ""}']
)
def test_a_row_in_another_form_is_not_believed(
    row: str, root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_dumped", lambda _record: row)
    whole = scanned(root, kept)
    reads.clear()
    assert scanned(root, kept) == whole
    assert sorted(reads) == sorted(FILES)


def test_a_folder_that_cannot_be_made_is_done_without(root: Path, tmp_path: Path, reads: Reads) -> None:
    (tmp_path / "cache").write_text("a file")
    of_user = ScanCache(tmp_path / "cache" / "below")
    assert "Not a directory" in of_user.problem
    tree = DirectoryTree(root)
    assert take_inventory(tree, find_layout(tree), names=frozenset(), cache=of_user).records
    of_user.close()


def test_a_database_that_another_run_does_not_let_go_of_is_done_without(
    root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_PATIENCE", 0.01)
    whole = scanned(root, kept)
    (root / "b.dll").write_bytes(DLL)
    connection = sqlite3.connect(database(kept))
    connection.execute("BEGIN IMMEDIATE")
    tree, of_user = DirectoryTree(root), ScanCache(kept, lambda: "1")
    taken = take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), cache=of_user)
    of_user.close()
    connection.close()
    assert len(taken.records) == len(whole.records) + 1
    assert "locked" in of_user.problem
    assert database(kept).exists()


def test_a_database_that_fails_while_it_is_used_is_done_without(root: Path, kept: Path, reads: Reads) -> None:
    whole = scanned(root, kept)
    tree, of_user = DirectoryTree(root), ScanCache(kept, lambda: "1")
    with sqlite3.connect(database(kept)) as connection:
        connection.execute("DROP TABLE files")
    assert take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), cache=of_user) == whole
    assert "no such table" in of_user.problem
    of_user.close()


def test_many_rows_are_written_in_pieces(root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_AT_ONCE", 3)
    tree, of_user = DirectoryTree(root), ScanCache(kept, lambda: "1")
    take_inventory(tree, find_layout(tree), names=frozenset({"hosts"}), cache=of_user)
    assert (of_user.kept, of_user.found) == (3, 0)
    of_user.close()
    assert of_user.kept == len(FILES)


def test_too_many_rows_make_room(root: Path, kept: Path, reads: Reads, monkeypatch: pytest.MonkeyPatch) -> None:
    scanned(root, kept)
    monkeypatch.setattr(cache, "MOST_ROWS", 2)
    reads.clear()
    scanned(root, kept)
    assert sorted(reads) == sorted(FILES)


def test_the_database_of_other_readers_is_removed_in_the_end(root: Path, kept: Path, reads: Reads) -> None:
    scanned(root, kept, version="1")
    old = database(kept)
    scanned(root, kept, version="2")
    assert old.exists()
    past = time.time() - 100 * 24 * 3600
    os.utime(old, (past, past))
    scanned(root, kept, version="2")
    assert [file.name for file in kept.glob("*")] == ["scan-2.sqlite"]


RUN = """
import sys
from pathlib import Path
from hotfixcheck.inventory import cache, reading, take_inventory
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.targets.layout import find_layout
reading.SLOW, cache._SETTLED, cache._AT_ONCE, cache._PATIENCE = -1, -10**12, 1, 30
tree, of_user = DirectoryTree(Path(sys.argv[1])), cache.ScanCache(Path(sys.argv[2]))
taken = take_inventory(tree, find_layout(tree), names=frozenset(), cache=of_user, jobs=2)
of_user.close()
print(len(taken.records), of_user.problem, of_user.found + of_user.kept)
"""


def test_two_runs_at_once(root: Path, kept: Path) -> None:
    for number in range(200):
        (root / f"file{number}.dll").write_bytes(DLL)
    command = [sys.executable, "-c", RUN, str(root), str(kept)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {run.communicate(timeout=300)[0] for run in runs}
    assert said == {"203  204\n"}  # hosts is read, and no row
