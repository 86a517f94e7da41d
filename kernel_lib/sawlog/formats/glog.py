"""glog and klog (Kubernetes): a letter for the level, month and day, thread, file and line.

Source: https://google.github.io/glog/stable/logging/ and
https://github.com/kubernetes/klog/blob/main/klog.go (``formatHeader``); glog may write the year before the month.
"""

from __future__ import annotations

from sawlog.formats.fragments import CLOCK
from sawlog.formats.regex_format import RegexFormat

FORMAT = RegexFormat(
    "glog",
    "glog and Kubernetes klog",
    rf"^(?P<level>[DIWEF])(?P<timestamp>[0-9]{{4}}(?:[0-9]{{4}})? {CLOCK}) +(?P<thread>[0-9]+) "
    r"(?P<file>[^ :\]]+):(?P<line_number>[0-9]+)\] (?P<message>.*)",
    specificity=40,
    types={"line_number": "int"},
)
