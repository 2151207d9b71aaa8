"""Ownership statements: who owns whom by the newest statement, and no person anywhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.bods import loader
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "bods-examples"
PUBLISHED = {"publicationDate": "2023-05-01", "bodsVersion": "0.4",
             "license": "https://creativecommons.org/publicdomain/zero/1.0/",
             "publisher": {"name": "Register of Owners", "url": "https://register.example"}}


def statement(record: str, type_: str, details: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "statementId": more.pop("own", f"s-{record}"), "declarationSubject": "a",
        "statementDate": "2023-04-01", "publicationDetails": PUBLISHED, "recordId": record,
        "recordStatus": "new", "recordType": type_,
        "recordDetails": {"isComponent": False, **details}, **more,
    }


def entity(record: str, name: str = "", **more: Any) -> dict[str, Any]:
    type_ = more.pop("type", "registeredEntity")
    return statement(record, "entity", {
        "entityType": {"type": type_}, "name": name or f"Company {record}", **more})


def person(record: str = "p") -> dict[str, Any]:
    return statement(record, "person", {
        "personType": "knownPerson", "names": [{"type": "legal", "fullName": "Jane Roe"}],
        "birthDate": "1980-01-01"})


def owns(
    owner: Any, owned: str, record: str = "r", interests: Any = None, details: Any = None,
    **more: Any,
) -> dict[str, Any]:
    if interests is None:
        interests = [{"type": "shareholding", "directOrIndirect": "direct",
                      "share": {"exact": 60}, "startDate": "2020-01-01"}]
    return statement(record, "relationship", {
        "subject": owned, "interestedParty": owner, "interests": interests, **(details or {})},
        **more)


class Read(Reading):
    loader = loader


@pytest.fixture
def reading(tmp_path: Path) -> Any:
    def made(*statements: Any, text: str = "") -> Read:
        path = tmp_path / "bods.json"
        path.write_text(text or json.dumps(list(statements)), "utf-8")
        return Read(path)
    return made


A, B, C = entity("a"), entity("b"), entity("c")


# Entities


def test_an_entity(reading: Any) -> None:
    found = reading(entity(
        "a", "Kamera Oy", alternateNames=["Camera Ltd"], foundingDate="1999-02",
        jurisdiction={"code": "FI", "name": "Finland"}, uri="https://example.org",
        identifiers=[{"scheme": "FI-PRO", "id": "123-4"}, {"schemeName": "Own list", "id": "7"},
                     {"scheme": "XI-LEI", "id": "5493001KJTIIGC8Y1R12"}],
        addresses=[{"type": "registered", "address": "x", "country": {"code": "SE"}}],
    ))
    company = found.one("Company")
    assert company["id"] == "lei-5493001KJTIIGC8Y1R12"
    assert [n["text"] for n in company["names"]] == ["Kamera Oy", "Camera Ltd"]
    assert (company["country"], company["founded"]) == ("FI", "1999-02")
    assert company["identifiers"] == {"lei": "5493001KJTIIGC8Y1R12", "FI-PRO": "123-4"}
    assert found.omitted == {"identifier whose list has no code": 1}
    source = found.one("Source")
    assert (source["date"], source["basis"]) == ("2023-05-01", "registry")
    assert found.one("Publisher")["names"][0]["text"] == "Register of Owners"
    assert found.left == set()


@pytest.mark.parametrize(("type_", "kind"), [
    ({"type": "state"}, "government"), ({"type": "stateBody"}, "public-body"),
    ({"type": "stateBody", "subtype": "governmentDepartment"}, "government-department"),
])
def test_states_and_their_bodies(reading: Any, type_: Any, kind: str) -> None:
    found = reading(statement("a", "entity", {"entityType": type_, "name": "Ministry"}))
    assert found.one("PublicBody")["kind"] == kind


def test_a_trust_keeps_its_place_and_loses_the_names_in_it(reading: Any) -> None:
    found = reading(A, entity("t", "Roe Family Trust", type="arrangement"), owns("t", "a"))
    assert "Roe" not in repr(found.claims)
    edge = found.one("OWNS")
    (trust,) = [c for c in found.of("Company") if c["id"] == edge["from"]]
    assert trust["names"][0]["text"] == "Unnamed legal arrangement t"


def test_an_anonymous_entity_says_why(reading: Any) -> None:
    found = reading(A, statement("x", "entity", {
        "entityType": {"type": "anonymousEntity"},
        "unspecifiedEntityDetails": {"reason": "subjectExemptFromDisclosure",
                                     "description": "about Jane Roe"}}), owns("x", "a"))
    names = [c["names"][0]["text"] for c in found.of("Company")]
    assert names[1] == "Unnamed entity not disclosed x, subject exempt from disclosure"
    assert "Roe" not in repr(found.claims)


# Relations


def test_an_owner(reading: Any) -> None:
    edge = reading(A, B, owns("a", "b")).one("OWNS")
    assert (edge["from"], edge["to"]) == ("bods-register-of-owners-a", "bods-register-of-owners-b")
    assert (edge["share"], edge["valid"]) == ({"exact": 60.0}, "2020-01-01/..")


@pytest.mark.parametrize(("share", "want"), [
    ({"minimum": 25, "maximum": 50, "exclusiveMinimum": True}, {"min": 25.0, "max": 50.0}),
    ({"exclusiveMinimum": 25, "exclusiveMaximum": 50}, {"min": 25.0, "max": 50.0}),
    ({"exact": 33.3, "minimum": 33.3, "maximum": 33.3}, {"exact": 33.3}),
    ({"minimum": 50}, {"min": 50.0}), ({"exact": 120}, None),
    ({"minimum": 60, "maximum": 40}, None),
    ({"exact": 1e99}, None), ({}, None),
])
def test_shares(reading: Any, share: Any, want: Any) -> None:
    found = reading(A, B, owns("a", "b", interests=[{"type": "shareholding", "share": share}]))
    assert found.one("OWNS")["share"] == want
    assert found.rejects == []


def test_votes_beside_shares_are_no_second_owner(reading: Any) -> None:
    votes = {"type": "votingRights", "share": {"exact": 80}}
    both = reading(A, B, owns("a", "b", interests=[votes, {
        "type": "shareholding", "share": {"exact": 60}}]))
    assert both.one("OWNS")["share"] == {"exact": 60.0}
    alone = reading(A, B, owns("a", "b", interests=[votes]))
    assert alone.one("OWNS")["id"].endswith("--voting-rights")


def test_an_indirect_owner_is_not_shown_as_a_direct_one(reading: Any) -> None:
    found = reading(A, B, owns("a", "b", interests=[
        {"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 60}}]))
    assert found.one("OWNS")["id"].endswith("--indirect")
    assert any("may stand between" in c.note for c in found.claims)


def test_control_otherwise_than_through_shares_is_said_and_not_drawn(reading: Any) -> None:
    found = reading(A, B, owns("a", "b", interests=[{"type": "appointmentOfBoard"}]))
    assert found.of("OWNS") == []
    assert found.omitted == {"control other than through shares": 1}
    (said,) = [c for c in found.claims if c.stance == "explains"]
    assert (said.about, "appointment of board" in said.summary) == (
        "bods-register-of-owners-b", True)


def test_a_nominee_owns_nothing(reading: Any) -> None:
    found = reading(A, B, owns("a", "b", interests=[{"type": "nominee"}]))
    assert found.of("OWNS") == []
    assert found.omitted == {"nominee or nominator, who owns nothing by that": 1}


def test_an_interest_of_unstated_kind_is_no_ownership(reading: Any) -> None:
    for interests in ([], [{"directOrIndirect": "unknown"}], [{"type": "unknownInterest"}]):
        found = reading(A, B, owns("a", "b", interests=interests))
        assert found.of("OWNS") == []
        assert found.omitted == {"relationship whose interest is not stated": 1}


def test_a_chain_is_not_counted_beside_its_components(reading: Any) -> None:
    parts = [owns("a", "b", "r1", details={"isComponent": True}),
             owns("b", "c", "r2", details={"isComponent": True})]
    whole = owns("a", "c", "r3", interests=[
        {"type": "shareholding", "directOrIndirect": "indirect", "share": {"exact": 36}}],
        details={"componentRecords": ["b", "r1", "r2"]})
    found = reading(A, B, C, whole, *parts)
    assert [e["id"].count("--indirect") for e in found.of("OWNS")] == [0, 0]
    assert found.omitted == {"summary of a chain whose components stand in the file": 1}
    # Without its components the summary is all that is known.
    found = reading(A, B, C, whole)
    assert found.one("OWNS")["id"].endswith("--indirect")


def test_owners_in_a_circle(reading: Any) -> None:
    found = reading(A, B, owns("a", "b", "r1"), owns("b", "a", "r2"), owns("a", "a", "r3"))
    assert len(found.of("OWNS")) == 2
    assert found.omitted == {"relationship of an entity with itself": 1}


# Time and versions


def test_only_the_newest_statement_of_a_record_counts(reading: Any) -> None:
    new = owns("a", "b", own="s-2", statementDate="2023-06-01", recordStatus="updated",
               interests=[{"type": "shareholding", "share": {"exact": 70}}])
    for statements in ((owns("a", "b"), new), (new, owns("a", "b"))):
        found = reading(A, B, *statements)
        assert found.one("OWNS")["share"] == {"exact": 70.0}
        assert found.omitted == {"statement that a newer one replaces": 1}


def test_a_closed_record_has_an_end(reading: Any) -> None:
    closed = owns("a", "b", own="s-2", statementDate="2023-06-01", recordStatus="closed")
    edge = reading(A, B, owns("a", "b"), closed).one("OWNS")
    assert edge["valid"] == "2020-01-01/2023-06-01"
    assert "closes its record" in edge["inferred"]
    ended = owns("a", "b", recordStatus="closed", interests=[
        {"type": "shareholding", "startDate": "2020-01-01", "endDate": "2021-12-31"}])
    edge = reading(A, B, ended).one("OWNS")
    assert (edge["valid"], "inferred" in edge) == ("2020-01-01/2021-12-31", False)


# Persons


def test_no_person_leaves_a_trace(reading: Any) -> None:
    said = {"type": ["selfDeclaration"], "assertedBy": [{"name": "Jane Roe"}]}
    found = reading({**A, "source": said}, person("p77"), owns("p77", "a"),
                    owns("nobody-knows", "a", "r2"))
    assert found.of("OWNS") == []
    assert found.omitted == {
        "natural person": 1, "interest of a natural person": 1,
        "relationship with a party that the file does not describe": 1}
    shown = json.dumps(found.all) + repr(found.claims)
    for trace in ("Roe", "1980", "p77", "nobody-knows"):
        assert trace not in shown


@pytest.mark.parametrize("party", [
    {"reason": "subjectExemptFromDisclosure", "description": "Jane Roe"},
    {"unspecified": {"reason": "subject-exempt-from-disclosure", "description": "Jane Roe"}},
])
def test_an_owner_who_is_not_named_leaves_the_reason(reading: Any, party: Any) -> None:
    found = reading(A, owns(party, "a", interests=[]))
    (said,) = [c for c in found.claims if c.stance == "explains"]
    assert "subject exempt from disclosure" in said.summary
    assert "Roe" not in repr(found.claims)


# Versions and arrangements


def old(own: str, type_: str, **fields: Any) -> dict[str, Any]:
    return {"statementID": own, "statementType": type_, "isComponent": False,
            "statementDate": "2017-11-18", "publicationDetails": PUBLISHED, **fields}


OLD = [
    old("e1", "entityStatement", entityType="registeredEntity", name="Chrinon Ltd",
        incorporatedInJurisdiction={"code": "GB", "name": "United Kingdom"},
        addresses=[{"type": "registered", "address": "x", "country": "GB"}],
        identifiers=[{"scheme": "GB-COH", "id": "7444723"}]),
    old("e2", "entityStatement", entityType="registeredEntity", name="Holding"),
    old("e3", "entityStatement", entityType="registeredEntity", name="Holding plc",
        replacesStatements=["e2"]),
    old("p1", "personStatement", personType="knownPerson", names=[{"fullName": "Jane Roe"}]),
    old("o1", "ownershipOrControlStatement", subject={"describedByEntityStatement": "e1"},
        interestedParty={"describedByEntityStatement": "e2"},
        interests=[{"type": "shareholding", "interestLevel": "direct",
                    "beneficialOwnershipOrControl": True, "share": {"exact": 100}},
                   {"type": "appointment-of-board"}]),
    old("o2", "ownershipOrControlStatement", subject={"describedByEntityStatement": "e1"},
        interestedParty={"describedByPersonStatement": "p1"},
        interests=[{"type": "shareholding"}]),
]


def test_versions_before_04(reading: Any) -> None:
    found = reading(*OLD)
    names = {c["id"]: c["names"][0]["text"] for c in found.of("Company")}
    # The relation speaks of a statement that has been replaced: it means the same holding.
    assert names == {"gb-coh-07444723": "Chrinon Ltd", "bods-register-of-owners-e2": "Holding plc"}
    edge = found.one("OWNS")
    assert (edge["from"], edge["to"]) == ("bods-register-of-owners-e2", "gb-coh-07444723")
    assert found.omitted == {"natural person": 1, "interest of a natural person": 1,
                             "statement that a newer one replaces": 1}
    assert found.left == set()


def test_every_arrangement_says_the_same(reading: Any) -> None:
    want = reading(*OLD).all
    assert reading(text="".join(json.dumps(s) + "\n" for s in OLD)).all == want
    assert reading(text=json.dumps({"statements": OLD}, indent=1)).all == want


# Faults


@pytest.mark.parametrize("text", [
    "[]", "[" * 2000, json.dumps([A, B])[:-40], '[{"statementId": "x", "recordType": "entity"}]',
    json.dumps([A, {"statementId": "y"}, 7]), json.dumps([A, {**B, "recordDetails": []}]),
    json.dumps([{**A, "recordDetails": {"name": {"a": 1}, "entityType": [1]}}]),
    json.dumps([A, B, owns("a", "b", interests={"type": [1]})]),
    json.dumps([A, B, owns("a", "b", interests=[{"type": "shareholding", "share": 5}])]),
    json.dumps([{**A, "statementId": "\ud800"}, {**A, "recordId": "\x00"}]),
    json.dumps([A, {**B, "publicationDetails": "x", "statementDate": 5}]),
])
def test_damaged_files_are_told(reading: Any, text: str) -> None:
    reading(text=text)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_it(reading: Any, data: st.DataObject) -> None:
    keys = st.sampled_from([
        "recordDetails", "interests", "share", "exact", "type", "subject", "interestedParty",
        "identifiers", "scheme", "id", "entityType", "names", "addresses", "country",
        "jurisdiction",
        "replacesStatements", "componentRecords", "publicationDetails", "publisher", "name",
        "unspecified", "reason", "startDate", "code", "source", "unspecifiedEntityDetails"])
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6),
                       st.sampled_from(["a", "b", "shareholding", "GB-COH", "2020-01-01", "p"]))
    value = st.recursive(leaves, lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)), max_leaves=20)
    made = data.draw(st.dictionaries(keys, value, max_size=6))
    type_ = data.draw(st.sampled_from(["entity", "relationship", "person"]))
    details = data.draw(st.dictionaries(keys, value, max_size=6))
    found = reading(A, B, person(), {**statement("z", type_, details), **made})
    assert "Roe" not in repr(found.claims)


# As a whole


def test_loading_and_building(tmp_path: Path) -> None:
    path = tmp_path / "owners.json"
    path.write_text(json.dumps([*OLD, A, B, person(), owns("a", "b"), owns("p", "a", "r9")]))
    assert find(path, LOADERS).name == "bods"
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert (done.rejects, done.warnings) == ((), ())
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    assert len(list(assemble(stores[0].read_all()).edges("OWNS"))) == 2


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the repository")
def test_real_files() -> None:
    files = sorted(REAL.rglob("*.json"))
    assert len(files) == 19
    for path in files:
        assert find(path, LOADERS).name == "bods"
        statements = json.loads(path.read_text("utf-8"))
        found = Read(path)
        assert (found.rejects, found.left) == ([], set()), path
        entities = {s["recordId"] for s in statements if s["recordType"] == "entity"}
        assert len(found.of("Company", "PublicBody")) == len(entities), path
        shown = json.dumps(found.all, ensure_ascii=False) + repr(found.claims)
        for one in statements:
            if one["recordType"] == "person":
                details = one["recordDetails"]
                for name in details.get("names", []):
                    assert name["fullName"] not in shown, path
                assert details.get("birthDate", "-no-") not in shown, path
                assert one["recordId"] not in shown, path
