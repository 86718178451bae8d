"""What is accepted: waivers and baselines as `check` takes and writes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from hotfixcheck.cli.output import say
from hotfixcheck.errors import HotfixcheckError, ManifestError, printable

if TYPE_CHECKING:
    from hotfixcheck.manifest.model import Manifest
    from hotfixcheck.manifest.waivers import Waiver
    from hotfixcheck.reports.baseline import Baseline
    from hotfixcheck.verdicts.finding import Finding, Status
    from hotfixcheck.verdicts.waivers import IdleWaiver

UPDATED_FOR = timedelta(days=90)
"""How long a waiver that --update-waivers writes is good for."""


def time_given(option: datetime | None) -> datetime | None:
    """The time of the check in UTC, by --date or SOURCE_DATE_EPOCH; None where neither says it.

    Reports tell it only where it is given, so that the same input makes the same report whenever it is made.
    """
    if option is not None:
        return option.replace(tzinfo=UTC)
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if not given:
        return None
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        raise typer.BadParameter(f"SOURCE_DATE_EPOCH={given!r} is no number of seconds since 1970") from None


def read_waivers(file: Path | None, *, may_be_absent: bool) -> tuple[Waiver, ...]:
    """The waivers of `file`; each mistake is named on stderr. Raises ManifestError if there is any."""
    from hotfixcheck.manifest.nodes import MAX_BYTES
    from hotfixcheck.manifest.waivers import load_waivers
    from hotfixcheck.manifest.yaml import ManifestMistakesError

    if file is None or (may_be_absent and not file.exists()):
        return ()
    data = _read(file, MAX_BYTES, ManifestError, "--update-waivers writes one")
    try:
        return load_waivers(data, str(file))
    except ManifestMistakesError as mistakes:
        for line in mistakes.lines():
            say(line)
        raise ManifestError("these waivers are not used", file=str(file), advice="mend what is named above") from None


def read_baseline(file: Path | None) -> Baseline | None:
    """The baseline in `file`; raises BaselineError."""
    from hotfixcheck.reports.baseline import MAX_BYTES, BaselineError, load_baseline

    if file is None:
        return None
    return load_baseline(_read(file, MAX_BYTES, BaselineError, "`hotfixcheck check -f json` writes one"), str(file))


def limited_to(
    judged: Iterable[Manifest], waivers: Iterable[Waiver], before: Baseline | None
) -> tuple[tuple[Waiver, ...], Baseline | None]:
    """The waivers and the part of a baseline that are about the judged articles."""
    numbers = {manifest.number for manifest in judged}
    return tuple(waiver for waiver in waivers if waiver.number in numbers), before and before.limited_to(numbers)


def _read(file: Path, most: int, error_type: Callable[..., HotfixcheckError], advice: str) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise error_type(error.strerror or str(error), file=str(file), advice=advice) from None


def tell_other_system(before: Baseline | None, product: str | None) -> None:
    """Says on stderr that a baseline is of another product: what is new would mean little."""
    if before is not None and before.product != product:
        said, here = before.product or "an unknown Windows", product or "an unknown Windows"
        say(f"{before.file}: this baseline is of {said}, the target is {here}")


def tell_idle(idle: Iterable[IdleWaiver], file: Path | None, *, quiet: bool) -> None:
    """Names on stderr the waivers that have ended, and unless `quiet` those that are not needed."""
    for each in idle:
        if each.expired or not quiet:
            what = "has ended" if each.expired else "is not needed"
            say(f"{printable(str(file))}:{each.waiver.line}: the waiver of {each.waiver.subject} {what}: {each.why}")


def updated_waivers(
    findings: Iterable[Finding], statuses: Iterable[Status], before: Iterable[Waiver], today: date
) -> tuple[Waiver, ...]:
    """Waivers for all findings of `statuses`: those of `before` that are needed, and new ones; says so on stderr.

    One that has ended is renewed: its reason and who stay.
    """
    from hotfixcheck.manifest.waivers import Waiver
    from hotfixcheck.verdicts.waivers import waive

    until = today + UPDATED_FOR
    renewed = tuple(waiver if waiver.until >= today else replace(waiver, until=until) for waiver in before)
    judged, idle = waive(findings, renewed, today)
    not_needed = {id(each.waiver) for each in idle}
    kept = tuple(waiver for waiver in renewed if id(waiver) not in not_needed)
    reason = f"accepted as it was found on {today}"
    added = tuple(
        Waiver(finding.manifest.article, reason, _who(), until)
        for finding in judged
        if finding.status in statuses and finding.waiver is None
    )
    say(f"waivers: {len(added)} added until {until}, {len(kept)} kept, {len(idle)} dropped; give each its reason")
    return (*kept, *added)


def _who() -> str:
    """The user's name as the system has it."""
    import getpass

    with suppress(OSError, KeyError, ImportError):
        return printable(getpass.getuser()) or "unknown"
    return "unknown"
