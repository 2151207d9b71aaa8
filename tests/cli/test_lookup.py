"""`sousveil entity`, `search` and `source`: looking things up in the shipped data."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from sousveil.errors import BadParameter
from sousveil.graph import ClaimStore
from sousveil.ontology import Schema
from tests.cli.support import exit_code, run

# entity


@pytest.mark.parametrize(
    ("name", "id_"),
    [
        ("shanghai-psb", "shanghai-psb"), ("上海市公安局", "shanghai-psb"),
        ("Shanghai Public Security Bureau", "shanghai-psb"), ("Noldus", "noldus"),
        ("OT-Morpho", "idemia"), ("FaceReader", "facereader"), ("天网工程", "skynet"),
        ("huangpu-2018", "huangpu-2018"), ("CN-XJ", "CN-XJ"), ("amnesty-2020", "amnesty-2020"),
        ("national-intelligence-law", "national-intelligence-law"), ("ipvm", "ipvm"),
        ("uk-schools-cctv-2020", "uk-schools-cctv-2020"),
    ],
)
def test_entity(shipped: Path, name: str, id_: str) -> None:
    ran = run(shipped, "entity", name, "--format", "json")
    assert ran.code == 0, ran.err
    facts = json.loads(ran.out)
    assert facts["id"] == id_
    assert {"class", "standing", "contested", "origins", "claims", "names", "relations",
            "statements", "says", "dataset"} <= facts.keys()
    assert facts["claims"]


def test_every_node_can_be_shown(shipped: Path) -> None:
    # Every class, and the first and last node of each.
    ids = {}
    for claim in ClaimStore(shipped / "claims").read_all():
        if claim.kind in Schema.load().classes:
            ids.setdefault(claim.kind, set()).add(claim.about)
    assert ids.keys() == set(Schema.load().classes) - {"Claim"}
    for some in ids.values():
        for id_ in (min(some), max(some)):
            ran = run(shipped, "entity", id_)
            assert ran.code == 0, ran.err
            assert id_ in ran.out.splitlines()[0]


def test_an_entity_in_words(shipped: Path) -> None:
    out = run(shipped, "entity", "axis-communications").out
    assert out.startswith("Axis Communications  company · axis-communications\n")
    for part in ("安讯士网络通讯有限公司 (zh-Hans)", "Canon Inc.", "axis-shanghai", "huangpu-2018",
                 "said about it", "says", "data set "):
        assert part in out
    assert "names_json" not in out
    assert "None" not in out


def test_an_entity_says_what_is_disputed(shipped: Path) -> None:
    facts = json.loads(run(shipped, "entity", "lingchuan-2015", "--format", "json").out)
    disputed = [r for r in facts["relations"] if r["contested"]]
    assert [r["id"] for r in disputed] == ["lingchuan-2015--manufacturer--axis-communications"]
    out = run(shipped, "entity", "lingchuan-2015").out
    assert "contested" in next(line for line in out.splitlines() if "axis-communications" in line)


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("Atlantis Cameras", "entity: nothing is called 'Atlantis Cameras'", "next: "),
        ("noldsu", "entity: nothing is called 'noldsu'", "did you mean noldus"),
        ("", "entity: nothing is called ''", "next: "),
    ],
)
def test_an_entity_that_is_not_there(shipped: Path, name: str, message: str, hint: str) -> None:
    ran = run(shipped, "entity", name)
    assert ran.code == exit_code(BadParameter)
    assert message in ran.err
    assert hint in ran.err
    assert ran.out == ""


# search


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Noldus", "noldus"), ("noldus information technology b.v.", "noldus"),
        ("Hikvison", "hikvision"), ("海康", None), ("公安", None), ("上海市公安局", "shanghai-psb"),
        ("shanghaishi gonganju", "shanghai-psb"), ("安讯士", None), ("Morpho", None),
        ("OT-Morpho", "idemia"), ("facereader", "facereader"), ("tianwang gongcheng", "skynet"),
    ],
)
def test_search(shipped: Path, text: str, first: str | None) -> None:
    ran = run(shipped, "search", text, "--format", "json")
    assert ran.code == 0
    hits = json.loads(ran.out)
    if first is None and text == "海康":
        assert hits == []
        assert "nothing is called '海康', or nearly so" in ran.err
        return
    assert hits
    assert list(hits[0]) == ["id", "class", "name", "name_zh", "matched", "score"]
    if first:
        assert hits[0]["id"] == first
    scores = [h["score"] for h in hits]
    assert scores == sorted(scores, reverse=True)


def test_search_options(shipped: Path) -> None:
    def ids(*options: str) -> list[str]:
        ran = run(shipped, "search", *options, "--format", "csv")
        assert ran.code == 0, ran.err
        return [row["id"] for row in csv.DictReader(io.StringIO(ran.out))]

    assert len(ids("public security", "--limit", "3")) == 3
    assert ids("Skynet", "--class", "Programme")[0] == "skynet"
    assert "skynet" not in ids("Skynet", "--class", "Company", "--class", "Place")
    for options in (["--limit", "0"], ["--limit", "many"], ["--class", "Firm"]):
        ran = run(shipped, "search", "axis", *options)
        assert ran.code == 2
        assert options[0] in ran.err


def test_search_for_nothing(shipped: Path) -> None:
    for text in ("", "   ", "zzzzzzzzzz", "%", "'", '"', "(", "a AND b", "*"):
        ran = run(shipped, "search", "--", text)
        assert ran.code == 0, (text, ran.err)


# source


def test_source(shipped: Path) -> None:
    ran = run(shipped, "source", "notice-huangpu-2018", "--format", "json")
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out)
    assert {"huangpu-2018", "huangpu-2018--seller--strong-digital"} <= {r["about"] for r in rows}
    assert {r["source"] for r in rows} == {"notice-huangpu-2018"}
    assert f"{len(rows)} claims rest on notice-huangpu-2018" in ran.err


def test_source_in_words(shipped: Path) -> None:
    ran = run(shipped, "source", "bhrrc-2020")
    first = ran.out.splitlines()[0]
    assert first.endswith("  bhrrc-2020")
    assert "2020-09-21" in ran.out
    assert "noldus-mps" in ran.out


def test_source_by_title(shipped: Path) -> None:
    title = "Out of Control: Failing EU Laws for Digital Surveillance Export"
    ran = run(shipped, "source", title, "--format", "csv")
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) > 400


def test_a_source_that_is_not_there(shipped: Path) -> None:
    for name in ("noldus", "no-such-report"):
        ran = run(shipped, "source", name)
        assert ran.code == exit_code(BadParameter)
        assert f"source: nothing is called '{name}'" in ran.err
        assert "next: " in ran.err
