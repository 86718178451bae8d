"""Cabinets and compressed files as Microsoft's tools write them, in code: no program here writes LZX or KWAJ."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tests.build.lzh import lzh

FRAME = 32768
_SLOTS = {15: 30, 16: 32, 17: 34, 18: 36, 19: 38, 20: 42, 21: 50}
_SLOT, _FIRST, _EXTRA = 20, 1024, 9  # the one position slot that matches are written with: distances 1022 to 1533


def cabinet(
    files: Mapping[str, bytes],
    compression: str = "MSZIP",
    *,
    folders: int = 1,
    reserve: tuple[int, int, int] = (0, 0, 0),
    previous: str = "",
    following: str = "",
    checksums: bool = True,
    utf8: bool = False,
    day: int = 0x277E,
    clock: int = 0x6000,
) -> bytes:
    """A cabinet of these files by name, over folders; `compression` is stored, MSZIP, LZX:15 to LZX:21, Quantum."""
    kind, frames_of = _compression(compression)
    names = list(files)
    groups = [names[number::folders] for number in range(folders)]
    tables, entries, blocks = [], [], []
    for number, group in enumerate(groups):
        whole = b"".join(files[name] for name in group)
        frames = frames_of(whole)
        tables.append((len(frames), kind))
        blocks.append(b"".join(_block(data, size, reserve[2], checksums) for data, size in frames))
        at = 0
        for name in group:
            entries.append(
                struct.pack("<IIHHHH", len(files[name]), at, number, day, clock, 0xA0 if utf8 else 0x20)
                + name.encode("utf-8" if utf8 else "cp1252", "surrogateescape")
                + b"\0"
            )
            at += len(files[name])
    flags = bool(previous) * 1 | bool(following) * 2 | any(reserve) * 4
    optional = struct.pack("<HBB", *reserve) + bytes(reserve[0]) if any(reserve) else b""
    optional += b"".join(f"{name}\0disk\0".encode() for name in (previous, following) if name)
    files_at = 36 + len(optional) + folders * (8 + reserve[1])
    start = files_at + sum(map(len, entries))
    size = start + sum(map(len, blocks))
    header = struct.pack(*("<4s4xI4xI4xBBHHHHH", b"MSCF", size, files_at, 3, 1, folders, len(files), flags, 1234, 0))
    folder_table = b""
    for (count, number), data in zip(tables, blocks, strict=True):
        folder_table += struct.pack("<IHH", start, count, number) + bytes(reserve[1])
        start += len(data)
    return header + optional + folder_table + b"".join(entries) + b"".join(blocks)


@dataclass(frozen=True)
class _Piece:
    """Of a block of a folder, which becomes the bytes from `start` to `end`; all of it, its beginning, or its rest."""

    folder: int
    data: bytes
    start: int
    end: int
    is_whole: bool = True


def cabinet_set(
    folders: Sequence[Mapping[str, bytes]],
    compression: str,
    room: int,
    named: Callable[[int], str] = "disk{}.cab".format,
) -> dict[str, bytes]:
    """Cabinets of `room` packed bytes each, by name, as makecab cuts a set: within folders, files and blocks.

    A block in two cabinets says in the first that it becomes no bytes; a file in several is listed in each.
    """
    kind, frames_of = _compression(compression)
    cabinets: list[list[_Piece]] = [[]]
    left = room
    for number, files in enumerate(folders):
        at = 0
        for frame, size in frames_of(b"".join(files.values())):
            data = frame
            while len(data) > left:
                if left:
                    cabinets[-1].append(_Piece(number, data[:left], at, at + size, is_whole=False))
                data, left = data[left:], room
                cabinets.append([])
            cabinets[-1].append(_Piece(number, data, at, at + size))
            left -= len(data)
            at += size
    names = [named(number + 1) for number in range(len(cabinets))]
    return {own: _of_a_set(cabinets, number, folders, kind, names) for number, own in enumerate(names)}


def _of_a_set(
    cabinets: Sequence[Sequence[_Piece]],
    number: int,
    folders: Sequence[Mapping[str, bytes]],
    kind: int,
    names: Sequence[str],
) -> bytes:
    def overlaps(cabinet: int, folder: int, first: int, last: int) -> bool:
        pieces = [each for each in cabinets[cabinet] if each.folder == folder] if 0 <= cabinet < len(names) else []
        return bool(pieces) and first < pieces[-1].end and max(last, first + 1) > pieces[0].start

    tables, entries, blocks = [], [], []
    for place, folder in enumerate(sorted({piece.folder for piece in cabinets[number]})):
        own = [piece for piece in cabinets[number] if piece.folder == folder]
        tables.append(len(own))
        sizes = (piece.end - piece.start if piece.is_whole else 0 for piece in own)
        blocks.append(b"".join(_block(piece.data, size, 0, True) for piece, size in zip(own, sizes, strict=True)))
        at = 0
        for name, data in folders[folder].items():
            if overlaps(number, folder, at, at + len(data)):
                before, after = (overlaps(other, folder, at, at + len(data)) for other in (number - 1, number + 1))
                which = (0xFFFF if after else 0xFFFD) if before else 0xFFFE if after else place
                facts = (len(data), at, which, 0x277E, 0x6000, 0x20)
                entries.append(struct.pack("<IIHHHH", *facts) + name.encode() + b"\0")
            at += len(data)
    flags = (number > 0) * 1 | (number + 1 < len(names)) * 2
    optional = b"".join(
        f"{names[other]}\0disk\0".encode() for other in (number - 1, number + 1) if 0 <= other < len(names)
    )
    files_at = 36 + len(optional) + 8 * len(tables)
    start = files_at + sum(map(len, entries))
    header = struct.pack(
        *("<4s4xI4xI4xBBHHHHH", b"MSCF", start + sum(map(len, blocks)), files_at, 3, 1),
        *(len(tables), len(entries), flags, 77, number),
    )
    table = b""
    for count, packed in zip(tables, blocks, strict=True):
        table += struct.pack("<IHH", start, count, kind)
        start += len(packed)
    return header + optional + table + b"".join(entries) + b"".join(blocks)


def _compression(name: str) -> tuple[int, Callable[[bytes], list[tuple[bytes, int]]]]:
    if name == "stored":
        return 0, lambda data: [
            (data[at : at + FRAME], len(data[at : at + FRAME])) for at in range(0, len(data), FRAME)
        ]
    if name == "MSZIP":
        return 1, mszip
    if name == "Quantum":
        return 2 | 0x1472 & 0xFFF0, lambda data: [(b"\0" * 10, min(FRAME, len(data)))]
    window = int(name.partition(":")[2])
    return 3 | window << 8, partial(lzx, window=window)


def _block(data: bytes, size: int, reserve: int, checksums: bool) -> bytes:
    rest = struct.pack("<HH", len(data), size) + bytes(reserve)
    return struct.pack("<I", checksum(rest, checksum(data)) if checksums else 0) + rest + data


def checksum(data: bytes, value: int = 0) -> int:
    """[MS-CAB] 3.1, word by word."""
    whole = len(data) // 4 * 4
    for (word,) in struct.iter_unpack("<I", data[:whole]):
        value ^= word
    return value ^ int.from_bytes(data[whole:], "big")


def mszip(data: bytes) -> list[tuple[bytes, int]]:
    frames, before = [], b""
    for at in range(0, len(data), FRAME):
        part = data[at : at + FRAME]
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15, zdict=before)
        frames.append((b"CK" + deflate.compress(part) + deflate.flush(), len(part)))
        before = part
    return frames


# --- LZX -------------------------------------------------------------------------------------------------------------


class _Bits:
    """Bits from the highest of each little-endian word of 16."""

    def __init__(self) -> None:
        self.out = bytearray()
        self._value = self._count = 0

    def put(self, value: int, count: int) -> None:
        self._value = self._value << count | value
        self._count += count
        while self._count >= 16:
            self._count -= 16
            self.out += struct.pack("<H", self._value >> self._count & 0xFFFF)
        self._value &= (1 << self._count) - 1

    def align(self) -> None:
        if self._count:
            self.put(0, 16 - self._count)


def lzx(data: bytes, window: int = 21, *, translated: int = 0) -> list[tuple[bytes, int]]:
    """Frames of one verbatim block: literals, and matches 1022 to 1533 bytes back.

    `translated` is the file size for which the calls of x86 programs are made absolute, 0 for none.
    """
    plain, data = data, _calls_made_absolute(data, translated) if translated else data
    bits = _Bits()
    bits.put(1 if translated else 0, 1)
    if translated:
        bits.put(translated >> 16, 16)
        bits.put(translated & 0xFFFF, 16)
    bits.put(1, 3)
    bits.put(len(data), 24)
    slots = _SLOTS[window]
    _lengths(bits, [9] * 256)
    _lengths(bits, [4 if slot == _SLOT else 0 for slot in range(slots) for _ in range(8)])
    _lengths(bits, [0] * 249)
    frames, at = [], 0
    last: dict[bytes, int] = {}
    while at < len(data):
        end = min((at // FRAME + 1) * FRAME, len(data))
        found = last.get(data[at : at + 4], -1)
        length = 0
        if found >= 0 and 1022 <= at - found <= 1533:
            while length < min(8, end - at) and data[found + length] == data[at + length]:
                length += 1
        if length >= 2:
            bits.put(length - 2, 4)
            bits.put(at - found + 2 - _FIRST, _EXTRA)
        else:
            length = 1
            bits.put(256 + data[at], 9)
        for place in range(at, at + length):
            if place >= 1022:
                last[data[place - 1022 : place - 1018]] = place - 1022
        at += length
        if at % FRAME == 0 or at == len(data):
            bits.align()
            frames.append((bytes(bits.out), at - (at - 1) // FRAME * FRAME))
            bits.out.clear()
    assert len(plain) == len(data)
    return frames


def _lengths(bits: _Bits, lengths: Sequence[int]) -> None:
    """Code lengths, by a code of four symbols of two bits: 0, and what makes 9 and 4 of 0 (8, 13); 18 is not used."""
    for symbol in range(20):
        bits.put(2 if symbol in {0, 8, 13, 18} else 0, 4)
    for length in lengths:
        bits.put({0: 0, 9: 1, 4: 2}[length], 2)


def _calls_made_absolute(data: bytes, size: int) -> bytes:
    out = bytearray(data)
    for start in range(0, len(data), FRAME):
        end = min(start + FRAME, len(data)) - 10
        at = start
        while at < end:
            if out[at] != 0xE8:
                at += 1
                continue
            (relative,) = struct.unpack_from("<i", out, at + 1)
            if -at <= relative < size - at:
                struct.pack_into("<i", out, at + 1, relative + at)
            elif size - at <= relative < size:
                struct.pack_into("<i", out, at + 1, relative - size)
            at += 5
    return bytes(out)


# --- single files ----------------------------------------------------------------------------------------------------


def szdd(data: bytes, last: str = "\0", *, old: bool = False) -> bytes:
    """What compress.exe makes of a file whose name lacks its `last` character; `old` as QuickBASIC's installers do."""
    packed = _lzss(data, 4096 - (18 if old else 16))
    if old:
        return b"SZ\x20\x88\xf0\x27\x33\xd1" + struct.pack("<I", len(data)) + packed
    return b"SZDD\x88\xf0\x27\x33A" + last.encode("latin-1") + struct.pack("<I", len(data)) + packed


def kwaj(
    data: bytes, method: int, *, name: str = "", size: bool = True, extra: bool = False, kinds: Sequence[int] = ()
) -> bytes:
    """`extra` are the fields that nobody knows what they are for, and a text; `kinds` how LZH writes its codes."""
    packed = {
        0: lambda: data,
        1: lambda: bytes(value ^ 0xFF for value in data),
        2: lambda: _lzss(data, 4096 - 18),
        3: lambda: lzh(data, *kinds),
        4: lambda: b"".join(struct.pack("<H", len(block)) + block for block, _ in mszip(data)),
    }.get(method, lambda: b"")()
    stem, _, ending = name.partition(".")
    flags = size * 1 | extra * (2 | 4 | 32) | bool(stem) * 8 | bool(ending) * 16
    header = struct.pack("<I", len(data)) if size else b""
    header += b"\1\2" + struct.pack("<H", 3) + b"xyz" if extra else b""
    header += b"".join(part.encode() + b"\0" for part in (stem, ending) if part)
    header += struct.pack("<H", 4) + b"text" if extra else b""
    return b"KWAJ\x88\xf0\x27\xd1" + struct.pack("<HHH", method, 14 + len(header), flags) + header + packed


def _lzss(data: bytes, start: int) -> bytes:
    """Bytes, and references to what stood 3 to 18 bytes long in the window of 4 KB."""
    out, at = bytearray(), 0
    last: dict[bytes, int] = {}
    while at < len(data):
        flags, group = 0, bytearray()
        for bit in range(8):
            if at >= len(data):
                break
            found = last.get(data[at : at + 3], -1)
            length = 0
            if found >= 0 and at - found < 4000:
                while length < 18 and at + length < len(data) and data[found + length] == data[at + length]:
                    length += 1
            if length >= 3:
                place = (start + found) % 4096
                group += bytes((place & 0xFF, (place >> 4 & 0xF0) | length - 3))
            else:
                length = 1
                flags |= 1 << bit
                group.append(data[at])
            for each in range(at, at + length):
                last[data[each : each + 3]] = each
            at += length
        out.append(flags)
        out += group
    return bytes(out)
