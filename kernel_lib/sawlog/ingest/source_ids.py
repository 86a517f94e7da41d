"""New sources and their ids.  An id follows from content: a dataset that is indexed anew gives each source its old one.

So what names records by their source, as saved sets do, stays true.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from sawlog.errors import SourceError
from sawlog.ingest.sources import Identified, Source, fingerprint
from sawlog.ingest.sources.fingerprint import WINDOW, content_hash
from sawlog.storage.catalog import SourceState

_DIGITS = 12


def new_states(found: Sequence[Identified], taken: Collection[str]) -> list[SourceState]:
    """What the catalog is to know of sources of which nothing is indexed, in the order given.

    Args:
        taken: ids that mean something else.
    """
    states = [_nameless(item.source) for item in found]
    alike = Counter(_head(state) for state in states)
    used = set(taken)
    for position, (item, state) in enumerate(zip(found, states, strict=True)):
        id = next(id for id in _candidates(item, state, alike[_head(state)] == 1) if id not in used)
        used.add(id)
        states[position] = replace(state, id=id)
    return states


def _nameless(source: Source) -> SourceState:
    try:
        print_ = fingerprint(source, WINDOW).to_json()
    except SourceError as error:
        return SourceState("", source.to_json(), None, error=str(error))
    nothing = source.seekable and not source.size
    return SourceState("", source.to_json(), print_, complete=nothing)


def _head(state: SourceState) -> str:
    return str(state.fingerprint["head"]) if state.fingerprint else ""


def _candidates(item: Identified, state: SourceState, alone: bool) -> Iterator[str]:
    """Ids for a source, best first; ``alone``: no other new one begins as it does."""
    head = _head(state)
    # Text that took the place of another with the same beginning is not that: no set of the old one may mean it.
    if item.known is None or item.state != "rewritten" or item.known.fingerprint.head != head:
        if head and alone:
            yield _id(head)
        yield _id(head, item.source.file, *item.source.members)
    while True:
        yield uuid.uuid4().hex[:_DIGITS]


def _id(*parts: str) -> str:
    return content_hash("\0".join(parts).encode("utf-8", "surrogateescape"))[:_DIGITS]
