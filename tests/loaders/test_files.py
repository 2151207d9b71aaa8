"""Reading other people's files: packed, damaged, hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.loaders import files
from sousveil.loaders.files import heads, json_items, json_lines, members, xml_elements

DATA = b'{"a": 1}\n'


def tarred(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in names.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def zipped(names: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def contents(path: Path) -> list[tuple[str, bytes]]:
    return [(name, stream.read()) for name, stream in members(path)]


TWO = {"folder/one.json": DATA, ".hidden": b"x", "__MACOSX/one.json": b"x", "two.json": b"[]"}


@pytest.mark.parametrize(("name", "data", "found"), [
    ("x.json", DATA, [("x.json", DATA)]),
    ("x.json.gz", gzip.compress(DATA), [("x.json", DATA)]),
    ("x.json", gzip.compress(DATA), [("x.json", DATA)]),
    ("x.json.xz", lzma.compress(DATA), [("x.json", DATA)]),
    ("x.json.bz2", bz2.compress(DATA), [("x.json", DATA)]),
    ("x.zip", zipped(TWO), [("one.json", DATA), ("two.json", b"[]")]),
    ("x.tar", tarred(TWO), [("one.json", DATA), ("two.json", b"[]")]),
    ("x.tgz", gzip.compress(tarred(TWO)), [("one.json", DATA), ("two.json", b"[]")]),
    ("x.tar.xz", lzma.compress(tarred(TWO)), [("one.json", DATA), ("two.json", b"[]")]),
    ("empty", b"", [("empty", b"")]),
    ("table.xlsx", zipped({"xl/book.xml": b"<x/>"}), None),
], ids=map(str, range(11)))
def test_files_are_unpacked(
    tmp_path: Path, name: str, data: bytes, found: list[tuple[str, bytes]] | None
) -> None:
    assert contents(put(tmp_path, name, data)) == (found or [(name, data)])


def test_the_beginning_of_each_file(tmp_path: Path) -> None:
    path = put(tmp_path, "x.zip", zipped({"a.txt": b"x" * (files.HEAD + 1), "b.txt": b"y"}))
    assert list(heads(path)) == [(b"x" * files.HEAD, "a.txt"), (b"y", "b.txt")]


@pytest.mark.parametrize("packed", [
    gzip.compress(os.urandom(3000)), lzma.compress(os.urandom(3000)),
    bz2.compress(os.urandom(3000)),
    lzma.compress(tarred({"a": os.urandom(3000)})), zipped({"a": os.urandom(3000)}),
], ids=["gzip", "xz", "bzip2", "tar", "zip"])
def test_a_file_cut_short_is_told(tmp_path: Path, packed: bytes) -> None:
    path = put(tmp_path, "cut", packed[: len(packed) // 2])
    with pytest.raises(SourceError, match="damaged or cut short"):
        contents(path)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda d: zipped({"a": d})])
def test_a_bomb_is_not_unpacked(
    tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RATIO", 20)
    path = put(tmp_path, "bomb", pack(bytes(4_000_000)))
    with pytest.raises(SourceError, match="unpacks to more than 20 times"):
        contents(path)


def test_an_archive_writes_nothing_outside(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    path = put(inner, "x.tar", tarred({"../../evil.json": DATA, "/abs.json": DATA}))
    before = sorted(p for p in tmp_path.rglob("*"))
    assert [name for name, _ in contents(path)] == ["abs.json"]
    assert sorted(p for p in tmp_path.rglob("*")) == before


def test_a_link_in_an_archive_opens_no_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("link.json")
        entry.type = tarfile.SYMTYPE
        entry.linkname = "/etc/passwd"
        archive.addfile(entry)
    assert contents(put(tmp_path, "x.tar", out.getvalue())) == []


# JSON ----------------------------------------------------------------------------------------


def lines(path: Path) -> list[tuple[int, Any]]:
    return [one for _, stream in members(path) for one in json_lines(path, stream)]


NESTED = (rb'["\\", "]", "\"]]", {"[": "]"}', b"]")


@pytest.mark.parametrize(("start", "end"), [(b"[", b"]"), (b'{"a":', b"}"), NESTED])
@pytest.mark.parametrize("size", [1, 2, 3, 1 << 16])
def test_depth_is_told_in_any_reading(
    tmp_path: Path, start: bytes, end: bytes, size: int
) -> None:
    """However the bytes come, and whatever brackets stand in strings."""
    allowed = start * 90 + b"1" + end * 90 if start != NESTED[0] else b"[%s]" % b",".join(
        [start + end] * 90)
    stream = files.Metered(Path("x"), io.BytesIO(allowed))
    exhaust(stream, size)
    deep = (start + b"," if start == NESTED[0] else start) * 101
    stream = files.Metered(Path("x"), io.BytesIO(deep))
    with pytest.raises(SourceError, match="levels deep"):
        exhaust(stream, size)


def exhaust(stream: Any, size: int) -> None:
    while stream.read(size):
        pass


def items(path: Path, prefix: str = "item") -> list[tuple[int, Any]]:
    return [one for _, stream in members(path) for one in json_items(path, stream, prefix)]


def test_lines(tmp_path: Path) -> None:
    path = put(tmp_path, "x.jsonl", b'\xef\xbb\xbf{"a": 0.10}\n\n{"b": "\xe5\xa4\xa7"}')
    assert lines(path) == [(1, {"a": "0.10"}), (3, {"b": "大"})]


@pytest.mark.parametrize(("data", "line"), [
    (b'{"a": 1}\n{"a": 1', 2), (b'{"a": "\xff"}', 1), (b'{"a": "\\ud800"}', 1), (b"\x00", 1),
    (b"[" * 100_000, 1), (b"[" * 200 + b"]" * 200, 1),
])
def test_a_bad_line_is_told_by_its_number(tmp_path: Path, data: bytes, line: int) -> None:
    with pytest.raises(SourceError) as caught:
        lines(put(tmp_path, "x.jsonl", data))
    assert caught.value.line == line


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "RECORD", 1000)
    path = put(tmp_path, "x.jsonl", b'"' + b"a" * 5000)
    with pytest.raises(SourceError, match="a line of more than"):
        lines(path)
    with pytest.raises(SourceError, match="a record of more than"):
        items(put(tmp_path, "x.json", b'["' + b"a" * 200_000), "item")


def test_items(tmp_path: Path) -> None:
    path = put(tmp_path, "x.json", b'{"releases": [{"v": 1.10}, {"v": 12345678901234567890}]}')
    found = items(path, "releases.item")
    assert [n for n, _ in found] == [1, 2]
    assert [str(v["v"]) for _, v in found] == ["1.10", "12345678901234567890"]


@pytest.mark.parametrize("data", [
    b'[{"a": 1}, {"a"', b"", b"[1, 2", b'["\xff"]', b"[" * 100_000, b"[" + b"[" * 200 + b"]" * 201,
    b"\x00", b"<html>",
])
def test_json_that_is_none(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError):
        items(put(tmp_path, "x.json", data))


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text(max_size=100).map(str.encode)
       | st.from_regex(rb"[\[\]{}\",:0-9eE.\\\\u+-]{0,60}", fullmatch=True))
def test_nothing_but_source_errors(tmp_path: Path, data: bytes) -> None:
    path = put(tmp_path, "x", data)
    for way in (lines, items, contents, lambda p: [
        e for _, s in members(p) for e in xml_elements(p, s, {"a"})
    ]):
        try:
            way(path)
        except SourceError:
            continue


@given(value=st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(
        st.characters(exclude_categories=("Cs",))), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), inner,
                      max_size=3), max_leaves=10))
@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_ways_read_what_python_reads(tmp_path: Path, value: Any) -> None:
    text = json.dumps([value])
    assert items(put(tmp_path, "x.json", text.encode())) == [(1, value)]
    if not any(abs(i) >= 1 << 63 for i in _integers(value)):
        assert lines(put(tmp_path, "x.jsonl", json.dumps(value).encode())) == [(1, value)]


def _integers(value: Any) -> list[int]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [i for one in value for i in _integers(one)]
    return [value] if isinstance(value, int) else []


# XML -----------------------------------------------------------------------------------------


def elements(path: Path, *tags: str) -> list[tuple[int, str]]:
    return [
        (line, "".join(element.itertext())) for _, stream in members(path)
        for line, element in xml_elements(path, stream, set(tags))
    ]


def test_elements_by_their_local_names(tmp_path: Path) -> None:
    path = put(tmp_path, "x.xml", b'<r xmlns="urn:x">\n<a>1<a>2</a></a>\n<b/><a>3</a></r>')
    assert elements(path, "a") == [(2, "12"), (3, "3")]


BOMB = b"""<!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]><r><a>&b;</a></r>"""
OUTSIDE = b"""<!DOCTYPE r [<!ENTITY a SYSTEM "file://%s">]><r><a>&a;</a></r>"""
PARAMETER = b"""<!DOCTYPE r [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><r><a>x</a></r>"""


@pytest.mark.parametrize("data", [BOMB, OUTSIDE, PARAMETER])
def test_entities_are_refused(tmp_path: Path, data: bytes) -> None:
    secret = put(tmp_path, "secret", b"secret")
    path = put(tmp_path, "x.xml", data.replace(b"%s", str(secret).encode()))
    with pytest.raises(SourceError, match="declares entities"):
        elements(path, "a")


def test_a_dtd_is_not_fetched(tmp_path: Path) -> None:
    put(tmp_path, "x.dtd", b'<!ENTITY a "from the DTD">')
    path = put(tmp_path, "x.xml", b'<!DOCTYPE r SYSTEM "x.dtd"><r><a>1</a></r>')
    assert elements(path, "a") == [(1, "1")]


@pytest.mark.parametrize("data", [b"<r><a>1</a>", b"", b"<r>\x00</r>", b"<r>&#0;</r>", b"{}",
                                  b"<r><x:a/></r>"])
def test_xml_that_is_none(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(SourceError, match="not well-formed XML"):
        elements(put(tmp_path, "x.xml", data), "a")


def test_deep_xml(tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        elements(put(tmp_path, "x.xml", b"<a>" * 100_000), "b")
