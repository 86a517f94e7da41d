"""The messages that the handlers carry, and HTTP's status for each kind of error.

The messages themselves are the library's, since its widgets answer the same ones; handlers get them from here, so that
``service`` stays the sole importer of sawlog.
"""

from __future__ import annotations

from sawlog.panel.errors import AskError, explained, without_paths
from sawlog.panel.wire.datasets import datasets_message, error_message
from sawlog.panel.wire.requests import (
    CANCEL,
    Request,
    answer_text,
    encode,
    failure_text,
    read_id,
    read_json,
    read_request,
)

__all__ = [
    "CANCEL",
    "AskError",
    "Request",
    "answer_text",
    "datasets_message",
    "encode",
    "error_message",
    "explained",
    "failure_text",
    "read_id",
    "read_json",
    "read_request",
    "status_of",
    "without_paths",
]

_STATUS = {
    "query": 400,
    "timeout": 504,
    "cancelled": 499,
    "missing": 404,
    "forbidden": 403,
    "limit": 413,
    "busy": 503,
    "server": 500,
}


def status_of(error: AskError) -> int:
    """HTTP's status for an error."""
    return _STATUS[error.kind]
