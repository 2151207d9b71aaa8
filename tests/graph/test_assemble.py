"""The assembly by itself: what a few claims add up to, in any order and with any merges.

What a path makes of it is tested against the queries; here nothing is stored and nothing asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import permutations
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import ClaimError
from sousveil.graph import Assembly, Claim, Decision, assemble, canonical_ids
from sousveil.graph.records import identified
from sousveil.ontology import Schema
from sousveil.ontology.dates import FIRST, LAST
from tests.worlds import (
    COPY,
    GUESS,
    RECORD,
    REPORT,
    Body,
    Company,
    Deal,
    Ownership,
    Party,
    Product,
    Succession,
    Voice,
    World,
    claim,
    documents,
    edge,
    name,
    node,
    reply,
    worlds,
)

SCHEMA = Schema.load()
LETTER = ("company-statement", "letter")


def made(world: World | Iterable[Claim], merged: Mapping[str, str] | None = None) -> Assembly:
    claims = world.claims() if isinstance(world, World) else [*documents(), *world]
    return assemble(claims, merged, SCHEMA)


def values(graph: Assembly, cls: str, id_: str) -> dict[str, Any]:
    (found,) = [n.values for n in graph.nodes(cls) if n.id == id_]
    return found


def edges(graph: Assembly, kind: str, start: str = "", end: str = "") -> list[dict[str, Any]]:
    return [
        e.values for e in graph.edges(kind)
        if start in ("", e.start) and end in ("", e.end)
    ]


def the(graph: Assembly, kind: str, start: str = "", end: str = "") -> dict[str, Any]:
    (found,) = edges(graph, kind, start, end)
    return found


def everything(graph: Assembly) -> dict[str, Any]:
    """All that a store is given."""
    return {
        "dataset": graph.dataset, "counts": graph.counts(), "claims": list(graph.claims()),
        "search": list(graph.search_rows()),
        **{cls: list(graph.nodes(cls)) for cls in SCHEMA.classes},
        **{kind: list(graph.edges(kind)) for kind in SCHEMA.relations},
    }


def companies(*ids: str) -> tuple[Company, ...]:
    return tuple(Company(i) for i in ids)


def chain(graph: Assembly, start: str, end: str) -> list[tuple[list[str], bool]]:
    """The ownership between two companies: the nodes of each chain, and whether it is control."""
    return [(c["nodes"], c["control"]) for c in edges(graph, "OWNERSHIP_CHAIN", start, end)]


# Order -------------------------------------------------------------------------------------

slow = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@slow
@given(worlds(), st.randoms(use_true_random=False))
def test_any_order_of_claims_gives_the_same(world: World, rnd: Random) -> None:
    claims = world.claims()
    found = everything(made(world))
    rnd.shuffle(claims)
    # Said twice is said once.
    again = [*claims, *claims[:3]]
    assert everything(assemble(again, None, SCHEMA)) == found


@slow
@given(worlds(), st.data())
def test_any_order_of_merges_gives_the_same(world: World, data: st.DataObject) -> None:
    ids = sorted(c.id for c in world.companies)
    keeps = data.draw(st.permutations(ids))
    decisions = [
        Decision(action="merge", keep=keep, drop=drop, by="x", reason="y", date="2024-01-01")
        for keep, drop in zip(keeps, keeps[1:], strict=False)
    ][:data.draw(st.integers(1, 2))]
    results = []
    for some in permutations(decisions):
        try:
            graph = assemble(world.claims(), canonical_ids(some), SCHEMA)
            results.append(everything(graph))
        except ClaimError as error:
            # Owner and owned were merged: it is refused in whatever order.
            results.append({"refused": error.rule})
    assert all(r == results[0] for r in results)


def test_a_data_set_is_named_by_all_claims_and_merges() -> None:
    world = World(companies("a", "b"))
    hashes = {
        made(world).dataset,
        made(world, {"b": "a"}).dataset,
        made(world, {"a": "b"}).dataset,
        made([*world.own_claims(), name("a", "Old", valid="../2010")]).dataset,
        made(World(companies("a"))).dataset,
    }
    assert len(hashes) == 5
    assert made(world, {}).dataset in hashes


# Merges ------------------------------------------------------------------------------------

TWICE = World(
    companies=(*companies("acme", "top", "arm"), Company("acme-ltd", names=(("Old Acme", ""),))),
    ownerships=(
        Ownership("top", "acme", "60"), Ownership("top", "acme-ltd", "60", voices=(REPORT,)),
        Ownership("acme-ltd", "arm", "100"),
    ),
    deals=(
        Deal("deal", date="2018-10-31", notice="7", parties=(
            Party("SELLER", "acme-ltd"), Party("BUYER", "bureau"),
        )),
    ),
    bodies=(Body("bureau"),),
)


def test_a_merge_joins_names_relations_and_claims() -> None:
    graph = made(TWICE, {"acme-ltd": "acme"})
    acme = values(graph, "Company", "acme")
    assert acme["merged"] == ["acme-ltd"]
    assert {"acme Ltd", "acme-ltd Ltd", "Old Acme"} == set(acme["names"])
    assert acme["name"] in ("acme Ltd", "acme-ltd Ltd")
    assert acme["conflicts"] == ["name"]
    assert len(acme["claims"]) == 2
    held = the(graph, "OWNS", "top", "acme")
    # What two documents said of two ids is now said twice of one.
    assert (held["id"], held["origins"], held["standing"]) == ("top--owns--acme", 2, "documented")
    assert the(graph, "SELLER")["id"] == "deal--seller--acme"
    assert chain(graph, "top", "arm") == [(["top", "acme", "arm"], True)]
    assert "acme-ltd" not in {n.id for n in graph.nodes("Company")}
    assert not edges(graph, "OWNS", "acme-ltd")
    # The old id still finds it.
    (row,) = [r for r in graph.search_rows() if r.id == "acme"]
    assert ("acme-ltd", "") in row.names


def test_an_unmerge_restores() -> None:
    before = everything(made(TWICE))
    merge = Decision(action="merge", keep="acme", drop="acme-ltd", by="x", reason="y",
                     date="2024-01-01")
    undo = msgspec.structs.replace(merge, action="unmerge", date="2024-02-01")
    assert everything(made(TWICE, canonical_ids([merge]))) != before
    assert everything(made(TWICE, canonical_ids([merge, undo]))) == before


def test_a_merge_takes_replies_authors_and_sources_along() -> None:
    world = World(companies("acme", "acme-ltd"), bodies=(Body("bureau"),), deals=(
        Deal("deal", parties=(
            Party("SELLER", "acme-ltd", (RECORD, Voice("acme-ltd", *LETTER, "confirms"))),
            Party("BUYER", "bureau"),
        )),
    ))
    more = [
        node("Source", "gazette-2", title="Gazette again", basis="procurement-record"),
        node("Source", "news", title="News", basis="company-publication", publisher="acme-ltd"),
        claim(kind="SELLER", about="deal--seller--acme", start="deal", end="acme",
              source="gazette-2"),
    ]
    graph = made([*world.own_claims(), *more], {"acme-ltd": "acme", "gazette-2": "gazette"})
    sold = the(graph, "SELLER")
    assert (sold["standing"], sold["origins"], len(sold["claims"])) == ("confirmed", 2, 3)
    authors = {e.end for e in graph.edges("SAID_BY")}
    assert "acme" in authors
    assert "acme-ltd" not in authors
    assert {e.end for e in graph.edges("CITES")}.isdisjoint({"gazette-2"})
    assert ("news", "acme") in {(e.start, e.end) for e in graph.edges("PUBLISHED_BY")}


@pytest.mark.parametrize(("merged", "words"), [
    ({"acme": "top"}, "of itself"),
    ({"acme": "bureau"}, "is described as"),
    ({"acme": "gone"}, ""),
])
def test_what_cannot_be_merged(merged: dict[str, str], words: str) -> None:
    if words:
        with pytest.raises(ClaimError, match=words):
            made(TWICE, merged)
    else:
        # An id that nobody uses yet is a new name for the old.
        assert values(made(TWICE, merged), "Company", "gone")["merged"] == ["acme"]


@pytest.mark.parametrize(("claims", "words"), [
    ([edge("OWNS", "a", "nobody")], "'nobody', which no claim describes"),
    ([reply("nothing", REPORT)], "'nothing', which no claim describes"),
    ([node("PublicBody", "a", name="a", kind="ministry")], "is described as"),
    ([edge("SELLER", "a", "b")], "SELLER goes from Transaction"),
    ([claim(kind="OWNS", about="a--owns--b", start="a", end="b", source="lost")], "'lost'"),
    ([name("nobody", "Nobody")], "'nobody'"),
])
def test_claims_that_cannot_stand(claims: list[Claim], words: str) -> None:
    with pytest.raises(ClaimError, match=words) as caught:
        made([*World(companies("a", "b")).own_claims(), *claims])
    assert caught.value.claim in {c.id for c in claims} | {
        c.id for c in World(companies("a", "b")).own_claims()
    }


# Who concerns what ---------------------------------------------------------------------------

def standing(
    voices: tuple[Voice, ...], of_deal: tuple[Voice, ...] = (RECORD,), **more: Any
) -> dict[str, Any]:
    """The seller's part in a deal, with what is said of it and of the deal."""
    world = World(
        companies(
            "seller", "parent", "sister", "minority", "heir", "stranger", "agent", "state-co",
        ),
        ownerships=(
            Ownership("parent", "seller", "51"), Ownership("parent", "sister"),
            Ownership("minority", "seller", "49"), Ownership("state", "seller", "51"),
            Ownership("state", "state-co", "100"),
        ),
        bodies=(Body("bureau"), Body("state", "ministry")),
        deals=(Deal("deal", parties=(
            Party("SELLER", "seller", voices), Party("BUYER", "bureau"), Party("AGENT", "agent"),
        ), voices=of_deal),),
        successions=(Succession("seller", "heir"),),
    )
    return the(made(world), "SELLER")


@pytest.mark.parametrize(("author", "result"), [
    ("seller", "confirmed"), ("bureau", "confirmed"), ("agent", "confirmed"),
    ("parent", "confirmed"), ("sister", "confirmed"), ("heir", "confirmed"),
    ("minority", "documented"), ("stranger", "documented"), ("watchers", "documented"),
    # What a state owns does not speak for each other.
    ("state-co", "documented"), ("state", "documented"),
])
def test_who_can_confirm(author: str, result: str) -> None:
    answer = Voice(author, *LETTER, "confirms")
    for found in (standing((RECORD, answer)), standing((RECORD,), (RECORD, answer))):
        assert (found["standing"], found["contested"], found["origins"]) == (result, False, 2)


def test_a_reply_to_a_part_is_not_one_to_the_deal() -> None:
    answer = Voice("seller", *LETTER, "disputes")
    world = World(companies("seller"), bodies=(Body("bureau"),), deals=(
        Deal("deal", parties=(
            Party("SELLER", "seller", (RECORD, answer)), Party("BUYER", "bureau"),
        )),
    ))
    graph = made(world)
    assert the(graph, "SELLER")["contested"]
    assert not the(graph, "BUYER")["contested"]
    assert not values(graph, "Transaction", "deal")["contested"]
    assert the(graph, "SUPPLY_CHAIN")["contested"]


def test_the_ladder_in_a_graph() -> None:
    assert standing((GUESS,))["standing"] == "inferred"
    assert standing((REPORT,))["standing"] == "reported"
    assert standing((REPORT, COPY))["origins"] == 1
    assert standing((COPY, RECORD))["origins"] == 2
    for stance in ("disputes", "does-not-confirm"):
        found = standing((RECORD, Voice("seller", *LETTER, stance)))
        assert (found["standing"], found["contested"]) == ("documented", True)
    found = standing((RECORD, Voice("seller", *LETTER, "explains")))
    assert (found["contested"], len(found["claims"])) == (False, 2)


def test_sources_that_are_said_to_repeat_each_other_are_one_origin() -> None:
    graph = made([
        node("Source", "one", title="One", basis="press"),
        node("Source", "two", title="Two", basis="press"),
        node("Source", "third", title="Third", basis="press"),
        edge("DERIVED_FROM", "one", "two"), edge("DERIVED_FROM", "two", "one"),
        edge("DERIVED_FROM", "third", "two"),
        *(claim(kind="Company", about="acme", values={"name": "Acme"}, source=s, basis="press")
          for s in ("one", "two", "third")),
    ])
    assert values(graph, "Company", "acme")["origins"] == 1


# Values --------------------------------------------------------------------------------------

def test_conflicts_stand_side_by_side() -> None:
    record = claim(kind="Company", about="acme", values={"name": "Acme AB", "founded": "1984"})
    press = claim(kind="Company", about="acme", basis="press", source="page", author="paper",
                  values={"name": "Acme", "founded": "1984", "website": "https://acme.example"})
    guess = identified(msgspec.structs.replace(
        record, values={"name": "Acme Corp", "dissolved": "2020"}, inferred_because="so it seems",
    ))
    for order in permutations([record, press, guess]):
        acme = values(made(order), "Company", "acme")
        # The stronger basis first, the inferred last, and nothing lost.
        assert (acme["name"], acme["founded"], acme["dissolved"], acme["website"]) == (
            "Acme AB", "1984", "2020", "https://acme.example"
        )
        assert acme["conflicts"] == ["name"]
        assert acme["names"] == ["Acme AB", "Acme", "Acme Corp"]
        assert acme["claims"] == sorted(c.id for c in order)


def test_a_share_is_never_mixed_from_two_claims() -> None:
    """A register's band above a newspaper's number: the number decides nothing."""
    band = [edge("OWNS", "acme", "sub", share_min="25", share_max="50")]
    exact = edge("OWNS", "acme", "sub", share_exact="60")
    exact = identified(msgspec.structs.replace(exact, basis="press", source="page", author="paper"))
    for order in permutations([*band, exact]):
        graph = made([node("Company", "acme", name="A"), node("Company", "sub", name="S"), *order])
        [owns] = edges(graph, "OWNS")
        assert (owns.get("share_min"), owns.get("share_max")) == ("25", "50")
        assert "share_exact" not in owns
        assert owns["conflicts"] == ["share_max", "share_min"]
        [held] = [c for c in edges(graph, "OWNERSHIP_CHAIN", "acme", "sub") if c["depth"] == 1]
        assert held["control"] is False


def test_several_values_are_joined() -> None:
    graph = made([
        claim(kind="Product", about="p", values={"name": "P", "category": ["encoder"]}),
        claim(kind="Product", about="p", basis="press", source="page", author="paper",
              values={"category": ["thermal-camera", "encoder"]}),
    ])
    product = values(graph, "Product", "p")
    assert product["category"] == ["encoder", "thermal-camera"]
    assert "conflicts" not in product


def test_kinds_hold_the_wider_ones() -> None:
    graph = made(World(bodies=(Body("branch", "public-security-branch-bureau"),)))
    assert values(graph, "PublicBody", "branch")["kinds"][:2] == [
        "public-security-branch-bureau", "public-security-bureau",
    ]


@pytest.mark.parametrize(("date", "first", "last", "as_of"), [
    ("2018-10-31", "2018-10-31", "2018-10-31", "2018-10-31"),
    ("2012", "2012-01-01", "2012-12-31", "2012-01-01"),
    ("2016-02", "2016-02-01", "2016-02-29", "2016-02-01"),
    ("2017-09/2018", "2017-09-01", "2018-12-31", "2017-09-01"),
    ("2015~", "2015-01-01", "2015-12-31", "2015-01-01"),
    ("201X", "2010-01-01", "2019-12-31", "2010-01-01"),
    ("2019/..", "2019-01-01", LAST, "2019-01-01"),
    # The known end stands in for the unknown one; without a date only today is left.
    ("../2013", FIRST, "2013-12-31", "2013-12-31"),
    ("", FIRST, LAST, LAST),
])
def test_the_days_of_a_transaction(date: str, first: str, last: str, as_of: str) -> None:
    deal = values(made(World(deals=(Deal("d", date=date),))), "Transaction", "d")
    assert (deal["date_from"], deal["date_to"]) == (first, last)
    assert (deal["asof_from"], deal["asof_to"]) == (as_of, last)
    held = World(companies("a", "b"), (Ownership("a", "b", valid=date),))
    owns = the(made(held), "OWNS")
    assert (owns["valid_from"], owns["valid_to"]) == (first, last)


def test_which_transactions_carry() -> None:
    kinds = ("award", "sale", "customer-story", "brand-mention", "tender")
    graph = made(World(deals=tuple(Deal(kind, kind) for kind in kinds)))
    assert [values(graph, "Transaction", k)["carries"] for k in kinds] == [
        True, True, True, False, False,
    ]
    assert {e.start for e in graph.edges("SUPPLY_CHAIN")} == {"award", "sale", "customer-story"}


# Names ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(("date", "as_name"), [
    ("2012", "Morpho"), ("2016-12-31", "Morpho"), ("2017-06", "OT-Morpho"), ("2018", ""),
    # On some days the one and on some the other: neither is said.
    ("2016/2017", ""), ("", ""), ("../2012", "Morpho"),
])
def test_the_name_at_the_time(date: str, as_name: str) -> None:
    graph = made([
        *World(companies("idemia"), bodies=(Body("bureau"),), deals=(
            Deal("deal", date=date, parties=(
                Party("SELLER", "idemia"), Party("BUYER", "bureau"),
            )),
        )).own_claims(),
        name("idemia", "Morpho", valid="../2016"),
        name("idemia", "OT-Morpho", valid="2017"),
        name("idemia", "莫弗", lang="zh-Hans", kind="legal", valid="../2016"),
        name("idemia", "MPH", kind="abbreviation", valid="../2016"),
        name("idemia", "Sagem"),
        name("idemia", "idemia Ltd", kind="legal", valid="2018/.."),
    ])
    assert the(graph, "SELLER")["as_name"] == as_name
    assert the(graph, "BUYER")["as_name"] == ""


def test_names_are_listed_once_for_each_of_their_times() -> None:
    graph = made([
        node("Company", "acme", name="Acme AB"),
        name("acme", "Acme AB", kind="legal", valid="2010/.."),
        name("acme", "Acme AB", kind="former", valid="../1999"),
        name("acme", "Acme"),
    ])
    acme = values(graph, "Company", "acme")
    listed = [(n["text"], n["kind"], n["valid"]) for n in msgspec.json.decode(acme["names_json"])]
    assert sorted(listed) == [
        ("Acme", "former", ""), ("Acme AB", "former", "../1999"), ("Acme AB", "legal", "2010/.."),
    ]
    assert sorted(acme["names"]) == ["Acme", "Acme AB"]


def test_a_name_of_an_id_that_was_merged_later_still_counts() -> None:
    world = World(
        (Company("idemia"), Company("morpho", names=(("Morpho", "../2016"),))),
        deals=(Deal("deal", date="2012", parties=(Party("SELLER", "morpho"),)),),
    )
    graph = made(world, {"morpho": "idemia"})
    sold = the(graph, "SELLER", "deal", "idemia")
    assert sold["as_name"] == "Morpho"


# Ownership -----------------------------------------------------------------------------------

@pytest.mark.parametrize(("share", "control"), [
    ("", True), ("100", True), ("51", True), ("50.01", True), ("50", False), ("33.4", False),
    ("0", False), ("50-75", True), ("75-", True), ("50-", True), ("25-50", False),
    ("50-50", False), ("30-", False), ("-40", False), ("-75", False), ("0-100", False),
])
def test_which_share_makes_a_parent(share: str, control: bool) -> None:
    world = World(companies("a", "b", "c"), (
        Ownership("a", "b", share), Ownership("b", "c", "100"),
    ))
    graph = made(world)
    assert chain(graph, "a", "b") == [(["a", "b"], control)]
    # One minority on the way is enough.
    assert chain(graph, "a", "c") == [(["a", "b", "c"], control)]
    assert chain(graph, "b", "c") == [(["b", "c"], True)]
    assert chain(graph, "a", "a") == [(["a"], True)]


def test_a_circle_of_owners() -> None:
    ring = ("a", "b", "c")
    graph = made(World(companies(*ring), tuple(
        Ownership(one, other) for one, other in zip(ring, ring[1:] + ring[:1], strict=True)
    )))
    assert len(edges(graph, "OWNERSHIP_CHAIN")) == 9
    assert chain(graph, "a", "c") == [(["a", "b", "c"], True)]
    assert chain(graph, "c", "a") == [(["c", "a"], True)]


def test_a_chain_is_no_better_than_its_weakest_part() -> None:
    doubted = (REPORT, Voice("b", *LETTER, "disputes"))
    graph = made(World(companies("a", "b", "c"), (
        Ownership("a", "b"), Ownership("b", "c", voices=doubted),
    )))
    found = the(graph, "OWNERSHIP_CHAIN", "a", "c")
    assert (found["standing"], found["contested"], len(found["claims"])) == ("reported", True, 3)
    assert found["via"] == ["a--owns--b", "b--owns--c"]
    assert the(graph, "OWNERSHIP_CHAIN", "a", "b")["standing"] == "documented"


def test_two_holdings_are_two_chains_and_periods_meet() -> None:
    graph = made(World(companies("a", "b", "c"), (
        Ownership("a", "b", valid="2010/2012"), Ownership("a", "b", valid="2015/..", key="2"),
        Ownership("b", "c", valid="2012-07/2014"),
    )))
    spans = [(e["valid_from"], e["valid_to"]) for e in edges(graph, "OWNERSHIP_CHAIN", "a", "c")]
    assert spans == [("2012-07-01", "2012-12-31")]
    assert len(edges(graph, "OWNERSHIP_CHAIN", "a", "b")) == 2


@pytest.mark.parametrize(("owner", "owned", "span"), [
    ({"founded": "2011"}, {}, ("2011-01-01", LAST)),
    ({"founded": "2011-05"}, {"founded": "2013"}, ("2013-01-01", LAST)),
    ({"dissolved": "2016"}, {"dissolved": "2014-03-01"}, (FIRST, "2014-03-01")),
    ({"founded": "2015"}, {"dissolved": "2014"}, None),
])
def test_nobody_owns_before_or_after_its_time(
    owner: dict[str, str], owned: dict[str, str], span: tuple[str, str] | None
) -> None:
    graph = made(World((Company("a", **owner), Company("b", **owned)), (Ownership("a", "b"),)))
    found = [(e["valid_from"], e["valid_to"]) for e in edges(graph, "OWNERSHIP_CHAIN", "a", "b")]
    assert found == ([span] if span else [])
    # What the document says of the holding itself is not touched.
    assert the(graph, "OWNS")["valid_from"] == FIRST


# Places --------------------------------------------------------------------------------------

def seats(graph: Assembly, who: str, place: str) -> list[tuple[str, str]]:
    return [(e["valid_from"], e["valid_to"]) for e in edges(graph, "SEATED_IN", who, place)]


@pytest.mark.parametrize(("country", "span"), [
    ("GB", ("1973-01-01", "2020-01-31")), ("HR", ("2013-07-01", LAST)),
    ("SE", ("1995-01-01", LAST)), ("DE", ("1958-01-01", LAST)), ("NO", None), ("CN", None),
])
def test_members_of_the_union(country: str, span: tuple[str, str] | None) -> None:
    graph = made(World((Company("a", ((country, ""),)),)))
    assert seats(graph, "a", "EU") == ([span] if span else [])
    assert seats(graph, "a", country) == [(FIRST, LAST)]


def test_a_country_that_the_data_describe_is_still_in_the_union() -> None:
    graph = made([
        *World((Company("a", (("SE", ""),)),)).own_claims(),
        node("Place", "SE", name="Sweden", name_zh="瑞典", kind="country"),
        node("Place", "CN-XJ", name="Xinjiang", kind="province"),
        *World(bodies=(Body("bureau", places=("CN-XJ",)),)).own_claims(),
    ])
    assert seats(graph, "a", "EU") == [("1995-01-01", LAST)]
    assert seats(graph, "bureau", "CN") == [(FIRST, LAST)]
    assert values(graph, "Place", "SE")["name_zh"] == "瑞典"
    own = [
        *World((Company("a", (("sweden", ""),)),)).own_claims(),
        node("Place", "sweden", name="Sweden", kind="country"),
    ]
    assert seats(made(own), "a", "EU") == []
    assert seats(made(own, {"sweden": "SE"}), "a", "EU") == [("1995-01-01", LAST)]


def test_seats_that_change() -> None:
    graph = made(World((Company("a", (
        ("GB", "2010/2015"), ("SE", "2016/2018"), ("NL", "2020/.."),
    )),)))
    # From London to Stockholm without a day between is one seat in the Union, Oslo is none.
    assert seats(graph, "a", "EU") == [("2010-01-01", "2018-12-31"), ("2020-01-01", LAST)]
    assert seats(graph, "a", "SE") == [("2016-01-01", "2018-12-31")]


def test_two_addresses_in_one_country_are_one_seat() -> None:
    graph = made([
        node("Place", "lund", name="Lund", kind="city"), edge("WITHIN", "lund", "SE"),
        *World((Company("a", (("lund", ""), ("SE", "2010/..")),),)).own_claims(),
    ])
    assert seats(graph, "a", "SE") == [(FIRST, LAST)]
    assert seats(graph, "a", "lund") == [(FIRST, LAST)]


def test_part_of_is_not_place() -> None:
    world = World(bodies=(
        Body("ministry", "ministry", ("CN",)), Body("bureau", places=("CN-SH",), part_of=(
            ("ministry", ""),
        )),
        Body("branch", "public-security-branch-bureau", (), (("bureau", "2012/.."),)),
    ))
    graph = made(world)
    found = the(graph, "PART_OF_CHAIN", "branch", "ministry")
    assert (found["depth"], found["nodes"]) == (2, ["branch", "bureau", "ministry"])
    assert (found["valid_from"], found["valid_to"]) == ("2012-01-01", LAST)
    assert "control" not in found
    assert seats(graph, "bureau", "CN") == [(FIRST, LAST)]
    assert not seats(graph, "branch", "CN")
    assert [e["depth"] for e in edges(graph, "PART_OF_CHAIN", "branch", "branch")] == [0]


# Channels and recipients -----------------------------------------------------------------------

GROUP = (
    Ownership("parent", "maker", "100"), Ownership("parent", "sister", "51"),
    Ownership("maker", "arm", "75-"), Ownership("maker", "partner", "50"),
    Ownership("maker", "sold", "100", "../2015"), Ownership("state", "maker", "51"),
    Ownership("state", "other", "100"),
)


@pytest.mark.parametrize(("sellers", "date", "channel"), [
    ((), "2018", "not-stated"),
    (("maker",), "2018", "direct"),
    (("arm",), "2018", "own-subsidiary"),
    (("parent",), "2018", "own-subsidiary"),
    (("sister",), "2018", "own-subsidiary"),
    (("maker", "arm"), "2018", "own-subsidiary"),
    (("partner",), "2018", "third-party-reseller"),
    (("stranger",), "2018", "third-party-reseller"),
    (("maker", "stranger"), "2018", "third-party-reseller"),
    (("sold",), "2012", "own-subsidiary"),
    (("sold",), "2018", "third-party-reseller"),
    # Held on some of the days only, or known of no day: not said to be its own.
    (("sold",), "2015/2016", "third-party-reseller"),
    (("sold",), "", "third-party-reseller"),
    (("arm",), "", "own-subsidiary"),
    # Two companies that a state owns are no group.
    (("other",), "2018", "third-party-reseller"),
])
def test_channel(sellers: tuple[str, ...], date: str, channel: str) -> None:
    graph = made(World(
        companies("maker", "parent", "sister", "arm", "partner", "sold", "other", "stranger"),
        GROUP, (Body("bureau"), Body("state", "ministry")), deals=(
            Deal("deal", date=date, parties=(
                Party("MANUFACTURER", "maker"), Party("BUYER", "bureau"),
                *(Party("SELLER", s) for s in sellers),
            )),
        ),
    ))
    found = the(graph, "MANUFACTURER")
    assert found["channel"] == channel
    assert (found["asof_from"], found["asof_to"]) == (
        values(graph, "Transaction", "deal")["asof_from"],
        values(graph, "Transaction", "deal")["asof_to"],
    )


@pytest.mark.parametrize(("parties", "received"), [
    ((Party("BUYER", "bureau"),), {("BUYER", "bureau")}),
    ((Party("BUYER", "council"), Party("END_USER", "bureau")), {("END_USER", "bureau")}),
    ((Party("BUYER", "bureau"), Party("END_USER", "bureau")), {("END_USER", "bureau")}),
    ((Party("BUYER", "council"), Party("BUYER", "bureau")),
     {("BUYER", "council"), ("BUYER", "bureau")}),
    ((), set()),
])
def test_who_receives(parties: tuple[Party, ...], received: set[tuple[str, str]]) -> None:
    graph = made(World(companies("seller"), bodies=(Body("bureau"), Body("council")), deals=(
        Deal("deal", parties=(Party("SELLER", "seller"), *parties)),
    )))
    found = {
        (kind, e.end) for kind in ("SELLER", "BUYER", "END_USER") for e in graph.edges(kind)
        if e.values["recipient"]
    }
    assert found == received


# Supply ----------------------------------------------------------------------------------------

def supplies(*deals: Deal, products: tuple[Product, ...] = ()) -> list[dict[str, Any]]:
    """The supply chains of more than one transaction."""
    graph = made(World(
        companies("maker", "rival", "middle"), bodies=(Body("bureau"),), products=products,
        deals=deals,
    ))
    return [e for e in edges(graph, "SUPPLY_CHAIN") if e["depth"]]


def bought(seller: str = "maker", date: str = "2016", **more: Any) -> Deal:
    parties = (Party("SELLER", seller), Party("MANUFACTURER", seller), Party("BUYER", "middle"))
    return Deal("bought", "sale", date, more.pop("parties", parties), **more)


def sold(date: str = "2017", parties: tuple[Party, ...] = (), **more: Any) -> Deal:
    own = (Party("SELLER", "middle"), Party("BUYER", "bureau"))
    return Deal("sold", "award", date, (*own, *parties), **more)


CAMERA = Product("camera", ("maker",))
MODEL = Product("camera-2", lines=("camera",))
OTHER = Product("other", ("rival",))


def test_two_sales_that_share_only_a_reseller_are_no_supply() -> None:
    assert supplies(bought(), sold()) == []
    assert supplies(bought(), sold(parties=(Party("MANUFACTURER", "rival"),))) == []
    assert supplies(bought(products=("camera",)), sold(products=("other",)),
                    products=(CAMERA, OTHER)) == []


def test_the_same_goods_make_a_supply() -> None:
    (found,) = supplies(bought(products=("camera",)), sold(products=("camera",)),
                        products=(CAMERA,))
    assert (found["via"], found["makers"], found["standing"], found["contested"]) == (
        ["bought", "sold"], ["maker"], "inferred", False,
    )
    (found,) = supplies(bought(), sold(parties=(Party("MANUFACTURER", "maker"),)))
    assert found["makers"] == ["maker"]
    # A model in the one, its line in the other.
    (found,) = supplies(bought(products=("camera-2",)), sold(products=("camera",)),
                        products=(CAMERA, MODEL))
    assert found["makers"] == ["maker"]


def test_goods_do_not_travel_back_in_time_or_in_mentions() -> None:
    goods: dict[str, Any] = {"products": ("camera",)}
    assert supplies(bought(date="2018", **goods), sold("2017", **goods), products=(CAMERA,)) == []
    assert supplies(bought(date="2017-12", **goods), sold("2017", **goods), products=(CAMERA,))
    mention = Deal("sold", "brand-mention", "2018", sold().parties, ("camera",))
    assert supplies(bought(**goods), mention, products=(CAMERA,)) == []


def test_whose_goods_went_on() -> None:
    # Two makers in the first sale, one's product in the second.
    both = (
        Party("SELLER", "rival"), Party("MANUFACTURER", "rival"), Party("MANUFACTURER", "maker"),
        Party("BUYER", "middle"),
    )
    products = (CAMERA, OTHER)
    (found,) = supplies(
        bought(parties=both, products=("camera", "other")), sold(products=("camera",)),
        products=products,
    )
    assert found["makers"] == ["maker"]
    # Of a product whose maker nobody names, the makers of the sale may be the makers.
    (found,) = supplies(
        bought(parties=both, products=("thing",)), sold(products=("thing",)),
        products=(Product("thing"),),
    )
    assert found["makers"] == ["maker", "rival"]


def test_the_makers_of_one_sale() -> None:
    graph = made(World(
        companies("maker", "rival", "middle"), bodies=(Body("bureau"),),
        products=(CAMERA, MODEL), deals=(sold(products=("camera-2",), parties=(
            Party("MANUFACTURER", "rival"),
        )),),
    ))
    alone = the(graph, "SUPPLY_CHAIN")
    # By the line above the model, and as the notice says.
    assert (alone["via"], alone["makers"]) == (["sold"], ["maker", "rival"])
    assert alone["standing"] == "documented"


def test_what_contests_a_supply() -> None:
    denied = Voice("middle", *LETTER, "disputes")
    goods: dict[str, Any] = {"products": ("camera",)}
    for deal, contested in (
        (bought(voices=(RECORD, denied), **goods), True),
        (bought(parties=(
            Party("SELLER", "maker", (RECORD, denied)), Party("BUYER", "middle"),
        ), **goods), True),
        (bought(parties=(
            Party("SELLER", "maker"), Party("BUYER", "middle", (RECORD, denied)),
        ), **goods), True),
        # Another body that also received them has nothing to do with this path.
        (bought(parties=(
            Party("SELLER", "maker"), Party("BUYER", "middle"),
            Party("BUYER", "bureau", (RECORD, denied)),
        ), **goods), False),
    ):
        (found,) = supplies(deal, sold(**goods), products=(CAMERA,))
        assert found["contested"] is contested


def test_a_supply_stands_as_its_sellers_do() -> None:
    graph = made(World(companies("middle"), bodies=(Body("bureau"),), deals=(
        Deal("sold", parties=(Party("SELLER", "middle", (REPORT,)), Party("BUYER", "bureau"))),
    )))
    assert the(graph, "SUPPLY_CHAIN")["standing"] == "reported"
    assert values(graph, "Transaction", "sold")["standing"] == "documented"
