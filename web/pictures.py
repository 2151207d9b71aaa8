"""Pictures: a small graph as SVG with links, laid out by Graphviz, drawn by a template of ours.

Every box is a link and every line says what it is; the text beside the picture says the same.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

import msgspec

from sousveil.ontology import Schema

__all__ = ["Arrow", "Box", "Picture", "draw", "of_graph", "words"]

MOST = 60
"""Boxes that a picture holds; with more nobody reads it."""
_WIDE = 168
_LINE = 17
_PAD = 11
_CHARACTERS = 22.0
_TURNED = ("SELLER", "MANUFACTURER", "AGENT", "BIDDER")
_layout = threading.Lock()
"""Graphviz keeps state of its own: one layout at a time."""


class Box(msgspec.Struct, frozen=True):
    """A node: what it is called, what it is, and where its page is."""

    id: str
    text: str
    cls: str
    href: str
    below: str = ""
    """A second name, or the date of a transaction."""
    strong: bool = False


class Arrow(msgspec.Struct, frozen=True):
    """An edge, in the direction in which goods or control flow."""

    start: str
    end: str
    label: str
    standing: str = ""
    contested: bool = False
    href: str = ""


class Placed(NamedTuple):
    """A box with its place, lines of text and size in pixels."""

    box: Box
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    below: tuple[str, ...]


class Drawn(NamedTuple):
    """An arrow with its curve and the place of its label."""

    arrow: Arrow
    curve: str
    x: float
    y: float


class Picture(NamedTuple):
    """What the template draws, in pixels."""

    title: str
    width: float
    height: float
    boxes: tuple[Placed, ...]
    arrows: tuple[Drawn, ...]
    omitted: int
    """Boxes that did not fit."""


def draw(
    title: str, boxes: Sequence[Box], arrows: Sequence[Arrow], downwards: bool = False
) -> Picture:
    """Lay out a picture. Beyond MOST boxes the rest is left out, and counted."""
    import pygraphviz  # slow to load, and only pages with pictures need it

    kept = list(boxes)[:MOST]
    ids = {box.id for box in kept}
    lines = {box.id: (_wrapped(box.text, 4), _wrapped(box.below, 2)) for box in kept}
    heights = {i: 2 * _PAD + _LINE * (len(a) + len(b)) for i, (a, b) in lines.items()}
    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(
        rankdir="TB" if downwards else "LR", nodesep="0.3", ranksep="0.45", splines="true",
    )
    graph.node_attr.update(shape="box", fixedsize="true", label="", width=str(_WIDE / 72))
    numbers = {box.id: str(n) for n, box in enumerate(kept)}
    for box in kept:
        graph.add_node(numbers[box.id], height=str(heights[box.id] / 72))
    shown = [a for a in arrows if a.start in ids and a.end in ids]
    for n, arrow in enumerate(shown):
        graph.add_edge(
            numbers[arrow.start], numbers[arrow.end], key=str(n), label=arrow.label, fontsize="12"
        )
    with _layout:
        graph.layout(prog="dot")
    _, _, width, height = (float(v) for v in graph.graph_attr["bb"].split(","))
    placed = []
    for box in kept:
        x, y = (float(v) for v in graph.get_node(numbers[box.id]).attr["pos"].split(","))
        placed.append(Placed(
            box, x - _WIDE / 2, height - y - heights[box.id] / 2, heights[box.id], *lines[box.id]
        ))
    drawn = []
    for n, arrow in enumerate(shown):
        edge = graph.get_edge(numbers[arrow.start], numbers[arrow.end], key=str(n))
        x, y = (float(v) for v in edge.attr["lp"].split(","))
        drawn.append(Drawn(arrow, _curve(edge.attr["pos"], height), x, height - y + 4))
    return Picture(
        title, math.ceil(width), math.ceil(height), tuple(placed), tuple(drawn),
        len(boxes) - len(kept),
    )


def _curve(position: str, height: float) -> str:
    """The path of a spline (`e,x,y x,y x,y …`), ending at the tip of its arrow."""
    end = ""
    points = []
    for part in position.replace("\\\n", "").split():
        fields = part.split(",")
        if fields[0] in ("e", "s"):
            if fields[0] == "e":
                end = f" L{float(fields[1]):.1f} {height - float(fields[2]):.1f}"
            continue
        points.append((float(fields[0]), height - float(fields[1])))
    start, *rest = points
    curve = f"M{start[0]:.1f} {start[1]:.1f} C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in rest)
    return curve + end


def _wrapped(text: str, most: int) -> tuple[str, ...]:
    """The text in lines that fit into a box; a Chinese character is two letters wide."""
    lines: list[str] = []
    line = ""
    # No more of the text than can stand in the box: a name may be a page long.
    for word in _words(text[: int(_CHARACTERS) * (most + 1)]):
        if line and _width(line + word) > _CHARACTERS:
            lines.append(line.strip())
            line = ""
        while _width(word) > _CHARACTERS:
            cut = next(n for n in range(len(word), 0, -1) if _width(word[:n]) <= _CHARACTERS)
            lines.append(word[:cut])
            word = word[cut:]
        line += word
    if line.strip():
        lines.append(line.strip())
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip() + "…"]
    return tuple(lines)


def _words(text: str) -> list[str]:
    found: list[str] = []
    for character in text:
        if found and not found[-1].endswith((" ", "-")) and not _han(character):
            found[-1] += character
        else:
            found.append(character)
    return found


def _width(text: str) -> float:
    return sum(1.75 if _han(c) else 1.0 for c in text.rstrip())


def _han(character: str) -> bool:
    return "\u2e80" <= character <= "\uffef"


def of_graph(
    graph: Any, title: str, hrefs: Callable[[str, str], str], centre: str = "",
    contested: Collection[str] = (),
) -> Picture:
    """The picture of a networkx graph that `to_networkx` made, or one with the same attributes.

    A store's roles lead from the transaction to the party; they are turned where goods flow the
    other way, as a paths answer has them already. Of such an answer the arrows are marked on which
    nothing but `contested` paths rests.
    """
    schema = Schema.load()
    boxes = [
        Box(id_, str(data.get("name") or data.get("title") or id_), str(data.get("class", "")),
            hrefs(data.get("class", ""), id_), str(data.get("date") or data.get("name_zh") or ""),
            id_ == centre)
        for id_, data in graph.nodes(data=True)
    ]
    arrows = []
    for start, end, data in graph.edges(data=True):
        relation = schema.relations[data["relation"]]
        if data["relation"] in _TURNED and graph.graph.get("of") != "paths":
            start, end = end, start
        arrows.append(Arrow(
            start, end, relation.label, str(data.get("standing", "")),
            data.get("contested", False)
            or (bool(data.get("paths")) and set(data["paths"]) <= set(contested)),
        ))
    boxes.sort(key=lambda b: (b.id != centre, b.id))
    return draw(title, boxes, arrows)


def words(picture: Picture) -> list[str]:
    """The alternative for those who do not see the picture: its arrows, one after the other."""
    names = {p.box.id: p.box.text for p in picture.boxes}
    return [
        f"{names[d.arrow.start]} → {names[d.arrow.end]}: {d.arrow.label}"
        + (f", {d.arrow.standing}" if d.arrow.standing else "")
        + (", contested" if d.arrow.contested else "")
        for d in picture.arrows
    ]
