"""The files of `sousveil export neo4j-admin`; tests/neo4j/test_admin.py imports them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sousveil.errors import ConfigError
from sousveil.graph import assemble
from sousveil.graph.writers.neo4j_admin import graph_neo4j_admin
from tests.worlds import World, claim, node


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.mark.parametrize("compress", [False, True])
def test_the_same_graph_gives_the_same_bytes(tmp_path: Path, compress: bool) -> None:
    for name in ("a", "b"):
        graph_neo4j_admin(assemble(World().claims()), tmp_path / name, compress)
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_an_earlier_export_is_replaced(tmp_path: Path) -> None:
    larger = assemble([*World().claims(), node("Company", "c", name="C")])
    graph_neo4j_admin(larger, tmp_path / "a", True)
    graph_neo4j_admin(assemble(World().claims()), tmp_path / "a")
    graph_neo4j_admin(assemble(World().claims()), tmp_path / "b")
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_null_empty_and_quoted(tmp_path: Path) -> None:
    graph_neo4j_admin(
        assemble([*World().claims(), node("Company", "c", name='A "B"\nC')]), tmp_path
    )
    row = (tmp_path / "nodes" / "Company.csv").read_text("utf-8")
    assert row.startswith('"c","A ""B""\nC",,')
    assert "--multiline-fields=" in (tmp_path / "import.sh").read_text("utf-8")


def with_terms(*terms: str) -> list[object]:
    return [*World().claims(), node("Company", "c", name="C"),
            claim(about="c", stance="explains", terms=terms)]


def test_another_delimiter_where_a_list_holds_the_first(tmp_path: Path) -> None:
    graph_neo4j_admin(assemble(with_terms("a\x1fb", "c\x1e")), tmp_path)  # type: ignore[arg-type]
    assert "--array-delimiter=U+001D" in (tmp_path / "import.sh").read_text("utf-8")
    assert '"a\x1fb\x1dc\x1e"' in (tmp_path / "nodes" / "Claim.csv").read_text("utf-8")


def test_what_no_list_can_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="empty text"):
        graph_neo4j_admin(assemble(with_terms("")), tmp_path)  # type: ignore[arg-type]
    every = "".join(map(chr, (*range(0x20), 0xE000, 0xF8FF)))
    with pytest.raises(ConfigError, match="every character"):
        graph_neo4j_admin(assemble(with_terms(every)), tmp_path)  # type: ignore[arg-type]
