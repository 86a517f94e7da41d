"""``%%logs`` and ``%logs``: a query as a cell, or as a line, of its own."""

from __future__ import annotations

import argparse
import shlex
from typing import Any, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class
from IPython.display import display

from sawlog.engine.dataset import Dataset
from sawlog.engine.manager import SearchEngineManager
from sawlog.notebook.datasets import find_dataset, open_datasets
from sawlog.results.hits import Hits

# IPython's decorators lose the types of what they decorate.
_magics_class: Any = magics_class
_cell_magic: Any = cell_magic
_line_magic: Any = line_magic
_display: Any = display

_OPTIONS = ("start", "end", "last")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%logs: {message}\n{self.format_usage()}")


def _parser(program: str) -> _Parser:
    parser = _Parser(prog=program, add_help=False)
    parser.add_argument("dataset", nargs="?", default="", help="a variable, or the name of a dataset in the store")
    parser.add_argument("--last", help="a length of time back from now, for example 1h")
    parser.add_argument("--start", help="the first moment")
    parser.add_argument("--end", help="the first moment behind the range")
    parser.add_argument("--limit", type=int, default=100, help="hits on the page")
    parser.add_argument("--order", choices=("newest", "oldest", "relevance"), default="newest")
    parser.add_argument("--as", dest="name", help="assign a DataFrame of all matches to this variable instead")
    return parser


@_magics_class
class LogsMagics(Magics):
    """The magics; registered by :func:`sawlog.notebook.extension.load`."""

    @_cell_magic("logs")  # type: ignore[untyped-decorator]
    def logs_cell(self, line: str, cell: str) -> None:
        """Search with the cell's text as the query.

        ``%%logs [DATASET] [--last 1h] [--start T] [--end T] [--limit 100] [--order newest] [--as NAME]``

        DATASET is a variable that holds a dataset, or the name of one in the store; without it, the dataset that was
        assigned last.  Shows the hits; with ``--as df`` it assigns a DataFrame of all matches to ``df``.
        """
        arguments, beyond = _parser("%%logs").parse_known_args(_split(line))
        if beyond:
            raise UsageError(f"%%logs: {beyond[0]!r} is no option: the query is the text of the cell below")
        dataset = self._dataset(arguments.dataset)
        options: dict[str, Any] = {name: getattr(arguments, name) for name in _OPTIONS if getattr(arguments, name)}
        query = " ".join(cell.split("\n")).strip()
        if arguments.name is None:
            _display(dataset.search(query, limit=arguments.limit, order=arguments.order, **options))
            return
        if not arguments.name.isidentifier():
            raise UsageError(f"%%logs: --as {arguments.name!r} is no name of a variable")
        hits: Hits = dataset.search(query, limit=0, order=arguments.order, **options)
        self._namespace[arguments.name] = hits.to_pandas(limit=None)

    @_line_magic("logs")  # type: ignore[untyped-decorator]
    def logs_line(self, line: str) -> Any:
        """``%logs DATASET QUERY``: the hits.  ``%logs`` alone: the datasets in the store."""
        name, _, query = line.strip().partition(" ")
        if not name:
            return SearchEngineManager().datasets()
        return self._dataset(name).search(query.strip())

    @property
    def _namespace(self) -> dict[str, Any]:
        assert self.shell is not None
        namespace: dict[str, Any] = self.shell.user_ns
        return namespace

    def _dataset(self, name: str) -> Dataset:
        found = find_dataset(self._namespace, name)
        if found is not None:
            return found
        stored = {dataset.name for dataset in SearchEngineManager().datasets()}
        if name in stored:
            return SearchEngineManager().attach(name)
        known = ", ".join([*open_datasets(self._namespace), *sorted(stored)]) or "none"
        what = f"no variable holds a dataset, and the store has none, called {name!r}" if name else "no dataset is open"
        raise UsageError(f"%logs: {what}; there are: {known}.  Open one: logs = sawlog.open('/var/log')")


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise UsageError(f"%%logs: {error} in {line!r}") from None
