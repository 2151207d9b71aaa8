"""Wikidata: organisations by their classes, relations as they are stated, and no person."""

from __future__ import annotations

import bz2
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.making import country
from sousveil.loaders.wikidata import loader
from sousveil.loaders.wikidata_lists import CLASSES, COUNTRIES
from sousveil.ontology import Schema
from tests.loaders.reading import Reading

LEI = "5493001KJTIIGC8Y1R12"
BUSINESS, POLICE, MINISTRY, HUMAN, ORGANISATION = "Q4830453", "Q35535", "Q192350", "Q5", "Q43229"


def value(found: Any, type_: str = "") -> dict[str, Any]:
    """A snak: an item for Q…, a date for (time, precision), a number for a tuple of texts."""
    if found in ("somevalue", "novalue"):
        return {"snaktype": found, "property": "P1"}
    if isinstance(found, tuple) and isinstance(found[1], int):
        type_, found = "time", {
            "time": found[0], "timezone": 0, "before": 0, "after": 0, "precision": found[1],
            "calendarmodel": f"http://www.wikidata.org/entity/{(*found, 'Q1985727')[2]}"}
    elif isinstance(found, tuple) and type_ == "quantity":
        found = dict(zip(("amount", "unit", "lowerBound", "upperBound"), found, strict=False))
    elif isinstance(found, tuple):
        type_, found = "monolingualtext", {"text": found[0], "language": found[1]}
    elif found[0] == "Q" and found[1:].isdigit():
        type_, found = "wikibase-entityid", {
            "entity-type": "item", "numeric-id": int(found[1:]), "id": found}
    return {"snaktype": "value", "property": "P1",
            "datavalue": {"value": found, "type": type_ or "string"}}


def says(found: Any, rank: str = "normal", urls: Any = None, **qualifiers: Any) -> dict[str, Any]:
    """A statement; qualifiers by property."""
    return {
        "mainsnak": value(found), "type": "statement", "rank": rank, "id": "Q1$x",
        "qualifiers": {
            name: [value(one, "quantity" if name == "P1107" else "")]
            for name, one in qualifiers.items()},
        "references": [{"hash": "x", "snaks": {"P854": [value(url)]}} for url in urls or []],
    }


def item(id_: str, label: str = "", *classes: str, **claims: Any) -> dict[str, Any]:
    found = {name: [one if isinstance(one, dict) else says(one)
                    for one in (many if isinstance(many, list) else [many])]
             for name, many in claims.items() if name[0] == "P"}
    if classes:
        found["P31"] = [says(one) for one in classes]
    terms = claims.get("labels", {"en": label or f"Item {id_}"})
    return {
        "type": "item", "id": id_, "labels": {
            lang: {"language": lang, "value": text} for lang, text in terms.items()},
        "descriptions": {}, "aliases": {
            lang: [{"language": lang, "value": text} for text in texts]
            for lang, texts in claims.get("aliases", {}).items()},
        "claims": found or [], "sitelinks": {}, "lastrevid": 7, "modified": "2024-05-06T07:08:09Z",
        "pageid": 1, "ns": 0, "title": id_,
    }


class Read(Reading):
    loader = loader


@pytest.fixture
def reading(tmp_path: Path) -> Any:
    def made(*items: Any, text: str = "") -> Read:
        path = tmp_path / "wikidata.json"
        path.write_text(text or json.dumps(list(items)), "utf-8")
        return Read(path)
    return made


A, B = item("Q1", "Alpha", BUSINESS), item("Q2", "Beta", BUSINESS)
PERSON = item("Q9", "Jane Roe", HUMAN, P569=("+1980-01-01T00:00:00Z", 11))


# The lists


def test_the_lists_name_what_exists() -> None:
    assert {country(code) for code in COUNTRIES.values()} == set(COUNTRIES.values())
    assert [COUNTRIES[q] for q in ("Q148", "Q30", "Q145", "Q183", "Q55", "Q35")] == [
        "CN", "US", "GB", "DE", "NL", "DK"]
    kinds = set(CLASSES.values()) - {"Company", "person", "division", "unstated", "aside"}
    assert kinds <= set(Schema.load().concepts["organisation-kind"])


# Organisations


def test_a_company(reading: Any) -> None:
    found = reading(item(
        "Q10", "", BUSINESS, "Q891723", P17="Q148", P1278=LEI, P6795="91370000728611939A",
        P1320="gb/01234567", P946="US0378331005", P856="https://alpha.example",
        P571=("+1999-02-00T00:00:00Z", 10), P576=("+2020-03-04T00:00:00Z", 11),
        P1448=[says(("Alpha Company Limited", "en")),
               says(("Old Alpha Limited", "en"), P582=("+2005-00-00T00:00:00Z", 9))],
        P1813=says(("ALP", "en")),
        labels={"de": "Alpha", "en": "Alpha", "zh": "阿尔法", "zh-hant": "阿爾法", "ru": "Альфа"},
        aliases={"en": ["Alpha Inc"]},
    ))
    company = found.one("Company")
    assert company["id"] == "wikidata-Q10"
    assert company["names"] == [
        {"text": "Alpha", "lang": "und", "script": "Latn"},
        {"text": "阿尔法", "lang": "zh", "script": "Hans"},
        {"text": "Альфа", "lang": "ru", "script": "Cyrl"},
        {"text": "阿爾法", "lang": "zh-Hant", "script": "Hant"},
        {"text": "Alpha Company Limited", "lang": "en", "script": "Latn"},
        {"text": "Old Alpha Limited", "lang": "en", "script": "Latn"},
        {"text": "ALP", "lang": "en", "script": "Latn"},
        {"text": "Alpha Inc", "lang": "en", "script": "Latn"},
    ]
    kinds = {c.key: (c.values["kind"], c.values.get("valid")) for c in found.claims
             if c.kind == "Name"}
    assert kinds["Alpha Company Limited"] == ("legal", None)
    assert kinds["Old Alpha Limited"] == ("former", "../2005")
    assert kinds["ALP"] == ("abbreviation", None)
    assert (company["country"], company["founded"], company["dissolved"]) == (
        "CN", "1999-02", "2020-03-04")
    assert company["identifiers"] == {
        "lei": LEI, "uscc": "91370000728611939A", "WIKIDATA": "Q10",
        "OPENCORPORATES": "gb/01234567", "ISIN": "US0378331005"}
    assert found.left == set()
    assert found.omitted == {}
    source, claim = found.one("Source"), found.claims[2]
    assert (source["basis"], source["publisher"]) == ("ngo-report", "wikidata")
    assert (claim.locator, claim.said) == ("Q10, revision 7", "2024-05-06")


@pytest.mark.parametrize(("classes", "kind"), [
    ((POLICE, "Q732717"), "police-force"), ((MINISTRY, "Q327333"), "ministry"),
    (("Q327333", ORGANISATION), "government-department"),
])
def test_a_public_body(reading: Any, classes: Any, kind: str) -> None:
    body = reading(item("Q10", "Body", *classes, P571=("+1999-00-00T00:00:00Z", 9)))
    assert body.one("PublicBody")["kind"] == kind
    assert body.omitted == {"dates of a public body": 1}


def test_terms_of_a_chinese_name_count_in_china_only(reading: Any) -> None:
    labels = {"en": "Body", "zh": "某某市公安局"}
    for land, kind in (("Q148", "public-security-bureau"), ("Q30", "police-force")):
        assert reading(item("Q10", "", POLICE, P17=land, labels=labels)
                       ).one("PublicBody")["kind"] == kind


@pytest.mark.parametrize(("other", "what"), [
    (PERSON, "natural person"),
    (item("Q9", "Roe and Roe", "Q3046146"), "natural person"),
    (item("Q9", "Jane Roe, Painter", BUSINESS, P1454="Q2912172"), "natural person"),
    (item("Q9", "Jane Roe", BUSINESS, P106="Q999"), "natural person"),
    (item("Q9", "Jane Roe", P31=[says(BUSINESS, "preferred"), says(HUMAN)]), "natural person"),
    (item("Q9", "Roe Town", "Q515", P1278=LEI), "item that is no organisation we know: "
                                                "instance of Q515"),
    (item("Q9", "Roe State", "Q77777", P1278=LEI, P1082=says("x")),
     "item that is no organisation we know: instance of Q77777"),
    (item("Q9", "Roe Society", ORGANISATION), "organisation neither stated as a business nor as "
                                              "a public body: instance of Q43229"),
    (item("Q9", "Roe Thing"), "item without a class"),
    ({"type": "property", "id": "P31", "labels": {}, "datatype": "x"}, "property, no item"),
])
def test_who_is_left_out(reading: Any, other: Any, what: str) -> None:
    found = reading(A, other)
    assert found.ids("Company", "PublicBody") == ["wikidata-Q1"]
    assert found.omitted == {what: 1}
    assert "Roe" not in repr(found.claims)
    assert "Q9" not in repr(found.claims)


def test_a_number_or_a_subsidiary_shows_an_organisation(reading: Any) -> None:
    found = reading(item("Q3", "Fund", "Q77777", P1278=LEI), item("Q4", "Group", "Q77777"),
                    item("Q5", "Agency group", "Q77777"), item("Q1", "A", BUSINESS, P749="Q4"),
                    item("Q6", "Police", POLICE, P749="Q5"))
    assert found.ids("Company") == ["wikidata-Q3", "wikidata-Q4", "wikidata-Q1"]
    why = {c.about: c.inferred_because for c in found.claims if c.kind == "Company"}
    assert "Legal Entity Identifier" in why["wikidata-Q3"]
    assert "parent organisation of a company" in why["wikidata-Q4"]
    assert why["wikidata-Q1"] == ""


def test_subclasses_are_followed_where_the_file_has_them(reading: Any) -> None:
    found = reading(
        item("Q3", "A", "Q70"), item("Q70", "widget maker", P279="Q71"),
        item("Q71", "maker", P279=BUSINESS), item("Q4", "Jane Roe", "Q72"),
        item("Q72", "kind of human", P279=HUMAN), item("Q73", "loop", P279="Q73"),
        item("Q5", "B", "Q73"))
    assert found.ids("Company") == ["wikidata-Q3"]
    assert found.omitted["natural person"] == 1
    assert "Roe" not in repr(found.claims)


def test_the_country_by_the_file_or_by_the_list(reading: Any) -> None:
    found = reading(item("Q3", "A", BUSINESS, P17="Q800001"), item("Q4", "B", BUSINESS, P17="Q30"),
                    item("Q5", "C", BUSINESS, P17=["Q30", "Q148"]),
                    item("Q6", "D", BUSINESS,
                         P17=says("Q15180", P582=("+1991-00-00T00:00:00Z", 9))),
                    item("Q7", "E", BUSINESS, P17="Q15180"),
                    item("Q800001", "Land", "Q6256", P297="FI"))
    assert [c["country"] for c in found.of("Company")] == ["FI", "US", "", "", ""]
    assert found.omitted["country that has no code of ISO 3166"] == 1
    assert found.omitted["value that no longer holds"] == 1


@pytest.mark.parametrize(("time", "want"), [
    (("+2004-02-03T00:00:00Z", 11), "2004-02-03"), (("+2004-02-00T00:00:00Z", 10), "2004-02"),
    (("+2004-02-03T00:00:00Z", 9), "2004"), (("+00000002004-02-03T00:00:00Z", 11), "2004-02-03"),
    (("+2000-00-00T00:00:00Z", 8), ""), (("-0300-00-00T00:00:00Z", 9), ""),
    (("+1917-10-25T00:00:00Z", 11, "Q1985786"), "1917-11-07"),
    (("+1700-03-00T00:00:00Z", 10, "Q1985786"), "1700"),
    (("+2004-02-31T00:00:00Z", 11), ""), (("+20040-02-01T00:00:00Z", 11), ""),
])
def test_dates(reading: Any, time: Any, want: str) -> None:
    found = reading(item("Q1", "A", BUSINESS, P571=time))
    assert found.one("Company").get("founded", "") == want
    assert bool(found.omitted) == (not want)


def test_ranks_and_values_that_are_none(reading: Any) -> None:
    year = {y: (f"+{y}-00-00T00:00:00Z", 9) for y in (1990, 1991, 1992)}
    found = reading(
        item("Q1", "A", BUSINESS, P571=[says(year[1990]), says(year[1991], "preferred"),
                                        says(year[1992], "deprecated")], P576="somevalue"),
        item("Q2", "B", BUSINESS, P571=[year[1990], year[1991]], P576="novalue"),
        item("Q3", "C", BUSINESS, P571=says(year[1990], P1480="Q5727902"),
             P576=says(year[1992], P1480="Q18122778")))
    assert [c.get("founded", "") for c in found.of("Company")] == ["1991", "", "1990~"]
    assert "dissolved" not in found.of("Company")[2] or not found.of("Company")[2]["dissolved"]
    assert found.omitted == {
        "statement that Wikidata ranks below a preferred one": 1,
        "statement that Wikidata ranks as deprecated": 1,
        "statement whose value Wikidata gives as unknown": 1,
        "statement that there is no value": 1,
        "one of several dates of foundation or dissolution": 1,
        "statement that Wikidata gives as uncertain or disputed": 1}


def test_numbers_that_do_not_fit(reading: Any) -> None:
    found = reading(item("Q1", "A", BUSINESS, P1278=LEI[:-1] + "3", P6795="913700007286119390",
                         P946="US0378331006", P1320="no number"))
    assert found.one("Company")["identifiers"] == {"WIKIDATA": "Q1", "XI-LEI": LEI[:-1] + "3"}
    assert len(found.omitted) == 4


# Relations


@pytest.mark.parametrize(("holder", "prop", "other"), [
    ("Q2", "P127", "Q1"), ("Q2", "P749", "Q1"), ("Q1", "P355", "Q2"), ("Q1", "P1830", "Q2")])
def test_an_owner(reading: Any, holder: str, prop: str, other: str) -> None:
    items = {"Q1": item("Q1", "Alpha", BUSINESS), "Q2": item("Q2", "Beta", BUSINESS)}
    items[holder]["claims"][prop] = [says(
        other, urls=["https://news.example/a"], P1107=("+0.51", "1"),
        P580=("+2010-05-00T00:00:00Z", 10))]
    found = reading(*items.values())
    edge = found.one("OWNS")
    assert (edge["from"], edge["to"]) == ("wikidata-Q1", "wikidata-Q2")
    assert (edge["share"], edge["valid"]) == ({"exact": 51.0}, "2010-05/..")
    (claim,) = [c for c in found.claims if c.kind == "OWNS"]
    assert claim.locator == f"{holder}, revision 7, {prop}"
    assert claim.note == "1 reference: https://news.example/a ."
    assert found.left == set()


@pytest.mark.parametrize(("share", "want"), [
    (("+0.5", "1"), {"exact": 50.0}), (("+12.5", "http://www.wikidata.org/entity/Q11229"),
                                       {"exact": 12.5}),
    (("+0.5", "1", "+0.4", "+0.6"), {"min": 40.0, "max": 60.0}), (("+51", "1"), None),
    (("+0.5", "http://www.wikidata.org/entity/Q4917"), None), (("+1e9", "1"), None),
])
def test_shares(reading: Any, share: Any, want: Any) -> None:
    found = reading(A, item("Q2", "B", BUSINESS, P127=says("Q1", P1107=share)))
    assert (found.one("OWNS").get("share") or None) == want
    assert found.omitted == ({} if want else {"share that is no proportion": 1})


@pytest.mark.parametrize("prop", ["P127", "P749", "P355", "P1830", "P361", "P1366"])
@pytest.mark.parametrize("owner", ["Q9", "Q404", "somevalue", "novalue"])
def test_who_may_be_a_person_owns_nothing(reading: Any, prop: str, owner: str) -> None:
    found = reading(A, PERSON, item("Q2", "B", BUSINESS, **{prop: owner}))
    assert found.of("OWNS", "PART_OF", "SUCCEEDED_BY") == []
    assert sum(found.omitted.values()) == 2
    assert "Roe" not in repr(found.claims)
    assert "Q9" not in repr(found.claims)
    assert "Q404" not in repr(found.claims)


def test_what_relations_mean_between_companies_and_public_bodies(reading: Any) -> None:
    def edges(first: str, prop: str, second: str) -> list[tuple[str, str, str]]:
        found = reading(item("Q1", "A", first, **{prop: "Q2"}), item("Q2", "B", second))
        return [(e["type"], e["from"][-2:], e["to"][-2:])
                for e in found.of("OWNS", "PART_OF", "SUCCEEDED_BY")]

    assert edges(POLICE, "P749", MINISTRY) == [("PART_OF", "Q1", "Q2")]
    assert edges(MINISTRY, "P355", POLICE) == [("PART_OF", "Q2", "Q1")]
    assert edges(POLICE, "P361", MINISTRY) == [("PART_OF", "Q1", "Q2")]
    assert edges(BUSINESS, "P749", MINISTRY) == [("PART_OF", "Q1", "Q2")]
    assert edges(BUSINESS, "P127", MINISTRY) == [("OWNS", "Q2", "Q1")]
    assert edges("Q334453", "P749", BUSINESS) == [("PART_OF", "Q1", "Q2")]
    assert edges(BUSINESS, "P1366", BUSINESS) == [("SUCCEEDED_BY", "Q1", "Q2")]
    for none in ((POLICE, "P127", BUSINESS), (POLICE, "P749", BUSINESS),
                 (BUSINESS, "P361", BUSINESS), (POLICE, "P1366", POLICE)):
        assert edges(*none) == []


def test_a_succession_says_that_its_kind_is_concluded(reading: Any) -> None:
    edge = reading(A, item("Q2", "B", BUSINESS, P1366=says(
        "Q1", P585=("+2012-00-00T00:00:00Z", 9)))).one("SUCCEEDED_BY")
    assert (edge["kind"], edge["date"]) == ("merger", "2012")
    assert "in what way" in edge["inferred"]


def test_relations_in_time_and_in_doubt(reading: Any) -> None:
    y2010, y2015 = ("+2010-00-00T00:00:00Z", 9), ("+2015-00-00T00:00:00Z", 9)
    found = reading(A, item("Q2", "B", BUSINESS, P127=[
        says("Q1", P580=y2010, P582=y2015), says("Q1", "preferred", P580=y2015),
        says("Q1"), says("Q1", "deprecated"), says("Q1", "preferred", P5102="Q18122778"),
        says("Q1", "preferred", P582="somevalue"), says("Q1", "preferred", P518="Q3"),
        says("Q2", "preferred")]))
    assert {e["id"].partition("--owns--")[2]: e["valid"] for e in found.of("OWNS")} == {
        "wikidata-Q2": "2015/..", "wikidata-Q2--until-2015": "2010/2015"}
    assert found.omitted == {
        "statement that Wikidata ranks below a preferred one": 1,
        "statement that Wikidata ranks as deprecated": 1,
        "statement that Wikidata gives as uncertain or disputed": 1,
        "relation that has ended on a day that Wikidata does not give": 1,
        "statement that applies to a part only": 1,
        "relation of an organisation with itself": 1}


def test_references_are_told(reading: Any) -> None:
    bare, wiki = says("Q1"), says("Q1")
    wiki["references"] = [{"snaks": {"P143": [value("Q328")]}}]
    stated = says("Q1", P585=("+2012-00-00T00:00:00Z", 9))
    stated["references"] = [{"snaks": {"P248": [value("Q99")]}}]
    notes = []
    for one in (bare, wiki, stated):
        found = reading(A, item("Q2", "B", BUSINESS, P127=one))
        notes += [c.note for c in found.claims if c.kind == "OWNS"]
    assert notes == [
        "Stated without a reference.", "No reference but to another project of Wikimedia.",
        "1 reference, none of them with an address. Stated as of 2012."]


# Files


def test_every_arrangement_says_the_same(tmp_path: Path) -> None:
    items = [A, item("Q2", "Beta", BUSINESS, P127="Q1"), PERSON]
    lines = [json.dumps(one) for one in items]
    dump = "[\n" + ",\n".join(lines) + "\n]\n"
    entities = {"entities": {str(one["id"]): one for one in items}}
    texts = {
        "dump.json": dump.encode(), "20240101-all.json.gz": gzip.compress(dump.encode()),
        "20240101-all.json.bz2": bz2.compress(dump.encode()),
        "Q1.json": json.dumps(entities).encode(), "list.json": json.dumps(items).encode(),
        "pretty.json": json.dumps(items, indent=1).encode(),
        "marked.json": b"\xef\xbb\xbf" + json.dumps(entities, indent=2).encode(),
        "lines.jsonl": "\n".join(lines).encode(),
    }
    given = []
    for name, text in texts.items():
        path = tmp_path / name
        path.write_bytes(text)
        assert find(path, LOADERS) is loader, name
        found = Read(path)
        assert found.rejects == [], name
        given.append(found.all)
    assert all(one == given[0] for one in given)
    assert len(given[0]) == 5


def test_entities_that_are_gone(reading: Any) -> None:
    text = json.dumps({"entities": {"Q1": A, "Q5555": {"id": "Q5555", "missing": ""}},
                       "success": 1})
    found = reading(text=text)
    assert found.ids("Company") == ["wikidata-Q1"]
    assert found.omitted == {"entity that does not exist any more": 1}


@pytest.mark.parametrize("text", [
    '{"id": "Q1", "type": "customer", "labels": {}}', '[{"id": "X1", "type": "item"}]', "[]", "",
    '{"LEI": "x", "Entity": {}}', '{"id": "a", "schema": "Company", "properties": {}}', "Q1,Q2",
])
def test_other_files_are_left_to_others(text: str) -> None:
    assert not loader.sniff(text.encode(), "a.json")


@pytest.mark.parametrize("text", [
    json.dumps([A, B])[:-40], "[\n" + json.dumps(A) + ",\n", "[\n" + json.dumps(A) + ",\n{",
    "[\n" + json.dumps(A) + ",\n\x00\n]", json.dumps(A) + "\n" + '{"a":' * 200,
    "[" * 500, json.dumps({"entities": {"Q1": A}})[:-30],
])
def test_damaged_files_are_told(reading: Any, text: str) -> None:
    assert reading(text=text).rejects


@pytest.mark.parametrize("change", [
    {"labels": {"en": "Alpha"}}, {"labels": {"en": {"value": 5}}}, {"id": 5}, {"id": "Q0"},
    {"claims": {"P31": [says(BUSINESS)], "P127": "Q1"}},
    {"claims": {"P31": [says(BUSINESS)], "P127": [5]}},
    {"claims": {"P31": [says(BUSINESS)], "P571": [says(("+2000-00-00T00:00:00Z", 9**99))]}},
    {"claims": {"P31": [says(BUSINESS)], "P571": [{"mainsnak": {"snaktype": "value"}}]}},
])
def test_a_damaged_record_gives_nothing(reading: Any, change: Any) -> None:
    found = reading(A, {**B, **change})
    if found.rejects:
        assert found.ids("Company") == ["wikidata-Q1"]
    else:
        assert found.omitted


def test_lone_surrogates(reading: Any) -> None:
    found = reading(item("Q1", "Al\ud800pha\x00", BUSINESS))
    assert found.one("Company")["names"][0]["text"] == "Al?pha"


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_it(reading: Any, data: st.DataObject) -> None:
    keys = st.sampled_from([
        "labels", "aliases", "claims", "P127", "P31", "P571", "P17", "P1448", "mainsnak", "rank",
        "snaktype", "datavalue", "value", "type", "time", "precision", "amount", "unit", "en",
        "qualifiers", "references", "snaks", "P580", "P1107", "P854", "language", "text", "id"])
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6), st.floats(),
                       st.sampled_from(["Q1", "Q9", "value", "somevalue", "time", "quantity",
                                        "wikibase-entityid", "+2000-01-01T00:00:00Z", "string"]))
    found = st.recursive(leaves, lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)), max_leaves=20)
    made = data.draw(st.dictionaries(keys, found, max_size=5))
    claims = data.draw(st.dictionaries(keys, found, max_size=5))
    one = {**B, "claims": {**B["claims"], **claims}, **made}
    assert "Roe" not in repr(reading(A, PERSON, one).claims)


def test_loading_and_building(tmp_path: Path) -> None:
    path = tmp_path / "wikidata.json"
    path.write_text(json.dumps([
        A, PERSON, item("Q2", "B", BUSINESS, P127=says("Q1", P1107=("+0.51", "1")), P17="Q30"),
        item("Q3", "Police", POLICE, P749="Q4"), item("Q4", "Ministry", MINISTRY)]), "utf-8")
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert done.omitted == (("natural person", 1),)
        assert done.warnings == ()
    first, second = (list(store.read_all()) for store in stores)
    assert first == second
    assert "Roe" not in repr(first)
    built = assemble(stores[0].read_all())
    (owns,) = built.edges("OWNS")
    assert len(list(built.edges("PART_OF"))) == 1
    assert owns
