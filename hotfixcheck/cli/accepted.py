"""What is accepted: waivers and baselines as `check` takes and writes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

import typer

from hotfixcheck.cli.output import say
from hotfixcheck.cli.reporting import only_one
from hotfixcheck.errors import HotfixcheckError, ManifestError, printable, said_by

if TYPE_CHECKING:
    from hotfixcheck.inventory import Inventory
    from hotfixcheck.manifest.model import Manifest
    from hotfixcheck.manifest.waivers import Waiver
    from hotfixcheck.reports.baseline import Baseline, Changes
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


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the user accepts: the waivers in `file`, and what an earlier report says, on the day `today`.

    `failing` are the statuses that make the check fail, `updates` is True for --update-waivers.
    """

    file: Path | None
    waivers: tuple[Waiver, ...]
    baseline: Baseline | None
    today: date
    failing: tuple[Status, ...]
    updates: bool
    others: tuple[Waiver, ...] = ()
    """Waivers of articles that are not judged: an update keeps them."""

    @classmethod
    def read(
        cls, waivers: Path | None, baseline: Path | None, *, today: date, failing: tuple[Status, ...], updates: bool
    ) -> Self:
        """What the files say; raises ManifestError, BaselineError, and typer.BadParameter for no place to update."""
        if updates and waivers is None:
            raise typer.BadParameter("say with --waivers FILE where they go", param_hint="'--update-waivers'")
        accepted = _read_waivers(waivers, may_be_absent=updates)
        return cls(waivers, accepted, _read_baseline(baseline), today, failing, updates)

    def limited_to(self, judged: Iterable[Manifest]) -> Self:
        """Only what is about the judged articles."""
        numbers = {manifest.number for manifest in judged}
        return replace(
            self,
            waivers=tuple(waiver for waiver in self.waivers if waiver.number in numbers),
            others=tuple(waiver for waiver in self.waivers if waiver.number not in numbers),
            baseline=self.baseline and self.baseline.limited_to(numbers),
        )

    def of(self, inventories: Sequence[Inventory], findings: Sequence[tuple[Finding, ...]]) -> Self:
        """Itself for what was found, its waivers updated if that was asked for; says of what other system it is.

        typer.BadParameter where it is about one Windows and there are several.
        """
        if len(inventories) > 1 and (self.updates or self.baseline):
            option = "--update-waivers" if self.updates else "--baseline"
            raise only_one(option, [inventory.target for inventory in inventories])
        _tell_other_system(self.baseline, inventories[0].system.product)
        return replace(self, waivers=self._updated(findings[0])) if self.updates else self

    def _updated(self, findings: Iterable[Finding]) -> tuple[Waiver, ...]:
        """Waivers for all that would fail: those that are needed, and new ones; says so on stderr.

        One that has ended is renewed: its reason and who stay.
        """
        from hotfixcheck.manifest.waivers import Waiver
        from hotfixcheck.verdicts.waivers import waive

        until = self.today + UPDATED_FOR
        renewed = tuple(one if one.until >= self.today else replace(one, until=until) for one in self.waivers)
        judged, idle = waive(findings, renewed, self.today)
        not_needed = {id(each.waiver) for each in idle}
        kept = tuple(waiver for waiver in renewed if id(waiver) not in not_needed)
        reason = f"accepted as it was found on {self.today}"
        added = tuple(
            Waiver(finding.manifest.article, reason, _who(), until)
            for finding in judged
            if finding.status in self.failing and finding.waiver is None
        )
        say(f"waivers: {len(added)} added until {until}, {len(kept)} kept, {len(idle)} dropped; give each its reason")
        return (*kept, *added)

    def waived(
        self, findings: Iterable[tuple[Finding, ...]], *, quiet: bool
    ) -> list[tuple[tuple[Finding, ...], tuple[IdleWaiver, ...]]]:
        """The findings on each Windows with their waivers, and the waivers that waive nothing on any; says which."""
        from hotfixcheck.verdicts.waivers import idle_in_all, waive

        waived = [waive(each, self.waivers, self.today) for each in findings]
        idle = idle_in_all([each for _, each in waived])
        self.tell_idle(idle, quiet=quiet)
        nowhere = {each.waiver for each in idle}
        return [(after, tuple(one for one in own if one.waiver in nowhere)) for after, own in waived]

    def tell_idle(self, idle: Iterable[IdleWaiver], *, quiet: bool) -> None:
        """Names on stderr the waivers that have ended, and unless `quiet` those that are not needed."""
        for each in idle:
            if each.expired or not quiet:
                what = "has ended" if each.expired else "is not needed"
                where = f"{printable(str(self.file))}:{each.waiver.line}"
                say(f"{where}: the waiver of {each.waiver.subject} {what}: {each.why}")

    def changes(self, findings: Iterable[Finding]) -> Changes | None:
        """What is another than in the baseline, None without one."""
        from hotfixcheck.reports.baseline import changes_since

        return None if self.baseline is None else changes_since(self.baseline, findings)

    def texts(self) -> list[tuple[str, Path | None]]:
        """What is to be written beside the reports: the updated waivers."""
        from hotfixcheck.manifest.waivers import dump_waivers

        return [(dump_waivers((*self.waivers, *self.others)), self.file)] if self.updates else []


def _read_waivers(file: Path | None, *, may_be_absent: bool) -> tuple[Waiver, ...]:
    """The waivers of `file`; each mistake is named on stderr. Raises ManifestError if there is any."""
    from hotfixcheck.manifest.nodes import MAX_BYTES
    from hotfixcheck.manifest.waivers import load_waivers
    from hotfixcheck.manifest.yaml import ManifestMistakesError

    if file is None or (may_be_absent and not file.exists()):
        return ()
    advice = "`hotfixcheck check --waivers FILE --update-waivers` writes one"
    data = _read(file, MAX_BYTES, ManifestError, advice)
    try:
        return load_waivers(data, str(file))
    except ManifestMistakesError as mistakes:
        for line in mistakes.lines():
            say(line)
        raise ManifestError("these waivers are not used", file=str(file), advice="mend what is named above") from None


def _read_baseline(file: Path | None) -> Baseline | None:
    """The baseline in `file`; raises BaselineError."""
    from hotfixcheck.reports.baseline import MAX_BYTES, BaselineError, load_baseline

    if file is None:
        return None
    return load_baseline(_read(file, MAX_BYTES, BaselineError, "`hotfixcheck check -f json` writes one"), str(file))


def _read(file: Path, most: int, error_type: Callable[..., HotfixcheckError], advice: str) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        raise error_type(said_by(error), file=str(file), advice=advice) from None


def _tell_other_system(before: Baseline | None, product: str | None) -> None:
    """Says on stderr that a baseline is of another product: what is new would mean little."""
    if before is not None and before.product != product:
        said, here = before.product or "an unknown Windows", product or "an unknown Windows"
        say(f"{before.file}: this baseline is of {said}, the target is {here}")


def _who() -> str:
    """The user's name as the system has it."""
    import getpass

    with suppress(OSError, KeyError, ImportError):
        return printable(getpass.getuser()) or "unknown"
    return "unknown"
