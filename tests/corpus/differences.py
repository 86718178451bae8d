"""Every file that another program reads otherwise, and why: a difference that is not here, or no longer is one, fails.

Of the real files of the corpus there is none: pefile's full parse, exiftool and Wine agree on all of them. The others
are built by the tests of each program, for what the corpus lacks.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Program = Literal["pefile", "exiftool", "wine"]


class Difference(NamedTuple):
    program: Program
    file: str
    reason: str


DIFFERENCES = (
    Difference("exiftool", "tables.dll", "exiftool reads the first string table only, here the English one counts"),
    Difference("exiftool", "languages.dll", "exiftool reads the first language only, here the English one counts"),
    Difference(
        "wine", "NE, Polish", "Wine reads strings of 16-bit files in the system's code page, not in that of their table"
    ),
    Difference("wine", "LE", "Wine's GetFileVersionInfo reads PE and NE files alone"),
    Difference(
        "wine",
        "NE, a version of another name",
        "Windows looks for the name 1 alone; here the first counts where it is missing",
    ),
)


def differences_of(program: Program) -> set[str]:
    """The files that this program reads otherwise."""
    return {each.file for each in DIFFERENCES if each.program == program}
