"""Settings: where things are kept and how much they may use.  Each can be set by an environment variable."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from sawlog.errors import SettingsError

#: What a dataset may keep in memory unless it is told otherwise, and of the machine's memory at the most this part.
_CACHE_BYTES, _CACHE_SHARE = 1 << 30, 16

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults.  ``SAWLOG_<NAME>`` in the environment overrides a default.

    Attributes:
        store: the directory that holds the datasets.
        workers: processes that build an index; 0 means one a core.
        search_threads: threads that search partitions; 0 means one a core.
        partition_bytes: raw text in one partition, in bytes.  A worker's memory is about six times as much.
        partition_records: records in one partition at the most.
        cache_bytes: decoded rows and row sets kept in memory by one dataset, in bytes; 1 GiB, or a sixteenth of the
            machine's memory where that is less.
        inline_bytes: inputs below this many bytes are indexed in this process, without workers.
        slow_seconds: a question that takes longer is noted in the dataset's slow-query log, ``logs.slow()``.
        disabled_rules: names of optimizer rules that are not applied, with commas between them.
        lock_seconds: how long a second writer waits for the first before it gives up.
    """

    store: str = "~/.sawlog"
    workers: int = 0
    search_threads: int = 0
    partition_bytes: int = 104 << 20
    partition_records: int = 1_000_000
    cache_bytes: int = field(default_factory=lambda: min(_CACHE_BYTES, memory() // _CACHE_SHARE))
    inline_bytes: int = 8 << 20
    slow_seconds: float = 1.0
    disabled_rules: str = ""
    lock_seconds: float = 5.0

    @property
    def store_path(self) -> Path:
        return Path(self.store).expanduser()

    def effective_workers(self) -> int:
        return self.workers or cores()

    def effective_threads(self) -> int:
        return self.search_threads or cores()


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def memory() -> int:
    """The machine's memory in bytes; 8 GiB where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 << 30


def load(**overrides: object) -> Settings:
    """The defaults, overridden by the environment, overridden by what is given (``None`` is not an override).

    Raises:
        SettingsError: a value is no number, or negative.
    """
    settings = Settings()
    found: dict[str, object] = {}
    for setting in fields(Settings):
        text = os.environ.get(f"SAWLOG_{setting.name.upper()}")
        if text is not None:
            found[setting.name] = _parse(setting.name, text, type(getattr(settings, setting.name)))
    found.update({name: value for name, value in overrides.items() if value is not None})
    for name, value in found.items():
        if isinstance(value, int | float) and value < 0:
            raise SettingsError(f"the setting {name} is {value}: give a number of 0 or more")
    return replace(settings, **found)  # type: ignore[arg-type]


def _parse(name: str, text: str, kind: type) -> object:
    if kind is str:
        return text
    try:
        if kind is float:
            return float(text)
        digits = text.strip().lower().removesuffix("b").removesuffix("i")
        unit = digits[-1:] if digits[-1:].isalpha() else ""
        return int(digits.removesuffix(unit)) * _UNITS[unit]
    except (ValueError, KeyError):
        raise SettingsError(
            f"SAWLOG_{name.upper()}={text!r} is not a number: write e.g. 4, or 512M for a size in bytes"
        ) from None
