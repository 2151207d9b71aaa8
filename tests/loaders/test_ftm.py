"""FollowTheMoney: organisations, what they own and sold, what lists they are on; no person."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.ftm import loader
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "ftm-samples"


def entity(schema: str, id_: str, caption: str = "", **properties: Any) -> dict[str, Any]:
    return {"id": id_, "caption": caption or id_, "schema": schema, "properties": {
        name: value if isinstance(value, list) else [value] for name, value in properties.items()
    }, "datasets": ["xx_list"], "referents": ["r"], "target": False,
        "first_seen": "2023-04-20T18:00:25"}


def company(id_: str, name: str = "", schema: str = "Company", **properties: Any) -> dict[str, Any]:
    return entity(schema, id_, name=name or f"Works {id_} Ltd", **properties)


ROE = entity("Person", "p77", "Jane Roe", name="Jane Roe", birthDate="1980-01-01")
A, B = company("a"), company("b")


class Read(Reading):
    loader = loader


@pytest.fixture
def reading(tmp_path: Path) -> Any:
    def made(*entities: Any, text: str = "", name: str = "x.ftm.json") -> Read:
        path = tmp_path / name
        path.write_text(text or "".join(json.dumps(e) + "\n" for e in entities), "utf-8")
        return Read(path)
    return made


# Organisations


def test_a_company(reading: Any) -> None:
    found = reading(entity(
        "Company", "Q42", "海康威视", name=["海康威视", "Hikvision Co"], alias="HKV",
        previousName="Old Co", jurisdiction="cn", country=["cn", "hk"], leiCode=[
            "5493001KJTIIGC8Y1R12"], uscCode="91330000733796106P", registrationNumber="330000000",
        incorporationDate="2001-11-30", dissolutionDate=["2012-06-30", "2015"], innCode=[
            "1835045074", "183116181362"], website="https://example.com/x", phone="+1",
        email="jane@roe.example"))
    node = found.one("Company")
    assert node["id"] == "ftm-Q42"
    assert [n["text"] for n in node["names"]] == ["Hikvision Co", "海康威视", "HKV", "Old Co"]
    assert (node["country"], node["founded"], node["dissolved"]) == (
        "CN", "2001-11-30", "2012-06-30/2015")
    assert node["identifiers"] == {
        "lei": "5493001KJTIIGC8Y1R12", "uscc": "91330000733796106P", "WIKIDATA": "Q42",
        "CN-STATED": "330000000", "RU-INN": "1835045074"}
    assert node["website"] == "https://example.com/x"
    kinds = {c.key: c.values["kind"] for c in found.claims if c.kind == "Name"}
    assert kinds == {"HKV": "alias", "Old Co": "former"}
    assert found.left == set()
    assert "roe" not in repr(found.claims)


@pytest.mark.parametrize(("schema", "topics", "kind"), [
    ("PublicBody", [], "public-body"), ("PublicBody", ["gov.igo"], "international-organisation"),
    ("Organization", ["gov.muni"], "local-government"), ("Organization", ["mil"], "armed-forces"),
])
def test_public_bodies(reading: Any, schema: str, topics: Any, kind: str) -> None:
    found = reading(company("x", "Body", schema, topics=topics))
    assert found.one("PublicBody")["kind"] == kind


def test_a_chinese_name_says_what_a_body_is(reading: Any) -> None:
    assert reading(company("x", "上海市公安局", "PublicBody")).one("PublicBody")["kind"] == (
        "public-security-bureau")


@pytest.mark.parametrize(("properties", "kept"), [
    ({"name": "Jane Roe"}, False), ({"name": "Mr Jane Roe", "registrationNumber": "1"}, False),
    ({"name": "Roe Trading Ltd"}, True), ({"name": "Zyx", "registrationNumber": "77"}, True),
    ({"name": "Zyx"}, False), ({"name": "Roe Ltd", "birthDate": "1980"}, False),
])
def test_a_legal_entity_that_may_be_a_person_is_withheld(
    reading: Any, properties: Any, kept: bool
) -> None:
    found = reading(entity("LegalEntity", "x", **properties))
    assert bool(found.of("Company")) == kept
    assert kept or "Roe" not in repr(found.claims)


# Relations


def owns(owner: str, asset: str, **properties: Any) -> dict[str, Any]:
    return entity("Ownership", "o", owner=owner, asset=asset, **properties)


@pytest.mark.parametrize(("percentage", "share"), [
    ("51", {"exact": 51.0}), ("51.5%", {"exact": 51.5}), ("25-50%", {"min": 25.0, "max": 50.0}),
    ("120", None), ("most", None), ([], None), (["40", "60"], None),
])
def test_an_owner(reading: Any, percentage: Any, share: Any) -> None:
    edge = reading(owns("a", "b", percentage=percentage, startDate="2018", role="x"), A, B).one(
        "OWNS")
    assert (edge["from"], edge["to"], edge["share"], edge["valid"]) == (
        "ftm-a", "ftm-b", share, "2018/..")


def test_an_ownership_that_ended(reading: Any) -> None:
    found = reading(owns("a", "b", startDate="2018", endDate="2020-02"), A, B)
    assert found.one("OWNS")["valid"] == "2018/2020-02"


def test_a_parent(reading: Any) -> None:
    found = reading(company("a", parent="b"), B)
    edge = found.one("OWNS")
    assert (edge["from"], edge["to"]) == ("ftm-b", "ftm-a")
    assert found.left == set()


def test_no_person_leaves_a_trace(reading: Any) -> None:
    found = reading(
        A, ROE, owns("p77", "a"), {**owns("unknown-id", "a"), "id": "o2"},
        entity("Family", "f", person="p77"),
        entity("Directorship", "d", director="p77", organization="a", role="Director Roe"),
        entity("Sanction", "s", entity="p77", program="P", reason="Jane Roe"),
        entity("UnknownLink", "u", subject="p77", object="a", role="Roe"),
        entity("Passport", "pp", holder="p77", passportNumber="7"))
    assert [x["type"] for x in found.all] == ["Publisher", "Source", "Company"]
    assert found.omitted == {
        "natural person": 1, "Family, of natural persons": 1, "Passport, of natural persons": 1,
        "interest of a natural person": 1, "directorship, which is no ownership": 1,
        "relation with what is no organisation of this file": 1,
        "sanction of a natural person": 1, "link with what is no organisation of this file": 1}
    shown = json.dumps(found.all) + repr(found.claims)
    assert not any(trace in shown for trace in ("Roe", "p77", "1980", "unknown-id"))


def test_a_successor(reading: Any) -> None:
    edge = reading(A, B, entity("Succession", "s", predecessor="a", successor="b",
                                startDate="2017-05-01")).one("SUCCEEDED_BY")
    assert (edge["from"], edge["to"], edge["date"]) == ("ftm-a", "ftm-b", "2017-05-01")
    assert edge["inferred"]


def test_a_link_of_unknown_kind_is_said_and_not_drawn(reading: Any) -> None:
    found = reading(A, B, entity("UnknownLink", "u", subject="a", object="b", role="supplier of"))
    assert not found.of("OWNS", "DISTRIBUTES_FOR", "PART_OF")
    (said,) = [c for c in found.claims if c.stance == "explains"]
    assert (said.about, "ftm-b" in said.summary, "supplier of" in said.summary) == (
        "ftm-a", True, True)


def test_a_listing(reading: Any) -> None:
    found = reading(A, entity(
        "Sanction", "s", entity="a", authority="Treasury", program="SDGT", programId="US-SDGT",
        startDate="2020-01-02", endDate="2021-03-04", reason="long text", country="us"))
    instrument, edge = found.one("Instrument"), found.one("SUBJECT_TO")
    assert (instrument["names"][0]["text"], instrument["reference"]) == ("SDGT", "US-SDGT")
    assert (edge["from"], edge["effect"], edge["valid"]) == (
        "ftm-a", "listed-in", "2020-01-02/2021-03-04")
    assert "long text" not in repr(found.claims)
    assert found.left == set()


# Procurement


CONTRACT = entity("Contract", "c", title="Cameras", authority="body", procedureNumber="N1",
                  currency="EUR")
BODY = company("body", "City", "PublicBody")


def award(id_: str, supplier: Any, **properties: Any) -> dict[str, Any]:
    return entity("ContractAward", id_, contract="c", supplier=supplier, **properties)


def test_an_award_for_each_lot(reading: Any) -> None:
    found = reading(CONTRACT, A, B, BODY, award("w1", "a", lotNumber="1", amount="1000.50",
                                                date="2019-05-06"), award("w2", "b", lotNumber="2"))
    one, two = found.of("Transaction")
    assert (one["kind"], one["title"], one["date"], one["lots"], one["reference"]) == (
        "award", "Cameras", "2019-05-06", ["1"], "N1")
    assert one["amount"] == {"value": 1000.5, "currency": "EUR"}
    assert [p["id"] for p in one["roles"]["SELLER"]] == ["ftm-a"]
    assert [p["id"] for p in one["roles"]["BUYER"]] == ["ftm-body"]
    assert [p["id"] for p in two["roles"]["SELLER"]] == ["ftm-b"]
    assert found.omitted == {"contract whose awards stand for it": 1}


def test_an_award_to_a_person_has_no_seller(reading: Any) -> None:
    found = reading(CONTRACT, BODY, ROE, award("w", "p77"))
    assert "SELLER" not in found.one("Transaction")["roles"]
    assert found.omitted["seller who is a natural person"] == 1


def test_what_was_cancelled_was_not_sold(reading: Any) -> None:
    contract = entity("Contract", "c", title="Cameras", authority="body", cancelled="true")
    assert reading(contract, A, BODY, award("w", "a")).of("Transaction") == []
    assert reading(contract, BODY).of("Transaction") == []


def test_a_call_is_a_tender(reading: Any) -> None:
    found = reading(A, BODY, entity("CallForTenders", "t", title="Cameras wanted", authority="body",
                                    tenderer="a", pubDate="2018-01-01", awardingDate="2018-02-01"))
    tender = found.one("Transaction")
    assert (tender["kind"], tender["date"], set(tender["roles"])) == (
        "tender", "2018-01-01", {"BUYER", "BIDDER"})


def test_a_project(reading: Any) -> None:
    contract = entity("Contract", "c", title="Cameras", authority="body", project="pr")
    found = reading(contract, BODY, entity("Project", "pr", name="Safe City", startDate="2015"))
    assert found.one("Programme")["start"] == "2015"
    assert found.one("Transaction")["programmes"] == [{"id": "ftm-pr"}]


# What is not known


def test_unknown_schemata_and_properties_are_told(reading: Any) -> None:
    found = reading(entity("Spaceship", "x"), company("a", newProperty="1"))
    assert found.omitted == {"schema that is not read: Spaceship": 1}
    assert found.left == {"properties.newProperty"}


# Arrangements


def test_nested_targets(reading: Any) -> None:
    nested = {**B, "target": True, "properties": {**B["properties"], "sanctions": [
        entity("Sanction", "s", program="P1", authority="T")], "ownershipAsset": [
            {**owns("", "b"), "properties": {"owner": [A], "percentage": ["60"]}},
            {**owns("", "b"), "id": "o2", "properties": {"owner": [ROE], "asset": ["b"]}}],
        "addressEntity": [entity("Address", "addr", full="x")]}}
    found = reading(nested)
    edge = found.one("OWNS")
    assert (edge["from"], edge["to"], edge["share"]) == ("ftm-a", "ftm-b", {"exact": 60.0})
    assert found.one("SUBJECT_TO")["from"] == "ftm-b"
    assert "Roe" not in repr(found.claims)
    assert found.left == set()


def test_a_delta_is_applied_in_order(reading: Any) -> None:
    found = reading(
        {"op": "ADD", "entity": company("a", "Old name Ltd")},
        {"op": "MOD", "entity": company("a", "New name Ltd")},
        {"op": "ADD", "entity": B}, {"op": "DEL", "entity": {"id": "b"}},
        {"op": "ADD", "entity": owns("a", "b")}, {"op": "ADD", "entity": company("c")},
        {"op": "MOD", "entity": {**ROE, "id": "c"}})
    assert [c["names"][0]["text"] for c in found.of("Company")] == ["New name Ltd"]
    assert found.of("OWNS") == []
    assert found.omitted["entity that this edition deletes"] == 1
    assert found.omitted["entity that a later line changes"] == 3


def statements(*entities: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["canonical_id", "entity_id", "prop", "prop_type", "schema", "value",
                     "dataset", "lang", "original_value", "external", "first_seen", "last_seen",
                     "id"])
    for one in entities:
        for name, values in {**one["properties"], "id": ["hash"]}.items():
            for value in values:
                writer.writerow([one["id"], "own", name, "x", one["schema"], value, "xx_list", "",
                                 "", "f", "", "", "s"])
    return out.getvalue()


def test_statements_say_the_same(reading: Any) -> None:
    entities = (A, B, owns("a", "b", percentage="60"), ROE)
    found = reading(text=statements(*entities), name="statements.csv")
    assert {c["id"] for c in found.of("Company")} == {"ftm-a", "ftm-b"}
    assert found.one("OWNS")["share"] == {"exact": 60.0}
    assert "Roe" not in repr(found.claims)
    # A person in any statement is a person.
    mixed = statements(A, {**ROE, "id": "a"})
    assert reading(text=mixed, name="statements.csv").of("Company") == []


# Faults


@pytest.mark.parametrize("text", [
    json.dumps(A)[:-5], json.dumps(A) + "\n{", "[]", "[" * 900,
    json.dumps(A) + '\n{"id": 3, "schema": [], "properties": 4}\n',
    json.dumps({**A, "properties": {"name": {"a": 1}}}), json.dumps({**A, "caption": [1, 2]}),
    json.dumps({**A, "id": ""}), json.dumps({**A, "id": "\ud800"}), json.dumps(A) + "\n7\n",
    json.dumps(company("a", "\x00\ud800")), json.dumps({"op": "ADD", "entity": {"id": "x"}}),
    statements(A)[:-9], "canonical_id,prop,schema,value\n,a,b,c\n",
    json.dumps(owns("a", "b", percentage="9" * 400)),
])
def test_damaged_files_are_told(reading: Any, text: str) -> None:
    reading(text=text)


@settings(max_examples=200, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_it(reading: Any, data: st.DataObject) -> None:
    keys = st.sampled_from([
        "name", "owner", "asset", "entity", "supplier", "contract", "authority", "percentage",
        "startDate", "jurisdiction", "registrationNumber", "sanctions", "parent", "amount",
        "currency", "id", "schema", "properties", "program", "subject", "object", "role"])
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6),
                       st.sampled_from(["a", "b", "p77", "2020", "gb", "Company", "50"]))
    value = st.recursive(leaves, lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)), max_leaves=15)
    schema = data.draw(st.sampled_from([
        "Company", "LegalEntity", "Ownership", "Sanction", "Contract", "ContractAward",
        "CallForTenders", "Project", "UnknownLink", "Succession", "Person", "Vessel"]))
    found = reading(A, B, ROE, {"id": "z", "schema": schema,
                                "properties": data.draw(st.dictionaries(keys, value, max_size=6))})
    assert "Roe" not in repr(found.claims)


# As a whole


def test_loading_and_building(tmp_path: Path) -> None:
    path = tmp_path / "entities.ftm.json"
    path.write_text("".join(json.dumps(e) + "\n" for e in (
        owns("a", "b"), A, B, ROE, BODY, CONTRACT, award("w", "b"),
        entity("Sanction", "s", entity="a", program="P"))))
    assert find(path, LOADERS).name == "ftm"
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert (done.rejects, done.warnings) == ((), ())
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    built = assemble(stores[0].read_all())
    (edge,) = built.edges("OWNS")
    # A compilation says it, not a register.
    assert edge.values["standing"] == "reported"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the repository")
def test_real_files() -> None:
    files = sorted(REAL.rglob("*.json"))
    assert len(files) == 7
    for path in files:
        assert find(path, LOADERS).name == "ftm"
        found = Read(path)
        assert (found.rejects, found.left) == ([], set()), path
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        entities = [line.get("entity", line) for line in lines]
        organisations = {e["id"] for e in entities if e.get("schema") in (
            "Company", "Organization", "PublicBody")}
        assert len(found.of("Company", "PublicBody")) == len(organisations), path
        shown = json.dumps(found.all, ensure_ascii=False) + repr(found.claims)
        persons = [e for e in entities if e.get("schema") == "Person"]
        assert found.omitted["natural person"] == len(persons), path
        for person in persons:
            assert person["id"] not in shown, path
            for name in person["properties"]["name"]:
                assert len(name) < 6 or name not in shown, (path, name)
    (zala,) = [p for p in files if p.name.startswith("zala")]
    found = Read(zala)
    between = 0
    lines = [json.loads(line) for line in zala.read_text("utf-8").splitlines()]
    companies = {e["id"] for e in lines if e["schema"] == "Company"}
    for one in lines:
        if one["schema"] == "Ownership":
            ends = one["properties"]["owner"] + one["properties"]["asset"]
            between += set(ends) <= companies
    assert len(found.of("OWNS")) == between == 3
