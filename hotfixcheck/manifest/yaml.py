"""Manifests as YAML: load with the place of every mistake, dump canonically."""

from __future__ import annotations

from collections.abc import Iterator

from hotfixcheck.errors import ManifestError, printable
from hotfixcheck.manifest.checking import Mistake, mistakes_in
from hotfixcheck.manifest.emit import emit
from hotfixcheck.manifest.model import Manifest
from hotfixcheck.manifest.nodes import Node, SyntaxMistake, bare, parse
from hotfixcheck.manifest.plain import from_plain, plain
from hotfixcheck.manifest.schema import SCHEMA, Schema


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
    mistakes = tuple(sorted(mistakes_in(root, schema)))
    if mistakes:
        raise ManifestMistakesError(file, mistakes)
    return root


def dump(manifest: Manifest) -> str:
    """Canonical YAML: fixed order, one line a file row, dates plain, text quoted where YAML would misread it."""
    return emit(plain(manifest))
