"""Random query trees that find something in the corpora of :mod:`tests.support.corpora`."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.support import corpora

from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.quantity import Quantity
from sawlog.query.simplify import normalise
from sawlog.query.tokens import words

_BEGIN_NS = int(corpora.BEGIN.timestamp()) * 1_000_000_000
_TOKENS = sorted(
    {token for word in (*corpora.WORDS, "java", "worker", "GET", "info", "nothing") for token in words(word)}
)
_TEXTS = [text for text in corpora.WORDS if len(words(text)) > 1] + ["connection reset", "by peer", "timeout done"]
_WILDCARDS = ["t*", "*out", "c?che", "*e*", "k*", "blk*", "?", "x*x", "stra*e", "*é", "i*"]
_REGEXES = [
    *(
        "time",
        "(?i)TIMEOUT|reset",
        r"\d{2,}",
        "caf.",
        "^2026",
        "reset$",
        r"\bdone\b",
        r"[^ -~]",
        r"\w+=\w+",
        "k",
        "\u017f",
    ),
    *(
        r"10\.0\.0\.\d",
        "a.b",
        "İ",
        r"\x00",
        "x{20}",
        "^[^k]*$",
        "[a-z]$",
        "(?i)KELVIN",
        r"\.\S$",
        r"\s\s",
        "🙂$",
        r"(timeout|cache) \S+",
        r"^\b",
        "at com",
    ),
]

tokens = st.sampled_from(_TOKENS)
times = st.tuples(*[st.none() | st.integers(-2, 120).map(lambda s: _BEGIN_NS + s * 500_000_000)] * 2)
numbers = st.none() | st.sampled_from([0, 0.5, 17, 200, 404, 500.0, 1_048_576, 2**60]).map(Quantity)
bounds = st.tuples(numbers, numbers, st.booleans(), st.booleans())


def text_leaves() -> st.SearchStrategy[Query]:
    """Nodes that are answered by the records' text."""
    phrases = st.sampled_from(_TEXTS).map(words) | st.lists(tokens, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        tokens.map(lambda value: Query("term", value=value)),
        phrases.map(lambda value: Query("phrase", value=value)),
        st.builds(lambda value, slop: Query("phrase", value=value, slop=slop), phrases, st.integers(1, 3)),
        st.sampled_from(_WILDCARDS).map(lambda value: Query("wildcard", value=value)),
        st.builds(lambda value, distance: Query("fuzzy", value=value, distance=distance), tokens, st.integers(1, 2)),
        st.builds(
            lambda value, flags: Query("regex", value=value, flags=flags),
            st.sampled_from(_REGEXES),
            st.sampled_from(["", "i"]),
        ),
    )


def field_leaves() -> st.SearchStrategy[Query]:
    """Nodes that are answered by a field, some of which only some corpora have."""
    names = st.sampled_from(["status", "bytes", "took_ms", "user", "pid", "line", "ok", "absent"])
    texts = st.sampled_from(
        ["alice", "ALICE", "çelik", "200", "404.0", "true", "/api/items", "GET", "web1", "sshd", "0.5"]
    )
    fields = st.sampled_from(
        ["user", "status", "ok", "path", "method", "host", "process", "took_ms", "client", "absent"]
    )
    levels = st.sampled_from(["info", "warning", "error", "debug"])
    return st.one_of(
        levels.map(lambda value: Query("compare", "level", "eq", value)),
        st.frozensets(levels, min_size=2).map(lambda value: Query("compare", "level", "in", value)),
        levels.map(lambda value: Query("compare", "level", "range", (value, None, True, False))),
        st.builds(lambda field, value: Query("compare", field, "range", value), names, bounds),
        st.builds(lambda field, value: Query("compare", field, "eq", value), fields, texts),
        st.builds(
            lambda field, value: Query("compare", field, "in", value),
            fields,
            st.frozensets(texts, min_size=2, max_size=4),
        ),
        st.builds(
            lambda field, value: Query("compare", field, "glob", value),
            fields,
            st.sampled_from(["/api/*", "*l*", "?00", "a*e"]),
        ),
        st.sampled_from(["10.0.0.0/8", "2001:db8::/32"]).map(lambda value: Query("compare", "client", "cidr", value)),
        st.builds(
            lambda field, value: Query("compare", field, "regex", value),
            fields | st.just("message"),
            st.sampled_from(["^a", "l$", "0"]),
        ),
        st.lists(tokens, min_size=1, max_size=2).map(lambda value: Query("compare", "message", "match", tuple(value))),
        st.builds(
            lambda field: Query("exists", field),
            fields | names | st.sampled_from(["level", "message", "timestamp", "source"]),
        ),
        st.sampled_from(["a.log", "b.log", "*.log", "nowhere"]).map(
            lambda value: Query("compare", "source", "glob" if "*" in value else "eq", value)
        ),
        times.map(lambda value: Query("time", value=value)),
    )


def queries(leaves: st.SearchStrategy[Query] | None = None, most: int = 6) -> st.SearchStrategy[Query]:
    """Trees in normal form, as the engine runs them."""

    def grow(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(children, min_size=2, max_size=3).map(tuple)
        joined = st.builds(
            lambda kind, parts: Query(kind, children=parts), st.sampled_from(["and", "and", "or"]), several
        )
        return joined | children.map(lambda child: Query("not", children=(child,)))

    chosen = leaves if leaves is not None else (text_leaves() | field_leaves() | st.sampled_from([ALL, NONE]))
    return st.recursive(chosen, grow, max_leaves=most).map(normalise)
