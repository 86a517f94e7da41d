"""The query tree: one frozen node type, given by the parser and read by everything after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cached_property
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


@dataclass(frozen=True)
class Query:
    """A node of the query tree.

    ``span`` is (start, end) in characters of the text it was parsed from, (-1, -1) for nodes made by code;
    it takes no part in equality or hashing.
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

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of this node and of all below it."""
        return frozenset((self.kind,)).union(*(child.kinds for child in self.children))

    @cached_property
    def weight(self) -> int:
        """About the bytes that the tree keeps in memory."""
        held = len(self.value) if isinstance(self.value, str | tuple | frozenset) else 0
        each = 1 if isinstance(self.value, str) else _VALUE_BYTES
        return _NODE_BYTES + held * each + sum(child.weight for child in self.children)

    @cached_property
    def _hash(self) -> int:
        own = (self.kind, self.field, self.op, self.value, self.slop, self.distance, self.flags)
        return hash((own, self.children))

    def __hash__(self) -> int:
        # Trees are keys of caches and members of sets all the time, and hashing one goes through all of it.
        return self._hash

    def __getstate__(self) -> dict[str, object]:
        # Hashes of texts differ between processes; kinds are found again.
        return {name: value for name, value in self.__dict__.items() if name not in ("_hash", "kinds")}

    def walk(self) -> Iterator[Query]:
        """This node and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


ALL = Query("all")
NONE = Query("none")
