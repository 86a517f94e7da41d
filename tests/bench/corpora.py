"""The corpora that everything is measured on; each is made once and kept in a scratch directory outside the repo.

* ``ci``: real CI logs, concatenated raw, repeated 1, 4, 5 (one gigabyte) or 16 times.
* ``ids``: a generated log in the style of HDFS, with a unique 19-digit id on every line.

Beside each raw file lies a *clean twin* for the peers whose readers stop at what real logs contain: undecodable bytes
and NULs become U+FFFD, CRLF becomes LF, a lone CR a blank.  It has the same lines; making it is not charged to anyone.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).resolve().parents[2]
CI_DIRECTORY = ROOT.parent / "shared" / "data" / "ci"
IDS_LINES = 2_000_000
QUICK_LINES = 70_000  # about 10 MB

_CHUNK = 200_000
_BASE_ID = 10**18
_ID_MULTIPLIER = 6_364_136_223_846_793_005  # odd, hence a permutation modulo a power of two

_KINDS = (
    (0.340, "INFO dfs.DataNode$PacketResponder: Received block blk_{block} of size 67108864 from /{host}"),
    (0.300, "INFO dfs.DataNode$DataXceiver: Receiving block blk_{block} src: /{host}:50010 dest: /198.51.100.7:50010"),
    (0.170, "INFO dfs.FSNamesystem: BLOCK* addStoredBlock: blockMap updated: {host}:50010 is added to blk_{block}"),
    (0.130, "INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_{block} on {volume} terminating"),
    (0.055, "WARN dfs.DataNode$DataXceiver: Got exception while {verb} blk_{block} to /{host}: {cause}"),
    (0.005, "ERROR dfs.DataNode$DataTransfer: Failed to transfer blk_{block} to {host}: java.io.IOException: {cause}"),
)
_CAUSES = ("connection reset by peer", "connection refused", "stream reset", "broken pipe")
_CAUSE_SHARES = (0.1, 0.3, 0.3, 0.3)
_SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu", "cha", "she")


@dataclass(frozen=True)
class Corpus:
    """One file to measure on.

    ``path`` is the raw file, ``clean`` its twin; it is ``base`` repeated ``times`` times, whose twin is ``clean_once``.
    """

    name: str
    path: Path
    clean: Path
    bytes: int
    lines: int
    times: int
    base: str
    clean_once: Path

    @property
    def megabytes(self) -> float:
        return self.bytes / 1e6


def scratch_directory() -> Path:
    """Where corpora and indexes are made: ``SAWLOG_BENCH_DIR``, else a folder in the system's temporary directory."""
    path = Path(os.environ.get("SAWLOG_BENCH_DIR") or Path(tempfile.gettempdir()) / "sawlog-bench")
    path.mkdir(parents=True, exist_ok=True)
    return path


def have_ci_logs() -> bool:
    return CI_DIRECTORY.is_dir() and any(CI_DIRECTORY.glob("*.gz"))


def ci(times: int, scratch: Path) -> Corpus:
    """The real CI logs, concatenated raw ``times`` times."""
    first = scratch / "ci-x1.log"
    if not first.exists():
        _write(first, [gzip.decompress(path.read_bytes()) for path in sorted(CI_DIRECTORY.glob("*.gz"))])
    return _repeated("ci", first, times, scratch)


def ids(scratch: Path, lines: int = IDS_LINES) -> Corpus:
    """``lines`` generated lines in the style of HDFS, each with a block id that occurs nowhere else."""
    path = scratch / f"ids-{lines}.log"
    if not path.exists():
        _write(path, (ids_text(start, min(start + _CHUNK, lines)) for start in range(0, lines, _CHUNK)))
    return _repeated(f"ids-{lines}", path, 1, scratch)


def first_lines(corpus: Corpus, lines: int, scratch: Path) -> Corpus:
    """The first lines of a corpus, as one of its own."""
    path = scratch / f"{corpus.path.stem}-first-{lines}.log"
    for source, target in ((corpus.path, path), (corpus.clean, path.with_suffix(".clean"))):
        if not target.exists():
            with source.open("rb") as file:
                _write(target, islice(file, lines))
    name = f"first {lines:,} lines of {corpus.name}"
    clean = path.with_suffix(".clean")
    return Corpus(name, path, clean, path.stat().st_size, lines, 1, path.stem, clean)


def ids_text(start: int, end: int) -> bytes:
    """Lines ``start`` to ``end`` of the unique-id log; the same bytes whenever they are made."""
    n = end - start
    rng = np.random.default_rng([7, start])
    with np.errstate(over="ignore"):
        permuted = np.arange(start, end, dtype=np.uint64) * np.uint64(_ID_MULTIPLIER) + np.uint64(1_442_695_040)
    block = pl.Series("block", _BASE_ID + (permuted & np.uint64(2**62 - 1)))
    seconds = pl.Series("at", np.arange(start, end, dtype=np.int64) // 23)
    at = pl.lit("2008-11-09 20:36:15").str.to_datetime() + pl.duration(seconds=pl.col("at"))
    frame = pl.DataFrame(
        {
            "at": seconds,
            "block": block,
            "kind": rng.choice(len(_KINDS), n, p=[share for share, _ in _KINDS]),
            "host": rng.integers(1, 255, n),
            "pid": rng.integers(20, 9_000, n),
            "verb": np.array(["serving", "reading", "mirroring"])[rng.choice(3, n, p=[0.5, 0.3, 0.2])],
            "cause": np.array(_CAUSES)[rng.choice(len(_CAUSES), n, p=_CAUSE_SHARES)],
            "volume": _volumes(rng, n),
        }
    ).with_columns(pl.format("203.0.113.{}", "host").alias("host"))
    line = pl.lit("")
    for number, (_, template) in enumerate(_KINDS):
        line = pl.when(pl.col("kind") == number).then(_filled(template)).otherwise(line)
    text = frame.select(pl.format("{} {} {}\n", at.dt.strftime("%y%m%d %H%M%S"), pl.col("pid"), line).str.join(""))
    return str(text.item()).encode()


def _filled(template: str) -> pl.Expr:
    return pl.format(re.sub(r"{\w+}", "{}", template), *re.findall(r"{(\w+)}", template))


def _volumes(rng: np.random.Generator, n: int) -> pl.Series:
    """Invented volume names, a few frequent and most of them rare, as words in logs are."""
    rank = np.minimum(rng.zipf(1.3, n), 40_000)
    parts = [np.array(_SYLLABLES)[(rank // len(_SYLLABLES) ** place) % len(_SYLLABLES)] for place in range(3)]
    return pl.Series(parts[0]) + pl.Series(parts[1]) + pl.Series(parts[2])


def _repeated(base: str, first: Path, times: int, scratch: Path) -> Corpus:
    clean_first = first.with_suffix(".clean")
    if not clean_first.exists():
        _write(clean_first, [_cleaned(first.read_bytes())])
    path = first if times == 1 else scratch / f"{base}-x{times}.log"
    clean = path.with_suffix(".clean")
    for source, target in ((first, path), (clean_first, clean)):
        if not target.exists() or target.stat().st_size != source.stat().st_size * times:
            _write(target, (source.read_bytes() for _ in range(times)))
    with first.open("rb") as file:
        newlines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b""))
    name = f"{base} x{times}" if times > 1 else base
    return Corpus(name, path, clean, path.stat().st_size, newlines * times, times, base, clean_first)


def _cleaned(data: bytes) -> bytes:
    text = data.decode("utf-8", "replace").replace("\0", "\ufffd")
    return text.replace("\r\n", "\n").replace("\r", " ").encode()


def _write(path: Path, parts: object) -> None:
    """Write under another name first, so that an interrupted run leaves no half corpus behind."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        for part in parts:  # type: ignore[attr-defined]
            file.write(part)
    shutil.move(partial, path)
