"""`hotfixcheck check`: which fixes are missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

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
from hotfixcheck.cli.reporting import Destination, destinations, unlike_its_name
from hotfixcheck.cli.scanning import Hash, Jobs, NoCache
from hotfixcheck.reports import ReportFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hotfixcheck.cli.accepted import Accepted
    from hotfixcheck.inventory import Inventory
    from hotfixcheck.manifest.catalogue import Catalogue
    from hotfixcheck.manifest.model import Manifest
    from hotfixcheck.reports.model import Report
    from hotfixcheck.system.identify import Overrides
    from hotfixcheck.verdicts.finding import Finding


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What `check` is asked, in the order in which --help lists it."""

    target: TargetOrListing = None
    manifests: Manifests = None
    article: Articles = None
    article_list: ArticleList = None
    format_name: FormatOption = ReportFormat.TABLE
    output: Output = None
    reports: Reports = None
    group_by: GroupByOption = GroupBy.ARTICLE
    product: Product = None
    service_pack: ServicePackOption = None
    platform: PlatformOption = None
    image: Image = None
    plan: PlanOption = False
    explain: ExplainOption = None
    systeminfo: SystemInfo = None
    fail_on: FailOnOption = FailOn.MISSING
    waivers: Waivers = None
    update_waivers: UpdateWaivers = False
    baseline: BaselineOption = None
    day: DateOption = None
    reader: ReaderOption = ReaderName.STRICT
    hash_name: Hash = None
    jobs: Jobs = None
    no_cache: NoCache = False
    strict: Annotated[bool, typer.Option("--strict", help="Stop if any manifest cannot be used.")] = False
    timing: Annotated[bool, typer.Option("--timing", help="Say on stderr where the time went.")] = False
    quiet: Quiet = False
    verbose: Verbose = False


def check(options: CheckOptions) -> None:
    """Say which fixes a Windows is missing, with the evidence.

    Exit code: 0 nothing missing, 1 a fix is missing, 2 wrong usage, 3 the target or the manifests could not be used.
    """
    from hotfixcheck.cli.loading import chosen, load_manifests
    from hotfixcheck.reports.model import Style
    from hotfixcheck.verdicts.comparator import compare

    question = _Question.of(options)
    with Stages(quiet=options.quiet) as stages:
        stages("reading the manifests")
        catalogue = load_manifests(options.manifests, strict=options.strict)
        judged = chosen(catalogue.manifests, question.articles)
        stages("scanning")
        inventories = _scanned(options, question.overrides, judged)
        stages("judging")
        findings = [compare(judged, inventory) for inventory in inventories]
        is_limited = bool(question.articles) or options.update_waivers
        accepted = question.accepted.limited_to(judged) if is_limited else question.accepted
        accepted = accepted.of(inventories, findings)
        reports = _reports(inventories, findings, accepted, catalogue, question.checked, quiet=options.quiet)
        stages("writing the reports")
        style = Style(verbosity=-1 if options.quiet else int(options.verbose), by_file=options.group_by is GroupBy.FILE)
        texts = texts_of(reports, question.wanted, style, plan=options.plan, explain=bool(options.explain))
    write_all([*texts, *accepted.texts()])
    if not options.quiet and (unlike := unlike_its_name(question.wanted)):
        say(unlike)
    if options.timing:
        stages.tell()
    if any(report.fails for report in reports):
        raise typer.Exit(Exit.MISSING)


@dataclass(frozen=True, slots=True)
class _Question:
    """What the options mean, all of which is known before the target is opened.

    `articles` are the numbers of those to judge (empty: all), `wanted` where reports go, `overrides` the user's word on
    the system, `checked` the time of the check in UTC (None: not to be told).
    """

    articles: Sequence[str]
    wanted: Sequence[Destination]
    overrides: Overrides
    checked: datetime | None
    accepted: Accepted

    @classmethod
    def of(cls, options: CheckOptions) -> _Question:
        """Raises typer.BadParameter for wrong usage, HotfixcheckError for waivers or a baseline of no use."""
        from hotfixcheck.cli.accepted import Accepted, time_given

        named = [*(options.article or []), *listed(options.article_list)]
        articles = to_judge(named, options.explain, plan=options.plan, format_name=options.format_name)
        target, waivers = options.target, options.waivers
        inputs = (options.systeminfo, options.article_list, *(options.manifests or []))
        wanted = destinations(
            options.format_name, options.output, options.reports or [], target=target, inputs=(waivers, *inputs)
        )
        if options.update_waivers:
            expect_place_for(waivers, target=target, inputs=inputs)
        said = overrides(options.product, options.service_pack, options.platform)
        checked = time_given(options.day)
        accepted = Accepted.read(
            waivers,
            options.baseline,
            today=(checked or datetime.now(UTC)).date(),
            failing=options.fail_on.statuses,
            updates=options.update_waivers,
        )
        return cls(articles, wanted, said, checked, accepted)


def _scanned(options: CheckOptions, said: Overrides, judged: Sequence[Manifest]) -> tuple[Inventory, ...]:
    """An inventory of each Windows, of the files that the manifests name. Raises TargetError."""
    from hotfixcheck.cli.loading import scan_for
    from hotfixcheck.readers.facts import Reader
    from hotfixcheck.verdicts.candidates import names_to_read

    return scan_for(
        options.target,
        names_to_read(judged),
        said,
        reader=Reader(options.reader.value),
        hashes=options.hash_name is not None,
        jobs=options.jobs,
        use_cache=not options.no_cache,
        only=options.image,
        systeminfo=options.systeminfo,
        quiet=options.quiet,
        verbose=options.verbose and not options.quiet,
    ).inventories


def _reports(
    inventories: Sequence[Inventory],
    findings: Sequence[tuple[Finding, ...]],
    accepted: Accepted,
    catalogue: Catalogue,
    checked: datetime | None,
    *,
    quiet: bool,
) -> list[Report]:
    """The report on each inventory by the findings on it, with what is accepted of them and what puts them right."""
    from hotfixcheck.reports.model import report_on
    from hotfixcheck.system.clues import Problem
    from hotfixcheck.verdicts.remedy import with_remedies

    bad = tuple(Problem(error.file, f"manifest not used: {error.problem}") for error in catalogue.errors)
    reports = []
    for inventory, (after, idle) in zip(inventories, accepted.waived(findings, quiet=quiet), strict=True):
        with_plan, plan = with_remedies(after, catalogue.manifests, inventory)
        changes = accepted.changes(with_plan)
        reports.append(
            report_on(
                inventory,
                with_plan,
                bad,
                idle_waivers=idle,
                changes=changes,
                checked=checked,
                failing=accepted.failing,
                plan=plan,
            )
        )
    return reports
