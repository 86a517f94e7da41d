"""Tables that are not hits: the datasets of a store, and any rows as text or HTML."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from sawlog.results.escape import escape_html, visible
from sawlog.results.style import STYLE
from sawlog.results.units import format_bytes, plural

if TYPE_CHECKING:
    import pandas as pd

State = Literal["ready", "building", "partial", "damaged"]


@dataclass(frozen=True)
class DatasetInfo:
    """What a store knows about one dataset.

    Attributes:
        name: what it is opened by; ``path``: its directory.
        records, bytes: indexed records, and the raw text's size in bytes.
        start, end: the first and the last record's time, aware; None without any.
        state: ``"ready"``; ``"building"`` now; ``"partial"``: a build was interrupted, the next ``open`` resumes it;
            ``"damaged"``: see ``message``.
        partitions, sources: how many of each.
        message: what is wrong and what to do, else "".
        progress: the share of a running build that is sealed, 0 to 1; None while nothing is being built.
        target: where its logs are: the paths, globs and URLs that it was opened with, the first few of many.
    """

    name: str
    path: str
    records: int
    bytes: int
    start: datetime | None
    end: datetime | None
    state: State
    partitions: int
    sources: int
    message: str = ""
    progress: float | None = None
    target: str = ""


class Datasets(tuple[DatasetInfo, ...]):
    """What a store holds: a tuple of :class:`DatasetInfo` that shows itself as a table."""

    __slots__ = ()

    def to_pandas(self) -> pd.DataFrame:
        """One row a dataset, a column an attribute."""
        import pandas as pd

        return pd.DataFrame([asdict(info) for info in self], columns=[column.name for column in fields(DatasetInfo)])

    def to_dicts(self) -> list[dict[str, Any]]:
        """One dict a dataset, for JSON: times as ISO 8601."""
        return [
            {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(info).items()}
            for info in self
        ]

    def html(self) -> str:
        """What a notebook shows."""
        head = f'<div class="sawlog-head"><b>{plural(len(self), "dataset")}</b></div>'
        return f'{STYLE}<div class="sawlog">{head}{html_table([asdict(info) for info in self])}</div>'

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return text_table([asdict(info) for info in self]) or "no datasets"


def text_table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows with the same keys as aligned columns under their names, safe on a terminal; "" without rows.

    Columns that are empty in every row are left out; numbers stand to the right, sizes have units.
    """
    if not rows:
        return ""
    titles, cells, numbers = _cells(rows)
    shown = [titles, *([visible(cell, one_line=True) for cell in row] for row in cells)]
    widths = [max(len(line[column]) for line in shown) for column in range(len(titles))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, numbers, strict=True)
        ).rstrip()
        for line in shown
    )


def html_table(rows: Sequence[Mapping[str, object]]) -> str:
    """The same as HTML, to stand inside ``class="sawlog"``."""
    titles, cells, numbers = _cells(rows) if rows else ([], [], [])
    classes = [' class="sawlog-number"' if number else "" for number in numbers]
    head = "".join(f'<th scope="col"{c}>{escape_html(title)}</th>' for title, c in zip(titles, classes, strict=True))
    body = "".join(
        f"<tr>{''.join(f'<td{c}>{escape_html(cell)}</td>' for cell, c in zip(row, classes, strict=True))}</tr>"
        for row in cells
    )
    return f'<div class="sawlog-scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cells(rows: Sequence[Mapping[str, object]]) -> tuple[list[str], list[list[str]], list[bool]]:
    """Titles, rows of text, and which columns hold numbers."""
    text = {name: [_cell(name, row[name]) for row in rows] for name in rows[0]}
    kept = [name for name, column in text.items() if any(column)]
    numbers = [all(row[name] is None or isinstance(row[name], int | float) for row in rows) for name in kept]
    cells = [[text[name][position] for name in kept] for position in range(len(rows))]
    return [name.replace("_", " ") for name in kept], cells, numbers


def _cell(name: str, value: object) -> str:
    # A missing cell of a pandas row is NaN.
    if value is None or value != value:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_cell('', item)}" for key, item in value.items())
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int | float):
        return format_bytes(value) if name == "bytes" else f"{value:.0%}" if name == "confidence" else f"{value:,}"
    text = str(value)
    home = os.path.expanduser("~")
    return f"~{text[len(home) :]}" if name in ("path", "target") and text.startswith(home + os.sep) else text
