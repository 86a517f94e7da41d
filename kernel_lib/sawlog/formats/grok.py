"""Grok-like names in patterns: ``%{IPORHOST:client} %{NUMBER:status:int}``."""

from __future__ import annotations

import re

from sawlog.errors import FormatError
from sawlog.formats.levels import LEVEL_WORD
from sawlog.formats.spellings import stamp_pattern

_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_IPV4 = rf"(?:{_OCTET}\.){{3}}{_OCTET}"
_IPV6 = r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{0,4}|" + _IPV4 + r")(?:%\w+)?"
_HOST = r"[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z_-]*[0-9A-Za-z])?)*\.?"
_QUOTED = r"(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
_PATH = r"(?:/[^\s?#*]*|[A-Za-z]:\\[^\s?*]*)"
_NUMBER = r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)"

#: Name -> Rust regex.
NAMES: dict[str, str] = {
    "WORD": r"\b\w+\b",
    "NOTSPACE": r"\S+",
    "SPACE": r"\s*",
    "DATA": r".*?",
    "GREEDYDATA": r".*",
    "QUOTEDSTRING": _QUOTED,
    "QS": _QUOTED,
    "INT": r"[+-]?\d+",
    "POSINT": r"[1-9]\d*",
    "NONNEGINT": r"\d+",
    "NUMBER": _NUMBER,
    "BASE10NUM": _NUMBER,
    "BASE16NUM": r"(?:0[xX])?[0-9A-Fa-f]+",
    "BOOLEAN": r"(?i:true|false|yes|no)",
    "USER": r"[A-Za-z0-9._-]+",
    "USERNAME": r"[A-Za-z0-9._-]+",
    "EMAILADDRESS": r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@" + _HOST,
    "UUID": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "MAC": r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}",
    "IPV4": _IPV4,
    "IPV6": _IPV6,
    "IP": rf"(?:{_IPV6}|{_IPV4})",
    "HOSTNAME": _HOST,
    "IPORHOST": rf"(?:{_IPV6}|{_IPV4}|{_HOST})",
    "HOSTPORT": rf"(?:{_IPV4}|{_HOST}):\d{{1,5}}",
    "PATH": _PATH,
    "UNIXPATH": r"/[^\s?#*]*",
    "URIPATH": r"/[^\s?#]*",
    "URIPATHPARAM": r"/\S*",
    "URI": r"[A-Za-z][A-Za-z0-9+.-]*://\S+",
    "LOGLEVEL": rf"(?i:{LEVEL_WORD})",
    "PROG": r"[\x21-\x5a\x5c\x5e-\x7e]+",
    "METHOD": r"(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH)",
    "HTTPDATE": stamp_pattern("clf"),
    "SYSLOGTIMESTAMP": stamp_pattern("rfc3164"),
    "TIMESTAMP_ISO8601": stamp_pattern("iso8601"),
    "TIME": stamp_pattern("time"),
    "STAMP": stamp_pattern(),
}

_REFERENCE = re.compile(r"%\{([A-Za-z0-9_]+)(?::([^:}]+))?(?::([a-z]+))?\}")
_TYPES = {"int": "int", "long": "int", "float": "float", "double": "float", "bool": "bool", "boolean": "bool",
          "string": "str", "str": "str"}  # fmt: skip


def expand(pattern: str, name: str) -> tuple[str, dict[str, str]]:
    """A pattern with its grok names written out, and the types that they give fields.

    Characters of a field name that no group can have become ``_``.

    Raises:
        FormatError: an unknown grok name or type; ``name`` is the format's, for the message.
    """
    types: dict[str, str] = {}

    def written_out(found: re.Match[str]) -> str:
        grok, field, kind = found.groups()
        if grok not in NAMES:
            raise FormatError(f"format {name!r}: no grok name is {grok!r}; there are {', '.join(sorted(NAMES))}")
        if not field:
            return f"(?:{NAMES[grok]})"
        group = re.sub(r"\W+", "_", field.strip("[]@"))
        if kind:
            if kind not in _TYPES:
                raise FormatError(f"format {name!r}: field {field!r} has type {kind!r}; use int, float, bool or str")
            types[group] = _TYPES[kind]
        return f"(?P<{group}>{NAMES[grok]})"

    return _REFERENCE.sub(written_out, pattern), types
