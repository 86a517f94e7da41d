"""Container output as containerd and CRI-O write it for Kubernetes.

Source: https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md
``logtag`` is F for a full line, P for a part of a longer one.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import LEVEL, TimeContext
from sawlog.formats.container import embedded_level
from sawlog.formats.fragments import ISO
from sawlog.formats.regex_format import RegexFormat

_PREFIX = r"^\S+ std(?:out|err) [FP]\S* ?"


class Cri(RegexFormat):
    """The level is looked for in the text that the container wrote."""

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = super().parse(lines, ctx)
        text = pl.lit(lines).str.slice(0, 256).str.replace(_PREFIX, "")
        return frame.with_columns(pl.when(pl.col("matched")).then(embedded_level(text)).alias(LEVEL))


FORMAT = Cri(
    "cri",
    "Kubernetes container log (CRI)",
    rf"(?P<timestamp>{ISO}) (?P<stream>std(?:out|err)) (?P<logtag>[FP](?::[A-Z]+)?)(?: |$)(?P<message>.*)",
    specificity=30,
)
