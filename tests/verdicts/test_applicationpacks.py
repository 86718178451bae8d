"""Service packs of applications, by the registry and by the builds of their files."""

from __future__ import annotations

import pytest

from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.products import ServicePack
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.finding import Status
from tests.build.systems import article, facts
from tests.verdicts.applications import (
    ABSENT,
    BIN,
    FIXED,
    HERE,
    INDETERMINATE,
    MISSING,
    S32,
    STORE,
    Files,
    exchange,
    installed,
    judged,
    windows,
    with_registry,
)

SQL_2000_SP3 = with_registry(installed("SQL Server", "8.00.761"))

STUDIO_SP5 = with_registry(installed("Visual Studio", "6.0", 5))

PACKS: dict[str, tuple[str, int, Files, System, Status]] = {
    "installed": ("Exchange Server 5.5", 3, STORE, HERE, FIXED),
    "not yet": ("Exchange Server 5.5", 4, STORE, HERE, MISSING),
    "of another version": ("Exchange Server 5.0", 2, STORE, HERE, ABSENT),
    "below the first build known": (
        "Exchange Server 5.5", 1, {f"{BIN}/store.exe": exchange("5.5.1000.0")}, HERE, MISSING,
    ),
    "by two parts of the version": (
        "SMS 2.0", 3, {"SMS/bin/smsexec.exe": facts("2.0.1493.3143")}, HERE, FIXED,
    ),
    "a hotfix of the one before": ("SMS 2.0", 3, {"SMS/bin/smsexec.exe": facts("2.0.1493.2210")}, HERE, MISSING),
    "by the registry": ("Visual Studio 6.0", 5, {}, STUDIO_SP5, FIXED),
    "of the suite, for a member": ("Visual Studio 6.0", 6, {}, STUDIO_SP5, MISSING),
    "by the build that the registry tells": ("SQL Server 2000", 1, {}, SQL_2000_SP3, FIXED),
    "not told": ("SNA Server 4.0", 3, {}, with_registry(installed("SNA Server")), INDETERMINATE),
    "Windows' own": (
        "Internet Information Server 4.0", 6, {f"{S32}/inetsrv/w3svc.dll": windows("4.2.720.1")}, HERE, FIXED,
    ),
    "nothing shows it": ("Microsoft BackOffice Server 4.5", 1, {}, HERE, ABSENT),
    "not understood": ("Microsoft Bob", 1, {}, HERE, ABSENT),
}  # fmt: skip


@pytest.mark.parametrize(("product", "pack", "files", "here", "status"), PACKS.values(), ids=PACKS)
def test_service_pack(product: str, pack: int, files: Files, here: System, status: Status) -> None:
    assert judged(article(ServicePackFix(product, ServicePack(pack))), files, here).status is status
