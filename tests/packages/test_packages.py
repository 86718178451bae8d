"""Update packages: what is in them, the manifests that makes, and how they differ from their articles'."""

from __future__ import annotations

import hashlib
import random
import struct
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.manifest.yaml import load
from hotfixcheck.packages import contents
from hotfixcheck.packages.comparing import differences
from hotfixcheck.packages.contents import cabinets_in, files_in
from hotfixcheck.packages.importing import PackageOutcome, import_packages, packages_in
from hotfixcheck.platforms import Platform
from hotfixcheck.targets.sources import Memory
from hotfixcheck.targets.tree import ByteSource
from tests.build.cabinets import cabinet, cabinet_set, szdd
from tests.fuzz.mutation import change

LINKED = datetime(1999, 11, 18, 15, 0, tzinfo=UTC)
KERNEL = build_pe(version="4.0.1381.7029", name="kernel32", link_time=LINKED, size=375_056)
OLD = build_pe(version="4.0.1381.4", name="update.exe", dll=False)
PROGRAM = build_pe(version="4.0.1381.1", name="SFX.EXE", dll=False, size=20_000)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(2048, b"\0")


def package(
    files: Mapping[str, bytes], compression: str = "MSZIP", *, before: bytes = PROGRAM, after: bytes = b""
) -> bytes:
    return before + cabinet(files, compression) + after


def nothing_beside(name: str) -> ByteSource:
    raise FileNotFoundError(name)


def outcome(path: Path, data: bytes, printed: Manifest | None = None) -> PackageOutcome:
    path.write_bytes(data)
    (found,) = import_packages([path], lambda _manifest: printed)
    return found


def manifest_of(found: PackageOutcome) -> Manifest:
    assert found.manifest is not None, found.problem
    return load(found.manifest.encode(), "made")


OWN = {"kernel32.dll": KERNEL}
CONTAINERS = {
    "a program with a cabinet appended": ("Q246691i.exe", package(OWN)),
    "a program with a cabinet inside": ("Q246691i.exe", package(OWN, after=b"\0" * 5000)),
    "a cabinet at an odd place": ("Q246691i.exe", package(OWN, before=PROGRAM + b"x" * 13)),
    "LZX": ("Q246691i.exe", package(OWN, "LZX:21")),
    "a cabinet": ("Q246691.cab", package(OWN, before=b"")),
    "an installer": ("Q246691.msp", package(OWN, before=COMPOUND)),
    "a cabinet in a cabinet": ("6.0-Q246691.msu", package({"Q246691.cab": cabinet(OWN)}, before=b"")),
    "compressed by itself": ("Q246691i.exe", package({"KERNEL32.DL_": szdd(KERNEL, "L")})),
    "compressed as a cabinet": ("Q246691i.exe", package({"kernel32.dl_": cabinet(OWN)})),
    "two cabinets": ("Q246691i.exe", package({"readme.txt": b"text"}) + cabinet(OWN)),
    "a false beginning": ("Q246691i.exe", package(OWN, before=PROGRAM + b"MSCF\0\0\0\0" + b"x" * 60)),
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), CONTAINERS.values(), ids=CONTAINERS)
def test_every_container(name: str, data: bytes, tmp_path: Path) -> None:
    made = manifest_of(outcome(tmp_path / name, data))
    assert (made.article, made.title) == ("Q246691", f"Files of {name}")
    assert made.applies_to == ("Microsoft Windows NT 4.0",)
    ((row, *others),) = [fix.files for fix in made.fixes if isinstance(fix, FilesFix)]
    assert not others
    assert (row.name.lower(), row.platform, row.version) == ("kernel32.dll", Platform.X86, "4.0.1381.7029")
    assert (row.size, row.link_time) == (375_056, "1999-11-18T15:00:00")
    assert row.sha256 == hashlib.sha256(KERNEL).hexdigest()
    assert (row.date, row.time) == (date(1999, 11, 30), "12:00")


SET = cabinet_set([OWN, {"old.dll": OLD}], "stored", 150_000, "Q246691_{}.CAB".format)
NAMES = {"kernel32.dll", "old.dll"}


def test_a_set_of_cabinets(tmp_path: Path) -> None:
    """Each of them is a package of all their files; what lies in several folders is found whatever its case."""
    assert len(SET) > 1
    for name, data in SET.items():
        (tmp_path / name.lower()).write_bytes(data)
    for found in import_packages(packages_in([tmp_path]), lambda _manifest: None):
        assert {row.name for row in manifest_of(found).rows()} == NAMES
        assert found.left_out == ()


def test_a_set_of_cabinets_in_a_cabinet(tmp_path: Path) -> None:
    """The files are there once."""
    files = {f"sub\\{name}": data for name, data in SET.items()}
    made = list(files_in(Memory(cabinet(files)), "a.msu", nothing_beside))
    assert [file.path for file in made] == sorted(NAMES)
    assert not any(file.problem for file in made)


def test_a_part_of_a_set_that_is_missing_is_named(tmp_path: Path) -> None:
    found = outcome(tmp_path / "Q246691_1.CAB", SET["Q246691_1.CAB"])
    assert "Q246691_2.CAB is not beside it" in str(found.left_out)


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


def test_cabinets_in_cabinets_end(monkeypatch: pytest.MonkeyPatch) -> None:
    data = cabinet({"kernel32.dll": KERNEL})
    for number in range(6):
        data = cabinet({f"{number}.cab": data})
    assert list(files_in(Memory(data), "a.msu", nothing_beside)) == []
    monkeypatch.setattr(contents, "_MAX_BYTES", 10)
    (bomb,) = files_in(Memory(package({"a.dll": KERNEL})), "a.exe", nothing_beside)
    assert "it expands too far" in bomb.problem


def test_a_number_of_cabinets_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_MAX_CABINETS", 2)
    assert len(list(cabinets_in(Memory(cabinet({"a": b"x"}) * 5)))) == 2


def test_a_cabinet_far_into_a_file() -> None:
    """Over the seam of what is searched at once."""
    for before in ((1 << 20) - 4, (1 << 20) - 1, 1 << 20, (3 << 20) + 7):
        data = b"x" * before + cabinet({"a": b"x"})
        assert [place for place, _ in cabinets_in(Memory(data))] == [before]
    empty = bytearray(cabinet({"a": b"x"}))
    struct.pack_into("<H", empty, 28, 0)
    assert list(cabinets_in(Memory(bytes(empty)))) == []


def test_packages_of_folders(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, data in (("sub/a.exe", PROGRAM), ("b.msu", cabinet({"a": b""})), ("c.exe", b"text"), ("d.dll", PROGRAM)):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "gone.exe").symlink_to("nowhere")
    assert packages_in([tmp_path, tmp_path / "d.dll"]) == [tmp_path / "b.msu", tmp_path / "sub/a.exe"]


def manifest(*rows: FileRow) -> Manifest:
    return Manifest("Q246691", "An article", (FilesFix(rows),))


X86, ALPHA = Platform.X86, Platform.ALPHA
PACKED = FileRow("Kernel32.dll", X86, version="4.0.1381.7029", size=375_056)
DIFFERENCES: dict[str, tuple[list[FileRow], list[FileRow], list[str]]] = {
    "none": ([PACKED], [FileRow("kernel32.dll", X86, version="4.00.1381.7029", size=375_056)], []),
    "other platforms are of other packages": ([PACKED], [PACKED, FileRow("kernel32.dll", ALPHA, version="1.0")], []),
    "about the size": ([PACKED], [FileRow("kernel32.dll", size=374_000, size_approx=True)], []),
    "one of several rows": ([PACKED], [FileRow("kernel32.dll", version="1.0"), FileRow("kernel32.dll")], []),
    "version and size": (
        [PACKED],
        [FileRow("kernel32.dll", version="4.0.1381.7000", size=1_000)],
        [
            "Kernel32.dll (x86): 375,056 bytes, the article says 1,000",
            "Kernel32.dll (x86): version 4.0.1381.7029, the article says 4.0.1381.7000",
        ],
    ),
    "files of one only": (
        [PACKED, FileRow("b.dll", X86)],
        [PACKED, FileRow("c.dll")],
        ["b.dll: the article does not list it", "c.dll: the package does not have it"],
    ),
    "another platform only": (
        [PACKED],
        [FileRow("kernel32.dll", ALPHA)],
        ["Kernel32.dll: the article does not list it for x86"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("packed", "printed", "lines"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_differences(packed: list[FileRow], printed: list[FileRow], lines: list[str]) -> None:
    assert list(differences(manifest(*packed), manifest(*printed))) == lines


def test_a_package_is_held_against_its_article(tmp_path: Path) -> None:
    data = package({"kernel32.dll": KERNEL})
    assert outcome(tmp_path / "Q246691i.exe", data).differences is None
    assert outcome(tmp_path / "Q246691i.exe", data, manifest(PACKED)).differences == ()


def test_mutants_of_packages_are_read_or_named() -> None:
    """Mutants are numbered by their seeds and chances: any exception is a finding."""
    nested = package({"Q1.cab": cabinet({"a.dll": KERNEL[:9000]}), "b.dl_": szdd(OLD), "c.dll": OLD}, "LZX:15")
    for seed in (nested, package({"a.dll": OLD, "update.inf": b"Q246691"})):
        for number in range(300):
            chance = random.Random(number)
            data = bytearray(seed)
            start = chance.choice((0, len(PROGRAM), len(PROGRAM), len(PROGRAM) + 100))
            window = data[start : start + 400]
            for _ in range(chance.randint(1, 4)):
                change(window, chance)
            data[start : start + 400] = window
            began = time.process_time()
            list(files_in(Memory(bytes(data)), "a.exe", nothing_beside))
            assert time.process_time() - began < 5, number
