"""The demo's system: an NT 4.0 Server of a plant, patched once and not quite."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.fileversion import FileVersion

_SP6_LINKED = datetime(1999, 9, 29, 17, 20, tzinfo=UTC)
_SP3_LINKED = datetime(1997, 4, 29, 9, 0, tzinfo=UTC)


def write_demo(root: Path) -> Path:
    """Write the demo's drive below `root` and return the drive's root.

    Against the seeds: SP6 has fixed two articles; kernel32.dll is older than a fix that the registry calls installed;
    rpcss.exe is cut short, so nothing can be said of it; one article is for a later Windows.
    """
    sp6 = FileVersion(4, 0, 1381, 335)
    rpcss = build_pe(version=sp6, name="rpcss.exe", link_time=_SP6_LINKED, size=107_000, dll=False)
    files = {
        "system32/kernel32.dll": build_pe(version=sp6, name="kernel32", link_time=_SP6_LINKED, size=374_032),
        "system32/dllcache/kernel32.dll": build_pe(
            version=FileVersion(4, 0, 1381, 4), name="kernel32", link_time=_SP3_LINKED, size=371_984
        ),
        "system32/ntoskrnl.exe": build_pe(
            version=FileVersion(4, 0, 1381, 336), name="ntoskrnl.exe", link_time=_SP6_LINKED, size=927_040, dll=False
        ),
        "system32/ole32.dll": build_pe(version=sp6, name="OLE32.DLL", link_time=_SP6_LINKED, size=700_688),
        "system32/rpcss.exe": rpcss[:60_000],
        "system32/drivers/etc/hosts": b"127.0.0.1 localhost\r\n",
        "explorer.exe": build_pe(version=sp6, name="EXPLORER.EXE", link_time=_SP6_LINKED, size=233_232, dll=False),
    }
    spec = SystemSpec(service_pack="Service Pack 6", hotfixes={"Q246691": 1})
    write_system(root, spec, files, modified=datetime(1999, 12, 6, 8, 0, tzinfo=UTC))
    return root
