"""What install media say they hold: PRODSPEC.INI, and the tag files that setup asks for a CD by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from hotfixcheck.products import ServicePack, parse_product
from hotfixcheck.system.clues import Clues
from hotfixcheck.system.editions import plain_edition
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import SOURCE_LISTS
from hotfixcheck.targets.tree import Child, FileTree, joined

_MAX_TEXT = 4 << 20
# cdrom_w.40 (NT 4.0 Workstation), cdrom_is.5 (2000 Server), win51ip.sp2 (XP), win51aa (2003 for x64, Enterprise).
_TAG = re.compile(
    r"(?<![\w.])(cdrom_i?[a-z]\.\d{1,3}|cdromsp\d\.tst|win51[iam][a-z](?:\.sp\d)?)(?![\w.])", re.IGNORECASE
)
_PRODUCTS = (
    (r"cdrom_w\.\d+", "Windows NT Workstation"),
    (r"cdrom_s\.\d+", "Windows NT Server"),
    (r"cdrom_ip\.5", "Windows 2000 Professional"),
    (r"cdrom_is\.5", "Windows 2000 Server"),
    (r"cdrom_ia\.5", "Windows 2000 Advanced Server"),
    (r"cdrom_id\.5", "Windows 2000 Datacenter Server"),
    (r"win51[iam]p.*", "Windows XP Professional"),
    (r"win51[iam]c.*", "Windows XP Home Edition"),
    (r"win51[iam]s.*", "Windows Server 2003, Standard Edition"),
    (r"win51[iam]a.*", "Windows Server 2003, Enterprise Edition"),
    (r"win51[iam]b.*", "Windows Server 2003, Web Edition"),
    (r"win51[iam]d.*", "Windows Server 2003, Datacenter Edition"),
)
_PACK = re.compile(r"(?:cdromsp|\.sp)([1-9])")
_SPECIFIED = re.compile(r"[ \t]*(product|servicepack\w*)[ \t]*=[ \t]*\"?([^\"\r\n;]+)\"?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """A product or a service pack, and the file that says so."""

    value: str
    source: str


def from_media(tree: FileTree, folder: str | None, clues: Clues) -> System:
    """Product and service pack by the files of an install source in `folder`; nothing of a folder that is none."""
    if folder is None:
        return System()
    try:
        files = {child.name.lower(): child for child in tree.children(folder)}
    except OSError:
        return System()
    if files.keys().isdisjoint(SOURCE_LISTS):
        return System()
    products, packs = _specified(tree, folder, files)
    for tag, source in _tags(tree, folder, files):
        products += [_Said(product, source) for pattern, product in _PRODUCTS if re.fullmatch(pattern, tag)]
        packs += [_Said(f"SP{found[1]}", source) for found in _PACK.finditer(tag)]
    system = System()
    if products:
        scope = parse_product(products[0].value)
        families = tuple(sorted(scope.families, key=lambda family: family.version))
        roles = {family.role for family in families}
        clues.note("product", products[0].value, products[0].source)
        role = roles.pop() if len(roles) == 1 else None
        system = System(families, role=role, edition=plain_edition(scope.editions))
    if packs:
        clues.note("service pack", packs[0].value, packs[0].source)
        system = replace(system, service_pack=ServicePack.parse(packs[0].value))
    return system


def _specified(tree: FileTree, folder: str, files: Mapping[str, Child]) -> tuple[list[_Said], list[_Said]]:
    """Products and service packs of PRODSPEC.INI."""
    products, packs = [], []
    path, text = _text(tree, folder, files.get("prodspec.ini"))
    for line in text.splitlines():
        if not (found := _SPECIFIED.fullmatch(line.rstrip())):
            continue
        value = found[2].strip()
        if found[1].lower() != "product":
            packs += [_Said(f"SP{int(value)}", path)] if re.fullmatch("0*[1-9]", value) else []
        elif parse_product(value).is_windows:
            products.append(_Said(value, path))
    return products, packs


def _tags(tree: FileTree, folder: str, files: Mapping[str, Child]) -> Iterator[tuple[str, str]]:
    """(tag, where it stands): tag files themselves, then those that setup's list names."""
    for name in sorted(files):
        if _TAG.fullmatch(name):
            yield name, joined(folder, files[name].name)
    path, text = _text(tree, folder, files.get("txtsetup.sif"))
    for tag in dict.fromkeys(found[1].lower() for found in _TAG.finditer(text)):
        yield tag, path


def _text(tree: FileTree, folder: str, file: Child | None) -> tuple[str, str]:
    """(path, text) of a file of setup's; no text of one that is not there or cannot be read."""
    if file is None:
        return "", ""
    path = joined(folder, file.name)
    try:
        with tree.open(path) as source:
            data = source.read(0, _MAX_TEXT)
    except OSError:
        return path, ""
    return path, data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1", "replace")
