"""SearchEngineManager and Dataset: the one path open → build → search.  The only composer of the rooms below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sawlog.engine.dataset import Dataset
    from sawlog.engine.manager import SearchEngineManager

__all__ = ["Dataset", "SearchEngineManager"]


def __getattr__(name: str) -> Any:
    # Imported when first used: a look at the store must not wait for the whole engine.
    if name == "Dataset":
        from sawlog.engine.dataset import Dataset

        return Dataset
    if name == "SearchEngineManager":
        from sawlog.engine.manager import SearchEngineManager

        return SearchEngineManager
    raise AttributeError(f"module 'sawlog.engine' has no attribute {name!r}")
