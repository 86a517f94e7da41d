"""Results: raw numbers as JSON, and the table in docs/benchmarks.md."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil
from tests.bench.corpora import ROOT
from tests.bench.measure import Stat
from tests.bench.peers.registry import PEERS
from tests.bench.rows.base import Context, Row

DOCUMENT = ROOT / "docs" / "benchmarks.md"
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
PACKAGES = ("tantivy", "polars", "pyarrow", "pandas", "duckdb", "lancedb", "hyperscan", "pyroaring")

#: The table's parts, by the groups of their rows; what is in none of them is in the first.
SECTIONS = {
    "Building, opening, first pages": (),
    "Asking": ("words", "regex", "counts", "completion", "patterns", "concurrency", "overhead"),
    "The panel in a browser": ("panel",),
}

_HEAD = f"""# Benchmarks

Measured by `make bench`, all in one run, side by side; see `tests/bench/`. The table is generated.

{BEGIN}
{END}
"""


@dataclass
class Kept:
    """What an earlier run of the same day has of other groups: its rows, and when each group was measured."""

    rows: list[Row] = field(default_factory=list)
    measured: dict[str, str] = field(default_factory=dict)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, results: Path, without: Sequence[str]) -> Kept:
        if not results.exists():
            return cls()
        data = json.loads(results.read_text())
        rows = [Row.from_json(row) for row in data["rows"] if _group(row["key"]) not in without]
        measured = {group: when for group, when in data.get("measured", {}).items() if group not in without}
        return cls(rows, measured, data["totals"], data["failures"])


def _group(key: str) -> str:
    """The group that a row belongs to: the command's word for it."""
    first = key.split(".")[0]
    return {"page": "pages", "disk": "build"}.get(first, first)


def document(context: Context, rows: list[Row], kept: Kept) -> dict[str, object]:
    """Everything about one run, as it goes into the JSON file."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _output("git", "rev-parse", "--short", "HEAD"),
        "machine": machine(),
        "versions": versions(),
        "settings": {"sizes": context.sizes, "runs": context.runs, "quick": context.quick, "threads": 2},
        "notes": {name: peer.note for name, peer in PEERS.items()},
        "rows": [row.to_json() for row in rows],
        "measured": kept.measured,
        "totals": kept.totals | context.totals,
        "failures": [*kept.failures, *(f for f in context.failures if f not in kept.failures)],
    }


def machine() -> dict[str, object]:
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "memory": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
    }


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "ripgrep": _output("rg", "--version").split("\n")[0]}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def write(data: dict[str, object], rows: list[Row], results: Path, page: Path | None) -> None:
    """Write the JSON to ``results``, and the table between the markers of ``page``."""
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")
    if page is None:
        return
    page.parent.mkdir(parents=True, exist_ok=True)
    text = page.read_text() if page.exists() else _HEAD
    if BEGIN not in text or END not in text:
        text = text.rstrip() + f"\n\n{BEGIN}\n{END}\n"
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{markdown(data, rows)}\n{END}{after}")


def markdown(data: dict[str, object], rows: list[Row]) -> str:
    """The tables, and under them what one must know to read them."""
    lines: list[str] = []
    parts = {group: title for title, groups in SECTIONS.items() for group in groups}
    for title in SECTIONS:
        mine = [row for row in rows if parts.get(row.key.split(".")[0], next(iter(SECTIONS))) == title]
        lines += _table(title, mine) if mine else []
    host = data["machine"]
    used = data["versions"]
    assert isinstance(host, dict) and isinstance(used, dict)
    lines += [
        f"{data['date']}, commit {data['commit'] or 'unknown'}; {host['cpu']}, {host['cores']} cores, "
        f"{host['memory'] / 2**30:.0f} GB, {host['system']}, load {host['load']:.1f} at the end; "
        + ", ".join(f"{name} {version.removeprefix('ripgrep ')}" for name, version in used.items())
        + ". The ratio says how many times better than the peer; above 1 is better. Each group of rows was measured "
        "side by side with its peers, one group after the other, ended at: "
        + ", ".join(f"{group} {when}" for group, when in dict(data.get("measured", {})).items())  # type: ignore[call-overload]
        + " UTC.",
        "",
    ]
    named = {name for row in rows for name in row.peers}
    lines += [f"- {peer.title} (`{name}`): {peer.note}." for name, peer in PEERS.items() if name in named and peer.note]
    notes: dict[str, list[str]] = {}
    for row in rows:
        if row.note:
            notes.setdefault(row.note, []).append(row.what)
    lines += [f"- {'; '.join(of)}: {note}." for note, of in notes.items()]
    failures = data["failures"]
    assert isinstance(failures, list)
    lines += [f"- Not measured: {failure}" for failure in failures]
    return "\n".join(lines)


def _table(title: str, rows: list[Row]) -> list[str]:
    lines = [
        f"### {title}",
        "",
        "| | what | must reach | measured (median, min to max) | peers in the same run | ratio |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        mark = {True: "✓", False: "✗", None: "?"}[row.ok]
        peers = "; ".join(f"{name} {_text(stat)}" for name, stat in row.peers.items())
        ratio = f"{row.ratio:.2f} x {row.against}" if row.ratio is not None else ""
        lines.append(f"| {mark} | {row.what} | {row.must} | {_text(row.measured)} | {peers} | {ratio} |")
    return [*lines, ""]


def _text(stat: Stat | None) -> str:
    if stat is None:
        return "not measured"
    factor, unit = {"B/s": (1e-6, "MB/s"), "B": (1e-6, "MB"), "x": (1.0, "x raw")}.get(stat.unit, (1.0, stat.unit))
    low, middle, high = (_number(value * factor) for value in (min(stat.values), stat.median, max(stat.values)))
    return f"{middle} {unit}" if len(stat.values) == 1 else f"{middle} {unit} ({low} to {high})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
