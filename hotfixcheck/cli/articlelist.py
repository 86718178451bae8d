"""`check --article-list`: the numbers of required articles, as people keep them in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from hotfixcheck.cli.places import named_path
from hotfixcheck.errors import printable, said_by

ArticleList = Annotated[
    Path | None,
    typer.Option(
        "--article-list",
        metavar="FILE",
        parser=named_path,
        help="Judge only the articles that this text lists: numbers, one or several a line, remarks after #.",
    ),
]

_LARGEST = 1 << 20  # bytes; every article there ever was has 10


def listed(file: Path | None) -> list[str]:
    """The numbers in `file`, none without one; typer.BadParameter that names the line of what is no number."""
    if file is None:
        return []
    try:
        with file.open("rb") as stream:
            data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise _unusable(f"{printable(str(file))}: {said_by(error)}") from None
    if len(data) > _LARGEST:
        raise _unusable(f"{printable(str(file))}: it is too long for a list of articles")
    numbers = list(_numbers(data, file))
    if not numbers:
        raise _unusable(f"{printable(str(file))}: there is no article in it")
    return numbers


def _numbers(data: bytes, file: Path) -> Iterator[str]:
    from hotfixcheck.manifest.model import article_number
    from hotfixcheck.system.systeminfo import decoded

    for line_number, line in enumerate(decoded(data).split("\n"), start=1):
        for word in re.split(r"[\s,;]+", line.partition("#")[0]):
            try:
                yield from [word] if word and article_number(word) else []
            except ValueError as error:
                raise _unusable(f"{printable(str(file))}:{line_number}: {error}") from None


def _unusable(said: str) -> typer.BadParameter:
    return typer.BadParameter(said, param_hint="'--article-list'")
