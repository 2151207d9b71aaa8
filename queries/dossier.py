"""A dossier of supply paths: what a reader needs who has to answer for every sentence.

The content is made once, as blocks of plain text, and every format prints all of them: the chain
in words that follow its standing, each claim with its place, replies beside the claims, values on
which sources differ, what is not known, the documents with their hashes, and how the answer was
obtained.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from sousveil.errors import BadParameter
from sousveil.graph import Store
from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds
from sousveil.queries.catalogue import get
from sousveil.queries.paths import Notes, Party, Paths, Question, SupplyPath
from sousveil.queries.telling import Told, chain, place, sentence, told
from sousveil.queries.words import (
    CHANNELS,
    STANCES,
    basis_words,
    date_words,
    standing_words,
)
from sousveil.version import VERSION

__all__ = [
    "Block", "Dossier", "Facts", "Heading", "Items", "Picture", "Table", "Text", "asked", "dossier",
    "printable",
]


class Heading(msgspec.Struct, frozen=True, tag=True):
    """A heading; level 2 for a part of the dossier, 3 for what is below it."""

    level: int
    text: str


class Text(msgspec.Struct, frozen=True, tag=True):
    """A paragraph."""

    text: str


class Facts(msgspec.Struct, frozen=True, tag=True):
    """Pairs of a label and a value."""

    rows: tuple[tuple[str, str], ...]


class Items(msgspec.Struct, frozen=True, tag=True):
    """A list."""

    items: tuple[str, ...]


class Table(msgspec.Struct, frozen=True, tag=True):
    """A table with a row of headings."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Picture(msgspec.Struct, frozen=True, tag=True):
    """The chain of a path, to be drawn."""

    path: SupplyPath
    classes: dict[str, str]
    """The class of each of its nodes."""
    contested: tuple[int, ...]
    """Which of its steps somebody disputes or does not confirm, counted from 0."""
    title: str


Block = Heading | Text | Facts | Items | Table | Picture


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What is printed, in order, and of which data set."""

    title: str
    date: str
    """Date of printing, YYYY-MM-DD."""
    dataset: str
    paths: int
    """How many paths it is about."""
    blocks: tuple[Block, ...]


def dossier(
    store: Store, answer: Paths, notes: Notes, *, ids: Sequence[str] = (), date: str,
    by_clock: bool = False,
) -> Dossier:
    """The dossier of the paths with these ids, or of all paths of an answer.

    `date` is the date of printing; `by_clock` says that the machine's clock gave it and nobody
    else. Raises BadParameter for an id that is not among the paths, and where there is none.
    """
    paths = _chosen(answer, notes, ids)
    found = _Found(store, paths)
    title = "Dossier: " + (
        f"{paths[0].origin.name} to {paths[0].end_user.name}" if len(paths) == 1
        else f"{len(paths)} supply paths"
    )
    blocks = [
        *_opening(paths),
        *(block for n, path in enumerate(paths, 1) for block in _path(found, n, path, len(paths))),
        *_parties(found), *_documents(found), *_method(store, answer, notes, paths, date, by_clock),
    ]
    return _clean(Dossier(title=title, date=date, dataset=answer.dataset, paths=len(paths),
                          blocks=tuple(blocks)))


def _chosen(answer: Paths, notes: Notes, ids: Sequence[str]) -> list[SupplyPath]:
    known = {p.id: p for p in answer.paths}
    for id_ in ids:
        if id_ not in known:
            raise BadParameter(
                f"{id_!r} is not among the {len(known)} paths that answer this question", "path",
                "ask with the options with which `sousveil paths` showed it"
                + ("; --include-inferred looks among inferred ones, too" if notes.inferred else "")
                + ("; --limit 0 looks among all" if answer.truncated else ""),
            )
    if not known:
        raise BadParameter(
            "no path answers this question", "path", "`sousveil paths` with the same options says "
            "what was left out"
        )
    return [known[i] for i in dict.fromkeys(ids)] if ids else list(answer.paths)


# Text that cannot play tricks --------------------------------------------------------------------


def printable(text: str) -> str:
    r"""The text with everything that has no shape of its own written out, and plain spaces.

    A mark that turns the direction of writing would make a page say what the data do not say.

    >>> printable("a\u202eb")
    'a[U+202E]b'
    """
    return "".join(
        c if c.isprintable() or c in "\u200c\u200d"
        else " " if c.isspace() else f"[U+{ord(c):04X}]" for c in text
    )


def _clean(found: Dossier) -> Dossier:
    return msgspec.convert(_cleaned(msgspec.to_builtins(found)), Dossier)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {k: _cleaned(v) for k, v in value.items()}
    return [_cleaned(v) for v in value] if isinstance(value, list | tuple) else value


# What the graph holds about the paths ------------------------------------------------------------


_BEHIND = {
    "owns": ("Ownership", "owns"),
    "part-of": ("What the recipient is part of", "is part of"),
    "succeeded-by": ("What became of the companies", "went on as"),
}
"""The relations behind a path, with a heading and how each is said."""


class _Element(NamedTuple):
    """A relation or a transaction on which a path rests, and what it is called."""

    id: str
    label: str
    standing: str
    contested: bool
    valid: str
    """When it held, as stated."""
    origins: int
    """Independent documents behind it; 0 where the graph does not say."""
    claims: tuple[str, ...]


class _Group(NamedTuple):
    """Elements of one kind: ownership, what a body is part of, a transaction with its parts."""

    title: str
    elements: tuple[_Element, ...]


class _Found:
    """Everything that the dossier tells, read from the graph at once."""

    def __init__(self, store: Store, paths: Sequence[SupplyPath]) -> None:
        self._store = store
        self.schema = Schema.load()
        self.told = dict(zip((p.id for p in paths), told(store, paths), strict=True))
        self._transactions = sorted({t for p in paths for t in _transactions(p)})
        self.edges = self._ask("edges", self._transactions)
        parties = {end.id for p in paths for s in p.steps for end in (s.from_, s.to)}
        parties |= {p.origin.id for p in paths} | {p.end_user.id for p in paths}
        self.voices = {c.id: self._successors(c.id) for p in paths for c in _concerned(p)}
        """Each company of a path, with those that went on as it: any of them may have replied."""
        self._behind = {p.id: self._relations(p) for p in paths}
        others = {i.split("--")[2] for i in self.edges} | {
            r[end] for rows in self._behind.values() for r in rows for end in ("start", "finish")
        }
        self.nodes = self._ask("nodes", parties | others)
        self._contested = {i for i, e in self.edges.items() if e["contested"]} | {
            r["id"] for rows in self._behind.values() for r in rows if r["contested"]
        }
        self.groups = {p.id: tuple(self._groups(p)) for p in paths}
        own = [c for i in parties | others for c in self.nodes.get(i, {}).get("claims", ())]
        ids = {c for p in paths for c in [x.id for x in p.claims]} | {
            c for groups in self.groups.values() for g in groups for e in g.elements
            for c in e.claims
        }
        names = {c["id"]: c for c in get("claims").run(store, ids=sorted(ids | set(own))).dicts()}
        records = dict(get("claim-records").run(store, ids=sorted(names), about=[]).rows)
        self.claims = {i: {**records[i], **names[i]} for i in sorted(names)}
        # Claims on the paths themselves; the others describe parties and goods.
        shown = ids & names.keys()
        self.parties = sorted(
            i for i in parties | others
            if self.nodes.get(i, {}).get("class") in ("Company", "PublicBody")
        )
        self.read = {self.claims[c]["source"] for c in shown}
        cited = {self.claims[c]["primary_source"] for c in shown} - {""}
        self.documents = self._ask("nodes", self.read | cited)
        publishers = {d["publisher"] for d in self.documents.values() if d.get("publisher")}
        self.publishers = {
            r["id"]: r["name"] for r in get("node-class").run(store, ids=sorted(publishers)).dicts()
        } if publishers else {}

    def _ask(self, query: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        return dict(get(query).run(self._store, ids=sorted(ids)).rows)

    def _successors(self, company: str) -> set[str]:
        found, new = {company}, [company]
        while new:
            rows = get("successors").run(self._store, ids=new).dicts()
            new = sorted({r["successor"] for r in rows} - found)
            found |= set(new)
        return found

    def _relations(self, path: SupplyPath) -> list[dict[str, Any]]:
        """Who owns whom, who is part of what and who went on as whom, around a path."""
        above = get("owners").run(self._store, ids=[path.origin.id]).dicts()
        tops = {p.id for p in path.ultimate_parents}
        below = get("owners").run(self._store, ids=sorted({r["owner"] for r in above})).dicts()
        owners = tops | {r["company"] for r in below if r["owner"] in tops}
        among = {
            "owns": {path.origin.id, *owners,
                     *(s.from_.id for s in path.steps if s.relation == "MANUFACTURER"),
                     *(s.id for s in path.sellers if path.channel == "own-subsidiary"),
                     *(s.to.id for s in path.steps if s.relation == "OWNS")},
            "part-of": {path.end_user.id, *(b.id for b in path.part_of)},
            "succeeded-by": {v for c in _concerned(path) for v in self.voices[c.id]},
        }
        rows = get("relations-among").run(self._store, ids=sorted(set().union(*among.values())))
        return [
            row for row in rows.dicts()
            if {row["start"], row["finish"]} <= among.get(row["id"].split("--")[1], set())
        ]

    def behind(self, path: SupplyPath, kind: str) -> list[dict[str, Any]]:
        """The relations of a kind of _BEHIND around a path."""
        return [r for r in self._behind[path.id] if r["id"].split("--")[1] == kind]

    def contested(self, step: Any) -> bool:
        """Whether somebody disputes, or does not confirm, this very step."""
        return _edge(step) in self._contested

    def name(self, id_: str) -> str:
        """What a node is called, with its Chinese name."""
        node = self.nodes.get(id_, {})
        name = str(node.get("name") or node.get("title") or id_)
        chinese = node.get("name_zh") or node.get("title_zh") or ""
        return name if chinese in ("", name) else f"{name} {chinese}"

    def _groups(self, path: SupplyPath) -> Iterator[_Group]:
        yield from self._group(path, "owns")
        for id_ in _transactions(path):
            node = self.nodes[id_]
            edges = {i: e for i, e in self.edges.items() if i.startswith(id_ + "--")}
            first = [_edge(s) for s in path.steps]
            ordered = sorted(edges, key=lambda i: (first.index(i) if i in first else 99, i))
            yield _Group(f"Transaction: {self.name(id_)}", (
                _Element(id_, "the transaction", node["standing"], node["contested"], "",
                         node["origins"], tuple(node["claims"])),
                *(_Element(i, self._part(i, edges[i]["class"]), edges[i]["standing"],
                           edges[i]["contested"], "", edges[i]["origins"],
                           tuple(edges[i]["claims"])) for i in ordered),
            ))

        yield from self._group(path, "part-of")
        yield from self._group(path, "succeeded-by")

    def _group(self, path: SupplyPath, kind: str) -> Iterator[_Group]:
        title, verb = _BEHIND[kind]
        elements = tuple(
            _Element(
                r["id"], f"{self.name(r['start'])} {verb} {self.name(r['finish'])}",
                r["standing"], r["contested"], r["valid"] or "", 0, tuple(r["claims"]),
            )
            for r in self.behind(path, kind)
        )
        if elements:
            yield _Group(title, elements)

    def _part(self, edge: str, kind: str) -> str:
        return f"{self.schema.relations[kind].label}: {self.name(edge.split('--')[2])}"


def _transactions(path: SupplyPath) -> list[str]:
    found = [
        (s.to if s.relation in ("SELLER", "MANUFACTURER") else s.from_).id
        for s in path.steps if s.relation != "OWNS"
    ]
    return list(dict.fromkeys(found))


def _edge(step: Any) -> str:
    ends = (step.from_.id, step.to.id)
    if step.relation in ("SELLER", "MANUFACTURER"):
        ends = ends[::-1]
    return f"{ends[0]}--{step.relation.lower().replace('_', '-')}--{ends[1]}"


# The parts of the dossier ------------------------------------------------------------------------


def _opening(paths: Sequence[SupplyPath]) -> Iterator[Block]:
    yield Text(
        "This dossier shows what documents and statements say about "
        + ("one supply path" if len(paths) == 1 else f"{len(paths)} supply paths")
        + ", who says it, and where it can be read. A sentence says no more than its evidence: "
        "the standing of a path is that of its weakest step. What a company or body says itself "
        "stands beside what others say of it. That nothing is recorded does not mean that nothing "
        "was said."
    )


def _path(found: _Found, number: int, path: SupplyPath, of: int) -> Iterator[Block]:
    about = found.told[path.id]
    yield Heading(2, (f"Path {number}: " if of > 1 else "The path: ") + " → ".join(chain(path)))
    yield Text(sentence(path, about))
    yield Picture(
        path, {i: found.nodes[i]["class"] for s in path.steps for i in (s.from_.id, s.to.id)},
        tuple(n for n, step in enumerate(path.steps) if found.contested(step)),
        " → ".join(chain(path)),
    )
    yield Facts(tuple((k, v) for k, v in _facts(found, path, about) if v))
    yield Heading(3, "The steps")
    yield Items(tuple(_step(found, s) for s in path.steps))
    for group in found.groups[path.id]:
        yield Heading(3, f"Claims and replies. {group.title}")
        yield from _evidence(found, path, group)
    yield Heading(3, "Values on which sources differ")
    conflicts = tuple(_conflicts(found, path))
    yield Items(conflicts) if conflicts else Text(
        "None: no two claims in the data set give different values for these elements."
    )
    yield Heading(3, "What is not known")
    yield Items(tuple(_gaps(found, path, about)))


def _facts(found: _Found, path: SupplyPath, about: Told) -> Iterator[tuple[str, str]]:
    kind = found.schema.concept("transaction-kind", path.transaction.kind)
    event = found.nodes[path.transaction.id]
    yield "Standing", standing_words(path.standing) + ("; contested" if path.contested else "")
    yield "Channel", CHANNELS[path.channel]
    for held in about.subsidiaries:
        because = f", because {held.because}" if held.because else ""
        yield "Subsidiary", f"{held.seller}: ownership {standing_words(held.standing)}{because}"
    yield "Transaction", found.name(path.transaction.id)
    yield "Kind", kind.label if kind else path.transaction.kind
    yield "Date", date_words(path.transaction.date)
    yield "Amount", " ".join(str(event[k]) for k in ("amount", "currency") if event.get(k))
    yield "Reference", str(event.get("reference") or "")
    yield "Product", ", ".join(path.products)
    yield "Programme", ", ".join(path.programmes)
    yield "Recipient", found.name(path.end_user.id)
    yield "Used in", ", ".join(about.used_in)
    yield "Part of", ", ".join(b.name for b in path.part_of)
    for parent in path.ultimate_parents:
        named = f"{parent.name} ({parent.country})" if parent.country else parent.name
        link = next((
            r for r in found.behind(path, "owns")
            if (r["start"], r["finish"]) == (parent.id, path.origin.id)
        ), None)
        yield "Parent of the origin", f"{named}: " + (
            _held(link["standing"], link["contested"], link["valid"])
            + ("" if link["valid"] else "; when is not stated")
            if link else "through others; see ownership"
        )
    yield "Path", path.id


def _step(found: _Found, step: Any) -> str:
    label = found.schema.relations[step.relation].label
    return f"{step.from_.name} → {step.to.name} ({label}): " + _held(
        step.standing, found.contested(step), step.valid)


def _held(standing: str, contested: bool, valid: str | None) -> str:
    return standing_words(standing) + ("; contested" if contested else "") + (
        f"; {date_words(valid)}" if valid else "")


def _evidence(found: _Found, path: SupplyPath, group: _Group) -> Iterator[Block]:
    steps = {_edge(s) for s in path.steps}
    yield Items(tuple(
        f"{e.label}: {_held(e.standing, e.contested, e.valid)}"
        for e in group.elements if e.id not in steps
    ))
    rows = []
    claims = [(e, found.claims[c]) for e in group.elements for c in e.claims if c in found.claims]
    for element, claim in claims:
        if not claim["summary"]:
            rows.append((_who(found, claim), _what(found, element, claim), _where(claim)))
    order = list(STANCES)
    replies = sorted(
        ((e, c) for e, c in claims if c["summary"]), key=lambda pair: order.index(pair[1]["stance"])
    )
    for element, claim in replies:
        said = f" Said {date_words(claim['said'])}." if claim["said"] else ""
        of = "" if element.label == "the transaction" else f" (on {element.label})"
        rows.append((
            _who(found, claim), f"{STANCES[claim['stance']]}{of}: {claim['summary']}{said}",
            _where(claim),
        ))
    yield Table(("Who says it", "What is said", "Where it can be read"), tuple(rows))
    authors = {claim["author"] for _, claim in claims}
    named = {end for e in group.elements for end in e.id.split("--")}
    silent = [
        p.name for p in _concerned(path) if not found.voices[p.id] & authors
        # A transaction concerns also who owns its parties.
        and (p.id in named or path.transaction.id in named)
    ]
    if silent:
        yield Text(
            f"No statement of {' or '.join(silent)} on this is in the data set; that does not mean "
            "that none was made."
        )


def _concerned(path: SupplyPath) -> list[Party]:
    """The companies of the path: origin, maker and sellers."""
    makers = [s.from_ for s in path.steps if s.relation == "MANUFACTURER"]
    origin = Party(path.origin.id, path.origin.name)
    return list({p.id: p for p in (origin, *makers, *path.sellers)}.values())


def _who(found: _Found, claim: Mapping[str, Any]) -> str:
    return f"{claim['author_name']} ({basis_words(claim['basis'])})"


def _what(found: _Found, element: _Element, claim: Mapping[str, Any]) -> str:
    values = "; ".join(f"{label}: {text}" for label, text in _values(found, claim))
    text = f"{STANCES[claim['stance']]}: {element.label}" + (f" ({values})" if values else "")
    if claim["inferred_because"]:
        text += f"; concluded by the editors, because {claim['inferred_because']}"
    return text + (f"; note: {claim['note']}" if claim["note"] else "")


def _values(
    found: _Found, claim: Mapping[str, Any], lists: bool = True
) -> Iterator[tuple[str, str]]:
    """What a claim gives as values, with the labels of the ontology; without lists if so asked."""
    kind = found.schema.classes.get(claim["kind"]) or found.schema.relations.get(claim["kind"])
    labels = {p.name: p for p in kind.properties} if kind else {}
    for name, value in msgspec.json.decode(claim["values"] or "{}").items():
        if isinstance(value, list) and not lists:
            continue  # Several sources add to a list; they do not contradict each other.
        prop = labels.get(name)
        scheme = prop.scheme if prop else ""
        concept = found.schema.concept(scheme, value) if scheme and isinstance(value, str) else None
        text = concept.label if concept else "; ".join(value) if isinstance(value, list) else value
        if prop and prop.datatype == "date":
            text = date_words(text)
        yield (prop.label if prop else name), str(text)


def _where(claim: Mapping[str, Any]) -> str:
    anchor = f", text file {claim['anchor']}" if claim.get("anchor") else ""
    terms = claim.get("terms") or ()
    words = " with the words " + "; ".join(f"“{t}”" for t in terms) if terms else ""
    return f"{place(claim)}{anchor}{words} [{claim['id']}]"


def _conflicts(found: _Found, path: SupplyPath) -> Iterator[str]:
    told = {found.name(e.id) if e.id in found.nodes else e.label: e.claims
            for g in found.groups[path.id] for e in g.elements}
    for id_ in {end.id: 0 for step in path.steps for end in (step.from_, step.to)}:
        told.setdefault(found.name(id_), tuple(found.nodes[id_]["claims"]))
    for label, ids in told.items():
        said: dict[str, dict[str, list[str]]] = {}
        for claim in (found.claims[c] for c in ids if c in found.claims):
            if claim["kind"] == "Name":
                continue
            for name, value in _values(found, claim, lists=False):
                said.setdefault(name, {}).setdefault(value, []).append(_where(claim))
        for name, values in said.items():
            if len(values) > 1:
                yield f"{label}, {name}: " + "; ".join(
                    f"{value} ({', '.join(at)})" for value, at in values.items()
                )


def _gaps(found: _Found, path: SupplyPath, about: Told) -> Iterator[str]:
    """What no source states, and where one mistake would be enough."""
    event = found.nodes[path.transaction.id]
    span = bounds(path.transaction.date)
    if not path.transaction.date:
        yield "The date of the transaction is not stated."
    elif span.first != span.last:
        yield f"The day of the transaction is not stated ({date_words(path.transaction.date)})."
    relations = {s.relation for s in path.steps}
    for missing, text in (
        (not path.sellers, "Who sold the goods is not stated."),
        ("MANUFACTURER" not in relations, "Who made the goods is not stated."),
        (not path.products, "The product is not stated."),
        ("END_USER" not in relations,
         "No end user is stated; the buyer stands for it."),
        (not event.get("amount"), "The amount is not stated."),
        (path.inferred, "No source states the path as a whole."),
        (path.contested, "Somebody disputes, or does not confirm, a part of the path; see above."),
    ):
        if missing:
            yield text
    for held in about.subsidiaries:
        if held.because:
            yield (f"That {held.seller} was a subsidiary is concluded and not stated, because "
                   f"{held.because}.")
    for link in found.behind(path, "owns"):
        if not link["valid"]:
            yield (f"Since when {found.name(link['start'])} has owned "
                   f"{found.name(link['finish'])}, and until when, is not stated: it counts as the "
                   "owner at any date.")
    for reason in about.reasons:
        yield f"A step is concluded and not stated, because {reason}."
    single = [e.label for g in found.groups[path.id] for e in g.elements if _origins(found, e) == 1]
    if single:
        yield "Only one independent document speaks for each of these: " + "; ".join(single) + "."
    claims = _claims(found, path)
    cited = sorted({c["primary_source"] for c in claims} - found.read - {""})
    if cited:
        yield ("Not read themselves, and known only from the documents that cite them: "
               + ", ".join(cited) + ".")
    yield "What the goods were used for is not shown by a supply path."


def _claims(found: _Found, path: SupplyPath) -> list[Mapping[str, Any]]:
    return [
        found.claims[c] for g in found.groups[path.id] for e in g.elements for c in e.claims
        if c in found.claims
    ]


def _origins(found: _Found, element: _Element) -> int:
    supporting = {
        claim["primary_source"] or claim["source"]
        for claim in (found.claims[c] for c in element.claims if c in found.claims)
        if claim["topic"] == "existence" and claim["stance"] in ("asserts", "confirms")
    }
    return element.origins or len(supporting)


_HIDDEN = {"name", "name_zh", "title", "title_zh", "description"}


def _parties(found: _Found) -> Iterator[Block]:
    yield Heading(2, "Organisations named")
    for id_ in found.parties:
        node = found.nodes[id_]
        cls = found.schema.classes[node["class"]]
        yield Heading(3, found.name(id_))
        rows: list[tuple[str, str]] = [("Id", id_), ("Is", cls.label)]
        others = [n["text"] for n in msgspec.json.decode(node["names_json"])
                  if n["text"] not in (node.get("name"), node.get("name_zh"))]
        rows.append(("Other names", "; ".join(others)))
        for prop in cls.properties:
            if prop.name in _HIDDEN or not (value := node.get(prop.name)):
                continue
            concept = found.schema.concept(prop.scheme, value) if prop.scheme else None
            text = concept.label if concept else (
                "; ".join(value) if isinstance(value, list) else str(value)
            )
            rows.append((prop.label[:1].upper() + prop.label[1:], text))
        rows.append(("Merged ids", ", ".join(node.get("merged") or ())))
        yield Facts(tuple((k, v) for k, v in rows if v))


def _documents(found: _Found) -> Iterator[Block]:
    yield Heading(2, "Documents")
    for id_, node in sorted(found.documents.items()):
        yield Heading(3, str(node.get("title") or id_))
        basis = found.schema.concept("basis", node.get("basis") or "")
        rows = (
            ("Id", id_), ("Chinese title", node.get("title_zh")),
            ("Kind", basis.label if basis else node.get("basis")),
            ("Published by", found.publishers.get(node.get("publisher") or "")),
            ("Date", date_words(node.get("date") or "")),
            ("Reference", node.get("reference")),
            ("Read", "yes" if id_ in found.read else "no: known from the document that cites it"),
            ("URL", node.get("url") or "not recorded"),
            ("Retrieved", node.get("retrieved") or "not recorded"),
            ("Held by", node.get("held_by")), ("File", node.get("file")),
            ("SHA-256", node.get("sha256") or "not recorded"),
            ("Licence", node.get("licence")), ("Embargo", node.get("embargo")),
        )
        yield Facts(tuple((label, str(value)) for label, value in rows if value))


_SAID = {
    "from_": "--from", "max_rollup": "--roll-up", "skip": "",
}
_SWITCHES = {"include_inferred": "--include-inferred", "include_minority": "--include-minority"}


def asked(question: Question) -> str:
    """The command that asks this question again."""
    words = ["sousveil", "paths"]
    for field in msgspec.structs.fields(Question):
        name, value = field.name, getattr(question, field.name)
        if field.default is not msgspec.NODEFAULT and value == field.default:
            continue
        if name == "contested":
            words.append("--contested" if value else "--uncontested")
        elif name in _SWITCHES:
            words.append(_SWITCHES[name])
        elif option := _SAID.get(name, "--" + name.replace("_", "-")):
            words += [option, str(value)]
    return shlex.join(words)


def _method(
    store: Store, answer: Paths, notes: Notes, paths: Sequence[SupplyPath], date: str,
    by_clock: bool,
) -> Iterator[Block]:
    info = store.info
    yield Heading(2, "How this answer was obtained")
    yield Facts(tuple((k, v) for k, v in (
        ("Question", asked(answer.query)),
        ("Parameters", "; ".join(
            f"{k.strip('_')}: {str(v).lower() if isinstance(v, bool) else v}"
            for k, v in msgspec.structs.asdict(answer.query).items() if v not in ("", None)
        )),
        ("Understood", "; ".join(notes.understood)),
        ("Seats and ownership as of",
         "the date of each transaction" if answer.as_of == "transaction-date" else answer.as_of),
        ("Paths", f"{len(paths)} shown of {notes.found} that match"),
        ("Left out", "; ".join(
            f"{n} {what}" for n, what in (
                (notes.inferred, "inferred"), (notes.undated, "not dated closely enough"),
            ) if n
        )),
        ("Data set", answer.dataset),
        ("Ontology", info.ontology),
        ("Graph built by", f"Sousveil {info.version}"),
        ("Printed by", f"Sousveil {VERSION}"),
        ("Printed on", date + (" by the clock of the machine" if by_clock else ", as given")),
    ) if v))
    yield Heading(3, "What the words mean")
    schema = Schema.load()
    yield Facts(tuple(
        (standing_words(c.id), c.definition)
        for c in sorted(schema.concepts["standing"].values(), key=lambda c: -schema.rank(c.id))
    ))
    yield Text(
        "The data set hash names the claims and the decisions from which the graph was made: who "
        "has the same claims gets the same hash and the same answer. Each claim has an id, in "
        "brackets, under which the site shows it. The command sousveil verify compares places and "
        "words with the documents themselves."
    )
