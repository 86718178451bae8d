"""Where articles come from: files, folders, archives; bounded, in order, nothing on disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import tarfile
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck import articles
from hotfixcheck.articles import archives, bounds
from hotfixcheck.articles.archives import archive_kind
from hotfixcheck.articles.article import Article, Document
from hotfixcheck.articles.bounds import MAX_DOCUMENT, Skipped
from hotfixcheck.articles.importing import NO_LAYOUT, Outcome, Result, import_articles
from hotfixcheck.articles.sources import documents
from hotfixcheck.manifest.model import FileRow, FilesFix

TEXT = b"DOCUMENT:Q123456  01-JAN-1999\nTITLE   :A title\n"


def tar_bytes(members: Iterable[tuple[str, bytes]], fmt: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=fmt) as tar:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def zip_bytes(members: Iterable[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def shown(*sources: Path) -> list[tuple[str, str]]:
    """Each document's or skipped file's name below the source's folder, and its text or its reason."""
    base = str(sources[0].parent)
    return [
        (item.name.removeprefix(base).lstrip("/"), item.data.decode() if isinstance(item, Document) else item.reason)
        for item in documents(sources)
    ]


def test_folders_are_read_by_name_and_whole(tmp_path: Path) -> None:
    for name in ("kb/b.txt", "kb/a/2.txt", "kb/a/1.txt", "kb/a.txt", "kb/z/deep/er/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"of {name}")
    names = ["kb/a/1.txt", "kb/a/2.txt", "kb/a.txt", "kb/b.txt", "kb/z/deep/er/x"]
    assert shown(tmp_path / "kb") == [(name, f"of {name}") for name in names]


def test_sources_keep_their_order(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("second")
    (tmp_path / "a").write_text("first")
    assert shown(tmp_path / "b", tmp_path / "a") == [("b", "second"), ("a", "first")]


PACKED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("tar", bytes),
    ("tar.gz", gzip.compress),
    ("tar.bz2", bz2.compress),
    ("tar.xz", lzma.compress),
]


@pytest.mark.parametrize(("name", "pack"), PACKED, ids=[name for name, _ in PACKED])
@pytest.mark.parametrize("fmt", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_tars_are_told_by_content_not_by_name(
    tmp_path: Path, name: str, pack: Callable[[bytes], bytes], fmt: int
) -> None:
    file = tmp_path / f"{name.replace('.', '-')}.dat"
    file.write_bytes(pack(tar_bytes([("kb/2.txt", b"two"), ("kb/1.txt", b"one")], fmt)))
    assert shown(file) == [(f"{file.name}:kb/2.txt", "two"), (f"{file.name}:kb/1.txt", "one")]


def test_zips(tmp_path: Path) -> None:
    file = tmp_path / "kb.bin"
    file.write_bytes(zip_bytes([("kb/2.txt", b"two"), ("kb/", b""), ("kb/1.txt", b"one")]))
    assert shown(file) == [("kb.bin:kb/2.txt", "two"), ("kb.bin:kb/1.txt", "one")]


def test_archives_in_a_folder_are_opened(tmp_path: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "x.zip").write_bytes(zip_bytes([("1.txt", b"one")]))
    assert shown(tmp_path / "kb") == [("kb/x.zip:1.txt", "one")]


WRONG_NAMES = [
    "../out.txt",
    "/etc/out.txt",
    "a/../../out.txt",
    "..\\out.txt",
    "C:\\out.txt",
    "\\\\host\\out.txt",
    "a\\..\\o",
]


@pytest.mark.parametrize("name", WRONG_NAMES)
@pytest.mark.parametrize("build", [tar_bytes, zip_bytes])
def test_names_that_lead_out_of_an_archive(
    tmp_path: Path, name: str, build: Callable[[Iterable[tuple[str, bytes]]], bytes]
) -> None:
    file = tmp_path / "kb"
    file.write_bytes(build([(name, TEXT), ("good.txt", b"good")]))
    assert [said for _, said in shown(file)] == ["its name leads out of the archive", "good"]


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type = kind
    member.linkname = target
    return member


def test_links_and_devices_of_a_tar(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(special("a", tarfile.SYMTYPE, "/etc/passwd"))
        tar.addfile(special("b", tarfile.LNKTYPE, "../x"))
        tar.addfile(special("c", tarfile.CHRTYPE))
        tar.addfile(special("d", tarfile.FIFOTYPE))
        tar.addfile(special("e", tarfile.DIRTYPE))
    (tmp_path / "x.tar").write_bytes(stream.getvalue())
    assert [said for _, said in shown(tmp_path / "x.tar")] == ["it is a link"] * 2 + ["it is no regular file"] * 2


def test_links_of_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert [said for _, said in shown(tmp_path / "x.zip")] == ["it is a link"]


@pytest.mark.posix
def test_links_and_pipes_of_a_folder_but_not_the_source_itself(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "1.txt").write_text("one")
    (tmp_path / "real" / "link").symlink_to("1.txt")
    os.mkfifo(tmp_path / "real" / "pipe")
    (tmp_path / "named").symlink_to("real")
    assert [said for _, said in shown(tmp_path / "named")] == ["one", "it is a link", "it is no regular file"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "it is empty", id="empty"),
        pytest.param(b"MZ\x90\0" + bytes(100), "it is binary", id="a program"),
        pytest.param(random.Random(1).randbytes(9000), "it is binary", id="noise"),
        pytest.param(b"%PDF-1.4 text", "it is binary", id="pdf"),
        pytest.param(bytes(9000), "it is binary", id="zeros"),
        pytest.param(b"x" * (MAX_DOCUMENT + 1), "it is too large for an article", id="too large"),
    ],
)
def test_what_is_no_article_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "x.txt").write_bytes(data)
    (tmp_path / "x.tar").write_bytes(tar_bytes([("x.txt", data)]))
    (tmp_path / "x.zip").write_bytes(zip_bytes([("x.txt", data)]))
    assert shown(tmp_path / "x.txt") == [("x.txt", reason)]
    assert [said for _, said in shown(tmp_path / "x.tar", tmp_path / "x.zip")] == [reason, reason]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_in_any_encoding_is_a_document(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x").write_bytes("File name,File version\r\nä.dll,1.2.3.4\r\n".encode(encoding))
    assert all(isinstance(item, Document) for item in documents([tmp_path / "x"]))


def test_a_csv_may_be_larger(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"x" * (MAX_DOCUMENT + 1))
    assert [type(item) for item in documents([tmp_path / "x.csv"])] == [Document]


def test_archives_in_archives_are_named(tmp_path: Path) -> None:
    inner = [("a.zip", zip_bytes([("x", b"x")])), ("b.tar", tar_bytes([("x", b"x")])), ("c.gz", gzip.compress(b"x"))]
    (tmp_path / "x.tar").write_bytes(tar_bytes(inner))
    assert [said for _, said in shown(tmp_path / "x.tar")] == ["it is an archive in an archive"] * 3


def test_a_compressed_file_that_is_no_tar(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(TEXT * 30))
    assert shown(tmp_path / "x.gz") == [("x.gz", "it is compressed and holds no tar")]


def test_a_source_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("one")
    assert [said for _, said in shown(tmp_path / "missing", tmp_path / "a")] == ["it cannot be read", "one"]
    assert isinstance(next(documents([Path("nul\0byte")])), Skipped)


# --- damage ----------------------------------------------------------------------------------------------------------

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


# --- bombs -----------------------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize("head", [b"", b"text", b"\0" * 600, b"PK", b"BZ", TEXT * 20])
def test_what_is_no_archive(head: bytes) -> None:
    assert archive_kind(head) is None


# --- from documents to outcomes --------------------------------------------------------------------------------------


class Fails:
    """An importer that fails as `error` does."""

    name = "fails"

    def __init__(self, error: Exception, *, detecting: bool = False) -> None:
        self._error = error
        self._detecting = detecting

    def detect(self, data: bytes) -> bool:
        if self._detecting:
            raise self._error
        return True

    def read(self, document: Document) -> Article:
        raise self._error


@pytest.mark.parametrize(
    "error", [RecursionError("deep"), KeyError("x"), MemoryError(), AssertionError(), ValueError("no")]
)
def test_an_importer_that_fails_costs_its_own_article_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    monkeypatch.setattr(articles, "IMPORTERS", (Fails(error),))
    found = list(import_articles([tmp_path]))
    assert [(item.result, item.layout) for item in found if isinstance(item, Outcome)] == [
        (Result.NOT_UNDERSTOOD, "fails"),
        (Result.NOT_UNDERSTOOD, "fails"),
    ]
    assert type(error).__name__ in str(found[0])
    monkeypatch.setattr(articles, "IMPORTERS", (Fails(error, detecting=True),))
    assert [item.reason for item in import_articles([tmp_path]) if isinstance(item, Skipped)] == [NO_LAYOUT, NO_LAYOUT]


def test_an_article_that_makes_no_manifest_is_not_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(Fails):
        def read(self, document: Document) -> Article:
            return Article("../Q1", "A title", fixes=(FilesFix((FileRow("a.dll"),)),))

    (tmp_path / "a").write_text("a")
    monkeypatch.setattr(articles, "IMPORTERS", (Wrong(ValueError()),))
    (outcome,) = import_articles([tmp_path])
    assert isinstance(outcome, Outcome)
    assert (outcome.result, outcome.manifest) == (Result.NOT_UNDERSTOOD, None)
    assert "makes no manifest" in (outcome.problem or "")


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


def test_what_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Q1.txt").write_text("text")
    (tmp_path / "folder").mkdir()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    monkeypatch.setattr(Path, "iterdir", lambda path: denied() if path.name == "folder" else Path.glob(path, "*"))
    assert [said for _, said in shown(tmp_path)] == ["it cannot be read"] * 2
