"""Lists of products: what stands for itself, and what belongs to the line above it."""

from __future__ import annotations

import pytest

from hotfixcheck.products.lists import parse_list

SNA = "Microsoft SNA Server, version 4.0, on platform(s):"
NT, ALPHA = "the operating system: Microsoft Windows NT", "the hardware: DEC Alpha"
MFC = "The Microsoft Foundation Classes (MFC), used with:"
W2K = "the operating system: Microsoft Windows 2000"
VC5, VC6 = "Microsoft Visual C++, version 5.0", "Microsoft Visual C++, version 6.0"
EXCHANGE = "Microsoft Exchange Server, version 5.5"

# Each product with the lines of each kind that belong to it.
LISTS: dict[str, tuple[tuple[str, ...], list[tuple[str, list[list[str]]]]]] = {
    "nothing": ((), []),
    "products": ((VC5, EXCHANGE), [(VC5, []), (EXCHANGE, [])]),
    "a system and a machine": ((SNA, NT, ALPHA), [(SNA, [[NT], [ALPHA]])]),
    "several systems": ((SNA, NT, "the operating system: Microsoft Windows 95"), [
        (SNA, [[NT, "the operating system: Microsoft Windows 95"]]),
    ]),
    "a system by itself": ((NT, SNA, NT), [(NT, []), (SNA, [[NT]])]),
    "products of one kind": ((MFC, VC5, VC6), [(MFC, [[VC5, VC6]])]),
    "a product of another kind": ((MFC, VC5, EXCHANGE), [(MFC, [[VC5]]), (EXCHANGE, [])]),
    "a product after a machine": ((SNA, NT, EXCHANGE), [(SNA, [[NT]]), (EXCHANGE, [])]),
    "Windows after Windows": (
        (MFC, "Windows NT 4.0", "Windows 2000"), [(MFC, [["Windows NT 4.0"]]), ("Windows 2000", [])],
    ),
    "lists after lists": ((SNA, NT, MFC, VC5), [(SNA, [[NT]]), (MFC, [[VC5]])]),
    "an application and a system by itself": ((EXCHANGE, W2K), [(EXCHANGE, [[W2K]]), (W2K, [])]),
    "two systems by themselves, before and after": (
        (W2K, EXCHANGE, VC5, NT), [(W2K, []), (EXCHANGE, [[W2K, NT]]), (VC5, [[W2K, NT]]), (NT, [])],
    ),
    "a Windows and a system by itself": (("Windows NT 4.0", NT), [("Windows NT 4.0", []), (NT, [])]),
    "a list and a system by itself": ((MFC, VC5, W2K), [(MFC, [[VC5], [W2K]])]),
    "an application and hardware by itself": ((EXCHANGE, ALPHA), [(EXCHANGE, []), (ALPHA, [])]),
    "an empty list": ((SNA, MFC), [(SNA, []), (MFC, [])]),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), LISTS.values(), ids=LISTS)
def test_list(lines: tuple[str, ...], expected: list[tuple[str, list[list[str]]]]) -> None:
    read = [
        (product.scope.text, [[scope.text for scope in scopes] for scopes in product.needs])
        for product in parse_list(lines)
    ]
    assert read == expected
