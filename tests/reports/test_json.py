"""The JSON report: its shape is a contract, additive changes only."""

from __future__ import annotations

import json

from hotfixcheck import __version__
from hotfixcheck.reports import ReportFormat
from hotfixcheck.reports.model import Style
from tests.build.reports import a_report


def test_json() -> None:
    found = json.loads(ReportFormat.JSON.render(a_report(), Style()))
    articles = found.pop("articles")
    assert found == {
        "report": 1,
        "tool": {"name": "hotfixcheck", "version": __version__},
        "target": {"path": "target", "kind": "drive root"},
        "system": {
            "product": "Windows NT Server 4.0",
            "family": "Windows NT 4.0",
            "edition": "Server",
            "service_pack": "SP6",
            "build": 1381,
            "platform": "x86",
            "language": "English",
            "evidence": [{"fact": "platform", "value": "x86", "source": "a value"}],
        },
        "summary": {
            "fixed": 2,
            "missing": 1,
            "not-applicable": 1,
            "indeterminate": 1,
            "waived": 0,
            "files_scanned": 2,
            "files_unreadable": 1,
            "about_system": 1,
        },
        "problems": [
            {"path": "WINNT/system32/ole32.dll", "problem": "cut short"},
            {"path": "bad.yaml", "problem": "manifest not used: empty"},
        ],
        "idle_waivers": [],
        "baseline": None,
        "plan": {
            "steps": [
                {
                    "install": "Q246691",
                    "kind": "article",
                    "title": "An article",
                    "first": [],
                    "articles": ["Q246691"],
                }
            ],
            "smallest": True,
            "unknown": [],
            "later": [],
        },
    }
    assert [(one["article"], one["status"]) for one in articles] == [
        ("Q179827", "fixed"),
        ("Q200000", "fixed"),
        ("Q246691", "missing"),
        ("Q256149", "indeterminate"),
        ("Q300000", "not-applicable"),
    ]
    assert articles[0]["service_packs"] == [
        {
            "product": "Windows NT 4.0",
            "service_pack": "SP4",
            "package": None,
            "status": "fixed",
            "evidence": "service pack",
            "reason": "SP6 is installed, SP4 contains it",
        }
    ]
    assert articles[1]["files"][0]["conflicts"] == [
        {"evidence": "size+link time", "says": "its size is 10 bytes, the article's 9"}
    ]
    assert articles[2] == {
        "article": "Q246691",
        "title": "An article",
        "status": "missing",
        "evidence": "size+link time",
        "reason": "WINNT/system32/kernel32.dll: linked 1999-09-29, 50 days before the fix's 1999-11-18; "
        "size 374,032, the fix has 375,056",
        "regressed": True,
        "waived": False,
        "waiver": None,
        "new": None,
        "remedy": {"install": "Q246691", "kind": "article", "title": "An article", "first": []},
        "files": [
            {
                "name": "Kernel32.dll",
                "path": "WINNT/system32/kernel32.dll",
                "platform": "x86",
                "status": "missing",
                "evidence": "size+link time",
                "reason": "linked 1999-09-29, 50 days before the fix's 1999-11-18; size 374,032, the fix has 375,056",
                "required": {
                    "name": "Kernel32.dll",
                    "platform": "x86",
                    "date": "1999-11-18",
                    "time": "16:19",
                    "size": 375_056,
                },
                "found": {
                    "version": "4.0.1381.335",
                    "string_version": "4.00",
                    "original_filename": None,
                    "size": 374_032,
                    "link_time": "1999-09-29T12:00:00+00:00",
                    "modified": "1999-12-06T08:00:00+00:00",
                    "platform": "x86",
                    "language": None,
                },
                "conflicts": [],
                "waived": False,
            }
        ],
        "service_packs": [],
        "conflicts": [{"evidence": "registry", "says": "the registry says installed (key Q246691)"}],
    }
    assert articles[3]["files"][0]["found"] == {"problem": "cut short"}
    assert (articles[4]["files"], articles[4]["reason"]) == ([], "it is for Windows 2000")
