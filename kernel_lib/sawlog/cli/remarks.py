"""What to say of a query that found nothing, to people who come from other tools."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

#: A name with what other tools write behind it: ``level=error``, ``status == 404``, ``user:root``.
_COMPARISON = re.compile(
    r"""(?<![\w."/\\])(?P<name>[A-Za-z_@][\w.@-]*)(?P<op>\s*(?:==|=)\s*|:)"""
    r"""(?P<value>"[^"]*"|[^\s()|"]+)"""
)


def remarks(query: str, fields: Collection[str]) -> list[str]:
    """Why a query may have found nothing, a sentence each.

    Args:
        fields: the names of the dataset's fields.
    """
    known = {name.casefold(): name for name in fields}
    found = []
    for match in _COMPARISON.finditer(query):
        name, value = match["name"], match["value"]
        field = known.get(name.casefold())
        if field is not None and "=" in match["op"]:
            found.append(f"{match[0]} was searched for as text; for the field write {field}:{value}")
        elif field is None and match["op"] == ":" and not value.startswith("/"):
            near = get_close_matches(name.casefold(), known, n=3)
            likely = f" (there is {', '.join(known[n] for n in near)})" if near else ""
            found.append(f"no record has a field {name}{likely}, so {match[0]} was searched for as text")
    if re.search(r"\s\|\s*[a-z]+", query):
        found.append("| is no pipe here: what stands behind it was searched for as text")
    return found
