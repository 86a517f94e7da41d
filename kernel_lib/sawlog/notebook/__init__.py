"""Notebook cells: completion inside query strings, and the magics ``%%logs`` and ``%logs``.

The only room that imports IPython.  ``%load_ext sawlog`` registers all of it, and so does ``sawlog.open`` in IPython.
"""

from sawlog.notebook.extension import load, unload

__all__ = ["load", "unload"]
