"""The SHACL shapes accept a sound graph and refuse one fault at a time."""

from __future__ import annotations

import pyshacl
import pytest
from rdflib import SH, Graph

from sousveil.ontology.shapes import SHAPES, TERMS

PREFIXES = """
@prefix : <https://w3id.org/sousveil/id/> .
@prefix sv: <https://w3id.org/sousveil/ontology#> .
@prefix c: <https://w3id.org/sousveil/concept/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
ELEMENTS = {
    ":report": "a sv:Source",
    ":ngo": "a sv:Publisher",
    ":SE": "a sv:Place",
    ":maker": "a sv:Company",
    ":dealer": "a sv:Company",
    ":bureau": "a sv:PublicBody",
    ":camera": "a sv:Product",
    ":sale": "a sv:Transaction ; sv:kind <https://w3id.org/sousveil/concept/transaction-kind/award>",
    ":share": "a sv:Figure ; sv:value 73.0",
    ":owns": "a sv:Ownership ; sv:from :maker ; sv:to :dealer ; sv:share_exact 51.0",
    ":made": "a sv:ManufacturerRole ; sv:from :sale ; sv:to :maker",
    ":sold": "a sv:SellerRole ; sv:from :sale ; sv:to :dealer",
    ":bought": "a sv:BuyerRole ; sv:from :sale ; sv:to :bureau",
    ":has": "a sv:Inclusion ; sv:from :sale ; sv:to :camera",
    ":at": "a sv:Location ; sv:from :maker ; sv:to :SE",
}
CLAIM = (
    "a sv:Claim ; sv:about {about} ; sv:cites :report ; sv:locator 'p. 3' ; sv:author :ngo ; "
    "sv:basis <https://w3id.org/sousveil/concept/basis/ngo-report> ; "
    "sv:stance <https://w3id.org/sousveil/concept/stance/asserts> ; "
    "sv:topic <https://w3id.org/sousveil/concept/topic/existence>"
)


@pytest.fixture(scope="module")
def shapes() -> tuple[Graph, Graph]:
    shapes = Graph()
    for path in SHAPES:
        shapes.parse(path)
    return shapes, Graph().parse(TERMS)


def world(**changes: str) -> dict[str, str]:
    found = dict(ELEMENTS)
    found |= {f":claim-{e[1:]}": CLAIM.format(about=e) for e in ELEMENTS}
    for name, text in changes.items():
        found[f":{name.replace('_', '-')}"] = text
    return {name: text for name, text in found.items() if text}


def problems(elements: dict[str, str], shapes: tuple[Graph, Graph]) -> list[str]:
    data = Graph().parse(
        data=PREFIXES + "\n".join(f"{name} {text} ." for name, text in elements.items()),
        format="turtle",
    )
    _, report, _ = pyshacl.validate(data + shapes[1], shacl_graph=shapes[0])
    assert isinstance(report, Graph)
    return sorted({str(message) for message in report.objects(None, SH.resultMessage)})


def test_the_shapes_are_sound_shacl(shapes: tuple[Graph, Graph]) -> None:
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=shapes[0], meta_shacl=True)
    assert conforms, text


def test_a_sound_graph(shapes: tuple[Graph, Graph]) -> None:
    assert problems(world(), shapes) == []


OWNS = CLAIM.format(about=":owns")
MENTION = "a sv:Transaction ; sv:kind <https://w3id.org/sousveil/concept/transaction-kind/{}>"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"claim_owns": ""}, "no claim is about"),
        ({"claim_bureau": ""}, "no claim is about"),
        ({"claim_owns": OWNS.replace("sv:cites :report ;", "")}, "one source"),
        ({"claim_owns": OWNS.replace(":report", ":report, :r2")}, "one source"),
        ({"claim_owns": OWNS.replace("'p. 3'", "''")}, "where in its source"),
        ({"claim_x": CLAIM.format(about=":nothing")}, "one node or asserted edge"),
        ({"claim_x": CLAIM.format(about=":maker").replace("ngo-report", "rumour")}, "has a basis"),
        (
            {
                "claim_x": CLAIM.format(about=":maker")
                .replace("asserts", "disputes")
                .replace("sv:author :ngo ;", "")
            },
            "needs its author",
        ),
        ({"sale": MENTION.format("brand-mention")}, "supplies nothing"),
        ({"sale": MENTION.format("tender")}, "supplies nothing"),
        ({"bought": "", "claim_bought": ""}, "needs a BUYER"),
        ({"sale": MENTION.format("award") + " ; sv:amount 5.0"}, "needs its currency"),
        ({"sold": "a sv:SellerRole ; sv:from :sale ; sv:to :ngo"}, "publisher is no party"),
        ({"made": "a sv:ManufacturerRole ; sv:from :sale ; sv:to :bureau"}, "cannot end at"),
        ({"made": "a sv:ManufacturerRole ; sv:from :camera ; sv:to :maker"}, "cannot start at"),
        ({"owns": "a sv:Ownership ; sv:from :maker ; sv:to :gone"}, "ends at exactly one node"),
        ({"owns": "a sv:Ownership ; sv:to :dealer"}, "starts at exactly one node"),
        ({"owns": "a sv:Ownership ; sv:from :maker ; sv:to :maker"}, "not to itself"),
        (
            {
                "owns": "a sv:Ownership ; sv:from :maker ; sv:to :dealer ; sv:share_exact 5.0 ; "
                "sv:share_min 1.0"
            },
            "not both",
        ),
        (
            {"owns": "a sv:Ownership ; sv:from :maker ; sv:to :dealer ; sv:share_exact 101.0"},
            "from 0 to 100",
        ),
        (
            {
                "owns": "a sv:Ownership ; sv:from :maker ; sv:to :dealer ; sv:share_min 60.0 ; "
                "sv:share_max 20.0"
            },
            "above the maximum",
        ),
        ({"share": "a sv:Figure"}, "value or a description"),
        ({"somebody": "a foaf:Person"}, "natural persons"),
    ],
)
def test_one_fault(changes: dict[str, str], says: str, shapes: tuple[Graph, Graph]) -> None:
    found = problems(world(**changes), shapes)
    assert any(says in message for message in found), found


def test_places_in_a_circle(shapes: tuple[Graph, Graph]) -> None:
    circle = {
        "CN": "a sv:Place",
        "in": "a sv:Containment ; sv:from :SE ; sv:to :CN",
        "out": "a sv:Containment ; sv:from :CN ; sv:to :SE",
    }
    circle |= {f"claim_{name}": CLAIM.format(about=f":{name}") for name in tuple(circle)}
    assert problems(world(**circle), shapes) == [
        "the place lies within itself, or the source is derived from itself"
    ]
