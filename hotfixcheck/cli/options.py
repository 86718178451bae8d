"""Options that several commands take, and what their text means."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfixcheck.cli.completing import article_numbers, report_destinations
from hotfixcheck.cli.places import named_path
from hotfixcheck.reports import ReportFormat

if TYPE_CHECKING:
    from hotfixcheck.system.identify import Overrides
    from hotfixcheck.verdicts.finding import Status


class ReaderName(StrEnum):
    """The values of readers.facts.Reader, which a test compares: help must not load the readers."""

    STRICT = "strict"
    PEFILE = "pefile"


# The headings under which --help lists what is not an option of the first rank.
REPORT_PANEL = "The report"
_SYSTEM = "The system, where its files do not say"
_ACCEPTED = "What is accepted"


class FailOn(StrEnum):
    """Which verdicts make the exit code 1."""

    MISSING = "missing"
    INDETERMINATE = "indeterminate"
    NEVER = "never"

    @property
    def statuses(self) -> tuple[Status, ...]:
        """The verdicts that make the check fail."""
        from hotfixcheck.verdicts.finding import Status

        return {
            FailOn.MISSING: (Status.MISSING,),
            FailOn.INDETERMINATE: (Status.MISSING, Status.INDETERMINATE),
            FailOn.NEVER: (),
        }[self]


class GroupBy(StrEnum):
    """What stands first in the table."""

    ARTICLE = "article"
    FILE = "file"


_TARGET_HELP = (
    "A system32 folder, a Windows folder, a drive root, an archive or image of one, or an inventory (.jsonl)."
)
# No path has typer's own checks: what may not be read is for who reads it to say, with 3 and not as wrong usage.
Target = Annotated[Path, typer.Argument(metavar="TARGET", help=_TARGET_HELP, parser=named_path)]
Image = Annotated[
    str | None,
    typer.Option(
        "--image",
        metavar="N",
        help="Of several Windows in TARGET only this one: its number, or its place as `identify` shows it.",
    ),
]
TargetOrListing = Annotated[
    Path | None,
    typer.Argument(
        metavar="TARGET", help=f"{_TARGET_HELP} Left out: only --systeminfo.", show_default=False, parser=named_path
    ),
]
SystemInfo = Annotated[
    Path | None,
    typer.Option(
        "--systeminfo",
        metavar="FILE",
        parser=named_path,
        help="What `systeminfo` or `wmic qfe` printed there, in any language: instead of TARGET, for a system whose"
        " files are out of reach, or beside it.",
        rich_help_panel=_SYSTEM,
    ),
]
Manifests = Annotated[
    list[Path] | None,
    typer.Option(
        "--manifests",
        "-m",
        metavar="PATH",
        parser=named_path,
        help="A manifest or a folder of them; repeatable. Otherwise the shipped catalogue.",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        parser=named_path,
        help="Write to this file, whole or not at all, instead of stdout, which - stands for.",
        rich_help_panel=REPORT_PANEL,
    ),
]
FormatOption = Annotated[
    ReportFormat,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"How to write the report: {', '.join(ReportFormat)}.",
        rich_help_panel=REPORT_PANEL,
    ),
]
Articles = Annotated[
    list[str] | None,
    typer.Option(
        "--article",
        metavar="NUMBER",
        autocompletion=article_numbers,
        help="Only this article: Q246691; repeatable.",
    ),
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        autocompletion=report_destinations,
        help="Write a report to a file besides, such as json=report.json; repeatable, all from one scan.",
        rich_help_panel=REPORT_PANEL,
    ),
]
Product = Annotated[
    str | None,
    typer.Option(
        "--product",
        metavar="NAME",
        help="What the system is, whatever its files say, as articles print it: 'Windows NT Server 4.0'.",
        rich_help_panel=_SYSTEM,
    ),
]
ServicePackOption = Annotated[
    str | None,
    typer.Option("--service-pack", metavar="SP", help="Its service pack: SP6a, or none.", rich_help_panel=_SYSTEM),
]
PlatformOption = Annotated[
    str | None,
    typer.Option(
        "--platform", metavar="NAME", help="Its processor: x86, alpha, ia64, amd64 …", rich_help_panel=_SYSTEM
    ),
]
ReaderOption = Annotated[
    ReaderName,
    typer.Option(
        "--reader",
        help="How to read executables: plain ones directly and the others by pefile, or all by pefile, which is slow.",
    ),
]
GroupByOption = Annotated[
    GroupBy,
    typer.Option(
        "--group-by",
        help="In the table: each article with its files, or each file with its articles.",
        rich_help_panel=REPORT_PANEL,
    ),
]
FailOnOption = Annotated[
    FailOn,
    typer.Option(
        "--fail-on",
        metavar="VERDICT",
        help="Exit with 1 if a fix is missing; indeterminate: also if one is that; never: not at all.",
        rich_help_panel=_ACCEPTED,
    ),
]
Waivers = Annotated[
    Path | None,
    typer.Option(
        "--waivers",
        metavar="FILE",
        parser=named_path,
        help="What is accepted, by whom, why and until when, as YAML.",
        rich_help_panel=_ACCEPTED,
    ),
]
UpdateWaivers = Annotated[
    bool,
    typer.Option(
        "--update-waivers",
        help="Write waivers for all that would fail now to the file of --waivers.",
        rich_help_panel=_ACCEPTED,
    ),
]
BaselineOption = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="REPORT",
        parser=named_path,
        help="An earlier report by -f json: fail only on what is new, show what changed.",
        rich_help_panel=_ACCEPTED,
    ),
]


def _day(text: str) -> datetime:
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M"):
        with suppress(ValueError):
            return datetime.strptime(text, form)  # noqa: DTZ007 - taken for UTC by whoever asks
    raise typer.BadParameter(f"{text!r} is not a day such as 2026-06-01, nor a time such as 2026-06-01T14:30")


DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        parser=_day,
        metavar="DAY",
        help="The day of the check in UTC, or 2026-06-01T14:30: waivers end by it, and an HTML report tells it.",
        rich_help_panel=_ACCEPTED,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only the verdict.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Say more: also what is not applicable, and why.")]


def overrides(product: str | None, service_pack: str | None, platform: str | None) -> Overrides:
    """The user's word on the system; typer.BadParameter for what names nothing."""
    from hotfixcheck.platforms import Platform
    from hotfixcheck.products import ServicePack, parse_product
    from hotfixcheck.system.identify import Overrides

    if product is not None and not parse_product(product).is_windows:
        raise typer.BadParameter(
            f"{product!r} names no Windows, such as 'Windows NT Server 4.0'", param_hint="--product"
        )
    try:
        pack = None if service_pack is None else ServicePack.parse(_spelled(service_pack))
        if service_pack == "":  # a variable that was not set, most likely
            raise ValueError("it is empty; `none` says that there is none")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--service-pack") from None
    try:
        processor = None if platform is None else Platform.from_label(platform)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--platform") from None
    return Overrides(product, pack, processor)


def _spelled(pack: str) -> str:
    """A bare number is a service pack too: `--service-pack 6a`."""
    return f"SP{pack}" if pack[:1].isdigit() else pack
