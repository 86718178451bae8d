"""Manifests: text and model are each other, and the loader is the schema."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.nodes import SyntaxMistake, parse
from hotfixcheck.manifest.schema import FORMATS, SCHEMA
from hotfixcheck.manifest.yaml import ManifestMistakesError, dump, load, plain
from tests.property.strategies import manifest_values, manifests

# JSON may hold these as they are, YAML only escaped.
_NOT_IN_YAML = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def _validator() -> Draft202012Validator:
    checker = FormatChecker(formats=())
    for name, parser in FORMATS.items():
        checker.checks(name, raises=ValueError)(
            lambda value, parser=parser: not isinstance(value, str) or bool([parser(value)])
        )
    return Draft202012Validator(SCHEMA, format_checker=checker)


VALIDATOR = _validator()


def as_yaml(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


@given(manifests)
def test_load_undoes_dump(manifest: Manifest) -> None:
    text = dump(manifest)
    assert load(text.encode(), "m.yaml") == manifest
    assert dump(load(text.encode(), "m.yaml")) == text


@given(manifests)
def test_every_manifest_keeps_to_the_schema(manifest: Manifest) -> None:
    VALIDATOR.validate(plain(manifest))
    assert load(as_yaml(plain(manifest)), "m.json") == manifest


@given(manifest_values())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_the_loader_is_the_schema(value: Any) -> None:
    is_valid = VALIDATOR.is_valid(value)
    event(f"valid: {is_valid}")
    try:
        manifest = load(as_yaml(value), "m.json")
    except ManifestMistakesError as error:
        assert not is_valid, list(error.lines())
        assert all(line.isprintable() for line in error.lines())
    else:
        assert is_valid, [error.message for error in VALIDATOR.iter_errors(value)]
        assert load(dump(manifest).encode(), "m.yaml") == manifest


@given(st.binary() | st.text(st.sampled_from("ab:-?[]{}#&*!|>'\"%@` \n\t,1.~<=\x00é")).map(str.encode))
def test_any_bytes_are_a_value_or_a_mistake(data: bytes) -> None:
    try:
        parse(data)
    except SyntaxMistake as mistake:
        assert mistake.line >= 1
        assert mistake.column >= 1
        assert mistake.problem.isprintable()
