"""Printed product lines as words and marks, and the longest phrase of a vocabulary at a place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

_Said = TypeVar("_Said")

MARKS = {"(", ")", ",", ";", "&", "/"}
"""Tokens that are no words."""

JOINTS = {"and", "or", "&", "/", ";"}
"""What stands between two products, where a comma stands inside the name of one."""

PACK = re.compile(r"sp[0-9]{1,2}[a-z]?")
"""A service pack as `tokens_of` gives it."""
_TOKEN = re.compile(r"\.?\w+(?:[.'-]\w+)*[+!]*|[(),;/&]")
# `Service Pack 4.0`, `4.0SP4`, `Service Packs 1, 2 and 3`; in `Vista SP2, 7` the 7 is another Windows.
_SPELLED_PACKS = re.compile(
    r"(?:\b|(?<=[0-9]))(?:service pack|sp)(?P<many>s)? ?"
    r"(?P<numbers>[0-9]{1,2}(?:\.0)?[a-z]?\b(?(many)(?:(?:, | and |, and )[1-6][a-z]?\b(?!\.))*))"
)
_PACK_NUMBER = re.compile(r"([0-9]{1,2}(?![0-9]))(?:\.0)?([a-z]?)\b")
# Office's releases, `Service Release 1 (SR-1)`, `SR-1/1a`, take the place of service packs.
_RELEASES = re.compile(r"\b(?:service release|sr)[ -]?([1-3])[a-z]?\b(?:/(?:sr-)?[1-3]?[a-z]\b)?")
# What follows is another product, or the machines that the article is for.
_TAIL = re.compile(r"\b(?:when used with|used with|included with|on platform|as they apply to:).*")
# Remarks of those who kept the lists of products.
_REMARK = re.compile(r"\*editor[^*]*\*|\*do_not_use\*|\* use [0-9, ]+")


def tokens_of(text: str) -> list[str]:
    """The words and marks of a line in lower case; every service pack is one word, such as `sp6a`."""
    line = _TAIL.sub("", _REMARK.sub(" ", " ".join(text.lower().split())))
    line = _RELEASES.sub(r"sp\1", line)
    line = _SPELLED_PACKS.sub(lambda packs: _PACK_NUMBER.sub(r" sp\1\2", packs["numbers"]), line)
    return _TOKEN.findall(line)


def nesting(token: str) -> int:
    """By how much a token opens brackets."""
    return {"(": 1, ")": -1}.get(token, 0)


class Phrases(dict[str, _Said]):
    """What phrases of one or several words say, with the lengths of those that begin with a word."""

    def __init__(self, phrases: Mapping[str, _Said]) -> None:
        super().__init__(phrases)
        lengths: dict[str, set[int]] = {}
        for phrase in phrases:
            words = phrase.split()
            lengths.setdefault(words[0], set()).add(len(words))
        self._lengths = {word: sorted(found, reverse=True) for word, found in lengths.items()}

    def longest(self, tokens: Sequence[str], at: int) -> tuple[_Said, int] | None:
        """What the longest phrase at this place says, and how many tokens it has."""
        for length in self._lengths.get(tokens[at], ()):
            phrase = " ".join(tokens[at : at + length])
            if phrase in self:
                return self[phrase], length
        return None
