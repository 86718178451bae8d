"""Thrift's compact protocol, as far as Parquet's footers and page headers are written in it.

Source: "Thrift Compact protocol encoding" of the Thrift specification. Texts are skipped: nobody here asks for one.
"""

from __future__ import annotations

from typing import Any

_TRUE, _FALSE, _BYTE, _DOUBLE, _TEXT, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
_INTEGERS = frozenset({4, 5, 6})
_DEEPEST = 8
_MANY = 15  # of a list's head: the number of its elements follows
_BITS = 64


class ThriftError(ValueError):
    """Bytes that are no struct."""


def struct(data: bytes) -> tuple[dict[int, Any], int]:
    """The numbers, lists and structs of a struct at the start of `data`, by field number, and where it ends.

    A text is there as None. Raises ThriftError.
    """
    try:
        return _struct(data, 0, 0)
    except IndexError:
        raise ThriftError("it ends too soon") from None


def _struct(data: bytes, place: int, depth: int) -> tuple[dict[int, Any], int]:
    if depth > _DEEPEST:
        raise ThriftError("it is nested too deep")
    found: dict[int, Any] = {}
    field = 0
    while head := data[place]:
        place += 1
        if head >> 4:
            field += head >> 4
        else:
            number, place = _varint(data, place)
            field = _signed(number)
        kind = head & 15
        if kind in {_TRUE, _FALSE}:
            found[field] = kind == _TRUE
        else:
            found[field], place = _value(data, place, kind, depth)
    return found, place + 1


def _value(data: bytes, place: int, kind: int, depth: int) -> tuple[Any, int]:
    if kind in _INTEGERS:
        number, place = _varint(data, place)
        return _signed(number), place
    if kind == _TEXT:
        length, place = _varint(data, place)
        return None, place + length
    if kind == _STRUCT:
        return _struct(data, place, depth + 1)
    if kind in {_LIST, _SET}:
        return _elements(data, place, depth + 1)
    if kind in {_TRUE, _FALSE, _BYTE}:  # an element that is one byte
        return data[place], place + 1
    if kind == _DOUBLE:
        return None, place + 8
    raise ThriftError("it has a value of no known kind")


def _elements(data: bytes, place: int, depth: int) -> tuple[list[Any], int]:
    if depth > _DEEPEST:
        raise ThriftError("it is nested too deep")
    head = data[place]
    place += 1
    count, kind = head >> 4, head & 15
    if count == _MANY:
        count, place = _varint(data, place)
    if count > len(data) - place:  # each takes a byte at least
        raise ThriftError("it ends too soon")
    found = []
    for _ in range(count):
        value, place = _value(data, place, kind, depth)
        found.append(value)
    return found, place


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _BITS, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ThriftError("it has a number of too many digits")


def _signed(number: int) -> int:
    return number >> 1 ^ -(number & 1)
