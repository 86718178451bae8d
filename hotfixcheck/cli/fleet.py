"""`hotfixcheck fleet`: many inventories at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hotfixcheck.cli.articlelist import ArticleList, listed
from hotfixcheck.cli.flags import Command, Group
from hotfixcheck.cli.fleetlist import listing
from hotfixcheck.cli.identify import IdentifyFormat
from hotfixcheck.cli.options import (
    REPORT_PANEL,
    Articles,
    DateOption,
    FailOn,
    FailOnOption,
    Manifests,
    Output,
    Quiet,
    Waivers,
)
from hotfixcheck.cli.output import STDOUT, Exit, has_colour, is_terminal, say, terminal_width, write_whole
from hotfixcheck.cli.places import expect_place_for, expect_pyarrow
from hotfixcheck.cli.progress import Stages
from hotfixcheck.cli.scanning import MOST_JOBS, jobs_of
from hotfixcheck.errors import HotfixcheckError, printable
from hotfixcheck.fleet.formats import FleetFormat

if TYPE_CHECKING:
    from hotfixcheck.cli.accepted import Accepted
    from hotfixcheck.fleet.judging import Question
    from hotfixcheck.inventory import FileRecord, Inventory
    from hotfixcheck.manifest.model import Manifest
    from hotfixcheck.reports.model import Style
    from hotfixcheck.system.clues import Problem

fleet_app = typer.Typer(
    cls=Group,
    help="Judge many systems at once, from the inventories that `inventory` took of them.",
    epilog="Example: hotfixcheck fleet check inventories/ -f html -o fleet.html",
    no_args_is_help=True,
)

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="SOURCE", readable=False, help="An inventory (.jsonl, .parquet), or a folder with any below it."
    ),
]
FleetFormatOption = Annotated[
    FleetFormat,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"How to write the report: {', '.join(FleetFormat)}.",
        rich_help_panel=REPORT_PANEL,
    ),
]
FleetJobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        metavar="N",
        parser=jobs_of,
        help=f"Judge in so many processes, up to {MOST_JOBS}; by default as many as processors, for few systems one.",
    ),
]
Silent = Annotated[bool, typer.Option("--quiet", "-q", help="Name only what cannot be used.")]
All = Annotated[bool, typer.Option("--verbose", "-v", help="List every system, article and fix.")]
_BINARY = {FleetFormat.HTML: "a page", FleetFormat.PARQUET: "Parquet"}


@fleet_app.command(
    cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck fleet pack inventories/ -o plant.parquet"
)
def pack(
    sources: Sources,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write, whole or not at all.")
    ],
    quiet: Silent = False,
) -> None:
    """Put inventories into one Parquet file, from which each system can be read without the others.

    Exit code: 0 all of them, 2 wrong usage, 3 some or all could not be used; the others are in the file.
    """
    from hotfixcheck.fleet.writing import dump
    from hotfixcheck.inventory.jsonl import SUFFIX as JSON_LINES

    _expect_place(output, sources)
    if output.suffix.lower() == JSON_LINES:
        said = f"{printable(str(output))} is named as JSON Lines, and this is Parquet; name it .parquet"
        raise typer.BadParameter(said, param_hint="'--output'")
    expect_pyarrow(output)
    with Stages(quiet=quiet) as stages:
        stages("packing")
        loaded = _Loaded(sources, stages)
        with loaded.told():
            write_whole(dump(loaded.systems(), str(output)), output)
    if not quiet:
        say(f"{loaded.count:,} system{'s'[: loaded.count != 1]}, {loaded.files:,} files")
    if loaded.problems:
        raise typer.Exit(Exit.UNUSABLE)


@fleet_app.command(
    "list", cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck fleet list plant.parquet -f json"
)
def list_(
    sources: Sources,
    format_name: Annotated[
        IdentifyFormat, typer.Option("--format", "-f", help="How to write it.")
    ] = IdentifyFormat.TABLE,
    output: Output = None,
    quiet: Silent = False,
) -> None:
    """Say which systems there are: name, product, service pack, platform, files, and the newest file's time.

    Exit code: 0 all could be read, 2 wrong usage, 3 some or all could not be used.
    """
    _expect_place(output, sources)
    with Stages(quiet=quiet) as stages:
        stages("reading the inventories")
        loaded = _Loaded(sources, stages)
        with loaded.told():
            write_whole(listing(loaded.systems(), loaded.members, format_name, output), output)
    if loaded.problems:
        raise typer.Exit(Exit.UNUSABLE)


@fleet_app.command(
    cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck fleet check plant.parquet -f json -o fleet.json"
)
def check(
    sources: Sources,
    manifests: Manifests = None,
    article: Articles = None,
    article_list: ArticleList = None,
    format_name: FleetFormatOption = FleetFormat.TABLE,
    output: Output = None,
    fail_on: FailOnOption = FailOn.MISSING,
    waivers: Waivers = None,
    day: DateOption = None,
    jobs: FleetJobs = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop if any manifest cannot be used.")] = False,
    timing: Annotated[bool, typer.Option("--timing", help="Say on stderr where the time went.")] = False,
    quiet: Quiet = False,
    verbose: All = False,
) -> None:
    """Say which fixes are missing on which systems; each verdict is the one that `check` gives on that inventory.

    Exit code: 0 nothing missing on any system, 1 a fix is missing on some, 2 wrong usage, 3 nothing is missing
    where that could be judged, but some or all of the sources could not be used.
    """
    from hotfixcheck.cli.accepted import Accepted, time_given
    from hotfixcheck.cli.loading import load_manifests
    from hotfixcheck.fleet.model import Spool
    from hotfixcheck.fleet.running import idle_everywhere, jobs_for, judge_fleet
    from hotfixcheck.fleet.sources import members_of
    from hotfixcheck.system.clues import Problem

    _expect_place(output, sources, inputs=(waivers, article_list, *(manifests or [])))
    _expect_takes(format_name, output)
    checked = time_given(day)
    today = (checked or datetime.now(UTC)).date()
    accepted = Accepted.read(waivers, None, today=today, failing=fail_on.statuses, updates=False)
    articles = [*(article or []), *listed(article_list)]

    with Stages(quiet=quiet) as stages, Spool() as spool:
        stages("reading the manifests")
        catalogue = load_manifests(manifests, strict=strict)
        question = _question(catalogue.manifests, articles, accepted)
        members, problems = members_of(sources)
        stages("judging")
        report = judge_fleet(
            members,
            problems,
            question,
            spool,
            jobs=jobs or jobs_for(len(members)),
            checked=checked,
            manifest_problems=tuple(
                Problem(error.file, f"manifest not used: {error.problem}") for error in catalogue.errors
            ),
            progress=partial(stages.files, what="systems"),
        )
        _tell(report.problems)
        _expect_any(len(report.systems))
        accepted.tell_idle(idle_everywhere(report, question), quiet=quiet)
        stages("writing the report")
        write_whole(format_name.render(report, _style(output, -1 if quiet else int(verbose))), output)
    if timing:
        stages.tell()
    if report.fails:
        raise typer.Exit(Exit.MISSING)
    if report.problems:
        raise typer.Exit(Exit.UNUSABLE)


def _question(catalogue: tuple[Manifest, ...], articles: Sequence[str], accepted: Accepted) -> Question:
    """What is asked of every system: the articles by number, all of the catalogue where none is named."""
    from hotfixcheck.cli.loading import chosen, ready_to_judge
    from hotfixcheck.fleet.judging import Question
    from hotfixcheck.verdicts.candidates import names_to_read

    judged = tuple(sorted(chosen(catalogue, articles), key=lambda manifest: (manifest.number, manifest.article)))
    return Question(
        judged,
        catalogue,
        partial(ready_to_judge, names=names_to_read(judged)),
        (accepted.limited_to(judged) if articles else accepted).waivers,
        accepted.today,
        accepted.failing,
    )


def _style(output: Path | None, verbosity: int) -> Style:
    from hotfixcheck.reports.model import Style

    in_file = output is not None and output != STDOUT
    width = 80 if in_file else terminal_width()
    return Style(width=width, colour=not in_file and has_colour(), verbosity=verbosity)


def _expect_takes(format_name: FleetFormat, output: Path | None) -> None:
    """No page and no Parquet on a terminal, and what writes Parquet is installed."""
    if format_name in _BINARY and output is None and is_terminal(sys.stdout):
        said = f"{_BINARY[format_name]} is not for a terminal; -o FILE writes it"
        raise typer.BadParameter(said, param_hint="'--format'")
    if format_name is FleetFormat.PARQUET:
        expect_pyarrow(output)


def _expect_place(output: Path | None, sources: Sequence[Path], inputs: Sequence[Path | None] = ()) -> None:
    """No report among the inventories: the next run would read it."""
    expect_place_for(output, inputs=(*inputs, *sources))
    for source in sources:
        if source.is_dir():
            expect_place_for(output, target=source)


def _tell(problems: Sequence[Problem]) -> None:
    for problem in problems:
        say(printable(f"{problem.path}: {problem.problem}"))


def _expect_any(count: int) -> None:
    from hotfixcheck.fleet.model import FleetError

    if not count:
        raise FleetError("no system could be used")


class _Loaded:
    """Loads one inventory after the other, and counts; one that cannot be used is a problem and stops nothing."""

    def __init__(self, sources: Sequence[Path], stages: Stages) -> None:
        from hotfixcheck.fleet.sources import members_of

        self.members, problems = members_of(sources)
        self.problems = list(problems)
        self.count = 0
        self.files = 0
        self._stages = stages

    def systems(self) -> Iterator[tuple[str, Inventory, tuple[FileRecord, ...] | None]]:
        """Each system's name and inventory; raises FleetError at the end if there is none."""
        from hotfixcheck.fleet.sources import Loader, problem_of

        with closing(Loader()) as loader:
            for seen, member in enumerate(self.members, start=1):
                self._stages.files(seen, len(self.members), what="systems")
                try:
                    inventory = loader.load(member)
                except HotfixcheckError as error:
                    self.problems.append(problem_of(error, member.file))
                    continue
                self.count += 1
                self.files += len(inventory.records)
                yield member.name, inventory, None
        _expect_any(self.count)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Names what cannot be used at the end of the `with`, however that ends."""
        try:
            yield
        finally:
            _tell(self.problems)
