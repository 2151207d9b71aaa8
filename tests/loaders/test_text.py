"""Text files as people save them: encodings, delimiters, line ends, and where a fault is said."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from sousveil.errors import SourceError
from sousveil.loaders.encoding import encoding_of
from sousveil.loaders.text import opened, rows

HEAD = "id,name,name_zh\n"


def read(path: Path) -> list[tuple[int, list[str]]]:
    with opened(path) as file:
        return list(rows(path, file))


def saved(folder: Path, data: bytes) -> Path:
    path = folder / "company.csv"
    path.write_bytes(data)
    return path


CHINESE = (
    "上海市公安局", "灵川县公安局", "广西凯雅乐网络科技有限公司", "新疆生产建设兵团",
    "思创数码科技股份有限公司", "罪犯行为分析与矫正实验室（二期）", "桂林市“天网”工程，2015年",
)
WESTERN = (
    "Société Générale", "Müller & Söhne GmbH", "Åkerström AB", "Ångström", "Noldus – B.V.",
    "O’Brien “Ltd.”", "Télécom – Équipements", "São Paulo", "Ørsted A/S", "Jyväskylän Sähkö Oy",
    "Crème brûlée", "naïve café", "Groß", "€ 100", "Hôtel d’Éze", "Páll Þórðarson hf.",
)


@pytest.mark.parametrize("text", CHINESE)
@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "gb2312"])
def test_chinese_code_pages_are_read_right(tmp_path: Path, text: str, encoding: str) -> None:
    path = saved(tmp_path, f"{HEAD}x,X Co,{text}\n".encode(encoding))
    assert read(path)[1] == (2, ["x", "X Co", text])


def test_characters_beyond_gbk_are_read_right(tmp_path: Path) -> None:
    text = f"{HEAD}" + "".join(f"x{n},X Co,{zh}\n" for n, zh in enumerate(CHINESE)) + "y,Y,𠮷㐂\n"
    assert read(saved(tmp_path, text.encode("gb18030")))[-1][1][2] == "𠮷㐂"


@pytest.mark.parametrize("text", WESTERN)
def test_windows_1252_is_read_right(tmp_path: Path, text: str) -> None:
    path = saved(tmp_path, f"{HEAD}x,{text},\n".encode("cp1252"))
    assert read(path)[1] == (2, ["x", text, ""])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_is_read_right(tmp_path: Path, encoding: str) -> None:
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    data = marks.get(encoding, b"") + f"{HEAD}x,Société,上海\n".encode(encoding)
    assert read(saved(tmp_path, data)) == [
        (1, ["id", "name", "name_zh"]), (2, ["x", "Société", "上海"])
    ]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("Московский завод", "cp1251"), ("АО «НТЦ»", "cp1251"), ("Ты и я", "cp1251"),
     ("Wrocław – Zakład", "cp1250"),
     ("서울특별시 지방경찰청", "cp949"), ("キヤノン株式会社", "cp932"), ("監視カメラ", "euc-jp"),
     ("廣州市公安局", "big5"), ("Société", "mac-roman"), ("Société", "cp850"),
     ("Ελλάδα", "cp1253")],
)
def test_what_cannot_be_told_is_refused_and_not_guessed(
    tmp_path: Path, text: str, encoding: str
) -> None:
    path = saved(tmp_path, f"{HEAD}x,{text},\n".encode(encoding))
    with pytest.raises(SourceError, match="not text in an encoding that can be told") as caught:
        read(path)
    assert caught.value.hint.startswith("save the table as CSV, UTF-8")


def test_the_encoding_is_told_by_what_stands_far_down(tmp_path: Path) -> None:
    rows_ = "".join(f"c{n},Company {n},\n" for n in range(20_000))
    for encoding, text in (("gb18030", "上海市公安局"), ("cp1252", "Société"), ("utf-8", "上海")):
        path = saved(tmp_path, (HEAD + rows_ + f"x,X,{text}\n").encode(encoding))
        assert encoding_of(path) == encoding
        assert read(path)[-1] == (20_002, ["x", "X", text])


@pytest.mark.parametrize("cut", [1, 2])
def test_a_character_cut_by_the_sample_is_no_fault(tmp_path: Path, cut: int) -> None:
    # The sample ends within a character of three bytes.
    text = HEAD + "x," + "a" * (65_536 - len(HEAD) - 2 - cut) + "海,\n"
    assert encoding_of(saved(tmp_path, text.encode())) == "utf-8"


@pytest.mark.parametrize("line", [2, 3, 700, 9000])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_broken_utf8_is_said_with_its_line(tmp_path: Path, line: int, end: str) -> None:
    lines = [HEAD.strip(), *(f"c{n},上海,公司{n}" for n in range(10_000))]
    data = end.join(lines).encode().split(end.encode())
    data[line - 1] = b"x,\xe4\xb8,"
    with pytest.raises(SourceError, match="not UTF-8 text") as caught:
        read(saved(tmp_path, end.encode().join(data)))
    assert caught.value.line == line


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_a_file_cut_within_a_character_is_said_with_its_line(tmp_path: Path, encoding: str) -> None:
    text = HEAD + "".join(f"c{n},C,上海市公安局\n" for n in range(6000)) + "x,X,上"
    with pytest.raises(SourceError, match=f"not {encoding.upper()} text") as caught:
        read(saved(tmp_path, text.encode(encoding)[:-1]))
    assert caught.value.line == 6002


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    text = "id,name,name_zh\nx,\"A, B; C\t| D\",\n".replace(",", delimiter, 2)
    text = text.replace("x,", f"x{delimiter}").replace('",', f'"{delimiter}')
    assert read(saved(tmp_path, text.encode())) == [
        (1, ["id", "name", "name_zh"]), (2, ["x", "A, B; C\t| D", ""])
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_numbers_stay_right_over_quoted_line_breaks(tmp_path: Path, end: str) -> None:
    lines = ["id,name", 'a,"one', "two", "", 'three"', "b,B", "", "c,C", 'd,"D', '"', "e,E"]
    text = end.join(lines)
    found = [(line, cells[0]) for line, cells in read(saved(tmp_path, text.encode())) if cells]
    assert found == [(1, "id"), (2, "a"), (6, "b"), (8, "c"), (9, "d"), (11, "e")]


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    for data in (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE):
        assert read(saved(tmp_path, data)) == []


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"id,name\na,A\nb,\"B\nc,C\n", 3, "not well-formed CSV"),
        (b"id,name\na,A\nb,\"B\" x\n", 3, "not well-formed CSV"),
        (b"id,name\na,A\nb," + b"B" * 140_000 + b"\n", 3, "field larger than field limit"),
        (b"id,name\na,A\nb," + b"B" * 1_100_000, 3, "a line of more than a million characters"),
        (b"id,name\na,A\nb,B\x00\n", 3, "a NUL character"),
    ],
)
def test_faults_are_said_with_their_line(
    tmp_path: Path, data: bytes, line: int, message: str
) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read(saved(tmp_path, data))
    assert caught.value.line == line
    assert caught.value.hint


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder, not a file"):
        read(tmp_path)


def test_an_absent_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read: No such file"):
        read(tmp_path / "company.csv")
