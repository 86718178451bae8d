"""Archives that hold images: an OVA, a zip of a disk and its snapshots, a tar of an install CD.

Looked into where an archive has no Windows of its own; nowhere else, so that what a Windows keeps (a WIM for repair,
the disk of a virtual machine) is not taken for another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from hotfixcheck.errors import TargetError, said_by
from hotfixcheck.streams import is_tar
from hotfixcheck.targets.beside import beside_in
from hotfixcheck.targets.disks.split import is_first, joined_parts
from hotfixcheck.targets.files import File
from hotfixcheck.targets.layout import TargetKind, find_layout
from hotfixcheck.targets.nodes import NodeTree
from hotfixcheck.targets.opening import Found, Opening
from hotfixcheck.targets.subtree import unwrapped
from hotfixcheck.targets.tree import ByteSource, FileTree, walk
from hotfixcheck.targets.wanted import HEAD
from hotfixcheck.targets.wim import MAGIC, PIPABLE

_MAX_IMAGES = 64
_MAX_LOOKED_AT = 20_000
_SMALLEST = 1 << 16  # of a volume
_BOOT_MARK = (510, b"\x55\xaa")
_ENDINGS = (
    *(".vmdk", ".vhd", ".vhdx", ".avhd", ".avhdx", ".qcow", ".qcow2", ".vdi", ".hdd", ".hds", ".e01", ".ex01"),
    *(".wim", ".esd", ".swm", ".iso", ".img", ".raw", ".dd", ".001", ".ova"),
)
"""What names of images end in, to tell those that cannot be read from other files that cannot."""


def may_be_image(head: bytes, size: int | None) -> bool:
    """True if a file of this size (None if nobody knows) that begins so may be an image, or a tar of images.

    Images of CDs begin with nothing, or with the code that starts a computer from them.
    """
    if any(head.startswith(marks, place) for place, marks in _marks()):
        return True
    if size is not None and size < _SMALLEST:
        return False
    return head.startswith(_BOOT_MARK[1], _BOOT_MARK[0]) or is_tar(head) or (len(head) == HEAD and not any(head))


@cache
def _marks() -> tuple[tuple[int, tuple[bytes, ...]], ...]:
    """The marks of all formats by their places: one look at each place tells."""
    from hotfixcheck.targets.disks.formats import formats

    marks: dict[int, list[bytes]] = {0: [MAGIC, PIPABLE]}
    for format_ in formats():
        for place, mark in format_.MARKS:
            marks.setdefault(place, []).append(mark)
    return tuple((place, tuple(at_place)) for place, at_place in marks.items())


class HeldImages:
    """An archive without a Windows of its own, with images in it."""

    @staticmethod
    def detect(tree: FileTree) -> bool:
        if not isinstance(tree, NodeTree) or tree.fetch is None or any(map(_has_windows, unwrapped(tree))):
            return False
        return any(True for _ in _images(tree))

    @staticmethod
    def open(found: Found, tree: FileTree, opening: Opening) -> Found:
        assert isinstance(tree, NodeTree)  # noqa: S101
        return replace(found, inside=_Held(tree, opening).open())


def _has_windows(tree: FileTree) -> bool:
    try:
        return find_layout(tree).kind is not TargetKind.FOLDER
    except TargetError:
        return bool(tree.children(""))  # several; an empty one has none


def _images(tree: NodeTree) -> Iterator[tuple[str, int, str]]:
    """(path, size, problem) of every file that may be an image."""
    seen: set[object] = set()
    for number, entry in enumerate(walk(tree)):
        if number == _MAX_LOOKED_AT:
            yield "", 0, f"only the first {_MAX_LOOKED_AT:,} of its files were looked at for images"
            return
        if entry.problem:
            if entry.name.lower().endswith(_ENDINGS):
                yield entry.path, 0, entry.problem
            continue
        node = tree.find(entry.path)[1]
        same = node.key if isinstance(node, File) and node.key is not None else node
        if not isinstance(node, File) or same in seen:
            continue
        seen.add(same)  # another name of it is no other image
        if node.is_image:
            yield entry.path, 0, ""
        elif node.source is not None or node.opened is not None:
            try:
                with tree.open(entry.path) as source:
                    if may_be_image(source.read(0, HEAD), source.size):
                        yield entry.path, source.size, ""
            except OSError as error:
                if entry.name.lower().endswith(_ENDINGS):
                    yield entry.path, 0, said_by(error)


class _Held:
    """The images of an archive; those that are a part of another one (an extent, a segment, a parent) are no others."""

    def __init__(self, tree: NodeTree, opening: Opening) -> None:
        self._tree = tree
        self._opening = opening
        self._sources: dict[str, ByteSource] = {}
        self._parts: set[str] = set()

    def open(self) -> tuple[Found, ...]:
        # What describes others, or differs from them, is small; what it names need then not be opened by itself.
        images = sorted(_images(self._tree), key=lambda image: image[1])
        found: dict[str, Found] = {}
        opened = 0
        for path, _, problem in images:
            if path in self._parts:
                continue
            if problem:
                found[path] = Found("image", path, problem=problem)
            elif opened < _MAX_IMAGES:
                opened += 1
                found[path] = self._image(path)
            else:
                found[path] = Found("image", path, problem=f"it is one of more than {_MAX_IMAGES}: give it by itself")
        # What no opener knows was no image.
        return tuple(found[path] for path in sorted(found) if path not in self._parts and found[path].kind != "file")

    def _image(self, path: str) -> Found:
        beside = beside_in(self._tree, path, self._part, self._head)
        try:
            source = self._source(path)
            if is_first(beside.name):
                source = joined_parts(source, beside)
        except OSError as error:
            return Found("image", path, problem=f"cannot be read: {said_by(error)}")
        return self._opening.open(source, path, beside)

    def _head(self, path: str, length: int) -> bytes:
        """The first bytes of a file that may be an image, without taking it for a part of another one."""
        real, node = self._tree.find(path)
        if real != path or not isinstance(node, File) or not (node.is_image or node.source or node.opened):
            return b""
        if node.is_image:
            return self._source(path).read(0, length)
        with self._tree.open(path) as source:
            return source.read(0, length)

    def _part(self, path: str) -> ByteSource:
        self._parts.add(path)
        return self._source(path)

    def _source(self, path: str) -> ByteSource:
        if path not in self._sources:
            node = self._tree.find(path)[1]
            if not isinstance(node, File) or self._tree.fetch is None:
                raise OSError("it is a folder")
            if node.problem:
                raise OSError(node.problem)
            self._sources[path] = self._tree.fetch(node)
        return self._sources[path]
