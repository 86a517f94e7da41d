"""What can be looked at and used in a cell?  The search panel as a widget, in any frontend that shows anywidgets."""

from __future__ import annotations

from sawlog.widgets.explorer import Explorer

__all__ = ["Explorer"]
