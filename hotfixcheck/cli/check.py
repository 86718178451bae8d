"""`hotfixcheck check`: which fixes are missing."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hotfixcheck.cli.options import (
    Image,
    Manifests,
    Output,
    PlatformOption,
    Product,
    Quiet,
    ReaderName,
    ReaderOption,
    Reports,
    ServicePackOption,
    Target,
    Verbose,
    overrides,
)
from hotfixcheck.cli.output import Exit
from hotfixcheck.cli.reporting import destinations, write_reports
from hotfixcheck.reports import ReportFormat


class FailOn(StrEnum):
    """Which verdicts make the exit code 1."""

    MISSING = "missing"
    INDETERMINATE = "indeterminate"
    NEVER = "never"


def check(
    target: Target,
    manifests: Manifests = None,
    article: Annotated[
        list[str] | None,
        typer.Option("--article", metavar="NUMBER", help="Judge only this article: Q246691; repeatable."),
    ] = None,
    format_name: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="How to write the report.")
    ] = ReportFormat.TABLE,
    output: Output = None,
    reports: Reports = None,
    product: Product = None,
    service_pack: ServicePackOption = None,
    platform: PlatformOption = None,
    image: Image = None,
    fail_on: Annotated[
        FailOn, typer.Option(help="Exit with 1 if a fix is missing, or also if one is indeterminate, or never.")
    ] = FailOn.MISSING,
    reader: ReaderOption = ReaderName.STRICT,
    strict: Annotated[bool, typer.Option("--strict", help="Stop if any manifest cannot be used.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say which fixes a Windows is missing, with the evidence.

    Exit code: 0 nothing missing, 1 a fix is missing, 2 wrong usage, 3 the target or the manifests could not be used.
    """
    from hotfixcheck.cli.loading import chosen, load_manifests, scan_for
    from hotfixcheck.readers.facts import Reader
    from hotfixcheck.reports.model import report_on
    from hotfixcheck.system.clues import Problem
    from hotfixcheck.verdicts.candidates import names_to_read
    from hotfixcheck.verdicts.comparator import compare
    from hotfixcheck.verdicts.finding import Status

    wanted = destinations(format_name, output, reports or [])
    said = overrides(product, service_pack, platform)

    catalogue = load_manifests(manifests, strict=strict)
    judged = chosen(catalogue.manifests, article or [])
    scanned = scan_for(target, names_to_read(judged), said, reader=Reader(reader.value), only=image, quiet=quiet)
    bad = tuple(Problem(error.file, f"manifest not used: {error.problem}") for error in catalogue.errors)
    found = [report_on(inventory, compare(judged, inventory), bad) for inventory in scanned.inventories]
    write_reports(found, wanted, verbosity=-1 if quiet else int(verbose))

    fails = {
        FailOn.MISSING: [Status.MISSING],
        FailOn.INDETERMINATE: [Status.MISSING, Status.INDETERMINATE],
        FailOn.NEVER: [],
    }[fail_on]
    if any(report.count(status) for report in found for status in fails):
        raise typer.Exit(Exit.MISSING)
