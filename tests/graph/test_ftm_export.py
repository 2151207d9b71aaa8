"""The graph as FollowTheMoney: what the model allows, with its evidence, and back again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sousveil.graph import Assembly, ClaimStore, assemble
from sousveil.graph.writers import graph_ftm
from sousveil.loaders import LOADERS, load
from tests.worlds import World, claim, edge, name, node

FTM = os.environ.get("SOUSVEIL_FTM") or shutil.which("ftm")
"""The command of the followthemoney package. It needs PyICU, which must be compiled or come from
the system, as `.ci/run` does it."""

THING = "name alias previousName weakAlias country summary notes description proof keywords"
INTERVAL = "startDate endDate date description proof"
ORGANISATION = (
    f"{THING} abbreviation website leiCode uscCode wikidataId registrationNumber innCode ogrnCode "
    "okpoCode dunsCode permId bvdId icijId classification"
)
MODEL = {schema: set(text.split()) for schema, text in {
    "Company": f"{ORGANISATION} cikCode incorporationDate dissolutionDate",
    "PublicBody": ORGANISATION,
    "Document":
        f"{THING} fileName title sourceUrl date retrievedAt language contentHash publisher",
    "Project": f"{THING} startDate endDate",
    "Contract":
        f"{THING} title type authority project contractDate procedureNumber amount currency",
    "CallForTenders": f"{THING} title authority procurementType publicationDate callId tenderers",
    "ContractAward": f"{INTERVAL} supplier contract role lotNumber amount currency",
    "Ownership": f"{INTERVAL} owner asset percentage",
    "Succession": f"{INTERVAL} predecessor successor role",
    "ProjectParticipant": f"{INTERVAL} project participant role",
    "Sanction": f"{INTERVAL} entity authority program programId provisions reason",
    "UnknownLink": f"{INTERVAL} subject object role",
}.items()}
"""The part of the model (followthemoney 4.11) that is used: schemata and their properties."""
THINGS = {"Company", "PublicBody", "Project", "Contract", "CallForTenders"}
ENDS = {
    "proof": {"Document"}, "authority": {"Company", "PublicBody"}, "project": {"Project"},
    "tenderers": {"Company", "PublicBody"}, "supplier": {"Company", "PublicBody"},
    "contract": {"Contract"}, "owner": {"Company", "PublicBody"}, "asset": {"Company"},
    "predecessor": {"Company"}, "successor": {"Company"}, "entity": THINGS,
    "participant": {"Company", "PublicBody"}, "subject": THINGS, "object": THINGS,
}


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def hostile() -> Assembly:
    claims = World().claims()
    for at, text in enumerate(("\x00\x1f", "<&\"'>]]>", "𠮷😀\u202e", "a\r\nb", "\u2028", " x ")):
        claims.append(node("Company", f"c{at}", name=text, description=text))
        if at:
            claims.append(edge("OWNS", f"c{at}", "c0", key="p", share_min="25", valid="2012~/.."))
    claims += [
        node("Company", "n", name="N", identifiers=["WIKIDATA:P1", "RU-INN:12", "SE-BLV:5", "X:"],
             founded="201X", dissolved="2012/2015", website="https://n.example"),
        name("n", "Enn", "former"), node("Product", "g", name="Goods"),
        edge("MAKES", "n", "g"), node("Transaction", "t", title="T", kind="brand-mention"),
        edge("MENTIONS", "t", "n"), edge("MENTIONS", "t", "g"), edge("OWNS", "n", "c1"),
        claim(about="n--owns--c1", stance="disputes", summary="It is not so.", author="c1"),
    ]
    return assemble(claims, {"c5": "c4"})


def entities(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_entities_are_what_the_model_allows(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph_ftm(request.getfixturevalue(of), tmp_path / "a.ftm.json")
    graph_ftm(request.getfixturevalue(of), tmp_path / "b.ftm.json")
    assert (tmp_path / "a.ftm.json").read_bytes() == (tmp_path / "b.ftm.json").read_bytes()
    found = entities(tmp_path / "a.ftm.json")
    schemata = {e["id"]: e["schema"] for e in found}
    assert len(schemata) == len(found)
    for entity in found:
        assert set(entity["properties"]) <= MODEL[entity["schema"]], entity
        assert entity["caption"]
        for prop, values in entity["properties"].items():
            assert values
            assert all(isinstance(v, str) and v == v.strip() != "" for v in values), entity
            if prop in ENDS and (entity["schema"], prop) != ("Sanction", "authority"):
                assert {schemata[v] for v in values} <= ENDS[prop], entity
        if entity["schema"] != "Document":
            assert entity["properties"]["proof"], "every entity keeps its sources"


def test_what_stands_in_an_entity(hostile: Assembly, tmp_path: Path) -> None:
    graph_ftm(hostile, tmp_path / "a.ftm.json")
    found = {e["id"]: e["properties"] for e in entities(tmp_path / "a.ftm.json")}
    company = found["n"]
    assert company["registrationNumber"] == ["P1", "12", "5"], "no invented kind of number"
    assert (company["previousName"], company["website"]) == (["Enn"], ["https://n.example/"])
    assert "incorporationDate" not in company, "a decade is no date of ISO 8601"
    assert company["dissolutionDate"] == ["2012", "2015"]
    assert found["c3"]["name"] == ["a b"]
    assert found["c0"]["name"] == ["c0"], "nothing of the name can be printed"
    (stake,) = [p for i, p in found.items() if i == "c1--owns--c0--p"]
    assert (stake["percentage"], stake["startDate"]) == (["25-100"], ["2012"])
    assert "endDate" not in stake
    disputed = " ".join(found["n--owns--c1"]["description"])
    assert "Contested." in disputed
    assert "disputes" in disputed
    assert "It is not so." in disputed
    assert found["t"]["procurementType"] == ["brand-mention"]
    assert [p["role"] for p in found.values() if p.get("subject") == ["n"]] == [
        ["mentioned as a brand, which is no supply, in"]]


def test_counts(shipped: Assembly, tmp_path: Path) -> None:
    graph_ftm(shipped, tmp_path / "a.ftm.json")
    found, counts = Counter(e["schema"] for e in entities(tmp_path / "a.ftm.json")), (
        shipped.counts())
    carries = [n.values["carries"] for n in shipped.nodes("Transaction")]
    assert found["Document"] == counts["Source"]
    assert (found["Company"], found["PublicBody"]) == (counts["Company"], counts["PublicBody"])
    assert (found["Ownership"], found["Succession"]) == (counts["OWNS"], counts["SUCCEEDED_BY"])
    assert (found["Contract"], found["CallForTenders"]) == (sum(carries),
                                                           len(carries) - sum(carries))
    assert "Directorship" not in found


@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_our_loader_reads_it_back(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph = request.getfixturevalue(of)
    graph_ftm(graph, tmp_path / "a.ftm.json")
    store = ClaimStore(tmp_path / "claims")
    (loaded,) = load([tmp_path / "a.ftm.json"], store, LOADERS)
    assert loaded.loader == "ftm"
    assert not loaded.rejects
    assert not loaded.warnings
    again = assemble(store.read_all())

    def companies(of: Assembly) -> dict[str, tuple[Any, ...]]:
        return {n.id.removeprefix("ftm-"): (
            n.values.get("lei", ""), n.values.get("uscc", "")) for n in of.nodes("Company")}

    def owned(of: Assembly) -> set[tuple[Any, ...]]:
        return {(e.start.removeprefix("ftm-"), e.end.removeprefix("ftm-"),
                 e.values.get("share_exact"), e.values.get("share_min")) for e in of.edges("OWNS")}

    def kinds(of: Assembly) -> dict[str, str]:
        return {n.id.removeprefix("ftm-"): n.values["kind"] for n in of.nodes("Transaction")}

    assert companies(again) == companies(graph)
    assert owned(again) == owned(graph)
    if of == "shipped":
        sold = {e.start for e in graph.edges("SELLER")}
        assert {k: v for k, v in kinds(graph).items() if k not in sold}.items() <= (
            kinds(again).items())
        assert sorted(kinds(again).values()) == sorted(kinds(graph).values())


@pytest.mark.skipif(not FTM, reason="the followthemoney package is not installed")
@pytest.mark.parametrize("of", ["shipped", "hostile"])
def test_the_tool_of_the_model_accepts_it(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph_ftm(request.getfixturevalue(of), tmp_path / "a.ftm.json")
    subprocess.run(
        [str(FTM), "validate", "-i", "a.ftm.json", "-o", "checked.json"], cwd=tmp_path, check=True,
        capture_output=True,
    )

    def properties(path: Path) -> dict[str, dict[str, list[str]]]:
        return {e["id"]: {p: sorted(v) for p, v in e["properties"].items()}
                for e in entities(path)}

    # Cleaning drops or changes what is not valid.
    assert properties(tmp_path / "checked.json") == properties(tmp_path / "a.ftm.json")


