"""Re-reading the documents: a sound one, a changed one, a shifted line, an absent file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from sousveil.graph import Claim, ClaimStore
from sousveil.graph.records import identified
from sousveil.graph.verify import Fault, Report, plain, verify
from tests.cli.support import SEEDS

LINES = (
    "# A report",
    "",
    "The **Shanghai** Public Security Bureau bought cameras of Maker AB,",
    "and the reseller’s invoice – dated 24/03/2015 – says “so”.",
    "上海市公安局 is its name.<sup>12</sup>",
)


def claims(
    anchor: str = "", *terms: str, sha256: str = "", file: str = "report.txt"
) -> list[Claim]:
    cited: dict[str, Any] = {
        "author": "watchers", "basis": "ngo-report", "source": "report", "locator": "p. 1"}
    values = {"title": "A report", "basis": "ngo-report"}
    if file:
        values["file"] = file
    if sha256:
        values["sha256"] = sha256
    return [
        identified(Claim(about="report", kind="Source", values=values, **cited)),
        identified(Claim(about="maker", kind="Company", values={"name": "Maker AB"},
                         anchor=anchor, terms=terms, **cited)),
    ]


def check(folder: Path, given: list[Claim]) -> Report:
    return verify(lambda: given, folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.txt").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return tmp_path


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "report.txt").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("anchor", "terms"),
    [
        ("L3", ["Maker AB"]), ("L3", ["Shanghai Public Security Bureau", "cameras"]),
        ("L3-4", ["Maker AB, and the reseller's invoice"]), ("L4", ["24/03/2015", '"so"']),
        ("L4", ["invoice - dated"]), ("L5", ["上海市公安局", "name.12"]), ("L1-5", ["A report"]),
        ("L5", ["上海市公安局 is  its name"]),
    ],
)
def test_terms_that_are_there(folder: Path, anchor: str, terms: list[str]) -> None:
    report = check(folder, claims(anchor, *terms, sha256=digest(folder)))
    assert report == Report(verified=1, documents=1, unanchored=1, faults=())


@pytest.mark.parametrize(
    ("anchor", "terms", "fault"),
    [
        ("L4", ["Maker AB"], "not there: Maker AB"),
        ("L3", ["Maker AB", "Beijing", "2016"], "not there: Beijing; 2016"),
        ("L3", ["maker ab"], "not there: maker ab"),
        ("L6", ["Maker AB"], "the document has 5 lines"),
        ("L3-9", ["Maker AB"], "the document has 5 lines"),
    ],
)
def test_terms_that_are_not_there(
    folder: Path, anchor: str, terms: list[str], fault: str
) -> None:
    report = check(folder, given := claims(anchor, *terms))
    assert report.verified == 0
    assert report.faults == (Fault(given[1].id, "maker", "report", anchor, fault),)


def test_a_shifted_line_is_found(folder: Path) -> None:
    given = claims("L3", "Maker AB")
    path = folder / "report.txt"
    path.write_text("One line more.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert [f.fault for f in check(folder, given).faults] == ["not there: Maker AB"]


def test_a_changed_document_is_found_by_its_hash(folder: Path) -> None:
    given = claims("L3", "Maker AB", sha256=digest(folder))
    with (folder / "report.txt").open("a") as file:
        file.write("\n")
    report = check(folder, given)
    assert report.faults == (Fault(
        "", "", "report", "", "report.txt is not the file that was read: its hash differs"),)
    assert (report.verified, report.documents) == (0, 0)


def test_an_absent_document_is_said_once(folder: Path) -> None:
    (folder / "report.txt").unlink()
    report = check(folder, claims("L3", "Maker AB"))
    assert [f.fault for f in report.faults] == ["report.txt: No such file or directory"]


def test_a_document_that_is_not_utf8_is_a_fault(folder: Path) -> None:
    (folder / "report.txt").write_bytes("\n".join(LINES).encode("gb18030"))
    report = check(folder, claims("L3", "Maker AB"))
    assert [f.fault for f in report.faults] == ["report.txt: not UTF-8 text"]


@pytest.mark.parametrize("name", ["../secret.txt", "/etc/hostname", "sub/../../secret.txt"])
def test_a_name_that_leads_out_of_the_folder_is_not_followed(folder: Path, name: str) -> None:
    (folder.parent / "secret.txt").write_text("Maker AB\n" * 9)
    report = check(folder, claims("L3", "Maker AB", file=name))
    assert [f.fault for f in report.faults] == [f"{name}: not a file of the folder"]


def test_lines_are_those_that_an_editor_counts(folder: Path) -> None:
    # A page break or a separator within a line begins no line for an editor or `grep -n`.
    text = "one\x0ctwo\x0bthree\u2028four\x85five\x1csix\r\nMaker AB\n"
    (folder / "report.txt").write_bytes(text.encode())
    assert check(folder, claims("L2", "Maker AB")).faults == ()
    assert check(folder, claims("L1", "one", "six")).faults == ()


def test_an_anchor_into_nothing_is_a_fault(folder: Path) -> None:
    report = check(folder, claims("L3", "Maker AB", file=""))
    assert [f.fault for f in report.faults] == ["its source names no text file"]


def test_a_claim_without_an_anchor_is_counted_and_no_fault(folder: Path) -> None:
    assert check(folder, claims()) == Report(verified=0, documents=1, unanchored=2, faults=())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** _x_ \\_", "bold x "), ("a<sup>1</sup>b<br/>c", "a1bc"),
        ("a < b > c", "a < b > c"),
        ("‘a’ “b” – — ―", "'a' \"b\" - - -"), ("ａＢ１", "aB1"), ("a\t \n b", "a b"), ("…", "..."),
    ],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the documents are not here: {SEEDS}")
def test_every_anchor_of_the_shipped_data_holds(shipped_claims: ClaimStore) -> None:
    report = verify(shipped_claims.read_all, SEEDS)
    assert report.faults == ()
    assert report.documents == 5
    assert report.verified > 600


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the documents are not here: {SEEDS}")
def test_anchors_hold_nowhere_else(shipped_claims: ClaimStore, tmp_path: Path) -> None:
    """The check has teeth: a line further down, most anchors no longer hold."""
    for path in SEEDS.glob("*.txt"):
        (tmp_path / path.name).write_bytes(b"\n" + path.read_bytes())
    shifted = [
        c if c.kind != "Source" else _without_hash(c) for c in shipped_claims.read_all()]
    report = verify(lambda: shifted, tmp_path)
    assert len(report.faults) > 0.9 * (report.verified + len(report.faults))


def _without_hash(claim: Claim) -> Claim:
    values = {k: v for k, v in claim.values.items() if k != "sha256"}
    return Claim(**{**{f: getattr(claim, f) for f in claim.__struct_fields__}, "values": values})
