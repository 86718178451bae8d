"""File versions: what holds for all of them."""

from __future__ import annotations

from dataclasses import astuple

from hypothesis import example, given
from hypothesis import strategies as st

from hotfixcheck.fileversion import FileVersion
from tests.property.strategies import versions, words


@given(versions)
def test_parse_undoes_str(version: FileVersion) -> None:
    assert FileVersion.parse(str(version)) == version


@given(
    versions, st.sampled_from([".", ",", ", ", " . "]), st.integers(0, 3), st.sampled_from(["", " ", "(x)", " (x_gdr)"])
)
def test_every_spelling_is_one_version(version: FileVersion, separator: str, zeros: int, tail: str) -> None:
    spelling = separator.join("0" * zeros + str(part) for part in astuple(version))
    assert FileVersion.parse(spelling + tail) == version


@given(versions)
def test_words_hold_a_version(version: FileVersion) -> None:
    most, least = version.major << 16 | version.minor, version.build << 16 | version.revision
    assert FileVersion.from_words(most, least) == version


@given(versions, versions)
def test_order_is_that_of_the_parts(one: FileVersion, other: FileVersion) -> None:
    assert (one < other) == (astuple(one) < astuple(other))
    assert (one == other) == (astuple(one) == astuple(other))


@given(words)
def test_terminal_server_is_the_top_bit(revision: int) -> None:
    assert FileVersion(4, 0, 1381, revision).is_terminal_server_build == bool(revision & 0x8000)


digits_and_more = st.text(st.sampled_from("0123456789.,() vV-+!abc\u0664\uff14²\n\xa0"), max_size=30)


@given(st.text() | digits_and_more)
@example("9" * 5000)
@example("1.2.3.4" + "." * 5000)
def test_nothing_but_a_version_or_a_value_error(text: str) -> None:
    try:
        version = FileVersion.parse(text)
    except ValueError:
        return
    assert all(0 <= part <= 0xFFFF for part in astuple(version))
    assert FileVersion.parse(str(version)) == version
