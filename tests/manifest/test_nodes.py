"""YAML text to positioned values: what is read as what, what is refused, and where."""

from __future__ import annotations

import time
from typing import Any

import pytest

from hotfixcheck.manifest.nodes import MAX_BYTES, Node, SyntaxMistake, is_plain_text, parse


def bare(node: Node) -> Any:
    if isinstance(node.value, dict):
        return {name: bare(value) for name, value in node.value.items()}
    if isinstance(node.value, list):
        return [bare(item) for item in node.value]
    return node.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("18:00", "18:00", id="a time is text"),
        pytest.param("2000-03-14", "2000-03-14", id="a date is text"),
        pytest.param("yes", "yes", id="yes is text"),
        pytest.param("On", "On", id="on is text"),
        pytest.param("0x1F", "0x1F", id="hexadecimal is text"),
        pytest.param("1_000", "1_000", id="underscores are text"),
        pytest.param("4.0.1381.4", "4.0.1381.4", id="a version of three dots is text"),
        pytest.param("4.0", 4.0, id="one dot is a number"),
        pytest.param("375056", 375056, id="integer"),
        pytest.param("-1", -1, id="negative"),
        pytest.param("08", 8, id="leading zero"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param(".5", 0.5, id="fraction"),
        pytest.param("-.inf", float("-inf"), id="infinity"),
        pytest.param("1" * 19, float("1" * 19), id="too large for an integer"),
        pytest.param("true", True, id="true"),
        pytest.param("FALSE", False, id="false"),
        pytest.param("null", None, id="null"),
        pytest.param("~", None, id="tilde"),
        pytest.param('"4.0"', "4.0", id="quoted"),
        pytest.param("'true'", "true", id="quoted word"),
        pytest.param("", None, id="empty file"),
        pytest.param("---\n", None, id="empty document"),
        pytest.param("# nothing\n", None, id="only a comment"),
        pytest.param("\ufeffa: b", {"a": "b"}, id="byte order mark"),
        pytest.param("a: [1, {b: c}]", {"a": [1, {"b": "c"}]}, id="flow"),
        pytest.param("a:\n- 1\n- b: c\n", {"a": [1, {"b": "c"}]}, id="block"),
        pytest.param('{"a": [true, null, "x"]}', {"a": [True, None, "x"]}, id="JSON"),
        pytest.param("1: x\n~: y\n[]: z\n", {"the number 1": "x", "nothing": "y", "a list": "z"}, id="odd keys"),
    ],
)
def test_values(text: str, value: object) -> None:
    assert bare(parse(text.encode())) == value


def test_not_a_number() -> None:
    value = parse(b".nan").value
    assert isinstance(value, float)
    assert value != value


def test_places_count_from_one() -> None:
    root = parse("é: 1\nfixes:\n  - {name: é, size: 2}\n".encode())
    assert isinstance(root.value, dict)
    assert root.keys is not None
    assert (root.keys["fixes"].line, root.keys["fixes"].column) == (2, 1)
    assert isinstance(root.value["fixes"].value, list)
    (row,) = root.value["fixes"].value
    assert isinstance(row.value, dict)
    assert row.keys is not None
    assert (row.line, row.column) == (3, 5)
    assert (row.keys["size"].line, row.keys["size"].column) == (3, 15)
    assert (row.value["size"].line, row.value["size"].column) == (3, 21)


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        pytest.param("a: 1\nb: 2\na: 3\na: 4\n", [("a", 3), ("a", 4)], id="text"),
        pytest.param("[x]: 1\n[y]: 2\n", [("a list", 2)], id="lists"),
    ],
)
def test_repeated_keys_are_kept_apart(text: str, repeated: list[tuple[str, int]]) -> None:
    root = parse(text.encode())
    assert [(key.value, key.line) for key in root.repeated] == repeated
    assert next(iter(bare(root).values())) == 1


REFUSED = [
    pytest.param(b"a: [1, 2", "2:1: not YAML: while parsing a flow sequence, did not find", id="open bracket"),
    pytest.param(b"a: 'x", "1:6: not YAML: while scanning a quoted scalar, found unexpected end", id="open quote"),
    pytest.param(b"a: 1\n b: 2\n", "2:3: not YAML: mapping values are not allowed", id="indented"),
    pytest.param(b"a:\n\t- b\n", "2:1: not YAML: while scanning for the next token, found character", id="tab"),
    pytest.param(b"a: 1\n...\nb\n", "3:1: not YAML: did not find expected <document start>", id="after the end"),
    pytest.param(b"a: @x", "1:4: not YAML: while scanning for the next token, found character", id="reserved"),
    pytest.param(b"%YAML 9.9\n---\na: 1", "1:1: not YAML: found incompatible YAML document", id="YAML 9"),
    pytest.param(b"ok: 1\nb: \x80", "2:4: byte 0x80 is not UTF-8", id="not UTF-8"),
    pytest.param("a: é".encode("latin-1"), "1:4: byte 0xe9 is not UTF-8", id="latin-1"),
    pytest.param("a: 1".encode("utf-16"), "1:1: the file is UTF-16; save it as UTF-8", id="UTF-16"),
    pytest.param(b"a: 1\nb: \x1b[2J", "2:4: character U+001B is not allowed in YAML", id="control character"),
    pytest.param("é: é\né: \x07".encode(), "2:4: character U+0007 is not allowed in YAML", id="after wide letters"),
    pytest.param("é".encode() * 9 + b"\0", "1:10: character U+0000 is not allowed in YAML", id="zero byte"),
    pytest.param(
        b"a: 1\n---\nb: 2\n", "2:1: a second document starts; one file holds one document", id="two documents"
    ),
    pytest.param(b"a: *x", "1:4: alias *x; write the value out, no aliases are used here", id="alias"),
    pytest.param(b"a: &x 1", "1:4: anchor &x; no anchors are used here", id="anchor"),
    pytest.param(b"a: &x [*x]", "1:4: anchor &x; no anchors are used here", id="anchored list"),
    pytest.param(b"<<: *x", "1:5: alias *x; write the value out", id="merge"),
    pytest.param(b"a: ! 4.0", "1:4: tag !; no tags are used here", id="tag that means text"),
    pytest.param(b"a: !!str 1", "1:4: tag tag:yaml.org,2002:str; no tags are used here", id="tag"),
    pytest.param(
        b"a: !!python/object/apply:os.system [x]", "1:4: tag tag:yaml.org,2002:python/object", id="Python tag"
    ),
    pytest.param(b"a: !<%1b[2J> x", r"1:4: tag \x1b[2J; no tags are used here", id="tag that a terminal obeys"),
    pytest.param(b"%TAG ! tag:x,2000:\n---\na: !y 1", "3:4: tag tag:x,2000:y; no tags", id="declared tag"),
    pytest.param(b"[" * 900, "1:18: nested more than 16 levels deep", id="open brackets"),
    pytest.param(b"[" * 900 + b"]" * 900, "1:18: nested more than 16 levels deep", id="brackets"),
    pytest.param(b"{a: " * 100_000, "1:66: nested more than 16 levels deep", id="braces"),
    pytest.param(b"- " * 100_000, "1:35: nested more than 16 levels deep", id="dashes"),
    pytest.param(b"? " * 100_000, "1:35: nested more than 16 levels deep", id="question marks"),
    pytest.param(b" " * (MAX_BYTES + 1), "1:1: the file has more than the 33,554,432 bytes that it may", id="oversize"),
]


@pytest.mark.parametrize(("data", "said"), REFUSED)
def test_refused(data: bytes, said: str) -> None:
    start = time.process_time()
    with pytest.raises(SyntaxMistake) as raised:
        parse(data)
    found = f"{raised.value.line}:{raised.value.column}: {raised.value.problem}"
    # Some builds of libyaml look further ahead than others, and refuse by themselves.
    assert found.startswith(said) or found.endswith("exceeded maximum nesting depth")
    assert raised.value.problem.isprintable()
    assert time.process_time() - start < 1


@pytest.mark.parametrize("data", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000], ids=["open", "closed"])
def test_brackets_beyond_what_libyaml_itself_reads(data: bytes) -> None:
    """libyaml 0.2.6 stops at 1,000 before the first of them is handed on; 0.2.5 reads them all."""
    start = time.process_time()
    with pytest.raises(SyntaxMistake, match="nest"):
        parse(data)
    assert time.process_time() - start < 1


def test_the_deepest_nesting() -> None:
    assert parse(b"[" * 17 + b"]" * 17)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param({}, "a mapping", id="mapping"),
        pytest.param([], "a list", id="list"),
        pytest.param(None, "nothing", id="nothing"),
        pytest.param(True, "true", id="true"),
        pytest.param(False, "false", id="false"),
        pytest.param(4.0, "the number 4.0", id="number"),
        pytest.param("vax", "'vax'", id="text"),
        pytest.param("\x1b[2J", r"'\x1b[2J'", id="text that a terminal obeys"),
        pytest.param("x" * 60, f"'{'x' * 60}'", id="sixty characters"),
        pytest.param("x" * 61, f"'{'x' * 57}...'", id="longer text"),
    ],
)
def test_shown_in_messages(value: Any, shown: str) -> None:
    assert Node(value, 1, 1).shown() == shown


@pytest.mark.parametrize(
    ("text", "is_text"), [("Kernel32.dll", True), ("18:00", True), ("1e3", False), ("08", False), ("null", False)]
)
def test_what_needs_no_quotes(text: str, is_text: bool) -> None:
    assert is_plain_text(text) is is_text
