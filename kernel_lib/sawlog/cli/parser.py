"""What can be typed: the commands, their options and their help."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

ORDERS = ("newest", "oldest", "relevance")
WHEN = ("auto", "always", "never")

_EPILOG = "exit status: 0 something was found, 1 nothing was found, 2 an error, 130 interrupted"


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import sawlog

        print(f"sawlog {sawlog.__version__}")
        parser.exit()


class UsageError(Exception):
    """Options and operands that do not go together."""


def limit(text: str) -> int | None:
    """``--limit``: a number, or ``all`` (None)."""
    return None if text == "all" else _whole(text, "a number of records, or 'all'")


def positive(text: str) -> int:
    """A number of 0 or more."""
    return _whole(text, "a number, 0 or more")


def _whole(text: str, allowed: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"give {allowed}, not {text!r}")
    return int(text)


def build() -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser of the whole command line, and that of each command."""
    top = argparse.ArgumentParser(
        prog="sawlog", description="Search log files: full text, fields, time and regex, indexed.", epilog=_EPILOG
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, operands: str, summary: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(
            name, help=summary, description=summary, usage=f"sawlog {name} [OPTION ...] {operands}", epilog=_EPILOG
        )
        # Operands are sorted out by hand: argparse cannot tell a QUERY from paths once options stand between.
        parser.add_argument("operands", nargs="*", metavar=operands or "(no operands)", help=_OPERANDS.get(name, ""))
        return parser

    index = command("index", "PATH ...", "Index log files, or bring an index up to date.")
    _dataset_options(index)

    search = command("search", "QUERY PATH ...", "Print the records that match a query.")
    _query_options(search)
    _time_options(search)
    _output_options(search, csv=True)
    search.add_argument(
        "--limit",
        type=limit,
        default=argparse.SUPPRESS,
        metavar="N",
        help="print N records at the most, or 'all' (default: 100 on a terminal, else all)",
    )
    search.add_argument("--order", choices=ORDERS, help="which records come first (default: newest)")
    search.add_argument(
        "--context",
        type=positive,
        default=0,
        metavar="N",
        help="print the N records before and after each match in its file, too",
    )
    _dataset_options(search)

    count = command("count", "QUERY PATH ...", "Print how many records match a query.")
    _query_options(count)
    _time_options(count)
    _dataset_options(count)

    tail = command("tail", "[QUERY] PATH", "Print the last matching records, then new ones as they are written.")
    _query_options(tail)
    tail.add_argument(
        "--lines", type=positive, default=10, metavar="N", help="begin with the last N matching records (default: 10)"
    )
    _output_options(tail, csv=False)
    _dataset_options(tail)

    report = command("report", "PATH ...", "Print how each file was read: format, lines, records, errors.")
    report.add_argument("--json", action="store_true", help="print one JSON object a file")
    _dataset_options(report)

    datasets = command("datasets", "", "List what the store holds.")
    datasets.add_argument("--json", action="store_true", help="print one JSON object a dataset")
    datasets.add_argument("--verify", action="store_true", help="read every byte of them, and say what is damaged")
    _store_option(datasets)

    drop = command("drop", "NAME", "Delete a dataset's index. The log files stay.")
    drop.add_argument("--yes", action="store_true", help="do not ask")
    _store_option(drop)
    return top, dict(commands.choices)


_OPERANDS = {
    "index": "files, directories, globs or archives",
    "search": "the query (quote it for the shell; '' is every record), then files, directories, globs or archives",
    "count": "the query (quote it for the shell; '' is every record), then files, directories, globs or archives",
    "tail": "the query, if there is one, then the file, directory or glob",
    "report": "files, directories, globs or archives",
    "drop": "the dataset's name, as 'sawlog datasets' lists it",
}


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Arguments as a namespace with ``command``, ``operands`` and the command's options.

    What follows ``--`` is an operand, whatever it begins with.  Exits like argparse on wrong usage or ``--help``.
    """
    top, commands = build()
    if not argv:
        top.print_help(sys.stderr)
        top.exit(2)
    if argv[0] not in commands:
        return top.parse_args(argv)
    arguments = list(argv[1:])
    split = arguments.index("--") if "--" in arguments else len(arguments)
    namespace = commands[argv[0]].parse_intermixed_args(arguments[:split])
    namespace.operands += arguments[split + 1 :]
    namespace.command = argv[0]
    return namespace


def take_query(options: argparse.Namespace, query_optional: bool = False) -> str:
    """Takes the query out of the operands, unless ``--query`` gives it; paths remain.

    Raises:
        UsageError: nothing to search, or nothing to search for.
    """
    operands = options.operands
    if options.query is not None:
        query = options.query
    elif query_optional and len(operands) == (0 if options.name else 1):
        query = ""
    elif operands:
        query = operands.pop(0)
    else:
        raise UsageError("a QUERY is missing; to match every record give ''")
    if not operands and not options.name:
        raise UsageError(f"nothing to search for {query!r} in: give a PATH, or --name of an indexed dataset")
    return str(query)


def _dataset_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("dataset")
    group.add_argument("--name", help="the dataset's name; with it alone, PATH is not needed for what is indexed")
    _store_option(group)
    group.add_argument("--format", help="the files' format (default: found out for each file)")
    group.add_argument("--timezone", metavar="ZONE", help="zone of stamps that name none (default: UTC)")
    group.add_argument("--year", type=int, help="year of stamps without one (default: fits the file's date)")
    group.add_argument("--encoding", help="the files' encoding, e.g. latin-1 (default: UTF-8, or by byte order mark)")
    group.add_argument("--workers", type=positive, metavar="N", help="processes that index (default: one a core)")
    group.add_argument(
        "--progress",
        choices=WHEN,
        default="auto",
        help="show a progress bar on stderr (default: auto, if that is a terminal)",
    )
    if not parser.prog.endswith(("index", "tail")):
        group.add_argument(
            "--no-wait",
            action="store_true",
            help="answer at once: scan what is not indexed yet, and leave the index as far as it got",
        )


def _store_option(parser: argparse._ActionsContainer) -> None:
    parser.add_argument("--store", metavar="DIR", help="where indexes are kept (default: $SAWLOG_STORE or ~/.sawlog)")


def _query_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-q", "--query", help="the query; every operand is then a PATH (--query=-debug for a query with '-')"
    )


def _time_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("time")
    group.add_argument("--start", metavar="TIME", help="records from this time on, e.g. '2026-11-01 10:00'")
    group.add_argument("--end", metavar="TIME", help="records before this time; of a day, to its end")
    group.add_argument("--last", metavar="DURATION", help="records of the last such time until now, or --end, e.g. 2h")
    group.add_argument("--timeout", type=float, metavar="SECONDS", help="stop after so long with what was found")


def _output_options(parser: argparse.ArgumentParser, csv: bool) -> None:
    group = parser.add_argument_group("output")
    kinds = group.add_mutually_exclusive_group()
    kinds.add_argument(
        "--text",
        dest="output",
        action="store_const",
        const="text",
        default="text",
        help="print records as they are, behind file and line (default)",
    )
    kinds.add_argument(
        "--json", dest="output", action="store_const", const="json", help="print one JSON object a record"
    )
    if csv:
        kinds.add_argument("--csv", dest="output", action="store_const", const="csv", help="print CSV with a header")
    group.add_argument(
        "--color",
        choices=WHEN,
        default="auto",
        help="colours by level, matches marked (default: auto, on a terminal without NO_COLOR)",
    )
    group.add_argument("--no-prefix", action="store_true", help="print records without file and line")
