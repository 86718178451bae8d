"""The HTML report as text: what stands in it, whoever looks at it with whatever."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from html import unescape
from typing import Any

import pytest

from hotfixcheck.manifest.model import FileRow, FilesFix, Manifest, ServicePackFix
from hotfixcheck.products import ServicePack
from hotfixcheck.reports import ReportFormat, pagedata
from hotfixcheck.reports.model import Report, Style
from hotfixcheck.verdicts.comparator import compare
from hotfixcheck.verdicts.finding import Remedy, RemedyKind, Status
from hotfixcheck.verdicts.plan import NO_PLAN, Plan, PlanStep
from tests.build.reports import a_hostile_report, a_report, an_accepted_report, long_report
from tests.build.systems import article, facts, inventory, system, table


def page_of(report: Report) -> str:
    return ReportFormat.HTML.render(report, Style())


def data_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="findings">(.*?)</script>', page, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


def report_of(*manifests: Manifest, files: dict[str, Any] | None = None) -> Report:
    taken = inventory(system(), files)
    return replace(a_report(), findings=compare(manifests, taken))


def test_it_loads_nothing_and_runs_only_what_its_policy_names() -> None:
    page = page_of(a_report())
    policy = unescape(re.search(r'Content-Security-Policy" content="(.*?)"', page)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; ")
    for directive, tag in [("style-src", "style"), ("script-src", "script")]:
        [text] = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert f"{directive} 'sha256-{b64encode(sha256(text.encode()).digest()).decode()}';" in policy
    assert not re.search(r"\s(src|srcset|style|on\w+)=", page.partition("<body>")[2].partition("<script")[0])
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)', page.partition("<script")[0]))


def test_a_strangers_markup_stays_text() -> None:
    harm = "</script></noscript></style><script>alert(1)</script><img src=x onerror=alert(1)>"
    report = replace(report_of(Manifest("Q1", harm, (FilesFix((FileRow("a.dll"),)),))), target=harm)
    page = page_of(report)
    assert page.count("<script") == 2
    assert "<img" not in page
    assert data_of(page)["articles"][0]["title"] == harm
    [hostile] = data_of(page_of(a_hostile_report()))["articles"]
    assert hostile["files"][0]["file"].startswith("WINNT/=1+1|`<b>&\"'\\x1b[31m\\u202e")


def test_an_article_has_all_of_its_evidence() -> None:
    data = data_of(page_of(a_report()))
    assert data["articles"][2] == {
        "article": "Q246691",
        "number": 246691,
        "title": "An article",
        "status": "missing",
        "evidence": "size+link time",
        "date": "1999-11-18",
        "regressed": True,
        "conflicts": ["the registry says installed (key Q246691)"],
        "files": [
            {
                "file": "WINNT/system32/kernel32.dll",
                "platform": "x86",
                "status": "missing",
                "found": "4.0.1381.335, 374,032 bytes, linked 1999-09-29",
                "required": "375,056 bytes, 1999-11-18 16:19",
                "why": "linked 1999-09-29, 50 days before the fix's 1999-11-18; size 374,032, the fix has 375,056",
            }
        ],
    }
    assert data["articles"][0]["packs"] == [
        {"name": "Windows NT 4.0 SP4", "status": "fixed", "why": "SP6 is installed, SP4 contains it"}
    ]
    assert data["articles"][1]["files"][0]["but"] == ["its size is 10 bytes, the article's 9"]
    assert (data["articles"][4]["reason"], data["products"]) == ("it is for Windows 2000", ["Windows 2000"])


def test_a_file_by_another_name_says_which_name_it_was_looked_for_by() -> None:
    renamed = facts("4.0.1381.1", OriginalFilename="ntoskrnl.exe")
    report = report_of(
        article(table(FileRow("Ntoskrnl.exe", version="4.0.1381.2"))),
        files={"WINNT/system32/ntkrnlmp.exe": facts("4.0.1381.1", OriginalFilename="ntkrnlmp.exe")}
        | {"WINNT/system32/ntoskrnl.exe": renamed},
    )
    [file] = data_of(page_of(report))["articles"][0]["files"]
    assert (file["file"], "name" in file) == ("WINNT/system32/ntoskrnl.exe", False)


HEADLINES = {
    "missing and undecided": (a_report(), Status.MISSING, "1 fix is missing, 1 cannot be judged"),
    "several missing": (
        report_of(
            *(article(table(FileRow("a.dll", version="2.0")), number=f"Q{number}") for number in (1, 2)),
            files={"WINNT/system32/a.dll": facts("1.0")},
        ),
        Status.MISSING,
        "2 fixes are missing",
    ),
    "new and waived": (an_accepted_report(), Status.MISSING, "3 fixes are missing, 1 of them new"),
    "all that is wrong waived": (
        replace(an_accepted_report(), findings=an_accepted_report().findings[:1]),
        pagedata.WAIVED,
        "No fix is missing but those that are waived",
    ),
    "undecided": (
        report_of(article(table(FileRow("a.dll"))), files={"WINNT/system32/a.dll": "cut short"}),
        Status.INDETERMINATE,
        "No fix is known to be missing, 1 cannot be judged",
    ),
    "fixed": (
        report_of(article(ServicePackFix("Windows NT 4.0", ServicePack(4)))),
        Status.FIXED,
        "No fix is missing",
    ),
    "not applicable": (
        report_of(article(table(FileRow("a.dll")))),
        Status.NOT_APPLICABLE,
        "No article is about this system",
    ),
}


@pytest.mark.parametrize(("report", "status", "said"), HEADLINES.values(), ids=HEADLINES)
def test_headline(report: Report, status: str, said: str) -> None:
    assert pagedata.verdict([report]) == (status, said)
    assert said in page_of(report)


def test_the_bar_shows_the_least_share_and_fills_the_width() -> None:
    report = long_report(2_000)
    parts = pagedata.shares([report])
    assert [part.state for part in parts] == list(map(str, [Status.MISSING, Status.INDETERMINATE, Status.FIXED]))
    assert sum(part.width for part in parts) == pytest.approx(1000, abs=0.2)
    ends = [part.start + part.width for part in parts[:-1]]
    assert [part.start for part in parts[1:]] == pytest.approx(ends, abs=0.2)
    one_of_many = replace(
        report,
        findings=(
            *(finding for finding in report.findings if finding.status is Status.FIXED),
            next(finding for finding in report.findings if finding.status is Status.MISSING),
        ),
    )
    assert pagedata.shares([one_of_many])[0].width > 5
    assert pagedata.shares([replace(report, findings=())]) == []


def test_missing_by_file_and_by_year() -> None:
    rows = [
        [FileRow("A.dll", version="2.0", date=None)],
        [FileRow("a.dll", version="2.0"), FileRow("B.dll", version="2.0")],
    ]
    manifests = [article(table(*each), number=f"Q{number}") for number, each in enumerate(rows, start=1)]
    pack = replace(article(ServicePackFix("Windows NT 4.0", ServicePack(7)), number="Q3"), revised=date(2001, 2, 3))
    files = {f"WINNT/system32/{name}.dll": facts("1.0") for name in "ab"}
    reports = [report_of(*manifests, pack, files=files)]
    assert [(bar.name, bar.choice, bar.count, bar.width) for bar in pagedata.by_file(reports)] == [
        ("A.dll", "A.dll", 2, 100),
        ("no file, a service pack", "", 1, 50),
        ("B.dll", "B.dll", 1, 50),
    ]
    assert [(bar.name, bar.choice, bar.count) for bar in pagedata.by_year(reports)] == [
        ("2001", "2001", 1),
        ("not given", "none", 2),
    ]


def test_what_is_not_applicable_is_listed_at_first_only_where_there_is_nothing_else() -> None:
    def listed(report: Report) -> list[str]:
        return [count.state for count in pagedata.counts([report]) if count.checked]

    assert listed(a_report()) == ["missing", "indeterminate", "fixed"]
    assert "not-applicable" in listed(report_of(article(table(FileRow("a.dll")))))


def test_a_report_of_nothing_says_so() -> None:
    page = page_of(replace(a_report(), findings=(), problems=(), system=system(pack=None, platform=None)))
    assert "No article was asked for." in page
    assert "Nothing in the target says which Windows this is" in page
    assert 'id="problems"' not in page


def test_many_files_lie_behind_a_click() -> None:
    page = page_of(long_report(500))
    assert re.search(r"<summary>\d+ more files</summary>", page)


def test_5000_articles_stay_under_5_mb() -> None:
    assert len(page_of(long_report()).encode()) < 5_000_000


def test_what_is_accepted_and_what_has_changed() -> None:
    report = an_accepted_report()
    page, data = page_of(report), data_of(page_of(report))
    waived = data["articles"][0]
    assert (waived["status"], waived["waiver"]) == ("missing", "until 2027-03-31 by J. Smith: the line stops in May")
    assert [file.get("waiver") for file in data["articles"][1]["files"]] == [
        None,
        "until 2027-03-31 by J. Smith: b.dll is not used",
    ]
    assert [one["article"] for one in data["articles"] if one.get("new")] == ["Q14"]
    assert "missing, waived until 2027-03-31 by J. Smith (the line stops in May): " in page
    sections = {part.partition('"')[0]: part for part in page.split('<section id="')}
    assert sections["changes"].count("<tr><td") == len(report.changes.changes if report.changes else ())
    assert re.findall(r"<td[^>]*>(ended|not needed)</td>", sections["waivers"]) == ["not needed", "ended", "not needed"]
    assert [(bar.name, bar.count) for bar in pagedata.by_file([report])] == [("a.dll", 2), ("b.dll", 1)]


def test_nothing_changed_is_said() -> None:
    report = an_accepted_report()
    assert report.changes
    page = page_of(replace(report, changes=replace(report.changes, changes=(), new={})))
    assert "Nothing has changed since the report" in page


def test_what_to_install() -> None:
    steps = (
        PlanStep(Remedy(RemedyKind.SERVICE_PACK, "Windows NT 4.0 SP6a"), ()),
        PlanStep(Remedy(RemedyKind.ARTICLE, "Q900", "Rollup", ("SP6a",)), tuple(f"Q{number}" for number in range(40))),
    )
    report = replace(a_report(), plan=Plan(steps, exact=False, unknown=("Q7",), later=("Q8",)))
    page = page_of(report)
    plan = page.partition('<section id="plan"')[2].partition("</section>")[0]
    assert "near the fewest that do" in plan
    assert "1. Windows NT 4.0 SP6a</th>" in plan
    assert "is required by what follows" in plan
    assert "2. Q900 (after SP6a)</th>" in plan
    assert '<a href="#Q29">Q29</a> and 10 more' in plan
    assert "Nothing in the catalogue puts right Q7." in plan
    assert "Q8 will apply only after these." in plan
    long = tuple(f"Q{number}" for number in range(40))
    page = page_of(replace(report, plan=Plan(unknown=long, later=long)))
    assert page.count("Q29 and 10 more") == 2
    assert 'id="plan"' not in page_of(replace(report, plan=NO_PLAN))


def test_several_systems_share_one_page() -> None:
    reports = [replace(a_report(), target="disk: WINNT"), replace(an_accepted_report(), target="disk: WIN2K")]
    page = ReportFormat.HTML.render_several(reports, Style())
    data = data_of(page)
    assert data["systems"] == ["disk: WINNT", "disk: WIN2K"]
    assert [one.get("system", 0) for one in data["articles"]] == [0] * 5 + [1] * 5
    assert pagedata.verdict(reports)[1] == "4 fixes are missing, 1 of them new, 1 cannot be judged"
    assert "<title>Hotfix report on 2 systems</title>" in page
    assert page.count('<h3 class="path">disk: ') == 4
    assert page.count('<th scope="rowgroup" colspan="3" class="path">disk: ') == 2


@pytest.mark.parametrize(
    ("checked", "said"),
    [
        (None, "not given, so that the same files always make the same report"),
        (datetime(2026, 6, 1, tzinfo=UTC), "2026-06-01"),
        (datetime(2026, 6, 1, 14, 30, tzinfo=UTC), "2026-06-01 14:30 UTC"),
    ],
)
def test_the_date_of_the_check(checked: datetime | None, said: str) -> None:
    assert f"<dt>Date of the check</dt><dd>{said}</dd>" in page_of(replace(a_report(), checked=checked))
