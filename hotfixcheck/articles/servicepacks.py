"""Sentences that say which service pack or package first corrected a problem, or contains its fix."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hotfixcheck.articles.phrases import (
    LANGUAGES,
    RELEASE,
    begins_with_product,
    is_product_name,
    product_phrase,
    sentences,
    trimmed,
)
from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.products import ServicePack

# Looked for before any pattern: most paragraphs have none of these.
_HINTS = (
    "ervice Pack",
    "ervice pack",
    "SP",
    ".0sp",
    "SR-",
    "ervice Release",
    "ollup",
    " release",
    "Update",
    "Patch",
    'the "',
)
# What a package is introduced by; the text after it is read as a list of products and packages.
_CORRECTED = re.compile(
    r"\b(?:corrected|fixed|resolved|addressed)\b(?: (?!(?:when|if|after|until|unless|before)\b)\S+){0,4}? "
    r"(?:in|by|with|on|starting (?:in|with)|beginning with)\s",
    re.IGNORECASE,
)
_INCLUDED = re.compile(
    r"\b(?:fix(?:es|ed)?|hotfix(?:es)?|updates?|patch(?:es)?|correction|resolution|corrected|feature|driver|files?)\b.*?"
    r"\b(?:(?:included|available|contained|incorporated|released|provided|shipped|ships?) (?:in|with|on|as part of)"
    r"|is (?:also )?part of)\s"
    r"|\bfix\b.* is in\s",
    re.IGNORECASE,
)
# A word of every alternative of _INCLUDED, looked for before it: `fix`, `update` and `file` stand everywhere.
_INCLUDED_HINTS = (
    *(
        "included ",
        "available ",
        "contained ",
        "incorporated ",
        "released ",
        "provided ",
        "ship",
        " part of ",
        " is in ",
    ),
)
_CHANGED = re.compile(
    r"\b(?:added|enhanced|updated|changed|improved|modified|made)\b(?: (?!(?:when|if|after)\b)\S+){0,12}? (?:in|with)\s"
)
# `fixed in the Sample.sys file that is contained in ...`: the package stands behind a later preposition.
_A_FILE = re.compile(
    r"^(?!.*\b(?:fix|fixes|fixed|hotfix|update|patch|correct)).*\b(?:files?|driver|feature)\b", re.IGNORECASE
)
_IS = re.compile(r"\b(?:is|are|was|were|been)\b")
_INNER = re.compile(r"\b(?:in|with|by|on|of|from)\s", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:when|if|after|until|unless|running|installed)\b", re.IGNORECASE)
# What a package does, where it is what the sentence is about.
_CORRECTS = re.compile(
    r"[\s)](?:(?:now |also )?(?:corrects?|resolves?|fixes|addresses|eliminates)"
    r"|has (?:corrected|resolved|fixed|addressed))"
    r" (?:this|these|the) (?:problem|issue|bug|error|behavior)s?\b"
    r"|[\s)](?:also )?(?:contains?|includes?) (?:the |a |this )(?:fix|hotfix|correction)\b"
    r"|[\s)](?:has|have) been (?:re-?)?(?:released|updated|modified|changed)"
    r" (?:with a correction for|to (?:fix|correct|resolve|address|include)) (?:this|these|the) "
    r"(?:problem|issue|bug|fix|correction)",
    re.IGNORECASE,
)
# The same where the sentence resolves the problem; elsewhere it may describe what causes it.
_RENEWS = re.compile(r"[\s)](?:includes?|contains?|has|have) (?:an? |the )?(?:new|updated|changed)\b", re.IGNORECASE)
_OBTAIN = re.compile(
    r"(?<!To )(?<!then )\b(?:[Oo]btain(?: and install)?|[Ii]nstall(?: \(or reapply[^)]*\))?|[Aa]pply"
    r"|(?<!n )[Uu]pgrade to|(?<!n )[Uu]pdate to|[Dd]ownload(?: and install)?|get)\s+"
    r"(?=(?:the (?:latest )?|Microsoft |US )*[A-Z])"
    r"|\bor\s+(?=(?:the )?[A-Z][\w., ]*\bRollup\b)"
)
_PURPOSE = re.compile(
    r"\b[Tt]o (?:permanently )?(?:resolve|correct|fix|solve|eliminate) (?:this|the|these)\b|recommends"
    r"|\bto eliminate th"
)
_NOT_STATED = re.compile(
    r"\b(?:not (?:been )?(?:yet )?(?:includ(?:e|ed)|corrected|fixed|resolved|addressed|contained|available|affected)"
    r"|wait for|prior to|before|requires?|must be|to be corrected|will be|plans? to"
    r"|planned|scheduled|original (?:hot)?fix|list of|erroneously|work around"
    r"|may not correct|and then apply|fix is for"
    r"|how to obtain|latest (?:[\w.]+ ){0,5}Rollup|do not (?:install|apply)|introduced|exposed)\b"
    r"|, but only\b|^For (?:more|additional) information",
    re.IGNORECASE,
)

_PACK = re.compile(
    r"(?:Service Packs? )*(?:\b|(?<=[0-9]))(?:Service Packs? ?-?|SP[ -]?)"
    r"(?P<number>[1-9][0-9]?)(?:\.0)?(?P<letter>[a-z]?)\b"
    r"(?!(?: ?\(SP ?[0-9]+[a-z]?\))? CD\b)"  # the disc holds more than what the service pack installs
    r"(?:,? ?\((?:US )?SP[ -]?[0-9]+[a-z]?\))?(?P<rollup>,? (?:\w+ ){0,3}Rollup(?: Package)?(?: \(\w+\))?)?",
    re.IGNORECASE,
)
# A service release of Office. An OEM Service Release is a whole Windows 95, which comes with a machine.
_RELEASE = re.compile(
    r"\b(?<!OEM )(?:Service Release ?|SR- ?)[1-9][0-9]?[a-z]?(?:/(?:SR-)?[1-9][a-z])?(?! or)"
    r"(?: \(SR-? ?[0-9][a-z]?(?:/SR-? ?[0-9][a-z]?)?\))?",
    re.IGNORECASE,
)
_ROLLUP = re.compile(r"(?P<name>[A-Z].*?\bRollup(?: Package| Fix)?(?: [1-9](?![.0-9]))?(?: \(\w*[0-9]\w*\))?)(?!\w)")
_ROLLUP_WORDS = re.compile(r",? ?(?:(?:Security|Hotfix|Update|Client|Patch) )*Rollup.*")
_NAMED_RELEASE = re.compile(r"the (?P<name>(?:[A-Z][\w-]*|and|[0-9]+)(?: (?:[A-Z][\w-]*|and|[0-9]+))+ release)\b")
# What stands up to the version is the product: `Word 97 Web Authoring Tools Update`.
_NAMED_UPDATE = re.compile(
    r"(?:the )?(?P<name>(?P<product>(?:[A-Z][\w.-]* ){1,3}?[0-9][\w.]*)(?: [A-Z][\w-]*){0,4} (?:Update|Patch)"
    r"(?:, [A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})?)(?![\w]| [A-Z0-9])"
)
_TITLED = re.compile(r'the "(?P<name>[A-Z][^"]{8,150})"')
_OF_A_PATCH = re.compile(r"\b(?:Patch|Update|Rollup)\b")
_ABBREVIATION = re.compile(r"\s?\([^()0-9]*\)$")
_LANGUAGE_OF = re.compile(
    rf"\b(?:U\.?S\.?(?: English)?|{'|'.join(LANGUAGES)})\s(?=Service Pack|(?:Microsoft )?Windows)",
)
_LEAD = re.compile(
    r"^(?:[\s,;/]|(?:and|or|also|in|the|both|either|latest|US|with|of|to)\b"
    r"|(?:installing|applying|obtaining|upgrading to)\b)+",
    re.IGNORECASE,
)
_AFTER_PACK = re.compile(r"(?:,? \(?(?:or|and) (?:later|higher|greater)\)?)?\s?(?:for|of)\s(?:the\s)?")
_SIMILAR = re.compile(r"\bsimilar (?:problem|issue|bug)\b", re.IGNORECASE)


def service_packs_in(paragraph: str, section: str, product: str | None) -> Iterator[ServicePackFix]:
    """The packages that `paragraph` states, products as printed; `product` is what a pack that names none is for."""
    if not any(hint in paragraph for hint in _HINTS):
        return
    confirmed = product
    for sentence in sentences(_LANGUAGE_OF.sub("", paragraph).replace("SR- ", "SR-")):
        if sentence.startswith("Microsoft has confirmed") and (named := product_phrase(sentence[10:])):
            confirmed = _one_version(named) or product
        if "imilar " in sentence and _SIMILAR.search(sentence):
            return
        if not any(hint in sentence for hint in _HINTS):
            continue
        stated = _stated(sentence, section, confirmed)
        if stated and not _NOT_STATED.search(sentence) and (section not in _DESCRIBING or _OF_THIS.search(sentence)):
            for package in stated:
                yield replace(package, product=_versioned(_bare(package.product), product or ""))


def _stated(sentence: str, section: str, product: str | None) -> Sequence[ServicePackFix]:
    """The packages of one sentence, by the first of its verbs that has any."""
    for found in _verbs(sentence, section):
        if section not in _RESOLVING and _is_aside(sentence, found):
            continue
        through = found.re is _CORRECTED or (found.re is _INCLUDED and not _A_FILE.search(sentence))
        if packages := _behind(sentence, found.end(), product, through=through):
            return packages
    does = _CORRECTS.search(sentence) or (_RENEWS.search(sentence) if section in _RESOLVING else None)
    if does and (packages := _in_front(sentence[: does.start() + 1], product)):
        return packages
    if section in _RESOLVING or (section != "WORKAROUND" and _PURPOSE.search(sentence)):
        for obtain in _OBTAIN.finditer(sentence):
            before = sentence[: obtain.start()]
            if not _SUPPOSED.search(before):
                return list(_packages(sentence[obtain.end() :], _named(before) or product, named_release=False))
    return ()


def _verbs(sentence: str, section: str) -> Iterator[re.Match[str]]:
    """The verbs behind which a package stands that has the fix, as far as they say so in this section."""
    if found := _CORRECTED.search(sentence):
        yield found
    said = sentence.lower()
    is_told = section not in _DESCRIBING or _A_FIX.search(sentence)
    if is_told and any(hint in said for hint in _INCLUDED_HINTS) and (found := _INCLUDED.search(sentence)):
        yield found
    if section not in _WITHOUT_CHANGES and (found := _CHANGED.search(sentence)):
        yield found


def _is_aside(sentence: str, found: re.Match[str]) -> bool:
    """True for a package that is named in brackets, or only to say which file is meant: `the file included with`."""
    if sentence.count("(", 0, found.end()) > sentence.count(")", 0, found.end()):
        return True
    return found.re is _INCLUDED and bool(_A_FILE.search(sentence)) and not _IS.search(found[0])


def _behind(sentence: str, at: int, product: str | None, *, through: bool) -> Sequence[ServicePackFix]:
    """The packages behind a verb, or behind a later preposition: `fixed in Sample.sys in Service Pack 2`."""
    product = _named(sentence[:at]) or product
    if packages := list(_packages(sentence[at:], product)):
        return packages
    if not through:
        return ()
    condition = _CONDITION.search(sentence, at)
    for inner in _INNER.finditer(sentence, at, condition.start() if condition else len(sentence)):
        if packages := list(_packages(sentence[inner.end() :], product, named_release=False)):
            return packages
    return ()


def _in_front(text: str, product: str | None) -> Sequence[ServicePackFix]:
    """The packages in front of what they do, with few words between: `Service Pack 3 and later now corrects ...`."""
    last = list(_PACK.finditer(text))[-1:]
    if not last or len(text[last[0].end() :].split()) > _MOST_BETWEEN:
        return ()
    for start in (0, *(inner.end() for inner in _CLAUSE.finditer(text))):
        if packages := list(_packages(text[start:], product, named_release=False)):
            return packages
    return ()


def _one_version(product: str) -> str:
    """A product with its version, of `Exchange Server version 5.0 and 5.0 Service Pack 1`; "" for several versions."""
    versions = set(_VERSION.findall(product))
    return _bare(product).partition(" and ")[0] if len(versions) < 2 else ""


_VERSION = re.compile(r"\b[0-9]+\.[0-9]+")


def _bare(product: str) -> str:
    """A product without the service pack that it is at: `Windows NT 4.0 with Service Pack 3`."""
    return trimmed(RELEASE.split(product, maxsplit=1)[0])


def _versioned(named: str, heading: str) -> str:
    """A product as named, or as its heading names it with a version: `Exchange Server` below `Exchange Server 5.5`."""
    has_version = any(map(str.isdigit, named))
    is_same = set(named.removeprefix("Microsoft ").split()) < set(heading.split())
    return heading if named and is_same and not has_version else named


def _named(text: str) -> str:
    """The product and its version that `text` is about; "" for none or for one without a version."""
    product = _bare(product_phrase(text))
    return product if any(character.isdigit() for character in product) else ""


_MOST_BETWEEN = 8
_CLAUSE = re.compile(r",\s|\bin\s")
_RESOLVING = frozenset({"RESOLUTION", "RESOLUTIONS", "SOLUTION"})
_SUPPOSED = re.compile(
    r"(?:\b(?:when|after|if|once|until|unless|as) (?:you|they)|\b(?:unable|prompted|want|wish) to) $", re.IGNORECASE
)
_A_FIX = re.compile(r"\b(?:[Aa]|[Tt]he) fix (?:for|to) th|\b[Tt]his fix\b|\b(?:corrected|updated) version\b")
# Where a problem is described, files come with packages that cause it; only where it is resolved is a change a fix.
_DESCRIBING = frozenset({"SYMPTOMS", "SYMPTOM", "CAUSE"})
# What was corrected of another problem, or brought this one about, is told there, too.
_OF_THIS = re.compile(r"\b[Tt]his (?:problem|issue|bug|error|behavior)\b")
_WITHOUT_CHANGES = _DESCRIBING | {"", "STATUS", "WORKAROUND", "SUMMARY", "MORE INFORMATION", "REFERENCES"}


def _packages(text: str, product: str | None, *, named_release: bool = True) -> Iterator[ServicePackFix]:
    at = 0
    last = ""
    while found := _PACK.search(text, at) or _RELEASE.search(text, at):
        between = _LEAD.sub("", text[at : found.start()]).rstrip(" ,")
        after = found.end()
        if not between and (lead := _AFTER_PACK.match(text, after)) and begins_with_product(text[lead.end() :]):
            between = product_phrase(text[lead.end() :])
            after = text.index(between, lead.end()) + len(between)
        if not is_product_name(between) if between else found.re is _RELEASE:
            break
        products = _products(between) or ([last or product or ""])
        if len(products) > 1 and (outer := _PACK.match(text, after + 1)):
            # `Windows 2000 and Office XP SP2 Service Pack 3`: the second product has brought its own.
            for named in products[:-1]:
                yield _package(named, outer, text, between)
            products = products[-1:]
            after = outer.end()
        for named in products:
            yield _package(named, found, text, between)
        last = products[-1] if products else last
        at = after
    if at == 0:
        yield from _named_packages(text, product, named_release=named_release)


def _package(product: str, found: re.Match[str], text: str, between: str) -> ServicePackFix:
    if found.re is _PACK and not found["rollup"]:
        return ServicePackFix(product, ServicePack(int(found["number"]), found["letter"].lower()))
    start = text.index(between, 0, found.start()) if between else found.start()
    return ServicePackFix(product, package=_ABBREVIATION.sub("", text[start : found.end()]).strip())


# `SNA Server 4.0 and 4.0 SP1`; `MDAC 2.5 and later, and in Windows NT 4.0 SP6a`, where the first is no service pack's.
_SAME_VERSION = re.compile(r"(?P<version>[0-9]+\.[0-9]+),?(?: and)? (?P=version)$")
_OTHERS = re.compile(r"^.*(?:\bor|\band in)\s(?=[A-Z])")


def _products(between: str) -> list[str]:
    """The products before one service pack: `Windows NT 4.0 and Windows NT Server 4.0, Terminal Server Edition`."""
    between = _SAME_VERSION.sub(r"\g<version>", _OTHERS.sub("", between))
    first, joint, second = between.partition(" and ")
    while joint and not begins_with_product(second):
        more, joint, second = second.partition(" and ")
        first = f"{first} and {more}"
    if joint and second:
        return [trimmed(first), *_products(second)]
    return [named] if (named := trimmed(between)) else []


def _named_packages(text: str, product: str | None, *, named_release: bool) -> Iterator[ServicePackFix]:
    """Packages that have a name instead of a number; "" for the product that neither they nor their heading name."""
    if rollup := _ROLLUP.search(_LEAD.sub("", text)):
        name = rollup["name"]
        if begins_with_product(name):
            yield ServicePackFix(trimmed(_ROLLUP_WORDS.sub("", name)), package=name)
        elif _ROLLUP_WORDS.fullmatch(name):
            yield ServicePackFix(product_phrase(text[rollup.end() :]) or product or "", package=name)
    elif named_release and (release := _NAMED_RELEASE.match(text)):
        yield ServicePackFix(product or "", package=release["name"])
    elif named_release and (update := _NAMED_UPDATE.match(text)):
        yield ServicePackFix(update["product"], package=update["name"])
    elif named_release and (titled := _TITLED.match(text)) and _OF_A_PATCH.search(titled["name"]):
        yield ServicePackFix(product or "", package=titled["name"])
