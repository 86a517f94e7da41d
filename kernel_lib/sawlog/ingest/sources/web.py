"""A file behind http or https, read with the standard library; seekable where the server gives ranges."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from email.utils import parsedate_to_datetime

_TIMEOUT = 30.0
_ATTEMPTS = 3
_HEADERS = {"User-Agent": "sawlog", "Accept-Encoding": "identity"}
_NO_HEAD = (400, 403, 405, 501)


class HttpFile:
    """Reads forward on one connection, and goes on with a range request after a seek or a lost connection.

    Attributes:
        size: bytes, or 0 when the server does not tell.
        mtime_ns: ``Last-Modified`` in UTC ns, or 0.
        etag: ``ETag``, or "".

    Raises:
        OSError: from every method, for whatever goes wrong.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._position = 0
        self._response: http.client.HTTPResponse | None = None
        headers = self._head()
        self.size = int(headers.get("Content-Length") or 0)
        self.etag = headers.get("ETag") or ""
        self._ranges = headers.get("Accept-Ranges") == "bytes" and self.size > 0
        self.mtime_ns = 0
        if modified := headers.get("Last-Modified"):
            try:
                self.mtime_ns = int(parsedate_to_datetime(modified).timestamp()) * 1_000_000_000
            except ValueError:
                self.mtime_ns = 0

    def read(self, size: int = -1, /) -> bytes:
        if self.size and self._position >= self.size:
            return b""
        for attempt in range(_ATTEMPTS):
            try:
                if self._response is None:
                    self._response = self._request("GET", self._position)
                data = self._response.read(None if size < 0 else size)
            except (http.client.HTTPException, OSError) as error:
                self._drop()
                if isinstance(error, urllib.error.HTTPError) or not self._again(attempt):
                    raise error if isinstance(error, OSError) else OSError(f"{self._url}: {error!r}") from error
                continue
            if data or not size or not self.size:
                self._position += len(data)
                return data
            self._drop()
            if not self._again(attempt):
                break
        raise OSError(f"the connection was closed after {self._position:,} of {self.size:,} bytes")

    def seek(self, offset: int, whence: int = 0, /) -> int:
        target = offset + (0, self._position, self.size)[whence]
        if target != self._position:
            if not self._ranges:
                raise OSError("the server gives no ranges, so the file is read from its start only")
            self._drop()
            self._position = target
        return self._position

    def tell(self) -> int:
        return self._position

    def seekable(self) -> bool:
        return self._ranges

    def close(self) -> None:
        self._drop()

    def _again(self, attempt: int) -> bool:
        return attempt + 1 < _ATTEMPTS and (self._ranges or self._position == 0)

    def _drop(self) -> None:
        if self._response is not None:
            self._response.close()
            self._response = None

    def _head(self) -> http.client.HTTPMessage:
        try:
            response = self._request("HEAD")
        except urllib.error.HTTPError as error:
            error.close()
            if error.code not in _NO_HEAD:
                raise
            response = self._request("GET")  # signed URLs and some servers allow nothing else
        with response:
            return response.headers

    def _request(self, method: str, start: int = 0) -> http.client.HTTPResponse:
        headers = _HEADERS | ({"Range": f"bytes={start}-"} if start else {})
        request = urllib.request.Request(self._url, headers=headers, method=method)
        try:
            response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT)
        except (http.client.HTTPException, ValueError) as error:
            raise OSError(f"{self._url}: {error!r}") from error
        if start and response.status != http.client.PARTIAL_CONTENT:
            response.close()
            raise OSError("the server ignored a range request, so reading cannot go on after the interruption")
        return response
