"""The documentation says what the code does today."""

from __future__ import annotations

import os
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from docsite.commands import Command, commands
from docsite.pages import pages
from docsite.pictures import FOLDER, Shown, console_of, shown
from docsite.rules import rules_in, rules_in_code, sources_in_code
from hotfixcheck.cli.output import Exit
from hotfixcheck.manifest.schema import SCHEMA, WAIVERS_SCHEMA
from hotfixcheck.reports import ReportFormat
from tests.acceptance.conftest import COMMAND
from tests.build.disks import DISKS
from tests.build.targets import FORMATS

DOCS = Path(__file__).parents[2] / "docs"
VERDICTS = (DOCS / "verdicts.md").read_text(encoding="utf-8")
RULES = {int(number) for number in re.findall(r"^(\d+)\. \*\*", VERDICTS, re.MULTILINE)}
_OPTION = re.compile(r"--[a-z][a-z-]+")
_WIDE = os.environ | {"COLUMNS": "200"}


def test_the_rules_are_those_of_the_code() -> None:
    in_code = {mention.rule for mention in rules_in_code()}
    assert set(range(1, 19)) == RULES
    assert in_code == RULES


def test_every_source_that_the_code_cites_is_named() -> None:
    assert sources_in_code() - set(re.findall(r"Q\d+|KB\d+", VERDICTS)) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Rule 8: dates", [8]),
        ("(rules 1, 2, 9 and 12 to 15)", [1, 2, 9, 12, 13, 14, 15]),
        ("Rule 2, and rule 9", [2, 9]),
        ("the rule of a thumb", []),
    ],
)
def test_mentions_of_rules_are_read(text: str, found: list[int]) -> None:
    assert rules_in(text) == found


def test_the_exit_codes_are_the_codes() -> None:
    page = (DOCS / "exit-codes.md").read_text(encoding="utf-8")
    table = {int(code): said for code, said in re.findall(r"^\| (\d+) \| (.*) \|$", page, re.MULTILINE)}
    assert table == {int(each): each.meaning for each in Exit}


@pytest.mark.parametrize("name", ReportFormat)
def test_every_format_has_a_page_with_its_picture(name: str) -> None:
    page = (DOCS / "reports" / f"{name}.md").read_text(encoding="utf-8")
    [picture, *_] = re.findall(r"!\[.+?\]\(\.\./img/(.+?)\)", page)
    assert (FOLDER / picture).stat().st_size < 200_000
    assert picture.startswith(name)
    assert f"[`{name}`]({name}.md)" in (DOCS / "reports" / "index.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "picture"), shown().items(), ids=shown())
def test_the_pictures_show_what_the_command_says_today(name: str, picture: Shown) -> None:
    """`python -m docsite.pictures` makes them again."""
    drawn = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    lines: dict[float, str] = {}
    for top, text in re.findall(r'<text class="[^"]*-r\d+" x="[^"]*" y="([^"]*)"[^>]*>(.*?)</text>', drawn):
        lines[float(top)] = lines.get(float(top), "") + text
    told = [_plain(lines[top]) for top in sorted(lines)]
    said = [_plain(line) for line in console_of(picture).export_text().splitlines()]
    assert [line for line in told if line] == [line for line in said if line]
    assert not re.search(r"url\((?!#)", drawn)


def _plain(text: str) -> str:
    return unescape(text).replace("\xa0", " ").rstrip()


@pytest.mark.parametrize("command", list(commands()), ids=lambda command: command.name)
def test_commands_are_documented_with_every_option_that_help_shows(command: Command) -> None:
    words = [str(COMMAND), *command.name.split()[1:], "--help"]
    told = subprocess.run(words, capture_output=True, check=True, encoding="utf-8", timeout=300, env=_WIDE).stdout
    [section] = [part for part in pages()["commands.md"].split("\n## ") if part.startswith(f"{command.name}\n")]
    assert set(_OPTION.findall(told)) - set(_OPTION.findall(section)) == {"--help"}


@pytest.mark.parametrize(("page", "schema"), [("manifest", SCHEMA), ("waivers", WAIVERS_SCHEMA)])
def test_every_field_of_the_schema_is_in_its_reference(page: str, schema: dict[str, object]) -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", pages()[f"{page}-reference.md"], re.MULTILINE))
    assert documented == set(_fields(schema))


def _fields(part: object) -> set[str]:
    if isinstance(part, list):
        return set().union(*map(_fields, part))
    if not isinstance(part, dict):
        return set()
    own = set(part["properties"]) if isinstance(part.get("properties"), dict) else set()
    return own.union(*(_fields(value) for value in part.values()))


def test_no_page_is_left_out_of_the_menu() -> None:
    menu = (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
    written = {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.md")}
    assert {*written, *pages()} == set(re.findall(r"- (?:\w+: )?(\S+\.md)$", menu, re.MULTILINE))


def test_every_kind_of_target_that_is_tested_is_named() -> None:
    page = (DOCS / "targets.md").read_text(encoding="utf-8")
    names = [*FORMATS, *DISKS]
    kinds = {name.partition(",")[0].split()[0].split(".")[0] for name in names}
    assert {kind for kind in kinds if kind not in page} == set()
