"""All formats by name: those of this package, and those registered by the user."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import threading
from collections.abc import Iterator
from functools import lru_cache

import sawlog.formats
from sawlog.errors import FormatError
from sawlog.formats.base import Format

#: What ``format=`` says for detection, instead of a format's name.
AUTO = "auto"

_registered: dict[str, Format] = {}
_lock = threading.Lock()


def _exposed() -> Iterator[Format]:
    """What the package's modules expose as ``FORMAT`` or ``FORMATS``."""
    for module_info in pkgutil.iter_modules(sawlog.formats.__path__):
        module = importlib.import_module(f"sawlog.formats.{module_info.name}")
        if "FORMAT" in vars(module):
            yield module.FORMAT
        yield from vars(module).get("FORMATS", ())


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Format]:
    found: dict[str, Format] = {}
    for format in _exposed():
        if format.name in found:
            raise FormatError(f"two formats are named {format.name!r}; rename one of them")
        found[format.name] = format
    return found


def formats() -> tuple[Format, ...]:
    """Every known format, sorted by name; a registered one replaces a built-in of the same name."""
    everything = {**_built_in(), **_registered}
    return tuple(everything[name] for name in sorted(everything))


def registered() -> tuple[Format, ...]:
    """The formats that the user registered in this process."""
    return tuple(_registered.values())


def get(name: str) -> Format:
    """The format of this name.

    Raises:
        FormatError: unknown; the message lists near names.
    """
    found = _registered.get(name) or _built_in().get(name)
    if found is None:
        names = [format.name for format in formats()]
        near = difflib.get_close_matches(name, names, n=5, cutoff=0.5) or names
        raise FormatError(f"no format is named {name!r}; did you mean {', '.join(near)}? format='auto' detects it")
    return found


def register(format: Format, *, replace: bool = False) -> Format:
    """Make a format known under its name, in this process.

    Raises:
        FormatError: the name is empty or "auto", or taken, and ``replace`` is False.
    """
    if not format.name:
        raise FormatError("a format needs a name")
    if format.name == AUTO:
        raise FormatError(f"format={AUTO!r} means detection: choose another name")
    with _lock:
        if not replace and (format.name in _registered or format.name in _built_in()):
            raise FormatError(f"a format named {format.name!r} exists; choose another name or pass replace=True")
        _registered[format.name] = format
    return format
