"""Retractions, tombstones and differences, on a small home and on the shipped data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from sousveil.graph import ClaimStore, assemble, assemble_remaining, connect
from sousveil.graph.retractions import Retraction, RetractionLog, remaining
from sousveil.settings import Settings
from sousveil.web.app import create_app
from tests.cli import support

WHO = ("--by", "An editor", "--because", "the notice was corrected")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A home of one's own with one path: maker, reseller, bureau."""
    return Path(shutil.copytree(support.small_home(), tmp_path / "home"))


def claims(home: Path) -> dict[str, str]:
    """The ids of the claims by what they are about; there is one about each element."""
    return {c.about: c.id for c in ClaimStore(home / "claims").read_all()}


def info(home: Path) -> str:
    with connect(str(home / "graph")) as store:
        return store.info.dataset


def retraction(
    what: str, because: str = "the notice was corrected", action: str = "retract"
) -> Retraction:
    return Retraction(
        action=action, what=what, by="An editor", because=because, date="2026-11-22"
    )


# Retractions -------------------------------------------------------------------------------------


def test_a_retraction_ends_paths_and_can_be_taken_back(small: Path) -> None:
    before = info(small)
    sold = claims(small)["award-1--manufacturer--maker"]
    looked = support.run(small, "retract", sold, "--effects", "--format", "json")
    assert [(p["effect"], p["origin"]) for p in json.loads(looked.out)] == [("ends", "Maker AB")]
    assert not (small / "retractions.jsonl").exists()
    ran = support.run(small, "retract", sold, *WHO)
    assert (ran.code, "paths: 1 end, 0 begin" in ran.err) == (0, True)
    assert "Maker AB" in ran.out
    assert info(small) == before  # Not before the next build.
    assert support.run(small, "build").code == 0
    assert info(small) != before
    question = ("--from", "SE", "--to", "public-security-bureau", "--format", "json")
    assert json.loads(support.run(small, "paths", *question).out)["paths"] == []
    # The claims are still loaded, and the log says who withdrew what and why.
    assert sold in {c.id for c in ClaimStore(small / "claims").read_all()}
    listed = support.run(small, "retract", "--list", "--format", "csv").out
    assert f"retract,{sold},An editor,the notice was corrected," in listed
    ran = support.run(small, "retract", sold, "--undo", *WHO)
    assert "1 claim back; paths: 0 end, 1 begin" in ran.err
    assert "data set " + before[:12] in support.run(small, "check").err


def test_the_hash_says_why(small: Path) -> None:
    store, sold = ClaimStore(small / "claims"), claims(small)["award-1--manufacturer--maker"]
    hashes = set()
    for because in ("", "a mistake", "another reason"):
        lines = [retraction(sold, because)] if because else []
        hashes.add(assemble_remaining(remaining(store, {}, lines)).dataset)
    hashes.add(assemble(remaining(store, {}, [retraction(sold)]).claims).dataset)
    assert len(hashes) == 4


def test_what_cannot_stand_falls_with_it(small: Path) -> None:
    store = ClaimStore(small / "claims")
    known = claims(small)
    found = remaining(store, {}, [retraction(known["maker"], "a mistake")])
    fell = {w.claim.about: w for w in found.withdrawn}
    assert {a for a in fell if "maker" in a} == {
        "maker", "maker--located-in--SE", "award-1--manufacturer--maker",
    }
    assert not fell["maker"].fell
    assert fell["award-1--manufacturer--maker"].because == (
        "it cannot stand without what was retracted (a mistake)"
    )
    assert "reseller" in {c.about for c in found.claims}


@pytest.mark.parametrize(("what", "left"), [("notice", {"award-1"}), ("case", set())])
def test_a_document_and_a_key_take_their_claims_along(
    small: Path, what: str, left: set[str]
) -> None:
    store = ClaimStore(small / "claims")
    key = store.keys()[0] if what == "case" else what
    found = remaining(store, {}, [retraction(key)])
    assert {c.about for c in found.claims if c.about.startswith("award-1")} - {
        "award-1--includes--camera"} == left


def test_a_retraction_takes_its_own_reason_along(small: Path) -> None:
    store, known = ClaimStore(small / "claims"), claims(small)
    lines = [retraction(known["reseller"], "first"), retraction(known["maker"], "second")]
    fell = {w.claim.about: w.because for w in remaining(store, {}, lines).withdrawn}
    assert "(first)" in fell["award-1--seller--reseller"]
    assert "(second)" in fell["award-1--manufacturer--maker"]


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "what is withdrawn?"),
    (("claim-x",), "who decides, and why?"),
    (("claim-x", *WHO), "no loaded claim has the id"),
    (("claim-x", "--undo", *WHO), "'claim-x' is not retracted"),
])
def test_what_makes_no_sense_changes_nothing(
    kept: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = support.run(kept, "retract", *arguments)
    assert (ran.code, said in ran.err) == (3, True)


def test_a_damaged_log_is_named(small: Path) -> None:
    (small / "retractions.jsonl").write_text('{"action":"retract"}\n')
    ran = support.run(small, "build")
    assert ran.code == 7
    assert "retractions.jsonl:1: not a retraction" in ran.err


# Tombstones --------------------------------------------------------------------------------------


def test_ids_that_are_described_no_more_are_answered(small: Path) -> None:
    sold = claims(small)["maker"]
    log = RetractionLog(small / "retractions.jsonl")
    log.append(retraction(sold))
    assert "1 id described no more" in support.run(small, "build").err
    told = support.run(small, "entity", "maker")
    assert told.code == 0
    assert told.out.startswith("Maker AB (maker) has not been described since ")
    assert "the notice was corrected" in told.out
    gone = json.loads(support.run(small, "entity", sold, "--format", "json").out)["gone"]
    assert gone["because"] == "the notice was corrected"
    client = create_app(Settings(small, str(small / "graph"))).test_client()
    for address in ("/entity/maker", "/entity/maker.json", f"/claim/{sold}"):
        answer = client.get(address)
        assert answer.status_code == 410, address
        assert "the notice was corrected" in answer.text
    assert client.get("/entity/nobody").status_code == 404
    # Described again, it is an entity as before.
    log.append(retraction(sold, action="restore"))
    support.run(small, "build")
    assert "Maker AB  company" in support.run(small, "entity", "maker").out
    assert "Maker AB" in support.run(small, "retract", "--list").out


def test_an_unload_and_a_newer_edition_leave_tombstones(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    support.write(other, {
        "source.csv": "id,title,basis,publisher,source,locator\nmemo,A memo,press,paper,,\n",
        "publisher.csv": "id,name,kind,source,locator\npaper,A paper,ngo,memo,p. 1\n",
        "company.csv": "id,name,place,source,locator\nbrief,Brief Oy,FI,memo,p. 1\n",
    })
    assert support.run(small, "load", other).code == 0
    support.run(small, "build")
    before = info(small)
    support.run(small, "unload", "other")
    assert "3 ids described no more" in support.run(small, "build").err
    told = support.run(small, "entity", "brief").out
    assert "Brief Oy (brief) has not been described since" in told
    assert f"memo did, until data set {before[:12]}" in told
    support.run(small, "build", "--force")
    assert "Brief Oy" in support.run(small, "entity", "brief").out
    assert len(RetractionLog(small / "retractions.jsonl").read()) == 3


# Rebuilding --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a merge, a retraction that takes a merged id along, and an id that went."""
    home = tmp_path_factory.mktemp("decided") / "home"
    shutil.copytree(support.small_home(), home)
    more = {
        "source.csv": "id,title,basis,publisher,source,locator\nmemo,A memo,press,paper,,\n"
                      "slip,A slip,press,paper,,\n",
        "publisher.csv": "id,name,kind,source,locator\npaper,A paper,ngo,memo,p. 1\n",
        "company.csv": "id,name,place,source,locator\nmaker-ab,Maker Aktiebolag,SE,memo,p. 1\n"
                       "maker-x,Maker,SE,slip,p. 1\nlost,Lost AB,SE,slip,p. 2\n",
    }
    assert support.run(home, "load", support.write(home.parent / "more", more)).code == 0
    for drop in ("maker", "maker-x"):
        ran = support.run(home, "merge", "maker-ab", drop, "--by", "An editor", "--reason", "same")
        assert ran.code == 0, ran.err
    assert support.run(home, "build").code == 0
    assert support.run(home, "retract", "slip", *WHO).code == 0
    assert support.run(home, "build").code == 0
    return home


@pytest.mark.parametrize("taken", ["all.trig", "claims.jsonl", "claims"])
def test_a_partner_rebuilds_the_same_data_set(decided: Path, tmp_path: Path, taken: str) -> None:
    """Claims as an export has them, or as they are kept, and the two logs."""
    partner = tmp_path / "partner"
    partner.mkdir()
    for log in ("decisions.jsonl", "retractions.jsonl"):
        text = (decided / log).read_text("utf-8").replace("An editor", "another desk")
        (partner / log).write_text(text, "utf-8")
    if taken == "claims":
        shutil.copytree(decided / "claims", partner / "claims")
    else:
        verb = "rdf" if taken.endswith("trig") else "claims"
        assert support.run(decided, "export", verb, tmp_path / taken).code == 0
        assert "slip" not in {
            json.loads(line).get("source") for line in (tmp_path / taken).open()
            if taken.endswith("jsonl")
        }
        ran = support.run(partner, "load", tmp_path / taken)
        assert ran.code == 0, ran.err
    told = support.run(partner, "check")
    assert f"data set {info(decided)[:12]}" in told.err
    if taken != "all.trig":
        return
    assert support.run(partner, "build").code == 0
    assert info(partner) == info(decided)
    for question in (("paths", "--from", "SE", "--to", "public-security-bureau"),
                     ("entity", "maker-x"), ("entity", "lost"), ("entity", "slip")):
        here, there = (support.run(h, *question, "--format", "json") for h in (decided, partner))
        assert (here.code, here.out) == (there.code, there.out), question


def test_without_the_decisions_it_is_another_data_set(decided: Path, tmp_path: Path) -> None:
    support.run(decided, "export", "claims", tmp_path / "claims.jsonl")
    partner = tmp_path / "partner"
    support.run(partner, "load", tmp_path / "claims.jsonl")
    for log in ("", "decisions.jsonl", "retractions.jsonl"):
        if log:
            shutil.copy(decided / log, partner)
        told = support.run(partner, "check").err
        assert (info(decided)[:12] in told) == (log == "retractions.jsonl")


# Differences -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home, and one in which a date was corrected, a part retracted and a company added."""
    folder = tmp_path_factory.mktemp("two")
    old, new = support.small_home(), folder / "new"
    changed = dict(support.SMALL)
    changed["transaction.csv"] = changed["transaction.csv"].replace("2018-05-01", "2018-06-01")
    changed["company.csv"] += "third,Third AB,,SE,report,p. 7\n"
    support.write(folder / "case", changed)
    assert support.run(new, "load", folder / "case").code == 0
    log = RetractionLog(new / "retractions.jsonl")
    log.append(retraction(claims(new)["award-1--manufacturer--maker"]))
    return old, new


@pytest.fixture(scope="module")
def exported(two: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    for name, home in zip(("old", "new"), two, strict=True):
        for ending in ("trig", "nq"):
            assert support.run(home, "export", "rdf", folder / f"{name}.{ending}").code == 0
    assert support.run(two[0], "export", "claims", folder / "old.jsonl").code == 0
    return folder


def test_a_difference_is_told_by_claims_elements_and_paths(two: tuple[Path, Path]) -> None:
    ran = support.run(two[0], "diff", *two, "--format", "json")
    found = json.loads(ran.out)
    by = {(c["change"], c["about"]): c for c in found["claims"]}
    assert set(by) == {
        ("changed", "award-1"), ("removed", "award-1--manufacturer--maker"),
        ("added", "third"), ("added", "third--located-in--SE"),
    }
    assert by["changed", "award-1"]["what"] == {"date": ["2018-05-01", "2018-06-01"]}
    assert found["added"] == ["third", "third--located-in--SE"]
    assert found["removed"] == ["award-1--manufacturer--maker"]
    assert [(p["effect"], p["origin"]) for p in found["paths"]] == [("gone", "Maker AB")]
    assert "paths: 0 begin, 1 end, 0 change" in ran.err
    table = support.run(two[0], "diff", *two, "--no-paths")
    assert "date: 2018-05-01 → 2018-06-01" in table.out
    assert "claims: 2 added, 1 removed, 1 changed; elements: 2 added, 1 removed" in table.err
    assert "paths" not in table.err
    backwards = support.run(two[0], "diff", two[1], two[0], "--no-paths")
    assert "claims: 1 added, 2 removed, 1 changed" in backwards.err


@pytest.mark.parametrize("other", ["old.jsonl", "old.trig", "old.nq", "home", "claims"])
def test_the_same_claims_in_other_clothes_do_not_differ(
    two: tuple[Path, Path], exported: Path, other: str
) -> None:
    path = {"home": two[0], "claims": two[0] / "claims"}.get(other, exported / other)
    found = json.loads(support.run(two[0], "diff", two[0], path, "--no-paths", "--format", "json")
                       .out)
    assert found["old"] == found["new"]
    assert found["claims"] == found["added"] == found["removed"] == []


def test_the_patch_makes_the_old_export_the_new_one(
    two: tuple[Path, Path], exported: Path
) -> None:
    def lines(name: str) -> set[bytes]:
        quads = parse(path=str(exported / name), format=RdfFormat.N_QUADS)
        return {serialize([q], format=RdfFormat.N_QUADS) or b"" for q in quads}

    patch = support.run(two[0], "diff", *two, "--format", "rdf-patch").out.encode()
    head, previous, start, *rows, end = patch.splitlines(keepends=True)
    assert head.startswith(b"H id <uuid:")
    assert previous.startswith(b"H prev <uuid:")
    assert (start, end) == (b"TX .\n", b"TC .\n")
    have = lines("old.nq")
    for line in rows:
        code, quad = line[:2], line[2:]
        (one,) = parse(quad, format=RdfFormat.N_QUADS)  # Each row is a statement of its own.
        assert one
        assert (quad in have) == (code == b"D ")
        (have.discard if code == b"D " else have.add)(quad)
    assert have == lines("new.nq")
    again = support.run(two[0], "diff", *two, "--format", "rdf-patch").out.encode()
    assert again == patch


def test_a_withdrawn_claim_is_a_tombstone_in_rdf(
    two: tuple[Path, Path], exported: Path
) -> None:
    sold = claims(two[1])["award-1--manufacturer--maker"]
    told = {
        q.predicate.value.rpartition("/")[2].rpartition("#")[2]: q.object.value
        for q in parse(path=str(exported / "new.trig"), format=RdfFormat.TRIG)
        if q.subject.value.endswith(sold)
    }
    assert told["changeNote"] == "the notice was corrected"
    assert told["invalidatedAtTime"].endswith("T00:00:00Z")
    assert told["type"].endswith("prov#Entity")
    # It is no claim: whoever loads the export does not get it back.
    assert support.run(two[1].parent / "again", "load", exported / "new.trig").code == 0
    assert sold not in set(claims(two[1].parent / "again").values())


@pytest.mark.parametrize(("name", "text", "said"), [
    ("empty", None, "no claims are in this folder"),
    ("a.jsonl", "{}\n", "a.jsonl:1: is no claim"),
    ("a.trig", "<x> .", "not valid trig"),
])
def test_what_is_no_data_set_is_refused(
    kept: Path, tmp_path: Path, name: str, text: str | None, said: str
) -> None:
    path = tmp_path / name
    path.mkdir() if text is None else path.write_text(text)
    ran = support.run(kept, "diff", kept, path)
    assert ran.code in (3, 4)
    assert said in ran.err
