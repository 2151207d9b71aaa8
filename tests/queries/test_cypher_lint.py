"""Canned queries keep clear of a statement that LadybugDB answers wrongly.

Decision 11 says what goes wrong. The rule here is the part of it that can be seen in the text: a
condition on a relation, and another relation at one of its ends, planned together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import ladybug
import pytest

from sousveil.queries import catalogue

TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|\$?\w+|<=|>=|<>|\S", re.S
)
ENDS = {"WITH", "RETURN", "UNION", "UNWIND"}
"""What comes after one of these is planned apart from what stands before it."""


@dataclass
class Relation:
    name: str
    ends: tuple[str, str]


@dataclass
class Stretch:
    """The patterns and conditions that the engine plans together."""

    relations: list[Relation] = field(default_factory=list)
    conditions: list[list[str]] = field(default_factory=list)

    def wrong(self) -> Iterator[str]:
        """Names of relations with a condition and with another relation at one of their ends."""
        for relation in self.relations:
            reached = any(
                other is not relation and set(other.ends) & set(relation.ends)
                for other in self.relations
            )
            asked = any(
                word == relation.name and condition[at + 1 : at + 2] == ["."]
                for condition in self.conditions for at, word in enumerate(condition)
            )
            if reached and asked:
                yield relation.name


def tokens(text: str) -> list[str]:
    return [t for t in TOKEN.findall(text) if not t.startswith(("//", "/*"))]


def wrong(text: str) -> list[str]:
    """Names of the relations of a statement whose conditions may get lost."""
    found: list[str] = []
    _clauses(tokens(text), found)
    return found


def _clauses(words: list[str], found: list[str]) -> None:
    """Read the clauses of a statement, or of what stands in the braces of EXISTS."""
    stretch, at, number = Stretch(), 0, 0
    while at < len(words):
        word = words[at].upper()
        clause, at = _clause(words, at + 1)
        if word in ENDS or word == "OPTIONAL":
            found += stretch.wrong()
            stretch = Stretch()
        elif word == "MATCH":
            number += 1
            stretch.relations += _relations(clause, number)
        elif word == "WHERE":
            stretch.conditions.append(_outer(clause, found))
            continue
        _outer(clause, found)
    found += stretch.wrong()


def _clause(words: list[str], start: int) -> tuple[list[str], int]:
    """The words up to the next clause that stands in no bracket."""
    depth, at = 0, start
    while at < len(words):
        word = words[at]
        depth += (word in "([{") - (word in ")]}")
        if not depth and word.upper() in {*ENDS, "MATCH", "OPTIONAL", "WHERE"}:
            break
        at += 1
    return words[start:at], at


def _outer(clause: list[str], found: list[str]) -> list[str]:
    """The clause without what stands in braces, which is read as a statement of its own."""
    kept: list[str] = []
    at = 0
    while at < len(clause):
        if clause[at] != "{":
            kept.append(clause[at])
            at += 1
            continue
        depth, end = 1, at + 1
        while depth:
            depth += (clause[end] == "{") - (clause[end] == "}")
            end += 1
        _clauses(clause[at + 1 : end - 1], found)
        at = end
    return kept


def _relations(pattern: list[str], number: int) -> Iterator[Relation]:
    """The relations of one or more paths, each with the nodes at its ends."""
    before, name, at = "", "", 0
    while at < len(pattern):
        word = pattern[at]
        if word in "([":
            inner: list[str] = []
            at += 1
            while pattern[at] not in ")]":
                inner.append(pattern[at])
                at += 1
            called = inner[0] if inner and inner[0] != ":" else f"{number}.{at}"
            if word == "[":
                name = called
            else:
                if before:
                    yield Relation(name, (before, called))
                before, name = called, ""
        elif word == ",":
            before = ""
        at += 1


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_no_condition_gets_lost(name: str) -> None:
    assert wrong(catalogue()[name].text) == [], (
        "put a WITH after the condition on this relation, before the next one is matched: "
        "docs/decisions/0011-with-after-conditions.md"
    )


@pytest.mark.parametrize(("text", "names"), [
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
     """, ["chain", "sale", "got"]),
    ("MATCH (x)-[r:R]->(y)<-[s:S]-(z) WHERE x.k < 4 AND r.w < 1 RETURN x.id AS x", ["r"]),
    ("MATCH (x)-[r:R]->(y), (y)<-[:S]-(z) WHERE r.w < 1 RETURN x.id AS x", ["r"]),
    ("MATCH (y)<-[:S]-(z) MATCH (x)-[r:R]->(y:A|B) WHERE z.k + r.w < 1 RETURN x.id AS x", ["r"]),
    ("MATCH (a) OPTIONAL MATCH (a)-[r:R]->(:B)-[:S]->(c) WHERE r.w < 1 RETURN a.id AS a", ["r"]),
    ("MATCH (a) WHERE NOT EXISTS { MATCH (a)-[r:R]->(b)<-[:S]-(c) WHERE r.w < 1 } RETURN a", ["r"]),
    ("MATCH (a)-[:R]->(b) RETURN a.id AS a UNION ALL\n"
     "MATCH (a)-[r:R]->(b)-[:S*1..3]->(c) WHERE r.w IN [1, 2] RETURN a.id AS a", ["r"]),
])
def test_the_rule_finds(text: str, names: list[str]) -> None:
    assert wrong(text) == names


@pytest.mark.parametrize("text", [
    "MATCH (x)-[r:R]->(y) WHERE x.k < 4 AND r.w < 1 WITH x, r, y MATCH (y)<-[s:S]-(z) RETURN z",
    "MATCH (x)-[r:R]->(y)<-[s:S]-(z) WHERE x.k < 4 AND y.k < 1 RETURN r.w AS w, s.w AS v",
    "MATCH (x)-[r:R]->(y) WHERE r.w < 1 OPTIONAL MATCH (y)-[s:S]->(z) WHERE s.w < 1 RETURN z.id",
    "MATCH (x)-[r:R]->(y) WHERE r.w < 1 AND EXISTS { MATCH (y)-[:S]->(z) WHERE r.w = 1 } RETURN 1",
    "MATCH (x)-[r:R]->(y) MATCH (a)-[s:S]->(b) WHERE r.w < 1 AND s.w < 1 RETURN x.id AS x",
    "MATCH (x)-[r:R]->(y)-[:S]->(z) /* WHERE r.w < 1 */ WHERE x.k <> 'r.w < 1' RETURN x.id AS x",
    "MATCH (x)-[r:R]->(y)-[:S]->(z) WITH x, r WHERE r.w < 1 RETURN x.id AS x",
])
def test_the_rule_leaves_alone(text: str) -> None:
    assert wrong(text) == []


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
