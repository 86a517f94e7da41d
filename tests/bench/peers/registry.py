"""All peers by name."""

from __future__ import annotations

from tests.bench.peers.bare_tantivy import BareTantivy, JsonTantivy, TypedTantivy
from tests.bench.peers.base import Peer
from tests.bench.peers.drain import Drain3
from tests.bench.peers.duck import DuckDb
from tests.bench.peers.lance import LanceFts
from tests.bench.peers.polars_scan import PolarsScan
from tests.bench.peers.ripgrep import Ripgrep
from tests.bench.peers.sawlog_peer import Sawlog
from tests.bench.peers.sqlite_fts import SqliteFts

PEERS: dict[str, type[Peer]] = {
    peer.name: peer
    for peer in (
        Sawlog,
        BareTantivy,
        TypedTantivy,
        JsonTantivy,
        SqliteFts,
        LanceFts,
        DuckDb,
        PolarsScan,
        Ripgrep,
        Drain3,
    )
}
