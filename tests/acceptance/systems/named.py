"""What a named system is: its hives, its files, and the verdicts that are expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec
from hotfixcheck.platforms import Platform

ALPHA, IA64, AMD64, ARM64, X86 = Platform.ALPHA, Platform.IA64, Platform.AMD64, Platform.ARM64, Platform.X86
S32 = "system32/"

FIXED, MISSING, UNDECIDED, ELSEWHERE = "fixed", "missing", "indeterminate", "not-applicable"


@dataclass(frozen=True)
class Verdict:
    """What is expected of one article, by which rules (numbers of design section 5), and why."""

    article: str
    status: str
    rules: tuple[int, ...]
    why: str
    evidence: str = ""
    regressed: bool = False
    conflict: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Named:
    """A system: what its hives say (None: there are none), its files, and the verdicts expected."""

    spec: SystemSpec | None
    files: Mapping[str, bytes]
    verdicts: tuple[Verdict, ...]
    windows: str = "WINNT"
    target: str = ""
    options: tuple[str, ...] = ()
    modified: datetime = field(default=datetime(2000, 6, 1, 12, tzinfo=UTC))


def pe(version: str | None = None, linked: str | int = "1999-09-29", size: int | None = None, **more: object) -> bytes:
    stamp = linked if isinstance(linked, int) else datetime.fromisoformat(linked).replace(hour=12, tzinfo=UTC)
    return build_pe(version=version, link_time=stamp, size=size, **more)  # type: ignore[arg-type]


def tagged(version: str, tag: str = "", **more: object) -> bytes:
    """A file whose FileVersion string names its source branch, as Windows XP's and Server 2003's do."""
    string = f"{version} ({tag}.070416-1301)" if tag else version
    return pe(version, "2007-04-16", strings={"FileVersion": string}, **more)  # type: ignore[arg-type]


def dated(day: str, size: int) -> bytes:
    return pe(None, day, size)
