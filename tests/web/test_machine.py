"""What programs find on the site: feeds, sitemap, ids, heads of pages, one shape of error."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from sousveil.graph import Store, assemble
from sousveil.graph.records import identified
from sousveil.web import create_app, machine
from tests.web.conftest import app_of, hostile_claims

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://example.org/data"
FEEDS = ("/feeds/sources.atom", "/feeds/transactions.atom")


@pytest.fixture(scope="module")
def known(site: Flask) -> FlaskClient:
    """The site under an address of its own."""
    settings = msgspec.structs.replace(site.config["SETTINGS"], site=SITE)
    return create_app(settings).test_client()


def local(address: str) -> str:
    assert address.startswith(SITE), address
    return address.removeprefix(SITE) or "/"


def read(client: FlaskClient, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return etree.fromstring(answer.data)


# Feeds ---------------------------------------------------------------------------------------


def check_atom(feed: Any) -> None:
    """The rules of RFC 4287 for the elements that we write."""
    assert feed.tag == ATOM + "feed"
    for owner in (feed, *feed.iter(ATOM + "entry")):
        for once in ("id", "title", "updated"):
            [found] = owner.findall(ATOM + once)
            assert found.text
        assert urlsplit(owner.findtext(ATOM + "id")).scheme == "https"
        moment = owner.findtext(ATOM + "updated")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment)
        datetime.fromisoformat(moment)
        assert all(a.findtext(ATOM + "name") for a in owner.findall(ATOM + "author"))
        rels = [(link.get("rel"), link.get("type")) for link in owner.findall(ATOM + "link")]
        assert len(set(rels)) == len(rels)
        assert all(link.get("href") for link in owner.findall(ATOM + "link"))
    assert feed.find(ATOM + "author") is not None
    ids = [e.findtext(ATOM + "id") for e in feed.iter(ATOM + "entry")]
    assert len(set(ids)) == len(ids)
    allowed = {"id", "title", "updated", "author", "generator", "link", "entry", "summary", "name"}
    assert {e.tag.removeprefix(ATOM) for e in feed.iter()} - {"feed"} <= allowed


@pytest.mark.parametrize("url", FEEDS)
def test_a_feed(known: FlaskClient, url: str, shipped_store: Store) -> None:
    answer = known.get(url)
    assert answer.mimetype == "application/atom+xml"
    feed = etree.fromstring(answer.data)
    check_atom(feed)
    entries = feed.findall(ATOM + "entry")
    moments = [e.findtext(ATOM + "updated") for e in entries]
    assert moments == sorted(moments, reverse=True)
    assert feed.findtext(ATOM + "updated") == moments[0]
    assert feed.findtext(ATOM + "id") == SITE + url
    cls = "Source" if "sources" in url else "Transaction"
    assert len(entries) == min(machine.ENTRIES, shipped_store.info.counts[cls])
    for entry in entries[:3]:
        [link] = entry.findall(ATOM + "link")
        assert known.get(local(link.get("href"))).status_code == 200
        id_ = entry.findtext(ATOM + "id").removeprefix("https://w3id.org/sousveil/id/")
        assert link.get("href").endswith(id_)


def test_a_feed_does_not_depend_on_the_clock(known: FlaskClient) -> None:
    newest = read(known, FEEDS[0]).findtext(ATOM + "updated")
    assert newest == "2023-12-31T00:00:00Z"
    assert known.get(FEEDS[0]).data == known.get(FEEDS[0]).data


def test_a_feed_of_hostile_names(tmp_path: Path) -> None:
    client = app_of(assemble(map(identified, hostile_claims())), tmp_path).test_client()
    for url in FEEDS:
        check_atom(read(client, url))
    page = client.get("/entity/c0").text
    assert "<script>alert" not in page
    [said] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert json.loads(said)["name"] == "<script>alert(1)</script>"


# Sitemap -------------------------------------------------------------------------------------

PLACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def test_the_sitemap_has_every_node_once_and_every_address_works(
    known: FlaskClient, shipped_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "PART", 7)
    parts = [e.text for e in read(known, "/sitemap.xml").iter(PLACE)]
    places = []
    for part in parts:
        found = [e.text for e in read(known, local(part)).iter(PLACE)]
        assert 0 < len(found) <= 7
        places += found
    counts = shipped_store.info.counts
    nodes = sum(counts[c] for c in (
        "Company", "PublicBody", "Publisher", "Programme", "Product", "Transaction", "Instrument",
        "Place", "Source", "Figure"))
    assert len(places) == len(set(places)) == nodes + 5
    for place in places[::25]:
        assert known.get(local(place)).status_code == 200


def test_robots_may_read_the_pages_and_find_the_sitemap(known: FlaskClient) -> None:
    text = known.get("/robots.txt").text
    assert f"Sitemap: {SITE}/sitemap.xml" in text
    assert "Disallow: /entity" not in text


# Ids and twins -------------------------------------------------------------------------------


@pytest.mark.parametrize(("id_", "accept", "where"), [
    ("axis-communications", "text/html", "/entity/axis-communications"),
    ("axis-communications", "application/json", "/entity/axis-communications.json"),
    ("axis-communications", "text/csv;q=0.9, image/png", "/entity/axis-communications.csv"),
    ("axis-communications", "", "/entity/axis-communications"),
    ("amnesty-2020", "application/json", "/source/amnesty-2020.json"),
    ("axis-wuhan", "application/json", "/transaction/axis-wuhan.json"),
    ("canon--owns--axis-communications", "text/html", "/entity/canon"),
])
def test_an_id_leads_to_what_is_said_about_it(
    client: FlaskClient, id_: str, accept: str, where: str
) -> None:
    answer = client.get(f"/id/{id_}", headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["Location"]) == (303, where)
    assert "Accept" in answer.headers["Vary"]
    assert client.get(where).status_code == 200


def test_a_claim_and_an_id_that_means_nothing(client: FlaskClient) -> None:
    claim = client.get("/source/amnesty-2020.json").json["claims"][0]["id"]  # type: ignore[index]
    answer = client.get(f"/id/{claim}", headers={"Accept": "application/json"})
    assert answer.headers["Location"] == f"/claim/{claim}.json"
    assert client.get("/id/none").status_code == 404


@pytest.mark.parametrize("url", [
    "/entity/axis-communications", "/source/amnesty-2020", "/transaction/axis-wuhan",
    "/paths?from=EU&to=public-security-bureau", "/queries/top-resellers?run=1",
])
def test_twins_are_offered_and_work(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    said = re.findall(
        r'<([^>]+)>; rel="alternate"; type="([^"]+)"', ", ".join(answer.headers.getlist("Link")))
    linked = re.findall(
        r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', answer.text)
    assert len(said) > 0
    assert {(kind, where.replace("&amp;", "&")) for kind, where in linked} >= {
        (kind, where) for where, kind in said}
    for where, kind in said:
        twin = client.get(where)
        assert (twin.status_code, twin.mimetype) == (200, kind)


def test_the_api_names_its_description(client: FlaskClient) -> None:
    links = client.get("/api/v1/").headers.getlist("Link")
    assert links == ['</api/v1/openapi.json>; rel="service-desc"']


# Heads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "kind"), [
    ("/", "Dataset"), ("/about", "Dataset"), ("/entity/axis-communications", "Organization"),
    ("/entity/shanghai-psb", "GovernmentOrganization"), ("/entity/CN-XJ", "Place"),
    ("/source/amnesty-2020", "CreativeWork"), ("/transaction/axis-wuhan", ""), ("/queries", ""),
])
def test_the_head_of_a_page(known: FlaskClient, url: str, kind: str) -> None:
    page = known.get(url).text
    head = etree.HTML(page).find("head")
    assert head.find("link[@rel='canonical']").get("href") == SITE + url
    said = {m.get("property"): m.get("content") for m in head.findall("meta[@property]")}
    assert said["og:title"] == head.findtext("title")
    assert said["og:url"] == SITE + url
    assert said["og:description"]
    data = head.findall("script[@type='application/ld+json']")
    found = [json.loads(d.text) for d in data]
    assert [d["@type"] for d in found] == ([kind] if kind else [])
    for one in found:
        assert one["name"]
        assert one["@context"] == "https://schema.org"
    picture = known.get(local(said["og:image"]))
    assert (picture.mimetype, picture.data[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert picture.data[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")


def test_a_refused_page_is_not_to_be_cited(client: FlaskClient) -> None:
    assert "canonical" not in client.get("/entity/none").text


def test_the_language_of_a_page_is_no_part_of_its_address(known: FlaskClient) -> None:
    answer = known.get("/paths?from=EU&to=public-security-bureau&lang=en")
    assert answer.status_code == 200
    page = answer.text
    cited = f"{SITE}/paths?from=EU&amp;to=public-security-bureau"
    assert f'<link rel="canonical" href="{cited}">' in page


def test_ids_stand_below_the_base_of_the_settings(site: Flask) -> None:
    settings = msgspec.structs.replace(site.config["SETTINGS"], base="https://example.org/b/")
    mine = create_app(settings).test_client()
    page = mine.get("/entity/axis-communications").text
    [said] = re.findall(r'ld\+json">(.*?)</script>', page)
    about = json.loads(said)
    assert about["@id"] == "https://example.org/b/id/axis-communications"
    feed = read(mine, FEEDS[0])
    ids = [e.findtext(ATOM + "id") for e in feed.iter(ATOM + "entry")]
    assert ids
    assert all(i.startswith("https://example.org/b/id/") for i in ids)


@pytest.mark.parametrize("more", ["endpoint=x", "_external=1", "values=1"])
def test_a_question_repeats_a_parameter(client: FlaskClient, more: str) -> None:
    """And has any name: the same stands in the addresses of the twins and of other pages."""
    asked = f"open=axis-communications&open=hikvision&{more}"
    assert f'/network.json?{asked.replace("&", "&amp;")}"' in client.get(f"/network?{asked}").text


# One shape of error, cursors -----------------------------------------------------------------


@pytest.mark.parametrize(("url", "status"), [
    ("/api/v1/entities", 400), ("/api/v1/entities?class=Claim", 400),
    ("/api/v1/entities?class=Company&limit=0", 400), ("/id/none", 404),
    ("/sitemap-Company-99.xml", 404), ("/feeds/none.atom", 404), ("/entity/none.json", 404),
])
def test_one_shape_of_error(client: FlaskClient, url: str, status: int) -> None:
    answer = client.get(url, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert set(json.loads(answer.data)["error"]) == {"status", "message", "hint"}


def walked(client: FlaskClient, url: str, name: str) -> list[Any]:
    found, cursor = [], "0"
    while cursor is not None:
        part = json.loads(client.get(f"{url}&cursor={cursor}").data)
        found += part[name]
        cursor = part["next"]
    return found


def test_long_lists_come_in_parts_that_join(client: FlaskClient, shipped_store: Store) -> None:
    ids = walked(client, "/api/v1/entities?class=Company&limit=5", "ids")
    assert ids == sorted(ids)
    assert len(ids) == shipped_store.info.counts["Company"]
    whole = json.loads(client.get("/entity/hikvision.json").data)
    for name in ("relations", "says", "claims"):
        assert walked(client, "/api/v1/entities/hikvision?limit=3", name) == whole[name]


def test_paths_say_where_they_go_on(client: FlaskClient) -> None:
    asked = "/api/v1/paths?from=EU&to=public-body"
    whole = [p["id"] for p in json.loads(client.get(asked).data)["paths"]]
    found, url = [], f"{asked}&limit=4"
    while url:
        answer = client.get(url)
        body = json.loads(answer.data)
        found += [p["id"] for p in body["paths"]]
        following = [k for k in answer.headers.getlist("Link") if 'rel="next"' in k]
        assert bool(following) == body["truncated"]
        url = following[0].partition(">")[0][1:] if following else ""
    assert found == whole
    assert len(found) > 4
