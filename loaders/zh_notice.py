"""What a Chinese procurement notice says: who bought, who won which lot, for how much, and what.

`parse` reads the lines and tables of a notice. It takes names of organisations, numbers, dates and
amounts; names and telephone numbers of persons are never part of what it gives.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from sousveil.loaders.zh_text import Line, Money, Table, blocks, money, zh_date
from sousveil.ontology import Schema

__all__ = ["AWARDING", "Award", "Item", "Notice", "kind_of", "organisations", "parse"]


class Item(NamedTuple):
    """A row of goods: only what a notice prints, empty where it prints nothing."""

    name: str
    brand: str
    model: str
    maker: str
    quantity: str
    line: int
    last: int = 0
    """Last line of an item that is described line by line."""


@dataclass
class Award:
    """What one lot, or one winner where no lots are numbered, was awarded."""

    sellers: list[str]
    line: int
    lot: str = ""
    lot_name: str = ""
    amount: Money | None = None
    unclear: bool = False
    """Several amounts were read, and none is known to be the whole."""
    proposed: bool = False
    """The notice calls the seller the intended winner (拟中标人), before objections were heard."""
    listed: bool = False
    """Only a table of offers names the seller: of several such rows, all but one lost."""
    uscc: str = ""
    items: list[Item] = field(default_factory=list)


@dataclass
class Notice:
    """A notice as parsed. `kind` is one of the words of `kind_of`."""

    kind: str
    title: str
    project: str = ""
    contract: str = ""
    """The name of the contract, where it has one of its own."""
    number: str = ""
    buyers: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    end_users: list[str] = field(default_factory=list)
    bidders: list[str] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    total: Money | None = None
    published: str = ""
    awarded: str = ""
    signed: str = ""
    region: str = ""
    omitted: Counter[str] = field(default_factory=Counter)
    places: dict[str, int] = field(default_factory=dict)
    """Line on which a name was read first."""


# Kinds ------------------------------------------------------------------------------------------

_KINDS = (
    ("cancelled", r"(?:终止|废标|流标|失败|取消|撤销|中止|暂停|作废)(?:采购|招标"
                  r"|结果)?(?:的)?(?:公告|公示|通知|结果)"
                  r"|(?:终止|废标|流标)$|(?:撤销|取消).{0,30}(?:中标|成交|中选)(?:结果|资格|公告)"
                  r"|(?:中标|成交|中选|结果|合同).{0,4}(?:无效|异常|作废|解除|终止)"
                  r"|(?:解除|终止).{0,6}合同"),
    ("decision", r"(?:投诉|质疑|举报|处罚|监督检查)(?:处理|答复|回复)?(?:决定|结果|情况)?书?的?"
                 r"(?:公告|公示|通知|函)?$"),
    ("correction", r"^(?:信息)?(?:更正|变更)[：:]"
                   r"|(?:更正|变更|澄清|补充|修正|更改|延期|答疑)[^\u3400-\u9fff]{0,8}"
                   r"(?:事项|内容|通知|说明|公告|公示|函|文件|$)|[（(](?:更正|变更)"),
    ("candidates", r"候选人|候选供应商|推荐供应商|评标结果|评审结果|预中标|预成交|拟成交"
                   r"|资格(?:预审|审查)结果|开标(?:结果|记录|情况|一览表)|投标人公示"),
    ("intention", r"采购意向|意向公开|意向公告"),
    ("contract", r"合同(?:履约|验收)?(?:公告|公示|公开|信息)|合同$"),
    ("acceptance", r"验收(?:结果|报告)?(?:公告|公示)|履约验收"),
    ("framework", r"入围(?:结果|供应商|公告|公示)"),
    ("award", r"(?:中标|成交|中选|结果|定标|竞价)(?:\(?(?:中标|成交|比选)\)?)?(?:结果|供应商"
              r"|信息)?(?:公告|公示|通知书|公布)"
              r"|(?:中标|成交|采购)结果|中标通知"),
    ("single-source", r"单一来源"),
    ("tender", r"招标|采购|询价|询比|谈判|磋商|竞价|比选|资格预审|竞买|邀请|需求|公告|公示"),
)


def kind_of(title: str, stated: str = "") -> str:
    """The kind of a notice by its title, else by how its site files it; empty if neither says.

    A correction of a result, or a result that says that nobody won, is no award, so those words
    count before all others.
    """
    for text in (title, stated):
        text = re.sub(r"\s", "", text).replace("（", "(").replace("）", ")")
        for kind, pattern in _KINDS[:-1]:
            if re.search(pattern, text):
                return kind
    for text in (title, stated):
        if re.search(_KINDS[-1][1], text):
            return "tender"
    return ""


# Labels -----------------------------------------------------------------------------------------

_WON = r"(?:中标|成交|中选|定标|中签|入围)"
_PARTY = r"(?:供应商|人|单位|商|公司|机构|方|厂商|企业|投标人|承包人|承包商|服务商)"
_LABELS: dict[str, str] = {
    "number": r"(?:采购|招标|比选|竞价|询价|谈判|磋商)?(?:项目|文件|公告|执行|任务"
              r"|合同包)?(?:编号|号)|项目编号|采购编号"
              r"|招标编号|项目代码|采购文件编号|采购项目编号|招标项目编号|政府采购编号|标书编号",
    "project": r"(?:采购|招标|工程|合同|比选|询价)?(?:项目|工程|采购项目|采购|招标)(?:名称|题目)"
               r"|采购内容名称",
    "contract": r"合同名称",
    "buyer": r"(?:采购|招标|比选|询价|需)(?:人|单位|方|执行方|主体)(?:名称|全称)?|项目法人"
             r"|建设单位|业主|业主单位|项目业主"
             r"|甲方(?:名称)?|采购人信息名称|征集人",
    "agent": r"(?:政府)?(?:采购|招标|比选)?代理(?:机构|公司|单位|人)(?:名称|全称)?"
             r"|集中采购机构(?:名称)?|招标代理"
             r"|采购代理|采购组织机构|代理机构信息名称",
    "end-user": r"(?:最终|实际)?(?:使用单位|使用人|使用方|使用部门单位|用户单位|用户"
                r"|用户名称)(?:名称)?",
    "winner": rf"(?:第[一1])?{_WON}{_PARTY}(?:名称|全称|名单)?|{_WON}(?:供应商)?(?:名称"
              rf"|单位名称)|乙方(?:名称)?"
              rf"|(?:评标|谈判|磋商|询价)?{_WON}结果供应商|合同供应商|供货商|承包方",
    "member": r"联合体(?:成员|成员单位|成员方|参加方|其他成员)(?:名称)?|联合体单位",
    "proposed": rf"(?:拟|预)(?:定)?{_WON}{_PARTY}(?:名称)?",
    "candidate": rf"(?:推荐)?(?:第?[一二三四五1-5])?(?:名)?(?:{_WON}|推荐)?候选{_PARTY}?(?:名称)?"
                 rf"|第[一二三四五1-5](?:名|中标候选人|候选人)|(?:{_WON})?候选供应商",
    "party": r"供应商|供应商名称|供应商信息|单位名称|投标人|投标人名称|投标单位|投标单位名称|报价人"
             r"|报价人名称|响应供应商|投标供应商|投标供应商名称"
             r"|参与供应商|企业名称|公司名称|竞标人",
    "name": r"名称|全称|单位名称",
    "amount": rf"(?:总)?(?:{_WON}|合同|定标)(?:总)?(?:金额|价|价格|报价|总价|总金额|金额合计"
              rf"|标价|价款|额|总额)"
              rf"|{_WON}(?:供应商)?(?:投标)?(?:报价|总价)|拟中标(?:金额|价)|中标供应商报价"
              rf"|合同金额合计",
    "sum": r"金额|总价|总金额|报价|投标报价|投标总价|最终报价|成交总价|响应报价|投标价|最后报价",
    "total": rf"总{_WON}(?:总)?金额|{_WON}总金额|本项目总?{_WON}金额",
    "rate": rf"(?:{_WON})?(?:费率|下浮率|折扣率|优惠率|下浮系数|下浮比例|折扣|费率报价)",
    "awarded": rf"{_WON}(?:结果)?(?:日期|时间)|定标日期|定标时间|确定(?:中标|成交)(?:人"
               rf"|供应商)?(?:的)?(?:日期|时间)",
    "published": r"(?:本)?(?:公告|公示|发布|信息)(?:发布)?(?:日期|时间)|(?:中标|成交|结果"
                 r"|合同)公告(?:发布)?(?:日期|时间)"
                 r"|公示开始时间",
    "signed": r"合同(?:签订|签署)(?:的)?(?:日期|时间)|签订(?:日期|时间)|签约日期|合同日期",
    "lot": r"(?:采购|合同|分|标)?包(?:组)?(?:编)?(?:号|序号)|标段(?:号|编号|\(包\)号"
           r"|\(合同包\)编号)?|标项(?:号|序号|编号)?|包组|分包编号|品目包号"
           r"|合同包|采购包|标包|分包|分标编号|分标号",
    "lot-name": r"(?:采购|合同|分|标)?包(?:组)?(?:名称|内容)|标段名称|标项名称|分包名称"
                r"|标段\(合同包\)名称",
    "region": r"行政区域|所属区域|所属地区|项目区域|所在区域",
    "uscc": r"(?:统一)?社会信用代码|统一信用代码|工商注册号|组织机构代码|企业信用代码"
            r"|营业执照号码?",
    "item": r"(?:货物|标的|产品|商品|设备|物品|采购品目|主要标的|采购标的|采购标的物|项目内容"
            r"|标的物|主要(?:中标|成交)标的)(?:的)?(?:名称)?|名称|品名|品目"
            r"|品目名称|货物服务名称",
    "brand": r"(?:货物|产品|设备|商品|主要标的|响应|投标)?(?:的)?品牌(?:名称|商标)?|商标",
    "model": r"(?:货物|产品|设备|主要标的)?(?:的)?(?:规格|型号|规格型号|型号规格|规格、型号"
             r"|规格/型号|型号/规格|规格及型号"
             r"|型号及规格|型号、规格|技术规格型号|规格和型号|型号规格参数|规格型号参数)",
    "brand-model": r"(?:货物|产品|设备)?品牌(?:及|、|/|和|与)?(?:规格)?型号|品牌(?:及|、|/|和"
                   r"|与)?规格|品牌、型号、规格"
                   r"|品牌、规格、型号|品牌规格型号|规格型号、?品牌|品牌/型号|型号品牌"
                   r"|品牌、规格型号|品牌/规格型号",
    "maker": r"(?:生产|制造)(?:厂家|厂商|商|企业|单位|制造商)(?:名称)?|制造商|厂家|厂商"
             r"|原产地及厂家|制造厂家|产品制造商",
    "quantity": r"(?:货物|采购|主要标的)?(?:的)?(?:数量|采购数量|数量及单位)",
    "rank": r"(?:推荐)?(?:排名|名次|排序|推荐排名|推荐名次|排列顺序|候选(?:人)?(?:排名|排序"
            r"|名单)|中标候选人排序|推荐意见|推荐顺序)",
    "won": rf"是否{_WON}{_PARTY}?|(?:评审|评标|评选|谈判|磋商|{_WON})?(?:结果|状态)|{_WON}情况",
    "score": r"(?:评审|综合|总|最终|评标|技术|商务|价格)*(?:得分|总得分|评分|分值|总分)",
    "failed": r"(?:废标|流标|终止|失败)(?:的)?(?:原因|理由|情况)(?:说明)?",
    "cut": r".{0,12}(?:联系人|联系方式|联系电话|电话|手机|传真|邮箱|邮编|邮政编码|电子邮件"
           r"|电子邮箱|经办人|负责人|项目经理|建造师|姓名"
           r"|法定代表人|法人代表|代表人|专家|名单|成员|评委|委员会|小组|地址|住所|地点|服务要求"
           r"|方式|网址|监督|投诉|质疑|账号|开户"
           r"|联系|技术负责人|部门|说明|备注|期限|时间|日期|工期|条件|要求|用途|单价|预算|限价"
           r"|控制价|数量|质量|资质|资格|范围|期"
           r"|服务费|代理费|收费|标准|理由|原因|依据|单位|内容|品目|分类|类型|类别|媒体|网站"
           r"|附件|事项|预算金额|审查结果|明细|参数|候选人|评标价|业绩|代码|序号|其他|备案号"
           r"|概况|信息|情况|性质|形式|来源|级别|等级|比例|规模|计划编号|计划文号|基本户|总工)",
}
_LABEL = {role: re.compile(rf"(?:{pattern})") for role, pattern in _LABELS.items()}
_ORDER = tuple(_LABEL)

_UNIT = re.compile(r"[（(][^（）()]*?(亿元|万元|万|元|人民币)[^（）()]*[)）]")
_PAREN = re.compile(r"[（(][^（）()]*[)）]")
_NUMBERED = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．)）]|[（(]\s*[一二三四五六七八九十\d]{1,2}\s*[)）]、?"
    r"|\d{1,2}(?:\.\d{1,2})*[、.．)）]?(?!\d|包|标))\s*"
)
_HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}\s*[、.．]"
                      r"|[（(][一二三四五六七八九十]{1,3}[）)])")


class _Label(NamedTuple):
    role: str
    unit: str
    text: str


def _label(text: str) -> _Label:
    """What a label asks for; the role is empty if it is none of ours."""
    text = re.sub(r"\s", "", text).strip("：:*★▲#●■◆-—>")
    text = _NUMBERED.sub("", text)
    unit = ""
    if match := _UNIT.search(text):
        unit = {"万": "万元", "人民币": ""}.get(match[1], match[1])
    whole = text.replace("（", "(").replace("）", ")")
    bare = re.sub(rf"({_WON})[/／、]{_WON}", r"\1", _PAREN.sub("", text).rstrip("为是"))
    for role in _ORDER:
        if _LABEL[role].fullmatch(bare) or _LABEL[role].fullmatch(whole):
            return _Label(role, unit, bare)
    parts = re.split(r"[/／]", bare)
    roles = {_label(part).role for part in parts} if len(parts) > 1 else set()
    return _Label(roles.pop() if len(roles) == 1 else "", unit, bare)


_SECTIONS = (
    ("end-user", r"(?:最终)?(?:使用单位|用户)(?:信息|情况)"),
    ("buyer", r"(?:采购人|采购单位|招标人|采购方|业主)(?:的)?(?:信息|情况|名称、地址(?:和"
              r"|及)联系方式|联系方式)"),
    ("agent", r"(?:采购|招标)?代理机构(?:的)?(?:信息|情况|名称、地址(?:和|及)联系方式|联系方式)"),
    ("candidates", r".*候选(?:人|供应商).*"),
    ("items", r".*(?:主要标的|标的名称|标的信息|货物清单|采购清单|标的情况|主要成交标的"
              r"|主要中标标的).*"),
    ("result", rf"(?:项目)?{_WON}(?:{_WON})?(?:供应商)?(?:情况|信息|结果|内容|详情|名称).*"
               rf"|评标结果|采购结果|定标结果|结果信息"
               rf"|{_WON}供应商名称及{_WON}金额|合同主体|合同信息"
               rf"|{_WON}供应商(?:名称)?、?(?:联系)?地址(?:及|、|和){_WON}金额"),
    ("failed", r".*(?:废标|流标|终止).*(?:原因|理由|情况|标项|包).*"),
)


_HEADED = dict.fromkeys(("采购人", "采购单位", "招标人"), "buyer") | dict.fromkeys(
    ("采购代理机构", "代理机构", "招标代理机构", "集中采购机构"), "agent")
"""Labels that are headings where they are numbered, above 名称 and 地址: 2、采购代理机构"""


def _section(text: str) -> str:
    text = re.sub(r"\s", "", text)
    bare = _PAREN.sub("", _NUMBERED.sub("", text)).rstrip("：:")
    if _NUMBERED.match(text) and bare in _HEADED:
        return _HEADED[bare]
    if len(bare) > 40 or bare.endswith(("公告", "公示")) or _LABEL["failed"].fullmatch(bare):
        return ""
    return next((name for name, pattern in _SECTIONS if re.fullmatch(pattern, bare)), "")


_HAN = "[一二三四五六七八九十]"
_LOT = r"[一二三四五六七八九十]{1,3}|[A-Za-z]?\d{1,3}|[A-Za-z]"
_LOT_HEAD = re.compile(
    rf"^[（(【]?(?:第?\s*(?P<a>{_LOT})\s*(?:标段|标项|分包|包组|包|分标|合同包)"
    rf"|(?:采购包|合同包|标包|分包|包组|标段|标项|分标|包)\s*(?:编?号)?\s*[：:]?\s*(?P<b>{_LOT})(?!["
    rf"年月日\dA-Za-z.]))"
    r"[）)】]?\s*[：:、,，.]?\s*"
)
_LOT_NAMED = re.compile(r"[（(](?P<name>[^：:]{1,120})[)）]\s*[：:]?$")
"""What follows the number where a line is the heading of a lot: 合同包1(网络摄像机):"""


# Organisations ----------------------------------------------------------------------------------

_COMPANY = re.compile(r".*(?:公司|集团|厂|事务所|合作社|联合社|出版社|银行|商行|经营部|工作室)")
_TRADER = re.compile(r"(?:经营部|商行|门市部?|商店|店|工作室|批发部|服务部|营业部|维修部|个体"
                     r"|合作社)$")
_BODY_END = re.compile(
    r"(?:局|厅|部|委|委员会|办公室|办|院|校|学校|大学|学院|所|站|队|处|会|府|政府|中心|馆|团|社"
    r"|园|幼儿园|小学|中学|银行|协会|分局|支队|大队"
    r"|总队|法院|检察院|基地|监狱|街道|镇|乡|村|党校|段|场|库|电视台|台|报社|指挥部|管委会"
    r"|派出所|戒毒所|看守所|医院|武警|部队|机关"
    r"|司|署|海关|分队|中队|室|机构|联社|林场|农场|水库|公园|厂|集团|总站|兵团|师|连|口岸)$"
)
_EMPTY = re.compile(
    r"(?:无|/|／|-+|—+|\*+|详见.*|见.*(?:附件|公告|原文|清单).*|暂无|空|null|none|不适用|待定"
    r"|按.*要求|符合.*|满足.*|国产|定制|自制|一批"
    r"|0|/+|无品牌|无型号|非标|现场.*|投标文件.*|响应文件.*|已隐去|某某.*|按招标文件.*"
    r"|按采购文件.*|详细.*)", re.I,
)
_NOBODY = re.compile(r"无供应商|无人|流标|废标|不足三家|不足3家|失败|未成交|未中标|无效")
_PERSON_WORD = re.compile(r"先生|女士|老师|小姐|同志|经理|主任|某某|个人$")
_SOLE = re.compile(r"个体工商户|个体户|自然人|个人独资")


def folded(name: str) -> str:
    """The name as one compares it: no blanks between Chinese characters, one kind of brackets."""
    name = re.sub(r"(?<=[\u3400-\u9fff（）()])\s+(?=[\u3400-\u9fff（）()])", "", name.strip())
    if re.search("[\u3400-\u9fff]", name):
        name = name.replace("(", "（").replace(")", "）")
    return name


def organisations(text: str, omitted: Counter[str] | None = None) -> list[str]:
    """The names of organisations that a value lists, in its order.

    What does not end as organisations' names end may be a person's and is left out, and so is a
    trader who is a person before the law.
    """
    found: list[str] = []
    omitted = Counter() if omitted is None else omitted
    text = re.sub(r"(?<=公司)\s*[（(](?:主|成|牵头人?|成员)[)）]", "", text)
    text = _TOGETHER.sub("；", text.replace("\n", "；"))
    if _SOLE.search(text) and not re.search("公司", text):
        omitted["sole trader"] += 1
        return found
    text = re.sub(r"(?<=公司)\s+(?=[\u3400-\u9fff])|(?<=公司)[/／]|(?<=公司)(?:和|与"
                  r"|及)(?=[\u3400-\u9fff]{4})", "；", text)
    for part in re.split(r"[、；;，。]|,(?!\s*(?:Ltd|Inc|LLC|Corp|Limited)\b)", text):
        part = folded(_NUMBERED.sub("", part.strip())).strip("：: 。.*★")
        part = re.sub(r"^(?:联合体(?:牵头(?:人|方|单位))?|牵头(?:人|方|单位)|成员(?:单位|方)?"
                      r"|主办方)[）)]?[：:]?", "", part)
        part = re.sub(r"^与(?=.{4,}公司组成联合体)", "", part)
        part = re.sub(r"^[（(]\s*(?:主|成|牵头人?|成员)\s*[)）]", "", part)
        name = _name(part)
        if name:
            if name not in found:
                found.append(name)
        elif found and re.match(r"(?:地址|联系|电话|金额|总价|成交|中标|价格|报价)", part):
            break
        elif part and not _EMPTY.fullmatch(part) and re.search("[\u3400-\u9fff]{2}", part) \
                and not found:
            omitted["sole trader" if _TRADER.search(part.split("（")[0]) else
                    "name that may be a person's"] += 1
    return found


def _name(part: str) -> str:
    part = re.split(r"[：:]|\s(?=地址|联系|电话|金额)", part)[0].strip()
    if not part or "\ufffd" in part or _EMPTY.fullmatch(part) or _NOBODY.search(part):
        return ""
    if "公司" in part:
        # Up to the last 公司, for a branch follows its company: 某某有限公司重庆分公司.
        end = part.rfind("公司") + 2
        rest = re.match(
            r"[\u3400-\u9fff]{2,12}?(?:分院|分所|营业部|办事处|研究院|研究所|厂)", part[end:])
        name = part[: end + (rest.end() if rest else 0)]
        open_ = name.rfind("（")
        if open_ > 0 and "）" not in name[open_:]:
            name = name[:open_]  # The bracket explains, and speaks of another company.
        name = re.sub(r"^(?:\d+|[A-Za-z])[.、）)]", "", name)
        return name if 4 < len(name) <= 60 and not _PERSON_WORD.search(name) else ""
    whole = part
    part = re.sub(r"（[^（）]*）$", "", part)
    if _UNIT_OF.search(whole) and _BODY_END.search(part) and len(whole) <= 60:
        return whole  # 某某市公安局（黄浦分局） is the branch, not the bureau.
    if _PERSON_WORD.search(part) or _TRADER.search(part) or len(part) > 60:
        return ""
    if re.search("[\u3400-\u9fff]", part):
        if len(part) < 4:
            return part if Schema.load().classify(part) else ""
        return part if _BODY_END.search(part) else ""
    return part if _FOREIGN.search(part) else ""


_TOGETHER = re.compile(
    r"[（(]\s*联合体\s*[)）]|(?<=公司)\s+(?=\d{1,2}[.、．)])|"
    r"[（(]\s*(?:联合体)?(?:牵头|主办|成员|其他成员|联合体|参加)(?:人|方|单位)?(?:名称)?\s*[：:]"
)
"""The members of a consortium in brackets behind the one that leads it."""
_UNIT_OF = re.compile(
    r"（(?!原)[^（）]{0,20}(?:分局|分院|分校|总队|支队|大队|中队|派出所|看守所|拘留所|戒毒所|监狱)）$"
)
_FOREIGN = re.compile(
    r"(?i)\b(?:co\.?,? ?ltd\.?|ltd\.?|inc\.?|gmbh|llc|corp(?:oration)?\.?|limited|b\.?v\.?|ag"
    r"|s\.?a\.?|company)$"
)


def is_company(name: str) -> bool:
    """Whether a Chinese or Latin name is that of a business."""
    return bool(_COMPANY.fullmatch(name) or re.search(r"公司|（集团）", name)
                or _FOREIGN.search(name))


# Reading ----------------------------------------------------------------------------------------

_TOKEN = re.compile(r"((?:[^\s：:；;，,。、（）()]|[（(][^（）()：:]{0,12}[)）]){1,30})\s*[：:]")
_ASIDE = re.compile(r"(?<=[\u3400-\u9fff])[（(](?:或|如)[^（）()：:]{2,80}[)）](?=\s*[：:])"
                    r"|[（(]可?填写[^（）()：:]{2,60}[)）]\s*[：:]?")
"""What a form explains beside a label: 项目编号（或招标编号、…，如有）："""
_NO_COLON = re.compile(
    r"(供应商名称|(?:中标|成交|中标[（(]成交[)）])(?:供应商|人|单位|金额))\s+"
    r"(?=[\d¥￥]|[\u3400-\u9fff（）()]{3,40}公司)"
)
"""Labels with a blank in the place of their colon: 1：供应商名称 某某有限公司 ；供应商地址 …"""
_UNGLUED = re.compile(
    r"(?<=[^\s：:（(、，,；;])\s*(?=[一二三四五六七八九十]{1,2}、(?:项目(?:编号|名称)|(?:中标|成交|采购"
    r"|评审|评标|谈判|磋商|定标|合同|主要标的|公告期限|公告期|代理服务|凡对|其他|其它)))"
    r"|(?:(?<=公司)|(?<=[局院校厅委会心处队所府团])|(?<=信息)|(?<=结果)|(?<=[^交选标][）)]))"
    r"(?=(?:采购人|采购单位|招标人|(?:采购|招标)?代理机构|(?:(?:中标|成交|中标[（(]成交[)）])?供应商)"
    r"|中标人)(?:名称|地址)\s*[：:]|(?:地址|电话|联系人|联系方式)\s*[：:])"
    r"|(?<=[号室层楼座栋园元])(?=(?:中标|成交|中标[（(]成交[)）])金额[^：:]{0,6}[：:])"
)
"""Where lines were lost: the text of a page that was saved without its mark-up."""
_SPACED = re.compile(r"(?<![\u3400-\u9fff])[\u3400-\u9fff](?: "
                     r"+[\u3400-\u9fff](?![\u3400-\u9fff]))+")
_FIRST = re.compile(
    r"(?P<agent>[^，,。：:\s]{4,40}?)\s*受\s*(?P<buyer>[^，,。：:]{4,40}?)\s*(?:的)?委托"
)
_GIVEN = re.compile(
    r"受\s*(?P<buyer>[^，,。：:\s]{4,40}?)\s*(?:的)?委托[，,]?\s*(?P<agent>[^，,。：:\s]{4,40}?公司)"
    r"(?=\s*(?:就|对|于|组织|代理机构|作为|采用|按照|根据|以))"
)
_PROSE = (
    re.compile(r"(?:确定|确认|选定|由|定)\s*(?P<name>[^，,。；;：:\s]{4,60}?公司)\s*(?:为"
               r"|作为)\s*(?:本项目|本次|该项目|本标段)?(?:的)?(?P<rank>第[一二三])?(?:中标|成交"
               r"|中选)"
               r"(?P<tail>[^，,。；;]{0,6})"),
    re.compile(r"由\s*(?P<name>[^，,。；;：:\s]{4,60}?公司)\s*(?P<rank>)(?:中标|成交)(?P<tail>)"),
)
_NAMED = re.compile(r"^\s*(?:\d{1,2}[、.．)）]?\s*)?(?P<name>[^，,、；;"
                    r"：:。\s]{3,60}?公司(?:[\u3400-\u9fff]{2,8}分公司)?"
                    r")(?P<rest>[，,、；;：:（(。\s].*|)$")


class _Reader:
    def __init__(self, kind: str, title: str) -> None:
        self.notice = Notice(kind, title)
        self.section = ""
        self.lot = self.lot_name = self.coming = ""
        self.beside = False
        """Whether a line stands in a table, beside others: a name in it may be anybody's."""
        self.lot_heads = False
        """Whether the lot stands by itself, above what belongs to it."""
        self.last: _Label | None = None
        """A label whose value stands on the next line."""
        self.current: list[Award] = []
        """The awards of the winner that was named last."""
        self.last_date = ""
        self.goods: dict[str, str] = {}
        """Labels and values of one item that is described line by line."""
        self.goods_at: tuple[int, str] | None = None
        self.goods_last = 0

    def settle_goods(self) -> None:
        """Take the item that has been described so far."""
        if self.goods_at is not None:
            number, lot = self.goods_at
            self._item(number, self.goods, lot, "", self.goods_last)
        self.goods, self.goods_at = {}, None

    def _lot(self, lot: str, name: str = "") -> None:
        """What follows belongs to this lot, whose name may have stood before its number."""
        self.lot, self.lot_name = lot, name or self.coming
        self.coming = ""
        self.lot_heads = True
        self.current = []

    # Lines

    def line(self, line: Line) -> None:
        text = _SPACED.sub(lambda m: m[0].replace(" ", ""), line.text)
        text = _NO_COLON.sub(r"\1：", _ASIDE.sub("", text))
        lots = re.split(r"\s*[；;]\s*", text)
        if len(lots) > 1 and all(map(_LOT_HEAD.match, lots)):
            parts = lots
        else:
            parts = [part for part in _UNGLUED.split(text) if part]
        for part in parts:
            self._part(Line(line.number, part))

    def _part(self, line: Line) -> None:
        text = before = line.text
        if _HEADING.match(text):
            self.section = ""
            self.lot = self.lot_name = self.coming = ""
            self.current = []
        if match := _LOT_HEAD.match(_NUMBERED.sub("", text) if _HEADING.match(text) else text):
            rest = text.partition(match[0].strip())[2].lstrip("：:、，, ")
            if not rest or _TOKEN.match(rest) or _named(rest) or re.match(r"[（(]", rest) \
                    or len(text) < 60:
                named = _LOT_NAMED.match(rest)
                self._lot(match["a"] or match["b"], _worded(named["name"]) if named else "")
                self.lot_heads = not rest or named is not None
                text = "" if named else rest
        head, _, said = text.partition("：") if "：" in text[:40] else (text, "", "")
        section = _section(head)
        if section and not (said.strip() and _label(head).role in ("candidate", "buyer", "agent")):
            self.section = section
        pairs = list(_pairs(text))
        listed = self.section == "result" and not self.beside
        if pairs and listed and (match := _NAMED.match(text)) \
                and match.end("name") <= text.find(next(_TOKEN.finditer(text))[1]):
            self._winners([(self.lot, organisations(match["name"]))], line.number, False)
        self._prose(before, line.number)
        if not pairs:
            self._bare(line.number, before, text)
            return
        self.last = None
        for label, value in pairs:
            if value:
                self.pair(label, value, line.number)
            else:
                self.last = label

    def _bare(self, number: int, before: str, text: str) -> None:
        """A line without a label: the value of the label before it, or a winner in a list."""
        if self.last is not None:
            label, self.last = self.last, None
            if len(text) < 200 and not _HEADING.match(before):
                self.pair(label, text, number)
                return
        alone = _label(text) if len(text) <= 20 else _Label("", "", "")
        if alone.role in _ALONE:
            self.last = alone
            return
        listed = self.section == "result" and not self.beside
        match = _NAMED.match(text) if listed else None
        if match and not _NOBODY.search(text) and (names := organisations(match["name"])):
            self._winners([(self.lot, names)], number, False)
            if rest := match["rest"]:
                self._sum(_Label("amount", "", ""), rest, number)
        if _HEADING.match(before) is None and len(before) < 40 and (day := zh_date(before)):
            self.last_date = day

    def _prose(self, text: str, number: int) -> None:
        """What a sentence says: A is commissioned by B; C is chosen as the winner."""
        if not self.notice.buyers and (match := _FIRST.search(text) or _GIVEN.search(text)):
            agents, buyers = organisations(match["agent"]), organisations(match["buyer"])
            if agents and buyers:
                self._party("buyer", buyers, number)
                self._party("agent", agents, number)
        for pattern in _PROSE:
            for match in pattern.finditer(text):
                names = organisations(match["name"])
                if match["rank"] or "候选" in match["tail"]:
                    self._party("bidder", names, number)
                elif names and self.notice.kind in AWARDING:
                    self._winners([(self.lot, names)], number, False)
                    rest = _SUM_WORD.split(text[match.end():], maxsplit=1)
                    if len(rest) > 1:
                        self._sum(_Label("amount", "", ""), rest[1].partition("。")[0], number)

    # Pairs

    def pair(self, label: _Label, value: str, number: int) -> None:
        notice, role = self.notice, label.role
        if role == "name":
            role = {"buyer": "buyer", "agent": "agent", "end-user": "end-user",
                    "result": "winner", "candidates": "candidate"}.get(self.section, "")
            if role == "winner" and self.current and not is_company(value):
                role = ""  # After the winner, the name of what it supplies.
        if role == "party":
            role = {"result": "winner", "candidates": "candidate"}.get(self.section, "")
            if not role and notice.kind in ("contract",):
                role = "winner"
        if role == "winner" and self.section == "candidates":
            role = "candidate"
        if role == "won" and re.match(rf"{_WON}结果", label.text) and organisations(value):
            role = "winner"
        if role in ("number", "project", "contract", "region"):
            self._text(role, value)
        elif role in ("buyer", "agent", "end-user", "candidate"):
            self._party("bidder" if role == "candidate" else role,
                        organisations(value, notice.omitted), number)
        elif role in ("winner", "proposed"):
            if re.search(r"第?[一二三1-3]?(?:中标|成交)?候选人?[：:]", value):
                self._party("bidder", organisations(re.sub(r"^.*?候选人?[：:]", "", value)), number)
            elif _NOBODY.search(value):
                notice.omitted["cancelled lot"] += 1
            else:
                self._winners(_by_lot(value, self.lot, notice.omitted), number,
                              role == "proposed", "联合体" in value)
                if self.current:
                    rest = _SUM_WORD.split(value.partition("公司")[2], maxsplit=1)
                    if len(rest) > 1:
                        self._sum(label, rest[1], number)
        elif role == "member":
            for award in self.current:
                for name in organisations(value, notice.omitted):
                    if name not in award.sellers:
                        award.sellers.append(name)
                        notice.places.setdefault(name, number)
        elif role == "amount" or (role == "sum" and self.section == "result" and self.current):
            self._sum(label, value, number)
        elif role == "total":
            notice.total = notice.total or money(value, label.unit)
        elif role == "uscc" and self.current and len(self.current) == 1:
            code = re.sub(r"\s", "", value)
            if len(code) == 18:
                self.current[0].uscc = self.current[0].uscc or code
        elif role in ("awarded", "published", "signed"):
            if (day := zh_date(value)) and not getattr(notice, role):
                setattr(notice, role, day)
        elif role == "lot":
            if (lot := _lot_of(value)) or _EMPTY.fullmatch(value):
                self._lot(lot)
        elif role in _GOODS:
            if role in self.goods:
                self.settle_goods()
            self.goods[role] = value
            self.goods_at = self.goods_at or (number, self.lot)
            self.goods_last = number
        elif role == "lot-name":
            if match := _LOT_HEAD.match(value):
                self._lot(match["a"] or match["b"], _worded(value[match.end():]))
            else:
                self.lot_name = self.coming = _worded(value)
        elif role == "failed" and not re.fullmatch(r"[无/／\-—\s]*", value):
            notice.omitted["cancelled lot"] += 1

    def _text(self, role: str, value: str) -> None:
        value = value.strip(" 。；;，,")
        if role == "number":
            value = _reference(value)
        if role in ("project", "contract") and len(value) > 150:
            value = ""
        if value and not _EMPTY.fullmatch(value) and not getattr(self.notice, role):
            setattr(self.notice, role, value)

    def _party(self, role: str, names: Sequence[str], number: int) -> None:
        found: list[str] = getattr(self.notice, role.replace("-", "_") + "s")
        for name in names:
            # A line break may stand within a name: 某某有限公司⏎重庆分公司.
            if not any(known.startswith(name) for known in found):
                found.append(name)
                self.notice.places.setdefault(name, number)

    def _winners(
        self, lots: Sequence[tuple[str, list[str]]], number: int, proposed: bool,
        together: bool = False, listed: bool = False,
    ) -> None:
        if self.notice.kind not in AWARDING:
            for _, names in lots:
                self._party("bidder", names, number)
            return
        self.current = []
        for lot, names in lots:
            for group in [names] if together and names else [[name] for name in names]:
                self.current.append(self._award(lot, group, number, proposed, listed))
                for name in group:
                    self.notice.places.setdefault(name, number)

    def _award(
        self, lot: str, group: list[str], number: int, proposed: bool, listed: bool
    ) -> Award:
        for award in self.notice.awards:
            same = set(group) <= set(award.sellers) or set(award.sellers) <= set(group)
            if same and (award.lot == lot or not lot):
                award.proposed = award.proposed and proposed
                award.listed = award.listed and listed
                award.sellers += [n for n in group if n not in award.sellers]
                return award
            if same and not award.lot and lot and award.amount is None:
                award.lot = lot
                return award
        award = Award(list(group), number, lot, self.lot_name, proposed=proposed, listed=listed)
        self.notice.awards.append(award)
        return award

    def _sum(self, label: _Label, value: str, number: int) -> None:
        notice = self.notice
        parts = [(_LOT_HEAD.match(p.strip()), p) for p in re.split(r"[；;\n]", value)]
        if len(parts) > 1 and all(match for match, _ in parts):
            for match, part in parts:
                assert match is not None
                fitting = [a for a in notice.awards if a.lot == (match["a"] or match["b"])]
                if len(fitting) == 1:
                    fitting[0].amount = fitting[0].amount or money(
                        part.strip()[match.end():], label.unit)
            return
        found = money(value, label.unit)
        if found is None:
            if re.search(r"\d", value) and not re.fullmatch(r"[\s0.万元¥￥（）()人民币]*", value):
                rate = re.search(r"[%％‰]|费率|下浮|折扣|系数", value + label.text)
                notice.omitted["rate, which is no amount" if rate
                               else "amount that cannot be told"] += 1
            return
        if len(self.current) == 1:
            award = self.current[0]
            if award.amount is None and not award.unclear:
                award.amount = found
            elif award.amount and not _alike(award.amount, found):
                award.amount, award.unclear = None, True
                notice.omitted["amounts that differ, which may be those of single goods"] += 1
        elif not self.current:
            notice.total = notice.total or found

    # Tables

    def table(self, table: Table) -> None:
        columns: list[_Label] = []
        ranks = False
        self.last = None
        for number, row in zip(table.numbers, table.rows, strict=True):
            labels = [_label(cell) if 0 < len(cell) <= 40 else _Label("", "", "") for cell in row]
            if _is_header(row, labels):
                columns, ranks = labels, False
            elif len({c for c in row if _RANK.fullmatch(c)}) > 1:
                columns, ranks = [], True
            elif ranks and len(row) > 2:  # Each candidate has a column of its own.
                for cell in row[1:]:
                    self._party("bidder", organisations(cell), number)
            elif columns and len(row) == len(columns) and len({*row}) > 1:
                self._row(number, row, columns, self.lot if self.lot_heads else "")
            else:
                self.beside = len({*row}) > 1
                self._cells(number, row, labels)
                self.beside = False

    def _cells(self, number: int, row: Sequence[str], labels: Sequence[_Label]) -> None:
        """A row of labels, each with its value beside it."""
        at = 0
        while at < len(row):
            label, cell = labels[at], row[at]
            at += 1
            if not cell:
                continue
            if not label.role or (label.role == "cut" and ("：" in cell or ":" in cell)):
                for text in cell.split("\n"):
                    self.line(Line(number, text))
                continue
            while at < len(row) and (row[at] == cell or (
                    labels[at].role == "name" and label.role in _PARTIES)):
                at += 1
            if at < len(row) and (not labels[at].role or (
                    labels[at].role == "cut" and organisations(row[at]))):
                if row[at]:
                    self.pair(label, row[at].replace("\n", " ") if label.role == "project"
                              else row[at], number)
                value = row[at]
                while at < len(row) and row[at] == value:
                    at += 1

    def _row(self, number: int, row: Sequence[str], columns: Sequence[_Label], lot: str) -> None:
        notice = self.notice
        said: dict[str, tuple[str, _Label]] = {}
        for label, cell in zip(columns, row, strict=True):
            if label.role and cell:
                said.setdefault(label.role, (cell, label))
        value = {role: cell for role, (cell, _) in said.items()}
        roles = {label.role for label in columns}
        if "failed" in roles:
            if (reason := value.get("failed", "")) and not re.fullmatch(r"[无/／\-—\s]*", reason):
                notice.omitted["cancelled lot"] += 1
            return
        if "lot" in value:
            lot = _lot_of(value["lot"])
        winner = value.get("winner", value.get("proposed", ""))
        party = value.get("party", "")
        ranked = "rank" in roles or "candidate" in roles or self.section == "candidates"
        if "won" in value and (party or "candidate" in value) and not winner:
            party = party or value.pop("candidate")
            if _WINS.fullmatch(re.sub(r"\s", "", value["won"])):
                winner, party, ranked = party, "", False
            else:
                ranked = True
        if "candidate" in value:
            self._party("bidder", organisations(value["candidate"], notice.omitted), number)
        goods = bool(roles & {"brand", "model", "brand-model", "maker"})
        listed = False
        if not winner and party and not ranked and not goods and (
            "amount" in roles or (self.section == "result" and "score" not in roles)
        ):
            winner, party = party, ""
            listed = "amount" not in roles and "sum" in roles
        if winner and ranked and notice.kind != "framework" and "won" not in roles and (
            "winner" not in roles or not _FIRST_RANK.fullmatch(value.get("rank", "1"))
        ):
            self._party("bidder", organisations(winner, notice.omitted), number)
            winner = ""
        if (winner and not goods) or (winner and "amount" in roles):
            if _NOBODY.search(winner):
                notice.omitted["cancelled lot"] += 1
                return
            several = "\n" in winner and winner.count("公司") > 1
            for text in winner.split("\n") if several else [winner]:
                self._winners(_by_lot(text, lot, notice.omitted), number, "proposed" in value,
                              "联合体" in winner, listed)
            if len(self.current) == 1:
                if name := _worded(value.get("lot-name", "")):
                    self.current[0].lot_name = self.current[0].lot_name or name
                for role in ("amount", "sum"):
                    if role in said:
                        cell, label = said[role]
                        self._sum(label, cell, number)
                        break
                if "uscc" in value and len(code := re.sub(r"\s", "", value["uscc"])) == 18:
                    self.current[0].uscc = code
        elif party and not goods:
            self._party("bidder", organisations(party, notice.omitted), number)
        if goods:
            self._item(number, value, lot, winner or party)

    def _item(
        self, number: int, value: dict[str, str], lot: str, party: str, last: int = 0
    ) -> None:
        brand, model = _worded(value.get("brand", "")), _worded(value.get("model", ""))
        if both := _worded(value.get("brand-model", "")):
            brand, model = brand, model or both
        makers = organisations(value.get("maker", ""))
        quantity = _QUANTITY.match(value.get("quantity", ""))
        item = Item(_worded(value.get("item", value.get("name", ""))), brand, model,
                    makers[0] if len(makers) == 1 and is_company(makers[0]) else "",
                    quantity[1].lstrip("0") if quantity else "", number, last)
        if not item.brand and not item.model and not item.maker:
            return
        awards = self.notice.awards
        if self.notice.kind not in AWARDING:
            return
        names = organisations(party)
        lot_name = _worded(value.get("lot-name", ""))
        fitting = [a for a in awards if lot and a.lot == lot] or [
            a for a in awards if lot_name and a.lot_name == lot_name] or [
            a for a in awards if names and set(names) & set(a.sellers)]
        if not fitting and len(awards) == 1:
            fitting = awards
        if len(fitting) == 1:
            if item not in fitting[0].items:
                fitting[0].items.append(item)
        else:
            self.notice.omitted["item whose lot is not stated"] += 1


_RANK = re.compile(r"第[一二三四五1-5](?:名|中标候选人|成交候选人|候选人|候选供应商)")
_FIRST_RANK = re.compile(r"\s*第?\s*[1一]\s*(?:名|(?:中标|成交)?候选人|中标人)?\s*")
_WINS = re.compile(r"是|√|✓|(?:已|为)?(?:中标|成交|中选|定标|入围)(?:人|供应商)?")
_SUM_WORD = re.compile("金额|总价|中标价|成交价")
_QUANTITY = re.compile(r"\s*(\d{1,7})(?:\.0+)?\s*(?:[\u3400-\u9fff（(]|$)")
_PARTIES = ("buyer", "agent", "end-user", "winner")
_ALONE = ("number", "project", "buyer", "agent", "end-user", "winner", "proposed", "amount")
"""Labels that may stand on a line of their own, without a colon, above their value."""
_GOODS = ("item", "brand", "model", "brand-model", "maker", "quantity")
AWARDING = ("award", "framework", "contract", "acceptance")


_COLUMNS = frozenset((
    "winner", "proposed", "candidate", "party", "item", "brand", "model", "brand-model", "maker",
    "failed", "amount", "sum", "lot", "lot-name", "rank", "score", "quantity", "name",
))


def _is_header(row: Sequence[str], labels: Sequence[_Label]) -> bool:
    """Whether a row names the columns below it: a row of labels and values has values, too."""
    cells = {c: label for c, label in zip(row, labels, strict=True) if c}
    known = [label for label in cells.values() if label.role]
    roles = {label.role for label in known}
    # Labels with values between them never stand side by side.
    beside = any(one.role and other.role for one, other in pairwise(cells.values()))
    most = len(known) * 5 >= len(cells) * 4 or (
        beside and len(roles & _COLUMNS) > 2 and len(known) * 2 >= len(cells))
    return (len(cells) > 1 and most and len(known) > 1
            and (len(roles & _COLUMNS) > 1 or "failed" in roles)
            and all(len(c) <= 30 for c in cells)
            and not any(zh_date(c) or re.search(r"公司|\d{4,}", c) for c in cells))


def _lot_of(text: str) -> str:
    """The number of a lot; empty if what stands in its place has no number: 供货明细."""
    text = re.sub(r"\s", "", text)
    match = re.match(rf"第?({_LOT})(?:包|标段|标项)?$|.*?包({_LOT})$", text)
    if match:
        return match[1] or match[2]
    numbered = re.search(rf"[\dA-Za-z]|[包段项]{_HAN}|第{_HAN}|{_HAN}(?:分包|包|标段|标项)", text)
    return text[:40] if numbered else ""


def _alike(one: Money, other: Money) -> bool:
    """Whether two amounts are one, rounded: 128.6 万元 and 1,285,900 元."""
    first, second = float(one.amount), float(other.amount)
    return one.currency == other.currency and abs(first - second) <= 0.001 * first


def _reference(text: str) -> str:
    """A procurement number without what follows it in its sentence."""
    text = re.split(r"[（(](?:招标|采购|原)?(?:文件|公告)|[，,；;。](?=\D)"
                    r"|\s+(?=[\u3400-\u9fff])", text)[0]
    depth = 0
    for at, c in enumerate(text):
        depth += (c in "（(") - (c in "）)")
        if depth < 0:
            text = text[:at]
            break
    text = text.strip()
    return text if re.search(r"\d", text) and len(text) <= 80 else ""


def _worded(text: str) -> str:
    text = " ".join(text.split()).strip(" ,，;；。")
    return "" if _EMPTY.fullmatch(text) or len(text) > 120 else text


def _named(text: str) -> bool:
    return bool(organisations(text.split("，")[0]))


def _by_lot(value: str, lot: str, omitted: Counter[str]) -> list[tuple[str, list[str]]]:
    """The organisations of a value, by the lots that it names itself."""
    found: list[tuple[str, list[str]]] = []
    for part in re.split(r"[；;\n]", value):
        match = _LOT_HEAD.match(part.strip())
        if match and (rest := part.strip()[match.end():]):
            found.append((match["a"] or match["b"], organisations(rest, omitted)))
        elif part.strip():
            names = organisations(part, omitted)
            if found and found[-1][0] == lot:
                found[-1][1].extend(n for n in names if n not in found[-1][1])
            else:
                found.append((lot, names))
    return [(one, names) for one, names in found if names]


def _pairs(text: str) -> Iterator[tuple[_Label, str]]:
    """The labels of a line with their values; a label ends the value before it."""
    marks: list[tuple[int, int, _Label]] = []
    for match in _TOKEN.finditer(text):
        label = _label(match[1])
        if label.role and label.role != "won":
            marks.append((match.start(), match.end(), label))
    for at, (_, end, label) in enumerate(marks):
        stop = marks[at + 1][0] if at + 1 < len(marks) else len(text)
        value = text[end:stop].strip(" 　,，;；、")
        value = re.sub(r"[（(]?\s*(?:[一二三四五六七八九十\d]{1,2}[、.．])?$", "", value) \
            if at + 1 < len(marks) else value
        yield label, value.strip()


def parse(text: str, title: str = "", stated: str = "") -> Notice:
    """The notice that a page or text is. `stated` is the kind under which its site files it."""
    return read(blocks(text), title, stated)


def read(found: Sequence[Line | Table], title: str, stated: str = "") -> Notice:
    """The notice that these lines and tables are."""
    kind = kind_of(title, stated)
    reader = _Reader(kind, title)
    for block in found:
        if isinstance(block, Line):
            reader.line(block)
        else:
            reader.table(block)
    reader.settle_goods()
    notice = reader.notice
    notice.published = notice.published or reader.last_date
    _settle(notice)
    return notice


def _settle(notice: Notice) -> None:
    """Put together what was said twice, and keep nobody in two parts that exclude each other."""
    notice.project = notice.project or notice.contract
    of_lot = Counter(a.lot for a in notice.awards)
    for award in [a for a in notice.awards if a.listed and of_lot[a.lot] > 1]:
        notice.awards.remove(award)
        notice.bidders += [n for n in award.sellers if n not in notice.bidders]
    awards = notice.awards
    for award in [a for a in awards if not a.lot]:
        twins = [a for a in awards if a.lot and set(a.sellers) & set(award.sellers)]
        if twins:
            awards.remove(award)
            if len(twins) == 1:
                twins[0].amount = twins[0].amount or award.amount
                twins[0].items += [i for i in award.items if i not in twins[0].items]
    if len(awards) == 1 and awards[0].amount is None:
        awards[0].amount = notice.total
    for award in awards:
        # A column is headed 万元 and filled with 元: both cannot be right.
        if notice.total and award.amount and award.amount.currency == notice.total.currency \
                and float(award.amount.amount) > 1.01 * float(notice.total.amount):
            award.amount = None
            notice.omitted["amount above the total of its notice"] += 1
    won = {name for a in awards for name in a.sellers}
    notice.bidders = [n for n in notice.bidders if n not in won]
    notice.buyers = [n for n in notice.buyers if n not in notice.agents] or notice.buyers
    notice.agents = [n for n in notice.agents if n not in notice.buyers]
    notice.end_users = [n for n in notice.end_users if n not in notice.buyers]
