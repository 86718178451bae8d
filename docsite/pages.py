"""Pages of the documentation that are made from the code when the site is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docsite.commands import Command, Parameter, commands
from docsite.rules import rules_in_code
from hotfixcheck.manifest.schema import SCHEMA, WAIVERS_SCHEMA


def pages() -> dict[str, str]:
    """Every page by its path below docs/, as Markdown."""
    return {
        "commands.md": "\n".join(_commands()),
        "verdict-code.md": "\n".join(_rules()),
        "manifest-reference.md": "\n".join(_reference("Manifest reference", _MANIFEST, SCHEMA, "manifest")),
        "waivers-reference.md": "\n".join(_reference("Waivers reference", _WAIVERS, WAIVERS_SCHEMA, "waivers")),
    }


# --- verdict rules -------------------------------------------------------------------------------------------------


def _rules() -> Iterator[str]:
    yield from ("# Where each rule is decided", "")
    yield "The places in the code that name a rule of [How a verdict is made](verdicts.md), with what they say of it."
    found = rules_in_code()
    for rule in sorted({each.rule for each in found}):
        yield from ("", f"## Rule {rule}", "", "| Where | What it says |", "| --- | --- |")
        for each in found:
            if each.rule == rule and not each.is_bare:
                yield f"| `{each.place}` | {_cell(each.said)} |"


# --- commands ------------------------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Every command and option, as `--help` tells them. `hotfixcheck --install-completion` sets up the shell's"
    yield "completion; exit codes are on [a page of their own](exit-codes.md)."
    for command in commands():
        yield from _command(command)


def _command(command: Command) -> Iterator[str]:
    yield from ("", f"## {command.name}", "", f"    {command.usage}", "", command.help)
    if command.example:
        yield from ("", "Example:", "", f"    {command.example}")
    if command.arguments:
        yield from _table("Argument", command.arguments)
    if command.options:
        yield from _table("Option", command.options)


def _table(head: str, parameters: tuple[Parameter, ...]) -> Iterator[str]:
    yield from ("", f"| {head} | |", "| --- | --- |")
    for each in parameters:
        spelled = ", ".join(f"`{one}`" for one in each.spellings)
        takes = f" `{_cell(each.takes)}`" if each.takes else ""
        yield f"| {spelled}{takes} | {_cell(each.help)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


# --- manifests and waivers -----------------------------------------------------------------------------------------

_MANIFEST = """A manifest is what one Knowledge Base article states, as YAML. This page is made from the JSON Schema
that `hotfixcheck schema manifest` prints and that `hotfixcheck manifest lint` checks with."""
_WAIVERS = """A waivers file says which missing fixes are accepted, by whom, why and until when. This page is made from
the JSON Schema that `hotfixcheck schema waivers` prints. [How to use one](recipes/waivers.md)."""


def _reference(title: str, said: str, schema: dict[str, Any], name: str) -> Iterator[str]:
    yield from (f"# {title}", "", said)
    yield from _object(f"The {name} file", schema, schema)
    for part in schema.get("$defs", {}).values():
        yield from _object(_sentence(part["description"].partition(":")[0].partition(" such as")[0]), part, schema)
    if name == "waivers":
        yield from _object("A waiver", schema["properties"]["accept"]["items"], schema)


def _object(title: str, part: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    yield from ("", f"## {title}", "", f"{_sentence(part['description'])}.")
    if alternatives := part.get("oneOf"):
        names = " or ".join(f"`{one['required'][0]}`" for one in alternatives)
        yield from ("", f"Exactly one of {names} is there.")
    yield from ("", "| Field | | Value |", "| --- | --- | --- |")
    for field, value in part["properties"].items():
        needed = "required" if field in part["required"] else ""
        yield f"| `{field}` | {needed} | {_cell(_value(value, schema))} |"


def _value(value: dict[str, Any], schema: dict[str, Any]) -> str:
    if "const" in value:
        return f"`{value['const']}`"
    items = value.get("items", {})
    of = f", each {items['description']}" if "description" in items else ""
    return f"{value['description']}{of}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
