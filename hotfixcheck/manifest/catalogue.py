"""Catalogues: folders of manifests, the shipped one among them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hotfixcheck.errors import ManifestError, printable, said_by
from hotfixcheck.manifest.model import Manifest

SUFFIXES = (".yaml", ".yml")
"""What names of manifests end in, in lower case."""

PACKAGE = ".package"
"""What stands before the suffix of a manifest that is of the files of update packages."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A manifest and the path of the file it came from, which thousands need not be made objects of."""

    path: str
    manifest: Manifest

    @property
    def file(self) -> Path:
        return Path(self.path)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a set of sources holds: the usable manifests by article number, and why the others are not."""

    entries: tuple[Entry, ...]
    errors: tuple[ManifestError, ...]

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        return tuple(entry.manifest for entry in self.entries)


def shipped() -> Path:
    """The folder of the catalogue that comes with hotfixcheck: in the wheel, or beside the package in a checkout."""
    package = Path(__file__).parent
    installed = package / "shipped"
    return installed if installed.is_dir() else package.parents[1] / "manifests"


def load_shipped() -> Catalogue:
    """The catalogue that comes with hotfixcheck, from its index where that is of these very files, else from YAML."""
    from hotfixcheck.manifest.index import read_index

    root = shipped()
    indexed = read_index(root)
    if indexed is None:
        return load_catalogue([root])
    return Catalogue(tuple(Entry(path, manifest) for path, manifest in indexed), ())


def load_file(file: Path) -> Manifest:
    """The manifest in `file`; raises ManifestError, with every mistake if it is one of content."""
    # A check of the indexed catalogue reads no YAML.
    from hotfixcheck.manifest.nodes import MAX_BYTES
    from hotfixcheck.manifest.yaml import load

    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise ManifestError(said_by(error), file=str(file)) from None
    return load(data, str(file))


def load_catalogue(sources: Sequence[Path]) -> Catalogue:
    """Every manifest of `sources`; what cannot be used becomes an error and stops nothing else.

    The first of two manifests of one article counts, the second is an error; but one of its packages' files counts only
    where there is none of the article itself, which says more: products, prerequisites, service packs.
    """
    entries: dict[int, Entry] = {}
    seen: set[Path] = set()
    errors: list[ManifestError] = []
    for source in sources:
        for file in _files(source, errors):
            real = file.resolve()
            if real not in seen:
                seen.add(real)
                _add(file, entries, errors)
    return Catalogue(tuple(entries[number] for number in sorted(entries)), tuple(errors))


def is_of_package(file: Path) -> bool:
    """True if a manifest is, by its name, one of the files of update packages."""
    return file.stem.endswith(PACKAGE)


def _files(source: Path, errors: list[ManifestError]) -> list[Path]:
    """The manifests of `source`, itself one or a folder of them, sorted; what cannot be read becomes an error."""
    found = [source]
    unreadable: list[OSError] = []
    try:
        if source.is_dir():
            folders = os.walk(source, onerror=unreadable.append)
            files = (Path(folder, name) for folder, _, names in folders for name in names)
            found = sorted(file for file in files if file.suffix.lower() in SUFFIXES and file.is_file())
            if not (found or unreadable):
                advice = "a manifest's name ends in .yaml"
                errors.append(ManifestError("there is no manifest in this folder", file=str(source), advice=advice))
        elif not source.exists():
            advice = "give a manifest, or a folder of them"
            errors.append(ManifestError("there is no such file or folder", file=str(source), advice=advice))
            found = []
    except OSError as error:
        unreadable.append(error)
        found = []
    errors.extend(ManifestError(said_by(error), file=str(error.filename)) for error in unreadable)
    return found


def _add(file: Path, entries: dict[int, Entry], errors: list[ManifestError]) -> None:
    try:
        manifest = load_file(file)
    except ManifestError as error:
        errors.append(error)
        return
    before = entries.get(manifest.number)
    if before is not None and is_of_package(file) != is_of_package(before.file):
        if not is_of_package(file):
            entries[manifest.number] = Entry(str(file), manifest)
        return
    if (first := entries.setdefault(manifest.number, Entry(str(file), manifest))).path != str(file):
        errors.append(
            ManifestError(f"{manifest.article} is already in {printable(first.path)}", file=str(file), place="1:1")
        )
