"""`sousveil build`: what there is to do, what is done, and what stays if it cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

from sousveil.errors import ClaimError, ConfigError
from tests.cli.support import SMALL, exit_code, run, snapshot, write


def test_build_and_build_again(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL)
    run(home, "load", folder)
    first = run(home, "build")
    assert (first.code, first.out) == (0, "")
    assert "built " in first.err
    dataset = first.err.rsplit(maxsplit=1)[-1]
    before = snapshot(home)
    again = run(home, "build")
    assert (again.code, again.err) == (0, f"up to date: data set {dataset}\n")
    assert snapshot(home) == before

    # New claims are in the graph after the next build, and not before.
    write(folder, {}, company=SMALL["company.csv"] + "new,New AB,,SE,report,p. 9\n")
    run(home, "load", folder)
    assert run(home, "entity", "new").code != 0
    assert "built " in run(home, "build").err
    assert json.loads(run(home, "entity", "new", "--format", "json").out)["name"] == "New AB"


def test_force_builds_all_the_same(home: Path, tmp_path: Path) -> None:
    run(home, "load", write(tmp_path / "small", SMALL))
    names = []
    for _ in range(2):
        assert "built " in run(home, "build", "--force").err
        names.append((home / "graph" / "current").read_text())
    assert names[0] != names[1]
    # The same claims give the same data set, whatever the build is called.
    assert names[0].rsplit("-", 1)[1] == names[1].rsplit("-", 1)[1]


def test_there_is_nothing_to_build(home: Path) -> None:
    ran = run(home, "build")
    assert ran.code == exit_code(ConfigError)
    assert f"no claims in {home}/claims" in ran.err
    assert "next: run `sousveil load --shipped`" in ran.err
    assert not home.exists()


def test_claims_that_make_no_graph_leave_the_old_one(home: Path, tmp_path: Path) -> None:
    run(home, "load", write(tmp_path / "small", SMALL))
    run(home, "build")
    run(home, "load", write(tmp_path / "more", {
        "source.csv": "id,title,basis,publisher\npage,A page,press,paper\n",
        "publisher.csv": "id,name,kind,source,locator\npaper,Paper,news-media,page,top\n",
        "product.csv": "id,name,source,locator\nmaker,Maker,page,p. 9\n"}))
    before = snapshot(home)
    ran = run(home, "build")
    assert ran.code == exit_code(ClaimError)
    assert "(rule: one class for each id)" in ran.err
    assert "next: " in ran.err
    assert snapshot(home) == before
    assert run(home, "entity", "maker").code == 0


def test_a_store_of_ones_own(kept: Path, tmp_path: Path) -> None:
    store = tmp_path / "elsewhere"
    assert run(kept, "--store", f"ladybug:{store}", "build").code == 0
    ran = run(kept, "--store", store, "entity", "maker", "--format", "json")
    assert json.loads(ran.out)["id"] == "maker"
