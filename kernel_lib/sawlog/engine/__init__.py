"""SearchEngineManager and Dataset: the one path open → build → search.  The only composer of the rooms below it."""

from sawlog.engine.dataset import Dataset
from sawlog.engine.manager import SearchEngineManager

__all__ = ["Dataset", "SearchEngineManager"]
