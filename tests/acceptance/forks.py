"""Forks that run the command: a process of its own each, without the third of a second that its imports take."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.context import ForkServerContext
from pathlib import Path

import hotfixcheck


class Forks:
    """Where the system forks: processes made by a server that has loaded every module of the package."""

    possible = "forkserver" in multiprocessing.get_all_start_methods()

    def __init__(self, folder: Path) -> None:
        self._out, self._err = folder / "out", folder / "err"
        self._context: ForkServerContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_modules())

    def run(self, words: Sequence[str], seconds: float) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of the command in this environment and folder; raises TimeoutError."""
        given = (words, self._out, self._err, dict(os.environ), Path.cwd())
        process = self._context.Process(target=_command, args=given)
        process.start()
        process.join(seconds)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"hotfixcheck {' '.join(words)}: more than {seconds} s")
        return process.exitcode, self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8")


def _modules() -> list[str]:
    package = Path(hotfixcheck.__file__).parent
    files = sorted(file.relative_to(package.parent).with_suffix("") for file in package.rglob("*.py"))
    return [".".join(file.parts).removesuffix(".__init__") for file in files]


def _command(words: Sequence[str], out: Path, err: Path, environment: Mapping[str, str], folder: Path) -> None:
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["hotfixcheck", *words]
    from hotfixcheck.__main__ import main

    main()
