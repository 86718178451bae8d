"""Waiver files: what they say, and every mistake by line and column."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hotfixcheck.manifest.schema import WAIVERS_SCHEMA
from hotfixcheck.manifest.waivers import Waiver, dump_waivers, load_waivers
from hotfixcheck.manifest.yaml import ManifestMistakesError

GOOD = b"""\
waivers: 1
accept:
- article: Q246691
  reason: the line stops in May
  who: J. Smith
  until: 2027-03-31
- {article: KB11, file: 'WINNT\\system32\\b.dll', reason: not used, who: Ops, until: 2026-01-01}
"""


def test_load() -> None:
    assert load_waivers(GOOD, "w.yaml") == (
        Waiver("Q246691", "the line stops in May", "J. Smith", date(2027, 3, 31), line=3),
        Waiver("KB11", "not used", "Ops", date(2026, 1, 1), r"WINNT\system32\b.dll", line=7),
    )


@pytest.mark.parametrize(("written", "article"), [("q246691", "Q246691"), ("kb11", "KB11"), ("Kb11", "KB11")])
def test_articles_are_written_in_any_case(written: str, article: str) -> None:
    data = f"waivers: 1\naccept:\n- {{article: {written}, reason: x, who: me, until: 2026-01-01}}\n".encode()
    (waiver,) = load_waivers(data, "w.yaml")
    assert waiver.subject == article
    Draft202012Validator(WAIVERS_SCHEMA["properties"]["accept"]["items"]["properties"]["article"]).validate(written)


def test_none_is_a_file_too() -> None:
    assert load_waivers(b"waivers: 1\naccept: []\n", "w.yaml") == ()
    assert dump_waivers(()) == "waivers: 1\naccept: []\n"


MISTAKES = {
    "nothing": (b"", "w.yaml:1:1: found nothing, expected waivers: a mapping with waivers and accept"),
    "no reason": (
        b"waivers: 1\naccept:\n- {article: Q1, who: me, until: 2026-01-01}\n",
        "w.yaml:3:3: accept[0].reason: missing, expected why the missing fix is accepted",
    ),
    "a slip": (
        b"waivers: 1\naccept:\n- {article: Q1, why: x, reason: x, who: me, untill: 2026-01-01}\n",
        "w.yaml:3:45: accept[0].untill: there is no such field; did you mean until?",
    ),
    "no such day": (
        b"waivers: 1\naccept:\n- {article: Q1, reason: x, who: me, until: 2026-02-30}\n",
        "w.yaml:3:44: accept[0].until: found '2026-02-30', expected the last day on which it is accepted",
    ),
    "no article": (
        b"waivers: 1\naccept:\n- {article: kernel32.dll, reason: x, who: me, until: 2026-01-01}\n",
        "w.yaml:3:13: accept[0].article: found 'kernel32.dll', expected an article number",
    ),
    "another version": (b"waivers: 2\naccept: []\n", "w.yaml:1:10: waivers: found the number 2, expected the version"),
    "a manifest": (b"manifest: 1\n", "w.yaml:1:1: accept: missing, expected a list of waivers"),
    "no YAML": (b"waivers: [", "w.yaml:2:1: not YAML"),
    "a bomb": (b"waivers: &a 1\naccept: [*a]\n", "w.yaml:1:10: anchor &a"),
}


@pytest.mark.parametrize(("data", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_named_by_place(data: bytes, said: str) -> None:
    with pytest.raises(ManifestMistakesError) as raised:
        load_waivers(data, "w.yaml")
    assert any(line.startswith(said) for line in raised.value.lines()), list(raised.value.lines())


words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1)
waivers = st.builds(
    Waiver,
    st.from_regex(r"(Q|KB)[1-9][0-9]{0,8}", fullmatch=True),
    words,
    words,
    st.dates(),
    st.none() | words,
)


@given(st.lists(waivers, max_size=5))
def test_what_is_dumped_is_loaded_and_sorted(given_waivers: list[Waiver]) -> None:
    text = dump_waivers(given_waivers)
    loaded = load_waivers(text.encode(), "w.yaml")
    assert dump_waivers(loaded) == text
    assert sorted(map(_values, loaded)) == sorted(map(_values, given_waivers))
    assert [waiver.number for waiver in loaded] == sorted(waiver.number for waiver in given_waivers)


def _values(waiver: Waiver) -> tuple[str, ...]:
    return waiver.article, waiver.file or "", waiver.reason, waiver.who, str(waiver.until)


def test_the_schema_says_the_same_to_others() -> None:
    Draft202012Validator.check_schema(WAIVERS_SCHEMA)
    good = {"waivers": 1, "accept": [{"article": "Q1", "reason": "x", "who": "me", "until": "2026-01-01"}]}
    Draft202012Validator(WAIVERS_SCHEMA).validate(json.loads(json.dumps(good)))
    assert not Draft202012Validator(WAIVERS_SCHEMA).is_valid({"waivers": 1, "accept": [{}]})
