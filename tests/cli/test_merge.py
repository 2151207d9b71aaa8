"""`sousveil merge` and `unmerge`: decisions that can be taken back without a trace in the graph."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from sousveil.errors import BadParameter, ConfigError, StoreError
from tests.cli.support import SMALL, Ran, exit_code, run, small_home, snapshot, write

WHY = ("--by", "an editor", "--reason", "the same company")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A home in which one company goes by two ids."""
    home = tmp_path / "home"
    folder = write(tmp_path / "small", SMALL, company=SMALL["company.csv"]
                   + "maker-ab,Maker Aktiebolag,,SE,report,p. 5\n")
    assert run(home, "load", folder).code == 0
    return home


def dataset(home: Path) -> str:
    ran = run(home, "check")
    assert ran.code == 0, ran.err
    return ran.err.rsplit(maxsplit=1)[-1]


def decide(home: Path, verb: str, keep: str, drop: str) -> Ran:
    return run(home, verb, keep, drop, *WHY)


def test_a_round_trip_gives_the_same_data_set(two: Path) -> None:
    before = dataset(two)
    claims = snapshot(two / "claims")
    ran = decide(two, "merge", "maker", "maker-ab")
    assert (ran.code, ran.out) == (0, "")
    assert "maker-ab is now another name of maker; `sousveil build` applies it" in ran.err
    assert dataset(two) != before
    ran = decide(two, "unmerge", "maker", "maker-ab")
    assert ran.code == 0
    assert "maker-ab stands for itself again" in ran.err
    assert dataset(two) == before
    assert snapshot(two / "claims") == claims


def test_a_merge_is_seen_after_the_next_build(two: Path) -> None:
    def maker() -> dict[str, object]:
        facts = json.loads(run(two, "entity", "maker", "--format", "json").out)
        return {"merged": facts["merged"], "names": {n["text"] for n in facts["names"]}}

    assert run(two, "build").code == 0
    assert maker() == {"merged": [], "names": {"Maker AB"}}
    decide(two, "merge", "maker", "maker-ab")
    assert maker()["merged"] == []
    assert "built" in run(two, "build").err
    assert maker() == {"merged": ["maker-ab"], "names": {"Maker AB", "Maker Aktiebolag"}}
    # The dropped id and its name still find the company.
    for name in ("maker-ab", "Maker Aktiebolag"):
        ran = run(two, "entity", name, "--format", "json")
        assert json.loads(ran.out)["id"] == "maker"
    decide(two, "unmerge", "maker", "maker-ab")
    assert run(two, "build").code == 0
    assert maker() == {"merged": [], "names": {"Maker AB"}}
    assert json.loads(run(two, "entity", "maker-ab", "--format", "json").out)["id"] == "maker-ab"


def test_the_log_is_kept_and_shown(two: Path) -> None:
    decide(two, "merge", "maker", "maker-ab")
    decide(two, "unmerge", "maker", "maker-ab")
    rows = json.loads(run(two, "merge", "--list", "--format", "json").out)
    assert [(r["action"], r["keep"], r["drop"], r["by"], r["reason"]) for r in rows] == [
        (action, "maker", "maker-ab", "an editor", "the same company")
        for action in ("merge", "unmerge")]
    assert all(len(r["date"]) == 10 for r in rows)


def test_an_empty_log(home: Path) -> None:
    ran = run(home, "merge", "--list", "--format", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert not home.exists()


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (["merge"], "two ids are needed", "KEEP DROP"),
        (["merge", "maker"], "two ids are needed", "KEEP DROP"),
        (["unmerge", "maker", "reseller"], "who decides, and why?", "--by NAME"),
        (["merge", "maker", "reseller"], "who decides, and why?", "--reason TEXT"),
        (["merge", "maker", "reseller", "--by", "me"], "who decides, and why?", "--reason"),
        (["merge", "maker", "nobody", *WHY], "no loaded claim describes 'nobody'",
         "`sousveil search` finds ids"),
        (["merge", "nobody", "maker", *WHY], "no loaded claim describes 'nobody'", "search"),
        (["merge", "maker", "maker", *WHY], "would go round in a circle", "unmerge"),
        (["merge", "maker", "bureau", *WHY],
         "'bureau' cannot be merged into 'maker': 'maker' is described as PublicBody here",
         "nothing was decided"),
        (["merge", "maker", "camera", *WHY],
         "'camera' cannot be merged into 'maker': 'maker' is described as Product here",
         "nothing was decided"),
        (["unmerge", "maker", "reseller", *WHY], "'reseller' is not merged into 'maker'",
         "`sousveil merge --list`"),
    ],
)
def test_decisions_that_cannot_be(
    kept: Path, args: list[str], message: str, hint: str
) -> None:
    ran = run(kept, *args)
    assert ran.code == exit_code(ConfigError)
    assert message in ran.err
    assert hint in ran.err.partition("next: ")[2]


def test_nothing_becomes_its_own_part(tmp_path: Path) -> None:
    home = tmp_path / "home"
    folder = write(tmp_path / "small", SMALL, owns=(
        "from,to,source,locator\nmaker,reseller,report,p. 9\n"))
    run(home, "load", folder)
    before = snapshot(home)
    ran = decide(home, "merge", "maker", "reseller")
    assert ran.code == exit_code(ConfigError)
    assert "after the merges in force 'maker' would be OWNS of itself" in ran.err
    assert "next: " in ran.err
    assert snapshot(home) == before


def test_what_is_merged_already_and_circles(two: Path) -> None:
    decide(two, "merge", "maker", "maker-ab")
    before = snapshot(two)
    again = decide(two, "merge", "reseller", "maker-ab")
    assert again.code == exit_code(ConfigError)
    assert "'maker-ab' is merged already, into 'maker'" in again.err
    assert "next: take that back first: sousveil unmerge maker maker-ab" in again.err
    circle = decide(two, "merge", "maker-ab", "maker")
    assert circle.code == exit_code(ConfigError)
    assert "would go round in a circle" in circle.err
    assert snapshot(two) == before


def test_chains_of_merges(two: Path) -> None:
    decide(two, "merge", "maker", "maker-ab")
    assert decide(two, "merge", "reseller", "maker").code == 0
    run(two, "build")
    facts = json.loads(run(two, "entity", "maker-ab", "--format", "json").out)
    assert (facts["id"], facts["merged"]) == ("reseller", ["maker", "maker-ab"])


def test_a_log_that_is_not_ours(kept: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(small_home(), home)
    (home / "decisions.jsonl").write_text('{"action":"merge","keep":"a"}\n')
    before = snapshot(home)
    for args in (["build"], ["check"], ["merge", "--list"], ["merge", "maker", "reseller", *WHY],
                 ["export", "graph", tmp_path / "x"], ["info"]):
        ran = run(home, *args)
        assert ran.code == exit_code(StoreError), args
        assert f"{home}/decisions.jsonl:1: not a decision" in ran.err
        assert "next: correct or remove the line; the claims themselves are unharmed" in ran.err
    assert snapshot(home) == before


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses(
    two: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    decide(two, "merge", "maker", "maker-ab")
    before = snapshot(two)

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    real = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, mode="r", *a, **k: refuse() if "a" in mode else real(
            self, mode, *a, **k))
    ran = decide(two, "unmerge", "maker", "maker-ab")
    monkeypatch.undo()
    assert ran.code == exit_code(StoreError)
    assert f"{two}/decisions.jsonl: cannot write: {os.strerror(code)}" in ran.err
    assert "next: " in ran.err
    assert snapshot(two) == before


def test_a_disk_that_is_full_leaves_no_half_decision(
    two: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(two)

    def refuse(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    assert decide(two, "merge", "maker", "maker-ab").code == exit_code(StoreError)
    monkeypatch.undo()
    assert snapshot(two) == before


def test_an_unknown_verb_of_a_merged_name(two: Path) -> None:
    decide(two, "merge", "maker", "maker-ab")
    run(two, "build")
    assert run(two, "entity", "maker-abc").code == exit_code(BadParameter)
