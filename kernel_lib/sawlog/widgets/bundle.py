"""The browser's side of the widgets: made of ``extension/src/widget`` when sawlog is built, shipped in the wheel."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from sawlog.errors import SawlogError


@cache
def bundle(name: str) -> str:
    """The text of a file of the bundle.

    Raises:
        SawlogError: this installation lacks it.
    """
    try:
        return (files("sawlog.widgets") / "static" / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SawlogError(
            f"the widgets' {name} is missing from this installation: install sawlog again, or in a checkout run "
            "'jlpm build:widget' in extension/"
        ) from None
