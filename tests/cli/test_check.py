"""`check` reads only what it must."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import typer

from hotfixcheck.cli.loading import load_manifests, scan_for
from hotfixcheck.demo.nt4 import write_demo
from hotfixcheck.products import ServicePack
from hotfixcheck.system.identify import Overrides
from hotfixcheck.targets.directory import DirectoryTree
from hotfixcheck.verdicts.candidates import names_to_read

SEEDS = Path(__file__).parents[2] / "manifests" / "seeds"


def test_only_hives_kernel_and_named_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system32 = write_demo(tmp_path) / "WINNT" / "system32"
    for number in range(50):
        (system32 / f"other{number}.dll").write_bytes((system32 / "ole32.dll").read_bytes())
    opened = []
    really_open = DirectoryTree.open

    def recording(self: DirectoryTree, path: str) -> AbstractContextManager[object]:
        opened.append(path.lower().removeprefix("winnt/system32/"))
        return really_open(self, path)

    monkeypatch.setattr(DirectoryTree, "open", recording)
    names = names_to_read(load_manifests([SEEDS], strict=True).manifests)
    scan_for(tmp_path, names, Overrides(), quiet=True)
    assert sorted(opened) == [
        *("config/software", "config/system", "kernel32.dll", "ntoskrnl.exe", "ole32.dll", "rpcss.exe"),
    ]


def test_a_service_pack_that_never_was_is_wrong_usage(tmp_path: Path) -> None:
    """Anything is fixed by it."""
    write_demo(tmp_path)
    names = names_to_read(load_manifests([SEEDS], strict=True).manifests)
    with pytest.raises(typer.BadParameter, match=r"Windows NT 4\.0 has no SP66; it has none, SP1, .*, SP6a$"):
        scan_for(tmp_path, names, Overrides(service_pack=ServicePack(66)), quiet=True)
