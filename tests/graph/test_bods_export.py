"""Ownership as BODS 0.4: libcovebods finds nothing to say, and our loader reads it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sousveil.graph import Assembly, ClaimStore, assemble
from sousveil.graph.writers import graph_bods
from sousveil.loaders import LOADERS, load
from tests.worlds import World, claim, edge, name, node

LISTS = ["XI-LEI", "GB-COH", "CN-SAIC", "SE-BLV"]
"""Codes of org-id.guide, which libcovebods would fetch."""
LEI = "5493001KJTIIGC8Y1R12"


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def owners() -> Assembly:
    """Every kind of owner and of share, and texts that a format may trip over."""
    claims = [*World().claims()]
    claims += [node("Company", f"c{at}", name=text) for at, text in enumerate(
        ("\x00\x1f<&\"'>]]>", "𠮷😀\u202e", "a\r\nb"))]
    claims += [
        node("Company", "lei", name="Ell AB", lei=LEI, founded="2012~", dissolved="2019-05/2020",
             identifiers=["GB-COH:01234567", "DUNS:7", "SE-BLV:5"]),
        name("lei", "Ell Limited", "former"), edge("LOCATED_IN", "lei", "SE-AB"),
        node("Company", "trust", name="Unnamed legal arrangement 1"),
        node("Company", "unknown", name="Unnamed entity not known 2, unknown"),
        node("PublicBody", "state", name="Government", kind="government"),
        node("PublicBody", "ministry", name="Ministry", kind="ministry"),
        node("PublicBody", "igo", name="Union", kind="international-organisation"),
        node("PublicBody", "bureau", name="Bureau", kind="public-security-bureau"),
        node("Company", "alone", name="Owns nothing"),
        edge("OWNS", "trust", "c0"), edge("OWNS", "unknown", "c0", share_min="25"),
        edge("OWNS", "state", "c1", share_exact="51.5", valid="2012/2015-06"),
        edge("OWNS", "state", "c1", key="again", share_min="10", share_max="20", valid="2016~/.."),
        edge("OWNS", "ministry", "c1", share_min="30", share_max="30"),
        edge("OWNS", "igo", "c2", key="voting-rights", share_max="50"),
        edge("OWNS", "lei", "c2", key="indirect", share_exact="0"),
        edge("PART_OF", "bureau", "ministry"),
        claim(about="lei--owns--c2--indirect", stance="disputes", summary="No.", author="lei"),
    ]
    return assemble(claims)


def statements(graph: Assembly, folder: Path) -> list[dict[str, Any]]:
    graph_bods(graph, folder / "bods.json")
    found: list[dict[str, Any]] = json.loads((folder / "bods.json").read_bytes())
    return found


@pytest.mark.parametrize("of", ["shipped", "owners"])
def test_the_checker_of_the_standard_finds_nothing(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    # libcovebods has no types; it is slow to import.
    from libcovebods import (  # type: ignore[import-untyped]
        additionalfields,
        config,
        data_reader,
        jsonschemavalidate,
        run_tasks,
        schema,
    )

    assert statements(request.getfixturevalue(of), tmp_path)
    reader = data_reader.DataReader(str(tmp_path / "bods.json"))
    settings = config.LibCoveBODSConfig()
    standard = schema.SchemaBODS(reader, settings)
    assert standard.schema_version == "0.4"
    errors = jsonschemavalidate.JSONSchemaValidator(standard).validate(reader)
    assert [e.json() for e in errors] == []
    of_checks = "libcovebods.tasks.checks"
    with (
        mock.patch(f"{of_checks}.record_based_checks.get_orgids_prefixes", return_value=LISTS),
        mock.patch(f"{of_checks}.legacy_checks.get_orgids_prefixes", return_value=LISTS),
    ):
        checked = run_tasks.process_additional_checks(reader, settings, standard)
    assert checked["additional_checks"] == []
    assert additionalfields.AdditionalFields(standard).process(reader) == {}


def test_shares_dates_and_parties(owners: Assembly, tmp_path: Path) -> None:
    found = {s["recordId"]: s for s in statements(owners, tmp_path)}
    details = {record: s["recordDetails"] for record, s in found.items()}
    assert "bureau" not in details, "being part of something is no ownership"
    assert "alone" not in details
    kinds = {r: d["entityType"] for r, d in details.items() if "entityType" in d}
    assert kinds == {
        "c0": {"type": "legalEntity"}, "c1": {"type": "legalEntity"}, "c2": {"type": "legalEntity"},
        "lei": {"type": "registeredEntity"}, "trust": {"type": "arrangement"},
        "unknown": {"type": "unknownEntity"}, "state": {"type": "stateBody"},
        "ministry": {"type": "stateBody", "subtype": "governmentDepartment"},
        "igo": {"type": "legalEntity"},
    }
    assert details["lei"]["identifiers"] == [
        {"scheme": "XI-LEI", "id": LEI}, {"scheme": "GB-COH", "id": "01234567"},
        {"schemeName": "DUNS", "id": "7"}, {"scheme": "SE-BLV", "id": "5"}]
    assert (details["lei"]["foundingDate"], details["lei"]["dissolutionDate"]) == (
        "2012-01-01", "2020-12-31")
    assert details["lei"]["addresses"] == [
        {"type": "business", "country": {"name": "Sweden", "code": "SE"}}]
    interests = {r: d["interests"][0] for r, d in details.items() if "interests" in d}
    assert {r.partition("--owns--")[0::2]: i.get("share") for r, i in interests.items()} == {
        ("trust", "c0"): None, ("unknown", "c0"): {"minimum": 25}, ("state", "c1"): {"exact": 51.5},
        ("state", "c1--again"): {"minimum": 10, "maximum": 20}, ("ministry", "c1"): {"exact": 30},
        ("igo", "c2--voting-rights"): {"maximum": 50}, ("lei", "c2--indirect"): {"exact": 0},
    }
    first, later = interests["state--owns--c1"], interests["state--owns--c1--again"]
    assert (first["startDate"], first["endDate"]) == ("2012-01-01", "2015-06-30")
    assert "2012/2015-06" in first["details"]
    assert later["startDate"] == "2016-01-01"
    assert "endDate" not in later
    assert interests["igo--owns--c2--voting-rights"]["type"] == "votingRights"
    assert interests["lei--owns--c2--indirect"]["directOrIndirect"] == "indirect"
    notes = [a["description"] for a in found["lei--owns--c2--indirect"]["annotations"]]
    assert notes[0].endswith("Contested.")
    assert any("disputes" in n and n.endswith(": No.") for n in notes)


@pytest.mark.parametrize("of", ["shipped", "owners"])
def test_our_loader_reads_it_back(
    of: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    graph = request.getfixturevalue(of)
    statements(graph, tmp_path)
    store = ClaimStore(tmp_path / "claims")
    (loaded,) = load([tmp_path / "bods.json"], store, LOADERS)
    assert (loaded.loader, loaded.rejects, loaded.warnings) == ("bods", (), ())
    again = assemble(store.read_all())

    def owned(of: Assembly) -> list[tuple[Any, ...]]:
        def plain(id_: str) -> str:
            return id_.removeprefix("bods-sousveil-").replace(f"lei-{LEI}", "lei").replace(
                f"lei-{LEI.lower()}", "lei")

        def share(values: Any) -> tuple[float | None, ...]:
            low, high, exact = (None if values.get(f"share_{n}") in (None, "")
                                else float(values[f"share_{n}"]) for n in ("min", "max", "exact"))
            return (None, None, low) if low is not None and low == high else (low, high, exact)

        return sorted(((plain(e.start), plain(e.end), *share(e.values), e.values["valid_from"],
                        e.values["valid_to"]) for e in of.edges("OWNS")), key=str)

    assert owned(again) == owned(graph)


def test_the_same_bytes_and_nothing_of_today(owners: Assembly, tmp_path: Path) -> None:
    graph_bods(owners, tmp_path / "a.json")
    graph_bods(owners, tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()
    graph_bods(assemble([]), tmp_path / "c.json")
    assert json.loads((tmp_path / "c.json").read_bytes()) == []
