"""Candidates for the same organisation: what proposes a pair, what rules it out, what is found."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sousveil.graph import Store
from sousveil.graph.identity import (
    MIN_SCORE,
    Candidate,
    Profile,
    candidates,
    is_official,
    profiles,
    weigh,
)

LEI, OTHER_LEI = "LEI:549300E9PC51EN656011", "LEI:HWUPKR0MPOU8FGXBT394"


def company(id_: str, name: str = "", **more: Any) -> Profile:
    more.setdefault("names", ((name, ""),) if name else ())
    for key in ("numbers", "countries", "regions"):
        if isinstance(more.get(key), str):
            more[key] = (more[key],)
    return Profile(id_, more.pop("cls", "Company"), **more)


def pair(name: str, other: str, mine: dict[str, Any], theirs: dict[str, Any]) -> Candidate | None:
    return weigh(company("a", name, **mine), company("b", other, **theirs))


def score(name: str, other: str, mine: Any = None, theirs: Any = None) -> int:
    found = pair(name, other, mine or {}, theirs or {})
    return found.score if found else 0


@pytest.mark.parametrize("scheme", ["LEI", "USCC", "GB-COH", "SE-BLV", "RA000585", "CN-SAIC-1"])
def test_official_registers(scheme: str) -> None:
    assert is_official(scheme)


@pytest.mark.parametrize("scheme", ["WIKIDATA", "OPENCORPORATES", "ZZ-REG", "GB", "OS-ID-X", "RA1"])
def test_other_lists(scheme: str) -> None:
    assert not is_official(scheme)


def test_an_official_number_is_a_strong_proposal() -> None:
    found = pair("Axis AB", "Axis AB", {"numbers": LEI}, {"numbers": LEI})
    assert found is not None
    assert found.score == 99
    assert found.reasons[0].text == f"same number {LEI}"
    assert score("", "Axis AB", {"numbers": LEI}, {"numbers": LEI}) == 97
    # Other names and another country are shown, and do not hide it.
    found = pair("Axis AB", "Canon Inc.", {"numbers": LEI, "countries": "SE"},
                 {"numbers": LEI, "countries": "JP"})
    assert found is not None
    assert found.score == 85
    assert {"names differ: Axis AB / Canon Inc.", "other countries: SE, JP"} <= {
        r.text for r in found.reasons}


def test_other_official_numbers_rule_a_pair_out() -> None:
    same: dict[str, Any] = {"countries": "SE", "website": "https://axis.com"}
    assert score("Axis AB", "Axis AB", same, same) >= MIN_SCORE
    assert score("Axis AB", "Axis AB", {"numbers": LEI, **same},
                 {"numbers": OTHER_LEI, **same}) == 0
    # Also where another number is the same: one of them is wrong.
    assert score("Axis AB", "Axis AB", {"numbers": (LEI, "SE-BLV:1234567")},
                 {"numbers": (LEI, "SE-BLV:7654321")}) == 0
    assert score("Axis AB", "Axis AB", {"numbers": "GB-COH:01234567"},
                 {"numbers": "SE-BLV:7654321"}) >= MIN_SCORE


def test_numbers_are_compared_by_their_digits() -> None:
    for one, other in (("GB-COH:01234567", "GB-COH:1234567"), ("SE-BLV:556253-6143",
                                                               "SE-BLV:5562536143")):
        assert score("Ax", "Ox", {"numbers": one}, {"numbers": other}) == 90


@pytest.mark.parametrize("number", ["0", "00000000", "N/A", "n/a", "99999999", "123456789", "-"])
def test_a_placeholder_is_no_number(number: str) -> None:
    numbers = {"numbers": f"GB-COH:{number}"}
    assert score("Axis AB", "Canon Inc.", numbers, numbers) == 0
    assert score("Axis AB", "Axis AB", numbers, {"numbers": "GB-COH:1234567"}) >= MIN_SCORE


def test_wikidata_is_weaker_than_a_register() -> None:
    item = {"numbers": "WIKIDATA:Q123"}
    assert MIN_SCORE <= score("Axis AB", "Canon Inc.", item, item) < 90
    assert score("Axis AB", "Axis AB", item, item) < 90
    assert score("Axis AB", "Axis AB", item, {"numbers": "WIKIDATA:Q124"}) < score(
        "Axis AB", "Axis AB")


def test_a_branch_is_not_its_bureau_whatever_the_number() -> None:
    uscc = {"numbers": "USCC:11310000002420445F", "countries": "CN", "regions": "CN-SH"}
    assert score("上海市公安局", "上海市公安局黄浦分局", uscc, uscc) == 0
    assert score("Shanghai Bureau", "Huangpu Branch of Shanghai Bureau", uscc, uscc) == 0
    assert score("上海市公安局", "上海公安局", uscc, uscc) == 99


def test_one_name_in_two_countries_or_cities() -> None:
    assert score("Axis Communications AB", "Axis Communications AB", {"countries": "SE"},
                 {"countries": "US"}) < MIN_SCORE
    china = {"countries": "CN"}
    assert score("福州通达科技有限公司", "福州通达科技有限公司", {**china, "regions": "CN-FJ"},
                 {**china, "regions": "CN-JX"}) < MIN_SCORE
    assert score("福州通达科技有限公司", "福州通达科技有限公司", {**china, "regions": "CN-FJ"},
                 {**china, "regions": "CN-FJ"}) >= MIN_SCORE
    assert score("Axis Communications AB", "Axis Communications AB", {"founded": "1984"},
                 {"founded": "2001-05"}) < score(
        "Axis Communications AB", "Axis Communications AB", {"founded": "1984-01"},
        {"founded": "1984"})


def test_bodies_of_places_that_differ_by_a_letter() -> None:
    for one, other in (("Clifton Police Department", "Clinton Police Department"),
                       ("Stafford County Sheriff's Office", "Strafford County Sheriff's Office")):
        seat = {"cls": "PublicBody", "countries": "US", "regions": "US-NJ"}
        assert 0 < score(one, other, seat, seat) < MIN_SCORE
    # Nobody knows whether a bureau without a province is that of this province.
    seat = {"cls": "PublicBody", "countries": "US"}
    name = "Springfield Police Department"
    assert score(name, name, seat, {**seat, "regions": "US-MO"}) < score(name, name, seat, seat)


@pytest.mark.parametrize("name", ["朝阳区教育局", "鼓楼区公安分局", "市公安局交警支队", "区政府"])
def test_a_local_body_without_a_place_is_never_proposed(name: str) -> None:
    """Beijing has a district of this name, and so has Changchun."""
    somewhere = {"cls": "PublicBody", "countries": "CN"}
    beijing = {**somewhere, "regions": "CN-BJ"}
    assert pair(name, name, somewhere, somewhere) is None
    assert pair(name, name, beijing, somewhere) is None
    assert pair(name, name, beijing, {**somewhere, "regions": "CN-JL"}) is None
    assert pair(name, name, beijing, beijing) is not None
    number = {"numbers": "USCC:11310000002420445F"}
    assert pair(name, name, {**somewhere, **number}, {**somewhere, **number}) is not None


def test_a_local_body_that_names_its_city_is_proposed() -> None:
    for name in ("北京市朝阳区教育局", "广西壮族自治区公安厅"):
        seat = {"cls": "PublicBody", "countries": "CN"}
        assert score(name, name, seat, seat) >= MIN_SCORE


def test_a_name_that_many_have_is_not_enough() -> None:
    for name in ("Public Security Bureau", "Ministry of Education", "市公安局", "教育局"):
        assert score(name, name, {"countries": "CN"}, {"countries": "CN"}) < MIN_SCORE


def test_neither_translation_nor_transliteration_is_enough() -> None:
    china: dict[str, Any] = {"countries": "CN", "regions": "CN-GX"}
    zh, latin = "广西建信建设项目管理有限公司", "Guangxi Jianxin Project Management Co., Ltd."
    assert score(zh, latin, china, china) == 0
    # A third kind of evidence is needed, and then it is said.
    site = {**china, "website": "http://www.jianxin.example/"}
    found = pair(zh, latin, site, {**china, "website": "https://jianxin.example/en"})
    assert found is not None
    assert found.score < 80
    assert "pinyin in common: guangxi jianxin" in {r.text for r in found.reasons}
    made = {"names": (("安讯士网络", ""), ("anxunshi wangluo", "transliteration"))}
    assert score("", "Anxunshi Wangluo", made, china) == 0


def test_a_website_is_support_only() -> None:
    site = {"website": "https://axis.com"}
    assert score("Axis Communications", "Canon Europe", site, site) == 0
    assert score("Axis Communications", "Axis Communications AB", site, site) > score(
        "Axis Communications", "Axis Communications AB")


def test_names_of_other_kinds_count_less() -> None:
    main = score("Idemia", "Idemia")
    scores = []
    for kind in ("trade", "former", "alias", "abbreviation"):
        names = {"names": (("Quite Another", ""), ("Idemia Holding Works", kind))}
        scores.append(score("", "Idemia Holding Works", names))
    assert main > scores[0] > scores[1] > scores[2] > scores[3]
    # Because the main names say otherwise, none of these is proposed.
    assert scores[0] < MIN_SCORE
    former = {"names": (("Idemia", ""), ("Morpho Identity", "former"))}
    twice = {"names": (("Idemia", ""), ("Morpho Cards", "former"))}
    assert pair("", "", former, twice)


def test_other_chinese_names_speak_against_equal_latin_ones() -> None:
    one = {"names": (("Taizhou Public Security Bureau", ""), ("泰州市公安局", ""))}
    other = {"names": (("Taizhou Public Security Bureau", ""), ("台州市公安局", ""))}
    assert score("", "", one, other) < MIN_SCORE
    assert score("", "", one, one) >= MIN_SCORE


def test_classes_are_kept_apart() -> None:
    assert weigh(company("a", "Shihezi University", numbers=LEI),
                 company("b", "Shihezi University", numbers=LEI, cls="PublicBody")) is None


# ── Finding pairs ────────────────────────────────────────────────────────────────────────────


def test_pairs_are_found_by_every_kind_of_key() -> None:
    known = [
        company("number-a", "One", numbers="GB-COH:1234567"),
        company("number-b", "Other", numbers="GB-COH:01234567"),
        company("order-a", "Noldus (Beijing) Technology"),
        company("order-b", "Beijing Noldus Technology"),
        company("space-a", "Vanderbilt Optics"), company("space-b", "van der bilt optics"),
        company("slip-a", "Crystalord Systems"), company("slip-b", "Crystlord Systems"),
        company("single-a", "Swarovsky"), company("single-b", "Swarovski"),
        company("form-a", "SiemensAG"), company("form-b", "Siemens AG"),
        company("zh-a", "诺达思（北京）信息技术有限公司"),
        company("zh-b", "北京诺达思信息技术有限公司"),
        company("site-a", "广西建信管理", website="http://jx.example"),
        company("site-b", "Guangxi Jianxin Guanli", website="http://www.jx.example/x"),
    ]
    found = candidates(known)
    assert {(c.a, c.b) for c in found.candidates} == {
        (f"{k}-a", f"{k}-b") for k in
        ("number", "order", "space", "slip", "single", "form", "zh", "site")
    }
    assert found.profiles == len(known)
    assert found.compared <= 12


def test_what_too_many_share_is_counted_and_not_compared() -> None:
    known = [company(f"c{n:02}", "Axis Communications AB") for n in range(60)]
    found = candidates(known)
    assert (found.candidates, found.compared, found.passed_over > 0) == ([], 0, True)
    assert len(candidates(known[:5]).candidates) == 10


def test_only_pairs_of_what_is_new() -> None:
    known = [company(i, "Axis Communications AB") for i in ("a", "b", "c")]
    found = candidates(known, mine=["c"])
    assert [(c.a, c.b) for c in found.candidates] == [("a", "c"), ("b", "c")]
    assert candidates(known, mine=[]).candidates == []
    assert candidates([]).candidates == []


NAMES = st.sampled_from([
    "Axis AB", "Axis Communications AB", "AXIS COMMUNICATIONS", "Axis Comunications AB",
    "Beijing Axis Communications", "上海市公安局", "上海公安局", "上海市公安局黄浦分局",
    "Noldus (Beijing) Technology", "Beijing Noldus Technology", "Crystalord", "Cristalord", "Ax",
])
NUMBERS = st.lists(st.sampled_from([
    LEI, OTHER_LEI, "GB-COH:01234567", "GB-COH:1234567", "GB-COH:7654321", "WIKIDATA:Q1",
    "WIKIDATA:Q2", "USCC:91310000X", "GB-COH:0",
]), max_size=3, unique=True).map(tuple)
PROFILES = st.builds(
    Profile, id=st.integers(0, 99).map(lambda n: f"id-{n:02}"),
    cls=st.sampled_from(["Company", "Company", "PublicBody"]),
    names=st.lists(st.tuples(NAMES, st.sampled_from(["", "", "former", "alias", "legal"])),
                   max_size=3, unique=True).map(tuple),
    numbers=NUMBERS, countries=st.sampled_from([(), ("SE",), ("CN",), ("CN", "SE")]),
    regions=st.sampled_from([(), ("CN-SH",), ("CN-BJ",)]),
    website=st.sampled_from(["", "https://axis.com", "http://www.axis.com/x"]),
    founded=st.sampled_from(["", "1984", "1984-05", "2001"]),
)


@given(PROFILES, PROFILES)
def test_weighing_is_symmetric(a: Profile, b: Profile) -> None:
    assert weigh(a, b) == weigh(b, a)


@given(PROFILES, PROFILES)
def test_conflicting_official_numbers_are_never_proposed(a: Profile, b: Profile) -> None:
    def plain(profile: Profile, scheme: str) -> set[str]:
        return {n.split(":")[1].lstrip("0") for n in profile.numbers
                if n.startswith(scheme + ":")} - {""}

    for scheme in ("LEI", "USCC", "GB-COH"):
        mine, theirs = plain(a, scheme), plain(b, scheme)
        if mine and theirs and not mine & theirs:
            assert weigh(a, b) is None
            assert candidates([a, b], 1).candidates == [] or a.id == b.id


@settings(max_examples=40)
@given(st.lists(PROFILES, max_size=12, unique_by=lambda p: p.id), st.randoms(use_true_random=False))
def test_the_order_makes_no_difference(known: list[Profile], draw: random.Random) -> None:
    shuffled = draw.sample(known, len(known))
    found = candidates(known, 1)
    assert candidates(shuffled, 1) == found
    assert candidates(known, 1) == found
    assert found.candidates == sorted(found.candidates, key=lambda c: (-c.score, c.a, c.b))


@settings(max_examples=40)
@given(st.lists(PROFILES, max_size=10, unique_by=lambda p: p.id))
def test_no_pair_is_lost_on_the_way(known: list[Profile]) -> None:
    """What weighing all pairs proposes, looking for pairs proposes too."""
    every = {
        (c.a, c.b) for i, a in enumerate(known) for b in known[i + 1:]
        if (c := weigh(a, b)) and c.score >= MIN_SCORE
    }
    assert {(c.a, c.b) for c in candidates(known).candidates} == every


# ── Reading ──────────────────────────────────────────────────────────────────────────────────


def test_profiles_of_the_shipped_data(shipped_store: Store) -> None:
    found = {p.id: p for p in profiles(shipped_store)}
    huangpu = found["huangpu-branch"]
    assert (huangpu.cls, huangpu.countries, huangpu.regions) == ("PublicBody", ("CN",), ("CN-SH",))
    assert ("上海市公安局黄浦分局", "") in huangpu.names
    assert ("Morpho", "trade") in found["safran-identity-security"].names
    assert found["axis-communications"].website == "https://www.axis.com"
    assert found["idemia"].founded == "2017-05-31"
    assert list(found) == [p.id for p in profiles(shipped_store)]


def test_the_shipped_data_have_no_two_ids_for_one(shipped_store: Store) -> None:
    assert candidates(profiles(shipped_store)).candidates == []


def test_pages_join(shipped_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(profiles(shipped_store))
    monkeypatch.setattr("sousveil.graph.identity._PAGE", 7)
    assert list(profiles(shipped_store)) == whole
