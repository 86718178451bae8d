"""Positioned values against a schema: every mistake with its place, in words for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hotfixcheck.errors import printable
from hotfixcheck.manifest.nodes import Node
from hotfixcheck.manifest.schema import FORMATS, SCHEMA, Schema

_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One mistake: line and column from 1, the field's path, what was found and what was expected."""

    line: int
    column: int
    field: str
    problem: str

    def __str__(self) -> str:
        field = f"{printable(self.field)}: " if self.field else ""
        return f"{self.line}:{self.column}: {field}{self.problem}"


def mistakes_in(root: Node, schema: Schema) -> Iterator[Mistake]:
    """Every way in which `root` breaks `schema`, which is of the part of JSON Schema that SCHEMA uses; in no order."""
    return _check(root, schema, "")


def _check(node: Node, schema: Schema, field: str) -> Iterator[Mistake]:
    if not schema:
        return
    schema = _resolved(schema)
    if "oneOf" in schema and "type" not in schema:
        schema = _branch(node, schema["oneOf"])
    if _breaks(node.value, schema):
        is_unquoted = isinstance(node.value, int | float) and not _breaks(str(node.value), schema)
        advice = "; quote it to make it text" if is_unquoted else _why_no_text(node.value, schema)
        yield Mistake(node.line, node.column, field, f"found {node.shown()}, expected {schema['description']}{advice}")
    elif isinstance(node.value, dict):
        yield from _check_mapping(node, node.value, schema, field)
    elif isinstance(node.value, list):
        if len(node.value) < schema.get("minItems", 0):
            yield Mistake(node.line, node.column, field, f"the list is empty, expected {schema['description']}")
        for index, item in enumerate(node.value):
            yield from _check(item, schema["items"], f"{field}[{index}]")


def _why_no_text(value: object, schema: Schema) -> str:
    """What no text may have and nobody sees."""
    if not isinstance(value, str) or "not" not in schema:
        return ""
    found = re.search(schema["not"]["pattern"], value)
    return f", without the control character U+{ord(found[0]):04X}" if found else ""


def _check_mapping(node: Node, values: dict[str, Node], schema: Schema, field: str) -> Iterator[Mistake]:
    prefix = f"{field}." if field else ""
    properties = schema["properties"]
    keys = node.keys or {}
    for repeated in node.repeated:
        yield Mistake(
            repeated.line, repeated.column, f"{prefix}{repeated.value}", "the field stands here a second time"
        )
    for name, value in values.items():
        if name in properties:
            yield from _check(value, properties[name], f"{prefix}{name}")
        else:
            near = _nearest(name, properties)
            known = f"did you mean {near}?" if near else f"known are {', '.join(properties)}"
            yield Mistake(keys[name].line, keys[name].column, f"{prefix}{name}", f"there is no such field; {known}")
    for name in schema.get("required", ()):
        if name not in values:
            expected = _resolved(properties[name])["description"]
            yield Mistake(node.line, node.column, f"{prefix}{name}", f"missing, expected {expected}")
    choices = [choice["required"][0] for choice in schema.get("oneOf", ())]
    given = [name for name in choices if name in values]
    if choices and len(given) != 1:
        found = "both are given" if given else "neither is given"
        yield Mistake(node.line, node.column, field, f"{found}, expected one of {' and '.join(choices)}")


def _resolved(schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    return found


def _branch(node: Node, choices: list[Schema]) -> Schema:
    """The choice whose `kind` the node has, or the first that a node without a known kind is then held against."""
    kind = node.value.get("kind") if isinstance(node.value, dict) else None
    resolved = [_resolved(choice) for choice in choices]
    matching = (choice for choice in resolved if kind and choice["properties"]["kind"]["const"] == kind.value)
    unknown_kind: Schema = {
        "type": "object",
        "description": "a mapping whose kind is files or service_pack",
        "required": ["kind"],
        "properties": {name: {} for choice in resolved for name in choice["properties"]}
        | {"kind": resolved[0]["properties"]["kind"]},
    }
    return next(matching, unknown_kind)


def _breaks(value: object, schema: Schema) -> bool:
    """True if a value by itself is not what `schema` wants; what it holds is another matter."""
    if "const" in schema:
        return value != schema["const"] or isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # as JSON Schema has it: 4.0 is an integer
    kind = _TYPES[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return True
    if isinstance(value, str):
        return not _is_text(value, schema)
    return isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _is_text(text: str, schema: Schema) -> bool:
    if len(text) < schema["minLength"] or _compiled(schema["not"]["pattern"]).search(text):
        return False
    if "pattern" in schema and not _compiled(schema["pattern"]).search(text):
        return False
    try:
        FORMATS.get(schema.get("format", ""), str)(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)  # whose own cache asks twice for a pattern's type before each use


def _nearest(name: str, known: dict[str, Any]) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name[:40], known, 1)), None)
