"""What a worker does with a unit: read, parse, collect, seal.  Runs in a worker process or, for little, in this one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from sawlog.errors import SawlogError
from sawlog.formats.custom import from_spec
from sawlog.formats.registry import register
from sawlog.ingest.partition_writer import PartitionWriter
from sawlog.ingest.reader import PieceReader, Read
from sawlog.ingest.sources import release_archives
from sawlog.ingest.unit import Piece, Unit
from sawlog.settings import Settings
from sawlog.storage.catalog import disk_error
from sawlog.storage.manifest import SourceRange

#: Told to the builder: ("progress", {bytes, records}), ("sealed", {entry}), ("source", {id, format, error, ended}).
Emit = Callable[[str, Mapping[str, Any]], None]


class UnitWork:
    """Builds the partitions of one unit.

    Args:
        unit: what to read.
        dataset: the dataset's directory.
        settings: partition bounds and writer memory.
        emit: told of every step.
        stopped: asked at every chunk; once it says True the work ends, and what was sealed stays.
    """

    def __init__(self, unit: Unit, dataset: Path, settings: Settings, emit: Emit, stopped: Callable[[], bool]) -> None:
        self.unit, self.dataset, self.settings = unit, dataset, settings
        self.emit, self.stopped = emit, stopped
        self._writer = PartitionWriter(dataset, settings)
        self._records = 0
        self._finished: list[Mapping[str, Any]] = []

    def run(self) -> None:
        """Raises a SawlogError where the store cannot be written."""
        try:
            self._run()
        except (OSError, ValueError) as error:  # the text index reports a full disk as a ValueError
            raise disk_error(error, self.dataset) from error

    def _run(self) -> None:
        done = 0
        for piece in self.unit.pieces:
            if not self._read(piece, done):
                return
            done += piece.bytes
        self._seal()
        release_archives()

    def _read(self, piece: Piece, before: int) -> bool:
        """Reads one piece; False when stopped."""
        reader = PieceReader(piece, self.unit.options)
        index = self._writer.begin(piece.source_id, piece.start)
        for read in reader.chunks(index):
            if self.stopped():
                return False
            self._add(read, reader)
            here = reader.consumed if piece.end is None and not piece.source.seekable else read.end - piece.start
            self.emit("progress", {"bytes": before + here, "records": self._records})
            if self._writer.full:
                if not self._seal():
                    return False
                reader.restart_lines(self._writer.begin(piece.source_id, read.end))
        self._writer.end_of_range(eof=reader.ended)
        self._finished.append(
            {
                "id": piece.source_id,
                "format": dict(reader.recognised.description),
                "error": reader.error,
                "ended": reader.ended,
                "fingerprint": None if reader.fingerprint is None else reader.fingerprint.to_json(),
            }
        )
        return True

    def _add(self, read: Read, reader: PieceReader) -> None:
        chunk, known = read.chunk, self._writer.ranges[-1]
        formats = dict(known.formats)
        for name, count in chunk.formats.items():
            formats[name] = formats.get(name, 0) + count
        grown: SourceRange = replace(
            known,
            end=read.end,
            lines=reader.lines,
            records=known.records + chunk.batch.num_rows,
            joined=known.joined + chunk.joined,
            unparsed=known.unparsed + chunk.unparsed,
            undecodable=known.undecodable + chunk.undecodable,
            last_ns=chunk.previous_ns,
            formats=formats,
        )
        self._writer.add(chunk.batch, grown)
        self._records += chunk.batch.num_rows

    def _seal(self) -> bool:
        """Seals what was collected; False when stopped, and then nothing more may be sealed: it would lack this.

        Sources are reported behind it: complete means durably complete.
        """
        if self._writer.records:
            entry = self._writer.seal(self.stopped)
            if entry is None:
                return False
            self.emit("sealed", {"entry": entry.to_json()})
        for source in self._finished:
            self.emit("source", source)
        self._finished.clear()
        self._writer = PartitionWriter(self.dataset, self.settings)
        return True


def perform(task: Mapping[str, Any], replies: TextIO) -> None:
    """Does a task of :class:`sawlog.ingest.process.WorkerProcess`, and writes its events as JSON lines."""

    def emit(event: str, body: Mapping[str, Any]) -> None:
        replies.write(json.dumps({"event": event, **body}) + "\n")

    try:
        for spec in task["formats"]:
            register(from_spec(spec), replace=True)
        unit = Unit.from_json(task["unit"])
        UnitWork(unit, Path(task["dataset"]), Settings(**task["settings"]), emit, lambda: False).run()
    except SawlogError as error:
        emit("failed", {"error": type(error).__name__, "message": str(error)})
    else:
        emit("done", {})
