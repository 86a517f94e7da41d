"""Is everything on disk what was written?  Reads every byte of a dataset's index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sawlog.errors import StoreError
from sawlog.storage.catalog import PARTITIONS, Catalog
from sawlog.storage.manifest import Manifest, check_content


def damages(dataset: Path, catalog: Catalog) -> Iterator[StoreError]:
    """What is wrong with the partitions that a catalog lists: one error for each file that differs or is missing."""
    for entry in catalog.partitions:
        directory = dataset / PARTITIONS / entry.id
        try:
            files = Manifest.load(directory).files
        except StoreError as error:
            yield error
            continue
        for name, sealed in files.items():
            try:
                check_content(directory / name, sealed)
            except StoreError as error:
                yield error
