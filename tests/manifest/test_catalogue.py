"""Catalogues: which files are read, and that nothing bad stops the rest."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import hotfixcheck.manifest.catalogue as catalogue_module
from hotfixcheck.errors import ManifestError
from hotfixcheck.manifest.catalogue import Catalogue, Entry, load_catalogue, load_file, shipped
from hotfixcheck.manifest.nodes import MAX_BYTES

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """`write("sub/a.yaml", "Q1")`: a manifest of that article, or a file of that text."""

    def call(name: str, article: str = "Q1", *, text: str | None = None) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        fixes = "[{kind: service_pack, product: Windows NT 4.0, service_pack: SP4}]"
        manifest = f"manifest: 1\narticle: {article}\ntitle: A leak\nfixes: {fixes}\n"
        file.write_text(manifest if text is None else text, encoding="utf-8")
        return file

    return call


def articles(catalogue: Catalogue) -> list[str]:
    return [manifest.article for manifest in catalogue.manifests]


def errors(catalogue: Catalogue) -> list[str]:
    return [str(error) for error in catalogue.errors]


def test_folders_are_read_to_the_bottom_in_the_order_of_articles(write: Write, tmp_path: Path) -> None:
    write("b.yaml", "Q20")
    write("a.YML", "KB100")
    write("deep/er/c.yml", "Q3")
    write("README.md", "Q4")
    write("d.yaml.bak", "Q5")
    (tmp_path / "folder.yaml").mkdir()
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q3", "Q20", "KB100"]
    assert catalogue.errors == ()
    assert catalogue.entries[0] == Entry(str(tmp_path / "deep/er/c.yml"), load_file(tmp_path / "deep/er/c.yml"))


def test_a_file_may_have_any_name(write: Write) -> None:
    assert articles(load_catalogue([write("manifest.txt")])) == ["Q1"]


def test_nothing_asked_for() -> None:
    assert load_catalogue([]) == Catalogue((), ())


def test_missing_source(write: Write, tmp_path: Path) -> None:
    catalogue = load_catalogue([tmp_path / "nowhere", write("a.yaml")])
    assert articles(catalogue) == ["Q1"]
    assert errors(catalogue) == [
        f"{tmp_path / 'nowhere'}: there is no such file or folder (give a manifest, or a folder of them)"
    ]


def test_empty_folder(write: Write, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    catalogue = load_catalogue([tmp_path / "empty", write("a.yaml")])
    assert articles(catalogue) == ["Q1"]
    assert errors(catalogue) == [
        f"{tmp_path / 'empty'}: there is no manifest in this folder (a manifest's name ends in .yaml)"
    ]


def test_two_manifests_of_one_article(write: Write, tmp_path: Path) -> None:
    write("a.yaml", "Q1")
    write("b.yaml", "KB1")
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q1"]
    assert errors(catalogue) == [f"{tmp_path / 'b.yaml'}:1:1: KB1 is already in {tmp_path / 'a.yaml'}"]


def test_the_first_source_counts(write: Write, tmp_path: Path) -> None:
    write("own/a.yaml", "KB1")
    write("shipped/a.yaml", "Q1")
    catalogue = load_catalogue([tmp_path / "own", tmp_path / "shipped"])
    assert articles(catalogue) == ["KB1"]
    assert len(catalogue.errors) == 1


@pytest.mark.posix
def test_a_name_that_a_terminal_obeys(write: Write, tmp_path: Path) -> None:
    write("\x1b[2J.yaml")
    write("b.yaml")
    assert errors(load_catalogue([tmp_path])) == [f"{tmp_path}/b.yaml:1:1: Q1 is already in {tmp_path}/\\x1b[2J.yaml"]


@pytest.mark.posix
def test_a_file_named_twice_is_read_once(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write("a.yaml")
    (tmp_path / "link.yaml").symlink_to(file)
    monkeypatch.chdir(tmp_path)
    catalogue = load_catalogue(
        [file, Path("a.yaml"), tmp_path, tmp_path / "link.yaml", tmp_path / ".." / tmp_path.name]
    )
    assert articles(catalogue) == ["Q1"]
    assert catalogue.errors == ()


def test_links_that_lead_nowhere_are_no_manifests(write: Write, tmp_path: Path) -> None:
    write("a.yaml")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q1"]
    assert catalogue.errors == ()


def test_bad_manifests_stop_nothing_else(write: Write, tmp_path: Path) -> None:
    write("a.yaml", "Q1")
    write("b.yaml", text="a: [")
    write("c.yaml", text="manifest: 1\n")
    write("d.yaml", text="")
    (tmp_path / "e.yaml").write_bytes(b"\xff\xfe")
    write("f.yaml", "Q2")
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q1", "Q2"]
    assert [Path(error.file).name for error in catalogue.errors] == ["b.yaml", "c.yaml", "d.yaml", "e.yaml"]


def test_oversize_file_is_not_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "huge.yaml"
    with file.open("wb") as stream:
        stream.truncate(1 << 40)
    assert errors(load_catalogue([file])) == [
        f"{file}:1:1: the file has more than the {MAX_BYTES:,} bytes that it may have"
    ]


@pytest.mark.posix
@pytest.mark.skipif(os.name != "nt" and os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file(write: Write, tmp_path: Path) -> None:
    write("a.yaml", "Q1")
    write("b.yaml", "Q2").chmod(0)
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q1"]
    assert errors(catalogue) == [f"{tmp_path}/b.yaml: Permission denied"]


def test_a_file_that_the_system_refuses(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"gone\.yaml: No such file or directory$"):
        load_file(tmp_path / "gone.yaml")


def test_unreadable_folder_is_no_silence(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.yaml", "Q1")
    write("locked/b.yaml", "Q2")
    write("open/c.yaml", "Q3")
    scandir = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    catalogue = load_catalogue([tmp_path])
    assert articles(catalogue) == ["Q1", "Q3"]
    assert errors(catalogue) == [f"{tmp_path / 'locked'}: Permission denied"]


def test_a_name_that_no_file_system_takes(write: Write, tmp_path: Path) -> None:
    catalogue = load_catalogue([tmp_path / ("x" * 5000), write("a.yaml")])
    assert articles(catalogue) == ["Q1"]
    assert len(catalogue.errors) == 1


def test_the_shipped_catalogue_is_whole() -> None:
    catalogue = load_catalogue([shipped()])
    assert catalogue.errors == ()
    assert {"Q179827", "Q235425", "Q246691", "Q256149", "KB836769"} <= set(articles(catalogue))


def test_the_catalogue_in_the_wheel_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "__file__", str(tmp_path / "hotfixcheck" / "manifest" / "catalogue.py"))
    assert shipped() == tmp_path / "manifests"
    (tmp_path / "hotfixcheck" / "manifest" / "shipped").mkdir(parents=True)
    assert shipped() == tmp_path / "hotfixcheck" / "manifest" / "shipped"
