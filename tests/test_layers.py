"""Imports go down only: the floors of the house, proved over every import, also those inside functions."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "kernel_lib" / "sawlog"
SERVER = ROOT / "extension" / "sawlog_lab"
BROWSER = ROOT / "extension" / "src"

FOUNDATION = {"errors", "model", "settings"}
PURE = {"formats", "query", "plan", "patterns"}
WORK = {"storage", "ingest", "execute"}

#: What each part of the library may import of the others, besides itself: the floors below it.
#: Where parts of one floor need each other, they stand in one order, so there is no circle.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "settings": {"errors"},
    "model": {"errors", "settings"},
    "formats": FOUNDATION,
    "query": FOUNDATION,
    "plan": FOUNDATION | {"query"},
    "patterns": FOUNDATION | {"query"},
    "storage": FOUNDATION | PURE,
    "ingest": FOUNDATION | PURE | {"storage"},
    "execute": FOUNDATION | PURE | {"storage", "ingest"},
    "results": FOUNDATION | PURE,
    "engine": FOUNDATION | PURE | WORK | {"results"},
    "notebook": FOUNDATION | PURE | WORK | {"results", "engine"},
    "panel": FOUNDATION | PURE | WORK | {"results", "engine"},
    "widgets": FOUNDATION | PURE | WORK | {"results", "engine", "panel"},
    # sawlog/__init__.py: public names only, and what `Dataset.explore()` shows
    "": FOUNDATION | PURE | WORK | {"results", "engine", "notebook", "widgets"},
    "cli": FOUNDATION | PURE | WORK | {"results", "engine", ""},
}

#: Libraries that may be imported only where they are wrapped, or in the parts that bitmaps are passed between.
SOLE_IMPORTERS: dict[str, set[str]] = {
    "tantivy": {"storage.terms"},
    "pyroaring": {"model.rowset", "storage", "ingest", "execute", "engine"},
    "hyperscan": {"execute.bytescan"},
    "plotly": {"results"},
    "ipywidgets": {"results", "widgets"},
    "IPython": {"notebook", "results.progress", "widgets"},
    "anywidget": {"widgets"},
    "rich": {"results", "cli"},
}

#: What the server extension's parts may import of each other.
SERVER_ALLOWED = {
    "service": set(),
    "rights": {"service"},
    "rest": {"rights", "service"},
    "websocket": {"rights", "service"},
    "app": {"rest", "service", "websocket"},
    "": {"app"},
}

#: What the folders of the browser's side may import of each other.
BROWSER_ALLOWED = {
    "wire": set(),
    "transport": {"wire"},
    "store": {"transport", "wire"},
    "panels": {"store", "wire"},
    "lab": {"panels", "store", "transport", "wire"},  # what puts the panels into JupyterLab
    "widget": {"panels", "store", "transport", "wire"},  # what puts the search into a cell
    "index": {"lab", "panels", "store", "transport", "wire"},
}


def module_name(path: Path, top: Path) -> str:
    parts = path.relative_to(top).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute module name of each import; names imported from a package count as its modules."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: imports are absolute"
            assert node.module is not None
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def within(module: str, part: str) -> bool:
    return module == part or module.startswith(f"{part}.")


def modules(top: Path) -> list[Path]:
    return sorted(path for path in top.rglob("*.py") if "node_modules" not in path.parts)


def faults(path: Path, top: Path, package: str, allowed: dict[str, set[str]]) -> list[str]:
    """The imports of a module that go up or sideways."""
    room = module_name(path, top).partition(".")[0]
    assert room in allowed, f"{path}: a new part of {package}: say in tests/test_layers.py on which floor it stands"
    found = []
    for line, name in imports(path):
        if not within(name, package):
            continue
        target = name.removeprefix(package).removeprefix(".")
        part = target.partition(".")[0]
        own = part == room
        public = "" in allowed[room] and (part == "" or part not in allowed)
        if not (own or public or any(part_name and within(target, part_name) for part_name in allowed[room])):
            found.append(f"{path.relative_to(ROOT)}:{line}: {room or package} must not import {name}")
    return found


@pytest.mark.parametrize("path", modules(LIBRARY), ids=lambda path: module_name(path, LIBRARY) or "sawlog")
def test_the_library_imports_downward(path: Path) -> None:
    assert faults(path, LIBRARY, "sawlog", ALLOWED) == []


@pytest.mark.parametrize("path", modules(SERVER), ids=lambda path: module_name(path, SERVER) or "sawlog_lab")
def test_the_server_extension_imports_downward(path: Path) -> None:
    assert faults(path, SERVER, "sawlog_lab", SERVER_ALLOWED) == []


@pytest.mark.parametrize("library", SOLE_IMPORTERS)
def test_a_library_is_imported_only_where_it_is_wrapped(library: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(LIBRARY)
        for line, name in imports(path)
        if within(name, library)
        and not any(within(module_name(path, LIBRARY), part) for part in SOLE_IMPORTERS[library])
    }
    assert found == set(), f"{library} may be imported only by {sorted(SOLE_IMPORTERS[library])}"


def test_the_library_does_not_know_jupyter_servers() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(LIBRARY)
        for line, name in imports(path)
        if any(within(name, other) for other in ("sawlog_lab", "jupyter_server", "jupyterlab", "tornado"))
    }
    assert found == set()


def test_only_the_service_imports_sawlog_in_the_server_extension() -> None:
    importers = {
        module_name(path, SERVER).partition(".")[0]
        for path in modules(SERVER)
        for _, name in imports(path)
        if within(name, "sawlog")
    }
    assert importers == {"service"}


def test_the_server_extension_starts_without_the_engine() -> None:
    """Every Jupyter server imports the extension; the engine comes with the first question."""
    code = (
        "import sys, sawlog_lab.app; print(sorted({'polars', 'pyarrow', 'tantivy', 'pandas', 'plotly', 'numpy'}"
        " & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert loaded == "[]"


def test_the_browser_side_imports_downward() -> None:
    found = []
    for path in sorted(BROWSER.rglob("*.ts*")):
        folder = path.relative_to(BROWSER).parts[0].partition(".")[0]
        assert folder in BROWSER_ALLOWED, f"{path}: say in tests/test_layers.py what it may import"
        for source in re.findall(r"""(?:from|import\()\s*['"](\.[^'"]+)['"]""", path.read_text(encoding="utf-8")):
            target = (path.parent / source).resolve().relative_to(BROWSER).parts[0]
            if target != folder and target not in BROWSER_ALLOWED[folder]:
                found.append(f"{path.relative_to(ROOT)} must not import {source}")
    assert found == []


def test_the_rules_catch_an_import_that_goes_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "query").mkdir()
    culprit = tmp_path / "query" / "bad.py"
    culprit.write_text("def lazily():\n    from sawlog import engine\n    import sawlog.storage.terms\n")
    assert [fault.rpartition(" ")[2] for fault in faults(culprit, tmp_path, "sawlog", ALLOWED)] == [
        "sawlog.engine",
        "sawlog.storage.terms",
    ]
