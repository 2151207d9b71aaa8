"""Cypher that somebody else wrote, run so that it can only read.

Three fences, each of which would do alone for what it fences:

1. `check`, before any engine sees the text: one statement, made of reading clauses, calling only
   procedures known to be harmless. It refuses whatever two engines might read differently, such
   as `\\u0027`, which Neo4j takes for a quote before it looks for strings, or a comment that ends
   in `**/`, which LadybugDB does not take for the end.
2. The engine's own refusal: a read-only handle, or a session in read access mode.
3. A process of its own, which is ended when time or memory runs out. LadybugDB runs in it, and
   once the graph is open it can open no file and no connection (`graph/reader.py`). A Neo4j
   server is asked from it: first what kind of statement it is, then in a transaction that the
   server stops in time (`graph/server_reader.py`). An answer may have a single value of any size.

Only the first keeps a Neo4j server from reading files and addresses (`LOAD CSV`): to it, that is
reading. Settings for the server itself are in the documentation.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sousveil.errors import (
    BadParameter,
    ConfigError,
    QueryError,
    StoreError,
    StoreUnavailable,
)
from sousveil.graph.conditions import check_conditions
from sousveil.graph.store import Result, Store
from sousveil.graph.tokens import NAME, Token, is_name, is_word, keyword, refusal, tokenise

if TYPE_CHECKING:
    from sousveil.graph.ladybug import LadybugStore
    from sousveil.graph.neo4j import Neo4jStore

__all__ = ["Answer", "check", "run_readonly"]

MOST_CHARACTERS = 50_000
MOST_TOKENS = 3_000
DEEPEST = 30
MOST_OPERATORS = 300
LONGEST_CHAIN = 60
"""Bounds on the statement. A parser goes as deep as a statement is nested or its operators are
chained, and a Neo4j 5.26 that has used up its stack never answers: 500 NOT in a row are enough,
or 700 times `.a`."""

MOST_HOPS = 10
"""Relations of a chain of variable length. The chains of a graph are many times as many with every
relation more, and a search without an end does not come back."""

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

_PAIRS = {")": "(", "]": "[", "}": "{"}


class Answer(msgspec.Struct, frozen=True):
    """What a statement returned."""

    result: Result
    truncated: bool
    """Whether there was more: rows above the limit, or beyond 16 MB."""
    warnings: tuple[str, ...] = ()
    """What a Neo4j server says of the statement, such as names that its graph does not have;
    the embedded store refuses those."""


def check(cypher: str) -> None:
    """Refuse a statement that is not certain to only read; raises QueryError, nothing else."""
    _checked(cypher)


def run_readonly(
    store: Store, cypher: str, parameters: Mapping[str, Any] | None = None, *,
    timeout: float = 30, rows: int = 1000, memory: int = 1024,
) -> Answer:
    """Check a statement and run it; at most `rows` rows, `timeout` seconds, `memory` MB.

    Parameters are values as JSON has them. `memory` bounds the process that reads (where the
    system lets us: on Linux wholly, elsewhere the embedded engine's own buffers); a server bounds
    its transactions itself (`db.memory.transaction.max`).

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
        check_conditions(cypher)
        return _ladybug(store, cypher, given, _Bounds(timeout, rows, memory))
    from sousveil.graph.neo4j import Neo4jStore

    if isinstance(store, Neo4jStore):
        _check_expressions(cypher, tokens)
        return _neo4j(store, cypher, given, _Bounds(timeout, rows, memory))
    raise QueryError(f"{store.url}: statements of your own cannot be run on this store", NAME)


# -- the gate


def _checked(text: str) -> list[Token]:
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            f"the statement has {len(text):,} characters; {MOST_CHARACTERS:,} are the most", NAME,
            "pass long lists as a parameter: --param ids='[\"a\", \"b\"]' and $ids",
        )
    tokens = tokenise(text)
    if all(t.kind == ";" for t in tokens):
        raise QueryError("there is no statement", NAME, "write one, such as MATCH (n) RETURN n")
    for token in tokens[:-1]:
        if token.kind == ";":
            raise refusal(text, token.at, "more than one statement", "run one at a time")
    first = tokens[0]
    if first.kind != "word" or keyword(first) not in _FIRST:
        raise refusal(
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
    _check_hops(text, tokens)
    for at, token in enumerate(tokens):
        if token.kind == "word":
            _check_word(text, tokens, at)
        if token.kind == "(":
            _check_function(text, tokens, at)
    return tokens


def _check_nesting(text: str, tokens: Sequence[Token]) -> None:
    opened: list[Token] = []
    for token in tokens:
        if token.kind in _PAIRS.values():
            opened.append(token)
            if len(opened) > DEEPEST:
                raise refusal(
                    text, token.at, f"brackets are nested more than {DEEPEST} deep", "nest less"
                )
        elif token.kind in _PAIRS and (
            not opened or opened.pop().kind != _PAIRS[token.kind]
        ):
            raise refusal(text, token.at, f"{token.kind} closes nothing", "count the brackets")
    if opened:
        raise refusal(text, opened[-1].at, f"{opened[-1].kind} is not closed", "close it")


_OPERATORS = frozenset({"AND", "OR", "XOR", "NOT"})


def _check_chains(text: str, tokens: Sequence[Token]) -> None:
    """Operators, and the longest run of prefixes (`NOT NOT`), of `.a.a` and of `[0][0]`."""
    operators = run = 0
    kinds = ["", *(t.kind for t in tokens), ""]
    for token, before, after in zip(tokens, kinds, kinds[2:], strict=False):
        word = keyword(token) if token.kind == "word" else ""
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
            raise refusal(
                text, token.at, "the statement chains too much together",
                "split it with WITH, or pass a list as a parameter and use IN",
            )


def _check_hops(text: str, tokens: Sequence[Token]) -> None:
    """Chains of variable length: `[r*1..3]`, and Neo4j's `(…){1,3}`, `-[r]->+` and `-->*`."""
    opened, arrows = [-1], [False]
    kinds = [token.kind for token in tokens]
    for at, kind in enumerate(kinds):
        before = kinds[at - 1] if at else ""
        arrow = (before, kind) in (("-", ">"), ("-", "-"), ("-", "["), ("<", "-"), ("]", "-"))
        arrows[-1] |= arrow
        if kind in _PAIRS.values():
            opened.append(at)
            arrows.append(False)
        elif kind in _PAIRS:
            start, pattern = opened.pop(), arrows.pop()
            if kind == "]" and kinds[start - 1] == "-" and "*" in kinds[start:at]:
                star = kinds.index("*", start)
                _check_bound(text, tokens, star, _bound(tokens[star + 1 : at]))
            # A bracket with an arrow in it is a pattern; it is no factor of a product.
            if kind == ")" and pattern:
                _check_quantifier(text, tokens, at + 1)
        if arrow and kind != "[" and before != "<":
            _check_quantifier(text, tokens, at + 1)


def _check_quantifier(text: str, tokens: Sequence[Token], at: int) -> None:
    """How often what stands before may be repeated: `+`, `*`, `{3}`, `{1,3}`, `{,3}`, `{1,}`."""
    kind = tokens[at].kind if at < len(tokens) else ""
    if kind in ("+", "*"):
        _check_bound(text, tokens, at, None)
    elif kind == "{" and tokens[at + 1].kind in ("number", ","):
        inner = [t for t in tokens[at + 1 : at + 4] if t.kind in ("number", ",")]
        _check_bound(text, tokens, at, _number(inner[-1]))


def _bound(after: Sequence[Token]) -> int | None:
    """The most relations of what follows a `*`: `3`, `1..3`, `..3`; None if there is no end."""
    kinds = [token.kind for token in after]
    if ".." in kinds:
        end = kinds.index("..") + 1
        return _number(after[end]) if kinds[end : end + 1] == ["number"] else None
    return _number(after[kinds.index("number")]) if "number" in kinds else None


def _number(token: Token) -> int | None:
    return int(token.text) if token.text.isascii() and token.text.isdigit() else None


def _check_bound(text: str, tokens: Sequence[Token], at: int, most: int | None) -> None:
    if most is None or most > MOST_HOPS:
        raise refusal(
            text, tokens[at].at,
            f"a chain of {'any length' if most is None else f'up to {most} relations'}",
            f"give it an end of at most {MOST_HOPS}, as in [:OWNS*1..{MOST_HOPS}]; chains of "
            "ownership, parts and places are edges already, such as OWNERSHIP_CHAIN",
        )


def _check_word(text: str, tokens: Sequence[Token], at: int) -> None:
    token = tokens[at]
    word = keyword(token)
    if is_name(tokens, at):
        return
    if word in _REFUSED:
        raise refusal(
            text, token.at, f"{token.text} is not allowed: statements may only read",
            f"if it is a name, put it in backticks: `{token.text}`",
        )
    if word == "CALL":
        _check_call(text, tokens, at)
    if word in ("TRANSACTION", "TRANSACTIONS") and any(
        tokens[i].kind == "}" and is_word(tokens[i + 1], "IN") for i in range(at - 1)
    ):
        raise refusal(
            text, token.at, "CALL … IN TRANSACTIONS is not allowed: it is for writing",
            f"if it is a name, put it in backticks: `{token.text}`",
        )


def _check_call(text: str, tokens: Sequence[Token], at: int) -> None:
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
        raise refusal(
            text, tokens[at].at, f"CALL {name or '…'} is not allowed",
            "these may be called: " + ", ".join(sorted(_PROCEDURES)),
        )


def _check_function(text: str, tokens: Sequence[Token], at: int) -> None:
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
    if start and is_word(tokens[start - 1], "CALL"):
        return  # checked as a procedure
    dotted = start and tokens[start - 1].kind == "."
    if name in _FUNCTIONS or (
        (dotted or len(parts) > 1) and parts[0].lower() not in _NAMESPACES
    ):
        raise refusal(
            text, tokens[start].at, f"the function {name} is not allowed",
            "use functions that come with the engine; those of plugins may do more than read",
        )


def _check_expressions(text: str, tokens: Sequence[Token]) -> None:
    """Refuse regular expressions: a Neo4j server does not stop one in time, whatever the limit."""
    for token, after in zip(tokens, tokens[1:], strict=False):
        if (token.kind, after.kind) == ("=", "~"):
            raise refusal(
                text, token.at, "=~ is not allowed on a server, which cannot end a long search",
                "use CONTAINS, STARTS WITH, ENDS WITH and toLower()",
            )


def _shown(token: Token) -> str:
    return token.text or f"a {token.kind}"


def _given(tokens: Sequence[Token], parameters: Mapping[str, Any]) -> dict[str, Any]:
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


# -- the process


class _Bounds(NamedTuple):
    timeout: float
    rows: int
    memory: int


_KEPT = frozenset({
    "PATH", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "SYSTEMROOT",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TEMP", "TMP", "SSL_CERT_FILE", "SSL_CERT_DIR",
    "SOUSVEIL_NEO4J_PLAIN",
})
"""What the reading process gets to know of our environment: no password is among it."""

_READER = Path(__file__).with_name("reader.py")
_GRACE = 5.0
"""Seconds for which a server may be late in stopping a transaction."""


def _ladybug(
    store: LadybugStore, cypher: str, parameters: dict[str, Any], bounds: _Bounds
) -> Answer:
    request = {
        "graph": str((store.build / "graph.lbug").resolve()), "cypher": cypher,
        "parameters": parameters, "rows": bounds.rows, "bytes": MOST_BYTES,
        "memory": bounds.memory, "seconds": math.ceil(bounds.timeout),
    }
    # -P: the folder of reader.py is no place to import from, it has a ladybug.py.
    return _read_by(["-P", str(_READER)], request, bounds, bounds.timeout)


def _neo4j(
    store: Neo4jStore, cypher: str, parameters: dict[str, Any], bounds: _Bounds
) -> Answer:
    request = {
        "url": store.url, "credentials": store.credentials, "cypher": cypher,
        "parameters": parameters, "rows": bounds.rows, "bytes": MOST_BYTES,
        "memory": bounds.memory, "timeout": bounds.timeout,
    }
    return _read_by(
        ["-P", "-m", "sousveil.graph.server_reader"], request, bounds, bounds.timeout + _GRACE
    )


def _read_by(
    program: list[str], request: dict[str, Any], bounds: _Bounds, most: float
) -> Answer:
    """Have a process read, and end it after `most` seconds."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, *program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, close_fds=True,
        env={**{k: v for k, v in os.environ.items() if k.upper() in _KEPT},
             "MALLOC_ARENA_MAX": "2", "HOME": os.devnull},
    )
    deadline = time.monotonic() + most
    clock = threading.Timer(most, process.kill)
    clock.daemon = True
    clock.start()
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode())
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
    return _received(lines, bounds, late=time.monotonic() >= deadline, code=code)


_RAISED = {c.__name__: c for c in (StoreError, StoreUnavailable, ConfigError)}


def _received(lines: Sequence[bytes], bounds: _Bounds, *, late: bool, code: int) -> Answer:
    """What the reading process has said; its last message tells how it ended."""
    try:
        messages = [json.loads(line) for line in lines]
    except ValueError:
        messages = []  # it was ended while it wrote
    last = messages[-1] if messages and isinstance(messages[-1], dict) else {}
    if "end" in last:
        warnings = messages.pop(0)["warnings"] if isinstance(messages[0], dict) else []
        columns, *found = messages[:-1]
        return Answer(
            Result(tuple(columns), tuple(map(tuple, found))), last["end"] == "more",
            tuple(warnings),
        )
    if "store" in last:
        raise StoreError(last["store"], "run `sousveil build`: the graph is made again")
    if "refused" in last:
        raise QueryError(last["refused"], NAME, last.get("hint", ""))
    if "raised" in last:
        raise _RAISED[last["raised"]](last["message"], last["hint"])
    if late or "late" in last:
        raise _too_long(bounds.timeout)
    if "memory" in last:
        raise _too_much(bounds.memory)
    raise QueryError(
        f"the engine did not survive this statement within {bounds.memory} MB (it ended with "
        f"{code})",
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
