"""Hives that were not closed: what their logs have is replayed in memory, checked, and never written."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotfixcheck.demo.hiveimage import build_hive
from hotfixcheck.demo.system import SystemSpec, write_system
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.hivelog import BINS_AT, Patched, Replayed, marvin32, needs_replay, replay
from hotfixcheck.system.hives import Hive
from hotfixcheck.system.model import System
from tests.build.hivelogs import dirt_log, entry, header, hvle_log, raw_entry, unclosed
from tests.build.identified import evidence, identified
from tests.build.sources import BytesSource

KEY = r"Microsoft\Windows NT\CurrentVersion"


def hive(build: str, more: int = 0) -> bytes:
    """A hive that says a build; `more` keys make it larger."""
    keys = {KEY: {"CurrentVersion": "6.3", "CurrentBuildNumber": build}}
    return build_hive(keys | {rf"Software\{number:04}": {"x": "y" * 200} for number in range(more)}, minor=5)


FIRST, SECOND, THIRD, LARGE = hive("9600"), hive("9601"), hive("9602"), hive("9603", more=60)
TORN = bytes(60) + FIRST[60:]  # writing the base block was cut short
TORN = b"regf" + TORN[4:]


def build_of(outcome: Replayed | str) -> object:
    assert isinstance(outcome, Replayed), outcome
    assert not needs_replay(outcome.source)
    return Hive(outcome.source, "software").values(KEY)["currentbuildnumber"]


Logs = dict[str, bytes]
SPEC = SystemSpec(version="6.3", build="9600", product_type="WinNT", service_pack="")


def replayed(primary: bytes, logs: Logs) -> Replayed | str:
    return replay(BytesSource(primary), [(name, BytesSource(data)) for name, data in logs.items()])


DIRT = {"software.LOG": dirt_log(FIRST, SECOND)}
LOG1 = {"SOFTWARE.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND)])}
OTHER_TIME = dirt_log(FIRST, THIRD, written=1)

NO_HASH = entry(3, SECOND, THIRD)[:32] + bytes(8) + entry(3, SECOND, THIRD)[40:]

REPLAYED: dict[str, tuple[bytes, Logs, str, str]] = {
    "until Windows 8": (unclosed(FIRST), DIRT, "9601", "1 pages of software.LOG"),
    "a log of the other kind of its time": (unclosed(FIRST), {"x.LOG": dirt_log(FIRST, SECOND, kind=2)}, "9601", ""),
    "until Windows 8, a larger hive": (unclosed(FIRST), {"x.LOG": dirt_log(FIRST, LARGE)}, "9603", ""),
    "until Windows 8, the base block cut short": (TORN, DIRT, "9601", ""),
    "half written already": (unclosed(SECOND[:5000] + FIRST[5000:]), DIRT, "9601", ""),
    "of two logs the one of its time": (
        unclosed(FIRST), {"x.LOG1": OTHER_TIME, "x.LOG2": DIRT["software.LOG"]}, "9601", "",
    ),
    "an empty log beside it": (unclosed(FIRST), {"x.LOG": b"", **DIRT}, "9601", ""),
    "since Windows 8.1": (unclosed(FIRST), LOG1, "9601", "1 entries of SOFTWARE.LOG1"),
    "since Windows 8.1, the base block cut short": (TORN, LOG1, "9601", ""),
    "two entries": (
        unclosed(FIRST), {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND), entry(3, SECOND, THIRD)])}, "9602",
        "2 entries of x.LOG1",
    ),
    "entries in two logs": (
        unclosed(FIRST),
        {"x.LOG1": hvle_log(FIRST, [entry(3, SECOND, THIRD)]), "x.LOG2": hvle_log(FIRST, [entry(2, FIRST, SECOND)])},
        "9602", "2 entries of x.LOG1 and x.LOG2",
    ),
    "what the hive has already": (
        unclosed(FIRST), {"x.LOG1": hvle_log(FIRST, [entry(1, FIRST, THIRD), entry(2, FIRST, SECOND)])}, "9601",
        "1 entries of x.LOG1",
    ),
    "a larger hive": (unclosed(FIRST), {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, LARGE)])}, "9603", ""),
    "what follows is not whole": (
        unclosed(FIRST), {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND), entry(3, SECOND, THIRD)[:-1]])},
        "9601", "",
    ),
    "what follows fails its hash": (
        unclosed(FIRST),
        {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND), entry(3, SECOND, THIRD)[:-1] + b"x"])}, "9601", "",
    ),
    "what follows fails the hash of its head": (
        unclosed(FIRST),
        {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND), NO_HASH])}, "9601", "",
    ),
    "what was there before": (
        unclosed(FIRST), {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND), b"rest of an older log".ljust(512)])},
        "9601", "",
    ),
    "what the hive has already fails its hash": (
        unclosed(FIRST),
        {"x.LOG1": hvle_log(FIRST, [entry(1, FIRST, THIRD)[:-1] + b"x", entry(2, FIRST, SECOND)])}, "9601", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("primary", "logs", "build", "applied"), REPLAYED.values(), ids=REPLAYED)
def test_what_a_log_has_is_replayed(primary: bytes, logs: Logs, build: str, applied: str) -> None:
    assert needs_replay(BytesSource(primary))
    outcome = replayed(primary, logs)
    assert build_of(outcome) == build
    assert isinstance(outcome, Replayed)
    assert outcome.applied.startswith(applied)
    assert outcome.rest == ""


def test_entries_after_a_gap_are_not_replayed() -> None:
    log = hvle_log(FIRST, [entry(2, FIRST, SECOND), entry(4, SECOND, THIRD)])
    outcome = replayed(unclosed(FIRST), {"x.LOG1": log})
    assert build_of(outcome) == "9601"
    assert isinstance(outcome, Replayed)
    assert outcome.rest == "1 entries after a gap are not"


REFUSED: dict[str, tuple[Logs, str]] = {
    "no log": ({}, "there is no log beside it"),
    "an empty log": ({"x.LOG": b""}, "there is no log beside it"),
    "no base block": ({"x.LOG": b"x" * 600}, "x.LOG is damaged"),
    "a base block cut short": ({"x.LOG": DIRT["software.LOG"][:500]}, "x.LOG is damaged"),
    "a base block that fails its checksum": (
        {"x.LOG": b"regf" + bytes(508) + DIRT["software.LOG"][512:]}, "x.LOG is damaged",
    ),
    "a hive in the place of a log": ({"x.LOG": SECOND}, "x.LOG is no log"),
    "not finished itself": ({"x.LOG": dirt_log(FIRST, SECOND, secondary=1)}, "x.LOG was not finished itself"),
    "of another time": ({"x.LOG": OTHER_TIME}, "x.LOG is of another time"),
    "no bitmap": ({"x.LOG": DIRT["software.LOG"][:512] + bytes(1024)}, "x.LOG is damaged"),
    "a bitmap cut short": ({"x.LOG": dirt_log(FIRST, SECOND, bins=4096 * 4096)}, "x.LOG is cut short"),
    "a size of no bins": ({"x.LOG": dirt_log(FIRST, SECOND, bins=5)}, "x.LOG is damaged"),
    "a size that is too large": ({"x.LOG": dirt_log(FIRST, SECOND, bins=(1 << 32) - 4096)}, "x.LOG is damaged"),
    "pages cut short": ({"x.LOG": DIRT["software.LOG"][:-1]}, "x.LOG is cut short"),
    "no entry": ({"x.LOG1": hvle_log(FIRST, [])}, "x.LOG1 has no whole entry that follows the hive"),
    "two logs without entries": (
        {"x.LOG1": hvle_log(FIRST, []), "x.LOG2": hvle_log(FIRST, [])},
        "x.LOG1 and x.LOG2 have no whole entry that follows the hive",
    ),
    "entries that the hive has": ({"x.LOG1": hvle_log(FIRST, [entry(1, FIRST, SECOND)])}, "x.LOG1 has no whole entry"),
    "an entry of no size": ({"x.LOG1": hvle_log(FIRST, [b"HvLE".ljust(512, b"\0")])}, "x.LOG1 has no whole entry"),
    "an entry of bins that are none": (
        {"x.LOG1": hvle_log(FIRST, [entry(2, FIRST, SECOND, bins=5)])}, "x.LOG1 has no whole",
    ),
    "a page outside the bins": (
        {"x.LOG1": hvle_log(FIRST, [raw_entry(2, struct.pack("<2I", 1 << 20, 512) + bytes(512), 1, 4096)])},
        "x.LOG1 has no whole",
    ),
    "a page that is cut short": (
        {"x.LOG1": hvle_log(FIRST, [raw_entry(2, struct.pack("<2I", 0, 1 << 16), 1, 1 << 20)])}, "x.LOG1 has no whole",
    ),
    "more pages than there is room for": (
        {"x.LOG1": hvle_log(FIRST, [raw_entry(2, b"", 1 << 20, 4096)])}, "x.LOG1 has no whole",
    ),
    "each of several": ({"x.LOG": OTHER_TIME, "x.LOG1": b"x" * 512}, "x.LOG is of another time; x.LOG1 is damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("logs", "said"), REFUSED.values(), ids=REFUSED)
def test_a_log_that_does_not_fit_is_not_replayed(logs: Logs, said: str) -> None:
    outcome = replayed(unclosed(FIRST), logs)
    assert isinstance(outcome, str)
    assert outcome.startswith(said)


def test_a_log_that_is_too_long_is_not_read() -> None:
    log = BytesSource(LOG1["SOFTWARE.LOG1"], size=(32 << 20) + 512)
    assert replay(BytesSource(unclosed(FIRST)), [("x.LOG1", log)]) == "x.LOG1 is damaged"


@pytest.mark.parametrize(
    ("primary", "expected"), [(FIRST, False), (unclosed(FIRST), True), (TORN, True), (b"x" * 600, False)]
)
def test_needs_replay(primary: bytes, expected: bool) -> None:
    assert needs_replay(BytesSource(primary)) is expected


# Published vectors of Marvin32 for this seed: the two halves of the hash, XORed.
@pytest.mark.parametrize(
    ("data", "folded"),
    [(b"", 0xB00892AC), (b"h", 0xF41A608E), (b"he", 0x11107C6B), (b"hel", 0x24056A46), (b"hell", 0x7F91E021)],
)
def test_marvin32(data: bytes, folded: int) -> None:
    whole = marvin32(data)
    assert whole >> 32 ^ whole & 0xFFFFFFFF == folded


@given(
    st.binary(min_size=1, max_size=3000),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=1500)), max_size=5),
    st.integers(0, 5000),
    st.integers(0, 3000),
)
def test_changes_in_memory_are_as_if_written(
    base: bytes, writes: list[tuple[int, bytes]], offset: int, length: int
) -> None:
    patched = Patched(BytesSource(base))
    written = bytearray(base)
    for at, data in writes:
        patched.write(at, data)
        written.extend(bytes(max(0, at + len(data) - len(written))))
        written[at : at + len(data)] = data
    assert patched.size == len(written)
    assert patched.read(offset, length) == bytes(written[offset : offset + length])
    assert patched.modified is None
    assert patched.base.read(0, len(base)) == base


@settings(max_examples=60)
@given(st.integers(0, len(LOG1["SOFTWARE.LOG1"]) - 1), st.integers(1, 255))
def test_no_changed_byte_of_a_log_is_taken_for_a_change_of_the_hive(at: int, flip: int) -> None:
    """The hashes of an entry and the checksum of the base block cover every byte that is used."""
    log = bytearray(LOG1["SOFTWARE.LOG1"])
    log[at] ^= flip
    outcome = replayed(unclosed(FIRST), {"x.LOG1": bytes(log)})
    assert isinstance(outcome, str) or build_of(outcome) == "9601"


# --- in a target ---


def write(tmp_path: Path, primary: bytes, logs: Logs) -> tuple[System, tuple[Problem, ...], Path]:
    windows = write_system(tmp_path, SPEC, {})
    config = windows / "system32" / "config"
    for name, data in {"software": primary, **logs}.items():
        (config / name).write_bytes(data)
    system, problems = identified(tmp_path)
    return system, problems, config


def test_a_target_is_read_with_its_logs_and_left_as_it_is(tmp_path: Path) -> None:
    primary = unclosed(FIRST)
    system, problems, config = write(tmp_path, primary, LOG1)
    assert (system.build, problems) == (9601, ())
    assert evidence(system, "hive") == [
        ("its last changes replayed: 1 entries of SOFTWARE.LOG1", "WINNT/system32/config/software")
    ]
    assert (config / "software").read_bytes() == primary
    assert system.applications_known


def test_a_gap_in_the_logs_is_a_problem(tmp_path: Path) -> None:
    log = hvle_log(FIRST, [entry(2, FIRST, SECOND), entry(4, SECOND, THIRD)])
    _, problems, _ = write(tmp_path, unclosed(FIRST), {"software.LOG1": log})
    assert [problem.problem for problem in problems] == [
        "not all of its last changes are replayed: 1 entries after a gap are not"
    ]


def test_without_a_log_the_hive_is_read_and_that_is_a_problem(tmp_path: Path) -> None:
    system, problems, _ = write(tmp_path, unclosed(FIRST), {"software.LOG": OTHER_TIME})
    assert system.build == 9600
    assert not system.applications_known
    assert [problem.problem for problem in problems] == [
        "the hive was not closed, and its last changes may be missing: software.LOG is of another time"
    ]


def test_a_log_that_makes_no_hive_is_left_out(tmp_path: Path) -> None:
    broken = FIRST[:BINS_AT] + b"\xff" * (len(FIRST) - BINS_AT)
    system, problems, _ = write(tmp_path, unclosed(FIRST), {"software.LOG": dirt_log(FIRST, broken)})
    assert system.build == 9600
    assert "software.LOG replayed" in problems[0].problem


def test_a_damaged_header_without_a_log_is_of_no_use(tmp_path: Path) -> None:
    _, problems, _ = write(tmp_path, TORN, {})
    assert [problem.problem for problem in problems] == [
        "registry hive not used: the hive is damaged: its header fails its checksum"
    ]


def test_a_log_that_cannot_be_opened_is_none(tmp_path: Path) -> None:
    windows = write_system(tmp_path, SPEC, {})
    config = windows / "system32" / "config"
    (config / "software").write_bytes(unclosed(FIRST))
    (config / "software.LOG").symlink_to("nowhere")
    _, problems = identified(tmp_path)
    assert "there is no log beside it" in problems[0].problem


def test_a_header_of_other_fields_is_still_right() -> None:
    assert needs_replay(BytesSource(header(FIRST, primary=9, secondary=8) + FIRST[512:]))
