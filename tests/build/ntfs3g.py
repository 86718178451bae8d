"""Volumes of NTFS written by libntfs-3g, without mounting: what mkntfs, ntfscp and wimapply have no option for."""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path
from typing import Any

from tests.build.programs import missing

_DATA = 0x80


def library() -> Any:
    name = find_library("ntfs-3g")
    if name is None:
        missing("not installed: libntfs-3g")
    found = ctypes.CDLL(name, use_errno=True)
    pointer, text, size = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
    s64 = ctypes.c_int64
    for function, result, arguments in (
        ("ntfs_mount", pointer, [text, ctypes.c_ulong]),
        ("ntfs_umount", ctypes.c_int, [pointer, ctypes.c_int]),
        ("ntfs_pathname_to_inode", pointer, [pointer, pointer, text]),
        ("ntfs_inode_close", ctypes.c_int, [pointer]),
        ("ntfs_create", pointer, [pointer, ctypes.c_uint32, text, ctypes.c_uint8, ctypes.c_uint32]),
        ("ntfs_link", ctypes.c_int, [pointer, pointer, text, ctypes.c_uint8]),
        ("ntfs_delete", ctypes.c_int, [pointer, text, pointer, pointer, text, ctypes.c_uint8]),
        ("ntfs_attr_add", ctypes.c_int, [pointer, ctypes.c_uint32, text, ctypes.c_uint8, pointer, s64]),
        ("ntfs_attr_open", pointer, [pointer, ctypes.c_uint32, text, ctypes.c_uint32]),
        ("ntfs_attr_pwrite", s64, [pointer, s64, s64, text]),
        ("ntfs_attr_pclose", ctypes.c_int, [pointer]),
        ("ntfs_attr_truncate", ctypes.c_int, [pointer, s64]),
        ("ntfs_attr_close", None, [pointer]),
        ("ntfs_set_ntfs_reparse_data", ctypes.c_int, [pointer, text, size, ctypes.c_int]),
        ("ntfs_set_ntfs_dos_name", ctypes.c_int, [pointer, pointer, text, size, ctypes.c_int]),
    ):
        getattr(found, function).restype = result
        getattr(found, function).argtypes = arguments
    return found


class Volume:
    """A volume that is open for writing. Paths are from its root, with slashes."""

    def __init__(self, found: Any, handle: int) -> None:
        self._library = found
        self._handle = handle

    def folder(self, path: str) -> None:
        self._closed(self._created(path, stat.S_IFDIR))

    def file(self, path: str, data: bytes = b"", *, at: int = 0) -> None:
        """A new file with `data` from byte `at`, before which there is nothing."""
        node = self._created(path, stat.S_IFREG)
        if data:
            self._write(node, b"", data, at)
        self._closed(node)

    def stream(self, path: str, name: str, data: bytes) -> None:
        """A named stream of a file."""
        node = self._node(path)
        encoded = name.encode("utf-16-le")
        assert self._library.ntfs_attr_add(node, _DATA, encoded, len(encoded) // 2, None, 0) == 0
        self._write(node, encoded, data, 0)
        self._closed(node)

    def link(self, path: str, existing: str) -> None:
        """Another name of a file."""
        node, folder, name = self._node(existing), *self._place(path)
        assert self._library.ntfs_link(node, folder, name, len(name) // 2) == 0
        self._closed(folder)
        self._closed(node)

    def remove(self, path: str) -> None:
        node, folder, name = self._node(path), *self._place(path)
        assert self._library.ntfs_delete(self._handle, None, node, folder, name, len(name) // 2) == 0

    def short_name(self, path: str, name: str) -> None:
        node, folder = self._node(path), self._node(path.rpartition("/")[0] or "/")
        encoded = name.encode()
        assert self._library.ntfs_set_ntfs_dos_name(node, folder, encoded, len(encoded), 0) == 0

    def reparse(self, path: str, data: bytes) -> None:
        """Makes a reparse point of a file or folder; `data` from the tag on."""
        node = self._node(path)
        assert self._library.ntfs_set_ntfs_reparse_data(node, data, len(data), 0) == 0
        self._closed(node)

    def _write(self, node: int, name: bytes, data: bytes, at: int) -> None:
        attribute = self._library.ntfs_attr_open(node, _DATA, name or None, len(name) // 2)
        assert attribute
        assert not at or self._library.ntfs_attr_truncate(attribute, at) == 0
        assert self._library.ntfs_attr_pwrite(attribute, at, len(data), data) == len(data)
        self._library.ntfs_attr_pclose(attribute)
        self._library.ntfs_attr_close(attribute)

    def _created(self, path: str, kind: int) -> int:
        folder, name = self._place(path)
        node = self._library.ntfs_create(folder, 0, name, len(name) // 2, kind)
        assert node, path
        self._closed(folder)
        return int(node)

    def _place(self, path: str) -> tuple[int, bytes]:
        folder, _, name = path.rpartition("/")
        return self._node(folder or "/"), name.encode("utf-16-le", "surrogatepass")

    def _node(self, path: str) -> int:
        node = self._library.ntfs_pathname_to_inode(self._handle, None, path.encode())
        assert node, path
        return int(node)

    def _closed(self, node: int) -> None:
        assert self._library.ntfs_inode_close(node) == 0


@contextmanager
def writing(path: Path) -> Iterator[Volume]:
    """The volume of NTFS in the image at `path`."""
    found = library()
    handle = found.ntfs_mount(os.fsencode(path), 0)
    assert handle, os.strerror(ctypes.get_errno())
    try:
        yield Volume(found, handle)
    finally:
        assert found.ntfs_umount(handle, 0) == 0
