"""Manifests as YAML: load with the place of every mistake, dump canonically."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from hotfixcheck.errors import ManifestError, printable
from hotfixcheck.manifest.emit import emit
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.nodes import Node, SyntaxMistake, parse
from hotfixcheck.manifest.plain import from_plain, plain
from hotfixcheck.manifest.schema import FORMATS, SCHEMA, Schema


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


class ManifestMistakesError(ManifestError):
    """A manifest with mistakes, all of them, in the order of the file."""

    def __init__(self, file: str, mistakes: tuple[Mistake, ...]) -> None:
        first = mistakes[0]
        more = f", and {len(mistakes) - 1} more" if len(mistakes) > 1 else ""
        said = f"{printable(first.field)}: {first.problem}" if first.field else first.problem
        super().__init__(f"{said}{more}", file=file, place=f"{first.line}:{first.column}")
        self.mistakes = mistakes

    def lines(self) -> Iterator[str]:
        """Each mistake as FILE:LINE:COLUMN: field: found, expected."""
        for mistake in self.mistakes:
            yield f"{printable(self.file)}:{mistake}"


def load(data: bytes, file: str) -> Manifest:
    """The manifest in `data`; `file` is its name in messages. Raises ManifestMistakesError with every mistake."""
    return from_plain(bare(checked(data, file, SCHEMA)))


def checked(data: bytes, file: str, schema: Schema) -> Node:
    """What `data` holds, which is of `schema`; raises ManifestMistakesError with every mistake."""
    try:
        root = parse(data)
    except SyntaxMistake as syntax:
        raise ManifestMistakesError(file, (Mistake(syntax.line, syntax.column, "", syntax.problem),)) from None
    mistakes = tuple(sorted(_check(root, schema, "")))
    if mistakes:
        raise ManifestMistakesError(file, mistakes)
    return root


# --- the schema, interpreted ---------------------------------------------------------------------------------------

_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def _check(node: Node, schema: Schema, field: str) -> Iterator[Mistake]:
    """Every way in which `node` breaks `schema`: the part of JSON Schema that SCHEMA uses."""
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


# --- values -----------------------------------------------------------------------------------------------------------


def bare(node: Node) -> Any:
    """The value without its places."""
    if isinstance(node.value, dict):
        return {name: bare(value) for name, value in node.value.items()}
    if isinstance(node.value, list):
        return [bare(item) for item in node.value]
    return node.value


def dump(manifest: Manifest) -> str:
    """Canonical YAML: fixed order, one line a file row, dates plain, text quoted where YAML would misread it."""
    return emit(plain(manifest))
