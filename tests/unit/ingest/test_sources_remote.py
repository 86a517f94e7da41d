"""URLs: http by the standard library, everything else by fsspec."""

from __future__ import annotations

import gzip
import importlib
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import fsspec
import pytest

from sawlog.errors import SourceError
from sawlog.ingest.sources import KnownSource, Source, expand, fingerprint, identify, open_source, release_archives

TEXT = b"".join(b"line %d\n" % i for i in range(50_000))


class Handler(BaseHTTPRequestHandler):
    """Serves ``files``; with ``ranges`` it honours Range, with ``cut`` it drops each connection after that much."""

    files: dict[str, bytes]
    ranges = True
    head = True
    cut = 0
    requests: list[str]

    def do_HEAD(self) -> None:
        if self.head:
            self._answer(body=False)
        else:
            self.send_error(405)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        data = self.files.get(self.path)
        self.requests.append(f"{self.command} {self.path} {self.headers.get('Range', '')}".strip())
        if data is None:
            self.send_error(404)
            return
        wanted = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if self.ranges else None
        start = int(wanted[1]) if wanted else 0
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.send_header("ETag", f'"{hash(data)}"')
        self.send_header("Last-Modified", "Mon, 04 Mar 2024 05:06:08 GMT")
        if self.ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if body:
            self.wfile.write(data[start : start + self.cut] if self.cut else data[start:])

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def server() -> Iterator[tuple[str, type[Handler]]]:
    handler = type("OneServer", (Handler,), {"files": {}, "requests": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", handler
        running.shutdown()
        thread.join()


def read(source: Source, offset: int = 0) -> tuple[bytes, str | None]:
    with open_source(source, offset) as stream:
        parts = []
        while data := stream.read(60_000):
            parts.append(data)
        return b"".join(parts), stream.error


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("head", [True, False])
def test_http(ranges: bool, head: bool, server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    handler.ranges, handler.head = ranges, head
    handler.files = {"/a.log": TEXT, "/b.gz": gzip.compress(TEXT)}
    plain, packed = expand([f"{url}/a.log", f"{url}/b.gz"]).sources
    assert plain.file == plain.path == f"{url}/a.log"
    assert plain.size == len(TEXT)
    assert plain.mtime_ns == 1_709_528_768 * 10**9
    assert not plain.seekable
    assert packed.codecs == ("gzip",)
    for source in (plain, packed):
        assert read(source) == (TEXT, None)
        assert read(source, 300_000) == (TEXT[300_000:], None)
    assert ("GET /a.log bytes=300000-" in handler.requests) is ranges


def test_an_http_zip_is_read_by_ranges(server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", TEXT)
        archive.writestr("b.log", TEXT * 2)
    handler.files = {"/x.zip": out.getvalue()}
    for ranges in (True, False):
        handler.ranges = ranges
        release_archives()
        first, second = expand(f"{url}/x.zip").sources
        assert read(second) == (TEXT * 2, None)
        assert read(first) == (TEXT, None)


def test_a_lost_connection_is_taken_up_again(server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    handler.files = {"/a.log": TEXT}
    (source,) = expand(f"{url}/a.log").sources
    handler.cut = 100_000
    assert read(source) == (TEXT, None)
    handler.ranges = False
    data, error = read(source)
    assert data == TEXT[:100_000]
    assert error and "connection was closed" in error


def test_http_errors(server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    with pytest.raises(SourceError, match="404"):
        expand(f"{url}/missing.log")
    handler.files = {"/a.log": TEXT}
    found = expand([f"{url}/a.log", f"{url}/missing.log"])
    assert len(found.sources) == len(found.problems) == 1
    handler.files = {}
    data, error = read(found.sources[0])
    assert data == b""
    assert error and "404" in error


def test_http_files_are_recognised_by_their_tag(server: tuple[str, type[Handler]]) -> None:
    url, handler = server
    handler.files = {"/a.log": TEXT}
    found = expand(f"{url}/a.log")
    known = KnownSource(found.sources[0], fingerprint(found.sources[0], len(TEXT)), len(TEXT))
    handler.requests.clear()
    (same,) = identify([known], expand(f"{url}/a.log", known=found.sources).sources).sources
    assert same.state == "unchanged"
    assert all(request.startswith("HEAD") for request in handler.requests)
    handler.files = {"/a.log": TEXT + b"more\n"}
    (grown,) = identify([known], expand(f"{url}/a.log").sources).sources
    assert (grown.state, grown.offset) == ("grown", len(TEXT))


def test_fsspec() -> None:
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    for name, data in {"/x/a.log": TEXT, "/x/a.log.1.gz": gzip.compress(TEXT), "/x/y/b.txt": b"hi\n"}.items():
        memory.pipe_file(name, data)
    assert [s.path for s in expand("memory://x").sources] == [
        "memory:///x/a.log.1.gz",
        "memory:///x/a.log",
        "memory:///x/y/b.txt",
    ]
    found = expand("memory://x/**/*.log*").sources
    assert [source.codecs for source in found] == [("gzip",), ()]
    for source in found:
        assert read(source) == (TEXT, None)
        assert read(source, 200_000) == (TEXT[200_000:], None)
    (one,) = expand("memory://x/y/b.txt").sources
    assert one.size == 3 and one.mtime_ns > 0
    memory.rm("/x/y/b.txt")
    data, error = read(one)
    assert data == b"" and error
    with pytest.raises(SourceError, match="no such file"):
        expand("memory://nowhere")
    with pytest.raises(SourceError, match="matching it"):
        expand("memory://x/*.nothing")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(SourceError, match="pip install fsspec s3fs"):
        expand("s3://bucket/logs/*.gz")


def test_an_unknown_scheme() -> None:
    with pytest.raises(SourceError, match="gopher://x/y cannot be read"):
        expand("gopher://x/y")
