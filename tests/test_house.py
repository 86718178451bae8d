"""The house: imports go down only, and what every file of the package keeps to (design section 2)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hotfixcheck

PACKAGE = Path(hotfixcheck.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

LAYERS = (
    {"errors", "fileversion", "platforms", "languages", "products", "streams"},
    {"manifest"},
    {"articles", "targets"},
    {"readers"},
    {"packages"},
    {"system"},
    {"inventory"},
    {"verdicts"},
    {"reports", "fleet", "oval", "demo"},
    {"cli"},
    {"__main__"},
)
LAYER = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}
SIDEWAYS = {("products", "platforms"), ("fleet", "reports")}
ONLY = {"demo": {"fileversion", "platforms"}}
"""Rooms that may use less than all below them."""

UPPERMOST = {"cli", "__main__"}
HEAVY = ("jsonschema", "packaging", "lxml", "pefile", "pyarrow", "pyregf", "rich", "tabulate", "yaml", "zstandard")

every_file = pytest.mark.parametrize("file", [pytest.param(file, id=str(file.relative_to(PACKAGE))) for file in FILES])


def room_of(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The dotted name of everything imported anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)


def rooms(tree: ast.AST) -> set[str]:
    """The rooms of this package that a module imports from; `from hotfixcheck import __version__` is none."""
    inside = {name.split(".")[1] for name in imported(tree) if name.startswith("hotfixcheck.")}
    return inside - {"__version__"}


def is_allowed(room: str, other: str) -> bool:
    if room == other or (room, other) in SIDEWAYS:
        return True
    return LAYER[other] < LAYER[room] and other in ONLY.get(room, LAYER)


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@every_file
def test_imports_go_down_only(file: Path) -> None:
    room = room_of(file)
    used = rooms(parsed(file))
    if room == "__init__":
        assert not used
    else:
        assert {other for other in used if not is_allowed(room, other)} == set()


@pytest.mark.parametrize(
    ("source", "used"),
    [
        pytest.param("import hotfixcheck.cli.app", {"cli"}, id="import"),
        pytest.param("from hotfixcheck import reports", {"reports"}, id="a room from the package"),
        pytest.param("from hotfixcheck import __version__", set(), id="the version"),
        pytest.param(
            "def f():\n    from hotfixcheck.verdicts.rules import judge_file", {"verdicts"}, id="in a function"
        ),
        pytest.param(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from hotfixcheck.system import model",
            {"system"},
            id="for type checking",
        ),
        pytest.param("import hotfixchecker.cli", set(), id="another package"),
    ],
)
def test_imports_are_found_wherever_they_stand(source: str, used: set[str]) -> None:
    assert rooms(ast.parse(source)) == used


@pytest.mark.parametrize(
    ("room", "other", "allowed"),
    [
        pytest.param("manifest", "products", True, id="down"),
        pytest.param("cli", "errors", True, id="down many steps"),
        pytest.param("manifest", "verdicts", False, id="up"),
        pytest.param("articles", "targets", False, id="sideways"),
        pytest.param("products", "platforms", True, id="sideways, agreed"),
        pytest.param("platforms", "products", False, id="sideways, the other way"),
        pytest.param("demo", "manifest", False, id="demo knows no manifest"),
        pytest.param("demo", "platforms", True, id="demo knows platforms"),
    ],
)
def test_arrows(room: str, other: str, allowed: bool) -> None:
    assert is_allowed(room, other) is allowed


def test_every_room_has_its_layer() -> None:
    assert {room_of(file) for file in FILES} - {"__init__"} <= set(LAYER)


@every_file
def test_imports_are_absolute(file: Path) -> None:
    assert not [name for name in imported(parsed(file)) if name.startswith(".")]


def test_only_fileversion_knows_packaging() -> None:
    users = {room_of(file) for file in FILES if {name.split(".")[0] for name in imported(parsed(file))} & {"packaging"}}
    assert users == {"fileversion"}


@pytest.mark.parametrize(
    "file", [pytest.param(file, id=str(file.relative_to(PACKAGE))) for file in FILES if room_of(file) not in UPPERMOST]
)
def test_only_the_command_line_prints_and_exits(file: Path) -> None:
    tree = parsed(file)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    attributes = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    modules = {name.split(".")[0] for name in imported(tree)}
    assert not names & {"print", "input", "exit", "quit", "SystemExit"}
    assert not attributes & {"sys.exit", "sys.stdout", "sys.stderr", "os._exit"}
    assert not modules & {"typer", "click", "rich"}
    assert "sys.exit" not in set(imported(tree))


@every_file
def test_no_file_is_two_rooms(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


@every_file
def test_every_module_says_what_it_is(file: Path) -> None:
    assert ast.get_docstring(parsed(file))


def test_the_command_line_starts_without_what_is_heavy() -> None:
    program = f"import sys, hotfixcheck.cli.app; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split() == []
