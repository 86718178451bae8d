"""What must be installed before a fix, and which earlier fixes it supersedes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hotfixcheck.articles.phrases import begins_with_product, is_product_name, sentences

_FIX = r"(?:hot\s?-?fix|fix|patch|(?:software |security )?update|package|rollup|bundle)"
_OR_LATER = re.compile(
    r"(?:,? or (?:later|newer|higher)\b.*"
    r"|,? (?:for(?! (?:the )?(?:Microsoft|Windows|Exchange|SNA|SMS|Systems))|to be|in order|before|prior|already"
    r"|installed)\b.*"
    r"|[\s.;:,]+)$"
)
_REQUIRES = re.compile(
    rf"\b(?:{_FIX}|version) requires "
    r"(?:that (?:you (?:(?:first )?install|are running|have) )?|you to be running |the )?(?P<what>.+)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"\b(?:should|must) (?:first )?(?:apply|install) (?:the )?(?P<what>.+?) (?:before|prior to) "
    rf"(?:you (?:install|apply)|installing|applying) (?:this|the) (?:\w+ )?{_FIX}",
    re.IGNORECASE,
)
_APPLIED = re.compile(
    r"(?:^(?:NOTE:? |IMPORTANT:? )?|: |\bthe )(?P<what>[^:]*?) "
    r"(?:(?:must|should) be (?:applied|installed)\b.*\b(?:before|prior to)\b|is required to (?:install|apply) th)"
    rf".*\b{_FIX}",
    re.IGNORECASE,
)
_PRESENT = re.compile(
    r"\bmust (?:have (?:previously installed )?|run |be running )(?:the )?(?P<what>[^:]*?)(?: installed)?"
    r"(?: on your computer)? (?:before (?:you )?(?:apply|install)|to (?:install|apply))\w* "
    rf"(?:this|these|the) (?:\w+ )?{_FIX}",
    re.IGNORECASE,
)
_TO_USE = re.compile(rf"\bmust install (?:the )?(?P<what>[^:]*?) to (?:use|install|apply) this {_FIX}", re.IGNORECASE)
_AFTER = re.compile(
    rf"\b{_FIX} (?:should|must) only be (?:installed|applied) after you (?:apply|install) (?:the )?(?P<what>.+)",
    re.IGNORECASE,
)
_ONLY_TO = re.compile(
    rf"\b(?:apply|install) this {_FIX} only (?:to|on) (?:an? )?(?P<what>.+?)"
    r"(?: (?:sites?|systems?|computers?|servers?))?[.]?$",
    re.IGNORECASE,
)
_APPLIED_ON = re.compile(
    rf"\b{_FIX} should (?:only )?be (?:applied|installed)(?: only)? (?:to|on) (?:an? )?"
    r"(?P<what>(?:[A-Z0-9][\w.]* )+(?:SP|Service Pack) ?[0-9][a-z]?)",
)
_FIRST = re.compile(
    rf"\bbefore (?:you )?(?:apply|install)(?:ing)? (?:this|the) (?:\w+ )?{_FIX}\b[^,]*, "
    r"(?:you )?(?:must |should )?(?:first )?(?:install|apply|have|be running) (?:the )?(?P<what>[^,]+)",
    re.IGNORECASE,
)
_DEPENDENT = re.compile(
    rf"\b{_FIX} (?:is dependent|depends) (?:up)?on (?:the installation of )?(?P<what>.+?)"
    r"(?= (?:that|which|described)\b|[.:](?![0-9])|$)",
    re.IGNORECASE,
)
_INSTALLED_OVER = re.compile(
    rf"\b(?:{_FIX}|version) (?:must be (?:installed|applied) (?:over|on top of|to|on)"
    r"|is intended for systems running|is to be applied only to computers with"
    r"|can (?:only )?be (?:installed|applied) (?:on|to) (?:(?:systems|computers) (?:that are )?running|(?=Windows NT))"
    r"|is (?:available only|only available) for(?= .*\b(?:SP|Service Pack) ?[0-9])) (?P<what>.+)",
    re.IGNORECASE,
)
_CAN_INSTALL = re.compile(
    rf"\bcan (?:install|apply) this {_FIX} on (?:systems|computers) (?:that are )?running (?P<what>.+)", re.IGNORECASE
)
_MUST_BE_AT = re.compile(
    r"\b(?:computer|server) must be (?P<what>version [0-9.]+ with (?:SP|Service Pack) ?[0-9][a-z]?)", re.IGNORECASE
)
_INSTALL_FIRST = re.compile(
    rf"\bTo (?:apply|install) this (?:\w+ )?{_FIX}, (?:first )?install (?:the )?(?P<what>[^:]+)"
)
_HAVE = re.compile(r"\bmust (?:first )?(?:have|be running|install) (?:the )?(?P<what>.+)", re.IGNORECASE)
_PACK = re.compile(
    r"\bService Pack|\bSP ?[0-9]|\b[0-9]+\.[0-9]|\bUpdate [1-9](?![0-9])|\bRollup\b|\bQ[0-9]{6}|\bSR-[0-9]"
    r"|\b(?:KB|update |hotfix )[0-9]{6}",
    re.IGNORECASE,
)
_HINTS = ("require", "install", "must", "should", "be applied", "depend", "Before ", "intended", "available")
# Looked for in a sentence before any pattern: each has a word of either, if _HAVE and _INSTALL_FIRST are left aside.
_ASKING = ("requires ", "must ", "should ", "depend", "before ", "running ", "can be ", "is required to ", " only ")
_FIX_NOUNS = ("fix", "patch", "update", "package", "rollup", "bundle", "version")
# Whose phrase is what must be installed even if it names no service pack.
_SURE = (_BEFORE, _APPLIED, _DEPENDENT)
_LONGEST = 110
_UPDATE = re.compile(r"\b(?:update|hot\s?-?fix)", re.IGNORECASE)

# What was released first is no service pack: `requires the released version of Windows XP or Service Pack 1`.
_RELEASED = re.compile(r"(?:original(?:ly)? |first )?release[d]? (?:version|release) of\b", re.IGNORECASE)
_RELEASE_OF_PACK = re.compile(r"^release version of (?=Service Pack)")
_FOR = re.compile(r"(?:^|^.{,40} )For (?:other versions of )?(?P<product>(?:Microsoft )?Windows [^,]{2,60}), this ")
_LATEST = re.compile(r"^latest (?=.*\b(?:SP|Service Pack) ?[0-9])")
_BARE = re.compile(r"(?:Service Pack|SP)\s?[0-9]")


def prerequisite_in(paragraph: str, *, in_prerequisites: bool = False) -> str | None:
    """What `paragraph` says must be installed before the fix, as a short phrase of it.

    `in_prerequisites` is true below a heading that says so, where sentences no longer name the fix.
    """
    if not any(hint in paragraph for hint in _HINTS):
        return None
    patterns = (
        _REQUIRES, _BEFORE, _PRESENT, _APPLIED, _INSTALLED_OVER, _TO_USE, _AFTER, _ONLY_TO, _APPLIED_ON, _FIRST,
        _DEPENDENT, _CAN_INSTALL, _MUST_BE_AT, *((_INSTALL_FIRST, _HAVE) if in_prerequisites else ()),
    )  # fmt: skip
    for sentence in sentences(paragraph):
        if not (in_prerequisites or _may_ask(sentence.lower())):
            continue
        for pattern in patterns:
            if found := pattern.search(sentence):
                phrase = _OR_LATER.sub("", _LATEST.sub("", found["what"].strip()))
                phrase = _RELEASE_OF_PACK.sub("", phrase).removeprefix("The ")
                if _RELEASED.match(phrase):
                    continue
                if (stated := _FOR.match(sentence)) and _BARE.match(phrase):
                    phrase = f"{stated['product']} {phrase}"
                if (_PACK.search(phrase) or (pattern in _SURE and _UPDATE.search(phrase))) and len(phrase) <= _LONGEST:
                    return phrase
    return None


def _may_ask(sentence: str) -> bool:
    return any(word in sentence for word in _ASKING) and any(word in sentence for word in _FIX_NOUNS)


_ITEM = re.compile(r"\s*[\N{BULLET}\N{MIDDLE DOT}]\s*|^\s*[-*]\s+")
_PACKED = re.compile(
    r"(?:an? |the )?(?P<what>(?P<product>[A-Z.][\w.,()+ -]*?),? (?:with )?(?:Service Pack|SP) ?[0-9][0-9a-z]?"
    r"(?: \(SP ?[0-9][0-9a-z]?\))?)(?:,? or (?:an? )?(?:later|newer|higher)\b.{0,60})?(?: installed)?[.;,]?"
)


def listed_packs(paragraph: str) -> list[str]:
    """The products in a list, each with or without a service pack, or the one that is all of the paragraph."""
    lead, *items = _ITEM.split(paragraph)
    if not items:
        items = [lead]
    elif lead and not lead.endswith(":"):
        return []
    return [item for each in items if _is_product(item := each.strip(" .;"))]


def _is_product(item: str) -> bool:
    if len(item) > _LONGEST or item.endswith(":") or not begins_with_product(item):
        return False
    return bool(_PACKED.fullmatch(item)) or is_product_name(item)


def required_packs(items: Sequence[str], *, all_of_them: bool) -> str | None:
    """What a list of prerequisites asks for: `Windows XP Service Pack 3 (SP3) or Windows Vista Service Pack 1 (SP1)`.

    A product that is listed without a service pack too asks for none. `all_of_them` is true where each is required.
    """
    bare = {item for item in items if not _PACKED.fullmatch(item)}
    joint = "; " if all_of_them else " or "
    return joint.join(dict.fromkeys(_asked(items, bare))) or None


def _asked(items: Sequence[str], bare: set[str]) -> Iterator[str]:
    for item in items:
        if (packed := _PACKED.fullmatch(item)) and packed["product"] not in bare:
            yield packed["what"]


_SUPERSEDES = re.compile(
    rf"\b{_FIX} (?:[^.]*\band )?(?:supersedes|supercedes|replaces|is a replacement for)\b(?P<what>.*)", re.IGNORECASE
)
_NUMBER = re.compile(r"\b(?P<letters>Q|KB|)(?P<number>[0-9]{5,7})(?![0-9])")
_REFERENCE = re.compile(r"(?:- |ARTICLE-ID ?: ?|\()?(?:Q|KB)?[0-9]{5,7}(?![0-9])")


_CONTAINED = re.compile(r",? and (?:also )?(?:contains|includes)\b.*$")
_MORE = re.compile(r"\bfollowing\b|\breferenced in$")


def supersedes_in(paragraph: str) -> tuple[tuple[str, ...], bool]:
    """The articles whose fixes `paragraph` says are replaced, and whether more follow as references below it."""
    if not any(hint in paragraph for hint in ("supersede", "supercede", "replace")):
        return (), False
    found = _SUPERSEDES.search(paragraph)
    if found is None or re.search(r"\bdoes not replace\b|\bdoes not supersede\b", paragraph):
        return (), False
    what = _CONTAINED.sub("", found["what"])
    numbers = dict.fromkeys(f"{number['letters'] or 'KB'}{number['number']}" for number in _NUMBER.finditer(what))
    return tuple(numbers), not numbers and bool(_MORE.search(what))


def references_in(paragraph: str) -> tuple[str, ...]:
    """The numbers of the articles that `paragraph` refers to: `Q152734 How to Obtain ...`; none for other text."""
    if not _REFERENCE.match(paragraph):
        return ()
    found = list(_NUMBER.finditer(paragraph))
    # Where articles are printed with their letter, other numbers are part of titles.
    letters = found[0]["letters"]
    return tuple(f"{letters or 'KB'}{number['number']}" for number in found if number["letters"] == letters)
