"""The verdict rules as the code names them, in docstrings and comments."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hotfixcheck import verdicts

PACKAGE = Path(verdicts.__file__).parent

_RULES = re.compile(r"\brules? (\d+(?:(?:, | and | to )\d+)*)", re.IGNORECASE)
_SOURCE = re.compile(r"\b(?:Q|KB)\d{5,7}\b")


@dataclass(frozen=True, slots=True)
class Mention:
    """A docstring or comment that names a rule: the module and line are in `place`, without the line for docstrings."""

    rule: int
    place: str
    said: str

    @property
    def is_bare(self) -> bool:
        """True for a comment that only gives the number."""
        return not _RULES.sub("", self.said).strip(" ().")


def rules_in_code() -> list[Mention]:
    """Every mention of a rule by a docstring or a comment of the verdicts, in the order of the code."""
    return [
        Mention(rule, place, said)
        for file in sorted(PACKAGE.glob("*.py"))
        for place, said in _texts(file)
        for rule in rules_in(said)
    ]


def rules_in(text: str) -> list[int]:
    """The numbers in `rules 5 to 7` and `rules 1, 2 and 12 to 15`."""
    found: list[int] = []
    for mention in _RULES.findall(text):
        for part in re.split(r", | and ", mention):
            first, _, last = part.partition(" to ")
            found += range(int(first), int(last or first) + 1)
    return found


def sources_in_code() -> set[str]:
    """Every article that a docstring or a comment cites."""
    return {source for file in PACKAGE.glob("*.py") for _, said in _texts(file) for source in _SOURCE.findall(said)}


def _texts(file: Path) -> Iterator[tuple[str, str]]:
    """The docstrings and comments of a module: where they stand, and what they say in one paragraph."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    yield from _docstrings(tree, file.stem)
    with tokenize.open(file) as stream:
        for token in tokenize.generate_tokens(stream.readline):
            if token.type == tokenize.COMMENT and not token.string.startswith("# ---"):
                yield f"{file.stem}, a comment", token.string.removeprefix("#").strip()


def _docstrings(node: ast.Module | ast.ClassDef | ast.FunctionDef, place: str) -> Iterator[tuple[str, str]]:
    """Of the node and of all in it, each with its first paragraph."""
    if said := ast.get_docstring(node):
        yield place, " ".join(said.split("\n\n")[0].split())
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from _docstrings(child, f"{place}.{child.name}")
