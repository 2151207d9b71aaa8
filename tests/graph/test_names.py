"""Names of organisations: what makes two the same, and what never does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sousveil.graph.names import compare_names, is_pinyin, pinyin_supports, read_name


def score(a: str, b: str) -> int:
    return compare_names(read_name(a), read_name(b)).score


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Siemens AG", "Siemens Aktiengesellschaft"),
        ("SiemensAG", "Siemens AG"),
        ("Axis Communications AB", "AXIS COMMUNICATIONS AKTIEBOLAG"),
        ("Noldus Information Technology B.V.", "Noldus Information Technology BV"),
        ("Leonardo S.p.A.", "Leonardo SpA"),
        ("OOO Oboronnye Initsiativy", "Oboronnye Initsiativy o.O.O."),
        ("Faberlic Europe Sp. z o.o.", "FABERLIC EUROPE"),
        ("Fedu Technology Co., Ltd.", "Fedu Technology Company Limited"),
        ("AT&T Inc.", "AT and T Inc."),
        ("J.P. Morgan & Co.", "JP Morgan & Co."),
        ("vanderbilt corp", "van der bilt corp"),
        ("The Coca-Cola Company", "Coca Cola Company"),
        ("Oberthur Technologies (OT)", "Oberthur Technologies"),
        ("Société Générale S.A.", "Societe Generale SA"),
        ("Noldus (Beijing) Information Technology", "Beijing Noldus Information Technology"),
        ("Guilin Municipal Public Security Bureau", "Public Security Bureau of Guilin City"),
        ("上海市公安局", "上海公安局"),
        ("广西壮族自治区桂林市公安局", "桂林市公安局"),
        ("新疆维吾尔自治区公安厅", "新疆公安厅"),
        ("福建省科学器材进出口有限公司", "福建科学器材进出口有限责任公司"),
        ("上海安訊士網絡通訊設備貿易有限公司", "上海安讯士网络通讯设备贸易有限公司"),
        ("诺达思（北京）信息技术有限公司", "北京诺达思信息技术有限公司"),
        ("ООО \"АЯС 2000\"", "Общество с ограниченной ответственностью АЯС 2000"),
        ("Noldus Informaton Technology", "Noldus Information Technology"),
    ],
)
def test_one_organisation_under_two_spellings(a: str, b: str) -> None:
    assert score(a, b) >= 70


SHORT = [("Axis", "Axia"), ("Axis", "Aris"), ("BP plc", "BD plc"), ("Hunan Bureau", "Henan Bureau"),
         ("LXC Aviation", "LAU Aviation"), ("海康", "海唐"), ("安讯士", "安讯"), ("Fedu", "Fede")]
BRANCHES = [
    ("上海市公安局", "上海市公安局黄浦分局"),
    ("上海市公安局黄浦分局", "上海市公安局徐汇分局"),
    ("上海市公安局", "上海市公安局交通警察总队"),
    ("思创数码科技有限公司", "思创数码科技有限公司北京分公司"),
    ("Shanghai Public Security Bureau", "Huangpu Branch of the Shanghai Public Security Bureau"),
    ("Axis Communications AB", "Axis Communications (Shanghai) Co., Ltd."),
    ("Axis Communications", "Beijing Axis Communications"),
    ("Noldus Information Technology BV", "Noldus (Beijing) Information Technology"),
    ("安讯士网络通讯有限公司", "上海安讯士网络通讯设备贸易有限公司"),
    ("公安部", "公安部第一研究所"),
]
CITIES = [
    ("桂林市公安局", "南宁市公安局"), ("泰州市公安局", "台州市公安局"),
    ("江苏南通市公安局", "浙江南通市公安局"), ("吉林市教育局", "吉林省教育局"),
    ("Shanghai Fedu Technology", "Beijing Fedu Technology"),
    ("Shanxi Zhongtian Technology", "Shaanxi Zhongtian Technology"),
    ("Bowne of Boston, Inc.", "Bowne of Chicago, Inc."),
    ("Jilin Provincial Public Security Bureau", "Jilin Municipal Public Security Bureau"),
    ("Roanoke County Police Department", "Roanoke City Police Department"),
    ("Bank of China (Hong Kong) Limited", "Bank of China (Singapore) Limited"),
]
TRANSLATIONS = [
    ("Shanghai Public Security Bureau", "上海市公安局"),
    ("Axis Communications", "安讯士网络通讯有限公司"),
    ("Anxunshi Wangluo Tongxun", "安讯士网络通讯有限公司"),
    ("shanghai gongan ju", "上海市公安局"),
]
NUMBERS = [
    ("KKR Asian Fund III L.P.", "KKR Asian Fund IV L.P."),
    ("Mortgage Trust 2006-1", "Mortgage Trust 2007-1"),
    ("公安部第一研究所", "公安部第三研究所"),
    ("Detention Centre No. 1", "Detention Centre No. 2"),
    ("Factory 123456", "Factory 123457"),
]
NEARLY = [
    ("Oregon City Police Department", "Oregon Police Department"),
    ("Saginaw Township Police Department", "Saginaw Police Department"),
    ("Roanoke County Police Department", "Roanoke Police Department"),
    ("Forest Park Police Department", "Park Forest Police Department"),
]
FORMS = [
    ("Noldus Information Technology BV", "Noldus Information Technology GmbH"),
    ("Deutsche Bank AG", "Deutsche Bank GmbH"),
    ("Vodafone plc", "Vodafone Ltd"),
    ("Dahua Technology Ltd", "Dahua Technology Group Ltd"),
    ("思创数码科技有限公司", "思创数码科技集团有限公司"),
]


@pytest.mark.parametrize(
    ("a", "b"), [*SHORT, *BRANCHES, *CITIES, *TRANSLATIONS, *NUMBERS, *NEARLY, *FORMS],
)
def test_two_organisations(a: str, b: str) -> None:
    assert score(a, b) < 70
    assert score(a, a) > score(a, b)


@pytest.mark.parametrize(("a", "b"), [*BRANCHES, *CITIES, *TRANSLATIONS, *NUMBERS, *SHORT])
def test_these_are_not_even_similar(a: str, b: str) -> None:
    assert score(a, b) == 0


def test_a_slip_is_believed_in_a_long_word_only() -> None:
    assert score("Crystalord Ltd", "Cristalord Ltd") >= 70
    assert score("Crystal Ltd", "Cristas Ltd") == 0
    assert score("Toyota Motor", "Tayota Motor") > 0
    # Both are pinyin: another letter is another syllable.
    assert score("Jianxin Motor", "Jianxing Motor") == 0


@pytest.mark.parametrize("word", ["zhongtian", "jianxin", "guangxi", "shaanxi", "lvshun", "er"])
def test_pinyin_is_recognised(word: str) -> None:
    assert is_pinyin(word)


@pytest.mark.parametrize("word", ["imaging", "engineering", "technology", "systems", ""])
def test_other_words_are_no_pinyin(word: str) -> None:
    assert not is_pinyin(word)


def test_pinyin_supports_by_two_words_or_not_at_all() -> None:
    zh = read_name("广西建信建设项目管理有限公司")
    latin = read_name("Guangxi Jianxin Construction Project Management Co., Ltd.")
    assert pinyin_supports(zh, latin) == pinyin_supports(latin, zh) == "guangxi jianxin"
    assert pinyin_supports(zh, read_name("Guangxi Project Management")) == ""
    assert pinyin_supports(zh, read_name("Guangxi Jianye Project Management")) == ""
    assert pinyin_supports(latin, latin) == ""


def test_what_a_name_is_taken_apart_into() -> None:
    name = read_name("广西壮族自治区桂林市公安局")
    assert (name.joined, name.province, name.levels) == ("桂林公安局", "广西", {"municipal"})
    name = read_name("吉林省公安厅")
    assert (name.joined, name.province, name.levels) == ("吉林公安厅", "", {"province"})
    name = read_name("HSBC Holdings p.l.c.")
    assert (name.words, name.form, name.group) == (("hsbc",), {"plc"}, True)
    # Nothing is taken from a name until nothing is left of it.
    assert read_name("Limited").words == ("limited",)
    assert read_name("有限公司").joined


PIECES = st.lists(
    st.sampled_from([
        "Axis", "Axia", "Shanghai", "Shaanxi", "Technology", "Tecnology", "Ltd", "GmbH", "AG",
        "Group", "II", "III", "(", ")", "&", "of", "City", "Branch", "上海", "上海市", "吉林省",
        "公安局", "黄浦分局", "有限公司", "集团", "安讯士", "（北京）", "ООО", "'s", "2004-1", "Ü",
    ]), min_size=1, max_size=6,
)
NAMES = st.builds(lambda sep, parts: sep.join(parts), st.sampled_from(["", " "]), PIECES)


@given(NAMES, NAMES)
def test_comparing_is_symmetric(a: str, b: str) -> None:
    one, other = read_name(a), read_name(b)
    assert compare_names(one, other) == compare_names(other, one)
    assert 0 <= compare_names(one, other).score <= 90


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_compared(a: str, b: str) -> None:
    assert compare_names(read_name(a), read_name(b)) == compare_names(read_name(b), read_name(a))


@given(NAMES)
def test_nothing_is_more_like_a_name_than_itself(a: str) -> None:
    name = read_name(a)
    if len(name.joined) > 3:
        assert compare_names(name, name).score == 90
