"""Files and folders as the command line names them, and where may be written to.

Both are asked before anything is read: a scan may take an hour.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from hotfixcheck.cli.output import STDOUT, OutputError
from hotfixcheck.errors import TargetError, printable


def named_path(text: str) -> Path:
    """The parser of every argument and option that names a file or folder; typer.BadParameter for an empty text.

    Python takes that for the current folder, and whoever gave a variable that was not set did not mean it.
    """
    if not text:
        raise typer.BadParameter("it is empty, as a variable that was not set is; . is the current folder")
    return Path(text)


def expect_place_for(file: Path | None, *, target: Path | None = None, inputs: Iterable[Path | None] = ()) -> None:
    """There is a folder for `file`, none of its name, and it is neither an input nor in the target; else
    typer.BadParameter.

    A target may be evidence, or an image that is delivered: nothing is written to it. The running Windows has no
    other place.
    """
    if file is None or file == STDOUT:
        return
    said = printable(str(file))
    if file.is_dir():
        raise typer.BadParameter(f"{said} is a folder; name a file in it")
    if not file.parent.is_dir():
        folder = printable(str(file.parent))
        raise typer.BadParameter(f"there is no folder {folder} to write {file.name!r} to; make it first")
    if not os.access(file.parent, os.W_OK) and (file.is_file() or not file.exists()):
        raise typer.BadParameter(f"{said} cannot be written: {printable(str(file.parent.absolute()))} takes no files")
    place = os.path.realpath(file)
    if any(place == os.path.realpath(each) for each in (target, *inputs) if each is not None):
        raise typer.BadParameter(f"{said} is read here, and writing would destroy it; name another file")
    if target is not None and Path(place).is_relative_to(os.path.realpath(target)) and not _is_live(target):
        raise typer.BadParameter(f"{said} lies in the target, to which nothing is written; name a file elsewhere")


def expect_pyarrow(file: Path | None) -> None:
    """What writes Parquet is installed; raises OutputError that says how to install it."""
    from hotfixcheck.fleet.extra import parquet

    try:
        parquet(str(file or STDOUT))
    except TargetError as error:
        raise OutputError(error.problem, file=error.file, advice=error.advice) from None


def _is_live(target: Path) -> bool:
    from hotfixcheck.targets.live import is_live

    return is_live(target)
