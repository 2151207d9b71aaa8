"""The shipped data keep the SHACL shapes, and the shapes would notice if they did not."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph
import pyshacl
import pytest
from rdflib import RDF, SH, Graph, Literal, Namespace, URIRef
from rdflib.namespace import FOAF

from sousveil.graph import Assembly, ClaimStore, assemble
from sousveil.graph.writers.rdf import Describer, graph_quads
from sousveil.ontology import Schema
from sousveil.ontology.shapes import SHAPES, TERMS
from sousveil.ontology.shapes import violations as bulk_violations

SV = Namespace("https://w3id.org/sousveil/ontology#")
CONCEPT = Namespace("https://w3id.org/sousveil/concept/")
NTRIPLES = pyoxigraph.RdfFormat.N_TRIPLES


def iri(id_: str) -> URIRef:
    """The IRI of an element of the export."""
    return URIRef(Describer(Schema.load()).iri(id_).value)


@pytest.fixture(scope="module")
def assembly(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def shipped(assembly: Assembly) -> Graph:
    triples = (q.triple for q in graph_quads(assembly, graphs=False))
    return Graph().parse(data=pyoxigraph.serialize(triples, format=NTRIPLES), format="nt")


@pytest.fixture(scope="module")
def ontology() -> tuple[Graph, Graph]:
    shapes = Graph()
    for path in SHAPES:
        shapes.parse(path)
    return shapes, Graph().parse(TERMS)


def violations(data: Graph, ontology: tuple[Graph, Graph]) -> set[tuple[str, str]]:
    """(node, message) of everything that is reported."""
    shapes, terms = ontology
    conforms, report, _ = pyshacl.validate(data + terms, shacl_graph=shapes)
    assert isinstance(report, Graph)
    found = {
        (str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }
    assert conforms is not bool(found)
    # The quick engine must come to the same nodes with the same words.
    quick = bulk_violations(pyoxigraph.parse(
        input=data.serialize(format="nt", encoding="utf-8"), format=NTRIPLES))
    assert {(v.node, v.message) for v in quick} == found
    return found


def test_every_element_is_written(shipped: Graph) -> None:
    for cls in ("Company", "PublicBody", "Transaction", "Source", "Figure", "Claim",
                "Ownership", "SellerRole", "ManufacturerRole", "Containment"):
        assert (None, RDF.type, SV[cls]) in shipped, cls


@pytest.mark.parametrize("derived", [False, True])
def test_the_shipped_data_conform(assembly: Assembly, derived: bool) -> None:
    # What pySHACL says of them is below: it reports nothing but what is planted.
    assert bulk_violations(graph_quads(assembly, derived=derived)) == []


def claim_of(data: Graph, element: str) -> URIRef:
    """Some claim about an element."""
    found = min(data.subjects(SV.about, iri(element)))
    assert isinstance(found, URIRef)
    return found


def no_evidence(data: Graph) -> str:
    edge = "huangpu-2018--seller--strong-digital"
    for claim in list(data.subjects(SV.about, iri(edge))):
        data.remove((claim, None, None))
    return edge


def no_source(data: Graph) -> str:
    claim = claim_of(data, "axis-communications")
    data.remove((claim, SV.cites, None))
    return claim.rpartition("/")[2]


def mention_with_a_maker(data: Graph) -> str:
    role = iri("lingchuan-2015--manufacturer--axis-communications")
    data.set((role, SV["from"], iri("hefei-2012-mention")))
    return "hefei-2012-mention"


def award_becomes_a_mention(data: Graph) -> str:
    data.set((iri("huangpu-2018"), SV.kind, CONCEPT["transaction-kind/brand-mention"]))
    return "huangpu-2018"


def product_as_seller(data: Graph) -> str:
    role = "shanghai-psb-2015--seller--morpho-shanghai"
    data.set((iri(role), SV.to, iri("facereader")))
    return role


def more_than_everything(data: Graph) -> str:
    owns = "noldus--owns--noldus-beijing"
    data.set((iri(owns), SV.share_exact, Literal(120)))
    return owns


def place_in_itself(data: Graph) -> str:
    data.set((iri("lund--within--SE"), SV.to, iri("lund")))
    return "lund"


def person(data: Graph) -> str:
    data.add((iri("somebody"), RDF.type, FOAF.Person))
    return "somebody"


PLANTED: dict[Callable[[Graph], str], str] = {
    no_evidence: "no claim is about",
    no_source: "exactly one source",
    mention_with_a_maker: "supplies nothing has a",
    award_becomes_a_mention: "supplies nothing has a",
    product_as_seller: "cannot end at",
    more_than_everything: "from 0 to 100",
    place_in_itself: "within itself",
    person: "natural persons",
}
"""What plants a violation and says at which element, with what is to be reported there."""

Planted = tuple[dict[str, str], set[tuple[str, str]]]


@pytest.fixture(scope="module")
def planted(shipped: Graph, ontology: tuple[Graph, Graph]) -> Planted:
    """Where each violation is, and what is reported of a graph that has them all."""
    data = Graph()
    data += shipped
    places = {plant.__name__: str(iri(plant(data))) for plant in PLANTED}
    return places, violations(data, ontology)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_violation_is_reported(
    plant: Callable[[Graph], str], planted: Planted
) -> None:
    places, found = planted
    at = places[plant.__name__]
    messages = {text for node, text in found if node == at}
    assert any(PLANTED[plant] in text for text in messages), messages


def test_nothing_else_is_reported(planted: Planted) -> None:
    places, found = planted
    # The edge that leads from a place to itself is a fault beside the place's.
    expected = {*places.values(), str(iri("lund--within--SE"))}
    assert {node for node, _ in found} == expected
