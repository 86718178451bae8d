"""Phrases of the articles' prose: products, releases, languages, and sentences."""

from __future__ import annotations

import re
from functools import lru_cache

from hotfixcheck.products.words import WORDS

LANGUAGES = tuple(sorted({word.language for word in WORDS.values() if word.language}))
_LANGUAGE = re.compile(
    r"\b((?:Simplified |Traditional |Brazilian )?(?:"
    + "|".join(map(re.escape, LANGUAGES))
    + r"|Brazilian|Slovak|Slovenian|"
    r"Pan Chinese|Romanian|Croatian|Bulgarian|Ukrainian|Estonian|Latvian|Lithuanian|Slovene)"
    r"(?:[- ](?:Simplified|Traditional))?)\b"
)

# What the name of a product begins with in the articles of 1993 to 2003 and the later ones. Common words are a product
# only before a version; `Microsoft Word` needs no such care.
_OPENERS = r"""
    Windows | Win(?:\s?95|\s?98|NT) | NT(?=\s[3-5]) | MS-DOS | Small\sBusiness\sServer | BackOffice | Back\sOffice
    | IIS | Internet\sInformation\s(?:Server|Services?) | Personal\sWeb\sServer | Peer\sWeb\sServices
    | Index(?:\sServer|ing\sService)
    | Internet\sExplorer | Outlook | Exchange | SNA | Host\sIntegration\sServer | COM\sTransaction\sIntegrator
    | Systems\sManagement\sServer | SMS(?=\s[1-4]|\sService|\sClient|$) | SQL\sServer | MSDE | Option\sPack
    | Visual\s[A-Z]\S* | FoxPro | MASM | Developer\sStudio | PowerPoint | FrontPage | Schedule\+ | Encarta | MapPoint
    | (?:Office|Word|Excel|Access|Project|Publisher|Works|Money|Mail)(?=\s(?:[0-9]|XP|for\s|versions?\s))
    | Proxy\sServer | ISA\sServer | Internet\sSecurity\sand\sAcceleration | Site\sServer | Commerce\sServer | BizTalk
    | Content\sManagement\sServer | SharePoint | Application\sCenter | Operations\sManager | Virtual\s(?:PC|Server)
    | MDAC | Data\sAccess\sComponents | Jet | ODBC | OLE\sDB | DAO | MSXML | \.NET | TAPI | Transaction\sServer
    | Message\sQueue | MSMQ | Certificate\sServer | Cluster\sServer | Commercial\sInternet\sSystem | Terminal\sServer
    | Routing\s(?:and|&)\sRemote\sAccess | Remote\sAccess\sService | Services\sfor\s(?:UNIX|Macintosh|NetWare)
    | File\sand\sPrint\sServices | Gateway\sServices? | LAN\sManager | Virtual\sMachine | ActiveSync | NetMeeting
    | Zero\sAdministration\sKit | NetShow | MTS(?=\s) | Win32s? | Microsoft(?=\s[A-Z.])
"""
_WORD = r"""(?:[A-Z0-9][\w.+#/&-]*(?:\([A-Za-z0-9.]+\))? | \([A-Z][\w.\ -]*\) | (?:for|and|or)(?=\s[A-Z0-9])
    | versions? | with(?=\sSP|\sService) | [1-9][0-9]*-bit | edition)"""
_PRODUCT = re.compile(rf"(?<![\w./\\-])(?:Microsoft\s)?(?:{_OPENERS})(?![a-z])(?:,?\s(?=\S){_WORD})*", re.VERBOSE)
_OPENER = re.compile(rf"(?:the\s)?(?:Microsoft\s)?(?:{_OPENERS})(?![a-z])", re.VERBOSE)
_STOPS = re.compile(
    r"\s(?:NOTE|Note|IMPORTANT|This|The|To|It|If|For|In|Component|(?:[Hh]ot)?[Ff]ix|[Uu]pdate|[Cc]omputers|sites?)\b.*$"
)
_LOOSE_END = re.compile(r"(?:[\s,;:]|\.$|\s\([^)]*$|\s(?:and|or|for|with|versions?))+$")


# A heading in capitals, which are otherwise no product's: WINDOWS NT SERVER 4.0, TERMINAL SERVER EDITION.
_CAPITALS = re.compile(
    r"(?:MICROSOFT )?(?:WINDOWS|EXCHANGE|SNA|SYSTEMS MANAGEMENT|SQL|INTERNET INFORMATION) [A-Z0-9.,() -]+"
)


def product_in(text: str) -> re.Match[str] | None:
    """The first name of a product in `text`."""
    return _PRODUCT.search(text)


def product_phrase(text: str) -> str:
    """The first product that `text` names, as printed; "" for none."""
    found = _PRODUCT.search(text)
    return trimmed(found[0]) if found else ""


def trimmed(product: str) -> str:
    """A product's name without the words that lead on to something else."""
    return _LOOSE_END.sub("", _STOPS.sub("", product)).strip()


def begins_with_product(text: str) -> bool:
    """True if `text` begins with the name of a product."""
    return bool(_OPENER.match(text))


_CAPTION_LEAD = re.compile(
    r"^(?:(?:For|In|On|Hotfix for|Fix for|Update for|All supported versions of)\s(?:the\s|all\s)?)", re.IGNORECASE
)
_LONGEST_NAME = 120
_LONGEST_LIST = 800  # bulletins list every edition in one line
_AND_ANOTHER = re.compile(r"(?:[;,]|\sand)\s+(?=(?:Microsoft\s+)?Windows\b)")
_TITLE_WORD = re.compile(
    r"(?:[A-Z0-9(\"][\w.+#/&()\"'-]*|and|or|for|with|of|the|on|in|versions?|edition|editions|running|server|servers|only"
    r"|computers?|systems?|later|based|bit|[0-9]+-bit|x(?:64|86)(?:-based)?|post|all|supported|platforms?|service|pack|sites?|release|clients?)[,;:.]?$"
)
_VERSIONED = re.compile(r"[A-Z][a-z]\w+(?: (?:[A-Z][\w+-]*|and|for|version))* [0-9]+\.[0-9]+[a-z]?(?: \([A-Z]\w+\))?")
_PROSE = re.compile(
    r"(?:Method|Step|Case|Table|Figure|Example|Sample|Test|Part|Section|Option|Workaround|How|To|When|Additional|Article|More|Using|After|Before)\b|.*\b(?:Error|Problem|Issue)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def caption_product(text: str) -> str:
    """The product that a caption or heading names by itself: `For Windows 2000:`, `IIS 4.0:`; "" for any other text."""
    bare = text.strip().rstrip(" :.")
    bare = bare[1:-1] if bare[:1] == "(" and bare[-1] == ")" else bare
    if not bare or bare[0] in "-*\N{BULLET}":
        return ""
    bare = _CAPTION_LEAD.sub("", bare)
    names = _AND_ANOTHER.split(bare) if _LONGEST_NAME < len(bare) <= _LONGEST_LIST else [bare]
    return bare if all(map(_is_caption_of_one, names)) else ""


def _is_caption_of_one(name: str) -> bool:
    return len(name) <= _LONGEST_NAME and is_product_name(name) and not _PROSE.match(name)


def heading_product(text: str) -> str:
    """The product that a heading names: besides known ones, any name that ends in a version, `LinkAge Exchange 3.2`."""
    if product := caption_product(text):
        return product
    bare = text.strip().rstrip(" :")
    return bare if _VERSIONED.fullmatch(bare) and not _PROSE.match(bare) else ""


def is_product_name(text: str) -> bool:
    """True if `text` is the name of a product, or of several, and nothing else: no verb stands in it."""
    if not begins_with_product(text) or "\\" in text or text.endswith("OEM"):
        return text.isupper() and bool(_CAPITALS.fullmatch(text))
    return text.count("(") == text.count(")") and all(_TITLE_WORD.match(word) for word in text.split())


_FILES_OF = re.compile(r"(?: versions?| files)?(?: \(\w+\))?[ :]*", re.IGNORECASE)


def caption_language(text: str) -> str | None:
    """The language that a caption is about, by itself: `Simplified Chinese`, `Korean version:`; "" for all of them."""
    if text.startswith("International") and _FILES_OF.fullmatch(text, len("International")):
        return ""
    found = _LANGUAGE.match(text)
    return found[1] if found and _FILES_OF.fullmatch(text, found.end()) else None


def language_in(text: str) -> str | None:
    """The language whose version of a fix `text` is about."""
    found = _LANGUAGE.search(text)
    return found[1] if found else None


# `post-SP3`, `Service Pack 3 (SP3)`, `ICP5 post-SMS 2.0 Service Pack 3`: a service pack, and what it is for.
_SERVICE_PACK = r"(?:SP|Service Pack)[ -]?[0-9][a-z]?(?: \(SP ?[0-9][a-z]?\))?"
_CLIENT_PACK = r"(?:International Client Pack [0-9]|ICP ?[0-9])(?: \(ICP ?[0-9]\))?"
RELEASE = re.compile(
    rf"\b(?:{_CLIENT_PACK} )?(?:post[- ](?:\w+ [0-9.]+ )?)?{_SERVICE_PACK}(?: {_CLIENT_PACK})?(?![\w.])"
    rf"|\b{_CLIENT_PACK}(?![\w.])|\b(?:RTM|SP[0-9])(?:GDR|QFE|LDR)?\b",
    re.IGNORECASE,
)

SAYS_UTC = re.compile(r"\b(?:coordinated universal time|Greenwich mean time|UTC|GMT)\b", re.IGNORECASE)

_LONGEST_SENTENCE = 1000
# `U.S.`, `Inc.` end no sentence, nor does the number in a bulletin's title, `MS02-018: Title`. The blank comes first:
# looking back from every character would take three times as long.
_SENTENCE_END = re.compile(
    r"\s(?<=[.!?:]\s)(?:(?<=[a-z0-9)\]\"'].\s)(?<!\bMS[0-9]{2}-[0-9]{3}:\s)\s*(?=[A-Z\"(])|(?<=\.\.\s))"
)
_LOST_BLANK = re.compile(r"(?<=[a-z0-9)]\.)(?=(?:This|Microsoft)\s)")


@lru_cache(maxsize=8)  # each rule asks for those of one paragraph
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph; what is longer than any sentence is cut, for patterns take time with length."""
    if ".This" in text or ".Microsoft" in text:
        text = _LOST_BLANK.sub(" ", text)
    return tuple(sentence[:_LONGEST_SENTENCE] for sentence in _SENTENCE_END.split(text))
