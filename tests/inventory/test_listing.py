"""What a scan keeps of the names of a drive."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from hotfixcheck.inventory.listing import Listing
from hotfixcheck.inventory.model import FileRecord

ANY = st.text(st.characters(codec=None), min_size=1)


@given(st.lists(st.tuples(ANY, st.one_of(st.just(""), ANY)), max_size=30), st.integers(1, 5))
def test_what_goes_in_comes_out(files: list[tuple[str, str]], times: int) -> None:
    listing = Listing()
    for path, problem in files * 40 * times:
        listing.add(path, problem)
    expected = [FileRecord(path, None, problem) if problem else path for path, problem in files]
    assert len(listing) == len(expected) * 40 * times
    assert list(listing) == expected * 40 * times
    assert list(listing) == expected * 40 * times


def test_names_that_are_no_text() -> None:
    """A high and a low half that stand in one name by chance are no pair."""
    names = [f"\ud83d\ude00{number}\udc80\0\n\"'" for number in range(3000)]
    listing = Listing()
    for name in names:
        listing.add(name)
    assert list(listing) == names


def test_a_path_takes_a_few_bytes() -> None:
    tracemalloc.start()
    try:
        listing = Listing()
        for number in range(100_000):
            listing.add(f"Program Files/a product {number // 20}/a-file-of-a-drive-{number:06}.txt")
        assert tracemalloc.get_traced_memory()[0] < 20 * len(listing)
    finally:
        tracemalloc.stop()
