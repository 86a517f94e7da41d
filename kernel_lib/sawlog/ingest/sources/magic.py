"""What is in these first bytes: a codec, a container, something binary, text in which encoding?"""

from __future__ import annotations

import codecs
import tarfile

from sawlog.errors import SourceError

#: Bytes of a file's head that decide.
HEAD_BYTES = 8192

_CODECS = ((b"\x1f\x8b\x08", "gzip"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"))
_BZ2_BLOCKS = (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")  # the first block's mark, or the end of an empty stream

_UNPACK = "unpack it first"
_BINARY = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image", ""),
    (b"\xff\xd8\xff", "a JPEG image", ""),
    (b"GIF87a", "a GIF image", ""),
    (b"GIF89a", "a GIF image", ""),
    (b"%PDF-", "a PDF document", ""),
    (b"SQLite format 3\x00", "an SQLite database", "export its rows as text"),
    (b"PAR1", "a Parquet file", "write its rows as JSON lines or CSV"),
    (b"ARROW1\x00\x00", "an Arrow file", "write its rows as JSON lines or CSV"),
    (b"\x7fELF", "a program", ""),
    (b"\xca\xfe\xba\xbe", "a Java class", ""),
    (b"\x00asm", "a WebAssembly module", ""),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"\x04\x22\x4d\x18", "LZ4 data", _UNPACK),
    (b"LPKSHHRH", "a systemd journal", "export it with: journalctl --file FILE -o json"),
    (b"ElfFile\x00", "a Windows event log", "export it as text, CSV or JSON"),
    (b"\xd4\xc3\xb2\xa1", "a packet capture", ""),
    (b"\x0a\x0d\x0d\x0a", "a packet capture", ""),
)
_ZIP_DOCUMENTS = (b"[Content_Types].xml", b"META-INF/", b"mimetype", b"_rels/", b"AndroidManifest.xml")

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def codec_of(head: bytes) -> str | None:
    """The compression that begins here: ``gzip``, ``bz2``, ``xz``, ``zstd``, or None."""
    for mark, name in _CODECS:
        if head.startswith(mark):
            return name
    if head[:3] == b"BZh" and head[3:4] in b"123456789" and head[4:10] in _BZ2_BLOCKS:
        return "bz2"
    if len(head) >= 4 and head[0] & 0xF0 == 0x50 and head[1:4] == b"\x2a\x4d\x18":  # a skippable frame
        return "zstd"
    return None


def container_of(head: bytes) -> str | None:
    """The archive that begins here: ``tar``, ``zip``, or None."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if len(head) >= tarfile.BLOCKSIZE and head[0]:
        try:
            tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
        except tarfile.HeaderError:
            return None
        return "tar"
    return None


def binary_kind(head: bytes) -> tuple[str, str] | None:
    """What well-known binary file begins here, and what to do about it; None for text."""
    for mark, kind, advice in _BINARY:
        if head.startswith(mark):
            return kind, advice
    if head[1:4] == b"\r\r\n" and b"\x00" in head[4:16]:
        return "compiled Python", ""
    if head[:2] == b"MZ" and b"\x00\x00" in head[:64]:
        return "a program", ""
    if head.startswith(b"PK\x03\x04") and head[30:60].startswith(_ZIP_DOCUMENTS):
        return "an office document or a program package", ""
    return None


def looks_binary(head: bytes) -> bool:
    """More than a tenth of it is NUL or other control characters that no text has.

    NULs in front do not count: a log truncated by ``copytruncate`` under a writer that keeps its offset begins
    with a hole.
    """
    body = head.lstrip(b"\x00")
    if not body:
        return bool(head)
    printable = body.translate(None, delete=bytes(i for i in range(32) if i not in b"\t\n\v\f\r\x1b"))
    return len(body) - len(printable) > len(body) / 10


def encoding_of(head: bytes) -> str | None:
    """The encoding that a byte order mark tells, or None."""
    return next((name for mark, name in BOMS if head.startswith(mark)), None)


def bom_length(head: bytes, encoding: str) -> int:
    """Bytes of the byte order mark of this encoding at the start of ``head``."""
    return next((len(mark) for mark, name in BOMS if name == encoding and head.startswith(mark)), 0)


def normalise_encoding(name: str) -> str:
    """A user's name of an encoding in the spelling used here.

    Raises:
        SourceError: Python knows no such text encoding.
    """
    try:
        known = codecs.lookup(name).name
        bytes(4).decode(known, "surrogateescape")  # refuses codecs that are not of text, or not of text that is damaged
    except (LookupError, ValueError):  # of which UnicodeError is one
        raise SourceError(
            f"unknown encoding {name!r}: use a text encoding that Python knows, for example 'utf-8', 'latin-1', "
            "'utf-16-le' or 'cp1252'"
        ) from None
    aliases = {"iso8859-1": "latin-1", "ascii": "utf-8", "utf-8-sig": "utf-8"}
    return aliases.get(known, known)
