"""Wine's GetFileVersionInfoW, asked by a small program (oracle.c), reads the same versions of PE and NE files.

Wine answers for its own library where a file has the name of one, so each file gets a name of its own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.le import build_le
from tests.build.ne import RT_VERSION, VERSION_NAME, build_ne
from tests.build.sources import BytesSource
from tests.build.versioninfo16 import build_version_resource16
from tests.corpus.differences import differences_of
from tests.corpus.oracles import CORPUS, Versions, needs_corpus, read_folder, required_tool, versions_of

pytestmark = pytest.mark.corpus

FONTS = Path("/usr/share/wine/fonts")

Oracle = Callable[[Mapping[str, Path | bytes]], dict[str, Versions | None]]


@pytest.fixture(scope="module")
def wine_says(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    """What Wine says of files by name, given by path or by content; None where it crashes."""
    compiler = required_tool("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64")
    wine = required_tool("wine", "wine")
    folder = tmp_path_factory.mktemp("wine")
    program = folder / "oracle.exe"
    source = Path(__file__).with_name("oracle.c")
    subprocess.run([compiler, "-O1", "-Wall", "-o", program, source, "-lversion"], check=True, timeout=300)
    env = os.environ | {
        "WINEPREFIX": str(folder / "prefix"),
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",  # else a new prefix asks for downloads
    }
    env.pop("DISPLAY", None)

    def ask(names: list[str], place: Path) -> str:
        asked = "\n".join(names).encode()
        done = subprocess.run(
            [wine, str(program)], input=asked, capture_output=True, cwd=place, env=env, timeout=300, check=False
        )
        return done.stdout.decode()

    def says(files: Mapping[str, Path | bytes]) -> dict[str, Versions | None]:
        place = tmp_path_factory.mktemp("files")
        unique = {f"unique{number:05}.bin": name for number, name in enumerate(files)}
        for called, name in unique.items():
            content = files[name]
            if isinstance(content, Path):
                (place / called).symlink_to(content)
            else:
                (place / called).write_bytes(content)
        answers: dict[str, Versions | None] = {}
        waiting = list(unique)
        while waiting:
            *lines, _ = ask(waiting, place).split("\n")  # behind the last end of a line is what a crash cut off
            for line in lines:
                called, *fields = line.rstrip("\r").split("\t")
                answers[unique[called]] = _versions(fields)
            if len(lines) < len(waiting):  # it went down on this one
                answers[unique[waiting[len(lines)]]] = None
            waiting = waiting[len(lines) + 1 :]
        return answers

    yield says
    subprocess.run(["wineserver", "-k"], env=env, check=False, timeout=300)  # that of this WINEPREFIX


def _versions(fields: list[str]) -> Versions:
    if fields == ["none"]:
        return Versions()
    file_version, product_version, _, *strings = (None if field == "-" else field for field in fields)
    return Versions(file_version, product_version, *(text and text.removeprefix("=") for text in strings))


def both_languages(*order: int) -> dict[tuple[int, int], dict[str, str]]:
    return {(of, 1252): {"FileVersion": f"3.10.{of}", "OriginalFilename": "A.DRV"} for of in order}


def ne_of(*blocks: tuple[int, bytes], shift: int = 4) -> bytes:
    return build_ne(resources=[(RT_VERSION, name, block) for name, block in blocks], resource_shift=shift)


BLOCK = build_version_resource16("3.10.0.103", name="KRNL386.EXE")
BUILT: dict[str, bytes] = {
    **{f"PE of {platform}": build_pe(platform=platform, version="4.0.1381.33090", name="A") for platform in Platform},
    "PE, two string tables": build_pe(
        languages={0x0409: build_version_resource("1.2.3.4", tables=both_languages(0x0407, 0x0409))}
    ),
    "PE, two languages": build_pe(
        languages={of: build_version_resource(f"1.2.3.{of}", language=of) for of in (0x0407, 0x0409)}
    ),
    "PE without a version": build_pe(),
    "PE without fixed info": build_pe(version="4.0.1381.4", fixed_info=False),
    "NE": build_ne(version="3.10.0.103", name="KRNL386.EXE"),
    "NE, another product version": build_ne(version="3.11.0.300", product_version="3.11"),
    "NE without a version": build_ne(),
    "NE with other resources": build_ne(
        resources=[(0x8003, 0x8001, b"icon" * 50), (RT_VERSION, VERSION_NAME, BLOCK), (0x8005, 0x8001, b"dialog")]
    ),
    "NE without fixed info": build_ne(version="3.10", fixed_info=False),
    "NE without strings": build_ne(version="3.10", strings={}),
    "NE, an empty string": build_ne(version="3.10", strings={"FileVersion": "", "OriginalFilename": "A"}),
    "NE, German": build_ne(version="3.10.0.103", language=0x0407, strings={"FileVersion": "3.10 für Wörter"}),
    "NE, two string tables": ne_of(
        (VERSION_NAME, build_version_resource16("3.10", tables=both_languages(0x0407, 0x0409)))
    ),
    "NE in units of one byte": ne_of((VERSION_NAME, BLOCK), shift=0),
    "NE in units of 512 bytes": ne_of((VERSION_NAME, BLOCK), shift=9),
    "NE, two versions": ne_of((0x8002, build_version_resource16("2.0")), (VERSION_NAME, BLOCK)),
    "NE, a 32-bit block": ne_of((VERSION_NAME, build_version_resource("4.0.1381.4", name="A.DRV"))),
    "NE, Polish": build_ne(version="3.10", language=0x0415, codepage=1250, strings={"FileVersion": "3.10 Łódź"}),
    "NE, a version of another name": ne_of((0x8002, BLOCK)),
    "LE": build_le(version="4.0.0.950", name="VMM.VXD"),
}


@needs_corpus
def test_real_files_are_read_alike(wine_says: Oracle) -> None:
    here = {path: versions_of(facts) for path, facts in read_folder(CORPUS).items()}
    there = wine_says({path: CORPUS / path for path in here})
    differing = {path: (said, there[path]) for path, said in here.items() if there[path] != said}
    print(f"{len(here)} files, {sum(said.file_version is not None for said in here.values())} with a version")
    assert differing == {}
    assert here


@pytest.mark.skipif(not FONTS.is_dir(), reason="Wine's fonts are not installed (Debian: fonts-wine)")
def test_real_ne_files_are_read_alike(wine_says: Oracle) -> None:
    """Bitmap fonts are the only NE files that Debian has. None has a version resource: what counts is no problem."""
    here = {path: facts for path, facts in read_folder(FONTS).items() if facts.kind is FileKind.NE}
    there = wine_says({path: FONTS / path for path in here})
    print(f"{len(here)} files")
    assert {path: versions_of(facts) for path, facts in here.items()} == there
    assert here


def facts_of(image: bytes) -> FileFacts:
    return read_facts(BytesSource(image), "a.dll")


def test_built_files_are_read_alike(wine_says: Oracle) -> None:
    there = wine_says(BUILT)
    here = {name: versions_of(facts_of(image)) for name, image in BUILT.items()}
    differing = {name: (said, there[name]) for name, said in here.items() if there[name] != said}
    assert set(differing) == differences_of("wine"), differing


def test_a_file_cut_short_has_the_version_that_wine_reads_or_none(wine_says: Oracle) -> None:
    image = BUILT["NE with other resources"]
    cut = {str(end): image[:end] for end in range(0x80, len(image), 13)}
    there = wine_says(cut)
    for end, piece in cut.items():
        try:
            here = versions_of(facts_of(piece))
        except UnreadableFileError:
            continue
        assert here == there[end], end
