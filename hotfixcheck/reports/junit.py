"""The report as JUnit XML, which CI systems open: an article is a test case.

It fails where the exit code does. Whatever else is not fixed is skipped, with the reason: what does not apply, what is
indeterminate, waived, or in the baseline already.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from junitparser import Failure, JUnitXml, Skipped, SystemErr, TestCase, TestSuite

from hotfixcheck.errors import printable
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.reports.words import found_words, remedy_words, required_words, system_line, waiver_words
from hotfixcheck.verdicts.finding import Finding, Status


def render(report: Report, style: Style) -> str:
    return render_several([report], style)


def render_several(reports: Sequence[Report], style: Style) -> str:
    """A test suite for each report."""
    whole = JUnitXml("hotfixcheck")
    for report in reports:
        whole.add_testsuite(_suite(report))
    written = io.BytesIO()
    whole.write(written)
    return f"{written.getvalue().decode().rstrip()}\n"


def _suite(report: Report) -> TestSuite:
    suite = TestSuite(printable(system_line(report.system)))
    for name, value in (("target", report.target), ("kind", report.kind)):
        suite.add_property(name, printable(value))
    suite.add_testcases([_case(finding, report) for finding in report.findings])
    if report.problems:
        said = "\n".join(printable(f"{problem.path}: {problem.problem}") for problem in report.problems)
        suite.append(SystemErr(said))  # type: ignore[no-untyped-call]
    return suite


def _case(finding: Finding, report: Report) -> TestCase:
    name = printable(f"{finding.manifest.article} {finding.manifest.title}")
    case = TestCase(name, classname="hotfixcheck.articles", time=0)
    if finding.status is Status.FIXED:
        return case
    if report.is_failure(finding):
        failure = Failure(printable(finding.reason), finding.status.value)
        failure.text = "\n".join(map(printable, _evidence(finding)))
        case.result = [failure]
    else:
        case.result = [Skipped(printable(_why_skipped(finding, report)), finding.status.value)]
    return case


def _why_skipped(finding: Finding, report: Report) -> str:
    waiver = finding.waiver
    if waiver:
        return f"waived {waiver_words(waiver)}"
    known = f", as in {report.changes.baseline}" if report.changes and finding.status in report.failing else ""
    return f"{finding.status}{known}: {finding.reason}"


def _evidence(finding: Finding) -> Iterator[str]:
    for one in finding.files:
        if one.status in {Status.MISSING, Status.INDETERMINATE}:
            yield f"{one.path or one.required.name}: {one.status}{', waived' if one.waiver else ''}: {one.reason}"
            yield f"  required {required_words(one.required)}"
            if one.found and one.found.facts:
                yield f"  found    {found_words(one.found.facts)}"
    for pack in finding.service_packs:
        yield f"{pack.product} {pack.service_pack or pack.package}: {pack.status}: {pack.reason}"
    for conflict in finding.conflicts:
        yield f"but {conflict.says}"
    if finding.remedy:
        yield f"install {remedy_words(finding.remedy)}"
