"""`sousveil dedupe`, `merge --never` and `merge --effects`: proposals and what decisions do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sousveil.errors import BadParameter, ConfigError
from sousveil.graph import ClaimStore, DecisionLog, assemble, canonical_ids
from sousveil.queries.effects import merge_effects, read_paths
from tests.cli.support import SMALL, Ran, exit_code, run, snapshot, write

WHY = ("--by", "an editor", "--reason", "looked at the register")

# The maker is known in a second source under another id, and so is the reseller. There the
# maker sells to the reseller what the reseller sold on: the path needs both merges.
REGISTER = {
    "source.csv": "id,title,basis,publisher,locator\nregister,A register,registry,office,title\n",
    "public-body.csv": (
        "id,name,name_zh,kind,place,source,locator\n"
        "office,Register office of Exampleland,,government-department,SE,register,heading\n"
        "branch,City branch,市公安局黄浦分局,public-security-branch-bureau,CN-GX,register,row 9\n"
    ),
    "company.csv": (
        "id,name,name_zh,lei,place,source,locator\n"
        "reg-maker,Maker Aktiebolag,,,SE,register,row 1\n"
        "reg-reseller,Reseller Company Limited,转售有限责任公司,,CN,register,row 2\n"
        "reg-owner,Owner SE,,,FR,register,row 3\n"
        "reg-stranger,Maker GmbH,,,DE,register,row 4\n"
    ),
    "owns.csv": "from,to,source,locator\nreg-owner,reg-maker,register,row 5\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("dedupe") / "home"
    files = tmp_path_factory.mktemp("files")
    for name, content in (("small", SMALL), ("register", REGISTER)):
        ran = run(home, "load", write(files / name, content))
        assert ran.code == 0, ran.err
    assert run(home, "build").code == 0
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    shutil.copytree(built, tmp_path / "home")
    return tmp_path / "home"


def dedupe(home: Path, *args: str) -> list[dict[str, Any]]:
    ran = run(home, "dedupe", "--format", "json", *args)
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def pairs(home: Path, *args: str) -> list[tuple[str, str]]:
    return [(r["a"], r["b"]) for r in dedupe(home, *args)]


BOTH = [("reg-reseller", "reseller"), ("maker", "reg-maker")]


def test_pairs_are_proposed_with_reasons(built: Path) -> None:
    before = snapshot(built / "claims")
    rows = dedupe(built)
    assert sorted((r["a"], r["b"]) for r in rows) == sorted(BOTH)
    (maker,) = (r for r in rows if r["a"] == "maker")
    assert maker["name_a"] == "Maker AB"
    assert maker["for"] == ["same name: Maker AB / Maker Aktiebolag", "both in SE"]
    assert (maker["against"], maker["both_described_by"], maker["effects"]) == ([], [], "")
    assert 70 <= maker["score"] < 90
    ran = run(built, "dedupe")
    assert "2 pairs to decide, 2 shown; " in ran.err
    assert snapshot(built / "claims") == before
    assert not (built / "decisions.jsonl").exists()


def test_what_is_against_is_shown(built: Path) -> None:
    (row,) = (r for r in dedupe(built, "--min-score", "10") if "reg-stranger" in (r["a"], r["b"])
              and "maker" in (r["a"], r["b"]))
    assert row["against"] == ["other countries: SE, DE (-30)"]
    assert "another legal form" in row["for"][0]


def test_narrowing(built: Path) -> None:
    assert pairs(built, "--class", "PublicBody") == []
    assert sorted(pairs(built, "--class", "Company")) == sorted(BOTH)
    assert sorted(pairs(built, "--source", "register")) == sorted(BOTH)
    assert pairs(built, "--min-score", "100") == []
    assert len(pairs(built, "--limit", "1")) == 1
    ran = run(built, "dedupe", "--source", "notice")
    assert ran.code == exit_code(ConfigError)
    assert "describes no company and no public body" in ran.err
    assert run(built, "dedupe", "--source", "nothing").code == exit_code(BadParameter)


@pytest.mark.parametrize("format_", ["table", "csv", "markdown"])
def test_formats(built: Path, format_: str) -> None:
    out = run(built, "dedupe", "--format", format_).out
    for word in ("reg-maker", "Maker Aktiebolag", "same name", "both in SE"):
        assert word in out


def test_decided_pairs_are_not_proposed_again(home: Path) -> None:
    assert run(home, "merge", "--never", "reg-maker", "maker", *WHY).code == 0
    assert pairs(home) == [("reg-reseller", "reseller")]
    assert "1 decided before" in run(home, "dedupe").err
    assert run(home, "merge", "reseller", "reg-reseller", *WHY).code == 0
    assert pairs(home) == []  # Also before the merge is built in.
    assert run(home, "build").code == 0
    assert pairs(home) == []
    assert run(home, "unmerge", "maker", "reg-maker", *WHY).code == 0
    assert pairs(home) == [("maker", "reg-maker")]


def test_a_rejection_holds_for_what_is_merged_into_the_two(home: Path) -> None:
    """What is decided of two ids is decided of everything that goes under them."""
    assert run(home, "merge", "--never", "maker", "reg-maker", *WHY).code == 0
    assert run(home, "merge", "reg-stranger", "reg-maker", *WHY).code == 0
    assert run(home, "build").code == 0
    assert ("maker", "reg-stranger") not in pairs(home, "--min-score", "1")


def test_both_cannot_be_decided(home: Path) -> None:
    assert run(home, "merge", "--never", "maker", "reg-maker", *WHY).code == 0
    log = (home / "decisions.jsonl").read_bytes()
    for args in (("maker", "reg-maker"), ("reg-maker", "maker")):
        ran = run(home, "merge", *args, *WHY)
        assert ran.code == exit_code(ConfigError)
        assert "cannot be both the same and not the same" in ran.err
        assert "looked at the register" in ran.err
    # Nor by way of a third.
    assert run(home, "merge", "reg-stranger", "maker", *WHY).code == 0
    ran = run(home, "merge", "reg-stranger", "reg-maker", *WHY)
    assert ran.code == exit_code(ConfigError)
    assert (home / "decisions.jsonl").read_bytes().startswith(log)


def test_never_after_a_merge_is_refused(home: Path) -> None:
    assert run(home, "merge", "maker", "reg-maker", *WHY).code == 0
    ran = run(home, "merge", "--never", "reg-maker", "maker", *WHY)
    assert ran.code == exit_code(ConfigError)
    assert "take one back with `sousveil unmerge`" in ran.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--never", "maker"], "two ids are needed"),
        (["--never", "maker", "reg-maker"], "who decides, and why?"),
        (["--never", "maker", "maker", *WHY], "'maker' is one id, not two"),
        (["--never", "maker", "nobody", *WHY], "no loaded claim describes 'nobody'"),
        (["--effects", "maker"], "two ids are needed"),
        (["--effects", "maker", "nobody"], "no loaded claim describes 'nobody'"),
        (["--effects", "reg-owner", "reg-maker"], "would be OWNS of itself"),
        (["--effects", "maker", "camera"], "'camera' cannot be merged into 'maker'"),
    ],
)
def test_what_cannot_be(built: Path, args: list[str], message: str) -> None:
    ran = run(built, "merge", *args)
    assert ran.code == exit_code(ConfigError)
    assert message in ran.err
    assert not (built / "decisions.jsonl").exists()


def test_never_changes_no_answer(home: Path) -> None:
    before = run(home, "info", "--format", "json").out
    assert run(home, "merge", "--never", "maker", "reg-maker", *WHY).code == 0
    assert "up to date" in run(home, "build").err
    assert run(home, "info", "--format", "json").out == before
    (row,) = json.loads(run(home, "merge", "--list", "--format", "json").out)
    assert (row["action"], row["keep"], row["drop"]) == ("never", "maker", "reg-maker")


# ── Effects ──────────────────────────────────────────────────────────────────────────────────


def effects(home: Path, keep: str, drop: str) -> tuple[list[dict[str, Any]], Ran]:
    ran = run(home, "merge", "--effects", keep, drop, "--format", "json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out), ran


def paths_to_police(home: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for origin in ("maker", "reg-owner", "reg-maker"):
        ran = run(home, "paths", "--from", origin, "--to", "public-body", "--format", "json",
                  "--include-inferred")
        assert ran.code == 0, ran.err
        for path in json.loads(ran.out)["paths"]:
            found[path["id"]] = path["origin"]["name"]
    return found


def test_the_paths_that_hang_on_a_merge(home: Path) -> None:
    """An owner known only to the register reaches the bureau only through the merged id."""
    rows, ran = effects(home, "maker", "reg-maker")
    assert [(r["effect"], r["origin"], r["end user"]) for r in rows] == [
        ("new", "Owner SE", "City Public Security Bureau")]
    assert "1 path only with it, 0 only without it, 0 changed by it" in ran.err
    assert not (home / "decisions.jsonl").exists()
    # It is what the built graphs say.
    before = paths_to_police(home)
    assert run(home, "merge", "maker", "reg-maker", *WHY).code == 0
    assert run(home, "build").code == 0
    after = paths_to_police(home)
    assert set(after) - set(before) == {rows[0]["path"]}
    # Once it is made the same paths depend on it, whichever id comes first.
    assert effects(home, "maker", "reg-maker")[0] == rows
    assert effects(home, "reg-maker", "maker")[0] == rows
    assert run(home, "unmerge", "maker", "reg-maker", *WHY).code == 0
    assert run(home, "build").code == 0
    assert paths_to_police(home) == before


def test_a_path_under_another_id_is_not_a_new_path(home: Path) -> None:
    """The kept id is the other one: the maker's own path stays what it was."""
    rows, _ = effects(home, "reg-maker", "maker")
    assert [(r["effect"], r["origin"]) for r in rows] == [("new", "Owner SE")]


def test_a_merge_that_moves_a_company_changes_its_paths(home: Path) -> None:
    rows, ran = effects(home, "maker", "reg-stranger")
    (row,) = rows
    assert row["effect"] == "changed"
    assert row["change"].startswith("origin seated in: ")
    assert "SE → DE" in row["change"]
    assert "0 paths only with it, 0 only without it, 1 changed by it" in ran.err


def test_a_merge_without_effect(home: Path) -> None:
    rows, ran = effects(home, "reseller", "reg-reseller")
    assert rows == []
    assert "0 paths only with it" in ran.err


def test_dedupe_shows_the_effects(built: Path) -> None:
    by_pair = {(r["a"], r["b"]): r["effects"] for r in dedupe(built, "--effects")}
    assert by_pair["reg-reseller", "reseller"] == "0 new paths"
    assert by_pair["maker", "reg-maker"].startswith(
        "1 new path: Owner SE → City Public Security Bureau (path-")


def test_a_path_can_be_gone(home: Path) -> None:
    """A seller who turns out to be the bureau's own maker no longer stands beside it."""
    claims = list(ClaimStore(home / "claims").read_all())
    merged = {"reseller": "maker"}
    found = merge_effects(claims, merged, {}, "maker", "reseller")
    assert [(p.effect, p.origin) for p in found.paths] == [
        ("gone", "Reseller Co. Ltd."), ("changed", "Maker AB")]
    (changed,) = (p for p in found.paths if p.effect == "changed")
    assert "channel: third-party-reseller → direct" in changed.change


def test_reading_the_paths_of_nothing(home: Path) -> None:
    assert read_paths(assemble([], {})).rows == {}
    assert canonical_ids(DecisionLog(home / "decisions.jsonl").read()) == {}
