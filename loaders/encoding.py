"""Which encoding a text file is in: told for certain, or not read at all.

A name that is read wrong looks like the name of somebody else. So only what can be told apart is
accepted: UTF-8, UTF-16 with a byte order mark, GB18030, and Windows-1252 where it reads as Western
text. The general guessers were tried: on short files they take one Western code page for another,
and a damaged UTF-8 file for Cyrillic.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from sousveil.errors import SourceError

__all__ = ["encoding_of"]

_SAMPLE = 1 << 16
_AROUND = 100
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_LETTER = "À-ÖØ-öø-ÿŠšŽžŒœ"
_SIGN = "€‘’“”–—…•™©®°·«»§´ªº¼½¾±×¡¿£²³µ¹\xa0„‚"
_NOT_WESTERN = re.compile(
    rf"[^\t\n\r -~{_LETTER}{_SIGN}]"
    rf"|[{_LETTER}]{{3}}"
    "|[a-zß-öø-ÿšžœ][À-ÖØ-ÞŠŽŒŸ]"
    rf"|[A-Za-z{_LETTER}][€“”„‚•©«»ªº¡¿²³µ¹™®][A-Za-z{_LETTER}]"
    rf"|[¼½¾£§±×][A-Za-z{_LETTER}]|[A-Za-z{_LETTER}][¼½¾£§±×]"
)
"""A sign that no Western text has, three accented letters in a row, a capital after a small letter,
or a sign at or within a word: then the bytes mean something else."""
_WORD = re.compile(rf"[A-Za-z{_LETTER}]+")


def encoding_of(path: Path) -> str:
    """The name of the file's encoding for Python; raises SourceError if it cannot be told."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
        if head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if head.startswith(_MARKS):
            return "utf-16"
        # The first character beyond ASCII decides, wherever it stands, with what is around it.
        before, sample = b"", head
        while sample.isascii() and (more := file.read(_SAMPLE)):
            before, sample = sample[-_AROUND:], more
        sample = before + sample + file.read(_SAMPLE)
    if _decoded(sample, "utf-8") is not None or _damaged_utf8(sample):
        return "utf-8"
    if _is_chinese(sample):
        return "gb18030"
    if _is_western(sample):
        return "cp1252"
    raise SourceError(
        "not text in an encoding that can be told", path,
        hint="save the table as CSV, UTF-8, and try again",
    )


def _decoded(sample: bytes, encoding: str) -> str | None:
    try:
        # A character may be cut at the end of the sample.
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return None


def _damaged_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8 with something broken in it: then the reader says where."""
    text = sample.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(c > "\x7f" for c in text) > 3 * broken


def _is_chinese(sample: bytes) -> bool:
    """Whether it is GB18030, most of it in the common characters of GB 2312.

    Level 1 of GB 2312 (lead bytes B0 to D7, in the order of pinyin) holds the 3755 hanzi of
    everyday use. What other encodings look like when they are read as GB18030: Western and
    Cyrillic text falls outside level 1, Korean into its first half only, Japanese into kana.
    """
    text = _decoded(sample, "gb18030")
    if text is None or "\x00" in text:
        return False
    beyond = [c for c in text if c > "\x7f"]
    leads = [c.encode("gb2312", "ignore")[:1] for c in beyond]
    hanzi = [lead for lead in leads if lead >= b"\xb0"]
    common = [lead for lead in hanzi if lead <= b"\xd7"]
    return (
        sum(map(bool, leads)) >= 0.8 * len(beyond)
        and len(common) > 0.6 * len(hanzi)
        and (len(hanzi) < 6 or any(lead > b"\xc8" for lead in common))
        and sum("\u3040" < c < "\u30ff" for c in beyond) <= 0.1 * len(beyond)
    )


def _is_western(sample: bytes) -> bool:
    text = _decoded(sample, "cp1252")
    if text is None or _NOT_WESTERN.search(text):
        return False
    words = [w for w in _WORD.findall(text) if not w.isascii() and len(w) > 1]
    accented = sum(c > "\x7f" for w in words for c in w)
    return bool(accented <= 0.5 * sum(map(len, words)))
