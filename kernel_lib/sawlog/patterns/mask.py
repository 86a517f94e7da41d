"""From messages to templates: what varies from one record to the next is replaced by a placeholder.

Two steps, each a few regular expressions over whole columns.  The first is run on every message and must be cheap:
one pass replaces what has a digit in it.  It leaves few distinct texts, and the second, which recognises shapes made of
those placeholders (addresses, times, paths), is run on each of them once.
"""

from __future__ import annotations

import polars as pl

#: Stands for any variable text.
ANY = "<*>"

#: Characters of a message that take part; what is cut off is shown as one more character.
MAX_CHARACTERS = 500
CUT = "…"

_TRACEBACK = "Traceback (most recent call last)"

_EDGE = r"(?-u:\b)"
_COARSE = "|".join(
    (
        r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",  # UUID
        r"0x[0-9a-fA-F]+",
        rf"{_EDGE}(?:[0-9a-f]{{8,}}|[0-9A-F]{{8,}}){_EDGE}",  # a hash or a long number
        r"(?:[0-9a-fA-F]{2}:){5,}[0-9a-fA-F]{2}",  # MAC address, fingerprint
        r"[A-Za-z]*[0-9]+[A-Za-z]+[0-9][A-Za-z0-9]*",  # letters and digits in turns: an id
        r"[0-9]+",  # "utf8" keeps its letters, "5ms" its unit
    )
)


def coarse(messages: pl.Series) -> pl.Series:
    """Each message's first line (of a Python traceback: the last, too), cut, whatever has digits replaced.

    Args:
        messages: String, without nulls.

    Returns:
        String, of the same height; a function of each message alone.
    """
    ends = messages.str.find("\n", literal=True)
    if ends.null_count() < len(ends):
        messages = _first_lines(messages, ends)
    heads = messages.str.head(MAX_CHARACTERS)
    masked = heads.str.replace_all(_COARSE, ANY)
    cut = messages.str.len_bytes() > heads.str.len_bytes()
    return masked if not cut.any() else masked.zip_with(~cut, masked + CUT)


def _first_lines(messages: pl.Series, ends: pl.Series) -> pl.Series:
    frame = messages.to_frame("message").with_columns(end=ends)
    message, end = pl.col("message"), pl.col("end")
    first = message.cast(pl.Binary).bin.slice(0, end).cast(pl.String)
    last = message.str.strip_chars_end().str.extract(r"([^\n]*)\z")
    traced = end.is_not_null() & message.str.starts_with(_TRACEBACK)
    return frame.select(pl.when(traced).then(first + " " + last).otherwise(first)).to_series()


_N = r"<\*>"
_PART = r"[\w.@+~%$*<>=-]"
_ZONE = rf"(?:Z| ?[+-]{_N}(?::{_N})?)?"
_QUERY = r"(?:\?[^\s\"']*)?"
_EXTENSIONS = (
    "bin|bz2|cc?|cfg|class|conf|cpp|cs|css|csv|cxx|db|dll|exe|gif|go|gz|h|hpp|html?|ico|inc|ini|jar|java|jpe?g|jsm?|json|"
    "jsx?|lib|lock|log|mjs|mm?|obj|o|pdf|php|png|pyc?|rb|rs|scss|sh|so|sql|svg|tar|tgz|tmp|toml|tsx?|txt|wasm|webp|"
    "woff2?|xhtml|xml|xul|xz|ya?ml|zip"
)

#: In this order.  A placeholder that stands for more names what it stands for, where its shape says so.
_SHAPES: tuple[tuple[str, str], ...] = (
    (r"\x1b\[[0-9;<>*]*[A-Za-z]", ""),  # colours
    (r"[\s--\x20]\s*|\x20\s+", " "),  # not the single blanks, which are most
    (r"^ | $", ""),
    (rf"[A-Za-z][A-Za-z0-9+.-]*://(?:{_N}|[^\s\"'<>|,;)\]}}])+", "<url>"),
    (rf"{_N}[-/.](?:{_N}|[A-Z][a-z][a-z])[-/.]{_N}[T :]?{_N}(?::{_N}){{1,2}}(?:[.,]{_N})?{_ZONE}", "<time>"),
    (rf"{_N}T{_N}:{_N}{_ZONE}|{_N}:{_N}:{_N}(?:[.,]{_N})?", "<time>"),
    (rf"\b(?:{_N}\.){{3}}{_N}|{_N}(?:\.{_N}){{3}}", "<ip>"),
    (rf"{_N}(?:[.,:/_-]{_N})+", ANY),
    (rf"(?:\b[A-Za-z]:|\w[\w.@+~%$*<>-]*|[.~]+)?(?:[/\\]+{_PART}+){{2,}}[/\\]?{_QUERY}", "<path>"),
    (rf"(^|[\s\"'=(\[:,])/+{_PART}+/?{_QUERY}", "${1}<path>"),
    (rf"(?:{_PART}+[/\\])?[\w@+~%$*<>-]+(?:\.[\w@+~%$*<>-]+)*\.(?:{_EXTENSIONS})(\.?(?:$|[^\w.<-]))", "<path>${1}"),
    (rf"(^|[\s=(\[,:_])[+-]{_N}", "${1}" + ANY),
    (r"(^|[\s=(\[,:])\"[^\"]{32,}\"", '${1}"<*>"'),
    (r"<path>(?:,? <path>)+", "<path>"),
    (rf"{_N}(?:,? {_N})+", ANY),
)


def refine(templates: pl.Series) -> pl.Series:
    """Distinct coarse templates with addresses, times, URLs, paths and runs of numbers made one placeholder each."""
    frame = templates.to_frame("template")
    text = pl.col("template")
    for pattern, replacement in _SHAPES:
        text = text.str.replace_all(pattern, replacement)
    return frame.select(text).to_series()
