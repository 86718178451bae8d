"""`hotfixcheck identify`: what a system is, and from what evidence."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hotfixcheck.cli.options import (
    Image,
    Output,
    PlatformOption,
    Product,
    ServicePackOption,
    SystemInfo,
    TargetOrListing,
    overrides,
)
from hotfixcheck.cli.output import terminal_width, write_whole
from hotfixcheck.cli.places import expect_place_for

if TYPE_CHECKING:
    from hotfixcheck.inventory import Inventory


class IdentifyFormat(StrEnum):
    TABLE = "table"
    JSON = "json"


def identify(
    target: TargetOrListing = None,
    format_name: Annotated[
        IdentifyFormat, typer.Option("--format", "-f", help="How to write it.")
    ] = IdentifyFormat.TABLE,
    output: Output = None,
    product: Product = None,
    service_pack: ServicePackOption = None,
    platform: PlatformOption = None,
    image: Image = None,
    systeminfo: SystemInfo = None,
) -> None:
    """Say what a target holds, and what each Windows in it is: product, service pack, platform, language, evidence."""
    import json

    from hotfixcheck.cli.loading import scan_for
    from hotfixcheck.errors import printable

    expect_place_for(output, target=target, inputs=(systeminfo,))
    scanned = scan_for(
        target, frozenset(), overrides(product, service_pack, platform), only=image, systeminfo=systeminfo, quiet=False
    )
    if format_name is IdentifyFormat.JSON:
        systems = [_plain(inventory) for inventory in scanned.inventories]
        values = {"found": scanned.found, **(systems[0] if len(systems) == 1 else {"systems": systems})}
        text = json.dumps(values, indent=2) + "\n"
    else:
        width = terminal_width() if output is None else 80
        found = [printable(line) for line in scanned.found]
        several = len(scanned.inventories) > 1
        numbered = [
            _lines(inventory, width, f"{number}: " if several else "")
            for number, inventory in enumerate(scanned.inventories, start=1)
        ]
        blocks = [found, *numbered]
        text = "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"
    write_whole(text, output)


def _plain(inventory: Inventory) -> dict[str, Any]:
    return {
        "target": {"path": inventory.target, "kind": inventory.layout.kind.value},
        "system": inventory.system.plain(),
        "problems": [{"path": problem.path, "problem": problem.problem} for problem in inventory.problems],
    }


def _lines(inventory: Inventory, width: int, number: str) -> Iterator[str]:
    from hotfixcheck.reports.columns import columns
    from hotfixcheck.reports.words import heading

    yield from heading(f"{number}{inventory.target}", inventory.layout.kind, inventory.system, width)
    for source, is_listed in (("the registry", False), ("the system's own list", True)):
        installed = [fix.article for fix in inventory.system.fixes if fix.installed and fix.is_listed is is_listed]
        if installed:
            yield ""
            yield f"Fixes installed by {source} ({len(installed)})"
            yield from columns([(", ".join(installed),)], width, indent=2)
    yield ""
    yield "Evidence"
    evidence = [row for each in inventory.system.evidence for row in ((each.fact, each.value), ("", each.source))]
    yield from columns(evidence, width, indent=2)
    if inventory.problems:
        yield ""
        yield "Problems"
        yield from columns([(problem.path, problem.problem) for problem in inventory.problems], width, indent=2)
