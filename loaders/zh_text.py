"""Chinese web pages and texts as lines and tables, and the numbers and dates that stand in them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from sousveil.errors import SourceError

__all__ = ["Line", "Money", "Table", "blocks", "decoded", "headline", "money", "zh_date"]

_CELLS = 100_000
_SPAN = 100
_HEAD = 1 << 16
_LONGEST = 1 << 23
"""Most characters of a page: a notice of eight million characters is none."""

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_GB = {"gb2312", "gbk", "gb18030", "gb-2312", "gb_2312-80", "x-gbk", "cp936"}
_HAN = re.compile(r"[\u3400-\u9fff]")


def decoded(data: bytes) -> str | None:
    """The text of a page or text file; None if its encoding cannot be told.

    UTF-8 is tried before what the page declares: a page that was saved anew keeps its old
    declaration, and Chinese text in GB 18030 is never UTF-8 by chance. What declares gb2312 or
    gbk is read as GB 18030, which holds both and the characters of names that they lack.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"),
                       (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _mostly(data, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    match = _DECLARED.search(data[:4096])
    declared = match[1].decode("ascii").lower() if match else ""
    for name in ("big5hkscs" if declared.startswith("big5") else "",
                 "utf-8" if declared in ("utf-8", "utf8") else "", "gb18030"):
        if name and (text := _mostly(data, name)) is not None:
            return text
    return _mostly(data, "utf-8")


def _mostly(data: bytes, encoding: str) -> str | None:
    """The text if at most a few of its characters are broken; a name with such a one is left out
    later."""
    text = data.decode(encoding, "replace")
    return text if text.count("\ufffd") * 200 <= len(text) else None


class Line(NamedTuple):
    """A line of text with its number in the document, counted from 1."""

    number: int
    text: str


class Table(NamedTuple):
    """A table with its merged cells filled in, and the line number of each row."""

    numbers: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


_BLOCK = frozenset(re.findall(
    r"\w+",
    "address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 "
    "h5 h6 header hr li main nav ol option p pre section select table tbody thead tfoot tr ul td "
    "th title",
))
_SKIPPED = frozenset(("script", "style", "head", "noscript", "template", "button"))
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\u200b-\u200f\ufeff]")
_TAG = re.compile(r"<\s*(?:!doctype|html|body|div|p|table|span|br|h\d|td)\b", re.I)
_BLANK = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """The text without control characters, lone surrogates and characters of no width."""
    return _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))


def is_html(text: str) -> bool:
    """Whether the text is marked up."""
    return _TAG.search(text) is not None


class _Cell:
    def __init__(self, across: int, down: int) -> None:
        self.across, self.down = across, down
        self.parts: list[str | list[list[_Cell]]] = []

    def text(self) -> str:
        return "".join(p for p in self.parts if isinstance(p, str))

    def nested(self) -> bool:
        return any(isinstance(p, list) for p in self.parts)


def blocks(text: str) -> list[Line | Table]:
    """The lines and tables of a page or a text, in the order in which they are read."""
    text = plain(text)
    if len(text) > _LONGEST:
        raise SourceError("a notice of more than eight million characters", "")
    out = _Out()
    if is_html(text):
        _emit(_page(text), out)
    else:
        for line in text.splitlines():
            out.line(line)
    return out.found


class _Out:
    def __init__(self) -> None:
        self.found: list[Line | Table] = []
        self.number = 0

    def line(self, text: str) -> None:
        text = _BLANK.sub(" ", text).strip()
        if text:
            self.number += 1
            self.found.append(Line(self.number, text))

    def table(self, rows: list[list[_Cell]]) -> None:
        grid = _grid(rows)
        if max(map(len, grid), default=0) < 2:
            for row in grid:
                for cell in row:
                    for line in cell.split("\n"):
                        self.line(line)
            return
        numbers = []
        for _ in grid:
            self.number += 1
            numbers.append(self.number)
        if grid:
            self.found.append(Table(tuple(numbers), tuple(map(tuple, grid))))


def _page(text: str) -> _Cell:
    """The page as one cell, whose parts are texts and tables of cells."""
    from lxml import etree

    top = _Cell(1, 1)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return top
    if root is None:
        return top  # Nothing in it but markup.
    cells = [top]
    tables: list[list[list[_Cell]]] = []
    owners: list[int] = []
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if skipped is not None:
                continue
            if tag in _SKIPPED or not tag:
                skipped = element
                continue
            if tag == "table":
                rows: list[list[_Cell]] = []
                cells[-1].parts += ["\n", rows]
                tables.append(rows)
                owners.append(len(cells))
            elif tag == "tr" and tables and owners[-1] == len(cells):
                tables[-1].append([])
            elif tag in ("td", "th") and tables and owners[-1] == len(cells):
                if not tables[-1]:
                    tables[-1].append([])
                cell = _Cell(_span(element, "colspan"), _span(element, "rowspan"))
                tables[-1][-1].append(cell)
                cells.append(cell)
            elif tag in _BLOCK:
                cells[-1].parts.append("\n")
            if element.text:
                cells[-1].parts.append(element.text.replace("\n", " "))
            continue
        if skipped is None:
            if tag == "table":
                tables.pop()
                del cells[owners.pop():]
            elif tag in ("td", "th") and tables and owners[-1] < len(cells):
                cells.pop()
            elif tag in _BLOCK:
                cells[-1].parts.append("\n")
        elif skipped is element:
            skipped = None
        if skipped is None and element.tail:
            cells[-1].parts.append(element.tail.replace("\n", " "))
    return top


def _span(element: object, name: str) -> int:
    text = element.get(name) or "1"  # type: ignore[attr-defined]
    return min(int(text), _SPAN) if text.isascii() and text.isdigit() and int(text[:4]) else 1


def _emit(cell: _Cell, out: _Out) -> None:
    # Tables nest in tables: those that lay out the page are taken apart, the innermost are data.
    waiting: list[str | list[list[_Cell]]] = [*reversed(cell.parts)]
    text = ""
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            text += part
            continue
        for line in text.split("\n"):
            out.line(line)
        text = ""
        split = next((i for i, row in enumerate(part) if any(c.nested() for c in row)), None)
        if split is None:
            out.table(part)
            continue
        if part[:split]:
            out.table(part[:split])
        if rest := part[split + 1 :]:
            waiting.append(rest)
        for inner in reversed(part[split]):
            waiting += ["\n", *reversed(inner.parts)]
    for line in text.split("\n"):
        out.line(line)


def _grid(rows: list[list[_Cell]]) -> list[list[str]]:
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}
    count = 0
    for row in rows:
        found: list[str] = []

        def carry(found: list[str] = found) -> None:
            while (column := len(found)) in below:
                left, text = below.pop(column)
                found.append(text)
                if left > 1:
                    below[column] = (left - 1, text)

        for cell in row:
            carry()
            text = "\n".join(
                t for t in (_BLANK.sub(" ", line).strip() for line in cell.text().split("\n")) if t
            )
            for _ in range(cell.across):
                if cell.down > 1:
                    below[len(found)] = (cell.down - 1, text)
                found.append(text)
                count += 1
                if count > _CELLS:
                    return grid
        carry()
        if any(found):
            grid.append(found)
    return grid


def headline(text: str) -> str:
    """The title of a page: its own heading, else the title of the document; of a text, its first
    line."""
    text = plain(text)
    if not is_html(text):
        return next((line.strip() for line in text.splitlines() if line.strip()), "")
    for pattern in (r"<h1\b[^>]*>(.*?)</h1>", r"<h2\b[^>]*>(.*?)</h2>",
                    r"<title\b[^>]*>(.*?)</title>"):
        for match in re.finditer(pattern, text[:_HEAD], re.I | re.S):
            found = " ".join(_unmarked(match[1]).split())
            if re.search("公告|公示|结果|合同|意向", found):
                return re.split(r"\s*[-_|—]{1,2}\s*(?=[^-_|—]*(?:网|平台|中心)$)", found)[0]
    return next(
        (b.text for b in blocks(text) if isinstance(b, Line) and re.search(
            "(?:公告|公示)(?:表)?$", b.text) and len(b.text) < 120), "",
    )


def _unmarked(text: str) -> str:
    import html

    return html.unescape(re.sub(r"<[^>]{0,2000}>", " ", text))


# Numbers ----------------------------------------------------------------------------------------


class Money(NamedTuple):
    """An amount in units of its currency."""

    amount: str
    currency: str


_CURRENCIES = (
    ("USD", r"美元|美金|USD|US\$"), ("EUR", r"欧元|EUR|€"), ("HKD", r"港币|港元|HKD|HK\$"),
    ("JPY", r"日元|JPY"), ("GBP", r"英镑|GBP|£"),
)
_NUMBER = r"\d{1,3}(?:[,，]\s?\d{3})+(?:[.．]\d+)?|\d+(?:[.．]\d+)?"
_MONEY = re.compile(
    rf"(?P<sign>[¥￥$€£])?[：:]?\s*(?<![\d.．A-Za-z-])(?P<number>{_NUMBER})(?![\d]|\s*[%％‰])"
    r"\s*(?:[（(]\s*)?(?P<unit>亿元?|万\s*(?:元|美元|欧元|港元)?|元|圆|美元|欧元|港元|港币|日元)?"
    r"(?P<per>\s*(?:[/／]\s*[\u3400-\u9fffA-Za-z㎡]|每))?"
)
_RATE = re.compile(r"[%％‰]|费率|下浮|折扣|优惠率|上浮|系数|百分之")
_CAPITAL = re.compile(
    r"[零〇壹贰貳叁參肆伍陆陸柒捌玖拾佰仟万萬亿億]{2,}[元圆圓]"
    r"(?:[零壹贰叁肆伍陆柒捌玖]角)?(?:[零壹贰叁肆伍陆柒捌玖]分)?"
)
_SCALES = {"亿": 100_000_000, "万": 10_000, "": 1}


def money(text: str, unit: str = "") -> Money | None:
    """The one amount that a text says, in its `unit` (`元`, `万元`) where it says none itself.

    None if there is none, if there are several that differ, if no unit is said at all, or if it
    is a rate: a discount of 20 % is no amount.
    """
    text = text.replace("\u3000", " ")
    found: set[Decimal] = set()
    for match in _MONEY.finditer(text):
        said = (match["unit"] or "").replace(" ", "")
        if said and match["per"]:
            return None  # 35元/台 is a price for one.
        scale = said or unit or ("元" if match["sign"] else "")
        if not scale or (said == "" and not match["sign"] and _dated(text, match.end())):
            continue
        try:
            number = Decimal(re.sub(r"[,，\s]", "", match["number"]).replace("．", "."))
        except InvalidOperation:
            continue
        if unit == "万元" and said == "元" and number < _SCALES["万"]:
            return None  # The label says 万元 and the value 元: a contract over 128.5 yuan is none.
        found.add(number * _SCALES[scale[0] if scale[0] in "亿万" else ""])
    if not found:
        worded = (_capital(m[0]) for m in _CAPITAL.finditer(text))
        found = {value for value in worded if value is not None}
    if _RATE.search(text) or len(found) != 1:
        return None
    value = found.pop()
    if not value or value >= Decimal(10) ** 13:
        return None
    plainly = format(value, "f")
    if "." in plainly:
        plainly = plainly.rstrip("0").rstrip(".")
    currency = next((c for c, words in _CURRENCIES if re.search(words, text + unit)), "CNY")
    return Money(plainly, currency)


def _dated(text: str, at: int) -> bool:
    return text[at : at + 1] in ("年", "月", "日", "号", "天", "套", "台", "-", "/")


_DIGITS = {c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")} | {
    "〇": 0, "貳": 2, "參": 3, "陸": 6}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _capital(text: str) -> Decimal | None:
    """The value of an amount in the numerals of cheques, such as 陆万肆仟元."""
    total = section = digit = 0
    cents = Decimal(0)
    for c in text.replace("萬", "万").replace("億", "亿").replace("圆", "元").replace("圓", "元"):
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _PLACES:
            section += (digit or 1) * _PLACES[c]
            digit = 0
        elif c == "万":
            total += (section + digit) * _SCALES[c]
            section = digit = 0
        elif c == "亿":
            total = (total + section + digit) * _SCALES[c]
            section = digit = 0
        elif c == "元":
            total, section = total + section + digit, 0
            digit = 0
        elif c == "角":
            cents += Decimal(digit) / 10
            digit = 0
        elif c == "分":
            cents += Decimal(digit) / 100
    return total + cents if total else None


_HAN_DIGITS = str.maketrans(
    "〇○Ｏ零一二三四五六七八九０１２３４５６７８９", "00001234567890123456789"
)
_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s*(?:年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?"
    r"|[-/.．](\d{1,2})[-/.．](\d{1,2})(?!\d))"
)
_HAN_MONTH = re.compile(r"(?<=[年月])\s*([一二三]?十[一二三四五六七八九]?)(?=\s*[月日号])")


def zh_date(text: str) -> str:
    """The first date of a text as EDTF; empty if there is none.

    The year stands first in every notation that is read, so that nothing is guessed.
    """
    text = _HAN_MONTH.sub(lambda m: str(_tens(m[1])), text[:400]).translate(_HAN_DIGITS)
    for match in _DATE.finditer(text):
        month, day = match[2] or match[4], match[3] or match[5]
        try:
            found = date(int(match[1]), int(month), int(day or 1))
        except ValueError:
            continue
        return found.isoformat() if day else found.isoformat()[:7]
    return ""


def _tens(text: str) -> int:
    tens, _, ones = text.partition("十")
    digits = "〇一二三四五六七八九"
    return (digits.index(tens) if tens else 1) * 10 + (digits.index(ones) if ones else 0)
