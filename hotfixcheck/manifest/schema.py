"""JSON Schema of manifest version 1, and what its formats mean.

The schema is the one description of a manifest: `manifest schema` prints it, the loader interprets it, and each
`description` doubles as the loader's "expected …".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.platforms import Platform

VERSION: Final = 1

Schema = dict[str, Any]


# Text is one line that a terminal can print.
_CONTROL: Schema = {"pattern": r"[\u0000-\u001f\u007f-\u009f\u2028\u2029]"}


def _text(expected: str, **more: Any) -> Schema:
    return {"type": "string", "minLength": 1, "not": _CONTROL, "description": expected, **more}


_ARTICLE = _text("an article number such as Q256149 or KB836769", pattern=r"^(Q|KB)[0-9]{1,9}$")

_PLATFORM = _text(f"one of {', '.join(Platform)}, or a printed label such as Intel", format="platform")

_FILE_ROW: Schema = {
    "type": "object",
    "description": "a file row such as {name: Kernel32.dll, platform: x86, size: 375056}",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": _text("a file name as printed, without a folder", pattern=r"^[^\\/]+$"),
        "platform": _PLATFORM,
        "path": _text("the folder or full path that the table prints"),
        "version": _text("a file version as printed, such as 4.0.1381.33478", format="file-version"),
        "date": _text("a date as YYYY-MM-DD", format="date"),
        "time": _text("a time as HH:MM or HH:MM:SS", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"),
        "size": {
            "type": "integer",
            "minimum": 0,
            "maximum": 2**53 - 1,
            "description": "a whole number of bytes, without separators",
        },
        "size_approx": {"type": "boolean", "description": "true if the article rounds the size to KB or MB"},
        "link_time": _text(
            "the time in the PE header in UTC, as YYYY-MM-DDTHH:MM:SS",
            pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$",
        ),
        "sha256": _text("64 hexadecimal digits in lower case", pattern="^[0-9a-f]{64}$"),
        "note": _text("the text of any other column, as printed"),
    },
}

_FILES_FIX: Schema = {
    "type": "object",
    "description": "a file table: kind, files, and optionally scope, release, language, utc",
    "required": ["kind", "files"],
    "additionalProperties": False,
    "properties": {
        "kind": {"const": "files", "description": "files or service_pack"},
        "scope": _text("the product the table is for, as printed"),
        "release": _text("a service pack level or service branch, as printed"),
        "language": _text("the language of the files, such as English"),
        "utc": {"type": "boolean", "description": "true or false: whether the article says that the times are UTC"},
        "files": {
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/file"},
            "description": "a list of file rows",
        },
    },
}

_SERVICE_PACK_FIX: Schema = {
    "type": "object",
    "description": "a service pack: kind, product, and service_pack or package",
    "required": ["kind", "product"],
    "oneOf": [{"required": ["service_pack"]}, {"required": ["package"]}],
    "additionalProperties": False,
    "properties": {
        "kind": {"const": "service_pack", "description": "files or service_pack"},
        "product": _text("the product the service pack is for, as printed"),
        "service_pack": _text("a service pack such as SP4 or SP6a", pattern=r"^SP[1-9][0-9]?[a-z]?$"),
        "package": _text("a rollup or other package by name, as printed"),
    },
}

SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": f"hotfixcheck manifest, version {VERSION}",
    "type": "object",
    "description": "a manifest: a mapping with manifest, article, title and fixes",
    "required": ["manifest", "article", "title", "fixes"],
    "additionalProperties": False,
    "properties": {
        "manifest": {"const": VERSION, "description": f"the manifest version, {VERSION}"},
        "article": _ARTICLE,
        "title": _text("the article's title"),
        "revised": _text("a date as YYYY-MM-DD", format="date"),
        "applies_to": {
            "type": "array",
            "items": _text("a product as printed"),
            "description": "a list of products as printed",
        },
        "platforms": {
            "type": "array",
            "minItems": 1,
            "items": _PLATFORM,
            "description": "a list of the only processors that the article is for",
        },
        "prerequisite": _text("what must be installed first, as printed, such as 4.0 SP5"),
        "supersedes": {"type": "array", "items": _ARTICLE, "description": "a list of article numbers"},
        "fixes": {
            "type": "array",
            "minItems": 1,
            "items": {"oneOf": [{"$ref": "#/$defs/files"}, {"$ref": "#/$defs/service_pack"}]},
            "description": "a list of file tables and service packs",
        },
    },
    "$defs": {"file": _FILE_ROW, "files": _FILES_FIX, "service_pack": _SERVICE_PACK_FIX},
}

_WAIVER: Schema = {
    "type": "object",
    "description": "a waiver: article, reason, who, until, and optionally file",
    "required": ["article", "reason", "who", "until"],
    "additionalProperties": False,
    "properties": {
        # Typed by people, who write as the command line takes it.
        "article": _text("an article number such as Q256149 or KB836769", pattern=r"^([Qq]|[Kk][Bb])[0-9]{1,9}$"),
        "file": _text("a file's name, or its path in the target; without it the whole article is waived"),
        "reason": _text("why the missing fix is accepted"),
        "who": _text("who accepts it"),
        "until": _text("the last day on which it is accepted, as YYYY-MM-DD", format="date"),
    },
}

WAIVERS_SCHEMA: Final[Schema] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": f"hotfixcheck waivers, version {VERSION}",
    "type": "object",
    "description": "waivers: a mapping with waivers and accept",
    "required": ["waivers", "accept"],
    "additionalProperties": False,
    "properties": {
        "waivers": {"const": VERSION, "description": f"the version of this kind of file, {VERSION}"},
        "accept": {"type": "array", "items": _WAIVER, "description": "a list of waivers"},
    },
}


def _iso_date(text: str) -> date:
    """Strictly YYYY-MM-DD: date.fromisoformat takes other spellings too."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(f"{text!r} is not a date as YYYY-MM-DD")
    return date.fromisoformat(text)


FORMATS: Final[dict[str, Callable[[str], object]]] = {
    "date": _iso_date,
    "file-version": FileVersion.parse,
    "platform": Platform.from_label,
}
"""Each parser raises ValueError for a string that is not of its format."""
