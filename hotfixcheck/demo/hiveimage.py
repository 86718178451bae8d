"""Registry hives built in code, clean or dirty, as Windows NT 4.0 and its successors leave them on disk.

Layouts are those of the public documentation of the Windows registry file format (base block, hive bins, and the nk,
vk, lf, lh and sk cells). The same arguments always give the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import xor

Value = str | int | list[str] | tuple[str, ...] | bytes
"""REG_SZ, REG_DWORD, REG_MULTI_SZ (a list or a tuple), REG_BINARY."""

NT4_WRITTEN = datetime(1999, 11, 30, 12, 0, 0, tzinfo=UTC)  # the days of service pack 6a

_BASE_BLOCK = struct.Struct("<4s 2I Q 7I 64s")
_BASE_BLOCK_SIZE = 0x1000
_CHECKED_WORDS = struct.Struct("<127I")  # what the checksum, the 128th word, covers
_CHECKSUM = struct.Struct("<I")
_BIN_HEADER = struct.Struct("<4s 2I 8x Q 4x")
_BIN_SIZE = 0x1000
_CELL_SIZE = struct.Struct("<i")
_KEY = struct.Struct("<2s H Q 15I 2H")
_VALUE = struct.Struct("<2s H 3I H 2x")
_LIST_HEADER = struct.Struct("<2s H")
_LIST_ELEMENT = struct.Struct("<I 4s")
_SECURITY = struct.Struct("<2s 2x 4I")

_NONE = 0xFFFF_FFFF
_KEY_HIVE_ENTRY, _KEY_NO_DELETE, _KEY_COMP_NAME = 0x04, 0x08, 0x20
_VALUE_COMP_NAME = 0x0001
_DATA_IN_OFFSET = 0x8000_0000
_REG_SZ, _REG_BINARY, _REG_DWORD, _REG_MULTI_SZ = 1, 3, 4, 7
_LARGEST_DATA = 16344  # what one cell holds; more would need the big data records of version 1.4
_MINORS = range(3, 7)
_FIRST_MINOR_WITH_HASH_LISTS = 5
_SE_SELF_RELATIVE = 0x8000
_ADMINISTRATORS = bytes.fromhex("01020000000000052000000020020000")  # S-1-5-32-544
# Revision, flags, and the offsets of owner and group; without access control lists.
_DESCRIPTOR = struct.pack("<2B H 4I", 1, 0, _SE_SELF_RELATIVE, 20, 36, 0, 0) + _ADMINISTRATORS * 2


def build_hive(
    keys: Mapping[str, Mapping[str, Value]],
    *,
    root: str = "$$$PROTO.HIV",
    minor: int = 3,
    dirty: bool = False,
    written: datetime = NT4_WRITTEN,
) -> bytes:
    r"""A hive with `keys`: backslash paths below the root (such as `Microsoft\Windows NT`), and their values by name.

    The path "" is the root itself, the value name "" the default value. Keys on the way to a path are made; paths
    that differ only in case are the same key. `minor` is the minor format version, 3 for NT 4.0 and 5 for Windows XP
    and later. A `dirty` hive has unequal sequence numbers: Windows would replay its log before it read it. `written`,
    an aware datetime, is the time of the last write of the hive and of every key.

    Raises ValueError for what a hive of that version does not hold: empty or overlong names, two values of one name,
    numbers over 32 bits, strings with NUL, empty strings in a list, values over 16344 bytes, over 65535 subkeys.
    """
    if minor not in _MINORS:
        raise ValueError(f"the minor version of a hive is one of 3 to 6, not {minor}")
    if written.tzinfo is None:
        raise ValueError(f"the time of writing {written} names no time zone")
    stamp = (written - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    top = _tree(keys, root)
    bins = _Bins(stamp)
    root_offset = bins.reserve(_key_size(top))
    security = bins.reserve(_SECURITY.size + len(_DESCRIPTOR))
    bins.put(security, _security_cell(security, top.count()))
    _write_key(bins, top, root_offset, parent=_NONE, security=security, minor=minor)
    body = bins.finish()

    first, second = (2, 1) if dirty else (1, 1)
    block = bytearray(_BASE_BLOCK_SIZE)
    _BASE_BLOCK.pack_into(block, 0, b"regf", first, second, stamp, 1, minor, 0, 1, root_offset, len(body), 1, b"")
    _CHECKSUM.pack_into(block, _CHECKED_WORDS.size, _checksum(block))
    return bytes(block + body)


@dataclass(slots=True)
class _Key:
    """A key while the tree grows; `values` and `subkeys` are by upper-cased name, as the registry compares names."""

    name: str
    values: dict[str, tuple[str, Value]] = field(default_factory=dict)
    subkeys: dict[str, _Key] = field(default_factory=dict)

    def subkey(self, name: str) -> _Key:
        return self.subkeys.setdefault(_upper(name), _Key(name))

    def count(self) -> int:
        return 1 + sum(below.count() for below in self.subkeys.values())


def _tree(keys: Mapping[str, Mapping[str, Value]], root: str) -> _Key:
    top = _Key(root)
    for path, values in keys.items():
        key = top
        for name in path.split("\\") if path else ():
            if not 0 < len(_units(name)) <= 255:
                raise ValueError(f"{path!r} has a key name that is empty or longer than 255 characters")
            key = key.subkey(name)
        for name, value in values.items():
            if _upper(name) in key.values:
                raise ValueError(f"{path!r} has two values named {name!r}")
            if len(_units(name)) > 16383:
                raise ValueError(f"{path!r} has a value name longer than 16383 characters")
            key.values[_upper(name)] = (name, value)
    return top


class _Bins:
    """The hive bins that follow the base block: cells at offsets, none of which crosses the end of its bin."""

    def __init__(self, stamp: int) -> None:
        self.stamp = stamp
        self._data = bytearray()
        self._used = 0

    def reserve(self, size: int) -> int:
        """The offset of a new cell for `size` bytes."""
        whole = _align(_CELL_SIZE.size + size, 8)
        if self._used + whole > len(self._data):
            self._open_bin(whole)
        offset = self._used
        _CELL_SIZE.pack_into(self._data, offset, -whole)
        self._used += whole
        return offset

    def put(self, offset: int, content: bytes) -> None:
        start = offset + _CELL_SIZE.size
        self._data[start : start + len(content)] = content

    def add(self, content: bytes) -> int:
        offset = self.reserve(len(content))
        self.put(offset, content)
        return offset

    def finish(self) -> bytes:
        self._free_rest()
        return bytes(self._data)

    def _open_bin(self, cell_size: int) -> None:
        self._free_rest()
        start, size = len(self._data), _align(_BIN_HEADER.size + cell_size, _BIN_SIZE)
        self._data += _BIN_HEADER.pack(b"hbin", start, size, self.stamp).ljust(size, b"\0")
        self._used = start + _BIN_HEADER.size

    def _free_rest(self) -> None:
        if self._used < len(self._data):
            _CELL_SIZE.pack_into(self._data, self._used, len(self._data) - self._used)


def _write_key(bins: _Bins, key: _Key, offset: int, *, parent: int, security: int, minor: int) -> None:
    """Put `key` into its reserved cell at `offset`, and all that it points to into new cells."""
    values = [(name, *_typed(value)) for name, value in key.values.values()]
    in_order = [key.subkeys[name] for name in sorted(key.subkeys, key=_units)]
    subkeys = [(below, bins.reserve(_key_size(below))) for below in in_order]
    if len(subkeys) > 0xFFFF:
        raise ValueError(f"{key.name!r} has {len(subkeys)} subkeys, more than one list holds")
    for below, at in subkeys:
        _write_key(bins, below, at, parent=offset, security=security, minor=minor)
    value_offsets = [bins.add(_value_cell(bins, *value)) for value in values]

    stored, compressed = _stored(key.name)
    flags = (_KEY_COMP_NAME if compressed else 0) | (_KEY_HIVE_ENTRY | _KEY_NO_DELETE if parent == _NONE else 0)
    subkey_list = bins.add(_subkey_list(subkeys, minor)) if subkeys else _NONE
    value_list = bins.add(struct.pack(f"<{len(values)}I", *value_offsets)) if values else _NONE
    # Counted in UTF-16 whether names are compressed or not.
    largest_subkey_name = max((2 * len(_units(below.name)) for below in in_order), default=0)
    largest_value_name = max((2 * len(_units(name)) for name, *_ in values), default=0)
    largest_data = max((len(data) for *_, data in values), default=0)
    bins.put(
        offset,
        _KEY.pack(
            *(b"nk", flags, bins.stamp, 0, parent),
            *(len(subkeys), 0, subkey_list, _NONE, len(values), value_list, security, _NONE),
            *(largest_subkey_name, 0, largest_value_name, largest_data, 0),
            *(len(stored), 0),
        )
        + stored,
    )


def _key_size(key: _Key) -> int:
    return _KEY.size + len(_stored(key.name)[0])


def _subkey_list(subkeys: list[tuple[_Key, int]], minor: int) -> bytes:
    hashed = minor >= _FIRST_MINOR_WITH_HASH_LISTS
    elements = (_LIST_ELEMENT.pack(at, _hash(key.name) if hashed else _hint(key.name)) for key, at in subkeys)
    return _LIST_HEADER.pack(b"lh" if hashed else b"lf", len(subkeys)) + b"".join(elements)


def _hint(name: str) -> bytes:
    """The first four characters, or zeros, which tell nothing, where one of them does not fit into a byte."""
    return name[:4].encode("latin-1") if max(name[:4]) <= "\xff" else b""


def _hash(name: str) -> bytes:
    return struct.pack("<I", reduce(lambda total, unit: (total * 37 + unit) & 0xFFFF_FFFF, _units(_upper(name)), 0))


def _value_cell(bins: _Bins, name: str, kind: int, data: bytes) -> bytes:
    stored, compressed = _stored(name)
    if len(data) <= 4:
        size, where = len(data) | _DATA_IN_OFFSET, int.from_bytes(data, "little")
    else:
        size, where = len(data), bins.add(data)
    return _VALUE.pack(b"vk", len(stored), size, where, kind, _VALUE_COMP_NAME if stored and compressed else 0) + stored


def _typed(value: Value) -> tuple[int, bytes]:
    if isinstance(value, int):
        if not 0 <= value <= 0xFFFF_FFFF:
            raise ValueError(f"{value} does not fit into a REG_DWORD")
        return _REG_DWORD, struct.pack("<I", value)
    if isinstance(value, bytes):
        kind, data = _REG_BINARY, value
    elif isinstance(value, str):
        kind, data = _REG_SZ, _terminated(value)
    else:
        if not all(value):
            raise ValueError("an empty string would end its REG_MULTI_SZ")
        kind, data = _REG_MULTI_SZ, b"".join(map(_terminated, value)) + _terminated("")
    if len(data) > _LARGEST_DATA:
        raise ValueError(f"a value has {len(data)} bytes, more than the {_LARGEST_DATA} of one cell")
    return kind, data


def _terminated(text: str) -> bytes:
    if "\0" in text:
        raise ValueError(f"{text!r} has a NUL, which would end it")
    return f"{text}\0".encode("utf-16-le")


def _stored(name: str) -> tuple[bytes, bool]:
    """The bytes of a key's or value's name, and whether they are compressed, that is one byte a character.

    Readers disagree about 0x80 to 0x9F, controls in Latin-1 and printable in Windows-1252: those stay in UTF-16.
    """
    if all(char < "\x80" or "\xa0" <= char <= "\xff" for char in name):
        return name.encode("latin-1"), True
    return name.encode("utf-16-le"), False


def _upper(name: str) -> str:
    """Upper case as the registry has it: character for character, so that a sharp s stays as it is."""
    return "".join(upper if len(upper := char.upper()) == 1 and char <= "\uffff" else char for char in name)


def _units(text: str) -> tuple[int, ...]:
    data = text.encode("utf-16-le")
    return struct.unpack(f"<{len(data) // 2}H", data)


def _security_cell(offset: int, references: int) -> bytes:
    """The only security cell, at `offset`: the list of such cells is a ring, here of one."""
    return _SECURITY.pack(b"sk", offset, offset, references, len(_DESCRIPTOR)) + _DESCRIPTOR


def _checksum(block: bytes | bytearray) -> int:
    total: int = reduce(xor, _CHECKED_WORDS.unpack_from(block))
    # 0 and all ones are taken: they mean that nothing was summed.
    return {0: 1, 0xFFFF_FFFF: 0xFFFF_FFFE}.get(total, total)


def _align(value: int, step: int) -> int:
    return -(-value // step) * step
