"""Ids, names, scripts, countries and days that the loaders share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sousveil.graph.records import is_id
from sousveil.loaders.making import clean, country, day, make_id, name_values, script


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_an_id_is_always_one(parts: list[str]) -> None:
    if any(parts):
        assert is_id(make_id(*parts))
        assert make_id(*parts) == make_id(*parts)


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_words_never_share_an_id(one: str, other: str) -> None:
    assert (make_id("x", one) == make_id("x", other)) == (one == other)


@pytest.mark.parametrize(("parts", "id_"), [
    (("gb-coh", "01234567"), "gb-coh-01234567"), (("lei", "549300"), "lei-549300"),
])
def test_a_plain_number_stays_readable(parts: tuple[str, ...], id_: str) -> None:
    assert make_id(*parts) == id_


@pytest.mark.parametrize(("text", "code"), [
    ("Axis AB", "Latn"), ("上海市公安局", "Hans"), ("臺灣", "Hant"), ("大华 DAHUA", "Hans"),
    ("キヤノン株式会社", "Jpan"), ("한화비전", "Kore"), ("НТЦ", "Cyrl"), ("شركة", "Arab"),
    ("", "Latn"), ("123", "Latn"), ("Ελλάδα", "Grek"),
])
def test_scripts(text: str, code: str) -> None:
    assert script(text) == code


def test_a_chinese_name_alone_is_both() -> None:
    assert name_values("大华") == {"name": "大华", "name_zh": "大华"}
    assert name_values("Dahua", "大华") == {"name": "Dahua", "name_zh": "大华"}
    assert name_values("Axis") == {"name": "Axis", "name_zh": ""}
    assert name_values("Canon", "キヤノン") == {"name": "Canon", "name_zh": ""}


@pytest.mark.parametrize(("text", "code"), [
    ("SE", "SE"), ("se", "SE"), ("SWE", "SE"), ("UK", "GB"), ("EL", "GR"), ("XX", ""), ("", ""),
    ("Sweden", ""), ("1A0", ""), ("ZZZ", ""), ("CN-SH", "CN-SH"),
])
def test_countries(text: str, code: str) -> None:
    assert country(text) == code


@pytest.mark.parametrize(("text", "found"), [
    ("2018-10-31", "2018-10-31"), ("2018-10-31T23:59:59+08:00", "2018-10-31"), ("2018", "2018"),
    ("2018-10", "2018-10"), ("31/10/2018", ""), ("10-11-2018", ""), ("", ""), ("20181031", ""),
    ("٢٠١٨", ""), ("2018-10-31 10:00", "2018-10-31"),
])
def test_days_are_never_guessed(text: str, found: str) -> None:
    assert day(text) == found


@given(st.text())
def test_clean_text_is_one_line_that_can_be_written(text: str) -> None:
    found = clean(text)
    assert found == clean(found)
    found.encode()
    assert "\n" not in found
    assert "\x00" not in found


def test_joined_emoji_and_marks_stay() -> None:
    assert clean(" a\u200db\tc\x00 ") == "a\u200db c"
    assert clean("e\u0301") == "é"
