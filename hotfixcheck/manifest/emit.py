"""A manifest's plain values as canonical YAML text: as libyaml would write them, without its trees.

What a scalar looks like is decided here only where that is beyond doubt: ordinary words plain, anything with `: ` in
single quotes. Every other text is written by libyaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from hotfixcheck.manifest.nodes import is_plain_text

# Words that begin with a letter, dotted versions. A comma ends a value between braces.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 ._/\\()+$~&;'-]*(?<! )|[0-9]+(?:\.[0-9]+){2,}")
_PLAIN_LINE = re.compile(r"[A-Za-z][A-Za-z0-9 ,._/\\()+$~&;'-]*(?<! )")
_QUOTED = re.compile(r"(?! )[ -~]*[A-Za-z0-9]: [ -~]*(?<! )")
_DATES = frozenset({"date", "revised", "until"})
_MISREAD = frozenset({"y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf"})


def emit(values: Mapping[str, Any]) -> str:
    """YAML of `values`, JSON-ready: block style, a line for each item of a list, file rows between braces."""
    return "".join(_mapping(values, ""))


def _mapping(values: Mapping[str, Any], indent: str) -> Iterator[str]:
    """The lines of a mapping; the first is not indented, for it may stand behind a dash."""
    lead = ""
    for key, value in values.items():
        if isinstance(value, list):
            yield f"{lead}{key}:{'' if value else ' []'}\n"
            yield from _items(value, indent)
        else:
            yield f"{lead}{key}: {_value(key, value, in_braces=False)}\n"
        lead = indent


def _items(values: Sequence[Any], indent: str) -> Iterator[str]:
    for value in values:
        yield f"{indent}- "
        if not isinstance(value, dict):
            yield f"{_value('', value, in_braces=False)}\n"
        elif "name" in value:
            row = ", ".join(f"{key}: {_value(key, item, in_braces=True)}" for key, item in value.items())
            yield f"{{{row}}}\n"
        else:
            yield from _mapping(value, f"{indent}  ")


def _value(key: str, value: Any, *, in_braces: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or key in _DATES:
        return str(value)
    return _text(value, in_braces)


@lru_cache(maxsize=4096)
def _text(text: str, in_braces: bool) -> str:
    if text.lower() not in _MISREAD:
        if (_PLAIN if in_braces else _PLAIN_LINE).fullmatch(text) or (not in_braces and _PLAIN.fullmatch(text)):
            return text
        if _QUOTED.fullmatch(text):
            return "'" + text.replace("'", "''") + "'"
    return _by_libyaml(text, in_braces=in_braces)


def _by_libyaml(text: str, *, in_braces: bool) -> str:
    import yaml as pyyaml

    # PyYAML knows what YAML 1.1 would misread, and not that 1e3 and 08 are numbers in YAML 1.2.
    style = None if is_plain_text(text) else "'"
    items = [pyyaml.ScalarNode("tag:yaml.org,2002:str", text, style=style)]
    dumper: Any = getattr(pyyaml, "CSafeDumper", pyyaml.SafeDumper)
    node = pyyaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=in_braces)
    written = str(pyyaml.serialize(node, Dumper=dumper, width=1 << 30, allow_unicode=True)).removesuffix("\n")
    return written[1:-1] if in_braces else written.removeprefix("- ")
