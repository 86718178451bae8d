"""`hotfixcheck schema` prints what the code uses."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from hotfixcheck.cli.app import app
from hotfixcheck.manifest.schema import SCHEMA, WAIVERS_SCHEMA
from hotfixcheck.reports.json import report_schema

SCHEMAS = {"report": report_schema(), "manifest": SCHEMA, "waivers": WAIVERS_SCHEMA}


@pytest.mark.parametrize(("name", "schema"), SCHEMAS.items(), ids=SCHEMAS)
def test_schema(name: str, schema: dict[str, Any]) -> None:
    outcome = CliRunner().invoke(app, ["schema", name])
    assert (outcome.exit_code, json.loads(outcome.stdout)) == (0, schema)
