"""Chinese procurement notices: pages of ccgp.gov.cn and other sites, saved JSON, plain text.

Each notice is a source of its own. What it says of kinds, parties, lots and goods is read by
`zh_notice`; here it becomes claims.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Generator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.files import RECORD, json_items, members
from sousveil.loaders.making import Cited, clean, make_id, name_values, script, source_claims
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.zh_notice import Award, Item, Notice, is_company, parse
from sousveil.loaders.zh_text import decoded, headline, is_html, plain
from sousveil.ontology import Schema
from sousveil.ontology.identifiers import check_uscc

__all__ = ["Outcome", "loader", "notice_of", "outcome", "programmes_in"]

_CONTENT = ("content", "html", "noticeContent", "body", "text")
_TITLE = ("title", "noticeTitle")
_URL = ("url", "link", "data_url")
_DATE = ("published_ts", "publishDate", "pubDate", "publish_time", "date")
_KIND = ("announce_type", "noticeType", "type")
_SITE = ("website", "site")
_REGION = ("region", "origin_region")
_IGNORED = (
    "project_contact_name", "project_contact_phone", "purchaser_contact_name",
    "purchaser_contact_phone", "agent_contact_phone", "agent_contact_name", "expert_names",
    "purchaser_address", "agent_address", "note", "purchase_category", "purchase_type",
    "project_type", "open_bid_ts", "end_bid_ts", "announced_ts",
)

_HEADER = frozenset(
    name.encode() for name in (*_TITLE, *_URL, *_KIND, *_SITE, *_IGNORED, "purchaser_name")
)
_WORDS = re.compile(
    "采购|招标|中标|成交|项目编号|项目名称|供应商|代理机构|竞争性|询价|单一来源|废标|投标"
)
_NOTICE = re.compile("公告|公示|合同|意向")
_CELLED = re.compile(">[^<]{0,6}(?:采购人|采购单位|招标人|项目名称|项 目 名 称)")
_LABELLED = re.compile(
    r"(?:项目编号|项目名称|采购编号|采购人|采购单位|招标人|招标编号|中标人|中标供应商|成交供应商"
    r"|供应商名称|代理机构|合同编号)[^：:\n<]{0,12}(?:</[^>]{1,20}>\s*)*[：:]"
)
_OTHERS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xml", ".ttl", ".nt", ".jsonl.gz", ".pdf", ".docx")


def sniff(head: bytes, name: str) -> bool:
    """A notice as a page, as text, or in JSON with its page inside."""
    low = name.lower()
    if low.endswith(_OTHERS) or head[:1] == b"\x00" or b"w3id.org/sousveil" in head:
        return False
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        keys = set(re.findall(rb'"([A-Za-z_]{1,40})"\s*:', head))
        if b"documented" in keys or not (
            keys & {k.encode() for k in _CONTENT} and keys & _HEADER
        ):
            return False
        text = re.sub(
            r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), head.decode("utf-8", "ignore")
        )
        return len(set(_WORDS.findall(text))) >= 2 and _NOTICE.search(text) is not None
    text = _head_text(head)
    if start == b"<" and re.match(r"\s*<\?xml", text) and "<html" not in text[:2000].lower():
        return False
    if not _NOTICE.search(text):
        return False
    labelled = _LABELLED.search(text) or (is_html(text) and _CELLED.search(text))
    return len(set(_WORDS.findall(text))) >= 2 and bool(labelled)


def _head_text(head: bytes) -> str:
    for cut in range(4):  # A character may be cut at the end of the sample.
        text = decoded(head[: len(head) - cut])
        if text is not None:
            return text
    return ""


def read(path: Path) -> Iterator[Record]:
    """The notices of a file, one record each."""
    number = 0
    for _, stream in members(path):
        for fields in _documents(path, stream):
            number += 1
            yield Record(path, number, "notice", fields)
    if not number:
        raise SourceError("there is no notice in it", path, hint="look what the file holds")


def _documents(path: Path, stream: Any) -> Iterator[dict[str, Any]]:
    peek = stream.peek(64)[:64] if hasattr(stream, "peek") else b""
    if not peek:
        stream = io.BufferedReader(stream)
        peek = stream.peek(64)[:64]
    start = peek.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start in (b"{", b"["):
        if peek.startswith(b"\xef\xbb\xbf"):
            stream.read(3)
        for _, value in json_items(path, stream, "item" if start == b"[" else ""):
            if not isinstance(value, dict):
                raise SourceError(
                    f"a notice is expected, and there is {value!r:.40}", path,
                    hint="each notice is an object with title and content",
                )
            yield from list(_within(value)) or [value]
        return
    data = stream.read(RECORD + 1)
    if len(data) > RECORD:
        raise SourceError(f"a page of more than {RECORD >> 20} MB", path, hint="this is no notice")
    text = decoded(data)
    if text is None:
        raise SourceError(
            "not text in an encoding that can be told", path,
            hint="save the page as UTF-8 and try again",
        )
    if text.strip():
        fields = {"content": text, "title": headline(text)}
        if url := _canonical(text):
            fields["url"] = url
        yield fields


def _within(value: Any, levels: int = 4) -> Iterator[dict[str, Any]]:
    """The notices that the answer of a site's own service holds, below `result` and `data`."""
    if isinstance(value, dict) and any(isinstance(value.get(name), str) for name in _CONTENT):
        yield value
    elif levels and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _within(inner, levels - 1)


def _canonical(text: str) -> str:
    match = re.search(
        r"<link[^>]{1,200}rel=[\"']?canonical[\"']?[^>]{1,20}href=[\"']([^\"'>]{5,300})[\"']"
        r"|saved from url=\(\d+\)(\S{5,300})", text[:20_000], re.I,
    )
    return (match[1] or match[2]) if match else ""


# Claims -----------------------------------------------------------------------------------------

_TRADER = "92"
"""How the codes of those begin who trade as persons: nothing may be made of their names."""
_AWARDED = {"award": "award", "framework": "framework", "contract": "sale", "acceptance": "sale"}
_NOTHING = {
    "cancelled": "procurement that was cancelled",
    "decision": "decision on a complaint, or a penalty",
    "correction": "correction of another notice, which is not named by an id",
    "intention": "procurement intention, which is no call for bids",
}


_TOP = 1 << 16
_ORIGIN = re.compile(
    r"来源[：:]\s{0,9}([\u3400-\u9fff]{2,20}(?:网|平台|交易中心))(?![\u3400-\u9fff])"
)


def notice_of(record: Record) -> tuple[Notice, str, dict[str, str]]:
    """The notice of a record, its text, and the header fields that its site gives."""
    fields = {
        name: _first(record, names) for name, names in (
            ("title", _TITLE), ("content", _CONTENT), ("url", _URL), ("date", _DATE),
            ("kind", _KIND), ("site", _SITE), ("region", _REGION),
        )
    }
    for name in ("purchaser_name", "agent_name", "project_name", "deal_ts"):
        fields[name] = clean(record.take(name))
    record.ignore("total_winning_money", *_IGNORED)
    content = fields.pop("content")
    origin = _ORIGIN.search(re.sub(r"<[^>]{0,200}>", "", content[:_TOP]))
    fields["origin"] = origin[1] if origin else ""
    if not content.strip():
        raise record.error("the notice has no text", "fetch the page again")
    title = clean(plain(fields["title"])) or headline(content)
    if not title:
        raise record.error("the notice has no title", "add its title, or fetch the page again")
    fields["title"] = title[:300]
    try:
        notice = parse(content, fields["title"], fields["kind"])
    except SourceError as error:
        raise record.error(error.message, error.hint) from error
    return notice, content, fields


def _first(record: Record, names: tuple[str, ...]) -> str:
    found = [text for name in names if (text := record.take(name))]
    return found[0] if found else ""


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one notice."""
    notice, content, header = notice_of(record)
    for what, times in notice.omitted.items():
        record.omitted[what] += times
    url = _url(header)
    source = _source_id(url, header["title"], content)
    day = _day(header["date"]) or notice.published
    yield from _source(record, notice, header, source, url, day)
    if notice.kind in _NOTHING or not notice.kind:
        record.omit(_NOTHING.get(notice.kind, "notice of a kind that cannot be told"))
        return
    yield from _Making(record, notice, header, source, day).claims()


class Outcome(NamedTuple):
    """What a notice says, with the ids that its claims use."""

    notice: Notice
    content: str
    title: str
    source: str
    date: str
    transactions: tuple[str, ...]
    """Ids of the awards, in the order of the notice's."""
    buyers: tuple[tuple[str, str], ...]
    """Ids and names of the buyers."""


def outcome(record: Record) -> Outcome:
    """What a record says, for those who read the text itself beside the claims."""
    notice, content, header = notice_of(record)
    source = _source_id(_url(header), header["title"], content)
    buyers = _buyers(notice, header)
    return Outcome(
        notice, content, header["title"], source, _day(header["date"]) or notice.published,
        tuple(_transaction_id(notice, source, award, buyers) for award in notice.awards),
        tuple((_party_id(name, source), name) for name in buyers),
    )


def _url(header: dict[str, str]) -> str:
    return header["url"] if re.match(r"https?://[^\s\"<>]+$", header["url"]) else ""


def _buyers(notice: Notice, header: dict[str, str]) -> list[str]:
    return notice.buyers or [name for name in [header["purchaser_name"]] if name]


def _transaction_id(
    notice: Notice, source: str, award: Award | None, buyers: list[str]
) -> str:
    """The id of an award, the same in every notice that tells of it.

    An award is published by several sites, and its contract after it. Buyer, number of the
    project, lot and winners say that it is one; without them it is the notice's own.
    """
    if award is None:
        return make_id(source, _AWARDED.get(notice.kind, "tender"))
    named = _named(notice, award, buyers)
    same = [a for a in notice.awards if _named(notice, a, buyers) == named]
    if not named:
        same = [a for a in same if a.lot == award.lot]
        mark = _AWARDED.get(notice.kind, "tender")
        if award.lot or len(notice.awards) > 1:
            mark = f"lot-{award.lot}" if award.lot else "award"
        named = make_id(source, mark)
    return make_id(named, str(same.index(award) + 1) if len(same) > 1 else "")


def _named(notice: Notice, award: Award, buyers: list[str]) -> str:
    number = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", notice.number)).upper()
    known = [*buyers[:1], *award.sellers]
    if len(number) < 4 or len(known) < 2 or award.uscc.startswith(_TRADER) or not all(
        map(_distinct, known)
    ):
        return ""
    parts = [number, award.lot, *(_party_id(name, "") for name in sorted(known))]
    return f"zh-award-{_digest(chr(10).join(parts))}"


def _source_id(url: str, title: str, content: str) -> str:
    if url:
        parts = urlsplit(url)
        host = parts.netloc.lower().removeprefix("www.")
        return make_id("zh-notice", host, _digest(f"{host}{parts.path}?{parts.query}"))
    return f"zh-notice-{_digest(plain(title + chr(10) + content))}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _day(text: str) -> str:
    """The day of a header, also where it is counted in milliseconds since 1970, as in China."""
    if re.fullmatch(r"1[0-9]{12}", text):
        return (datetime(1970, 1, 1, 8) + timedelta(milliseconds=int(text))).date().isoformat()
    match = re.match(r"((?:19|20)\d\d)[-/年](\d{1,2})[-/月](\d{1,2})", text)
    if match is None:
        return ""
    found = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    from sousveil.ontology.dates import bounds

    try:
        bounds(found)
    except ValueError:
        return ""
    return found


def _source(
    record: Record, notice: Notice, header: dict[str, str], source: str, url: str, day: str
) -> Iterator[Claim]:
    host = urlsplit(url).netloc.lower() if url else ""
    site = header["site"] or ("" if host else header["origin"])
    values = {
        "title_zh": header["title"] if script(header["title"]) in ("Hans", "Hant") else "",
        "date": day, "url": url, "language": "zh", "reference": notice.number,
    }
    if site or host:
        publisher = make_id("zh-site", host.removeprefix("www.") or site)
        yield from source_claims(
            source, title=header["title"], basis="procurement-record", publisher=publisher,
            publisher_name=site or host, **values,
        )
        return
    names = [*notice.buyers, header["purchaser_name"], *notice.agents, header["agent_name"]]
    name = next((n for n in names if n), "")
    if not name:
        raise record.error(
            "nobody is known to have published this notice: it names no site, buyer or agent",
            "save the page with its address, or add `website` or `url` to the record",
        )
    cls, kind = _class(name)
    yield from source_claims(
        source, title=header["title"], basis="procurement-record",
        publisher=_party_id(name, source), publisher_name=name, publisher_class=cls,
        publisher_kind=kind or "public-body", **values,
    )


def _class(name: str) -> tuple[str, str]:
    """The class of an organisation and the kind of a public body, by its name."""
    if is_company(name):
        return "Company", ""
    return "PublicBody", Schema.load().classify(name) or "public-body"


_PROVINCES = dict(re.findall(
    "([^A-Z]{2})([A-Z]{2})",
    "北京BJ天津TJ河北HE山西SX辽宁LN吉林JL上海SH江苏JS浙江ZJ安徽AH福建F"
    "J江西JX山东SD河南HA湖北HB湖南HN广东GD广西GX海南HI重庆CQ四川SC"
    "贵州GZ云南YN西藏XZ陕西SN甘肃GS青海QH宁夏NX新疆XJ",
)) | {"内蒙古": "NM", "黑龙江": "HL"}
_PLACED = re.compile(r"[\u3400-\u9fff]{2,}?(?:省|市|县|州|盟|旗|兵团|自治区)|^(?:全国|国家|中国"
                     r"|中央|中共|公安部|最高|中华)")


def _distinct(name: str) -> bool:
    """Whether a name can stand for one organisation alone.

    朝阳区教育局 is the name of several bodies, 公安局 that of thousands; such names are kept apart
    by their notices until a person says that two are one.
    """
    if is_company(name):
        return len(name) > 6
    if any(name.startswith(province) for province in _PROVINCES):
        return True
    if re.match(r"[省市县区]", name):
        return False
    if Schema.load().classify(name) in ("university", "police-academy", "military-academy"):
        return len(name) > 3
    return _PLACED.search(name) is not None


def _party_id(name: str, source: str) -> str:
    text = unicodedata.normalize("NFKC", name).replace(" ", "").lower()
    if script(name) not in ("Hans", "Hant"):
        text = unicodedata.normalize("NFKC", name).lower()
    return make_id("zh-org", text) if _distinct(name) else make_id("zh-org", text, source)


class _Making:
    """The claims of one notice, each party described once."""

    def __init__(
        self, record: Record, notice: Notice, header: dict[str, str], source: str, day: str
    ) -> None:
        self.record = record
        self.notice = notice
        self.header = header
        self.source = source
        self.day = day
        self.described: set[str] = set()

    def at(self, line: int = 0) -> Cited:
        where = f"line {line} of the notice" if line else "notice"
        if self.record.line > 1:
            where += f", record {self.record.line}"
        return Cited(source=self.source, locator=where, said=self.day)

    def claims(self) -> Iterator[Claim]:
        notice = self.notice
        buyers = _buyers(notice, self.header)
        agents = notice.agents or [
            n for n in [self.header["agent_name"]] if n and n not in buyers]
        kind = _AWARDED.get(notice.kind, "tender")
        awards: list[Award | None] = [*notice.awards]
        if kind == "tender":
            awards = [None]
        elif not awards:
            if self.record.omitted["cancelled lot"]:
                return
            self.record.omit("winner not named in the notice")
            awards = [None]
        for award in awards:
            yield from self._transaction(kind, award, buyers, agents)

    def _transaction(
        self, kind: str, award: Award | None, buyers: list[str], agents: list[str]
    ) -> Iterator[Claim]:
        notice, header = self.notice, self.header
        several = len(notice.awards) > 1
        id_ = _transaction_id(notice, self.source, award, buyers)
        cited = self.at(award.line if award else 0)
        if award and award.uscc.startswith(_TRADER):
            self.record.omit("sole trader")
            award.sellers, award.uscc = [], ""
        proposed = award is not None and award.proposed
        if proposed:
            cited = cited.because(
                "the notice is headed as the result of the award and names the company as the "
                "intended winner (拟中标人), before objections were heard"
            )
        title = notice.project or header["project_name"] or header["title"]
        lot = " ".join(t for t in (award.lot, award.lot_name) if t) if award else ""
        date = {"sale": notice.signed, "tender": self.day}.get(
            kind, notice.awarded or _day(header["deal_ts"]) or self.day)
        amount = award.amount if award else None
        yield cited.node(
            "Transaction", id_, title=title, kind=kind, date=date, reference=notice.number,
            title_zh=title if script(title) in ("Hans", "Hant") else "",
            lot=lot, amount=amount.amount if amount else "",
            currency=amount.currency if amount else "",
        )
        for role, names in (
            ("SELLER", award.sellers if award else []), ("BUYER", buyers), ("AGENT", agents),
            ("END_USER", notice.end_users),
            ("BIDDER", notice.bidders if not several else []),
        ):
            for name in names:
                cls = "Company" if is_company(name) else "PublicBody"
                uscc = award.uscc if award and role == "SELLER" and len(names) == 1 else ""
                party = yield from self._party(name, cls, uscc, role == "BUYER")
                said = cited if role == "SELLER" else self.at(notice.places.get(name, 0))
                yield said.edge(role, id_, party)
        if several and notice.bidders and award is notice.awards[0]:
            self.record.omitted["bidder whose lot is not stated"] += len(notice.bidders)
        yield from self._programmes(id_, title)
        for item in award.items if award else []:
            yield from self._item(id_, item)

    def _party(
        self, name: str, cls: str, uscc: str, buyer: bool
    ) -> Generator[Claim, None, str]:
        notice = self.notice
        id_ = _party_id(name, self.source)
        cited = self.at(notice.places.get(name, 0))
        if uscc:
            uscc = uscc.upper()
            if check_uscc(uscc) is not None:
                self.record.omit("code of a company whose check digit does not fit")
                uscc = ""
        if id_ not in self.described or uscc:
            self.described.add(id_)
            kind = "" if cls == "Company" else _class(name)[1]
            yield cited.node(cls, id_, **name_values(name), uscc=uscc, kind=kind)
            if script(name) in ("Hans", "Hant"):
                region = self.notice.region or self.header["region"]
                province = next((c for p, c in _PROVINCES.items() if region.startswith(p)), "")
                if buyer and province:
                    yield cited.because(
                        "the site files the notice under this region"
                    ).edge("LOCATED_IN", id_, f"CN-{province}")
                else:
                    yield cited.because(
                        "a Chinese name in a notice of Chinese public procurement"
                    ).edge("LOCATED_IN", id_, "CN")
        return id_

    def _programmes(self, id_: str, title: str) -> Iterator[Claim]:
        cited = self.at().because("the title of the procurement names the programme")
        for programme, name, name_zh in programmes_in(f"{title} {self.header['title']}"):
            yield cited.node(
                "Programme", programme, name=name, name_zh=name_zh, kind="surveillance-programme"
            )
            yield cited.edge("UNDER", id_, programme)

    def _item(self, id_: str, item: Item) -> Iterator[Claim]:
        cited = self.at(item.line)
        if item.brand or item.model:
            name = f"{item.brand} {item.model or item.name}".strip()
            if not item.brand:
                name = f"{item.name} {item.model}".strip()
            product = make_id("zh-product", unicodedata.normalize("NFKC", name).lower())
            yield cited.node("Product", product, **name_values(name))
            yield cited.edge("INCLUDES", id_, product, quantity=item.quantity)
        if item.maker:
            party = yield from self._party(item.maker, "Company", "", False)
            yield cited.edge("MANUFACTURER", id_, party)


_PROGRAMMES = (
    ("sharp-eyes", "Sharp Eyes project", "雪亮工程", r"雪亮(?:工程|项目|乡村|社区|视频|平台|系统"
                                                     r"|监控|建设|[”\"])"),
    ("skynet", "Skynet project", "天网工程",
     r"天网(?:工程|系统|监控|视频|[一二三四五六]期|升级|建设|改造|项目|探头|高清|[”\"])"),
    ("safe-city", "Safe City", "平安城市", "平安城市"),
    ("smart-public-security", "Smart Public Security", "智慧公安", "智慧公安|智慧警务"),
    ("smart-security-community", "Smart Security Communities", "智慧安防小区", "智慧安防(?:小区"
                                                                               "|社区)|智安小区"),
    ("golden-shield", "Golden Shield", "金盾工程", "金盾工程"),
)
_OTHER_NET = re.compile(r"[今明每航昨春夏秋冬蓝聊前后]天网")


def programmes_in(title: str) -> list[tuple[str, str, str]]:
    """The surveillance programmes that a title names: id, name, Chinese name.

    天网 alone is also the end of other words (航天网) and is read only before a word that goes with
    the programme. The ids are those of the shipped data.
    """
    title = _OTHER_NET.sub("", title)
    return [(i, name, zh) for i, name, zh, pattern in _PROGRAMMES if re.search(pattern, title)]


loader = Loader(
    name="zh-procurement", title="Chinese procurement notices: pages, saved JSON, text",
    sniff=sniff, read=read, claims=claims,
)
