"""The VERSIONINFO block of 16-bit files, built in code (Windows 3.1 SDK, "Version-Information Resource")."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import TypedDict

from hotfixcheck.fileversion import FileVersion


class Told(TypedDict, total=False):
    """What `build_version_resource16` takes, for those who pass it on."""

    version: str | None
    product_version: str | None
    strings: Mapping[str, str] | None
    name: str
    language: int
    codepage: int
    fixed_info: bool


def node16(
    key: str | bytes, value: bytes = b"", *children: bytes, value_length: int | None = None, length: int | None = None
) -> bytes:
    """A block of VERSIONINFO, whose two lengths may lie; its own counts no padding behind it."""
    name = key.encode("cp1252") if isinstance(key, str) else key
    body = bytearray(4) + name + b"\0"
    for part in (value, *children):
        body += bytes(-len(body) % 4) + part
    lengths = len(body) if length is None else length, len(value) if value_length is None else value_length
    struct.pack_into("<HH", body, 0, *lengths)
    return bytes(body)


def build_version_resource16(
    version: str | None = None,
    *,
    product_version: str | None = None,
    strings: Mapping[str, str] | None = None,
    name: str = "",
    language: int = 0x0409,
    codepage: int = 1252,
    tables: Mapping[tuple[int, int], Mapping[str, str]] | None = None,
    fixed_info: bool = True,
) -> bytes:
    """A 16-bit VS_VERSION_INFO block; the arguments are those of `hotfixcheck.demo.peimage.build_version_resource`.

    Values are written in the code page of their table.
    """
    product_version = version if product_version is None else product_version
    if strings is None:
        derived = {"FileVersion": version, "OriginalFilename": name or None, "ProductVersion": product_version}
        strings = {key: value for key, value in derived.items() if value is not None}
    if tables is None:
        tables = {(language, codepage): strings}
    fixed = _fixed_info(version, product_version or version) if fixed_info and version else b""
    nodes = [
        node16(f"{of:04X}{page:04X}", b"", *(_string(key, value, page) for key, value in values.items()))
        for (of, page), values in tables.items()
    ]
    translation = node16("Translation", b"".join(struct.pack("<HH", *pair) for pair in tables))
    infos = [node16("StringFileInfo", b"", *nodes), node16("VarFileInfo", b"", translation)]
    return node16("VS_VERSION_INFO", fixed, *infos)


def told_block(told: Told) -> bytes | None:
    """The block of what is told, None where that is nothing that a version resource would be there for."""
    is_told = told.get("version") is not None or told.get("strings") is not None or told.get("name")
    return build_version_resource16(**told) if is_told else None


def _string(key: str, value: str, codepage: int) -> bytes:
    return node16(key, f"{value}\0".encode(f"cp{codepage}"))


def _fixed_info(version: str, product_version: str) -> bytes:
    file, product = FileVersion.parse(version), FileVersion.parse(product_version)
    words = [part for of in (file, product) for part in (of.major << 16 | of.minor, of.build << 16 | of.revision)]
    return struct.pack("<13I", 0xFEEF04BD, 0x10000, *words, 0x3F, 0, 0x10001, 2, 0, 0, 0)
