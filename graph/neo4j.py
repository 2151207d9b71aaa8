"""The team store: a Neo4j 5 server, cluster or Aura, through the official driver.

Readers never see half a graph. A new one is written beside the old, under labels of its own
(`Next_Company`), batch by batch; one transaction then turns the old labels into `Past` and the new
ones into the labels that queries ask for. A build that was cut off goes on where it stopped:
every batch records its number in the transaction that writes it.

    (:SousveilGraph {info})       what the graph in force was built from
    (:SousveilBuild {dataset, done})   a build that is under way
"""

from __future__ import annotations

import getpass
import logging
import os
import re
import ssl
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec
import neo4j
from neo4j import exceptions

from sousveil.errors import ConfigError, QueryError, StoreError, StoreUnavailable
from sousveil.graph.assemble import Assembly
from sousveil.graph.search import Hit, SearchRow, forms, rank, words
from sousveil.graph.store import Result, StoreInfo, bound
from sousveil.ontology import Schema
from sousveil.ontology.derive import neo4j_constraints
from sousveil.settings import own_machine
from sousveil.version import VERSION

__all__ = ["Neo4jStore"]

FORMAT = 1
SCHEMES = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_BATCH = 5_000
_CANDIDATES = 200
_AGENT = re.compile(r"Neo4j/(\d+)\.")
_LONG = 64
"""Letters of a word up to which typing errors are looked for; Lucene refuses some hundred."""
_WAIT = 30.0
"""Seconds for which a lost server is retried, about: pauses double, so that the last one, which
begins within the first half of the time, is as long as all before it."""


class Neo4jStore:
    """A graph on a Neo4j server. One driver for the whole process that opens it."""

    def __init__(self, url: str, credentials: tuple[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self.url = url
        self.database = parts.path.strip("/") or "neo4j"
        if parts.username or parts.password:
            raise ConfigError(
                "a password in a store's URL can be read by others on this machine",
                "set SOUSVEIL_NEO4J_USER and SOUSVEIL_NEO4J_PASSWORD instead",
            )
        if not parts.hostname:
            raise ConfigError(f"{url!r} names no host", "write neo4j://HOST[:PORT][/DATABASE]")
        plain = parts.scheme in ("neo4j", "bolt")
        if plain and not own_machine(parts.hostname) and not os.environ.get("SOUSVEIL_NEO4J_PLAIN"):
            raise ConfigError(
                f"{parts.scheme}:// to {parts.hostname} would send the password and the data "
                "unencrypted",
                f"write {parts.scheme}+s://, or set SOUSVEIL_NEO4J_PLAIN=1 if the network between "
                "is trusted",
            )
        self._address = f"{parts.scheme}://{parts.netloc}"
        self._entered: neo4j.Driver | None = None
        self._given = credentials

    # -- reading

    @cached_property
    def credentials(self) -> tuple[str, str] | None:
        """User and password, asked for once; None where the server asks for none."""
        return self._given or _credentials()

    @property
    def driver(self) -> neo4j.Driver:
        """The one driver of this store, opened when it is first needed."""
        if self._entered is None:
            # What the driver would write to standard error is said by our own message.
            logging.getLogger("neo4j").addHandler(logging.NullHandler())
            with ExitStack() as failing:
                driver = failing.enter_context(neo4j.GraphDatabase.driver(
                    self._address, auth=self.credentials, telemetry_disabled=True,
                    user_agent=f"sousveil/{VERSION}",
                    connection_timeout=10.0, connection_acquisition_timeout=_WAIT,
                    max_transaction_retry_time=_WAIT / 2, notifications_min_severity="OFF",
                ))
                # Not retried, as queries are: a wrong address would take a minute to be told.
                agent = driver.get_server_info().agent
                if (found := _AGENT.match(agent)) and int(found[1]) < 5:
                    raise StoreError(
                        f"{self.url}: the server is {agent}, and the queries need Neo4j 5",
                        "move to Neo4j 5.26 or later, or name another server",
                    )
                failing.pop_all()
            self._entered = driver
        return self._entered

    @cached_property
    def info(self) -> StoreInfo:
        """What the graph was built from, when it was first asked."""
        return self.current()

    def current(self) -> StoreInfo:
        """What the graph on the server is built from now."""
        rows = self._read("MATCH (g:SousveilGraph) RETURN g.info AS info")
        if not rows:
            raise StoreUnavailable(
                f"no graph has been built in {self.url}", "run `sousveil build` with this --store"
            )
        try:
            info = msgspec.json.decode(rows[0]["info"], type=StoreInfo)
        except msgspec.DecodeError as error:
            raise StoreError(
                f"{self.url}: not built by Sousveil: {error}", "run `sousveil build`"
            ) from error
        if info.format != FORMAT or info.ontology != Schema.load().hash:
            raise StoreError(
                f"{self.url}: the graph was built by sousveil {info.version} with another "
                "ontology or format",
                "run `sousveil build`: the graph is made again from the claims",
            )
        return info

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        """Run one reading statement; see `Store.run`."""
        given = bound(cypher, parameters)
        _ = self.info
        with self.errors(timeout):
            answer = self.driver.execute_query(
                neo4j.Query(cypher, timeout=timeout or None),
                given, database_=self.database,
                routing_=neo4j.RoutingControl.READ,
            )
        return Result(
            tuple(answer.keys),
            tuple(tuple(_plain(v) for v in record.values()) for record in answer.records),
        )

    def search(
        self, text: str, limit: int = 10, classes: Collection[str] = ()
    ) -> Sequence[Hit]:
        """Nodes whose names match; candidates by Neo4j's full-text index, ranked as elsewhere."""
        _ = self.info
        found = words(text)
        if not found or limit < 1:
            return []
        lucene = " OR ".join(map(_lucene, found[:16]))
        rows = self._read(
            "CALL db.index.fulltext.queryNodes('names', $text, {limit: $limit}) "
            "YIELD node, score RETURN node, labels(node)[0] AS cls ORDER BY score DESC",
            text=lucene, limit=_CANDIDATES,
        )
        candidates = [_search_row(row["cls"], row["node"]) for row in rows]
        return rank(text, (r for r in candidates if not classes or r.cls in classes), limit)

    def _read(self, cypher: str, **parameters: Any) -> list[dict[str, Any]]:
        with self.errors(0):
            answer = self.driver.execute_query(
                cypher, parameters, database_=self.database, routing_=neo4j.RoutingControl.READ
            )
        return [record.data() for record in answer.records]

    @contextmanager
    def errors(self, timeout: float) -> Iterator[None]:
        """Errors of the driver in our words."""
        try:
            yield
        except exceptions.AuthError as error:
            raise StoreError(
                f"{self.url}: the server refuses the user name or password",
                "set SOUSVEIL_NEO4J_USER and SOUSVEIL_NEO4J_PASSWORD",
            ) from error
        except exceptions.UnsupportedServerProduct as error:
            raise StoreError(
                f"{self.url}: the server speaks no version of Bolt that this driver knows",
                "Neo4j 5.26 or later is needed",
            ) from error
        except exceptions.WriteServiceUnavailable as error:
            raise self._refused(error.__cause__ or error.__context__ or error) from error
        except (exceptions.ServiceUnavailable, exceptions.SessionExpired, OSError) as error:
            raise self._unreachable(error) from error
        except (exceptions.NotALeader, exceptions.ForbiddenOnReadOnlyDatabase) as error:
            raise self._refused(error) from error
        except exceptions.ClientError as error:
            code = error.code or ""
            if "TransactionTimedOut" in code:
                raise QueryError(
                    f"stopped after {timeout:g} s", "", "narrow the question, or allow more time"
                ) from error
            if "AuthenticationRateLimit" in code:
                raise StoreUnavailable(
                    f"{self.url}: the server lets this user in again some seconds after the last "
                    "of several wrong passwords",
                    "set SOUSVEIL_NEO4J_PASSWORD to the right one, and wait ten seconds",
                ) from error
            if "ReadOnly" in code or "Forbidden" in code:
                raise self._refused(error) from error
            if "DatabaseNotFound" in code:
                raise StoreError(
                    f"{self.url}: the server has no database {self.database!r}",
                    "name an existing one: neo4j://HOST/DATABASE",
                ) from error
            raise QueryError(_words(error), "") from error
        except exceptions.Neo4jError as error:
            code = error.code or ""
            if "Memory" in code:
                hint = (
                    "allow more on the server: db.memory.transaction.max, or a larger heap; a "
                    "build then goes on where it stopped"
                )
            elif code.startswith("Neo.DatabaseError.Transaction."):
                hint = "look at the server's log, make room on its disk if that is full, restart it"
            else:
                hint = "look at the server's log"
            raise StoreError(f"{self.url}: {_words(error)}", hint) from error
        except exceptions.DriverError as error:
            raise StoreUnavailable(f"{self.url}: {_words(error)}") from error

    def _unreachable(self, error: BaseException) -> StoreUnavailable:
        """What to look at: the driver does not say if it was the encryption."""
        scheme, plus, _ = urlsplit(self.url).scheme.partition("+")
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return StoreUnavailable(
                    f"{self.url}: the server's certificate is not accepted: "
                    f"{cause.verify_message}",
                    "name the file of the authority that signed it in SSL_CERT_FILE; without a "
                    f"check of who answers: {scheme}+ssc://",
                )
        said = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), "")
        if plus:
            hint = (
                "check that it runs, its address and port, and that it encrypts; if it does not, "
                f"write {scheme}://, and for a certificate that nobody vouches for {scheme}+ssc://"
            )
        else:
            hint = (
                "check that it runs, its address and port (7687, not the browser's 7474); if it "
                f"wants encryption, {scheme}+s://"
            )
        return StoreUnavailable(
            f"{self.url}: the server cannot be reached: {said or _words(error)}", hint
        )

    def _refused(self, error: BaseException) -> StoreError:
        return StoreError(
            f"{self.url}: not allowed by this server, or to this user: {_words(error)}",
            "readers keep the graph they have; neo4j+s:// finds the member of a cluster that "
            "takes builds; else sign in as a user who may build",
        )

    def close(self) -> None:
        """Close the driver."""
        if self._entered is not None:
            self._entered.close()
        self._entered = None
        for name in ("info", "credentials"):
            self.__dict__.pop(name, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- building

    def replace(self, graph: Assembly) -> StoreInfo:
        """Write the graph beside the present one and switch to it; see `Store.replace`."""
        info = StoreInfo(
            format=FORMAT, version=VERSION, ontology=graph.schema.hash,
            dataset=graph.dataset, counts=graph.counts(), tombstones=graph.tombstones,
        )
        build = f"{info.version} {info.ontology} {info.dataset} {_BATCH}"
        # What this process asks from now on is asked of members that know of this build.
        with self.errors(0), self.driver.session(
            database=self.database, bookmark_manager=self.driver.execute_query_bookmark_manager,
        ) as session:
            self._prepare(session, graph.schema)
            done = session.execute_write(_begin, build)
            if done is None:
                self._forget(session, graph.schema, "Next_")
                done = session.execute_write(_restart, build)
            for number, (cypher, rows) in enumerate(_batches(graph), 1):
                if number > done:
                    session.execute_write(_write, build, number, cypher, rows)
            session.execute_write(_switch, build, graph.schema, msgspec.json.encode(info).decode())
            self._forget(session, graph.schema, "Past_")
        self.__dict__.pop("info", None)
        return info

    def _prepare(self, session: neo4j.Session, schema: Schema) -> None:
        """Constraints and indexes as the ontology gives them, present and online."""
        present = session.run(
            "SHOW FULLTEXT INDEXES YIELD name, properties WHERE name = 'names' RETURN properties"
        ).single()
        if present is not None and present["properties"] != ["names", "search"]:
            session.run("DROP INDEX names").consume()
        for statement in neo4j_constraints(schema):
            session.run(statement).consume()
        for cls in schema.classes:
            session.run(
                f"CREATE CONSTRAINT next_{cls.lower()} IF NOT EXISTS "
                f"FOR (n:Next_{cls}) REQUIRE n.id IS UNIQUE"
            ).consume()
        analysers = session.run("CALL db.index.fulltext.listAvailableAnalyzers()").value()
        if "cjk" not in analysers:
            raise StoreError(
                f"{self.url}: the server has no `cjk` analyser for Chinese names",
                "use Neo4j 5 with its standard full-text analysers",
            )
        session.run("CALL db.awaitIndexes(300)").consume()

    def _forget(self, session: neo4j.Session, schema: Schema, prefix: str) -> None:
        """Remove the nodes of an abandoned or superseded graph, a batch at a time."""
        for cls in schema.classes:
            while session.execute_write(_delete_some, prefix + cls):
                pass


def _delete_some(tx: neo4j.ManagedTransaction, label: str) -> int:
    row = tx.run(
        f"MATCH (n:{label}) WITH n LIMIT {_BATCH} DETACH DELETE n RETURN count(*) AS gone"
    ).single(strict=True)
    return int(row["gone"])


def _begin(tx: neo4j.ManagedTransaction, build: str) -> int | None:
    """How many batches of this very build are written already; None if another was begun."""
    row = tx.run("MATCH (b:SousveilBuild) RETURN b.build AS build, b.done AS done").single()
    return row["done"] if row is not None and row["build"] == build else None


def _restart(tx: neo4j.ManagedTransaction, build: str) -> int:
    tx.run("MATCH (b:SousveilBuild) DELETE b").consume()
    tx.run("CREATE (:SousveilBuild {build: $build, done: 0})", build=build).consume()
    return 0


def _write(
    tx: neo4j.ManagedTransaction, build: str, number: int, cypher: str,
    rows: list[dict[str, Any]],
) -> None:
    """Write one batch and its number; written twice by a retry, it changes nothing."""
    row = tx.run(
        "MATCH (b:SousveilBuild {build: $build}) SET b.lock = true RETURN b.done AS done",
        build=build,
    ).single()
    if row is None:
        raise StoreUnavailable(
            "another build has begun on this server", "wait until it has finished"
        )
    if row["done"] >= number:
        return
    tx.run(cypher, rows=rows).consume()
    tx.run("MATCH (b:SousveilBuild {build: $build}) SET b.done = $number",
           build=build, number=number).consume()


def _switch(tx: neo4j.ManagedTransaction, build: str, schema: Schema, info: str) -> None:
    """The moment at which readers see the new graph instead of the old one."""
    for cls in sorted(schema.classes):
        tx.run(f"MATCH (n:{cls}) REMOVE n:{cls} SET n:Past_{cls}").consume()
        tx.run(f"MATCH (n:Next_{cls}) REMOVE n:Next_{cls} SET n:{cls}").consume()
    tx.run("MATCH (b:SousveilBuild {build: $build}) DELETE b", build=build).consume()
    tx.run("MERGE (g:SousveilGraph) SET g.info = $info", info=info).consume()


def _batches(graph: Assembly) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Statements and rows, the same in every run: nodes first, then the edges between them."""
    schema = graph.schema
    for cls in sorted(schema.classes):
        columns = dict(schema.store_columns(cls))
        cypher = f"UNWIND $rows AS row CREATE (n:Next_{cls}) SET n = row"
        rows = (_node_properties(cls, columns, node.values) for node in graph.nodes(cls))
        yield from ((cypher, batch) for batch in _chunks(rows))
    for kind in sorted(schema.relations):
        columns = dict(schema.store_columns(kind))
        pending: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for edge in graph.edges(kind):
            pair = (graph.class_of(edge.start), graph.class_of(edge.end))
            edges = pending.setdefault(pair, [])
            edges.append({
                "start": edge.start, "end": edge.end,
                "values": _properties(columns, edge.values),
            })
            if len(edges) == _BATCH:
                yield _edges(kind, pair), edges
                pending[pair] = []
        for pair, edges in sorted(pending.items()):
            if edges:
                yield _edges(kind, pair), edges


def _edges(kind: str, pair: tuple[str, str]) -> str:
    return (
        f"UNWIND $rows AS row MATCH (a:Next_{pair[0]} {{id: row.start}}) "
        f"MATCH (b:Next_{pair[1]} {{id: row.end}}) CREATE (a)-[r:{kind}]->(b) SET r = row.values"
    )


_CONVERT = {"INT64": int, "DOUBLE": float, "BOOL": bool}


def _properties(columns: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, type_ in columns.items():
        value = values.get(name)
        if value is None:
            if type_ == "STRING[]":
                found[name] = []
            continue
        convert = _CONVERT.get(type_)
        found[name] = convert(value) if convert else value
    return found


def _node_properties(
    cls: str, columns: Mapping[str, str], values: Mapping[str, Any]
) -> dict[str, Any]:
    found = _properties(columns, values)
    if cls != "Claim":
        found["search"] = forms(_search_row(cls, found))
    return found


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _search_row(cls: str, node: Mapping[str, Any]) -> SearchRow:
    names = msgspec.json.decode(node["names_json"])
    return SearchRow(
        id=node["id"], cls=cls, name=node.get("name") or node.get("title") or node["id"],
        name_zh=node.get("name_zh") or node.get("title_zh") or "",
        kinds=tuple(node.get("kinds", ())),
        names=(*((n["text"], n["lang"]) for n in names), *((m, "") for m in node["merged"])),
    )


def _plain(value: Any) -> Any:
    """A value as every store gives it: a node or relation is its properties and its `class`."""
    if isinstance(value, neo4j.graph.Node):
        # `search` is the index's own property, not the graph's.
        own = {k: v for k, v in value.items() if k != "search"}
        return {"class": next(iter(value.labels)), **own}
    if isinstance(value, neo4j.graph.Relationship):
        return {"class": value.type, **value}
    return value


def _credentials() -> tuple[str, str] | None:
    """User and password from the environment, else asked for; None where there is no terminal."""
    user = os.environ.get("SOUSVEIL_NEO4J_USER")
    if user is None:
        return None
    password = os.environ.get("SOUSVEIL_NEO4J_PASSWORD")
    if password is None:
        if not sys.stdin.isatty():
            raise ConfigError(
                "SOUSVEIL_NEO4J_USER is set and SOUSVEIL_NEO4J_PASSWORD is not",
                "set both, or run in a terminal to be asked",
            )
        password = getpass.getpass(f"Password of {user}: ", stream=sys.stderr)
    return (user, password)


def _lucene(word: str) -> str:
    """A word as it is, inside a longer one and with typing errors; a very long one as it is."""
    text = _escaped(word)
    if len(word) > _LONG:
        return text
    inside = f"*{text}*" if len(word) > 2 else f"{text}*"
    return f"{text} OR {inside} OR {text}~"


def _escaped(text: str) -> str:
    """A word that Lucene's query parser reads as letters only."""
    return "".join(f"\\{c}" if not c.isalnum() else c for c in text)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those behind it; of a cluster, those of every member that was asked."""
    yield error
    for behind in (*getattr(error, "exceptions", ()), error.__cause__ or error.__context__):
        if behind is not None:
            yield from _causes(behind)


def _words(error: BaseException) -> str:
    text = getattr(error, "message", None) or str(error)
    return str(text).strip().splitlines()[0] if str(text).strip() else type(error).__name__
