"""The ontology is complete, what is derived from it is fresh, and it answers questions."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import ladybug
import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from sousveil.errors import OntologyError
from sousveil.ontology import Schema
from sousveil.ontology.__main__ import main, stale
from sousveil.ontology.derive import jsonld_context, ladybug_ddl, neo4j_constraints, schema_hash
from sousveil.ontology.read import SV, read_ttl

TTL = Path(__file__).parents[2] / "ontology" / "sousveil.ttl"

CLASSES = [
    *("Company", "PublicBody", "Publisher", "Programme", "Product", "Transaction"),
    *("Instrument", "Place", "Source", "Figure", "Claim"),
]
ROLES = ["SELLER", "MANUFACTURER", "BUYER", "END_USER", "AGENT", "BIDDER"]
ASSERTED = [
    *("OWNS", "PART_OF", "SUCCEEDED_BY", "DISTRIBUTES_FOR", "MAKES", "VARIANT_OF", "PHASE_OF"),
    *("LAUNCHED_BY", *ROLES, "INCLUDES", "USED_IN", "UNDER", "MENTIONS", "LOCATED_IN", "WITHIN"),
    *("SUBJECT_TO", "ISSUED_BY", "CONCERNS", "DERIVED_FROM"),
]
STORE_ONLY = ["CITES", "SAID_BY", "ABOUT", "PUBLISHED_BY"]
DERIVED = ["OWNERSHIP_CHAIN", "PART_OF_CHAIN", "WITHIN_CHAIN", "SUPPLY_CHAIN"]
CITATION = [
    *("source", "locator", "anchor", "terms", "primary_source", "basis", "author", "said"),
    *("inferred_because", "note"),
]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return Schema.load()


@pytest.fixture(scope="module")
def graph() -> Graph:
    return Graph().parse(TTL)


def test_it_has_every_class_relation_and_scheme(schema: Schema) -> None:
    assert list(schema.classes) == CLASSES
    relations = schema.relations.values()
    assert [r.name for r in relations if r.asserted] == ASSERTED
    assert [r.name for r in relations if r.store_only] == STORE_ONLY
    assert set(DERIVED) <= {r.name for r in relations if r.derived}
    assert all(r.asserted + r.store_only + r.derived == 1 for r in relations)
    assert list(schema.records) == ["Name", "Statement"]
    assert set(schema.concepts) == set(schema.schemes)
    assert len(schema.schemes) == 16
    assert all(schema.concepts.values())


def test_every_term_has_labels_in_both_languages_and_a_definition(graph: Graph) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    for kind in kinds:
        for term in graph.subjects(RDF.type, kind):
            if not isinstance(term, URIRef):
                continue
            languages = {o.language for o in graph.objects(term, RDFS.label)}
            assert {"en", "zh-Hans"} <= languages, term
            shortcut = (None, SV.shortcut, term) in graph
            defined = graph.value(term, SKOS.definition) or graph.value(term, RDFS.comment)
            assert defined or shortcut, term
            if kind == OWL.Class:
                assert {o.language for o in graph.objects(term, SV.plural)} == {"en", "zh-Hans"}
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        languages = [o.language for o in graph.objects(concept, SKOS.prefLabel)]
        assert sorted(languages) == ["en", "zh-Hans"], concept
        assert graph.value(concept, SKOS.definition), concept


def test_no_property_is_an_orphan(graph: Graph, schema: Schema) -> None:
    elements = (*schema.classes, *schema.relations)
    columns = {column for element in elements for column, _ in schema.store_columns(element)}
    for kind in (OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in graph.subjects(RDF.type, kind):
            used = (None, OWL.onProperty, term) in graph or (None, SV.shortcut, term) in graph
            # What is derived is a column of a store; these three are of RDF alone.
            derived = str(term).removeprefix(str(SV)) in columns | {"from", "to", "as_said"}
            assert used or derived, term
            assert graph.value(term, RDFS.domain) is not None, term
            assert graph.value(term, RDFS.range) is not None, term


def test_terms_of_ours_that_are_used_are_defined(graph: Graph) -> None:
    used = {t for triple in graph for t in triple if isinstance(t, URIRef) and t in SV}
    for term in used:
        assert (term, RDF.type, None) in graph, term


def test_borrowed_terms_exist_where_rdflib_knows_the_vocabulary(graph: Graph) -> None:
    from rdflib.namespace import DCTERMS, FOAF, ORG, PROV, SDO

    for triple in graph:
        for term in triple:
            for namespace in (ORG, PROV, FOAF, DCTERMS, SDO):
                if isinstance(term, URIRef) and str(term).startswith(str(namespace)):
                    assert term in namespace, term


@pytest.mark.parametrize(
    ("good", "bad", "names"),
    [
        ('"公司"@zh-Hans ; sv:plural', '"société"@fr ; sv:plural', "Company has no label in zh"),
        ("rdfs:domain sv:Name ; rdfs:range xsd:language", "rdfs:range xsd:language", "sv:lang"),
        ("rdfs:domain sv:Name ; rdfs:range xsd:language", "rdfs:domain sv:Name", "sv:lang"),
        ("rdfs:domain sv:Figure ; rdfs:range", "rdfs:domain sv:Place ; rdfs:range", "Figure uses"),
        ('rdfs:comment "The name itself, as written."@en', "sv:order 1", "text has no comment"),
        ("sv:scheme scheme:name-kind", "sv:scheme scheme:nonsense", "no scheme"),
        ('skos:notation "UNDER" ; ', "", "sv:ProgrammeContext has no"),
        ("skos:broader tk:supply", "skos:broader tk:nonsense", "broader"),
        ('skos:notation "award"', 'skos:notation "prize"', "award needs the skos:notation"),
        (
            "rdfs:domain sv:Programme ; rdfs:range sv:Programme",
            "rdfs:range sv:Programme",
            "phaseOf",
        ),
        ("rdfs:domain sv:Place ; rdfs:range sv:Place ;", "rdfs:domain sv:Plaice ;", "Plaice"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, good: str, bad: str, names: str) -> None:
    text = TTL.read_text(encoding="utf-8")
    assert good in text
    broken = tmp_path / "broken.ttl"
    broken.write_text(text.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(OntologyError, match=names):
        read_ttl(broken)


def test_a_file_that_is_no_turtle_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.ttl").write_text("this is not turtle")
    with pytest.raises(OntologyError, match=r"x\.ttl"):
        read_ttl(tmp_path / "x.ttl")
    with pytest.raises(OntologyError, match=r"missing\.ttl"):
        read_ttl(tmp_path / "missing.ttl")


def test_derived_files_are_fresh(capsys: pytest.CaptureFixture[str]) -> None:
    assert stale() == []
    assert main(["check"]) == 0
    assert main([]) == 2


def test_reading_twice_gives_the_same(schema: Schema) -> None:
    assert read_ttl(TTL) == schema
    assert schema_hash(schema) == schema.hash


def test_loading_needs_no_rdflib() -> None:
    code = (
        "import sys; from sousveil.ontology import Schema; Schema.load(); "
        "import sousveil.ontology.check, sousveil.ontology.places; "
        "assert not {'rdflib', 'pycountry', 'edtf', 'stdnum'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_tables_can_be_made(schema: Schema, tmp_path: Path) -> None:
    database = ladybug.Database(tmp_path / "graph.lbug")
    connection = ladybug.Connection(database)
    for statement in ladybug_ddl(schema):
        connection.execute(statement)
    rows = connection.execute("CALL show_tables() RETURN name")
    names = set()
    while rows.has_next():
        names.add(rows.get_next()[0])
    assert names == {*schema.classes, *schema.relations}


def test_neo4j_gets_a_constraint_for_every_class(schema: Schema) -> None:
    text = "\n".join(neo4j_constraints(schema))
    for name in schema.classes:
        assert f"(n:{name}) REQUIRE n.id IS UNIQUE" in text
    assert "'cjk'" in text
    assert "OWNERSHIP_CHAIN" not in text


def test_the_json_ld_context_gives_the_documented_rdf(schema: Schema) -> None:
    document = json.loads(jsonld_context(schema)) | {
        "@graph": [
            {"id": "sale-1", "type": "Transaction", "kind": "concept:transaction-kind/award",
             "amount": "12.5"},
            {"id": "a--owns--b", "type": "Ownership", "from": "a", "to": "b",
             "share_exact": "51"},
            {"id": "claim-1", "type": "Claim", "cites": "report", "element_kind": "OWNS"},
        ]
    }
    graph = Graph().parse(data=json.dumps(document), format="json-ld")
    base = "https://w3id.org/sousveil/id/"
    concept = URIRef("https://w3id.org/sousveil/concept/transaction-kind/award")
    assert (URIRef(base + "sale-1"), SV.kind, concept) in graph
    assert (URIRef(base + "sale-1"), SV.amount, Literal(Decimal("12.5"))) in graph
    assert (URIRef(base + "a--owns--b"), RDF.type, SV.Ownership) in graph
    assert (URIRef(base + "a--owns--b"), SV["from"], URIRef(base + "a")) in graph
    assert (URIRef(base + "claim-1"), SV.cites, URIRef(base + "report")) in graph
    assert (URIRef(base + "claim-1"), SV.element_kind, Literal("OWNS")) in graph


def test_ends_of_relations(schema: Schema) -> None:
    organisations = ("Company", "PublicBody", "Publisher")
    assert schema.relations["OWNS"].from_ == ("Company", "PublicBody")
    assert schema.relations["OWNS"].to == ("Company",)
    assert schema.relations["PART_OF"].from_ == schema.relations["PART_OF"].to == organisations
    assert schema.relations["MANUFACTURER"].to == ("Company",)
    assert schema.relations["LOCATED_IN"].from_ == (*organisations, "Programme")
    assert schema.relations["ABOUT"].from_ == ("Claim",)
    assert schema.relations["ABOUT"].to == tuple(c for c in CLASSES if c != "Claim")
    roles = [r.name for r in schema.relations.values() if r.role]
    assert roles == ROLES
    for role in roles:
        assert "Publisher" not in schema.relations[role].to


def test_columns_of_the_store(schema: Schema) -> None:
    transaction = dict(schema.store_columns("Transaction"))
    assert next(iter(transaction)) == "id"
    assert transaction["amount"] == "DOUBLE"
    assert transaction["carries"] == "BOOL"
    assert {"date", "date_from", "date_to", "asof_from", "asof_to", "kinds"} <= set(transaction)
    assert dict(schema.store_columns("Product"))["category"] == "STRING[]"
    assert dict(schema.store_columns("INCLUDES"))["quantity"] == "INT64"
    assert "recipient" in dict(schema.store_columns("END_USER"))
    assert "channel" in dict(schema.store_columns("MANUFACTURER"))
    assert schema.store_columns("CITES") == [("locator", "STRING")]
    assert schema.store_columns("ABOUT") == []
    assert dict(schema.store_columns("OWNERSHIP_CHAIN"))["depth"] == "INT64"
    for name in schema.classes:
        columns = [c for c, _ in schema.store_columns(name)]
        assert len(columns) == len(set(columns)), name
        if name != "Claim":
            assert {"names", "names_json", "standing", "contested", "origins", "claims"} <= set(
                columns
            )


def test_templates(schema: Schema) -> None:
    assert "claim" not in schema.templates
    columns = {stem: [c.name for c in t.columns] for stem, t in schema.templates.items()}
    own = {stem: names[: -len(CITATION)] for stem, names in columns.items()}
    assert own["company"] == [
        *("id", "name", "name_zh", "founded", "dissolved", "lei", "uscc"),
        *("identifiers", "website", "description", "place"),
    ]
    shares = ["share_exact", "share_min", "share_max"]
    assert own["owns"] == ["from", "to", "key", *shares, "valid"]
    assert own["role"] == ["transaction", "role", "organisation", "key"]
    assert own["name"] == ["entity", "text", "lang", "kind", "valid"]
    assert own["statement"] == ["about", "stance", "topic", "summary"]
    for stem in set(columns) - {"source"}:
        assert columns[stem][-len(CITATION) :] == CITATION, stem
    assert not set(columns) & {"seller", "buyer", "cites", "ownership-chain"}
    for stem, template in schema.templates.items():
        names = columns[stem]
        assert len(names) == len(set(names)), stem
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", stem)
        required = {c.name for c in template.columns if c.required}
        assert ("source" in required) == (stem != "source"), stem
        assert all(c.help for c in template.columns), stem
    for name in ("PublicBody", "public-body", "PUBLIC_BODY", "publicbody"):
        found = schema.template(name)
        assert found is not None
        assert found.file_stem == "public-body"
    role = schema.template("END_USER")
    assert role is not None
    assert role.file_stem == "role"
    assert schema.template("nonsense") is None


def test_concepts_and_their_closures(schema: Schema) -> None:
    kind = "organisation-kind"
    assert schema.closure(kind, "public-security-branch-bureau") == (
        "public-security-branch-bureau",
        "public-security-bureau",
        "public-security-organ",
        "law-enforcement",
        "public-body",
    )
    assert schema.closure(kind, "nonsense") == ()
    assert schema.concept(kind, "nonsense") is None
    assert schema.narrower(kind, "public-security-bureau") == {
        "public-security-bureau",
        "public-security-branch-bureau",
    }
    organs = schema.narrower(kind, "public-security-organ")
    assert {"ministry-of-public-security", "public-security-department", "traffic-police"} <= organs
    assert not {"fire-brigade", "police-academy", "prison", "state-security-organ"} & organs
    bureaus = schema.narrower(kind, "public-security-bureau")
    assert not {"ministry-of-public-security", "public-security-department"} & bureaus
    for concepts in schema.concepts.values():
        for concept in concepts.values():
            assert concept.id not in concept.broader
            closure = schema.closure(concept.scheme, concept.id)
            assert closure[0] == concept.id
            assert len(closure) == len(set(closure))


def test_rules_that_concepts_carry(schema: Schema) -> None:
    order = ["confirmed", "documented", "self-published", "reported", "inferred"]
    ranks = [schema.rank(s) for s in order]
    assert ranks == sorted(ranks, reverse=True)
    assert schema.rank("nonsense") == 0
    carrying = {k for k in schema.concepts["transaction-kind"] if schema.carries(k)}
    assert not carrying & {"brand-mention", "tender"}
    assert {
        "award",
        "sale",
        "framework",
        "customer-story",
        "acknowledged-participation",
    } <= carrying
    bases = {b.id: b.flags["standing"] for b in schema.concepts["basis"].values()}
    assert bases == {
        "procurement-record": "documented",
        "registry": "documented",
        "government-record": "documented",
        "company-publication": "self-published",
        "company-statement": "self-published",
        "ngo-report": "reported",
        "press": "reported",
        "advocacy": "reported",
    }
    assert schema.kind_scheme("Product") == ("category", "product-category")
    assert schema.kind_scheme("Company") is None
    assert schema.kind_scheme("Claim") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("公安部", "ministry-of-public-security"),
        ("中华人民共和国公安部", "ministry-of-public-security"),
        ("新疆维吾尔自治区公安厅", "public-security-department"),
        ("广东省公安厅", "public-security-department"),
        ("上海市公安局", "public-security-bureau"),
        ("石河子市公安局", "public-security-bureau"),
        ("新疆生产建设兵团公安局", "public-security-bureau"),
        ("乌鲁木齐铁路公安处", "public-security-bureau"),
        ("上海市公安局科技处", "public-security-bureau"),
        ("公安分局", "public-security-branch-bureau"),
        ("上海市公安局黄浦分局", "public-security-branch-bureau"),
        ("桂林市公安局 七星分局", "public-security-branch-bureau"),
        ("天河区公安分局", "public-security-branch-bureau"),
        ("广州市公安局天河区分局石牌派出所", "police-station"),
        ("桂林市公安局交警支队", "traffic-police"),
        ("南宁市公安局交通警察支队", "traffic-police"),
        ("湛江市公安局交巡警支队", "traffic-police"),
        ("北京市公安局公安交通管理局", "traffic-police"),
        ("上海市公安局浦东分局交警支队", "traffic-police"),
        ("克拉玛依市公安局特警支队", "special-police"),
        ("杭州市公安局网警分局", "cyber-police"),
        ("深圳市公安局网络安全保卫支队", "cyber-police"),
        ("南京市公安局刑侦支队", "criminal-police"),
        ("灵川县看守所", "detention-centre"),
        ("公安部物证鉴定中心", "police-laboratory"),
        ("上海市公安局黄浦分局物证鉴定所", "police-laboratory"),
        ("公安部第三研究所", "public-security-research-institute"),
        ("公安机关", "public-security-organ"),
        ("公安消防支队", "fire-brigade"),
        ("上海市公安消防总队", "fire-brigade"),
        ("武汉市消防救援支队", "fire-brigade"),
        ("中国人民公安大学", "police-academy"),
        ("中国人民公安大学侦查学院", "police-academy"),
        ("中国刑事警察学院", "police-academy"),
        ("新疆警察学院", "police-academy"),
        ("广西警官职业学院", "police-academy"),
        ("中央司法警官学院", "police-academy"),
        ("武警工程大学", "military-academy"),
        ("新疆师范大学", "university"),
        ("北京林业大学", "university"),
        ("石门市第一中学", "school"),
        ("重庆大学附属第一医院", "health-service"),
        ("国家安全部", "state-security-organ"),
        ("上海市国家安全局", "state-security-organ"),
        ("第一监狱", "prison"),
        ("司法部监狱管理局", "prison"),
        ("桂林市司法局", "justice-administration"),
        ("灵川县人民检察院", "procuratorate"),
        ("最高人民法院", "court"),
        ("灵川县人民政府", "local-government"),
        ("夏集镇人民政府", "local-government"),
        ("中共灵川县委政法委员会", "party-organ"),
        ("上海市政府采购中心", "procurement-centre"),
        ("桂林市公共资源交易中心", "procurement-centre"),
        ("重庆市渝北区公共资源综合交易服务中心", "procurement-centre"),
        ("新疆生产建设兵团", "paramilitary"),
        ("武警广西总队", "armed-police"),
        ("上海安讯士网络通讯设备贸易有限公司", None),
        ("北京公安大学出版社有限公司", None),
        ("公安消防器材有限公司", None),
        ("思创数码科技股份有限公司", None),
        ("Shanghai Public Security Bureau", None),
        ("", None),
    ],
)
def test_chinese_names_say_what_an_organisation_is(
    schema: Schema, name: str, kind: str | None
) -> None:
    assert schema.classify(name) == kind
