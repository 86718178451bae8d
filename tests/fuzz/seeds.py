"""Files to start mutating from: one of each layout that the readers tell apart, built in code."""

from __future__ import annotations

from collections.abc import Mapping

from hotfixcheck.demo.peimage import build_pe, build_version_resource
from hotfixcheck.platforms import Platform
from tests.build.le import build_le
from tests.build.ne import build_ne
from tests.build.resources import SUBDIRECTORY, pe_with_resources, version_tree

BLOCK = build_version_resource("1.2.3.4", strings={"FileVersion": "1.2", "OriginalFilename": "A.DLL"})

SEEDS: Mapping[str, bytes] = {
    "x86": build_pe(version="4.0.1381.4", name="A.DLL", reproducible=True),
    "amd64": build_pe(platform=Platform.AMD64, version="6.0.6002.18005", name="A.SYS", size=9000),
    "alpha": build_pe(platform=Platform.ALPHA, version="4.0.1381.4", dll=False),
    "no version": build_pe(),
    "two languages": build_pe(languages={0x0407: BLOCK, 0x0411: BLOCK}),
    "other resources": pe_with_resources(
        version_tree([(1, [(0x0409, BLOCK)])], before=[(3, SUBDIRECTORY | 24), (5, SUBDIRECTORY | 24)])
    ),
    "two names": pe_with_resources(version_tree([(1, [(0, BLOCK)]), (SUBDIRECTORY | 0x80, [(0, BLOCK)])])),
    "NE": build_ne(version="3.10.0.103", name="KRNL386.EXE"),
    "LE": build_le(version="4.0.0.950", name="VMM.VXD"),
    "text": b"127.0.0.1 localhost\r\n",
}
