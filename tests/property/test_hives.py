"""Whatever the bytes of a hive are, there are values or one error, and an end."""

from __future__ import annotations

import contextlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.demo.hiveimage import build_hive
from hotfixcheck.demo.system import SystemSpec, hives
from hotfixcheck.errors import UnreadableFileError
from hotfixcheck.system.hives import Hive
from hotfixcheck.system.installed import installed_fixes
from tests.build.hives import with_header
from tests.build.sources import BytesSource

SOFTWARE = hives(SystemSpec(hotfixes={f"Q{number}": 1 for number in range(100_000, 100_040)}))["software"]
NEW_SOFTWARE = hives(SystemSpec("6.1", "7601", hotfixes={"KB835732": 1}))["software"]
KEYS = ("", "Microsoft", r"Microsoft\Windows NT\CurrentVersion", r"Microsoft\Windows NT\CurrentVersion\Hotfix")


def read_all(data: bytes) -> None:
    with contextlib.suppress(UnreadableFileError):
        hive = Hive(BytesSource(data), "software")
        list(installed_fixes(hive))
        for key in KEYS:
            hive.values(key)
            hive.subkeys(key)


@pytest.mark.parametrize("original", [SOFTWARE, NEW_SOFTWARE], ids=["NT 4.0", "7"])
def test_300_damaged_hives(original: bytes) -> None:
    chance = random.Random(4)
    start = time.process_time()
    for _ in range(300):
        data = bytearray(original)
        for _ in range(chance.choice((1, 2, 8, 64))):
            data[chance.randrange(4096, len(data))] = chance.choice((0, 1, 0x7F, 0xFF, chance.randrange(256)))
        read_all(bytes(data))
    assert time.process_time() - start < 30


@given(st.integers(0, 126).map(lambda word: 4 * word), st.integers(0, 0xFFFFFFFF) | st.sampled_from([0, 32, 0x1000]))
def test_a_damaged_header_with_a_right_checksum(offset: int, word: int) -> None:
    read_all(with_header(SOFTWARE, offset, word))


@given(st.binary(max_size=1000))
def test_any_bytes(data: bytes) -> None:
    read_all(data)
    read_all(b"regf" + data)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\"), min_size=1, max_size=12)
VALUES = (
    TEXTS
    | st.integers(0, 0xFFFFFFFF)
    | st.binary(min_size=4, max_size=60)  # libregf misplaces one to three bytes
    | st.lists(TEXTS.filter(bool), max_size=4).map(tuple)
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=5, unique_by=lambda item: item[0].lower()))
def test_what_is_built_is_what_is_read(values: list[tuple[str, str | int | bytes | tuple[str, ...]]]) -> None:
    try:
        data = build_hive({r"A\B": dict(values)})
    except ValueError:  # two names that are one in upper case
        return
    hive = Hive(BytesSource(data), "software")
    assert hive.values(r"a\b") == {name.lower(): value for name, value in values}
