"""Supply paths: the mission's question, asked in words and answered with steps and evidence.

The two queries `paths-from-place` and `paths-from-company` find the paths; this module turns what
a person writes (`EU`, `CN:public-security-bureau`, a name) into their parameters, leaves out what
was not asked for, and adds names, steps and claims. The JSON of a path is fixed (DESIGN, 5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sousveil.errors import BadParameter
from sousveil.graph import Store
from sousveil.graph.records import path_id
from sousveil.graph.standing import weakest
from sousveil.ontology import Schema
from sousveil.ontology.dates import FIRST, Bounds, bounds
from sousveil.queries.catalogue import get
from sousveil.queries.resolve import Resolved, resolve

__all__ = ["Paths", "Question", "SupplyPath", "find_paths"]


class Question(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename={
    "from_": "from",
}):
    """What is asked. Everything but `from_` and `to` narrows the answer or sets a limit."""

    from_: str
    """Region, country or company: `EU`, `SE`, `Axis Communications`."""
    to: str
    """Kind of body, a kind within a country, or one body: `CN:public-security-bureau`."""
    within: str = ""
    """Place that contains the end user."""
    programme: str = ""
    product: str = ""
    channel: str = ""
    standing_at_least: str = ""
    contested: bool | None = None
    as_of: str = ""
    """Day for which seat and ownership are judged; empty: the date of each transaction."""
    after: str = ""
    """Only deliveries on this day or later; those without a date are left out."""
    before: str = ""
    """Only deliveries on this day or earlier; those without a date are left out."""
    max_ownership: int = 6
    max_transactions: int = 3
    max_rollup: int | None = None
    """Steps of part-of above the end user; by default 4 for a body and 0 for a kind."""
    include_inferred: bool = False
    include_minority: bool = False
    limit: int = 1000
    """Most paths to answer; 0 for all."""
    skip: int = 0
    """Paths to leave out at the beginning: those of the parts that were asked for before."""


class Party(msgspec.Struct, frozen=True):
    """An organisation or a transaction, by the name that it had."""

    id: str
    name: str


class Origin(msgspec.Struct, frozen=True):
    """A company at which a path starts, or a parent above it."""

    id: str
    name: str
    country: str


class Step(msgspec.Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """One relation of a path."""

    relation: str
    from_: Party
    to: Party
    standing: str
    valid: str
    claims: tuple[str, ...]


class Event(msgspec.Struct, frozen=True):
    """The transaction that delivered."""

    id: str
    kind: str
    date: str
    title: str


class EndUser(msgspec.Struct, frozen=True):
    """The body that received the goods."""

    id: str
    name: str
    name_zh: str
    kind: str
    place: str


class PathClaim(msgspec.Struct, frozen=True):
    """A claim on which a path rests, or a reply to it."""

    id: str
    author: str
    basis: str
    stance: str
    source: str
    locator: str


class SupplyPath(msgspec.Struct, frozen=True, kw_only=True):
    """One supply path from an origin company to an end user."""

    id: str
    origin: Origin
    ultimate_parents: tuple[Origin, ...]
    channel: str
    steps: tuple[Step, ...]
    transaction: Event
    sellers: tuple[Party, ...]
    end_user: EndUser
    part_of: tuple[Party, ...]
    products: tuple[str, ...]
    programmes: tuple[str, ...]
    standing: str
    contested: bool
    inferred: bool
    claims: tuple[PathClaim, ...]


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    """The answer, with what was asked and of which data set."""

    query: Question
    as_of: str
    """The day asked for, or `transaction-date`."""
    dataset: str
    paths: tuple[SupplyPath, ...]
    truncated: bool


class Notes(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer leaves out, to be said beside it."""

    found: int
    """Paths that match, before the limit."""
    inferred: int
    """Inferred paths that were left out."""
    undated: int
    """Paths that were left out because a delivery is not dated closely enough."""
    companies: tuple[str, ...]
    """For a company: the ids that were searched, its predecessors included."""
    understood: tuple[str, ...]
    """What names in the question were taken to mean, where they are not the nodes' own."""


def find_paths(store: Store, question: Question, timeout: float = 0) -> tuple[Paths, Notes]:
    """Answer the question; raises BadParameter, naming what was not understood."""
    _check(question)
    meaning = _Meaning(store)
    rows, companies = _rows(meaning, question, timeout)
    if question.as_of:
        rows = _existing(store, rows, question.as_of)
    kept, inferred, undated = [], 0, 0
    for row in rows:
        standing = weakest(s for s in row["standings"] if s)
        if not row["certain"]:
            standing = "inferred"
        row["standing"] = standing
        row["channel"] = row["channel"] or ("direct" if not row["ownership"] else "own-subsidiary")
        if not _asked(question, row):
            continue
        if (question.after and row["date_from"] < question.after) or (
            question.before and row["date_to"] > question.before
        ):
            span = (row["date_from"], row["date_to"])
            undated += _may_match(question, span)
            continue
        if standing == "inferred" and not question.include_inferred:
            inferred += 1
            continue
        kept.append(row)
    kept.sort(key=_order)
    left = kept[question.skip :]
    shown = left[: question.limit] if question.limit else left
    composed = _Composer(store, shown, question, timeout).paths()
    answer = Paths(
        query=question, as_of=question.as_of or "transaction-date", dataset=store.info.dataset,
        paths=composed, truncated=len(shown) < len(left),
    )
    return answer, Notes(
        found=len(kept), inferred=inferred, undated=undated, companies=tuple(companies),
        understood=tuple(meaning.understood),
    )


def _check(question: Question) -> None:
    schema = Schema.load()
    for name, low, high in (
        ("max_ownership", 0, 6), ("max_transactions", 1, 3), ("max_rollup", 0, 4),
    ):
        value = getattr(question, name)
        if value is not None and not low <= value <= high:
            raise BadParameter(f"{value} is not between {low} and {high}", name)
    if question.limit < 0:
        raise BadParameter("it cannot be negative", "limit", "write 0 for no limit")
    if question.skip < 0:
        raise BadParameter("it cannot be negative", "skip")
    for name in ("as_of", "after", "before"):
        text = getattr(question, name)
        if text:
            try:
                span = bounds(text)
            except ValueError as error:
                raise BadParameter(f"{error}", name) from None
            if span.first != span.last:
                raise BadParameter(
                    f"{text!r} is not a day", name, "write YYYY-MM-DD"
                )
    for name, scheme in (("channel", "channel"), ("standing_at_least", "standing")):
        text = getattr(question, name)
        if text and schema.concept(scheme, text) is None:
            raise BadParameter(
                f"{text!r} is not a {scheme}", name,
                "use one of " + ", ".join(sorted(schema.concepts[scheme])),
            )


class _Meaning:
    """Turns names into ids, and keeps what they were taken to mean."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.understood: list[str] = []

    def of(
        self, parameter: str, text: str, classes: tuple[str, ...], also: Collection[str] = ()
    ) -> Resolved:
        """The node that a text means."""
        found = resolve(self.store, parameter, text, classes, also)
        if text.casefold() not in (found.id.casefold(), found.name.casefold()):
            self.understood.append(f"{text}: {found.name} ({found.id})")
        return found


def _existing(
    store: Store, rows: list[dict[str, Any]], day: str
) -> list[dict[str, Any]]:
    """The rows whose origin existed on a day: nobody is an origin before or after its time."""
    origins = sorted({r["origin"] for r in rows})
    existing = {
        r["id"] for r in get("companies").run(store, ids=origins).dicts()
        if r["founded_from"] <= day <= r["dissolved_to"]
    } if origins else set()
    return [r for r in rows if r["origin"] in existing]


def _rows(
    meaning: _Meaning, question: Question, timeout: float
) -> tuple[list[dict[str, Any]], list[str]]:
    store = meaning.store
    given: dict[str, Any] = {
        "as_of": question.as_of, "max_ownership": question.max_ownership,
        "max_transactions": question.max_transactions,
        "include_minority": question.include_minority, **_target(meaning, question),
    }
    if question.within:
        given["within"] = meaning.of("within", question.within, ("Place",)).id
    if question.programme:
        found = meaning.of("programme", question.programme, ("Programme",))
        given["programmes"] = _below(store, "phases", "phase", [found.id])
    if question.product:
        found = meaning.of("product", question.product, ("Product",))
        given["products"] = _below(store, "variants", "model", [found.id])
    origin = meaning.of("from", question.from_, ("Place", "Company"))
    if origin.cls == "Place":
        table = get("paths-from-place").run(store, timeout, place=origin.id, **given)
        return table.dicts(), []
    companies = _below(store, "predecessors", "predecessor", [origin.id])
    table = get("paths-from-company").run(store, timeout, companies=companies, **given)
    return table.dicts(), companies


def _target(meaning: _Meaning, question: Question) -> dict[str, Any]:
    """Parameters for `to`: a kind, a place and a kind, or a body."""
    place, colon, kind = question.to.rpartition(":")
    schemes = Schema.load().concepts["organisation-kind"]
    if kind in schemes:
        given: dict[str, Any] = {"kind": kind, "max_rollup": question.max_rollup or 0}
        if colon:
            given["country"] = meaning.of("to", place, ("Place",)).id
        return given
    body = meaning.of("to", question.to, ("PublicBody",), schemes)
    rollup = 4 if question.max_rollup is None else question.max_rollup
    return {"body": body.id, "max_rollup": rollup}


def _below(store: Store, query: str, column: str, ids: list[str]) -> list[str]:
    """The ids and everything that the query finds below them, over any number of steps."""
    found, new = list(ids), list(ids)
    while new:
        rows = get(query).run(store, ids=new).dicts()
        new = sorted({r[column] for r in rows} - set(found))
        found += new
    return found


def _asked(question: Question, row: Mapping[str, Any]) -> bool:
    rank = Schema.load().rank
    return (
        question.channel in ("", row["channel"])
        and question.contested in (None, row["contested"])
        and (not question.standing_at_least
             or rank(row["standing"]) >= rank(question.standing_at_least))
    )


def _may_match(question: Question, span: tuple[str, str]) -> bool:
    """Whether the delivery may lie in the period although it is not sure to."""
    return not (
        (question.after and span[1] < question.after)
        or (question.before and span[0] > question.before)
    )


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    # A delivery of which only the end is known is placed at that end.
    known = row["date_from"] if row["date_from"] != FIRST else row["date_to"]
    return (row["origin"], known, row["end_user"], row["transactions"], row["ownership"])


class _Composer:
    """Adds to the rows of an answer what a reader wants to see of each path."""

    def __init__(
        self, store: Store, rows: Sequence[Mapping[str, Any]], question: Question, timeout: float
    ) -> None:
        self.store = store
        self.rows = rows
        self.question = question
        self.timeout = timeout
        self._companies = self._by("companies", {c for r in rows for c in r["companies"]})
        transactions = {t for r in rows for t in r["transactions"]}
        self._roles = self._by("roles", transactions, "transaction")
        self._goods = self._by("goods", transactions, "transaction")
        self._transactions = self._by("transactions", transactions)
        self._ownerships = {
            r["id"]: r
            for r in self._ask("ownerships", {c for r in rows for c in r["companies"]})
        } if any(r["ownership"] for r in rows) else {}
        self._owners = self._by("owners", {r["origin"] for r in rows}, "company")
        owner_ids = {o["owner"] for found in self._owners.values() for o in found}
        self._owned = self._by("owners", owner_ids, "company")
        self._bodies = self._by("bodies", {r["end_user"] for r in rows})
        self._superiors = self._by("superiors", {r["end_user"] for r in rows})
        self._claims: dict[str, dict[str, Any]] = {}

    def _ask(self, query: str, ids: Iterable[str]) -> list[dict[str, Any]]:
        wanted = sorted(ids)
        if not wanted:
            return []
        return get(query).run(self.store, self.timeout, ids=wanted).dicts()

    def _by(
        self, query: str, ids: Iterable[str], key: str = "id"
    ) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self._ask(query, ids):
            found[row[key]].append(row)
        return found

    def paths(self) -> tuple[SupplyPath, ...]:
        """The paths, in the order of the rows."""
        drafts = [(row, self._steps(row)) for row in self.rows]
        wanted = {c for row, steps in drafts for s in steps for c in s.claims}
        wanted |= {
            c for r in self.rows for t in r["transactions"]
            for c in self._transactions[t][0]["claims"]
        }
        self._claims = {c["id"]: c for c in self._ask("claims", wanted)}
        return tuple(self._path(row, steps) for row, steps in drafts)

    def _span(self, row: Mapping[str, Any]) -> Bounds:
        """The days "as of" which names and owners are those of the path."""
        if self.question.as_of:
            return Bounds(self.question.as_of, self.question.as_of)
        span = bounds(self._transactions[row["transactions"][0]][0]["date"] or "")
        return Bounds(span.first if span.first != FIRST else span.last, span.last)

    def _steps(self, row: Mapping[str, Any]) -> tuple[Step, ...]:
        span = self._span(row)
        steps = [
            self._owns(self._ownerships[edge], span) for edge in row["ownership"]
        ]
        first, last = row["transactions"][0], row["transactions"][-1]
        entry = row["companies"][-1]
        if row["role"] == "MANUFACTURER":
            steps += self._parts(first, ("MANUFACTURER",), {entry})
        for number, transaction in enumerate(row["transactions"]):
            steps += self._parts(transaction, ("SELLER",), None)
            if transaction == last:
                steps += self._parts(transaction, (row["received_as"],), {row["end_user"]})
            else:
                onward = {
                    r["organisation"] for r in self._roles[row["transactions"][number + 1]]
                    if r["role"] == "SELLER"
                }
                steps += self._parts(transaction, ("END_USER", "BUYER"), onward)
        return tuple(steps)

    def _owns(self, edge: Mapping[str, Any], span: Bounds) -> Step:
        return Step(
            relation="OWNS",
            from_=Party(edge["owner"], self._name(edge["owner"], span)),
            to=Party(edge["owned"], self._name(edge["owned"], span)),
            standing=edge["standing"], valid=edge["valid"] or "", claims=tuple(edge["claims"]),
        )

    def _parts(
        self, transaction: str, roles: tuple[str, ...], parties: set[str] | None
    ) -> list[Step]:
        """The roles of these kinds in a transaction, of these parties or of all."""
        event = self._transactions[transaction][0]
        party = Party(transaction, event["title"])
        steps = []
        for role in self._roles[transaction]:
            if role["role"] not in roles or (parties is not None
                                             and role["organisation"] not in parties):
                continue
            if role["role"] in ("BUYER", "END_USER") and not role["recipient"]:
                continue
            org = Party(role["organisation"], role["name"])
            gives = role["role"] in ("SELLER", "MANUFACTURER")
            steps.append(Step(
                relation=role["role"], from_=org if gives else party, to=party if gives else org,
                standing=role["standing"], valid=event["date"] or "", claims=tuple(role["claims"]),
            ))
        return steps

    def _path(self, row: Mapping[str, Any], steps: tuple[Step, ...]) -> SupplyPath:
        span = self._span(row)
        event = self._transactions[row["transactions"][-1]][0]
        goods = self._goods[event["id"]]
        claims = {c for s in steps for c in s.claims}
        for transaction in row["transactions"]:
            claims |= set(self._transactions[transaction][0]["claims"])
        relations = [*row["ownership"], row["role"], *row["transactions"], row["received_as"]]
        return SupplyPath(
            id=path_id([row["origin"], *relations, row["end_user"]]),
            origin=self._origin(row["origin"], span),
            ultimate_parents=self._parents(row["origin"], span),
            channel=row["channel"], steps=steps,
            transaction=Event(event["id"], event["kind"], event["date"] or "", event["title"]),
            sellers=tuple(
                Party(r["organisation"], r["name"])
                for t in row["transactions"] for r in self._roles[t] if r["role"] == "SELLER"
            ),
            end_user=self._end_user(row["end_user"]),
            part_of=tuple(
                Party(s["above"], s["name"]) for s in self._superiors[row["end_user"]]
            ),
            products=tuple(g["name"] for g in goods if g["relation"] == "INCLUDES"),
            programmes=tuple(g["name"] for g in goods if g["relation"] == "UNDER"),
            standing=row["standing"], contested=row["contested"],
            inferred=row["standing"] == "inferred",
            claims=tuple(
                PathClaim(c["id"], c["author"], c["basis"], c["stance"],
                          c["source"], c["locator"])
                for c in (self._claims[i] for i in sorted(claims) if i in self._claims)
            ),
        )

    def _name(self, company: str, span: Bounds) -> str:
        """The company's name at the time: the one whose period contains it, else today's."""
        rows = self._companies.get(company)
        if not rows:
            return company
        for name in msgspec.json.decode(rows[0]["names_json"]):
            if name["valid"] and not name["lang"].startswith("zh"):
                held = bounds(name["valid"])
                if held.first <= span.first and span.last <= held.last:
                    return str(name["text"])
        return str(rows[0]["name"])

    def _origin(self, company: str, span: Bounds) -> Origin:
        countries = [
            r["country"] for r in self._companies[company]
            if r["country"] and r["valid_from"] <= span.last and r["valid_to"] >= span.first
        ]
        return Origin(company, self._name(company, span), "/".join(sorted(set(countries))))

    def _parents(self, company: str, span: Bounds) -> tuple[Origin, ...]:
        """The owners at the top, as of the date: those whom nobody owns in turn."""
        def held(row: Mapping[str, Any]) -> bool:
            return bool(row["control"] or self.question.include_minority) and (
                row["valid_from"] <= span.last and row["valid_to"] >= span.first
            )

        tops: dict[str, Origin] = {}
        for row in self._owners.get(company, ()):
            if held(row) and not any(held(r) for r in self._owned.get(row["owner"], ())):
                before = tops.get(row["owner"])
                countries = {row["country"] or "", *(before.country.split("/") if before else ())}
                tops[row["owner"]] = Origin(
                    row["owner"], row["name"], "/".join(sorted(c for c in countries if c))
                )
        return tuple(tops[o] for o in sorted(tops))

    def _end_user(self, body: str) -> EndUser:
        rows = self._bodies[body]
        # ISO 3166-2 where the subdivision is known, else the country.
        ranks = {"subdivision": 0, "country": 1}
        places = sorted(
            (ranks[r["place_kind"]], r["place"]) for r in rows if r["place_kind"] in ranks
        )
        first = rows[0]
        return EndUser(
            body, first["name"], first["name_zh"] or "", first["kind"],
            places[0][1] if places else "",
        )

