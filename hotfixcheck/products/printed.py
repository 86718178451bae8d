"""Product lines as articles print them: `Microsoft Windows NT Server version 4.0`, `Exchange Server 5.5 SP3`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from hotfixcheck.platforms import Platform
from hotfixcheck.products.applicationlines import find_applications, read_applications, say_nothing
from hotfixcheck.products.applications import BY_NAME
from hotfixcheck.products.scope import PrintedApplication, ProductScope
from hotfixcheck.products.tokens import tokens_of
from hotfixcheck.products.windows import windows_scope

_LONGEST = 1000  # no name of a product, and nothing to keep in a cache
# Terminal Server Edition by the names that stand alone for it.
_TERMINAL_SERVER = re.compile(
    r"\s*(?:microsoft )?(?:windows (?:nt |base )?)?terminal server(?: edition)?(?:,? version 4\.0)?\s*", re.IGNORECASE
)
_BEFORE_31 = re.compile(
    r"\s*(?:microsoft )?windows,? (?:versions? )?(?:[12]\.[0-9]+|3\.0a?)(?:, (?:[12]\.[0-9]+|3\.0a?))*$", re.IGNORECASE
)
_HARDWARE = re.compile(r"\s*the hardware:\s*(?:dec |intel )?([\w-]+)", re.IGNORECASE)


def parse_product(text: str) -> ProductScope:
    """What `text` covers; never raises. A line that is not understood gives a scope without anything."""
    return ProductScope(text) if len(text) > _LONGEST else _parse(text)


@lru_cache(maxsize=4096)
def _parse(text: str) -> ProductScope:
    if machine := _HARDWARE.match(text):
        return _hardware(text, machine[1])
    if _TERMINAL_SERVER.fullmatch(text):
        return windows_scope(text, tokens_of("Windows NT Server 4.0, Terminal Server Edition"))
    if _BEFORE_31.match(text):
        return ProductScope(text, applications=(PrintedApplication(BY_NAME["Windows 3.0"], is_elsewhere=True),))
    tokens = tokens_of(text)
    named = tuple(find_applications(tokens))
    if not named:
        return windows_scope(text, tokens)
    # What stands before an application is Windows or says nothing.
    before = tokens[: named[0].at]
    scope = windows_scope(text, _without_joint(before))
    if not (scope.families or say_nothing(before)):
        return ProductScope(text)
    applications = read_applications(tokens, named)
    if before[-1:] == ["with"]:  # `Windows 2000 with Internet Explorer`
        hosts = scope.families
        return ProductScope(text, applications=tuple(replace(each, hosts=hosts) for each in applications))
    return replace(scope, applications=applications)


def _hardware(text: str, label: str) -> ProductScope:
    try:
        return ProductScope(text, platforms=frozenset({Platform.from_label(label)}))
    except ValueError:  # of a handheld computer
        return ProductScope(text, applications=(PrintedApplication(BY_NAME["Windows CE"], is_elsewhere=True),))


def _without_joint(tokens: list[str]) -> list[str]:
    while tokens and tokens[-1] in {"and", "or", "with", ",", ";"}:
        tokens = tokens[:-1]
    return tokens
