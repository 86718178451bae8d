"""`hotfixcheck import`: articles to manifests."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from hotfixcheck import __version__
from hotfixcheck.cli.output import Exit, OutputError, say, write_whole
from hotfixcheck.cli.places import expect_place_for, named_path
from hotfixcheck.cli.progress import file_progress
from hotfixcheck.cli.tally import MANIFEST, NO_FIX, NOT_UNDERSTOOD, REPEATED, UPDATE_PACKAGE, Step, Tally
from hotfixcheck.errors import said_by

if TYPE_CHECKING:
    from hotfixcheck.articles.bounds import Skipped
    from hotfixcheck.articles.importing import Outcome
    from hotfixcheck.manifest.model import Manifest

_REPORT_VERSION = 1
_NAMED = 10
_LOUD = {"it cannot be read", "it is damaged", "it expands too far", "it has too many members"}
"""Why a whole source may be missing from what was read: said without being asked for."""


def import_(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SOURCE",
            parser=named_path,
            help="Articles: files, folders, archives (tar, zip). Update packages: .exe, .cab, .msu, .msp.",
        ),
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            parser=named_path,
            help="Write the manifests to this folder; made if needed.",
        ),
    ],
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            parser=named_path,
            help="Write as JSON what became of every article, and each row left out and why.",
        ),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 if an article was not understood.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what stops the import.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name every article not understood and every skipped file.")
    ] = False,
) -> None:
    """Turn Knowledge Base articles and update packages into manifests, and say of each what was understood.

    Of two documents of one article the one with more file rows is kept. Packages make a manifest of their own, such as
    Q246691.package.yaml, and are held against their article's manifest, where there is one. Exit code: 0 done, 1 with
    --strict something was not understood, 2 wrong usage, 3 nothing could be read.
    """
    expect_place_for(report)
    tally = Tally()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as spool:
        with file_progress(quiet) as progress:
            for item in _items(sources, output):
                spool.write(json.dumps(_entry(item)) + "\n")
                _keep(tally.add(item), output)
                progress(tally.documents)
        if report is not None:
            write_whole(_report(tally, spool), report)
        if not quiet:
            _tell(tally, spool, None if verbose else _NAMED, skipped=verbose)
    if not sum(tally.results.values()):
        say("nothing was read: no source holds an article")
        raise typer.Exit(Exit.UNUSABLE)
    if strict and tally.results[NOT_UNDERSTOOD]:
        raise typer.Exit(Exit.MISSING)


def _items(sources: list[Path], output: Path) -> Iterator[Outcome | Skipped]:
    """Every article, then every package: the articles' manifests are there by then."""
    from hotfixcheck.articles.bounds import Skipped
    from hotfixcheck.articles.importing import import_articles
    from hotfixcheck.packages.importing import import_packages, packages_in

    packages = packages_in(sources)
    names = {str(path) for path in packages}
    articles = [source for source in sources if str(source) not in names]
    for item in import_articles(articles):
        if (item.name if isinstance(item, Skipped) else item.document) not in names:
            yield item
    yield from import_packages(packages, lambda package: _printed(package, output))


def _printed(package: Manifest, output: Path) -> Manifest | None:
    """The manifest of a package's article: the one just made of it, else the catalogue's."""
    from hotfixcheck.errors import ManifestError
    from hotfixcheck.manifest.catalogue import load_file
    from hotfixcheck.packages.importing import TITLE

    for file in (output / f"{package.article}.yaml", *_shipped().get(package.number, ())):
        with contextlib.suppress(ManifestError, OSError):
            if not (found := load_file(file)).title.startswith(TITLE):  # of another package of that article
                return found
    return None


@cache
def _shipped() -> dict[int, list[Path]]:
    """The files of the catalogue by the number of their article."""
    from hotfixcheck.manifest.catalogue import is_of_package, shipped
    from hotfixcheck.manifest.model import article_number

    files: dict[int, list[Path]] = {}
    for path in sorted(shipped().rglob("*.yaml")):
        if is_of_package(path):
            continue
        files.setdefault(article_number(path.stem), []).append(path)
    return files


def _keep(step: Step, folder: Path) -> None:
    """Raises OutputError. A manifest's name holds nothing but an article's number, which was checked."""
    if not step.file_name:
        return
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
        write_whole(_added(step, folder / step.file_name) if step.adds else step.text, folder / step.file_name)
        if step.replaces:
            (folder / step.replaces).unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"cannot be written: {said_by(error)}", file=str(folder)) from None


def _added(step: Step, file: Path) -> str:
    """The text of a manifest of packages with that of one more."""
    from hotfixcheck.manifest.catalogue import load_file
    from hotfixcheck.manifest.yaml import dump, load
    from hotfixcheck.packages.importing import merged

    return dump(merged(load_file(file), load(step.text.encode(), str(file))))


# --- telling ---------------------------------------------------------------------------------------------------------


def _entry(item: Outcome | Skipped) -> dict[str, Any]:
    """One document as the report has it."""
    from hotfixcheck.articles.bounds import Skipped

    if isinstance(item, Skipped):
        return {"document": item.name, "reason": item.reason, **({"detail": item.detail} if item.detail else {})}
    facts = {
        "article": item.article,
        "title": item.title,
        "line": item.line,
        "problem": item.problem,
    }
    return {
        "document": item.document,
        "layout": item.layout,
        "result": item.result.value,
        **{name: value for name, value in facts.items() if value},
        "rows": item.rows,
        **_differences(item),
        "left_out": [{"line": row.line, "text": row.text, "reason": row.reason} for row in item.left_out],
    }


def _differences(item: Outcome) -> dict[str, Any]:
    """What of a package is not as in its article."""
    from hotfixcheck.packages.importing import PackageOutcome

    told = item.differences if isinstance(item, PackageOutcome) else None
    return {} if told is None else {"differences": list(told)}


def _entries(tally: Tally, spool: IO[str]) -> Iterator[dict[str, Any]]:
    """Every document's entry in order, now that it is known which were repeated."""
    spool.seek(0)
    names: dict[int, str] = {}
    wanted = {tally.kept[number].index for number in tally.repeated.values()}
    if wanted:
        names = {index: json.loads(line)["document"] for index, line in enumerate(spool) if index in wanted}
        spool.seek(0)
    for index, line in enumerate(spool):
        entry: dict[str, Any] = json.loads(line)
        if index in tally.repeated:
            entry["result"] = REPEATED
            entry["kept"] = names[tally.kept[tally.repeated[index]].index]
        yield entry


def _report(tally: Tally, spool: IO[str]) -> Iterator[str]:
    """The report piece by piece: its rows left out can be more than memory should hold."""
    opening = {
        "import": _REPORT_VERSION,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "summary": tally.summary(),
    }
    yield json.dumps(opening, indent=1)[:-2]
    for heading, is_article in (("articles", True), ("skipped", False)):
        yield f',\n "{heading}": ['
        separator = "\n  "
        for entry in _entries(tally, spool):
            if ("result" in entry) is is_article:
                yield separator + json.dumps(entry)
                separator = ",\n  "
        yield "\n ]"
    yield "\n}\n"


def _tell(tally: Tally, spool: IO[str], most: int | None, *, skipped: bool) -> None:
    """The articles that were not understood, at `most` so many, and the summary."""
    from hotfixcheck.errors import printable

    failed = (entry for entry in _entries(tally, spool) if entry.get("result") == NOT_UNDERSTOOD)
    for entry in islice(failed, most):
        place = f":{entry['line']}" if "line" in entry else ""
        say(printable(f"{entry['document']}{place}: not understood: {entry['problem']}"))
    if most is not None and (more := tally.results[NOT_UNDERSTOOD] - most) > 0:
        say(f"and {more:,} more that were not understood; -v names them")
    for entry in _entries(tally, spool):
        for line in entry.get("differences") or ():
            say(printable(f"{entry['document']}: not as in {entry['article']}: {line}"))
    loud = tally.skipped.keys() if skipped else tally.skipped.keys() & _LOUD
    if loud:
        for entry in _entries(tally, spool):
            if entry.get("reason") in loud:
                detail = f" ({entry['detail']})" if "detail" in entry else ""
                say(printable(f"{entry['document']}: skipped: {entry['reason']}{detail}"))
    say("\n".join(f"{name:<18}{count:>10,}" if count is not None else name for name, count in _table(tally)))


def _table(tally: Tally) -> Iterator[tuple[str, int | None]]:
    yield "summary", None
    yield "articles read", tally.articles
    yield "  manifests", tally.results[MANIFEST]
    yield "  state no fix", tally.results[NO_FIX]
    if tally.results[UPDATE_PACKAGE]:
        yield "update packages", tally.results[UPDATE_PACKAGE]
    yield "  not understood", tally.results[NOT_UNDERSTOOD]
    if tally.results[REPEATED]:
        yield "repeated articles", tally.results[REPEATED]
    yield "file rows", tally.rows
    yield "rows left out", tally.left_out
    yield "files skipped", sum(tally.skipped.values())
    for reason, count in sorted(tally.skipped.items()):
        yield f"{count:>10,} {reason}", None
