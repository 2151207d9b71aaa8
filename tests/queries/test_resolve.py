"""What a person writes, and the node that is meant: ids, merged ids, names, and what is unclear."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from sousveil.errors import BadParameter
from sousveil.graph import Claim, Store, assemble, connect
from sousveil.graph.records import identified
from sousveil.queries import resolve

COMPANY, BODY, PLACE = ("Company",), ("PublicBody",), ("Place",)


@pytest.mark.parametrize(
    ("text", "classes", "expected"),
    [
        ("noldus", COMPANY, "noldus"),
        (" noldus ", COMPANY, "noldus"),
        ("Noldus", COMPANY, "noldus"),
        ("NOLDUS INFORMATION TECHNOLOGY", COMPANY, "noldus"),
        ("Noldus Information Technology B.V.", COMPANY, "noldus"),
        ("Idemia", COMPANY, "idemia"),
        ("OT-Morpho", COMPANY, "idemia"),
        ("Morpho", COMPANY, "safran-identity-security"),
        ("上海市公安局", BODY, "shanghai-psb"),
        ("上海市公安局黄浦分局", BODY, "huangpu-branch"),
        ("公安部", BODY, "mps"),
        ("XPCC", BODY, "xpcc"),
        ("SE", PLACE, "SE"), ("se", PLACE, "SE"), ("Sweden", PLACE, "SE"),
        ("cn-xj", PLACE, "CN-XJ"),
        ("天网工程", ("Programme",), "skynet"),
        ("FaceReader", ("Product",), "facereader"),
    ],
)
def test_one_meaning(
    shipped_store: Store, text: str, classes: tuple[str, ...], expected: str
) -> None:
    assert resolve(shipped_store, "who", text, classes).id == expected


def test_the_class_decides(shipped_store: Store) -> None:
    found = resolve(shipped_store, "who", "skynet", ("Programme",))
    assert (found.id, found.cls, found.name) == ("skynet", "Programme", "Skynet project")
    with pytest.raises(BadParameter, match="nothing is called 'skynet'"):
        resolve(shipped_store, "who", "skynet", PLACE)


@pytest.mark.parametrize(
    ("text", "classes", "hint"),
    [
        ("Noldsu", COMPANY, "did you mean noldus"),
        ("Axis Comunications", COMPANY, "did you mean axis-communications"),
        ("Hkivision", COMPANY, "did you mean hikvision"),
        ("zzzzzz", COMPANY, "`sousveil search zzzzzz` looks for similar names"),
        ("", COMPANY, "`sousveil search "),
        ("PT", PLACE, "`sousveil info` counts what there is"),
        ("pt", PLACE, "`sousveil info`"),
    ],
)
def test_no_meaning(
    shipped_store: Store, text: str, classes: tuple[str, ...], hint: str
) -> None:
    with pytest.raises(BadParameter) as caught:
        resolve(shipped_store, "who", text, classes)
    assert caught.value.name == "who"
    assert str(caught.value).startswith("who: nothing ")
    assert hint in caught.value.hint


def test_words_that_would_have_done_are_suggested(shipped_store: Store) -> None:
    with pytest.raises(BadParameter) as caught:
        resolve(shipped_store, "to", "universty", BODY, also=("university", "police-academy"))
    assert "university" in caught.value.hint


def company(id_: str, name: str, **values: str) -> Claim:
    return identified(Claim(
        about=id_, kind="Company", values={"name": name, **values}, author="paper", basis="press",
        source="page", locator="top"))


BASE = [
    identified(Claim(about="page", kind="Source", author="paper", basis="press", source="page",
                     locator="title", values={"title": "A page", "basis": "press"})),
    identified(Claim(about="paper", kind="Publisher", author="paper", basis="press", source="page",
                     locator="top", values={"name": "Paper", "kind": "news-media"})),
]
World = Callable[[Iterable[Claim]], Store]


def test_several_of_one_name_are_never_chosen_from(world: World) -> None:
    store = world([*BASE, company("one", "Star Vision Ltd"), company("two", "Star Vision Inc"),
                   company("three", "Star Vision Trading Ltd")])
    with pytest.raises(BadParameter, match="several are called 'Star Vision'") as caught:
        resolve(store, "who", "Star Vision", COMPANY)
    assert "give the id of one: " in caught.value.hint
    assert "one (Star Vision Ltd)" in caught.value.hint
    assert "two (Star Vision Inc)" in caught.value.hint
    assert "three" not in caught.value.hint
    assert resolve(store, "who", "two", COMPANY).id == "two"
    assert resolve(store, "who", "Star Vision Trading", COMPANY).id == "three"


def test_an_id_goes_before_a_name(world: World) -> None:
    store = world([*BASE, company("axis", "Machine Tools"), company("other", "Axis")])
    assert resolve(store, "who", "axis", COMPANY).id == "axis"
    # Written like neither of them for certain, it may be the one's id or the other's name.
    with pytest.raises(BadParameter, match="several are called 'Axis'"):
        resolve(store, "who", "Axis", COMPANY)


def test_the_name_itself_goes_before_a_similar_one(world: World) -> None:
    store = world([*BASE, company("one", "Hikvision"), company("two", "Hikvision Digital")])
    assert resolve(store, "who", "Hikvision", COMPANY).id == "one"


def test_a_merged_id_means_what_it_was_merged_into(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    claims = [*BASE, company("axis-ab", "Axis AB"), company("axis", "Axis Communications")]
    with connect(str(tmp_path_factory.mktemp("merged") / "graph")) as store:
        store.replace(assemble(claims, {"axis-ab": "axis"}))
        for text in ("axis-ab", "AXIS-AB", "Axis AB", "axis"):
            assert resolve(store, "who", text, COMPANY).id == "axis"
