"""Errors: where, what and what to do, in text that a terminal may print."""

from __future__ import annotations

import pytest

from hotfixcheck.errors import HotfixcheckError, ManifestError, TargetError, UnreadableFileError, printable


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("Kernel32.dll", "Kernel32.dll", id="plain"),
        pytest.param("Größe 日本語 😀", "Größe 日本語 😀", id="other scripts stay"),
        pytest.param("", "", id="empty"),
        pytest.param("\x1b[2Jred", r"\x1b[2Jred", id="terminal escape"),
        pytest.param("a\r\nb\t", r"a\r\nb\t", id="line breaks and tabs"),
        pytest.param("\x00\x7f\x9b", r"\x00\x7f\x9b", id="control characters"),
        pytest.param("\u202egnp.exe", r"\u202egnp.exe", id="right-to-left override"),
        pytest.param("\u2028", r"\u2028", id="line separator"),
        pytest.param("name\udcff", r"name\udcff", id="undecodable byte of a file name"),
    ],
)
def test_printable(text: str, printed: str) -> None:
    assert printable(text) == printed


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(HotfixcheckError("it broke"), "it broke", id="problem"),
        pytest.param(HotfixcheckError("it broke", file="a.dll"), "a.dll: it broke", id="file"),
        pytest.param(HotfixcheckError("it broke", place="offset 0x80"), "offset 0x80: it broke", id="place"),
        pytest.param(HotfixcheckError("it broke", file="a.yaml", place="2:1"), "a.yaml:2:1: it broke", id="both"),
        pytest.param(HotfixcheckError("it broke", advice="mend it"), "it broke (mend it)", id="advice"),
        pytest.param(
            HotfixcheckError("it broke", file="a", place="1:1", advice="mend it"),
            "a:1:1: it broke (mend it)",
            id="everything",
        ),
        pytest.param(
            HotfixcheckError("it broke", file="\x1b[2J", place="\n"), r"\x1b[2J:\n: it broke", id="hostile name"
        ),
    ],
)
def test_message(error: HotfixcheckError, said: str) -> None:
    assert str(error) == said


@pytest.mark.parametrize("kind", [ManifestError, TargetError, UnreadableFileError])
def test_every_error_is_the_one_base_error(kind: type[HotfixcheckError]) -> None:
    error = kind("it broke", file="a", place="1:1", advice="mend it")
    assert isinstance(error, HotfixcheckError)
    assert (error.problem, error.file, error.place, error.advice) == ("it broke", "a", "1:1", "mend it")
