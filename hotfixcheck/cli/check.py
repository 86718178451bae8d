"""`hotfixcheck check`: which fixes are missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from hotfixcheck.cli.articlelist import ArticleList, listed
from hotfixcheck.cli.options import (
    Articles,
    BaselineOption,
    DateOption,
    FailOn,
    FailOnOption,
    FormatOption,
    GroupBy,
    GroupByOption,
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
    SystemInfo,
    TargetOrListing,
    UpdateWaivers,
    Verbose,
    Waivers,
    overrides,
)
from hotfixcheck.cli.output import Exit, say, write_all
from hotfixcheck.cli.places import expect_place_for
from hotfixcheck.cli.progress import Stages
from hotfixcheck.cli.remedies import ExplainOption, PlanOption, texts_of, to_judge
from hotfixcheck.cli.reporting import destinations, unlike_its_name
from hotfixcheck.cli.scanning import Hash, Jobs, NoCache
from hotfixcheck.reports import ReportFormat


def check(
    target: TargetOrListing = None,
    manifests: Manifests = None,
    article: Articles = None,
    article_list: ArticleList = None,
    format_name: FormatOption = ReportFormat.TABLE,
    output: Output = None,
    reports: Reports = None,
    group_by: GroupByOption = GroupBy.ARTICLE,
    product: Product = None,
    service_pack: ServicePackOption = None,
    platform: PlatformOption = None,
    image: Image = None,
    plan: PlanOption = False,
    explain: ExplainOption = None,
    systeminfo: SystemInfo = None,
    fail_on: FailOnOption = FailOn.MISSING,
    waivers: Waivers = None,
    update_waivers: UpdateWaivers = False,
    baseline: BaselineOption = None,
    day: DateOption = None,
    reader: ReaderOption = ReaderName.STRICT,
    hash_name: Hash = None,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    strict: Annotated[bool, typer.Option("--strict", help="Stop if any manifest cannot be used.")] = False,
    timing: Annotated[bool, typer.Option("--timing", help="Say on stderr where the time went.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Say which fixes a Windows is missing, with the evidence.

    Exit code: 0 nothing missing, 1 a fix is missing, 2 wrong usage, 3 the target or the manifests could not be used.
    """
    from hotfixcheck.cli.accepted import Accepted, time_given
    from hotfixcheck.cli.loading import chosen, load_manifests, scan_for
    from hotfixcheck.readers.facts import Reader
    from hotfixcheck.reports.model import Style, report_on
    from hotfixcheck.system.clues import Problem
    from hotfixcheck.verdicts.candidates import names_to_read
    from hotfixcheck.verdicts.comparator import compare
    from hotfixcheck.verdicts.remedy import with_remedies

    # What the options say, before anything is read.
    article = to_judge([*(article or []), *listed(article_list)], explain, plan=plan, format_name=format_name)
    inputs = (systeminfo, article_list, *(manifests or []))
    wanted = destinations(format_name, output, reports or [], target=target, inputs=(waivers, *inputs))
    if update_waivers:
        expect_place_for(waivers, target=target, inputs=inputs)
    said = overrides(product, service_pack, platform)
    checked = time_given(day)
    today = (checked or datetime.now(UTC)).date()
    accepted = Accepted.read(waivers, baseline, today=today, failing=fail_on.statuses, updates=update_waivers)

    with Stages(quiet=quiet) as stages:
        # The findings.
        stages("reading the manifests")
        catalogue = load_manifests(manifests, strict=strict)
        judged = chosen(catalogue.manifests, article)
        stages("scanning")
        scanned = scan_for(
            target,
            names_to_read(judged),
            said,
            reader=Reader(reader.value),
            hashes=hash_name is not None,
            jobs=jobs,
            use_cache=not no_cache,
            only=image,
            systeminfo=systeminfo,
            quiet=quiet,
            verbose=verbose and not quiet,
        )
        several = scanned.inventories
        stages("judging")
        findings = [compare(judged, inventory) for inventory in several]
        accepted = (accepted.limited_to(judged) if article or update_waivers else accepted).of(several, findings)
        waived = accepted.waived(findings, quiet=quiet)

        # The reports.
        bad = tuple(Problem(error.file, f"manifest not used: {error.problem}") for error in catalogue.errors)
        found = [
            report_on(
                inventory,
                after,
                bad,
                idle_waivers=idle,
                changes=accepted.changes(after),
                checked=checked,
                failing=fail_on.statuses,
                plan=to_install,
            )
            for inventory, (each, idle) in zip(several, waived, strict=True)
            for after, to_install in (with_remedies(each, catalogue.manifests, inventory),)
        ]
        style = Style(verbosity=-1 if quiet else int(verbose), by_file=group_by is GroupBy.FILE)
        stages("writing the reports")
        texts = texts_of(found, wanted, style, plan=plan, explain=bool(explain))
    write_all([*texts, *accepted.texts()])
    if not quiet and (unlike := unlike_its_name(wanted)):
        say(unlike)
    if timing:
        stages.tell()
    if any(report.fails for report in found):
        raise typer.Exit(Exit.MISSING)
