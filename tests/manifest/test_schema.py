"""The schema itself: a JSON Schema, and formats that mean what they say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from hotfixcheck.manifest.schema import FORMATS, SCHEMA, Schema


def parts(schema: Schema) -> Iterator[Schema]:
    yield schema
    for key in ("properties", "$defs"):
        for part in schema.get(key, {}).values():
            yield from parts(part)
    if "items" in schema:
        yield from parts(schema["items"])


def test_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_part_says_what_it_expects() -> None:
    for part in parts(SCHEMA):
        assert part.get("description") or "$ref" in part or "oneOf" in part, part


def test_every_format_has_its_parser() -> None:
    assert {part["format"] for part in parts(SCHEMA) if "format" in part} == set(FORMATS)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2000-02-29"),
        ("date", "0001-01-01"),
        ("platform", "x86"),
        ("platform", "Intel"),
        ("file-version", "4.0"),
        ("file-version", "5.1.2600.2180 (xpsp_sp2_rtm.040803-2158)"),
    ],
)
def test_format_takes(name: str, text: str) -> None:
    FORMATS[name](text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("date", "2000-02-30"),
        ("date", "2001-02-29"),
        ("date", "0000-01-01"),
        ("date", "2000-1-1"),
        ("date", "20000101"),
        ("date", "2000-W01-1"),
        ("date", "2000-01-01T00:00"),
        ("date", "2000-01-01\n"),
        ("date", "２０００-01-01"),  # noqa: RUF001
        ("date", ""),
        ("platform", ""),
        ("platform", "vax"),
        ("file-version", ""),
        ("file-version", "4.0.1381.4.1"),
    ],
)
def test_format_refuses(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|out of range"):
        FORMATS[name](text)
