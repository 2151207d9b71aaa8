"""RDF: every serialisation says the same, loses nothing, and is read by programs of others."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import warnings
from pathlib import Path

import msgspec
import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from pyoxigraph import NamedNode, Quad, Triple
from rdflib import Dataset, Graph

from sousveil.errors import SourceError
from sousveil.graph import Assembly, Claim, ClaimStore, assemble
from sousveil.graph.records import claim_id, identified
from sousveil.graph.writers.description import Described, description
from sousveil.graph.writers.rdf import Describer, graph_quads
from sousveil.graph.writers.rdf_formats import FORMATS, canonical_hash, write_rdf
from sousveil.loaders import LOADERS, LoadRefused, load
from sousveil.loaders.rdf import loader
from sousveil.ontology import Schema
from sousveil.ontology.derive import PREFIXES
from sousveil.ontology.shapes import TERMS
from tests import worlds as w

SV = PREFIXES["sv"]
GRAPHS = [f.name for f in FORMATS.values() if f.graphs]
TRIPLES = [f.name for f in FORMATS.values() if not f.graphs]
MERGED = {"dealer-cn": "dealer"}


def small() -> w.World:
    """A sale that is contested, a guess, two names of one company, and a merge to be made."""
    return w.World(
        companies=[
            w.Company("maker", seats=(("SE", ""),), founded="1984-05"),
            w.Company("dealer", names=(("Old Dealer", "2010/2014"),)), w.Company("dealer-cn"),
        ],
        ownerships=[w.Ownership("maker", "dealer", "60", "2012/..", voices=(w.GUESS,))],
        bodies=[w.Body("bureau", places=("CN-SH",))],
        products=[w.Product("camera", ("maker",))],
        deals=[w.Deal("sale", date="2015-08", products=("camera",), parties=(
            w.Party("SELLER", "dealer-cn"), w.Party("END_USER", "bureau"),
            w.Party("MANUFACTURER", "maker", (w.RECORD, w.Voice(
                "maker", "company-statement", "report", "does-not-confirm"))),
        ))],
    )


@pytest.fixture(scope="module")
def claims() -> list[Claim]:
    return list(small().claims())


@pytest.fixture(scope="module")
def graph(claims: list[Claim]) -> Assembly:
    return assemble(claims, MERGED)


def written(graph: Assembly, form: str) -> bytes:
    file = io.BytesIO()
    write_rdf(graph_quads(graph, graphs=FORMATS[form].graphs), file, FORMATS[form])
    return file.getvalue()


def parsed(data: bytes, form: str) -> set[Quad]:
    return set(pyoxigraph.parse(input=data, format=FORMATS[form].rdf_format))


def restored(data: bytes, form: str, folder: Path) -> list[Claim]:
    path = folder / f"export{FORMATS[form].suffix}"
    path.write_bytes(data)
    store = ClaimStore(folder / "claims")
    load([path], store, LOADERS)
    return list(store.read_all())


def test_formats_say_the_same(graph: Assembly) -> None:
    for forms in (GRAPHS, TRIPLES):
        first, *others = (parsed(written(graph, form), form) for form in forms)
        assert first == set(graph_quads(graph, graphs=forms is GRAPHS))
        for other in others:
            assert other == first


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_bytes(claims: list[Claim], form: str) -> None:
    one, other = (assemble(given, MERGED) for given in (claims, reversed(claims)))
    assert written(one, form) == written(other, form)


@pytest.mark.parametrize("form", FORMATS)
def test_round_trip(graph: Assembly, claims: list[Claim], form: str, tmp_path: Path) -> None:
    found = restored(written(graph, form), form, tmp_path)
    assert {c.id for c in found} == set(graph.claim_ids)
    assert {c.id: c for c in found}.items() >= {c.id: c for c in claims}.items()
    assert assemble(found, MERGED).dataset == graph.dataset


def test_the_shipped_data_round_trip(shipped_claims: ClaimStore, tmp_path: Path) -> None:
    graph = assemble(shipped_claims.read_all())
    assert assemble(restored(written(graph, "trig"), "trig", tmp_path)).dataset == graph.dataset


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml"])
def test_rdflib_reads_it(graph: Assembly, form: str) -> None:
    name = {"turtle": "turtle", "ntriples": "nt", "rdfxml": "xml"}[form]
    found = Graph().parse(data=written(graph, form), format=name)
    assert len(found) == len(parsed(written(graph, form), form))


@pytest.mark.parametrize("form", ["trig", "nquads"])
def test_rdflib_reads_graphs(graph: Assembly, form: str) -> None:
    found = Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        found.parse(data=written(graph, form), format=form)
        assert sum(1 for _ in found.quads()) == len(parsed(written(graph, form), form))


def test_pyld_reads_the_json_ld(graph: Assembly) -> None:
    text = jsonld.to_rdf(json.loads(written(graph, "jsonld")), {"format": "application/n-quads"})
    assert parsed(text.encode(), "nquads") == parsed(written(graph, "jsonld"), "jsonld")


@pytest.mark.parametrize("form", ["turtle", "ntriples", "rdfxml", "nquads", "trig"])
def test_rapper_reads_it(graph: Assembly, form: str, tmp_path: Path) -> None:
    if not shutil.which("rapper"):
        pytest.skip("rapper is not installed (Debian: raptor2-utils)")
    path = tmp_path / f"x{FORMATS[form].suffix}"
    path.write_bytes(written(graph, form))
    done = subprocess.run(
        ["rapper", "-q", "-c", "-i", form, str(path), "http://example.org/"],
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr.strip()


def shortcuts(graph: Assembly, name: str) -> set[tuple[str, str]]:
    return {
        (q.subject.value.rpartition("/")[2], q.object.value.rpartition("/")[2])
        for q in graph_quads(graph) if q.predicate == NamedNode(SV + name)
    }


def test_what_is_inferred_or_contested_has_no_bare_triple(graph: Assembly) -> None:
    assert shortcuts(graph, "seller") == {("sale", "dealer")}
    assert shortcuts(graph, "owns") == set()
    assert shortcuts(graph, "manufacturer") == set()


def test_annotations_name_the_triples_of_relations(graph: Assembly, tmp_path: Path) -> None:
    """Those of inferred and contested relations too, which are not stated."""
    quads = list(graph_quads(graph, annotations=True))
    named = {
        (q.subject.value.rpartition("/")[2], q.object.predicate.value.removeprefix(SV)): q.object
        for q in quads if isinstance(q.object, Triple) and q.object.predicate.value.startswith(SV)
    }
    assert {edge.values["id"] for kind in graph.schema.relations if
            graph.schema.relations[kind].asserted for edge in graph.edges(kind)} == {
        id_ for id_, _ in named}
    stated = {q.triple for q in quads}
    assert named["sale--seller--dealer", "seller"] in stated
    assert named["maker--owns--dealer", "owns"] not in stated
    assert named["sale--manufacturer--maker", "manufacturer"] not in stated
    bare = set(graph_quads(graph))
    assert {q for q in quads if not isinstance(q.object, Triple)} == bare
    for form in (f for f in FORMATS if f != "jsonld"):
        file = io.BytesIO()
        write_rdf(graph_quads(graph, graphs=FORMATS[form].graphs, annotations=True), file,
                  FORMATS[form])
        again = parsed(file.getvalue(), form)
        assert {q.object for q in again if isinstance(q.object, Triple)} == {
            q.object for q in quads if isinstance(q.object, Triple)}
        (tmp_path / form).mkdir()
        found = restored(file.getvalue(), form, tmp_path / form)
        assert {c.id for c in found} == set(graph.claim_ids)


def test_a_source_says_only_what_it_says(graph: Assembly) -> None:
    def stated(source: str, cls: str) -> set[str]:
        here = Describer(graph.schema).graph_iri(source)
        return {
            q.subject.value.rpartition("/")[2] for q in graph_quads(graph)
            if q.graph_name == here and q.object == NamedNode(SV + cls)
        }

    assert "sale--seller--dealer" in stated("gazette", "SellerRole")
    # The notice is cited for the guess, and does not make it.
    assert stated("gazette", "Ownership") == set()
    # To decline to confirm is not to say.
    assert stated("report", "ManufacturerRole") == set()
    assert len(stated("report", "Claim")) == 1


def test_terms_are_those_of_the_ontology(shipped_claims: ClaimStore) -> None:
    known = {
        s.value for s, *_ in (q.triple for q in pyoxigraph.parse(path=str(TERMS)))
        if isinstance(s, NamedNode)
    }
    graph = assemble(shipped_claims.read_all())
    used = {
        iri for q in graph_quads(graph, derived=True)
        for iri in (q.predicate.value, getattr(q.object, "value", ""))
        if iri.startswith((SV, "https://w3id.org/sousveil/concept/"))
    }
    assert len(used) > 100
    assert used <= known


def test_a_place_has_lines_and_words(shipped_claims: ClaimStore) -> None:
    graph = assemble(shipped_claims.read_all())
    claim = next(c for c in graph.claims() if c.anchor.startswith("L") and "-" in c.anchor)
    first, _, last = claim.anchor[1:].partition("-")
    dataset = pyoxigraph.Dataset(graph_quads(graph))
    store = pyoxigraph.Store()
    store.extend(dataset)
    rows = store.query(f"""
        PREFIX oa: <{PREFIXES['oa']}> PREFIX rdf: <{PREFIXES['rdf']}>
        SELECT ?lines ?word WHERE {{
            <https://w3id.org/sousveil/id/{claim.id}> oa:hasTarget/oa:hasSelector ?selector .
            ?selector rdf:value ?lines .
            OPTIONAL {{ ?selector oa:refinedBy/oa:exact ?word }}
        }}""", use_default_graph_as_union=True)
    found = [(r["lines"].value, r["word"].value) for r in rows]  # type: ignore[union-attr]
    # RFC 5147 counts the gaps between lines.
    assert {lines for lines, _ in found} == {f"line={int(first) - 1},{last}"}
    assert {word for _, word in found} == set(claim.terms)


# Anything that can be said -------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def hostile(text: str, key: str, lang: str, terms: list[str]) -> list[Claim]:
    told = {"author": "press", "basis": "press", "source": "page", "locator": text, "note": text}
    made = [
        Claim(about="press", kind="Publisher", values={"name": text, "kind": "press"}, **told),
        Claim(about="page", kind="Source", values={"title": text, "basis": "press"}, **told),
        Claim(about="one", kind="Company", values={"name": text, "identifiers": [f"X:{text}"]},
              anchor="L3-4", terms=tuple(terms), **told),
        Claim(about="two", kind="Company", values={"name": key, "website": "https://x/"}, **told),
        Claim(about=f"one--owns--two--{key}", kind="OWNS", start="one", end="two", key=key,
              values={"share_exact": "12.50"}, inferred_because=text, **told),
        Claim(about="one", kind="Name", key=text, values={"lang": lang, "kind": "alias"}, **told),
        Claim(about=f"one--owns--two--{key}", stance="disputes", summary=text, said="2015", **told),
    ]
    return [identified(c) for c in made]


@settings(max_examples=25, deadline=None)
@given(texts, texts, st.sampled_from(["en", "zh-Hans", "zh-Latn-pinyin", "no tag"]),
       st.lists(texts, max_size=3))
def test_anything_comes_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, key: str, lang: str, terms: list[str]
) -> None:
    claims = hostile(text, key, lang, terms)
    graph = assemble(claims)
    folder = tmp_path_factory.mktemp("hostile")
    for form in FORMATS:
        path = folder / f"x{FORMATS[form].suffix}"
        path.write_bytes(written(graph, form))
        found = [c for record in loader.read(path) for c in loader.claims(record)]
        assert {claim_id(c) for c in found} == set(graph.claim_ids), form


# Files of others -----------------------------------------------------------------------------


@pytest.fixture
def trig(graph: Assembly, tmp_path: Path) -> Path:
    path = tmp_path / "export.trig"
    path.write_bytes(written(graph, "trig"))
    return path


def refused(path: Path, tmp_path: Path) -> str:
    store = ClaimStore(tmp_path / "claims")
    with pytest.raises((LoadRefused, SourceError)) as caught:
        load([path], store, LOADERS)
    assert store.keys() == []
    if isinstance(caught.value, LoadRefused):
        return " ".join(map(str, caught.value.rejects))
    return str(caught.value)


def test_a_changed_claim_is_refused(trig: Path, tmp_path: Path) -> None:
    text = trig.read_text("utf-8")
    assert 'sv:values "{\\"share_exact\\":\\"60\\"' in text
    trig.write_text(text.replace('\\"share_exact\\":\\"60\\"', '\\"share_exact\\":\\"90\\"'))
    assert "says something else than when it got this id" in refused(trig, tmp_path)


def test_a_claim_of_a_partner_needs_no_id(trig: Path, tmp_path: Path) -> None:
    concept = "https://w3id.org/sousveil/concept/"
    with trig.open("a", encoding="utf-8") as file:
        file.write(f"""
            <http://partner.example/claims/7> a sv:Claim ; sv:about id:maker ;
                sv:element_kind "Company" ; sv:author id:watchers ; sv:cites id:report ;
                sv:basis <{concept}basis/ngo-report> ; sv:locator "page 3" ;
                sv:values '{{"name": "Maker Ltd", "website": "https://maker.example/"}}' .
        """)
    store = ClaimStore(tmp_path / "claims")
    load([trig], store, LOADERS)
    (claim,) = (c for c in store.read_all() if c.locator == "page 3")
    assert claim.values["website"] == "https://maker.example/"
    assert claim.id == claim_id(claim)


@pytest.mark.parametrize(("form", "cut", "says"), [
    ("trig", 0.7, "not valid trig"), ("nquads", 0.6, "not valid nquads"),
    ("rdfxml", 0.5, "not valid rdfxml"), ("jsonld", 0.8, "not valid jsonld"),
])
def test_a_file_cut_short(
    graph: Assembly, form: str, cut: float, says: str, tmp_path: Path
) -> None:
    data = written(graph, form)
    path = tmp_path / f"export{FORMATS[form].suffix}"
    path.write_bytes(data[: int(len(data) * cut)])
    assert says in refused(path, tmp_path)


def test_a_fault_has_its_line(trig: Path, tmp_path: Path) -> None:
    lines = trig.read_text("utf-8").splitlines()
    lines[40] = lines[40] + " ; ; <"
    trig.write_text("\n".join(lines))
    assert ":41" in refused(trig, tmp_path)


def test_no_entity_is_expanded_and_no_context_fetched(graph: Assembly, tmp_path: Path) -> None:
    xml = written(graph, "rdfxml").decode()
    path = tmp_path / "export.rdf"
    path.write_text(xml.replace(
        "<rdf:RDF", '<!DOCTYPE rdf:RDF [<!ENTITY e "ha">]><rdf:RDF', 1), "utf-8")
    assert "document type" in refused(path, tmp_path)
    path = tmp_path / "export.jsonld"
    path.write_text(json.dumps({
        "@context": ["http://nowhere.example/sousveil", {"@vocab": SV}], "@type": "Claim"}))
    assert "not valid jsonld" in refused(path, tmp_path)


# What an export says of itself ---------------------------------------------------------------


def test_canonical_hash(graph: Assembly) -> None:
    lines = {pyoxigraph.serialize([q], format=pyoxigraph.RdfFormat.N_QUADS)
             for q in graph_quads(graph)}
    import hashlib

    assert canonical_hash(graph_quads(graph)) == hashlib.sha256(
        b"".join(sorted(line for line in lines if line))).hexdigest()
    text = jsonld.normalize(json.loads(written(graph, "jsonld")), {
        "algorithm": "URDNA2015", "format": "application/n-quads"})
    assert set(text.encode().splitlines(keepends=True)) == lines


def test_a_description_counts_what_was_written(graph: Assembly) -> None:
    file = io.BytesIO()
    form = FORMATS["trig"]
    said = write_rdf(graph_quads(graph), file, form)
    assert said.size == len(file.getvalue())
    of = Described(
        dataset=graph.dataset, file="x.trig", form=form, compressed=False, written=said,
        canonical="00", sources=tuple(n.values for n in graph.nodes("Source")),
        previous="https://w3id.org/sousveil/dataset/before",
    )
    text = pyoxigraph.serialize(description(of), format=pyoxigraph.RdfFormat.TURTLE)
    found = Graph().parse(data=text, format="turtle")
    rows = {
        str(c): int(n) for c, n in found.query(
            "SELECT ?c ?n WHERE { ?p void:class ?c ; void:entities ?n }",
            initNs={"void": PREFIXES["void"]})  # type: ignore[misc]
    }
    assert rows[SV + "Claim"] == len(graph.claim_ids)
    assert rows[SV + "Company"] == 2
    assert said.statements == len(parsed(file.getvalue(), "trig"))
    # What DCAT-AP 3 requires of a data set, a distribution and a checksum.
    for cls, needed in {
        "dcat:Dataset": ("dct:title", "dct:description", "dcat:previousVersion"),
        "dcat:Distribution": ("dcat:accessURL", "dct:format", "dcat:byteSize", "spdx:checksum"),
        "spdx:Checksum": ("spdx:algorithm", "spdx:checksumValue"),
    }.items():
        for name in needed:
            answer = found.query(
                f"ASK {{ ?x a {cls} FILTER NOT EXISTS {{ ?x {name} ?y }} }}", initNs=PREFIXES)
            assert not answer.askAnswer, (cls, name)
    # Its shapes check the classes of what is referred to.
    for name, cls in {
        "dcat:theme": "skos:Concept", "dct:language": "dct:LinguisticSystem",
        "dct:rights": "dct:RightsStatement", "dct:conformsTo": "dct:Standard",
        "dct:provenance": "dct:ProvenanceStatement",
        "dcat:distribution": "dcat:Distribution", "dcat:accessURL": "rdfs:Resource",
        "dcat:mediaType": "dct:MediaType", "dct:format": "dct:MediaTypeOrExtent",
        "spdx:checksum": "spdx:Checksum", "spdx:algorithm": "spdx:ChecksumAlgorithm",
    }.items():
        typed = found.query(f"ASK {{ ?x {name} ?y . ?y a {cls} }}", initNs=PREFIXES)
        bare = found.query(
            f"ASK {{ ?x {name} ?y FILTER NOT EXISTS {{ ?y a {cls} }} }}", initNs=PREFIXES)
        assert (typed.askAnswer, bare.askAnswer) == (True, False), (name, cls)
    # What they allow once only, and the datatypes.
    for name, kind in {
        "spdx:checksumValue": "xsd:hexBinary", "dcat:byteSize": "xsd:nonNegativeInteger",
        "dct:format": "", "dcat:mediaType": "", "dct:rights": "", "spdx:checksum": "",
        "spdx:algorithm": "",
    }.items():
        twice = found.query(f"ASK {{ ?x {name} ?y, ?z FILTER (?y != ?z) }}", initNs=PREFIXES)
        kinds = found.query(
            f"SELECT DISTINCT (DATATYPE(?y) AS ?kind) {{ ?x {name} ?y FILTER isLiteral(?y) }}",
            initNs=PREFIXES)
        named = {PREFIXES["xsd"] + kind.partition(":")[2]} if kind else set()
        assert (twice.askAnswer, {str(k) for (k,) in kinds}) == (False, named), name  # type: ignore[misc]



def test_schema_terms_have_iris() -> None:
    schema = Schema.load()
    assert all(p.iri for c in schema.classes.values() for p in c.properties)
    assert "http://www.w3.org/ns/org#FormalOrganization" in schema.classes["Company"].also
    assert msgspec.json.encode(schema)
