"""Statements that LadybugDB answers wrongly are refused, and what is advised is answered rightly.

Decision 11 says what goes wrong.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import ladybug
import pytest

from sousveil.errors import QueryError
from sousveil.graph import Store
from sousveil.graph.conditions import check_conditions
from sousveil.graph.readonly import run_readonly
from sousveil.ontology import Schema
from sousveil.queries import catalogue


def refused(text: str) -> str:
    """What is said of a statement; nothing if it passes."""
    try:
        check_conditions(text)
    except QueryError as error:
        return f"{error.message} | {error.hint}"
    return ""


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_no_condition_gets_lost(name: str) -> None:
    assert not refused(catalogue()[name].text), "docs/decisions/0011-with-after-conditions.md"


def test_no_class_and_no_relation_of_the_ontology_is_forgotten() -> None:
    """These look-ups name each class, so that it is found by its key (decision 19)."""
    schema = Schema.load()
    classes = set(schema.classes) - {"Claim"}
    for name in ("nodes", "node-class"):
        assert set(re.findall(r"\(n:(\w+) \{id: wanted\}\)", catalogue()[name].text)) == classes
    among = dict(re.findall(
        r"\(n:(\w+) \{id: wanted\}\)\nOPTIONAL MATCH \(n\)-\[r:([\w|]+)\]",
        catalogue()["relations-among"].text,
    ))
    assert {cls: set(names.split("|")) for cls, names in among.items()} == {
        cls: {r.name for r in schema.relations.values() if cls in r.from_ and r.asserted}
        for cls in classes
    }


@pytest.mark.parametrize(("text", "name"), [
    # paths-from-company, as it made parents of minority owners
    ("""
     MATCH (head:Company) WHERE head.id IN $companies
     MATCH (head)-[chain:OWNERSHIP_CHAIN]->(entry:Company)
     WHERE chain.depth <= $max_ownership AND (chain.control OR $include_minority)
     MATCH (entry)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
     WITH head, chain, entry, part, first WHERE chain.valid_from <= first.date_to
     MATCH (first)-[sale:SUPPLY_CHAIN]->(last:Transaction)-[got:END_USER|BUYER]->(target:PublicBody)
     WHERE sale.depth < $max_transactions AND got.recipient
     RETURN head.id AS origin
     """, "chain"),
    ("MATCH (x)-[r:R]->(y)<-[s:S]-(z) WHERE x.k < 4 AND r.w < 1 RETURN x.id AS x", "r"),
    ("MATCH (x)-[r:R]->(y), (y)<-[:S]-(z) WHERE r.w < 1 RETURN x.id AS x", "r"),
    ("MATCH (y)<-[:S]-(z) MATCH (x)-[r:R]->(y:A|B) WHERE z.k + r.w < 1 RETURN x.id AS x", "r"),
    ("MATCH (a) OPTIONAL MATCH (a)-[r:R]->(:B)-[:S]->(c) WHERE r.w < 1 RETURN a.id AS a", "r"),
    ("MATCH (a) WHERE NOT EXISTS { MATCH (a)-[r:R]->(b)<-[:S]-(c) WHERE r.w < 1 } RETURN a", "r"),
    ("MATCH (a)-[:R]->(b) RETURN a.id AS a UNION ALL\n"
     "MATCH (a)-[r:R]->(b)-[:S*1..3]->(c) WHERE r.w IN [1, 2] RETURN a.id AS a", "r"),
    ("MATCH (x)-[r:R {w: 1}]->(y)<-[:S]-(z) RETURN x.id AS x", "r"),
    ("MATCH (x)-[:R {w: 1}]->(y)-->(z) RETURN x.id AS x", "a relation"),
    ("MATCH (x)-[r:R]->(y)-->(z) WHERE x.id STARTS WITH 'a' AND R.w < 1 RETURN x.id AS x", "r"),
    ("MATCH (x)-[`r`:R]->(y)--(z) WHERE label(r) = 'R' RETURN x.id AS x", "r"),
])
def test_the_rule_finds(text: str, name: str) -> None:
    assert f"may lose this condition on {name}," in refused(text)


@pytest.mark.parametrize("text", [
    "MATCH (x)-[r:R]->(y) WHERE x.k < 4 AND r.w < 1 WITH x, r, y MATCH (y)<-[s:S]-(z) RETURN z",
    "MATCH (x)-[r:R]->(y)<-[s:S]-(z) WHERE x.k < 4 AND y.k < 1 RETURN r.w AS w, s.w AS v",
    "MATCH (x)-[r:R]->(y) WHERE r.w < 1 OPTIONAL MATCH (y)-[s:S]->(z) WHERE s.w < 1 RETURN z.id",
    "MATCH (x)-[r:R]->(y) WHERE r.w < 1 AND EXISTS { MATCH (y)-[:S]->(z) WHERE r.w = 1 } RETURN 1",
    "MATCH (x)-[r:R]->(y) MATCH (a)-[s:S]->(b) WHERE r.w < 1 AND s.w < 1 RETURN x.id AS x",
    "MATCH (x)-[r:R]->(y)-[:S]->(z) /* WHERE r.w < 1 */ WHERE x.k <> 'r.w < 1' RETURN x.id AS x",
    "MATCH (x)-[r:R]->(y)-[:S]->(z) WITH x, r WHERE r.w < 1 RETURN x.id AS x",
    "MATCH (x)-[r:R*1..2 (e, n | WHERE e.w < 1)]->(y)--(z) WHERE length(r) < 2 RETURN x.id AS x",
    "MATCH (x {match: 1, r: {where: 2}})-[r:R]->(y)--(z) WHERE x.r < 1 RETURN x.id ORDER BY r.w",
    "MATCH (x)-[r:R]->(y) WITH x.y AS starts, r, y WITH * WHERE r.w < 1 MATCH (y)--(z) RETURN z.id",
    "MATCH (x)-[r:R", "RETURN ]", "",
])
def test_the_rule_leaves_alone(text: str) -> None:
    assert not refused(text)


PAIRS = """
    MATCH (x:A)-[r:R]->(y:A) WHERE x.k < 4 AND r.w < 1 {}
    MATCH (y)<-[s:S]-(z:B) RETURN x.k, y.k, r.w
"""


def test_what_the_engine_does() -> None:
    """Six nodes in a row, each with an edge to itself and to the next; four are asked for.

    If the first answer turns right, a new LadybugDB has mended it: then the rule can go.
    """
    connection = ladybug.Connection(ladybug.Database(":memory:"))
    for statement in (
        "CREATE NODE TABLE A(id STRING PRIMARY KEY, k INT64)",
        "CREATE NODE TABLE B(id STRING PRIMARY KEY, k INT64)",
        "CREATE REL TABLE R(FROM A TO A, w INT64)",
        "CREATE REL TABLE S(FROM B TO A, w INT64)",
        "UNWIND range(0, 5) AS i CREATE (:A {id: 'a' + CAST(i AS STRING), k: i})",
        "UNWIND range(0, 5) AS i CREATE (:B {id: 'b' + CAST(i AS STRING), k: i})",
        "MATCH (x:A), (y:A) WHERE y.k = x.k OR y.k = x.k + 1 CREATE (x)-[:R {w: y.k - x.k}]->(y)",
        "MATCH (x:B), (y:A) WHERE y.k = x.k CREATE (x)-[:S {w: 1}]->(y)",
    ):
        connection.execute(statement)

    def rows(between: str) -> list[list[int]]:
        answer = connection.execute(PAIRS.format(between))
        assert not isinstance(answer, list)
        return sorted(list(row) for row in answer.get_all())

    lost = [[1, 2, 1], [2, 3, 1], [3, 4, 1]]
    right = [[n, n, 0] for n in range(4)]
    assert rows("") == sorted(right + lost)
    assert rows("WITH x, r, y") == right


Row = tuple[int, ...]
Condition = tuple[str, Callable[[dict[str, int]], bool]]

CONDITIONS: tuple[Condition, ...] = (
    ("r.w = 1", lambda of: of["r"] == 1),
    ("s.w IN [1, 2]", lambda of: of["s"] > 0),
    ("t.w < 1", lambda of: of["t"] < 1),
    ("r.w + x.k < 6", lambda of: of["r"] + of["x"] < 6),
    ("r.w = s.w", lambda of: of["r"] == of["s"]),
    ("x.k >= 2", lambda of: of["x"] >= 2),
    ("y.k < 8", lambda of: of["y"] < 8),
    ("x.k < y.k", lambda of: of["x"] < of["y"]),
    ("z.k > 3", lambda of: of["z"] > 3),
)
PATTERNS = (
    "MATCH (x:A)-[r:R]->(y:A)<-[s:S]-(z:B)-[t:T]->(u:B)",
    "MATCH (x:A)-[r:R]->(y:A) MATCH (y)<-[s:S]-(z:B)-[t:T]->(u:B)",
    "MATCH (z:B)-[s:S]->(y:A), (x:A)-[r:R]->(y), (z)-[t:T]->(u:B)",
)
RETURNED = "RETURN x.k, r.w, y.k, s.w, z.k, t.w, u.k"


def test_whatever_is_answered_wrongly_is_refused_and_the_advice_is_right() -> None:
    """Twelve nodes of each class and three edges from each, at random; answers by three loops."""
    one = random.Random(3)
    connection = ladybug.Connection(ladybug.Database(":memory:"))
    for cls in "AB":
        connection.execute(f"CREATE NODE TABLE {cls}(id STRING PRIMARY KEY, k INT64)")
        connection.execute(f"UNWIND range(0, 11) AS i CREATE (:{cls} {{id: string(i), k: i}})")
    edges: dict[str, dict[int, list[tuple[int, int]]]] = {}
    for kind, start, end in (("R", "A", "A"), ("S", "B", "A"), ("T", "B", "B")):
        connection.execute(f"CREATE REL TABLE {kind}(FROM {start} TO {end}, w INT64)")
        edges[kind] = defaultdict(list)
        for _ in range(36):
            a, b, w = one.randrange(12), one.randrange(12), one.randrange(3)
            edges[kind][a].append((b, w))
            connection.execute(
                f"MATCH (a:{start} {{k: {a}}}), (b:{end} {{k: {b}}}) "
                f"CREATE (a)-[:{kind} {{w: {w}}}]->(b)"
            )

    def answer(text: str) -> list[Row]:
        found = connection.execute(text)
        assert not isinstance(found, list)
        return sorted(tuple(row) for row in found.get_all())

    def rows() -> Iterator[dict[str, int]]:
        for z in edges["S"]:
            for y, s in edges["S"][z]:
                for x in edges["R"]:
                    for r in (w for end, w in edges["R"][x] if end == y):
                        for u, t in edges["T"][z]:
                            yield {"x": x, "r": r, "y": y, "s": s, "z": z, "t": t, "u": u}

    everything = list(rows())
    wrong = passed = 0
    for _ in range(120):
        asked = one.sample(CONDITIONS, one.randint(1, 3))
        pattern, where = one.choice(PATTERNS), " AND ".join(text for text, _ in asked)
        right = sorted(
            tuple(row.values()) for row in everything if all(holds(row) for _, holds in asked)
        )
        text = f"{pattern} WHERE {where} {RETURNED}"
        if refused(text):
            wrong += answer(text) != right
            advised = f"{pattern} WITH * WHERE {where} {RETURNED}"
            assert not refused(advised)
            assert answer(advised) == right, advised
        else:
            passed += 1
            assert answer(text) == right, text
    assert wrong > 10
    assert passed > 10


def test_nobody_is_answered_so(shipped_store: Store) -> None:
    """Neither `sousveil cypher` nor a notebook."""
    text = (
        "MATCH (c:Company)-[o:OWNERSHIP_CHAIN]->(d:Company)<-[:SELLER]-(t:Transaction) "
        "WHERE o.control RETURN t.id AS t"
    )
    for ask in (shipped_store.run, lambda text: run_readonly(shipped_store, text)):
        with pytest.raises(QueryError, match=r"line 1, column 85: .* condition on o,") as caught:
            ask(text)
        assert "WITH * WHERE" in caught.value.hint
        ask(text.replace("WHERE", "WITH * WHERE"))
