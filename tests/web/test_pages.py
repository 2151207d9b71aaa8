"""The pages: what they show, what they refuse, and what every answer carries."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sousveil.graph import Store, assemble
from sousveil.graph.records import identified
from sousveil.queries import catalogue
from tests.contract import given
from tests.web.conftest import HOSTILE, app_of, hostile_claims

MISSION = "/paths?from=EU&to=public-security-bureau"
PAGES = [
    "/", "/search", "/search?q=axis", "/search?q=上海", "/search?q=zzzzqqqq", "/paths", MISSION,
    "/entity/axis-communications", "/entity/shanghai-psb", "/entity/CN-XJ", "/source/amnesty-2020",
    "/queries", "/queries/top-resellers", "/queries/top-resellers?run=1", "/compare", "/about",
    "/compare?one=Hikvision&other=Dahua",
]
VOID = {"meta", "link", "input", "br", "img", "hr"}


class Read(HTMLParser):
    """A page as a strict reader sees it: balanced, with its links, ids and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a" and (to := found.get("href")):
            self.links.append(to)
        if id_ := found.get("id"):
            self.ids.append(id_)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        self.text += data


def get(client: FlaskClient, url: str, status: int = 200) -> Read:
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.text[:500])
    return Read(answer.text)


@pytest.mark.parametrize("url", PAGES)
def test_a_page(client: FlaskClient, url: str) -> None:
    page = get(client, url)
    assert len(page.ids) == len(set(page.ids)) or "marker" in {t for t, _ in page.tags}
    assert [t for t, _ in page.tags].count("h1") == 1
    assert all("style" not in a and not any(k.startswith("on") for k in a) for _, a in page.tags)
    labels = {a.get("for") for t, a in page.tags if t == "label"}
    fields = {
        a.get("id") for t, a in page.tags
        if t in ("input", "select") and a.get("type") not in ("hidden", "checkbox")
    }
    assert fields <= labels


@pytest.mark.parametrize("url", PAGES)
def test_every_answer_carries_its_headers(client: FlaskClient, url: str) -> None:
    headers = client.get(url).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Vary"] == "Accept"
    assert headers["ETag"]


def test_an_unchanged_page_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/about").headers["ETag"]
    again = client.get("/about", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_no_link_leads_nowhere(client: FlaskClient) -> None:
    """Every page that can be reached from the start in a few steps."""
    seen: set[str] = set()
    waiting = ["/", MISSION, "/entity/hikvision", "/entity/idemia"]
    while waiting and len(seen) < 250:
        url = waiting.pop(0)
        if url in seen:
            continue
        seen.add(url)
        answer = client.get(url)
        assert answer.status_code == 200, url
        if answer.mimetype != "text/html":
            continue
        for link in Read(answer.text).links:
            parts = urlsplit(link)
            if not parts.netloc and parts.path and not link.startswith("#"):
                waiting.append(link.partition("#")[0])
    assert len(seen) == 250


# What the pages say --------------------------------------------------------------------------


def test_the_answer_is_that_of_the_store(client: FlaskClient, shipped_store: Store) -> None:
    page = get(client, MISSION)
    cards = re.findall(r"path-[0-9a-f]{16}", " ".join(page.ids))
    data = json.loads(client.get(MISSION.replace("/paths", "/paths.json")).data)
    assert cards == [p["id"] for p in data["paths"]]
    assert len(cards) == 6
    assert data["dataset"] == shipped_store.info.dataset
    rows = list(csv.DictReader(io.StringIO(
        client.get(MISSION.replace("/paths", "/paths.csv")).text)))
    assert [r["path"] for r in rows] == cards


def test_the_reply_stands_beside_a_contested_path(client: FlaskClient) -> None:
    page = client.get(MISSION + "&contested=true").text
    assert page.count('<article class="card"') == 2
    assert "This is contested." in page
    for card in page.split('<article class="card"')[1:]:
        assert "Not confirmed" in card


@pytest.mark.parametrize(("standing", "lead"), [
    ("documented", "A record documents that"), ("confirmed", "A party confirms that"),
    ("self-published", "A party has published that"),
])
def test_the_sentence_follows_the_standing(
    client: FlaskClient, standing: str, lead: str
) -> None:
    data = json.loads(client.get(MISSION.replace("/paths", "/paths.json")).data)
    wanted = sum(p["standing"] == standing for p in data["paths"])
    assert wanted > 0
    assert client.get(MISSION).text.count(lead) == wanted


def test_a_confirmed_sale_confirms_no_ownership(client: FlaskClient) -> None:
    """The maker's group confirms the sale to Shanghai; who owned the seller is an inference."""
    cards = client.get(MISSION).text.split('<article class="card"')[1:]
    [card] = [c for c in cards if "A party confirms that" in c]
    told = card.partition('class="sentence">')[2].partition("</p>")[0]
    assert "subsidiary" not in told.partition("). ")[0]
    assert "was a subsidiary of" in told
    assert "is inferred, not stated by any source." in told


def test_what_is_inferred_says_why(client: FlaskClient) -> None:
    page = client.get("/paths?from=EU&to=public-body&include-inferred=yes").text
    for card in page.split('<article class="card"')[1:]:
        assert ("It is concluded, and no source states" in card) == (
            'class="mark standing-inferred"' in card
        )


def test_a_mention_is_no_supply(client: FlaskClient) -> None:
    mentions = [r["transaction"] for r in json.loads(
        client.get("/queries/brand-mentions.json").data)["rows"]]
    page = client.get(f"/transaction/{mentions[0]}").text
    assert "This is no supply" in page
    award = json.loads(client.get("/paths.json?from=EU&to=public-security-bureau").data)
    assert "This is no supply" not in client.get(
        f"/transaction/{award['paths'][0]['transaction']['id']}").text


def test_the_form_keeps_what_was_asked(client: FlaskClient) -> None:
    page = get(client, "/paths?from=SE&to=CN:public-security-bureau&after=2018-01-01")
    values = {a.get("name"): a.get("value") for t, a in page.tags if t == "input"}
    assert values["from"] == "SE"
    assert values["after"] == "2018-01-01"


def test_ownership_as_of_a_day(client: FlaskClient) -> None:
    now = client.get("/entity/safran-identity-security").text
    then = client.get("/entity/safran-identity-security?as-of=1990-01-01").text
    assert now != then


# What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(("url", "status", "words"), [
    ("/nothing", 404, "Not found"), ("/entity/none", 404, "'none'"), ("/claim/none", 404, "none"),
    ("/source/none", 404, "'none'"), ("/queries/none", 404, "none"),
    ("/paths?from=Nowhere&to=public-security-bureau", 400, "Nowhere"),
    ("/paths?from=EU", 400, "missing"), ("/paths?from=EU&to=x&zzz=1", 400, "zzz"),
    ("/paths?from=EU&to=public-security-bureau&after=31/12/2018", 400, "31/12/2018"),
    ("/paths?from=EU&to=public-security-bureau&max-ownership=99", 400, "99"),
    ("/paths?from=EU&to=public-security-bureau&limit=abc", 400, "abc"),
    ("/queries/ultimate-parents?company=Nobody", 400, "Nobody"),
])
def test_a_bad_question_is_answered_in_words(
    client: FlaskClient, url: str, status: int, words: str
) -> None:
    page = get(client, url, status)
    assert words in page.text
    assert "Traceback" not in page.text
    told = client.get(url, headers={"Accept": "application/json"})
    assert told.status_code == status
    assert told.json is not None
    assert set(told.json["error"]) == {"status", "message", "hint"}


@pytest.mark.parametrize("url", [
    MISSION + "&page=0", MISSION + "&page=9999999999999999999999", MISSION + "&page=x",
    "/entity/axis-communications?as-of=1.2.2010",
])
def test_a_bad_part_of_a_page(client: FlaskClient, url: str) -> None:
    assert get(client, url, 400).text


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    for url in ("/", "/paths", "/entity/axis-communications", "/api/v1/"):
        assert getattr(client, method)(url).status_code == 405


def test_no_graph_yet(tmp_path: Path) -> None:
    from sousveil.settings import Settings
    from sousveil.web import create_app

    client = create_app(Settings(tmp_path, f"ladybug:{tmp_path / 'none'}")).test_client()
    answer = client.get("/")
    assert answer.status_code == 503
    assert str(tmp_path) not in answer.text


def test_an_unforeseen_error_says_nothing_of_the_inside(
    site: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a secret path /etc/x")

    monkeypatch.setitem(site.view_functions, "pages.about", fail)
    answer = client.get("/about")
    assert answer.status_code == 500
    assert "secret" not in answer.text


# Merged, moved, hostile ----------------------------------------------------------------------


def test_a_merged_id_leads_to_what_it_became(shipped_claims: Any, tmp_path: Path) -> None:
    graph = assemble(shipped_claims.read_all(), {"dahua": "hikvision"})
    answer = app_of(graph, tmp_path).test_client().get("/entity/dahua")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/entity/hikvision")


def test_a_node_on_another_page_is_found_there(client: FlaskClient) -> None:
    answer = client.get("/entity/amnesty-2020")
    assert (answer.status_code, answer.headers["Location"]) == (308, "/source/amnesty-2020")
    answer = client.get("/source/axis-communications")
    assert answer.headers["Location"] == "/entity/axis-communications"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    graph = assemble(map(identified, hostile_claims()))
    return app_of(graph, tmp_path_factory.mktemp("hostile")).test_client()


@pytest.mark.parametrize("n", range(len(HOSTILE)))
def test_hostile_names_are_text(hostile: FlaskClient, n: int) -> None:
    for url in (f"/entity/c{n}", f"/entity/b{n}", f"/transaction/t{n}", "/source/doc",
                f"/paths?from=c{n}&to=b{n}", "/", "/queries/direct-sales?run=1"):
        page = get(hostile, url)
        scripts = [a for t, a in page.tags if t == "script"]
        assert [a.get("src", "").partition("?")[0] for a in scripts if not a.get("type")] == [
            "/static/search.js"]
        assert all(a.get("type") == "application/ld+json" for a in scripts if not a.get("src"))
        assert not any(k.startswith("on") for _, a in page.tags for k in a)
        assert not any(str(a.get("href", "")).startswith("javascript") for _, a in page.tags)
        assert "49" not in re.sub("[0-9a-f]{12,}", "", page.text) or "{{ 7 * 7 }}" not in HOSTILE[n]
    assert HOSTILE[n][:50] in get(hostile, f"/entity/c{n}").text


def test_hostile_words_in_a_question(hostile: FlaskClient) -> None:
    for text in HOSTILE:
        for url in ("/search", "/paths", "/queries/ultimate-parents", "/compare"):
            answer = hostile.get(url, query_string={
                "q": text, "from": text, "to": text, "company": text, "one": text, "other": text,
            } if url != "/search" else {"q": text})
            assert answer.status_code in (200, 400, 404, 414)
            assert "<script>alert" not in answer.text


def test_a_download_holds_no_formula(hostile: FlaskClient) -> None:
    text = hostile.get("/queries/direct-sales.csv").text
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert any("cmd|" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in cells)


def test_every_query_has_a_page(client: FlaskClient) -> None:
    for name in catalogue():
        assert name in get(client, f"/queries/{name}").text


def test_the_rows_of_every_query_are_shown_with_links(client: FlaskClient) -> None:
    """Also those of look-ups, whose cells hold whole records; no id stands where a name is known.
    """
    shown = 0
    for name, query in catalogue().items():
        values = {k: ",".join(v) if isinstance(v, list) else v for k, v in given(query).items()}
        page = client.get(f"/queries/{name}?{urlencode({**values, 'run': 1})}")
        assert page.status_code == 200, name
        rows = re.findall(r'<tr role="row"><td.*?</tr>', page.text, re.S)
        for row in rows[:20]:
            shown += 1
            for known in ("axis-communications", "shanghai-psb", "huangpu-2018"):
                assert f">{known}</" not in row, (name, row)
    assert shown > 100
