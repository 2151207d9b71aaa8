"""The interface in Chinese: the same addresses below `/zh`, the same pages in other words.

What is written in templates as `t("…")` has its Chinese here; classes, relations and concepts have
it in the ontology. Standings keep their strength: each has words of its own. Pages that are not
translated say so, and are marked as English within the Chinese frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import msgspec
from flask import has_request_context, request

from sousveil.ontology import Schema
from sousveil.queries import words

__all__ = ["CHINESE", "PREFIX", "TRANSLATED", "Prefixed", "language", "words_of"]

PREFIX = "/zh"
TRANSLATED = ("pages.home", "pages.about", "pages.search")
"""Pages whose content is Chinese below the prefix; of the others the frame is."""

CHINESE = {
    # The frame
    "Skip to the content": "跳到正文",
    "Main": "主导航",
    "Paths": "供应路径",
    "Queries": "查询",
    "Compare": "比较",
    "Network": "关系网络",
    "About": "关于",
    "Search": "搜索",
    "Search by name": "按名称搜索",
    "Company, bureau, product …": "公司、公安局、产品……",
    "Data set": "数据集",
    "Correct an error or reply": "更正或回应",
    "What a page says is what its sources say. Each statement names who makes it, and on what "
    "evidence.": "页面内容均为其来源所述。每项陈述都注明由谁作出、依据何种证据。",
    "This page is not translated: what sources and claims say is shown in English.":
        "本页尚未翻译：来源与陈述的内容以英文显示。",
    # Home
    "Who supplies surveillance, to whom, and who says so": "谁向谁供应监控技术，依据谁的说法",
    "Sousveil follows surveillance technology from the company that makes it, through "
    "subsidiaries and resellers, to the public body that uses it. Every step names its evidence, "
    "and what the companies answer stands beside it.":
        "Sousveil 追踪监控技术从制造公司，经子公司和经销商，到使用它的公共机构的流向。每一步都"
        "注明证据，"
        "公司的回应与之并列。",
    "Search by name, in Latin script, Chinese or pinyin": "按名称搜索：拉丁字母、中文或拼音",
    "Paths from EU companies to Chinese public security bureaus":
        "从欧盟公司到中国公安局的供应路径",
    "What is in this data set": "本数据集的内容",
    "Newest sources": "最新来源",
    "publisher not stated": "发布者未注明",
    "How to read this site": "如何阅读本网站",
    "An organisation concerned says so itself.": "相关组织自己如此表示。",
    "A procurement record, register or official document says so.":
        "采购记录、登记册或官方文件如此记载。",
    "A company published it about itself.": "公司自行发布的关于自身的内容。",
    "A report or the press says so.": "报告或媒体如此报道。",
    "The editors concluded it, and say why.": "由编辑推断，并说明理由。",
    "Somebody disputes it or does not confirm it; the answer stands beside it.":
        "有人提出异议或未予确认；其回应并列于旁。",
    "Method, corrections and replies": "方法、更正与回应",
    # Standings, as queries/words.py has them
    "confirmed by a party": "经当事方确认",
    "documented in a record": "有记录记载",
    "published by a party itself": "当事方自行发布",
    "reported": "据报道",
    "inferred, not stated by any source": "推断得出，无来源明示",
    "contested": "有争议",
    # About
    "Method": "方法",
    "Everything here rests on claims. A claim is what one author says in one document, with the "
    "place where it can be read. Sousveil does not decide what is true: it says who says it, on "
    "what basis, and who disagrees.":
        "这里的一切都以陈述为依据。一项陈述是一位作者在一份文件中所说的内容，并注明可查阅之处。"
        "Sousveil "
        "不判定真伪，只说明由谁说、依据什么、谁不同意。",
    "A path is shown only where each step is claimed: who owned whom at the date of the sale, who "
    "made and who sold, who bought and who uses. Sales are never joined because they share a "
    "reseller; they are joined only where the same goods are documented in both, and then the path "
    "is marked inferred. A brand named in a tender, a bidding agent and a losing bidder never make "
    "a path.":
        "只有每一步都有陈述支持时才显示路径：销售当日谁拥有谁、谁制造、谁销售、谁购买、谁使用。"
        "不会因为经销商"
        "相同就把两次销售连接起来；只有两次销售都记载了同一货物时才连接，并且该路径标为推断。招"
        "标文件提到的品牌、"
        "采购代理机构和未中标的投标人都不构成路径。",
    "A date is as precise as its source. Where a date leaves open whether a company was owned at "
    "the time, the path is marked inferred.":
        "日期的精确程度与其来源相同。如果日期无法确定公司当时是否归属，该路径标为推断。",
    "How strongly something is said": "陈述的力度",
    "Somebody disputes it, or was asked and does not confirm it. The answer stands beside it, and "
    "the standing stays what its evidence gives.":
        "有人提出异议，或被询问后未予确认。其回应并列于旁，而证据所给出的力度不变。",
    "Every claim has an address of its own. Write to the publisher of this site with that address, "
    "what is wrong, and where the right statement can be read. A reply of an organisation "
    "concerned is added as its own claim and shown wherever the claim is shown.":
        "每项陈述都有自己的网址。请将该网址、错误之处以及正确内容的出处告知本网站的发布者。相关"
        "组织的回应会作为"
        "其自身的陈述加入，并在显示该陈述之处一并显示。",
    "Natural persons are not part of the data.": "数据不包含自然人。",
    "Licence": "许可",
    "The software is licensed under Apache-2.0. The curated data are licensed under CC BY 4.0 and "
    "cite their sources; the sources keep their own licences, named on their pages.":
        "软件以 Apache-2.0 许可发布。整理的数据以 CC BY 4.0 许可发布并注明来源；来源保留各自的"
        "许可，见其页面。",
    "Coverage and known gaps": "覆盖范围与已知缺口",
    "What the sources leave open, computed from the data:": "来源未说明之处，由数据计算得出：",
    "all": "全部",
    "The first 100 of": "前 100 项，总数",
    # Search
    "Name, in Latin script, Chinese or pinyin": "名称：拉丁字母、中文或拼音",
    "found for": "项结果，搜索",
    "or more": "或更多",
    "try fewer letters, or another spelling or script": "请减少字母，或换一种拼写或文字",
}
"""The Chinese of every English text of the interface."""

_DEFINITIONS = {
    "confirmed": "相关组织确认了他人所述的内容。",
    "documented": "采购记录、登记册或官方文件记载了它。",
    "self-published": "当事方自行发布了它。",
    "reported": "报告、媒体或倡导组织报道了它。",
    "inferred": "由编辑推断得出；没有来源如此表述。",
}


class Prefixed:
    """The application, with the same pages below `/zh`."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Move the prefix to where `url_for` adds it to every address."""
        path = environ.get("PATH_INFO", "")
        if path == PREFIX or path.startswith(f"{PREFIX}/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + PREFIX
            environ["PATH_INFO"] = path.removeprefix(PREFIX) or "/"
            environ["sousveil.chinese"] = True
        return self._app(environ, start_response)


def chinese() -> bool:
    """Whether the frame of this page is Chinese."""
    return has_request_context() and bool(request.environ.get("sousveil.chinese"))


def language() -> str:
    """The language of the content of this page."""
    return "zh-Hans" if chinese() and request.endpoint in TRANSLATED else "en"


def words_of() -> dict[str, Any]:
    """What templates ask for: words of the content, words of the frame, labels, the other page."""
    content = language() == "zh-Hans"
    frame = CHINESE.get if chinese() else None
    found: dict[str, Any] = {
        "t": (lambda text: CHINESE.get(text, text)) if content else str,
        "frame": (lambda text: frame(text, text)) if frame else str,
        "chinese": chinese(), "content_language": language(), "switch": _switch(),
    }
    if content:
        found["schema"] = _schema()
    return found


def _switch() -> str:
    """The address of this page in the other language."""
    root = request.script_root.removesuffix(PREFIX) if chinese() else request.script_root + PREFIX
    question = request.query_string.decode("ascii", "replace")
    return f"{root}{request.path}" + (f"?{question}" if question else "")


@cache
def _schema() -> Schema:
    """The ontology with its Chinese labels where the English ones are."""
    schema = Schema.load()
    replace = msgspec.structs.replace
    return replace(
        schema,
        classes={n: replace(c, label=c.label_zh, plural=c.label_zh)
                 for n, c in schema.classes.items()},
        concepts={
            scheme: {i: replace(c, label=c.label_zh, definition=_DEFINITIONS.get(i, c.definition)
                                if scheme == "standing" else c.definition)
                     for i, c in concepts.items()}
            for scheme, concepts in schema.concepts.items()
        },
    )


def standing_words(standing: str) -> str:
    """A standing in the words of the page's language."""
    text = words.standing_words(standing)
    return CHINESE[text] if language() == "zh-Hans" else text


def date_words(date: str) -> str:
    """A date in the words of the page's language; see `sousveil.queries.words.date_words`."""
    if language() == "en":
        return words.date_words(date)
    start, slash, end = date.partition("/")
    if not slash:
        return date or "日期未注明"
    if start in ("..", ""):
        return f"不晚于 {end}，无更确切日期"
    return f"{start} 或之后" if end in ("..", "") else f"{start} 至 {end} 之间"
