"""The report on a fleet in Parquet, version 1: a row for each article on each system, for a query over many of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hotfixcheck import __version__
from hotfixcheck.fleet.columns import METADATA
from hotfixcheck.fleet.extra import parquet
from hotfixcheck.fleet.model import FleetReport, SystemResult
from hotfixcheck.fleet.pages import MOST_ROWS
from hotfixcheck.fleet.writing import Drained, options
from hotfixcheck.reports.model import Style
from hotfixcheck.reports.words import remedy_words

VERSION = 1

_OF_SYSTEM = ("system", "source", "same_as", "product", "service_pack", "platform", "build", "language")
_OF_VERDICT = ("status", "evidence", "reason", "regressed", "waived_until", "waived_by", "waived_because", "remedy")
COLUMNS = (*_OF_SYSTEM, "article", "number", "title", *_OF_VERDICT)
_NOT_TEXT = {"build": "int64", "number": "int64", "regressed": "bool_", "waived_until": "date32"}


def render(report: FleetReport, style: Style) -> Iterator[bytes]:
    pa, pq = parquet("the report")
    sink = Drained()
    schema = pa.schema([(name, getattr(pa, _NOT_TEXT.get(name, "string"))()) for name in COLUMNS])
    repeated = [name for name in COLUMNS if name != "regressed"]
    with pq.ParquetWriter(sink, schema, use_dictionary=repeated, **options()) as writer:
        rows: list[list[Any]] = []
        for one in report.systems:
            rows += _rows(report, one)
            while len(rows) >= MOST_ROWS:
                writer.write_table(_table(pa, rows[:MOST_ROWS], schema))
                del rows[:MOST_ROWS]
                yield sink.take()
        writer.write_table(_table(pa, rows, schema))
        told = {"fleet_report": VERSION, "tool": {"name": "hotfixcheck", "version": __version__}}
        writer.add_key_value_metadata({METADATA: json.dumps(told).encode()})
    yield sink.take()


def _rows(report: FleetReport, one: SystemResult) -> Iterator[list[Any]]:
    here = one.judged.system
    pack = None if here.service_pack is None else str(here.service_pack)
    platform = None if here.platform is None else here.platform.value
    system = (one.name, one.source, one.same_as or None, here.product, pack, platform, here.build, here.language_name)
    for manifest, verdict in zip(report.manifests, report.details(one).verdicts, strict=True):
        waiver = verdict.waiver
        yield [
            *(*system, manifest.article, manifest.number, manifest.title),
            *(verdict.status.value, verdict.evidence.value, verdict.reason, verdict.regressed),
            *((waiver.until, waiver.who, waiver.reason) if waiver else (None, None, None)),
            None if verdict.remedy is None else remedy_words(verdict.remedy),
        ]


def _table(pa: Any, rows: list[list[Any]], schema: Any) -> Any:
    columns = [[_in_unicode(row[place]) for row in rows] for place in range(len(COLUMNS))]
    return pa.table(columns, schema=schema)


def _in_unicode(value: Any) -> Any:
    """Names may have bytes that are no text."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
