"""What `systeminfo` and `wmic` print of a system whose files are out of reach, in any language of Windows.

Labels are translated and left alone. What is not translated tells: the version with its build said twice
("5.2.3790 Service Pack 2 Build 3790"), the word Windows and what follows it in Latin letters, x64 or X86 before the
word for "based", and the numbers of fixes, each behind its number in the list or in a column of its own.

Every fix that is listed counts as one that the registry says is installed (design rule 11); one that is not listed is
not missing for that: a service pack or a later fix may have it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from hotfixcheck.errors import TargetError
from hotfixcheck.manifest.model import article_number
from hotfixcheck.platforms import Platform
from hotfixcheck.products import Family, ProductScope, ServicePack, family_candidates, parse_product
from hotfixcheck.system.clues import Problem
from hotfixcheck.system.editions import plain_edition
from hotfixcheck.system.model import LISTED, InstalledFix, System, SystemEvidence

# Version, service pack in any language or a word for none, the build once more.
_VERSION = re.compile(r"\b(\d{1,2})\.(\d{1,3})\.(\d{3,5})\b(?:\.\d{1,5})?([^\n\"]{0,80}?)\b(?<![.\d])\3\b(?!\.\d)")
# The values of `wmic os get ... /format:list`, by their names, which are not translated.
_PROPERTY = re.compile(r"^(Version|CSDVersion|Caption|OSArchitecture|ServicePackMajorVersion)=(.*)$", re.MULTILINE)
_WINDOWS = re.compile(r"(?<![\\/\w])Windows\b[^\n\"]{0,120}")
_NOT_LATIN = re.compile(r"[^\x00-\x7F]")
_MARKS = re.compile(r"\((?:R|TM|C)\)|[\N{REGISTERED SIGN}\N{TRADE MARK SIGN}]", re.IGNORECASE)
_PROCESSOR = re.compile(r"\b(?:Family|Model|Stepping)\b \d")
_SYSTEM_TYPE = re.compile(r"\b(x86|x64|amd64|ia64|itanium|arm64|em64t)\b", re.IGNORECASE)
# Not in a link: the Caption of `wmic qfe` is one.
_FIX = re.compile(r"(?<![\w/])(?:KB|Q)(\d{5,8})(?!\d)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s,\"]*", re.IGNORECASE)
_ENTRY = re.compile(r"\[(\d{1,4})\]:[ \t]*(\S[^\n,\"]*)")
_ANNOUNCED = re.compile(r"\b(\d{1,4})\b[^\n\"\d\[\]]*\n?[^\S\n]*(?=\[0?1\]:)")
_ADVICE = "give what `systeminfo` or `wmic qfe list full` printed on the system"
_LABELS = ("x64", "amd64", "em64t")


@dataclass(frozen=True, slots=True)
class Listing:
    """The system by its own list in `file`, and what in that contradicts itself or is missing."""

    file: str
    system: System
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Reading:
    file: str
    evidence: list[SystemEvidence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, fact: str, value: object) -> None:
        self.evidence.append(SystemEvidence(fact, str(value), self.file))


def read_listing(data: bytes, file: str) -> Listing:
    """The system that the text of `systeminfo`, `wmic os` or `wmic qfe` (list, table, csv; several in one file) tells.

    Raises TargetError for anything else.
    """
    text = decoded(data)
    if "\0" in text:
        raise TargetError("it is no text", file=file, advice=_ADVICE)
    reading = _Reading(file)
    system = _with_product(_with_version(System(), text, reading), text, reading)
    fixes = tuple(_fixes(text, reading))
    if not (system.families or fixes):
        raise TargetError("there is no Windows version and no fix in it", file=file, advice=_ADVICE)
    return Listing(file, replace(system, fixes=fixes, evidence=tuple(reading.evidence)), tuple(reading.problems))


def decoded(data: bytes) -> str:
    """The text, lines ended by newlines: UTF-16 as `wmic` writes it, UTF-8, or a code page whose ASCII counts."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = data.decode("utf-16", "replace")
    elif data[1:2] == b"\0" or data[:1] == b"\0":
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    # `wmic` ends its lines with two carriage returns.
    return re.sub(r"\r+\n|\r", "\n", text)


def _with_version(system: System, text: str, reading: _Reading) -> System:
    """Version, build, service pack, platform and the families that fit."""
    system = replace(system, platform=_platform(text))
    if system.platform:
        reading.note("platform", system.platform)
    properties = dict(_PROPERTY.findall(text))
    if found := _VERSION.search(text):
        major, minor, build, said = int(found[1]), int(found[2]), int(found[3]), found[4]
    elif parts := re.fullmatch(r"(\d{1,2})\.(\d{1,3})\.(\d{3,5})\s*", properties.get("Version", "")):
        major, minor, build = map(int, parts.groups())
        said = properties.get("ServicePackMajorVersion") or properties.get("CSDVersion", "")
    else:
        return system
    pack = _service_pack(said)
    reading.note("version", f"{major}.{minor}, build {build}")
    reading.note("service pack", pack)
    families = family_candidates((major, minor), build, None, system.platform)
    return replace(system, families=families, build=build, service_pack=pack)


def _service_pack(said: str) -> ServicePack:
    """The number between version and build, whatever words stand around it."""
    found = re.search(r"(?<!\d)(\d{1,2})(a?)\b", said)
    return ServicePack(int(found[1]), found[2]) if found and int(found[1]) else ServicePack(0)


def _platform(text: str) -> Platform | None:
    """By the system's type, not the processor's: 32-bit Windows runs on 64-bit processors."""
    for line in text.split("\n"):
        if not _PROCESSOR.search(line) and (found := _SYSTEM_TYPE.search(_LINK.sub("", line))):
            label = found[1].lower()
            return Platform.AMD64 if label in _LABELS else Platform.from_label(label)
    bits = re.search(r"^OSArchitecture=(\d\d)", text, re.MULTILINE)
    return {"32": Platform.X86, "64": Platform.AMD64}.get(bits[1]) if bits else None


def _with_product(system: System, text: str, reading: _Reading) -> System:
    """Family and edition by the product's name, as far as it is in Latin letters."""
    for found in _WINDOWS.finditer(text):
        scope = _product(found[0])
        if scope is None:
            continue
        reading.note("product", _MARKS.sub("", found[0]).strip())
        families = _in_order(scope, system.families)
        if system.families and not families:
            said = f"its product is {scope.text}, its version {_version_of(system)}, which is believed"
            reading.problems.append(Problem(reading.file, said))
            return system
        packs = scope.service_packs_of(families[0])
        if system.service_pack is None and len(packs) == 1:
            system = replace(system, service_pack=next(iter(packs)))
            reading.note("service pack", system.service_pack)
        role = families[0].role if len(families) == 1 else None
        return replace(system, families=families, edition=plain_edition(scope.editions), role=role)
    return system


def _product(printed: str) -> ProductScope | None:
    """What the longest beginning of a name says: `Windows 7 Professionnel` is a Windows 7."""
    latin = _NOT_LATIN.split(_MARKS.sub(" ", printed))[0]
    words = re.split(r"[|\s]+", latin.strip())[:12]
    for length in range(len(words), 0, -1):
        scope = parse_product(" ".join(words[:length]).rstrip(",;"))
        if scope.families and not scope.applications:
            return scope
    return None


def _in_order(scope: ProductScope, candidates: tuple[Family, ...]) -> tuple[Family, ...]:
    if candidates:
        return tuple(family for family in candidates if family in scope.families)
    return tuple(sorted(scope.families, key=lambda family: family.version))


def _version_of(system: System) -> str:
    return " or ".join(family.name for family in system.families)


def _fixes(text: str, reading: _Reading) -> Iterator[InstalledFix]:
    """Every fix that is named outside links, once, by number; a list that is cut short is a problem."""
    numbers = {int(number): number for number in _FIX.findall(_LINK.sub(" ", text))}
    for number, printed in sorted(numbers.items()):
        article = f"{'KB' if number >= 800_000 else 'Q'}{printed}"
        yield InstalledFix(article, article_number(article), True, f"{LISTED}{reading.file}")
    for announced in _ANNOUNCED.finditer(text):
        there = _entries(text, announced.end())
        # Processors and network cards are listed alike.
        if len(there) < int(announced[1]) and any(map(_FIX.search, there)):
            said = f"the list of fixes is cut short: it has {len(there)} of {announced[1]}"
            reading.problems.append(Problem(reading.file, said))


def _entries(text: str, at: int) -> list[str]:
    """The entries that are numbered from 1 on without a gap."""
    entries: list[str] = []
    for entry in _ENTRY.finditer(text, at):
        if int(entry[1]) != len(entries) + 1:
            break
        entries.append(entry[2])
    return entries


def with_listing(system: System, listing: Listing) -> tuple[System, tuple[Problem, ...]]:
    """The system with what its list adds, and where the two contradict each other.

    The list adds its fixes, and every fact that is not known without it. The system's own files and hives are believed
    where it says otherwise; a list of another Windows adds nothing.
    """
    told = listing.system
    if _is_other(system, told):
        said = f"it is of {told.product}, and the target is {system.product}: it is not used"
        return system, (Problem(listing.file, said),)
    facts = (
        ("service pack", told.service_pack, system.service_pack),
        ("platform", told.platform, system.platform),
    )
    problems = tuple(
        Problem(listing.file, f"says {fact} {theirs}, the target {ours}, which is believed")
        for fact, theirs, ours in facts
        if theirs is not None and ours is not None and theirs != ours
    )
    families = system.families or told.families
    same = told if families == told.families else System()
    both = replace(
        system,
        families=families,
        role=system.role or same.role,
        edition=system.edition or same.edition,
        service_pack=told.service_pack if system.service_pack is None else system.service_pack,
        build=told.build if system.build is None else system.build,
        platform=system.platform or told.platform,
        evidence=(*system.evidence, *told.evidence),
        fixes=(*system.fixes, *told.fixes),
    )
    return both, (*listing.problems, *problems)


def _is_other(system: System, told: System) -> bool:
    return bool(system.families and told.families) and not set(system.families) & set(told.families)
