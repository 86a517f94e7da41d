"""The benchmark: ``python -m tests.bench [--only build,first,...] [--sizes 1,4,16] [--runs 5] [--quick]``.

Measures every promise of docs/benchmarks.md side by side with its peers, writes ``bench/results/NAME.json`` and the
table.  It judges nothing by its exit code; the table shows ✓ or ✗.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import report
from tests.bench.corpora import have_ci_logs, scratch_directory
from tests.bench.rows import (
    build,
    completion,
    concurrency,
    counts,
    first,
    frame,
    memory,
    overhead,
    pages,
    panel,
    patterns,
    regex,
    reopen,
    scan,
    words,
)
from tests.bench.rows.base import Context, Row

GROUPS: dict[str, Callable[[Context], list[Row]]] = {
    "build": build.rows,
    "first": first.rows,
    "scan": scan.rows,
    "pages": pages.rows,
    "frame": frame.rows,
    "words": words.rows,
    "regex": regex.rows,
    "counts": counts.rows,
    "memory": memory.rows,
    "reopen": reopen.rows,
    "completion": completion.rows,
    "patterns": patterns.rows,
    "concurrency": concurrency.rows,
    "overhead": overhead.rows,
    "panel": panel.rows,
}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    scratch = options.scratch or scratch_directory()
    context = Context(
        scratch=scratch,
        sizes=(1,) if options.quick else tuple(sorted(options.sizes)),
        runs=1 if options.quick else options.runs,
        quick=options.quick,
        say=lambda text: print(text, file=sys.stderr, flush=True),
    )
    if not options.quick and not have_ci_logs():
        context.say("No ../shared/data/ci: the generated log stands in for the CI logs.")
    began = time.perf_counter()
    name = options.name or ("quick" if options.quick else f"{datetime.now(UTC):%Y-%m-%d}")
    page = None if options.quick or options.no_page else report.DOCUMENT
    results = options.results / f"{name}.json"
    kept, rows = (report.Kept.of(results, options.only) if options.keep else report.Kept()), []
    try:
        for group in options.only:
            rows += GROUPS[group](context)
            kept.measured[group] = f"{datetime.now(UTC):%H:%M}"
            data = report.document(context, [*kept.rows, *rows], kept)
            report.write(data, [*kept.rows, *rows], results, page)  # what an interrupted run has is kept
    finally:
        context.end()
    rows = [*kept.rows, *rows]
    print(report.markdown(data, rows))
    context.say(f"{time.perf_counter() - began:.0f} s")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_groups, default=list(GROUPS), help="of " + ",".join(GROUPS))
    parser.add_argument("--sizes", type=_numbers, default=(1, 4, 16), help="repeats of the CI logs (216 MB each)")
    parser.add_argument("--runs", type=int, default=5, help="of every measurement, after one to warm up")
    parser.add_argument("--keep", action="store_true", help="keep what the results file has of other groups")
    parser.add_argument("--quick", action="store_true", help="10 MB, one run: shows that the harness works")
    parser.add_argument("--name", help="of the results file (default: the date)")
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="directory of the results file")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    parser.add_argument("--scratch", type=Path, help="for corpora and indexes (default: a temporary directory)")
    return parser


def _groups(text: str) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: not one of {', '.join(GROUPS)}")
    return names


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


if __name__ == "__main__":
    main()
