"""Registering with IPython, and taking it back."""

from __future__ import annotations

from typing import Any

from sawlog.notebook.magics import LogsMagics
from sawlog.notebook.matcher import IDENTIFIER, make_matcher


def load(shell: Any) -> None:
    """Registers completion and magics with an ``InteractiveShell``; once, however often it is called."""
    matchers = shell.Completer.custom_matchers
    if not any(getattr(matcher, "matcher_identifier", "") == IDENTIFIER for matcher in matchers):
        matchers.append(make_matcher(shell.user_ns))
        shell.register_magics(LogsMagics)


def unload(shell: Any) -> None:
    """Takes the completion and the magics away."""
    completer = shell.Completer
    completer.custom_matchers = [
        matcher for matcher in completer.custom_matchers if getattr(matcher, "matcher_identifier", "") != IDENTIFIER
    ]
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("logs", None)
