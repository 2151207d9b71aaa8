"""The ontology as frozen records, read once from `generated/schema.json`.

The records are derived from `sousveil.ttl` (see `sousveil.ontology.read` and `.derive`); nothing
here imports rdflib, so that a command that only asks a question starts fast.
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from sousveil.errors import OntologyError

__all__ = [
    "Column",
    "Concept",
    "KindScheme",
    "NodeClass",
    "Property",
    "Relation",
    "Schema",
    "StoreType",
    "Template",
]

StoreType = Literal["STRING", "BOOL", "INT64", "DOUBLE", "STRING[]"]

_SCHEMA_FILE = Path(__file__).parent / "generated" / "schema.json"

# A name that goes on to one of these names a business, whatever stands before it:
# a public security university's press is a company, not a university.
_COMPANY_TERMS = ("公司", "商行", "事务所", "出版社", "合作社", "经营部", "工作室")


# What a record is about and what tells it apart are fields of its claim, not values.
_IDENTITY = {"Name": ("entity", "text"), "Statement": ("about",)}


class Property(msgspec.Struct, frozen=True):
    """A property of a class, a relation or a record.

    `datatype` is one of string, text, id, date (EDTF), integer, number, boolean, url, lei, uscc,
    language (BCP 47), currency (ISO 4217), sha256, identifier, concept (of `scheme`) or ref (the
    id of an element of one of the classes `refs`; no `refs` means of any). `order` is the place
    of the column in the template.
    """

    name: str
    datatype: str
    scheme: str | None
    refs: tuple[str, ...]
    required: bool
    many: bool
    label: str
    label_zh: str
    comment: str
    order: int
    iri: str = ""
    """Local name of the property in RDF."""
    also: tuple[str, ...] = ()
    """IRIs of the properties of other vocabularies that it is below."""

    @property
    def store_type(self) -> StoreType:
        """The type of the column that holds it in a store."""
        if self.many:
            return "STRING[]"
        return _STORE_TYPES.get(self.datatype, "STRING")


_STORE_TYPES: dict[str, StoreType] = {"integer": "INT64", "number": "DOUBLE", "boolean": "BOOL"}


class NodeClass(msgspec.Struct, frozen=True):
    """A class of nodes, or of the records (`Name`, `Statement`) that describe elements."""

    name: str
    label: str
    label_zh: str
    plural: str
    plural_zh: str
    definition: str
    source: str
    properties: tuple[Property, ...]
    also: tuple[str, ...] = ()
    """IRIs of the classes of other vocabularies that it is below."""

    @property
    def properties_by_name(self) -> dict[str, Property]:
        """The properties, in template order."""
        return {p.name: p for p in self.properties}


class KindScheme(NamedTuple):
    """The property that holds the kind of a class, and the id of its concept scheme."""

    property: str
    id: str


class Relation(msgspec.Struct, frozen=True):
    """A kind of edge, from any of the classes `from_` to any of the classes `to`.

    `derived` relations are computed when the graph is built and never asserted; `store_only`
    relations tie claims and sources to the graph and are written by the store alone; `role`
    relations say which part an organisation has in a transaction. `iri` and `shortcut` are the
    local names of the RDF class of the edge and of the property that skips it; `also` and
    `shortcut_also` are the IRIs of what these two are below in other vocabularies.
    """

    name: str
    from_: tuple[str, ...]
    to: tuple[str, ...]
    label: str
    label_zh: str
    inverse: str
    inverse_zh: str
    definition: str
    source: str
    properties: tuple[Property, ...]
    derived: bool
    store_only: bool
    role: bool
    iri: str
    shortcut: str
    also: tuple[str, ...] = ()
    shortcut_also: tuple[str, ...] = ()

    @property
    def kebab(self) -> str:
        """The name as edge ids and file names write it: `PART_OF` is `part-of`."""
        return self.name.lower().replace("_", "-")

    @property
    def asserted(self) -> bool:
        """Whether a claim can assert it."""
        return not (self.derived or self.store_only)


class Concept(msgspec.Struct, frozen=True):
    """A concept of a scheme. `terms` and `patterns` are what classifies a Chinese name."""

    id: str
    scheme: str
    label: str
    label_zh: str
    alt: tuple[str, ...]
    terms: tuple[str, ...]
    patterns: tuple[str, ...]
    broader: tuple[str, ...]
    definition: str
    flags: dict[str, str]


class Scheme(msgspec.Struct, frozen=True):
    """The name and meaning of a concept scheme."""

    id: str
    label: str
    label_zh: str
    definition: str


class Column(msgspec.Struct, frozen=True):
    """A column of a CSV template."""

    name: str
    required: bool
    help: str


class Template(msgspec.Struct, frozen=True):
    """A CSV template: one row is one claim about one `element` (a class, relation or record)."""

    name: str
    file_stem: str
    element: str
    columns: tuple[Column, ...]


class Schema(msgspec.Struct, frozen=True, dict=True):
    """Everything that the ontology says, with the questions that the rest of the code asks.

    `hash` changes when and only when the meaning does. `templates` is keyed by file stem.
    """

    classes: dict[str, NodeClass]
    relations: dict[str, Relation]
    records: dict[str, NodeClass]
    schemes: dict[str, Scheme]
    concepts: dict[str, dict[str, Concept]]
    templates: dict[str, Template]
    hash: str

    @classmethod
    def load(cls) -> Schema:
        """The schema that ships with this version; read once per process."""
        return _load()

    def is_node(self, name: str) -> bool:
        """Whether `name` is a class of nodes."""
        return name in self.classes

    def is_relation(self, name: str) -> bool:
        """Whether `name` is a relation, asserted, store-only or derived."""
        return name in self.relations

    def concept(self, scheme: str, id: str) -> Concept | None:
        """The concept, or None if the scheme or the concept does not exist."""
        return self.concepts.get(scheme, {}).get(id)

    def closure(self, scheme: str, id: str) -> tuple[str, ...]:
        """The concept and everything broader, nearest first; empty if there is no such concept."""
        return self._closures.get((scheme, id), ())

    def narrower(self, scheme: str, id: str) -> frozenset[str]:
        """The concept and everything narrower; empty if there is no such concept."""
        return self._narrower.get((scheme, id), frozenset())

    def carries(self, kind: str) -> bool:
        """Whether a transaction of this kind can carry supply (a mention never does)."""
        return kind in self._carrying

    def rank(self, standing: str) -> int:
        """The strength of a standing, higher is stronger; 0 for no standing at all."""
        found = self.concept("standing", standing)
        return int(found.flags["rank"]) if found else 0

    def kind_scheme(self, name: str) -> KindScheme | None:
        """Which property and scheme hold the kind of a class, or None if it has no kinds."""
        for prop in self.element_properties(name).values():
            if prop.name in {"kind", "category"} and prop.scheme:
                return KindScheme(prop.name, prop.scheme)
        return None

    def element_properties(self, name: str) -> dict[str, Property]:
        """What a claim about a class, relation or record may say, in template order.

        Relations also carry `key` and `valid`; a Name leaves out its entity and text, which are
        the claim's `about` and `key`. Empty if there is no such element.
        """
        return self._properties.get(name, {})

    def store_columns(self, name: str) -> list[tuple[str, StoreType]]:
        """(column, type) of the node or edge table, in the order of the generated tables.

        Own properties and what `assemble` derives. The id comes first; derived and store-only
        relations have no id.
        """
        if name in self.classes:
            return self._node_columns(self.classes[name])
        return self._edge_columns(self.relations[name])

    def template(self, name: str) -> Template | None:
        """The template by file stem, element or name, in any case; a role gives `role`."""
        wanted = name.lower().replace("_", "-")
        if wanted in self.templates:
            return self.templates[wanted]
        relation = self.relations.get(name.upper())
        if relation and relation.role:
            return self.templates["role"]
        return next((t for t in self.templates.values() if t.element.lower() == name.lower()), None)

    def classify(self, name: str) -> str | None:
        """The organisation kind that a Chinese name says, or None if it says none.

        The head of a Chinese name stands last, so the term that ends last decides, and the
        longest among those: 公安局交警支队 is traffic police, 公安消防 a fire brigade. A name that
        ends in a business form is a company and has no such kind.
        """
        name = re.sub(r"\s+", "", name)
        best: tuple[int, int] = (0, 0)
        kind: str | None = None
        terms, patterns = self._classifiers
        for term, concept in terms:
            at = name.rfind(term)
            if at >= 0 and (at + len(term), len(term)) > best:
                best, kind = (at + len(term), len(term)), concept
        for pattern, concept in patterns:
            for match in pattern.finditer(name):
                if (match.end(), match.end() - match.start()) > best:
                    best, kind = (match.end(), match.end() - match.start()), concept
        return None if any(name.rfind(t) >= best[0] for t in _COMPANY_TERMS) else kind

    @cached_property
    def _closures(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for scheme, concepts in self.concepts.items():
            for start in concepts:
                seen: list[str] = [start]
                level = [start]
                while level:
                    above = sorted({b for c in level for b in concepts[c].broader})
                    level = [c for c in above if c not in seen]
                    seen.extend(level)
                found[scheme, start] = tuple(seen)
        return found

    @cached_property
    def _narrower(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        for (scheme, id_), closure in self._closures.items():
            for above in closure:
                found.setdefault((scheme, above), set()).add(id_)
        return {key: frozenset(ids) for key, ids in found.items()}

    @cached_property
    def _carrying(self) -> frozenset[str]:
        kinds = self.concepts["transaction-kind"].values()
        return frozenset(c.id for c in kinds if c.flags.get("carries_supply") == "true")

    @cached_property
    def _properties(self) -> dict[str, dict[str, Property]]:
        found = {c.name: c.properties_by_name for c in self.classes.values()}
        for record in self.records.values():
            identity = _IDENTITY.get(record.name, ())
            found[record.name] = {p.name: p for p in record.properties if p.name not in identity}
        for relation in self.relations.values():
            found[relation.name] = {p.name: p for p in relation.properties}
        return found

    @cached_property
    def _classifiers(self) -> tuple[list[tuple[str, str]], list[tuple[re.Pattern[str], str]]]:
        kinds = sorted(self.concepts["organisation-kind"].values(), key=lambda c: c.id)
        terms = [(term, c.id) for c in kinds for term in c.terms]
        patterns = [(re.compile(text), c.id) for c in kinds for text in c.patterns]
        return terms, patterns

    def _node_columns(self, node: NodeClass) -> list[tuple[str, StoreType]]:
        columns: list[tuple[str, StoreType]] = [("id", "STRING")]
        for prop in node.properties:
            columns.append((prop.name, prop.store_type))
            if prop.datatype == "date":
                columns += [(f"{prop.name}_from", "STRING"), (f"{prop.name}_to", "STRING")]
        if node.name == "Claim":
            return columns
        if node.name == "Company" or self.kind_scheme(node.name):
            columns.append(("kinds", "STRING[]"))
        if node.name == "Transaction":
            columns += [("asof_from", "STRING"), ("asof_to", "STRING"), ("carries", "BOOL")]
        columns += [("names", "STRING[]"), ("names_json", "STRING"), ("merged", "STRING[]")]
        return columns + _EVIDENCE

    def _edge_columns(self, relation: Relation) -> list[tuple[str, StoreType]]:
        own: list[tuple[str, StoreType]] = [(p.name, p.store_type) for p in relation.properties]
        if not relation.asserted:
            return own
        columns: list[tuple[str, StoreType]] = [("id", "STRING"), *own]
        columns += [("valid_from", "STRING"), ("valid_to", "STRING"), *_EVIDENCE]
        if relation.role:
            columns += [("role", "STRING"), ("as_name", "STRING")]
        if relation.name in {"BUYER", "END_USER"}:
            columns.append(("recipient", "BOOL"))
        if relation.name == "MANUFACTURER":
            columns += [("channel", "STRING"), ("asof_from", "STRING"), ("asof_to", "STRING")]
        return columns


_EVIDENCE: list[tuple[str, StoreType]] = [
    ("standing", "STRING"),
    ("contested", "BOOL"),
    ("origins", "INT64"),
    ("claims", "STRING[]"),
    ("conflicts", "STRING[]"),
]


@cache
def _load() -> Schema:
    try:
        return msgspec.json.decode(_SCHEMA_FILE.read_bytes(), type=Schema)
    except (OSError, msgspec.DecodeError) as error:
        raise OntologyError(
            f"{_SCHEMA_FILE.name} cannot be read: {error}",
            "Install Sousveil again, or in a checkout run `python -m sousveil.ontology generate`.",
        ) from error
