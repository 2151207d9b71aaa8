"""End users by area: the provinces of China as a grid of tiles, other areas as a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sousveil.ontology.places import chinese_name, country_place
from sousveil.queries import get
from sousveil.web.app import store
from sousveil.web.common import TIMEOUT

__all__ = ["Area", "Areas", "areas"]

TILES = {
    "HL": (7, 0, "黑龙江"),
    "NM": (4, 1, "内蒙古"), "JL": (7, 1, "吉林"),
    "XJ": (0, 2, "新疆"), "GS": (2, 2, "甘肃"), "NX": (3, 2, "宁夏"), "SX": (4, 2, "山西"),
    "HE": (5, 2, "河北"), "BJ": (6, 2, "北京"), "LN": (7, 2, "辽宁"),
    "QH": (2, 3, "青海"), "SN": (3, 3, "陕西"), "HA": (4, 3, "河南"), "SD": (5, 3, "山东"),
    "TJ": (6, 3, "天津"),
    "XZ": (1, 4, "西藏"), "SC": (2, 4, "四川"), "CQ": (3, 4, "重庆"), "HB": (4, 4, "湖北"),
    "AH": (5, 4, "安徽"), "JS": (6, 4, "江苏"), "SH": (7, 4, "上海"),
    "YN": (2, 5, "云南"), "GZ": (3, 5, "贵州"), "HN": (4, 5, "湖南"), "JX": (5, 5, "江西"),
    "ZJ": (6, 5, "浙江"),
    "GX": (3, 6, "广西"), "GD": (4, 6, "广东"), "FJ": (5, 6, "福建"),
    "HI": (3, 7, "海南"), "MO": (4, 7, "澳门"), "HK": (5, 7, "香港"),
}
"""Column, row and name of each tile, roughly where the area lies; by ISO 3166-2 without `CN-`."""


class Area(NamedTuple):
    """A country or subdivision, with the bodies there that received something."""

    code: str
    name: str
    name_zh: str
    bodies: tuple[tuple[str, str], ...]
    """Id and name of each, by name."""


class Tile(NamedTuple):
    """An area of China in the grid; `shade` runs from 0, no end user, to 4, the most."""

    code: str
    name: str
    sign: str
    column: int
    row: int
    bodies: int
    shade: int


class Areas(NamedTuple):
    """Every area with its bodies, those with the most first, and the grid, if one is of China."""

    found: tuple[Area, ...]
    tiles: tuple[Tile, ...]
    unplaced: int
    """Bodies of which no country is stated."""


def areas(rows: Iterable[Mapping[str, Any]]) -> Areas | None:
    """The areas of the end users in rows of supply; None if they have none.

    A body counts in its subdivision, and in its country where no subdivision is stated.
    """
    ids = {i for row in rows for i in _end_users(row)}
    names: dict[str, str] = {}
    places: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in get("bodies").run(store(), TIMEOUT, ids=sorted(ids)).dicts() if ids else ():
        names[row["id"]] = row["name"]
        places[row["id"]][row["place_kind"] or ""].add(row["place"] or "")
    inside: dict[str, list[str]] = defaultdict(list)
    for id_, found in places.items():
        for code in found.get("subdivision") or found.get("country") or ():
            inside[code].append(id_)
    if not inside:
        return None
    listed = [
        Area(code, getattr(country_place(code), "name", code), chinese_name(code) or "",
             tuple(sorted(((i, names[i]) for i in bodies), key=lambda b: (b[1], b[0]))))
        for code, bodies in inside.items()
    ]
    listed.sort(key=lambda a: (-len(a.bodies), a.name))
    placed = {i for bodies in inside.values() for i in bodies}
    return Areas(tuple(listed), _grid(inside), len(names.keys() - placed))


def _end_users(row: Mapping[str, Any]) -> Iterable[str]:
    if "end_users" in row:
        return row["end_users"] or ()
    return [row["end_user"]] if row.get("end_user") else ()


def _grid(inside: Mapping[str, list[str]]) -> tuple[Tile, ...]:
    most = max((len(inside.get(f"CN-{code}", ())) for code in TILES), default=0)
    if not most:
        return ()
    tiles = []
    for code, (column, row, sign) in TILES.items():
        number = len(inside.get(f"CN-{code}", ()))
        name = getattr(country_place(f"CN-{code}"), "name", code)
        tiles.append(Tile(
            f"CN-{code}", name, sign, column, row, number, -(-4 * number // most)
        ))
    return tuple(tiles)
