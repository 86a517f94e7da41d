"""Which format does a source have?  Detection on samples, or what the user said, as something JSON-able."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from sawlog.formats.base import Format, described
from sawlog.formats.custom import from_spec
from sawlog.formats.date_orders import long_order, short_order
from sawlog.formats.detect import detect
from sawlog.formats.registry import get, registered
from sawlog.ingest.sources import Source, sample_source


@dataclass(frozen=True)
class Recognised:
    """A format bound to a source, and how it is told to others."""

    format: Format
    description: Mapping[str, Any]


def recognise(source: Source, wanted: str = "auto", known: Mapping[str, Any] | None = None) -> Recognised:
    """The format of a source: ``known`` from an earlier look, or named by the user, or detected.

    Raises:
        FormatError: no format has the wanted name.
    """
    if known:
        return Recognised(_bound(from_spec(known["spec"]), sample_source(source)), known)
    if wanted != "auto":
        format, samples = get(wanted), sample_source(source)
        return Recognised(_bound(format, samples), _describe(samples, source.mtime_ns, format, 1.0, "", 0.0))
    with _DETECTING:  # a build and the first search ask at the same time: the second waits for what the first finds
        return _detected(source, registered())


def recognised_anew(source: Source, known: Mapping[str, Any]) -> Recognised | None:
    """What a source that has grown is found to be, if it was detected when there was little of it; None: as it was.

    A log may begin with a banner, or hold two lines when it is first looked at.  Looking again each time that it has
    doubled costs little.
    """
    seen = known.get("sampled", _SURE)
    if seen >= _SURE or sum(map(len, sample_source(source))) < 2 * seen:
        return None
    return recognise(source)


def reads_alike(known: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two descriptions make the same records of the same text."""
    return all(known.get(key) == other.get(key) for key in ("spec", "short_dates", "long_dates"))


#: A detection from so many bytes stays, whatever follows.
_SURE = 64 << 10

_DETECTING = threading.Lock()


@lru_cache(maxsize=1024)
def _detected(source: Source, users: tuple[Format, ...]) -> Recognised:
    """Detection, once for a source as it is (``Source`` tells its size and time) and the formats there are."""
    samples = sample_source(source)
    found = detect(samples, hint=source.path)
    sure = found.confidence, found.runner_up, found.runner_up_confidence
    return Recognised(_bound(found.format, samples), _describe(samples, source.mtime_ns, found.format, *sure))


def _bound(format: Format, samples: Sequence[bytes]) -> Format:
    """The format bound to the source's first lines, which may name its columns."""
    head = samples[0].decode("utf-8", "replace").splitlines()[:100] if samples else []
    return format.bind(pl.Series(head, dtype=pl.String))


def _describe(
    samples: Sequence[bytes],
    mtime_ns: int,
    format: Format,
    confidence: float,
    runner_up: str,
    runner_up_confidence: float,
) -> dict[str, Any]:
    return {
        "name": format.name,
        "spec": described(format),
        "sampled": sum(map(len, samples)),
        "confidence": round(confidence, 4),
        "runner_up": runner_up,
        "runner_up_confidence": round(runner_up_confidence, 4),
        "short_dates": short_order(samples, mtime_ns),
        "long_dates": long_order(samples, mtime_ns),
    }
