"""The queries to measure, chosen from the corpus by rule, so that nobody can pick convenient ones.

* rare word: 10 to 50 matching lines (where the corpus is repeated more often than that, the fewest there are);
* common word: 5 to 7 % of the lines;
* AND of three: words of 1 to 10 % each, each cutting the set, with at least 0.02 % of the lines in common;
* phrase: two words next to each other in 0.1 to 1 % of the lines;
* field + time range: the level nearest to 5 % of the stamped lines, in the hour that has most stamped lines.

Words are of 4 to 14 ASCII letters, and only those for which ripgrep's idea of a whole word and ours (maximal runs of
letters and digits, so an underscore is a border) give the same lines within 5 %, so that every peer is asked the same.
Ties: the alphabet.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import polars as pl
from tests.bench.corpora import Corpus

LEVELS = ("ERROR", "WARN", "WARNING", "INFO", "DEBUG", "CRITICAL")
STAMP = r"(\d{4}-\d\d-\d\d)[T ](\d\d):\d\d:\d\d"
COMPACT_STAMP = r"^(\d{6}) (\d\d)\d{4} "
_BATCH = 100_000
_CANDIDATES = 24


@dataclass(frozen=True)
class PageQuery:
    """A query for the newest 100.  ``words`` must all match; as a ``phrase`` they are adjacent.

    ``shown``: sawlog also makes the highlighted HTML of the page, which no peer does.
    ``level`` and ``hour`` (start of the hour, ISO, UTC) are set for the field + time range query only.
    """

    name: str
    words: tuple[str, ...] = ()
    phrase: bool = False
    level: str = ""
    hour: str = ""
    lines: int = 0
    shown: bool = True

    @property
    def text(self) -> str:
        """In sawlog's query language."""
        if self.phrase:
            return f'"{" ".join(self.words)}"'
        return " ".join(self.words) if self.words else f"level:{_normal(self.level)}"

    @property
    def patterns(self) -> tuple[str, ...]:
        """Regexes (Rust, RE2) that must all match a line."""
        if self.phrase:
            return (r"(?i)\b" + r"[^\pL\pN]+".join(self.words) + r"\b",)
        return tuple(rf"(?i)\b{word}\b" for word in self.words)


@dataclass(frozen=True)
class Queries:
    rare: PageQuery
    common: PageQuery
    all_three: PageQuery
    phrase: PageQuery
    ranged: PageQuery
    regex: str  # without a literal

    def pages(self) -> tuple[PageQuery, ...]:
        return (self.rare, self.common, self.all_three, self.phrase, self.ranged)


def choose(corpus: Corpus, scratch: Path) -> Queries:
    """The queries for a corpus; line counts are of that corpus, times repeats included.  Kept for the next run."""
    cache = scratch / f"{corpus.base}-x{corpus.times}.queries.json"
    if cache.exists():
        return _from_json(json.loads(cache.read_text()))
    body = pl.read_lines(corpus.clean_once)["line"]
    frequency = line_frequency(body)
    if corpus.times > 1:
        once = replace(corpus, times=1)
        chosen = _repeated(choose(once, scratch), _rare(body, frequency, corpus.times), corpus.times)
    else:
        chosen = Queries(
            rare=_rare(body, frequency, 1),
            common=_common(body, frequency),
            all_three=_all_three(body, frequency),
            phrase=_phrase(body, frequency),
            ranged=_ranged(body),
            regex=_regex(body),
        )
    cache.write_text(json.dumps(asdict(chosen), indent=1))
    return chosen


def _repeated(once: Queries, rare: PageQuery, times: int) -> Queries:
    def scaled(page: PageQuery) -> PageQuery:
        return replace(page, lines=page.lines * times)

    return Queries(
        rare, scaled(once.common), scaled(once.all_three), scaled(once.phrase), scaled(once.ranged), once.regex
    )


def _from_json(data: dict[str, object]) -> Queries:
    def page(value: object) -> PageQuery:
        assert isinstance(value, dict)
        return PageQuery(**{**value, "words": tuple(value["words"])})

    pages = {name: page(value) for name, value in data.items() if name != "regex"}
    return Queries(**pages, regex=str(data["regex"]))


def line_frequency(body: pl.Series) -> pl.DataFrame:
    """Columns word, lines: on how many lines each word occurs; most frequent first, then by the alphabet."""
    parts = []
    for start in range(0, len(body), _BATCH):
        text = body.slice(start, _BATCH).str.to_lowercase()
        tokens = text.str.extract_all(r"[\pL\pN]+").list.unique().explode().drop_nulls()
        words = tokens.filter(tokens.str.contains(r"^[a-z]{4,14}$")).rename("word")
        parts.append(words.value_counts(name="lines"))
    return (
        pl.concat(parts)
        .group_by("word")
        .agg(pl.col("lines").sum().cast(pl.Int64))
        .sort(["lines", "word"], descending=[True, False])
    )


def between(frequency: pl.DataFrame, low: float, high: float) -> dict[str, int]:
    """Words and their lines, most frequent first."""
    return dict(frequency.filter(pl.col("lines").is_between(low, high)).iter_rows())


def mask(body: pl.Series, pattern: str) -> pl.Series:
    return body.str.contains(pattern)


def same_for_all(body: pl.Series, word: str, ours: int) -> int | None:
    """How many lines have the word by ripgrep's borders, or None where ours give other lines."""
    count = int(mask(body, rf"(?i)\b{word}\b").sum())
    return count if count and abs(ours - count) <= 0.05 * count else None


def _first(body: pl.Series, words: dict[str, int]) -> tuple[str, int]:
    for word, lines in words.items():
        count = same_for_all(body, word, lines)
        if count is not None:
            return word, count
    raise ValueError("No word of the wanted frequency in this corpus; use a larger one.")


def _rare(body: pl.Series, frequency: pl.DataFrame, times: int) -> PageQuery:
    low = max(1, -(-10 // times))
    word, count = _first(body, between(frequency, low, max(low, 50 // times)))
    return PageQuery("rare word", (word,), lines=count * times)


def _common(body: pl.Series, frequency: pl.DataFrame) -> PageQuery:
    word, count = _first(body, between(frequency, 0.05 * len(body), 0.07 * len(body)))
    return PageQuery("common word", (word,), lines=count)


def _all_three(body: pl.Series, frequency: pl.DataFrame) -> PageQuery:
    known = list(between(frequency, 0.01 * len(body), 0.1 * len(body)).items())[:_CANDIDATES]
    words = [word for word, lines in known if same_for_all(body, word, lines)]
    masks = {word: mask(body, rf"(?i)\b{word}\b") for word in words}
    fewest = max(10, len(body) // 5_000)
    for index, first in enumerate(words):
        for second in words[index + 1 :]:
            both = masks[first] & masks[second]
            # Words that always come together are one word in disguise: the second must cut the set.
            if not fewest <= int(both.sum()) < 0.9 * int(masks[first].sum()):
                continue
            for third in words:
                if third in (first, second):
                    continue
                count = int((both & masks[third]).sum())
                if fewest <= count < 0.9 * int(both.sum()):
                    return PageQuery("AND of three", (first, second, third), lines=count)
    raise ValueError("No three words of 1 to 10 % that meet; use a larger corpus.")


def _phrase(body: pl.Series, frequency: pl.DataFrame) -> PageQuery:
    sample = body.gather_every(max(1, len(body) // 50_000)).str.slice(0, 2_000).str.to_lowercase()
    pairs: dict[str, int] = {}
    for line in sample.str.extract_all(r"[a-z]{4,14}(?: [a-z]{4,14})+").explode().drop_nulls():
        words = line.split(" ")
        for pair in pairwise(words):
            key = " ".join(pair)
            pairs[key] = pairs.get(key, 0) + 1
    known = dict(zip(frequency["word"], frequency["lines"], strict=True))
    target = 0.005
    for key in sorted(pairs, key=lambda key: (abs(pairs[key] / len(sample) - target), key)):
        first, second = key.split(" ")
        if not 0.001 <= pairs[key] / len(sample) <= 0.01:
            continue
        count = int(mask(body, rf"(?i)\b{first}[^\pL\pN]+{second}\b").sum())
        # A phrase is only worth its name where the words alone match more than the phrase does.
        if 0.001 <= count / len(body) <= 0.01 and min(known.get(first, 0), known.get(second, 0)) > 1.5 * count:
            return PageQuery("phrase", (first, second), phrase=True, lines=count)
    raise ValueError("No phrase of 0.1 to 1 %; use a larger corpus.")


def _ranged(body: pl.Series) -> PageQuery:
    frame = stamped(body).drop_nulls()
    hours = frame.group_by("hour").len().sort(["len", "hour"], descending=[True, False])
    hour = str(hours["hour"][0])
    levels = frame.group_by("level").len().with_columns((pl.col("len") / len(frame) - 0.05).abs().alias("away"))
    for level in levels.sort(["away", "level"])["level"]:
        count = frame.filter((pl.col("hour") == hour) & (pl.col("level") == level)).height
        if count:
            return PageQuery("field + time range", level=str(level), hour=hour, lines=count)
    raise ValueError("No level in the fullest hour; use a larger corpus.")


def stamped(body: pl.Series) -> pl.DataFrame:
    """Columns hour (``2014-01-02T10``) and level of each line, or null.  What the peers get parsed, for free."""
    head = body.str.slice(0, 200).alias("head")
    compact = pl.col("head").str.extract_groups(COMPACT_STAMP)
    plain = pl.col("head").str.extract_groups(STAMP)
    day = pl.format(
        "20{}-{}-{}",
        *(compact.struct.field("1").str.slice(start, 2) for start in (0, 2, 4)),
    )
    hour = pl.coalesce(
        pl.format("{}T{}", plain.struct.field("1"), plain.struct.field("2")),
        pl.format("{}T{}", day, compact.struct.field("2")),
    )
    level = pl.col("head").str.extract(rf"\b({'|'.join(LEVELS)})\b").replace("WARN", "WARNING")
    return pl.DataFrame([head]).select(hour.alias("hour"), level.alias("level"))


def _regex(body: pl.Series) -> str:
    """The first of these patterns, none with a literal of more than one letter, that matches 10 to 100,000 lines."""
    for pattern in (r"\d[a-f]\d[a-f]\d\d[a-f]{3}\d{2}", r"[A-Z]{2}\d{3}[a-z]{2}", r"\d{19}", r"[a-z]\d{2}[a-z]"):
        if 10 <= int(mask(body, pattern).sum()) <= 100_000:
            return pattern
    return r"\d{4}[a-z]\d"


def _normal(level: str) -> str:
    return re.sub(r"^warn$", "warning", level.lower())
