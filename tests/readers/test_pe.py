"""PE files: the facts that pefile's own full parse gives, and an answer in bounded time for every hostile one."""

from __future__ import annotations

import struct
import time
import tracemalloc
from typing import Any

import pefile
import pytest

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind
from tests.build.changes import patched
from tests.build.readings import agreed
from tests.build.resources import RSRC_RVA, SUBDIRECTORY, data_entry, directory, pe_with_resources, version_tree
from tests.build.sources import BytesSource

PE_HEADER = 0x80
OPTIONAL = PE_HEADER + 24
SECTIONS = OPTIONAL + 0xE0  # of a 32-bit file


def facts_of(image: bytes, **source: Any) -> FileFacts:
    """What both readers say; raises UnreadableFileError."""
    said = agreed(image, **source)
    if isinstance(said, str):
        raise UnreadableFileError(said)
    return said


def problem_of(image: bytes, **source: Any) -> str:
    with pytest.raises(UnreadableFileError) as raised:
        facts_of(image, **source)
    return raised.value.problem


def block(version: str, **strings: str) -> bytes:
    return build_version_resource(version, strings=strings or None)


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("dll", [True, False], ids=["library", "program"])
def test_what_pefile_reads_in_full_is_what_is_read(platform: Platform, dll: bool) -> None:
    strings = {"CompanyName": "Contoso\N{REGISTERED SIGN}", "FileVersion": "4.00", "OriginalFileName": "A.DLL"}
    image = build_pe(
        platform=platform, version="4.0.1381.33090", product_version="4.0.1381.4", strings=strings, size=70_001, dll=dll
    )
    facts = facts_of(image)
    full = pefile.PE(data=image)
    fixed = full.VS_FIXEDFILEINFO[0]
    assert facts.platform is platform
    assert facts.machine == full.FILE_HEADER.Machine
    assert facts.link_time == full.FILE_HEADER.TimeDateStamp
    assert facts.size == len(image)
    assert facts.file_version == FileVersion.from_words(fixed.FileVersionMS, fixed.FileVersionLS)
    assert facts.product_version == FileVersion.from_words(fixed.ProductVersionMS, fixed.ProductVersionLS)
    (table,) = full.FileInfo[0][0].StringTable
    assert dict(facts.strings) == strings == {k.decode(): v.decode() for k, v in table.entries.items()}
    assert facts.original_filename == "A.DLL"
    assert facts.language == 0x0409
    assert not facts.reproducible


def test_a_file_without_a_version_resource() -> None:
    for image in (build_pe(), build_pe(version="1.2.3.4", resources=False)):
        facts = facts_of(image)
        assert facts.kind is FileKind.PE
        assert (facts.file_version, facts.product_version, facts.language, facts.strings) == (None, None, None, ())


def test_a_file_without_fixed_info() -> None:
    facts = facts_of(build_pe(version="4.0.1381.4", fixed_info=False))
    assert facts.file_version is None
    assert facts.string_version == "4.0.1381.4"


def test_a_reproducible_file() -> None:
    assert facts_of(build_pe(version="1.2.3.4", reproducible=True)).reproducible


def test_a_debug_directory_without_a_repro_entry() -> None:
    image = build_pe(reproducible=True)
    assert not facts_of(patched(image, 0x200 + 12, "<I", 2)).reproducible
    assert not facts_of(patched(image, OPTIONAL + 96 + 8 * 6, "<I", 0x7FFFFFFF)).reproducible
    assert facts_of(patched(image, OPTIONAL + 96 + 8 * 6 + 4, "<I", 0xFFFFFFFF)).reproducible


def test_a_machine_that_no_windows_runs_on() -> None:
    facts = facts_of(patched(build_pe(), PE_HEADER + 4, "<H", 0x0EBC))
    assert (facts.machine, facts.platform) == (0x0EBC, None)


LANGUAGES = {
    "English of several": ([0x0407, 0x0409, 0x0411], 0x0409),
    "neutral of several": ([0x0000, 0x0407, 0x0411], 0x0000),
    "the first of others": ([0x0407, 0x0411], 0x0407),
}


@pytest.mark.parametrize(("languages", "chosen"), LANGUAGES.values(), ids=LANGUAGES)
def test_one_language_is_chosen(languages: list[int], chosen: int) -> None:
    blocks = {of: build_version_resource(f"1.2.3.{of}", strings={"A": "x"}, language=of or 0x0409) for of in languages}
    facts = facts_of(build_pe(languages=blocks))
    assert facts.file_version == FileVersion(1, 2, 3, chosen)
    assert facts.language == chosen or (chosen == 0 and facts.language == 0x0409)


NAMES = {
    "1 before others": ([(2, "2.0.0.0"), (1, "1.0.0.0")], "1.0.0.0"),
    "1 before a string": ([(SUBDIRECTORY | 0x100, "2.0.0.0"), (1, "1.0.0.0")], "1.0.0.0"),
    "the first where none is 1": ([(2, "2.0.0.0"), (3, "3.0.0.0")], "2.0.0.0"),
}


@pytest.mark.parametrize(("names", "version"), NAMES.values(), ids=NAMES)
def test_the_version_resource_is_the_one_named_1(names: list[tuple[int, str]], version: str) -> None:
    tree = version_tree([(name, [(0x0407 if name == 1 else 0x0409, block(of))]) for name, of in names])
    assert str(facts_of(pe_with_resources(tree)).file_version) == version


def test_other_kinds_of_resource_stand_beside_it() -> None:
    tree = version_tree(
        [(1, [(0x0409, block("1.2.3.4"))])],
        before=[(SUBDIRECTORY | 0x10, SUBDIRECTORY | 0x70000000), (3, SUBDIRECTORY | 0x70000000)],
    )
    assert str(facts_of(pe_with_resources(tree)).file_version) == "1.2.3.4"


WHOLE = version_tree([(1, [(0x0409, block("1.2.3.4"))])])
TRUNCATED_BLOCK = data_entry(RSRC_RVA + 24 + 24 + 24 + 16, 0x8000)

HOSTILE = {
    "100,000 kinds of resource": (
        directory(
            [(0x7000 + n, 0) for n in range(0xFFFF)] + [(n, 0) for n in range(34_465)], named=0xFFFF, by_id=34_465
        ),
        None,
    ),
    "100,000 kinds of resource, the version behind 65,535 others": (
        directory([(SUBDIRECTORY | n, 0) for n in range(0xFFFF)] + [(16, 0)]),
        None,
    ),
    "a root directory that is its own version directory": (directory([(16, SUBDIRECTORY)]), None),
    "directories that lead to themselves": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 24), *((n, SUBDIRECTORY | 24) for n in range(2, 5000))]),
        None,
    ),
    "65,535 names of 65,535 languages": (
        directory([(16, SUBDIRECTORY | 24)]) + directory([(n, SUBDIRECTORY | 24) for n in range(0xFFFF)]),
        None,
    ),
    "65,535 languages": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(n, 8 * 0xFFFF + 64) for n in range(0xFFFF)])
        + data_entry(0x1000, 4),
        "damaged version resource",
    ),
    "names of 65,535 characters": (
        directory([(SUBDIRECTORY | 0x8000, 0)] * 4000) + b"\xff\xff" + b"A\0" * 0xFFFF,
        None,
    ),
    "a count that lies, the version before the end": (
        WHOLE[:12] + b"\xff\xff\xff\xff" + WHOLE[16:],
        "",
    ),
    "a count that lies, no version": (directory([(3, 0)], by_id=0xFFFF), "its resources at RVA 0x2000"),
    "no directory at the root": (b"", "its resources at RVA 0x2000"),
    "a version directory that is nowhere": (
        directory([(16, SUBDIRECTORY | 0x7FFFFFF0)]),
        "its resources at RVA 0x80001ff0",
    ),
    "a data entry that is nowhere": (
        directory([(16, SUBDIRECTORY | 24)]) + directory([(1, SUBDIRECTORY | 48)]) + directory([(9, 0x70000000)]),
        "its resources at RVA 0x70002000",
    ),
    "a version resource that is nowhere": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(9, 72)])
        + data_entry(0x7FFFFFFF, 500),
        "damaged version resource at RVA 0x7fffffff",
    ),
    "a version resource that ends with the section": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(9, 72)])
        + TRUNCATED_BLOCK
        + struct.pack("<HH", 0x7000, 52)
        + block("1.2.3.4")[4:],
        "of 28,672 bytes of its version resource are there",
    ),
    "a version resource of zeros": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(9, 72)])
        + data_entry(RSRC_RVA + 88, 400)
        + bytes(400),
        "does not begin with VS_VERSION_INFO",
    ),
    "a version that is a leaf": (directory([(16, 24)]), None),
    "a name that is a leaf": (directory([(16, SUBDIRECTORY | 24)]) + directory([(1, 48)]), None),
    "a language that is a directory": (
        directory([(16, SUBDIRECTORY | 24)])
        + directory([(1, SUBDIRECTORY | 48)])
        + directory([(9, SUBDIRECTORY | 48)]),
        None,
    ),
}


@pytest.mark.parametrize(("rsrc", "problem"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_resource_tree_is_answered_in_bounds(rsrc: bytes, problem: str | None) -> None:
    """None: there is no version. "": it is found. Else the problem that is said."""
    image = pe_with_resources(rsrc)
    tracemalloc.start()
    start = time.process_time()
    try:
        if problem:
            assert problem in problem_of(image)
        else:
            assert str(facts_of(image).file_version) == ("None" if problem is None else "1.2.3.4")
        taken = time.process_time() - start
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 2
    assert peak < 16 << 20


SAMPLE = build_pe(version="4.0.1381.4", name="A.DLL", strings={"FileVersion": "4.00", "A": "x" * 90})

CUT_HEADERS = {
    "resource directory outside": (OPTIONAL + 96 + 8 * 2, "<I", 0x7FFF0000),
    "resource directory in the headers": (OPTIONAL + 96 + 8 * 2, "<I", 0x10),
    "65,535 sections": (PE_HEADER + 6, "<H", 0xFFFF),
    "optional header of no size": (PE_HEADER + 20, "<H", 0),
    "optional header of another kind": (OPTIONAL, "<H", 0x107),
    "file alignment of zero": (OPTIONAL + 36, "<I", 0),
    "no data directories": (OPTIONAL + 92, "<I", 0),
    "section alignment of zero": (OPTIONAL + 32, "<I", 0),
    "overlapping sections": (SECTIONS + 12, "<I", 0x2000),
    "section of 4 GB": (SECTIONS + 16, "<I", 0xFFFFFFFF),
    "section at 4 GB": (SECTIONS + 20, "<I", 0xFFFFFFFF),
    "PE header at the end": (0x3C, "<I", len(SAMPLE) - 4),
    "PE header at itself": (0x3C, "<I", 0x3C),
}


@pytest.mark.parametrize(("offset", "layout", "value"), CUT_HEADERS.values(), ids=CUT_HEADERS)
def test_a_damaged_header_is_answered(offset: int, layout: str, value: int) -> None:
    try:
        facts = facts_of(patched(SAMPLE, offset, layout, value))
    except UnreadableFileError:
        return
    assert facts.file_version in {None, FileVersion(4, 0, 1381, 4)}


def test_a_section_that_ends_beyond_the_file_is_named() -> None:
    assert problem_of(patched(SAMPLE, SECTIONS + 16, "<I", 0x10000)) == (
        f"cut short: section .text ends at byte 66,048, the file at {len(SAMPLE):,}"
    )


def test_a_section_without_a_place_in_the_file_may_have_a_size() -> None:
    image = patched(build_pe(), SECTIONS + 16, "<II", 0x100000, 0)
    assert facts_of(image).kind is FileKind.PE


def test_the_padding_of_the_last_section_may_be_left_out() -> None:
    full = pefile.PE(data=SAMPLE, fast_load=True)
    content = full.sections[-1].PointerToRawData + full.sections[-1].Misc_VirtualSize
    assert content < len(SAMPLE)
    facts = facts_of(SAMPLE[:content])
    assert facts.strings == facts_of(SAMPLE).strings
    assert facts.size == content


def test_a_signature_must_be_whole() -> None:
    signed = SAMPLE + b"\x30" * 64
    signed = patched(signed, OPTIONAL + 96 + 8 * 4, "<II", len(SAMPLE), 64)
    assert facts_of(signed).file_version == FileVersion(4, 0, 1381, 4)
    assert problem_of(signed[:-1]) == (
        f"cut short: the signature ends at byte {len(signed):,}, the file at {len(signed) - 1:,}"
    )


@pytest.mark.parametrize(
    "image",
    [
        SAMPLE,
        build_pe(platform=Platform.AMD64, version="5.2.3790.1830"),
        build_pe(platform=Platform.ALPHA, version="4.0.1381.4", size=20_000),
    ],
    ids=["x86", "amd64", "alpha with an overlay"],
)
def test_a_file_cut_anywhere_is_never_wrong(image: bytes) -> None:
    whole = facts_of(image)
    # One byte, an M, is no sign of anything yet.
    for end in [*range(0, len(image), 512), *range(2, min(len(image), 0x300)), *range(len(image) - 600, len(image))]:
        try:
            facts = facts_of(image[:end])
        except UnreadableFileError:
            continue
        assert (facts.file_version, facts.strings, facts.machine, facts.link_time) == (
            whole.file_version,
            whole.strings,
            whole.machine,
            whole.link_time,
        ), end


def test_an_error_of_reading_stays_what_it_is() -> None:
    class Failing(BytesSource):
        def read(self, offset: int, length: int) -> bytes:
            if offset >= 4096:
                raise OSError(5, "Input/output error")
            return super().read(offset, length)

    with pytest.raises(OSError, match="Input/output error"):
        read_facts(Failing(build_pe(version="1.2.3.4", size=20_000)), "a.dll")
