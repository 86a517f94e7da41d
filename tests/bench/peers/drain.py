"""drain3: the usual online template miner, in pure Python, on a part of the lines."""

from __future__ import annotations

import importlib
from itertools import islice
from pathlib import Path
from typing import Any

from tests.bench.corpora import Corpus
from tests.bench.peers.base import Peer, lines_of

#: It needs minutes for a million lines; this share of them is mined, and the time multiplied.
SHARE = 10

_MASKS = (
    (r"(?<![A-Za-z0-9])\d{1,3}(?:\.\d{1,3}){3}(?![A-Za-z0-9])", "IP"),
    (r"(?<![A-Za-z0-9])(?:0x[a-fA-F0-9]+|[a-fA-F0-9]{8,})(?![A-Za-z0-9])", "HEX"),
    (r"(?<![A-Za-z0-9])[-+]?\d+(?![A-Za-z0-9])", "NUM"),
)


class Drain3(Peer):
    name = "drain3"
    title = "drain3"
    note = (
        f"the first 1/{SHARE} of the lines, its time x {SHARE}, which flatters it: a line costs more the more clusters "
        "there are; masks of its examples (addresses, hexadecimal, numbers); keeps no record of which line is whose"
    )

    def load(self) -> None:
        self._drain3: Any = importlib.import_module("drain3")
        self._masking: Any = importlib.import_module("drain3.masking")
        self._config: Any = importlib.import_module("drain3.template_miner_config")

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._lines = list(islice(lines_of(corpus.clean), corpus.lines // SHARE))

    def patterns(self) -> int:
        config = self._config.TemplateMinerConfig()
        config.masking_instructions = [self._masking.MaskingInstruction(mask, name) for mask, name in _MASKS]
        miner = self._drain3.TemplateMiner(config=config)
        for line in self._lines:
            miner.add_log_message(line)
        return len(miner.drain.clusters)
