"""Records: what is taken, what belongs to what, and what is left over."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sousveil.errors import SourceError
from sousveil.loaders import Record


def record(**fields: Any) -> Record:
    return Record(Path("some.json"), 7, "release", fields)


def test_a_value_is_taken_once() -> None:
    one = record(name="  Axis AB ", number=3, share=Decimal("25.50"), open=True, none=None)
    assert [one.take(n) for n in ("name", "number", "share", "open", "none", "absent")] == [
        "Axis AB", "3", "25.5", "true", "", ""
    ]
    assert one.take("name") == ""


@pytest.mark.parametrize(("number", "text"), [
    (Decimal("1E+3"), "1000"), (1e16, "10000000000000000"), (0.1, "0.1"), (Decimal("100"), "100"),
    (1200.0, "1200"), (-0.0, "-0"),
])
def test_numbers_are_written_out(number: Any, text: str) -> None:
    assert record(amount=number).take("amount") == text


def test_several_values() -> None:
    assert record(names=["a", "", " b "]).take_all("names") == ["a", "b"]
    assert record(names="a").take_all("names") == ["a"]
    assert record().take_all("names") == []
    assert record(names=["a"]).take("names") == "a"


@pytest.mark.parametrize("value", [["a", "b"], {"a": 1}, [{"a": 1}]])
def test_what_is_no_single_value_is_a_fault(value: Any) -> None:
    with pytest.raises(SourceError) as caught:
        record(name=value).take("name")
    assert (caught.value.path, caught.value.line) == ("some.json", 7)
    assert "'name'" in caught.value.message


@pytest.mark.parametrize("value", ["text", 3, ["text"]])
def test_what_is_no_record_is_a_fault(value: Any) -> None:
    with pytest.raises(SourceError, match="'buyer'"):
        record(buyer=value).children("buyer")


def test_what_is_left_of_the_parts_is_left_of_the_whole() -> None:
    one = record(
        id="1", extra="x", empty="", blank=" ", buyer={"name": "B", "fax": "1"},
        awards=[{"id": "a", "note": "x"}, {"id": "b", "value": {"amount": 3}}],
    )
    one.take("id")
    assert one.child("buyer").take("name") == "B"
    for award in one.children("awards"):
        award.take("id")
    assert one.left() == ["awards.note", "awards.value", "buyer.fax", "extra"]
    one.ignore("extra")
    assert "extra" not in one.left()
    one.ignore_all()
    assert one.left() == []


def test_an_absent_part_is_empty() -> None:
    assert record().child("buyer").take("name") == ""
    assert record(buyer=None).children("buyer") == []
    with pytest.raises(SourceError, match="there are 2"):
        record(buyer=[{}, {}]).child("buyer")


def test_what_a_part_omits_is_omitted_by_the_whole() -> None:
    one = record(owner={"kind": "person"})
    one.child("owner").omit("natural person")
    assert one.omitted == {"natural person": 1}
