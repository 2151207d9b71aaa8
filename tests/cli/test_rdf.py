"""`export rdf`, `check rdf` and `sparql` as a stranger uses them."""

from __future__ import annotations

import contextlib
import gzip
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph
import pytest

from sousveil.errors import ConfigError, QueryError, SourceError
from sousveil.queries.examples import examples
from tests.cli.support import exit_code, finished, run, small_home, spawn

SV = "https://w3id.org/sousveil/ontology#"


def claims_in(data: bytes, form: pyoxigraph.RdfFormat = pyoxigraph.RdfFormat.TRIG) -> set[str]:
    return {
        q.subject.value.rpartition("/")[2] for q in pyoxigraph.parse(input=data, format=form)
        if isinstance(q.object, pyoxigraph.NamedNode) and q.object.value == SV + "Claim"
        and isinstance(q.subject, pyoxigraph.NamedNode)
    }


def written(home: Path, target: Path, *options: str) -> bytes:
    ran = run(home, "export", "rdf", target, *options)
    assert ran.code == 0, ran.err
    return target.read_bytes()


def test_a_file_and_its_description(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "all.trig"
    first = written(shipped, target)
    beside = tmp_path / "all.trig.dcat.ttl"
    described = beside.read_bytes()
    assert len(claims_in(first)) == 734
    # Again is the same, the description included, which names no edition before itself.
    assert written(shipped, target) == first
    assert beside.read_bytes() == described
    assert b"dcat:previousVersion" not in described
    assert gzip.decompress(written(shipped, tmp_path / "all.trig.gz")) == first


def test_an_edition_names_the_one_before(tmp_path: Path, shipped: Path) -> None:
    target = tmp_path / "x.nq"
    written(small_home(), target)
    written(shipped, target)
    text = (tmp_path / "x.nq.dcat.ttl").read_text("utf-8")
    assert text.count("dcat:previousVersion") == 1


def test_stdout_is_trig(shipped: Path) -> None:
    ran = run(shipped, "export", "rdf")
    assert ran.code == 0
    assert len(claims_in(ran.out.encode())) == 734


def test_one_entity_by_its_name(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "one.ttl"
    data = written(shipped, target, "--entity", "上海市公安局").decode()
    assert "id:shanghai-psb a sv:PublicBody" in data
    # The sale is told whole: who sold is no relation of the bureau.
    assert "id:shanghai-psb-2015--seller--morpho-shanghai a sv:SellerRole" in data
    assert "noldus" not in data
    assert not (tmp_path / "one.ttl.dcat.ttl").exists()
    assert run(shipped, "check", "rdf", target).code == 0


def test_an_answer(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer.trig"
    data = written(shipped, target, "--query", "reseller-paths", "--with", "place=EU")
    assert b"id:lingchuan-2015--seller--guangxi-kaiyale a sv:SellerRole" in data
    assert b"facereader" not in data
    assert run(shipped, "check", "rdf", target).code == 0


def test_since_an_earlier_export(shipped: Path, tmp_path: Path) -> None:
    everything = written(shipped, tmp_path / "all.trig")
    assert claims_in(written(shipped, tmp_path / "none.trig", "--since", str(
        tmp_path / "all.trig"))) == set()
    lines = run(shipped, "export", "claims").out.splitlines(keepends=True)
    earlier = tmp_path / "earlier.jsonl"
    earlier.write_text("".join(lines[:-3]), "utf-8")
    new = claims_in(written(shipped, tmp_path / "new.trig", "--since", str(earlier)))
    assert len(new) == 3
    assert new < claims_in(everything)


@pytest.mark.parametrize(("args", "error", "says"), [
    (["x.unknown"], ConfigError, "does not say which RDF"),
    (["x.ttl", "--entity", "a", "--query", "b"], ConfigError, "exclude each other"),
    (["x.ttl", "--with", "a=b"], ConfigError, "--with belongs to --query"),
    (["x.ttl", "--entity", "axis-communications", "--derived"], ConfigError, "--derived"),
    (["x.jsonld", "--annotations"], ConfigError, "JSON-LD cannot say it"),
    (["nowhere/x.ttl"], ConfigError, "cannot write"),
    (["/dev/full", "--format", "trig"], ConfigError, "cannot write"),
    (["x.ttl", "--query", "nope"], QueryError, "no such query"),
])
def test_faults_leave_nothing(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: list[str],
    error: type[ConfigError], says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(shipped, "export", "rdf", *args)
    assert ran.code == exit_code(error), ran.err
    assert says in ran.err
    assert list(tmp_path.glob("**/*x.*")) == []


def test_check_names_line_and_shape(shipped: Path, tmp_path: Path) -> None:
    good = written(shipped, tmp_path / "all.ttl").decode()
    broken = "id:axis-shanghai a sv:Place , "
    target = tmp_path / "bad.ttl"
    target.write_text(
        good.replace("id:axis-shanghai a sv:Company , ", broken)
        .replace("sv:locator", "sv:locater", 1), "utf-8")
    ran = run(shipped, "check", "rdf", target)
    assert ran.code == 1
    found = ran.out.splitlines()
    edge = next(line for line in found if "(shape LocationEnds)" in line)
    number = int(edge.split(":")[1])
    assert "axis-shanghai--located-in--CN-SH" in edge
    assert target.read_text("utf-8").splitlines()[number - 1].startswith(
        "id:axis-shanghai--located-in--CN-SH")
    assert any("locater: there is no such term" in line for line in found)
    assert any("says where in its source it was read (shape Claim)" in line for line in found)


def test_check_of_what_is_no_rdf(shipped: Path, tmp_path: Path) -> None:
    target = tmp_path / "bad.ttl"
    target.write_text("id:a a sv:Company .\n")
    ran = run(shipped, "check", "rdf", target)
    assert ran.code == exit_code(SourceError)
    assert f"{target}:1" in ran.err


def test_examples_are_listed_and_printed(home: Path) -> None:
    assert {line.split()[0] for line in run(home, "sparql", "examples").out.splitlines()} == {
        e.name for e in examples()}
    assert run(home, "sparql", "examples", "main-question").out == examples()[0].text
    assert run(home, "sparql", "examples", "nope").code == exit_code(QueryError)


def asked(port: int, text: str) -> str:
    data = urlencode({"query": text}).encode()
    request = urllib.request.Request(
        f"http://localhost:{port}/query", data, {"Accept": "text/csv"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: str = answer.read().decode()
    return found


def until(port: int, text: str, wanted: str) -> str:
    for _ in range(240):
        with contextlib.suppress(urllib.error.URLError, OSError):
            if wanted in (found := asked(port, text)):
                return found
        time.sleep(0.5)
    raise AssertionError(f"{wanted!r} was not answered")


def test_a_server_follows_the_graph() -> None:
    home = small_home()
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    server = spawn(home, "sparql", "serve", "--bind", f"localhost:{port}")
    try:
        until(port, f"SELECT (COUNT(*) AS ?n) {{ ?x a <{SV}Transaction> }}", "n\r\n1\r\n")
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(urllib.request.Request(
                f"http://localhost:{port}/update",
                urlencode({"update": "CLEAR ALL"}).encode()), timeout=30)
        assert run(home, "load", "--shipped").code == 0
        assert run(home, "build").code == 0
        # The six paths of the shipped data, that of the small home, and the names of the columns.
        found = until(port, examples()[0].text, "huangpu-branch")
        assert found.count("\n") == 1 + 6 + 1
    finally:
        server.send_signal(signal.SIGTERM)
        ran = finished(server)
    assert ran.code == 0, ran.err
    assert "a new graph was built" in ran.err
