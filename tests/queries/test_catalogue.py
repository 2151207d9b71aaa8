"""The canned queries: their files, their golden rows on the shipped data, and the rules they keep.

Golden rows are in `golden/NAME.json`, a list of cases of parameters and rows, read against the
documents when they were written. `SOUSVEIL_GOLDEN=write` writes the rows of the present data
into them: read the difference against the documents before keeping it. Ids of claims and empty
values are left out of golden rows: the ids change with every locator.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sousveil.errors import BadParameter, OntologyError, UnknownQuery
from sousveil.graph import Claim, Store, assemble, connect
from sousveil.queries import Query, Table, catalogue, get
from sousveil.queries.catalogue import _read, _sortable
from tests.worlds import (
    BUREAUS,
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
    edge,
    joined,
    node,
    reply,
    worlds,
)

GOLDEN = Path(__file__).parent / "golden"
CLAIM_COLUMNS = {"claim", "claims", "lost_claims"}
CASES = [name for name, query in catalogue().items() if query.topic != "lookup"]
"""The queries with golden rows. Those of the topic `lookup` only answer other parts of the code."""

NAMES = sorted(catalogue())

Build = Callable[[Iterable[Claim]], Store]


def rows(store: Store, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """The answer of a query as dictionaries."""
    return get(query).run(store, **parameters).dicts()


# The files ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with connect(str(tmp_path_factory.mktemp("empty") / "graph")) as store:
        store.replace(assemble([]))
        yield store


def placeholders(query: Query) -> dict[str, Any]:
    """Some value of the right type for each parameter."""
    values: dict[str, Any] = {"integer": 1, "boolean": True, "ids": ["a"], "date": "2018-01-01"}
    return {p.name: values.get(p.type, "") for p in query.parameters}


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_accepts_the_query(empty_store: Store, name: str) -> None:
    """On an empty store, EXPLAIN refuses unknown labels, properties and relationships."""
    query = get(name)
    for statement in query.statements:
        empty_store.run("EXPLAIN " + statement, placeholders(query))


@pytest.mark.parametrize("name", NAMES)
def test_the_query_returns_the_columns_it_declares(empty_store: Store, name: str) -> None:
    query = get(name)
    for statement in query.statements:
        found = empty_store.run(statement, placeholders(query))
        assert found.columns == tuple(query.columns)


@pytest.mark.parametrize("name", NAMES)
def test_the_documentation_is_there(name: str) -> None:
    query = get(name)
    assert query.title
    assert query.summary.endswith(".")
    assert not query.title.endswith(".")
    assert query.order
    for parameter in query.parameters:
        assert parameter.help, parameter.name
    assert all(query.columns.values())


@pytest.mark.parametrize("name", CASES)
def test_the_query_runs_unchanged_elsewhere(name: str) -> None:
    """No word that only LadybugDB understands, and nothing on which the two engines differ."""
    body = get(name).text.split("// ---\n")[2]
    for pattern in (
        r"\blabels?\(", r"\btype\(", r"\bCALL\b", r"\bORDER BY\b", r"\blist_", r"\bLIMIT\b",
        r"\$\w+ IS (NOT )?NULL", r"\b(TRAIL|ACYCLIC|SHORTEST)\b", r"\[\w+ IN ",
    ):
        assert not re.search(pattern, body), pattern
    # A pattern of any length means another thing on each engine, except for whether one exists.
    assert not re.search(r"\*(?!0\.\.4|1\.\.4)", body)


def test_a_set_is_sorted_with_its_names_beside_it(tmp_path: Path) -> None:
    query = written(tmp_path, sets='[["ids", "names"]]')
    table = query._sorted(((["b", "a", "b"], ["B", "A", "B"]), ([], [])))
    assert table == (([], []), (["a", "b"], ["A", "B"]))


@pytest.mark.parametrize(("field", "value", "message"), [
    ("sets", '[["idz"]]', "'idz' in sets"),
    ("sets", '[["ids"], ["ids"]]', "'ids' in sets"),
    ("order", '["idz"]', "ordered by 'idz'"),
    ("surprise", "1", "unknown front matter: surprise"),
    ("params", '{place = {type = "plaice", help = "Where"}}', "place"),
])
def test_front_matter_is_checked(tmp_path: Path, field: str, value: str, message: str) -> None:
    with pytest.raises(OntologyError, match=re.escape(message)):
        written(tmp_path, **{field: value})


def written(folder: Path, **fields: str) -> Query:
    """A small query file, read."""
    front = {
        "title": '"A"', "summary": '"B."', "order": '["ids"]',
        "columns": '{ids = "Ids", names = "Names"}', **fields,
    }
    lines = "".join(f"// {name} = {value}\n" for name, value in front.items())
    path = folder / "small.cypher"
    path.write_text(f"// ---\n{lines}// ---\nMATCH (n:Company) RETURN n.id AS ids, n.name AS names")
    return _read(path)


def test_what_cannot_be_asked_is_said(shipped_store: Store) -> None:
    with pytest.raises(UnknownQuery) as unknown:
        get("top-reseller")
    assert "top-resellers" in unknown.value.hint
    with pytest.raises(BadParameter, match="missing"):
        rows(shipped_store, "company-goods")
    with pytest.raises(BadParameter, match="no parameter 'companies'"):
        rows(shipped_store, "company-goods", companies="canon")
    with pytest.raises(BadParameter, match=r"is not an? organisation kind"):
        rows(shipped_store, "reseller-paths", kind="public-security-bureaux")
    with pytest.raises(BadParameter, match="not a day"):
        rows(shipped_store, "transactions-after", date="2018")


# Golden rows -------------------------------------------------------------------------------


def golden(table: Table) -> list[dict[str, Any]]:
    """The rows as golden files keep them."""
    return [
        {name: value for name, value in row.items()
         if name not in CLAIM_COLUMNS and value not in (None, "", [])}
        for row in table.dicts()
    ]


def comparable(found: list[dict[str, Any]]) -> list[str]:
    # Rows that only differ in their claims are in the order of ids that the file does not keep.
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in found)


@pytest.mark.parametrize("name", CASES)
def test_the_query_returns_its_golden_rows(shipped_store: Store, name: str) -> None:
    path = GOLDEN / f"{name}.json"
    cases = json.loads(path.read_text("utf-8"))
    assert cases
    tables = [get(name).run(shipped_store, **case["parameters"]) for case in cases]
    if os.environ.get("SOUSVEIL_GOLDEN") == "write":
        for case, table in zip(cases, tables, strict=True):
            case["rows"] = golden(table)
        path.write_text(json.dumps(cases, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for case, table in zip(cases, tables, strict=True):
        assert comparable(golden(table)) == comparable(case["rows"]), case["parameters"]
        in_order(get(name), table)


def in_order(query: Query, table: Table) -> None:
    """Assert that the rows are in the order that the query declares."""
    columns = list(query.columns)
    for before, after in zip(table.rows, table.rows[1:], strict=False):
        for column in query.order:
            at = columns.index(column.removeprefix("-"))
            one, other = _sortable(before[at]), _sortable(after[at])
            if one != other:
                assert (one > other) == column.startswith("-")
                break


def test_no_golden_file_is_left_over() -> None:
    assert sorted(p.stem for p in GOLDEN.glob("*.json")) == sorted(CASES)


def test_listed_claims_exist(shipped_store: Store) -> None:
    known = {r[0] for r in shipped_store.run("MATCH (c:Claim) RETURN c.id AS id").rows}
    listed = set()
    for name in CASES:
        for case in json.loads((GOLDEN / f"{name}.json").read_text("utf-8")):
            for row in get(name).run(shipped_store, **case["parameters"]).dicts():
                for column in CLAIM_COLUMNS & row.keys():
                    value = row[column]
                    listed.update([value] if isinstance(value, str) else value)
                if "claims" in row and "position" not in row and row.get("depth") != 0:
                    assert row["claims"], f"{name}: a row without evidence"
    assert listed
    assert listed <= known


def test_the_answers_are_the_same_every_time(shipped_store: Store) -> None:
    for name in ("reseller-paths", "top-resellers", "supply-by-channel", "single-origin"):
        first = get(name).run(shipped_store)
        assert all(get(name).run(shipped_store) == first for _ in range(3))


# The rules, on worlds made by hand ----------------------------------------------------------

MAKER = Company("maker", seats=(("SE", ""),))
RESELLER = Company("reseller", seats=(("CN", ""),))
BUREAU = Body("bureau")
CAMERA = Product("camera", makers=("maker",))


def sale(id_: str = "sale", date: str = "2018-10-31", **parties: str | tuple[str, ...]) -> Deal:
    """An award of cameras; roles are given by their names in small letters."""
    found = tuple(
        Party(role.upper(), org)
        for role, orgs in parties.items()
        for org in ((orgs,) if isinstance(orgs, str) else orgs)
    )
    return Deal(id_, date=date, parties=found, products=("camera",))


RESOLD = sale(manufacturer="maker", seller="reseller", buyer="bureau")
SIMPLE = World(companies=(MAKER, RESELLER), bodies=(BUREAU,), products=(CAMERA,), deals=(RESOLD,))

SUPPLY = {
    "reseller-paths": {"kind": "", "place": "SE", "include_inferred": True},
    "supply-by-channel": {},
    "direct-sales": {},
    "sales-through-subsidiaries": {},
    "reached-end-user": {"body": "bureau"},
    "company-goods": {"company": "maker"},
    "product-goods": {"product": "camera"},
    "end-users-within": {"place": "CN"},
    "top-resellers": {},
    "transactions-after": {"date": "2000-01-01", "include_uncertain": True},
    "open-questions": {},
    "company-positions": {"company": "maker"},
    "subject-to-instrument": {"instrument": "ban"},
    "transactions-after-instrument": {"instrument": "ban", "include_uncertain": True},
}
"""Every query that could mistake something for supply, asked as widely as it can be."""


def supplied(store: Store) -> dict[str, list[dict[str, Any]]]:
    """What these queries show of supply; a subject of the ban that supplied nothing is none."""
    found = {name: rows(store, name, **given) for name, given in SUPPLY.items()}
    found["subject-to-instrument"] = [
        row for row in found["subject-to-instrument"] if row["end_user"]
    ]
    return {name: answer for name, answer in found.items() if answer}


def banned(*ids: str) -> list[Claim]:
    """An instrument to which the companies are subject."""
    return [
        node("Instrument", "ban", name="Ban", kind="ban", in_force="2016/.."),
        *(edge("SUBJECT_TO", id_, "ban", effect="banned-by") for id_ in ids),
    ]


def test_a_real_sale_shows_everywhere(world: Build) -> None:
    store = world([*SIMPLE.claims(), *banned("maker")])
    assert set(supplied(store)) == set(SUPPLY) - {"direct-sales", "sales-through-subsidiaries"}


@pytest.mark.parametrize("kind", ["brand-mention", "tender"])
def test_a_mention_or_tender_is_no_supply(world: Build, kind: str) -> None:
    """Even where a careless source calls the brand a manufacturer and lists its product."""
    tender = replace(RESOLD, kind=kind, mentions=("maker",))
    store = world([*replace(SIMPLE, deals=(tender,)).claims(), *banned("maker")])
    assert supplied(store) == {}
    assert [r["mentioned"] for r in rows(store, "brand-mentions")] == ["maker"]


def test_a_brand_named_in_an_award_to_another_is_a_mention(world: Build) -> None:
    award = Deal("award", date="2018-10-31", mentions=("maker",),
                 parties=(Party("SELLER", "reseller"), Party("BUYER", "bureau")))
    store = world([*replace(SIMPLE, deals=(award,)).claims(), *banned("maker")])
    assert [r["transaction"] for r in rows(store, "brand-mentions")] == ["award"]
    assert set(supplied(store)) == {
        "supply-by-channel", "reached-end-user", "end-users-within", "transactions-after",
        "open-questions",
    }
    assert {r["maker"] for r in rows(store, "supply-by-channel")} == {None}
    assert rows(store, "top-resellers") == []


def test_a_brand_that_was_supplied_is_no_mere_mention(world: Build) -> None:
    store = world(replace(SIMPLE, deals=(replace(RESOLD, mentions=("maker",)),)).claims())
    assert rows(store, "brand-mentions") == []


@pytest.mark.parametrize("role", ["agent", "bidder"])
def test_agents_and_bidders_supply_nothing(world: Build, role: str) -> None:
    deal = sale(manufacturer="maker", buyer="bureau", **{role: ("reseller", "other")})
    store = world(replace(
        SIMPLE, companies=(*SIMPLE.companies, Company("other")), programmes=("skynet",),
        deals=(replace(deal, programmes=("skynet",)),),
    ).claims())
    for name in SUPPLY:
        if "instrument" not in name:
            for row in rows(store, name, **SUPPLY[name]):
                assert "reseller" not in json.dumps(row), name
    assert [r[role] for r in rows(store, role + "s")] == ["other", "reseller"]
    assert rows(store, ("bidder" if role == "agent" else "agent") + "s") == []
    assert {r["channel"] for r in rows(store, "supply-by-channel")} == {"not-stated"}
    suppliers = rows(store, "programme-suppliers", programme="skynet")
    assert {r["supplier"] for r in suppliers} == {"maker"}


def test_co_winners_do_not_inherit(world: Build) -> None:
    """Two lots of one tender: the goods of the one are not those of the other."""
    lots = (
        sale("lot-1", manufacturer="maker", seller="reseller", buyer="bureau"),
        Deal("lot-2", date="2018-10-31", notice="same",
             parties=(Party("SELLER", "other"), Party("BUYER", "bureau"))),
    )
    store = world(replace(
        SIMPLE, companies=(*SIMPLE.companies, Company("other")), deals=lots
    ).claims())
    by_channel = {r["transactions"][0]: r for r in rows(store, "supply-by-channel")}
    assert by_channel["lot-2"]["maker"] is None
    assert by_channel["lot-2"]["products"] == []
    assert [r["reseller"] for r in rows(store, "top-resellers")] == ["reseller"]
    assert [r["transaction"] for r in rows(store, "product-goods", product="camera")] == ["lot-1"]


def test_sharing_a_reseller_joins_no_path(world: Build) -> None:
    deals = (
        sale("stock", manufacturer="maker", seller="maker", buyer="reseller"),
        Deal("other-goods", date="2019-05-01", products=("other-camera",), parties=(
            Party("MANUFACTURER", "other"), Party("SELLER", "reseller"), Party("BUYER", "bureau"),
        )),
    )
    store = world(replace(
        SIMPLE, companies=(*SIMPLE.companies, Company("other", seats=(("US", ""),))),
        products=(CAMERA, Product("other-camera", makers=("other",))), deals=deals,
    ).claims())
    assert rows(store, "reseller-paths", kind="", place="SE", include_inferred=True) == []
    assert [r["end_user"] for r in rows(store, "company-goods", company="maker")] == ["reseller"]
    assert rows(store, "shared-resellers", one="maker", other="other") == []


def test_the_same_goods_sold_on_make_an_inferred_path(world: Build) -> None:
    deals = (
        sale("stock", "2018", manufacturer="maker", seller="maker", buyer="reseller"),
        sale("resale", "2019-05-01", seller="reseller", buyer="bureau"),
    )
    store = world(replace(SIMPLE, deals=deals).claims())
    assert rows(store, "reseller-paths", kind="", place="SE") == []
    [path] = rows(store, "reseller-paths", kind="", place="SE", include_inferred=True)
    assert path["transactions"] == ["stock", "resale"]
    assert path["resellers"] == ["reseller"]
    assert path["standing"] == "inferred"
    chains = [r for r in rows(store, "supply-by-channel") if r["maker"]]
    assert [(r["transactions"], r["channel"], r["standing"]) for r in chains] == [
        (["stock", "resale"], "third-party-reseller", "inferred"),
    ]
    assert rows(store, "direct-sales") == []
    [top] = rows(store, "top-resellers")
    assert (top["reseller"], top["principals"], top["end_users"]) == (
        "reseller", ["maker"], ["bureau"],
    )


def test_shared_resellers_and_declared_partners(world: Build) -> None:
    deals = (
        RESOLD,
        Deal("second", date="2019", parties=(
            Party("MANUFACTURER", "daughter"), Party("SELLER", "reseller"),
            Party("BUYER", "bureau"),
        )),
    )
    described = replace(
        SIMPLE, deals=deals, ownerships=(Ownership("parent", "daughter", "100"),),
        companies=(*SIMPLE.companies, Company("parent"), Company("daughter"), Company("partner")),
    )
    store = world([
        *described.claims(), edge("DISTRIBUTES_FOR", "reseller", "maker"),
        edge("DISTRIBUTES_FOR", "partner", "maker"),
    ])
    [shared] = rows(store, "shared-resellers", one="maker", other="parent")
    assert shared["goods_of_one"] == ["sale"]
    assert shared["goods_of_other"] == ["second"]
    [top] = rows(store, "top-resellers")
    assert (top["principals"], top["declared_for"]) == (["daughter", "maker"], ["maker"])
    assert {r["distributor"]: r["documented_sales"] for r in rows(store, "distributors")} == {
        "partner": 0, "reseller": 1,
    }


def owned(share: str = "", valid: str = "", number: str = "") -> World:
    """A parent with a seat in Europe whose foreign maker sells through a reseller in 2018."""
    maker = f"maker{number}"
    return World(
        companies=(Company(f"parent{number}", seats=(("SE", ""),)),
                   Company(maker, seats=(("US", ""),)), Company(f"reseller{number}")),
        bodies=(Body(f"bureau{number}"),),
        ownerships=(Ownership(f"parent{number}", maker, share, valid),),
        deals=(Deal(f"sale{number}", date="2018-10-31", parties=(
            Party("MANUFACTURER", maker), Party("SELLER", f"reseller{number}"),
            Party("BUYER", f"bureau{number}"),
        )),),
    )


def test_a_parent_is_a_majority_owner_at_the_date(world: Build) -> None:
    cases = [
        ("", "", True), ("100", "", True), ("50.1", "", True), ("50-75", "", True),
        ("50", "", False), ("3", "", False), ("-49", "", False),
        ("100", "2010/2018-10-31", True), ("100", "2010/2018-10-30", False),
        ("100", "2018-10-31/..", True), ("100", "2018-11-01/..", False),
    ]
    store = world(joined(
        owned(share, valid, str(n)) for n, (share, valid, _) in enumerate(cases)
    ).claims())
    origins = {r["origin"] for r in rows(store, "reseller-paths", kind="")}
    for n, (share, valid, found) in enumerate(cases):
        case = f"{share!r} {valid!r}"
        parent, maker = f"parent{n}", f"maker{n}"
        assert (parent in origins) is found, case
        assert bool(rows(store, "company-goods", company=parent)) is found, case
        day = {"company": maker, "as_of": "2018-10-31"}
        top = [r["parent"] for r in rows(store, "ultimate-parents", **day)]
        assert top == ([parent] if found else [maker]), case
        tree = [r["owner"] for r in rows(store, "ownership-tree", **day, include_minority=False)]
        assert tree == ([parent] if found else []), case


def test_a_minority_share_is_shown_where_it_is_asked_for(world: Build) -> None:
    store = world(owned("30").claims())
    [share] = rows(store, "ownership-tree", company="maker")
    assert (share["owner"], share["share_exact"], share["control"]) == ("parent", 30.0, False)
    [parent] = rows(store, "ultimate-parents", company="maker", include_minority=True)
    assert (parent["parent"], parent["control"]) == ("parent", False)
    assert rows(store, "company-goods", company="parent", include_minority=True)


def test_ownership_that_has_ended_is_not_followed_after(world: Build) -> None:
    """The parent of the time sold; the one of today did not."""
    described = owned("100", "2000/2017")
    [deal] = described.deals
    changed = replace(
        described, companies=(*described.companies, Company("buyer-up", seats=(("FR", ""),))),
        ownerships=(*described.ownerships, Ownership("buyer-up", "maker", "100", "2018/..")),
        deals=(replace(deal, date="2016-05-01"), replace(deal, id="later")),
    )
    store = world(changed.claims())
    paths = rows(store, "reseller-paths", kind="")
    assert [(r["origin"], r["transactions"]) for r in paths] == [
        ("buyer-up", ["later"]), ("parent", ["sale"]),
    ]
    now = rows(store, "ultimate-parents", company="maker")
    assert [r["parent"] for r in now] == ["buyer-up"]
    then = rows(store, "ultimate-parents", company="maker", as_of="2017-12-31")
    assert [r["parent"] for r in then] == ["parent"]


def test_a_british_company_is_european_until_it_is_not(world: Build) -> None:
    """What the date leaves open is inferred; a sale without one counts on what holds today."""
    cases = {
        "2020-01-31": "documented", "2020-02-01": "", "1972-12-31": "", "2019": "documented",
        "2020": "inferred", "": "inferred",
    }
    store = world(replace(
        SIMPLE, companies=(Company("maker", seats=(("GB", ""),)), RESELLER),
        deals=tuple(replace(RESOLD, id=f"sale-{d or 'undated'}", date=d) for d in cases),
    ).claims())
    expected = {f"sale-{d or 'undated'}": s for d, s in cases.items() if s}
    found = rows(store, "reseller-paths", kind="", include_inferred=True)
    assert {r["transactions"][0]: r["standing"] for r in found} == expected
    sure = rows(store, "reseller-paths", kind="")
    assert {r["transactions"][0] for r in sure} == {
        t for t, standing in expected.items() if standing != "inferred"
    }
    assert len(rows(store, "reseller-paths", kind="", place="GB")) == len(cases)


def test_a_parent_outside_the_region_is_shown_above_and_replaces_nothing(world: Build) -> None:
    described = replace(
        SIMPLE, companies=(*SIMPLE.companies, Company("above", seats=(("JP", ""),))),
        ownerships=(Ownership("above", "maker", "100"),),
    )
    [path] = rows(world(described.claims()), "reseller-paths", kind="")
    assert (path["origin"], path["ultimate_parents"]) == ("maker", ["above"])


def test_owners_in_a_circle_are_each_at_the_top(world: Build) -> None:
    described = World(
        companies=tuple(Company(c) for c in ("a", "b", "c")),
        ownerships=(Ownership("a", "b", "60"), Ownership("b", "a", "60"), Ownership("b", "c")),
    )
    store = world(described.claims())
    assert {r["parent"] for r in rows(store, "ultimate-parents", company="c")} == {"a", "b"}
    tree = {r["ownership"]: r["position"] for r in rows(store, "ownership-tree", company="c")}
    assert tree == {"a--owns--b": "above", "b--owns--a": "above", "b--owns--c": "above"}


def test_a_tree_says_what_is_above_below_and_beside(world: Build) -> None:
    described = World(
        companies=tuple(Company(c) for c in ("top", "one", "sister", "child")),
        ownerships=(Ownership("top", "one"), Ownership("top", "sister"),
                    Ownership("one", "child"), Ownership("sister", "child", "20")),
    )
    found = rows(world(described.claims()), "ownership-tree", company="one")
    assert {r["ownership"]: (r["position"], r["control"]) for r in found} == {
        "top--owns--one": ("above", True), "top--owns--sister": ("beside", True),
        "one--owns--child": ("below", True), "sister--owns--child": ("beside", False),
    }


def test_a_subsidiary_that_sells_is_no_reseller(world: Build) -> None:
    described = replace(
        SIMPLE, ownerships=(Ownership("maker", "reseller", "100", "2010/2018-12-31",
                                      voices=(Voice("watchers", "ngo-report", "report"),)),),
        deals=(RESOLD, replace(RESOLD, id="after", date="2019-01-01")),
    )
    store = world(described.claims())
    [within] = rows(store, "sales-through-subsidiaries")
    assert (within["transactions"], within["ownership"]) == (["sale"], ["maker--owns--reseller"])
    assert (within["standing"], within["ownership_standing"]) == ("documented", "reported")
    assert [r["transactions"] for r in rows(store, "reseller-paths", kind="")] == [["after"]]
    [top] = rows(store, "top-resellers")
    assert top["transactions"] == ["after"]


def test_sisters_are_joined_by_their_nearest_owner(world: Build) -> None:
    described = replace(
        SIMPLE, companies=(*SIMPLE.companies, Company("holding"), Company("fund")),
        ownerships=(Ownership("holding", "maker"), Ownership("holding", "reseller"),
                    Ownership("fund", "holding")),
    )
    [within] = rows(world(described.claims()), "sales-through-subsidiaries")
    assert within["ownership"] == ["holding--owns--maker", "holding--owns--reseller"]


def test_a_branch_is_a_view_of_its_bureau_and_no_second_path(world: Build) -> None:
    branch = Body("branch", BUREAUS[1], part_of=(("bureau", ""),))
    described = replace(
        SIMPLE, bodies=(BUREAU, branch, Body("unit", part_of=(("branch", ""),))),
        deals=(sale(manufacturer="maker", seller="reseller", buyer="branch"),),
    )
    store = world([*described.claims(), edge("USED_IN", "sale", "unit")])
    [seen] = rows(store, "reached-end-user", body="bureau")
    assert (seen["receiver"], seen["depth"], seen["used_in"]) == ("branch", 1, ["unit"])
    assert rows(store, "reached-end-user", body="bureau", max_rollup=0) == []
    [used] = rows(store, "reached-end-user", body="unit")
    assert (used["receiver"], used["received_as"]) == ("unit", "USED_IN")
    [path] = rows(store, "reseller-paths")
    assert (path["end_user"], path["part_of"]) == ("branch", ["bureau"])


def test_an_end_user_stands_before_the_buyer(world: Build) -> None:
    described = replace(
        SIMPLE, bodies=(BUREAU, Body("procurer", "procurement-centre")),
        deals=(sale(manufacturer="maker", seller="reseller", buyer="procurer", end_user="bureau"),),
    )
    store = world(described.claims())
    assert rows(store, "reached-end-user", body="procurer") == []
    [got] = rows(store, "supply-by-channel")
    assert (got["end_user"], got["received_as"]) == ("bureau", "END_USER")


def test_a_predecessor_keeps_its_sale_and_its_name(world: Build) -> None:
    described = replace(
        SIMPLE,
        companies=(Company("maker", seats=(("SE", ""),), names=(("Old Maker", "../2018"),)),
                   RESELLER, Company("heir", seats=(("SE", ""),))),
        successions=(Succession("maker", "heir", "merger", "2019"),),
    )
    store = world([*described.claims(), answer("sale", "heir", "confirms")])
    [goods] = rows(store, "company-goods", company="heir")
    assert (goods["holder"], goods["company_name"]) == ("maker", "Old Maker")
    assert rows(store, "company-goods", company="heir", include_predecessors=False) == []
    [stance] = rows(store, "company-positions", company="heir")
    assert (stance["party"], stance["position"]) == ("maker", "confirms")


def answer(about: str, author: str, stance: str, topic: str = "existence") -> Claim:
    """What a company replies in a letter."""
    return reply(about, Voice(author, "company-statement", "letter", stance, topic))


def test_confirming_explaining_denying_and_silence_differ(world: Build) -> None:
    cases = [
        ("sale{}", "confirms", "existence", "confirms", False),
        ("sale{}", "explains", "participation", "explains", False),
        ("sale{}", "does-not-confirm", "existence", "does-not-confirm", True),
        ("sale{}", "disputes", "existence", "disputes", True),
        ("sale{}", "disputes", "risk", "explains", False),
        ("sale{0}--manufacturer--maker{0}", "does-not-confirm", "existence", "does-not-confirm",
         True),
        ("", "", "", "no-statement", False),
    ]
    claims = list(joined(owned(number=str(n)) for n in range(len(cases))).claims())
    claims += [
        answer(about.format(n), f"maker{n}", stance, topic)
        for n, (about, stance, topic, _, _) in enumerate(cases) if about
    ]
    store = world(claims)
    paths = {r["company"]: r for r in rows(store, "reseller-paths", place="SE")}
    denials = {r["author"]: r["element"] for r in rows(store, "contested-claims")}
    of_any_topic = {r["author"] for r in rows(store, "contested-claims", topic="")}
    supply = {r["maker"]: r for r in rows(store, "supply-by-channel")}
    after = {r["makers"][0]: r for r in rows(store, "transactions-after", date="2018-01-01")}
    for n, (about, stance, _, position, contested) in enumerate(cases):
        maker, case = f"maker{n}", cases[n]
        [found] = rows(store, "company-positions", company=maker)
        assert (found["position"], found["contested"]) == (position, contested), case
        path = paths[maker]
        assert path["contested_by"] == ([f"{maker} Ltd"] if contested else []), case
        assert path["confirmed_by"] == ([f"{maker} Ltd"] if position == "confirms" else []), case
        assert denials.get(maker, "") == (about.format(n) if contested else ""), case
        assert (maker in of_any_topic) == (stance in ("does-not-confirm", "disputes")), case
        assert len(rows(store, "company-replies", organisation=maker)) == bool(about), case
        [goods] = rows(store, "company-goods", company=maker)
        for row in (path, supply[maker], after[maker], goods):
            assert row["contested"] is contested, case


def test_a_copy_is_no_second_origin_and_falls_with_its_report(world: Build) -> None:
    report = Voice("watchers", "ngo-report", "report")
    page = Voice("paper", "press", "page")
    reported = replace(RESOLD, voices=(report, page))
    store = world(replace(SIMPLE, deals=(reported,)).claims())
    [single] = [r for r in rows(store, "single-origin") if r["element"] == "sale"]
    assert single["sources"] == ["page", "report"]
    falling = {r["element"] for r in rows(store, "what-falls", source="report")}
    assert "sale" in falling
    [kept] = [r for r in rows(store, "what-falls", source="page", only_falling=False)
              if r["element"] == "sale"]
    assert (kept["falls"], kept["kept_by"]) == (False, ["report"])
    assert {r["relation"] for r in rows(store, "source-claims", source="report")
            if r["element"] == "sale"} == {"read", "repeated"}


def test_a_second_document_is_a_second_origin(world: Build) -> None:
    twice = replace(RESOLD, voices=(Voice(), Voice("watchers", "ngo-report", "report")))
    store = world(replace(SIMPLE, deals=(twice,)).claims())
    assert "sale" not in {r["element"] for r in rows(store, "single-origin")}
    assert "sale" not in {r["element"] for r in rows(store, "what-falls", source="report")}


def test_conflicting_values_are_shown_with_their_authors(world: Build) -> None:
    other = claim(kind="Transaction", about="sale", author="watchers", basis="ngo-report",
                  source="report", values={"title": "Notice ", "kind": "award", "date": "2017"})
    found = rows(world([*SIMPLE.claims(), other]), "conflicting-values")
    assert {r["author"] for r in found} == {"gazette-office", "watchers"}
    assert {r["element"] for r in found} == {"sale"}
    assert all("date" in r["conflicts"] for r in found)


def test_an_instrument_counts_from_its_own_day(world: Build) -> None:
    """Where nothing says when it came into force, the day of adoption counts."""
    cases = [
        ("2018/..", "2018-10-31", False), ("2018/..", "2019-01-01", True),
        ("2018-10/..", "2018-10-30", False), ("2018-10/..", "2018-10-31", True),
        ("2018-10-31/..", "2018-10-31", True), ("2018-11-01/..", "2018-10-31", None),
        ("2016/2017", "2018-10-31", None), ("../2019", "2018-10-31", False),
        ("", "2018-10-31", True), ("2018/..", "", False),
    ]
    claims = list(replace(
        SIMPLE, deals=tuple(replace(RESOLD, id=f"sale{n}", date=c[1]) for n, c in enumerate(cases))
    ).claims())
    for n, (in_force, _, _) in enumerate(cases):
        values = {"in_force": in_force} if in_force else {}
        claims += [
            node("Instrument", f"ban{n}", name="Ban", kind="ban", adopted="2015", **values),
            edge("SUBJECT_TO", "maker", f"ban{n}", effect="banned-by"),
        ]
    store = world(claims)
    for n, (_, _, certain) in enumerate(cases):
        asked = {"instrument": f"ban{n}"}
        name = "transactions-after-instrument"
        found = {r["transaction"]: r["certain"]
                 for r in rows(store, name, **asked, include_uncertain=True)}
        assert found.get(f"sale{n}") is certain, cases[n]
        sure = {r["transaction"] for r in rows(store, name, **asked)}
        assert (f"sale{n}" in sure) is (certain is True), cases[n]


def test_what_an_instrument_does_not_cover_is_no_subject(world: Build) -> None:
    store = world([
        *SIMPLE.claims(), *banned("reseller"),
        edge("SUBJECT_TO", "camera", "ban", effect="not-covered-by"),
    ])
    [found] = rows(store, "transactions-after-instrument", instrument="ban")
    assert found["subject"] == "reseller"


def test_a_figure_is_about_a_class(world: Build) -> None:
    store = world([
        *SIMPLE.claims(), node("Place", "GB", name="United Kingdom", kind="country"),
        node("Figure", "schools", name="Schools with cameras", value="60", population="schools"),
        edge("CONCERNS", "schools", "GB"), edge("CONCERNS", "schools", "maker"),
        node("Figure", "makers", name="Makers", value="104"), edge("CONCERNS", "makers", "GB"),
    ])
    [found] = rows(store, "uk-exposure")
    assert (found["figure"], found["companies"]) == ("schools", ["maker"])
    assert found["counted_by"] == ["Gazette Office"]
    assert rows(store, "end-users-within", place="GB") == []


def test_only_the_maker_of_what_went_on_is_at_the_start(world: Build) -> None:
    """Two makers' goods in one delivery, and only one of them in what was sold on."""
    other = Company("other", seats=(("SE", ""),))
    lens = Product("lens", makers=("other",))
    bought = Deal("bought", date="2018-01-01", parties=(
        Party("MANUFACTURER", "maker"), Party("MANUFACTURER", "other"),
        Party("SELLER", "wholesaler"), Party("BUYER", "reseller"),
    ), products=("camera", "lens"))
    onward = sale("onward", seller="reseller", buyer="bureau")
    store = world([
        *replace(
            SIMPLE, companies=(MAKER, other, Company("wholesaler"), RESELLER),
            products=(CAMERA, lens), deals=(bought, onward),
        ).claims(), *banned("maker", "other"),
    ])
    asked = {
        "reseller-paths": "company", "paths-from-place": "origin", "supply-by-channel": "maker",
        "reached-end-user": "maker", "end-users-within": "maker",
    }
    given = {"paths-from-place": {"place": "SE"}}
    for name, column in asked.items():
        found = [
            (row[column], row["transactions"])
            for row in rows(store, name, **{**SUPPLY, **given}[name])
            if len(row["transactions"]) == 2
        ]
        assert found == [("maker", ["bought", "onward"])], name
    assert rows(store, "company-goods", company="other")[0]["transactions"] == ["bought"]
    [reseller] = [r for r in rows(store, "top-resellers") if r["reseller"] == "reseller"]
    assert reseller["principals"] == ["maker"]
    assert {r["subject"] for r in rows(store, "subject-to-instrument", instrument="ban")
            if r["end_user"]} == {"maker"}


# Against the path queries --------------------------------------------------------------------


def test_reseller_paths_are_paths_with_an_outside_seller(tmp_path: Path) -> None:
    """On worlds drawn at random, by the channel that the assembly gives each single sale."""

    # Without shrinking, which takes minutes here: what differs is shown by the rows.
    @settings(max_examples=5, phases=(Phase.explicit, Phase.reuse, Phase.generate),
              deadline=None, derandomize=bool(os.environ.get("CI")),
              suppress_health_check=list(HealthCheck))
    @given(st.data())
    def compare(data: st.DataObject) -> None:
        drawn = joined([data.draw(worlds(f"w{n}")) for n in range(data.draw(st.integers(2, 6)))])
        graph = assemble(drawn.claims())
        with connect(str(tmp_path / "graph")) as store:
            store.replace(graph)
            for place in ("EU", "CN"):
                expected = set()
                for path in rows(store, "paths-from-place", place=place):
                    steps = path["transactions"]
                    sold = steps if path["role"] == "MANUFACTURER" else steps[1:]
                    entry = path["companies"][-1]
                    if any(graph.channel(t, entry) == "third-party-reseller" for t in sold):
                        expected.add((path["origin"], entry, path["role"], tuple(steps),
                                      path["end_user"], path["contested"]))
                found = rows(store, "reseller-paths", place=place, kind="", include_inferred=True)
                assert {
                    (r["origin"], r["company"], r["role"], tuple(r["transactions"]),
                     r["end_user"], r["contested"]) for r in found
                } == expected
            supply = rows(store, "supply-by-channel")
            single = [r for r in supply if len(r["transactions"]) == 1 and r["maker"]]
            for row in single:
                assert row["channel"] == graph.channel(row["transactions"][0], row["maker"])
            own = {
                (r["maker"], tuple(r["transactions"]), r["end_user"]) for r in supply
                if r["channel"] == "own-subsidiary"
            }
            assert own == {
                (r["maker"], tuple(r["transactions"]), r["end_user"])
                for r in rows(store, "sales-through-subsidiaries")
            }
            direct = {(r["maker"], r["transactions"][0], r["end_user"]) for r in supply
                      if r["channel"] == "direct"}
            assert direct == {(r["maker"], r["transaction"], r["end_user"])
                              for r in rows(store, "direct-sales")}

    compare()
