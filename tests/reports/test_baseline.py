"""A baseline: what counts as new since an earlier report, and what has changed."""

from __future__ import annotations

import json
from datetime import date

import pytest

from hotfixcheck.manifest.model import FileRow, ServicePackFix
from hotfixcheck.manifest.waivers import Waiver
from hotfixcheck.products import ServicePack
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.baseline import BaselineError, Change, Changes, changes_since, load_baseline
from hotfixcheck.reports.model import Report, Style, report_on
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Status
from hotfixcheck.verdicts.waivers import waive
from tests.build.systems import article, facts, inventory, system, table

ROWS = (FileRow("a.dll", version="2.0.0.0"), FileRow("b.dll", version="2.0.0.0"))
OLD, NEW = facts("1.0.0.0"), facts("2.0.0.0")
UNREADABLE = "cut short"
MISSING, INDETERMINATE, FIXED = Status.MISSING, Status.INDETERMINATE, Status.FIXED
TODAY = date(2026, 6, 1)
Files = dict[str, FileFacts | str]


def report(files: Files, waivers: list[Waiver] | None = None, here: System | None = None) -> Report:
    """The report on Q10 and on a service pack's Q11."""
    manifests = [
        article(table(*ROWS), number="Q10"),
        article(ServicePackFix("Windows NT 4.0", ServicePack(6)), number="Q11"),
    ]
    taken = inventory(here or system(), {f"WINNT/system32/{name}": found for name, found in files.items()})
    findings, _ = waive(compare(manifests, taken), waivers or [], TODAY)
    return report_on(taken, findings, ())


def since(before: Report, now: Report) -> Changes:
    text = ReportFormat.JSON.render(before, Style())
    return changes_since(load_baseline(text.encode(), "before.json"), now.findings)


def q10(before: Status | None, now: Status | None, *, new: bool, files: tuple[str, ...] = ()) -> Change:
    return Change("Q10", "An article", before, now, new, tuple(f"WINNT/system32/{name}" for name in files))


CHANGES: dict[str, tuple[Files, Files, list[Change], dict[str, Status]]] = {
    "nothing": ({"a.dll": OLD}, {"a.dll": OLD}, [], {}),
    "mended": ({"a.dll": OLD}, {"a.dll": NEW}, [q10(MISSING, FIXED, new=False)], {}),
    "broken": (
        {"a.dll": NEW},
        {"a.dll": OLD},
        [q10(FIXED, MISSING, new=True, files=("a.dll",))],
        {"a.dll": MISSING},
    ),
    "a second file": (
        {"a.dll": OLD, "b.dll": NEW},
        {"a.dll": OLD, "b.dll": OLD},
        [q10(MISSING, MISSING, new=True, files=("b.dll",))],
        {"b.dll": MISSING},
    ),
    "a second file, not read": (
        {"a.dll": OLD, "b.dll": NEW},
        {"a.dll": OLD, "b.dll": UNREADABLE},
        [q10(MISSING, MISSING, new=True, files=("b.dll",))],
        {"b.dll": INDETERMINATE},
    ),
    "one for the other": (
        {"a.dll": OLD, "b.dll": NEW},
        {"a.dll": NEW, "b.dll": OLD},
        [q10(MISSING, MISSING, new=True, files=("b.dll",))],
        {"b.dll": MISSING},
    ),
    "certain now": (
        {"a.dll": UNREADABLE},
        {"a.dll": OLD},
        [q10(INDETERMINATE, MISSING, new=True, files=("a.dll",))],
        {"a.dll": MISSING},
    ),
    "not certain now": ({"a.dll": OLD}, {"a.dll": UNREADABLE}, [q10(MISSING, INDETERMINATE, new=False)], {}),
    "gone": ({"a.dll": OLD}, {}, [q10(MISSING, Status.NOT_APPLICABLE, new=False)], {}),
}


@pytest.mark.parametrize(("before", "now", "changes", "new"), CHANGES.values(), ids=CHANGES)
def test_changes(before: Files, now: Files, changes: list[Change], new: dict[str, Status]) -> None:
    worse = {10: {f"winnt/system32/{name}": status for name, status in new.items()}} if new else {}
    assert since(report(before), report(now)) == Changes("before.json", tuple(changes), worse)


def test_a_service_pack_is_no_file() -> None:
    changes = since(report({}), report({}, here=system(pack="SP5")))
    assert changes.changes == (Change("Q11", "An article", FIXED, MISSING, new=True),)
    assert since(report({}, here=system(pack="SP5")), report({}, here=system(pack="SP5"))).changes == ()


def waiver(until: date) -> Waiver:
    return Waiver("Q10", "why", "who", until)


def test_what_was_waived_is_new_when_the_waiver_ends() -> None:
    then = report({"a.dll": OLD}, [waiver(TODAY)])
    assert since(then, report({"a.dll": OLD}, [waiver(TODAY)])).changes == ()
    assert since(then, report({"a.dll": OLD})).new == {10: {"winnt/system32/a.dll": MISSING}}


def test_a_file_that_was_waived_is_new_when_the_waiver_ends() -> None:
    files: Files = {"a.dll": OLD, "b.dll": OLD}
    then = report(files, [Waiver("Q10", "why", "who", TODAY, "a.dll")])
    assert since(then, report(files)).changes == (q10(MISSING, MISSING, new=True, files=("a.dll",)),)


def test_articles_that_only_one_of_the_reports_judged() -> None:
    both, bare = report({"a.dll": OLD}), report({"a.dll": OLD})
    text = json.loads(ReportFormat.JSON.render(bare, Style()))
    text["articles"] = []
    nothing = load_baseline(json.dumps(text).encode(), "before.json")
    assert changes_since(nothing, both.findings).changes == (q10(None, MISSING, new=True, files=("a.dll",)),)
    everything = load_baseline(ReportFormat.JSON.render(both, Style()).encode(), "before.json")
    assert changes_since(everything, ()).changes == (q10(MISSING, None, new=False),)
    assert changes_since(everything.limited_to({11}), ()).changes == ()


UNUSABLE = {
    "empty": (b"", "b.json:1:1: not JSON: Expecting value"),
    "cut short": (b'{"report": 1,\n "articles": [', "b.json:2:15: not JSON: "),
    "not UTF-8": (b"\xff\xfe\xff", "b.json: not a report: it is no text"),
    "a list": (b"[]", "b.json: not a report: it is no JSON report of version 1"),
    "another version": (b'{"report": 2}', "b.json: not a report: it is no JSON report of version 1"),
    "no articles": (b'{"report": 1}', "b.json: not a report: 'articles' is missing"),
    "no objects": (b'{"report": 1, "articles": [1]}', "b.json: not a report: 'articles' is not an object"),
    "no status": (
        b'{"report": 1, "articles": [{"article": "Q1", "title": "", "status": "?", "files": []}]}',
        "b.json: not a report: '?' is not a valid Status",
    ),
    "no number": (
        b'{"report": 1, "articles": [{"article": "x", "title": "", "status": "fixed", "files": []}]}',
        "b.json: not a report: 'x' is not an article number",
    ),
    "deep": (b"[" * 200_000, "b.json: not a report: it is nested too deep"),
}


@pytest.mark.parametrize(("data", "said"), UNUSABLE.values(), ids=UNUSABLE)
def test_what_is_no_report_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BaselineError) as raised:
        load_baseline(data, "b.json")
    assert str(raised.value).startswith(said)
    assert str(raised.value).endswith("(`hotfixcheck check -f json` writes one)")


def test_a_file_beyond_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotfixcheck.reports.baseline.MAX_BYTES", 10)
    with pytest.raises(BaselineError, match="it has more than 10 bytes"):
        load_baseline(b" " * 11, "b.json")
