"""`hotfixcheck schema`: the JSON Schemas of what is read and written."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from hotfixcheck.cli.options import Output
from hotfixcheck.cli.output import write_whole
from hotfixcheck.cli.places import expect_place_for


class SchemaName(StrEnum):
    REPORT = "report"
    FLEET = "fleet"
    MANIFEST = "manifest"
    WAIVERS = "waivers"


def schema(
    name: Annotated[
        SchemaName,
        typer.Argument(
            metavar="NAME",
            help="Of the report by `check -f json`, of that by `fleet check -f json`, of manifests, or of waivers.",
        ),
    ],
    output: Output = None,
) -> None:
    """Print a JSON Schema, for editors and for programs that read or write these files."""
    import json

    from hotfixcheck.fleet.formats.json import fleet_schema
    from hotfixcheck.manifest.schema import SCHEMA, WAIVERS_SCHEMA
    from hotfixcheck.reports.json import report_schema

    expect_place_for(output)
    schemas = {
        SchemaName.REPORT: report_schema(),
        SchemaName.FLEET: fleet_schema(),
        SchemaName.MANIFEST: SCHEMA,
        SchemaName.WAIVERS: WAIVERS_SCHEMA,
    }
    write_whole(json.dumps(schemas[name], indent=2) + "\n", output)
