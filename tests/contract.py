"""What every store must do; each store's tests inherit it and say where the store is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from sousveil.errors import QueryError
from sousveil.graph import Assembly, ClaimStore, Store, assemble, connect
from sousveil.queries import Query, get
from tests.worlds import Body, Company, Deal, Ownership, Party, World, documents, node

AWKWARD = World(
    companies=(
        Company("ring-a", founded="2011"), Company("ring-b"), Company("ring-c"),
        Company("alone", seats=(("SE", ""),)),
    ),
    ownerships=(
        Ownership("ring-a", "ring-b"), Ownership("ring-b", "ring-c", "60"),
        Ownership("ring-c", "ring-a"), Ownership("alone", "ring-a", "20", "2010/2015"),
        Ownership("alone", "ring-a", "30", "2016/..", key="p2"),
    ),
    bodies=(Body("bureau"), Body("branch", part_of=(("bureau", ""),))),
    deals=(
        Deal("undated", parties=(Party("SELLER", "ring-c"), Party("BUYER", "bureau"))),
        Deal("in-2015", date="2015", parties=(Party("SELLER", "ring-a"), Party("BUYER", "branch"))),
    ),
)
CHINESE = {"ring-a": "中", "ring-b": "一", "ring-c": "𠀀", "alone": "龥"}
ORDERED = ["一", "中", "龥", "𠀀"]
"""By code point. UTF-16, in which some engines compare, has the last one first."""

LIMITS = (2**63 - 1, -(2**63), 2**53 + 1, 0)
TEXTS = ("𠀀", "e\u0301é", "a\x00b", "'\"\\`$x //", "\u202e\u200d\ufeff", "\n\t ", "🀄️", "")
SLOW = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a % 7 + b % 3) AS n"

SAMPLES = {
    "company": "axis-communications", "body": "shanghai-psb", "organisation": "noldus",
    "programme": "skynet", "product": "facereader", "instrument": "national-intelligence-law",
    "place": "CN-XJ", "transaction": "huangpu-2018", "source": "letter-noldus-2020-06-22",
    "date": "2016-01-01", "organisation-kind": "public-security-bureau",
    "text": "Company", "integer": 5,
    "ids": [
        "axis-communications", "noldus-mps", "mps", "huangpu-branch", "skynet", "idemia",
        "axis-network-cameras", "huangpu-2018", "letter-noldus-2020-06-22", "lingchuan-2015",
    ],
}
"""Values for each type of parameter that may be required, of the shipped data."""


def given(query: Query) -> dict[str, Any]:
    """What a canned query must be given."""
    return {p.name: SAMPLES[p.type] for p in query.parameters if p.required}


def awkward() -> Assembly:
    """A graph with what engines treat differently."""
    named = (node("Company", id_, name_zh=text) for id_, text in CHINESE.items())
    return assemble([*AWKWARD.claims(), *named])


class Reading:
    """One graph, asked in many ways. `url` is a fixture of the heir, for a whole class."""

    @pytest.fixture(scope="class")
    @classmethod
    def graph(cls) -> Assembly:
        return awkward()

    @pytest.fixture(scope="class")
    @classmethod
    def store(cls, url: str, graph: Assembly) -> Iterator[Store]:
        with connect(url) as opened:
            opened.replace(graph)
            yield opened

    def test_info(self, store: Store, graph: Assembly) -> None:
        assert store.info.dataset == graph.dataset
        assert store.info.counts == graph.counts()
        assert store.info.program == "sousveil"

    def test_values(self, store: Store) -> None:
        answer = store.run(
            "MATCH (c:Company) WHERE c.id = 'alone' RETURN c.id AS id, c.website AS nothing, "
            "c.contested AS no, c.origins AS one, c.merged AS empty_, ['x', 'y'] AS two, "
            "1.5 AS half"
        )
        assert answer.columns == ("id", "nothing", "no", "one", "empty_", "two", "half")
        assert answer.rows == (("alone", None, False, 1, [], ["x", "y"], 1.5),)
        assert answer.dicts()[0]["two"] == ["x", "y"]

    def test_nodes_are_dictionaries(self, store: Store) -> None:
        (node,) = store.run("MATCH (b:PublicBody) WHERE b.id = 'bureau' RETURN b").rows[0]
        assert (node["class"], node["id"], node["merged"]) == ("PublicBody", "bureau", [])
        assert "website" not in node
        assert not [k for k in node if k.startswith("_") or k == "search"]

    def test_relations_are_dictionaries(self, store: Store) -> None:
        text = "MATCH (a:Company)-[r:OWNS]->(b:Company) WHERE r.key = 'p2' RETURN r"
        ((found,),) = store.run(text).rows
        assert (found["class"], found["share_exact"], found["key"]) == ("OWNS", 30.0, "p2")
        assert "share_min" not in found
        assert not [k for k in found if k.startswith("_")]

    def test_nulls(self, store: Store) -> None:
        def ids(condition: str, **given: Any) -> list[str]:
            text = f"MATCH (c:Company) WHERE {condition} RETURN c.id AS id"
            return sorted(row[0] for row in store.run(text, given).rows)

        assert ids("c.founded IS NULL") == ["alone", "ring-b", "ring-c"]
        assert ids("c.founded IS NOT NULL") == ["ring-a"]
        assert ids("c.founded = '2011'") == ["ring-a"]
        assert ids("c.founded <> '2012'") == ["ring-a"]
        assert ids("NOT c.founded = '2012'") == ["ring-a"]
        assert ids("c.founded = $nothing", nothing=None) == []
        assert ids("c.id = coalesce($nothing, 'alone')", nothing=None) == ["alone"]
        counted = store.run(
            "MATCH (c:Company) RETURN count(c.founded) AS n, count(*) AS all_, "
            "collect(c.founded) AS years"
        )
        assert counted.rows == ((1, 4, ["2011"]),)
        assert store.run(
            "MATCH (c:Company) WHERE c.id = 'alone' OPTIONAL MATCH (c)<-[r:OWNS]-(o:Company) "
            "RETURN c.id AS id, o.id AS owner, r.valid AS valid"
        ).rows == (("alone", None, None),)

    def test_dates_compare_as_text(self, store: Store) -> None:
        text = (
            "MATCH (t:Transaction) WHERE t.date_from <= $day AND t.date_to >= $day "
            "RETURN t.id AS id"
        )

        def on(day: str) -> list[str]:
            return sorted(row[0] for row in store.run(text, {"day": day}).rows)

        assert on("2015-01-01") == on("2015-12-31") == ["in-2015", "undated"]
        assert on("2014-12-31") == on("2016-01-01") == ["undated"]
        assert on("0000-01-01") == on("9999-12-31") == ["undated"]

    def test_chinese_in_the_order_of_the_query(self, store: Store) -> None:
        query = msgspec.structs.replace(get("companies"), order=("name_zh", "id"))
        rows = query.run(store, ids=list(CHINESE)).rows
        assert [row[2] for row in rows] == ORDERED
        back = msgspec.structs.replace(get("companies"), order=("-name_zh",))
        assert [row[2] for row in back.run(store, ids=list(CHINESE)).rows] == ORDERED[::-1]

    def test_chinese_is_matched(self, store: Store) -> None:
        text = "MATCH (c:Company) WHERE c.name_zh = $text RETURN c.id AS id"
        for id_, chinese in CHINESE.items():
            assert store.run(text, {"text": chinese}).rows == ((id_,),)

    def test_circles_end(self, store: Store) -> None:
        rows = store.run(
            "MATCH (a:Company)-[c:OWNERSHIP_CHAIN]->(b:Company) WHERE a.id STARTS WITH 'ring' "
            "RETURN a.id AS a, b.id AS b, c.depth AS depth, c.nodes AS nodes"
        ).rows
        assert sorted(row[2] for row in rows) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
        assert all(a != b for a, b, depth, _ in rows if depth)
        assert all(len(set(nodes)) == len(nodes) == depth + 1 for _, _, depth, nodes in rows)

    def test_parallel_edges_are_two(self, store: Store) -> None:
        rows = store.run(
            "MATCH (a:Company)-[r:OWNS]->(b:Company) WHERE a.id = 'alone' "
            "RETURN r.key AS key, r.share_exact AS share, r.valid_from AS first, r.id AS id"
        ).rows
        assert sorted(row[:3] for row in rows) == [
            ("", 20.0, "2010-01-01"), ("p2", 30.0, "2016-01-01")
        ]
        assert len({row[3] for row in rows}) == 2

    @pytest.mark.parametrize("text", [
        "MATCH (c:Company) WHERE c.id = 'nobody' RETURN c.id AS id, c.name AS name",
        "MATCH (i:Instrument) RETURN i.id AS id, i.name AS name",
        "MATCH (a:Product)-[r:INCLUDES]-(b) RETURN a.id AS id, b.id AS name",
        "UNWIND [] AS x MATCH (c:Company) RETURN x AS id, c.name AS name",
    ])
    def test_nothing_found(self, store: Store, text: str) -> None:
        answer = store.run(text)
        assert answer.rows == ()
        assert answer.columns == ("id", "name")
        assert answer.dicts() == []

    def test_missing_parameters(self, store: Store) -> None:
        text = "MATCH (c:Company) WHERE c.id = $id AND c.name <> '$none' RETURN c.id AS id // $no"
        with pytest.raises(QueryError, match="parameter id") as caught:
            store.run(text)
        assert caught.value.hint
        with pytest.raises(QueryError, match="parameter id"):
            store.run(text, {"Id": "alone"})
        assert store.run(text, {"id": "alone", "more": 1}).rows == (("alone",),)

    def test_whole_numbers_up_to_64_bits(self, store: Store) -> None:
        for number in LIMITS:
            assert store.run("RETURN $n AS n", {"n": number}).rows == ((number,),)
        assert store.run("RETURN $n AS n", {"n": list(LIMITS)}).rows == ((list(LIMITS),),)
        for number in (2**63, -(2**63) - 1):
            for value in (number, [1, number]):
                with pytest.raises(QueryError, match="64 bits"):
                    store.run("RETURN $n AS n", {"n": value})
        with pytest.raises(QueryError):
            store.run("RETURN $n + 1 AS n", {"n": 2**63 - 1})
        assert store.run("UNWIND $n AS n RETURN sum(n) AS n", {"n": [2**62, 2**61]}).rows == (
            (2**62 + 2**61,),
        )

    def test_any_text(self, store: Store) -> None:
        for text in TEXTS:
            assert store.run("RETURN $t AS t", {"t": text}).rows == ((text,),)
        assert store.run("RETURN $t AS t", {"t": list(TEXTS)}).rows == ((list(TEXTS),),)
        for value in ("\ud800", ["a", "\udfff"]):
            with pytest.raises(QueryError, match="no text"):
                store.run("RETURN $t AS t", {"t": value})

    @pytest.mark.parametrize("text", [
        "", "MATCH (n RETURN n", "RETURN 1 AS a; RETURN 2 AS b", "MATCH (n:Company) RETURN m",
        "CREATE (n:Company {id: 'x'}) RETURN n.id AS id", "MERGE (n:Company {id: 'x'})",
        "MATCH (n:Company) SET n.name = 'x'", "MATCH (n:Company) DETACH DELETE n",
        "DROP TABLE Company", "RETURN 1 / 0 AS x",
    ])
    def test_refused_statements(self, store: Store, text: str) -> None:
        before = store.run("MATCH (n:Company) RETURN n.id AS id, n.name AS name").rows
        with pytest.raises(QueryError):
            store.run(text)
        assert sorted(store.run("MATCH (n:Company) RETURN n.id AS id, n.name AS name").rows) == (
            sorted(before)
        )

    def test_a_query_stops_in_time_and_the_store_goes_on(self, store: Store) -> None:
        with pytest.raises(QueryError, match=r"stopped after 0\.5 s") as caught:
            store.run(SLOW, timeout=0.5)
        assert "more time" in caught.value.hint
        assert store.run("RETURN 1 AS one", timeout=5).rows == ((1,),)
        assert store.run("RETURN 1 AS one").rows == ((1,),)

    def test_several_at_once(self, store: Store) -> None:
        wrong: list[Any] = []

        def ask(number: int) -> None:
            for _ in range(10):
                rows = store.run("RETURN $n AS n", {"n": number}).rows
                if rows != ((number,),):
                    wrong.append(rows)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []

    def test_closed_and_opened_again(self, store: Store) -> None:
        store.close()
        store.close()
        assert store.run("RETURN 1 AS one").rows == ((1,),)
        assert store.info.counts["Company"] == 4


class Replacing:
    """One graph after the other. `url` is a fixture of the heir."""

    @pytest.fixture(scope="class")
    @classmethod
    def shipped(cls, shipped_claims: ClaimStore) -> Assembly:
        return assemble(shipped_claims.read_all())

    @pytest.fixture(scope="class")
    @classmethod
    def few(cls, shipped_claims: ClaimStore) -> Assembly:
        return assemble(shipped_claims.read("un-ol-usa-23-2019"))

    @pytest.fixture
    def store(self, url: str) -> Iterator[Store]:
        with connect(url) as opened:
            yield opened

    def test_a_smaller_graph_replaces_a_larger_one(
        self, store: Store, few: Assembly, shipped: Assembly
    ) -> None:
        store.replace(shipped)
        assert counted(store) == shipped.counts()
        info = store.replace(few)
        assert store.info == info
        assert info.dataset == few.dataset
        assert counted(store) == few.counts()
        assert store.search("Noldus") == []

    def test_the_same_graph_gives_the_same_answers(self, store: Store, few: Assembly) -> None:
        text = "MATCH (a)-[r:PART_OF|ISSUED_BY|SUBJECT_TO]->(b) RETURN r.id AS id, r.claims AS c"
        first_info = store.replace(few)
        first = sorted(store.run(text).rows)
        assert store.replace(few) == first_info
        assert sorted(store.run(text).rows) == first
        assert counted(store) == few.counts()

    def test_an_empty_graph(self, store: Store) -> None:
        nothing = assemble([])
        assert store.replace(nothing).counts == nothing.counts()
        assert store.run("MATCH (n:Company|Claim) RETURN n.id AS id").rows == ()
        assert store.search("Axis") == []

    def test_another_reader_sees_the_new_graph_when_it_opens_again(
        self, store: Store, url: str, few: Assembly
    ) -> None:
        store.replace(few)
        with connect(url) as reader:
            assert reader.info.dataset == few.dataset
            store.replace(assemble(documents()))
            reader.close()
            assert reader.info.counts == assemble(documents()).counts()
            assert reader.run("MATCH (p:Publisher) RETURN count(p) AS n").rows == ((3,),)

    def test_search(self, store: Store, shipped: Assembly) -> None:
        store.replace(shipped)
        for text, first in (
            ("Axis Communications", "axis-communications"), ("上海市公安局", "shanghai-psb"),
            ("OT-Morpho", "idemia"), ("Noldos", "noldus"), ("axis-q1602", "axis-q1602"),
        ):
            assert store.search(text)[0].id == first
        assert {h.id for h in store.search("公安", 20)} >= {
            "shanghai-psb", "huangpu-branch", "mps"
        }
        assert "axis-shanghai" in {h.id for h in store.search("anxunshi", 20)}
        assert {h.cls for h in store.search("Axis", 20, ["Product"])} == {"Product"}
        assert len(store.search("Axis", 3)) == 3
        for text in ("", " ", "\x00", "*", "ʘʘʘʘʘʘ", "\\", "x" * 5_000, "\ud800"):
            assert store.search(text) == [], text
        assert store.search("Axis", 0) == []


def counted(store: Store) -> dict[str, int]:
    """How many there are of each class and relation, as the store itself says."""
    found = {}
    for kind in store.info.counts:
        pattern = f"()-[x:{kind}]->()" if kind.isupper() else f"(x:{kind})"
        ((found[kind],),) = store.run(f"MATCH {pattern} RETURN count(*) AS n").rows
    return found
