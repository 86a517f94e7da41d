"""Settings: where things are kept and how much they may use.  Each can be set by an environment variable."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from sawlog.errors import SettingsError

#: What a dataset may keep in memory unless it is told otherwise, and of the machine's memory at the most this part.
_CACHE_BYTES, _CACHE_SHARE = 1 << 30, 16

_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

#: A partition of nothing would never be full of it; of the other settings 0 means something.
_LEAST = {"partition_bytes": 1, "partition_records": 1}


@dataclass(frozen=True)
class Settings:
    """All settings with their defaults.  ``SAWLOG_<NAME>`` in the environment overrides a default.

    Raises SettingsError where one is of another type, or negative.

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

    def __post_init__(self) -> None:
        for setting in fields(self):
            _check(setting.name, getattr(self, setting.name), str(setting.type))

    @property
    def store_path(self) -> Path:
        return directory_of(self.store)

    def effective_workers(self) -> int:
        return self.workers or cores()

    def effective_threads(self) -> int:
        return self.search_threads or cores()


def directory_of(path: str) -> Path:
    """A directory as users write it, ``~`` included.

    Raises:
        SettingsError: there is no such home.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise SettingsError(f"{path!r} is no directory ({error}): write its whole path") from None


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

    An empty text in the environment is not an override either.

    Raises:
        SettingsError: a value is no number, or out of its range.
    """
    found: dict[str, object] = {}
    for setting in fields(Settings):
        text = os.environ.get(f"SAWLOG_{setting.name.upper()}")
        if text:
            found[setting.name] = _parse(setting.name, text, str(setting.type))
    found.update({name: value for name, value in overrides.items() if value is not None})
    return replace(Settings(), **found)  # type: ignore[arg-type]


def _check(name: str, value: object, kind: str) -> None:
    if kind == "str":
        if not isinstance(value, str) or "\0" in value or (name == "store" and not value):
            raise SettingsError(f"the setting {name} is {value!r}: give a {'directory' if name == 'store' else 'text'}")
        return
    least = _LEAST.get(name, 0)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= least  # NaN is not
    if not fits or (kind == "int" and isinstance(value, float)):
        number = "whole number" if kind == "int" else "number"
        raise SettingsError(f"the setting {name} is {value!r}: give a {number} of {least} or more")


def _parse(name: str, text: str, kind: str) -> object:
    if kind == "str":
        return text
    try:
        if kind == "float":
            return float(text)
        digits = text.strip().lower().removesuffix("b").removesuffix("i")
        unit = digits[-1:] if digits[-1:].isalpha() else ""
        return int(digits.removesuffix(unit)) * _UNITS[unit]
    except (ValueError, KeyError):
        raise SettingsError(
            f"SAWLOG_{name.upper()}={text!r} is not a number: write e.g. 4, or 512M for a size in bytes"
        ) from None
