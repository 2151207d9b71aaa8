"""Statements of users can read and nothing else: the gate, and the process behind it, attacked.

The same on a Neo4j server: `tests/neo4j/test_readonly.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import ladybug
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sousveil.errors import BadParameter, QueryError, SousveilError
from sousveil.graph import Store, readonly
from sousveil.graph.ladybug import LadybugStore
from sousveil.graph.readonly import Answer, check, run_readonly
from sousveil.queries import catalogue
from tests.attacks import ATTACKS, ENDLESS, HARMLESS
from tests.cli import support

LINUX = sys.platform == "linux"


@pytest.fixture(scope="module")
def store(shipped_store: Store) -> Iterator[LadybugStore]:
    """The shipped graph; the test fails if one byte of it changes, or a file appears beside it."""
    assert isinstance(shipped_store, LadybugStore)
    before = support.snapshot(shipped_store.folder)
    yield shipped_store
    assert support.snapshot(shipped_store.folder) == before


def ask(store: Store, cypher: str, /, **options: object) -> Answer:
    parameters = options.pop("parameters", None)
    return run_readonly(store, cypher, parameters, **options)  # type: ignore[arg-type]


# The gate ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_canned_queries_pass(name: str) -> None:
    for statement in catalogue()[name].statements:
        check(statement)


@pytest.mark.parametrize("statement", HARMLESS)
def test_harmless_statements_pass(statement: str) -> None:
    check(statement)


@pytest.mark.parametrize("statement", ATTACKS)
def test_attacks_are_refused(statement: str) -> None:
    with pytest.raises(QueryError) as refused:
        check(statement)
    assert refused.value.message
    assert refused.value.hint


@pytest.mark.parametrize("pattern", ENDLESS)
def test_chains_have_an_end(pattern: str) -> None:
    for statement in (
        f"MATCH {pattern} RETURN 1", f"MATCH p = {pattern} RETURN p",
        f"MATCH (a) WHERE EXISTS {{ MATCH {pattern} }} RETURN 1",
    ):
        with pytest.raises(QueryError, match="a chain of") as refused:
            check(statement)
        assert "at most 10" in refused.value.hint


def test_refusal_says_where() -> None:
    with pytest.raises(QueryError, match=r"line 2, column 3: DELETE is not allowed"):
        check("MATCH (n)\n  DELETE n")


FRAGMENTS = [
    "MATCH (n:T) ", "RETURN n.id ", "RETURN 1 AS x ", "WITH 1 AS x ",
    "CREATE (:T {id: 9}) ", "DELETE n ", "SET n.id = 9 ", "MERGE (:T {id: 9}) ",
    "DETACH DELETE n ", "COPY T TO 'x.csv' ", "LOAD FROM 'x.csv' RETURN * ",
    "CALL threads=1 ", "CALL ", "UNION ", "AS ", "as ", "n", ".", ":", ",", "'", '"', "`",
    "\\", "\\'", "\\\\", "\\u0027", "\\u002a\\u002f", "\\u000a", "\\", "//", "/*", "*/",
    "/***/", "/**/", "**/", "\n", "\r", "\r\n", "\t", ";", "; ", "(", ")", "{", "}", "[",
    "]", "|", "$", "$p", "1", "1.", ".5", "..", "-", "->", "\u00a0", "\u200b", "\u2028",
    "\ufeff", "\x0b", "ſET n.id = 9 ", "ＤＥＬＥＴＥ n ", "СREATE (:T {id: 9}) ", "EXISTS { ",
    "COUNT { ", "COLLECT { ", "CALL { ", "IN TRANSACTIONS ", "EXPLAIN ", "PROFILE ",
    "\ud800", "\0", "é", "名",
]
texts = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join))


@given(texts)
@example("'" * 60_000)
@example("(" * 60_000)
@example("RETURN " + "(" * 2_000)
@example("RETURN '" + "\\" * 999)
@settings(max_examples=1500, deadline=None)
def test_gate_raises_only_query_errors(text: str) -> None:
    try:
        check(text)
    except QueryError as error:
        str(error).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ladybug.Connection]:
    """A database that can be written: here the gate stands alone."""
    was = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("work"))
    database = ladybug.Database(tmp_path_factory.mktemp("scratch") / "x.lbug")
    connection = ladybug.Connection(database)
    connection.execute("CREATE NODE TABLE T(id INT64, PRIMARY KEY(id))")
    connection.execute("CREATE (:T {id: 1})")
    yield connection
    connection.close()
    database.close()
    os.chdir(was)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=10).map("".join))
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_passes_the_gate_changes_nothing(scratch: ladybug.Connection, text: str) -> None:
    statement = "MATCH (n:T) " + text
    try:
        check(statement)
    except QueryError:
        return
    with contextlib.suppress(RuntimeError):
        scratch.execute(statement, {"p": 1} if "$p" in statement else {})
    answer = scratch.execute("MATCH (n:T) RETURN n.id")
    assert isinstance(answer, ladybug.QueryResult)
    assert answer.get_all() == [[1]]
    assert not list(Path.cwd().iterdir())


# The process -------------------------------------------------------------------------------


@pytest.fixture
def ungated(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the gate let everything pass."""
    real = readonly._checked

    def passed(text: str) -> list[readonly.Token]:
        try:
            return real(text)
        except QueryError:
            return [readonly.Token("word", "RETURN", 0)]

    monkeypatch.setattr(readonly, "_checked", passed)


ACTING = (
    "COPY", "LOAD", "ATTACH", "INSTALL", "EXPORT", "IMPORT", "CREATE", "MERGE", "ALTER", "DROP",
    "CALL threads", "CALL read", "CALL project", "UPDATE", "UNINSTALL", "FORCE", "CHECKPOINT",
    "COMMENT", "PROFILE", "RETURN 1; //", "RETURN ';'", "MATCH (n) SET", "MATCH (n) DE",
)
"""Beginnings of the attacks that LadybugDB would carry out if nothing were in the way."""


@pytest.mark.usefixtures("ungated")
def test_without_the_gate_nothing_is_written_or_read(
    store: LadybugStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    secret = tmp_path / "secret.csv"
    secret.write_text("id,word\n1,xyzzy\n")
    victim = tmp_path / "victim.csv"
    victim.write_text("precious\n")
    before = support.snapshot(tmp_path)
    for statement in [
        *(a for a in ATTACKS if a.startswith(ACTING)),
        f"COPY (MATCH (n:Company) RETURN n.id) TO '{tmp_path}/out.csv'",
        f"COPY (RETURN 1 AS x) TO '{victim}'",
        f"COPY (RETURN 1 AS x) TO '{tmp_path}/out.parquet'",
        f"LOAD FROM '{secret}' (header=true) RETURN *",
        f"LOAD FROM '{secret}' RETURN *",
        f"ATTACH '{tmp_path}/other.lbug' AS o (dbtype lbug)",
        f"EXPORT DATABASE '{tmp_path}/dump'",
        f"IMPORT DATABASE '{tmp_path}/dump'",
        "INSTALL httpfs", "LOAD EXTENSION httpfs", "INSTALL json; LOAD json;",
        "CREATE NODE TABLE X(id INT64, PRIMARY KEY(id))", "CREATE SEQUENCE s", "CHECKPOINT",
    ]:
        try:
            answer = ask(store, statement, timeout=20)
        except SousveilError:
            continue
        assert "xyzzy" not in str(answer)
    assert support.snapshot(tmp_path) == before


@pytest.mark.skipif(not LINUX, reason="no limits of that kind here")
@pytest.mark.usefixtures("ungated")
def test_without_the_gate_no_connection_is_opened(store: LadybugStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        port = server.getsockname()[1]
        for statement in [
            f"LOAD FROM 'http://127.0.0.1:{port}/x.csv' RETURN *",
            f"INSTALL httpfs FROM 'http://127.0.0.1:{port}/'",
            f"ATTACH 'http://127.0.0.1:{port}/x.lbug' AS o (dbtype lbug)",
        ]:
            with pytest.raises(SousveilError):
                ask(store, statement)
        with pytest.raises(TimeoutError):
            server.accept()


def test_answers_are_those_of_the_store(store: LadybugStore) -> None:
    statement = (
        "MATCH (c:Company) WHERE c.id IN $ids RETURN c.id AS id, c.names AS names, c AS node "
        "ORDER BY id;  // the end"
    )
    ids = [row[0] for row in store.run("MATCH (c:Company) RETURN c.id ORDER BY c.id").rows[:3]]
    answer = ask(store, statement, parameters={"ids": ids})
    assert answer.result == store.run(statement, {"ids": ids})
    assert not answer.truncated


def test_values_are_json(store: LadybugStore) -> None:
    answer = ask(store, (
        "MATCH p = (a:Company)-[r:OWNS]->(b:Company) WITH p, r LIMIT 1 "
        "RETURN p, r, date('2020-01-02') AS d, cast('nan' AS DOUBLE) AS f, interval('1 day') AS i, "
        "map([1], ['x']) AS m, sum(9223372036854775807) AS big, $s AS s, cast('1.50' AS "
        "DECIMAL(6, 2)) AS n"
    ), parameters={"s": "' \\ \" $x 中 \u200b \0"[:-1]})
    row = answer.result.dicts()[0]
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["p"]["nodes"][0]["class"] == "Company"
    assert row["p"]["relations"] == [row["r"]]
    assert (row["d"], row["f"], row["m"]) == ("2020-01-02", "nan", {"1": "x"})
    assert (row["big"], row["n"]) == (9223372036854775807, 1.5)
    assert row["s"] == "' \\ \" $x 中 \u200b "


def test_rows_are_capped(store: LadybugStore) -> None:
    full = ask(store, "UNWIND range(1, 10) AS x RETURN x", rows=10)
    assert (len(full.result.rows), full.truncated) == (10, False)
    cut = ask(store, "UNWIND range(1, 11) AS x RETURN x", rows=10)
    assert (len(cut.result.rows), cut.truncated) == (10, True)


def test_bytes_are_capped(store: LadybugStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readonly, "MOST_BYTES", 100_000)
    answer = ask(store, "UNWIND range(1, 5000) AS x RETURN x, repeat('y', 1000) AS y", rows=9000)
    assert answer.truncated
    assert 90 <= len(answer.result.rows) <= 100


@pytest.mark.skipif(not LINUX, reason="no limits of that kind here")
@pytest.mark.parametrize("statement", [
    "UNWIND range(1, 200000000) AS x RETURN collect(x) AS xs",
    "RETURN repeat('x', 2000000000) AS x",
    "UNWIND range(1, 30000) AS x UNWIND range(1, 30000) AS y RETURN x, y, repeat('z', 100) AS z",
    "MATCH (a), (b), (c) RETURN a.id, b.id, c.id ORDER BY a.id + b.id + c.id",
])
def test_memory_is_capped(
    store: LadybugStore, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes: list[int] = []
    popen = readonly.subprocess.Popen

    def noted(*args: object, **options: object) -> object:
        process = popen(*args, **options)  # type: ignore[call-overload]
        processes.append(process.pid)
        return process

    monkeypatch.setattr(readonly.subprocess, "Popen", noted)
    highest, done = 0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not done.wait(0.02):
            for pid in processes:
                try:
                    status = Path(f"/proc/{pid}/statm").read_text().split()
                except OSError:
                    continue
                if status[1:]:
                    highest = max(highest, int(status[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.monotonic()
    words = "memory"
    try:
        answer = ask(store, statement, memory=256, timeout=15, rows=5)
        assert answer.truncated
    except QueryError as error:
        words = error.hint
    finally:
        done.set()
        watcher.join()
    assert "memory" in words or "time" in words or "simpler" in words
    assert time.monotonic() - started < 20
    assert highest < 256 + 128  # the program itself is part of it


def test_time_is_capped(store: LadybugStore) -> None:
    started = time.monotonic()
    with pytest.raises(QueryError, match="stopped after 2 s"):
        ask(store, "UNWIND range(1, 1000000) AS x UNWIND range(1, 1000000) AS y "
            "WITH x, y WHERE x * y = -1 RETURN count(*)", timeout=2)
    assert time.monotonic() - started < 6


@pytest.mark.parametrize("statement", [
    "RETURN " + "(" * 29 + "1" + ")" * 29,
    "RETURN 1" + " + 1" * 290,
    "RETURN " + "NOT " * 50 + "true",
    "RETURN " + "[" * 29 + "]" * 29,
    "RETURN " + "CASE WHEN true THEN " * 200 + "1" + " END" * 200,
    "MATCH (n) WHERE " + "EXISTS { MATCH (n) WHERE " * 25 + "true" + " }" * 25 + " RETURN n",
])
def test_deep_statements_end(store: LadybugStore, statement: str) -> None:
    started = time.monotonic()
    with contextlib.suppress(QueryError):
        ask(store, statement, timeout=10)
    assert time.monotonic() - started < 15
    assert ask(store, "RETURN 1 AS x").result.rows == ((1,),)


def test_a_reader_that_dies_is_reported(
    store: LadybugStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "reader.py"
    program.write_text("import os, sys; sys.stdin.read(); print('[\"x\"]', flush=True); os.abort()")
    monkeypatch.setattr(readonly, "_READER", program)
    with pytest.raises(QueryError, match="did not survive"):
        ask(store, "RETURN 1")


def test_the_reader_knows_no_password(
    store: LadybugStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", "xyzzy")
    program = tmp_path / "reader.py"
    program.write_text(
        "import os, json\nprint('[\"e\"]')\nprint(json.dumps([str(dict(os.environ))]))\n"
        "print('{\"end\": \"all\"}')"
    )
    monkeypatch.setattr(readonly, "_READER", program)
    assert "xyzzy" not in str(ask(store, "RETURN 1"))


@pytest.mark.parametrize(("parameters", "words"), [
    ({}, "is missing"), ({"x": 1, "y": 2}, "has no parameter"), ({"x": object()}, "not JSON"),
    ({"x": float("nan")}, "not JSON"),
])
def test_parameters_are_checked(
    store: LadybugStore, parameters: dict[str, object], words: str
) -> None:
    with pytest.raises(BadParameter, match=words):
        ask(store, "RETURN $x", parameters=parameters)


@pytest.mark.parametrize("options", [
    {"timeout": 0}, {"timeout": -1}, {"timeout": float("nan")}, {"rows": 0}, {"memory": 1},
])
def test_bounds_are_checked(store: LadybugStore, options: dict[str, float]) -> None:
    with pytest.raises(QueryError, match="cannot run with"):
        ask(store, "RETURN 1", **options)


def test_errors_of_the_engine(store: LadybugStore) -> None:
    with pytest.raises(QueryError, match="x is not in scope"):
        ask(store, "RETURN x")
    with pytest.raises(QueryError, match="same name"):
        ask(store, "RETURN 1 AS x, 2 AS x")


# The command -------------------------------------------------------------------------------


def test_command(tmp_path: Path) -> None:
    home = support.small_home()
    before = support.snapshot(home)
    statement = "MATCH (c:Company) RETURN c.id AS id, {a: 1} AS set ORDER BY id"
    ran = support.run(home, "cypher", statement, "--limit", "1", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out) == [{"id": "maker", "set": {"a": 1}}]
    assert "there are more: --limit" in ran.err
    assert "not vetted paths" in ran.err
    file = tmp_path / "q.cypher"
    file.write_text("\ufeffRETURN $a AS a, $b AS b, $c AS c // 名\n", "utf-8")
    ran = support.run(home, "cypher", "--file", file, "--param", "a=x=y", "--param", "b=12",
                      "--param", 'c="12"', "--format", "json")
    assert json.loads(ran.out) == [{"a": "x=y", "b": 12, "c": "12"}]
    for arguments, code in [
        (["MATCH (n) DELETE n"], 9), (["RETURN 1", "--file", file], 2), (["RETURN $x AS x"], 9),
        (["--file", tmp_path / "none"], 3), (["RETURN 1", "--param", "x"], 9),
        (["--file", tmp_path], 3), (["RETURN 1", "--limit", "0"], 2),
    ]:
        ran = support.run(home, "cypher", *arguments)
        assert ran.code == code, ran.err
        assert not ran.out
    piped = support.spawn(home, "cypher", "--format", "csv", stdin=-1)
    out, _ = piped.communicate(b"RETURN '\xe5\x90\x8d' AS x, '=1' AS y", timeout=60)
    assert out.decode().splitlines() == ["x,y", "名,'=1"]
    assert support.snapshot(home) == before
