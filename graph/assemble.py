"""From claims to a graph: merges applied, values chosen, standing and dates derived, chains made.

The graph is a function of the claims and the decisions: the same input gives the same nodes, the
same edges and the same data set hash, whatever the order in which the claims arrive.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, Any

import msgspec

from sousveil.errors import ClaimError
from sousveil.graph.chains import Chain, Link, Sale, chains, supply_chains
from sousveil.graph.records import Claim, Edge, Node, edge_id, references
from sousveil.graph.reference import is_reference, reference_claims
from sousveil.graph.search import SearchRow
from sousveil.graph.standing import basis_standings, standing_of, weakest
from sousveil.ontology import KindScheme, Schema
from sousveil.ontology.check import NUMBERS
from sousveil.ontology.dates import FIRST, LAST, Bounds, bounds, day_after

if TYPE_CHECKING:
    from sousveil.graph.retractions import Remaining, Retraction, Tombstone, Withdrawn

__all__ = ["DEPTHS", "Assembly", "assemble", "assemble_remaining"]

DEPTHS = {
    "OWNERSHIP_CHAIN": 6,
    "PART_OF_CHAIN": 4,
    "WITHIN_CHAIN": 6,
    "SUPPLY_CHAIN": 2,
}
"""Longest materialised chains, in links; a query cannot look further than this."""

ROLES = ("SELLER", "MANUFACTURER", "BUYER", "END_USER", "AGENT", "BIDDER")
_SHARE = {"share_exact", "share_min", "share_max"}
_NAME_PROPERTY = {"Transaction": "title", "Source": "title"}
_NAME_ORDER = {"legal": 0, "trade": 1, "former": 2, "abbreviation": 3, "alias": 4,
               "translation": 5, "transliteration": 6}


_OF_CLAIM = tuple(n for n in Claim.__struct_fields__ if n not in ("start", "end"))
_claim_fields = attrgetter(*_OF_CLAIM)
_sorted_json = msgspec.json.Encoder(order="sorted").encode
_canonical = msgspec.json.Encoder(order="deterministic").encode


class _Draft(msgspec.Struct, gc=False):
    """An element and the claims about it, before anything is derived."""

    kind: str
    start: str
    end: str
    key: str
    claims: list[Claim]


class _Name(msgspec.Struct, frozen=True, gc=False):
    text: str
    lang: str
    kind: str
    bounds: Bounds
    valid: str


def assemble(
    claims: Iterable[Claim], merged: Mapping[str, str] | None = None, schema: Schema | None = None,
    withdrawn: Sequence[Withdrawn] = (), retractions: Sequence[Retraction] = (),
) -> Assembly:
    """Assemble the claims into a graph.

    `merged` maps a dropped id to the one that stands for it; `withdrawn` are claims that are left
    out, for the exports; `retractions` are why, for the data set hash. Raises ClaimError for the
    first claim that cannot stand: a dangling id, an edge between classes that the ontology does
    not allow, an element described as two classes, a merge that makes something its own part.
    """
    with collecting_nothing():
        return Assembly(claims, merged or {}, schema or Schema.load(), withdrawn, retractions)


def assemble_remaining(found: Remaining) -> Assembly:
    """Assemble what a home's claims, merges and retractions leave."""
    return assemble(
        found.claims, found.merged, withdrawn=found.withdrawn, retractions=found.retractions
    )


@contextlib.contextmanager
def collecting_nothing() -> Iterator[None]:
    """Leave the search for circular garbage out for a while.

    Millions of small objects live until the end of a build: looking for circles among them over
    and over costs more than half of the time and finds nothing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Assembly:
    """The assembled graph. Nodes and edges are made when they are asked for, sorted by id."""

    def __init__(
        self, claims: Iterable[Claim], merged: Mapping[str, str], schema: Schema,
        withdrawn: Sequence[Withdrawn] = (), retractions: Sequence[Retraction] = (),
    ) -> None:
        self.schema = schema
        self.merged = merged
        self.withdrawn = withdrawn
        self.retractions = retractions
        self.tombstones: tuple[Tombstone, ...] = ()
        """Ids that are described no more; a build fills them in."""
        self._drafts: dict[str, _Draft] = {}
        self._names: dict[str, list[Claim]] = defaultdict(list)
        self._statements: list[Claim] = []
        self._claims: dict[str, Claim] = {}
        self._take(claims)
        missing = {
            id_ for claim in self._claims.values() for _, id_ in references(claim, schema)
            if id_ not in self._drafts
        }
        # A place with a code stays where it is, also where the data describe it themselves.
        described = {i for i, d in self._drafts.items() if d.kind == "Place" and is_reference(i)}
        self._take(reference_claims(missing | described))
        self._attach_statements()
        if merged or not missing <= self._drafts.keys():
            self._check_references()
        self._check_ends()
        self._by_kind: dict[str, list[str]] = defaultdict(list)
        for id_ in sorted(self._drafts):
            self._by_kind[self._drafts[id_].kind].append(id_)
        self._basis = basis_standings(schema)
        self._roots: dict[str, str] = {}

    # -- reading the claims

    def _take(self, claims: Iterable[Claim]) -> None:
        for claim in claims:
            if claim.id in self._claims:
                continue
            claim = self._claims[claim.id] = _shared(claim)
            if self.merged:
                claim = self._remap(claim)
            if claim.kind == "Name":
                self._names[claim.about].append(claim)
            elif not claim.kind:
                self._statements.append(claim)
            else:
                draft = self._drafts.get(claim.about)
                if draft is None:
                    self._drafts[claim.about] = _Draft(
                        claim.kind, claim.start, claim.end, claim.key, [claim]
                    )
                elif draft.kind != claim.kind:
                    raise ClaimError(
                        f"{claim.about!r} is described as {claim.kind} here and as {draft.kind} "
                        f"by {draft.claims[0].id} of source {draft.claims[0].source!r}",
                        claim.id, "one class for each id",
                        "give one of the two another id",
                    )
                else:
                    draft.claims.append(claim)

    def _remap(self, claim: Claim) -> Claim:
        new = self.merged.get
        start, end = new(claim.start, claim.start), new(claim.end, claim.end)
        about = new(claim.about, claim.about)
        if (start, end) != (claim.start, claim.end):
            about = edge_id(claim.kind, start, end, claim.key)
            if start == end:
                raise ClaimError(
                    f"after the merges in force {start!r} would be {claim.kind} of itself",
                    claim.id, "no merge makes a thing its own part",
                    "take the merge back with `sousveil unmerge`",
                )
        elif not claim.kind and "--" in about:
            # A reply to an edge whose ends have been merged.
            about = self._merged_edge(about)
        values = claim.values
        if "publisher" in values and (publisher := new(str(values["publisher"]))):
            values = {**values, "publisher": publisher}
        changed = (about, start, end, new(claim.author, claim.author),
                   new(claim.source, claim.source),
                   new(claim.primary_source, claim.primary_source), values)
        if changed == (claim.about, claim.start, claim.end, claim.author, claim.source,
                       claim.primary_source, claim.values):
            return claim
        return msgspec.structs.replace(
            claim, about=about, start=start, end=end, author=changed[3], source=changed[4],
            primary_source=changed[5], values=values,
        )

    def _merged_edge(self, edge: str) -> str:
        start, kind, end, *key = edge.split("--")
        return "--".join([self.merged.get(start, start), kind, self.merged.get(end, end), *key])

    def _attach_statements(self) -> None:
        for claim in self._statements:
            draft = self._drafts.get(claim.about)
            if draft is None:
                raise ClaimError(
                    f"it speaks about {claim.about!r}, which no claim describes", claim.id,
                    "no dangling id", "correct the id in the column `about`",
                )
            draft.claims.append(claim)

    def _check_references(self) -> None:
        for claim in self._claims.values():
            if self.merged:
                claim = self._remap(claim)
            for field, id_ in references(claim, self.schema):
                if id_ not in self._drafts:
                    raise ClaimError(
                        f"its {field} is {id_!r}, which no claim describes", claim.id,
                        "no dangling id",
                        f"load the data that describes {id_!r}, or correct the id",
                    )

    def _check_ends(self) -> None:
        drafts = self._drafts
        allowed_ends = {
            (name, start, end) for name, relation in self.schema.relations.items()
            for start in relation.from_ for end in relation.to
        }
        for id_, draft in drafts.items():
            if not draft.start:
                continue
            if (draft.kind, drafts[draft.start].kind, drafts[draft.end].kind) in allowed_ends:
                continue
            relation = self.schema.relations[draft.kind]
            for field, node, allowed in (
                ("from", draft.start, relation.from_), ("to", draft.end, relation.to)
            ):
                if drafts[node].kind not in allowed:
                    raise ClaimError(
                        f"{id_}: the {field} end {node!r} is a {drafts[node].kind}",
                        draft.claims[0].id,
                        f"{draft.kind} goes {field} {' or '.join(allowed)}",
                    )

    # -- deriving

    @cached_property
    def dataset(self) -> str:
        """Hash of the data set: of all claims, the merges and the retractions, in no order.

        Of a retraction: what, when and why. Who decided is not part of the data.
        """
        digest = hashlib.sha256()
        for id_ in self.claim_ids:
            digest.update(id_.encode())
        for drop, keep in sorted(self.merged.items()):
            digest.update(f"{drop}>{keep}".encode())
        for line in self.retractions:
            digest.update(_canonical([line.what, line.date, line.because]))
        return digest.hexdigest()

    @cached_property
    def claim_ids(self) -> list[str]:
        """The ids of all claims, sorted."""
        return sorted(self._claims)

    def describes(self, id_: str) -> bool:
        """Whether a claim describes the id, or it was merged into one that is described."""
        return id_ in self._drafts or id_ in self._claims or id_ in self.merged

    def claims(self) -> Iterator[Claim]:
        """All claims by id, those on the reference data that the others need included."""
        yield from (self._claims[id_] for id_ in self.claim_ids)

    def claim(self, id_: str) -> Claim:
        """One claim, as it was said."""
        return self._claims[id_]

    def as_merged(self, claim: Claim) -> Claim:
        """The claim with the ids that the merges in force give its element and its sources."""
        return self._remap(claim) if self.merged else claim

    def counts(self) -> dict[str, int]:
        """Number of asserted elements of each class and relation, and of claims."""
        found = {kind: len(ids) for kind, ids in sorted(self._by_kind.items())}
        found["Claim"] = len(self._claims)
        return found

    def _root(self, source: str) -> str:
        """The document at the start of a source's derivation, so that copies count once."""
        found = self._roots.get(source)
        if found is None:
            line = [source]
            while (parents := self._derived_from.get(line[-1])) and parents[0] not in line:
                line.append(parents[0])
            # Of sources that are said to repeat each other, one stands for all.
            found = min(line[line.index(parents[0]):]) if parents else line[-1]
            self._roots[source] = found
        return found

    @cached_property
    def _derived_from(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in self._by_kind.get("DERIVED_FROM", ()):
            found[self._drafts[id_].start].append(self._drafts[id_].end)
        return found

    def _values(self, id_: str) -> dict[str, Any]:
        """The values of an element: of each property, those of the best claim that gives one.

        Best: not inferred before inferred, then the stronger basis, then what was said later,
        then the claim's id.
        `conflicts` names the properties of which another claim says something else.
        """
        claims = self._drafts[id_].claims
        if len(claims) == 1:
            return dict(claims[0].values)
        claims = [c for c in claims if c.values]
        merged: dict[str, Any] = {}
        conflicts = set()
        for claim in self._ranked(claims):
            # Exact share, least and greatest are one statement: none is mixed with another's.
            held = _SHARE & merged.keys()
            for name, value in claim.values.items():
                if held and name in _SHARE:
                    if merged.get(name) != value:
                        conflicts.update(held)
                elif isinstance(value, list):
                    merged[name] = list(dict.fromkeys([*merged.get(name, ()), *value]))
                elif merged.setdefault(name, value) != value:
                    conflicts.add(name)
        if conflicts:
            merged["conflicts"] = sorted(conflicts)
        return merged

    def _ranked(self, claims: list[Claim]) -> list[Claim]:
        """The claims, best first."""
        if len(claims) < 2:
            return claims
        found = sorted(claims, key=lambda claim: claim.id)
        found.sort(key=lambda claim: claim.said, reverse=True)
        found.sort(key=self._precedence)
        return found

    def _precedence(self, claim: Claim) -> tuple[bool, int]:
        return bool(claim.inferred_because), -self.schema.rank(self._basis[claim.basis])

    def _evidence(self, id_: str, replies: Sequence[Claim] = ()) -> dict[str, Any]:
        draft = self._drafts[id_]
        if len(draft.claims) == 1 and not replies:
            # Most elements: what the general case below comes to, at a tenth of the time.
            (claim,) = draft.claims
            if claim.supports and claim.stance == "asserts" and not claim.inferred_because:
                return {"standing": self._basis[claim.basis], "contested": False, "origins": 1,
                        "claims": [claim.id]}
        standing = standing_of(
            draft.claims, replies, basis_standing=self._basis, root=self._root,
            concerned=lambda author: self._concerns(id_, author),
        )
        return {
            "standing": standing.standing,
            "contested": standing.contested,
            "origins": standing.origins,
            "claims": sorted(c.id for c in draft.claims),
        }

    def _concerns(self, id_: str, author: str) -> bool:
        """Whether the author is a party to the element, a successor of one, or of its group.

        Only such an organisation can confirm; anybody else's "confirms" is one more voice.
        """
        draft = self._drafts[id_]
        ends = {draft.start, draft.end} if draft.start else {id_}
        for transaction in [e for e in ends if self._drafts[e].kind == "Transaction"]:
            for role in ROLES:
                ends |= set(self._party_lists[role].get(transaction, ()))
        known: set[str] = set()
        queue = list(ends)
        while queue:
            party = queue.pop()
            if party == author:
                return True
            if party not in known:
                known.add(party)
                queue += self._successors.get(party, ())
                for links in (self._controllers, self._controlled):
                    queue += [k.end for k in links.get(party, ()) if self._is_company(k.end)]
        return False

    def _is_company(self, id_: str) -> bool:
        # What a state owns is no group: its companies do not speak or sell for each other.
        return self._drafts[id_].kind == "Company"

    @cached_property
    def _party_lists(self) -> dict[str, dict[str, list[str]]]:
        return {role: self._parties(role) for role in ROLES}

    @cached_property
    def _successors(self) -> dict[str, list[str]]:
        return self._parties("SUCCEEDED_BY")

    # -- nodes

    def nodes(self, cls: str) -> Iterator[Node]:
        """The nodes of one class, by id."""
        if cls == "Claim":
            for columns in self.claim_columns():
                for row in zip(*columns.values(), strict=True):
                    values = dict(zip(columns, row, strict=True))
                    yield Node(cls, values["id"], values)
            return
        dates = [
            p.name for p in self.schema.classes[cls].properties
            if p.datatype == "date" and cls != "Transaction"
        ]
        scheme = self.schema.kind_scheme(cls)
        for id_ in self._by_kind.get(cls, ()):
            yield Node(cls, id_, self._node_values(cls, id_, dates, scheme))

    def _node_values(
        self, cls: str, id_: str, dates: Sequence[str], scheme: KindScheme | None
    ) -> dict[str, Any]:
        values = {"id": id_, **self._values(id_), **self._evidence(id_)}
        for name in dates:
            values[f"{name}_from"], values[f"{name}_to"] = bounds(str(values.get(name, "")))
        if scheme:
            values["kinds"] = list(self._kinds(values, scheme))
        if cls in ("Company", "PublicBody") and not values.get("name"):
            values["name"] = _number(values)
        names = self._all_names(cls, id_, values)
        values["names"] = list(dict.fromkeys(n.text for n in names))
        values["names_json"] = msgspec.json.encode(
            [{"text": n.text, "lang": n.lang, "kind": n.kind, "valid": n.valid} for n in names]
        ).decode()
        values["merged"] = self._merged_ids.get(id_, [])
        if cls == "Transaction":
            values |= self._transaction_values(id_, values)
        return values

    @cached_property
    def _merged_ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for drop, keep in sorted(self.merged.items()):
            found[keep].append(drop)
        return found

    def _all_names(self, cls: str, id_: str, values: Mapping[str, Any]) -> list[_Name]:
        main = _NAME_PROPERTY.get(cls, "name")
        found: dict[tuple[str, str], _Name] = {}
        for claim in self._ranked(self._drafts[id_].claims):
            for prop, lang in ((main, "en"), (f"{main}_zh", "zh-Hans")):
                text = claim.values.get(prop)
                if prop == main and text == claim.values.get(f"{main}_zh"):
                    continue  # A name in Chinese alone is both, and no English.
                if isinstance(text, str) and text:
                    kind = "" if text == values.get(prop) else "alias"
                    found.setdefault((text, ""), _Name(text, lang, kind, Bounds(FIRST, LAST), ""))
        for claim in self._ranked(self._names.get(id_, [])):
            valid = str(claim.values.get("valid", ""))
            name = _Name(claim.key, str(claim.values["lang"]), str(claim.values["kind"]),
                         bounds(valid), valid)
            found.pop((claim.key, ""), None)
            found.setdefault((claim.key, valid), name)
        return list(found.values())

    def _transaction_values(self, id_: str, values: Mapping[str, Any]) -> dict[str, Any]:
        span = bounds(str(values.get("date", "")))
        # A sale without a date says nothing about former members and owners: only what still
        # holds today can be said to hold "as of" it. Known bounds stand in for unknown ones.
        asof_from = span.first if span.first != FIRST else span.last
        return {
            "date_from": span.first, "date_to": span.last,
            "asof_from": asof_from, "asof_to": span.last,
            "carries": self.schema.carries(values["kind"]),
        }

    def claim_columns(self, size: int = 50_000) -> Iterator[dict[str, list[Any]]]:
        """The claims by id, as columns of at most `size` rows.

        There are more claims than everything else together: as columns they take a fraction of
        the time that a dictionary for each takes.
        """
        for at in range(0, len(self.claim_ids), size):
            said = [self._claims[id_] for id_ in self.claim_ids[at:at + size]]
            claims = [self._remap(c) for c in said] if self.merged else said
            # Claim by claim: they lie scattered in memory, and fetching them is what takes time.
            fields = zip(*map(_claim_fields, claims), strict=True)
            columns: dict[str, list[Any]] = dict(zip(_OF_CLAIM, map(list, fields), strict=True))
            columns["kind"] = [c.kind or self._drafts[c.about].kind for c in claims]
            columns["terms"] = [list(c.terms) for c in claims]
            spans = [bounds(c.said) for c in claims]
            columns["said_from"] = [span.first for span in spans]
            columns["said_to"] = [span.last for span in spans]
            columns["values"] = [
                _sorted_json(c.values).decode() if c.values else "{}" for c in said
            ]
            yield columns

    # -- edges

    def edges(self, kind: str) -> Iterator[Edge]:
        """The edges of one relation, by id; derived relations by their ends."""
        special = {
            "CITES": self._cites, "SAID_BY": self._said_by, "ABOUT": self._about,
            "PUBLISHED_BY": self._published_by,
            "OWNERSHIP_CHAIN": lambda: self._chain_edges("OWNERSHIP_CHAIN", "OWNS"),
            "PART_OF_CHAIN": lambda: self._chain_edges("PART_OF_CHAIN", "PART_OF"),
            "WITHIN_CHAIN": lambda: self._chain_edges("WITHIN_CHAIN", "WITHIN"),
            "SEATED_IN": self._seat_edges,
            "SUPPLY_CHAIN": self._supply_edges,
        }.get(kind)
        if special:
            yield from special()
            return
        for id_ in self._by_kind.get(kind, ()):
            draft = self._drafts[id_]
            yield Edge(kind, draft.start, draft.end, self._edge_values(id_, draft))

    def class_of(self, id_: str) -> str:
        """The class of a node."""
        return "Claim" if id_ in self._claims else self._drafts[id_].kind

    def _edge_values(self, id_: str, draft: _Draft) -> dict[str, Any]:
        values = self._values(id_)
        span = bounds(str(values.get("valid", "")))
        replies: Sequence[Claim] = ()
        if draft.kind in ROLES:
            replies = [c for c in self._drafts[draft.start].claims if not c.kind]
            values["role"] = draft.kind
            values["as_name"] = self.name_at(draft.end, draft.start)
            role, _ = self._recipients.get(draft.start, ("", ()))
            values["recipient"] = draft.kind == role
            if draft.kind == "MANUFACTURER":
                values["channel"] = self.channel(draft.start, draft.end)
                values["asof_from"], values["asof_to"] = self._spans[draft.start]
        return {
            "id": id_, "key": draft.key, **values,
            "valid_from": span.first, "valid_to": span.last, **self._evidence(id_, replies),
        }

    def _cites(self) -> Iterator[Edge]:
        for id_ in self.claim_ids:
            claim = self._claims[id_]
            source = self.merged.get(claim.source, claim.source)
            yield Edge("CITES", id_, source, {"locator": claim.locator})

    def _said_by(self) -> Iterator[Edge]:
        for id_ in self.claim_ids:
            author = self._claims[id_].author
            yield Edge("SAID_BY", id_, self.merged.get(author, author), {})

    def _about(self) -> Iterator[Edge]:
        for id_ in self.claim_ids:
            claim = self._claims[id_]
            about = self.merged.get(claim.about, claim.about)
            if not claim.start and about in self._drafts and not self._drafts[about].start:
                yield Edge("ABOUT", id_, about, {})

    def _published_by(self) -> Iterator[Edge]:
        for id_ in self._by_kind.get("Source", ()):
            publisher = self._values(id_).get("publisher")
            if publisher:
                yield Edge("PUBLISHED_BY", id_, publisher, {})

    def name_at(self, entity: str, transaction: str) -> str:
        """The name that a party had at the date of a transaction, if it was not today's."""
        claims = self._names.get(entity)
        if not claims:
            return ""
        span = self._spans[transaction]
        held = [
            (_NAME_ORDER.get(str(c.values["kind"]), 9), c.key)
            for c in claims
            if c.values.get("valid") and not str(c.values["lang"]).startswith("zh")
            and bounds(str(c.values["valid"])).first <= span.first
            and span.last <= bounds(str(c.values["valid"])).last
        ]
        name = min(held)[1] if held else ""
        return "" if name == self._values(entity).get("name") else name

    # -- chains and channels

    @cached_property
    def _spans(self) -> dict[str, Bounds]:
        """For each transaction the days between which what holds "as of" it must have held."""
        found = {}
        for id_ in self._by_kind.get("Transaction", ()):
            values = self._transaction_values(id_, self._values(id_))
            found[id_] = Bounds(values["asof_from"], values["asof_to"])
        return found

    def _parties(self, kind: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for id_ in self._by_kind.get(kind, ()):
            found[self._drafts[id_].start].append(self._drafts[id_].end)
        return found

    @cached_property
    def _sellers(self) -> dict[str, list[str]]:
        return self._parties("SELLER")

    @cached_property
    def _recipients(self) -> dict[str, tuple[str, list[str]]]:
        """The role that receives the goods, and who has it: the end user, else the buyer."""
        return {
            transaction: (role, parties)
            for role in ("BUYER", "END_USER")
            for transaction, parties in self._parties(role).items()
        }

    @cached_property
    def _existence(self) -> dict[str, tuple[str, str]]:
        """When a company existed, so that nothing is owned by one not yet founded."""
        found = {}
        for id_ in self._by_kind.get("Company", ()):
            values = self._values(id_)
            if "founded" in values or "dissolved" in values:
                found[id_] = (
                    bounds(str(values.get("founded", ""))).first,
                    bounds(str(values.get("dissolved", ""))).last,
                )
        return found

    def _links(self, kind: str) -> dict[str, list[Link]]:
        links: dict[str, list[Link]] = defaultdict(list)
        existence = self._existence if kind == "OWNS" else {}
        for id_ in self._by_kind.get(kind, ()):
            draft = self._drafts[id_]
            span = bounds(str(self._values(id_).get("valid", "")))
            first, last = span.first, span.last
            for end in (draft.start, draft.end):
                if end in existence:
                    first, last = max(first, existence[end][0]), min(last, existence[end][1])
            if first <= last:
                links[draft.start].append(Link(id_, draft.end, first, last))
        return links

    @cached_property
    def _owned(self) -> dict[str, list[Link]]:
        return self._links("OWNS")

    def _controls(self, edge: str) -> bool:
        """Whether an ownership link makes a parent: a majority, or a share nobody states.

        Majority of the voting rights: Directive 2013/34/EU, article 22(1)(a).
        """
        values = self._values(edge)
        if exact := values.get("share_exact"):
            return float(exact) > 50
        least, most = values.get("share_min"), values.get("share_max")
        # A band such as "more than 50 and up to 75 per cent" is given as 50 and 75.
        return not (least or most) or (float(least or 0) >= 50 and float(most or 100) > 50)

    @cached_property
    def _controlled(self) -> dict[str, list[Link]]:
        return {
            owner: kept
            for owner, links in self._owned.items()
            if (kept := [k for k in links if self._controls(k.edge)])
        }

    @cached_property
    def _controllers(self) -> dict[str, list[Link]]:
        found: dict[str, list[Link]] = defaultdict(list)
        for owner, links in self._controlled.items():
            for link in links:
                found[link.end].append(Link(link.edge, owner, link.valid_from, link.valid_to))
        return found

    def _parents(self, company: str, span: Bounds) -> set[str]:
        """The companies that control this one as of a date, and itself."""
        found: set[str] = set()
        queue = [company]
        while queue:
            node = queue.pop()
            if node in found:
                continue
            found.add(node)
            queue += [
                k.end for k in self._controllers.get(node, ())
                if k.valid_from <= span.first and span.last <= k.valid_to
                and self._is_company(k.end)
            ]
        return found

    def channel(self, transaction: str, maker: str) -> str:
        """How the maker's goods reached the recipient: by whom they were sold."""
        sellers = self._sellers.get(transaction, [])
        if not sellers:
            return "not-stated"
        if all(s == maker for s in sellers):
            return "direct"
        span = self._spans[transaction]
        parents = self._parents(maker, span)
        # Of one group: under a parent that both have.
        own = all(parents & self._parents(s, span) for s in sellers)
        return "own-subsidiary" if own else "third-party-reseller"

    def _chain_edges(self, chain_kind: str, kind: str) -> Iterator[Edge]:
        links = self._owned if kind == "OWNS" else self._links(kind)
        starts: list[str] = []
        for cls in self.schema.relations[chain_kind].from_:
            starts += self._by_kind.get(cls, ())
        ends = self.schema.relations[chain_kind].to
        evidence: dict[str, dict[str, Any]] = {}
        for chain in chains(starts, links, DEPTHS[chain_kind]):
            if not chain.edges and self._drafts[chain.nodes[0]].kind not in ends:
                continue
            parts = []
            for edge in chain.edges:
                if edge not in evidence:
                    evidence[edge] = self._evidence(edge)
                    evidence[edge]["control"] = kind != "OWNS" or self._controls(edge)
                parts.append(evidence[edge])
            values: dict[str, Any] = {
                "depth": len(chain.edges), "via": list(chain.edges), "nodes": list(chain.nodes),
                "valid_from": chain.valid_from, "valid_to": chain.valid_to,
                "standing": weakest(p["standing"] for p in parts) if parts else "confirmed",
                "contested": any(p["contested"] for p in parts),
                "claims": [c for p in parts for c in p["claims"]],
            }
            if kind == "OWNS":
                values["control"] = all(p["control"] for p in parts)
            yield Edge(chain_kind, chain.nodes[0], chain.nodes[-1], values)

    def _seat_edges(self) -> Iterator[Edge]:
        """Every place that contains a seat, once for each unbroken period.

        Two addresses in one country are one seat in it, so that no path is counted twice.
        """
        above: dict[str, list[Chain]] = {}
        within = self._links("WITHIN")
        for start, links in sorted(self._links("LOCATED_IN").items()):
            periods: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for link in links:
                if link.end not in above:
                    above[link.end] = list(chains([link.end], within, DEPTHS["WITHIN_CHAIN"]))
                for chain in above[link.end]:
                    first = max(chain.valid_from, link.valid_from)
                    last = min(chain.valid_to, link.valid_to)
                    if first <= last:
                        periods[chain.nodes[-1]].append((first, last))
            for place, found in sorted(periods.items()):
                for first, last in _unbroken(found):
                    yield Edge("SEATED_IN", start, place, {"valid_from": first, "valid_to": last})

    def _supply_edges(self) -> Iterator[Edge]:
        sellers: dict[str, list[str]] = defaultdict(list)
        for id_ in self._by_kind.get("SELLER", ()):
            sellers[self._drafts[id_].start].append(id_)
        receipts: dict[str, list[str]] = defaultdict(list)
        for id_ in (*self._by_kind.get("BUYER", ()), *self._by_kind.get("END_USER", ())):
            receipts[self._drafts[id_].start].append(id_)
        own: dict[str, tuple[str, bool]] = {}

        def evidence(transaction: str) -> tuple[str, bool]:
            if transaction not in own:
                replies = [c for c in self._drafts[transaction].claims if not c.kind]
                parts = [self._evidence(transaction)]
                parts += [self._evidence(edge, replies) for edge in sellers[transaction]]
                own[transaction] = (
                    weakest(p["standing"] for p in parts), any(p["contested"] for p in parts)
                )
            return own[transaction]

        def passing(one: str, following: str) -> bool:
            """Whether a receipt that ties two transactions is contested."""
            replies = [c for c in self._drafts[one].claims if not c.kind]
            role, _ = self._recipients[one]
            return any(
                self._evidence(edge, replies)["contested"]
                for edge in receipts[one] if self._drafts[edge].kind == role
                and self._drafts[edge].end in self._sellers[following]
                and self._drafts[edge].end not in self._sellers.get(one, ())
            )

        for ids, products, makers in supply_chains(
            list(self._sales()), self._lines.__getitem__, DEPTHS["SUPPLY_CHAIN"]
        ):
            first = self._party_lists["MANUFACTURER"].get(ids[0], ())
            yield Edge("SUPPLY_CHAIN", ids[0], ids[-1], {
                "depth": len(ids) - 1, "via": list(ids),
                "makers": sorted(makers.union(
                    m for m in first for p in products
                    if not self._makers[p] or m in self._makers[p]
                )),
                "standing": evidence(ids[0])[0] if len(ids) == 1 else "inferred",
                "contested": any(evidence(t)[1] for t in ids) or any(
                    passing(one, other) for one, other in itertools.pairwise(ids)
                ),
            })

    def _sales(self) -> Iterator[Sale]:
        products, makers = self._parties("INCLUDES"), self._party_lists["MANUFACTURER"]
        for id_ in self._by_kind.get("Transaction", ()):
            values = self._values(id_)
            if not self.schema.carries(values["kind"]):
                continue
            span = bounds(str(values.get("date", "")))
            goods = frozenset(products.get(id_, ()))
            yield Sale(
                id_, span.first, span.last, frozenset(self._sellers.get(id_, ())),
                frozenset(self._recipients[id_][1] if id_ in self._recipients else ()), goods,
                frozenset(makers.get(id_, ()))
                | {m for p in goods for m in self._makers[p]},
            )

    @cached_property
    def _lines(self) -> Mapping[str, frozenset[str]]:
        """Each product with the product lines above it, itself included."""
        above = self._parties("VARIANT_OF")
        found: dict[str, frozenset[str]] = {}
        for id_ in self._by_kind.get("Product", ()):
            seen: set[str] = set()
            queue = [id_]
            while queue:
                product = queue.pop()
                if product not in seen:
                    seen.add(product)
                    queue += above.get(product, ())
            found[id_] = frozenset(seen)
        return found

    @cached_property
    def _makers(self) -> Mapping[str, frozenset[str]]:
        """Who is known to make each product, or a line above it."""
        made_by: dict[str, list[str]] = defaultdict(list)
        for id_ in self._by_kind.get("MAKES", ()):
            made_by[self._drafts[id_].end].append(self._drafts[id_].start)
        return {
            product: frozenset(m for line in lines for m in made_by.get(line, ()))
            for product, lines in self._lines.items()
        }

    # -- search

    def search_rows(self) -> Iterator[SearchRow]:
        """What the search index holds: every node with a name, under all of its names."""
        for cls in sorted(self.schema.classes):
            if cls == "Claim":
                continue
            main = _NAME_PROPERTY.get(cls, "name")
            scheme = self.schema.kind_scheme(cls)
            for id_ in self._by_kind.get(cls, ()):
                values = self._values(id_)
                names = [(n.text, n.lang) for n in self._all_names(cls, id_, values)]
                names += [(old, "") for old in self._merged_ids.get(id_, ())]
                yield SearchRow(
                    id=id_, cls=cls, name=str(values.get(main) or _number(values) or id_),
                    name_zh=str(values.get(f"{main}_zh", "")),
                    kinds=self._kinds(values, scheme), names=tuple(names),
                )

    def _kinds(self, values: Mapping[str, Any], scheme: KindScheme | None) -> tuple[str, ...]:
        """The kinds of a node, each with those that are wider."""
        given = values.get(scheme.property, "") if scheme else ""
        if not scheme or not given:
            return ()
        ids = given if isinstance(given, list) else [given]
        return tuple(dict.fromkeys(k for i in ids for k in self.schema.closure(scheme.id, i)))


def _shared(claim: Claim) -> Claim:
    """The claim, with the strings that it has in common with others kept once: half the memory."""
    return msgspec.structs.replace(
        claim, about=claim.about if claim.start else intern(claim.about), kind=intern(claim.kind),
        start=intern(claim.start), end=intern(claim.end), author=intern(claim.author),
        basis=intern(claim.basis), source=intern(claim.source),
    )


def _unbroken(periods: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The periods with those joined that overlap or follow each other without a day between."""
    first, last = "", ""
    for start, end in sorted(periods):
        if first and start <= day_after(last):
            last = max(last, end)
            continue
        if first:
            yield first, last
        first, last = start, end
    yield first, last


def _number(values: Mapping[str, Any]) -> str:
    """What an organisation is called of which a register gives nothing but the number."""
    for key in NUMBERS:
        if found := values.get(key):
            return found[0] if isinstance(found, list) else f"{key.upper()} {found}"
    return ""
