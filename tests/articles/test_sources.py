"""Where articles come from: folders, archives and what in them is no article."""

from __future__ import annotations

import gzip
import io
import os
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from hotfixcheck.articles.archives import archive_kind
from hotfixcheck.articles.article import Document
from hotfixcheck.articles.bounds import MAX_DOCUMENT, Skipped
from hotfixcheck.articles.sources import documents
from tests.articles.packing import PACKED, shown, tar_bytes, zip_bytes

TEXT = b"DOCUMENT:Q123456  01-JAN-1999\nTITLE   :A title\n"


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


@pytest.mark.parametrize("head", [b"", b"text", b"\0" * 600, b"PK", b"BZ", TEXT * 20])
def test_what_is_no_archive(head: bytes) -> None:
    assert archive_kind(head) is None


def test_what_cannot_be_opened_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Q1.txt").write_text("text")
    (tmp_path / "folder").mkdir()

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    monkeypatch.setattr(Path, "iterdir", lambda path: denied() if path.name == "folder" else Path.glob(path, "*"))
    assert [said for _, said in shown(tmp_path)] == ["it cannot be read"] * 2
