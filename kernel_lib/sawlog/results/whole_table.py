"""A DataFrame of paths and messages, which are of no use when cut."""

from __future__ import annotations

import pandas as pd


class WholeTable(pd.DataFrame):
    """A DataFrame of which a notebook shows every text whole; pandas alone cuts them to 50 characters."""

    @property
    def _constructor(self) -> type[WholeTable]:
        return WholeTable

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return pd.DataFrame(self).to_html(max_rows=60, notebook=True)
