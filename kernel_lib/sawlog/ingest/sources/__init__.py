"""Which sources does the user mean, what is in them, and which were seen before?

``expand`` finds them, ``open_source`` reads them, ``sample_source`` gives lines for detection,
``fingerprint`` and ``identify`` recognise them after growth, rotation and compression.
"""

from sawlog.ingest.sources.covering import belongs, covers
from sawlog.ingest.sources.expand import expand
from sawlog.ingest.sources.fingerprint import (
    Fingerprint,
    RunningFingerprint,
    fingerprint,
    matches_prefix,
    tail_hash,
)
from sawlog.ingest.sources.growth import Unread, unread
from sawlog.ingest.sources.layers import release_archives
from sawlog.ingest.sources.reading import SourceStream, open_source, sample_source
from sawlog.ingest.sources.rotation import Identification, Identified, KnownSource, State, identify
from sawlog.ingest.sources.source import Expansion, Source

__all__ = [
    "Expansion",
    "Fingerprint",
    "Identification",
    "Identified",
    "KnownSource",
    "RunningFingerprint",
    "Source",
    "SourceStream",
    "State",
    "Unread",
    "belongs",
    "covers",
    "expand",
    "fingerprint",
    "identify",
    "matches_prefix",
    "open_source",
    "release_archives",
    "sample_source",
    "tail_hash",
    "unread",
]
