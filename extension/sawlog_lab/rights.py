"""Who may do what: looking takes the right to ``read`` the resource ``sawlog``, changing something to ``write`` it."""

from __future__ import annotations

from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler

from sawlog_lab.service.messages import AskError, Request


async def require_right(handler: JupyterHandler, request: Request) -> None:
    """What changes something takes the right to write.

    Raises:
        AskError: the user has it not (kind ``forbidden``).
    """
    if not request.kind.writes:
        return
    allowed = handler.authorizer.is_authorized(handler, handler.current_user, "write", "sawlog")
    if not await ensure_async(allowed):
        raise AskError(f"You may look, but not {request.op}: ask for the right to write to sawlog.", "forbidden")
