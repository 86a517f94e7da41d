"""Errors as a panel gets them: a kind, a message fit for the user's eyes, a place in the query.  Never a trace."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

from sawlog.panel.wire.params import RequestError
from sawlog.panel.wire.text import Utf16

log = logging.getLogger(__name__)

#: A path from the root with at least two names, as it stands in an error message.
_ABSOLUTE_PATH = re.compile(r"(?<![\w.~/\\])(?:[A-Za-z]:)?(?:[/\\][^/\\\s:'\",;()]+)+[/\\]([^/\\\s:'\",;()]+)")


class AskError(Exception):
    """A question that could not be answered.

    Attributes:
        kind: query, timeout, cancelled, missing, forbidden, limit, busy or server.
        span: where in the query, in UTF-16 code units; None: not in it.
    """

    def __init__(self, message: str, kind: str = "server", span: tuple[int, int] | None = None) -> None:
        self.kind, self.span = kind, span
        super().__init__(message)

    @property
    def message(self) -> dict[str, Any]:
        """As ``error`` of ``channel.schema.json``."""
        return {"kind": self.kind, "message": str(self), "span": None if self.span is None else list(self.span)}


def cancelled() -> AskError:
    return AskError("The request was cancelled.", "cancelled")


def explained(error: Exception, query: str = "") -> AskError:
    """Any error as one for a panel; what is not meant for the user goes to the log."""
    if isinstance(error, AskError):
        return error
    if isinstance(error, RequestError):
        return AskError(f"This is no request: {error}.", "query")
    from sawlog import errors

    if isinstance(error, errors.QueryError):
        # The message goes on with the query and a caret under the place, for terminals.
        reason = str(error).partition("\n")[0] if error.query else str(error)
        return AskError(reason, "query", _span(error.start, error.end, query) if error.query == query else None)
    if not isinstance(error, errors.SawlogError):
        log.error("sawlog: a request failed", exc_info=error)
        return AskError("This could not be answered, for a reason that is in the log.")
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (errors.QueryTimeout, "timeout"),
        (errors.DatasetClosedError, "missing"),
        (errors.SourceError, "missing"),
        (errors.SettingsError, "query"),
        (errors.FormatError, "query"),
        (errors.StoreLockedError, "busy"),
    )
    kind = next((kind for of, kind in kinds if isinstance(error, of)), "server")
    return AskError(without_paths(str(error)), kind)


def _span(start: int, end: int, query: str) -> tuple[int, int] | None:
    if not query:
        return None
    text = Utf16(query)
    return text.unit(start), text.unit(max(start, end))


def without_home(text: str) -> str:
    """The text with the user's home directory written ``~``."""
    home = str(Path.home())
    return re.sub(rf"(?<![\w.-]){re.escape(home)}(?![\w.-])", "~", text) if len(home) > 1 else text


def without_paths(text: str) -> str:
    """The text without absolute paths: only their last name stays."""
    return _ABSOLUTE_PATH.sub(r"…/\1", without_home(text))
