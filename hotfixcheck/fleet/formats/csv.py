"""The report on a fleet as comma-separated values: a row for each article on each system, for a pivot table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from hotfixcheck.fleet.model import FleetReport
from hotfixcheck.reports.csv import defused
from hotfixcheck.reports.model import Style
from hotfixcheck.reports.words import remedy_words

COLUMNS = (
    *("system", "product", "service_pack", "platform", "article", "title", "status", "evidence", "reason", "regressed"),
    *("waived_until", "waived_by", "waived_because", "remedy", "source", "same_as"),
)


def render(report: FleetReport, style: Style) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in report.systems:
        here = one.judged.system
        system = (one.name, here.product, here.service_pack, here.platform)
        for manifest, verdict in zip(report.manifests, report.details(one).verdicts, strict=True):
            waiver = verdict.waiver
            row = (
                *(*system, manifest.article, manifest.title, verdict.status, verdict.evidence, verdict.reason),
                "yes" if verdict.regressed else "",
                *((waiver.until, waiver.who, waiver.reason) if waiver else ("", "", "")),
                remedy_words(verdict.remedy) if verdict.remedy else "",
                *(one.source, one.same_as),
            )
            writer.writerow([defused(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    if not report.systems:
        yield text.getvalue()
