"""The query tree: one frozen node type, given by the parser and read by everything after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from typing import Literal

Kind = Literal[
    "all",  # every record (the empty query)
    "none",  # no record
    "and",  # children
    "or",  # children
    "not",  # one child
    "term",  # value: str, one lower-cased token
    "phrase",  # value: tuple[str, ...] of lower-cased tokens; slop: within so many positions (0: adjacent, in order)
    "wildcard",  # value: str, a pattern over one lower-cased token, with * and ?
    "fuzzy",  # value: str, one lower-cased token; distance: 1 or 2
    "regex",  # value: str, Rust syntax, over the record's whole text; flags: "i", "s", "x" ...
    "compare",  # field, op, value: a typed comparison (see Op)
    "exists",  # field: the record has it (field:*)
    "time",  # value: (start_ns | None, end_ns | None): start <= timestamp < end, UTC nanoseconds
]
# "eq": whole value, case-insensitive.  "glob": whole value with * and ?.  "in": value is a frozenset.
# "range": value is (low | None, high | None, include_low, include_high).  "cidr": value is "10.0.0.0/8".
# "regex": value is a pattern over the field's value.  On the field ``message`` a word is a term/phrase of the
# message's tokens ("match": value is a tuple of tokens).
Op = Literal["", "eq", "glob", "in", "range", "cidr", "regex", "match"]


#: What a node takes in memory without its value, and a value of a set.
_NODE_BYTES, _VALUE_BYTES = 512, 64


_SHARED_KINDS: dict[frozenset[str], frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class Query:
    """A node of the query tree.

    Caches keep thousands, and Python's garbage collector goes through all of them: so a node has no dict, and nodes of
    the same kinds share the set of these.

    Attributes:
        span: (start, end) in characters of the text it was parsed from, (-1, -1) for nodes made by code; it takes no
            part in equality or hashing.
        kinds: of this node and of all below it.
        weight: about the bytes that the tree keeps in memory.
    """

    kind: Kind
    field: str = ""
    op: Op = ""
    value: object = None
    children: tuple[Query, ...] = ()
    slop: int = 0
    distance: int = 0
    flags: str = ""
    span: tuple[int, int] = dataclass_field(default=(-1, -1), compare=False)
    kinds: frozenset[str] = dataclass_field(init=False, compare=False, repr=False)
    weight: int = dataclass_field(init=False, compare=False, repr=False)
    _hash: int = dataclass_field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        kinds = frozenset((self.kind,)).union(*(child.kinds for child in self.children))
        held = len(self.value) if isinstance(self.value, str | tuple | frozenset) else 0
        each = 1 if isinstance(self.value, str) else _VALUE_BYTES
        own = (self.kind, self.field, self.op, self.value, self.slop, self.distance, self.flags)
        object.__setattr__(self, "kinds", _SHARED_KINDS.setdefault(kinds, kinds))
        object.__setattr__(self, "weight", _NODE_BYTES + held * each + sum(child.weight for child in self.children))
        object.__setattr__(self, "_hash", hash((own, self.children)))

    def __hash__(self) -> int:
        # Trees are keys of caches and members of sets all the time, and hashing one goes through all of it.
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        # Hashes of texts differ between processes.
        made_of = (f.name for f in fields(self) if f.init)
        return Query, tuple(getattr(self, name) for name in made_of)

    def walk(self) -> Iterator[Query]:
        """This node and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


ALL = Query("all")
NONE = Query("none")
