"""Cypher that somebody else wrote, run so that it can only read.

Three fences, each of which would do alone for what it fences:

1. `check`, before any engine sees the text: one statement, made of reading clauses, calling only
   procedures known to be harmless. It refuses whatever two engines might read differently, such
   as `\\u0027`, which Neo4j takes for a quote before it looks for strings, or a comment that ends
   in `**/`, which LadybugDB does not take for the end.
2. The engine's own refusal: a read-only handle, or a session in read access mode.
3. LadybugDB runs in a process of its own that can open no file and no connection once the graph
   is open, and that is ended when time or memory runs out (`graph/reader.py`). A Neo4j server
   is asked first what kind of statement it is, and stops a transaction that takes too long.

Only the first keeps a Neo4j server from reading files and addresses (`LOAD CSV`): to it, that is
reading. Settings for the server itself are in the documentation.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sousveil.errors import BadParameter, QueryError, StoreError
from sousveil.graph.store import Result, Store

if TYPE_CHECKING:
    from sousveil.graph.ladybug import LadybugStore
    from sousveil.graph.neo4j import Neo4jStore

__all__ = ["Answer", "check", "run_readonly"]

NAME = "cypher"
"""Name under which errors of such a statement are raised."""

MOST_CHARACTERS = 50_000
MOST_TOKENS = 3_000
DEEPEST = 30
MOST_OPERATORS = 300
LONGEST_CHAIN = 60
"""Bounds on the statement. A parser goes as deep as a statement is nested or its operators are
chained, and a Neo4j 5.26 that has used up its stack never answers: 500 NOT in a row are enough,
or 700 times `.a`."""

MOST_BYTES = 16 * 2**20
"""Bytes of an answer, as JSON; the rows that fit are returned."""

_FIRST = frozenset({"MATCH", "OPTIONAL", "WITH", "UNWIND", "RETURN", "CALL"})

_REFUSED = frozenset({
    "CREATE", "MERGE", "INSERT", "SET", "DELETE", "DETACH", "NODETACH", "REMOVE", "FOREACH",
    "DROP", "ALTER", "LOAD", "FROM", "USE", "ATTACH", "INSTALL", "SHOW", "TERMINATE", "FINISH",
})
"""Words that may begin a clause that does more than read. Anywhere else than as a name they are
refused, whether or not the engine at hand knows them. COPY, GRANT, BEGIN, EXPORT and their like
begin a statement or nothing: `_FIRST` refuses them, and elsewhere they are names."""

_PROCEDURES = frozenset({
    # Neo4j
    "db.labels", "db.relationshiptypes", "db.propertykeys", "db.schema.visualization",
    # LadybugDB
    "show_tables", "table_info",
})

_NAMESPACES = frozenset({
    "date", "datetime", "duration", "localdatetime", "localtime", "point", "time", "vector",
})
"""Namespaces whose functions come with Neo4j; those of plugins may do anything."""

_FUNCTIONS = frozenset({"nextval", "setseed", "file", "linenumber"})
"""Functions of the engines that change something or belong to reading files."""

_PUNCTUATION = frozenset("()[]{}<>=+-*/%^.,:;|!&~")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_ESCAPES = frozenset("tbnrfTBNRF'\"\\")
_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"[0-9][0-9A-Za-z_]*")
_PARAMETER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_HEX = re.compile(r"[0-9A-Fa-f]{4}")


class Answer(msgspec.Struct, frozen=True):
    """What a statement returned."""

    result: Result
    truncated: bool
    """Whether there was more: rows above the limit, or beyond 16 MB."""


class _Token(NamedTuple):
    kind: str
    """word, name (in backticks), string, number, parameter, or the punctuation mark itself."""
    text: str
    at: int


def check(cypher: str) -> None:
    """Refuse a statement that is not certain to only read; raises QueryError, nothing else."""
    _checked(cypher)


def run_readonly(
    store: Store, cypher: str, parameters: Mapping[str, Any] | None = None, *,
    timeout: float = 30, rows: int = 1000, memory: int = 1024,
) -> Answer:
    """Check a statement and run it; at most `rows` rows, `timeout` seconds, `memory` MB.

    Parameters are values as JSON has them. `memory` bounds the process that reads an embedded
    store (where the system lets us: on Linux wholly, elsewhere the engine's own buffers); a
    server bounds its transactions itself (`db.memory.transaction.max`).

    Raises QueryError, and StoreError for a store that cannot be read.
    """
    if not (0 < timeout <= 86_400) or rows < 1 or memory < 64:
        raise QueryError(
            f"cannot run with {timeout:g} s, {rows} rows and {memory} MB", NAME,
            "time and rows must be more than 0, memory at least 64 MB",
        )
    tokens = _checked(cypher)
    given = _given(tokens, parameters or {})
    # A semicolon at the end says nothing; one in a string or a comment stays.
    if tokens[-1].kind == ";":
        cypher = cypher[: tokens[-1].at] + " " + cypher[tokens[-1].at + 1 :]
    _ = store.info
    from sousveil.graph.ladybug import LadybugStore

    if isinstance(store, LadybugStore):
        return _ladybug(store, cypher, given, timeout, rows, memory)
    from sousveil.graph.neo4j import Neo4jStore

    if isinstance(store, Neo4jStore):
        return _neo4j(store, cypher, given, timeout, rows)
    raise QueryError(f"{store.url}: statements of your own cannot be run on this store", NAME)


# -- the gate


def _checked(text: str) -> list[_Token]:
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the statement has {len(text):,} characters; {MOST_CHARACTERS:,} are the most", NAME,
            "pass long lists as a parameter: --param ids='[\"a\", \"b\"]' and $ids",
        )
    tokens = _Reader(text).tokens()
    if all(t.kind == ";" for t in tokens):
        raise QueryError("there is no statement", NAME, "write one, such as MATCH (n) RETURN n")
    for token in tokens[:-1]:
        if token.kind == ";":
            raise _refusal(text, token.at, "more than one statement", "run one at a time")
    first = tokens[0]
    if first.kind != "word" or _keyword(first) not in _FIRST:
        raise _refusal(
            text, first.at, f"a statement cannot begin with {_shown(first)} here",
            "only reading is allowed: begin with MATCH, OPTIONAL MATCH, WITH, UNWIND, RETURN or "
            "CALL",
        )
    if len(tokens) > MOST_TOKENS:
        raise QueryError(
            f"the statement has more than {MOST_TOKENS:,} words and signs", NAME,
            "pass long lists as a parameter",
        )
    _check_nesting(text, tokens)
    _check_chains(text, tokens)
    for at, token in enumerate(tokens):
        if token.kind == "word":
            _check_word(text, tokens, at)
        if token.kind == "(":
            _check_function(text, tokens, at)
    return tokens


class _Reader:
    """Cuts a statement into tokens, and refuses what engines do not cut alike."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def tokens(self) -> list[_Token]:
        text = self.text
        self._check_characters()
        found: list[_Token] = []
        while self.at < len(text):
            start = self.at
            mark = text[start]
            if mark in " \t\n\r":
                self.at += 1
            elif text.startswith("//", start):
                end = text.find("\n", start)
                self.at = len(text) if end < 0 else end + 1
                self._check_escapes(start, self.at)
            elif text.startswith("/*", start):
                self._block_comment()
            elif mark in "'\"":
                self._string(mark)
                found.append(_Token("string", "", start))
            elif mark == "`":
                found.append(_Token("name", self._quoted_name(), start))
            elif mark == "$":
                match = _PARAMETER.match(text, start)
                if match is None:
                    raise self._refusal("a parameter without a name", "write $name")
                self.at = match.end()
                found.append(_Token("parameter", match[1], start))
            elif match := _NUMBER.match(text, start):
                self.at = match.end()
                found.append(_Token("number", match[0], start))
            elif match := _WORD.match(text, start):
                self.at = match.end()
                found.append(_Token("word", self._word(match[0]), start))
            elif text.startswith("..", start):
                self.at += 2
                found.append(_Token("..", "..", start))
            elif mark in _PUNCTUATION:
                self.at += 1
                found.append(_Token(mark, mark, start))
            else:
                raise self._refusal(
                    f"the character {_character(mark)} has no place outside a string",
                    "write an ordinary space, hyphen or quotation mark; put a name with other "
                    "characters in `backticks`",
                )
        return found

    def _check_characters(self) -> None:
        for match in re.finditer(
            r"\r(?!\n)|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", self.text
        ):
            self.at = match.start()
            raise self._refusal(
                f"the character {_character(match[0])} is not allowed",
                "end lines with an ordinary line feed, and leave control characters out",
            )

    def _check_escapes(self, start: int, end: int) -> None:
        found = re.compile(r"\\[uU]").search(self.text, start, end)
        if found is not None:
            self.at = found.start()
            raise self._refusal(
                f"{found[0]} outside a string: it can stand for any character",
                "write the character itself",
            )

    def _block_comment(self) -> None:
        start = self.at
        end = self.text.find("*/", start + 2)
        if end < 0:
            raise self._refusal("a comment that does not end", "close it with */")
        body = self.text[start + 2 : end]
        self._check_escapes(start, end)
        if "**" in body or "/*" in body or body.startswith("/") or body.endswith("*"):
            raise self._refusal(
                "a comment whose end is doubtful: ** or /* within it", "use // instead"
            )
        # A comment is a gap between words on every engine.
        self.at = end + 2

    def _string(self, quote: str) -> None:
        start = self.at
        at = start + 1
        text = self.text
        while at < len(text) and text[at] != quote:
            if text[at] != "\\":
                at += 1
                continue
            self.at = at
            after = text[at + 1 : at + 2]
            if after == "\\":
                # Whether \\u is an escape depends on who counts the backslashes.
                self._unicode(at + 1, doubled=True)
                at += 2
            elif after in ("u", "U"):
                self._unicode(at)
                at += 6
            elif after and after in _ESCAPES:
                at += 2
            else:
                raise self._refusal(
                    f"\\{after} in a string means different things to different engines",
                    "write \\\\ for a backslash",
                )
        self.at = start
        if at >= len(text):
            raise self._refusal("a string that does not end", f"close it with {quote}")
        self.at = at + 1

    def _unicode(self, at: int, *, doubled: bool = False) -> None:
        """Refuse an escape that could stand for a quotation mark, a backslash or a line end."""
        if self.text[at + 1 : at + 2] not in ("u", "U"):
            return
        digits = self.text[at + 2 : at + 6]
        whole = _HEX.fullmatch(digits) is not None
        code = int(digits, 16) if whole else 0
        safe = code >= 0xA0 and not 0xD800 <= code <= 0xDFFF and code not in (0x2028, 0x2029)
        if doubled and not whole:
            return
        if self.text[at + 1] == "U" or not whole or not safe:
            raise self._refusal(
                "an escape in a string that could end it", "write the character itself"
            )

    def _quoted_name(self) -> str:
        start = self.at
        end = self.text.find("`", start + 1)
        if end < 0:
            raise self._refusal("a name that does not end", "close it with `")
        name = self.text[start + 1 : end]
        if "\\" in name or "\n" in name or self.text[end + 1 : end + 2] == "`":
            raise self._refusal(
                "a name with a backslash, a line end or a backtick in it", "rename it"
            )
        self.at = end + 1
        return name

    def _word(self, word: str) -> str:
        # Letters only: what is a digit, a mark or a joiner to one engine ends the name to another.
        strange = not word.isascii() and (
            unicodedata.normalize("NFKC", word) != word
            or not all(c.isalpha() for c in word if not c.isascii())
        )
        if strange:
            self.at -= len(word)
            raise self._refusal(
                f"{word!r} has characters that look like others", "put the name in `backticks`"
            )
        return word

    def _refusal(self, what: str, hint: str) -> QueryError:
        return _refusal(self.text, self.at, what, hint)


def _check_nesting(text: str, tokens: Sequence[_Token]) -> None:
    opened: list[_Token] = []
    for token in tokens:
        if token.kind in _PAIRS.values():
            opened.append(token)
            if len(opened) > DEEPEST:
                raise _refusal(
                    text, token.at, f"brackets are nested more than {DEEPEST} deep", "nest less"
                )
        elif token.kind in _PAIRS and (
            not opened or opened.pop().kind != _PAIRS[token.kind]
        ):
            raise _refusal(text, token.at, f"{token.kind} closes nothing", "count the brackets")
    if opened:
        raise _refusal(text, opened[-1].at, f"{opened[-1].kind} is not closed", "close it")


_OPERATORS = frozenset({"AND", "OR", "XOR", "NOT"})


def _check_chains(text: str, tokens: Sequence[_Token]) -> None:
    """Operators, and the longest run of prefixes (`NOT NOT`), of `.a.a` and of `[0][0]`."""
    operators = run = 0
    kinds = ["", *(t.kind for t in tokens), ""]
    for token, before, after in zip(tokens, kinds, kinds[2:], strict=False):
        word = _keyword(token) if token.kind == "word" else ""
        if token.kind == "-":
            in_pattern = before in ("]", "-", "<") or after in ("[", "-", ">")
            operators += not in_pattern
        elif token.kind in ("+", "*", "/", "%", "^") or word in _OPERATORS:
            operators += 1
        prefix = token.kind in ("+", "-") or word == "NOT"
        link = token.kind == "." or before == "." or (
            token.kind == "]" or (before, token.kind) == ("]", "[") or (before, after) == ("[", "]")
        )
        run = run + 1 if prefix or link else 0
        if operators > MOST_OPERATORS or run > LONGEST_CHAIN:
            raise _refusal(
                text, token.at, "the statement chains too much together",
                "split it with WITH, or pass a list as a parameter and use IN",
            )


def _check_word(text: str, tokens: Sequence[_Token], at: int) -> None:
    token = tokens[at]
    word = _keyword(token)
    if _is_name(tokens, at):
        return
    if word in _REFUSED:
        raise _refusal(
            text, token.at, f"{token.text} is not allowed: statements may only read",
            f"if it is a name, put it in backticks: `{token.text}`",
        )
    if word == "CALL":
        _check_call(text, tokens, at)
    if word in ("TRANSACTION", "TRANSACTIONS") and any(
        tokens[i].kind == "}" and _is_word(tokens[i + 1], "IN") for i in range(at - 1)
    ):
        raise _refusal(
            text, token.at, "CALL … IN TRANSACTIONS is not allowed: it is for writing",
            f"if it is a name, put it in backticks: `{token.text}`",
        )


def _is_name(tokens: Sequence[_Token], at: int) -> bool:
    """Whether a word is certainly a name, where a keyword would be no Cypher at all."""
    before = tokens[at - 1] if at else None
    earlier = tokens[at - 2] if at > 1 else None
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if before is None:
        return False
    # n.set, $row.set, nodes(p)[0].set; not `1. SET`
    if before.kind == ".":
        return earlier is not None and (
            earlier.kind in ("word", "name", "parameter", ")", "]", "}")
        )
    # (n:Set), [:SET]
    if before.kind == ":":
        return earlier is not None and earlier.kind in ("word", "name", "(", "[")
    # [:A|SET]; the clauses of FOREACH, which follow such a mark, go on otherwise
    if before.kind == "|":
        return after is not None and after.kind in ("]", "|", "*", ")")
    # {set: 1}, {a: 1, set: 2}
    if after is not None and after.kind == ":":
        return before.kind in ("{", ",")
    # n.name AS set, count(*) AS set; `AS` after a bare word could itself be a variable.
    if _is_word(before, "AS") and earlier is not None:
        return earlier.kind in (")", "]", "}", "string", "number", "parameter") or (
            earlier.kind in ("word", "name") and at > 4 and tokens[at - 3].kind == "."
            and tokens[at - 4].kind in ("word", "name", "parameter", ")", "]")
        )
    return False


def _check_call(text: str, tokens: Sequence[_Token], at: int) -> None:
    """`CALL { … }`, `CALL (x) { … }`, or a procedure of the list."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and after.kind in ("{", "("):
        return
    parts: list[str] = []
    for token in tokens[at + 1 :]:
        expected = ("word", "name") if len(parts) % 2 == 0 else (".",)
        if token.kind not in expected:
            break
        parts.append(token.text)
    name = "".join(parts)
    follows = tokens[at + 1 + len(parts)].kind if at + 1 + len(parts) < len(tokens) else ""
    if name.lower() not in _PROCEDURES or follows not in ("(", "word", "", ";", "}"):
        raise _refusal(
            text, tokens[at].at, f"CALL {name or '…'} is not allowed",
            "these may be called: " + ", ".join(sorted(_PROCEDURES)),
        )


def _check_function(text: str, tokens: Sequence[_Token], at: int) -> None:
    """The name before a bracket, if it is the name of a function."""
    if at == 0 or tokens[at - 1].kind not in ("word", "name"):
        return
    start = at - 1
    while start > 1 and tokens[start - 1].kind == "." and tokens[start - 2].kind in (
        "word", "name"
    ):
        start -= 2
    parts = [t.text for t in tokens[start:at] if t.kind != "."]
    name = ".".join(parts).lower()
    if start and _is_word(tokens[start - 1], "CALL"):
        return  # checked as a procedure
    dotted = start and tokens[start - 1].kind == "."
    if name in _FUNCTIONS or (
        (dotted or len(parts) > 1) and parts[0].lower() not in _NAMESPACES
    ):
        raise _refusal(
            text, tokens[start].at, f"the function {name} is not allowed",
            "use functions that come with the engine; those of plugins may do more than read",
        )


def _keyword(token: _Token) -> str:
    return unicodedata.normalize("NFKC", token.text).upper()


def _is_word(token: _Token, keyword: str) -> bool:
    return token.kind == "word" and _keyword(token) == keyword


def _shown(token: _Token) -> str:
    return token.text or f"a {token.kind}"


def _character(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _refusal(text: str, at: int, what: str, hint: str) -> QueryError:
    line = text.count("\n", 0, at) + 1
    column = at - (text.rfind("\n", 0, at) + 1) + 1
    return QueryError(f"line {line}, column {column}: {what}", NAME, hint)


def _given(tokens: Sequence[_Token], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters; LadybugDB would answer nothing for one that is missing, and not say so."""
    used = {t.text for t in tokens if t.kind == "parameter"}
    for name in sorted(used - set(parameters)):
        raise BadParameter(f"the parameter ${name} is missing", NAME, f"--param {name}=VALUE")
    for name in sorted(set(parameters) - used):
        raise BadParameter(
            f"the statement has no parameter ${name}", NAME,
            "it uses " + (", ".join(f"${n}" for n in sorted(used)) or "none"),
        )
    try:
        size = len(json.dumps(dict(parameters), allow_nan=False).encode())
        # Values are copied, so that only what JSON has reaches an engine.
        values: dict[str, Any] = json.loads(json.dumps(dict(parameters), allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise BadParameter(f"a parameter is not JSON: {error}", NAME, "pass plain values") from None
    if size > MOST_BYTES or _depth(values) > DEEPEST:
        raise BadParameter("the parameters are too large", NAME, "pass less at a time")
    return values


def _depth(value: Any) -> int:
    """How deep lists and dictionaries are nested, without recursion."""
    deepest, level = 0, [value]
    while level and deepest <= DEEPEST:
        deepest += 1
        level = [
            child for item in level if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return deepest


# -- LadybugDB


_READER = Path(__file__).with_name("reader.py")
_KEPT = frozenset({
    "PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "SYSTEMROOT",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TEMP", "TMP",
})
"""What the reading process gets to know of our environment: no password is among it."""


def _ladybug(
    store: LadybugStore, cypher: str, parameters: dict[str, Any], timeout: float, rows: int,
    memory: int,
) -> Answer:
    request = json.dumps({
        "graph": str((store.build / "graph.lbug").resolve()), "cypher": cypher,
        "parameters": parameters, "rows": rows, "bytes": MOST_BYTES, "memory": memory,
        "seconds": math.ceil(timeout),
    })
    # -P: the folder of reader.py is no place to import from, it has a ladybug.py.
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", str(_READER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, close_fds=True,
        env={**{k: v for k, v in os.environ.items() if k.upper() in _KEPT},
             "MALLOC_ARENA_MAX": "2", "HOME": os.devnull},
    )
    deadline = time.monotonic() + timeout
    clock = threading.Timer(timeout, process.kill)
    clock.daemon = True
    clock.start()
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(request.encode())
            process.stdin.close()
        # One message a line; twice the bytes leaves room for what is not a row.
        lines = process.stdout.read(2 * MOST_BYTES).splitlines()
        process.kill()
        code = process.wait()
    finally:
        clock.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
    return _received(lines, timeout, memory, late=time.monotonic() >= deadline, code=code)


def _received(
    lines: Sequence[bytes], timeout: float, memory: int, *, late: bool, code: int
) -> Answer:
    """What the reading process has said; its last message tells how it ended."""
    try:
        messages = [json.loads(line) for line in lines]
    except ValueError:
        messages = []  # it was ended while it wrote
    last = messages[-1] if messages and isinstance(messages[-1], dict) else {}
    if "end" in last:
        columns, *found = messages[:-1]
        return Answer(Result(tuple(columns), tuple(map(tuple, found))), last["end"] == "more")
    if "store" in last:
        raise StoreError(last["store"], "run `sousveil build`: the graph is made again")
    if "refused" in last:
        raise QueryError(last["refused"], NAME)
    if late:
        raise _too_long(timeout)
    if "memory" in last:
        raise _too_much(memory)
    raise QueryError(
        f"the engine did not survive this statement within {memory} MB (it ended with {code})",
        NAME, "ask for less, or make the statement simpler",
    )


def _too_long(timeout: float) -> QueryError:
    return QueryError(
        f"stopped after {timeout:g} s", NAME, "narrow the question, or allow more time: --timeout"
    )


def _too_much(memory: int) -> QueryError:
    return QueryError(
        f"stopped: it needs more than {memory} MB", NAME,
        "narrow the question, end it with LIMIT, or allow more: --memory",
    )


# -- Neo4j

_GRACE = 5.0
"""Seconds for which a server may be late in stopping a transaction."""


def _neo4j(
    store: Neo4jStore, cypher: str, parameters: dict[str, Any], timeout: float, rows: int
) -> Answer:
    """Ask in a thread: a server that has used up its stack never answers, nor hangs up."""
    done: Future[Answer] = Future()

    def ask() -> None:
        try:
            done.set_result(_asked(store, cypher, parameters, timeout, rows))
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=ask, daemon=True, name="sousveil-cypher").start()
    try:
        return done.result(timeout + _GRACE)
    except TimeoutError:
        raise QueryError(
            f"the server has not answered for {timeout + _GRACE:g} s", NAME,
            "make the statement simpler, and look at the server's log",
        ) from None


def _asked(
    store: Neo4jStore, cypher: str, parameters: dict[str, Any], timeout: float, rows: int
) -> Answer:
    import neo4j

    found: list[tuple[Any, ...]] = []
    size = 0
    truncated = False
    try:
        # In a transaction that was begun: a statement cannot bring its own.
        with (
            store.errors(timeout),
            store.driver.session(
                database=store.database, default_access_mode=neo4j.READ_ACCESS,
                fetch_size=min(rows + 1, 1000),
            ) as session,
            session.begin_transaction(timeout=timeout) as tx,
        ):
            kind = tx.run("EXPLAIN " + cypher, parameters).consume().query_type
            if kind != "r":
                raise QueryError(
                    "the server says that this statement does more than read", NAME,
                    "statements may only read",
                )
            answer = tx.run(cypher, parameters)
            columns = tuple(answer.keys())
            for record in answer:
                row = tuple(_value(v) for v in record.values())
                size += len(json.dumps(row))
                if len(found) == rows or size > MOST_BYTES:
                    truncated = True
                    break
                found.append(row)
            tx.rollback()
    except QueryError as error:
        if "TimedOut" in _code(error):
            raise _too_long(timeout) from error
        raise QueryError(error.message, NAME, error.hint) from error
    except StoreError as error:
        code = _code(error)
        if "Memory" in code:
            raise QueryError(
                "stopped: it needs more memory than the server allows one transaction", NAME,
                "narrow the question, or end it with LIMIT",
            ) from error
        if "Terminated" in code or "TimedOut" in code:
            raise _too_long(timeout) from error
        raise
    return Answer(Result(columns, tuple(found)), truncated)


def _code(error: BaseException) -> str:
    """The server's code of the error behind ours."""
    return str(getattr(error.__cause__, "code", None) or "")


def _value(value: Any) -> Any:
    """A value of the driver as JSON has it, the same as `graph/reader.py` gives."""
    from neo4j import graph, spatial

    if isinstance(value, graph.Node):
        return {"class": next(iter(sorted(value.labels)), ""), **_value(dict(value))}
    if isinstance(value, graph.Relationship):
        return {"class": value.type, **_value(dict(value))}
    if isinstance(value, graph.Path):
        return {
            "nodes": [_value(n) for n in value.nodes],
            "relations": [_value(r) for r in value.relationships],
        }
    if isinstance(value, spatial.Point):
        return {"srid": value.srid, "coordinates": [float(v) for v in value]}
    if isinstance(value, dict):
        return {str(k): _value(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_value(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes | bytearray):
        return value.hex()
    written = getattr(value, "iso_format", None)
    return written() if callable(written) else str(value)
