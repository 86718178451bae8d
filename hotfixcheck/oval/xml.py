"""What both OVAL documents share: namespaces, ids, and text that XML can hold."""

from __future__ import annotations

import re
from enum import IntEnum
from xml.etree import ElementTree as ET

from hotfixcheck import __version__
from hotfixcheck.oval.logic import FileObject, FilePart, Object
from hotfixcheck.oval.systems import CONSTANT_OBJECTS, HOTFIX
from hotfixcheck.platforms import Platform

COMMON = "http://oval.mitre.org/XMLSchema/oval-common-5"
DEFINITIONS = "http://oval.mitre.org/XMLSchema/oval-definitions-5"
CHARACTERISTICS = "http://oval.mitre.org/XMLSchema/oval-system-characteristics-5"
INDEPENDENT = f"{DEFINITIONS}#independent"
WINDOWS = "#windows"

_PREFIXES = {
    "oval": COMMON,
    "win-def": f"{DEFINITIONS}{WINDOWS}",
    "ind-def": INDEPENDENT,
    "win-sc": f"{CHARACTERISTICS}{WINDOWS}",
}
_SCHEMA_VERSION = "5.10.1"
_TIMESTAMP = "2000-01-01T00:00:00"  # a fixed one: the same input gives the same bytes

_NAMESPACE = "oval:hotfixcheck"
_PLATFORMS = tuple(Platform)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class DefinitionKind(IntEnum):
    APPLICABLE = 1
    MISSING = 2


def definition_id(article: int, platform: Platform, kind: DefinitionKind) -> str:
    """The same in every export: of the article's number, the platform's place in Platform, and the kind."""
    return f"{_NAMESPACE}:def:{article}{_PLATFORMS.index(platform)}{kind.value}"


def object_id(found: Object) -> str:
    """The same in every export, so that characteristics fit definitions that were exported another day."""
    if isinstance(found, FileObject):
        part = 1 + (found.part is FilePart.HEADER)
        return f"{_NAMESPACE}:obj:{part}{found.article:09}{found.table:03}{found.row:05}"
    if found in CONSTANT_OBJECTS:
        return f"{_NAMESPACE}:obj:{CONSTANT_OBJECTS.index(found) + 1}"
    name = found.key.removeprefix(f"{HOTFIX}\\")
    return f"{_NAMESPACE}:obj:{3 + name.startswith('KB')}{int(name.lstrip('QKB')):09}"


def numbered(kind: str, number: int) -> str:
    """The id of something that has none of its own: `kind` is OVAL's abbreviation, such as tst or ste."""
    return f"{_NAMESPACE}:{kind}:{number}"


def root(namespace: str, name: str) -> ET.Element:
    """The root element with its generator."""
    element = ET.Element(f"{{{namespace}}}{name}")
    generator = ET.SubElement(element, f"{{{namespace}}}generator")
    for tag, value in (
        ("product_name", "hotfixcheck"),
        ("product_version", __version__),
        ("schema_version", _SCHEMA_VERSION),
        ("timestamp", _TIMESTAMP),
    ):
        ET.SubElement(generator, f"{{{COMMON}}}{tag}").text = value
    return element


def text(value: str) -> str:
    """`value` as XML can hold it: what no XML document may have becomes U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", value)


def written(element: ET.Element) -> str:
    """The document."""
    for prefix, namespace in _PREFIXES.items():
        ET.register_namespace(prefix, namespace)
    ET.register_namespace("", element.tag[1:].partition("}")[0])
    ET.indent(element)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(element, encoding="unicode")}\n'
