"""Fixtures of a Jupyter server in this process.

Here and not for all tests, since each test that has them runs in an event loop of its own.
"""

from __future__ import annotations

from pytest_jupyter.jupyter_server import *  # noqa: F403
