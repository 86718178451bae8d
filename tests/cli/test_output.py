"""stdout, files written whole, messages and interruptions."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import shlex
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotfixcheck.cli.output import Exit, OutputError, ReaderGoneError, has_colour, say, terminal_width, write_whole
from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, TIMEOUT, started, until

posix_only = pytest.mark.skipif(os.name == "nt", reason="signals, pipes and modes of POSIX")


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "report"
    file.write_text("old")
    write_whole("new \udc80 €\n", file)
    assert file.read_text(encoding="utf-8") == "new \\udc80 €\n"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@posix_only
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole("x", tmp_path / "report")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o640


@posix_only
def test_a_device_is_written_to_and_not_replaced() -> None:
    write_whole("x", Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_what_fails_half_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_replace(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", no_replace)
    with pytest.raises(OutputError, match="Permission denied"):
        write_whole("x", tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


class _Bytes(io.TextIOWrapper):
    """Text as Windows writes it, and the bytes that it becomes."""

    def __init__(self, encoding: str, *, terminal: bool) -> None:
        self.raw = io.BytesIO()
        self._is_terminal = terminal
        super().__init__(self.raw, encoding=encoding, newline="\r\n")

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize("encoding", ["ascii", "cp850"])
def test_text_that_a_terminal_cannot_show_is_spelled_out(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = _Bytes(encoding, terminal=True)
    monkeypatch.setattr(sys, "stdout", stdout)
    write_whole("grösse …\n", None)
    letter = {"ascii": b"\\xf6", "cp850": b"\x94"}[encoding]
    assert stdout.raw.getvalue() == b"gr" + letter + b"sse \\u2026\r\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_a_pipe_or_file_is_given_what_a_report_in_a_file_has(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = _Bytes(encoding, terminal=False)
    monkeypatch.setattr(sys, "stdout", stdout)
    print("before", end=" ")
    write_whole(["größe \udc80", "…\n"], None)
    assert stdout.raw.getvalue() == "before größe \\udc80…\n".encode()


def test_messages_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    say("something")
    assert capsys.readouterr() == ("", "hotfixcheck: something\n")


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colour_is_for_terminals_that_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert not has_colour()
    monkeypatch.setattr(sys, "stdout", _Terminal())
    assert has_colour()
    monkeypatch.setenv("TERM", "dumb")
    assert not has_colour()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colour()


@pytest.mark.parametrize(("columns", "width"), [(132, 132), (20, 40)])
def test_the_width_is_the_terminals(columns: int, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.get_terminal_size", lambda _handle: os.terminal_size((columns, 24)))
    monkeypatch.setattr(sys, "stdout", open(os.devnull, "w"))  # noqa: PTH123, SIM115
    assert terminal_width() == width


def test_without_a_terminal_the_width_is_80(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert terminal_width() == 80


@pytest.fixture
def read_by_nobody() -> Iterator[int]:
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@posix_only
@pytest.mark.parametrize("words", [("check", "DRIVE"), ("check", "--help"), ("--help",), ("manifest",)])
def test_a_reader_that_goes_away_is_no_error(words: tuple[str, ...], read_by_nobody: int, tmp_path: Path) -> None:
    drive = write_demo(tmp_path)
    command = [str(COMMAND), *(str(drive) if word == "DRIVE" else word for word in words)]
    done = subprocess.run(command, stdout=read_by_nobody, stderr=subprocess.PIPE, check=False, timeout=300)
    assert (done.returncode, done.stderr) == (Exit.READER_GONE, b"")


@posix_only
def test_messages_that_nobody_reads_change_nothing(read_by_nobody: int, tmp_path: Path) -> None:
    drive, report = write_demo(tmp_path / "drive"), tmp_path / "report"
    command = [str(COMMAND), "check", str(drive), "-v", "-o", str(report)]
    assert subprocess.run(command, stderr=read_by_nobody, check=False, timeout=300).returncode == Exit.MISSING
    assert report.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("place", ["", " 2>/dev/full", " 2>&-"], ids=["shown", "full", "closed"])
def test_a_mistake_of_its_own_has_its_code_wherever_it_is_told(place: str) -> None:
    program = "import hotfixcheck.cli.app as cli; cli.app = None; from hotfixcheck.__main__ import main; main()"
    line = f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}{place}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == Exit.UNUSABLE
    assert ("TypeError" in done.stderr) is (place == "")


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EINVAL], ids=["elsewhere", "Windows"])
def test_how_a_pipe_fails_that_nobody_reads_from(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(number, "said by the system")

    with (tmp_path / "stdout").open("w") as file:
        stdout = io.TextIOWrapper(Gone())
        monkeypatch.setattr(stdout, "fileno", file.fileno, raising=False)
        monkeypatch.setattr(sys, "stdout", stdout)
        with pytest.raises(ReaderGoneError):
            write_whole("x", None)


@posix_only
def test_an_interruption_leaves_no_half_report(tmp_path: Path) -> None:
    """The command waits at a manifest that is a pipe: then it is known to be at work."""
    drive = write_demo(tmp_path / "drive")
    pipe, report = tmp_path / "pipe.yaml", tmp_path / "report"
    os.mkfifo(pipe)
    writing: list[int] = []

    def is_read() -> bool:
        """As `open` would say it, which has no end where nobody comes to read."""
        with contextlib.suppress(OSError):
            writing.append(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
        return bool(writing)

    with started("check", drive, "-m", pipe, "-o", report) as process:
        until(is_read)
        process.send_signal(signal.SIGINT)
        os.close(writing[0])  # a signal that came just before the pipe is read from would wait for its end
        _, said = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said) == (Exit.STOPPED, b"hotfixcheck: stopped\n")
    assert not report.exists()


CLOSED: dict[str, tuple[str, int, str]] = {
    "a full disk": (
        "{check} >/dev/full",
        Exit.USAGE,
        "hotfixcheck: stdout: cannot be written: No space left on device\n",
    ),
    "a full disk, an inventory": ("{inventory} >/dev/full", Exit.USAGE, "hotfixcheck: stdout: cannot be written"),
    "a full disk, the version": (
        "{command} --version >/dev/full",
        Exit.USAGE,
        "hotfixcheck: stdout: cannot be written",
    ),
    "a full disk, help": ("{command} check --help >/dev/full", Exit.USAGE, "hotfixcheck: stdout: cannot be written"),
    "a closed stdout": ("{check} >&-", Exit.USAGE, "hotfixcheck: stdout: cannot be written: it is closed\n"),
    "a closed stderr": ("{command} check /nowhere 2>&-", Exit.UNUSABLE, ""),
    "a full stderr": ("{command} check /nowhere 2>/dev/full", Exit.UNUSABLE, ""),
    "both closed": ("{check} >&- 2>&-", Exit.USAGE, ""),
    "an encoding without the signs of help": (
        "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 {command} check -h",
        Exit.OK,
        "",
    ),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("buffered", ["", "1"], ids=["buffered", "PYTHONUNBUFFERED"])
@pytest.mark.parametrize(("line", "code", "said"), CLOSED.values(), ids=CLOSED)
def test_streams_that_take_nothing(line: str, code: int, said: str, buffered: str, tmp_path: Path) -> None:
    drive = write_demo(tmp_path)
    commands = {"command": COMMAND, "check": f"{COMMAND} check {drive} -q", "inventory": f"{COMMAND} inventory {drive}"}
    done = subprocess.run(
        ["sh", "-c", line.format(**commands)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONUNBUFFERED": buffered},
    )
    assert done.returncode == code
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr


@posix_only
def test_a_stream_without_buffers_gets_every_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """As of PYTHONUNBUFFERED, which containers set: a write below may take a part and say so."""
    taken = bytearray()

    class Slow(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            part = bytes(data)[:10]  # type: ignore[call-overload]
            taken.extend(part)
            return len(part)

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(Slow(), encoding="utf-8", write_through=True))  # type: ignore[type-var]
    write_whole("größe" * 100, None)
    assert taken.decode() == "größe" * 100


LARGE = "cannot be written: File too large"
PLACES = {
    "a device": ("inventory drive -o /dev/full", "/dev/full: cannot be written: No space left on device"),
    "the disk": ("inventory drive -o new.jsonl", f"new.jsonl: {LARGE}"),
    "the disk, of a report": ("check drive -f json -o new.json", f"new.json: {LARGE}"),
    "the disk of temporary files": ("inventory drive | cat", LARGE),
    "the disk of temporary files, stdout as -": ("inventory drive -o - | cat", LARGE),
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize(("words", "said"), PLACES.values(), ids=PLACES)
def test_a_place_that_is_full(words: str, said: str, tmp_path: Path) -> None:
    """Of the disk a limit of 1 KB stands for the end."""
    (tmp_path / "drive").mkdir()
    write_demo(tmp_path / "drive")
    limit = "ulimit -f 1;" if LARGE in said else ""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {limit} {COMMAND} {words}"],
        cwd=tmp_path,
        # Under the limit Python would cut short what it compiles, and keep it.
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, said in done.stderr) == (Exit.USAGE, True), done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["drive"]
