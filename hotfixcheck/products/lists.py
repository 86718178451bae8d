"""Lists of products as articles print them: `SNA Server 4.0, on platform(s):`, then `the operating system: …`.

Manifests do not keep how far the lines of a list are indented. After a line that opens a list, machines belong to it,
and of the other lines the first and those that follow it and name the same applications; the rest stand for
themselves. Systems that do are also what the list's applications run on: Exchange 5.5 and `the operating system:
Microsoft Windows 2000` (Q236910).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from hotfixcheck.products.printed import parse_product
from hotfixcheck.products.scope import ProductScope

_OPENS_LIST = re.compile(r"(?:used with|included with|on platform\(s\)|as they apply to)\s*:\s*$", re.IGNORECASE)
_MACHINE = re.compile(r"the (operating system|hardware):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """One product of a list. Of each of `needs` (systems, machines, other products) one must be there as well."""

    scope: ProductScope
    needs: tuple[tuple[ProductScope, ...], ...] = ()


def name_in(line: str) -> str:
    """The product alone of a line that may open a list."""
    return _OPENS_LIST.sub("", line).rstrip(" ,")


@lru_cache(maxsize=4096)
def parse_list(lines: tuple[str, ...]) -> tuple[ListedProduct, ...]:
    """The products of a list, in its order; any one of them is enough."""
    products = tuple(_product(entry) for entry in _entries(lines))
    systems = tuple(product.scope for product in products if _is_system(product.scope))
    return tuple(_on(product, systems) for product in products) if systems else products


def _is_system(scope: ProductScope) -> bool:
    machine = _MACHINE.match(scope.text)
    return machine is not None and scope.is_windows


def _on(product: ListedProduct, systems: tuple[ProductScope, ...]) -> ListedProduct:
    """An application needs one of the systems, unless it says by itself what it is used with."""
    is_application = product.scope.applications and not product.scope.is_windows
    return replace(product, needs=(systems,)) if is_application and not product.needs else product


def _entries(lines: tuple[str, ...]) -> Iterator[list[str]]:
    """Each product's line with the lines that belong to it."""
    entry: list[str] = []
    for line in lines:
        if entry and not _belongs(line, entry):
            yield entry
            entry = []
        entry.append(line)
    if entry:
        yield entry


def _belongs(line: str, entry: list[str]) -> bool:
    if not _OPENS_LIST.search(entry[0]):
        return False
    if _MACHINE.match(line):
        return True
    if _OPENS_LIST.search(line):
        return False
    return len(entry) == 1 or (not _MACHINE.match(entry[1]) and _applications(entry[1]) == _applications(line) != set())


def _applications(line: str) -> set[str]:
    return {printed.application.name for printed in parse_product(line).applications}


def _product(entry: list[str]) -> ListedProduct:
    kinds: dict[str, list[ProductScope]] = {}
    for line in entry[1:]:
        machine = _MACHINE.match(line)
        kinds.setdefault(machine[1].lower() if machine else "", []).append(parse_product(line))
    return ListedProduct(parse_product(entry[0]), tuple(map(tuple, kinds.values())))
