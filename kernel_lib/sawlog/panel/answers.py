"""The answers to all questions about one dataset, and how any of them is worked out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sawlog.panel import builds, cells, questions, words
from sawlog.panel.errors import cancelled, explained
from sawlog.panel.scope import Scope
from sawlog.panel.wire.requests import Request

if TYPE_CHECKING:
    from sawlog.model.progress import CancelToken

log = logging.getLogger(__name__)

#: What answers each op that is about one dataset.
ANSWERS: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {
    **questions.ANSWERS,
    **words.ANSWERS,
    **cells.ANSWERS,
    **builds.ANSWERS,
}


def answered(work: Callable[[], dict[str, Any]], request: Request, token: CancelToken) -> dict[str, Any]:
    """The result that ``work`` gives for a request.

    Raises:
        AskError: whatever kept it from being answered; of kind ``cancelled`` once the token is.
    """
    if token.cancelled:
        raise cancelled()
    try:
        result = work()
    except Exception as error:
        if token.cancelled:
            raise cancelled() from None
        raise explained(error, str(getattr(request.asked, "query", ""))) from None
    if token.cancelled:
        raise cancelled()
    return result


def twice(
    once: Callable[[], dict[str, Any]], again: Callable[[], dict[str, Any]], name: str, token: CancelToken
) -> dict[str, Any]:
    """What ``once`` gives, or ``again`` where another process took files of the dataset away meanwhile.

    Partitions that were merged are gone from the disk; who then looks at the dataset anew finds what they became.
    """
    from sawlog.errors import StoreError

    try:
        return once()
    except Exception as error:
        if not (isinstance(error, OSError) or type(error) is StoreError) or token.stopped:
            raise
    log.info("sawlog: %s is read once more, since another process may have changed it", name)
    return again()
