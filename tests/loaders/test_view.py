"""What `sousveil read` prints of a file, from claims made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders import Loader, Record, Reject
from sousveil.loaders.making import Cited, name_values
from sousveil.loaders.view import objects, read

CITED = Cited(source="notices", locator="record 1")
AWARD = [
    CITED.node("Company", "seller", **name_values("Seller AB", "卖方公司"), lei="x",
               identifiers=["SE-BLV:5560", "WIKIDATA:Q1"]),
    CITED.name("seller", "Säljaren", "former", "sv"),
    CITED.edge("LOCATED_IN", "seller", "SE"),
    CITED.node(
        "PublicBody", "bureau", **name_values("上海市公安局"), kind="public-security-bureau"
    ),
    CITED.edge("LOCATED_IN", "bureau", "CN-SH"),
    CITED.edge("LOCATED_IN", "bureau", "somewhere"),
    CITED.node("Product", "camera", name="Q1700"),
    CITED.node("Transaction", "award", title="Cameras", kind="award", date="2018-10-31",
               amount="120.50", currency="CNY", lot="2", reference="N-1"),
    CITED.edge("SELLER", "award", "seller"), CITED.edge("BUYER", "award", "bureau"),
    CITED.edge("INCLUDES", "award", "camera", quantity="3"),
]


def test_a_transaction_with_its_parties() -> None:
    found = {one["id"]: one for one in objects(AWARD)}
    assert found["award"] == {
        "type": "Transaction", "id": "award", "kind": "award", "date": "2018-10-31",
        "title": "Cameras", "amount": {"value": 120.5, "currency": "CNY"}, "lots": ["2"],
        "roles": {"SELLER": [{"id": "seller", "name": "Seller AB"}],
                  "BUYER": [{"id": "bureau", "name": "上海市公安局"}]},
        "products": [{"id": "camera", "quantity": "3"}], "programmes": [], "reference": "N-1",
    }
    assert found["seller"] == {
        "type": "Company", "id": "seller", "kind": "", "country": "SE", "place": "",
        "names": [{"text": "Seller AB", "lang": "und", "script": "Latn"},
                  {"text": "卖方公司", "lang": "zh", "script": "Hans"},
                  {"text": "Säljaren", "lang": "sv", "script": "Latn"}],
        "identifiers": {"lei": "x", "SE-BLV": "5560", "WIKIDATA": "Q1"},
    }
    assert found["bureau"]["names"] == [{"text": "上海市公安局", "lang": "zh", "script": "Hans"}]
    assert (found["bureau"]["country"], found["bureau"]["place"]) == ("CN", "somewhere")
    assert set(found) == {"seller", "bureau", "camera", "award"}


@pytest.mark.parametrize(("values", "share"), [
    ({"share_exact": "25.5"}, {"exact": 25.5}), ({}, None),
    ({"share_min": "25", "share_max": "50"}, {"min": 25.0, "max": 50.0}),
])
def test_ownership(values: dict[str, str], share: object) -> None:
    edge = CITED.because("concluded").edge("OWNS", "a", "b", valid="2016/..", **values)
    assert objects([edge]) == [{
        "type": "OWNS", "id": "a--owns--b", "from": "a", "to": "b", "share": share,
        "valid": "2016/..", "inferred": "concluded",
    }]


def reading(*records: list[Claim] | SourceError) -> tuple[list[str], list[Reject], dict[str, int]]:
    made = iter(records)

    def lines(path: Path) -> Iterator[Record]:
        for number, one in enumerate(records, 1):
            if isinstance(one, SourceError):
                raise one
            yield Record(path, number, "x", {})

    def claims(record: Record) -> Iterator[Claim]:
        record.omit("natural person")
        found = next(made)
        assert isinstance(found, list)
        yield from found

    loader = Loader(name="x", title="", sniff=lambda h, n: True, read=lines, claims=claims)
    rejects: list[Reject] = []
    omitted: dict[str, int] = {}

    def left_out(what: str, times: int) -> None:
        omitted[what] = omitted.get(what, 0) + times

    found = [o["id"] for o in read(Path("f"), loader, rejects.append, left_out)]
    return found, rejects, omitted


def test_nothing_is_given_twice_and_a_faulty_record_not_at_all() -> None:
    seller = CITED.node("Company", "seller", name="Seller")
    bad = [CITED.node("Company", "bad", name="Bad", founded="31/12/2001"), seller]
    found, rejects, omitted = reading([seller], bad, [seller], AWARD[3:4])
    assert found == ["seller", "bureau"]
    assert [(r.path, r.line) for r in rejects] == [("f", 2)]
    assert "founded" in rejects[0].message
    assert omitted == {"natural person": 3}


def test_a_file_cut_short_gives_what_came_before() -> None:
    seller = CITED.node("Company", "seller", name="Seller")
    found, rejects, _ = reading([seller], SourceError("cut", "f", 2))
    assert found == ["seller"]
    assert [r.message for r in rejects] == ["cut"]


def test_a_party_of_an_earlier_record_has_its_name() -> None:
    sale = [CITED.node("Transaction", "t", title="T", kind="award"), CITED.edge("SELLER", "t", "s")]
    first = [CITED.node("Company", "s", name="S")]
    found = objects([*first, *sale])
    assert found[1]["roles"] == {"SELLER": [{"id": "s", "name": "S"}]}
