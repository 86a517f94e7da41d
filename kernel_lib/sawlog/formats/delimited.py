"""What formats share whose lines are cells between separators, named by a header line somewhere above."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from sawlog.formats.base import MATCHED, MESSAGE, MESSAGE_START, TIMESTAMP, UTC_NS, Format, TimeContext
from sawlog.formats.columns import Rows, assemble


@dataclass(frozen=True)
class Layout:
    """How the lines below a header are cut.

    Attributes:
        names: of the columns, unique, as the header spells them.
        separator: between cells; one or more characters.
        quoted: cells may stand in double quotes, doubled inside; the separator and newlines are text there.
        header: the header line itself.
        kinds: types by column, where the header tells them.
        date: of lines that hold only a time, where a line above tells it.
    """

    names: tuple[str, ...]
    separator: str
    quoted: bool = False
    header: str = ""
    kinds: tuple[str, ...] = ()
    date: str = ""

    @cached_property
    def _pattern(self) -> str:
        separator = "".join(rf"\x{{{ord(character):x}}}" for character in self.separator)
        cell = rf'("(?:[^"]|"")*"|[^"{separator}][^{separator}]*|)'
        tail = ""
        for _ in self.names[1:]:
            tail = f"(?:{separator}{cell}{tail})?"
        return rf"(?s)^{cell}{tail}(?:{separator})?\s*$"

    def cut(self, lines: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """Which lines have all the cells, and the cells as String columns; an empty cell is null."""
        count = len(self.names)
        cells = lines.str.splitn(self.separator, count + 1).struct.unnest()
        cells.columns = [*self.names, "\0rest"]
        rest = cells["\0rest"]
        complete = cells[self.names[-1]].is_not_null() & (rest.is_null() | (rest == ""))
        cells = cells.drop("\0rest")
        if self.quoted:
            rows = lines.str.contains('"', literal=True).fill_null(False).arg_true()
            if len(rows):
                closed, frame = self._cut_quoted(lines.gather(rows))
                complete = complete.scatter(rows, closed)
                cells = pl.DataFrame([cells[name].scatter(rows, frame[name]) for name in self.names])
        text = pl.all().replace("", None)
        return complete, cells.select(text)

    def _cut_quoted(self, lines: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        # A quote that is still open at the line's end: the cell goes on in the next line.
        open_ended = lines.str.count_matches('"', literal=True) % 2 == 1
        text = pl.select(pl.when(open_ended).then(lines + '"').otherwise(lines)).to_series()
        cells = text.str.extract_groups(self._pattern).struct.unnest()
        cells.columns = list(self.names)
        matched = cells[self.names[0]].is_not_null()
        last = cells.select(pl.coalesce(cells.columns[::-1])).to_series()
        goes_on = open_ended & last.str.starts_with('"')
        complete = matched & (goes_on | (~open_ended & cells[self.names[-1]].is_not_null()))
        cell = pl.all()
        inner = cell.str.strip_prefix('"').str.strip_suffix('"').str.replace_all('""', '"', literal=True)
        return complete, cells.select(pl.when(cell.str.starts_with('"')).then(inner).otherwise(cell))


class Delimited(Format):
    """Lines of cells; subclasses say what a header looks like and what the columns mean.

    A header within the parsed lines counts from there on; before it, the one that the format was bound to does.
    """

    layout: Layout | None = None

    def headers(self, lines: pl.Series) -> list[tuple[int, Layout]]:
        """The rows of header lines and the layouts they begin, in order."""
        raise NotImplementedError

    def directives(self, lines: pl.Series) -> pl.Series:
        """Which lines are no data, but records of their own: headers and comments."""
        return lines.str.starts_with("#").fill_null(False)

    def interpret(self, cells: pl.DataFrame, layout: Layout, ctx: TimeContext) -> pl.DataFrame:
        """Cells -> ``timestamp``, fields, and ``level``, ``message`` where there are such columns."""
        raise NotImplementedError

    def accepts(self, frame: pl.DataFrame) -> pl.Series:
        """Which of the interpreted rows are in this format: those with a stamp."""
        return frame[TIMESTAMP].is_not_null()

    def bind(self, head: pl.Series) -> Format:
        layouts = self.headers(head)
        if not layouts:
            return self
        bound = copy.copy(self)
        bound.layout = layouts[-1][1]
        return bound

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        headers = self.headers(lines)
        directive = self.directives(lines)
        layouts = list(dict.fromkeys(([self.layout] if self.layout else []) + [layout for _, layout in headers]))
        directive = directive.scatter([row for row, _ in headers], True) if headers else directive
        if not layouts:
            directive &= False
        data = (~directive & (lines.str.len_bytes() > 0)).fill_null(False).to_numpy()
        of_row = self._layout_of_rows(layouts, headers, len(lines))
        matched = directive.to_numpy().copy()
        parts: list[tuple[Rows, pl.DataFrame]] = []
        for number, layout in enumerate(layouts):
            rows = np.flatnonzero(data & (of_row == number))
            complete, cells = layout.cut(lines.gather(rows))
            frame = self.interpret(cells.filter(complete), layout, ctx)
            rows = rows[complete.fill_null(False).to_numpy()]
            accepted = self.accepts(frame)
            if not accepted.all():
                frame, rows = frame.filter(accepted), rows[accepted.to_numpy()]
            matched[rows] = True
            parts.append((rows, frame))
        frame = assemble(parts, len(lines))
        whole = pl.Series(MESSAGE_START, [0], dtype=pl.UInt32).new_from_index(0, len(lines))
        if MESSAGE in frame.columns:
            whole = whole.set(frame[MESSAGE].is_not_null(), None)
        frame = frame.drop(MESSAGE_START, strict=False)
        if TIMESTAMP not in frame.columns:
            frame = frame.with_columns(pl.lit(None, UTC_NS).alias(TIMESTAMP))
        return pl.DataFrame([pl.Series(MATCHED, matched), whole]).hstack(frame)

    def confidence(self, lines: pl.Series) -> float:
        if not len(lines) or (self.layout is None and not self.headers(lines)):
            return 0.0
        return super().confidence(lines)

    def _layout_of_rows(self, layouts: list[Layout], headers: list[tuple[int, Layout]], count: int) -> Rows:
        """Number of each row's layout; -1 above the first header, unless bound to one."""
        first = -1 if self.layout is None else 0
        numbers = {layout: number for number, layout in enumerate(layouts)}
        bounds = [0, *(row for row, _ in headers), count]
        values = [first, *(numbers[layout] for _, layout in headers)]
        return np.repeat(np.array(values, dtype=np.int64), np.diff(bounds))
