"""The one base error: what went wrong, in which file and where in it, and what to do next."""


def printable(text: str) -> str:
    """`text` with control characters and undecodable bytes spelled out.

    Names and titles come from strangers' disks and manifests: a terminal must never obey them.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape", "backslashreplace").decode("ascii")
        for char in text
    )


def said_by(error: OSError) -> str:
    """What the operating system says of a failure, without the path: that is named before it."""
    return error.strerror or str(error)


class HotfixcheckError(Exception):
    """Something the user can act on.

    `problem` says what was found, `file` and `place` where (a path; `12:3`, `offset 0x80`, a registry key),
    `advice` what to do next.
    """

    def __init__(self, problem: str, *, file: str = "", place: str = "", advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.file = file
        self.place = place
        self.advice = advice

    def __str__(self) -> str:
        where = ":".join(printable(part) for part in (self.file, self.place) if part)
        said = f"{where}: {self.problem}" if where else self.problem
        return f"{said} ({self.advice})" if self.advice else said


class ManifestError(HotfixcheckError):
    """A manifest, or a folder of them, that cannot be used."""


class TargetError(HotfixcheckError):
    """A target that cannot be opened, or in which nothing can be scanned."""


class UnreadableFileError(HotfixcheckError):
    """One file of a target that cannot be read or understood; it becomes a row, never a silence."""
