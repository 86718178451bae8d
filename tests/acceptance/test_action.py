"""The GitHub action, its steps carried out one by one as a runner does; and the pre-commit hooks' commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest
import yaml

from hotfixcheck.demo.nt4 import write_demo
from tests.acceptance.conftest import COMMAND, SEEDS

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
SUFFIXES = {"json", "html", "csv", "md", "xml", "sarif"}

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="the steps are of bash")


class Runner:
    """Carries out the steps of a composite action in `work`; `uses` steps are GitHub's own and left out."""

    def __init__(self, work: Path, python: Path, **inputs: object) -> None:
        declared = {name: str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        self.inputs = declared | {name.replace("_", "-"): str(value) for name, value in inputs.items()}
        self.work = work
        self.env = os.environ | {
            "PATH": f"{python.parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(work / "output"),
            "GITHUB_STEP_SUMMARY": str(work / "summary"),
        }

    def value(self, text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: self.inputs[found[1]], text)

    def run(self, step: dict[str, Any], **env: str) -> subprocess.CompletedProcess[str]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"]
        given = {name: self.value(text) for name, text in step.get("env", {}).items()}
        # As a runner calls bash.
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=self.env | given | env,
            cwd=self.work,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )


def steps() -> list[dict[str, Any]]:
    return [step for step in ACTION["runs"]["steps"] if "run" in step]


def check(work: Path, **inputs: object) -> tuple[Runner, subprocess.CompletedProcess[str]]:
    runner = Runner(work, Path(sys.executable), **inputs)
    return runner, runner.run(steps()[-1])


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    return write_demo(tmp_path / "a drive")


def test_its_inputs_are_used_and_its_outputs_come_from_a_step() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(ACTION["inputs"])
    assert {step["id"] for step in steps() if "id" in step} == set(re.findall(r"steps\.([a-z-]+)\.outputs", text))
    assert [step["uses"].partition("@")[0] for step in ACTION["runs"]["steps"] if "uses" in step] == [
        "actions/setup-python"
    ]


def test_it_installs_hotfixcheck(tmp_path: Path) -> None:
    """Into an environment of its own; what hotfixcheck depends on is lent to it, so that no index is asked."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    runner = Runner(tmp_path, python)
    lent = {"PYTHONPATH": sysconfig.get_path("purelib"), "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    done = runner.run(steps()[0], **lent)
    assert done.returncode == 0, done.stderr
    installed = tmp_path / "venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    assert (installed / "hotfixcheck" / "manifest" / "shipped" / "index.json").is_file()


def test_it_fails_the_build_and_leaves_every_report(drive: Path, tmp_path: Path) -> None:
    runner, done = check(tmp_path, target=drive, manifests=f"{SEEDS}\n")
    assert done.returncode == 1, done.stderr
    assert "5 articles: 1 missing" in done.stdout
    assert {file.suffix[1:] for file in (tmp_path / "hotfixcheck-reports").iterdir()} == SUFFIXES
    assert (tmp_path / "output").read_text() == "exit-code=1\n"
    assert (tmp_path / "summary").read_text().startswith("### hotfixcheck: 5 articles: 1 missing")
    assert runner.value(ACTION["outputs"]["reports"]["value"]) == "hotfixcheck-reports"


def test_its_inputs_are_the_options(drive: Path, tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text(
        "waivers: 1\naccept:\n- {article: Q246691, reason: why, who: me, until: 9999-12-31}\n", encoding="utf-8"
    )
    two = f"{SEEDS / 'Q246691.yaml'}\n{SEEDS / 'Q256149.yaml'}"
    options = "--service-pack\nSP6"
    _, done = check(tmp_path, target=drive, manifests=two, waivers=waivers, options=options, reports="there/in")
    assert done.returncode == 0, done.stderr
    assert "2 articles: 0 missing, 1 indeterminate, 1 waived" in done.stdout
    _, done = check(tmp_path, target=drive, manifests=two, waivers=waivers, fail_on="indeterminate")
    assert done.returncode == 1
    _, done = check(tmp_path, target=drive, manifests=two, baseline="there/in/hotfixcheck.json")
    assert (done.returncode, "1 new" in done.stdout) == (1, True)


def test_a_required_fix_that_cannot_be_read_does_not_pass(drive: Path, tmp_path: Path) -> None:
    required = tmp_path / "required"
    required.mkdir()
    shutil.copy(SEEDS / "Q235425.yaml", required)
    _, done = check(tmp_path, target=drive, manifests=required)
    assert done.returncode == 0, done.stderr
    text = (SEEDS / "Q246691.yaml").read_text(encoding="utf-8")
    (required / "Q246691.yaml").write_text(text.replace("article:", "artcle:"), encoding="utf-8")
    _, done = check(tmp_path, target=drive, manifests=required)
    assert (done.returncode, "Q246691.yaml:2:1" in done.stderr) == (3, True)


def test_what_cannot_be_used_fails_with_its_code(tmp_path: Path) -> None:
    _, done = check(tmp_path, target="nowhere")
    assert done.returncode == 3
    assert (tmp_path / "output").read_text() == "exit-code=3\n"
    assert not (tmp_path / "summary").exists()


@pytest.mark.parametrize("text", ["$(touch hurt)", "`touch hurt`", "; touch hurt", "'; touch hurt; '", "--version"])
def test_no_input_is_a_command(text: str, tmp_path: Path) -> None:
    for name in ("target", "manifests", "waivers", "baseline", "fail_on"):
        _, done = check(tmp_path, **({"target": tmp_path} | {name: text}))
        assert done.returncode in {2, 3}
    assert not (tmp_path / "hurt").exists()


def test_the_hooks_are_commands_that_there_are(drive: Path) -> None:
    """As pre-commit calls them: entry, args, and the file names unless they are not passed."""
    entries = {hook["id"]: hook["entry"].split() for hook in HOOKS}
    for hook in HOOKS:
        assert {"id", "name", "entry", "language"} <= set(hook)
    lint = next(hook for hook in HOOKS if hook["id"] == "hotfixcheck-manifests")
    files = [str(file) for file in SEEDS.iterdir() if re.search(lint["files"], file.as_posix())]
    assert len(files) == 5
    assert re.search(lint["files"], "required/Q246691.package.yaml")
    assert not re.search(lint["files"], "required/notes.yaml")
    _, *words = entries["hotfixcheck-manifests"]
    assert subprocess.run([COMMAND, *words, *files], check=False, capture_output=True).returncode == 0
    _, *words = entries["hotfixcheck"]
    done = subprocess.run(
        [COMMAND, *words, str(drive), "-m", str(SEEDS)], check=False, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stdout) == (
        1,
        "5 articles: 1 missing, 1 indeterminate, 2 fixed, 1 not applicable.\n",
    )
