"""Sentences that introduce a file table: whether its files are the fix, and for which product, release and language.

`The English version of this fix for Windows NT Server should have the following file attributes or later:` is how
nearly every article since 1996 says it; older ones say `This fix should have the following time stamp:`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hotfixcheck.articles.cells import platform_of
from hotfixcheck.articles.phrases import (
    LANGUAGES,
    RELEASE,
    SAYS_UTC,
    begins_with_product,
    caption_product,
    language_in,
    product_in,
    sentences,
    trimmed,
)
from hotfixcheck.platforms import Platform


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a paragraph says of the tables below it."""

    is_fix: bool
    promises_table: bool = False
    """The files' attributes must follow: an article without them is not understood."""
    scope: str | None = None
    release: str | None = None
    language: str | None = None
    utc: bool = False
    path: str | None = None
    platform: Platform | None = None
    is_own: bool = True
    """False where the sentence goes on about the fix that was introduced before it."""
    is_of_any_files: bool = False
    """The sentence does not say what the files are: they are the fix if the article speaks of one."""


_FIX = r"(?:hot\s?-?fix(?:es)?|fix(?:es)?|patch|(?:software |security )?update|package|rollup|version|software|release)"
_NAMED_FIX = re.compile(rf"\b{_FIX}\b|\bfollowing files?\b", re.IGNORECASE)
_HAS = re.compile(r" (?:should|must|will|has|have|had|may|contains?|includes?|installs?)\b")
_ATTRIBUTES = re.compile(r"\b(?:attr?ibutes|time ?stamps?|date ?stamps?)\b", re.IGNORECASE)
_ANNOUNCED = re.compile(r"\b(?:following|listed|file attributes)\b|:$", re.IGNORECASE)
_CONTENTS = re.compile(
    rf"\b{_FIX}\b[^.]*? (?:contains?|includes?|installs?|updates?|replaces?|consists? of) the following(?: \w+)?"
    r" (?:files?|versions?)"
    r"|\.exe(?: file)?,? (?:file )?(?:contains?|includes?|installs?) the following (?:\w+ )?files?"
    rf"|following (?:updated |new |corrected )?files? (?:(?:is|are|will be|have been|was|were) (?:\w+ )?)?"
    rf"(?:installed|updated|included|contained|replaced|modified|extracted|corrected)"
    rf"|obtain the following (?:{_FIX}|files?)|following (?:updated|corrected|new|fixed) (?:files?|versions?)"
    r"|(?:corrected|fixed|resolved) (?:in|by|with) the following|should receive the following files"
    rf"|following (?:table )?(?:lists?|contains?|shows?) .*(?:files?|attributes).*\b{_FIX}\b"
    rf"|\b{_FIX}\b.* (?:has|have) the (?:following )?(?:file )?(?:attributes|versions)"
    r"|files? with the following (?:attributes|versions?|time ?stamps?)",
    re.IGNORECASE,
)
# A word of every alternative of _CONTENTS, looked for before it: `following` opens most lists of steps too.
_CONTENTS_HINTS = ("file", "version", "attributes", "corrected", "fixed", "resolved", "obtain")
_COPY = re.compile(
    r"\b[Cc]opy (?:all of )?the following files (?:in)?to (?:the |your )?(?P<path>[^\s,]*\\[^\s,:]*)"
    r"(?: (?:directory|folder))?:?$"
)
_NOT_THE_FIX = re.compile(
    r"\boriginal\b|\baffected\b|\b(?:older|earlier|previous|old) versions? (?:of|is|are)|\bfor comparison\b"
    r"|\bworkaround\b|\bshipped with\b|\bbefore (?:you )?(?:appl|install)|\bincorrect version"
    r"|\bcauses? th(?:e|is) (?:problem|error)|\bdoes not (?:have|contain|include)\b|\bdirectory (?:listing|of)\b"
    r"|\bfor example\b",
    re.IGNORECASE,
)
_LONGEST_CAPTION = 80
_NAMES_A_VERSION = re.compile(rf"\b(?:the|this|these|a|an) (?:\S+ ){{0,9}}?{_FIX}\b|\bversions? of th", re.IGNORECASE)
_PLATFORM_VERSION = re.compile(r"\b(?P<platform>Intel|x86|Alpha)(?:-based)?,? version\b")
_COMPATIBLE = re.compile(r"^Versions? (?:compatible|to be used) with .*", re.IGNORECASE)
_POSTED_FILES = re.compile(r"^Post-(?:SP|Service Pack).*\b(?:files?|fix|hotfix|update|version|information):?$")
_COMPONENT = "Component:"  # Exchange Server's tables stand below the component they are for
_HINTS = ("ibutes", "stamp", "ollowing", _COMPONENT)


def introduction_in(paragraph: str) -> Introduction | None:
    """What `paragraph` says of the tables below it; None if it introduces none."""
    if not any(hint in paragraph for hint in _HINTS):
        return None
    if paragraph.startswith(_COMPONENT) and len(paragraph) < _LONGEST_CAPTION:
        component = paragraph.removeprefix(_COMPONENT).strip()
        has_version = any(map(str.isdigit, component))
        return Introduction(is_fix=True, scope=caption_product(component) if has_version else None, is_own=False)
    said = sentences(paragraph)
    for sentence in reversed(said):
        found = _read(sentence)
        if found:
            return replace(found, utc=bool(SAYS_UTC.search(paragraph)))
    return None


_FIX_FOR = re.compile(rf"\bthe following {_FIX} for (?P<product>[^:]+):$")


def announced_product(paragraph: str) -> str:
    """The product of `obtain the following fix for Windows NT 3.51:`; "" where nothing is announced so."""
    return caption_product(found["product"]) if (found := _FIX_FOR.search(paragraph)) else ""


def denies_fix(paragraph: str) -> bool:
    """True if the last sentence of `paragraph` says that the files below it are not the fix."""
    return bool(_NOT_THE_FIX.search(sentences(paragraph)[-1]))


def _read(sentence: str) -> Introduction | None:
    if (subject := _subject(sentence)) is not None:
        if _NOT_THE_FIX.search(sentence):
            return Introduction(is_fix=False)
        own = bool(_NAMES_A_VERSION.search(subject))
        scope, release, platform = _scope(sentence)
        if version := _PLATFORM_VERSION.search(subject):
            platform = platform_of(version["platform"])
        return Introduction(
            is_fix=True,
            promises_table=True,
            scope=scope,
            release=release,
            language=language_in(subject),
            platform=platform,
            is_own=own and not sentence.startswith("After "),
        )
    if "opy " in sentence and (copy := _COPY.search(sentence)):
        return Introduction(is_fix=True, path=copy["path"], is_own=True, is_of_any_files=True)
    if _states_contents(sentence):
        if _NOT_THE_FIX.search(sentence):
            return Introduction(is_fix=False)
        scope, release, platform = _scope(sentence)
        return Introduction(
            is_fix=True,
            scope=scope,
            release=release,
            platform=platform,
            language=language_in(sentence),
            is_own=False,
            is_of_any_files="should receive" in sentence,
        )
    return None


def _states_contents(sentence: str) -> bool:
    if not ("ollowing" in sentence or "ttribute" in sentence):
        return False
    said = sentence.lower()
    return any(hint in said for hint in _CONTENTS_HINTS) and bool(_CONTENTS.search(sentence))


def _subject(sentence: str) -> str | None:
    """What a sentence says to have the attributes that follow; None if it is no such sentence."""
    if not ("ibutes" in sentence or "stamp" in sentence):
        return None
    fix = _NAMED_FIX.search(sentence)
    has = _HAS.search(sentence, fix.end()) if fix else None
    if has and _ATTRIBUTES.search(sentence, has.end()) and _ANNOUNCED.search(sentence, has.end()):
        return sentence[: has.start()]
    return None


_LANGUAGE_BEHIND = re.compile(rf"\s(?:{'|'.join(map(re.escape, LANGUAGES))})$")
_POST_PRODUCT = re.compile(r"\bpost-(?:[A-Z(][\w()]*\s){1,6}$")
_POSTED = re.compile(r"\s(?P<release>[Pp]ost[- ](?:SP|Service Pack) ?[0-9].*)$")
# `this fix for SMS 2.0 Service Pack 3 (SP3) sites`: the sites are at a service pack, which is no part of the product.
_AT_PACK = re.compile(r"\s(?P<release>(?:Service Pack|SP) ?[0-9][a-z]?(?: \(SP ?[0-9][a-z]?\))?)$")


def _scope(sentence: str) -> tuple[str | None, str | None, Platform | None]:
    """The product, the release and the platform that a sentence gives for its table."""
    found = product_in(sentence)
    if found is None or not begins_with_product(found[0]):
        releases = list(RELEASE.finditer(sentence))
        # `The ICP4 version of this update for Service Pack 1`
        release = next(
            (each for each in releases if sentence.endswith("for ", 0, each.start())), next(iter(releases), None)
        )
        posted = _POST_PRODUCT.search(sentence[: release.start()]) if release else None
        return None, (posted[0] if posted else "") + release[0] if release else None, None
    product = trimmed(found[0])
    if sentence[: found.start()].endswith("post-"):
        release = RELEASE.search(sentence)
        return None, release[0] if release else f"post-{product}", None
    product = _LANGUAGE_BEHIND.sub("", product)
    if posted := _POSTED.search(product) or _AT_PACK.search(product):
        # What is included in a service pack is not only for systems that have it.
        contains = sentence.endswith(" in ", 0, found.start())
        return product[: posted.start()], None if contains else posted["release"], None
    release = RELEASE.search(sentence, found.start() + len(product))
    product, platform = split_platform(product)
    return product, release[0] if release else None, platform


def split_platform(product: str) -> tuple[str, Platform | None]:
    """`Windows NT Intel` is a product and a platform."""
    beginning, _, last = product.rpartition(" ")
    platform = platform_of(last) if beginning else None
    return (beginning, platform) if platform else (product, None)


def release_in_caption(caption: str) -> str | None:
    """The release of `Version compatible with systems running Service Pack 6:` or `Post-SP4 hotfix information:`."""
    if (_COMPATIBLE.match(caption) or _POSTED_FILES.match(caption)) and (found := RELEASE.search(caption)):
        return found[0]
    return None
