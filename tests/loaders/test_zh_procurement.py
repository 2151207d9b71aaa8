"""Chinese procurement notices: invented ones in the layouts that sites use, and real ones."""

from __future__ import annotations

import contextlib
import json
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, Record, Reject, find, load
from sousveil.loaders.view import read
from sousveil.loaders.zh_notice import Award, Notice, kind_of, organisations, parse
from sousveil.loaders.zh_procurement import _distinct, loader, programmes_in
from sousveil.loaders.zh_text import Line, Table, blocks, decoded, money, zh_date

REAL = Path(__file__).parents[3] / "shared" / "data" / "zh-procurement-ccgp"

NUMBERED = """云山市公安局雪亮工程视频监控设备采购项目中标公告
一、项目编号：ABC2021-0012（招标文件编号：ABC2021-0012）
二、项目名称：云山市公安局雪亮工程视频监控设备采购项目
三、中标（成交）信息
供应商名称：云山智安安防科技有限公司
供应商地址：云山市海滨路8号
中标（成交）金额：128.6000000（万元）
四、主要标的信息
五、评审专家（单一来源采购人员）名单：
张三、李四、王五
六、代理服务收费标准及金额：
本项目代理费总金额：1.5000000 万元（人民币）
七、公告期限
自本公告发布之日起1个工作日。
九、凡对本次公告内容提出询问，请按以下方式联系。
1.采购人信息
名 称：云山市公安局
地址：云山市人民路1号
联系方式：王警官 010-12345678
2.采购代理机构信息
名 称：云山招标有限公司
地 址：云山市中山路2号
联系方式：赵六 13800000000
3.项目联系方式
项目联系人：赵六
电 话： 13800000000
发布日期：2021年3月9日
"""
TABLES = """<html><head><meta charset="gb2312">
<title>中标结果公告-云山市政府采购网</title></head><body>
<h2 class="tc">云山市平安城市三期中标结果公告</h2>
<p><strong>一、项目编号：</strong>YS-2021-7</p><p>二、项目名称：云山市平安城市三期</p>
<p><strong>三、中标（成交）信息</strong></p><p>1.中标结果：</p>
<table><thead><tr><th>序号</th><th>中标（成交）金额(元)</th><th>中标供应商名称</th>
<th>中标供应商地址</th><th>评审总得分</th></tr></thead><tbody>
<tr><td>1</td><td>1,286,000.00</td><td>云山智安科技有限公司</td><td>云山市</td><td>92.3</td></tr>
</tbody></table>
<p>2.废标结果:</p><table><tr><td>序号</td><td>标项名称</td><td>废标理由</td><td>其他事项</td></tr>
<tr><td>/</td><td>/</td><td>/</td><td>/</td></tr></table>
<p>四、主要标的信息</p>
<table><tr><td>序号</td><td>标项名称</td><td>标的名称</td><td>品牌</td><td>数量</td><td>单价</td>
<td>规格型号</td></tr>
<tr><td>1</td><td>视频设备</td><td>网络摄像机</td><td>示例牌</td><td>120台</td><td>1200</td>
<td>EX-2CD100</td></tr>
<tr><td>1</td><td>视频设备</td><td>立杆</td><td>国产</td><td>10</td><td>100</td><td>定制</td></tr>
</table><p>五、评审专家名单：张三，李四</p><p>1.采购人信息</p><p>名 称：云山市公安局</p>
<p>联系方式：某警官</p><p>2.采购代理机构信息</p><p>名 称：云山招标有限公司</p>
<script>var 中标人 = "假冒公司有限公司";</script></body></html>"""
LOTS = """<p>项目编号：YS2018-88</p><p>项目名称：智能卡口</p><p>采购单位：云山市公安局交警支队</p>
<table><tr><th>包号</th><th>成交供应商</th><th>成交金额（万元）</th></tr>
<tr><td>A包</td><td>甲乙丙科技有限公司</td><td>12.5</td></tr>
<tr><td>B包</td><td>丁戊己贸易有限公司</td><td>费率 85%</td></tr>
<tr><td>C包</td><td>流标</td><td>/</td></tr></table>
<table><tr><th>包号</th><th>货物名称</th><th>品牌型号</th><th>数量</th><th>生产厂家</th></tr>
<tr><td rowspan=2>A包</td><td>摄像机</td><td>示例 X1</td><td>3</td>
<td>示例电子股份有限公司</td></tr>
<tr><td>硬盘</td><td>样品 H8</td><td>6块</td><td></td></tr>
<tr><td>B包</td><td>服务</td><td>无</td><td>1</td><td></td></tr></table>"""
CONTRACT = """一、合同编号：HT-2022-1
二、合同名称：执法记录仪采购合同
三、项目编号：P-22
四、项目名称：执法记录仪采购
五、合同主体
采购人（甲方）：云山市公安局
联系方式：010-1111111
供应商（乙方）：甲乙通信有限公司
联系方式：13811111111
六、合同主要信息
主要标的名称：执法记录仪
规格型号（或服务要求）：DSJ-Z9
主要标的数量：200
主要标的单价：1500
合同金额：30.000000 万元（人民币）
七、合同签订日期：2022年05月06日
八、合同公告日期：2022年05月09日
"""


def only(notice: Notice) -> Award:
    (award,) = notice.awards
    return award


def saved(folder: Path, content: str, title: str, **header: Any) -> Path:
    path = folder / "notice.json"
    fields = {"title": title, "content": content, "website": "云山市政府采购网",
              "url": "http://www.example.cn/a/1.html", "published_ts": "2021-03-09 10:00:00"}
    path.write_text(json.dumps(fields | header, ensure_ascii=False), "utf-8")
    return path


def given_by(path: Path) -> list[dict[str, Any]]:
    rejects: list[Reject] = []
    found = list(read(path, loader, rejects.append))
    assert rejects == []
    return found


def of(found: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [one for one in found if one["type"] == kind]


def roles(transaction: dict[str, Any]) -> dict[str, list[str]]:
    return {r: [p["name"] for p in ps] for r, ps in transaction["roles"].items()}


# Layouts ----------------------------------------------------------------------------------------


def test_the_numbered_layout_in_use_since_2020(tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_text(NUMBERED, "utf-8")
    found = given_by(path)
    (transaction,) = of(found, "Transaction")
    assert roles(transaction) == {
        "SELLER": ["云山智安安防科技有限公司"], "BUYER": ["云山市公安局"],
        "AGENT": ["云山招标有限公司"],
    }
    assert transaction["amount"] == {"value": 1_286_000.0, "currency": "CNY"}
    assert (transaction["kind"], transaction["date"]) == ("award", "2021-03-09")
    assert transaction["reference"] == "ABC2021-0012"
    assert [p["id"] for p in transaction["programmes"]] == ["sharp-eyes"]
    (body,) = of(found, "PublicBody")
    assert (body["kind"], body["country"]) == ("public-security-bureau", "CN")
    (source,) = of(found, "Source")
    assert source["publisher"] == body["id"]  # No site is known: the buyer published it.


def test_tables_with_header_rows_and_goods(tmp_path: Path) -> None:
    path = tmp_path / "notice.html"
    path.write_bytes(TABLES.encode("gb18030"))
    found = given_by(path)
    (transaction,) = of(found, "Transaction")
    assert roles(transaction)["SELLER"] == ["云山智安科技有限公司"]
    assert transaction["amount"]["value"] == 1_286_000.0
    (product,) = of(found, "Product")  # 国产 and 定制 name neither a brand nor a model.
    assert product["names"][0]["text"] == "示例牌 EX-2CD100"
    assert transaction["products"] == [{"id": product["id"], "quantity": "120"}]
    assert "MANUFACTURER" not in transaction["roles"]  # A brand is not said to be the maker.
    assert of(found, "Source")[0]["names"][0]["text"] == "云山市平安城市三期中标结果公告"


def test_each_lot_is_an_award_of_its_own(tmp_path: Path) -> None:
    path = saved(tmp_path, LOTS, "云山市公安局交警支队设备采购成交公告")
    first, second = of(given_by(path), "Transaction")
    assert (first["lots"], second["lots"]) == (["A"], ["B"])
    assert roles(first)["SELLER"] == ["甲乙丙科技有限公司"]
    assert roles(second)["SELLER"] == ["丁戊己贸易有限公司"]
    assert first["amount"]["value"] == 125_000.0
    assert second["amount"] is None  # A rate is no amount.
    assert roles(first)["MANUFACTURER"] == ["示例电子股份有限公司"]
    assert len(first["products"]) == 2
    assert second["products"] == []
    assert "MANUFACTURER" not in second["roles"]
    assert first["reference"] == second["reference"] == "YS2018-88"


@pytest.mark.parametrize("text", [
    "中标供应商：包1：甲乙通信有限公司；包2：丙丁集成有限公司\n中标金额：包1：10万元；包2：20万元",
    "三、中标（成交）信息\n采购包1：\n供应商名称：甲乙通信有限公司\n中标（成交）金额"
    "：10.00万元\n采购包2：\n"
    "供应商名称：丙丁集成有限公司\n中标（成交）金额：20.00万元",
    "第一标段\n中标人：甲乙通信有限公司\n中标价：100000元\n第二标段\n中标人："
    "丙丁集成有限公司\n中标价：20万元",
    "<table><tr><td>标段编号</td><td>1</td></tr><tr><td>中标人</td><td>甲乙通信有限公司</td></tr>"
    "<tr><td>中标价（万元）</td><td>10</td></tr><tr><td>标段编号</td><td>2</td></tr><tr><td>中标人"
    "</td><td>丙丁集成有限公司</td></tr><tr><td>中标价（万元）</td><td>20</td></tr></table>",
])
def test_lots_in_lines_and_in_one_line(text: str) -> None:
    notice = parse(f"采购人：云山市教育局\n{text}" if "<" not in text else text, "采购中标公告")
    assert [(a.sellers, a.amount.amount if a.amount else "") for a in notice.awards] == [
        (["甲乙通信有限公司"], "100000"), (["丙丁集成有限公司"], "200000")]
    assert len({a.lot for a in notice.awards}) == 2


def test_a_consortium_is_one_award_and_a_builder_may_buy_for_the_police(tmp_path: Path) -> None:
    path = saved(tmp_path, """项目编号：Z-9
招标人：云山市城市建设投资有限公司
最终用户：云山市公安局
中标人：甲乙通信有限公司（联合体牵头人）、丙丁系统集成有限公司（联合体成员）
中标金额：人民币壹亿贰仟叁佰万元整（¥123,000,000.00元）
中标日期：2019年3月1日""", "云山市智慧公安建设项目中标公告")
    found = given_by(path)
    (transaction,) = of(found, "Transaction")
    assert roles(transaction) == {
        "SELLER": ["甲乙通信有限公司", "丙丁系统集成有限公司"],
        "BUYER": ["云山市城市建设投资有限公司"], "END_USER": ["云山市公安局"],
    }
    assert (transaction["amount"]["value"], transaction["date"]) == (123_000_000.0, "2019-03-01")
    buyer = transaction["roles"]["BUYER"][0]["id"]
    assert [c["id"] for c in of(found, "Company")].count(buyer) == 1


def test_labels_above_their_values() -> None:
    lines = ("采购人", "云山市公安局", "中标供应商", "甲乙通信有限公司", "中标金额", "100000元")
    notice = parse("".join(f"<p>{line}</p>" for line in lines), "采购中标公告")
    assert (notice.buyers, only(notice).sellers) == (["云山市公安局"], ["甲乙通信有限公司"])
    assert only(notice).amount == ("100000", "CNY")


def test_the_site_that_a_page_names_is_its_publisher(tmp_path: Path) -> None:
    path = tmp_path / "notice.html"
    told = "<body><p>2021年3月9日 来源：云山市政府采购网</p>"
    path.write_text(TABLES.replace("<body>", told), "utf-8")
    (publisher,) = of(given_by(path), "Publisher")
    assert publisher["names"][0]["text"] == "云山市政府采购网"


def test_the_members_of_a_consortium_on_lines_of_their_own() -> None:
    notice = parse("中标人：甲乙通信有限公司\n联合体成员：丙丁集成有限公司\n", "中标公告")
    assert only(notice).sellers == ["甲乙通信有限公司", "丙丁集成有限公司"]


def test_a_contract_is_a_sale_on_the_day_it_was_signed(tmp_path: Path) -> None:
    path = saved(tmp_path, CONTRACT, "云山市公安局执法记录仪采购合同公告")
    (transaction,) = of(given_by(path), "Transaction")
    assert (transaction["kind"], transaction["date"]) == ("sale", "2022-05-06")
    assert roles(transaction) == {"SELLER": ["甲乙通信有限公司"], "BUYER": ["云山市公安局"]}
    assert transaction["amount"]["value"] == 300_000.0
    assert [p["quantity"] for p in transaction["products"]] == ["200"]


def test_free_text() -> None:
    notice = parse(
        "云山招标有限公司受云山县公安局委托，就视频监控项目（编号：YX-3）进行了竞争性谈判，"
        "经评审，确定甲乙通信有限公司为"
        "成交供应商，成交金额为人民币358000元。", "视频监控采购结果公告",
    )
    assert (notice.buyers, notice.agents) == (["云山县公安局"], ["云山招标有限公司"])
    award = only(notice)
    assert (award.sellers, award.amount) == (["甲乙通信有限公司"], ("358000", "CNY"))


TWO_LOTS = {
    "headings with the lot's name": "<p>三、采购结果</p><p>合同包1(摄像机):</p>" + (
        table := "<table><tr><th>供应商名称</th><th>供应商地址</th><th>中标（成交）金额</th></tr>"
        "<tr><td>{}</td><td>云山</td><td>{}</td></tr></table>"
    ).format("甲乙通信有限公司", "100,000.00元") + "<p>合同包2(存储):</p>"
    + table.format("丙丁集成有限公司", "200,000.00元")
    + "<p>四、主要标的信息</p><p>合同包1(摄像机):</p><p>货物类（甲乙通信有限公司）</p><table><tr>"
    "<th>品目号</th><th>采购标的</th><th>品牌</th><th>规格型号</th><th>数量（单位）</th></tr><tr>"
    "<td>1-1</td><td>摄像机</td><td>示例</td><td>X-1</td><td>10.00（台）</td></tr></table>",
    "a lot that failed between": "三、中标（成交）信息\n包号：1\n供应商名称：甲乙通信有限公司\n"
    "中标（成交）金额：100,000.00元\n包号：3\n废标（终止）原因：供应商不足三家\n包号：2\n"
    "供应商名称：丙丁集成有限公司\n中标（成交）金额：200,000.00元",
    "names that begin with the number": "<h2>四、中标（成交）信息</h2><p>包名称：包1：摄像机</p>"
    "<p>供应商名称：甲乙通信有限公司</p><p>中标（成交）金额：10(万元)</p><p>名称：监控中心</p>"
    "<p>包名称：包2：存储</p><p>供应商名称：丙丁集成有限公司</p><p>中标（成交）金额：20(万元)</p>",
    "forms of Shandong": "三、中标（成交）信息：\n标包：1\n供应商名称：甲乙通信有限公司\n中标"
    "（成交）金额：（可填写下浮率、折扣率或费率）：10万元\n标包：2\n供应商名称：丙丁集成有限公司\n中标"
    "（成交）金额：（可填写下浮率、折扣率或费率）：20万元\n五、评审专家名单：\n标包1：甲乙通信"
    "有限公司（85.39、88.89）、戊己建设有限公司（76.81、83.31）\n九、未中标（成交）供应商的未中标"
    "（成交）原因：\n1、庚辛建设有限公司：评审得分较低",
    "a table with unknown headings": "<table><tr><td>分包</td><td>评委甲</td><td>评委乙</td>"
    "<td>成交供应商</td><td>成交价（万元）</td><td>到货</td></tr><tr><td>1包</td><td>略</td><td>略</td>"
    "<td>甲乙通信有限公司</td><td>10</td><td>略</td></tr><tr><td>2包</td><td>略</td><td>略</td>"
    "<td>丙丁集成有限公司</td><td>20</td><td>略</td></tr></table>",
    "one line": "三、中标信息\n1包：甲乙通信有限公司，10万元；2包：丙丁集成有限公司，20万元",
}


@pytest.mark.parametrize("text", TWO_LOTS.values(), ids=TWO_LOTS)
def test_lots_under_headings_of_many_forms(text: str) -> None:
    notice = parse(text, "云山市公安局设备采购结果公告")
    assert [(a.lot, a.sellers, a.amount and a.amount.amount) for a in notice.awards] == [
        ("1", ["甲乙通信有限公司"], "100000"), ("2", ["丙丁集成有限公司"], "200000")]
    if "示例" in text:
        assert [(i.model, i.quantity) for i in notice.awards[0].items] == [("X-1", "10")]


def test_the_name_of_a_lot_may_stand_before_its_number() -> None:
    notice = parse("标段名称：前端设备\n标段编号：1\n中标人：甲乙通信有限公司\n标段编号：2\n"
                   "中标人：丙丁集成有限公司", "中标公告")
    assert [(a.lot, a.lot_name) for a in notice.awards] == [("1", "前端设备"), ("2", "")]


def test_a_page_saved_without_its_lines() -> None:
    notice = parse(
        "一、项目编号： YS-88二、项目名称：视频监控 预算金额(元)：279000 三、中标（成交）信息"
        "供应商名称：甲乙通信有限公司供应商地址：云山市某路1号中标（成交）金额：12.5万元四、主要"
        "标的信息 七、联系方式：采购人名称：云山市公安局采购代理机构名称：云山招标有限公司"
        "电话：010-1234567", "视频监控中标公告")
    assert (notice.number, notice.project) == ("YS-88", "视频监控")
    assert (notice.buyers, notice.agents) == (["云山市公安局"], ["云山招标有限公司"])
    assert only(notice).sellers == ["甲乙通信有限公司"]
    assert only(notice).amount == ("125000", "CNY")


def test_two_words_for_one_party() -> None:
    notice = parse("招标人/采购人：云山市公安局\n招标代理/采购代理机构：云山招标有限公司\n"
                   "中标/成交供应商：甲乙通信有限公司\n中标/成交金额：10万元", "中标公告")
    assert (notice.buyers, notice.agents) == (["云山市公安局"], ["云山招标有限公司"])
    assert only(notice).sellers == ["甲乙通信有限公司"]
    assert only(notice).amount == ("100000", "CNY")


@pytest.mark.parametrize("label", [
    "中标（成交）供应商名称", "中标(成交)供应商", "成交（中标）人名称",
])
def test_a_label_with_a_choice_in_brackets_is_one(label: str) -> None:
    notice = parse(f"采购人：云山市公安局\n{label}：甲乙通信有限公司\n中标（成交）金额：10万元",
                   "结果公告")
    assert only(notice).sellers == ["甲乙通信有限公司"]
    assert only(notice).amount == ("100000", "CNY")


def test_labels_without_colons() -> None:
    notice = parse("三、中标（成交）信息\n1：供应商名称 甲乙通信有限公司 ；供应商地址 云山市 ；"
                   "中标（成交）金额 1267500元；备注 服务期：1年 。", "中标公告")
    assert only(notice).sellers == ["甲乙通信有限公司"]
    assert only(notice).amount == ("1267500", "CNY")


def test_a_contract_by_the_ministry_s_form_has_the_number_of_its_award() -> None:
    notice = parse(
        "一、合同编号：HT-1\n二、合同名称：摄像机合同\n三、项目编号（或招标编号、政府采购计划编号"
        "、采购计划备案文号等，如有）：YS-7\n四、项目名称：云山市平安城市\n五、合同主体\n采购人"
        "（甲方）：云山市公安局\n供应商（乙方）：甲乙通信有限公司\n合同金额：24.000000 万元",
        "摄像机采购合同公告")
    assert (notice.number, notice.project) == ("YS-7", "云山市平安城市")
    assert only(notice).amount == ("240000", "CNY")


def test_the_agent_may_stand_behind_the_buyer() -> None:
    notice = parse("受云山县公安局的委托，云山招标有限公司就视频监控项目进行磋商，结果如下：\n成交"
                   "单位：甲乙通信有限公司，成交价：10万元，联系人：某某", "成交公告")
    assert (notice.buyers, notice.agents) == (["云山县公安局"], ["云山招标有限公司"])
    assert only(notice).sellers == ["甲乙通信有限公司"]


@pytest.mark.parametrize("heading", ["2、采购代理机构", "2.采购代理机构信息", "（二）代理机构"])
def test_an_agent_below_the_buyer_buys_nothing(heading: str) -> None:
    notice = parse(f"1、采购人信息\n名称：云山市公安局\n{heading}\n名称：云山招标有限公司\n"
                   "3、项目联系方式\n项目联系人：某某", "中标公告")
    assert (notice.buyers, notice.agents) == (["云山市公安局"], ["云山招标有限公司"])


def test_parts_that_stand_beside_the_names_of_parties() -> None:
    notice = parse("<table><tr><td rowspan=2>中标人</td><td>名称</td><td>甲乙通信有限公司</td></tr>"
                   "<tr><td>中标价</td><td>10万元</td></tr><tr><td rowspan=2>招标人</td><td>名称"
                   "</td><td>云山市公安局</td></tr><tr><td>联系人</td><td>某某 010-1234567</td>"
                   "</tr></table>", "中标公告")
    assert (notice.buyers, only(notice).sellers) == (["云山市公安局"], ["甲乙通信有限公司"])


# What is no award -------------------------------------------------------------------------------


@pytest.mark.parametrize(("title", "kind"), [
    ("监控设备采购项目公开招标公告", "tender"), ("某项目竞争性磋商公告", "tender"),
    ("询价公告", "tender"),
    ("某项目中标公告", "award"), ("某项目成交结果公告", "award"), ("采购结果公告", "award"),
    ("某项目中标候选人公示", "candidates"), ("评标结果公示", "candidates"),
    ("关于某项目中标公告的更正公告", "correction"), ("某项目变更公告（第二次）", "correction"),
    ("不动产变更登记系统中标公告", "award"), ("某项目废标公告", "cancelled"),
    ("终止公告", "cancelled"),
    ("某项目流标公示", "cancelled"), ("某项目中标结果终止公告", "cancelled"),
    ("某项目合同公告", "contract"), ("政府采购意向公告", "intention"),
    ("某项目单一来源采购公示", "single-source"), ("某项目单一来源成交公告", "award"),
    ("框架协议入围结果公告", "framework"), ("天气预报", ""),
    ("撤销某项目中标结果的公告", "cancelled"), ("关于取消某公司中标资格的公告", "cancelled"),
    ("中标无效公告", "cancelled"), ("采购合同解除公告", "cancelled"),
    ("政府采购投诉处理结果公告", "decision"), ("行政处罚结果公告", "decision"),
    ("投诉举报平台项目中标公告", "award"), ("信息更正：某项目中标公告", "correction"),
    ("某项目资格预审结果公告", "candidates"), ("开标结果公示", "candidates"),
])
def test_the_kind_of_a_notice(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_the_site_says_the_kind_where_the_title_does_not() -> None:
    assert kind_of("云山市公安局摄像机采购", "成交公告") == "award"
    assert kind_of("云山市公安局摄像机招标公告", "成交公告") == "award"


CANDIDATES = """项目名称：云山市天网工程
招标人：云山市公安局
第一中标候选人：甲乙通信有限公司 投标报价：1000万元
第二中标候选人：丙丁系统集成有限公司
项目负责人：张某"""


def test_candidates_are_no_winners(tmp_path: Path) -> None:
    path = saved(tmp_path, CANDIDATES, "云山市天网工程中标候选人公示")
    (transaction,) = of(given_by(path), "Transaction")
    assert transaction["kind"] == "tender"
    assert roles(transaction) == {
        "BUYER": ["云山市公安局"], "BIDDER": ["甲乙通信有限公司", "丙丁系统集成有限公司"]}
    assert transaction["amount"] is None
    assert [p["id"] for p in transaction["programmes"]] == ["skynet"]


def test_a_ranking_in_an_award_makes_bidders(tmp_path: Path) -> None:
    path = saved(tmp_path, """<p>采购人：云山市公安局</p>
<table><tr><td>投标人名称</td><td>投标报价（元）</td>
<td>得分</td><td>推荐排名</td></tr><tr><td>甲乙通信有限公司</td><td>100000</td><td>90</td><td>1</td></tr>
<tr><td>丙丁集成有限公司</td><td>110000</td><td>80</td><td>2</td></tr></table>
<p>中标人：甲乙通信有限公司 中标金额：10万元</p>""", "设备采购中标公告")
    (transaction,) = of(given_by(path), "Transaction")
    assert roles(transaction)["SELLER"] == ["甲乙通信有限公司"]
    assert roles(transaction)["BIDDER"] == ["丙丁集成有限公司"]


HEAD = "<p>采购人：云山市公安局</p><p>三、成交信息</p>"
LOSERS = "<tr><td>{}</td><td>{}</td><td>{}</td></tr>"


@pytest.mark.parametrize("text", [
    # Offers, of which another line says which was chosen.
    HEAD + "<table><tr><td>序号</td><td>供应商名称</td><td>最终报价（元）</td></tr>"
    + LOSERS.format(1, "甲乙通信有限公司", 100000) + LOSERS.format(2, "丙丁集成有限公司", 110000)
    + "</table><p>成交供应商：甲乙通信有限公司</p>",
    # A column that says who won.
    HEAD + "<table><tr><td>供应商名称</td><td>报价（元）</td><td>是否成交</td></tr>"
    + LOSERS.format("甲乙通信有限公司", 100000, "是")
    + LOSERS.format("丙丁集成有限公司", 110000, "否") + "</table>",
    HEAD + "<table><tr><td>中标候选人名称</td><td>成交金额（元）</td><td>状态</td></tr>"
    + LOSERS.format("甲乙通信有限公司", 100000, "中标")
    + LOSERS.format("丙丁集成有限公司", 110000, "未中标") + "</table>",
    # A table whose headings are not known.
    HEAD + "<table><tr><td>投标人名称</td><td>商务部分</td><td>汇总</td></tr>"
    + LOSERS.format("甲乙通信有限公司", 8, 88) + LOSERS.format("丙丁集成有限公司", 7, 77)
    + "</table><p>成交供应商：甲乙通信有限公司</p>",
    # A column for each candidate, under a title that speaks of the result.
    "<h1>定标结果公示</h1>" + HEAD
    + "<table><tr><td>候选人</td><td>第一中标候选人</td><td>第二中标候选人</td></tr>"
    + LOSERS.format("单位名称", "甲乙通信有限公司", "丙丁集成有限公司")
    + "</table><p>中标人：甲乙通信有限公司</p>",
    HEAD + "<table>" + LOSERS.format("排名", "中标人", "报价")
    + LOSERS.format("第一名", "甲乙通信有限公司", "10万元")
    + LOSERS.format("第二名", "丙丁集成有限公司", "11万元") + "</table>",
    HEAD + "<p>第一中标候选人：甲乙通信有限公司</p><p>第二中标候选人：丙丁集成有限公司</p>"
    "<p>中标人：甲乙通信有限公司</p><p>未中标供应商：丙丁集成有限公司</p>",
])
def test_who_offered_is_no_seller(text: str) -> None:
    notice = parse(text, "摄像机采购成交结果公告")
    assert only(notice).sellers == ["甲乙通信有限公司"]
    assert set(notice.bidders) <= {"丙丁集成有限公司"}


def test_the_offer_of_a_candidate_is_not_the_price_of_the_winner() -> None:
    notice = parse("三、成交信息\n第一中标候选人：丙丁集成有限公司 投标报价：120万元\n"
                   "第二中标候选人：甲乙通信有限公司 投标报价：130万元\n"
                   "中标人：甲乙通信有限公司", "中标公告")
    assert (only(notice).sellers, only(notice).amount) == (["甲乙通信有限公司"], None)


def test_offers_of_which_none_is_said_to_be_chosen_are_bidders() -> None:
    rows = LOSERS.format(1, "甲乙通信有限公司", 100000) + LOSERS.format(2, "丙丁集成有限公司", 1)
    heads = LOSERS.format("序号", "供应商名称", "最终报价（元）")
    notice = parse(HEAD + f"<table>{heads}{rows}</table>", "摄像机采购成交结果公告")
    assert (notice.awards, notice.bidders) == ([], ["甲乙通信有限公司", "丙丁集成有限公司"])


@pytest.mark.parametrize(("title", "content"), [
    ("人脸识别系统废标公告", "采购人：云山市公安局\n废标原因：有效投标人不足三家"),
    ("中标结果更正公告",
        "采购人：云山市公安局\n更正前：中标供应商：甲乙通信有限公司\n更正后：中标供应商：丙"
        "丁集成有限公司"),
    ("政府采购意向公告", "采购人：云山市公安局\n项目名称：摄像机"),
    ("成交公告", "采购人：云山市公安局\n<table><tr><td>包号</td><td>中标供应商"
                 "</td><td>中标金额(元)</td></tr>"
     "<tr><td>1</td><td>无供应商报价</td><td>--</td></tr></table>"),
])
def test_what_awards_nothing_gives_its_source_alone(
    tmp_path: Path, title: str, content: str
) -> None:
    found = given_by(saved(tmp_path, content, title))
    assert {one["type"] for one in found} == {"Publisher", "Source"}


def test_a_tender_names_no_seller_and_no_goods(tmp_path: Path) -> None:
    path = saved(tmp_path, "采购人：云山市公安局\n代理机构：云山招标有限公司\n"
                 "<table><tr><td>货物名称</td><td>参考品牌</td><td>规格型号</td><td>品牌</td></tr>"
                 "<tr><td>摄像机</td><td>示例</td><td>X-1</td><td>示例</td></tr></table>",
                 "监控设备公开招标公告")
    found = given_by(path)
    (transaction,) = of(found, "Transaction")
    assert (transaction["kind"], transaction["products"]) == ("tender", [])
    assert set(transaction["roles"]) == {"BUYER", "AGENT"}
    assert of(found, "Product") == []


def test_a_proposed_supplier_of_a_single_source_procurement_is_no_seller() -> None:
    notice = parse("采购人：云山市公安局\n二、拟定供应商信息\n名称：外国仪器（中国）有限公司",
        "试剂单一来源公示")
    assert (notice.awards, notice.buyers) == ([], ["云山市公安局"])


def test_an_intended_winner_is_marked_as_concluded(tmp_path: Path) -> None:
    path = saved(tmp_path, "<table><tr><td>招 标 "
                           "人</td><td>云山市建设投资有限公司</td></tr><tr><td>"
                 "拟 中 标\n人</td><td>甲乙通信有限公司</td></tr></table>", "工程中标结果公告")
    (record,) = loader.read(path)
    claims = list(loader.claims(record))
    (seller,) = (c for c in claims if c.kind == "SELLER")
    assert "拟中标人" in seller.inferred_because


# Persons ----------------------------------------------------------------------------------------

PEOPLE = ["张三", "李四", "王五", "赵六", "王警官", "某警官", "13800000000", "12345678",
    "13811111111"]


@pytest.mark.parametrize("content", [NUMBERED, TABLES, LOTS, CONTRACT])
def test_no_person_and_no_telephone_number_leaves_the_parser(
    tmp_path: Path, content: str
) -> None:
    path = saved(tmp_path, content, "云山市采购成交公告", purchaser_contact_name="钱七",
                 expert_names="孙八、周九", agent_contact_phone="010-7654321",
                 project_contact_name="吴十")
    out = json.dumps(given_by(path), ensure_ascii=False)
    (record,) = loader.read(path)
    out += "".join(map(repr, loader.claims(record)))
    for word in [*PEOPLE, "钱七", "孙八", "7654321", "吴十"]:
        assert word not in out


@pytest.mark.parametrize(("winner", "why"), [
    ("云山区张三电脑经营部", "sole trader"), ("李四（个体工商户）", "sole trader"),
    ("张三", "name that may be a person's"), ("王小明先生", "name that may be a person's"),
])
def test_traders_who_are_persons_are_withheld(tmp_path: Path, winner: str, why: str) -> None:
    path = saved(tmp_path, f"采购人：云山市第一小学\n成交供应商：{winner}\n成交金额：3万元",
        "采购成交公告")
    (record,) = loader.read(path)
    claims = list(loader.claims(record))
    assert record.omitted[why] == 1
    assert not [c for c in claims if c.kind == "SELLER"]
    assert not [w for w in ("张三", "李四", "王小明") if w in repr(claims)]


def test_an_individual_business_is_known_by_its_code() -> None:
    record = Record(Path("x"), 1, "notice", {
        "title": "采购成交公告", "website": "某网",
        "content": "采购人：云山市第一小学\n成交供应商：云山市兴旺发达建设公司\n"
                   "统一社会信用代码：92500108MA5UXXXX1K",
    })
    assert "兴旺" not in repr(list(loader.claims(record)))
    assert record.omitted["sole trader"] == 1


# Parts ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "unit", "amount"), [
    ("31.68万元", "", "316800"), ("￥1,283,000.00", "", "1283000"), ("12.5", "万元", "125000"),
    ("￥:99，550.00元", "", "99550"), ("陆拾叁万玖仟元整（¥639000.00）", "", "639000"),
    ("陆万肆仟元整", "", "64000"), ("壹亿贰仟叁佰万元整", "", "123000000"), ("9.955 "
                                                                             "万元（人民币）", "",
                                                                             "99550"),
    ("伍佰元柒角伍分", "", "500.75"), ("31.68万元（￥316800元）", "", "316800"),
    ("1.2亿元", "", "120000000"), ("美元 5000元", "", "5000"), ("￥35.5", "万元", "355000"),
])
def test_amounts(text: str, unit: str, amount: str) -> None:
    found = money(text, unit)
    assert found is not None
    assert found.amount == amount


@pytest.mark.parametrize("text", [
    "下浮率20%", "费率：85%", "折扣率 8.5", "20％", "0.0 万元", "0元", "128000", "10万元至20万元",
    "见附件", "",
    "2021年3月", "DS-2CD3T46 12台", "35元/台", "每年35元每台", "9" * 40 + "元",
    "成交下浮系数：20%，100元",
])
def test_what_is_no_amount(text: str) -> None:
    assert money(text) is None


def test_amounts_that_cannot_be_the_whole_are_left_out() -> None:
    heads = ("<table><tr><td>包号</td><td>货物名称</td><td>中标供应商</td><td>中标金额（元）</td>"
             "</tr>")
    goods = "<tr><td>1</td><td>{}</td><td>甲乙通信有限公司</td><td>{}</td></tr>"
    notice = parse(heads + goods.format("摄像机", 1000) + goods.format("存储", 2000) + "</table>",
                   "中标公告")
    assert (only(notice).amount, sum(notice.omitted.values())) == (None, 1)
    wrong = parse("总中标金额：31.2万元\n中标供应商：甲乙通信有限公司\n中标金额（万元）：312000",
                  "中标公告")
    assert only(wrong).amount is None
    assert money("128.5元", "万元") is None
    assert money("1285000元", "万元") == ("1285000", "CNY")


@pytest.mark.parametrize(("text", "day"), [
    ("2018年10月31日", "2018-10-31"), ("2018-10-31 15:00", "2018-10-31"),
    ("2018/1/5", "2018-01-05"),
    ("二○一六年11月 14 日", "2016-11-14"), ("二〇一九年三月五日", "2019-03-05"),
    ("2016 年 2 月", "2016-02"),
    ("二〇二一年十二月二十三日", "2021-12-23"), ("2016年13月1日", ""), ("2016年2月30日", ""),
    ("", ""),
    ("31/10/2018", ""), ("电话0471-2018-1234", ""),
])
def test_dates(text: str, day: str) -> None:
    assert zh_date(text) == day


@pytest.mark.parametrize(("text", "names"), [
    ("甲乙科技有限公司（综合评分第一）", ["甲乙科技有限公司"]),
    ("甲乙（集团）有限公司", ["甲乙（集团）有限公司"]),
    ("甲乙科技(深圳)有限公司", ["甲乙科技（深圳）有限公司"]),
    ("甲乙国金有限公司重庆分公司", ["甲乙国金有限公司重庆分公司"]),
    ("甲乙科技有限公司、丙丁有限公司", ["甲乙科技有限公司", "丙丁有限公司"]),
    ("重庆维普资讯有限公司，地址：重庆丙丁有限公司", ["重庆维普资讯有限公司"]),
    ("甲乙科技有限 公司", ["甲乙科技有限公司"]), ("云山市公安局", ["云山市公安局"]), ("无", []),
    ("详见附件", []),
    ("Example Trading Co., Ltd.", ["Example Trading Co., Ltd"]), ("刘备", []),
    ("甲\ufffd科技有限公司", []),
    ("甲乙科技有限公司(联合体：丙丁有限公司、戊己有限公司)",
     ["甲乙科技有限公司", "丙丁有限公司", "戊己有限公司"]),
    ("甲乙科技有限公司（牵头方，与丙丁有限公司组成联合体）", ["甲乙科技有限公司", "丙丁有限公司"]),
    ("甲乙科技有限公司（主）/丙丁有限公司（成）", ["甲乙科技有限公司", "丙丁有限公司"]),
    ("云山市公安局（海滨分局）", ["云山市公安局（海滨分局）"]),
    ("云山市公安局（本级）", ["云山市公安局"]),
    ("(主)甲乙科技有限公司;(成)丙丁有限公司", ["甲乙科技有限公司", "丙丁有限公司"]),
    ("（联合体）甲乙科技有限公司,丙丁有限公司", ["甲乙科技有限公司", "丙丁有限公司"]),
    ("1.甲乙科技有限公司 2.丙丁有限公司", ["甲乙科技有限公司", "丙丁有限公司"]),
])
def test_names_of_organisations(text: str, names: list[str]) -> None:
    assert organisations(text) == names


@pytest.mark.parametrize(("title", "ids"), [
    ("云山市雪亮工程", ["sharp-eyes"]), ("灵山县天网工程二期", ["skynet"]),
    ("高清天网系统", ["skynet"]),
    ("航天网络设备采购", []), ("明天网购平台", []), ("天网络科技", []),
    ("平安城市项目", ["safe-city"]),
    ("智慧公安平台", ["smart-public-security"]), ("平安保险采购", []),
])
def test_programmes(title: str, ids: list[str]) -> None:
    assert [i for i, _, _ in programmes_in(title)] == ids


def test_a_programme_is_concluded_from_the_title(tmp_path: Path) -> None:
    (record,) = loader.read(saved(tmp_path, CANDIDATES, "云山市天网工程中标候选人公示"))
    (under,) = (c for c in loader.claims(record) if c.kind == "UNDER")
    assert under.inferred_because


@pytest.mark.parametrize(("name", "alone"), [
    ("云山市公安局", True), ("公安局", False), ("市公安局", False), ("朝阳区教育局", False),
    ("云山县教育局", True),
    ("北京市朝阳区教育局", True), ("城关镇人民政府", False), ("四川外国语大学", True),
    ("甲乙科技有限公司", True),
    ("建设公司", False), ("人民医院", False),
])
def test_a_name_that_several_bodies_share_is_kept_apart(name: str, alone: bool) -> None:
    assert _distinct(name) is alone


def test_bodies_of_the_same_short_name_in_two_notices_stay_two(tmp_path: Path) -> None:
    ids = set()
    for number in (1, 2):
        found = given_by(saved(tmp_path, "采购人：公安局\n采购内容：摄像机", "采购公告",
                               url=f"http://www.example.cn/{number}.html"))
        ids.update(b["id"] for b in of(found, "PublicBody"))
    assert len(ids) == 2


@pytest.mark.parametrize(("name", "kind"), [
    ("枝江市公安消防大队", "fire-brigade"), ("云山市公安局交警支队", "traffic-police"),
    ("中国人民公安大学", "police-academy"), ("云山市政府采购中心", "procurement-centre"),
])
def test_kinds_of_public_bodies(tmp_path: Path, name: str, kind: str) -> None:
    found = given_by(saved(tmp_path, f"采购人：{name}\n项目名称：设备", "设备采购公告"))
    assert [b["kind"] for b in of(found, "PublicBody")] == [kind]


# Files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notice.html"
    path.write_bytes(TABLES.encode(encoding))
    assert find(path, LOADERS).name == "zh-procurement"
    assert roles(of(given_by(path), "Transaction")[0])["BUYER"] == ["云山市公安局"]


def test_a_character_that_gb2312_lacks() -> None:
    text = decoded('<meta charset="gb2312"><p>中标人：淏镕科技有限公司㙍</p>'.encode("gb18030"))
    assert text is not None
    assert "淏镕科技有限公司㙍" in text


def test_layout_tables_are_taken_apart_and_merged_cells_filled() -> None:
    found = blocks(
        "<table><tr><td>左</td><td><p>前</p><table><tr><td rowspan=2>甲</td><td>1</td></tr>"
        "<tr><td>2</td></tr></table>后</td></tr></table>"
    )
    assert [b.text for b in found if isinstance(b, Line)] == ["左", "前", "后"]
    (table,) = (b for b in found if isinstance(b, Table))
    assert table.rows == (("甲", "1"), ("甲", "2"))


def test_an_award_that_several_notices_tell_of_is_one(tmp_path: Path) -> None:
    """The same on another site, and its contract; not another lot, winner, number or buyer."""
    def one(title: str, *changes: tuple[str, str]) -> str:
        text = NUMBERED
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "n.json"
        path.write_text(json.dumps({"title": title, "content": text, "website": title}))
        (found,) = of(given_by(path), "Transaction")
        return str(found["id"])

    first = one("某项目中标公告")
    assert first == one("某项目成交公告（省网）") == one("某项目合同公告")
    assert first == one("某项目中标公告", ("ABC2021-0012", "abc2021 0012"))
    assert len({
        first, one("某项目中标公告", ("ABC2021-0012", "ABC2021-0013")),
        one("某项目中标公告", ("智安安防", "平安安防")),
        one("某项目中标公告", ("云山市公安局", "云海市公安局")),
        one("某项目中标公告", ("供应商名称：", "包号：2\n供应商名称：")),
    }) == 5


def test_without_a_number_or_with_a_buyer_that_many_have_a_notice_stands_alone(
    tmp_path: Path
) -> None:
    ids = set()
    for title in ("甲项目中标公告", "乙项目中标公告"):
        for old, new in (("编号", "方式"), ("云山市公安局", "公安局")):
            path = tmp_path / "n.json"
            path.write_text(json.dumps(
                {"title": title, "content": NUMBERED.replace(old, new), "website": "某网"}))
            ids |= {t["id"] for t in of(given_by(path), "Transaction")}
    assert len(ids) == 4


@pytest.mark.parametrize("shape", ["object", "list", "lines", "tar", "escaped"])
def test_saved_json_in_every_shape(tmp_path: Path, shape: str) -> None:
    one = {"title": "某项目中标公告", "content": NUMBERED, "website": "某网"}
    two = one | {"title": "另一项目中标公告", "content": NUMBERED.replace("2021-0012", "2021-13")}
    plain = json.dumps(one, ensure_ascii=False)
    path = tmp_path / "notices.json"
    if shape == "tar":
        path = tmp_path / "notices.tar.gz"
        with tarfile.open(path, "w:gz") as archive:
            for name, value in (("a.json", one), ("b.json", two)):
                data = json.dumps(value).encode()
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, BytesIO(data))
    else:
        path.write_text({
            "object": plain, "list": json.dumps([one, two], ensure_ascii=False),
            "lines": f"{plain}\n{json.dumps(two)}\n", "escaped": json.dumps(one),
        }[shape], "utf-8")
    assert find(path, LOADERS).name == "zh-procurement"
    count = 1 if shape in ("object", "escaped") else 2
    assert len(of(given_by(path), "Transaction")) == count


def test_an_answer_of_a_site_s_own_service(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    inner = {"title": "云山市摄像机采购中标公告", "content": NUMBERED.rpartition("发布")[0],
             "publishDate": 1615305600000, "articleId": "x"}
    path.write_text(json.dumps({"success": True, "result": {"data": inner}}), "utf-8")
    assert find(path, LOADERS).name == "zh-procurement"
    found = given_by(path)
    (transaction,) = of(found, "Transaction")
    assert roles(transaction)["BUYER"] == ["云山市公安局"]
    assert transaction["date"] == "2021-03-10"


@pytest.mark.parametrize(("name", "text"), [
    ("a.json", '{"title": "x", "content": "y"}'), ("company.csv", "id,name\na,中标公告 "
                                                                  "采购人：某\n"),
    ("a.html", "<html><body>新闻</body></html>"), ("a.txt", "昨天的公告说，采购和招标工作很好。"),
    ("a.xml", "<?xml version='1.0'?><a>中标公告 采购人：某</a>"), ("a.json", "[]"), ("a.json", ""),
])
def test_other_files_are_not_recognised(name: str, text: str) -> None:
    assert not loader.sniff(text.encode(), name)


@pytest.mark.parametrize(("name", "data"), [
    ("a.json", b'{"title": "\xe4\xb8\xad'), ("a.json", b'[{"title": 1, "content": {}}]'),
    ("a.json", b"[1, 2]"), ("a.json", b'{"content": ""}'), ("a.txt", b""), ("a.html", b"\xff" * 50),
    ("a.json", b'{"title": "x", "content": "' + b"a" * 100 + b'"}'),
    ("a.json", b'{"a":' * 300 + b"1" + b"}" * 300),
])
def test_damaged_files_are_rejected_with_their_name(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    rejects: list[Reject] = []
    assert list(read(path, loader, rejects.append)) == []
    assert rejects
    assert all(r.path == str(path) and r.message for r in rejects)


def test_a_page_cut_short_gives_what_it_still_says(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_bytes(TABLES.encode("gb18030")[:-60])
    assert roles(of(given_by(path), "Transaction")[0])["SELLER"] == ["云山智安科技有限公司"]


def test_deep_nesting_control_characters_and_wide_cells_do_no_harm() -> None:
    assert parse("<div>" * 5000 + "中标人：甲乙通信有限公司", "中标公告").kind == "award"
    notice = parse("<p>中标人：甲乙\x00通信\ud800有限公司\u200b</p>", "中标公告")
    assert [a.sellers for a in notice.awards] in ([["甲乙通信有限公司"]], [["甲乙通信?有限公司"]])
    blocks("<table>" + "<tr><td colspan=99999999 rowspan=99999999>x</td></tr>" * 400 + "</table>")


_PIECES = st.sampled_from([
    "一、", "中标人：", "中标供应商名称", "甲乙通信有限公司", "（", "）", "包1", "：", "；",
    "万元", "1,000.00", "￥", "\n",
    "<table>", "<tr>", "<td rowspan=3>", "<td colspan=9>", "</td>", "</table>", "品牌", "型号",
    "2019年3月1日",
    "第一中标候选人", "联合体", "公示", "采购人", "\x00", "\ud800", "&#0;", "&amp;", "<!--",
    "<![CDATA[", "壹", "亿",
])


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=8), max_size=60))
@example(["<table>", "<td rowspan=3>", "中标供应商名称", "<tr>", "<table>", "</td>", "</table>"])
def test_no_text_breaks_the_parser(pieces: list[str]) -> None:
    record = Record(Path("x"), 1, "notice", {
        "title": "某项目中标公告", "content": "x" + "".join(pieces), "website": "某网"})
    claims = list(loader.claims(record))
    assert claims[0].kind == "Publisher"


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.html"
    path.write_bytes(data)
    loader.sniff(data, "a.html")
    with contextlib.suppress(SourceError):
        for record in loader.read(path):
            list(loader.claims(record))


def test_long_lines_are_read_in_time() -> None:
    for piece in ("（", "中标人：", "1,", "公司", "包1：", "a ", "确定甲", "由甲乙有限公司",
        "<h1>", "年月"):
        parse(piece * 20_000, "中标公告")


def test_loading_gives_the_same_bytes_and_builds(tmp_path: Path) -> None:
    path = tmp_path / "notice.html"
    path.write_bytes(TABLES.encode("gb18030"))
    stores = [ClaimStore(tmp_path / name) for name in ("one", "two")]
    for store in stores:
        (done,) = load([path], store, LOADERS)
        assert done.warnings == ()
    one, two = ([p.read_bytes() for p in sorted(s.folder.iterdir())] for s in stores)
    assert one == two
    graph = assemble(list(stores[0].read_all()), {})
    transactions = list(graph.nodes("Transaction"))
    assert [n.values["carries"] for n in transactions] == [True]


# Real notices -----------------------------------------------------------------------------------

# Read by eye: lot, winner, amount in yuan, and how many companies merely bid.
EXPECTED: dict[str, tuple[list[tuple[str, str, str]], int]] = {
    "t20161130_7658293": ([("", "北京派得伟业科技发展有限公司", "99550")], 0),
    "t20161130_7658309": ([], 0),
    "t20161130_7658360": ([("", "上海金色盾牌保安服务有限公司", "316800")], 0),
    "t20161130_7658362": ([("", "广西德意数码股份有限公司", "639000")], 0),
    "t20161130_7658375": ([("", "重庆维普资讯有限公司", "64000")], 0),
    "t20161130_7658407": ([("", "贺州市三友林业科技有限责任公司", "688000")], 0),
    "t20161130_7658425": ([("", "湖北乡友建设有限公司", "355000")], 0),
    "t20161130_7658427": ([("", "北京融通新风洁净技术有限公司", "149000")], 0),
    "t20161130_7658431": ([("", "上海金色盾牌保安服务有限公司", "528000")], 0),
    "t20161130_7658588": ([("", "广东翰基建设工程有限公司", "584800")], 2),
    "376668332532920320": ([("2", "四川长虹智能制造技术有限公司", "1283000")], 0),
    "376668591300505600": ([("2", "赛尔网络有限公司", "1339000"),
                            ("3", "重庆启邦科技有限公司", "539800")], 0),
    "376668808720433152": ([("1", "重庆噢越科技有限公司", "39600"),
                            ("2", "重庆噢越科技有限公司", "70080")], 0),
    "376669123628908544": ([], 0),
    "376671185720799232": ([("1", "重庆延贵科技有限公司", "746300")], 0),
    "376674268660068352": ([("1", "重庆延贵科技有限公司", "267500")], 0),
    "376675703342723072": ([("", "重庆惠友久隆工程机械有限公司", "355000")], 0),
    "376676176682512384": ([("1", "航天信息股份有限公司", "783600")], 0),
    "31f1fcdf": ([("", "重庆黄石建设有限公司", "2215330")], 2),
    "482f0da6": ([("", "重庆市北恒建筑工程有限公司", "3490357.62")], 2),
    "5109436b": ([("", "重庆集才建筑工程有限公司", "1103466.72")], 2),
    "9239de29": ([("", "重庆电力建设总公司", "5901982.72")], 2),
    "a146a640": ([("500112GC2016121300201", "重庆建工市政交通工程有限责任公司", "6669879.67")], 2),
    "a2a67873": ([("500112GC2016121300101", "业兴实业集团有限公司", "8592683.48")], 1),
    "c1b86a53": ([("", "四川泸州通达路桥有限公司", "8176575.33")], 2),
    "e94779a6": ([("", "四川恒弘建筑工程有限公司", "2322300.24")], 2),
}


def real(name: str) -> Path:
    if not REAL.is_dir():
        pytest.skip("the real notices are not beside the repository")
    (path,) = REAL.glob(f"*/*{name}*.json")
    return path


@pytest.mark.parametrize("name", EXPECTED)
def test_the_awards_of_a_real_notice(name: str) -> None:
    data = json.loads(real(name).read_text("utf-8"))
    notice = parse(data["content"], data["title"], data["announce_type"])
    found = [(a.lot, *a.sellers, a.amount.amount if a.amount else "") for a in notice.awards]
    awards, bidders = EXPECTED[name]
    assert (found, len(notice.bidders)) == (awards, bidders)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_real_notice_says_what_its_header_says(name: str) -> None:
    """The body is parsed without its header; whoever saved the page wrote that by other means."""
    data = json.loads(real(name).read_text("utf-8"))
    notice = parse(data["content"], data["title"], data["announce_type"])
    if data.get("purchaser_name"):
        assert notice.buyers == [data["purchaser_name"]]
    if data.get("agent_name") and data["agent_name"] != data["purchaser_name"]:
        assert notice.agents == [data["agent_name"]]
    if data.get("deal_ts"):
        assert notice.awarded == data["deal_ts"][:10]
    total = data.get("total_winning_money")
    if total and total["money_amount"]:
        assert notice.total is not None
        assert float(notice.total.amount) == total["money_amount"]
    if data.get("project_name"):
        assert notice.project.split() == data["project_name"].split()


def test_every_real_notice_loads_and_builds(tmp_path: Path) -> None:
    real("31f1fcdf")
    paths = sorted(REAL.glob("*/*.json"))
    store = ClaimStore(tmp_path / "claims")
    done = load(paths, store, LOADERS)
    assert len(done) == len(paths) == len(EXPECTED)
    assert [d.warnings for d in done if d.warnings] == []
    claims = list(store.read_all())
    sellers = sum(len(awards) for awards, _ in EXPECTED.values())
    assert len({c.about for c in claims if c.kind == "SELLER"}) == sellers
    assert len({c.about for c in claims if c.kind == "BIDDER"}) == sum(
        number for _, number in EXPECTED.values())
    buyers = [c for c in claims if c.values.get("name") == "枝江市公安消防大队"]
    kinds = {str(c.values.get("kind")) for c in buyers}
    assert kinds == {"fire-brigade"}
    text = repr(claims)
    for path in paths:
        for word in ("陈杰", "柳延东", "梁雄生", "何方亮", "付老师", "邓永强", "罗贯三", "0476",
            "某某"):
            assert word not in text, path.name
