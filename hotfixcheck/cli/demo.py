"""`hotfixcheck demo`: see a check at work without a Windows at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotfixcheck.cli.output import OutputError, has_colour, say, terminal_width, write_whole
from hotfixcheck.cli.places import named_path
from hotfixcheck.errors import said_by


def demo(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", parser=named_path, help="Keep the system here; a temporary folder otherwise."),
    ] = None,
) -> None:
    """Build a small NT 4.0 Server with fixed and unfixed files, check it, and show every kind of verdict."""
    from tempfile import TemporaryDirectory

    if folder is None:
        with TemporaryDirectory(prefix="hotfixcheck-demo-") as temporary:
            _show(Path(temporary) / "drive", kept=False)
        return
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise OutputError("is not an empty folder", file=str(folder), advice="the demo overwrites nothing")
        _show(folder, kept=True)
    except OSError as error:
        raise OutputError(said_by(error), file=str(folder)) from None


def _show(root: Path, *, kept: bool) -> None:
    from hotfixcheck.cli.loading import scan_for
    from hotfixcheck.demo.nt4 import write_demo
    from hotfixcheck.manifest.catalogue import load_catalogue, shipped
    from hotfixcheck.reports import ReportFormat
    from hotfixcheck.reports.model import Style, report_on
    from hotfixcheck.system.identify import Overrides
    from hotfixcheck.verdicts.candidates import names_to_read
    from hotfixcheck.verdicts.comparator import compare
    from hotfixcheck.verdicts.remedy import with_remedies

    drive = write_demo(root)
    manifests = load_catalogue([shipped() / "seeds"]).manifests
    (inventory,) = scan_for(drive, names_to_read(manifests), Overrides(), quiet=True).inventories
    findings, plan = with_remedies(compare(manifests, inventory), manifests, inventory)
    report = report_on(inventory, findings, (), plan=plan)
    style = Style(width=terminal_width(), colour=has_colour(), verbosity=1)
    say("an NT 4.0 Server was built here in code; this is what `check -v` says of it")
    write_whole(ReportFormat.TABLE.render(report, style), None)
    if kept:
        say(f"kept; try: hotfixcheck check {drive} -f json")
    say("`check` would exit with 1, because a fix is missing")
