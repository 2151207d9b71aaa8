"""The interface in Chinese: every text has its words, and no English is left unmarked."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient

from sousveil.graph import Store
from sousveil.ontology import Schema
from sousveil.queries import catalogue, get, telling, words
from sousveil.web import entity, explorer, language, network, publish, tables
from sousveil.web.chinese import CHINESE, COLUMNS
from sousveil.web.language import PREFIX, UNTRANSLATED

ROOT = Path(__file__).parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")
PLACES = re.compile(r"{(\w+)")
MISSION = "/paths?from=EU&to=public-security-bureau"
PAGES = [
    "/", "/about", "/search?q=axis", "/search?q=zzzzzz", "/paths",
    f"{MISSION}&include-inferred=yes&group=year", f"{MISSION}&only=axis", "/queries",
    "/queries/reseller-paths?run=1&place=EU", "/queries/what-falls?source=un-ol-usa-23-2019",
    "/queries/company-positions?run=1", "/queries/top-resellers?run=1",
    "/compare?one=axis&other=hikvision", "/network?open=axis-communications",
    "/network?from=EU&to=public-security-bureau", "/nothing", "/paths?from=zz&to=zz",
    "/entity/axis-communications/statements", "/ontology", "/sparql",
]


def used() -> Iterator[str]:
    """Every text that templates and modules ask for, and those that they take from tables."""
    text = r'"([^"]+)"'
    for path in (ROOT / "web/templates").iterdir():
        found = path.read_text("utf-8")
        yield from re.findall(rf"\b(?:t|frame)\({text}", found)
        yield from (many for _, many in re.findall(rf"\btn\({text}, {text}", found))
        yield from re.findall(rf'\bt\("[^"]+" if [^)]*? else {text}', found)
    for path in (*(ROOT / "web").glob("*.py"), *(ROOT / "queries").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                yield from (a.value for a in node.args
                            if isinstance(a, ast.Constant) and isinstance(a.value, str))
    told = (ROOT / "queries/telling.py").read_text("utf-8")
    yield from re.findall(rf"what = {text}", told)
    yield from telling._LEADS.values()
    yield from (*words._STANDINGS.values(), *words.CHANNELS.values(), *words.STANCES.values())
    for table in (explorer.SORTS, explorer.GROUPS, network.KINDS):
        yield from (value[0] for value in table.values())
    yield from entity._COLUMNS.values()
    yield from (q.topic for q in catalogue().values() if q.topic != "lookup")
    yield from (publish._NOTE, publish._PATHS)
    yield from ("several", "undated", "supply", "Goods of {name}", "End users of {name}")


def test_every_text_has_its_chinese_and_none_is_left_over() -> None:
    assert set(CHINESE) == set(used())
    for english, chinese in CHINESE.items():
        left = set(re.findall("[A-Za-z-]{3,}", re.sub("{[^}]*}", "", chinese)))
        assert left <= AS_THEY_ARE, english
        # A sentence has a place for each value, in an order of its own.
        assert sorted(PLACES.findall(chinese)) == sorted(PLACES.findall(english)), english


@pytest.mark.parametrize("table", [
    words._STANDINGS, words.CHANNELS, words.STANCES, telling._LEADS,
])
def test_what_differs_in_strength_differs_in_words(table: dict[str, str]) -> None:
    assert len({CHINESE[text] for text in table.values()}) == len(table)


def test_every_column_of_a_query_has_its_heading() -> None:
    shown = set()
    for query in catalogue().values():
        if query.topic != "lookup":
            names = {n for n in query.columns if tables._ids_of(n, query.columns)}
            shown |= query.columns.keys() - names - {f"{n}_zh" for n in names}
    assert set(COLUMNS) == shown
    assert all(HAN.search(text) for text in COLUMNS.values())


def test_labels_of_the_ontology_are_chinese(client: FlaskClient) -> None:
    with client.application.test_request_context("/", environ_overrides={
        "sousveil.chinese": True,
    }):
        found = language.schema()
    labels = [
        *(c.label for c in found.classes.values()), *(c.plural for c in found.classes.values()),
        *(r.label for r in found.relations.values()),
        *(r.inverse for r in found.relations.values()),
        *(p.label for c in found.classes.values() for p in c.properties),
        *(c.label for scheme in found.concepts.values() for c in scheme.values()),
    ]
    assert [label for label in labels if not HAN.search(label)] == []


# Pages ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def said(shipped_store: Store) -> Callable[[str], str]:
    """A text without the names and ids of the shipped data, which have no translation."""
    ids = {
        row[0] for cls in Schema.load().classes if cls != "Claim" for row in get(
            "ids-of-class").run(shipped_store, cls=cls, skip=0, most=99_999).rows
    }
    names = set(ids)
    for _, node in get("nodes").run(shipped_store, ids=sorted(ids)).rows:
        names |= {node.get(k) for k in ("name", "name_zh", "title", "title_zh")}
        names |= {n["text"] for n in json.loads(node["names_json"])}
    names |= {n[:239] for n in names if n}  # Longer ones are cut.
    longest = sorted((n for n in names if n and len(n) > 1), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)))
    return lambda text: pattern.sub(" ", text)


AS_THEY_ARE = {
    "Sousveil", "JSON", "CSV", "SVG", "PNG", "GraphML", "Cypher", "SPARQL", "English", "Apache",
    "Idemia", "university", "axis", "zzzzzz", "Apache-", "zh-Hans", "zh-Latn-pinyin", "SHA-",
    "IMSI", "DNA", "JavaScript", "YYYY-MM-DD", "CN-XJ",
}


def english(page: str, said: Callable[[str], str]) -> list[str]:
    """Texts of a page, and of its labels, in Latin letters that are not marked as English."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    root = lxml.html.fromstring(page.encode(), parser=parser)
    found = []

    def look(text: str | None) -> None:
        bare = re.sub(r"https?://\S+|(path|claim)-\w+|[^→]+…$", "", said(text or ""))
        rest = re.findall(r"[A-Za-z][A-Za-z-]{2,}", bare)
        if set(rest) - AS_THEY_ARE:
            found.append((text or "").strip())

    def walk(element: Any, marked: bool) -> None:
        marked = element.get("lang", "en" if marked else "zh").startswith("en")
        if element.tag in ("script", "style", "code", "pre", "svg", "textarea"):
            return
        if not marked:
            look(element.text)
            for name in ("aria-label", "placeholder", "title"):
                look(element.get(name))
        for child in element:
            if isinstance(child.tag, str):
                walk(child, marked)
            if not marked:
                look(child.tail)

    walk(root, False)
    return found


@pytest.mark.parametrize("url", PAGES)
def test_no_english_is_left_unmarked(
    client: FlaskClient, said: Callable[[str], str], url: str
) -> None:
    assert english(client.get(f"{PREFIX}{url}").text, said) == []


def test_no_english_is_left_on_pages_of_nodes_and_claims(
    client: FlaskClient, shipped_store: Store, said: Callable[[str], str]
) -> None:
    """A page of each class, of each kind of transaction, and of some claims of a source."""
    kinds: dict[tuple[str, str], str] = {}
    for cls in Schema.load().classes:
        if cls == "Claim":
            continue
        folder = {"Source": "source", "Transaction": "transaction"}.get(cls, "entity")
        rows = get("ids-of-class").run(shipped_store, cls=cls, skip=0, most=400).rows
        for id_, node in get("nodes").run(shipped_store, ids=[r[0] for r in rows]).rows:
            kind = str(node["kind"]) if cls == "Transaction" else ""
            kinds.setdefault((cls, kind), f"/{folder}/{id_}")
    claims = client.get("/source/un-ol-usa-23-2019.json").json
    assert claims is not None
    urls = [*kinds.values(), *(f"/claim/{c['id']}" for c in claims["claims"][::80])]
    assert len({cls for cls, _ in kinds}) > 8
    left = {url: english(client.get(f"{PREFIX}{url}").text, said) for url in urls}
    assert {url: found for url, found in left.items() if found} == {}


def test_a_page_that_is_left_in_english_is_noticed(said: Callable[[str], str]) -> None:
    page = '<html lang="zh-Hans"><p>Where it went</p><p lang="en">The source</p> Axis</html>'
    assert english(page, said) == ["Where it went"]


def test_a_sentence_follows_the_standing(client: FlaskClient) -> None:
    """The Chinese of each card is that of its standing, and contested where it is contested."""
    asked = f"{MISSION}&include-inferred=yes"
    paths = client.get(asked.replace("/paths?", "/paths.json?")).json
    assert paths is not None
    page = client.get(f"{PREFIX}{asked}").text
    leads = {s: CHINESE[text].partition("{")[0] for s, text in telling._LEADS.items()}
    assert len({p["standing"] for p in paths["paths"]}) > 1
    for path in paths["paths"]:
        card = page.partition(f'<article class="card" id="{path["id"]}"')[2]
        sentence = card.partition('class="sentence">')[2].partition("</p>")[0]
        assert sentence.startswith(leads[path["standing"]])
        assert ("此项有争议。" in sentence) == path["contested"]
        assert path["end_user"]["name_zh"] in sentence
    assert "上海市公安局" in page


def test_the_other_language_is_one_link_away(client: FlaskClient) -> None:
    there = re.findall(r'<a href="([^"]+)" lang="zh-Hans"', client.get(MISSION).text)
    assert [u.replace("&amp;", "&") for u in there] == [f"/zh{MISSION}"]
    back = re.findall(r'<a href="([^"]+)" lang="en"', client.get(f"/zh{MISSION}").text)
    assert [u.replace("&amp;", "&") for u in back] == [MISSION]


def test_each_language_names_the_other_to_search_engines(client: FlaskClient) -> None:
    wanted = {
        ("en", "http://localhost/about?x=1"), ("x-default", "http://localhost/about?x=1"),
        ("zh-Hans", "http://localhost/zh/about?x=1"),
    }
    pattern = r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">'
    for url in ("/about?x=1", "/zh/about?x=1"):
        assert set(re.findall(pattern, client.get(url).text)) == wanted
    assert re.findall(pattern, client.get("/zh/ontology").text) == []


def test_an_address_says_the_same_to_everybody(client: FlaskClient) -> None:
    """A page is cited by its address: the language of the browser changes nothing."""
    english_page = client.get("/", headers={"Accept-Language": "en"})
    chinese_reader = client.get("/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert english_page.data == chinese_reader.data
    main = english_page.text.partition("<main")[2].partition("</main>")[0]
    assert re.search(r'<a href="/zh/"[^>]*>[^<]*[\u4e00-\u9fff]', main)


def test_links_stay_in_the_language(client: FlaskClient) -> None:
    page = client.get("/zh/").text
    links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert [u for u in links if not u.startswith("/zh/")] == ["/"]
    for url in links[:12]:
        assert client.get(url.replace("&amp;", "&")).status_code == 200
    assert client.get("/zhx").status_code == 404
    assert '<link rel="canonical" href="http://localhost/zh/about">' in client.get(
        "/zh/about").text


def test_dates_are_chinese(client: FlaskClient) -> None:
    with client.application.test_request_context("/", environ_overrides={
        "sousveil.chinese": True,
    }):
        told = [language.date_words(d) for d in ("", "2018", "../2013", "2013/..", "2012/2014")]
    assert told[1] == "2018"
    assert all(HAN.search(t) for i, t in enumerate(told) if i != 1)
    assert len(set(told)) == 5
    with client.application.test_request_context("/"):
        assert language.date_words("../2013") == words.date_words("../2013")


@pytest.mark.parametrize(("text", "tongue"), [
    ("Award notice of 上海市公安局", "en"), ("中标公告 (Axis 摄像机)", "zh"), ("", "en"),
    ("p. 3", "en"), ("第3页", "zh"),
])
def test_whose_language_a_sentence_is_in(text: str, tongue: str) -> None:
    assert language.tongue(text) == tongue


def test_data_are_the_same_below_the_prefix(client: FlaskClient) -> None:
    for url in ("/entity/axis-communications.json", "/paths.csv?from=SE&to=public-security-bureau"):
        assert client.get(f"/zh{url}").data == client.get(url).data


def test_what_counts_as_untranslated_exists(client: FlaskClient) -> None:
    assert set(UNTRANSLATED) - {"cypher.page"} <= set(client.application.view_functions)
    page = client.get("/zh/sparql").text
    assert '<main id="content" lang="en">' in page
    assert "本页尚未翻译" in page
    assert "本页尚未翻译" not in client.get("/zh/queries").text
