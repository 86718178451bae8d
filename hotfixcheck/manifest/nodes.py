"""YAML text to positioned values, safely: libyaml's events, the YAML 1.2 core schema, bounded depth and size."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Any, NamedTuple

import yaml as pyyaml

from hotfixcheck.errors import printable

_UTF16 = {BOM_UTF16_LE, BOM_UTF16_BE}
MAX_BYTES = 32 * 1024 * 1024
_MAX_DEPTH = 16

_LOADER: Any = getattr(pyyaml, "CSafeLoader", pyyaml.SafeLoader)

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Node(NamedTuple):
    """A value and where it starts, line and column counted from 1. A tuple: nothing else is made as often.

    `value` is a str, int, float, bool or None, a list of Node, or a dict of key to Node; `keys` has each key's own
    Node and `repeated` the second and later Nodes of a key that occurs twice. A key that is not text is what
    `shown` says of it.
    """

    value: str | int | float | bool | list[Node] | dict[str, Node] | None
    line: int
    column: int
    keys: dict[str, Node] | None = None
    repeated: tuple[Node, ...] = ()

    def shown(self) -> str:
        """The value in a few words, for a message."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        if self.value is None:
            return "nothing"
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if isinstance(self.value, str):
            text = printable(self.value)
            return f"'{text[:57]}...'" if len(text) > 60 else f"'{text}'"
        return f"the number {self.value}"


def bare(node: Node) -> Any:
    """The value without its places."""
    if isinstance(node.value, dict):
        return {name: bare(value) for name, value in node.value.items()}
    if isinstance(node.value, list):
        return [bare(item) for item in node.value]
    return node.value


class SyntaxMistake(Exception):  # noqa: N818 - it is a mistake in a file, not an error of ours
    """Text that is no manifest's YAML: what and where (line and column from 1)."""

    def __init__(self, line: int, column: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.column, self.problem = line, column, problem


def parse(data: bytes) -> Node:
    """The one document in `data`, UTF-8; raises SyntaxMistake.

    Anchors, aliases and tags are refused: nothing here needs them, and they are how YAML bombs are built.
    """
    if len(data) > MAX_BYTES:
        raise SyntaxMistake(1, 1, f"the file has more than the {MAX_BYTES:,} bytes that it may have")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        said = "the file is UTF-16" if data[:2] in _UTF16 else f"byte 0x{data[error.start]:02x} is not UTF-8"
        raise SyntaxMistake(line, column, f"{said}; save it as UTF-8") from None
    if refused := pyyaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, refused.start()) + 1
        column = refused.start() - text.rfind("\n", 0, refused.start())
        raise SyntaxMistake(line, column, f"character U+{ord(refused[0]):04X} is not allowed in YAML")
    try:
        return _document(pyyaml.parse(text, Loader=_LOADER))
    except pyyaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = ", ".join(part for part in (error.context, error.problem) if part)
        raise SyntaxMistake(line, column, f"not YAML: {said}") from None


def _document(events: Iterator[Any]) -> Node:
    documents = 0
    root = Node(None, 1, 1)
    for event in events:
        if isinstance(event, pyyaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _mistake(event, "a second document starts; one file holds one document")
            root = _value(next(events), events, 0)
    return root


def _value(event: Any, events: Iterator[Any], depth: int) -> Node:
    if isinstance(event, pyyaml.AliasEvent):
        raise _mistake(event, f"alias *{event.anchor}; write the value out, no aliases are used here")
    if event.anchor is not None:
        raise _mistake(event, f"anchor &{event.anchor}; no anchors are used here")
    if event.tag is not None:
        raise _mistake(event, f"tag {printable(event.tag)}; no tags are used here")
    if depth > _MAX_DEPTH:
        raise _mistake(event, f"nested more than {_MAX_DEPTH} levels deep")
    line, column = event.start_mark.line + 1, event.start_mark.column + 1
    if isinstance(event, pyyaml.ScalarEvent):
        return Node(event.value if event.style else _plain(event.value), line, column)
    if isinstance(event, pyyaml.SequenceStartEvent):
        items = []
        while not isinstance(item := next(events), pyyaml.SequenceEndEvent):
            items.append(_value(item, events, depth + 1))
        return Node(items, line, column)
    return _mapping(events, depth, line, column)


def _mapping(events: Iterator[Any], depth: int, line: int, column: int) -> Node:
    values: dict[str, Node] = {}
    keys: dict[str, Node] = {}
    repeated = []
    while not isinstance(event := next(events), pyyaml.MappingEndEvent):
        key = _value(event, events, depth + 1)
        value = _value(next(events), events, depth + 1)
        name = key.value if isinstance(key.value, str) else key.shown()
        if name in values:
            repeated.append(Node(name, key.line, key.column))
        else:
            keys[name], values[name] = key, value
    return Node(values, line, column, keys, tuple(repeated))


def is_plain_text(text: str) -> bool:
    """True if `text` without quotes is read as text, and not as a number, a truth value or nothing."""
    return isinstance(_plain(text), str)


def _plain(text: str) -> str | int | float | bool | None:
    """A plain scalar by the YAML 1.2 core schema: 18:00 and 2000-03-14 are text, as JSON Schema wants them."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


def _mistake(event: Any, problem: str) -> SyntaxMistake:
    return SyntaxMistake(event.start_mark.line + 1, event.start_mark.column + 1, problem)
