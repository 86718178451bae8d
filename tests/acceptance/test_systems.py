"""Named systems, each judged through the installed command: every rule, every expectation reasoned from its source.

Sources are named as in the rules' docstrings: articles of the Knowledge Base by number, whose tables are facts of the
shipped catalogue, and measurements of Windows' own files. Articles from Q910000 on are invented, with tables as the
sources print them, so that one file can be shown in every state.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from hotfixcheck.demo.system import write_system
from hotfixcheck.manifest.yaml import dump
from tests.acceptance.conftest import SEEDS, Run
from tests.acceptance.systems import nt4, plants, server2003, vista, xp
from tests.acceptance.systems.articles import ARTICLES, REAL
from tests.acceptance.systems.named import Verdict

RULES = range(1, 19)

SYSTEMS = {
    "NT 4.0 Server SP6a": nt4.NT4_SERVER,
    "NT 4.0 Workstation SP3": nt4.NT4_WORKSTATION,
    "NT 4.0 Terminal Server SP5": nt4.NT4_TERMINAL,
    "NT 4.0 Terminal Server SP6": nt4.NT4_TERMINAL_SP6,
    "NT 4.0 Server SP6a on Alpha": nt4.NT4_ALPHA,
    "NT 4.0 Server SP6, German": nt4.NT4_GERMAN,
    "NT 4.0 without hives": nt4.NT4_KERNEL_ONLY,
    "Windows 2000 Server SP1": xp.W2K_SERVER,
    "Windows XP SP3": xp.XP_SP3,
    "Windows XP SP2": xp.XP_SP2,
    "Windows XP SP1": xp.XP_SP1,
    "Windows XP SP2, its system32": xp.XP_BARE,
    "Windows Server 2003 SP1": server2003.S2003_SP1,
    "Windows Server 2003 on Itanium": server2003.S2003_ITANIUM,
    "Windows Server 2003 SP1 x64": server2003.S2003_X64,
    "Windows Server 2003 SP2 x64": server2003.S2003_X64_SP2,
    "Windows Vista SP2 x64": vista.VISTA_SP2_X64,
    "Windows Vista SP1 without hives": vista.VISTA_SP1,
    "Windows 7 SP1 x64": vista.SEVEN_SP1,
    "Windows 10 1809 without hives": vista.TEN_1809,
    "Windows 10 22H2": vista.TEN_22H2,
    "NT 4.0 Server with hives of Terminal Server": nt4.NT4_OTHER_HIVES,
    "hives alone": nt4.HIVES,
    "NT 4.0 Server SP6a with SMS and Exchange, German": plants.BACK_OFFICE,
    "NT 4.0 Server SP4 on Alpha": plants.ALPHA_SP4,
    "Windows XP x64 SP1": plants.XP_X64,
    "Windows 8.1 x64": plants.EIGHT_1,
    "Windows 7 SP1 x64 and a table for every Windows 7": plants.SEVEN_MIXED,
    "Windows 10 21H2 on ARM64": plants.TEN_ARM64,
}
CASES = [
    pytest.param(name, verdict, id=f"{name}, {verdict.article}: {verdict.why}")
    for name, system in SYSTEMS.items()
    for verdict in system.verdicts
]

Judged = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, run: Run, start: Run) -> Judged:
    """The articles of a named system's report, by number; each system is built and judged once, tree and inventory."""
    invented_ones = tmp_path_factory.mktemp("articles")
    for number, manifest in ARTICLES.items():
        (invented_ones / f"Q{number}.yaml").write_text(dump(manifest), encoding="utf-8")
    real = [SEEDS.parent / f"{each}.yaml" for each in REAL]
    sources = [word for source in (SEEDS, invented_ones, *real) for word in ("-m", source)]

    @cache
    def judge(name: str) -> dict[str, Any]:
        system = SYSTEMS[name]
        root = tmp_path_factory.mktemp("system")
        write_system(root, system.spec, system.files, windows=system.windows, modified=system.modified)
        done = run("check", root / system.target, *sources, *system.options, "-f", "json")
        assert done.code == 1, done.err
        if not system.files:  # hives alone are no inventory
            return {article["article"]: article for article in json.loads(done.out)["articles"]}
        taken = tmp_path_factory.mktemp("inventory") / "taken.jsonl"
        assert run("inventory", root / system.target, *sources, "-o", taken).code == 0
        assert start("check", taken, *sources, *system.options, "-f", "json").out == done.out
        return {article["article"]: article for article in json.loads(done.out)["articles"]}

    return judge


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_verdict(name: str, expected: Verdict, judged: Judged) -> None:
    found = judged(name)[expected.article]
    assert (found["status"], found["evidence"]) == (expected.status, expected.evidence), found["reason"]
    assert found["regressed"] is expected.regressed
    if expected.conflict:
        assert any(expected.conflict in one["says"] for one in found["conflicts"])
    if expected.remedy:
        assert expected.remedy in " ".join((*found["remedy"]["first"], found["remedy"]["install"]))


def test_every_rule_has_its_cases() -> None:
    verdicts = [verdict for system in SYSTEMS.values() for verdict in system.verdicts]
    assert len(verdicts) >= 120
    assert {rule for verdict in verdicts for rule in verdict.rules} == set(RULES)
    assert {verdict.article for verdict in verdicts} >= {path.stem for path in SEEDS.glob("*.yaml")}
    assert all(verdict.why and verdict.rules and verdict.evidence for verdict in verdicts)
