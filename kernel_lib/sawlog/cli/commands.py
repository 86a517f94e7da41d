"""What each command does, by the public API alone; each returns its exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Any

import sawlog
from sawlog.cli import output
from sawlog.cli.parser import UsageError, take_query
from sawlog.model.paths import shown_path
from sawlog.results.escape import visible
from sawlog.results.remarks import remark_text
from sawlog.results.tables import text_table
from sawlog.results.units import format_bytes, plural

if TYPE_CHECKING:
    import pandas as pd

    from sawlog import Dataset
    from sawlog.results.hits import Hits
    from sawlog.results.tables import Datasets

FOUND, NOT_FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130

#: Records printed on a terminal unless ``--limit`` says otherwise; a pipe gets all.
TERMINAL_LIMIT = 100

_PROGRESS: dict[str, Any] = {"auto": "auto", "always": "terminal", "never": False}


@contextmanager
def dataset(options: argparse.Namespace, background: bool = False) -> Iterator[Any]:
    """The dataset that the operands and options name, closed at the end."""
    if not options.operands and not options.name:
        raise UsageError("give a PATH, or --name of an indexed dataset")
    given = {
        key: getattr(options, key) for key in ("name", "store", "format", "timezone", "year", "encoding", "workers")
    }
    paths: Any = options.operands or None  # None: reopen what --name holds
    logs = sawlog.open(
        paths,
        **{key: value for key, value in given.items() if value is not None},
        background=background,
        progress=_PROGRESS[options.progress],
    )
    try:
        if logs.build.error is not None:
            complain(str(logs.build.error))
        yield logs
    finally:
        logs.close()


def index(options: argparse.Namespace) -> int:
    """Builds the index, and says what it holds and what could not be read."""
    with dataset(options) as logs:
        for held in sawlog.datasets(store=options.store):
            if held.name == logs.name:
                print(
                    f"{held.name}: {plural(held.records, 'record')}, {format_bytes(held.bytes)}, "
                    f"{plural(held.sources, 'source')}, {held.state}"
                )
        return _complain_of_all(_rows(logs.report()), logs) or (FAILED if logs.build.error else FOUND)


def search(options: argparse.Namespace) -> int:
    """Prints matches; 2 if a path names nothing, or if the time was up before anything was found."""
    query = take_query(options)
    if options.context and options.output != "text":
        raise UsageError("--context goes with --text only")
    screen = output.open_screen(options.color)
    limit = getattr(options, "limit", TERMINAL_LIMIT if screen.is_terminal else None)
    with dataset(options, background=options.no_wait) as logs:
        hits = logs.search(query, limit=limit, **_given(options, "start", "end", "last", "order", "timeout"))
        if options.context:
            output.print_context(screen, hits.context(options.context, options.context), not options.no_prefix)
        else:
            output.print_hits(screen, hits, options.output, not options.no_prefix)
        screen.flush()
        _remark(hits, logs)
        failed = _names_nothing(options, logs)
    if hits.timed_out:
        complain("timed out: there may be more matches; give a longer --timeout, or a shorter time range")
    if len(hits) < hits.total:
        complain(f"{len(hits):,} of {plural(hits.total, 'match', 'matches')} shown; --limit all shows every one")
    if hits.total:
        return FAILED if failed else FOUND
    return FAILED if failed or hits.timed_out else NOT_FOUND


def count(options: argparse.Namespace) -> int:
    """Prints the number of matches; 2 if a path names nothing, or if the time was up before it was known."""
    query = take_query(options)
    with dataset(options, background=options.no_wait) as logs:
        hits = logs.search(query, limit=0, **_given(options, "start", "end", "last", "timeout"))
        _remark(hits, logs)
        failed = _names_nothing(options, logs)
    if hits.timed_out:
        complain("timed out before all were counted: give a longer --timeout, or a shorter time range")
        return FAILED
    print(hits.total)
    if failed:
        return FAILED
    return FOUND if hits.total else NOT_FOUND


def tail(options: argparse.Namespace) -> int:
    """Prints the last matches, then new ones until interrupted."""
    query = take_query(options, query_optional=True)
    screen = output.open_screen(options.color)
    with dataset(options, background=True) as logs:
        newest = logs.search(query, limit=options.lines, order="newest")
        _remark(newest, logs)
        for hit in chain(reversed(newest), logs.follow(query)):
            output.print_hit(screen, hit, options.output, not options.no_prefix)
            screen.flush()
    return FOUND


def report(options: argparse.Namespace) -> int:
    """Prints how each source was read."""
    with dataset(options, background=options.no_wait) as logs:
        rows = _rows(logs.report())
        _print_rows(rows, options.json)
        return _complain_of_all(rows, logs)


def datasets(options: argparse.Namespace) -> int:
    """Prints what the store holds."""
    if options.operands:
        raise UsageError("datasets takes no operands")
    held = sawlog.datasets(store=options.store)
    if options.json:
        _print_rows(held.to_dicts(), as_json=True)
    else:
        print(held)
    return _verify(held, options.store) if options.verify else FOUND


def _verify(held: Datasets, store: str | None) -> int:
    """Says which files of these datasets are damaged; what their catalogs say was printed before."""
    manager = sawlog.SearchEngineManager(store)
    damaged = False
    for known in held:
        try:
            with manager.attach(known.name) as logs:
                logs.verify()
        except sawlog.errors.StoreError as error:
            damaged = True
            for line in str(error).splitlines():
                complain(line)
    return FAILED if damaged else FOUND


def drop(options: argparse.Namespace) -> int:
    """Deletes a dataset's index, after asking."""
    if len(options.operands) != 1:
        raise UsageError("give the NAME of one dataset; 'sawlog datasets' lists them")
    name = options.operands[0]
    manager = sawlog.SearchEngineManager(options.store)
    manager.describe(name)  # a name that is none is told before anything is asked
    if not options.yes:
        if not output.is_terminal(sys.stdin):
            raise UsageError("drop asks before it deletes, and stdin is no terminal: give --yes")
        answer = input(f"Delete the index of {visible(name)}? The log files stay. [y/N] ")
        if answer.strip().lower() not in ("y", "yes"):
            complain("nothing was deleted")
            return NOT_FOUND
    manager.drop(name)
    return FOUND


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    command.__name__: command for command in (index, search, count, tail, report, datasets, drop)
}


def complain(message: str) -> None:
    """A line on stderr; file names and queries are hostile, too."""
    print(f"sawlog: {visible(message)}", file=sys.stderr)


def _remark(hits: Hits, logs: Dataset) -> None:
    """Says what the query was understood as where that may not be meant, and which files could not be searched."""
    for remark in hits.diagnostics:
        complain(remark_text(remark, hits.text))
    for file, why in logs.problems.items():
        _complain_of(file, why)


def _names_nothing(options: argparse.Namespace, logs: Dataset) -> bool:
    """Whether there is nothing at a path that was named: an error, as to grep, whatever was found elsewhere."""
    named = {path: os.path.abspath(os.path.expanduser(path)) for path in options.operands}
    absent = [name for name, path in named.items() if shown_path(path) in logs.problems and not os.path.lexists(path)]
    if options.query is None and any(name.isalnum() for name in absent):  # a word, rather than a path
        complain("only the first operand is the query: put one of several words in quotes")
    return bool(absent)


def _given(options: argparse.Namespace, *names: str) -> dict[str, Any]:
    """The options that were given, so that the API's own defaults hold for the others."""
    return {name: getattr(options, name) for name in names if getattr(options, name) is not None}


def _rows(report: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in report.to_dict("records")]


def _complain_of(file: str, why: str) -> None:
    complain(why if why.startswith(f"{file}: ") else f"{file}: {why}")


def _complain_of_all(report: list[dict[str, Any]], logs: Dataset) -> int:
    """Tells what was not read; the exit status says whether any of it should have been."""
    for row in report:
        if row["error"] and row["state"] != "gone":
            _complain_of(row["file"], row["error"])
    return FAILED if logs.problems else FOUND


def _print_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    print("\n".join(map(output.to_json, rows)) if as_json else text_table(rows))
