"""What a heading over a file table says: the product, the platform, the service branch."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from hotfixcheck.articles.cells import platform_of
from hotfixcheck.articles.phrases import begins_with_product
from hotfixcheck.articles.text import clean
from hotfixcheck.platforms import Platform
from hotfixcheck.products import parse_product

_LONGEST = 200
_MOST_WORDS = 8
_ALL = re.compile(
    r"(?:additional files )?for (?=all\b|the\b|x?[0-9]|windows\b|microsoft\b|itanium\b|ia)", re.IGNORECASE
)
_PLATFORM = re.compile(r"\b(x86|x64|i386|amd64|ia-?64|itanium|arm64|arm|alpha)(?:-based)?\b", re.IGNORECASE)
_PLATFORM_ONLY = re.compile(
    r"(?:for )?(?:all )?(?:supported )?(?:the )?[\w-]+?(?:[- ]based)?"
    r"(?: (?:versions?|editions?|systems?|computers?|platforms?|processors?|files?|bit))*",
    re.IGNORECASE,
)
_BRANCH = re.compile(r"\b(?:RTM|SP[1-9])?(?:GDR|QFE|LDR)\b")
_PRODUCT = re.compile(
    r"\b(?:Windows|Server|Office|SQL|Exchange|SharePoint|Explorer|Visual|System Center|Edition|Services?)\b|\.NET\b"
)
_NO_PRODUCT = re.compile(r"\b(?:file|files|information|notes?|hash|package|download)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?]\s*$|\b(?:is|are|was|were|have|has|you|must|this|that|which)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caption:
    """What is known of the tables below a heading, until the next."""

    scope: str | None = None
    platform: Platform | None = None
    release: str | None = None
    is_inherited: bool = False
    """The platform is that of a heading above this one."""

    def under(self, heading: Caption) -> Caption:
        """With a heading below this one: a platform that stands alone goes on over the products below it."""
        if heading.platform is None and heading.scope and (self.scope is None or self.is_inherited):
            heading = replace(heading, platform=self.platform, is_inherited=self.platform is not None)
        if heading.release and not (heading.scope or heading.platform):
            heading = replace(self, release=heading.release)
        return heading


def is_heading(text: str) -> bool:
    """True for a few words that are no sentence: `For all supported x64-based versions of Windows 7`."""
    text = text.strip()
    return 0 < len(text) <= _LONGEST and not _SENTENCE.search(text.rstrip(":"))


def is_caption(text: str) -> bool:
    """True for a heading that is nothing but a caption, in running text too, where headings are not marked."""
    if not is_heading(text) or (caption := caption_of(text)) == Caption():
        return False
    if caption.scope is None:
        return len(text.split()) <= _MOST_WORDS
    return bool(_ALL.match(text) or _PLATFORM.match(caption.scope)) or begins_with_product(caption.scope)


@lru_cache(maxsize=512)
def caption_of(text: str) -> Caption:
    """What `text`, a heading, says; nothing if it names no product, platform or branch."""
    text = clean(text).rstrip(": ")
    branch = _BRANCH.search(text)
    release = branch[0] if branch else None
    platform = _platform(text)
    if platform and _PLATFORM_ONLY.fullmatch(text):
        return Caption(platform=platform, release=release)
    scope = text[found.end() :] if (found := _ALL.match(text)) else text
    if not (parse_product(scope).is_windows or (_PRODUCT.search(scope) and not _NO_PRODUCT.search(scope))):
        return Caption(platform=platform if found else None, release=release)
    return Caption(scope, platform, release)


def _platform(text: str) -> Platform | None:
    """The one platform that `text` names; None for none or several, as in `x86-based and x64-based versions`.

    `32-bit versions` names none: it is part of a product's name, and the rows say which platform they are for.
    """
    named = {platform_of(each) for each in _PLATFORM.findall(text)}
    return named.pop() if len(named) == 1 else None
