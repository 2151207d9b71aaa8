"""People with significant control: which company owns which, and no person at all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.uk_psc import loader
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "uk-psc-fixtures"
CORPORATE = "corporate-entity-person-with-significant-control"
NAME = "persons-with-significant-control-snapshot-2023-05-03.txt"


def line(kind: str = CORPORATE, number: str = "1234567", **data: Any) -> dict[str, Any]:
    return {"company_number": number, "data": {
        "etag": "36c9", "kind": kind, "notified_on": "2016-04-06",
        "links": {"self": f"/company/{number}/persons-with-significant-control/x/abc"}, **data}}


def corporate(*natures: str, **data: Any) -> dict[str, Any]:
    return line(**{"name": "Holding Limited", "natures_of_control": list(natures),
                   "identification": {
        "country_registered": "England & Wales", "registration_number": "7444723",
        "place_registered": "Companies House", "legal_form": "Private Limited Company",
        "legal_authority": "Companies Act 2006"}, **data})


SHARES = "ownership-of-shares-75-to-100-percent"


class Read(Reading):
    loader = loader


@pytest.fixture
def reading(tmp_path: Path) -> Any:
    def made(*lines: Any, text: str = "") -> Read:
        path = tmp_path / NAME
        path.write_text(text or "".join(json.dumps(one) + "\n" for one in lines), "utf-8")
        return Read(path)
    return made


def test_a_company_that_owns_a_company(reading: Any) -> None:
    found = reading(corporate(SHARES, "voting-rights-75-to-100-percent",
                              "right-to-appoint-and-remove-directors"))
    edge = found.one("OWNS")
    assert (edge["from"], edge["to"]) == ("gb-coh-07444723", "gb-coh-01234567")
    assert (edge["share"], edge["valid"]) == ({"min": 75.0, "max": 100.0}, "2016-04-06/..")
    owner, = (c for c in found.of("Company") if c["id"] == edge["from"])
    assert (owner["names"][0]["text"], owner["country"]) == ("Holding Limited", "GB")
    assert owner["identifiers"] == {"GB-COH": "07444723"}
    assert found.left == set()
    source = found.one("Source")
    assert (source["id"], source["date"], source["basis"]) == (
        "gb-psc-2023-05-03", "2023-05-03", "registry")


def test_an_answer_of_the_web_service(reading: Any) -> None:
    items = [one["data"] for one in (
        corporate(SHARES, links={"self": "/company/01234567/persons-with-significant-control/x/a"}),
        line("individual-person-with-significant-control", "01234567", name="Mr Secret Person"),
    )]
    found = reading(text=json.dumps({"items_per_page": 25, "items": items, "total_results": 2}))
    assert (found.one("OWNS")["from"], found.one("OWNS")["to"]) == (
        "gb-coh-07444723", "gb-coh-01234567")
    assert found.omitted == {"natural person": 1}
    assert "Secret" not in json.dumps(found.all)


@pytest.mark.parametrize(("nature", "share", "key"), [
    ("ownership-of-shares-25-to-50-percent", {"min": 25.0, "max": 50.0}, ""),
    ("ownership-of-shares-50-to-75-percent", {"min": 50.0, "max": 75.0}, ""),
    ("ownership-of-shares-75-to-100-percent-as-trust", {"min": 75.0, "max": 100.0}, "as-trust"),
    ("ownership-of-shares-50-to-75-percent-as-firm", {"min": 50.0, "max": 75.0}, "as-firm"),
    ("ownership-of-shares-more-than-25-percent-registered-overseas-entity", {"min": 25.0}, ""),
    ("voting-rights-50-to-75-percent-limited-liability-partnership", {"min": 50.0, "max": 75.0},
     "voting-rights"),
    ("right-to-share-surplus-assets-75-to-100-percent-limited-liability-partnership",
     {"min": 75.0, "max": 100.0}, "surplus-assets"),
])
def test_bands(reading: Any, nature: str, share: Any, key: str) -> None:
    edge = reading(corporate(nature)).one("OWNS")
    assert edge["share"] == share
    assert edge["id"].partition("gb-coh-01234567")[2] == (f"--{key}" if key else "")


@pytest.mark.parametrize("nature", [
    "right-to-appoint-and-remove-directors", "significant-influence-or-control-as-firm",
    "a-nature-of-the-future",
])
def test_control_without_shares_is_said_and_not_drawn(reading: Any, nature: str) -> None:
    found = reading(corporate(nature))
    assert found.of("OWNS") == []
    assert found.omitted == {"control other than through shares": 1}
    (said,) = found.said
    assert (said.about, nature.replace("-", " ") in said.summary) == ("gb-coh-01234567", True)


def test_what_ceased_has_an_end(reading: Any) -> None:
    found = reading(corporate("ownership-of-shares-25-to-50-percent", ceased_on="2019-03-01"),
                    corporate(SHARES, notified_on="2019-03-01"))
    assert [(e["valid"], e["share"]["min"]) for e in found.of("OWNS")] == [
        ("2016-04-06/2019-03-01", 25.0), ("2019-03-01/..", 75.0)]
    assert len({e["id"] for e in found.of("OWNS")}) == 2
    assert reading(corporate(SHARES, ceased=True)).of("OWNS") == []


@pytest.mark.parametrize(("identification", "id_", "country"), [
    ({"country_registered": "Luxembourg", "registration_number": "B12345"}, None, "LU"),
    ({"country_registered": "Delaware", "registration_number": "5786925"}, None, ""),
    ({"country_registered": None}, None, ""), ({}, None, ""),
    ({"country_registered": "United Kingdom", "registration_number": "sc123456"},
     "gb-coh-SC123456", "GB"),
    ({"country_registered": "Scotland", "registration_number": "None"}, None, "GB"),
])
def test_registers(reading: Any, identification: Any, id_: Any, country: str) -> None:
    found = reading(corporate(SHARES, identification=identification))
    edge = found.one("OWNS")
    owner, = (c for c in found.of("Company") if c["id"] == edge["from"])
    assert owner["country"] == country
    if id_:
        assert owner["id"] == id_
    else:
        assert owner["id"].startswith("gb-psc-")
        assert "GB-COH" not in owner["identifiers"]
    if country == "LU":
        assert owner["identifiers"] == {"LU-STATED": "B12345"}


def test_public_bodies(reading: Any) -> None:
    found = reading(corporate(
        SHARES, kind="legal-person-person-with-significant-control", name="Borough Council",
        identification={"legal_form": "Local Authority", "country_registered": "England"}))
    body = next(b for b in found.of("PublicBody") if b["id"] != "gb-companies-house")
    assert (body["kind"], found.one("OWNS")["from"]) == ("local-government", body["id"])


@pytest.mark.parametrize("data", [
    {"kind": "individual-person-with-significant-control"},
    {"kind": "super-secure-person-with-significant-control"},
    {"kind": "individual-beneficial-owner"}, {"name": "Mr Joe Bloggs"},
    {"name": "Bloggs", "date_of_birth": {"year": 1955}},
    {"name": "Bloggs", "name_elements": {"surname": "Bloggs"}},
])
def test_no_person_leaves_a_trace(reading: Any, data: Any) -> None:
    found = reading({"company_number": "07654321", "data": {
        **corporate(SHARES)["data"], "name": "Joe Bloggs", "nationality": "British", **data}})
    assert found.omitted == {"natural person": 1}
    shown = json.dumps(found.all) + repr(found.claims)
    assert not any(trace in shown for trace in ("Bloggs", "7654321", "abc"))


@pytest.mark.parametrize(("name", "kept"), [
    ("Bloggs Family Trust", False), ("The J Bloggs 2010 Settlement", False),
    ("Executors of Joe Bloggs", False), ("Bloggs Will Trust", False),
    ("Family Trust Limited", True), ("The Land Trust", True),
])
def test_trusts_that_bear_the_names_of_families_are_withheld(
    reading: Any, name: str, kept: bool
) -> None:
    found = reading({"company_number": "07654321", "data": {
        **corporate(SHARES)["data"], "name": name}})
    assert (name in json.dumps(found.all)) is kept
    assert found.omitted == ({} if kept else {"natural person": 1})


def test_statements_and_exemptions_are_kept(reading: Any) -> None:
    found = reading(
        line("persons-with-significant-control-statement", ceased_on="2016-10-11",
             statement="no-individual-or-entity-with-signficant-control",
             linked_psc_name="Joe Bloggs"),
        line("exemptions", exemptions={"psc_exempt_as_shares_admitted_on_market": {
            "exemption_type": "psc-exempt-as-shares-admitted-on-market",
            "items": [{"exempt_from": "2016-10-29"}]}}))
    one, two = found.said
    assert "no individual or entity with significant control (withdrawn on 2016-10-11)" in (
        one.summary)
    assert "from 2016-10-29: psc exempt as shares admitted on market" in two.summary
    assert "Bloggs" not in repr(found.claims)
    assert found.left == set()


def test_what_is_not_known_is_told(reading: Any) -> None:
    found = reading(line("unknown-kind", name="X"), corporate("x", name=""),
                    {"data": {"etag": "1", "kind": "totals#x"}})
    assert found.omitted == {"kind that is not known: unknown-kind": 1,
                             "totals of the snapshot": 1}
    assert [r.message for r in found.rejects] == ["the controlling entity has no name"]
    assert reading({**corporate(SHARES), "new": 1}).left == {"new"}


@pytest.mark.parametrize("text", [
    json.dumps(corporate(SHARES))[:-9], json.dumps(corporate(SHARES)) + "\n{\n",
    json.dumps(line(exemptions=[1], kind="exemptions")), "[]", "[" * 500,
    json.dumps(corporate(SHARES, identification=[1, 2])),
    json.dumps(corporate(SHARES, natures_of_control={"a": 1})),
    json.dumps(corporate(SHARES, notified_on="2016-13-45", links=5)),
    json.dumps({**corporate(SHARES), "company_number": None}),
    json.dumps(corporate(SHARES)) + "\n" + json.dumps({"company_number": "1", "data": 7}),
])
def test_damaged_files_are_told(reading: Any, text: str) -> None:
    reading(text=text)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_in_it(reading: Any, data: st.DataObject) -> None:
    keys = st.sampled_from([
        "kind", "name", "identification", "registration_number", "country_registered", "links",
        "natures_of_control", "notified_on", "ceased_on", "exemptions", "items",
        "statement", "self"])
    leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=6),
                       st.sampled_from([CORPORATE, SHARES, "exemptions", "2016-04-06", "England"]))
    value = st.recursive(leaves, lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=4)), max_leaves=15)
    made = data.draw(st.dictionaries(keys, value, max_size=6))
    reading(corporate(SHARES), {"company_number": "1", "data": {**corporate("x")["data"], **made}})


def test_loading_and_building(tmp_path: Path) -> None:
    path = tmp_path / "psc-snapshot-2023-05-03_1of25.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("psc-snapshot-2023-05-03_1of25.txt", "".join(
            json.dumps(one) + "\n" for one in (
                corporate(SHARES), line("individual-beneficial-owner"),
                line("exemptions", number="OE000001", exemptions={}))))
    assert find(path, LOADERS).name == "uk-psc"
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert (done.rejects, done.warnings) == ((), ())
        assert dict(done.omitted) == {"natural person": 1}
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    (edge,) = assemble(stores[0].read_all()).edges("OWNS")
    assert edge.values["standing"] == "documented"


@pytest.mark.skipif(not REAL.is_dir(), reason="the real files are not beside the repository")
def test_real_files() -> None:
    files = sorted(REAL.glob("*.json"))
    assert len(files) == 13
    people = 0
    for path in files:
        assert find(path, LOADERS).name == "uk-psc"
        found, text = Read(path), path.read_text("utf-8")
        assert (found.rejects, found.left) == ([], set()), path
        person = '"individual-' in text or '"super-secure-person' in text
        people += found.omitted["natural person"]
        assert found.omitted["natural person"] == person, path
        assert "Bloggs" not in repr(found.claims)
        assert (len(found.of("Company")) == 2) == ("-entity-person" in text or "legal-p" in text)
    assert people == 3
