"""Pictures: a small graph as SVG with links, laid out by Graphviz, drawn by a template of ours.

Every box is a link and every line says what it is; the text beside the picture says the same. To
take a picture away there is an SVG file with its style inside, and a PNG made from that file.
"""

from __future__ import annotations

import math
import re
import threading
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from flask import Response, abort, render_template

from sousveil.errors import ConfigError
from sousveil.web.language import say, schema, standing_words

__all__ = [
    "MOST", "TURNED", "Arrow", "Box", "NoFont", "Picture", "draw", "file", "legend", "of_graph",
    "png", "size", "standalone", "words",
]

MOST = 60
"""Boxes that a picture holds; with more nobody reads it."""
_WIDE = 176
_LINE = 17
_PAD = 11
_CHARACTERS = 22.0
TURNED = ("SELLER", "MANUFACTURER", "AGENT", "BIDDER")
"""Roles that are drawn from the party to the transaction, as goods flow."""
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
    more: str = ""
    """The address of the picture with its relations added, or taken away if it is open."""
    open: bool = False


class Arrow(msgspec.Struct, frozen=True):
    """An edge, in the direction in which goods or control flow."""

    start: str
    end: str
    label: str
    standing: str = ""
    contested: bool = False

    @property
    def said(self) -> str:
        """The label as it stands beside the line: colour alone does not say that it is contested.
        """
        return say("{label} (contested)", label=self.label) if self.contested else self.label


class Placed(NamedTuple):
    """A box with its place, lines of text and size in pixels."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    below: tuple[str, ...]


class Drawn(NamedTuple):
    """An arrow with its curve and the place of its label."""

    arrow: Arrow
    curve: str
    tip: str
    """The head of the arrow."""
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
            numbers[arrow.start], numbers[arrow.end], key=str(n), label=arrow.said, fontsize="12"
        )
    with _layout:
        graph.layout(prog="dot")
    _, _, width, height = (float(v) for v in graph.graph_attr["bb"].split(","))
    placed = []
    for box in kept:
        x, y = (float(v) for v in graph.get_node(numbers[box.id]).attr["pos"].split(","))
        placed.append(Placed(
            box, x - _WIDE / 2, height - y - heights[box.id] / 2, _WIDE, heights[box.id],
            *lines[box.id],
        ))
    drawn = []
    for n, arrow in enumerate(shown):
        edge = graph.get_edge(numbers[arrow.start], numbers[arrow.end], key=str(n))
        x, y = (float(v) for v in edge.attr["lp"].split(","))
        drawn.append(Drawn(arrow, *_curve(edge.attr["pos"], height), x, height - y + 4))
    return Picture(
        title, math.ceil(width), math.ceil(height), tuple(placed), tuple(drawn),
        len(boxes) - len(kept),
    )


def _curve(position: str, height: float) -> tuple[str, str]:
    """The line and the head of a spline as Graphviz writes it: `e,x,y x,y x,y …`, `e` the tip."""
    tip: tuple[float, float] | None = None
    points = []
    for part in position.replace("\\\n", "").split():
        *mark, x, y = part.split(",")
        at = float(x), height - float(y)
        if mark:
            tip = at
        else:
            points.append(at)
    start, *rest = points
    end = points[-1]
    tip = tip or end
    curve = f"M{start[0]:.1f} {start[1]:.1f} C" + " ".join(f"{x:.1f} {y:.1f}" for x, y in rest)
    # Across the line, half as wide as the head is long.
    dx, dy = (tip[1] - end[1]) / 2.5, (end[0] - tip[0]) / 2.5
    return curve, (
        f"M{tip[0]:.1f} {tip[1]:.1f} L{end[0] + dx:.1f} {end[1] + dy:.1f} "
        f"L{end[0] - dx:.1f} {end[1] - dy:.1f} z"
    )


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
    contested: Collection[str] = (), more: Mapping[str, tuple[str, bool]] | None = None,
) -> Picture:
    """The picture of a networkx graph that `to_networkx` made, or one with the same attributes.

    A store's roles lead from the transaction to the party; they are turned where goods flow the
    other way, as a paths answer has them already. Of such an answer the arrows are marked on which
    nothing but `contested` paths rests. `more` has, of nodes that can be opened, the address that
    does so and whether they are open.
    """
    known = schema().relations
    more = more or {}
    boxes = [
        Box(id_, str(data.get("name") or data.get("title") or id_), str(data.get("class", "")),
            hrefs(data.get("class", ""), id_), str(data.get("date") or data.get("name_zh") or ""),
            id_ == centre, *more.get(id_, ()))
        for id_, data in graph.nodes(data=True)
    ]
    arrows = []
    for start, end, data in graph.edges(data=True):
        relation = known[data["relation"]]
        if data["relation"] in TURNED and graph.graph.get("of") != "paths":
            start, end = end, start
        arrows.append(Arrow(
            start, end, relation.label, str(data.get("standing", "")),
            data.get("contested", False)
            or (bool(data.get("paths")) and set(data["paths"]) <= set(contested)),
        ))
    boxes.sort(key=lambda b: b.id != centre)
    return draw(title, boxes, arrows)


def words(picture: Picture) -> list[str]:
    """The alternative for those who do not see the picture: its arrows, one after the other."""
    names = {p.box.id: p.box.text for p in picture.boxes}
    standings = schema().concepts["standing"]
    return [
        say(", ").join([
            f"{names[d.arrow.start]} → {names[d.arrow.end]}{say(': ')}{d.arrow.label}",
            *([standings[d.arrow.standing].label] if d.arrow.standing else []),
            *([say("contested")] if d.arrow.contested else []),
        ])
        for d in picture.arrows
    ]


# Taking a picture away ------------------------------------------------------------------------

_LARGEST = 8_000_000
"""Pixels of a PNG; a larger picture is drawn at fewer pixels for each of its units."""
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BELOW = 22
"""Height of a line of the legend."""


class NoFont(ConfigError):
    """A PNG was asked for with characters of which this machine has no font."""


def legend(picture: Picture) -> list[tuple[str, str, str]]:
    """What boxes and lines of this picture mean: `box` or `line`, a class of style, and words."""
    known = schema().classes
    found = [
        ("box", cls.lower(), known[cls].label if cls in known else say("organisation"))
        for cls in sorted({p.box.cls for p in picture.boxes})
    ]
    arrows = [d.arrow for d in picture.arrows]
    for style, said, of in (
        ("stated", say("stated by a source"), [a for a in arrows if a.standing != "inferred"]),
        ("standing-inferred", standing_words("inferred"),
         [a for a in arrows if a.standing == "inferred"]),
        ("contested", say("contested"), [a for a in arrows if a.contested]),
    ):
        if of:
            found.append(("line", style, said))
    return found


def file(picture: Picture, form: str, name: str, dataset: str) -> Response:
    """The picture as a file, `svg` or `png`, to be saved under this name."""
    svg = standalone(picture, dataset)
    if form == "svg":
        response = Response(svg, mimetype="image/svg+xml")
    else:
        try:
            response = Response(png(svg, *size(picture)), mimetype="image/png")
        except NoFont as error:
            abort(406, f"{error}: {error.hint}")
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.{form}")
    return response


def size(picture: Picture) -> tuple[float, float]:
    """Width and height of the file, in units of the picture: beneath it stands the legend."""
    return max(picture.width, 480) + 24, picture.height + _BELOW * (len(legend(picture)) + 2) + 30


def standalone(picture: Picture, dataset: str) -> str:
    """The picture as an SVG file: style, legend, words and the data set inside, no links."""
    width, height = size(picture)
    svg = render_template(
        "picture.svg", p=picture, key=legend(picture), width=width, height=height, step=_BELOW,
        dataset=dataset, text=". ".join(words(picture)),
    )
    return _NO_XML.sub("\ufffd", svg)


def png(svg: str, width: float, height: float, fonts: Any = None) -> bytes:
    """An SVG picture of this size as PNG; raises NoFont rather than draw empty boxes for letters.

    Typst draws it (resvg), with the fonts of the machine and the Latin ones that it brings along,
    or with the `typst.Fonts` that are given.
    """
    import typst  # slow to load, and few ask for a PNG

    fonts = fonts or _fonts()
    _check_fonts(svg, fonts)
    page = (
        b"#set page(width: auto, height: auto, margin: 0pt)\n"
        b'#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)'
    )
    scale = min(2.0, math.sqrt(_LARGEST / (width * height)))
    found = typst.compile(
        page, format="png", font_paths=fonts, ppi=72 * scale,
        sys_inputs={"svg": svg, "width": str(width)},
    )
    assert isinstance(found, bytes)  # one page
    return found


def _check_fonts(text: str, fonts: Any) -> None:
    import typst

    letters = sorted(
        {c for c in text if c.isprintable() and unicodedata.category(c)[0] not in "MZ"}
    )
    try:
        # The archival form of PDF refuses letters that no font has; nothing else tells of them.
        typst.compile(
            b'#set document(title: "letters")\n#text(sys.inputs.letters)', format="pdf",
            font_paths=fonts, pdf_standards=["a-2u"], sys_inputs={"letters": " ".join(letters)},
        )
    except typst.TypstError as error:
        raise NoFont(
            "no font on this server has all the letters of this picture",
            "take the SVG, which is drawn with the reader's fonts, or install Noto Sans CJK here",
        ) from error


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts()
