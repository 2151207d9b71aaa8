"""The network view and the pictures that can be taken away."""

from __future__ import annotations

import io
import json
import re
import struct
from typing import Any
from urllib.parse import parse_qs, urlsplit

import networkx as nx
import pytest
from flask.testing import FlaskClient
from lxml import etree

from sousveil.graph import assemble
from sousveil.graph.records import identified
from sousveil.web import pictures
from tests.web.conftest import HOSTILE, app_of, hostile_claims
from tests.web.test_pages import MISSION, Read, get
from tests.worlds import Body, Company, Deal, Party, World

AXIS = "open=axis-communications"
ASKED = MISSION.partition("?")[2]


def data(client: FlaskClient, asked: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client.get(f"/network.json?{asked}").data)
    return found


def test_a_neighbourhood_is_that_of_the_store(client: FlaskClient) -> None:
    """Whatever the entity's own data have, of the kinds that are shown, and nothing else of it."""
    relations = json.loads(client.get("/entity/axis-communications.json").data)["relations"]
    kinds = {"seller", "manufacturer", "owns", "makes", "includes", "succeeded-by"}
    found = data(client, AXIS)
    near = {r["id"] for r in found["relations"] if "axis-communications" in (r["from"], r["to"])}
    assert near == {r["id"] for r in relations if r["kind"] in kinds}
    assert {n["id"] for n in found["nodes"]} == {
        i for r in found["relations"] for i in (r["from"], r["to"])
    }


def test_a_transaction_brings_its_parties(client: FlaskClient) -> None:
    found = data(client, AXIS)
    buyers = {r["to"] for r in found["relations"] if r["relation"] in ("BUYER", "END_USER")}
    assert "guilin-psb" in buyers or len(buyers) > 2
    assert all(r["to"] != r["from"] for r in found["relations"])


def test_goods_flow_along_the_arrows(client: FlaskClient) -> None:
    classes = {n["id"]: n["class"] for n in data(client, AXIS)["nodes"]}
    for r in data(client, AXIS)["relations"]:
        if r["relation"] in ("SELLER", "MANUFACTURER"):
            assert classes[r["to"]] == "Transaction"
        if r["relation"] in ("BUYER", "END_USER"):
            assert classes[r["from"]] == "Transaction"


def test_paths_are_those_of_the_answer(client: FlaskClient) -> None:
    answer = json.loads(client.get(MISSION.replace("/paths", "/paths.json")).data)
    steps = {
        (s["relation"], s["from"]["id"], s["to"]["id"]) for p in answer["paths"] for s in p["steps"]
    }
    found = data(client, ASKED)
    assert {(r["relation"], r["from"], r["to"]) for r in found["relations"]} == steps
    contested = {p["id"] for p in answer["paths"] if p["contested"]}
    for r in found["relations"]:
        assert r["contested"] == (set(r["paths"]) <= contested)
    one = answer["paths"][0]
    alone = data(client, f"{ASKED}&path={one['id']}")
    assert len(alone["relations"]) == len(one["steps"])


def test_a_click_adds_and_takes_away(client: FlaskClient) -> None:
    page = get(client, f"/network?{ASKED}")
    links = {str(a["data-node"]): str(a["href"]) for t, a in page.tags if "data-node" in a}
    more = get(client, links["axis-communications"])
    opened = {str(a["data-node"]): str(a["href"]) for t, a in more.tags if "data-node" in a}
    assert set(links) < set(opened)
    back = parse_qs(urlsplit(opened["axis-communications"]).query)
    assert "open" not in back
    assert back["from"] == ["EU"]
    assert set(re.findall(r'data-node="([^"]+)', client.get(opened["axis-communications"]).text)
               ) == set(links)


def test_what_is_shown_can_be_chosen(client: FlaskClient) -> None:
    kinds = {r["relation"] for r in data(client, f"{AXIS}&show=mentions")["relations"]}
    assert kinds
    assert kinds <= {"MENTIONS", "AGENT", "BIDDER", "DISTRIBUTES_FOR"}
    page = get(client, f"/network?{AXIS}&show=mentions")
    ticked = [a["value"] for t, a in page.tags if a.get("name") == "show" and "checked" in a]
    assert ticked == ["mentions"]


def test_a_name_opens_a_node(client: FlaskClient) -> None:
    assert "Axis Communications" in get(client, "/network?add=安讯士网络通讯有限公司").text


@pytest.mark.parametrize(("asked", "status"), [
    ("open=none", 404), ("add=Nobody at all", 400), ("from=EU", 400), (f"{ASKED}&path=none", 404),
    ("&".join(f"open=n{n}" for n in range(21)), 400), ("zzz=1", 400),
])
def test_what_cannot_be_drawn_is_said(client: FlaskClient, asked: str, status: int) -> None:
    for form in ("", ".svg", ".json"):
        assert client.get(f"/network{form}?{asked}").status_code == status


def test_the_limit_is_said_and_the_nearest_are_drawn(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    deals = tuple(
        Deal(f"sale-{n:03}", parties=(Party("SELLER", "hub"), Party("BUYER", f"body-{n:03}")))
        for n in range(100)
    )
    world = World(
        companies=(Company("hub"),), deals=deals,
        bodies=tuple(Body(f"body-{n:03}") for n in range(100)),
    )
    graph = assemble(world.claims())
    client = app_of(graph, tmp_path_factory.mktemp("hub")).test_client()
    found = data(client, "open=hub")
    assert len(found["nodes"]) == pictures.MOST
    assert found["omitted"] == {"hub": 100 - (pictures.MOST - 1)}
    assert "41 neighbours of" in get(client, "/network?open=hub").text
    paths = get(client, "/network?from=hub&to=public-security-bureau").text
    assert "29 of 100 paths are drawn" in paths


# Taking pictures away ------------------------------------------------------------------------

FILES = [f"/network.{{}}?{AXIS}", f"/network.{{}}?{ASKED}",
         "/entity/axis-communications/ownership.{}"]


@pytest.mark.parametrize("url", FILES)
def test_an_svg_stands_alone(client: FlaskClient, url: str) -> None:
    answer = client.get(url.format("svg"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    root = etree.fromstring(answer.data)
    names = {etree.QName(e).localname for e in root.iter() if isinstance(e.tag, str)}
    assert {"title", "desc", "style"} <= names
    assert not {"a", "script", "image", "use", "foreignObject"} & names
    assert b"var(" not in answer.data
    assert b"Data set " in answer.data
    whole = [float(v) for v in str(root.get("viewBox")).split()]
    for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
        x, y, w, h = (float(str(rect.get(k))) for k in ("x", "y", "width", "height"))
        assert whole[0] <= x
        assert x + w <= whole[0] + whole[2]
        assert whole[1] <= y
        assert y + h <= whole[1] + whole[3]


@pytest.mark.parametrize("url", FILES[:1])
def test_a_png_has_the_picture_or_says_why_not(client: FlaskClient, url: str) -> None:
    answer = client.get(url.format("png"))
    if answer.status_code == 406:  # A machine without Chinese fonts.
        assert "no font on this server" in answer.text
        return
    assert answer.data.startswith(b"\x89PNG")
    wide, high = struct.unpack(">II", answer.data[16:24])
    svg = etree.fromstring(client.get(url.format("svg")).data)
    assert wide / high == pytest.approx(
        float(str(svg.get("width"))) / float(str(svg.get("height"))), rel=0.01)
    assert wide > 1000


def test_letters_without_a_font_are_refused(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    import typst

    few = typst.Fonts(include_system_fonts=False)
    monkeypatch.setattr(pictures, "_fonts", lambda: few)
    latin = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>Axis</text></svg>'
    assert pictures.png(latin, 9, 9).startswith(b"\x89PNG")
    with pytest.raises(pictures.NoFont):
        pictures.png(latin.replace("Axis", "安讯士"), 9, 9)
    answer = client.get(f"/network.png?{AXIS}")
    assert answer.status_code == 406
    assert "take the SVG" in answer.text


def test_graphml_is_read_by_networkx(client: FlaskClient) -> None:
    graph = nx.read_graphml(io.BytesIO(client.get(f"/network.graphml?{AXIS}").data))
    found = data(client, AXIS)
    assert set(graph) == {n["id"] for n in found["nodes"]}
    assert graph.number_of_edges() == len(found["relations"])


@pytest.mark.parametrize("n", range(len(HOSTILE)))
def test_hostile_names_are_text_in_pictures(hostile: FlaskClient, n: int) -> None:
    for url in (f"/network?open=c{n}", f"/entity/c{n}/owns-out"):
        page = get(hostile, url)
        assert {t for t, _ in page.tags} & {"img", "iframe"} == set()
        assert all(str(a.get("src")).startswith("/static/") for t, a in page.tags
                   if t == "script" and a.get("type") != "application/ld+json")
        assert not any(k.startswith("on") for _, a in page.tags for k in a)
        assert not any(str(a.get("href", "")).startswith("javascript") for _, a in page.tags)
    root = etree.fromstring(hostile.get(f"/network.svg?open=c{n}").data)
    assert not [e for e in root.iter() if str(e.tag).endswith(("}script", "}img", "}image"))]
    etree.fromstring(hostile.get(f"/network.graphml?open=c{n}").data)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    graph = assemble(map(identified, hostile_claims()))
    return app_of(graph, tmp_path_factory.mktemp("hostile")).test_client()


# The answer, arranged ------------------------------------------------------------------------


def cards(client: FlaskClient, more: str) -> list[str]:
    page = get(client, MISSION + more)
    return [i for i in page.ids if re.fullmatch(r"path-[0-9a-f]{16}", i)]


@pytest.fixture(scope="module")
def paths(site: Any) -> list[dict[str, Any]]:
    answer = site.test_client().get(MISSION.replace("/paths", "/paths.json"))
    found: list[dict[str, Any]] = json.loads(answer.data)["paths"]
    return found


@pytest.mark.parametrize("group", ["channel", "origin", "end-user", "year", "standing"])
def test_groups_hold_every_path_once(
    client: FlaskClient, paths: list[dict[str, Any]], group: str
) -> None:
    found = cards(client, f"&group={group}")
    assert sorted(found) == sorted(p["id"] for p in paths)
    keys = {
        "channel": lambda p: p["channel"], "origin": lambda p: p["origin"]["id"],
        "end-user": lambda p: p["end_user"]["id"], "standing": lambda p: p["standing"],
        "year": lambda p: p["transaction"]["date"][:4],
    }
    by_id = {p["id"]: keys[group](p) for p in paths}
    runs = [key for n, key in enumerate(map(by_id.__getitem__, found))
            if n == 0 or key != by_id[found[n - 1]]]
    assert len(runs) == len(set(runs)) > 1


@pytest.mark.parametrize("sort", ["date", "-date", "end-user", "standing"])
def test_the_order_asked_for(
    client: FlaskClient, paths: list[dict[str, Any]], sort: str
) -> None:
    by_id = {p["id"]: p for p in paths}
    found = [by_id[i] for i in cards(client, f"&sort={sort}")]
    assert len(found) == len(paths)
    if sort == "end-user":
        names = [p["end_user"]["name"] for p in found]
        assert names == sorted(names)
    elif sort == "standing":
        order = ["confirmed", "documented", "self-published", "reported", "inferred"]
        ranks = [order.index(p["standing"]) for p in found]
        assert ranks == sorted(ranks)
    else:
        days = [p["transaction"]["date"].removeprefix("../") for p in found]
        assert days[-1] == ""  # The one without a date is last either way.
        assert days[:-1] == sorted(days[:-1], reverse=sort == "-date")


def test_only_with_words(client: FlaskClient, paths: list[dict[str, Any]]) -> None:
    found = cards(client, "&only=SHANGHAI")
    assert set(found) == {p["id"] for p in paths if "hanghai" in json.dumps(p)}
    assert 0 < len(found) < len(paths)
    assert "No path of the answer" in get(client, MISSION + "&only=zzz").text


def test_a_group_leads_to_the_question_for_it_alone(
    client: FlaskClient, paths: list[dict[str, Any]]
) -> None:
    page = client.get(MISSION + "&group=channel").text
    table = page.partition('<table class="groups"')[2].partition("</table>")[0]
    links = re.findall(r'<a href="([^"]+)">.*?<td class="number">(\d+)', table, re.S)
    assert len(links) == len({p["channel"] for p in paths})
    for link, number in links:
        narrowed = client.get(link.replace("&amp;", "&").replace("/paths", "/paths.json"))
        assert len(json.loads(narrowed.data)["paths"]) == int(number)


def test_limits_and_the_data_set_are_said(client: FlaskClient) -> None:
    data_set = json.loads(client.get(MISSION.replace("/paths", "/paths.json")).data)["dataset"]
    page = get(client, MISSION + "&limit=2&max-ownership=1&max-transactions=2")
    assert "Only the first 2 are given" in page.text
    assert "At most 2 transactions and 1 link of" in page.text
    assert data_set in page.text


@pytest.mark.parametrize("more", ["&sort=x", "&group=x"])
def test_an_unknown_arrangement_is_refused(client: FlaskClient, more: str) -> None:
    assert "use one of" in get(client, MISSION + more, 400).text.lower()


def test_every_parameter_of_the_question_is_in_the_form(client: FlaskClient) -> None:
    from sousveil.queries import Question

    page: Read = get(client, "/paths")
    names = {a.get("name") for t, a in page.tags if t in ("input", "select")}
    wanted = {f.rstrip("_").replace("_", "-") for f in Question.__struct_fields__}
    assert wanted - names <= {"skip"}
