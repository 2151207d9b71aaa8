"""The door of the SPARQL server: what is refused, and what ends."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from sousveil.cli.sparql_door import Door, asks_elsewhere
from sousveil.errors import ConfigError
from tests.cli.support import exit_code, run

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
FORM = "application/x-www-form-urlencoded"
PROGRAM = shutil.which("oxigraph", path=sysconfig.get_path("scripts"))


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("oxigraph")
    store = Store(str(folder))
    store.bulk_extend(
        Quad(NamedNode(f"http://a.example/{n}"), NamedNode("http://a.example/is"), Literal(n))
        for n in range(300))
    store.flush()
    del store
    assert PROGRAM
    with Door("localhost:0", PROGRAM, 1, cors=False) as made:
        made.open(folder)
        yield made


def ask(
    door: Door, body: str | bytes, method: str = "POST", path: str = "/query", kind: str = FORM,
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("localhost", door.server_port, timeout=30)
    connection.request(method, path, body, {"Content-Type": kind, "Accept": "*/*"})
    return connection.getresponse()


def query(text: str) -> str:
    return urlencode({"query": text})


def test_a_question_is_answered_in_every_way_of_asking(door: Door) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    for answer in (
        ask(door, query(text)), ask(door, text, kind="application/sparql-query"),
        ask(door, "", "GET", "/query?" + query(text)),
    ):
        assert answer.status == 200
        assert json.load(answer)["results"]["bindings"][0]["n"]["value"] == "300"
        assert answer.headers["Access-Control-Allow-Origin"] is None


def test_a_server_of_ones_own_answers_under_no_other_name(door: Door) -> None:
    connection = http.client.HTTPConnection("localhost", door.server_port, timeout=30)
    connection.request("GET", "/query?" + query("ASK {}"), headers={"Host": "a.example:7878"})
    answer = connection.getresponse()
    assert answer.status == 421
    assert b"--bind" in answer.read()


@pytest.mark.parametrize(("body", "path", "kind", "status"), [
    (query("SELECT * { SERVICE <http://localhost/> { ?s ?p ?o } }"), "/query", FORM, 403),
    (query("ASK {}") + "&" + query("ASK {}"), "/query", FORM, 400),
    ("", "/query", FORM, 400),
    (query("SELEC"), "/query", FORM, 400),
    ("query=%ff", "/query", FORM, 400),
    (query("DELETE WHERE { ?s ?p ?o }"), "/query", FORM, 400),
    ("DELETE WHERE { ?s ?p ?o }", "/query", "application/sparql-update", 415),
    ("update=CLEAR+ALL", "/update", FORM, 404),
    ("query=" + "a" * (1 << 20), "/query", FORM, 413),
])
def test_what_is_refused(door: Door, body: str, path: str, kind: str, status: int) -> None:
    answer = ask(door, body, path=path, kind=kind)
    assert answer.status == status, answer.read()
    assert len(answer.read().decode()) > 10


def test_a_query_that_never_ends_is_ended(door: Door) -> None:
    """The server's own limit does not stop this count; the next question is answered all the
    same."""
    started = time.monotonic()
    assert ask(door, query(SLOW)).status == 504
    assert time.monotonic() - started < 10
    assert json.load(ask(door, query("ASK { ?s ?p ?o }")))["boolean"] is True


def test_an_answer_that_is_cut_off_is_not_taken_for_whole(door: Door) -> None:
    endless = ask(door, query("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"))
    assert endless.status == 200
    with Path(os.devnull).open("wb") as nowhere, pytest.raises(http.client.IncompleteRead):
        shutil.copyfileobj(endless, nowhere)


@pytest.mark.parametrize(("text", "found"), [
    ('ASK { ?s ?p "Secret Service" }', False),
    ("ASK { ?s <http://a.example/service> ?o } # service", False),
    ("ASK { ?s ?p '''a 'service' of ''' }", False),
    ("SELECT * { ?s ?p 1SERVICE <http://a.example> {} }", True),
    ("SELECT * { ?s ?p ?o.service?x{} }", True),
    # What would hide the word from a careless reader.
    ("SELECT * { <http://a/\\u0041'> ?p ?o . SERVICE <http://a> {} <http://a/'> ?p ?o }", True),
    ("SELECT * { ex:a\\# ?p ?o . SERVICE <http://a> {} }", True),
    ("ASK {} # a\rSERVICE <http://a> {}", True),
    ("SELECT * { FILTER(?a<?b) SERVICE <http://a> {} FILTER(?c>?d) }", True),
    ('SELECT * { ?s ?p "\\"" . SERVICE <http://a> {} . ?s ?p "" }', True),
])
def test_calls_of_other_servers_are_found(text: str, found: bool) -> None:
    assert asks_elsewhere(text) is found


def test_an_address_that_cannot_be_listened_on(door: Door, tmp_path: Path) -> None:
    for bind, said in (
        (f"localhost:{door.server_port}", "Address already in use"), ("nowhere", "HOST:PORT"),
        ("localhost:x", "HOST:PORT"),
    ):
        ran = run(tmp_path, "sparql", "serve", "--bind", bind)
        assert (ran.code, said in ran.err) == (exit_code(ConfigError), True), ran.err
