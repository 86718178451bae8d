"""What a person sees: the command on a real terminal of a given width."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, SEEDS

pytestmark = pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


def on_terminal(columns: int, *words: object, **env: str) -> list[str]:
    """The lines that the command writes to a terminal of so many columns, stdout and stderr as they come."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    environment |= {"TERM": "xterm", "LANG": "C.UTF-8"} | env
    process = subprocess.Popen(
        [COMMAND, *map(str, words)], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65536):
            written += chunk
    except OSError:
        pass  # how Linux says that the other side is closed
    finally:
        os.close(ours)
        process.wait(timeout=300)
    return written.decode().splitlines()


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "drive")


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("more", [[], ["-v"], ["--group-by", "file"]], ids=" ".join)
def test_it_fits_the_terminal(columns: int, more: list[str], drive: Path) -> None:
    lines = [ESCAPE.sub("", line) for line in on_terminal(columns, "check", drive, "-m", SEEDS, *more)]
    body = [line for line in lines if line and not line.startswith(str(drive))]  # a name of any length
    assert max(map(len, body)) <= columns
    assert columns == 80 or max(map(len, body)) > 80
    assert "Missing (1)" in body


def test_colour_is_for_the_terminal_that_wants_it(drive: Path) -> None:
    coloured = on_terminal(80, "check", drive, "-m", SEEDS)
    assert "\x1b[31;1mMissing (1)\x1b[0m" in coloured
    plain = on_terminal(80, "check", drive, "-m", SEEDS, NO_COLOR="1")
    assert plain == [ESCAPE.sub("", line) for line in coloured]
    assert on_terminal(80, "check", drive, "-m", SEEDS, TERM="dumb") == plain


def test_quiet_is_the_verdict_alone(drive: Path) -> None:
    said = on_terminal(80, "check", drive, "-m", SEEDS, "-q")
    assert said == ["5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable."]


def test_a_report_in_a_file_has_no_colour_and_80_columns(drive: Path, tmp_path: Path) -> None:
    on_terminal(140, "check", drive, "-m", SEEDS, "-o", tmp_path / "report")
    text = (tmp_path / "report").read_text(encoding="utf-8")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines()[1:])) <= 80
