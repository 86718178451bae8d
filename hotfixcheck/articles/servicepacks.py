"""Sentences that say which service pack or package first corrected a problem, or contains its fix."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotfixcheck.articles.phrases import begins_with_product, is_product_name, product_phrase, sentences, trimmed
from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.products import ServicePack

# Looked for before any pattern: most paragraphs have none of these.
_HINTS = ("ervice Pack", "ervice pack", "SP", "SR-", "ervice Release", "ollup", " release")
# What a package is introduced by; the text after it is read as a list of products and packages.
_CORRECTED_IN = re.compile(
    r"\b(?:corrected|fixed|resolved|addressed)(?: \w+)? (?:in|by|with|starting (?:in|with)|beginning with)\s",
    re.IGNORECASE,
)
_INCLUDED_IN = re.compile(
    r"\b(?:fix|hotfix|update|patch|correction|corrected|fixed|feature|driver|files?)\b.*?"
    r"\b(?:included|available|contained|incorporated|released|shipped) (?:in|with|as part of)\s",
    re.IGNORECASE,
)
_OBTAIN = re.compile(
    r"\b(?:[Oo]btain(?: and install)?|[Ii]nstall|[Aa]pply|[Uu]pgrade to|[Uu]pdate to|[Dd]ownload(?: and install)?|get)"
    r"\s+(?=(?:the |Microsoft |US )*[A-Z])"
    r"|\bor\s+(?=(?:the )?[A-Z][\w., ]*\bRollup\b)"
)
_PURPOSE = re.compile(
    r"\b[Tt]o (?:resolve|correct|fix|solve|eliminate) (?:this|the|these)\b|recommends"
    r"|^(?:\W*)(?:Apply|Install|Obtain|Upgrade)\b"
)
_NOT_STATED = re.compile(
    r"\bnot (?:been )?(?:yet )?(?:included|corrected|fixed|contained|available)|\bwait for\b|\bprior to\b|\bbefore\b"
    r"|\brequires?\b|\bmust be\b|\bto be corrected\b|\bwill be\b|\bplans? to\b|\boriginal (?:hot)?fix\b|\blist of\b"
    r"|\berroneously\b|\bwork around\b|\bhow to obtain\b",
    re.IGNORECASE,
)

_PACK = re.compile(
    r"(?:Service Packs? )*\b(?:Service Packs? ?-?|SP[ -]?)(?P<number>[1-9][0-9]?)(?:\.0)?(?P<letter>[a-z]?)\b"
    r"(?:,? ?\((?:US )?SP[ -]?[0-9]+[a-z]?\))?(?P<rollup>,? (?:\w+ ){0,3}Rollup(?: Package)?(?: \(\w+\))?)?",
    re.IGNORECASE,
)
_RELEASE = re.compile(
    r"\b(?:Service Release ?|SR- ?)[1-9][0-9]?[a-z]?(?:/(?:SR-)?[1-9][a-z])?"
    r"(?: \(SR-? ?[0-9][a-z]?(?:/SR-? ?[0-9][a-z]?)?\))?",
    re.IGNORECASE,
)
_ROLLUP = re.compile(r"(?P<name>[A-Z].*?\bRollup(?: Package| Fix)?(?: [1-9](?![.0-9]))?)(?!\w)")
_ROLLUP_WORDS = re.compile(r",? ?(?:(?:Security|Hotfix|Update|Client|Patch) )*Rollup.*")
_NAMED_RELEASE = re.compile(r"the (?P<name>(?:[A-Z][\w-]*|and|[0-9]+)(?: (?:[A-Z][\w-]*|and|[0-9]+))+ release)\b")
_ABBREVIATION = re.compile(r"\s?\([^()]*\)$")
_US = re.compile(r"\bU\.?S\.?(?: English)?\s(?=Service Pack)")
_LEAD = re.compile(
    r"^(?:[\s,;/]|(?:and|or|also|in|the|both|either|latest|US|with|of|to)\b|installing\b)+", re.IGNORECASE
)
_AFTER_PACK = re.compile(r"\s?(?:for|of)\s(?:the\s)?")
_REFERENCE = re.compile(r"(?P<number>Q[0-9]{5,6}) (?P<title>.*\bRollup\b.*)")


def service_packs_in(paragraph: str, section: str, product: str | None) -> Iterator[ServicePackFix]:
    """The packages that `paragraph` states; `product` is the heading's, for a service pack that names none."""
    if not any(hint in paragraph for hint in _HINTS):
        return
    confirmed = product
    for sentence in sentences(_US.sub("", paragraph).replace("SR- ", "SR-")):
        if sentence.startswith("Microsoft has confirmed") and (named := product_phrase(sentence[10:])):
            confirmed = named.removeprefix("Microsoft ")
        if not any(hint in sentence for hint in _HINTS) or _NOT_STATED.search(sentence):
            continue
        for stated in (_CORRECTED_IN, _INCLUDED_IN):
            if found := stated.search(sentence):
                yield from _packages(sentence[found.end() :], confirmed)
                break
        else:
            obtain = _OBTAIN.search(sentence)
            if obtain and section != "WORKAROUND" and _PURPOSE.search(sentence):
                yield from _packages(sentence[obtain.end() :], confirmed, named_release=False)


def _packages(text: str, product: str | None, *, named_release: bool = True) -> Iterator[ServicePackFix]:
    at = 0
    last = ""
    while found := _PACK.search(text, at) or _RELEASE.search(text, at):
        between = _LEAD.sub("", text[at : found.start()]).rstrip(" ,")
        after = found.end()
        if not between and (lead := _AFTER_PACK.match(text, after)) and begins_with_product(text[lead.end() :]):
            between = product_phrase(text[lead.end() :])
            after = text.index(between, lead.end()) + len(between)
        if between and not is_product_name(between):
            break
        products = _products(between) or ([last] if last else [product] if product else [])
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


def _products(between: str) -> list[str]:
    """The products before one service pack: `Windows NT 4.0 and Windows NT Server 4.0, Terminal Server Edition`."""
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


def numbered(package: ServicePackFix, paragraph: str) -> ServicePackFix:
    """A rollup with the number of the article that `paragraph` refers to, if that is the rollup's own."""
    found = _REFERENCE.match(paragraph)
    if found is None or package.package is None or "Rollup" not in package.package or package.package.startswith("Q"):
        return package
    return ServicePackFix(package.product, package=f"{found['number']} {package.package}")


_NOISE = re.compile(r"\b(?:microsoft|versions?)\b|[\s,]+")


def canonical(package: ServicePackFix) -> tuple[str, str]:
    """What makes two statements the same one, however the product is spelled."""
    product = _NOISE.sub(" ", package.product.lower())
    name = str(package.service_pack or package.package).lower().replace("service release ", "sr-")
    return " ".join(product.split()), " ".join(_NOISE.sub(" ", name).split())
