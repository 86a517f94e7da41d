"""How far is the build?  A bar in a terminal or in a cell, fed with snapshots from any thread."""

from __future__ import annotations

import html
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, Protocol

from sawlog.errors import SettingsError
from sawlog.results.units import format_bytes, format_seconds, plural

if TYPE_CHECKING:
    from sawlog.model.progress import Progress

Mode = bool | Literal["auto", "terminal", "cell", "none"] | Callable[["Progress"], None]

#: Seconds between two drawings; a faster stream of snapshots is thinned out.
INTERVAL = 0.2


class ProgressDisplay(Protocol):
    """What shows progress: fed with snapshots, closed at the end.  Thread-safe; never raises on a lost screen."""

    def update(self, progress: Progress) -> None: ...

    def close(self) -> None: ...


def progress_display(mode: Mode = "auto", title: str = "") -> ProgressDisplay:
    """The display for ``open(progress=...)``.

    Args:
        mode: ``"auto"`` or True: a cell in a notebook, else a terminal if stderr is one, else nothing; ``"terminal"``,
            ``"cell"``, ``"none"`` or False; or a function that is called with each snapshot.
        title: what is being built.

    Raises:
        SettingsError: no such mode.
    """
    if callable(mode):
        return _Callback(mode)
    if mode is True or mode == "auto":
        mode = "cell" if _in_notebook() else "terminal" if _is_terminal() else "none"
    if mode is False or mode == "none":
        return _Silent()
    if mode == "terminal":
        return _Terminal(title)
    if mode == "cell":
        return _Cell(title)
    raise SettingsError(f"progress={mode!r} is not known: use 'auto', 'terminal', 'cell', 'none' or a function")


def describe(progress: Progress) -> str:
    """A snapshot in one line: ``indexing, 1.2 GB of 4.0 GB, 3,456,789 records, 54 MB/s, 0:52 to go``."""
    parts: list[str] = [progress.phase]
    if progress.bytes_total:
        parts.append(f"{format_bytes(progress.bytes_done)} of {format_bytes(progress.bytes_total)}")
    parts.append(plural(progress.records, "record"))
    if progress.finished:
        parts.append(f"in {format_seconds(progress.seconds)}")
    else:
        if progress.rate:
            parts.append(f"{format_bytes(progress.rate)}/s")
        if progress.eta is not None:
            parts.append(f"{format_seconds(progress.eta)} to go")
    if progress.message:
        parts.append(progress.message)
    return ", ".join(parts)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and hasattr(shell, "kernel")


def _is_terminal() -> bool:
    try:
        return sys.stderr is not None and sys.stderr.isatty()
    except ValueError:  # closed
        return False


class _Silent:
    def update(self, progress: Progress) -> None:
        """Shows nothing."""

    def close(self) -> None:
        """Has nothing to close."""


class _Callback:
    def __init__(self, call: Callable[[Progress], None]) -> None:
        self._call = call

    def update(self, progress: Progress) -> None:
        self._call(progress)

    def close(self) -> None:
        """The function is the caller's own."""


class _Drawn:
    """Thins out snapshots and keeps the last one, so that the final state is always drawn."""

    def __init__(self, title: str) -> None:
        self.title = title
        self._lock = threading.Lock()
        self._drawn_at = 0.0
        self._pending: Progress | None = None
        self._closed = False

    def update(self, progress: Progress) -> None:
        with self._lock:
            if self._closed:
                return
            now = time.monotonic()
            if not progress.finished and now - self._drawn_at < INTERVAL:
                self._pending = progress
                return
            self._drawn_at, self._pending = now, None
            self._draw(progress)

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._pending is not None:
                self._draw(self._pending)
            self._end()

    def _draw(self, progress: Progress) -> None:
        raise NotImplementedError

    def _end(self) -> None:
        """Gives the screen back."""


class _Terminal(_Drawn):
    """A rich bar on stderr, so that stdout stays for results."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._bar: Any = None
        self._task: Any = None

    def _draw(self, progress: Progress) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(bar_width=24),
                "{task.percentage:>3.0f}%",
            )
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)
            self._task = self._bar.add_task("", total=1.0)
            self._bar.start()
        text = f"{self.title} {describe(progress)}".strip()
        self._bar.update(self._task, completed=progress.fraction, description=text, refresh=True)

    def _end(self) -> None:
        if self._bar is not None:
            self._bar.stop()


class _Cell(_Drawn):
    """A display in the cell's output that is updated in place, also while the kernel is busy with other cells."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._handle: Any = None

    def _draw(self, progress: Progress) -> None:
        from IPython.display import display

        bundle = {"text/html": self._html(progress), "text/plain": f"{self.title} {describe(progress)}".strip()}
        if self._handle is None:
            self._handle = display(bundle, raw=True, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(bundle, raw=True)

    def _html(self, progress: Progress) -> str:
        text = html.escape(f"{self.title} {describe(progress)}".strip())
        bar = f'<progress value="{progress.fraction:.4f}" max="1" style="width:16em;vertical-align:middle"></progress>'
        return f'<div style="font-family:var(--jp-ui-font-family,sans-serif);font-size:12px">{bar} {text}</div>'
