"""What ships: the JavaScript is built and packed with the Python that needs it."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILD = PROJECT["tool"]["hatch"]["build"]
STATIC = "kernel_lib/sawlog/widgets/static"


@pytest.mark.parametrize("target", ["wheel", "sdist"])
def test_the_widgets_bundle_is_packed_though_git_ignores_it(target: str) -> None:
    assert STATIC in BUILD["targets"][target]["artifacts"]
    assert f"/{STATIC}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_an_installation_builds_the_widgets_bundle_and_cannot_do_without() -> None:
    hook = BUILD["hooks"]["jupyter-builder"]
    for name in ("explorer.js", "explorer.css"):
        assert f"{STATIC}/{name}" in hook["ensured-targets"]
    scripts = json.loads((ROOT / "extension" / "package.json").read_text(encoding="utf-8"))["scripts"]
    assert "esbuild.config.mjs" in scripts[hook["build-kwargs"]["build_cmd"]]
    config = (ROOT / "extension" / "esbuild.config.mjs").read_text(encoding="utf-8")
    assert f"'../{STATIC}'" in config


def test_what_builds_the_bundle_is_pinned() -> None:
    package = json.loads((ROOT / "extension" / "package.json").read_text(encoding="utf-8"))
    assert re.fullmatch(r"\d+\.\d+\.\d+", package["devDependencies"]["esbuild"])


def test_the_lock_file_names_no_host() -> None:
    lock = (ROOT / "extension" / "yarn.lock").read_text(encoding="utf-8")
    assert re.search(r"https?:|__archiveUrl", lock) is None
