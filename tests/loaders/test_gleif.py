"""The Global LEI Index: what its records say, in every notation, and what they do not say."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import Claim, ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.gleif import loader
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "gleif-samples"

CHILD, PARENT, TOP = "529900T8BM49AURSDO55", "5493001KJTIIGC8Y1R12", "549300JB1P61FUTPEZ75"


def entity(lei: str = CHILD, status: str = "ISSUED", **more: Any) -> dict[str, Any]:
    return {
        "LEI": {"$": lei},
        "Entity": {
            "LegalName": {"@xml:lang": "en", "$": "Camera Works AB"},
            "LegalAddress": {"@xml:lang": "en", "FirstAddressLine": {"$": "Street 1"},
                             "City": {"$": "Lund"}, "Country": {"$": "SE"}},
            "EntityCategory": {"$": "GENERAL"}, "EntityStatus": {"$": "ACTIVE"}, **more,
        },
        "Registration": {"LastUpdateDate": {"$": "2023-05-18T15:41:20Z"},
                         "RegistrationStatus": {"$": status}},
    }


def relation(
    child: str = CHILD, parent: str = PARENT, type_: str = "IS_DIRECTLY_CONSOLIDATED_BY",
    status: str = "ACTIVE", state: str = "PUBLISHED",
    periods: tuple[tuple[str, str, str], ...] = (("2018-06-30T00:00:00Z", "",
                                                  "RELATIONSHIP_PERIOD"),), **more: Any,
) -> dict[str, Any]:
    return {
        "Relationship": {
            "StartNode": {"NodeID": child, "NodeIDType": "LEI"},
            "EndNode": {"NodeID": parent, "NodeIDType": "LEI"}, "RelationshipType": type_,
            "RelationshipPeriods": [
                {k: v for k, v in (("StartDate", s), ("EndDate", e), ("PeriodType", t)) if v}
                for s, e, t in periods
            ],
            "RelationshipStatus": status,
        },
        "Registration": {"LastUpdateDate": "2023-05-18T15:41:20Z", "RegistrationStatus": state},
        **more,
    }


class Read(Reading):
    loader = loader


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def made(records: Any, name: str = "lei.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(records) if not isinstance(records, str) else records, "utf-8")
        return path
    return made


def claims_of(path: Path) -> list[Claim]:
    return [claim for record in loader.read(path) for claim in loader.claims(record)]


# Level 1


def test_a_company_with_its_names_seat_and_numbers(file: Any) -> None:
    found = Read(file({"records": [entity(
        LegalName={"@xml:lang": "zh", "$": "海康威视数字技术股份有限公司"},
        OtherEntityNames={"OtherEntityName": [
            {"@xml:lang": "en", "@type": "ALTERNATIVE_LANGUAGE_LEGAL_NAME", "$": "Camera Co., Ltd"},
            {"@xml:lang": "zh", "@type": "PREVIOUS_LEGAL_NAME", "$": "旧名有限公司"},
            {"@xml:lang": "en", "@type": "TRADING_OR_OPERATING_NAME", "$": "CamCo"}]},
        TransliteratedOtherEntityNames={"TransliteratedOtherEntityName": {
            "@xml:lang": "zh", "@type": "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME",
            "$": "HAI KANG WEI SHI"}},
        RegistrationAuthority={"RegistrationAuthorityID": {"$": "RA000465"},
                               "RegistrationAuthorityEntityID": {"$": "91330000733796106P"}},
        LegalAddress={"Country": {"$": "CN"}}, EntityCreationDate={"$": "2001-11-30T00:00:00Z"},
    )]}))
    company = found.one("Company")
    assert company["id"] == f"lei-{CHILD}"
    assert [n["text"] for n in company["names"][:2]] == [
        "Camera Co., Ltd", "海康威视数字技术股份有限公司"]
    assert (company["country"], company["founded"]) == ("CN", "2001-11-30")
    assert company["identifiers"] == {
        "lei": CHILD, "uscc": "91330000733796106P", "RA000465": "91330000733796106P"}
    tags = {n["text"]: n["lang"] for n in company["names"]}
    assert tags["HAI KANG WEI SHI"] == "zh-Latn"
    assert tags["海康威视数字技术股份有限公司"] == "zh-Hans"


def test_kinds_of_names(file: Any) -> None:
    path = file([entity(OtherEntityNames={"OtherEntityName": [
        {"@type": "PREVIOUS_LEGAL_NAME", "$": "Old AB"},
        {"@type": "TRADING_OR_OPERATING_NAME", "$": "CamCo"}, {"@type": "NEW_TYPE", "$": "X"}]})])
    kinds = {c.key: c.values["kind"] for c in claims_of(path) if c.kind == "Name"}
    assert kinds == {"Camera Works AB": "legal", "Old AB": "former", "CamCo": "trade",
                     "X": "alias"}


@pytest.mark.parametrize(("status", "told"), [
    ("DUPLICATE", "duplicate LEI, which another record replaces"), ("ANNULLED", "annulled LEI"),
    ("PENDING_VALIDATION", "LEI not issued yet"),
])
def test_what_is_no_company(file: Any, status: str, told: str) -> None:
    found = Read(file([entity(status=status)]))
    assert found.of("Company") == []
    assert found.omitted == {told: 1}


def test_a_sole_trader_is_withheld_and_leaves_no_trace(file: Any) -> None:
    path = file([entity(EntityCategory={"$": "SOLE_PROPRIETOR"},
                        LegalName={"$": "Jane Roe Photography"})])
    assert Read(path).omitted == {"natural person": 1}
    assert "Roe" not in repr(claims_of(path))
    assert CHILD not in repr(claims_of(path))


@pytest.mark.parametrize("status", ["RETIRED", "MERGED"])
def test_a_company_that_is_gone_never_looks_alive(file: Any, status: str) -> None:
    path = file([entity(status=status, EntityStatus={"$": "INACTIVE"})])
    assert Read(path).one("Company")["dissolved"] == "../2023-05-18"
    reasons = {bool(c.inferred_because) for c in claims_of(path) if c.values.get("dissolved")}
    assert reasons == {True}
    path = file([entity(status=status, EntityStatus={"$": "INACTIVE"},
                        EntityExpirationDate={"$": "2020-02-01T00:00:00Z"})])
    assert Read(path).one("Company")["dissolved"] == "2020-02-01"
    assert not any(c.inferred_because for c in claims_of(path))


@pytest.mark.parametrize("arrangement", [
    {"SuccessorEntity": {"SuccessorLEI": {"$": PARENT}}},
    {"SuccessorEntity": [{"SuccessorLEI": {"$": PARENT}}]},
    {"SuccessorEntities": {"SuccessorEntity": [{"SuccessorLEI": PARENT}]}},
])
def test_a_successor(file: Any, arrangement: dict[str, Any]) -> None:
    path = file([entity(status="MERGED", EntityStatus={"$": "INACTIVE"},
                        EntityExpirationDate={"$": "2020-02-01"}, **arrangement)])
    edge = Read(path).one("SUCCEEDED_BY")
    assert (edge["from"], edge["to"]) == (f"lei-{CHILD}", f"lei-{PARENT}")
    assert (edge["kind"], edge["date"]) == ("merger", "2020-02-01")


def test_a_successor_known_by_name_only(file: Any) -> None:
    path = file([entity(status="RETIRED", EntityStatus={"$": "INACTIVE"},
                        SuccessorEntity=[{"SuccessorEntityName": {"$": "Heir AB"}}])])
    found = Read(path)
    assert [c["names"][0]["text"] for c in found.of("Company")] == ["Camera Works AB", "Heir AB"]
    assert found.one("SUCCEEDED_BY")["inferred"].startswith("the record names a successor")


def test_public_bodies(file: Any) -> None:
    body = Read(file([entity(EntityCategory={"$": "RESIDENT_GOVERNMENT_ENTITY"},
                             EntitySubCategory={"$": "LOCAL_GOVERNMENT"})])).one("PublicBody")
    assert body["kind"] == "local-government"
    # Level 2 knows every entity as a company: the two must not be one id of two classes.
    assert body["id"] != f"lei-{CHILD}"


def test_a_code_whose_check_digits_do_not_fit(file: Any) -> None:
    found = Read(file([entity(lei="529900T8BM49AURSDO56")]))
    assert found.one("Company")["identifiers"] == {"XI-LEI": "529900T8BM49AURSDO56"}
    assert sum(found.omitted.values()) == 1


def test_companies_house_numbers_have_eight_signs(file: Any) -> None:
    found = Read(file([entity(RegistrationAuthority={
        "RegistrationAuthorityID": "RA000585", "RegistrationAuthorityEntityID": "445790"})]))
    assert found.one("Company")["identifiers"]["GB-COH"] == "00445790"


def test_a_record_without_a_name_is_rejected(file: Any) -> None:
    found = Read(file([entity(LegalName=""), entity(lei=PARENT)]))
    assert [r.message for r in found.rejects] == [f"LEI {CHILD} has no legal name"]
    assert found.one("Company")["id"] == f"lei-{PARENT}"


# Level 2


def test_a_parent_owns_its_child(file: Any) -> None:
    edge = Read(file([relation()])).one("OWNS")
    assert edge["id"] == f"lei-{PARENT}--owns--lei-{CHILD}--direct"
    assert (edge["share"], edge["valid"]) == (None, "2018-06-30/..")


def test_accounting_periods_are_no_validity(file: Any) -> None:
    edge = Read(file([relation(periods=(
        ("2021-01-01", "2021-12-31", "ACCOUNTING_PERIOD"),
        ("2017-12-06", "", "RELATIONSHIP_PERIOD"), ("2021-03-01", "", "DOCUMENT_FILING_PERIOD"),
    ))])).one("OWNS")
    assert edge["valid"] == "2017-12-06/.."
    only = Read(file([relation(periods=(("2021-01-01", "2021-12-31", "ACCOUNTING_PERIOD"),))]))
    assert "valid" not in only.one("OWNS")


ULTIMATE = "IS_ULTIMATELY_CONSOLIDATED_BY"


def test_an_ultimate_parent_that_direct_ones_lead_to_is_no_second_owner(file: Any) -> None:
    path = file([relation(CHILD, TOP, ULTIMATE), relation(), relation(PARENT, TOP)])
    found = Read(path)
    assert [(e["from"], e["to"]) for e in found.of("OWNS")] == [
        (f"lei-{PARENT}", f"lei-{CHILD}"), (f"lei-{TOP}", f"lei-{PARENT}")]
    assert found.omitted == {"ultimate parent that direct parents in the same file lead to": 1}
    (said,) = [c for c in claims_of(path) if c.stance == "explains"]
    assert (said.about, PARENT in said.summary) == (f"lei-{CHILD}", True)


def test_an_ultimate_parent_by_itself_is_marked(file: Any) -> None:
    path = file([relation(CHILD, TOP, ULTIMATE), relation()])
    edges = Read(path).of("OWNS")
    assert [e["id"].rpartition("--")[2] for e in edges] == ["ultimate", "direct"]
    (edge,) = [c for c in claims_of(path) if c.key == "ultimate"]
    assert "may stand between" in edge.note


@pytest.mark.parametrize("dead", [{"status": "INACTIVE"}, {"state": "ANNULLED"}])
def test_only_living_direct_parents_lead_to_the_ultimate_one(file: Any, dead: Any) -> None:
    path = file([relation(CHILD, TOP, ULTIMATE), relation(), relation(PARENT, TOP, **dead)])
    assert any(e["id"].endswith("ultimate") for e in Read(path).of("OWNS"))


def test_parents_in_a_circle_end(file: Any) -> None:
    found = Read(file([relation(), relation(PARENT, CHILD), relation(CHILD, TOP, ULTIMATE)]))
    assert len(found.of("OWNS")) == 3


def test_fund_relationships_are_no_ownership(file: Any) -> None:
    found = Read(file([relation(type_=t) for t in (
        "IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO")]))
    assert found.of("OWNS", "PART_OF", "Company") == []
    assert found.omitted == {"fund relationship, which is no ownership": 3}


def test_a_branch_is_part_of_its_company(file: Any) -> None:
    edge = Read(file([relation(type_="IS_INTERNATIONAL_BRANCH_OF")])).one("PART_OF")
    assert (edge["from"], edge["to"]) == (f"lei-{CHILD}", f"lei-{PARENT}")


def served(*records: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """An answer of the register's web service."""
    data = [{"type": kind, "id": "x", "attributes": attributes} for kind, attributes in records]
    return {"meta": {"goldenCopy": {"publishDate": "2024-02-01T08:00:00Z"}}, "data": data}


def test_answers_of_the_web_service(file: Any) -> None:
    lei = {"lei": CHILD, "entity": {
        "legalName": {"name": "相机有限公司", "language": "zh"},
        "otherNames": [{"name": "Camera Co Ltd", "language": "en",
                        "type": "ALTERNATIVE_LANGUAGE_LEGAL_NAME"}],
        "legalAddress": {"country": "CN", "city": "X"}, "registeredAt": {"id": "RA000585"},
        "registeredAs": "1234", "jurisdiction": "CN", "category": "GENERAL", "status": "INACTIVE",
        "expiration": {"date": "2020-01-02T00:00:00Z", "reason": "MERGED"},
        "successorEntity": {"lei": PARENT, "name": "Parent AB"}, "successorEntities": [],
        "creationDate": "1999-01-03T00:00:00Z"},
        "registration": {"status": "MERGED", "lastUpdateDate": "2023-01-02T00:00:00Z"}, "bic": None}
    link = {"validFrom": "2020-01-01", "relationship": {
        "startNode": {"id": CHILD, "type": "LEI"}, "endNode": {"id": PARENT, "type": "LEI"},
        "type": "IS_DIRECTLY_CONSOLIDATED_BY", "status": "ACTIVE", "periods": [
            {"startDate": "2018-06-30T00:00:00Z", "endDate": None, "type": "RELATIONSHIP_PERIOD"}]},
        "registration": {"status": "PUBLISHED", "lastUpdateDate": "2023-01-02T00:00:00Z"}}
    path = file(served(("lei-records", lei), ("relationship-records", link)))
    assert find(path, LOADERS).name == "gleif"
    found = Read(path)
    one = next(c for c in found.of("Company") if c["id"] == f"lei-{CHILD}")
    assert {n["text"] for n in one["names"]} >= {"相机有限公司", "Camera Co Ltd"}
    assert (one["country"], one["founded"], one["dissolved"]) == ("CN", "1999-01-03", "2020-01-02")
    assert one["identifiers"] == {"lei": CHILD, "GB-COH": "00001234"}
    assert found.one("OWNS")["valid"] == "2018-06-30/.."
    assert found.one("SUCCEEDED_BY")["to"] == f"lei-{PARENT}"
    single = served(("lei-records", lei))
    single["data"] = single["data"][0]
    assert len(Read(file(single)).of("SUCCEEDED_BY")) == 1
    assert not loader.sniff(b'{"type": ["lei-records"], "attributes": {}}', "x.json")
    empty: dict[str, Any] = {"lei": CHILD, "entity": None, "registration": []}
    assert len(Read(file(served(("lei-records", empty)))).rejects) == 1


def test_what_is_over_has_an_end(file: Any) -> None:
    edge = Read(file([relation(status="INACTIVE")])).one("OWNS")
    assert edge["valid"] == "2018-06-30/2023-05-18"
    assert "ended" in edge["inferred"]
    stated = (("2018-06-30", "2020-01-31", "RELATIONSHIP_PERIOD"),)
    edge = Read(file([relation(status="INACTIVE", periods=stated)])).one("OWNS")
    assert (edge["valid"], "inferred" in edge) == ("2018-06-30/2020-01-31", False)


@pytest.mark.parametrize("extension", [
    {"Deletion": {"DeletedAt": "2023-11-24T02:07:59Z"}},
    {"gleif:Deletion": {"gleif:DeletedAt": {"$": "2023-11-24T02:07:59Z"}}},
])
def test_what_a_delta_deletes_is_not_there(file: Any, extension: dict[str, Any]) -> None:
    found = Read(file([relation(Extension=extension), {**entity(), "Extension": extension}]))
    assert found.of("OWNS", "Company") == []
    assert found.omitted == {"record that this edition marks as deleted": 2}


@pytest.mark.parametrize("state", ["ANNULLED", "DUPLICATE", "PENDING_VALIDATION"])
def test_relationships_that_are_none(file: Any, state: str) -> None:
    assert Read(file([relation(state=state)])).of("OWNS") == []


def test_a_type_nobody_knows_is_told(file: Any) -> None:
    found = Read(file([relation(type_="IS_FRIEND_OF")]))
    assert found.omitted == {"relationship of an unknown type: IS_FRIEND_OF": 1}


# Exceptions


def test_why_no_parent_is_named(file: Any) -> None:
    path = file([{"LEI": CHILD, "ExceptionCategory": "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT",
                  "ExceptionReason": "NATURAL_PERSONS", "ExceptionReference": "Jane Roe"}])
    (said,) = [c for c in claims_of(path) if c.stance == "explains"]
    assert said.about == f"lei-{CHILD}"
    assert "No ultimate accounting consolidation parent" in said.summary
    assert "NATURAL_PERSONS" in said.summary
    assert "Roe" not in repr(claims_of(path))


# Notations


XML = """<?xml version="1.0" encoding="UTF-8"?>
<rr:RelationshipData xmlns:rr="http://www.gleif.org/data/schema/rr/2016"
  xmlns:gleif="http://www.gleif.org/data/schema/golden-copy/extensions/1.0">
  <rr:Header><rr:ContentDate>2023-11-06T09:29:01Z</rr:ContentDate>
  <rr:FileContent>GLEIF_DELTA_PUBLISHED</rr:FileContent></rr:Header>
  <rr:RelationshipRecords>%s</rr:RelationshipRecords></rr:RelationshipData>"""
XML_RECORD = f"""<rr:RelationshipRecord><rr:Relationship>
  <rr:StartNode><rr:NodeID>{CHILD}</rr:NodeID><rr:NodeIDType>LEI</rr:NodeIDType></rr:StartNode>
  <rr:EndNode><rr:NodeID>{PARENT}</rr:NodeID><rr:NodeIDType>LEI</rr:NodeIDType></rr:EndNode>
  <rr:RelationshipType>IS_DIRECTLY_CONSOLIDATED_BY</rr:RelationshipType>
  <rr:RelationshipPeriods><rr:RelationshipPeriod><rr:StartDate>2018-06-30</rr:StartDate>
  <rr:PeriodType>RELATIONSHIP_PERIOD</rr:PeriodType></rr:RelationshipPeriod>
  </rr:RelationshipPeriods><rr:RelationshipStatus>ACTIVE</rr:RelationshipStatus></rr:Relationship>
  <rr:Registration><rr:RegistrationStatus>PUBLISHED</rr:RegistrationStatus></rr:Registration>
  </rr:RelationshipRecord>"""


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


CSV = table({
    "Relationship.StartNode.NodeID": CHILD, "Relationship.StartNode.NodeIDType": "LEI",
    "Relationship.EndNode.NodeID": PARENT, "Relationship.EndNode.NodeIDType": "LEI",
    "Relationship.RelationshipType": "IS_DIRECTLY_CONSOLIDATED_BY",
    "Relationship.RelationshipStatus": "ACTIVE",
    "Relationship.Period.1.startDate": "2021-01-01",
    "Relationship.Period.1.endDate": "2021-12-31",
    "Relationship.Period.1.periodType": "ACCOUNTING_PERIOD",
    "Relationship.Period.2.startDate": "2018-06-30", "Relationship.Period.2.endDate": "",
    "Relationship.Period.2.periodType": "RELATIONSHIP_PERIOD",
    "Relationship.Quantifiers.1.QuantifierAmount": "100",
    "Registration.RegistrationStatus": "PUBLISHED",
})


def test_every_notation_says_the_same(file: Any, tmp_path: Path) -> None:
    plain = file([relation()], "rr.json")
    lines = file("".join(json.dumps(r) + "\n" for r in (relation(), relation(PARENT, TOP))),
                 "rr.jsonl")
    golden = file({"relations": [{"RelationshipRecord": relation()}]}, "golden.json")
    xml, table_ = file(XML % XML_RECORD, "rr.xml"), file(CSV, "rr.csv")
    packed = tmp_path / "20231106-0800-gleif-goldencopy-rr-golden-copy.csv.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("20231106-0800-gleif-goldencopy-rr-golden-copy.csv", CSV)
    want = Read(plain).one("OWNS")
    for path in (golden, xml, table_, packed, lines):
        assert find(path, LOADERS).name == "gleif"
        assert Read(path).of("OWNS")[0] == want
        assert [name for r in loader.read(path) for _ in [list(loader.claims(r))]
                for name in r.left()] == []


def test_names_of_a_table(file: Any) -> None:
    path = file("\ufeff" + table({
        "LEI": CHILD, "Entity.LegalName": "Camera Works AB", "Entity.LegalName.xmllang": "sv",
        "Entity.OtherEntityNames.OtherEntityName.1": "Old AB",
        "Entity.OtherEntityNames.OtherEntityName.1.xmllang": "sv",
        "Entity.OtherEntityNames.OtherEntityName.1.type": "PREVIOUS_LEGAL_NAME",
        "Entity.LegalAddress.xmllang": "sv", "Entity.LegalAddress.Country": "SE",
        "Entity.LegalAddress.AdditionalAddressLine.1": "c/o", "Entity.EntityStatus": "ACTIVE",
        "Entity.SuccessorEntity.1.SuccessorLEI": PARENT,
        "Registration.RegistrationStatus": "ISSUED",
    }), "lei.csv")
    names = {(c.key, c.values["lang"], c.values["kind"]) for c in claims_of(path)
             if c.kind == "Name"}
    assert names == {("Camera Works AB", "sv", "legal"), ("Old AB", "sv", "former")}
    assert len(Read(path).of("SUCCEEDED_BY")) == 1


def test_exceptions_of_a_table(file: Any) -> None:
    path = file("LEI,Exception.Category,Exception.Reason.1,Exception.Reason.2,"
                f"Exception.Reference.1\n{CHILD},DIRECT_ACCOUNTING_CONSOLIDATION_PARENT,NO_LEI,"
                "NON_PUBLIC,x\n", "repex.csv")
    (said,) = [c for c in claims_of(path) if c.stance == "explains"]
    assert "NO_LEI" in said.summary
    assert "NON_PUBLIC" in said.summary


def test_a_delta_is_an_edition_of_its_own(file: Any) -> None:
    delta = Read(file(XML % XML_RECORD, "rr.xml")).one("Source")
    full = Read(file((XML % XML_RECORD).replace("DELTA", "FULL"), "rr.xml")).one("Source")
    assert delta["id"] != full["id"]
    assert (delta["date"], delta["basis"], delta["licence"]) == (
        "2023-11-06", "registry", "CC0-1.0")


# Faults


ENTITIES = ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n'
            '<lei:LEIData xmlns:lei="http://www.gleif.org/data/schema/leidata/2016">&b;'
            "</lei:LEIData>")


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "[" * 3000, '[{"LEI": 5, "Entity": {}}]', '[{"LEI": "x", "Entity": []}]',
    '[{"Relationship": {"StartNode": 3}}]', '{"records": [{"LEI": {"$": "x"}, "Entity": {',
    '[{"Relationship": []}]', XML[:300], XML % "<rr:RelationshipRecord/>", ENTITIES,
    CSV[:600], CSV + "x\n", CSV + "\x00\n", '[{"LEI": "\\ud800", "Entity": {"LegalName": "x"}}]',
    '[{"LEI": "' + "9" * 5000 + '", "Entity": {"LegalName": "\\u0000"}}]',
    '[{"LEI": "x", "Entity": {"LegalName": {"$": {"$": {}}}, "OtherEntityNames": [3, null]}}]',
    '[{"LEI": "x", "Entity": {"LegalName": "x", "SuccessorEntity": 1e999999}}]', "\x00\x01",
    "[null, 1]",
])
def test_damaged_files_are_told_and_never_half_read(file: Any, text: str) -> None:
    path = file(text, "x.json")
    Read(path)
    with contextlib.suppress(SourceError):
        claims_of(path)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_it(tmp_path: Path, data: st.DataObject) -> None:
    keys = st.sampled_from(["LEI", "Entity", "LegalName", "Relationship", "StartNode", "NodeID",
                            "EndNode", "Registration", "ExceptionCategory", "$", "Extension",
                            "SuccessorEntity", "RelationshipPeriods", "StartDate",
                            "OtherEntityNames", "RelationshipType", "LegalAddress", "Country"])
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8),
                       st.sampled_from([CHILD, PARENT, "2018-01-01", "2018-13-45", *(
                           "IS_DIRECTLY_CONSOLIDATED_BY", "RETIRED", "IS_ULTIMATELY_CONSOLIDATED_BY"
                       )]))
    value = st.recursive(
        leaves, lambda inner: st.one_of(st.lists(inner, max_size=3),
                                        st.dictionaries(keys, inner, max_size=5)), max_leaves=25)
    path = tmp_path / "x.json"
    path.write_text(json.dumps([data.draw(st.dictionaries(keys, value, max_size=6)),
                                entity(), relation()]), "utf-8")
    Read(path)


# As a whole


def test_loading_and_building(file: Any, tmp_path: Path) -> None:
    path = file([entity(), entity(lei=PARENT), relation(), relation(CHILD, PARENT, ULTIMATE)],
                "mixed.json")
    stores = [ClaimStore(tmp_path / name) for name in ("a", "b")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert (done.rejects, done.warnings) == ((), ())
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    built = assemble(stores[0].read_all())
    (edge,) = built.edges("OWNS")
    assert (edge.start, edge.end, edge.values["standing"]) == (
        f"lei-{PARENT}", f"lei-{CHILD}", "documented")


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the repository")
def test_real_files() -> None:
    files = sorted([*REAL.rglob("*.json"), *REAL.rglob("*.xml")])
    assert len(files) > 20
    for path in files:
        assert find(path, LOADERS).name == "gleif"
        found, text = Read(path), path.read_text("utf-8")
        assert found.rejects == [], path
        # Read independently: every LEI that stands as a record's own, and every live parent.
        own = set(re.findall(r'(?:"LEI": "|<lei:LEI>|<repex:LEI>)(\w{20})', text))
        parents = len({
            (*re.findall(r"NodeID\W+(\w{20})", part)[:2], type_[0])
            for part in re.split(r"<rr:StartNode>|\"StartNode\"", text)[1:]
            if (type_ := re.findall(r"IS_(?:DIRECTLY|ULTIMATELY)_CONSOLIDATED_BY", part))
        })
        withheld = sum(n for what, n in found.omitted.items()
                       if "ultimate" in what or "deleted" in what)
        deleted = found.omitted["record that this edition marks as deleted"]
        got = {c["id"].removeprefix("lei-") for c in found.of("Company")}
        assert len(own - got) == (deleted if "<lei:" in text or "Exception" in text else 0), path
        assert len({e["id"] for e in found.of("OWNS")}) + withheld >= parents, path
        funds = len(re.findall(r"IS_(?:FUND-MANAGED_BY|SUBFUND_OF|FEEDER_TO)", text))
        assert found.omitted["fund relationship, which is no ownership"] + deleted >= funds, path
