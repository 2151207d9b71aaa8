"""The interface in Chinese: complete where it is offered, marked where it is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from sousveil.ontology import Schema
from sousveil.queries.words import date_words, standing_words
from sousveil.web.language import CHINESE, TRANSLATED

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
USED = {
    text for path in TEMPLATES.glob("*.html")
    for text in re.findall(r'\b(?:t|frame)\("([^"]+)"\)', path.read_text("utf-8"))
}
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_text_has_its_chinese_and_none_is_left_over() -> None:
    standings = {standing_words(c) for c in Schema.load().concepts["standing"]}
    assert set(CHINESE) == USED | standings
    assert all(HAN.search(text) for text in CHINESE.values())
    # Each standing keeps words, and a strength, of its own.
    assert len({CHINESE[s] for s in standings}) == len(standings)


@pytest.mark.parametrize("url", ["/", "/about", "/search?q=axis"])
def test_a_translated_page(client: FlaskClient, url: str) -> None:
    page = client.get(f"/zh{url}").text
    assert '<html lang="zh-Hans">' in page
    assert '<main id="content">' in page
    content = page.partition("<main")[2].partition("</main>")[0]
    content = re.sub(r'<div lang="en">.*?</table>', "", content, flags=re.S)
    english = [t for t in USED if f">{t}<" in content]
    assert english == []


def test_a_page_that_is_not_translated_says_so(client: FlaskClient) -> None:
    page = client.get("/zh/entity/axis-communications").text
    assert '<main id="content" lang="en">' in page
    assert "本页尚未翻译" in page
    assert "本页尚未翻译" not in client.get("/entity/axis-communications").text


def test_the_other_language_is_one_link_away(client: FlaskClient) -> None:
    asked = "/paths?from=EU&to=public-security-bureau"
    there = re.findall(r'<a href="([^"]+)" lang="zh-Hans"', client.get(asked).text)
    assert [u.replace("&amp;", "&") for u in there] == [f"/zh{asked}"]
    back = re.findall(r'<a href="([^"]+)" lang="en"', client.get(f"/zh{asked}").text)
    assert [u.replace("&amp;", "&") for u in back] == [asked]


def test_links_stay_in_the_language(client: FlaskClient) -> None:
    page = client.get("/zh/").text
    links = re.findall(r'(?:href|action)="(/[^"]*)"', page)
    assert [u for u in links if not u.startswith("/zh/")] == ["/"]
    for url in links[:12]:
        assert client.get(url.replace("&amp;", "&")).status_code == 200
    assert client.get("/zhx").status_code == 404
    assert '<link rel="canonical" href="http://localhost/zh/about">' in client.get(
        "/zh/about").text


def test_dates_and_labels_are_chinese(client: FlaskClient) -> None:
    page = client.get("/zh/").text.partition("<main")[2]
    assert "公共机构" in page
    assert "public bodies" not in page
    from sousveil.web import language

    with client.application.test_request_context("/", environ_overrides={
        "sousveil.chinese": True,
    }):
        assert language.language() == "zh-Hans"
        told = [language.date_words(d) for d in ("", "2018", "../2013", "2013/..", "2012/2014")]
        assert told[1] == "2018"
        assert all(HAN.search(t) for i, t in enumerate(told) if i != 1)
        assert len(set(told)) == 5
    with client.application.test_request_context("/"):
        assert language.date_words("../2013") == date_words("../2013")


def test_what_counts_as_translated_exists(client: FlaskClient) -> None:
    assert set(TRANSLATED) <= set(client.application.view_functions)
