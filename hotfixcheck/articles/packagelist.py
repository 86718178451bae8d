"""The packages of one article together: each once, with its product and, for a rollup, its article's number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from hotfixcheck.articles.phrases import product_phrase
from hotfixcheck.manifest.model import ServicePackFix
from hotfixcheck.products import parse_product

_REFERENCE = re.compile(r"(?P<number>Q[0-9]{5,6}) (?P<title>.+)")
_NUMBERED = re.compile(r"Q[0-9]{5,6} ")


def numbered(package: ServicePackFix, paragraph: str) -> ServicePackFix:
    """A package with the number of the article that `paragraph` refers to, if that is the package's own.

    It is if both are rollups, whose names articles shorten, if its title is the package's name, or if it speaks of the
    package by its initials.
    """
    found = _REFERENCE.match(paragraph)
    name = package.package
    if found is None or name is None or _NUMBERED.match(name):
        return package
    title = found["title"]
    is_rollup = all(re.search(r"\bRollup\b", each) for each in (name, title))
    if not (is_rollup or title == name or _initials(name) in title.split()):
        return package
    return ServicePackFix(package.product, package=f"{found['number']} {name}")


def _initials(name: str) -> str:
    """`HRP` of `Sample Server 2.0 Service Pack 4 Hotfix Rollup Package`: of the words behind the last number."""
    return "".join(re.findall(r"\b[A-Z]", re.split(r"[0-9]", name)[-1]))


_SMS = re.compile(r"\bsms\b")
_NOISE = re.compile(r"\b(?:microsoft|versions?)\b|\([^)]*\)|[\s,]+")


def canonical(package: ServicePackFix) -> tuple[str, str]:
    """What makes two statements the same one, however the product is spelled."""
    product = _SMS.sub("systems management server", _NOISE.sub(" ", package.product.lower()))
    name = str(package.service_pack or package.package).lower().replace("service release ", "sr-").replace("/sr-", "/")
    return " ".join(product.split()), " ".join(_NOISE.sub(" ", name).split())


def distinct(packages: Iterable[ServicePackFix]) -> list[ServicePackFix]:
    """Each package once, in their order.

    A product without a version says less than another of the same words with one: `Windows NT` and `Windows NT 4.0`.
    A program's service release is its suite's: Word 97 SR-2 is of Office 97 SR-2.
    """
    stated: dict[tuple[str, str], ServicePackFix] = {}
    for package in packages:
        stated.setdefault(canonical(package), package)
    words = {key: set(key[0].split()) for key in stated}
    suites = {_of_suite(name) for _, name in stated if name.startswith("office ")}
    return [
        package
        for key, package in stated.items()
        if (
            any(map(str.isdigit, key[0]))
            or not any(key[1] == other[1] and words[key] < words[other] for other in stated)
        )
        and (key[1].startswith("office ") or _of_suite(key[1]) not in suites)
    ]


_PROGRAM = re.compile(r"\w+ (?P<year>97|2000)(?: for windows)? (?=sr-[0-9])")


def _of_suite(name: str) -> str:
    """The canonical name of a service release of Office, or of one of its programs, as its suite's."""
    return _PROGRAM.sub(r"office \g<year> ", name)


_LATEST_PACK = re.compile(
    r"\b(?:obtain|install|apply|in) the latest (?:[\w.]+ ){0,6}service pack\b"
    r"(?: for (?P<product>(?:\.(?=[0-9])|[^.])*))?",
    re.IGNORECASE,
)


def latest_pack_in(paragraph: str) -> str | None:
    """The product of `the latest service pack for Windows NT 4.0`, whose number another sentence will give.

    "" for none, and None where no such service pack is spoken of.
    """
    found = _LATEST_PACK.search(paragraph) if "service pack" in paragraph else None
    return None if found is None else product_phrase(found["product"] or "")


def in_order(packages: Sequence[ServicePackFix], spoken_of: int | None) -> list[ServicePackFix]:
    """The packages in the article's order.

    Service packs come where the article first spoke of one, before its number was said: behind as many packages as
    `spoken_of` says.
    """
    if spoken_of is None:
        return list(packages)
    before, after = packages[:spoken_of], packages[spoken_of:]
    return [*before, *sorted(after, key=lambda package: package.package is not None)]


def only_product(applies_to: Sequence[str]) -> str:
    """The one product and version that an article applies to, for a service pack that names none; "" for several."""
    named = {_versioned(line) for line in applies_to}
    return named.pop() if len(named) == 1 else ""


def _versioned(line: str) -> str:
    families = parse_product(line).families
    if families:
        return next(iter(families)).name if len(families) == 1 else ""
    found = _ONE_VERSION.fullmatch(line)
    return f"{found['product']} {found['version']}".removeprefix("Microsoft ") if found else ""


_ONE_VERSION = re.compile(
    r"(?P<product>[A-Z][^,0-9]*?[A-Za-z]),? (?:versions? )?(?P<version>[0-9]+(?:\.[0-9]+)?)"
    r"(?:(?:, (?P=version))? SP[0-9][a-z]?)*"
)
