"""What the package may not use, or only where it has asked whether it is there: it runs on Windows and macOS too."""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import hotfixcheck

PACKAGE = Path(hotfixcheck.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

NOT_ON_WINDOWS: Mapping[str, frozenset[str]] = {
    "os": frozenset(
        {
            *("chown", "chroot", "confstr", "ctermid", "fchdir", "fchown", "fork", "forkpty", "fpathconf", "fstatvfs"),
            *("getegid", "geteuid", "getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getuid"),
            *("killpg", "lchown", "lockf", "major", "minor", "mkfifo", "mknod", "nice", "openpty", "pathconf", "pread"),
            *("preadv", "pwrite", "pwritev", "readv", "register_at_fork", "sendfile", "setegid", "seteuid", "setgid"),
            *("setpgid", "setsid", "setuid", "statvfs", "sync", "sysconf", "tcgetpgrp", "ttyname", "uname", "wait"),
            *("wait3", "wait4", "writev", "O_ACCMODE", "O_ASYNC", "O_CLOEXEC", "O_DIRECTORY", "O_DSYNC", "O_NDELAY"),
            *("O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_SYNC", "PRIO_PROCESS", "ST_NOSUID", "ST_RDONLY", "WNOHANG"),
            # nor on macOS
            *("O_DIRECT", "O_NOATIME", "O_PATH", "O_TMPFILE", "copy_file_range", "getrandom", "getxattr", "listxattr"),
            *("memfd_create", "pipe2", "posix_fadvise", "posix_fallocate", "sched_getaffinity", "splice"),
        }
    ),
    "signal": frozenset(
        {
            *("alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "sigpending", "sigwait", "SIGALRM"),
            *("SIGCHLD", "SIGCONT", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGUSR1"),
            *("SIGUSR2", "SIGWINCH"),
        }
    ),
    "socket": frozenset({"AF_UNIX"}),
    "time": frozenset({"clock_gettime", "clock_gettime_ns", "pthread_getcpuclockid", "tzset"}),
    "select": frozenset({"epoll", "kqueue", "poll"}),
}
"""Names of modules that are there on every system, but not these."""

NOWHERE_ELSE = frozenset(
    {
        *("crypt", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog", "termios"),
        *("tty", "msvcrt", "nt", "winreg", "winsound", "_winapi"),
    }
)
"""Modules of some systems. The running Windows' registry is loaded by name where there is one."""

OPENING = {"targets/directory.py", "cli/output.py"}
"""Where os.open is called: without O_BINARY it changes bytes on Windows."""

MODES = {f"{kind}{more}" for kind in "rwax" for more in ("", "+", "t", "b", "+b", "b+")}

every_file = pytest.mark.parametrize(
    "file", [pytest.param(file, id=file.relative_to(PACKAGE).as_posix()) for file in FILES]
)


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def scopes(tree: ast.Module) -> Iterator[tuple[ast.AST, list[ast.AST]]]:
    """Each node with the functions that it is in, the innermost last; the module stands for none."""
    pending: list[tuple[ast.AST, list[ast.AST]]] = [(tree, [])]
    while pending:
        node, around = pending.pop()
        yield node, around
        inside = [*around, node] if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) else around
        pending.extend((child, inside) for child in ast.iter_child_nodes(node))


def is_asked(functions: list[ast.AST], module: str) -> bool:
    """True where a function that holds the place asks what `module` has: `hasattr(os, "fstatvfs")`."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "hasattr"
        and ast.unparse(node.args[0]) == module
        for function in functions
        for node in ast.walk(function)
    )


def unguarded(tree: ast.Module) -> Iterator[str]:
    """The names of NOT_ON_WINDOWS that are used or imported with nothing asked before."""
    for node, functions in scopes(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = node.value.id
            if node.attr in NOT_ON_WINDOWS.get(module, ()) and not is_asked(functions, module):
                yield f"{module}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            names = NOT_ON_WINDOWS.get(node.module or "", frozenset())
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name in names)


def texts_in_any_encoding(tree: ast.AST) -> Iterator[str]:
    """Calls that open a file as text and leave its encoding to the system."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or any(keyword.arg == "encoding" for keyword in node.keywords):
            continue
        called = ast.unparse(node.func)
        name = called.rpartition(".")[2]
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        modes = {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)} & MODES
        is_text = not any("b" in mode for mode in modes)
        opens = called == "open" or (name in {"open", "fdopen", "TemporaryFile", "NamedTemporaryFile"} and modes)
        if name in {"read_text", "write_text"} or (opens and is_text):
            yield called


@every_file
def test_nothing_is_used_that_some_system_has_not(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    assert set(imported(tree)) & NOWHERE_ELSE == set()
    assert list(unguarded(tree)) == []


@every_file
def test_every_text_has_its_encoding(file: Path) -> None:
    assert list(texts_in_any_encoding(ast.parse(file.read_text(encoding="utf-8")))) == []


def test_files_are_opened_by_number_where_it_is_known_how() -> None:
    called = {
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "os.open"
    }
    assert called == OPENING


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("import os\nos.pread(0, 1, 2)", ["os.pread"], id="at once"),
        pytest.param("def f():\n    return os.geteuid()", ["os.geteuid"], id="in a function"),
        pytest.param("from os import pread", ["os.pread"], id="by name"),
        pytest.param("def f():\n    return hasattr(os, 'fstatvfs') and os.fstatvfs(0)", [], id="asked for"),
        pytest.param("hasattr(os, 'x')\ndef f():\n    os.fork()", ["os.fork"], id="asked elsewhere"),
        pytest.param("def f():\n    hasattr(os, 'x')\n    signal.alarm(1)", ["signal.alarm"], id="another module"),
        pytest.param("getattr(os, 'O_NOFOLLOW', 0)", [], id="by getattr"),
        pytest.param("os.replace('a', 'b')", [], id="on every system"),
        pytest.param("self.os.fork()", [], id="of something else"),
    ],
)
def test_what_is_found(source: str, found: list[str]) -> None:
    assert list(unguarded(ast.parse(source))) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        pytest.param("path.read_text()", ["path.read_text"], id="read"),
        pytest.param("path.read_text(encoding='utf-8')", [], id="read as UTF-8"),
        pytest.param("path.open('w')", ["path.open"], id="written"),
        pytest.param("path.open('rb')", [], id="bytes"),
        pytest.param("open(path)", ["open"], id="built in"),
        pytest.param("open(path, mode='rb')", [], id="mode by keyword"),
        pytest.param("tree.open(name)", [], id="of a target"),
        pytest.param("tempfile.TemporaryFile(prefix='tmp-')", [], id="a temporary file"),
        pytest.param("tempfile.TemporaryFile('w+')", ["tempfile.TemporaryFile"], id="a temporary text"),
    ],
)
def test_texts_that_are_found(source: str, found: list[str]) -> None:
    assert list(texts_in_any_encoding(ast.parse(source))) == found


@pytest.mark.skipif(os.name != "nt", reason="this is no Windows")
def test_the_list_is_right() -> None:
    there = {
        f"{module}.{name}"
        for module, names in NOT_ON_WINDOWS.items()
        for name in names
        if hasattr(importlib.import_module(module), name)
    }
    assert there == set()
