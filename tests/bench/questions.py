"""The questions behind the rows on asking, chosen from the corpus by rule, as :mod:`tests.bench.queries` does.

* AND of words: a word of 20 to 2,000 lines (of the corpus once; nearest to 200 first) and up to seven words, each on at
  least ten times as many lines, that occur with it, the most frequent among its lines first, as long as ten lines have
  all of them; all of them in lower case, so that case-sensitive peers find the same.
* regex with a literal: a word of 0.05 to 0.5 % of the lines, or a rare one of at most 0.005 %, and what often follows a
  word, matching 10 lines or more (of the rare one's: 5) and, where there is such a pattern, not nearly all that have
  the word.
* mixed workload: see :data:`SHARES`; words and phrases are drawn from lines, with a seed, no question twice.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
from tests.bench.corpora import Corpus
from tests.bench.queries import PageQuery, between, choose, line_frequency, mask, same_for_all, stamped

MOST_WORDS = 8
#: Of the questions of the mixed workload; the rest of each kind is made up with rare words.
SHARES = {"rare": 0.40, "common": 0.10, "and": 0.20, "phrase": 0.10, "field": 0.15, "histogram": 0.05}
WORKLOAD = 240

#: What follows the word in a regex with a literal; no pattern can go beyond a line, and none has a blank, so that a
#: query of the pattern alone cannot be taken for pasted text.
TAILS = (r"[^\w\n]+\d+", r"[^\w\n]+[a-z]+ing\b", r"[^\w\n]+[a-z]{3,6}\b")

_SEED = 3
_MIDDLE, _LOW, _HIGH, _TIMES_AS_COMMON, _FEWEST = 200, 20, 2_000, 10, 10
_CANDIDATES = 48
_WORD = re.compile("[a-z]{4,14}")


@dataclass(frozen=True)
class Question:
    """One of the mixed workload: ``text`` in sawlog's language, answered by a page or a date histogram."""

    kind: str
    text: str


@dataclass(frozen=True)
class Questions:
    """``words``: the rarest first; ``regex`` needs the ``literal``, ``rare_regex`` the rare one, the bare one none."""

    words: tuple[str, ...]
    word_lines: tuple[int, ...]  # lines that have the first 1, 2, ... of the words
    regex: str
    literal: str
    rare_regex: str
    rare_literal: str
    bare_regex: str
    workload: tuple[Question, ...]

    def conjunction(self, words: int, *, rarest_first: bool) -> PageQuery:
        """The AND of the rarest and the ``words`` - 1 most frequent of its companions."""
        chosen = self.words[:words]
        name = "the rarest word alone" if words == 1 else f"AND of {words}"
        return PageQuery(name, chosen if rarest_first else chosen[::-1], lines=self.word_lines[words - 1], shown=False)


def ask(corpus: Corpus, scratch: Path) -> Questions:
    """The questions for a corpus; line counts are of that corpus, times repeats included.  Kept for the next run."""
    cache = scratch / f"{corpus.base}.questions.json"
    if cache.exists():
        chosen = _from_json(json.loads(cache.read_text()))
    else:
        body = pl.read_lines(corpus.clean_once)["line"]
        frequency = line_frequency(body)
        words, lines = _words(body, frequency)
        regex, literal = _regex(body, between(frequency, 0.0005 * len(body), 0.005 * len(body)), _FEWEST)
        rare, rare_literal = _regex(body, between(frequency, _FEWEST, max(50, 0.00005 * len(body))), _FEWEST // 2)
        bare = choose(corpus, scratch).regex
        chosen = Questions(words, lines, regex, literal, rare, rare_literal, bare, _workload(body, frequency))
        cache.write_text(json.dumps(asdict(chosen), indent=1))
    return replace(chosen, word_lines=tuple(count * corpus.times for count in chosen.word_lines))


def _from_json(data: dict[str, object]) -> Questions:
    lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
    workload = tuple(Question(**question) for question in lists.pop("workload"))
    return Questions(**{**data, **lists, "workload": workload})  # type: ignore[arg-type]


def _words(body: pl.Series, frequency: pl.DataFrame) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The words, rarest first, and the lines that have the first 1, 2, ... of them."""
    rare = frequency.filter(pl.col("lines").is_between(_LOW, _HIGH)).with_columns(
        (pl.col("lines").log() - np.log(_MIDDLE)).abs().alias("away")
    )
    best: tuple[tuple[str, ...], tuple[int, ...]] = (), ()
    for word, lines in rare.sort(["away", "word"]).select("word", "lines").head(_CANDIDATES).iter_rows():
        if same_for_all(body, word, lines) is None:
            continue
        left = _having(body, word)
        found = _companions(body, left, frequency, word) if _lower_case(left, word) else best
        if len(found[0]) > len(best[0]):
            best = found
        if len(best[0]) == MOST_WORDS:
            break
    if len(best[0]) < 2:
        raise ValueError("No rare word that occurs with common ones; use a larger corpus.")
    return best


def _having(body: pl.Series, word: str) -> pl.Series:
    return body.filter(mask(body, rf"(?i)\b{word}\b"))


def _lower_case(lines: pl.Series, word: str) -> bool:
    """A peer that looks for the letters as they stand finds nearly the same lines."""
    return int(lines.str.contains(word, literal=True).sum()) >= 0.95 * len(lines)


def _companions(
    body: pl.Series, left: pl.Series, frequency: pl.DataFrame, word: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    words, lines = [word], [len(left)]
    near = line_frequency(left).filter(pl.col("lines") >= _FEWEST)["word"].to_list()
    known = dict(frequency.filter(pl.col("word").is_in(near)).iter_rows())
    for other in near:
        if other == word or known[other] < _TIMES_AS_COMMON * lines[0]:
            continue
        both = _having(left, other)
        if len(both) >= _FEWEST and _lower_case(both, other) and same_for_all(body, other, known[other]) is not None:
            words.append(other)
            lines.append(len(both))
            left = both
            if len(words) == MOST_WORDS:
                break
    return tuple(words), tuple(lines)


def _regex(body: pl.Series, words: dict[str, int], fewest: int) -> tuple[str, str]:
    """A pattern that begins with one of the words, on so many lines at least; and the word."""
    found: list[tuple[str, str]] = []
    for word in list(words)[:_CANDIDATES]:
        having = body.filter(body.str.contains(word, literal=True))
        for tail in TAILS:
            matching = int(mask(having, word + tail).sum())
            if fewest <= matching < 0.9 * len(having):
                return word + tail, word
            if matching >= fewest:
                found.append((word + tail, word))
    if not found:
        raise ValueError("No word with something behind it; use a larger corpus.")
    return found[0]


def _workload(body: pl.Series, frequency: pl.DataFrame) -> tuple[Question, ...]:
    """Distinct questions in an order that a seed decides."""
    rng = np.random.default_rng(_SEED)
    rare = _drawn(rng, between(frequency, 5, max(50, len(body) // 5_000)))
    common = _drawn(rng, between(frequency, 0.005 * len(body), 0.1 * len(body)))
    levels = [f"level:{level.lower()}" for level in stamped(body)["level"].drop_nulls().unique().sort()]
    lines = [_runs(line) for line in body.gather(rng.choice(len(body), min(len(body), 20 * WORKLOAD), replace=False))]
    drawn: dict[str, list[str]] = {
        "common": common,
        "histogram": common[::-1],
        "and": [" ".join(words) for words in map(_apart, lines) if words],
        "phrase": [f'"{first} {second}"' for line in lines for run in line for first, second in pairwise(run)],
        "field": [f"{level} {word}" for word in common + rare[::-1] for level in levels],
    }
    seen: set[str] = set()
    chosen: list[Question] = []
    for kind, texts in drawn.items():
        fresh = [text for text in dict.fromkeys(texts) if (kind == "histogram") or text not in seen]
        picked = fresh[: round(SHARES[kind] * WORKLOAD)]
        seen.update(picked)
        chosen += [Question(kind, text) for text in picked]
    chosen += [Question("rare", word) for word in rare[: WORKLOAD - len(chosen)]]
    return tuple(chosen[place] for place in rng.permutation(len(chosen)))


def _drawn(rng: np.random.Generator, words: dict[str, int]) -> list[str]:
    return [str(word) for word in rng.permutation(sorted(words))]


def _runs(line: str) -> list[list[str]]:
    """Runs of neighbouring words in a line, of two words or more, each word plain."""
    runs: list[list[str]] = [[]]
    for token in re.findall(r"[^\W_]+", line.lower()):
        if _WORD.fullmatch(token):
            runs[-1].append(token)
        else:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _apart(line: list[list[str]]) -> list[str]:
    """Two to four different words of a line, not next to each other where it has enough."""
    words = list(dict.fromkeys(word for run in line for word in run))
    return words[::2][:4] if len(words) > 2 else []
