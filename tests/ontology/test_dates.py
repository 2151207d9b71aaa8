"""Partial dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sousveil.ontology.dates import FIRST, LAST, Bounds, bounds, is_point


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("", FIRST, LAST),
        ("2012", "2012-01-01", "2012-12-31"),
        ("2015-02", "2015-02-01", "2015-02-28"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2018-10-31", "2018-10-31", "2018-10-31"),
        ("2017-09/2018", "2017-09-01", "2018-12-31"),
        ("2018-05/2018", "2018-05-01", "2018-12-31"),
        ("2019/..", "2019-01-01", LAST),
        ("2019/", "2019-01-01", LAST),
        ("../2020-01-31", FIRST, "2020-01-31"),
        ("2015~", "2015-01-01", "2015-12-31"),
        ("2015-06?", "2015-06-01", "2015-06-30"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2015-XX", "2015-01-01", "2015-12-31"),
        ("2015-06-XX", "2015-06-01", "2015-06-30"),
        ("2015-21", "2015-03-01", "2015-05-31"),
        ("2015-24", "2015-12-01", "2016-02-29"),
        ("2015~/2016-03", "2015-01-01", "2016-03-31"),
        ("2018-10-31T10:00:00Z", "2018-10-31", "2018-10-31"),
    ],
)
def test_bounds(text: str, first: str, last: str) -> None:
    assert bounds(text) == Bounds(first, last)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("24/03/2015", "ambiguous: write YYYY-MM-DD"),
        ("3/24/15", "ambiguous"),
        ("24.03.2015", "ambiguous"),
        ("01-02-2015", "ambiguous"),
        ("2018-02-30", "no such day"),
        ("2018-02-30~", "no such day"),
        ("2018-13", "no month 13"),
        ("2018-00-10", "no month 00"),
        ("2018/2017", "ends before it starts"),
        ("2018-1-5", "write 2018-01-05"),
        ("2015/03/24", "write 2015-03-24"),
        ("2018年10月31日", "write 2018-10-31"),
        ("0000", "no year 0000"),
        ("/", "not a date"),
        ("2018/2019/2020", "not a date"),
        ("March 2015", "not a date"),
        ("[2015,2016]", "not a date"),
        ("２０１５", "not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_advice(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        bounds(text)


def test_points_and_intervals() -> None:
    assert is_point("2015")
    assert is_point("2015~")
    assert not is_point("2015/2016")
    assert not is_point("")


days = st.dates(min_value=date(1, 1, 1))


@given(days)
def test_a_day_is_its_own_bounds(day: date) -> None:
    text = day.isoformat()
    assert bounds(text) == (text, text)


@given(days)
def test_less_precision_never_narrows(day: date) -> None:
    text = day.isoformat()
    year, month = bounds(text[:4]), bounds(text[:7])
    assert year.first <= month.first <= text <= month.last <= year.last
    after = date.fromisoformat(month.last)
    assert after == date.max or (after + timedelta(days=1)).day == 1


@given(days, days)
def test_an_interval_runs_from_its_start_to_its_end(one: date, other: date) -> None:
    start, end = sorted((one.isoformat(), other.isoformat()))
    assert bounds(f"{start}/{end}") == (start, end)
    assert bounds(f"{start}/..") == (start, LAST)
    assert bounds(f"../{end}") == (FIRST, end)
    if start < end:
        with pytest.raises(ValueError, match="ends before"):
            bounds(f"{end}/{start}")


@given(st.text(alphabet="0123456789-/.~?X年T", max_size=12))
def test_any_text_gives_days_or_advice(text: str) -> None:
    try:
        first, last = bounds(text)
    except ValueError:
        return
    assert FIRST <= first <= last <= LAST
    for day in {first, last} - {FIRST}:
        date.fromisoformat(day)
