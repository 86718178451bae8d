"""Shapes of PE files that the field has and linkers of today do not make: each is read, by both readers alike."""

from __future__ import annotations

import struct

import pytest

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.platforms import Platform
from hotfixcheck.readers import read_facts
from hotfixcheck.readers.facts import FileFacts, FileKind, Reader
from tests.build.sources import BytesSource
from tests.build.versioninfo16 import build_version_resource16

VERSION = "5.2.3790.1830"
STRINGS = {"FileVersion": "5.2.3790.1830 (srv03_sp1_rtm.050324-1447)", "OriginalFilename": "A.SYS"}

PE_HEADER = 0x80
OPTIONAL = PE_HEADER + 24
SECTIONS = OPTIONAL + 0xE0
ONE, TWO, THREE = SECTIONS, SECTIONS + 40, SECTIONS + 80
SUBSYSTEM, DIRECTORIES = OPTIONAL + 68, OPTIONAL + 92
SIGNATURE = OPTIONAL + 96 + 8 * 4
CERTIFICATE = struct.pack("<IHH", 24, 0x0200, 2) + bytes(16)  # WIN_CERTIFICATE


def patched(image: bytes, *places: tuple[int, bytes]) -> bytes:
    changed = bytearray(image)
    for at, content in places:
        changed[at : at + len(content)] = content
    return bytes(changed)


def u16(at: int, value: int) -> tuple[int, bytes]:
    return at, struct.pack("<H", value)


def u32(at: int, *values: int) -> tuple[int, bytes]:
    return at, struct.pack(f"<{len(values)}I", *values)


def section(at: int, name: bytes, size: int, rva: int, raw: int, place: int, flags: int) -> tuple[int, bytes]:
    return at, struct.pack("<8s6I2HI", name, size, rva, raw, place, 0, 0, 0, 0, flags)


SAMPLE = build_pe(version=VERSION, strings=STRINGS)
LARGER = build_pe(version=VERSION, strings=STRINGS, size=0x2400)  # .rsrc, its last section, is on the third page
RSRC = LARGER[TWO : TWO + 40]
RSRC_SIZE, RSRC_RVA, RSRC_RAW, RSRC_PLACE = struct.unpack_from("<4I", RSRC, 8)
assert RSRC_RVA == 0x3000


def packed() -> bytes:
    """As UPX leaves a file: room to unpack to, the packed bytes, and resources that Windows must find unpacked."""
    return patched(
        LARGER,
        u16(PE_HEADER + 6, 3),
        section(ONE, b"UPX0", 0x1000, 0x1000, 0, 0x200, 0xE0000080),
        section(TWO, b"UPX1", 0x1000, 0x2000, 0x1000, 0x200, 0xE0000040),
        (THREE, RSRC),
    )


def driver() -> bytes:
    """INIT is thrown away once a driver has started; its resources may be between it and .reloc."""
    return patched(
        LARGER,
        u16(PE_HEADER + 6, 3),
        u16(SUBSYSTEM, 1),  # native
        section(ONE, b".text", 0x1000, 0x1000, 0x200, 0x200, 0x68000020),
        section(TWO, b"INIT", 0x1000, 0x2000, 0x200, 0x400, 0xE2000020),
        (THREE, RSRC),
    )


def resources_alone() -> bytes:
    """As a .mui file: nothing but resources."""
    return patched(SAMPLE, u16(PE_HEADER + 6, 1), (ONE, SAMPLE[TWO : TWO + 40]), (TWO, bytes(40)))


def of_machine(number: int) -> bytes:
    return patched(build_pe(platform=Platform.ARM64, version=VERSION, strings=STRINGS), u16(PE_HEADER + 4, number))


READ = {
    "packed by UPX": (packed(), Reader.STRICT),
    "a driver with a section to throw away": (driver(), Reader.STRICT),
    "resources alone, as .mui files": (resources_alone(), Reader.STRICT),
    "a bundle behind the host of a .NET program": (SAMPLE + bytes(1 << 20) + b"\x8b\x12\x02\xb9" * 8, Reader.STRICT),
    "a certificate behind it": (
        patched(SAMPLE + CERTIFICATE, u32(SIGNATURE, len(SAMPLE), len(CERTIFICATE))),
        Reader.STRICT,
    ),
    "two certificates behind an installer's data": (
        patched(SAMPLE + bytes(800) + 2 * CERTIFICATE, u32(SIGNATURE, len(SAMPLE) + 800, 2 * len(CERTIFICATE))),
        Reader.STRICT,
    ),
    "an EFI application": (patched(SAMPLE, u16(SUBSYSTEM, 10)), Reader.STRICT),
    "an EFI ROM": (patched(SAMPLE, u16(SUBSYSTEM, 13)), Reader.STRICT),
    "a boot application": (patched(SAMPLE, u16(SUBSYSTEM, 16)), Reader.STRICT),
    "three data directories, the last of them the resources": (patched(SAMPLE, u32(DIRECTORIES, 3)), Reader.PEFILE),
    "an optional header as ROM images have": (patched(SAMPLE, u16(OPTIONAL, 0x107)), Reader.PEFILE),
    "a section without a size in memory, as Watcom's": (patched(SAMPLE, u32(ONE + 8, 0)), Reader.STRICT),
}


def read(data: bytes, reader: Reader = Reader.STRICT, name: str = "a.sys") -> FileFacts:
    return read_facts(BytesSource(data), name, reader)


@pytest.mark.parametrize(("data", "reader"), READ.values(), ids=READ)
def test_its_version_is_read(data: bytes, reader: Reader) -> None:
    facts = read(data)
    assert facts == read(data, Reader.PEFILE)
    assert (facts.kind, str(facts.file_version), dict(facts.strings)) == (FileKind.PE, VERSION, STRINGS)
    assert facts.reader is reader


MACHINES = {
    "ARM64": (0xAA64, Platform.ARM64),
    "ARM64EC": (0xA641, Platform.ARM64),
    "ARM64X": (0xA64E, Platform.ARM64),
    "ARM64EC that says it is x64": (0x8664, Platform.AMD64),
    "EFI byte code": (0x0EBC, None),
    "RISC-V": (0x5064, None),
    ".NET on x64 Linux": (0x8664 ^ 0x7B79, None),
}


@pytest.mark.parametrize(("number", "platform"), MACHINES.values(), ids=MACHINES)
def test_a_machine_is_kept_as_it_stands(number: int, platform: Platform | None) -> None:
    facts = read(of_machine(number))
    assert (facts.machine, facts.platform, str(facts.file_version)) == (number, platform, VERSION)


WITHOUT_VERSION = {
    "no section": patched(build_pe(resources=False), u16(PE_HEADER + 6, 0)),
    "no section and nothing behind the headers": patched(build_pe(resources=False), u16(PE_HEADER + 6, 0))[:0x200],
    "two data directories": patched(SAMPLE, u32(DIRECTORIES, 2)),
}


@pytest.mark.parametrize("data", WITHOUT_VERSION.values(), ids=WITHOUT_VERSION)
def test_a_pe_file_without_a_version(data: bytes) -> None:
    facts = read(data)
    assert facts == read(data, Reader.PEFILE)
    assert (facts.kind, facts.file_version, facts.machine) == (FileKind.PE, None, 0x014C)


def test_resources_that_no_section_holds_are_damage() -> None:
    """Without its section the directory leads nowhere: that is no file without a version."""
    with pytest.raises(UnreadableFileError, match="its resources at RVA 0x2000 are not in the file"):
        read(patched(SAMPLE, u16(PE_HEADER + 6, 0)))


NO_PE = {
    "a TE image": b"VZ\x64\x86\x03\x0b" + bytes(34) + SAMPLE[0x200:],
    "the letters the other way round": b"ZM" + SAMPLE[2:],
}


@pytest.mark.parametrize("data", NO_PE.values(), ids=NO_PE)
def test_what_windows_does_not_load_has_size_and_time_only(data: bytes) -> None:
    facts = read(data, name="a.efi")
    assert (facts.kind, facts.file_version, facts.size) == (FileKind.OTHER, None, len(data))


def test_a_16_bit_block_in_a_pe_file_is_read() -> None:
    """The first resource compilers for Win32 wrote what they had written before."""
    block = build_version_resource16("1.30.0.144", strings={"FileVersion": "1.30", "OriginalFilename": "W32S.DLL"})
    data = build_pe(languages={0x0409: block})
    facts = read(data)
    assert facts == read(data, Reader.PEFILE)
    assert (str(facts.file_version), facts.string_version, facts.original_filename) == (
        "1.30.0.144",
        "1.30",
        "W32S.DLL",
    )


def test_damage_in_a_16_bit_block_is_said() -> None:
    block = build_version_resource16("1.30.0.144").replace(b"VS_VERSION_INFO", b"VS_VERSION_ONFI")
    with pytest.raises(UnreadableFileError, match="does not begin with VS_VERSION_INFO"):
        read(build_pe(languages={0x0409: block}))


def test_the_product_version_is_another() -> None:
    data = build_pe(version="6.0.2900.2180", product_version="5.1.2600.2180")
    facts = read(data)
    assert (str(facts.file_version), str(facts.product_version)) == ("6.0.2900.2180", "5.1.2600.2180")


@pytest.mark.parametrize("order", [1, -1], ids=["English last", "English first"])
def test_of_several_translations_the_english_is_shown(order: int) -> None:
    tables = {
        (0x0407, 1200): {"FileDescription": "Ein Treiber"},
        (0x040C, 1252): {"FileDescription": "Un pilote"},
        (0x0409, 1200): {"FileDescription": "A driver"},
    }
    block = build_version_resource(VERSION, tables=dict(list(tables.items())[::order]))
    data = build_pe(languages={0x0000: block})
    facts = read(data)
    assert facts == read(data, Reader.PEFILE)
    assert facts.string("FileDescription") == "A driver"
