"""`find_paths` on the shipped data: every filter, with the paths that it must leave."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from sousveil.errors import BadParameter
from sousveil.graph import Store
from sousveil.queries import Paths, Question, SupplyPath, find_paths

# Every path from the EU to a public body: by its transaction, its id, origin and end user.
ALL = {
    "guilin-2013": ("path-9b31b94026a44dc6", "axis-communications", "guilin-psb"),
    "lingchuan-2015": ("path-d5efe63e6d5390f4", "axis-communications", "lingchuan-psb"),
    "lingchuan-2018": ("path-4a0786b67bb65cde", "axis-communications", "lingchuan-psb"),
    "huangpu-2018": ("path-15623ae7af414b1f", "axis-communications", "huangpu-branch"),
    "jingjiang-story": ("path-e583d5099e578d9b", "axis-communications", "jingjiang-psb"),
    "shanghai-psb-2015": ("path-defe67175f2677a6", "safran-identity-security", "shanghai-psb"),
    "noldus-mps": ("path-1ddcf1610780cf2d", "noldus", "mps"),
    "ppsuc-2017-noldus": ("path-f8c413a8b937b261", "noldus", "ppsuc"),
    "fujian-police-academy-2018": ("path-a3990d9ff9e37c0f", "noldus", "fujian-police-academy"),
    "shihezi-2012": ("path-02a6bd05160153ec", "noldus", "shihezi-university"),
    "xinjiang-normal-2018": ("path-dc104c6f7996aa35", "noldus", "xinjiang-normal-university"),
    "beijing-forestry-2019": ("path-b403274f301d776a", "noldus", "beijing-forestry-university"),
    "chongqing-2018": ("path-9b7931d63e9510cc", "noldus", "chongqing-university"),
}
INFERRED = {"chongqing-2018"}
AXIS = {t for t, (_, origin, _) in ALL.items() if origin == "axis-communications"}
NOLDUS = {t for t, (_, origin, _) in ALL.items() if origin == "noldus"}
BUREAUS = AXIS | {"shanghai-psb-2015"}


def ask(store: Store, from_: str = "EU", to: str = "public-body", **more: Any) -> Paths:
    return find_paths(store, Question(from_=from_, to=to, **more))[0]


def found(store: Store, from_: str = "EU", to: str = "public-body", **more: Any) -> set[str]:
    paths = ask(store, from_, to, **more).paths
    transactions = {p.transaction.id for p in paths}
    assert len(transactions) == len(paths)
    return transactions


def one(store: Store, transaction: str, **more: Any) -> SupplyPath:
    paths = ask(store, include_inferred=True, **more).paths
    return next(p for p in paths if p.transaction.id == transaction)


def test_every_path_from_the_eu(shipped_store: Store) -> None:
    paths = ask(shipped_store, include_inferred=True).paths
    assert {p.transaction.id: (p.id, p.origin.id, p.end_user.id) for p in paths} == ALL


def test_the_mission(shipped_store: Store) -> None:
    assert found(shipped_store, to="public-security-bureau") == BUREAUS


@pytest.mark.parametrize(
    ("from_", "expected"),
    [
        ("EU", set(ALL)), ("SE", AXIS), ("NL", NOLDUS), ("FR", {"shanghai-psb-2015"}),
        ("se", AXIS), ("Sweden", AXIS), ("lund", AXIS), ("European Union", set(ALL)),
        ("axis-communications", AXIS), ("Axis Communications", AXIS), ("安讯士网络通讯", AXIS),
        ("Axis", AXIS), ("Noldus", NOLDUS), ("noldus information technology", NOLDUS),
        ("Morpho", {"shanghai-psb-2015"}), ("Idemia", {"shanghai-psb-2015"}),
        ("OT-Morpho", {"shanghai-psb-2015"}), ("canon", AXIS), ("JP", AXIS),
        ("CN", set(ALL) - {"guilin-2013", "jingjiang-story", "noldus-mps", "shihezi-2012"}
         | {"xinguan-2019-award", "ppsuc-2017-fistar", "ppsuc-2017-fedu"}),
    ],
)
def test_from(shipped_store: Store, from_: str, expected: set[str]) -> None:
    assert found(shipped_store, from_, include_inferred=True) == expected


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("public-security-bureau", BUREAUS),
        ("public-security-branch-bureau", {"huangpu-2018"}),
        ("public-security-organ", BUREAUS | {"noldus-mps"}),
        ("police-academy", {"ppsuc-2017-noldus", "fujian-police-academy-2018"}),
        ("university", NOLDUS - {"noldus-mps"}),
        ("ministry", {"noldus-mps"}),
        ("paramilitary", set()), ("court", set()),
        ("CN:public-security-bureau", BUREAUS),
        ("China:public-security-bureau", BUREAUS),
        ("CN-XJ:university", {"shihezi-2012", "xinjiang-normal-2018"}),
        ("SE:public-body", set()),
        ("shanghai-psb", {"shanghai-psb-2015", "huangpu-2018"}),
        ("上海市公安局", {"shanghai-psb-2015", "huangpu-2018"}),
        ("huangpu-branch", {"huangpu-2018"}),
        ("mps", {"noldus-mps", "ppsuc-2017-noldus"}),
        ("公安部", {"noldus-mps", "ppsuc-2017-noldus"}),
        ("XPCC", {"shihezi-2012"}),
        ("china-central-government", {"shihezi-2012"}),
    ],
)
def test_to(shipped_store: Store, to: str, expected: set[str]) -> None:
    assert found(shipped_store, to=to, include_inferred=True) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"within": "CN-XJ"}, {"shihezi-2012", "xinjiang-normal-2018"}),
        ({"within": "cn-xj"}, {"shihezi-2012", "xinjiang-normal-2018"}),
        ({"within": "CN-SH"}, {"shanghai-psb-2015", "huangpu-2018"}),
        ({"within": "guilin"}, {"guilin-2013", "lingchuan-2015", "lingchuan-2018"}),
        ({"within": "Guilin"}, {"guilin-2013", "lingchuan-2015", "lingchuan-2018"}),
        ({"within": "灵川县"}, {"lingchuan-2015", "lingchuan-2018"}),
        ({"within": "CN"}, set(ALL)), ({"within": "SE"}, set()),
        ({"programme": "skynet"}, {"guilin-2013", "lingchuan-2015", "lingchuan-2018"}),
        ({"programme": "天网工程"}, {"guilin-2013", "lingchuan-2015", "lingchuan-2018"}),
        ({"programme": "lingchuan-skynet-phase-3"}, {"lingchuan-2018"}),
        ({"programme": "Sharp Eyes"}, {"huangpu-2018"}),
        ({"programme": "campaign-3-20"}, {"jingjiang-story"}),
        ({"product": "axis-network-cameras"}, AXIS),
        ({"product": "AXIS Q6045-E MKII"}, {"lingchuan-2015", "lingchuan-2018"}),
        ({"product": "axis-q1604"}, {"guilin-2013", "jingjiang-story"}),
        ({"product": "FaceReader"}, {"noldus-mps", "ppsuc-2017-noldus", "xinjiang-normal-2018",
                                     "beijing-forestry-2019"}),
        ({"product": "facereader-7"}, {"xinjiang-normal-2018"}),
        ({"product": "facereader-6-1"}, set()),
        ({"channel": "direct"}, {"noldus-mps"}),
        ({"channel": "own-subsidiary"},
         {"shanghai-psb-2015", "ppsuc-2017-noldus", "chongqing-2018"}),
        ({"channel": "third-party-reseller"},
         {"lingchuan-2015", "lingchuan-2018", "huangpu-2018", "fujian-police-academy-2018",
          "xinjiang-normal-2018", "beijing-forestry-2019"}),
        ({"channel": "not-stated"}, {"guilin-2013", "jingjiang-story", "shihezi-2012"}),
        ({"standing_at_least": "reported"}, set(ALL) - INFERRED),
        ({"standing_at_least": "self-published"}, set(ALL) - INFERRED),
        ({"standing_at_least": "documented"},
         set(ALL) - INFERRED - {"guilin-2013", "jingjiang-story"}),
        ({"standing_at_least": "confirmed"},
         {"shanghai-psb-2015", "noldus-mps", "ppsuc-2017-noldus", "fujian-police-academy-2018",
          "shihezi-2012", "xinjiang-normal-2018"}),
        ({"contested": True}, {"lingchuan-2015", "lingchuan-2018"}),
        ({"contested": False}, set(ALL) - {"lingchuan-2015", "lingchuan-2018"}),
        ({"after": "2018-10-18"}, {"lingchuan-2018", "huangpu-2018", "xinjiang-normal-2018",
                                   "beijing-forestry-2019"}),
        ({"after": "2018-10-19"}, {"huangpu-2018", "xinjiang-normal-2018",
                                   "beijing-forestry-2019"}),
        ({"before": "2015-08-20"}, {"guilin-2013", "shihezi-2012", "shanghai-psb-2015"}),
        ({"before": "2015-08-21"}, {"guilin-2013", "shihezi-2012", "shanghai-psb-2015",
                                    "lingchuan-2015"}),
        ({"before": "2012-12-31"}, {"shihezi-2012"}), ({"before": "2012-12-30"}, set()),
        ({"after": "2015-01-01", "before": "2015-12-31"}, {"shanghai-psb-2015", "lingchuan-2015"}),
        ({"as_of": "1957-12-31"}, set()),  # the treaties of Rome came into force a day later
        ({"as_of": "1958-01-01"}, NOLDUS | {"shanghai-psb-2015"}),
        ({"as_of": "1994-12-31"}, NOLDUS | {"shanghai-psb-2015"}),
        ({"as_of": "1995-01-01"}, set(ALL)),  # Sweden joins
        ({"max_ownership": 0}, set(ALL)), ({"max_transactions": 1}, set(ALL)),
        ({"within": "CN-GX", "contested": True, "after": "2016-01-01"}, {"lingchuan-2018"}),
    ],
)
def test_filters(shipped_store: Store, more: dict[str, Any], expected: set[str]) -> None:
    assert found(shipped_store, include_inferred=True, **more) == expected


@pytest.mark.parametrize(
    ("rollup", "expected"), [(0, set()), (1, {"shihezi-2012"}), (4, {"shihezi-2012"})])
def test_roll_up(shipped_store: Store, rollup: int, expected: set[str]) -> None:
    assert found(shipped_store, to="paramilitary", max_rollup=rollup) == expected
    assert found(shipped_store, to="xpcc", max_rollup=rollup) == expected


def test_ownership_is_judged_as_of_the_day_asked_for(shipped_store: Store) -> None:
    def owners(day: str) -> list[str]:
        return sorted(
            p.origin.id for p in ask(shipped_store, "FR", as_of=day, include_inferred=True).paths)

    # The subsidiary that sold in 2015 belongs to Idemia since the merger; Morpho is no more.
    assert owners("") == owners("2017-05-30") == ["safran-identity-security"]
    assert owners("2017-06-01") == ["idemia"]


def test_a_name_that_only_begins_so_is_understood_and_said(shipped_store: Store) -> None:
    question = Question(from_="NL", to="CN:university", within="Xinjiang")
    answer, notes = find_paths(shipped_store, question)
    assert {p.end_user.place for p in answer.paths} == {"CN-XJ"}
    assert notes.understood == ("Xinjiang: Xinjiang Uygur Zizhiqu (CN-XJ)",)


def test_inferred_paths_are_shown_on_demand_only(shipped_store: Store) -> None:
    answer, notes = find_paths(shipped_store, Question(from_="EU", to="public-body"))
    assert {p.transaction.id for p in answer.paths} == set(ALL) - INFERRED
    assert notes.inferred == len(INFERRED)
    assert not any(p.inferred for p in answer.paths)
    (path,) = (p for p in ask(shipped_store, include_inferred=True).paths if p.inferred)
    assert (path.transaction.id, path.standing) == ("chongqing-2018", "inferred")


def test_ownership_is_followed_only_as_far_as_asked(shipped_store: Store) -> None:
    assert found(shipped_store, "canon", max_ownership=1) == AXIS
    assert found(shipped_store, "canon", max_ownership=0) == set()
    (path,) = (p for p in ask(shipped_store, "canon").paths if p.transaction.id == "huangpu-2018")
    assert (path.origin.id, path.origin.country) == ("canon", "JP")
    assert [(s.relation, s.from_.id, s.to.id) for s in path.steps] == [
        ("OWNS", "canon", "axis-communications"),
        ("MANUFACTURER", "axis-communications", "huangpu-2018"),
        ("SELLER", "strong-digital", "huangpu-2018"), ("BUYER", "huangpu-2018", "huangpu-branch"),
    ]


def test_what_is_dated_too_loosely_is_counted(shipped_store: Store) -> None:
    def notes(**more: Any) -> int:
        return find_paths(shipped_store, Question(from_="EU", to="public-body", **more))[1].undated

    # Neither the sale to Jingjiang nor that to the ministry is dated.
    assert notes(after="2018-01-01") == 2
    # The story of Guilin says 2013 at the latest, the sale to Shihezi says 2012.
    assert notes(after="2013-06-01") == 3
    assert notes(after="2012-06-01") == 4
    assert notes(before="2012-06-01") == 4
    assert notes() == 0


def test_the_limit_is_said(shipped_store: Store) -> None:
    whole = ask(shipped_store)
    answer, notes = find_paths(shipped_store, Question(from_="EU", to="public-body", limit=5))
    assert answer.truncated
    assert notes.found == len(whole.paths) == 12
    assert answer.paths == whole.paths[:5]
    for limit in (0, 12, 13):
        rest = ask(shipped_store, limit=limit)
        assert (rest.truncated, rest.paths) == (False, whole.paths)


def test_order_is_by_origin_and_date(shipped_store: Store) -> None:
    paths = ask(shipped_store, include_inferred=True).paths
    assert [p.transaction.id for p in paths] == [
        "guilin-2013", "lingchuan-2015", "lingchuan-2018", "huangpu-2018", "jingjiang-story",
        "shihezi-2012", "ppsuc-2017-noldus", "chongqing-2018", "fujian-police-academy-2018",
        "xinjiang-normal-2018", "beijing-forestry-2019", "noldus-mps", "shanghai-psb-2015",
    ]


def test_asking_twice_gives_the_same_bytes(shipped_store: Store) -> None:
    first, second = (msgspec.json.encode(ask(shipped_store)) for _ in range(2))
    assert first == second


# What a path shows


def test_names_and_owners_are_those_of_the_time(shipped_store: Store) -> None:
    path = one(shipped_store, "shanghai-psb-2015")
    assert "Morpho" in path.origin.name
    assert "Idemia" not in path.origin.name
    assert (path.origin.country, path.channel, path.standing) == (
        "FR", "own-subsidiary", "confirmed")
    assert path.end_user.kind == "public-security-bureau"
    assert (path.end_user.name_zh, path.end_user.place) == ("上海市公安局", "CN-SH")


def test_a_parent_outside_is_shown_above_and_replaces_nothing(shipped_store: Store) -> None:
    path = one(shipped_store, "huangpu-2018")
    assert [(p.id, p.country) for p in path.ultimate_parents] == [("canon", "JP")]
    assert path.origin.id == "axis-communications"


def test_a_branch_is_part_of_its_bureau(shipped_store: Store) -> None:
    path = one(shipped_store, "huangpu-2018")
    assert [b.id for b in path.part_of] == ["shanghai-psb"]
    # Asked for the bureau, it is the same path, not a second one.
    (rolled,) = (p for p in ask(shipped_store, to="shanghai-psb").paths
                 if p.transaction.id == "huangpu-2018")
    assert rolled == path


def test_goods_programmes_and_sellers(shipped_store: Store) -> None:
    path = one(shipped_store, "lingchuan-2015")
    assert sorted(path.products) == ["AXIS Q1635", "AXIS Q6045-E MKII"]
    assert path.programmes == ("Lingchuan County High-definition Skynet System",)
    assert [s.id for s in path.sellers] == ["guangxi-kaiyale"]
    assert path.contested
    assert "does-not-confirm" in {c.stance for c in path.claims}
    assert one(shipped_store, "guilin-2013").sellers == ()


def test_standing_is_that_of_the_weakest_step(shipped_store: Store) -> None:
    ranks = ["inferred", "reported", "self-published", "documented", "confirmed"]
    for path in ask(shipped_store, include_inferred=True).paths:
        assert ranks.index(path.standing) <= min(ranks.index(s.standing) for s in path.steps)
        assert path.inferred == (path.standing == "inferred")


def test_every_step_rests_on_claims_of_the_path(shipped_store: Store) -> None:
    for path in ask(shipped_store, include_inferred=True).paths:
        ids = {c.id for c in path.claims}
        assert path.steps
        for step in path.steps:
            assert step.claims
            assert set(step.claims) <= ids
        for claim in path.claims:
            assert claim.source
            assert claim.locator


KEYS: dict[str, list[str]] = {
    "": ["query", "as_of", "dataset", "paths", "truncated"],
    "paths": ["id", "origin", "ultimate_parents", "channel", "steps", "transaction", "sellers",
              "end_user", "part_of", "products", "programmes", "standing", "contested", "inferred",
              "claims"],
    "origin": ["id", "name", "country"], "ultimate_parents": ["id", "name", "country"],
    "steps": ["relation", "from", "to", "standing", "valid", "claims"],
    "from": ["id", "name"], "to": ["id", "name"],
    "transaction": ["id", "kind", "date", "title"], "sellers": ["id", "name"],
    "end_user": ["id", "name", "name_zh", "kind", "place"], "part_of": ["id", "name"],
    "claims": ["id", "author", "basis", "stance", "source", "locator"],
}
"""DESIGN, section 5: the keys of each object, in their order."""


def check_shape(value: Any, name: str = "") -> None:
    """Whether every object has exactly the keys of DESIGN section 5, in that order."""
    if isinstance(value, list):
        for item in value:
            check_shape(item, name)
    elif isinstance(value, dict) and name != "query":
        assert list(value) == KEYS[name], name
        for key, item in value.items():
            check_shape(item, key)
    elif isinstance(value, dict):
        assert {"from", "to"} <= set(value)


def test_the_json_has_the_fixed_structure(shipped_store: Store) -> None:
    answer = json.loads(msgspec.json.encode(ask(shipped_store, "canon", include_inferred=True)))
    assert answer["paths"]
    check_shape(answer)
    path = answer["paths"][0]
    for key in ("products", "programmes"):
        assert all(isinstance(item, str) for item in path[key])
    assert all(isinstance(c, str) for s in path["steps"] for c in s["claims"])
    assert answer["query"] == {"from": "canon", "to": "public-body", "include_inferred": True}
    assert answer["as_of"] == "transaction-date"
    assert answer["dataset"] == shipped_store.info.dataset
    assert ask(shipped_store, as_of="2019-01-01").as_of == "2019-01-01"


# What is not understood


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ({"from_": "Atlantis"}, "from: nothing is called 'Atlantis'", "search"),
        ({"from_": ""}, "from: nothing is called ''", ""),
        ({"from_": "Noldsu"}, "from: nothing is called 'Noldsu'", "did you mean noldus"),
        ({"from_": "PT"}, "from: nothing in this data set is in PT", "sousveil info"),
        ({"within": "Xinjang"}, "within: nothing is called 'Xinjang'", "did you mean CN-XJ"),
        ({"product": "Q6045-E"}, "product: nothing is called", "did you mean axis-q6045-e-mkii"),
        ({"from_": "shanghai-psb"}, "from: ", ""),
        ({"to": "public-securty-bureau"}, "to: nothing is called", "public-security-bureau"),
        ({"to": "CN:bureau"}, "to: nothing is called 'CN:bureau'", ""),
        ({"to": "noldus"}, "to: ", ""),
        ({"to": "XX:university"}, "to: nothing is called 'XX'", ""),
        ({"within": "Nowhere"}, "within: nothing is called 'Nowhere'", ""),
        ({"programme": "Skynte"}, "programme: nothing is called 'Skynte'", "did you mean skynet"),
        ({"product": "noldus"}, "product: nothing is called", ""),
        ({"channel": "post"}, "channel: 'post' is not a channel", "third-party-reseller"),
        ({"standing_at_least": "sure"}, "standing_at_least: 'sure' is not a standing",
         "documented"),
        ({"as_of": "2018"}, "as_of: '2018' is not a day", "YYYY-MM-DD"),
        ({"after": "31/10/2018"}, "after: 31/10/2018 is ambiguous", ""),
        ({"before": "2018-02-30"}, "before: 2018-02-30: there is no such day", ""),
        ({"max_ownership": 7}, "max_ownership: 7 is not between 0 and 6", ""),
        ({"max_transactions": 0}, "max_transactions: 0 is not between 1 and 3", ""),
        ({"max_rollup": 5}, "max_rollup: 5 is not between 0 and 4", ""),
        ({"limit": -1}, "limit: it cannot be negative", "0 for no limit"),
    ],
)
def test_what_is_not_understood(
    shipped_store: Store, more: dict[str, Any], message: str, hint: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        ask(shipped_store, **{"from_": "EU", **more})
    assert str(caught.value).startswith(message)
    assert hint in caught.value.hint
