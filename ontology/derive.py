"""Texts derived from the schema: pure, sorted and undated, so that the same ontology always gives
the same bytes. `python -m sousveil.ontology generate` writes them; CI compares them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence

import msgspec

from sousveil.ontology.schema import (
    Column,
    NodeClass,
    Property,
    Relation,
    Schema,
    StoreType,
    Template,
)

__all__ = [
    "PREFIXES",
    "data_model",
    "ends_shapes",
    "generated_files",
    "jsonld_context",
    "ladybug_ddl",
    "neo4j_constraints",
    "schema_hash",
    "schema_json",
    "template_csv",
    "templates",
]

# Words of Ladybug's grammar that are also names of ours.
_RESERVED = frozenset({"as", "end", "key"})

_PLACED = ("Company", "PublicBody", "Publisher", "Programme")

_CITATION: tuple[Column, ...] = (
    Column("source", True, "Id of the source in which it was read (a row of the source template)."),
    Column("locator", False, "Where in the source: page, section, footnote, paragraph or row."),
    Column(
        "anchor",
        False,
        "Line or lines of the source's text file that hold the terms: L12 or L12-15.",
    ),
    Column("terms", False, "What must occur there: names, dates, products, separated by ;."),
    Column("primary_source", False, "Id of the source that the cited one relies on for this."),
    Column("basis", False, "Kind of evidence (scheme basis); empty: the basis of the source."),
    Column("author", False, "Id of who says it; empty: the publisher of the source."),
    Column("said", False, "Date on which the author said it (EDTF); empty: that of the source."),
    Column("inferred_because", False, "Why it is inferred; empty where the source says it."),
    Column("note", False, "A remark for other editors; not part of the claim."),
)


# Templates -------------------------------------------------------------------------------------


def templates(schema: Schema) -> dict[str, Template]:
    """The CSV templates by file stem: classes, then relations, the roles, names and statements."""
    found = [_class_template(c) for c in schema.classes.values() if c.name != "Claim"]
    relations = [r for r in schema.relations.values() if r.asserted]
    found += [_relation_template(r) for r in relations if not r.role]
    found.append(_role_template([r.name for r in relations if r.role]))
    found.append(_record_template(schema.records["Name"]))
    found.append(_record_template(schema.records["Statement"]))
    return {t.file_stem: t for t in found}


def _class_template(node: NodeClass) -> Template:
    columns = [Column("id", True, "Unique id: letters and digits, joined by - . or _ (never --).")]
    columns += [_column(p) for p in node.properties]
    if node.name in _PLACED:
        columns.append(
            Column("place", False, "Id of the place it is in; the row then also says LOCATED_IN.")
        )
    citation = _CITATION
    if node.name == "Source":
        citation = _optional_citation([p.name for p in node.properties])
    return Template(node.label, _kebab(node.name), node.name, (*columns, *citation))


def _optional_citation(taken: Sequence[str]) -> tuple[Column, ...]:
    """A source describes itself unless another source is named, so nothing is required."""
    return tuple(
        Column(c.name, False, "Id of the source that describes it; empty: the source itself.")
        if c.name == "source"
        else c
        for c in _CITATION
        if c.name not in taken
    )


def _relation_template(relation: Relation) -> Template:
    own = [p for p in relation.properties if p.name not in {"key", "valid"}]
    rest = [p for p in relation.properties if p.name in {"key", "valid"}]
    columns = (
        Column("from", True, f"Id: {_alternatives(relation.from_)}."),
        Column("to", True, f"Id: {_alternatives(relation.to)}."),
        *(_column(p) for p in rest if p.name == "key"),
        *(_column(p) for p in own),
        *(_column(p) for p in rest if p.name == "valid"),
        *_CITATION,
    )
    return Template(relation.label, relation.kebab, relation.name, columns)


def _role_template(roles: Sequence[str]) -> Template:
    columns = (
        Column("transaction", True, "Id of the transaction."),
        Column("role", True, f"What it was in the transaction: {_alternatives(roles)}."),
        Column("organisation", True, "Id: Company or PublicBody (MANUFACTURER: Company)."),
        Column("key", False, "Tells apart two roles of one kind of the same organisation."),
        *_CITATION,
    )
    return Template("role", "role", "Role", columns)


def _record_template(record: NodeClass) -> Template:
    columns = (*(_column(p) for p in record.properties), *_CITATION)
    return Template(record.label, _kebab(record.name), record.name, columns)


def _column(prop: Property) -> Column:
    hints = {
        "date": "EDTF date: 2012, 2018-10, 2018-10-31, 2017-09/2018, 2019/..",
        "concept": f"One of the scheme {prop.scheme}.",
        "language": "Language tag: en, zh-Hans, zh-Latn-pinyin.",
        "currency": "ISO 4217 code: CNY, EUR.",
    }
    hint = hints.get(prop.datatype, "")
    if prop.refs:
        hint = f"Id: {_alternatives(prop.refs)}."
    many = "Several values are separated by ;." if prop.many else ""
    text = " ".join(part for part in (prop.comment, hint, many) if part)
    return Column(prop.name, prop.required, text)


def template_csv(template: Template) -> str:
    """The empty template: one header row."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([c.name for c in template.columns])
    return out.getvalue()


# Schema ----------------------------------------------------------------------------------------


def schema_json(schema: Schema) -> str:
    """The schema as `Schema.load` reads it."""
    return json.dumps(msgspec.to_builtins(schema), ensure_ascii=False, indent=1) + "\n"


def schema_hash(schema: Schema) -> str:
    """16 hexadecimal digits of BLAKE2b over the schema without its hash."""
    content = msgspec.to_builtins(schema)
    del content["hash"]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


# Stores ----------------------------------------------------------------------------------------


def ladybug_ddl(schema: Schema) -> tuple[str, ...]:
    """The statements that create the node and relationship tables of Ladybug."""
    lines = []
    for name in schema.classes:
        (first, kind), *rest = schema.store_columns(name)
        columns = [f"{first} {kind} PRIMARY KEY", *(_ddl_column(c) for c in rest)]
        lines.append(f"CREATE NODE TABLE {name}({', '.join(columns)});")
    for relation in schema.relations.values():
        pairs = [f"FROM {a} TO {b}" for a in relation.from_ for b in relation.to]
        columns = [_ddl_column(c) for c in schema.store_columns(relation.name)]
        lines.append(f"CREATE REL TABLE {relation.name}({', '.join([*pairs, *columns])});")
    return tuple(lines)


def _ddl_column(column: tuple[str, StoreType]) -> str:
    name, kind = column
    return f"`{name}` {kind}" if name in _RESERVED else f"{name} {kind}"


def neo4j_constraints(schema: Schema) -> tuple[str, ...]:
    """The statements that create the constraints and indexes of Neo4j 5.

    Names are searched with the `cjk` analyser (bigrams), since Chinese has no spaces.
    """
    lines = []
    for name in schema.classes:
        lines.append(
            f"CREATE CONSTRAINT {_snake(name)}_id IF NOT EXISTS "
            f"FOR (n:{name}) REQUIRE n.id IS UNIQUE;"
        )
    named = "|".join(name for name in schema.classes if name != "Claim")
    # `search` holds every name as search compares it, generated pinyin included.
    fields = "n.names, n.search"
    options = "{indexConfig: {`fulltext.analyzer`: 'cjk'}}"
    lines.append(
        f"CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:{named}) "
        f"ON EACH [{fields}] OPTIONS {options};"
    )
    return tuple(lines)


# JSON-LD ---------------------------------------------------------------------------------------

_XSD = {
    "integer": "xsd:integer", "number": "xsd:decimal", "boolean": "xsd:boolean",
    "url": "xsd:anyURI", "language": "xsd:language", "sha256": "xsd:hexBinary",
}


def jsonld_context(schema: Schema) -> str:
    """A JSON-LD 1.1 context: our terms by their bare names, ids relative to those of the data.

    What is derived when the graph is built is in it as well.
    """
    terms: dict[str, object] = {
        name: {"@id": f"sv:{name}", "@type": "@id"} for name in ("from", "to", *_DERIVED_IRIS)
    }
    terms |= {
        relation.shortcut: {"@id": f"sv:{relation.shortcut}", "@type": "@id"}
        for relation in schema.relations.values()
    }
    terms |= {name: {"@id": f"sv:{name}", "@type": kind} for name, kind in _DERIVED_TYPES.items()}
    elements: list[NodeClass | Relation] = [
        *schema.classes.values(), *schema.records.values(), *schema.relations.values()
    ]
    for element in elements:
        for prop in element.properties:
            if prop.iri not in terms:
                terms[prop.iri] = _jsonld_term(prop)
            if prop.datatype == "date":
                for side in ("from", "to"):
                    terms[f"{prop.iri}_{side}"] = {
                        "@id": f"sv:{prop.iri}_{side}", "@type": "xsd:date"
                    }
    context = {
        "@version": 1.1, "@base": "https://w3id.org/sousveil/id/",
        "@vocab": "https://w3id.org/sousveil/ontology#", **PREFIXES,
        "concept": "https://w3id.org/sousveil/concept/", "id": "@id", "type": "@type",
        **dict(sorted(terms.items())),
    }
    return json.dumps({"@context": context}, ensure_ascii=False, indent=1) + "\n"


def ends_shapes(schema: Schema) -> str:
    """SHACL shapes of the classes at the two ends of each relation."""
    lines = [
        "# Generated from `ontology/sousveil.ttl`: what each relation may start and end at.",
        "",
        "@prefix : <https://w3id.org/sousveil/shapes#> .",
        f"@prefix sv: <{PREFIXES['sv']}> .",
        "@prefix sh: <http://www.w3.org/ns/shacl#> .",
        "",
    ]
    for relation in schema.relations.values():
        lines.append(f":{relation.iri}Ends a sh:NodeShape ; sh:targetClass sv:{relation.iri} ;")
        for path, verb, classes in (
            ("from", "start", relation.from_), ("to", "end", relation.to)
        ):
            allowed = " ".join(f"[ sh:class sv:{c} ]" for c in classes)
            stop = ";" if path == "from" else "."
            lines += [
                f"    sh:property [ sh:path sv:{path} ; sh:or ( {allowed} ) ;",
                f'        sh:message "{relation.name} cannot {verb} at anything but '
                f'{_alternatives(classes)}"@en ] {stop}',
            ]
    return "\n".join(lines) + "\n"


def _jsonld_term(prop: Property) -> object:
    term: dict[str, object] = {"@id": f"sv:{prop.iri}"}
    if prop.datatype in ("ref", "concept"):
        term["@type"] = "@id"
    elif prop.datatype in _XSD:
        term["@type"] = _XSD[prop.datatype]
    if prop.many:
        term["@container"] = "@set"
    return term if len(term) > 1 else term["@id"]


PREFIXES = {
    "sv": "https://w3id.org/sousveil/ontology#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dct": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "rov": "http://www.w3.org/ns/regorg#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "adms": "http://www.w3.org/ns/adms#",
    "epo": "http://data.europa.eu/a4g/ontology#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
}
"""Of the vocabularies that data in RDF uses."""
_DERIVED_IRIS = ("standing", "channel", "via", "makers")
_DERIVED_TYPES = {
    "contested": "xsd:boolean", "recipient": "xsd:boolean", "origins": "xsd:integer",
    "asof_from": "xsd:date", "asof_to": "xsd:date", "valid_from": "xsd:date",
    "valid_to": "xsd:date",
    # Not @json: its value would lose the way in which it is written.
    "values": "rdf:JSON", "as_said": "rdf:JSON",
}


# Reference -------------------------------------------------------------------------------------


def data_model(schema: Schema) -> str:
    """docs/data-model.md: every class, relation, property and concept, in both languages."""
    lines = [
        "# Data model",
        "",
        "Generated from `ontology/sousveil.ttl` by `python -m sousveil.ontology generate`; "
        "change that file, not this one.",
        "",
        "Every element of the graph, node or edge, rests on at least one claim, and a claim cites "
        "a source with a locator. Dates are EDTF (`2012`, `2018-10-31`, `2017-09/2018`, `2019/..`) "
        "and keep the precision of their source.",
        "",
        "## Classes",
        "",
    ]
    for node in schema.classes.values():
        lines += _class_section(schema, node)
    lines += ["## Records", "", "Rows that say something about an element.", ""]
    for node in schema.records.values():
        lines += _class_section(schema, node)
    lines += ["## Relations", ""]
    lines += _table(
        ("relation", "label", "中文", "from", "to", "read backwards"),
        (
            (f"`{r.name}`", r.label, r.label_zh, ", ".join(r.from_), ", ".join(r.to), r.inverse)
            for r in schema.relations.values()
        ),
    )
    for relation in schema.relations.values():
        lines += _relation_section(schema, relation)
    lines += _standing_rules(schema)
    lines += ["## Concept schemes", ""]
    for scheme in schema.schemes.values():
        about = f"{scheme.label} · {scheme.label_zh}. {scheme.definition}"
        lines += [f"### {scheme.id}", "", about, ""]
        lines += _table(
            ("concept", "label", "中文", "broader", "also called", "definition"),
            (
                (
                    f"`{c.id}`",
                    c.label,
                    c.label_zh,
                    ", ".join(c.broader),
                    ", ".join(c.alt),
                    c.definition,
                )
                for c in schema.concepts[scheme.id].values()
            ),
        )
    return "\n".join(lines).rstrip("\n") + "\n"


def _class_section(schema: Schema, node: NodeClass) -> list[str]:
    lines = [f"### {node.name}", "", f"*{node.label}* · {node.label_zh}. {node.definition}", ""]
    if node.source:
        lines += [f"After: {node.source}.", ""]
    lines += _properties_table(node.properties)
    return lines + _computed(schema, node.name)


def _relation_section(schema: Schema, relation: Relation) -> list[str]:
    manner = ""
    if relation.derived:
        manner = " Derived when the graph is built."
    elif relation.store_only:
        manner = " Written by the store."
    title = f"### {relation.name}"
    lines = [title, "", f"*{relation.label}* · {relation.label_zh}. {relation.definition}{manner}"]
    lines.append("")
    if relation.source:
        lines += [f"After: {relation.source}.", ""]
    if relation.properties:
        lines += _properties_table(relation.properties)
    return lines + _computed(schema, relation.name)


def _properties_table(properties: Iterable[Property]) -> list[str]:
    return _table(
        ("property", "label", "中文", "type", "number", "meaning"),
        ((f"`{p.name}`", p.label, p.label_zh, _type(p), _number(p), p.comment) for p in properties),
    )


def _computed(schema: Schema, name: str) -> list[str]:
    own = {"id", *(p.name for p in schema.element_properties(name).values())}
    if name in schema.classes:
        own |= {p.name for p in schema.classes[name].properties}
    more = (
        [f"`{c}` {kind}" for c, kind in schema.store_columns(name) if c not in own]
        if (name in schema.classes or name in schema.relations)
        else []
    )
    return [f"Computed when the graph is built: {', '.join(more)}.", ""] if more else []


def _type(prop: Property) -> str:
    if prop.scheme:
        return f"concept of [{prop.scheme}](#{prop.scheme})"
    if prop.refs:
        return f"id of {_alternatives(prop.refs)}"
    return "id of any element" if prop.datatype == "ref" else prop.datatype


def _number(prop: Property) -> str:
    if prop.many:
        return "any"
    return "1" if prop.required else "0 or 1"


def _standing_rules(schema: Schema) -> list[str]:
    lines = ["## Standing", ""]
    lines.append(
        "The standing of an element is derived from its claims about existence; a path has the "
        "standing of its weakest step. *Contested* is a flag beside it."
    )
    lines.append("")
    standings = sorted(schema.concepts["standing"], key=schema.rank, reverse=True)
    rows = []
    for standing in standings:
        concept = schema.concepts["standing"][standing]
        bases = [b.id for b in schema.concepts["basis"].values() if b.flags["standing"] == standing]
        rows.append((f"`{standing}`", concept.label_zh, ", ".join(bases), concept.definition))
    lines += _table(("standing", "中文", "given by the bases", "meaning"), rows)
    return lines


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    body = [line(row) for row in rows]
    return [line(head), "|" + " --- |" * len(head), *body, ""] if body else []


# Everything ------------------------------------------------------------------------------------


def generated_files(schema: Schema) -> dict[str, str]:
    """Every derived file: its path from the repository root, and its text."""
    files = {
        "ontology/generated/schema.json": schema_json(schema),
        "ontology/generated/ladybug.cypher": _lines(ladybug_ddl(schema)),
        "ontology/generated/neo4j.cypher": _lines(neo4j_constraints(schema)),
        "ontology/generated/context.jsonld": jsonld_context(schema),
        "ontology/generated/ends.ttl": ends_shapes(schema),
        "docs/data-model.md": data_model(schema),
    }
    for stem, template in schema.templates.items():
        files[f"ontology/generated/templates/{stem}.csv"] = template_csv(template)
    return dict(sorted(files.items()))


def _alternatives(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _lines(statements: Iterable[str]) -> str:
    return "".join(f"{statement}\n" for statement in statements)


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _kebab(name: str) -> str:
    return _snake(name).replace("_", "-")
