"""JSON files of the store: their kind, their layout, and a checksum, so that no changed letter is believed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sawlog.storage.reading import Reading, unreadable

_KEY = "checksum"
_MARK = f'"{_KEY}": '.encode()
_DIGEST_BYTES = 16


def signed(body: Mapping[str, Any]) -> str:
    """A JSON object with a checksum of its text as its last member."""
    text = json.dumps(body)[:-1] + (", " if body else "")
    return f'{text}"{_KEY}": "{_digest(text.encode())}"}}'


def read_signed(path: Path, accept: Callable[[Any], None] = lambda body: None) -> Any:
    """What a file holds, without its checksum; files of an earlier make have none.

    Args:
        accept: raises for a file that is not ours, which is not called damaged then.

    Raises:
        StoreError: it cannot be read, is no JSON, or was changed.
    """
    with Reading(path):
        data = path.read_bytes()
        body = json.loads(data)
    accept(body)
    if isinstance(body, dict) and _KEY in body and body.pop(_KEY) != _digest(data[: data.rfind(_MARK)]):
        raise unreadable(path, "its checksum is not the one in it")
    return body


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=_DIGEST_BYTES).hexdigest()
