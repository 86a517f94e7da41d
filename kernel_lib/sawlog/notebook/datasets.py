"""Which dataset a magic means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sawlog.engine.dataset import Dataset


def open_datasets(namespace: Mapping[str, Any]) -> dict[str, Dataset]:
    """The datasets in a namespace by their variables' names, the last assigned last; IPython's own names left out."""
    return {
        name: value
        for name, value in list(namespace.items())
        if isinstance(value, Dataset) and not name.startswith("_")
    }


def find_dataset(namespace: Mapping[str, Any], name: str) -> Dataset | None:
    """The dataset of a variable of this name, else the one that is itself called so; of no name the last variable."""
    known = open_datasets(namespace)
    if not name:
        return next(reversed(known.values()), None)
    return known.get(name) or next((found for found in known.values() if found.name == name), None)
