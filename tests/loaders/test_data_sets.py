"""Published data sets: the Atlas of Surveillance, the Surveillance Industry Index, ICIJ's leaks."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import lzma
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import Claim, ClaimStore, assemble
from sousveil.loaders import LOADERS, Loader, Reject, eff_atlas, find, icij, load, pi_sii
from sousveil.loaders.view import read

DATA = Path(__file__).parents[3] / "shared" / "data"
ATLAS = """"AOSNUMBER","City","County","State","Agency","Type of LEA","Summary","Type of Juris",\
"Technology","Vendor","Link 1","Link 1 Snapshot","Link 1 Source","Link 1 Type","Link 1 Date"
"AOS1","Elm","Oak County","VA","Elm Police Department","Police","A sentence.","Municipal",\
"Body-worn Cameras","Example Cams","https://example.org/a","","Elm Times","","12/27/2012"
"AOS2","Elm","Oak County","VA","Oak County Sheriff","Sheriff","","County","Drones",\
"Maker One, Maker Two Inc","","","","",""
"AOS3","Elm","Oak County","VA","Elm Police Department","Police","","Municipal",\
"Camera Registry","","","","","",""
"AOS4","","","ZZ","State Motor Office","DMV","","State","Face Recognition","","","","","",""
"AOS5","Elm","","VA","Elm Police Department","Police","","Municipal",\
"Ring/Neighbors Partnership","Ring","","","","",""
"""
TRANSFERS: list[dict[str, Any]] = [
    {"supplier_company": "Example Intercept GmbH", "supplier_company_hq": "Germany",
     "recipient_country": "Ethiopia", "enduser": "National Security Service",
     "goods__a__b": "Lawful interception, Probes", "export_data_or_open_source": "Open",
     "transfer_to_enduser_reported_as_complete": "Yes", "order_year": 2011, "sources": "X, Author",
     "goods": ["Lawful interception", "Probes"], "source_links": ["http://example.org"],
     "company_name": "Example Intercept GmbH", "title": "Example Sales to Ethiopia",
     "bibtex_type": "Sale", "unique_id": "Example_Ethiopia_2011"},
    {"supplier_company": "Second Systems",
     "supplier_company_hq": "United States of America, Israel",
     "recipient_country": "Nigeria", "enduser": None, "goods": ["Off the air interception"],
     "transfer_to_enduser_reported_as_complete": "Unknown", "order_year": None,
     "title": "Second", "unique_id": "Second_Nigeria_"},
    {"supplier_company": "Third Ltd (broker)", "supplier_company_hq": "Israel",
     "recipient_country": "Nigeria", "enduser": "Unknown", "goods": ["Probes"],
     "transfer_to_enduser_reported_as_complete": "No", "title": "Third", "unique_id": "Third_"},
    {"supplier_company": "John Smith", "recipient_country": "Peru", "enduser": "Mary Jones",
     "title": "John Smith Sales to Peru", "unique_id": "John_Smith_Peru", "goods": []},
]
COMPANIES = [{
    "bibtex_key": "Example", "bibtex_type": "Company", "company_name": "Example Intercept GmbH",
    "ceo": "Jane Roe", "founder": "Rob Roe", "hq_country": "Germany", "hq_city": ["Bonn"],
    "incorporation_date": "1968", "website": "http://example.org", "offices_in": ["Chad"],
    "technology_sold": ["Phone Monitoring"], "description": "…", "company_sales": [],
}]
ENTITIES = (
    '"node_id","name","original_name","former_name","jurisdiction","jurisdiction_description",'
    '"company_type","incorporation_date","struck_off_date","service_provider","ibcRUC",'
    '"country_codes","countries","sourceID","valid_until","note"\n'
    '"10000001","ALPHA HOLDINGS LTD.","ALPHA LTD","OLD ALPHA LTD","BVI","British Virgin Islands",'
    '"","23-MAR-2006","2010-05-01","Agents","77","CHN","China","Panama Papers",'
    '"The Panama Papers data is current through 2015","A note on Mr. Somebody"\n'
    '"10000002","BETA INC","","","SAM","Samoa","","31/12/2006","","","","","","Panama Papers",'
    '"","The Panama Papers data is current through 2015"\n'
)
INTERMEDIARIES = (
    '"node_id","name","country_codes","countries","status","sourceID","valid_until","note"\n'
    '"11000001","GAMMA TRUST COMPANY LIMITED - MRS. JANE ROE","HKG;CHN","","ACTIVE",'
    '"Panama Papers",'
    '"The Panama Papers  data is current through 2015",""\n'
    '"11000002","ROE, JANE","HKG","","ACTIVE","Panama Papers","",""\n'
    '"11000003","ESTUDIO JANE ROE","PAN","","","Panama Papers","",""\n'
)
OFFICERS = (
    '"node_id","name","country_codes","countries","sourceID","valid_until","note"\n'
    '"12000001","JANE ROE","GBR","","Panama Papers","",""\n'
    '"12000002","DELTA NOMINEES LIMITED","GBR","","Panama Papers","",""\n'
)
RELATIONS = (
    '"node_id_start","node_id_end","rel_type","link","status","start_date","end_date","sourceID"\n'
    '"12000002","10000001","officer_of","shareholder of","","2006-03-23","","Panama Papers"\n'
    '"12000001","10000001","officer_of","shareholder of","","","","Panama Papers"\n'
    '"12000002","10000002","officer_of","director of","","","","Panama Papers"\n'
    '"12000002","10000002","officer_of","nominee shareholder of","","","","Panama Papers"\n'
    '"11000001","10000001","intermediary_of","intermediary of","","","","Panama Papers"\n'
)
PERSONS = ("ROE", "Roe", "Somebody", "John Smith", "John_Smith", "Mary Jones", "12000001",
           "11000002", "11000003")


def written(folder: Path, name: str, text: str | list[Any]) -> Path:
    path = folder / name
    path.write_text(text if isinstance(text, str) else json.dumps(text), "utf-8")
    return path


def archive(folder: Path) -> Path:
    path = folder / "full.zip"
    with zipfile.ZipFile(path, "w") as file:
        for name, text in (("nodes-entities.csv", ENTITIES), ("nodes-officers.csv", OFFICERS),
                           ("nodes-intermediaries.csv", INTERMEDIARIES),
                           ("relationships.csv", RELATIONS)):
            file.writestr(name, text)
    return path


def made(loader: Loader, path: Path) -> tuple[list[Claim], Counter[str]]:
    claims: list[Claim] = []
    omitted: Counter[str] = Counter()
    for record in loader.read(path):
        claims += loader.claims(record)
        assert record.left() == []
        omitted += record.omitted
    return claims, omitted


def of(claims: list[Claim], kind: str) -> list[Claim]:
    return [c for c in claims if c.kind == kind]


def test_an_agency_uses_a_technology_of_a_vendor(tmp_path: Path) -> None:
    path = written(tmp_path, "Atlas_of_Surveillance-20201007.csv", ATLAS)
    assert find(path, LOADERS) is eff_atlas.loader
    claims, omitted = made(eff_atlas.loader, path)
    (source,) = of(claims, "Source")
    assert (source.values["date"], source.values["licence"]) == ("2020-10-07", "CC-BY-4.0")
    assert len(of(claims, "Transaction")) == 5  # Two vendors are two supplies.
    assert {str(c.values["kind"]) for c in of(claims, "Transaction")} == {"supply"}
    assert not [c for c in of(claims, "Transaction") if "date" in c.values]
    sellers = of(claims, "SELLER")
    assert len(sellers) == 4
    assert all(c.inferred_because for c in sellers)
    assert {str(c.values["name"]) for c in of(claims, "Company")} == {
        "Example Cams", "Maker One", "Maker Two Inc", "Ring"}
    kinds = {str(c.values["name"]): c.values["kind"] for c in of(claims, "PublicBody")}
    assert kinds == {"Elm Police Department": "police-force", "Oak County Sheriff":
                     "law-enforcement", "State Motor Office": "government-department"}
    assert {c.end for c in of(claims, "LOCATED_IN")} == {"US-VA", "US"}
    assert of(claims, "MANUFACTURER") == []
    assert omitted.total() == 1
    assert "A sentence" not in repr(claims)


def test_transfers_of_the_index(tmp_path: Path) -> None:
    path = written(tmp_path, "transfers.json", TRANSFERS)
    assert find(path, LOADERS) is pi_sii.loader
    claims, omitted = made(pi_sii.loader, path)
    kinds = [(c.values["title"], c.values["kind"], c.values.get("date"), bool(c.inferred_because))
             for c in of(claims, "Transaction")]
    assert kinds == [("Example Sales to Ethiopia", "sale", "2011", False),
                     ("Second", "sale", None, True), ("Third", "non-supply", None, False)]
    assert len(of(claims, "SELLER")) == 2  # A broker is no seller.
    (user,) = of(claims, "END_USER")
    assert {c.end for c in claims if c.start == user.end} == {"ET"}
    assert sorted(c.end for c in of(claims, "LOCATED_IN")) == ["DE", "ET", "IL", "IL", "US"]
    assert omitted["natural person"] == 1
    assert omitted["broker, whose part in the sale is not said"] == 1


def test_companies_of_the_index(tmp_path: Path) -> None:
    path = written(tmp_path, "companies.json", COMPANIES)
    assert find(path, LOADERS) is pi_sii.loader
    claims, omitted = made(pi_sii.loader, path)
    (company,) = of(claims, "Company")
    assert (company.values["founded"], company.values["website"]) == ("1968", "http://example.org")
    assert omitted["natural person"] == 2
    transfers, _ = made(pi_sii.loader, written(tmp_path, "transfers.json", TRANSFERS))
    assert company.about in {c.about for c in of(transfers, "Company")}


def test_entities_of_the_leaks(tmp_path: Path) -> None:
    path = written(tmp_path, "nodes-entities.csv", ENTITIES)
    assert find(path, LOADERS) is icij.loader
    claims, omitted = made(icij.loader, path)
    first, second = of(claims, "Company")
    assert (first.about, first.values["founded"], first.values["dissolved"]) == (
        "icij-10000001", "2006-03-23", "2010-05-01")
    assert "founded" not in second.values  # 31/12/2006 could be read in two ways.
    assert {(c.key, c.values["kind"]) for c in of(claims, "Name")} == {
        ("ALPHA LTD", "alias"), ("OLD ALPHA LTD", "former")}
    # Countries of an entity are those of its addresses; its seat is its jurisdiction.
    assert sorted(c.end for c in of(claims, "LOCATED_IN")) == ["VG", "WS"]
    (source,) = of(claims, "Source")
    assert source.values["date"] == "2015"
    assert omitted["note, which may name persons"] == 1


def test_the_column_trap_of_valid_until_and_note(tmp_path: Path) -> None:
    head, row = INTERMEDIARIES.splitlines()[:2]
    moved = row.replace('"The Panama Papers  data is current through 2015",""',
                        '"","The Panama Papers  data is current through 2015"')
    for text in (row, moved):
        claims, omitted = made(
            icij.loader, written(tmp_path, "intermediary.csv", f"{head}\n{text}\n"))
        assert of(claims, "Source")[0].values["date"] == "2015"
        assert omitted.total() == 0


def test_a_person_beside_a_company_is_cut_off(tmp_path: Path) -> None:
    claims, omitted = made(icij.loader, written(tmp_path, "intermediary.csv", INTERMEDIARIES))
    (company,) = of(claims, "Company")
    assert company.values["name"] == "GAMMA TRUST COMPANY LIMITED"
    assert sorted(c.end for c in of(claims, "LOCATED_IN")) == ["CN", "HK"]
    assert omitted["natural person, or a name that may be a person's"] == 2


@pytest.mark.parametrize("name", [
    "DE SA, MARIA", "JOAO DE SA", "(GENEVA CLIENT) ROE, JANE", "ROE (HIJO), JOHN", "CHUI AND LAU",
    "ALAN ROE & CO.", "ETUDE JANE ROE", "ROE, JOHN / DOE, PETER", "MR. JOHN ROE", "JANE ROE LAWYER",
])
def test_names_that_may_be_persons_are_withheld(name: str) -> None:
    assert icij._organisation("officer", name) == ""


@pytest.mark.parametrize("name", [
    "ALPHA LIMITED", "ALPHA S.A.", "ALPHA FINANCE SA", "UBS AG", "ALPHA (HK) LTD.", "BANQUE ALPHA",
])
def test_names_with_a_form_of_business_are_read(name: str) -> None:
    assert icij._organisation("officer", name) == name


def test_relations_between_organisations_of_one_archive(tmp_path: Path) -> None:
    path = archive(tmp_path)
    assert find(path, LOADERS) is icij.loader
    claims, omitted = made(icij.loader, path)
    (owns,) = of(claims, "OWNS")
    assert (owns.start, owns.end) == ("icij-12000002", "icij-10000001")
    # An unknown share is no majority.
    assert (owns.values["share_min"], owns.values["share_max"]) == ("0", "100")
    assert owns.values["valid"] == "2006-03-23/.."
    assert omitted["shareholder who may be a natural person"] == 1
    assert omitted["relation officer of that is no ownership"] == 2
    assert omitted["relation intermediary of that is no ownership"] == 1


def test_relations_alone_say_nothing_of_anybody(tmp_path: Path) -> None:
    path = written(tmp_path, "relationships.csv", RELATIONS)
    assert find(path, LOADERS) is icij.loader
    claims, omitted = made(icij.loader, path)
    assert of(claims, "OWNS") == of(claims, "Company") == []
    assert omitted["shareholder who may be a natural person"] == 2


@pytest.mark.parametrize("kind", ["transfers", "companies", "leaks"])
def test_no_person_leaves_the_readers(tmp_path: Path, kind: str) -> None:
    loader: Loader
    loader, path = {
        "transfers": lambda: (pi_sii.loader, written(tmp_path, "t.json", TRANSFERS)),
        "companies": lambda: (pi_sii.loader, written(tmp_path, "c.json", COMPANIES)),
        "leaks": lambda: (icij.loader, archive(tmp_path)),
    }[kind]()
    text = repr(made(loader, path)[0])
    assert [word for word in PERSONS if word in text] == []


@pytest.mark.parametrize(("name", "data"), [
    ("a.csv", ATLAS[:400].encode()), ("a.csv", ATLAS.replace('"AOS2"', "AOS2,x").encode()),
    ("a.json", b'[{"supplier_company": "A", "recipient_country": {"x": 1}, "title": "t"}]'),
    ("a.json", b'[{"supplier_company": "A", "recipient_country": "x"'),
    ("a.json", b'[1, {"bibtex_type": "Company", "company_name": ""}]'),
    ("a.csv", b'"node_id","name","sourceID"\n"x","ALPHA LTD","Panama Papers"\n'),
    ("a.csv", b'"node_id","name","sourceID"\n"1","\x00","Panama Papers"\n'),
])
def test_damaged_files_are_rejected(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    loader = find(path, LOADERS)
    rejects: list[Reject] = []
    list(read(path, loader, rejects.append))
    assert rejects
    assert all(r.path == str(path) for r in rejects)


@pytest.mark.parametrize("text", ["id,name\n1,2\n", "", "[]", '{"a": 1}', "node_id,name\n1,2\n"])
def test_other_files_are_not_recognised(text: str) -> None:
    for loader in (eff_atlas.loader, pi_sii.loader, icij.loader):
        assert not loader.sniff(text.encode(), "a.csv")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([ATLAS, ENTITIES, RELATIONS, json.dumps(TRANSFERS)]), st.data())
def test_no_damage_breaks_a_reader(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    raw = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    path = tmp_path_factory.mktemp("fuzz") / "a.csv"
    path.write_bytes(bytes(raw))
    for loader in (eff_atlas.loader, pi_sii.loader, icij.loader):
        loader.sniff(bytes(raw), "a.csv")
        with contextlib.suppress(SourceError):
            for record in loader.read(path):
                with contextlib.suppress(SourceError):
                    list(loader.claims(record))


def test_they_load_build_and_give_the_same_bytes(tmp_path: Path) -> None:
    paths = [written(tmp_path, "atlas.csv", ATLAS), archive(tmp_path),
             written(tmp_path, "t.json", TRANSFERS), written(tmp_path, "c.json", COMPANIES)]
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        assert [d.warnings for d in load(paths, store, LOADERS) if d.warnings] == []
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    graph = assemble(list(stores[0].read_all()), {})
    assert len(list(graph.nodes("Transaction"))) == 8


# Real files -------------------------------------------------------------------------------------


def real(name: str) -> Path:
    found = sorted((DATA / name.split("/")[0]).glob(name.split("/")[1]))
    if not found:
        pytest.skip("the real files are not beside the repository")
    return found[0]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lzma.open(path).read().decode("utf-8-sig"))))


def test_the_real_atlas() -> None:
    path = real("atlas-of-surveillance-2020/*.csv.xz")
    rows = table(path)
    assert len(rows) == 5784
    claims, omitted = made(eff_atlas.loader, path)
    places = ("Camera Registry", "Fusion Center", "Real-Time Crime Center")
    without = [r for r in rows if r["Technology"].strip() in places and not r["Vendor"].strip()]
    assert omitted.total() == len(without)
    assert len(of(claims, "PublicBody")) == len(rows)
    users = {c.start for c in of(claims, "END_USER")}
    sellers = {c.start for c in of(claims, "SELLER")}
    assert sellers <= users
    single = [r for r in rows if r["Vendor"].strip() and not set(",;") & set(r["Vendor"])]
    assert len(sellers) >= len(single)
    ring = {c.about for c in of(claims, "Company") if c.values["name"] == "Ring"}
    assert len({c.start for c in of(claims, "SELLER") if c.end in ring}) == sum(
        "Ring" in [v.strip() for v in r["Vendor"].split(",")] for r in rows)


def test_the_real_index() -> None:
    path = real("pi-sii-sample/transfers*.json")
    rows = json.loads(path.read_text("utf-8"))
    claims, _ = made(pi_sii.loader, path)
    assert len({c.about for c in of(claims, "Transaction")}) == len(rows) == 12
    assert len(of(claims, "SELLER")) == 11  # One of the twelve is a broker.
    assert len(of(claims, "END_USER")) == sum(bool(r["enduser"]) for r in rows)
    assert {str(c.values["date"]) for c in of(claims, "Transaction") if "date" in c.values} == {
        str(r["order_year"]) for r in rows if r["order_year"]}
    claims, omitted = made(pi_sii.loader, real("pi-sii-sample/companies*.json"))
    assert len(of(claims, "Company")) == 4
    assert omitted["natural person"] == 2
    assert "Senellart" not in repr(claims)
    assert "Toma" not in repr(claims)


def test_the_real_intermediaries() -> None:
    path = real("icij-panama-intermediaries/*.csv.xz")
    rows = table(path)
    claims, omitted = made(icij.loader, path)
    companies = of(claims, "Company")
    assert len(companies) + omitted["natural person, or a name that may be a person's"] == len(rows)
    limited = [r for r in rows if r["name"].upper().rstrip(". ").endswith((" LIMITED", " LTD"))]
    found = {c.about.removeprefix("icij-") for c in companies}
    assert {r["node_id"] for r in limited} <= found
    for number in ("11000001", "11000003"):  # MICHAEL PAPAGEORGE, MR.; DAVID, RONALD
        assert number not in found
    assert of(claims, "Source")[0].values["date"] == "2015"
    names = [str(c.values["name"]) for c in companies]
    assert not [n for n in names if " MRS" in n.upper() or " MR." in n.upper()]
