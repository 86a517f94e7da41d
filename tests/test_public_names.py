"""The public names: what users type.  A change here is a change of the product, and needs a line in the changelog."""

from __future__ import annotations

import inspect
import subprocess
import sys

import sawlog
from sawlog import errors

NAMES = [
    "Dataset",
    "RowSet",
    "SawlogError",
    "SearchEngineManager",
    "datasets",
    "errors",
    "open",
    "register_format",
]

DATASET = {
    "build",
    "close",
    "complete",
    "count",
    "diff",
    "drop",
    "explain",
    "explore",
    "facets",
    "fields",
    "follow",
    "forget",
    "group",
    "histogram",
    "load",
    "name",
    "patterns",
    "problems",
    "refresh",
    "report",
    "rows",
    "save",
    "saved",
    "search",
    "selection",
    "slow",
    "verify",
    "wait",
}

ERRORS = {
    "BuildCancelled",
    "BuildError",
    "DatasetClosedError",
    "DiskFullError",
    "FormatError",
    "QueryError",
    "QueryTimeout",
    "SawlogError",
    "SettingsError",
    "SourceError",
    "StoreError",
    "StoreLockedError",
    "StoreVersionError",
}


def test_names_of_the_package() -> None:
    assert sorted(sawlog.__all__) == NAMES
    for name in NAMES:
        assert getattr(sawlog, name) is not None


def test_names_of_a_dataset() -> None:
    assert {name for name in dir(sawlog.Dataset) if not name.startswith("_")} == DATASET


def test_every_error_has_one_base() -> None:
    found = {name: value for name, value in vars(errors).items() if inspect.isclass(value)}
    assert set(found) == ERRORS
    assert all(issubclass(error, sawlog.SawlogError) for error in found.values())


def test_every_public_name_is_explained() -> None:
    assert [name for name in NAMES if not inspect.getdoc(getattr(sawlog, name))] == []
    assert [name for name in sorted(DATASET) if not inspect.getdoc(getattr(sawlog.Dataset, name))] == []


def test_importing_the_package_loads_no_engine() -> None:
    code = "import sys, sawlog; print(sorted({'polars', 'pyarrow', 'tantivy', 'pandas', 'plotly'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert loaded == "[]"
