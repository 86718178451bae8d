"""exiftool reads the same of the headers and version resources of PE files, and knows 16-bit files for what they are.

It has no reader for the versions of 16-bit files: of these only the kind is compared.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.platforms import Platform
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.le import build_le
from tests.build.ne import build_ne
from tests.corpus.differences import differences_of
from tests.corpus.oracles import CORPUS, Versions, needs_corpus, read_folder, required_tool, versions_of

pytestmark = pytest.mark.corpus

TAGS = (
    *("FileType", "MachineType", "TimeStamp", "FileVersionNumber", "ProductVersionNumber", "FileVersion"),
    "OriginalFileName",
)
KINDS = {
    "Win16 EXE": FileKind.NE,
    "Win16 DLL": FileKind.NE,
    "Virtual Device Driver": FileKind.LE,
    "DOS EXE": FileKind.MZ,
}


class Said(NamedTuple):
    kind: FileKind
    machine: str | None
    link_time: str | None
    versions: Versions


def exiftool_says(folder: Path, paths: Iterable[str]) -> dict[str, Said]:
    """What exiftool says of each of the files, which it is given by name because it passes over .sys and .drv."""
    arguments = ["-json", "-n", "-charset", "filename=utf8", *(f"-{tag}" for tag in TAGS)]
    done = subprocess.run(
        [required_tool("exiftool", "libimage-exiftool-perl"), "-@", "-"],
        input="\n".join([*arguments, *(str(folder / path) for path in paths)]),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=True,
        env=os.environ | {"TZ": "UTC"},
    )
    # A version string such as 4.00 comes as a number: it must keep its zeros.
    rows = json.loads(done.stdout, parse_float=str, parse_int=str)
    return {Path(row["SourceFile"]).relative_to(folder).as_posix(): _said(row) for row in rows}


def _said(row: dict[str, str]) -> Said:
    kind = KINDS.get(row["FileType"], FileKind.PE)
    if kind is FileKind.PE:
        assert row["FileType"].startswith(("Win32 ", "Win64 ")), row
    named = ("FileVersionNumber", "ProductVersionNumber", "FileVersion", "OriginalFileName")
    return Said(kind, row.get("MachineType"), row.get("TimeStamp"), Versions(*map(row.get, named)))


def said_here(facts: FileFacts) -> Said:
    stamp = None
    if facts.link_time is not None:
        moment = datetime.fromtimestamp(facts.link_time, tz=UTC)
        stamp = f"{moment:%Y:%m:%d %H:%M:%S}+00:00" if facts.link_time else "0000:00:00 00:00:00"
    machine = None if facts.machine is None else str(facts.machine)
    return Said(facts.kind, machine, stamp, versions_of(facts))


BUILT = {
    **{f"{platform}.dll": build_pe(platform=platform, version="4.0.1381.33090", name="A.DLL") for platform in Platform},
    "no-link-time.dll": build_pe(version="5.0.2195.1", link_time=0),
    "last-link-time.dll": build_pe(version="5.0.2195.1", link_time=0xFFFFFFFF),
    "no-version.dll": build_pe(),
    "no-fixed-info.dll": build_pe(version="4.0.1381.4", fixed_info=False),
    "other-product.dll": build_pe(version="4.0.1381.4", product_version="4.0", strings={"FileVersion": "4.00"}),
    "key-case.dll": build_pe(version="1.2.3.4", strings={"OriginalFileName": "A.DLL", "FileVersion": "é 1"}),
    "tables.dll": build_pe(
        languages={
            0x0409: build_version_resource(
                "1.2.3.4",
                tables={(0x0407, 1200): {"FileVersion": "deutsch"}, (0x0409, 1200): {"FileVersion": "English"}},
            )
        }
    ),
    "languages.dll": build_pe(
        languages={
            0x0407: build_version_resource("1.2.3.7", language=0x0407),
            0x0409: build_version_resource("1.2.3.9"),
        }
    ),
    "no-version.drv": build_ne(),
    "library.drv": build_ne(dll=True),
    "program.exe": build_ne(dll=False),
    "vmm.vxd": build_le(),
}


@needs_corpus
def test_real_files_are_read_alike() -> None:
    here = {path: said_here(facts) for path, facts in read_folder(CORPUS).items()}
    there = exiftool_says(CORPUS, here)
    differing = {path: (said, there.get(path)) for path, said in here.items() if there.get(path) != said}
    print(f"{len(here)} files, {sum(said.versions.file_version is not None for said in here.values())} with a version")
    assert differing == {}
    assert here


def test_built_files_are_read_alike(tmp_path: Path) -> None:
    for name, image in BUILT.items():
        (tmp_path / name).write_bytes(image)
    here = {path: said_here(facts) for path, facts in read_folder(tmp_path).items()}
    there = exiftool_says(tmp_path, here)
    differing = {path: (said, there[path]) for path, said in here.items() if there[path] != said}
    assert set(here) == set(BUILT)
    assert set(differing) == differences_of("exiftool"), differing


def test_the_versions_of_16_bit_files_are_not_exiftools(tmp_path: Path) -> None:
    """Should exiftool learn to read them, the comparison above can have them too."""
    for name, image in {"a.drv": build_ne(version="3.10.0.103"), "a.vxd": build_le(version="4.0.0.950")}.items():
        (tmp_path / name).write_bytes(image)
    here = read_folder(tmp_path)
    assert [str(facts.file_version) for facts in here.values()] == ["3.10.0.103", "4.0.0.950"]
    there = exiftool_says(tmp_path, here)
    assert {path: said.kind for path, said in there.items()} == {path: facts.kind for path, facts in here.items()}
    assert {said.versions for said in there.values()} == {Versions()}
