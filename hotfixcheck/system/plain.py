"""The fields of JSON objects that another run, or a stranger, wrote: each has the type that its reader expects."""

from __future__ import annotations

from typing import Any, TypeVar

_Kind = TypeVar("_Kind", bool, int, str, dict[str, Any], list[Any])

_NAMES = {bool: "true or false", int: "a whole number", str: "text", dict: "an object", list: "a list"}


def required(values: dict[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    """The field `name`; raises ValueError where it is missing, TypeError where it is of another kind."""
    if name not in values:
        raise ValueError(f"{name!r} is missing")
    return _checked(values[name], name, kind)


def optional(values: dict[str, Any], name: str, kind: type[_Kind]) -> _Kind | None:
    """The field `name`, None where it is missing or null; raises TypeError."""
    value = values.get(name)
    return None if value is None else _checked(value, name, kind)


def number(values: dict[str, Any], name: str) -> int | None:
    """An optional whole number from 0 to 63 bits; raises TypeError or ValueError."""
    value = optional(values, name, int)
    if value is not None and not 0 <= value < 1 << 63:
        raise ValueError(f"{name!r} is out of range")
    return value


def each(values: dict[str, Any], name: str, kind: type[_Kind]) -> list[_Kind]:
    """The elements of the list `name`; raises ValueError or TypeError."""
    return [_checked(value, name, kind) for value in required(values, name, list)]


def _checked(value: Any, name: str, kind: type[_Kind]) -> _Kind:
    # bool is an int to Python and not to JSON.
    if type(value) is not kind:
        raise TypeError(f"{name!r} is not {_NAMES[kind]}")
    return value
