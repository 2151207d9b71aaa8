"""Open contracting data: merged offline, an award each, and nobody supplies what is not awarded."""

from __future__ import annotations

import contextlib
import gzip
import json
import lzma
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.ocds import _RULES, loader
from sousveil.loaders.parties import is_person
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "ocds-official"
OCID = "ocds-abcdef-1"


def party(id_: str, name: str, *roles: str, number: str = "", **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"id": id_, "name": name, "roles": list(roles), **more}
    if number:
        scheme, _, code = number.partition(":")
        found["identifier"] = {"scheme": scheme, "id": code}
    return found


CITY = party("B", "City of Lund", "buyer", address={"countryName": "Sweden"})
SHOP = party("S", "Shop Ltd", "supplier", number="GB-COH:01234567")
OTHER = party("O", "Other AB", "tenderer")


def release(**more: Any) -> dict[str, Any]:
    return {
        "ocid": OCID, "id": "r1", "date": "2020-01-02T00:00:00Z", "tag": ["award"],
        "parties": [CITY, SHOP, OTHER], "buyer": {"id": "B", "name": "City of Lund"},
        "tender": {"id": "t", "title": "Cameras", "status": "complete",
                   "tenderers": [{"id": "S", "name": "Shop Ltd"}, {"id": "O", "name": "Other AB"}]},
        "awards": [award()], **more,
    }


def award(id_: str = "a", supplier: str = "S", **more: Any) -> dict[str, Any]:
    return {"id": id_, "status": "active", "date": "2020-01-01T00:00:00Z",
            "value": {"amount": 1200.5, "currency": "SEK"},
            "suppliers": [{"id": supplier}] if supplier else [], **more}


def package(*releases: Any, **more: Any) -> dict[str, Any]:
    return {"uri": "https://x.example/p.json", "version": "1.1",
            "publishedDate": "2020-02-03T00:00:00Z", "publisher": {"name": "Testland"},
            "license": "CC0-1.0", "releases": list(releases), **more}


class Result(Reading):
    loader = loader


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    def refuse(*args: Any, **more: Any) -> Any:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket, "socket", refuse)

    def go(value: Any, name: str = "data.json") -> Result:
        path = tmp_path / name
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        assert find(path, LOADERS).name == "ocds"
        return Result(path)

    return go


def names(one: dict[str, Any], role: str) -> list[str]:
    return [p["name"] for p in one["roles"].get(role, [])]


def test_packages_and_plain_releases_in_one_list(run: Any) -> None:
    other = {**release(), "ocid": "ocds-abcdef-2"}
    found = run([package(release()), other])
    assert [t["reference"] for t in found.of("Transaction")] == [OCID, "ocds-abcdef-2"]
    assert not found.rejects


def test_an_award_is_a_transaction(run: Any) -> None:
    found = run(package(release()))
    one = found.one("Transaction")
    assert (one["kind"], one["date"], one["title"], one["reference"]) == (
        "award", "2020-01-01", "Cameras", OCID)
    assert one["amount"] == {"value": 1200.5, "currency": "SEK"}
    assert names(one, "BUYER") == ["City of Lund"]
    assert names(one, "SELLER") == ["Shop Ltd"]
    assert names(one, "BIDDER") == ["Other AB"]
    (shop,) = [o for o in found.of("Company") if o["id"] == "gb-coh-01234567"]
    assert shop["identifiers"] == {"GB-COH": "01234567"}
    (city,) = found.of("PublicBody")
    assert (city["kind"], city["country"]) == ("public-body", "SE")
    (source,) = found.of("Source")
    assert (source["date"], source["licence"], source["basis"]) == (
        "2020-02-03", "CC0-1.0", "procurement-record")
    assert source["url"] == "https://x.example/p.json"


@pytest.mark.parametrize("status", ["cancelled", "unsuccessful", "pending", "invented"])
def test_what_is_not_awarded_gives_no_seller(run: Any, status: str) -> None:
    found = run(package(release(awards=[award(status=status)])))
    assert found.omitted[f"award of status {status!r}"] == 1
    assert [(t["kind"], "SELLER" in t["roles"]) for t in found.of("Transaction")] == [
        ("tender", False)]


def test_contracts_cancelled_before_signature_award_nothing(run: Any) -> None:
    found = run(package(release(contracts=[{"id": "c", "awardID": "a", "status": "cancelled"}])))
    assert found.one("Transaction")["kind"] == "tender"


def test_an_award_and_its_contract_in_two_files_are_one_sale(tmp_path: Path) -> None:
    """Also an amendment that another file publishes: the later release is shown."""
    later = {**release(awards=[]), "id": "r2", "date": "2020-05-06T00:00:00Z", "tag": ["contract"],
             "contracts": [{"id": "c", "awardID": "a", "status": "active",
                            "suppliers": [{"id": "S"}], "value": {"amount": 7, "currency": "SEK"},
                            "dateSigned": "2020-05-05T00:00:00Z"}]}
    amended = {**release(), "id": "r3", "date": "2020-07-08T00:00:00Z", "tag": ["awardUpdate"]}
    amended["awards"] = [award(value={"amount": 9, "currency": "SEK"})]
    store = ClaimStore(tmp_path / "claims")
    for name, one in (("one", release()), ("two", later), ("three", amended)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(package(one)))
        load([path], store, LOADERS, key=name)
    graph = assemble(store.read_all())
    sales = [n for n in graph.nodes("Transaction") if n.values["kind"] != "tender"]
    assert len(sales) == 1
    assert sales[0].values["amount"] == "9"
    assert "amount" in sales[0].values["conflicts"]
    assert len(list(graph.edges("SELLER"))) == 1


@pytest.mark.parametrize("status", ["cancelled", "unsuccessful", "withdrawn", "planned"])
def test_a_call_that_came_to_nothing_gives_nothing(run: Any, status: str) -> None:
    found = run(package(release(awards=[], tender={"title": "Cameras", "status": status})))
    assert found.of("Transaction") == []
    assert found.omitted[f"tender of status {status!r}"] == 1


def test_suppliers_of_a_lot_supply_that_lot_only(run: Any) -> None:
    found = run(package(release(
        tender={"title": "T", "lots": [{"id": "1", "title": "Cameras"}, {"id": "2"}]},
        awards=[award("a1", "S", relatedLots=["1"]), award("a2", "O", relatedLots=["2"])],
    )))
    assert {t["lots"][0]: names(t, "SELLER") for t in found.of("Transaction")} == {
        "1": ["Shop Ltd"], "2": ["Other AB"]}
    assert {t["title"] for t in found.of("Transaction")} == {"Cameras", "T"}


def test_members_of_a_consortium_sell_in_their_award_only(run: Any) -> None:
    both = award("a1", suppliers=[{"id": "S"}, {"id": "O"}])
    found = run(package(release(awards=[both, award("a2", "S")])))
    assert [len(t["roles"]["SELLER"]) for t in found.of("Transaction")] == [2, 1]


def test_bidders_of_several_awards_stay_with_the_tender(run: Any) -> None:
    third = party("T", "Third GmbH", "tenderer")
    found = run(package(release(
        parties=[CITY, SHOP, OTHER, third], awards=[award("a1"), award("a2")],
        tender={"id": "t", "title": "C", "tenderers": [{"id": "S"}, {"id": "T"}]})))
    kinds = {t["kind"]: names(t, "BIDDER") for t in found.of("Transaction")}
    assert kinds == {"award": [], "tender": ["Third GmbH"]}


def test_releases_of_one_process_are_merged_wherever_they_stand(run: Any) -> None:
    first = release(id="r0", date="2019-01-01T00:00:00Z", awards=[award(status="pending")])
    other = release(ocid="ocds-abcdef-2", id="x")
    last = {"ocid": OCID, "id": "r2", "date": "2020-06-01T00:00:00Z", "tag": ["awardUpdate"],
            "awards": [{"id": "a", "status": "active", "value": {"amount": 99}}]}
    found = run(package(last, other, first))
    one = next(t for t in found.of("Transaction") if t["reference"] == OCID)
    assert (one["kind"], one["amount"]) == ("award", {"value": 99.0, "currency": "SEK"})
    assert len(found.of("Transaction")) == 2


def test_a_later_cancellation_counts(run: Any) -> None:
    last = {"ocid": OCID, "id": "r2", "date": "2020-06-01T00:00:00Z", "tag": ["awardCancellation"],
            "awards": [{"id": "a", "status": "cancelled"}]}
    assert run(package(release(), last)).one("Transaction")["kind"] == "tender"
    del last["awards"][0]["status"]  # Only the tag of the release says it.
    assert run(package(release(), last)).one("Transaction")["kind"] == "tender"


def test_numbers_of_companies_house_are_filled_up(run: Any) -> None:
    short = party("S", "Shop Ltd", "supplier", number="GB-COH:912182")
    found = run(package(release(parties=[CITY, short, OTHER])))
    assert found.one("Transaction")["roles"]["SELLER"][0]["id"] == "gb-coh-00912182"


def test_a_record_gives_its_compiled_release(run: Any) -> None:
    record = {"ocid": OCID, "compiledRelease": release(tag=["compiled"]),
              "releases": [{"ocid": OCID, "id": "wrong", "date": "2020-01-01T00:00:00Z"}]}
    bare = package()
    del bare["releases"]
    assert names(run({**bare, "records": [record]}).one("Transaction"), "SELLER") == ["Shop Ltd"]
    del record["compiledRelease"]
    record["releases"] = [release()]
    assert names(run({**bare, "records": [record]}).one("Transaction"), "SELLER") == ["Shop Ltd"]
    record["releases"] = [{"url": "https://x.example/r.json", "date": "2020-01-01"}]
    found = run({**bare, "records": [record]})
    assert found.of("Transaction") == []
    assert sum(found.omitted.values()) == 1


def test_version_1_0_has_its_organisations_inline(run: Any) -> None:
    found = run({
        "ocid": OCID, "id": "r", "date": "2015-01-01T00:00:00Z", "tag": ["award"],
        "buyer": {"identifier": {"scheme": "SE-KOM", "id": "1281"}, "name": "Lund"},
        "awards": [{"id": "a", "status": "active", "suppliers": [
            {"identifier": {"scheme": "GB-COH", "id": "01234567.0"}, "name": "Shop"},
            {"name": "No Number AB"}]}],
    })
    assert names(found.one("Transaction"), "SELLER") == ["Shop", "No Number AB"]
    assert next(c["id"] for c in found.of("Company")) == "gb-coh-01234567"


@pytest.mark.parametrize(("pack", "name"), [
    (gzip.compress, "d.json.gz"), (lzma.compress, "d.json.xz"), (bytes, "d.json")])
def test_packed_in_lines_and_in_lists(run: Any, pack: Any, name: str) -> None:
    two = [release(), release(ocid="ocds-abcdef-2")]
    lines = "\n".join(json.dumps(one) for one in two).encode()
    assert len(run(pack(lines), name).of("Transaction")) == 2
    assert len(run(pack(json.dumps(two).encode()), name).of("Transaction")) == 2
    packages = "\n".join(json.dumps(package(one)) for one in two).encode()
    assert len(run(pack(b"\xef\xbb\xbf" + packages), name).of("Transaction")) == 2


def test_natural_persons_leave_no_trace(run: Any) -> None:
    persons = [
        party("P1", "Jan Kowalski", "supplier"),
        party("P2", "Secret Works", "supplier", number="MX-RFC:GARC800101AB1"),
        party("P3", "Secret Shop", "supplier", details={"legalEntityType": "natural person"}),
        party("P4", "Secret Corner", "supplier", number="BR-CPF:52998224725"),
    ]
    shop = {**SHOP, "contactPoint": {"name": "Anna Secret", "telephone": "0123456"}}
    found = run(package(release(
        parties=[CITY, shop, *persons],
        awards=[award(suppliers=[{"id": "S"}, *({"id": p["id"]} for p in persons)])])))
    text = json.dumps(found.all)
    assert "Secret" not in text
    assert "Kowalski" not in text
    assert "0123456\"" not in text
    assert found.omitted["natural person"] == 4
    assert names(found.one("Transaction"), "SELLER") == ["Shop Ltd"]


@pytest.mark.parametrize(("name", "person"), [
    ("Jan Kowalski", True), ("KOWALSKI Jan", True), ("Dr. Anna Berg", True),
    ("Hans Meier e.K.", True), ("ФОП Іваненко", True), ("Novak s.p.", True),
    ("Dr. Oetker GmbH", False), ("Axis Communications", False), ("Jan Berg AB", False),
    ("TÜV Rheinland e.V.", False), ("ABC S.p.A.", False), ("Siemens", False),
])
def test_what_looks_like_a_person(name: str, person: bool) -> None:
    assert is_person(name) is person


def test_the_procuring_entity_is_an_agent_only_beside_another_buyer(run: Any) -> None:
    office = party("P", "Procurement Office", "procuringEntity")
    tender = {"title": "T", "procuringEntity": {"id": "P"}}
    both = run(package(release(parties=[CITY, SHOP, office], tender=tender))).one("Transaction")
    assert (names(both, "BUYER"), names(both, "AGENT")) == (
        ["City of Lund"], ["Procurement Office"])
    alone = release(parties=[SHOP, office], tender=tender)
    del alone["buyer"]
    one = run(package(alone)).one("Transaction")
    assert (names(one, "BUYER"), names(one, "AGENT")) == (["Procurement Office"], [])


def test_contract_date_and_value_are_inferred(run: Any, tmp_path: Path) -> None:
    bare = award()
    del bare["date"], bare["value"]
    run(package(release(awards=[bare], contracts=[
        {"id": "c", "awardID": "a", "status": "active", "dateSigned": "2020-03-04T00:00:00Z",
         "value": {"amount": 5, "currency": "EUR"}}])))
    claims = [c for r in loader.read(tmp_path / "data.json") for c in loader.claims(r)
              if c.kind == "Transaction"]
    said = {k: bool(c.inferred_because) for c in claims for k in c.values
            if k in ("date", "amount")}
    assert said == {"date": True, "amount": True}


@pytest.mark.parametrize("value", [
    {"amount": "much", "currency": "EUR"}, {"amount": 0, "currency": "EUR"},
    {"amount": -5, "currency": "EUR"}, {"amount": 5, "currency": "XXXX"}, {"amount": 5}])
def test_what_is_no_sum_of_money_is_left_out(run: Any, value: Any) -> None:
    found = run(package(release(awards=[award(value=value)])))
    assert found.one("Transaction")["amount"] is None
    assert sum(found.omitted.values()) == 1


def test_items_and_amendments_are_described(run: Any) -> None:
    found = run(package(release(awards=[award(
        items=[{"id": "1", "description": "Dome camera", "quantity": 3,
                "classification": {"scheme": "CPV", "id": "32333200"}}],
        amendments=[{"id": "m", "date": "2021-05-06T00:00:00Z", "rationale": "r"}])])))
    assert found.one("Transaction")["description"] == (
        "Items as listed: 3 × Dome camera (CPV 32333200). Amended: 2021-05-06.")
    assert found.one("Transaction")["products"] == []


def test_unknown_fields_are_told(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(package(release(surprise=1, awards=[award(wonder={"x": 2})]))))
    store = ClaimStore(tmp_path / "claims")
    (done,) = load([path], store, LOADERS)
    told = " ".join(w.message for w in done.warnings)
    assert "surprise" in told
    assert "awards.wonder" in told


@pytest.mark.parametrize("broken", [
    {"buyer": "text"}, {"awards": "text"}, {"awards": [1]}, {"parties": {"id": []}}, {"ocid": ""},
    {"awards": [{"suppliers": 3}]}, {"tender": {"lots": 7}}])
def test_a_broken_release_is_rejected_and_the_next_is_read(run: Any, broken: Any) -> None:
    found = run(package(release(**broken), release(ocid="ocds-abcdef-9", id="9")))
    assert len(found.rejects) == 1
    assert found.rejects[0].line == 1
    assert [t["reference"] for t in found.of("Transaction")] == ["ocds-abcdef-9"]


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_truncated_file_says_so(tmp_path: Path, cut: float) -> None:
    path = tmp_path / "d.json"
    text = json.dumps(package(*[release(ocid=f"ocds-abcdef-{i}") for i in range(5)]))
    path.write_text(text[: int(len(text) * cut)])
    found = Result(path)
    assert any("cut short" in r.hint for r in found.rejects)


@pytest.mark.parametrize("text", [
    b'{"ocid": "ocds-abcdef-1", "id": "\\ud800", "date": "x", "buyer": {"name": "\\u0000"}}',
    b'{"ocid": "ocds-abcdef-1", "awards": [{"value": {"amount": 1E+999999999}}]}',
    b'{"ocid": ' + b"[" * 5000, b'{"releases": [], "publishedDate": "2020"}', b'[{"ocid": null}]',
    b'{"ocid": "a", "tender": ' + b'{"x":' * 300 + b"1" + b"}" * 301,
])
def test_hostile_texts_give_no_crash(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "d.json"
    path.write_bytes(text)
    Result(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "name", "status", "value", "suppliers", "amount", "date", "items",
                         "identifier", "scheme", "roles", "lots"]), inner, max_size=4),
    max_leaves=12)


@settings(max_examples=80, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.dictionaries(st.sampled_from(
    ["ocid", "date", "tag", "parties", "buyer", "tender", "awards", "contracts", "bids"]), JSON))
def test_nothing_but_a_source_error_is_raised(tmp_path: Path, parts: dict[str, Any]) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(package(release(**parts), release(id="r3"))))
    with contextlib.suppress(SourceError):
        Result(path)


def test_loaded_twice_it_is_the_same_and_it_assembles(tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(json.dumps(package(release(), release(id="r2", date="2020-05-05T00:00:00Z"))))
    contents = []
    for name in ("one", "two"):
        store = ClaimStore(tmp_path / name)
        load([path], store, LOADERS)
        contents.append([f.read_bytes() for f in sorted((tmp_path / name).iterdir())])
    assert contents[0] == contents[1]
    graph = assemble(store.read_all())
    assert graph is not None


def test_the_rules_of_merging_are_those_of_the_schema() -> None:
    path = REAL / "ocdskit" / "release-schema.json"
    if not path.exists():
        pytest.skip("../shared/data/ocds-official is not here")
    from ocdsmerge.rules import get_merge_rules

    assert get_merge_rules(json.loads(path.read_text())) == _RULES


def test_the_official_example() -> None:
    folder = REAL / "sample-data" / "fictional-example"
    if not folder.exists():
        pytest.skip("../shared/data/ocds-official is not here")
    for path in sorted(folder.glob("1.*/*.json")):
        if path.name.endswith("00001.json"):
            continue  # Counted below.
        active = 0
        for one in json.loads(path.read_text())["releases"]:
            active += sum(a.get("status") == "active" for a in one.get("awards", []))
        sellers = [t for t in Result(path).of("Transaction") if "SELLER" in t["roles"]]
        assert len(sellers) == active, path.name
    one = Result(folder / "1.1" / "ocds-213czf-000-00001.json").one("Transaction")
    assert one["amount"] == {"value": 11_000_000.0, "currency": "GBP"}
    assert names(one, "SELLER") == ["AnyCorp Cycle Provision"]
    assert names(one, "BIDDER") == ["Beta Corp Construction"]
