"""Standard access logs of Amazon CloudFront: W3C extended, tabs between cells.

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html
``time-taken`` is in seconds.
"""

from __future__ import annotations

from sawlog.formats.delimited import Layout
from sawlog.formats.w3c import W3C


class CloudFront(W3C):
    """Web distributions; the header names ``x-edge-location``."""

    separator = "\t"
    duration = "duration_s"

    def read_header(self, text: str, date: str) -> Layout | None:
        return super().read_header(text, date) if " x-edge-" in text else None


FORMAT = CloudFront("aws-cloudfront", "Amazon CloudFront access log", specificity=40)
