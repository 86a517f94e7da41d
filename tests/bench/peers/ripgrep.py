"""ripgrep on the raw file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.bench.corpora import Corpus
from tests.bench.peers.base import Peer, Unsupported
from tests.bench.queries import PageQuery


class Ripgrep(Peer):
    name = "rg"
    title = "ripgrep"
    note = "the total only (`-c`), which is less than a page; AND is a pipe, its rarest word first"

    def open(self, corpus: Corpus, directory: Path) -> None:
        if shutil.which("rg") is None:
            raise Unsupported
        self._path = corpus.path

    def page(self, query: PageQuery) -> int:
        if query.level:
            day, _, hour = query.hour.partition("T")
            level = query.level.replace("WARNING", "WARN(ING)?")
            compact = f"^{day[2:].replace('-', '')} {hour}"
            return self._piped([["-e", f"{day}[T ]{hour}:", "-e", compact], ["-w", "-e", level]])
        if query.phrase:
            return self._piped([["-i", "-e", query.patterns[0]]])
        return self._piped([["-i", "-w", "-e", word] for word in reversed(query.words)])

    def regex_count(self, pattern: str, literal: str) -> int:
        return self._piped([["-e", pattern]])

    def _piped(self, stages: list[list[str]]) -> int:
        stages[-1].append("-c")
        running: list[subprocess.Popen[bytes]] = []
        for number, stage in enumerate(stages):
            source = [str(self._path)] if number == 0 else ["-"]
            stdin = running[-1].stdout if running else subprocess.DEVNULL
            running.append(
                subprocess.Popen(["rg", "--no-config", "-a", *stage, *source], stdin=stdin, stdout=subprocess.PIPE)
            )
        output = running[-1].communicate()[0]
        for process in running[:-1]:
            if process.stdout:
                process.stdout.close()
            process.wait()
        return int(output or 0)
