"""Product lines that name products other than Windows: `Microsoft SNA Server, versions 3.0 SP4, 4.0`.

A known name opens a clause; the words after it are versions, service packs, editions, and the Windows it runs on. As
with Windows, one word outside brackets that no vocabulary has makes the whole line one that is not understood.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hotfixcheck.products.applications import APPLICATIONS, BY_NAME, TITLES, Application
from hotfixcheck.products.model import Family, ServicePack
from hotfixcheck.products.scope import PrintedApplication
from hotfixcheck.products.tokens import MARKS, PACK, Phrases, nesting, tokens_of
from hotfixcheck.products.windows import windows_scope
from hotfixcheck.products.words import BRANDS, WORDS

_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9x]+)*[a-c]?)(?:-[0-9]{4})?|xp")
# Windows after `for`, `on` or `with` is where the product runs; `for Windows, version 6.0` says nothing of Windows.
_HOST = re.compile(r"(?:win|windows|nt)\b")
_HOST_VERSIONS = {"95", "98", "me", "millennium", "nt", "2000", "xp", "2003", "vista", "server", "workgroups"}
_ELSEWHERE = {"macintosh", "hypercard", "appletalk", "xenix"}
_OTHER_SYSTEMS = {BY_NAME["MS-DOS"], BY_NAME["another system"]}
_SAY_NOTHING = """
    client clients learning control creation service services update programming plus viewer toolkit kit deployment
    installer 16-bit windows win nt dos commerce add-on pack build post bonus addon cross-development office used hotfix
    chinese-simplified gold beta ga all sdk odk iis sms mdac msmq standalone desktop engine internet distribution
    multitasking mta gateway connection extensions schedule+ encyclopedia deluxe reference suite atlas world interactive
    personal sp patch rollup security fax mhs smtp snads x.400 3com ibm profs officevision to october
"""
_EDITION_OF_OUTLOOK = Phrases({"exchange server edition": True})
_WORDS = Phrases(
    dict.fromkeys((*WORDS, *_SAY_NOTHING.split(), *_EDITION_OF_OUTLOOK, "handheld pc", "palm-size pc"), True)
)


@dataclass(frozen=True, slots=True)
class Named:
    """An application named at a place of a line, by `length` tokens."""

    application: Application
    at: int
    length: int


def _names() -> dict[str, list[tuple[tuple[str, ...], Application]]]:
    """Every printed name as tokens, by its first, the longest first."""
    names = defaultdict(list)
    for application in APPLICATIONS:
        for name in {application.name.lower(), *application.names}:
            tokens = tuple(tokens_of(name))
            names[tokens[0]].append((tokens, application))
    for known in names.values():
        known.sort(key=lambda entry: -len(entry[0]))
    return dict(names)


_NAMES = _names()


def find_applications(tokens: Sequence[str]) -> Iterator[Named]:
    """Where applications are named, outside brackets: `Systems Management Server (SMS)` is one."""
    at = depth = 0
    while at < len(tokens):
        depth += nesting(tokens[at])
        found = None if depth > 0 else _named(tokens, at)
        if found:
            yield found
        # `Windows Small Business Server 2003` is a Windows.
        _, length = BRANDS.longest(tokens, at) or (None, 1)
        at += found.length if found else length


def _named(tokens: Sequence[str], at: int) -> Named | None:
    if at and _EDITION_OF_OUTLOOK.longest(tokens, at):
        return None  # of Outlook
    for name, application in _NAMES.get(tokens[at], ()):
        if tuple(tokens[at : at + len(name)]) == name:
            return Named(application, at, len(name))
    return None


@dataclass(slots=True)
class _Clause:
    application: Application
    versions: dict[str, set[ServicePack]] = field(default_factory=dict)
    bare: set[str] = field(default_factory=set)
    every_pack: bool = False
    hosts: frozenset[Family] = frozenset()
    is_elsewhere: bool = False

    def read(self, tokens: Sequence[str], at: int) -> int:
        """Takes in what stands at `at`: how many tokens that is, 0 if it is not understood."""
        token = tokens[at]
        if host := self._host(tokens, at):
            return host
        if PACK.fullmatch(token):
            version = next(reversed(self.versions), "")
            self.versions.setdefault(version, set()).add(ServicePack.parse(token))
            return 1
        if version_found := _VERSION.fullmatch(token):
            self._add_version(version_found[1] or token, tokens, at)
            return 1
        if token in _ELSEWHERE:
            self.is_elsewhere = True
            return 1
        if found := _WORDS.longest(tokens, at):
            return found[1]
        return 1 if token in MARKS else 0

    def _add_version(self, printed: str, tokens: Sequence[str], at: int) -> None:
        version = f"{printed}.0" if printed.isdigit() and len(printed) == 1 else printed
        self.versions.setdefault(version, set())
        following = (token for token in tokens[at + 1 :] if PACK.fullmatch(token) or _VERSION.fullmatch(token))
        if not PACK.fullmatch(next(following, "")):
            self.bare.add(version)

    def _host(self, tokens: Sequence[str], at: int) -> int:
        """How many tokens name a Windows that the product is for, 0 if none does here."""
        following = set(tokens[at + 1 : at + 3] if tokens[at + 1 : at + 2] == ["for"] else tokens[at + 1 : at + 2])
        if not _HOST.match(tokens[at]) or (tokens[at] != "nt" and not _HOST_VERSIONS & following):
            return 0
        end = next((end for end in range(at, len(tokens)) if tokens[end] in {",", ";", "(", ")"}), len(tokens))
        for stop in range(end, at, -1):
            scope = windows_scope("", tokens[at:stop])
            if scope.families:
                self.hosts |= scope.families
                return stop - at
        return 0

    def printed(self) -> PrintedApplication:
        versions = tuple(
            (
                version,
                frozenset()
                if self.every_pack
                else frozenset(packs | ({ServicePack(0)} if packs and version in self.bare else set())),
            )
            for version, packs in self.versions.items()
        )
        elsewhere = self.is_elsewhere or self.application.is_elsewhere
        return PrintedApplication(self.application, versions, self.hosts, elsewhere)


def read_applications(tokens: Sequence[str], found_at: Sequence[Named]) -> tuple[PrintedApplication, ...]:
    """The applications of a line from the first one named on; none if something outside brackets is not understood."""
    clauses: list[_Clause] = []
    named = {found.at: found for found in found_at}
    at, depth = found_at[0].at, 0
    while at < len(tokens):
        if found := named.get(at):
            if clauses and found.application in _OTHER_SYSTEMS:  # `for MS-DOS and OS/2`
                clauses[-1].is_elsewhere = True
            else:
                clauses.append(_Clause(found.application))
            at += found.length
            continue
        if clauses[0].application in TITLES:
            break  # the rest of a title is no clause
        depth += nesting(tokens[at])
        taken = 1 if depth > 0 and _is_remark(tokens, at) else clauses[-1].read(tokens, at)
        if not (taken or depth > 0):
            return ()
        at += taken or 1
    return tuple(clause.printed() for clause in clauses)


def say_nothing(tokens: Sequence[str]) -> bool:
    """True if every word is one that may stand before a name and says nothing of it."""
    at = 0
    while at < len(tokens):
        found = _WORDS.longest(tokens, at)
        if not found and tokens[at] not in MARKS:
            return False
        at += found[1] if found else 1
    return True


def _is_remark(tokens: Sequence[str], at: int) -> bool:
    """In brackets a service pack or a number repeats what stands before them: `Service Pack 4 (SP4)`."""
    return bool(PACK.fullmatch(tokens[at]) or _VERSION.fullmatch(tokens[at]))
