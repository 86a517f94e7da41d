"""Everything that can be set is written down in docs/."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from sawlog.cli.parser import build as build_parser
from sawlog.model.schema import COMMON
from sawlog.plan.rules import QUERY_RULES, STEP_RULES
from sawlog.plan.rules.base import QueryRule, StepRule
from sawlog.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("**/*.md"))}
ALL = "\n".join(DOCS.values())


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The long names of all options, also those of subcommands."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action.choices.values():
                yield from options(choice)
        yield from (name for name in action.option_strings if name.startswith("--"))


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_each_setting_is_documented(name: str) -> None:
    assert f"SAWLOG_{name.upper()}" in ALL, f"docs/ must tell what SAWLOG_{name.upper()} does"


@pytest.mark.parametrize("name", sorted({*options(build_parser()[0])}))
def test_each_option_of_the_command_is_documented(name: str) -> None:
    assert re.search(rf"`[^`]*{re.escape(name)}\b", DOCS["cli.md"]), f"docs/cli.md must tell what {name} does"


@pytest.mark.parametrize("rule", [*QUERY_RULES, *STEP_RULES], ids=lambda rule: rule.name)
def test_each_rule_of_the_optimizer_is_documented(rule: QueryRule | StepRule) -> None:
    assert f"| `{rule.name}` | {rule.what} |" in DOCS["explain.md"]


def test_each_field_that_every_dataset_has_is_documented() -> None:
    assert [name for name in COMMON if f"| `{name}` |" not in DOCS["fields.md"]] == []


def test_each_server_setting_is_documented() -> None:
    app = pytest.importorskip("sawlog_lab.app")
    own = list(app.SawlogLab.class_own_traits(config=True))
    assert own
    assert [name for name in own if f"`SawlogLab.{name}`" not in DOCS["jupyterlab.md"]] == []


def test_each_setting_of_the_panel_is_documented() -> None:
    schema = json.loads((ROOT / "extension" / "schema" / "plugin.json").read_text(encoding="utf-8"))
    assert [name for name in schema["properties"] if f"`{name}`" not in DOCS["jupyterlab.md"]] == []


def test_links_between_documents_lead_somewhere() -> None:
    broken = []
    for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("**/*.md"))]:
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")
    assert broken == []
