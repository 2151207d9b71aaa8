"""Dossiers in files: HTML, Markdown, Word and PDF, each with every block and nothing else.

Text of the data is text in every format: it is escaped, and the type-setter gets it as data that
it prints, never as its own language.
"""

from __future__ import annotations

import base64
import datetime
import io
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from flask import Flask, render_template

from sousveil.errors import ConfigError
from sousveil.graph.interop import to_networkx
from sousveil.queries.dossier import (
    Block,
    Dossier,
    Facts,
    Heading,
    Items,
    Picture,
    Table,
    Text,
)
from sousveil.web import pictures

__all__ = ["FORMATS", "MissingLetters", "write"]

CHINESE = (
    "Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "Source Han Sans SC",
    "Songti SC", "SimSun", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei",
)
"""Fonts with Chinese letters, the first choice first; any other font that has a letter will do."""
_LETTERS = re.compile(r'the text `"(.+?)"` could not be displayed')
_URL = re.compile(r"https?://[\x21-\x7e]+")


class MissingLetters(ConfigError):
    """No font at hand has some of the letters: a page with boxes for them is not made."""


def write(found: Dossier, form: str, app: Flask, fonts: Path | None = None) -> bytes:
    """The dossier as a file of one of FORMATS; `fonts` is a folder of fonts beside the machine's.

    Raises MissingLetters for PDF and Word where no font has the letters of a name.
    """
    # The site's templates know the request of a page; here it stands for none.
    with app.test_request_context():
        return FORMATS[form](found, _fonts(fonts))


class _Drawn(NamedTuple):
    """A picture as SVG, its size in points, and its arrows in words."""

    svg: str
    width: float
    height: float
    words: list[str]


def _drawn(picture: Picture, dataset: str) -> _Drawn:
    graph = to_networkx(_Some((picture.path,), dataset))
    for id_, data in graph.nodes(data=True):
        data["class"] = picture.classes[id_]
    for number in picture.contested:
        step = picture.path.steps[number]
        for data in graph.get_edge_data(step.from_.id, step.to.id).values():
            if data["relation"] == step.relation:
                data["contested"] = True
    drawn = pictures.of_graph(graph, picture.title, lambda _, __: "")
    return _Drawn(
        pictures.standalone(drawn, dataset), *pictures.size(drawn), pictures.words(drawn)
    )


class _Some(NamedTuple):
    """A path, as `to_networkx` takes an answer."""

    paths: tuple[Any, ...]
    dataset: str


# HTML and Markdown -------------------------------------------------------------------------------


def _html(found: Dossier, _: Any) -> bytes:
    def image(picture: Picture) -> dict[str, Any]:
        drawn = _drawn(picture, found.dataset)
        return {"svg": base64.b64encode(drawn.svg.encode()).decode(), "words": drawn.words,
                "width": round(drawn.width), "height": round(drawn.height)}

    return render_template(
        "dossier.html", d=found, kind=lambda b: type(b).__name__, image=image, is_url=_is_url,
    ).encode()


def _is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


_ACTIVE = re.compile(r"([\\`*_\[\]<>|~$]|&(?=#?\w+;)|^[-+=#]|(?<=^\d)[.)]|:(?=//)|(?<=www)\.)")


def _plain(text: str) -> str:
    r"""The text for Markdown, in which no sign does anything but stand there.

    >>> print(_plain("# <b> | `x`"))
    \# \<b\> \| \`x\`
    """
    return _ACTIVE.sub(r"\\\1", text)


def _markdown(found: Dossier, _: Any) -> bytes:
    lines = [f"# {_plain(found.title)}", ""]
    for block in found.blocks:
        lines += [*_markdown_block(block, found.dataset), ""]
    return "\n".join(lines).encode()


def _markdown_block(block: Block, dataset: str) -> Iterator[str]:
    match block:
        case Heading(level, text):
            yield "#" * level + " " + _plain(text)
        case Text(text):
            yield _plain(text)
        case Items(items):
            yield from (f"- {_plain(item)}" for item in items)
        case Facts(rows):
            for label, value in rows:
                yield f"- **{_plain(label)}:** " + (
                    f"<{value}>" if _is_url(value) else _plain(value)
                )
        case Table(columns, rows):
            yield _row(columns)
            yield "|" + " --- |" * len(columns)
            yield from map(_row, rows)
        case Picture():
            yield "The chain as a picture would show it:"
            yield ""
            yield from (f"- {_plain(line)}" for line in _drawn(block, dataset).words)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(map(_plain, cells)) + " |"


# Word --------------------------------------------------------------------------------------------


def _docx(found: Dossier, fonts: Any) -> bytes:
    import docx
    from docx.oxml.ns import qn

    made = docx.Document()
    properties = made.core_properties
    properties.title, properties.author, properties.language = found.title, "Sousveil", "en-GB"
    properties.comments = f"Data set {found.dataset}"
    moment = datetime.datetime.fromisoformat(found.date)
    properties.created = properties.modified = moment
    style = made.styles["Normal"].element.get_or_add_rPr()
    names = style.get_or_add_rFonts()
    names.set(qn("w:eastAsia"), CHINESE[0])
    language = style.makeelement(qn("w:lang"))
    language.set(qn("w:val"), "en-GB")
    language.set(qn("w:eastAsia"), "zh-CN")
    style.append(language)
    _docx_page(made, f"Data set {found.dataset[:12]}, printed on {found.date}")
    made.add_heading(found.title, 0)
    for block in found.blocks:
        _docx_block(made, block, found.dataset, fonts)
    out = io.BytesIO()
    made.save(out)
    return _dated(out.getvalue())


def _docx_page(made: Any, foot: str) -> None:
    """A4, with room for tables, and at the foot of each page the data set and the page's number."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    (page,) = made.sections
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2.4)
    made.styles["Normal"].paragraph_format.space_after = Pt(4)
    made.styles["Footer"].font.size = Pt(8)
    (line,) = page.footer.paragraphs
    for text, name in ((foot + "\t\t", "PAGE"), (" / ", "NUMPAGES")):
        line.add_run(text)
        field = line._p.makeelement(qn("w:fldSimple"))
        field.set(qn("w:instr"), name)
        line._p.append(field)


_WIDTHS = (3.4, 6.6, 6.6)
"""Of the columns of a table, in centimetres."""


def _docx_table(made: Any, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    table = made.add_table(1, len(columns), "Table Grid")
    table.autofit = False
    _heads(table.rows[0], columns)
    for row in rows:
        made_row = table.add_row()
        # A claim and its place stay on one page.
        made_row._tr.get_or_add_trPr().append(made_row._tr.makeelement(qn("w:cantSplit")))
        for cell, text in zip(made_row.cells, row, strict=True):
            cell.text = text
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
        for cell in column.cells:
            cell.width = Cm(width)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    made.add_paragraph()


def _docx_block(made: Any, block: Block, dataset: str, fonts: Any) -> None:
    match block:
        case Heading(level, text):
            made.add_heading(text, level - 1)
        case Text(text):
            made.add_paragraph(text)
        case Items(items):
            for item in items:
                made.add_paragraph(item, "List Bullet")
        case Facts(rows):
            for label, value in rows:
                line = made.add_paragraph()
                line.add_run(f"{label}: ").bold = True
                line.add_run(value)
        case Table(columns, rows):
            _docx_table(made, columns, rows)
        case Picture():
            _docx_picture(made, _drawn(block, dataset), fonts)


def _heads(row: Any, columns: Iterable[str]) -> None:
    """The first row of a table, which Word repeats on each page and reads out with the cells."""
    from docx.oxml.ns import qn

    row._tr.get_or_add_trPr().append(row._tr.makeelement(qn("w:tblHeader")))
    for cell, text in zip(row.cells, columns, strict=True):
        cell.paragraphs[0].add_run(text).bold = True


def _docx_picture(made: Any, drawn: _Drawn, fonts: Any) -> None:
    from docx.shared import Cm

    try:
        image = pictures.png(drawn.svg, drawn.width, drawn.height, fonts)
    except pictures.NoFont:
        raise _missing("the picture") from None
    width = min(Cm(15), Cm(drawn.width / 40))
    shape = made.add_picture(io.BytesIO(image), width=width)
    shape._inline.docPr.set("descr", ". ".join(drawn.words))


def _dated(archive: bytes) -> bytes:
    """The same archive without the time of day, so that the same dossier is the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as read, zipfile.ZipFile(out, "w") as written:
        for name in read.namelist():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            written.writestr(info, read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


# PDF ---------------------------------------------------------------------------------------------


def _pdf(found: Dossier, fonts: Any) -> bytes:
    """PDF/UA-1 and PDF/A-2a: tagged, with a language, titles, texts for pictures, its own fonts.

    These refuse letters of which there is no font, which is how missing ones are noticed.
    """
    import typst

    def plain(block: Block) -> dict[str, Any]:
        if isinstance(block, Picture):
            drawn = _drawn(block, found.dataset)
            return {"type": "Picture", "svg": drawn.svg, "alt": ". ".join(drawn.words),
                    "width": drawn.width}
        return dict(msgspec.to_builtins(block))

    families = set(fonts.families())
    year, month, day = (int(part) for part in found.date.split("-"))
    data = {
        "title": found.title, "dataset": found.dataset, "date": found.date,
        "year": year, "month": month, "day": day, "blocks": [plain(b) for b in found.blocks],
        "fonts": ["Libertinus Serif", *(name for name in CHINESE if name in families)],
    }
    moment = datetime.datetime(year, month, day, tzinfo=datetime.UTC)
    # A folder with nothing in it is all that the type-setter could read from.
    with tempfile.TemporaryDirectory() as root:
        try:
            made = typst.compile(
                _template(), root=root, format="pdf", font_paths=fonts,
                sys_inputs={"data": msgspec.json.encode(data).decode()},
                pdf_standards=["ua-1", "a-2a"], timestamp=moment,
            )
        except typst.TypstError as error:
            letters = dict.fromkeys(_LETTERS.findall(error.diagnostic))
            if not letters:
                raise
            raise _missing("the PDF", "".join(letters)) from None
    assert isinstance(made, bytes)
    return made


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "templates" / "dossier.typ").read_bytes()


def _missing(what: str, letters: str = "") -> MissingLetters:
    some = f": {letters[:20]}" + ("…" if len(letters) > 20 else "") if letters else ""
    return MissingLetters(
        f"no font on this machine has all letters of {what}{some}",
        "install Noto CJK (Debian and Ubuntu: apt install fonts-noto-cjk), or name a folder of "
        "fonts with --fonts; HTML and Markdown are shown with the reader's own fonts",
    )


def _fonts(folder: Path | None) -> Any:
    """The machine's fonts, the Latin ones that the type-setter brings along, and a folder's."""
    import typst

    if folder is None:
        return typst.Fonts()
    if not folder.is_dir():
        raise ConfigError(f"{folder}: no folder of fonts", "name a folder with .ttf or .otf files")
    return typst.Fonts(font_paths=[str(folder)])


FORMATS: dict[str, Callable[[Dossier, Any], bytes]] = {
    "markdown": _markdown, "html": _html, "docx": _docx, "pdf": _pdf,
}
"""What writes a dossier, by the name of the format."""
