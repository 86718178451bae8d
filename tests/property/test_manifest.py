"""Manifests: text and model are each other, and the loader is the schema."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from hypothesis import event, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest
from hotfixcheck.manifest.nodes import SyntaxMistake, is_plain_text, parse
from hotfixcheck.manifest.plain import plain
from hotfixcheck.manifest.schema import FORMATS, SCHEMA
from hotfixcheck.manifest.yaml import ManifestMistakesError, dump, load
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


def _node(value: Any, key: str = "", *, flow: bool = False) -> Any:
    """A value as PyYAML's tree."""
    prefix = "tag:yaml.org,2002:"
    if isinstance(value, dict):
        pairs = [(_node(name), _node(item, name)) for name, item in value.items()]
        return yaml.MappingNode(f"{prefix}map", pairs, flow_style=flow or "name" in value)
    if isinstance(value, list):
        return yaml.SequenceNode(f"{prefix}seq", [_node(item) for item in value], flow_style=not value)
    if key in {"date", "revised"}:
        return yaml.ScalarNode(f"{prefix}timestamp", value)
    if isinstance(value, bool):
        return yaml.ScalarNode(f"{prefix}bool", "true" if value else "false")
    if isinstance(value, int):
        return yaml.ScalarNode(f"{prefix}int", str(value))
    return yaml.ScalarNode(f"{prefix}str", value, style=None if is_plain_text(value) else "'")


def by_libyaml(manifest: Manifest) -> str:
    dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.serialize(_node(plain(manifest)), Dumper=dumper, width=1 << 30, allow_unicode=True))


@given(manifests)
def test_dump_writes_what_libyaml_would(manifest: Manifest) -> None:
    assert dump(manifest) == by_libyaml(manifest)


WORDS = st.text(st.sampled_from("ab1 .,:'\"#-&~()/{}[]yno"), min_size=1, max_size=12).filter(lambda text: text.strip())


@given(WORDS, WORDS, WORDS)
@settings(max_examples=500)
def test_dump_quotes_as_libyaml_would(title: str, product: str, note: str) -> None:
    rows = (FileRow("a.dll", note=note),)
    manifest = Manifest("Q987654", title, (FilesFix(rows, scope=product),), applies_to=(product,))
    assert dump(manifest) == by_libyaml(manifest)


@given(manifests)
def test_every_manifest_keeps_to_the_schema(manifest: Manifest) -> None:
    VALIDATOR.validate(plain(manifest))
    assert load(as_yaml(plain(manifest)), "m.json") == manifest


@given(manifest_values())
@settings(max_examples=300)
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
