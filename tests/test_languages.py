"""Languages: LANGIDs and the names that articles print."""

from __future__ import annotations

import pytest

from hotfixcheck.languages import is_language, language_name


@pytest.mark.parametrize(
    ("langid", "name"),
    [
        pytest.param(0x0409, "English", id="en-US"),
        pytest.param(0x0809, "English", id="en-GB"),
        pytest.param(0x0407, "German", id="de-DE"),
        pytest.param(0x0C07, "German", id="de-AT"),
        pytest.param(0x0411, "Japanese", id="ja-JP"),
        pytest.param(0x0416, "Brazilian Portuguese", id="pt-BR"),
        pytest.param(0x0816, "Portuguese", id="pt-PT"),
        pytest.param(0x0404, "Chinese Traditional", id="zh-TW"),
        pytest.param(0x0C04, "Chinese Traditional", id="zh-HK"),
        pytest.param(0x1404, "Chinese Traditional", id="zh-MO"),
        pytest.param(0x0804, "Chinese Simplified", id="zh-CN"),
        pytest.param(0x1004, "Chinese Simplified", id="zh-SG"),
        pytest.param(0x0004, "Chinese", id="zh"),
        pytest.param(0x041A, "Croatian", id="hr-HR"),
        pytest.param(0x081A, "Serbian", id="sr-Latn-CS"),
        pytest.param(0x241A, "Serbian", id="sr-Latn-RS"),
        pytest.param(0x141A, None, id="bs-Latn-BA"),
        pytest.param(0x0000, None, id="neutral"),
        pytest.param(0x0400, None, id="the user's default"),
        pytest.param(0x0436, None, id="Afrikaans"),
    ],
)
def test_name_of_a_langid(langid: int, name: str | None) -> None:
    assert language_name(langid) == name


@pytest.mark.parametrize(
    ("printed", "langid", "verdict"),
    [
        pytest.param("English", 0x0409, True, id="same"),
        pytest.param("ENGLISH", 0x0809, True, id="case and country"),
        pytest.param("English-language version", 0x0409, True, id="as a sentence has it"),
        pytest.param("German", 0x0409, False, id="another"),
        pytest.param("Simplified Chinese", 0x0804, True, id="words in any order"),
        pytest.param("Chinese (Simplified)", 0x0804, None, id="brackets are not known"),
        pytest.param("Chinese Traditional", 0x0804, False, id="the other Chinese"),
        pytest.param("Portuguese", 0x0416, False, id="Brazilian is another"),
        pytest.param("Klingon", 0x0409, None, id="no language of Windows"),
        pytest.param("English", 0x0000, None, id="a neutral file"),
        pytest.param("", 0x0409, None, id="nothing printed"),
    ],
)
def test_printed_language_of_a_file(printed: str, langid: int, verdict: bool | None) -> None:
    assert is_language(printed, langid) is verdict
