"""Values, identifiers and places."""

from __future__ import annotations

from datetime import date

import pytest

from sousveil.ontology import Schema
from sousveil.ontology.check import Values, check_id, check_values
from sousveil.ontology.identifiers import check_lei, check_uscc
from sousveil.ontology.places import EU, chinese_name, country_place, eu_periods


@pytest.mark.parametrize(
    ("element", "values"),
    [
        ("Company", {"name": "Axis Communications AB", "lei": "213800KUD8LAJWSQ9D15"}),
        ("Product", {"name": "Q60", "category": ["ptz-camera", "network-camera"]}),
        ("Product", {"name": "Q60", "category": "ptz-camera", "description": ""}),
        ("Transaction", {"title": "t", "kind": "award", "amount": "12.5", "currency": "CNY"}),
        ("OWNS", {"share_min": "50", "share_max": "100", "valid": "2015/..", "key": "b"}),
        ("Name", {"lang": "zh-Latn-pinyin", "kind": "transliteration", "valid": "../2015"}),
        ("Source", {"title": "t", "basis": "press", "publisher": "paper", "url": "https://a.b/c"}),
    ],
)
def test_good_values(element: str, values: Values) -> None:
    assert list(check_values(Schema.load(), element, values)) == []


@pytest.mark.parametrize(
    ("element", "values", "prop", "rule", "says"),
    [
        ("Company", {"name": "A", "nme_zh": "x"}, "nme_zh", "unknown-property", "name_zh"),
        ("Company", {}, "name", "required", "needs a name"),
        ("Company", {"name": ""}, "name", "required", "needs a name"),
        ("Company", {"name": ["A", "B"]}, "name", "cardinality", "one value"),
        ("Company", {"name": "A\nB"}, "name", "string", "line breaks"),
        ("Company", {"name": "A", "founded": "24/03/2015"}, "founded", "date", "ambiguous"),
        ("Company", {"name": "A", "lei": "213800KUD8LAJWSQ9D16"}, "lei", "lei", "check digits"),
        ("Company", {"name": "A", "uscc": "9111000060003734"}, "uscc", "uscc", "18 characters"),
        ("Company", {"name": "A", "website": "axis.com"}, "website", "url", "https://"),
        ("PublicBody", {"name": "A", "kind": "police-bureau"}, "kind", "concept", "not in"),
        ("Transaction", {"title": "t", "kind": "awards"}, "kind", "concept", "mean award"),
        (
            "Transaction",
            {"title": "t", "kind": "sale", "amount": "1,2", "currency": "CNY"},
            "amount",
            "number",
            "1200",
        ),
        (
            "Transaction",
            {"title": "t", "kind": "sale", "amount": "nan", "currency": "CNY"},
            "amount",
            "number",
            "no",
        ),
        (
            "Transaction",
            {"title": "t", "kind": "sale", "amount": "1"},
            "currency",
            "required",
            "its",
        ),
        (
            "Transaction",
            {"title": "t", "kind": "sale", "currency": "RMB"},
            "currency",
            "currency",
            "CNY",
        ),
        ("INCLUDES", {"quantity": "3.5"}, "quantity", "integer", "whole number"),
        ("Source", {"title": "t", "basis": "press", "sha256": "AB"}, "sha256", "sha256", "64"),
        (
            "Source",
            {"title": "t", "basis": "press", "language": "english!"},
            "language",
            "language",
            "tag",
        ),
        (
            "Source",
            {"title": "t", "basis": "press", "publisher": "a b"},
            "publisher",
            "ref",
            "no id",
        ),
        ("OWNS", {"share_exact": "120"}, "share_exact", "range", "percent"),
        ("OWNS", {"share_exact": "20", "share_min": "10"}, "share_exact", "range", "not both"),
        ("OWNS", {"share_min": "60", "share_max": "20"}, "share_min", "range", "above"),
        ("MENTIONS", {}, "as", "required", "needs"),
        ("Nonsense", {"x": "y"}, "x", "unknown-property", "no class"),
    ],
)
def test_bad_values(element: str, values: Values, prop: str, rule: str, says: str) -> None:
    problems = list(check_values(Schema.load(), element, values))
    assert [(p, r) for p, r, _ in problems] == [(prop, rule)]
    assert says in problems[0][2]


def test_a_claim_may_give_only_some_values() -> None:
    schema = Schema.load()
    assert list(check_values(schema, "Company", {"founded": "1984"}, complete=False)) == []


@pytest.mark.parametrize("text", ["axis", "CN-XJ", "a.b_c-1", "EU"])
def test_good_ids(text: str) -> None:
    assert check_id(text) is None


@pytest.mark.parametrize("text", ["", "-a", "a-", "a--b", "a b", "安讯士", "a/b", "a\n"])
def test_bad_ids(text: str) -> None:
    assert check_id(text)


def test_identifiers() -> None:
    assert check_lei("213800KUD8LAJWSQ9D15") is None
    assert "20 characters" in (check_lei("213800") or "")
    assert "check digits" in (check_lei("213800KUD8LAJWSQ9D51") or "")
    assert "write" in (check_lei("213800kud8lajwsq9d15") or "")
    assert check_uscc("91110000600037341L") is None
    assert "check digits" in (check_uscc("91110000600037342L") or "")
    assert "is no USCC" in (check_uscc("91110000600O37341L") or "")


def test_places_by_code() -> None:
    assert country_place("SE") == ("Sweden", "country", None)
    assert country_place("CN-XJ") == ("Xinjiang Uygur Zizhiqu", "subdivision", "CN")
    assert country_place("GB-LND") == ("London, City of", "subdivision", "GB-ENG")
    for code in ("se", "Sweden", "XX", "CN-QQ", "", "EU", "cn-xj"):
        assert country_place(code) is None
    assert chinese_name("SE") == "瑞典"
    assert chinese_name("CN-XJ") == "新疆维吾尔自治区"
    assert chinese_name("XX") is None


def test_membership_of_the_european_union() -> None:
    periods = eu_periods()
    assert len(periods) == 28
    assert len({p.country for p in periods}) == 28
    for period in periods:
        assert period.region == EU
        assert country_place(period.country)
        assert date.fromisoformat(period.valid_from) >= date(1958, 1, 1)
        assert "CELEX" in period.source
    ended = {p.country: p.valid_to for p in periods if p.valid_to}
    assert ended == {"GB": "2020-01-31"}
    assert sum(p.valid_from <= "2019-06-01" for p in periods) == 28
    assert sum(p.valid_from <= "1960-01-01" for p in periods) == 6
    started = {p.country: p.valid_from for p in periods}
    assert started["SE"] == "1995-01-01"
    assert started["HR"] == "2013-07-01"
    assert started["GB"] == "1973-01-01"
