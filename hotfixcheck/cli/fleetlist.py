"""What `fleet list` prints of each system."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotfixcheck.cli.identify import IdentifyFormat
from hotfixcheck.cli.output import terminal_width

if TYPE_CHECKING:
    from hotfixcheck.fleet.sources import Member
    from hotfixcheck.inventory import Inventory


def listing(
    systems: Iterable[tuple[str, Inventory, object]],
    members: Sequence[Member],
    format_name: IdentifyFormat,
    output: Path | None,
) -> Iterator[str]:
    """The text: a row a system, or a JSON array of objects."""
    rows = _rows(systems, members)
    if format_name is IdentifyFormat.JSON:
        yield json.dumps(list(rows), indent=2) + "\n"
        return
    from hotfixcheck.reports.columns import columns

    width = terminal_width() if output is None else 80
    head = ("system", "what it is", "files", "newest file")
    shown = [(one["name"], one["what"], f"{one['files']:,}", one["newest_file"] or "not known") for one in rows]
    for line in columns([head, *shown], width):
        yield f"{line}\n"


def _rows(systems: Iterable[tuple[str, Inventory, object]], members: Sequence[Member]) -> Iterator[dict[str, Any]]:
    from hotfixcheck.reports.words import system_line

    sources = {member.name: str(member.file) for member in members}
    for name, inventory, _ in systems:
        times = (record.facts.modified for record in inventory.records if record.facts and record.facts.modified)
        newest = max(times, default=None)
        here = {fact: value for fact, value in inventory.system.plain().items() if fact != "evidence"}
        yield {
            "name": name,
            "source": sources[name],
            "target": {"path": inventory.target, "kind": inventory.layout.kind.value},
            "what": system_line(inventory.system),
            "system": here,
            "files": len(inventory.records),
            "newest_file": f"{newest:%Y-%m-%d}" if newest else None,
            "problems": len(inventory.problems),
        }
