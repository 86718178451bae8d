"""The text of one block of a page, with marks where bold text and spans ended, as a heading and paragraphs."""

from __future__ import annotations

import re

from hotfixcheck.articles.text import clean

BOLD_TAGS = frozenset({"b", "strong"})
BOLD_BEGINS, BOLD_ENDS, SPAN_ENDS = "\x02", "\x03", "\x04"
_MARKS = re.compile("[\x02-\x04]")
# A line in bold above a text is its heading: <p><b>Prerequisites</b><br>This update requires nothing.</p>
_BOLD_LEAD = re.compile("\\s*\x02(?P<text>[^\x02-\x04\n]{2,80})\x03[ \\t:]*\n")
# Products that only a style sheet sets apart: <span>Applies to:</span><span>Windows 7</span><span>Windows 8</span>
_APPLIES_TO = re.compile("[\x02-\x04\\s]*Applies to:", re.IGNORECASE)
_ITEM_ENDS = re.compile("(?<=[^:\x02-\x04\\s])\\s*\x04(?=[\x02-\x04\\s]*\\S)")
# A long name or version that was broken for the page's width.
_BROKEN = re.compile(r"(?<=[\w.~-][_.~-])[ \t]*\n[ \t]*(?=\w)")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


def without_marks(text: str) -> str:
    """`text` as it was written."""
    return _MARKS.sub("", text)


def heading_and_paragraphs(text: str, *, in_table: bool) -> tuple[str, list[str]]:
    """The heading that opens a block, "" for none, and its paragraphs; in a table, cells have none."""
    heading = ""
    if in_table:
        text = _BROKEN.sub("", without_marks(text))
    elif lead := _BOLD_LEAD.match(text):
        heading = clean(lead["text"])
        text = text[lead.end() :]
    if _APPLIES_TO.match(text):
        text = _ITEM_ENDS.sub("; ", text)
    return heading, [said for paragraph in _PARAGRAPHS.split(without_marks(text)) if (said := clean(paragraph))]
