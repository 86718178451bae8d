"""Update packages to manifests: article, branches, languages and platforms, and what makes none."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.manifest.model import FilesFix
from hotfixcheck.packages.importing import import_packages, packages_in
from hotfixcheck.platforms import Platform
from tests.build.cabinets import cabinet, szdd
from tests.build.packages import KERNEL, OLD, OWN, PROGRAM, manifest_of, outcome, package


def test_branches_languages_and_platforms_have_tables_of_their_own(tmp_path: Path) -> None:
    def file(version: str, **how: object) -> bytes:
        return build_pe(version=version, name="a.dll", **how)  # type: ignore[arg-type]

    files = {
        "SP1QFE\\a.dll": file("5.1.2600.1600"),
        "sp2gdr\\a.dll": file("5.1.2600.2200"),
        "sp2gdr\\ip\\a.dll": file("5.1.2600.2200"),
        "sp2gdr\\b.dll": file("5.1.2600.2200", language=0x0407),
        "ia64\\a.dll": file("5.1.2600.1", platform=Platform.IA64),
        "update\\update.exe": OLD,
        "spmsg.dll": OLD,
        "symbols\\a.dll": OLD,
        "update\\update.inf": b"[Strings]\r\nKBNUMBER=KB835732",
        "eula.txt": b"text",
    }
    made = manifest_of(outcome(tmp_path / "WindowsXP-KB835732-x86-ENU.exe", package(files)))
    tables = {
        (fix.release, fix.language): [(row.name, row.platform, row.version) for row in fix.files]
        for fix in made.fixes
        if isinstance(fix, FilesFix)
    }
    assert tables == {
        (None, "English"): [("a.dll", Platform.IA64, "5.1.2600.1")],
        ("SP1QFE", "English"): [("a.dll", Platform.X86, "5.1.2600.1600")],
        ("SP2GDR", "English"): [("a.dll", Platform.X86, "5.1.2600.2200")],
        ("SP2GDR", "German"): [("b.dll", Platform.X86, "5.1.2600.2200")],
    }
    assert made.applies_to == ("Microsoft Windows XP",)


@pytest.mark.parametrize(
    ("name", "information", "article"),
    [
        pytest.param("Q246691i.exe", b"", "Q246691", id="by its name"),
        pytest.param("kb835732.exe", b"Q111111", "KB835732", id="by its name first"),
        pytest.param("hotfix.exe", b'HOTFIX_NUMBER="Q246691" ; Q246691, Q111111', "Q246691", id="by its information"),
        pytest.param("hotfix.exe", "\ufeffcomment=Q246691".encode("utf-16-le"), "Q246691", id="by UTF-16"),
    ],
)
def test_the_article(name: str, information: bytes, article: str, tmp_path: Path) -> None:
    files = {"kernel32.dll": KERNEL, "hotfix.inf": information}
    assert manifest_of(outcome(tmp_path / name, package(files))).article == article


NO_FILE = "there is no file to judge by in it"
REFUSED = {
    "no article": ("hotfix.exe", package(OWN), "neither its name nor its files name an article"),
    "no cabinet": ("Q246691i.exe", PROGRAM, NO_FILE),
    "a cabinet that is cut short": ("Q246691i.exe", package(OWN)[:-50], NO_FILE),
    "only tools": ("Q246691i.exe", package({"update.exe": OLD, "a.txt": b"text"}), NO_FILE),
    "nothing": ("Q246691i.exe", b"", NO_FILE),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data", "problem"), REFUSED.values(), ids=REFUSED)
def test_what_makes_no_manifest(name: str, data: bytes, problem: str, tmp_path: Path) -> None:
    found = outcome(tmp_path / name, data)
    assert (found.result.value, found.problem) == ("not understood", problem)


LEFT_OUT = {
    "a difference to another file": ({"a.dll": b"PA19" + bytes(99)}, "it is only the difference to another file"),
    "a damaged program": ({"a.dll": KERNEL[:300]}, "cut short"),
    "a damaged compressed file": ({"a.dl_": szdd(KERNEL)[:400]}, "cannot be read: "),
    "a compressed file without a header": ({"a.dl_": szdd(KERNEL)[:10]}, "cannot be read: damaged"),
}


@pytest.mark.parametrize(("files", "reason"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_what_cannot_be_read_is_left_out_by_name(files: dict[str, bytes], reason: str, tmp_path: Path) -> None:
    found = outcome(tmp_path / "Q246691i.exe", package({"kernel32.dll": KERNEL, **files}))
    assert found.rows == 1
    (left_out,) = found.left_out
    assert left_out.text in files
    assert reason in left_out.reason


def test_quantum_is_left_out_by_name(tmp_path: Path) -> None:
    found = outcome(tmp_path / "Q246691i.exe", package({"kernel32.dll": KERNEL}, "Quantum"))
    assert found.left_out[0].reason == "cannot be read: it is compressed by Quantum, which is not read"


def test_what_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (gone,) = import_packages([tmp_path / "gone.exe"], lambda _manifest: None)
    assert gone.problem == "cannot be read: No such file or directory"

    def fails(*_: object) -> object:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr("hotfixcheck.packages.importing.files_in", fails)
    assert outcome(tmp_path / "a.exe", b"").problem == "cannot be read: ZeroDivisionError: odd"


def test_packages_of_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, data in (("sub/a.exe", PROGRAM), ("b.msu", cabinet({"a": b""})), ("c.exe", b"text"), ("d.dll", PROGRAM)):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "gone.exe").symlink_to("nowhere")
    assert packages_in([tmp_path, tmp_path / "d.dll"]) == [tmp_path / "b.msu", tmp_path / "sub/a.exe"]
