"""Pages as linked data: the same facts, whole, by address and by negotiation."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
from flask.testing import FlaskClient

from sousveil.ontology import Schema
from sousveil.ontology.shapes import violations
from sousveil.web.linked import FORMS

SV = "https://w3id.org/sousveil/ontology#"
ID = "https://w3id.org/sousveil/id/"
PAGES = [
    "/entity/shanghai-psb", "/transaction/huangpu-2018", "/source/letter-axis-2020-05-13",
    "/paths.?from=EU&to=public-security-bureau", "/queries/reseller-paths.?place=EU",
]


def address(page: str, form: str) -> str:
    return page.replace(".?", f".{form}?") if ".?" in page else f"{page}.{form}"


def quads(data: bytes, form: str) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.parse(input=data, format=FORMS[form].rdf_format))


@pytest.mark.parametrize("page", PAGES)
def test_every_form_says_the_same(client: FlaskClient, page: str) -> None:
    found = {}
    for form, kind in FORMS.items():
        answer = client.get(address(page, form))
        assert answer.status_code == 200
        assert answer.mimetype == kind.media_type
        assert answer.headers["ETag"]
        assert answer.headers["Link"] == '</ontology>; rel="describedby"'
        found[form] = quads(answer.data, form)
    assert found["ttl"] == found["nt"]
    assert found["trig"] == found["jsonld"]
    assert len(found["ttl"]) > 100
    # Whole: every element has its evidence, every claim its source, every relation its ends.
    assert violations(found["trig"]) == []


def test_negotiation(client: FlaskClient) -> None:
    for form, kind in FORMS.items():
        answer = client.get("/entity/shanghai-psb", headers={"Accept": kind.media_type})
        assert answer.mimetype == kind.media_type
        assert "Accept" in answer.headers["Vary"]
        assert quads(answer.data, form) == quads(
            client.get(f"/entity/shanghai-psb.{form}").data, form)
        seen = client.get("/id/shanghai-psb", headers={"Accept": kind.media_type})
        assert (seen.status_code, seen.location) == (303, f"/entity/shanghai-psb.{form}")
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert client.get("/entity/shanghai-psb", headers={"Accept": browser}).mimetype == "text/html"
    links = client.get("/entity/shanghai-psb").headers.getlist("Link")
    assert any("shanghai-psb.ttl" in link and "text/turtle" in link for link in links)


def test_a_claim(client: FlaskClient) -> None:
    text = client.get("/transaction/huangpu-2018.ttl").text
    claim = re.search(r"claim-[0-9a-f]{20}", text)
    assert claim is not None
    found = quads(client.get(f"/claim/{claim[0]}.trig").data, "trig")
    assert violations(found) == []
    about = {q.object.value for q in found if q.predicate.value == SV + "about"}  # type: ignore[union-attr]
    assert about


def test_faults(client: FlaskClient) -> None:
    assert client.get("/entity/nothing.ttl").status_code == 404
    assert client.get("/claim/claim-00000000000000000000.ttl").status_code == 404
    assert client.get("/paths.ttl").status_code == 400
    assert client.get("/concept/standing/nothing").status_code == 404


def test_terms_are_at_their_addresses(client: FlaskClient) -> None:
    page = client.get("/ontology").text
    anchors = set(re.findall(r'id="([^"]+)"', page))
    schema = Schema.load()
    assert set(schema.classes) <= anchors
    assert {r.iri for r in schema.relations.values()} <= anchors
    for scheme, concepts in schema.concepts.items():
        for name in concepts:
            answer = client.get(f"/concept/{scheme}/{name}")
            assert answer.status_code == 303
            assert answer.location.partition("#")[2] in anchors
    turtle = client.get("/ontology", headers={"Accept": "text/turtle"})
    assert turtle.mimetype == "text/turtle"
    assert turtle.data == client.get("/ontology.ttl").data
    assert b"@context" in client.get("/context.jsonld").data
    assert b"sh:NodeShape" in client.get("/shapes.ttl").data


def test_questions_in_sparql(client: FlaskClient) -> None:
    page = client.get("/sparql").text
    assert "sv:ManufacturerRole" in page
