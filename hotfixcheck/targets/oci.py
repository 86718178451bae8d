"""Images of Windows containers: OCI layouts and what `docker save` writes, as folders or in archives.

In the layers of those of Windows the C: drive is `Files`; `UtilityVM` is another Windows, for Hyper-V, and no part of
this one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from hotfixcheck.errors import TargetError
from hotfixcheck.targets.files import TooManyError
from hotfixcheck.targets.layers import over, place_hives, take_hives
from hotfixcheck.targets.nodes import Folder, Node, NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.sources import in_pieces
from hotfixcheck.targets.tar import read_tar
from hotfixcheck.targets.tree import ByteSource, Entry, FileTree, find_file

_LAYOUT, _INDEX, _SAVED = "oci-layout", "index.json", "manifest.json"
_MAX_JSON = 4 << 20
_MAX_IMAGES, _MAX_LAYERS, _MAX_INDEXES = 64, 256, 4
_MAX_REPEATED = 32  # times that a layer is read again, for another image or for the same
_DIGEST = re.compile(r"(sha256|sha384|sha512):([0-9a-f]{64,128})")
_NAMES = ("io.containerd.image.name", "org.opencontainers.image.ref.name")


class ContainerImages:
    """A tree that is the layout of container images."""

    @staticmethod
    def detect(tree: FileTree) -> bool:
        names = {child.name for child in tree.children("")}
        return {_LAYOUT, _INDEX} <= names or (_SAVED in names and bool(_saved(tree)))

    @staticmethod
    def open(found: Found, tree: FileTree, opening: Opening) -> Found:
        try:
            images = list(_images(tree))
        except (ValueError, OSError, RecursionError) as error:
            return replace(found, tree=None, problem=f"the list of images cannot be read: {error}")
        inside = []
        seen: Counter[str] = Counter()
        for number, image in enumerate(images, start=1):
            seen.update(layer.path for layer in image.layers)
            if seen.total() - len(seen) > _MAX_REPEATED:
                inside.append(Found("container image", image.name, problem="its layers are repeated too often"))
            else:
                inside.append(_open(image, number, tree, opening))
        return Found(f"container images, {found.kind}", found.place, None, tuple(inside), lost=found.lost)


@dataclass(frozen=True, slots=True)
class _Blob:
    """A file of the layout; `digest` is what its bytes must have, "" if nothing says."""

    path: str
    digest: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class _Image:
    name: str
    config: _Blob | None
    layers: tuple[_Blob, ...]


class _DamagedBlobError(ValueError):
    """A blob whose bytes are not those that its digest is of."""


# --- what the layout lists -------------------------------------------------------------------------------------------


def _images(tree: FileTree) -> Iterator[_Image]:
    """Raises ValueError or OSError for a list that cannot be read."""
    if find_file(tree, "", _LAYOUT) and find_file(tree, "", _INDEX):
        yield from _indexed(tree, _object(_json(tree, _Blob(_INDEX, ""))), "", 0)
        return
    for number, saved in enumerate(_saved(tree)[:_MAX_IMAGES], start=1):
        config, *_ = (*_texts([saved.get("Config")]), "")
        name, *_ = (*_texts(saved.get("RepoTags")), f"image {number}")
        layers = tuple(_Blob(path, _digest_in(path)) for path in _texts(saved.get("Layers"))[:_MAX_LAYERS])
        yield _Image(name, _Blob(config, _digest_in(config)) if config else None, layers)


def _saved(tree: FileTree) -> list[dict[str, Any]]:
    """manifest.json as `docker save` writes it, empty if it is another one."""
    try:
        listed = _json(tree, _Blob(_SAVED, ""))
    except (ValueError, OSError, RecursionError):
        return []
    return [each for each in _list(listed) if isinstance(each, dict) and "Layers" in each]


def _indexed(tree: FileTree, index: dict[str, Any], name: str, depth: int) -> Iterator[_Image]:
    """The images of an index, and of the indexes it lists."""
    for number, listed in enumerate(_list(index.get("manifests"))[:_MAX_IMAGES], start=1):
        descriptor = _object(listed)
        notes, platform = _object(descriptor.get("annotations")), _object(descriptor.get("platform"))
        if platform.get("os") == "unknown":  # an attestation about an image
            continue
        named = name or next((notes[note] for note in _NAMES if isinstance(notes.get(note), str)), "")
        manifest = _object(_json(tree, _blob(descriptor)))
        if "manifests" in manifest:
            if depth < _MAX_INDEXES:
                yield from _indexed(tree, manifest, named, depth + 1)
            continue
        version = platform.get("os.version") if depth else ""
        yield _Image(
            " ".join(filter(None, (named or f"image {number}", version if isinstance(version, str) else ""))),
            _blob(_object(manifest["config"])) if "config" in manifest else None,
            tuple(_blob(_object(layer)) for layer in _list(manifest.get("layers"))[:_MAX_LAYERS]),
        )


def _blob(descriptor: dict[str, Any]) -> _Blob:
    digest = descriptor.get("digest")
    if not isinstance(digest, str) or not (found := _DIGEST.fullmatch(digest)):
        raise ValueError(f"{digest!r} is no digest")
    return _Blob(f"blobs/{found[1]}/{found[2]}", digest, bool(descriptor.get("urls")))


def _digest_in(path: str) -> str:
    """Newer versions of docker name the files of a saved image by their digests."""
    found = re.fullmatch(r"(?:blobs/sha256/([0-9a-f]{64})|([0-9a-f]{64})\.json)", path)
    return f"sha256:{found[1] or found[2]}" if found else ""


def _json(tree: FileTree, blob: _Blob) -> Any:
    with tree.open(blob.path) as source:
        if source.size > _MAX_JSON:
            raise ValueError(f"{blob.path} has {source.size:,} bytes")
        _verify(source, blob)
        return json.loads(source.read(0, source.size))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: Any) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str)]


def _verify(source: ByteSource, blob: _Blob) -> None:
    """Raises _DamagedBlobError."""
    if not blob.digest:
        return
    name, _, wanted = blob.digest.partition(":")
    found = hashlib.new(name)
    for piece in in_pieces(source):
        found.update(piece)
    if found.hexdigest() != wanted:
        raise _DamagedBlobError(f"its {name} is {found.hexdigest()[:12]}… and should be {wanted[:12]}…")


# --- one image -------------------------------------------------------------------------------------------------------


def _open(image: _Image, number: int, tree: FileTree, opening: Opening) -> Found:
    place = image.name or f"image {number}"
    kind, system = f"container image, {len(image.layers)} layer{'s'[: len(image.layers) != 1]}", ""
    try:
        config = _object(_json(tree, image.config)) if image.config else {}
        system = str(config.get("os", ""))
        kind += f", {system} {config.get('os.version', '')}".rstrip() if system else ""
    except (ValueError, OSError, RecursionError) as error:
        kind += f", its configuration cannot be read: {error}"
    if system and system != "windows":
        return Found(kind, place, problem=f"it is an image for {system}, not for Windows")
    return _layered(image, kind, place, tree, opening)


def _layered(image: _Image, kind: str, place: str, tree: FileTree, opening: Opening) -> Found:
    whole: NodeTree | None = None
    hives: list[dict[str, Node]] = []
    lost: list[Entry] = []
    missing = []
    for number, layer in enumerate(image.layers, start=1):
        try:
            source = opening.keep(tree.open(layer.path))
            _verify(source, layer)
            members = read_tar(source, opening.path, opening.wanted, opening.spool, whole)
        except (OSError, ValueError, TargetError) as error:
            said = "is not in it, and is fetched from elsewhere" if layer.elsewhere else f"cannot be used: {error}"
            missing.append(f"layer {number} of {len(image.layers)} {said}")
            continue
        if members.cut_short:
            missing.append(f"layer {number} of {len(image.layers)} is cut short: {members.cut_short}")
        lost += members.lost
        hives.append(take_hives(members.tree))
        try:
            whole = over(whole, members.tree)
        except TooManyError as error:
            missing.append(f"layer {number} of {len(image.layers)} is too much: {error}")
    if whole is None or not isinstance(whole.get(whole.top, "Files"), Folder):
        said = "; ".join(missing) or "its layers hold no folder Files"
        return Found(kind, place, problem=f"there is no Windows in it: {said}")
    files = whole.below("Files")
    place_hives(files, hives)
    return Found(kind, place, files, lost=tuple(lost), cut_short="; ".join(missing))
