"""Registry hives, read with libregf behind checks of our own.

A hive that Windows would repair from its log, or that is damaged, must never be believed silently: the header's
checksum, the sequence numbers and the length are verified here, and whatever the library throws is one error.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.system.hivelog import BINS_AT, HEADER_SIZE, checksum_of
from hotfixcheck.targets.sources import Stream
from hotfixcheck.targets.tree import ByteSource

Value = str | int | tuple[str, ...] | bytes

_REG_SZ, _REG_EXPAND_SZ, _REG_DWORD, _REG_DWORD_BIG_ENDIAN, _REG_MULTI_SZ, _REG_QWORD = 1, 2, 4, 5, 7, 11

_CAUSES = re.compile(r"\b(?:pyregf|libregf|libfdata|libcdata)\w*: ([^.]+)")


class Hive:
    """An open hive. Keys are paths below the root, parts joined by a backslash; names compare without regard to case.

    `dirty` says that the last changes may be only in the hive's log. Raises UnreadableFileError for a file that is no
    hive or a damaged one.
    """

    def __init__(self, source: ByteSource, file: str) -> None:
        self._file = file
        self.dirty = verified(source, file)
        with self._guarded(""):
            import pyregf

            self._regf: Any = pyregf.file()
            self._regf.open_file_object(Stream(source))
            if self._regf.is_corrupted():
                raise UnreadableFileError("the hive is damaged", file=file)

    def values(self, key: str) -> dict[str, Value]:
        """The values of `key` by lower-case name; empty where there is no such key."""
        with self._guarded(key):
            found = self._key(key)
            return {} if found is None else _values(found)

    def subkeys(self, key: str) -> tuple[str, ...]:
        """The names of the keys below `key`, sorted; empty where there is no such key."""
        with self._guarded(key):
            found = self._key(key)
            return () if found is None else tuple(sorted(_clean(sub.name) for sub in found.sub_keys))

    def values_below(self, key: str) -> tuple[tuple[str, dict[str, Value]], ...]:
        """The name of each key below `key` and its values, sorted by name: one search where there are many keys."""
        with self._guarded(key):
            found = self._key(key)
            below = () if found is None else (self._checked(sub, key) for sub in found.sub_keys)
            return tuple(sorted((_clean(sub.name), _values(sub)) for sub in below))

    def _key(self, key: str) -> Any:
        found = self._regf.get_key_by_path(f"\\{key}") if key else self._regf.get_root_key()
        return found if found is None else self._checked(found, key)

    def _checked(self, found: Any, key: str) -> Any:
        # libregf calls every key without values corrupted, for it looks up the list that such a key does not have.
        if found.number_of_values and found.is_corrupted():
            raise UnreadableFileError("the hive is damaged", file=self._file, place=key)
        return found

    @contextmanager
    def _guarded(self, key: str) -> Iterator[None]:
        try:
            yield
        except UnreadableFileError:
            raise
        except Exception as error:  # the library raises what it likes on a damaged hive
            said = _cause(error)
            raise UnreadableFileError(f"the hive is damaged: {said}", file=self._file, place=key) from None


def _cause(error: Exception) -> str:
    """What failed, of a chain such as `pyregf_…: unable to … libregf_…: the cause. libregf_…: unable to …`."""
    lines = str(error).splitlines() or [type(error).__name__]
    causes = _CAUSES.findall(lines[0])
    return str(causes[min(1, len(causes) - 1)]) if causes else lines[0]


class LayeredHive(Hive):
    """A hive under others that say what is different, as layers of containers have them: the last one counts.

    What a layer deletes is not known: libregf does not show the marks of deleted keys.
    """

    def __init__(self, layers: Sequence[Hive]) -> None:
        self._layers = layers
        self.dirty = any(layer.dirty for layer in layers)

    def values(self, key: str) -> dict[str, Value]:
        return {name: value for layer in self._layers for name, value in layer.values(key).items()}

    def subkeys(self, key: str) -> tuple[str, ...]:
        names = {name.lower(): name for layer in reversed(self._layers) for name in layer.subkeys(key)}
        return tuple(sorted(names.values()))

    def values_below(self, key: str) -> tuple[tuple[str, dict[str, Value]], ...]:
        return tuple((name, self.values(f"{key}\\{name}")) for name in self.subkeys(key))


def verified(source: ByteSource, file: str) -> bool:
    """Whether the hive is dirty, by its header (the base block of the regf format); raises UnreadableFileError."""
    header = source.read(0, HEADER_SIZE)
    if header[:4] != b"regf":
        what = "all zero" if header and not header.strip(b"\0") else "no registry hive"
        raise UnreadableFileError(f"the file is {what if source.size else 'empty'}", file=file)
    if len(header) < HEADER_SIZE:
        raise UnreadableFileError("the hive is cut short in its header", file=file)
    if struct.unpack_from("<I", header, 508)[0] != checksum_of(header):
        raise UnreadableFileError("the hive is damaged: its header fails its checksum", file=file, place="offset 508")
    first, second = struct.unpack_from("<II", header, 4)
    (bins,) = struct.unpack_from("<I", header, 40)
    if source.size < BINS_AT + bins:
        problem = f"the hive is cut short: {source.size:,} bytes of {BINS_AT + bins:,}"
        raise UnreadableFileError(problem, file=file)
    return bool(first != second)


def _values(key: Any) -> dict[str, Value]:
    return {_clean(value.name).lower(): _value(value) for value in key.values}


def _value(value: Any) -> Value:
    """What a value holds; the bytes as they are where they do not fit its type. libregf's own conversions refuse those,
    and take numbers as signed."""
    if value.is_corrupted():
        raise ValueError("a value leads nowhere")
    kind, data = value.type, value.data or b""
    if kind in {_REG_SZ, _REG_EXPAND_SZ}:
        return _texts(data)[0]
    if kind == _REG_MULTI_SZ:
        return tuple(takewhile(bool, _texts(data)))
    if (kind, len(data)) in {(_REG_DWORD, 4), (_REG_QWORD, 8)}:
        return int.from_bytes(data, "little")
    if (kind, len(data)) == (_REG_DWORD_BIG_ENDIAN, 4):
        return int.from_bytes(data, "big")
    return bytes(data)


def _texts(data: bytes) -> list[str]:
    """The strings between NULs, at least one."""
    return data[: len(data) // 2 * 2].decode("utf-16-le", "replace").split("\0")


def _clean(text: str | None) -> str:
    """A copy: libregf makes strings that Python does not know to be ASCII, so that isascii() is wrong of them."""
    return (text or "").encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
