"""Rows of the CSV templates and the claims that they become."""

from __future__ import annotations

from pathlib import Path

import pytest

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders import Record
from sousveil.loaders.templates import loader
from sousveil.ontology import Schema


def records(folder: Path, name: str, text: str | bytes) -> list[Record]:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(loader.read(path))


def claims(folder: Path, name: str, text: str) -> list[Claim]:
    return [c for record in records(folder, name, text) for c in loader.claims(record)]


def test_every_template_is_recognised_by_its_name() -> None:
    for stem in Schema.load().templates:
        assert loader.sniff(b"", f"{stem}.csv")
        assert loader.sniff(b"\x00", f"{stem.upper()}.CSV")
    for name in ("companies.csv", "company.tsv", "company", "2020-company.csv", "company.csv.bak"):
        assert not loader.sniff(b"id,name", name)


def test_every_template_reads_its_own_header(tmp_path: Path) -> None:
    for template in Schema.load().templates.values():
        header = ",".join(c.name for c in template.columns)
        assert records(tmp_path, f"{template.file_stem}.csv", header + "\n") == []
        with pytest.raises(SourceError, match="3 cells where"):
            records(tmp_path, f"{template.file_stem}.csv", f"{header}\na,b,c\n")


def test_a_node_with_its_place(tmp_path: Path) -> None:
    node, seat = claims(
        tmp_path, "company.csv",
        "id,name,place,source,locator,anchor,terms,note\n"
        "maker, Maker AB ,SE,report,p. 1,L2-3,Maker AB; Sweden ;,seen\n",
    )
    assert (node.kind, node.about, node.values) == ("Company", "maker", {"name": "Maker AB"})
    assert (seat.kind, seat.about, seat.start, seat.end) == (
        "LOCATED_IN", "maker--located-in--SE", "maker", "SE")
    for claim in (node, seat):
        assert (claim.source, claim.locator, claim.anchor) == ("report", "p. 1", "L2-3")
        assert claim.terms == ("Maker AB", "Sweden")
        assert claim.note == "seen"


def test_a_source_speaks_for_itself(tmp_path: Path) -> None:
    (claim,) = claims(
        tmp_path, "source.csv", "id,title,basis,publisher\nreport,A report,ngo-report,watchers\n")
    assert (claim.source, claim.locator, claim.basis) == ("report", "title", "")
    assert claim.values["basis"] == "ngo-report"


def test_relations_and_their_keys(tmp_path: Path) -> None:
    first, second = claims(
        tmp_path, "owns.csv", "from,to,key,share_exact,valid,source,locator\n"
        "a,b,,100,2015/..,report,p. 1\na,b,second,,,report,p. 2\n")
    assert (first.about, first.kind, first.values) == (
        "a--owns--b", "OWNS", {"share_exact": "100", "valid": "2015/.."})
    assert (second.about, second.key, second.values) == ("a--owns--b--second", "second", {})


@pytest.mark.parametrize(
    "role", ["seller", "manufacturer", "buyer", "end-user", "agent", "bidder", "End-User"])
def test_roles(tmp_path: Path, role: str) -> None:
    (claim,) = claims(tmp_path, "role.csv",
                      f"transaction,role,organisation,source,locator\nt,{role},o,report,p. 1\n")
    assert claim.kind == role.upper().replace("-", "_")
    assert (claim.start, claim.end) == ("t", "o")


def test_names_and_statements(tmp_path: Path) -> None:
    (name,) = claims(tmp_path, "name.csv", "entity,text,lang,kind,valid,source,locator\n"
                     "maker,Old Maker,en,former,../2015,report,p. 1\n")
    assert (name.kind, name.about, name.key) == ("Name", "maker", "Old Maker")
    assert name.values == {"lang": "en", "kind": "former", "valid": "../2015"}
    (said,) = claims(tmp_path, "statement.csv",
                     "about,stance,topic,summary,said,source,locator\n"
                     "a--owns--b,disputes,existence,It does not own it.,2020-06,report,p. 1\n")
    assert (said.kind, said.about, said.stance, said.topic, said.said) == (
        "", "a--owns--b", "disputes", "existence", "2020-06")


def test_several_values_in_one_cell(tmp_path: Path) -> None:
    (claim,) = claims(tmp_path, "product.csv", "id,name,category,source,locator\n"
                      "x,X,camera; face-recognition ;,report,p. 1\n")
    assert claim.values["category"] == ["camera", "face-recognition"]


def test_ignored_columns_and_blank_rows(tmp_path: Path) -> None:
    found = records(tmp_path, "company.csv",
                    "\n,,,\nid,_mine,name,source\n\n,,,\nmaker,=1,Maker,report\n   ,,,\n")
    assert [(r.line, r.take("name"), r.take("_mine")) for r in found] == [(6, "Maker", "")]


@pytest.mark.parametrize(
    ("encoding", "name"), [("gb18030", "GB18030"), ("cp1252", "Windows-1252")])
def test_a_guessed_encoding_is_said_once(tmp_path: Path, encoding: str, name: str) -> None:
    text = {"gb18030": "上海市公安局", "cp1252": "Société"}[encoding]
    found = records(tmp_path, "company.csv",
                    f"id,name,source\na,{text},report\nb,{text},report\n".encode(encoding))
    assert [bool(r.note) for r in found] == [True, False]
    assert found[0].note.startswith(f"read as {name}")
    (plain,) = records(tmp_path, "company.csv", f"id,name,source\na,{text},report\n")
    assert plain.note == ""


@pytest.mark.parametrize("text", ["L1", "L12-12", "L3-15"])
def test_anchors(tmp_path: Path, text: str) -> None:
    (claim,) = claims(tmp_path, "company.csv",
                      f"id,name,source,anchor,terms\nm,Maker,report,{text},Maker\n")
    assert claim.anchor == text


def test_a_template_is_read_under_no_other_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="the name does not say which template") as caught:
        records(tmp_path, "list.csv", "id,name\n")
    assert "sousveil template" in caught.value.hint
